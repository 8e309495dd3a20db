//! `hypostyle init`: the folder of a new application.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::args::Global;
use crate::exit::{Failure, Result};

const HELP: &str = "\
The folder gets settings (hypostyle.toml) and a first module of the same name
with a few tables. Nothing that is there is written over.

Examples:
  hypostyle init shop && cd shop && hypostyle serve
  hypostyle init work/shop";

/// Makes the folder of a new application
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Init {
    /// The name: that of the folder, which must not be there or be empty, and of the first module
    #[arg(value_name = "NAME")]
    folder: PathBuf,
}

impl Init {
    pub(crate) fn run(self, global: &Global) -> Result {
        let name = self.folder.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| {
            Failure::usage(format!(
                "`{}` says no name: give that of the folder to make, as in hypostyle init shop",
                self.folder.display()
            ))
        })?;
        let files = hypostyle_app::init::init(&self.folder, name)?;
        let (folder, mut out) = (self.folder.display().to_string(), io::stdout());
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        if global.json {
            writeln!(out, "{}", json!({ "folder": folder, "name": name, "files": files }))?;
            return Ok(out.flush()?);
        }
        if !global.quiet {
            writeln!(out, "made {folder}/")?;
            for file in &files {
                writeln!(out, "  {file}")?;
            }
            writeln!(out, "\nTry:\n  cd {folder}\n  hypostyle serve")?;
        }
        Ok(out.flush()?)
    }
}
