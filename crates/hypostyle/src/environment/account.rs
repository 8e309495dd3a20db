//! The account of the operating system.

/// Answers the name of the account that runs the process.
#[cfg(feature = "postgres")]
pub(super) fn name() -> Option<String> {
    whoami::username().ok().filter(|name| !name.is_empty())
}

/// Nobody asks without the driver that wants a name.
#[cfg(not(feature = "postgres"))]
pub(super) fn name() -> Option<String> {
    None
}
