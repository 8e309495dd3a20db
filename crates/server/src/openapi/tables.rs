//! The paths of a table, and the schemas of its records.

use serde_json::{Map, Value, json};

use super::failures::Family;
use super::keys::Key;
use super::operation::{Operation, idempotency_key, this_database};
use super::{Scope, names, records, values};
use crate::request::{FILTER_PREFIX, quote};
use crate::schema::Table;
use crate::sql::Dialect;

/// A table that the document tells of.
pub(super) struct Told<'t> {
    table: &'t Table,
    /// Its name as that of components and operations.
    id: String,
    key: Option<Key<'t>>,
    is_writable: bool,
    records_max: usize,
    dialect: Dialect,
}

impl<'t> Told<'t> {
    /// Takes a table; `None` for one that cannot be read, or named by a path.
    pub(super) fn of(scope: &Scope<'_>, table: &'t Table) -> Option<Self> {
        let has_columns = table.visible_columns().next().is_some();
        if table.problem.is_some() || !has_columns || !names::can_be_segment(&table.name) {
            return None;
        }
        Some(Self {
            table,
            id: names::component(&table.name),
            key: Key::of(table, scope.dialect),
            is_writable: table.kind.takes_rows() && scope.writable.allows(&table.name),
            records_max: scope.config.records_max,
            dialect: scope.dialect,
        })
    }

