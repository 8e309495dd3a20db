//! What a server serves: databases with what may be done to them, modules, panels.

use std::collections::BTreeSet;
use std::path::PathBuf;

use hypostyle::{ConnectionConfig, Database};

use crate::data::{Error, ErrorKind, Result};
use crate::schema::migrate::MigrationSet;

/// Databases by name, what else is told of the application they belong to, and what its first page
/// shows.
///
/// # Examples
/// ```
/// use hypostyle_server::{Mount, Site, Writable};
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let db = hypostyle::Database::open("sqlite::memory:").await?;
/// let shop = Mount::new("shop", db).writable(Writable::tables(["orders"]));
/// let site = Site { mounts: vec![shop], ..Site::default() };
/// # assert_eq!(site.mounts[0].name, "shop");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The databases; the first is the default one. At least one.
    pub mounts: Vec<Mount>,
    /// The modules of the application, those that could not be loaded included.
    pub modules: Vec<Module>,
    /// What the first page shows, in this order.
    pub panels: Vec<Panel>,
    /// The name of the environment, as `production`.
    pub environment: Option<String>,
}

/// A database under the name it is asked for by.
#[derive(Clone, Debug)]
pub struct Mount {
    /// The name.
    pub name: String,
    /// The database.
    pub db: Database,
    /// The module it belongs to.
    pub module: Option<String>,
    /// The tables whose records may be written.
    pub writable: Writable,
    /// Its migrations, whose state is told; `None` where nobody knows of any.
    pub migrations: Option<Migrations>,
}

/// The migrations of a database.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Migrations {
    /// Those of the project itself.
    pub system: Option<MigrationSet>,
    /// Those of the application, where nobody knows of their files.
    pub app: Option<MigrationSet>,
    /// The files of those of the application, which are read again for each request.
    pub files: Option<MigrationFiles>,
}

/// Where the migrations and models of a database stand.
#[derive(Clone, Debug)]
pub struct MigrationFiles {
    /// The folder of the migrations; it need not be there.
    pub folder: PathBuf,
    /// The model file, which new migrations are generated from.
    pub models: PathBuf,
    /// Where the database is, for trying things beside it.
    pub config: ConnectionConfig,
    /// The database in which things are tried, where it is named (MySQL, MariaDB).
    pub scratch: Option<ConnectionConfig>,
}

impl Migrations {
    /// Takes the migrations of the project itself.
    pub fn system(set: MigrationSet) -> Self {
        Self { system: Some(set), ..Self::default() }
    }

    /// Takes the migrations of an application.
    pub fn app(set: MigrationSet) -> Self {
        Self { app: Some(set), ..Self::default() }
    }

    /// Takes the files of the migrations of an application.
    pub fn files(files: MigrationFiles) -> Self {
        Self { files: Some(files), ..Self::default() }
    }
}

impl Mount {
    /// Takes a database that may be read, and belongs to no module.
    pub fn new(name: impl Into<String>, db: Database) -> Self {
        let writable = Writable::none();
        Self { name: name.into(), db, module: None, writable, migrations: None }
    }

    /// Sets the tables whose records may be written. Default none.
    #[must_use]
    pub fn writable(self, writable: Writable) -> Self {
        Self { writable, ..self }
    }

    /// Sets the migrations whose state is told.
    #[must_use]
    pub fn migrations(self, migrations: Migrations) -> Self {
        Self { migrations: Some(migrations), ..self }
    }

    /// Sets the module it belongs to.
    #[must_use]
    pub fn module(self, module: impl Into<String>) -> Self {
        Self { module: Some(module.into()), ..self }
    }
}

/// The tables whose records may be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Writable {
    all: bool,
    tables: BTreeSet<String>,
}

impl Writable {
    /// No table.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every table but those that the project keeps for itself.
    pub fn all() -> Self {
        Self { all: true, tables: BTreeSet::new() }
    }

