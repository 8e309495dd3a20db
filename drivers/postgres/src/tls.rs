//! TLS as the `sslmode` asks for it.

use std::path::Path;

use hypostyle_core::Result;
use hypostyle_net::{Checks, TlsConnector, TlsSettings};

use crate::config::{Config, TlsMode};

/// Makes what turns a socket into one with TLS; `None` where TLS is switched off.
///
/// # Errors
/// `Config` for certificates that cannot be read.
pub(crate) fn connector(config: &Config) -> Result<Option<TlsConnector>> {
    let checks = match config.tls {
        TlsMode::Disable => return Ok(None),
        TlsMode::VerifyFull => Checks::AuthorityAndHost,
        TlsMode::VerifyCa => Checks::Authority,
        TlsMode::Require if config.root_certificates.is_some() => Checks::Authority,
        _ => Checks::Nothing,
    };
    let settings = TlsSettings {
        checks,
        roots: config.root_certificates.as_deref().filter(|file| *file != Path::new("system")),
        roots_option: "sslrootcert",
        client: config.client_certificate.as_ref().map(|(file, key)| (&**file, &**key)),
    };
    settings.connector().map(Some)
}
