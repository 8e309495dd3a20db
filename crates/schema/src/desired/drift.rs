//! A plain comparison of what is wanted with what is there.

use std::fmt;

use serde::Serialize;

use crate::{Check, Column, ForeignKey, Identity, Index, IndexedBy, Origin, Schema, Table};

/// A difference between a model file and a database, in an object that is in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The table or view.
    pub table: String,
    /// Which part of it differs.
    pub what: Part,
    /// What differs and what to do, as a sentence.
    pub sentence: String,
}

/// Which part of a table differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is the part of the same name")]
pub enum Part {
    Kind,
    Column,
    Type,
    Nullability,
    Default,
    Generated,
    PrimaryKey,
    ForeignKey,
    Index,
    Check,
    Option,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// Compares the tables and views that both have, table by table. Objects that only one has, views'
/// queries and triggers are not compared.
///
/// # Examples
/// ```
/// use hypostyle_schema::desired::{ModelFile, drift};
/// # #[tokio::main]
/// # async fn main() -> hypostyle_core::Result<()> {
/// # let scratch = hypostyle::Database::open("sqlite::memory:").await?;
/// # let db = hypostyle::Database::open("sqlite::memory:").await?;
/// db.execute("CREATE TABLE item (id INTEGER PRIMARY KEY)", ()).await?;
/// let text = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, note TEXT)";
/// let desired = ModelFile::parse(text, "models.sql")?.check(&scratch).await?;
/// let differences = drift(&desired, &hypostyle_schema::inspect(&db).await?);
/// assert_eq!(
///     differences[0].sentence,
///     "column `item.note` is in models.sql but not in the database: write a migration"
/// );
/// # Ok(())
/// # }
/// ```
pub fn drift(desired: &Schema, actual: &Schema) -> Vec<Difference> {
    let mut found = Differences::default();
    for table in &desired.tables {
        if let Some(other) = actual.table(&table.name) {
            found.table = table.name.clone();
            found.compare(table, other);
        }
    }
    found.list
}

#[derive(Default)]
struct Differences {
    table: String,
    list: Vec<Difference>,
}

impl Differences {
    fn compare(&mut self, wanted: &Table, found: &Table) {
        if wanted.kind != found.kind {
            let subject = format!("`{}`", self.table);
            let (wanted, found) = (wanted.kind.words(), found.kind.words());
            return self.differs(Part::Kind, &subject, wanted, found);
        }
        self.columns(wanted, found);
        let subject = format!("the primary key of `{}`", self.table);
        let key = |table: &Table| format!("({})", table.primary_key.join(", ").to_lowercase());
        self.differs(Part::PrimaryKey, &subject, &key(wanted), &key(found));
        let keys = |table: &Table| table.foreign_keys.iter().map(foreign_key).collect();
        self.both(Part::ForeignKey, "foreign key", keys(wanted), keys(found));
        let indexes = |table: &Table| table.indexes.iter().filter_map(index).collect();
        self.both(Part::Index, "index", indexes(wanted), indexes(found));
        let checks = |table: &Table| table.checks.iter().map(check).collect();
        self.both(Part::Check, "check", checks(wanted), checks(found));
        let options = |table: &Table| {
            let strict = if table.strict { "STRICT" } else { "not STRICT" };
            let rowid = if table.without_rowid { "WITHOUT ROWID" } else { "with row ids" };
            format!("{strict}, {rowid}")
        };
        let subject = format!("`{}`", self.table);
        self.differs(Part::Option, &subject, &options(wanted), &options(found));
    }

    fn columns(&mut self, wanted: &Table, found: &Table) {
        for column in wanted.columns.iter().filter(|column| !column.hidden) {
            match found.column(&column.name) {
                Some(other) => self.column(column, other),
                None => self.missing(Part::Column, &self.named("column", &column.name)),
            }
        }
        for column in found.columns.iter().filter(|column| !column.hidden) {
            if wanted.column(&column.name).is_none() {
                self.extra(Part::Column, &self.named("column", &column.name));
            }
        }
    }

