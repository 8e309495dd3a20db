//! Every `ssl-mode` against servers with and without TLS.

use hypostyle::ErrorKind;
use hypostyle_testkit::server::{Brand, MySqlAuth, MySqlOptions, Tls};
use hypostyle_testkit::{Outcome, equal, fails};

use crate::support::{options, server, tests};

tests! { "tls":
    each_mode_does_what_it_says,
}

/// What becomes of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Plain,
    Encrypted,
    Refused,
}

use End::{Encrypted, Plain, Refused};

/// The authority that is named in the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Authority {
    None,
    Right,
    Wrong,
}

/// The mode, the authority, whether the host is that of the certificate, and what becomes of it at a
/// server without TLS, one that offers it and one that requires it.
const MODES: [(&str, Authority, bool, [End; 3]); 11] = [
    ("disabled", Authority::None, true, [Plain, Plain, Refused]),
    ("preferred", Authority::None, true, [Plain, Encrypted, Encrypted]),
    ("", Authority::None, true, [Plain, Encrypted, Encrypted]),
    ("required", Authority::None, true, [Refused, Encrypted, Encrypted]),
    ("required", Authority::None, false, [Refused, Encrypted, Encrypted]),
    ("verify_ca", Authority::Right, true, [Refused, Encrypted, Encrypted]),
    ("verify_ca", Authority::Right, false, [Refused, Encrypted, Encrypted]),
    ("verify_ca", Authority::Wrong, true, [Refused, Refused, Refused]),
    ("verify_identity", Authority::Right, true, [Refused, Encrypted, Encrypted]),
    ("verify_identity", Authority::Right, false, [Refused, Refused, Refused]),
    ("verify_identity", Authority::Wrong, true, [Refused, Refused, Refused]),
];

/// A cipher where there is one.
const CIPHER: &str = "SHOW STATUS LIKE 'Ssl_cipher'";

async fn each_mode_does_what_it_says(brand: Brand) -> Outcome {
    let auth = MySqlAuth::Password;
    let of = |tls| server(MySqlOptions { brand, tls, auth, ..MySqlOptions::default() });
    let (off, offered, required, other) =
        tokio::try_join!(of(Tls::Off), of(Tls::Offered), of(Tls::Required), of(Tls::Offered))?;
    for (mode, authority, is_host, ends) in MODES {
        for (server, end) in [&off, &offered, &required].into_iter().zip(ends) {
            let roots = match authority {
                Authority::None => None,
                // A server without TLS has no authority; its answer comes before any certificate.
                Authority::Right => server.tls_ca().or(other.tls_ca()),
                Authority::Wrong => other.tls_ca(),
            };
            let host = if is_host { "localhost" } else { "127.0.0.1" };
            let mut url = server.url("").replace("127.0.0.1", host) + "?";
            if !mode.is_empty() {
                url += &format!("ssl-mode={mode}&");
            }
            if let Some(roots) = roots {
                url += &format!("ssl-ca={}", roots.display());
            }
            let found = ended(&url).await?;
            equal(
                (mode, authority, is_host, server.port(), found),
                (mode, authority, is_host, server.port(), end),
            )?;
        }
    }
    println!("{} ways of TLS at 3 servers each", MODES.len());
    Ok(())
}

/// Answers what becomes of a connection.
async fn ended(url: &str) -> Outcome<End> {
    match options().retry(None).open(url).await {
        Ok(db) => {
            let (_, cipher): (String, String) = db.fetch_one(CIPHER, ()).await?;
            Ok(if cipher.is_empty() { Plain } else { Encrypted })
        }
        Err(error) => {
            fails::<()>(Err(error), ErrorKind::Permission)?;
            Ok(Refused)
        }
    }
}
