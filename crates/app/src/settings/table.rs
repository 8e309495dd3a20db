//! The table of settings: each is declared here, once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::declare::{Setting, settings};
use super::entry::Entry;
use super::kind::{Item, Kind, is_name};
use super::layer::Values;
use super::origin::Origin;
use super::secret::{DatabaseUrl, Secret};

pub(super) const ENVIRONMENTS: [&str; 4] = ["development", "testing", "staging", "production"];
pub(super) const CHARTS: [&str; 4] = ["number", "line", "bar", "table"];

const LINE: Kind = Kind::Text { chars_max: 200 };
const DAY: Duration = Duration::from_secs(24 * 3_600);
const NO_TIME: Duration = Duration::ZERO;
const MOMENT: Duration = Duration::from_millis(1);
const GIB: u64 = 1024 * 1024 * 1024;

settings! {
    /// What an application is set to.
    pub struct Settings in "" {
        name: String = "", LINE, "The name of the application.",
            empty: "none", is_per_environment: false, example: r#""shop""#;
        environment: String = "development", Kind::Name, "The environment it runs in.",
            own_variable: Some("ENVIRONMENT"), is_per_environment: false,
            example: r#""development""#;
        database_url: Option<DatabaseUrl> = "", Kind::Url,
            "Where its databases are: a URL that ends in `/` is a folder of one file each.",
            empty: "data/database/ in the application's folder",
            own_variable: Some("DATABASE_URL"), example: r#""sqlite:data/database/""#;
        max_retries: u32 = "5", Kind::Count { min: 0, max: 100 },
            "How often a request is tried in all; 0 and 1 switch retries off.",
            unit: "attempts", own_variable: Some("DATABASE_MAX_RETRIES"), example: "5";
        connection_timeout: Duration = "30s", Kind::Duration { min: MOMENT, max: DAY },
            "How long making a connection may take.",
            unit: "seconds", own_variable: Some("DATABASE_CONNECTION_TIMEOUT"),
            example: r#""30s""#;
        pool_size: usize = "20", Kind::Count { min: 1, max: 10_000 },
            "The most connections of a database; for SQLite the most that read.",
            unit: "connections", own_variable: Some("DATABASE_POOL_SIZE"), example: "20";
        statement_timeout: Duration = "30s", Kind::Duration { min: NO_TIME, max: DAY },
            "How long a statement may take, its repetitions included; 0 for no limit.",
            unit: "seconds", example: r#""30s""#;
        slow_after: Duration = "1s", Kind::Duration { min: NO_TIME, max: DAY },
            "From which time on a statement is told as slow; 0 for never.",
            unit: "seconds", example: r#""200ms""#;
    }
    with {
        /// How SQLite databases are opened.
        pub sqlite: Sqlite,
        /// How the server listens and where it stops.
        pub server: Server,
        /// What is set for databases by name.
        pub databases: BTreeMap<String, DatabaseSettings>,
        /// What the console's first page shows, in this order.
        pub panels: Vec<Panel>,
        pub(super) folder: PathBuf,
        pub(super) entries: Vec<Entry>,
    }
}

settings! {
    /// How SQLite databases are opened, where their URLs do not say it.
    pub struct Sqlite in "sqlite." {
        journal_mode: String = "WAL",
            Kind::OneOf(&["WAL", "DELETE", "TRUNCATE", "PERSIST", "MEMORY"]),
            "How SQLite keeps its journal.",
            own_variable: Some("SQLITE_JOURNAL_MODE"), example: r#""WAL""#;
        synchronous: String = "NORMAL", Kind::OneOf(&["OFF", "NORMAL", "FULL", "EXTRA"]),
            "How patiently SQLite waits for the disk.",
            own_variable: Some("SQLITE_SYNCHRONOUS"), example: r#""NORMAL""#;
        cache_size: Option<i64> = "", Kind::Integer { min: -16_777_216, max: 4_194_304 },
            "The page cache of a database: pages of 4 096 bytes, or KiB when negative.",
            empty: "40 MB", unit: "pages, or KiB when negative",
            own_variable: Some("SQLITE_CACHE_SIZE"), example: "-40000";
    }
}

