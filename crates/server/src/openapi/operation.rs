//! What all operations have: answers, failures, parameters that several of them take.

use serde_json::{Map, Value, json};

use super::failures::{self, Family};
use super::{Scope, names};

/// An operation while it is put together.
pub(super) struct Operation(Value);

impl Operation {
    /// Begins an operation that answers 200, or fails as its family does.
    pub(super) fn new(
        scope: &Scope<'_>,
        family: Family,
        id: &str,
        tag: &str,
        summary: String,
    ) -> Self {
        let mut operation = json!({
            "operationId": id,
            "tags": [tag],
            "summary": summary,
            "responses": failures::of(family, scope.has_key()),
        });
        if family == Family::Open {
            operation["security"] = json!([]);
        }
        Self(operation)
    }

    /// Sets the answer by its schema.
    pub(super) fn answers(self, status: u16, description: &str, schema: Value) -> Self {
        self.responds(status, response(description, schema))
    }

    /// Sets a response.
    pub(super) fn responds(mut self, status: u16, response: Value) -> Self {
        self.0["responses"][status.to_string()] = response;
        self
    }

    pub(super) fn parameters(mut self, parameters: Vec<Value>) -> Self {
        if !parameters.is_empty() {
            self.0["parameters"] = parameters.into();
        }
        self
    }

    pub(super) fn takes(mut self, description: &str, schema: Value) -> Self {
        self.0["requestBody"] = json!({
            "required": true,
            "description": description,
            "content": { "application/json": { "schema": schema } },
        });
        self
    }

    pub(super) fn describes(mut self, description: &str) -> Self {
        self.0["description"] = description.into();
        self
    }

    pub(super) fn done(self) -> Value {
        self.0
    }
}

/// Answers a response that is JSON.
pub(super) fn response(description: &str, schema: Value) -> Value {
    json!({
        "description": description,
        "headers": { "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } },
        "content": { "application/json": { "schema": schema } },
    })
}

/// Answers the parameter that chooses one of all databases.
pub(super) fn any_database(scope: &Scope<'_>) -> Value {
    json!({
        "name": "db", "in": "query",
        "description": "The database; the first is the default. The header `X-Database` is the \
                        same",
        "schema": { "type": "string", "enum": scope.databases, "default": scope.databases[0] },
    })
}

/// Answers the parameter that says of which database the tables are; it must stand where that is
/// not the default one.
pub(super) fn this_database(scope: &Scope<'_>) -> Value {
    let is_default = scope.databases.first().is_some_and(|first| first == scope.database);
    json!({
        "name": "db", "in": "query", "required": !is_default,
        "description": format!("The database, {}", names::code(scope.database)),
        "schema": { "type": "string", "enum": [scope.database] },
    })
}

/// Answers the header that makes a write safe to send again.
pub(super) fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header",
        "description": "A request that is sent again with its key within a day is answered what \
                        it was answered before, and writes nothing",
        "schema": { "type": "string", "pattern": "^[!-~]{1,255}$" },
    })
}

/// Answers the headers of responses, as components.
pub(super) fn headers() -> Value {
    let text =
        |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let mut headers = Map::new();
    for (name, description) in [
        ("X-Request-Id", "The id of the request in the log; that of the request, or a new one"),
        ("WWW-Authenticate", "How the API key is given"),
        ("Allow", "The methods that are taken"),
        ("Retry-After", "Seconds after which to come back"),
        ("Location", "The path of the record"),
        ("Idempotency-Replayed", "`true` where the answer is that of an earlier request"),
    ] {
        headers.insert(name.to_owned(), text(description));
    }
    headers.into()
}
