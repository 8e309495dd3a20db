//! The application's folder that a command works in.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;
use hypostyle_app::settings::{Problems, Settings, Sources};

use crate::args::Global;
use crate::database::{Use, complete};
use crate::exit::{Failure, Result};

/// Where an application is, and as what it runs.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    /// The application's folder
    #[arg(short = 'C', long, value_name = "PATH", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// The environment to run in, instead of the one that ENVIRONMENT names
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
}

/// What a flag says of a setting: the key, the value, the name of the flag.
pub(crate) type Flag = (&'static str, String, &'static str);

impl Place {
    /// Tells whether the folder is one of an application.
    pub(crate) fn is_application(&self) -> bool {
        self.folder.join("hypostyle.toml").is_file() || self.folder.join("modules").is_dir()
    }

    /// Loads the settings of the application; all that is wrong is told at once.
    pub(crate) fn settings(&self, global: &Global, flags: Vec<Flag>) -> Result<Settings> {
        let mut sources = Sources::new(&self.folder);
        if let Some(url) = url_flag(global) {
            sources = sources.flag("database_url", complete(url, Use::Any)?, "--url");
        }
        if let Some(environment) = &self.environment {
            sources = sources.flag("environment", environment, "--environment");
        }
        for (key, value, name) in flags {
            sources = sources.flag(key, value, name);
        }
        Settings::load(sources.variables(variables())).map_err(|problems| refused(&problems))
    }

    /// As [`Place::settings`], for a command that makes sense only in the folder of an application.
    pub(crate) fn of_application(&self, global: &Global) -> Result<Settings> {
        if self.is_application() {
            return self.settings(global, Vec::new());
        }
        Err(Failure::usage(format!(
            "{} is no folder of an application: `hypostyle init NAME` makes one, --folder names one",
            self.folder.display()
        )))
    }
}

/// Answers the URL that stands on the command line itself: its parser takes the variable for it.
pub(crate) fn url_flag(global: &Global) -> Option<&str> {
    let variables = variables();
    let from_variable =
        |url: &str| variables.iter().any(|(name, value)| name == "DATABASE_URL" && value == url);
    global.url.as_deref().filter(|url| !from_variable(url))
}

fn variables() -> Vec<(OsString, OsString)> {
    #[expect(clippy::disallowed_methods, reason = "the program's edge, where settings are read")]
    std::env::vars_os().collect()
}

fn refused(problems: &Problems) -> Failure {
    let mut lines = problems.iter().map(ToString::to_string);
    if problems.len() == 1 {
        return Failure::invalid(lines.next().unwrap_or_default());
    }
    let failure = Failure::invalid(format!("the settings have {} problems", problems.len()));
    lines.fold(failure, Failure::note)
}
