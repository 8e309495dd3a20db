//! A folder with files, and what is said besides.

use hypostyle_app::settings::{Problems, Settings, Sources};
use tempfile::TempDir;

/// What the sources say; empty texts stand for files that are not there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Said<'a> {
    pub(crate) toml: &'a str,
    pub(crate) dot_env: &'a str,
    pub(crate) variables: &'a [(&'a str, &'a str)],
    pub(crate) flags: &'a [(&'a str, &'a str, &'a str)],
}

impl<'a> Said<'a> {
    pub(crate) fn toml(toml: &'a str) -> Self {
        Self { toml, ..Self::default() }
    }

    pub(crate) fn dot_env(dot_env: &'a str) -> Self {
        Self { dot_env, ..Self::default() }
    }

    pub(crate) fn variables(variables: &'a [(&'a str, &'a str)]) -> Self {
        Self { variables, ..Self::default() }
    }

    pub(crate) fn flags(flags: &'a [(&'a str, &'a str, &'a str)]) -> Self {
        Self { flags, ..Self::default() }
    }

    pub(crate) fn load(&self) -> Result<Settings, Problems> {
        let folder = self.folder();
        self.load_in(&folder)
    }

    pub(crate) fn load_in(&self, folder: &TempDir) -> Result<Settings, Problems> {
        let sources = Sources::new(folder.path()).variables(self.variables.iter().copied());
        let flags = self.flags.iter();
        Settings::load(
            flags.fold(sources, |sources, (key, value, name)| sources.flag(*key, *value, *name)),
        )
    }

    pub(crate) fn folder(&self) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("hypostyle.toml", self.toml), (".env", self.dot_env)] {
            if !text.is_empty() {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
        }
        folder
    }
}
