//! What MySQL and MariaDB refuse, taken out of a schema.

use std::collections::HashSet;

use hypostyle::schema::{Action, Column, ForeignKey, IndexedBy, Table};
use hypostyle_testkit::server::Brand;

use super::{Draft, names_in};
use crate::engine::Engine;

impl Draft {
    pub(super) fn tidy_mysql(&mut self) {
        self.tidy_computed();
        self.fill_hidden();
        match self.engine {
            Engine::MySql(Brand::Oracle) => self.tidy_words(),
            _ => self.tidy_cascades(),
        }
    }

    /// Neither checks nor computes by what is numbered or what a reference changes.
    fn tidy_computed(&mut self) {
        let dialect = self.dialect();
        for table in &mut self.schema.tables {
            let acts = |key: &&ForeignKey| {
                let harmless = [Action::NoAction, Action::Restrict];
                !(harmless.contains(&key.on_update) && harmless.contains(&key.on_delete))
            };
            let keys = table.foreign_keys.iter().filter(acts);
            let mut moving: HashSet<String> =
                keys.flat_map(|key| key.columns.iter().cloned()).collect();
            let numbered = table.columns.iter().filter(|column| column.identity.is_some());
            moving.extend(numbered.map(|column| column.name.clone()));
            let moves = |text: &str| names_in(text, dialect).any(|name| moving.contains(&name));
            table.checks.retain(|check| !moves(&check.expression));
            // Without a default it would have year 0, which the server then refuses.
            for column in table.columns.iter_mut().filter(|it| it.on_update.is_some()) {
                let now = || Some("CURRENT_TIMESTAMP(6)".to_owned());
                column.default = column.default.take().or_else(now);
            }
            table.columns.retain(|column| {
                let expression = column.generated.as_ref().and_then(|it| it.expression.as_ref());
                !expression.is_some_and(|text| moves(text))
            });
            table.indexes.retain(|index| {
                !index.parts.iter().any(|part| match &part.by {
                    IndexedBy::Column(_) => false,
                    IndexedBy::Expression(text) => moves(text),
                })
            });
        }
    }

    /// Fills what is hidden, which no statement need name.
    fn fill_hidden(&mut self) {
        let fills =
            |column: &&mut Column| column.hidden && !column.nullable && column.identity.is_none();
        let columns = self.schema.tables.iter_mut().flat_map(|table| &mut table.columns);
        for column in columns.filter(fills) {
            column.default = column.default.take().or_else(|| Some("5".to_owned()));
        }
    }

    /// The server refuses every change of a table with words of a column that a reference made its index
    /// for.
    fn tidy_words(&mut self) {
        for table in &mut self.schema.tables {
            let keys = table.foreign_keys.iter().flat_map(|key| key.columns.iter().cloned());
            let referring: HashSet<String> = keys.collect();
            table.indexes.retain(|index| {
                let mut columns = index.parts.iter().filter_map(|part| part.column());
                index.method.is_none() || !columns.any(|column| referring.contains(column))
            });
        }
    }

    /// The server refuses that a key of NULL would follow into a column that takes none.
    fn tidy_cascades(&mut self) {
        let takes_null = |table: Option<&Table>, names: &[String]| {
            let columns = table.map(|table| table.columns.as_slice()).unwrap_or_default();
            columns.iter().any(|column| column.nullable && names.contains(&column.name))
        };
        let tables = self.schema.tables.clone();
        for table in &mut self.schema.tables {
            let own = table.clone();
            for key in &mut table.foreign_keys {
                let parent = tables.iter().find(|other| other.name == key.referenced_table);
                let follows = takes_null(parent, &key.referenced_columns);
                let mut all = own.columns.iter().filter(|it| key.columns.contains(&it.name));
                if key.on_update == Action::Cascade && follows && !all.all(|it| it.nullable) {
                    key.on_update = Action::NoAction;
                }
            }
        }
    }
}
