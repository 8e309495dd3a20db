//! Certificates of an authority of our own, for a server that clients call `localhost`.

use std::path::PathBuf;

use hypostyle_core::{Error, ErrorKind, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use super::account::Account;
use super::home::Home;

/// The one name in the certificate: a client that checks names must refuse `127.0.0.1`.
const NAME: &str = "localhost";

/// The files of a server with TLS.
#[derive(Clone, Debug)]
pub(super) struct Certificates {
    /// The certificate of the authority, for clients.
    pub(super) authority: PathBuf,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

impl Certificates {
    /// Makes the files, or takes those that are there.
    ///
    /// # Errors
    /// `Io` when a file cannot be written; `Other` when no certificate can be made.
    pub(super) fn make(home: &Home, account: &Account) -> Result<Self> {
        let path = |name| home.path().join(name);
        let files = Self {
            authority: path("authority.pem"),
            certificate: path("certificate.pem"),
            key: path("key.pem"),
        };
        if files.are_there() {
            return Ok(files);
        }
        let place = home.path().file_name().unwrap_or_default().to_string_lossy();
        let made = certificates(&place).map_err(|error| {
            Error::new(ErrorKind::Other, "no certificate can be made").caused_by(error)
        })?;
        home.write("authority.pem", &made.authority, account)?;
        home.write("certificate.pem", &made.certificate, account)?;
        home.write("key.pem", &made.key, account)?;
        Ok(files)
    }

    fn are_there(&self) -> bool {
        [&self.authority, &self.certificate, &self.key].iter().all(|path| path.is_file())
    }
}

struct Texts {
    authority: String,
    certificate: String,
    key: String,
}

/// Each place has an authority of its own name: a client tells them apart before it looks at keys.
fn certificates(place: &str) -> std::result::Result<Texts, rcgen::Error> {
    let mut parameters = named(&format!("Authority of {place}"), &[])?;
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(parameters, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate = named(NAME, &[NAME])?.signed_by(&key, &authority)?;
    let (certificate, key) = (certificate.pem(), key.serialize_pem());
    Ok(Texts { authority: authority.pem(), certificate, key })
}

/// Two certificates of one subject would read as one that signed itself.
fn named(subject: &str, names: &[&str]) -> std::result::Result<CertificateParams, rcgen::Error> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, subject);
    Ok(parameters)
}
