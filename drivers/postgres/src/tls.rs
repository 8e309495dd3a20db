//! TLS as the `sslmode` asks for it.

use std::path::Path;
use std::sync::Arc;

use hypostyle_core::{Error, ErrorKind, Result};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
};

use crate::config::{Config, TlsMode};

/// Makes what turns a socket into one with TLS; `None` where TLS is switched off.
///
/// # Errors
/// `Config` for certificates that cannot be read.
pub(crate) fn connector(config: &Config) -> Result<Option<TlsConnector>> {
    if config.tls == TlsMode::Disable {
        return Ok(None);
    }
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| refused("TLS cannot be set up", error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier(config, provider)?);
    let client = match &config.client_certificate {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let key = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| refused(&format!("{} holds no key", key.display()), error))?;
            builder
                .with_client_auth_cert(certificates(certificate)?, key)
                .map_err(|error| refused("sslcert and sslkey do not fit together", error))?
        }
    };
    Ok(Some(TlsConnector::from(Arc::new(client))))
}

fn refused(
    what: &str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>> + std::fmt::Display,
) -> Error {
    Error::new(ErrorKind::Config, format!("{what}: {error}")).caused_by(error)
}

fn verifier(config: &Config, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
    let checks = match config.tls {
        TlsMode::VerifyFull => Checks::AuthorityAndHost,
        TlsMode::VerifyCa => Checks::Authority,
        TlsMode::Require if config.root_certificates.is_some() => Checks::Authority,
        _ => return Ok(Arc::new(Verifier { provider, authority: None })),
    };
    let roots = Arc::new(roots(config.root_certificates.as_deref())?);
    let full = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
        .build()
        .map_err(|error| refused("the root certificates cannot be used", error))?;
    Ok(match checks {
        Checks::AuthorityAndHost => full,
        Checks::Authority => Arc::new(Verifier { provider, authority: Some(full) }),
    })
}

enum Checks {
    Authority,
    AuthorityAndHost,
}

/// The root certificates of a file, or of the system where none is named.
fn roots(file: Option<&Path>) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    let found = match file.filter(|file| *file != Path::new("system")) {
        Some(file) => certificates(file)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    let (added, _) = store.add_parsable_certificates(found);
    if added == 0 {
        let message = "no root certificate was found; name a file with sslrootcert";
        return Err(Error::new(ErrorKind::Config, message));
    }
    Ok(store)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let unreadable = |error| refused(&format!("{} holds no certificate", file.display()), error);
    let read = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
    read.collect::<Result<Vec<_>, _>>().map_err(unreadable)
}

/// Checks the authority where there are roots, and never the host.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    authority: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        stapled: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(authority) = &self.authority else { return Ok(ServerCertVerified::assertion()) };
        match authority.verify_server_cert(certificate, intermediates, host, stapled, now) {
            // The chain is checked before the name.
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            checked => checked,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
