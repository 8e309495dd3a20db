//! A schema in the making: what its names are, and what of it still fits together after a change.

mod mysql;

use std::collections::{HashMap, HashSet};

use fastrand::Rng;
use hypostyle::schema::{Action, Column, ForeignKey, IndexedBy, Origin, Schema, Table, TableKind};
use hypostyle_sql::{Dialect, TokenKind, tokens};

use crate::engine::Engine;
use crate::family::{Family, family};

/// A schema as it is written before an engine has seen it. No two names in it are the same, whatever
/// they name, so that a name in a text says which object it means.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) engine: Engine,
    pub(crate) schema: Schema,
    /// Tables and columns by their old and new names.
    pub(crate) renamed: Vec<(String, String)>,
}

impl Draft {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, schema: Schema::default(), renamed: Vec::new() }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self.engine {
            Engine::Sqlite => Dialect::Sqlite,
            Engine::Postgres => Dialect::Postgres,
            Engine::MySql(_) => Dialect::Mysql,
            Engine::DuckDb => Dialect::DuckDb,
        }
    }

    pub(crate) fn quoted(&self, name: &str) -> String {
        self.dialect().quote_identifier(name).expect("names have no NUL")
    }

    /// Makes up a name: plain, in capitals with a blank, with letters beyond ASCII, with a quote.
    pub(crate) fn name(&self, rng: &mut Rng, prefix: &str) -> String {
        let number = rng.u32(..100_000);
        match rng.u8(..10) {
            0 => format!("{} {number}", prefix.to_uppercase()),
            1 => format!("{prefix}_größe{number}"),
            2 => format!("{prefix}\"{number}"),
            _ => format!("{prefix}{number}"),
        }
    }

    /// Picks a stored table; makes one where there is none.
    pub(crate) fn table(&mut self, rng: &mut Rng) -> usize {
        let stored = |table: &Table| table.kind == TableKind::Table;
        if !self.schema.tables.iter().any(stored) {
            crate::edit::table::add(self, rng);
        }
        let tables = self.schema.tables.iter().enumerate();
        let found: Vec<usize> =
            tables.filter(|(_, table)| stored(table)).map(|(at, _)| at).collect();
        found[rng.usize(..found.len())]
    }

    /// Picks a column that a statement may fill and that is of a family; adds one where there is none.
    pub(crate) fn column(&mut self, rng: &mut Rng, wanted: Family) -> (usize, usize) {
        let mut found = Vec::new();
        for (at, table) in self.schema.tables.iter().enumerate() {
            let is_stored = table.kind == TableKind::Table;
            for (place, column) in table.columns.iter().enumerate().filter(|_| is_stored) {
                if column.generated.is_none() && family(&column.declared) == wanted {
                    found.push((at, place));
                }
            }
        }
        if found.is_empty() {
            let at = self.table(rng);
            let column = crate::edit::column::of(self, rng, at, Some(wanted));
            self.schema.tables[at].columns.push(column);
            return (at, self.schema.tables[at].columns.len() - 1);
        }
        found[rng.usize(..found.len())]
    }

    /// Gives a table or column another name wherever it stands.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        self.renamed.push((old.to_owned(), new.to_owned()));
        let (quoted_old, quoted_new) = (self.quoted(old), self.quoted(new));
        let name = |name: &mut String| {
            if name == old {
                new.clone_into(name);
            }
        };
        let text = |text: &mut String| *text = text.replace(&quoted_old, &quoted_new);
        for table in &mut self.schema.tables {
            name(&mut table.name);
            table.sql.iter_mut().for_each(text);
            for column in &mut table.columns {
                name(&mut column.name);
                let generated = column.generated.as_mut().and_then(|it| it.expression.as_mut());
                generated.into_iter().for_each(text);
            }
            table.primary_key.iter_mut().for_each(name);
            for key in &mut table.foreign_keys {
                name(&mut key.referenced_table);
                key.columns.iter_mut().chain(&mut key.referenced_columns).for_each(name);
                key.on_delete_columns.iter_mut().for_each(name);
            }
            for index in &mut table.indexes {
                index.include.iter_mut().for_each(name);
                index.predicate.iter_mut().for_each(text);
                for part in &mut index.parts {
                    match &mut part.by {
                        IndexedBy::Column(column) => name(column),
                        IndexedBy::Expression(expression) => text(expression),
                    }
                }
            }
            table.checks.iter_mut().for_each(|check| text(&mut check.expression));
            table.triggers.iter_mut().for_each(|trigger| text(&mut trigger.sql));
            for definition in &mut table.definitions {
                text(&mut definition.sql);
                text(&mut definition.drop);
            }
        }
        for sequence in &mut self.schema.sequences {
            if let Some((table, column)) = &mut sequence.owned_by {
                name(table);
                name(column);
            }
        }
    }

    /// What a table or column of before is called now.
    pub(crate) fn new_name(&self, name: &str) -> String {
        let renamed = |name: String, (old, new): &(String, String)| match name == *old {
            true => new.clone(),
            false => name,
        };
        self.renamed.iter().fold(name.to_owned(), renamed)
    }

    /// Takes away what names what is gone, until nothing does.
    pub(crate) fn tidy(&mut self) {
        loop {
            let before = self.schema.clone();
            let known = self.known();
            let dialect = self.dialect();
            let types: HashSet<String> = self.types();
            let fits = |text: &str| names_in(text, dialect).all(|name| known.contains(&name));
            for table in &mut self.schema.tables {
                table.columns.retain(|column| {
                    let expression =
                        column.generated.as_ref().and_then(|it| it.expression.as_ref());
                    expression.is_none_or(|text| fits(text))
                        && (family(&column.declared) != Family::Named
                            || types.contains(&column.declared))
                });
                tidy_keys(table);
                tidy_indexes(table, &fits);
                table.checks.retain(|check| fits(&check.expression));
                table.triggers.retain(|trigger| fits(&trigger.sql));
                table.definitions.retain(|definition| fits(&definition.sql));
            }
            self.schema.tables.retain(|table| {
                let has_columns = table.kind != TableKind::Table || !table.columns.is_empty();
                has_columns && table.sql.as_deref().is_none_or(&fits)
            });
            self.tidy_references();
            if matches!(self.engine, Engine::DuckDb) {
                self.tidy_circles();
            }
            if matches!(self.engine, Engine::MySql(_)) {
                self.tidy_mysql();
            }
            self.tidy_options();
            self.tidy_beside();
            if self.schema == before {
                break;
            }
        }
    }

    fn known(&self) -> HashSet<String> {
        let mut known: HashSet<String> = HashSet::new();
        for table in &self.schema.tables {
            known.insert(table.bare_name().to_owned());
            // Those of a view are its tables'.
            let stored = table.columns.iter().filter(|_| table.kind == TableKind::Table);
            known.extend(stored.map(|column| column.name.clone()));
            known.extend(table.triggers.iter().map(|trigger| trigger.name.clone()));
            known.extend(table.definitions.iter().map(|definition| definition.name.clone()));
        }
        let routines = self.schema.definitions.iter().map(|it| it.name.split('(').next());
        known.extend(routines.flatten().map(str::to_owned));
        known.extend(self.schema.schemas.iter().cloned());
        known
    }

    fn types(&self) -> HashSet<String> {
        let enumerations = self.schema.enumerations.iter().map(|it| it.name.clone());
        enumerations.chain(self.schema.domains.iter().map(|it| it.name.clone())).collect()
    }

    /// Keeps references to a key that is there and of the same types.
    fn tidy_references(&mut self) {
        let tables = self.schema.tables.clone();
        for table in &mut self.schema.tables {
            let own = table.columns.clone();
            table.foreign_keys.retain(|key| {
                let parent = tables.iter().find(|other| other.name == key.referenced_table);
                parent.is_some_and(|parent| refers_to_key(key, &own, parent))
            });
            for key in &mut table.foreign_keys {
                let may_be_null = |name: &String| {
                    own.iter().any(|column| column.name == *name && column.nullable)
                };
                let all = key.columns.iter().all(may_be_null);
                for action in [&mut key.on_update, &mut key.on_delete] {
                    if *action == Action::SetNull && !all {
                        *action = Action::NoAction;
                    }
                }
                if key.on_delete != Action::SetNull {
                    key.on_delete_columns.clear();
                }
            }
        }
    }

    /// DuckDB adds no reference to a table that is there, so that none leads around a circle; and none leads
    /// into another schema.
    fn tidy_circles(&mut self) {
        let schemas: HashMap<String, String> =
            self.schema.tables.iter().map(|it| (it.name.clone(), it.schema.clone())).collect();
        for table in &mut self.schema.tables {
            let schema = &table.schema;
            table.foreign_keys.retain(|key| schemas.get(&key.referenced_table) == Some(schema));
        }
        for at in 0..self.schema.tables.len() {
            let tables = self.schema.tables.clone();
            let own = &tables[at].name;
            self.schema.tables[at].foreign_keys.retain(|key| {
                let mut reached: HashSet<&String> = [&key.referenced_table].into();
                loop {
                    let many = reached.len();
                    let others = tables.iter().filter(|it| it.name != *own);
                    let keys = others.filter(|it| reached.contains(&it.name));
                    let next: Vec<&String> = keys
                        .flat_map(|it| &it.foreign_keys)
                        .map(|it| &it.referenced_table)
                        .collect();
                    reached.extend(next);
                    if reached.len() == many {
                        break key.referenced_table == *own || !reached.contains(own);
                    }
                }
            });
        }
    }

    /// A table that others refer to is no less durable than they are.
    fn tidy_options(&mut self) {
        let keys = self.schema.tables.iter().flat_map(|table| &table.foreign_keys);
        let referred: HashSet<String> = keys.map(|key| key.referenced_table.clone()).collect();
        for table in self.schema.tables.iter_mut().filter(|it| referred.contains(&it.name)) {
            table.options.retain(|option| option.name != "UNLOGGED");
        }
    }

    fn tidy_beside(&mut self) {
        let tables = self.schema.tables.clone();
        let has = |owner: &(String, String)| {
            let table = tables.iter().find(|table| table.name == owner.0);
            table.is_some_and(|table| table.columns.iter().any(|column| column.name == owner.1))
        };
        for sequence in &mut self.schema.sequences {
            sequence.owned_by = sequence.owned_by.take().filter(has);
        }
        let others = tables.iter().filter(|table| table.relation.is_some());
        let mut schemas: Vec<String> = others.map(|table| table.schema.clone()).collect();
        schemas.sort();
        schemas.dedup();
        let home = crate::edit::beside::home(self.engine);
        let stands = |schema: &String| schema == home || schemas.contains(schema);
        self.schema.enumerations.retain(|it| stands(&it.schema));
        self.schema.domains.retain(|it| stands(&it.schema));
        self.schema.sequences.retain(|it| stands(&it.schema));
        self.schema.definitions.retain(|it| it.schema.is_empty() || stands(&it.schema));
        self.schema.schemas = schemas;
    }
}

