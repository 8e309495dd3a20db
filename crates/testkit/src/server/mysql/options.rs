//! How a private instance is to be.

use crate::server::postgres::Tls;

/// Whose server it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Brand {
    /// MariaDB, as the system has it.
    #[default]
    MariaDb,
    /// Oracle's MySQL, version 9, as the system has it or as `./dev services install` unpacked it.
    Oracle,
}

/// How clients over TCP prove who they are. Those on the Unix socket need not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MySqlAuth {
    /// Not at all.
    #[default]
    Trust,
    /// By [`PASSWORD`](crate::server::PASSWORD), with the plugin of the brand: `mysql_native_password` with MariaDB,
    /// `caching_sha2_password` with Oracle's.
    Password,
    /// By [`PASSWORD`](crate::server::PASSWORD), with MariaDB's `ed25519`.
    Ed25519,
}

/// How a private instance is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct MySqlOptions<'a> {
    /// Whose server it is.
    pub brand: Brand,
    /// Settings of the server, as in `my.cnf`; they win over those of the launcher, which are UTC,
    /// utf8mb4 and no `fsync`.
    pub settings: &'a [(&'a str, &'a str)],
    /// How clients over TCP prove who they are.
    pub auth: MySqlAuth,
    /// What it does about TLS.
    pub tls: Tls,
}
