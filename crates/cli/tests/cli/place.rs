//! A folder to run the program in, without anything of the caller's environment.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

pub(crate) struct Place {
    folder: TempDir,
}

/// What a run of the program left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place with the database `shop.db`, as the tests of queries want it.
    pub(crate) fn with_shop() -> Self {
        let place = Self::new();
        let made = place.run(&["query", "-d", "shop.db", "-q", SHOP]);
        assert_eq!((made.code, &*made.stderr), (0, ""), "{}", made.stdout);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hypostyle"));
        command.args(arguments).current_dir(self.folder.path());
        // Nothing of the caller's reaches the program, a database least of all.
        command.env_clear();
        for name in KEPT {
            #[expect(
                clippy::disallowed_methods,
                reason = "the program needs what runs any program"
            )]
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.env("HOME", self.folder.path());
        command.env("XDG_STATE_HOME", self.path("state"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// Runs the program with variables of the environment.
    pub(crate) fn run_in(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        ran(self.command(arguments).envs(variables.iter().copied()).output().unwrap())
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(stdin.as_bytes()).unwrap();
        drop(pipe);
        ran(child.wait_with_output().unwrap())
    }

    /// Runs a query on `shop.db` that works and answers what it wrote.
    #[track_caller]
    pub(crate) fn query(&self, arguments: &[&str]) -> String {
        let ran = self.run(&[&["query", "-d", "shop.db"], arguments].concat());
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.stdout
    }
}

/// What any run of the program needs, and where DuckDB's library is.
const KEPT: [&str; 6] = [
    "PATH",
    "LD_LIBRARY_PATH",
    "TMPDIR",
    "SystemRoot",
    "LLVM_PROFILE_FILE",
    "HYPOSTYLE_DUCKDB_LIBRARY",
];

const SHOP: &str = "
    CREATE TABLE product (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, price DECIMAL(10,2),
        sold_at TIMESTAMP, picture BLOB, facts JSON);
    CREATE TABLE line (product_id INTEGER NOT NULL REFERENCES product (id) ON DELETE CASCADE,
        count INTEGER NOT NULL CHECK (count > 0));
    INSERT INTO product VALUES
        (1, 'Kettle', '19.90', '2025-01-31 08:30:00', x'00ff', '{\"watts\": 2000}'),
        (2, 'Cup, blue', '4.50', NULL, NULL, NULL),
        (3, '', NULL, NULL, NULL, 'not json');
    INSERT INTO line VALUES (1, 2), (2, 6);
    CREATE VIEW cheap AS SELECT * FROM product WHERE price < 5";

pub(crate) fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}