    pub(super) fn name(&self) -> &'t str {
        &self.table.name
    }

    pub(super) fn description(&self) -> String {
        let (first, rest) = self.table.kind.words().split_at(1);
        let mut text = format!("{}{rest} {}", first.to_uppercase(), names::code(self.name()));
        if let Some(comment) = &self.table.comment {
            text += &format!("; {comment}");
        }
        if !self.table.primary_key.is_empty() {
            text += &format!("; primary key {}", names::code(&self.table.primary_key.join(", ")));
        }
        for key in &self.table.foreign_keys {
            let from = names::code(&key.columns.join(", "));
            text += &format!("; {from} refers to {}", names::code(&key.referenced_table));
        }
        for check in &self.table.checks {
            text += &format!("; check {}", names::code(&check.expression));
        }
        text
    }

    pub(super) fn schemas(&self) -> Map<String, Value> {
        let (table, record) = (self.table, self.id.as_str());
        let selected = self.schema_name("selected");
        let mut schemas = Map::new();
        schemas.insert(record.to_owned(), records::answered(table, self.dialect, true));
        schemas.insert(selected.clone(), records::answered(table, self.dialect, false));
        schemas.insert(self.schema_name("page"), records::page(table, &selected));
        schemas.insert(self.schema_name("answer"), records::answer(table, record, true));
        schemas.insert(self.schema_name("answers"), records::answer(table, record, false));
        schemas.insert(self.schema_name("new"), records::created(table, self.dialect));
        schemas.insert(self.schema_name("change"), records::changed(table, self.dialect));
        schemas
    }

    pub(super) fn paths(&self, scope: &Scope<'_>) -> Map<String, Value> {
        let path = format!("/api/v1/db/tables/{}", names::segment(self.name()));
        let mut all = json!({ "get": self.list(scope, "records") });
        if self.is_writable {
            all["post"] = self.create(scope);
        }
        let mut paths = Map::new();
        paths.insert(path.clone(), json!({ "get": self.list(scope, "list") }));
        paths.insert(format!("{path}/records"), all);
        paths.insert(format!("{path}/schema"), json!({ "get": self.schema(scope) }));
        if let Some(key) = &self.key {
            paths.insert(format!("{path}/records/{{{}}}", self.key_name()), self.one(scope, key));
        }
        paths
    }

    fn schema_name(&self, what: &str) -> String {
        format!("{}.{what}", self.id)
    }

    /// Names the parameter of the path that is a record's key: one of each table, for clients that
    /// take parameters of one name to be one thing try the key of a table on every other.
    fn key_name(&self) -> String {
        format!("{}_key", names::parameter(self.name()))
    }

    fn refer(&self, what: &str) -> Value {
        names::schema(&self.schema_name(what))
    }

    fn begin(&self, scope: &Scope<'_>, family: Family, verb: &str, summary: &str) -> Operation {
        let summary = summary.replace("{}", &names::code(self.name()));
        Operation::new(scope, family, &self.schema_name(verb), self.name(), summary)
    }

    fn list(&self, scope: &Scope<'_>, verb: &str) -> Value {
        let operation = self.begin(scope, Family::Page, verb, "Read a page of {}");
        let about = "All filters must hold. A filter may be repeated, as for a range, and stand \
                     without `filter.` where its column has no name of another parameter.";
        let operation = operation.describes(about).parameters(self.page_parameters(scope));
        operation.answers(200, "A page", self.refer("page")).done()
    }

    fn schema(&self, scope: &Scope<'_>) -> Value {
        let operation = self.begin(scope, Family::Table, "schema", "Tell what {} looks like");
        let operation = operation.parameters(vec![this_database(scope)]);
        operation.answers(200, "The table", names::schema("answer.schema")).done()
    }

    fn create(&self, scope: &Scope<'_>) -> Value {
        let one = self.refer("new");
        let several = json!({
            "type": "array", "minItems": 1, "maxItems": self.records_max, "items": self.refer("new"),
        });
        let mut created = super::operation::response(
            "Created: the record, or the records, as they are now",
            json!({ "oneOf": [self.refer("answer"), self.refer("answers")] }),
        );
        let header = |name: &str| json!({ "$ref": format!("#/components/headers/{name}") });
        created["headers"]["Location"] = header("Location");
        created["headers"]["Idempotency-Replayed"] = header("Idempotency-Replayed");
        if let Some(links) = self.links(scope) {
            created["links"] = links;
        }
        self.begin(scope, Family::Create, "create", "Create records of {}, all or none")
            .parameters(vec![this_database(scope), idempotency_key()])
            .takes("A record, or several", json!({ "oneOf": [one, several] }))
            .responds(201, created)
            .done()
    }

    /// Tells how the record that was created is read, changed and deleted.
    fn links(&self, scope: &Scope<'_>) -> Option<Value> {
        let key = self.key.as_ref()?.expression()?;
        let mut parameters = Map::new();
        parameters.insert(format!("path.{}", self.key_name()), key.into());
        if this_database(scope)["required"] == true {
            parameters.insert("query.db".to_owned(), scope.database.into());
        }
        let to = |verb: &str| {
            json!({
                "operationId": self.schema_name(verb), "parameters": parameters,
            })
        };
        let mut links = json!({ "read": to("get"), "delete": to("delete") });
        if records::can_change(self.table, self.dialect) {
            links["change"] = to("update");
        }
        Some(links)
    }

    fn one(&self, scope: &Scope<'_>, key: &Key<'_>) -> Value {
        let read = self
            .begin(scope, Family::Record, "get", "Read a record of {}")
            .parameters(vec![this_database(scope)])
            .answers(200, "The record", self.refer("answer"));
        let mut item =
            json!({ "parameters": [key.parameter(&self.key_name())], "get": read.done() });
        if self.is_writable {
            let parameters = || vec![this_database(scope), idempotency_key()];
            let delete = self
                .begin(scope, Family::Delete, "delete", "Delete a record of {}")
                .parameters(parameters())
                .answers(200, "The record as it was", self.refer("answer"));
            item["delete"] = delete.done();
            if records::can_change(self.table, self.dialect) {
                let update = self
                    .begin(scope, Family::Update, "update", "Change a record of {}")
                    .parameters(parameters())
                    .takes("Columns with their new values", self.refer("change"))
                    .answers(200, "The record as it is now", self.refer("answer"));
                item["patch"] = update.done();
            }
        }
        item
    }

    fn page_parameters(&self, scope: &Scope<'_>) -> Vec<Value> {
        let (config, number) = (scope.config, "integer");
        let mut parameters = vec![
            this_database(scope),
            json!({
                "name": "page", "in": "query", "description": "The page, from 1",
                "schema": {
                    "type": number, "format": "int64", "minimum": 1,
                    "maximum": config.page_max(), "default": 1,
                },
            }),
            json!({
                "name": "page_size", "in": "query", "description": "The rows of a page",
                "schema": {
                    "type": number, "format": "int64", "minimum": 1,
                    "maximum": config.page_size_max, "default": config.page_size_default,
                },
            }),
        ];
        parameters.extend(self.lists());
        parameters.extend(self.filters());
        parameters
    }

    fn lists(&self) -> Vec<Value> {
        let names: Vec<String> = self
            .table
            .visible_columns()
            .filter(|column| !column.name.is_empty())
            .map(|column| quote(&column.name))
            .collect();
        if names.is_empty() {
            return Vec::new();
        }
        let both: Vec<String> =
            names.iter().flat_map(|name| [name.clone(), format!("-{name}")]).collect();
        let list = |name: &str, description: &str, items: &[String], unique: bool| {
            json!({
                "name": name, "in": "query", "description": description,
                "style": "form", "explode": false,
                "schema": {
                    "type": "array", "minItems": 1, "uniqueItems": unique,
                    "items": { "type": "string", "enum": items },
                },
            })
        };
        vec![
            list("sort", "Columns to sort by; `-` before one for descending", &both, false),
            list("select", "Only these columns, in this order", &names, true),
        ]
    }

    fn filters(&self) -> impl Iterator<Item = Value> {
        // With the prefix, which a column may always have, no name of a column is another parameter.
        let columns = self.table.visible_columns().filter(|column| !column.name.is_empty());
        columns.map(|column| {
            json!({
                "name": format!("{FILTER_PREFIX}{}", column.name), "in": "query",
                "description": format!("A filter of the column {}", names::code(&column.name)),
                "schema": values::filter_of(column),
            })
        })
    }
}