settings! {
    /// How the server listens, whom it answers and where it stops.
    pub struct Server in "server." {
        listen: SocketAddr = "127.0.0.1:8080", Kind::Address,
            "The address to listen on; port 0 takes any that is free.",
            example: r#""127.0.0.1:8080""#;
        api_key: Option<Secret> = "", Kind::Token,
            "What every request must carry; an address that other machines reach needs one.",
            empty: "no key", own_variable: Some("HYPOSTYLE_API_KEY"), is_secret: true;
        allowed_hosts: Vec<String> = "", Kind::List(Item::Host),
            "Host names to answer to, besides localhost and the address.",
            empty: "none", example: r#"["db.example.com"]"#;
        allowed_origins: Vec<String> = "", Kind::List(Item::Origin),
            "Origins whose pages may ask.",
            empty: "none", example: r#"["https://app.example.com"]"#;
        title: String = "", LINE, "The name on the console's pages.",
            empty: "`name`, or Hypostyle", example: r#""Shop""#;
        page_size_default: u64 = "50", Kind::Count { min: 1, max: 100_000 },
            "The rows of a page that names no size.", unit: "rows", example: "50";
        page_size_max: u64 = "1000", Kind::Count { min: 1, max: 100_000 },
            "The most rows of a page.", unit: "rows", example: "1000";
        body_bytes_max: u64 = "1MiB", Kind::Bytes { min: 1, max: GIB },
            "The longest body of a request.", unit: "bytes", example: r#""1MiB""#;
        response_bytes_max: usize = "32MiB", Kind::Bytes { min: 1, max: GIB },
            "The most bytes of the rows of one answer.", unit: "bytes", example: r#""32MiB""#;
        request_timeout: Duration = "30s", Kind::Duration { min: MOMENT, max: DAY },
            "How long a request may take, waiting for a connection included.",
            unit: "seconds", example: r#""30s""#;
        header_timeout: Duration = "10s", Kind::Duration { min: MOMENT, max: DAY },
            "How long a client may take to send the head of a request.",
            unit: "seconds", example: r#""10s""#;
        shutdown_timeout: Duration = "10s", Kind::Duration { min: NO_TIME, max: DAY },
            "How long requests under way may go on once the server is to stop.",
            unit: "seconds", example: r#""10s""#;
        requests_max: usize = "256", Kind::Count { min: 1, max: 100_000 },
            "The most requests under way; further ones are told to come back.",
            unit: "requests", example: "256";
        connections_max: usize = "1024", Kind::Count { min: 1, max: 100_000 },
            "The most connections of clients; further ones wait.",
            unit: "connections", example: "1024";
        sql_editor: bool = "true", Kind::Bool,
            "Whether the console and the API take SQL of the user's, to read only.",
            example: "true";
    }
}

settings! {
    /// What is set for one database.
    pub struct DatabaseSettings in "databases.NAME." {
        url: Option<DatabaseUrl> = "", Kind::Url, "Where this database is.",
            empty: "NAME.db in the folder of `database_url`",
            example: r#""postgres://user:password@host/hr""#;
        scratch_url: Option<DatabaseUrl> = "", Kind::Url,
            "An empty database to try things in, for an account of MySQL that may make none.",
            empty: "one that is made and dropped",
            example: r#""mysql://user:password@host/hr_scratch""#;
        writable: Vec<String> = "", Kind::List(Item::Table),
            "The tables that may be written over REST; `*` for all.",
            empty: "none", example: r#"["orders", "lines"]"#;
    }
}

settings! {
    /// What a part of the console's first page shows.
    pub struct Panel in "panels." {
        id: String = "", Kind::Id, "The name of the panel in URLs.",
            empty: "made of the title", example: r#""revenue-by-month""#;
        title: String = "", LINE, "What stands above the panel.",
            is_required: true, example: r#""Revenue by month""#;
        database: String = "", Kind::Name, "The database it asks.",
            is_required: true, example: r#""shop""#;
        chart: Chart = "", Kind::OneOf(&CHARTS), "How the rows are shown.",
            is_required: true, example: r#""line""#;
        unit: Option<String> = "", Kind::Text { chars_max: 20 }, "The unit of the numbers.",
            empty: "none", example: r#""€""#;
        sql: String = "", Kind::Text { chars_max: 100_000 },
            "The statement, which only reads: the first column names, the further ones count.",
            is_required: true, example: r#""SELECT month, revenue FROM by_month""#;
    }
    with {
        /// Where it is declared.
        pub origin: Origin,
    }
}

/// How a panel shows its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    /// One number.
    Number,
    /// A line for each column after the first.
    Line,
    /// A bar for each row.
    Bar,
    /// Rows as they are.
    Table,
}

impl Chart {
    /// Answers its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Line => "line",
            Self::Bar => "bar",
            Self::Table => "table",
        }
    }
}

/// Answers every setting; those of databases and panels once, by pattern.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    fixed().chain(DatabaseSettings::TABLE).chain(Panel::TABLE)
}

/// Answers the settings whose keys hold no name of the user's.
pub(super) fn fixed() -> impl Iterator<Item = &'static Setting> + Clone {
    Settings::TABLE.iter().chain(Sqlite::TABLE).chain(Server::TABLE)
}

/// Answers the setting of a key; `databases.shop.url` is one of `databases.NAME.url`.
pub fn find(key: &str) -> Option<&'static Setting> {
    if let Some((_, field)) = database_key(key) {
        return DatabaseSettings::TABLE.iter().find(|setting| setting.field() == field);
    }
    fixed().find(|setting| setting.key == key)
}

/// Splits the key of a database's setting into the database and the field.
pub(super) fn database_key(key: &str) -> Option<(&str, &str)> {
    let (name, field) = key.strip_prefix("databases.")?.split_once('.')?;
    is_name(name).then_some((name, field))
}
