//! The tables of a schema, as the statements that make it say.

use std::collections::HashMap;

use hypostyle::sql::{Dialect, TokenKind, tokens};
use sqlparser::ast::{
    AlterTable, AlterTableOperation, CreateTable, CreateView, Ident, ObjectName, ObjectType,
    RenameTableNameKind, Statement,
};

use super::parse;
use super::relations::outputs_alone;
use crate::names::Names;

/// Extensions that bring functions and types, but no tables.
const WITHOUT_TABLES: [&str; 14] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "ltree",
    "pg_trgm",
    "pgcrypto",
    "plpgsql",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// The tables and views of a schema.
pub(crate) struct Catalog {
    dialect: Dialect,
    /// By names in lower case, without their schemas.
    tables: HashMap<String, Table>,
    /// Schemas, in lower case, of which all tables are known.
    schemas: Vec<String>,
    /// Some statement may have made what nobody knows of.
    is_open: bool,
}

/// A table or view.
#[derive(Clone, Debug)]
struct Table {
    name: String,
    /// None where they are not known.
    columns: Option<Vec<String>>,
}

/// What a name leads to.
pub(super) enum Found<'c> {
    Table(Option<&'c [String]>),
    /// It may be there.
    Unknown,
    Missing,
}

impl Catalog {
    pub(crate) fn of(statements: &[&str], dialect: Dialect) -> Self {
        let schemas = vec!["public".to_owned()];
        let mut catalog = Self { dialect, tables: HashMap::new(), schemas, is_open: false };
        for text in statements {
            match parse(text, dialect) {
                Ok(statement) => catalog.apply(statement, text),
                Err(_) => catalog.guess(text),
            }
        }
        catalog
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn names(&self) -> Names {
        let tables = self.tables.values();
        Names::from_tables(
            tables.map(|table| (&*table.name, table.columns.clone().unwrap_or_default())),
        )
    }

    /// Finds a table by its name.
    pub(super) fn find(&self, name: &ObjectName) -> Found<'_> {
        let parts: Option<Vec<&Ident>> = name.0.iter().map(|part| part.as_ident()).collect();
        let Some([qualifiers @ .., last]) = parts.as_deref() else { return Found::Unknown };
        let bare = last.value.to_lowercase();
        if let Some(table) = self.tables.get(&bare) {
            return Found::Table(table.columns.as_deref());
        }
        let is_of_system = bare.starts_with("pg_") || bare == "dual";
        let is_elsewhere = qualifiers
            .last()
            .is_some_and(|schema| !self.schemas.contains(&schema.value.to_lowercase()));
        if self.is_open || is_of_system || is_elsewhere { Found::Unknown } else { Found::Missing }
    }

    fn apply(&mut self, statement: Statement, text: &str) {
        match statement {
            Statement::CreateTable(made) => self.create_table(made),
            Statement::CreateView(made) => self.create_view(made),
            Statement::AlterTable(AlterTable { name, operations, .. }) => {
                self.alter(&name, operations)
            }
            Statement::Drop {
                object_type: ObjectType::Table | ObjectType::View | ObjectType::MaterializedView,
                names,
                ..
            } => {
                for name in &names {
                    self.tables.remove(&bare(name).to_lowercase());
                }
            }
            Statement::RenameTable(renamed) => {
                for each in renamed {
                    self.rename(&each.old_name, &each.new_name);
                }
            }
            Statement::CreateExtension(made) => {
                let name = made.name.value.to_lowercase();
                self.is_open |= !WITHOUT_TABLES.contains(&name.as_str());
            }
            _ => self.guess(text),
        }
    }

    fn create_table(&mut self, made: CreateTable) {
        let is_whole = made.query.is_none()
            && made.like.is_none()
            && made.clone.is_none()
            && made.inherits.is_none()
            && made.partition_of.is_none();
        let columns =
            made.columns.iter().map(|column| column.name.value.clone()).collect::<Vec<_>>();
        let columns = (is_whole && !columns.is_empty()).then_some(columns);
        self.add(&made.name, columns, made.if_not_exists);
    }

