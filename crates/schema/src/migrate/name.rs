//! What the name of a file says of the migration in it.

use std::path::Path;

use hypostyle_core::{Error, ErrorKind, Result};

use super::Version;

/// How a file of migrations is called, for messages.
const PATTERN: &str = "V{version}__{description}.sql, as V003__add_orders.sql, with \
                       U{version}__{description}.sql to undo it; R__{description}.sql for what runs \
                       whenever it changes; {version}_{description}.sql, with .up.sql and .down.sql";

/// How the names of files begin that Flyway runs around migrations.
///
/// # Source
/// Flyway's documentation, "Callbacks".
const CALLBACKS: [&str; 3] = ["before", "after", "createSchema"];

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Up,
    Undo,
}

/// The name of a file, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    pub(super) role: Role,
    pub(super) version: Version,
    pub(super) description: String,
}

impl FileName {
    /// Reads the name of a file.
    ///
    /// # Errors
    /// `Validation` for a name that no migration has.
    pub(super) fn parse(filename: &str) -> Result<Self> {
        parts(filename).ok_or_else(|| {
            let message = format!("`{filename}` is no name of a migration; call it {PATTERN}");
            Error::new(ErrorKind::Validation, message)
        })
    }

    /// Tells whether a file is a callback of Flyway, which nobody runs here.
    pub(super) fn is_callback(filename: &str) -> bool {
        CALLBACKS.iter().any(|begin| filename.starts_with(begin))
    }

    /// Tells whether a path is one of a script.
    pub(super) fn is_sql(path: &Path) -> bool {
        path.extension().is_some_and(|kind| kind.eq_ignore_ascii_case("sql"))
    }
}

fn parts(filename: &str) -> Option<FileName> {
    let stem = filename.strip_suffix(".sql")?;
    let (stem, direction) = match (stem.strip_suffix(".down"), stem.strip_suffix(".up")) {
        (Some(stem), _) => (stem, Some(Role::Undo)),
        (None, Some(stem)) => (stem, Some(Role::Up)),
        (None, None) => (stem, None),
    };
    let (letter, rest) = match stem.chars().next()? {
        letter @ ('V' | 'U' | 'R') => (letter, &stem[1..]),
        _ => ('0', stem),
    };
    let (version, name) = match letter {
        '0' => rest.split_once('_')?,
        _ => rest.split_once("__")?,
    };
    let description = description(name)?;
    let role = match (letter, direction) {
        ('U', None) => Role::Undo,
        ('R', None) if version.is_empty() => {
            return Some(FileName {
                role: Role::Up,
                version: Version::repeatable(name),
                description,
            });
        }
        ('U' | 'R', _) => return None,
        (_, direction) => direction.unwrap_or(Role::Up),
    };
    let starts_with_digit = version.starts_with(|letter: char| letter.is_ascii_digit());
    // Flyway writes an underscore where a dot is meant.
    let version = version.replace('_', ".");
    let version = version.parse().ok().filter(|_| starts_with_digit)?;
    Some(FileName { role, version, description })
}

fn description(name: &str) -> Option<String> {
    let says_something = name.chars().any(char::is_alphanumeric);
    let is_odd = |letter: char| letter.is_control() || letter == '/' || letter == '\\';
    (says_something && !name.contains(is_odd)).then(|| name.replace('_', " ").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(filename: &str, role: Role, version: &str, description: &str) {
        let found = FileName::parse(filename).unwrap();
        let shown = (found.role, found.version.to_string(), found.description);
        assert_eq!(shown, (role, version.to_owned(), description.to_owned()), "{filename}");
    }

    #[test]
    fn a_name_says_version_and_description() {
        check("V001__create_base_schema.sql", Role::Up, "001", "create base schema");
        check("V1.10__x.sql", Role::Up, "1.10", "x");
        check("V1_2.0__x.sql", Role::Up, "1.2.0", "x");
        check("V201702131020__fix #12, (again).sql", Role::Up, "201702131020", "fix #12, (again)");
        check("V20261121120000__größe-2.sql", Role::Up, "20261121120000", "größe-2");
        check("V1__a__b.sql", Role::Up, "1", "a  b");
        check("20261121_add_users.sql", Role::Up, "20261121", "add users");
        check("1__x.sql", Role::Up, "1", "x");
    }

    #[test]
    fn a_name_says_what_undoes_and_what_repeats() {
        check("U001__create.sql", Role::Undo, "001", "create");
        check("V1__x.down.sql", Role::Undo, "1", "x");
        check("V1__x.up.sql", Role::Up, "1", "x");
        check("0001_x.up.sql", Role::Up, "0001", "x");
        check("0001_x.down.sql", Role::Undo, "0001", "x");
        check("R__order_view.sql", Role::Up, "R__order_view", "order view");
    }

    #[test]
    fn other_names_are_refused() {
        for filename in [
            "V1_x.sql",
            "v1__x.sql",
            "V__x.sql",
            "VV1__x.sql",
            "VR__x.sql",
            "V1__.sql",
            "V1____.sql",
            "V1__x.SQL",
            "V1__x\n.sql",
            "V1.__x.sql",
            "V1__x",
            "U__x.sql",
            "U1__x.down.sql",
            "R1__x.sql",
            "R__x.down.sql",
            "B1__x.sql",
            "schema.sql",
            "x.sql",
        ] {
            let error = FileName::parse(filename).unwrap_err();
            assert!(error.message().contains("V{version}__{description}"), "{filename}: {error}");
        }
        assert!(FileName::is_callback("beforeMigrate__x.sql"));
        assert!(!FileName::is_callback("V1__before.sql"));
    }
}
