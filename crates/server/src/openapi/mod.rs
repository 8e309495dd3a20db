//! The OpenAPI document: made from the tables of a database as they are now. All pure.
//!
//! What it says is what the server does: a request that fits it is not refused as malformed, one
//! that does not is; answers fit it as long as each stored value is of its column's declared type.

mod about;
mod answers;
mod columns;
mod documents;
mod failures;
mod keys;
mod migrations;
mod names;
mod operation;
mod patterns;
mod prune;
mod records;
mod routes;
mod tables;
mod values;

use serde_json::{Map, Value, json};

use crate::Config;
use crate::app::App;
use crate::schema::Table;
use crate::site::{Migrations, Mount, Panel, Writable};
use crate::sql::Dialect;

/// What of the server the document tells of.
pub(crate) struct Scope<'a> {
    pub(crate) config: &'a Config,
    pub(crate) panels: &'a [Panel],
    /// The names of all databases, the default one first.
    pub(crate) databases: Vec<String>,
    /// The name of the database whose tables are told of.
    pub(crate) database: &'a str,
    pub(crate) dialect: Dialect,
    pub(crate) writable: &'a Writable,
    pub(crate) migrations: Option<&'a Migrations>,
}

impl<'a> Scope<'a> {
    pub(crate) fn of(app: &'a App, mount: &'a Mount) -> Self {
        Self {
            config: &app.config,
            panels: &app.site.panels,
            databases: app.database_names(),
            database: &mount.name,
            dialect: mount.db.engine().dialect,
            writable: &mount.writable,
            migrations: mount.migrations.as_ref(),
        }
    }

    fn has_key(&self) -> bool {
        self.config.api_key.is_some()
    }
}

/// Writes the document of a database.
pub(crate) fn document(scope: &Scope<'_>, tables: &[Table]) -> Value {
    let tables: Vec<tables::Told<'_>> =
        tables.iter().filter_map(|table| tables::Told::of(scope, table)).collect();
    let mut paths = routes::paths(scope);
    paths.extend(migrations::paths(scope));
    let mut schemas = answers::schemas();
    schemas.extend(documents::schemas());
    schemas.extend(values::schemas(scope.dialect));
    for table in &tables {
        paths.extend(table.paths(scope));
        schemas.extend(table.schemas());
    }
    let mut components = Map::new();
    components.insert("schemas".into(), schemas.into());
    components.insert("responses".into(), failures::responses(scope.has_key()).into());
    components.insert("headers".into(), operation::headers());
    let mut beside = Map::new();
    beside.insert("operations".into(), documents::operations(scope));
    if scope.config.sql_editor {
        beside.insert("query".into(), routes::query(scope));
    }
    components.insert("pathItems".into(), beside.into());
    let mut document = json!({
        "openapi": "3.1.0",
        "info": info(scope),
        "servers": [{ "url": "/", "description": "This server" }],
        "tags": tags(&tables),
        "security": [],
        "paths": paths,
        "components": components,
    });
    if scope.has_key() {
        document["security"] = json!([{ "bearer": [] }, { "key": [] }]);
        document["components"]["securitySchemes"] = security_schemes();
    }
    prune::unused(&mut document);
    document
}

fn info(scope: &Scope<'_>) -> Value {
    json!({
        "title": scope.config.title,
        "version": env!("CARGO_PKG_VERSION"),
        "description": format!(
            "The database {} over REST, made from its tables as they are now. Records, filters, \
             writes and failures are described with the operations.\n\n{}\n\n\
             `POST /api/v1/db/query` runs SQL, `POST /api/v1/db/operations` a document. Which of \
             them fit the tables no schema can say, so they stand under `components.pathItems`, \
             not among the paths.",
            names::code(scope.database),
            match scope.dialect.is_postgres() {
                true => POSTGRES_VALUES,
                false => SQLITE_VALUES,
            }
        ),
    })
}

const SQLITE_VALUES: &str = "\
    SQLite holds values to the declared type of their column only in tables that are `STRICT`: in \
    others a value that another program stored may be of another type, and is answered as it is.";

const POSTGRES_VALUES: &str = "\
    Values of types that PostgreSQL alone reads, as addresses and ranges, are text in its own form: \
    what is malformed it tells itself. So it does of elements of an array, and of values out of the \
    range of their column.";

fn tags(tables: &[tables::Told<'_>]) -> Value {
    let mut tags = vec![json!({ "name": routes::TAG, "description": "Databases and the server" })];
    for table in tables.iter().filter(|table| table.name() != routes::TAG) {
        tags.push(json!({ "name": table.name(), "description": table.description() }));
    }
    tags.into()
}

fn security_schemes() -> Value {
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer", "description": "`Authorization: Bearer …`",
        },
        "key": {
            "type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "The same key in a header of its own",
        },
    })
}

#[cfg(test)]
mod tests;
