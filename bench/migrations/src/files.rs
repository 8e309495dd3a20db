//! The migrations, in the names that each library reads.

use std::fs;
use std::path::PathBuf;

/// How many there are.
pub(crate) const COUNT: u64 = 1_000;

/// Folders of the same migrations.
pub(crate) struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    /// Writes them: every tenth makes a table, the others add a column to it.
    pub(crate) fn write() -> Self {
        let files = Self { folder: tempfile::tempdir().expect("a folder can be made") };
        for folder in [files.versioned(), files.of_sqlx()] {
            fs::create_dir(folder).expect("a folder can be made");
        }
        for number in 1..=COUNT {
            let (table, column) = ((number - 1) / 10, (number - 1) % 10);
            let text = match column {
                0 => {
                    format!("CREATE TABLE t{table} (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n")
                }
                _ => format!("ALTER TABLE t{table} ADD COLUMN c{column} INTEGER;\n"),
            };
            let names = [
                files.versioned().join(format!("V{number}__step_{number}.sql")),
                files.of_sqlx().join(format!("{number:04}_step_{number}.sql")),
            ];
            for name in names {
                fs::write(name, &text).expect("a migration can be written");
            }
        }
        files
    }

    /// Those of hypostyle and refinery.
    pub(crate) fn versioned(&self) -> PathBuf {
        self.folder.path().join("versioned")
    }

    pub(crate) fn of_sqlx(&self) -> PathBuf {
        self.folder.path().join("sqlx")
    }
}
