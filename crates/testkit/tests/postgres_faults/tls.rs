//! Every `sslmode` against servers with and without TLS, with libpq's meaning.

use hypostyle::ErrorKind;
use hypostyle_testkit::server::{Postgres, PostgresOptions, Tls};
use hypostyle_testkit::{Outcome, equal, fails};

use crate::support::{options, server, tests};

tests! { "tls":
    each_mode_has_the_meaning_of_libpq,
    the_roots_of_the_system_are_for_whole_checks_alone,
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
const MODES: [(&str, Authority, bool, [End; 3]); 14] = [
    ("disable", Authority::None, true, [Plain, Plain, Refused]),
    ("allow", Authority::None, true, [Plain, Plain, Encrypted]),
    ("prefer", Authority::None, true, [Plain, Encrypted, Encrypted]),
    ("", Authority::None, true, [Plain, Encrypted, Encrypted]),
    ("require", Authority::None, true, [Refused, Encrypted, Encrypted]),
    ("require", Authority::None, false, [Refused, Encrypted, Encrypted]),
    ("require", Authority::Right, false, [Refused, Encrypted, Encrypted]),
    ("require", Authority::Wrong, true, [Refused, Refused, Refused]),
    ("verify-ca", Authority::Right, true, [Refused, Encrypted, Encrypted]),
    ("verify-ca", Authority::Right, false, [Refused, Encrypted, Encrypted]),
    ("verify-ca", Authority::Wrong, true, [Refused, Refused, Refused]),
    ("verify-full", Authority::Right, true, [Refused, Encrypted, Encrypted]),
    ("verify-full", Authority::Right, false, [Refused, Refused, Refused]),
    ("verify-full", Authority::Wrong, true, [Refused, Refused, Refused]),
];

const IS_ENCRYPTED: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

async fn each_mode_has_the_meaning_of_libpq() -> Outcome {
    let of = |tls| server(PostgresOptions { tls, ..PostgresOptions::default() });
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
            let mut url = format!("postgres://postgres@{host}:{}/postgres?", server.port());
            if !mode.is_empty() {
                url += &format!("sslmode={mode}&");
            }
            if let Some(roots) = roots {
                url += &format!("sslrootcert={}", roots.display());
            }
            let found = ended(&url).await?;
            equal(
                (mode, authority, is_host, server.port(), found),
                (mode, authority, is_host, server.port(), end),
            )?;
        }
    }
    println!("{} ways of TLS at 3 servers each have libpq's meaning", MODES.len());
    Ok(())
}

/// Answers what becomes of a connection.
async fn ended(url: &str) -> Outcome<End> {
    match options().retry(None).open(url).await {
        Ok(db) => Ok(if db.fetch_value(IS_ENCRYPTED, ()).await? { Encrypted } else { Plain }),
        Err(error) => {
            fails::<()>(Err(error), ErrorKind::Permission)?;
            Ok(Refused)
        }
    }
}

async fn the_roots_of_the_system_are_for_whole_checks_alone() -> Outcome {
    let server: std::sync::Arc<Postgres> =
        server(PostgresOptions { tls: Tls::Offered, ..PostgresOptions::default() }).await?;
    let url = |more: &str| {
        format!("postgres://postgres@localhost:{}/postgres?sslrootcert=system{more}", server.port())
    };
    for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
        let opened = options().open(&url(&format!("&sslmode={mode}"))).await;
        fails(opened, ErrorKind::Config)?;
    }
    // Nobody known to the system has signed the certificate.
    for mode in ["", "&sslmode=verify-full"] {
        fails(options().open(&url(mode)).await, ErrorKind::Permission)?;
    }
    Ok(())
}
