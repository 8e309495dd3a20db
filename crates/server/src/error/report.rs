//! What is told about a failure, and its JSON.

use axum::http::{HeaderName, StatusCode, header};

use crate::response::{push_json_list, push_json_string};

/// A failure as it leaves the server.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    module: &'static str,
    details: Vec<(&'static str, Detail)>,
}

/// A fact about a failure.
#[derive(Clone, Debug)]
pub(crate) enum Detail {
    Text(String),
    Number(u64),
    List(Vec<String>),
}

impl Detail {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(crate) fn count(count: usize) -> Self {
        Self::Number(count as u64)
    }
}

impl Report {
    pub(crate) fn new(
        status: StatusCode,
        code: &'static str,
        module: &'static str,
        message: &str,
    ) -> Self {
        Self { status, code, message: message.to_owned(), module, details: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, detail: Detail) -> Self {
        self.details.push((name, detail));
        self
    }

    /// Lists the headers that go with the failure.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, &'static str)> {
        let header = match (self.status, self.code) {
            (StatusCode::UNAUTHORIZED, _) => {
                Some((header::WWW_AUTHENTICATE, "Bearer realm=\"hypostyle\""))
            }
            (StatusCode::SERVICE_UNAVAILABLE, _) => Some((header::RETRY_AFTER, "1")),
            (_, "WRITES_DISABLED" | "TABLE_NOT_WRITABLE") => Some((header::ALLOW, "GET,HEAD")),
            _ => None,
        };
        header.into_iter()
    }

    /// Writes the failure as JSON.
    pub(crate) fn to_json(&self, correlation_id: &str) -> String {
        let mut out = String::from("{\"error\":{\"code\":");
        push_json_string(self.code, &mut out);
        out.push_str(",\"message\":");
        push_json_string(&self.message, &mut out);
        out.push_str(",\"module\":");
        push_json_string(self.module, &mut out);
        out.push_str(",\"details\":{");
        for (at, (name, detail)) in self.details.iter().enumerate() {
            out.push_str(if at == 0 { "" } else { "," });
            push_json_string(name, &mut out);
            out.push(':');
            match detail {
                Detail::Text(text) => push_json_string(text, &mut out),
                Detail::Number(number) => out.push_str(&number.to_string()),
                Detail::List(items) => push_json_list(items, &mut out),
            }
        }
        out.push_str("},\"correlation_id\":");
        push_json_string(correlation_id, &mut out);
        out.push_str("}}");
        out
    }
}