    /// The tables of a list, named without regard to ASCII case; `*` among them stands for all.
    pub fn tables<T: AsRef<str>>(names: impl IntoIterator<Item = T>) -> Self {
        let names: BTreeSet<String> =
            names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect();
        match names.contains("*") {
            true => Self::all(),
            false => Self { all: false, tables: names },
        }
    }

    /// Tells whether records of a table may be written.
    pub fn allows(&self, table: &str) -> bool {
        let table = table.to_ascii_lowercase();
        !is_own(&table) && (self.all || self.tables.contains(&table))
    }
}

/// Tells whether the project keeps a table for itself, so that nobody else writes it.
fn is_own(table: &str) -> bool {
    // A schema may stand before the name.
    let name = table.rsplit('.').next().unwrap_or(table);
    matches!(name, "ia_migrations" | "ia_migration_statements") || name.starts_with("hypostyle_")
}

/// A module of an application.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// The name.
    pub name: String,
    /// The name of its database, where it is known.
    pub database: Option<String>,
    /// Why it could not be loaded; `None` for one that was.
    pub problem: Option<Problem>,
}

/// What is wrong with a module, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in a sentence.
    pub message: String,
    /// The file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// What was expected instead.
    pub expected: Option<String>,
}

/// A query whose answer the first page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panel {
    /// The name in URLs: letters, digits, `-` and `_`.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The name of the database.
    pub database: String,
    /// How the answer is shown.
    pub chart: Chart,
    /// The unit of its numbers, as `€`.
    pub unit: Option<String>,
    /// The query; it runs in a read-only transaction.
    pub sql: String,
}

/// How the answer of a query is shown; the first column is what the others are told of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chart {
    /// One number.
    Number,
    /// A line over time.
    Line,
    /// Bars of categories.
    Bar,
    /// The rows as they are.
    #[default]
    Table,
}

impl Chart {
    /// Answers the name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Line => "line",
            Self::Bar => "bar",
            Self::Table => "table",
        }
    }
}

impl Site {
    /// Checks that names are there, are used once, and lead somewhere.
    ///
    /// # Errors
    /// `Config` without a database; for a database or a panel whose name is empty or given twice;
    /// for a panel of a database that is not there.
    pub fn validate(&self) -> Result<()> {
        if self.mounts.is_empty() {
            return Err(invalid("a server needs at least one database".to_owned()));
        }
        let names: Vec<&str> = self.mounts.iter().map(|mount| mount.name.as_str()).collect();
        let panels: Vec<&str> = self.panels.iter().map(|panel| panel.id.as_str()).collect();
        for (what, names) in [("databases", &names), ("panels", &panels)] {
            for (at, name) in names.iter().enumerate() {
                if name.is_empty() || names[..at].contains(name) {
                    return Err(invalid(format!("{what} need names of their own, not `{name}`")));
                }
            }
        }
        match self.panels.iter().find(|panel| !names.contains(&panel.database.as_str())) {
            Some(Panel { id, database, .. }) => Err(invalid(format!(
                "the panel `{id}` is of the database `{database}`; there are {}",
                names.join(", ")
            ))),
            None => Ok(()),
        }
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::Config, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_tables_may_be_written_and_never_those_of_the_project() {
        let check = |writable: &Writable, table: &str, expect: bool| {
            assert_eq!(writable.allows(table), expect, "{writable:?} {table}");
        };
        let orders = Writable::tables(["Orders"]);
        check(&orders, "orders", true);
        check(&orders, "ORDERS", true);
        check(&orders, "order", false);
        check(&Writable::none(), "orders", false);
        for all in [Writable::all(), Writable::tables(["x", "*"])] {
            check(&all, "orders", true);
            check(&all, "ia_migrations", false);
            check(&all, "Hypostyle_idempotency_keys", false);
            check(&all, "sales.ia_migrations", false);
            check(&all, "sales.orders", true);
        }
    }
}
