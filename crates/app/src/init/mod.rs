//! The files of a new application.

use std::io;
use std::path::{Path, PathBuf};

use hypostyle::{Error, ErrorKind, Result};

/// What stands in a template for the name of the application.
const NAME: &str = "{{name}}";

/// The files with their templates; `module` in a path is the name of the first module.
const FILES: [(&str, &str); 5] = [
    ("hypostyle.toml", include_str!("template/hypostyle.toml")),
    ("modules/{{name}}/models.sql", include_str!("template/models.sql")),
    ("modules/{{name}}/migrations/README.md", include_str!("template/migrations.md")),
    ("README.md", include_str!("template/README.md")),
    (".gitignore", include_str!("template/gitignore")),
];

/// Writes the folder of a new application: its settings and a first module of the same name.
/// Answers the files, as they stand in the folder.
///
/// # Errors
/// `Validation` for a name that is no name of a module; `Config` for a folder that holds anything
/// already; `Io` when it cannot be written. Nothing is written over.
///
/// # Examples
/// ```
/// let parent = tempfile::tempdir()?;
/// let files = hypostyle_app::init::init(&parent.path().join("shop"), "shop")?;
/// assert_eq!(files[0], std::path::Path::new("hypostyle.toml"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn init(folder: &Path, name: &str) -> Result<Vec<PathBuf>> {
    check_name(name)?;
    check_empty(folder)?;
    let mut written = Vec::with_capacity(FILES.len());
    for (path, template) in FILES {
        let path = PathBuf::from(path.replace(NAME, name));
        write(&folder.join(&path), &template.replace(NAME, name))?;
        written.push(path);
    }
    Ok(written)
}

fn check_name(name: &str) -> Result<()> {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = name.len() <= 63
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(is_inner);
    if is_name && name != crate::FRAMEWORK {
        return Ok(());
    }
    let message = format!(
        "`{name}` cannot name an application: take a lower-case letter, then up to 62 of them, \
         digits or `_`; `{}` is taken",
        crate::FRAMEWORK
    );
    Err(Error::new(ErrorKind::Validation, message))
}

fn check_empty(folder: &Path) -> Result<()> {
    let holds_something = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(failed("read", folder, error)),
    };
    if holds_something {
        let message = format!("{} is not empty: name another folder", folder.display());
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| failed("make", folder, error))?;
    }
    let file = std::fs::File::create_new(path).map_err(|error| failed("make", path, error))?;
    io::Write::write_all(&mut &file, text.as_bytes()).map_err(|error| failed("write", path, error))
}

fn failed(doing: &str, path: &Path, error: io::Error) -> Error {
    let message = format!("cannot {doing} {}: {error}", path.display());
    Error::new(ErrorKind::Io, message).caused_by(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Application;
    use crate::settings::{Settings, Sources};

    #[tokio::test]
    async fn a_new_application_opens_as_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("to/shop");
        let files = init(&folder, "shop").unwrap();
        assert!(files.iter().all(|file| folder.join(file).is_file()));
        let app = Application::open(Settings::load(Sources::new(&folder)).unwrap()).await.unwrap();
        let modules = app.modules();
        assert!(modules.len() == 1 && modules[0].state.is_ok(), "{modules:?}");
        let db = app.database("shop").unwrap();
        for panel in &app.settings().panels {
            assert!(db.query(&panel.sql, ()).await.success, "{}", panel.sql);
        }
        app.close().await;
        let again = init(&folder, "shop").unwrap_err();
        assert!(again.message().ends_with("shop is not empty: name another folder"), "{again}");
    }

    #[test]
    fn names_that_cannot_be_a_module_are_refused() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["", "Shop", "9", "a b", "../x", "framework", &"x".repeat(64)] {
            let refused = init(&parent.path().join("x"), name).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Validation, "{name}");
        }
        assert!(!parent.path().join("x").exists());
    }
}
