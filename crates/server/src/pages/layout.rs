//! The frame of every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::Config;

/// A step of the way from the first page to this one: a name and where it leads; the last leads
/// nowhere.
pub(super) type Step<'a> = (&'a str, Option<String>);

/// Writes a page.
pub(super) fn page(config: &Config, title: &str, way: &[Step<'_>], content: Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title {
                    @if title == config.title { (title) } @else { (title) " · " (config.title) }
                }
                link rel="icon" href="/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(concat!("/style.css?v=", env!("CARGO_PKG_VERSION")));
            }
            body {
                a.skip href="#content" { "Skip to content" }
                header.bar {
                    a.home href="/" { (PreEscaped(include_str!("icon.svg"))) span { (config.title) } }
                    @if !way.is_empty() { (breadcrumbs(way)) }
                }
                main #content { (content) }
                footer { "Hypostyle " (env!("CARGO_PKG_VERSION")) " · read only" }
            }
        }
    };
    markup.into_string()
}

fn breadcrumbs(way: &[Step<'_>]) -> Markup {
    html! {
        nav aria-label="Breadcrumb" {
            ol {
                @for (name, href) in way {
                    li {
                        @match href {
                            Some(href) => a href=(href) { (name) },
                            None => span aria-current="page" { (name) },
                        }
                    }
                }
            }
        }
    }
}
