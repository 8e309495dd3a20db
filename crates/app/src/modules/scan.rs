//! Finding modules: every folder under `modules/` that has a model file.

use std::io;
use std::path::{Path, PathBuf};

use crate::Problem;

/// The most modules of an application.
pub const MODULES_MAX: usize = 1_000;

/// The folder of the modules in that of the application.
const MODULES: &str = "modules";
const MODELS: &str = "models.sql";
const MIGRATIONS: &str = "migrations";

/// Where the files of a module are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The name: that of the folder.
    pub name: String,
    /// The model file.
    pub models: PathBuf,
    /// The folder of the migrations; it need not be there.
    pub migrations: PathBuf,
    /// Why it cannot be a module.
    pub problem: Option<Problem>,
}

/// Finds the modules in the folder of an application, ordered by name. Hidden folders, and those
/// that hold neither a model file nor migrations, are passed over.
///
/// # Errors
/// A [`Problem`] when the folder cannot be read, or holds more than [`MODULES_MAX`] modules. What is
/// wrong with one module alone stands in its [`Source`].
pub fn scan(folder: &Path) -> Result<Vec<Source>, Problem> {
    let modules = folder.join(MODULES);
    let unreadable = |error: io::Error| {
        Problem::new(MODULES, format!("cannot be read: {error}"), "a folder of modules")
    };
    let entries = match std::fs::read_dir(&modules) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut sources = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        sources.extend(source(&path));
        if sources.len() > MODULES_MAX {
            let message = format!("there are more than {MODULES_MAX} modules");
            return Err(Problem::new(MODULES, message, "fewer"));
        }
    }
    sources.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(sources)
}

fn source(path: &Path) -> Option<Source> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    let (models, migrations) = (path.join(MODELS), path.join(MIGRATIONS));
    if name.starts_with('.') || !(models.exists() || migrations.exists()) {
        return None;
    }
    let place = format!("{MODULES}/{name}");
    let problem = if !is_name(&name) {
        let message = format!("`{name}` is no name of a module");
        Some(Problem::new(&place, message, "a letter, then up to 62 letters, digits, `_` or `-`"))
    } else if !models.is_file() {
        let message = format!("there are migrations but no {MODELS}");
        let expected = format!("a file {MODELS} whose first line is `-- database: NAME`");
        Some(Problem::new(&place, message, &expected))
    } else {
        None
    };
    Some(Source { name, models, migrations, problem })
}

fn is_name(name: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(is_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn folders_with_models_or_migrations_are_modules() {
        let folder = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        assert_eq!(scan(folder.path()), Ok(vec![]));
        make("modules/shop/models.sql");
        make("modules/blog/migrations/V1__a.sql");
        make("modules/9x/models.sql");
        make("modules/.git/models.sql");
        make("modules/notes/README.md");
        make("modules/a file");
        let shown = scan(folder.path()).unwrap().into_iter().map(|source| {
            let problem = source.problem.map(|problem| problem.to_string());
            (source.name, problem.unwrap_or_default())
        });
        let expect = [
            (
                "9x",
                "modules/9x: `9x` is no name of a module; expected a letter, then up to 62 letters, \
                 digits, `_` or `-`",
            ),
            (
                "blog",
                "modules/blog: there are migrations but no models.sql; expected a file models.sql \
                 whose first line is `-- database: NAME`",
            ),
            ("shop", ""),
        ];
        let expect = expect.map(|(name, problem)| (name.to_owned(), problem.to_owned()));
        assert_eq!(shown.collect::<Vec<_>>(), expect);
    }
}
