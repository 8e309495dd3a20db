//! TLS as the `ssl-mode` asks for it.

use hypostyle_core::Result;
use hypostyle_net::{Checks, TlsConnector, TlsSettings};

use crate::config::{Config, TlsMode};

/// Makes what turns a socket into one with TLS; `None` where TLS is switched off.
///
/// # Errors
/// `Config` for certificates that cannot be read.
pub(crate) fn connector(config: &Config) -> Result<Option<TlsConnector>> {
    let checks = match config.tls {
        TlsMode::Disabled => return Ok(None),
        TlsMode::Preferred | TlsMode::Required => Checks::Nothing,
        TlsMode::VerifyCa => Checks::Authority,
        TlsMode::VerifyIdentity => Checks::AuthorityAndHost,
    };
    let settings = TlsSettings {
        checks,
        roots: config.root_certificates.as_deref(),
        roots_option: "ssl-ca",
        client: config.client_certificate.as_ref().map(|(file, key)| (&**file, &**key)),
    };
    settings.connector().map(Some)
}
