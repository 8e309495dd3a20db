//! The page that tells why there is no other.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::layout;
use crate::Config;
use crate::error::Report;

/// Writes the page of a failure.
pub(crate) fn failure(config: &Config, report: &Report, correlation_id: &str) -> String {
    let title = report.status.canonical_reason().unwrap_or("Failure");
    let content = html! {
        section.failure {
            p.code { (report.status.as_u16()) " · " (report.code) }
            h1 { (title) }
            p { (report.message) "." }
            @if report.status == StatusCode::UNAUTHORIZED {
                (how_to_ask(config))
            } @else {
                p { a href="/" { "Back to the databases" } }
            }
            p.muted { "Correlation id " code { (correlation_id) } }
        }
    };
    layout::page(config, title, &[], content)
}

fn how_to_ask(config: &Config) -> Markup {
    let base = format!("http://{}", config.listen);
    html! {
        p {
            "This server answers only to whoever sends its API key in a header; it takes no key \
             from the address, and this version has no form to sign in with. From a terminal:"
        }
        pre { code { "curl -H \"Authorization: Bearer $API_KEY\" " (base) "/api/v1/db/tables" } }
        p {
            "A browser shows these pages through an extension or a proxy that adds the header "
            code { "X-API-Key" } ", or without a key where the server listens on 127.0.0.1."
        }
    }
}
