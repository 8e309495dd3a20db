//! DuckDB's library: looked for once in a process, at the first database.

use std::ffi::CStr;
use std::sync::OnceLock;

use super::ffi::{self, Api};
use super::text;

/// The library in use.
pub(super) struct Library {
    pub(super) api: Api,
    /// Shares a database among those who open it by the same path.
    pub(super) instances: ffi::InstanceCache,
}

// SAFETY: functions may be called from any thread, and DuckDB locks its instance cache itself.
unsafe impl Send for Library {}
// SAFETY: as above.
unsafe impl Sync for Library {}

/// Finds the library, or says where it was looked for.
pub(super) fn library() -> Result<&'static Library, &'static str> {
    static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();
    LIBRARY.get_or_init(open).as_ref().map_err(String::as_str)
}

/// Answers the version of the library, as `v1.5.6`.
pub(crate) fn version() -> Result<&'static str, &'static str> {
    let library = library()?;
    // SAFETY: the version is a static NUL-terminated string.
    Ok(unsafe { text((library.api.duckdb_library_version)()) }.unwrap_or_default())
}

fn open() -> Result<Library, String> {
    let api = found::api()?;
    // SAFETY: the function takes nothing and answers a cache that is never destroyed.
    let instances = unsafe { (api.duckdb_create_instance_cache)() };
    Ok(Library { api, instances })
}

#[cfg(hypostyle_duckdb_bundled)]
mod found {
    use super::Api;

    // Keeps the crate that holds the symbols.
    use libduckdb_sys as _;

    pub(super) fn api() -> Result<Api, String> {
        Ok(Api::linked())
    }
}

#[cfg(not(hypostyle_duckdb_bundled))]
mod found {
    use std::error::Error as _;
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::{Api, CStr};

    /// Names the library, where it is in none of the usual places.
    const VARIABLE: &str = "HYPOSTYLE_DUCKDB_LIBRARY";

    pub(super) fn api() -> Result<Api, String> {
        let mut tried = Vec::new();
        for place in places() {
            // SAFETY: DuckDB's library has no initialisers that ask anything of their caller; what
            // else is found under its name is trusted as every library of the system is.
            match unsafe { libloading::Library::new(&place) } {
                Ok(library) => return functions(library, &place),
                Err(error) => {
                    let why = error.source().map_or(String::new(), |why| format!(": {why}"));
                    tried.push(format!("  {}: {error}{why}", place.display()));
                }
            }
        }
        Err(format!(
            "DuckDB's library was not found. Put {} beside the program or into a folder of the \
             system's libraries, or name it by {VARIABLE}; a checkout of Hypostyle gets it by \
             `./dev duckdb`. Looked for:\n{}",
            name().display(),
            tried.join("\n")
        ))
    }

    fn functions(library: libloading::Library, place: &std::path::Path) -> Result<Api, String> {
        // It is used until the process ends.
        let library: &'static libloading::Library = Box::leak(Box::new(library));
        let find = |name: &CStr| {
            // SAFETY: only the address is taken here.
            unsafe { library.get::<*mut std::ffi::c_void>(name) }.map(|symbol| *symbol)
        };
        // SAFETY: the functions of DuckDB's library bear the names of its header, which promises
        // that their signatures stay.
        unsafe { Api::find(find) }.map_err(|error| {
            let place = place.display();
            format!("{place} is no library of DuckDB 1.5 or newer: {error}")
        })
    }

    /// Where the library may be, the first first. One that is named is the only one.
    fn places() -> Vec<PathBuf> {
        if let Some(named) = named() {
            return vec![named.into()];
        }
        let mut places = Vec::new();
        if let Some(folder) =
            std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_owned()))
        {
            places.push(folder.join(name()));
            places.push(folder.join("../lib").join(name()));
        }
        places.push(name());
        places
    }

    #[expect(clippy::disallowed_methods, reason = "the library is found before any configuration")]
    fn named() -> Option<OsString> {
        std::env::var_os(VARIABLE).filter(|value| !value.is_empty())
    }

    fn name() -> PathBuf {
        libloading::library_filename("duckdb").into()
    }
}