    fn create_view(&mut self, made: CreateView) {
        let named: Vec<String> =
            made.columns.iter().map(|column| column.name.value.clone()).collect();
        let columns = match named.is_empty() {
            true => outputs_alone(&made.query, self),
            false => Some(named),
        };
        self.add(&made.name, columns, made.if_not_exists);
    }

    fn add(&mut self, name: &ObjectName, columns: Option<Vec<String>>, if_not_exists: bool) {
        let parts: Vec<&Ident> = name.0.iter().filter_map(|part| part.as_ident()).collect();
        if let [.., schema, _] = &parts[..] {
            self.schemas.push(schema.value.to_lowercase());
        }
        let name = bare(name);
        let table = Table { name: name.clone(), columns };
        match self.tables.entry(name.to_lowercase()) {
            std::collections::hash_map::Entry::Vacant(vacant) => drop(vacant.insert(table)),
            // Tables of one name in several schemas: either may be meant.
            std::collections::hash_map::Entry::Occupied(mut known) if !if_not_exists => {
                let known = known.get_mut();
                known.columns = match (known.columns.take(), table.columns) {
                    (Some(mut columns), Some(more)) => {
                        columns.extend(more);
                        Some(columns)
                    }
                    _ => None,
                };
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
        }
    }

    fn alter(&mut self, name: &ObjectName, operations: Vec<AlterTableOperation>) {
        for operation in operations {
            if let AlterTableOperation::RenameTable { table_name } = &operation {
                let (RenameTableNameKind::As(new) | RenameTableNameKind::To(new)) = table_name;
                self.rename(name, new);
                continue;
            }
            let table = self.tables.get_mut(&bare(name).to_lowercase());
            let Some(columns) = table.and_then(|table| table.columns.as_mut()) else { continue };
            match operation {
                AlterTableOperation::AddColumn { column_def, .. } => {
                    columns.push(column_def.name.value)
                }
                AlterTableOperation::DropColumn { column_names, .. } => {
                    let is_gone = |column: &String| {
                        column_names.iter().any(|gone| gone.value.eq_ignore_ascii_case(column))
                    };
                    columns.retain(|column| !is_gone(column));
                }
                AlterTableOperation::RenameColumn {
                    old_column_name: old,
                    new_column_name: new,
                }
                | AlterTableOperation::ChangeColumn { old_name: old, new_name: new, .. } => {
                    for column in
                        columns.iter_mut().filter(|it| it.eq_ignore_ascii_case(&old.value))
                    {
                        column.clone_from(&new.value);
                    }
                }
                _ => {}
            }
        }
    }

    fn rename(&mut self, old: &ObjectName, new: &ObjectName) {
        if let Some(table) = self.tables.remove(&bare(old).to_lowercase()) {
            let name = bare(new);
            self.tables.insert(name.to_lowercase(), Table { name, ..table });
        }
    }

    /// Reads what it can of a statement that the parser does not know.
    fn guess(&mut self, text: &str) {
        let words = tokens(text, self.dialect)
            .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::QuotedIdentifier))
            .map(|token| token.text(text).trim_matches(['"', '`']).to_lowercase());
        let words: Vec<String> = words.take(16).collect();
        let first = words.first().map(String::as_str).unwrap_or_default();
        let kind = words.iter().position(|word| ["table", "view"].contains(&word.as_str()));
        match (first, kind) {
            ("create" | "alter", Some(kind)) if kind <= 4 => {
                let is_plain =
                    |word: &&String| !["if", "not", "exists", "only"].contains(&word.as_str());
                let mut names = words.iter().skip(kind + 1).filter(is_plain);
                // With a schema, either of the two may be the name.
                for name in names.by_ref().take(2).cloned() {
                    let table = Table { name: name.clone(), columns: None };
                    self.tables.insert(name, table);
                }
            }
            // What these run is not read.
            ("do" | "call" | "execute" | "import" | "select" | "with", _) => self.is_open = true,
            _ => {}
        }
    }
}

/// Answers a name without its schema.
fn bare(name: &ObjectName) -> String {
    let last = name.0.last().and_then(|part| part.as_ident());
    last.map(|name| name.value.clone()).unwrap_or_default()
}
