//! TLS: what is checked of a server, and the handshake.

use std::path::Path;
use std::sync::Arc;

use hypostyle_core::{Error, ErrorKind, Result};
pub use tokio_rustls::TlsConnector;
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

use crate::{Peer, Socket, unreachable};

/// What is checked of a server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// Nothing: what is sent cannot be read on the way, but the server may be anybody.
    Nothing,
    /// A known authority signed it.
    Authority,
    /// A known authority signed it for this host.
    AuthorityAndHost,
}

/// How TLS is set up.
#[derive(Clone, Copy, Debug)]
pub struct TlsSettings<'a> {
    /// What is checked.
    pub checks: Checks,
    /// A file of root certificates in PEM; `None` for those of the system.
    pub roots: Option<&'a Path>,
    /// The option of the URL that names the roots, for messages.
    pub roots_option: &'static str,
    /// Certificate and key of the client, in PEM.
    pub client: Option<(&'a Path, &'a Path)>,
}

/// The context of an error of the handshake.
const HANDSHAKE: &str = "TLS handshake";

impl TlsSettings<'_> {
    /// Makes what turns a socket into one with TLS.
    ///
    /// # Errors
    /// `Config` for certificates that cannot be read.
    pub fn connector(&self) -> Result<TlsConnector> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| refused("TLS cannot be set up", error))?
            .dangerous()
            .with_custom_certificate_verifier(self.verifier(provider)?);
        let client = match self.client {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let key = PrivateKeyDer::from_pem_file(key)
                    .map_err(|error| refused(&format!("{} holds no key", key.display()), error))?;
                let message = "the certificate and the key of the client do not fit together";
                builder
                    .with_client_auth_cert(certificates(certificate)?, key)
                    .map_err(|error| refused(message, error))?
            }
        };
        Ok(TlsConnector::from(Arc::new(client)))
    }

    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>> {
        if self.checks == Checks::Nothing {
            return Ok(Arc::new(Verifier { provider, authority: None }));
        }
        let roots = Arc::new(self.roots()?);
        let full = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| refused("the root certificates cannot be used", error))?;
        Ok(match self.checks {
            Checks::AuthorityAndHost => full,
            _ => Arc::new(Verifier { provider, authority: Some(full) }),
        })
    }

    /// The root certificates of a file, or of the system where none is named.
    fn roots(&self) -> Result<RootCertStore> {
        let mut store = RootCertStore::empty();
        let found = match self.roots {
            Some(file) => certificates(file)?,
            None => rustls_native_certs::load_native_certs().certs,
        };
        let (added, _) = store.add_parsable_certificates(found);
        if added == 0 {
            let option = self.roots_option;
            let message = format!("no root certificate was found; name a file with {option}");
            return Err(Error::new(ErrorKind::Config, message));
        }
        Ok(store)
    }
}

impl Peer {
    /// Puts TLS on a socket.
    ///
    /// # Errors
    /// `Permission` where the handshake fails; `Config` for a host that no certificate can have.
    pub async fn encrypt(&self, socket: Socket, connector: &TlsConnector) -> Result<Socket> {
        let Socket::Tcp(socket) = socket else {
            return Err(unreachable(&self.shown(), "only TCP has TLS"));
        };
        let name = ServerName::try_from(self.host.clone()).map_err(|error| {
            let message = format!("`{}` cannot be the host of a certificate", self.host);
            Error::new(ErrorKind::Config, message).caused_by(error)
        })?;
        let encrypted = connector.connect(name, socket).await.map_err(|error| {
            let message = format!("TLS with {} failed: {error}", self.shown());
            Error::new(ErrorKind::Permission, message).with("step", HANDSHAKE).caused_by(error)
        })?;
        Ok(Socket::Tls(Box::new(encrypted)))
    }
}

/// Tells whether an error is one of the TLS handshake.
#[must_use]
pub fn is_handshake(error: &Error) -> bool {
    error.context("step") == Some(HANDSHAKE)
}

fn refused(
    what: &str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>> + std::fmt::Display,
) -> Error {
    Error::new(ErrorKind::Config, format!("{what}: {error}")).caused_by(error)
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