    fn column(&mut self, wanted: &Column, found: &Column) {
        let subject = |what: &str| self.named(what, &wanted.name);
        let subjects = [
            subject("the type of"),
            subject("the nullability of"),
            subject("the default of"),
            subject("the expression of"),
        ];
        let nullable = |column: &Column| if column.nullable { "NULL" } else { "NOT NULL" };
        let default = |column: &Column| column.default.as_deref().map_or("none".to_owned(), plain);
        let generated = |column: &Column| match &column.generated {
            Some(by) => {
                let expression = by.expression.as_deref().map_or(String::new(), plain);
                format!("({expression}) {:?}", by.storage).to_lowercase()
            }
            None => "none".to_owned(),
        };
        let kind = |column: &Column| match plain(&column.declared).to_uppercase() {
            empty if empty.is_empty() => "none".to_owned(),
            kind => kind,
        };
        self.differs(Part::Type, &subjects[0], &kind(wanted), &kind(found));
        self.differs(Part::Nullability, &subjects[1], nullable(wanted), nullable(found));
        self.differs(Part::Default, &subjects[2], &default(wanted), &default(found));
        self.differs(Part::Generated, &subjects[3], &generated(wanted), &generated(found));
        let identity = |column: &Column| match column.identity {
            Some(Identity::Always) => "ALWAYS",
            Some(Identity::ByDefault) => "BY DEFAULT",
            Some(Identity::Autoincrement) => "AUTOINCREMENT",
            None => "none",
        };
        let subject = self.named("the identity of", &wanted.name);
        self.differs(Part::Generated, &subject, identity(wanted), identity(found));
    }

    /// Compares two lists of things that are the same when their texts are.
    fn both(&mut self, part: Part, what: &str, wanted: Vec<String>, mut found: Vec<String>) {
        for text in wanted {
            match found.iter().position(|other| *other == text) {
                Some(at) => drop(found.swap_remove(at)),
                None => self.missing(part, &format!("{what} `{text}` of `{}`", self.table)),
            }
        }
        for text in found {
            self.extra(part, &format!("{what} `{text}` of `{}`", self.table));
        }
    }

    fn named(&self, what: &str, column: &str) -> String {
        format!("{what} `{}.{column}`", self.table)
    }

    fn differs(&mut self, part: Part, subject: &str, wanted: &str, found: &str) {
        if wanted != found {
            self.add(part, format!(
                "{subject} is {wanted} in models.sql but {found} in the database: write a migration"
            ));
        }
    }

    fn missing(&mut self, part: Part, subject: &str) {
        self.add(
            part,
            format!("{subject} is in models.sql but not in the database: write a migration"),
        );
    }

    fn extra(&mut self, part: Part, subject: &str) {
        self.add(part, format!(
            "{subject} is in the database but not in models.sql: add it there, or write a migration"
        ));
    }

    fn add(&mut self, what: Part, sentence: String) {
        self.list.push(Difference { table: self.table.clone(), what, sentence });
    }
}

fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey { referenced_table, on_update, on_delete, .. } = key;
    let names = |columns: &[String]| columns.join(", ").to_lowercase();
    let (from, to) = (names(&key.columns), names(&key.referenced_columns));
    let parent = referenced_table.to_lowercase();
    let action = |when: &str, action: &crate::Action| match action {
        crate::Action::NoAction => String::new(),
        action => format!(" ON {when} {}", action.sql()),
    };
    let (update, delete) = (action("UPDATE", on_update), action("DELETE", on_delete));
    format!("({from}) REFERENCES {parent} ({to}){update}{delete}")
}

/// An index as text. The names of those that constraints made are the engine's, and the index of a
/// primary key is compared as the key.
fn index(index: &Index) -> Option<String> {
    let parts = index.parts.iter().map(|part| {
        let by = match &part.by {
            IndexedBy::Column(name) => name.clone(),
            IndexedBy::Expression(text) => format!("({})", plain(text)),
        };
        let collation = part.collation.as_deref().filter(|name| *name != "BINARY");
        let collation = collation.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let class = part.class.as_deref().map(|class| format!(" {class}")).unwrap_or_default();
        let nulls = part.nulls.map(|nulls| format!(" NULLS {nulls:?}").to_uppercase());
        let descending = if part.descending { " DESC" } else { "" };
        format!("{by}{collation}{class}{descending}{}", nulls.unwrap_or_default())
    });
    let parts = parts.collect::<Vec<_>>().join(", ");
    let method = index.method.as_deref().filter(|method| *method != "btree");
    let method = method.map(|method| format!("USING {method} ")).unwrap_or_default();
    let parts = match index.include.as_slice() {
        [] => format!("{method}({parts})"),
        include => format!("{method}({parts}) INCLUDE ({})", include.join(", ")),
    };
    let filter = index.predicate.as_deref().map(|text| format!(" WHERE {}", plain(text)));
    let filter = filter.unwrap_or_default();
    match index.origin {
        Origin::PrimaryKey => None,
        Origin::Unique => Some(format!("UNIQUE {parts}")),
        Origin::Created => {
            let unique = if index.unique { "UNIQUE " } else { "" };
            Some(format!("{unique}{} {parts}{filter}", index.name))
        }
    }
}

fn check(check: &Check) -> String {
    let name = check.name.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
    format!("{name}{}", plain(&check.expression))
}

/// An expression without the blanks that make no difference to people.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