/// The names that stand quoted in a text.
fn names_in(text: &str, dialect: Dialect) -> impl Iterator<Item = String> {
    let quote = if dialect == Dialect::Mysql { '`' } else { '"' };
    let quoted = tokens(text, dialect).filter(|token| token.kind == TokenKind::QuotedIdentifier);
    quoted.map(move |token| {
        let inner = token.text(text).trim_start_matches(quote);
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        inner.replace(&quote.to_string().repeat(2), &quote.to_string())
    })
}

fn tidy_keys(table: &mut Table) {
    let columns: HashSet<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    if !table.primary_key.iter().all(|name| columns.contains(name)) {
        table.primary_key.clear();
        table.without_rowid = false;
    }
    for column in &mut table.columns {
        let place = table.primary_key.iter().position(|name| *name == column.name);
        column.primary_key = place.map(|place| place + 1);
        column.nullable &= place.is_none();
        if table.primary_key != [column.name.as_str()] && column.identity.is_some() {
            column.identity = None;
        }
    }
    table.foreign_keys.retain(|key| key.columns.iter().all(|name| columns.contains(name)));
}

fn tidy_indexes(table: &mut Table, fits: &impl Fn(&str) -> bool) {
    let columns: HashSet<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    let is_view = table.kind != TableKind::Table;
    table.indexes.retain(|index| {
        index.include.iter().all(|name| columns.contains(name))
            && index.predicate.as_deref().is_none_or(fits)
            && index.parts.iter().all(|part| match &part.by {
                IndexedBy::Column(name) => is_view || columns.contains(name),
                IndexedBy::Expression(text) => fits(text),
            })
    });
}

fn refers_to_key(key: &ForeignKey, own: &[Column], parent: &Table) -> bool {
    let whole = |index: &&hypostyle::schema::Index| {
        index.origin == Origin::Unique && index.parts.iter().all(|part| part.prefix.is_none())
    };
    let uniques = parent.indexes.iter().filter(whole).filter(|index| index.timing.is_immediate());
    let columns_of = |index: &hypostyle::schema::Index| -> Vec<String> {
        index.parts.iter().filter_map(|part| part.column().map(str::to_owned)).collect()
    };
    let is_key = !key.referenced_columns.is_empty()
        && (parent.primary_key == key.referenced_columns
            || uniques.map(columns_of).any(|columns| columns == key.referenced_columns));
    let same = |(one, other): (&String, &String)| {
        let one = own.iter().find(|column| column.name == *one);
        let other = parent.columns.iter().find(|column| column.name == *other);
        one.zip(other).is_some_and(|(one, other)| {
            one.declared == other.declared
                && one.collation == other.collation
                && one.generated.is_none()
                && other.generated.is_none()
        })
    };
    is_key && key.columns.iter().zip(&key.referenced_columns).all(same)
}
