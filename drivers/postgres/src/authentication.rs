//! How the server is told who asks: trust, passwords in clear or as MD5, SCRAM-SHA-256.

use fallible_iterator::FallibleIterator;
use hypostyle_core::{Error, ErrorKind, Result};
use postgres_protocol::authentication::{md5_hash, sasl};
use postgres_protocol::message::{backend::Message, frontend};

use crate::errors::{Circumstances, ServerError};
use crate::open::Spec;
use crate::opened::{halted, protocol};
use crate::wire::{Limits, Wire};

/// Answers the server until it is content.
///
/// # Errors
/// `Permission` for a wrong password, `Config` where one is missing or the server wants a way that
/// is not known here.
pub(crate) async fn authenticate(wire: &mut Wire, spec: &Spec) -> Result<()> {
    loop {
        match next(wire).await? {
            Message::AuthenticationOk => return Ok(()),
            Message::AuthenticationCleartextPassword => {
                send(wire, password(spec).await?.as_bytes()).await?;
            }
            Message::AuthenticationMd5Password(body) => {
                let password = password(spec).await?;
                let user = spec.config.user.as_bytes();
                let hash = md5_hash(user, password.as_bytes(), body.salt());
                send(wire, hash.as_bytes()).await?;
            }
            Message::AuthenticationSasl(body) => {
                let offered: Vec<&str> = body.mechanisms().collect().map_err(protocol)?;
                if !offered.contains(&sasl::SCRAM_SHA_256) {
                    return Err(unknown(&offered.join(", ")));
                }
                scram(wire, &password(spec).await?).await?;
            }
            _ => return Err(unknown("a way of authentication")),
        }
    }
}

async fn scram(wire: &mut Wire, password: &str) -> Result<()> {
    let binding = sasl::ChannelBinding::unsupported();
    let mut scram = sasl::ScramSha256::new(password.as_bytes(), binding);
    let first = scram.message();
    frontend::sasl_initial_response(sasl::SCRAM_SHA_256, first, &mut wire.output)
        .map_err(protocol)?;
    let Message::AuthenticationSaslContinue(body) = next(wire).await? else {
        return Err(unexpected());
    };
    scram.update(body.data()).map_err(refused)?;
    frontend::sasl_response(scram.message(), &mut wire.output).map_err(protocol)?;
    let Message::AuthenticationSaslFinal(body) = next(wire).await? else {
        return Err(unexpected());
    };
    scram.finish(body.data()).map_err(refused)
}

async fn send(wire: &mut Wire, password: &[u8]) -> Result<()> {
    frontend::password_message(password, &mut wire.output).map_err(protocol)?;
    wire.flush(&mut Limits::default()).await.map_err(halted)
}

async fn next(wire: &mut Wire) -> Result<Message> {
    loop {
        match wire.next(&mut Limits::default()).await.map_err(halted)? {
            Message::NoticeResponse(_) => {}
            Message::ErrorResponse(body) => {
                let error = ServerError::read(body.fields()).map_err(protocol)?;
                return Err(error.into_error(Circumstances::default()));
            }
            message => return Ok(message),
        }
    }
}

async fn password(spec: &Spec) -> Result<String> {
    if let Some(source) = &spec.password {
        return source().await;
    }
    let known = spec.config.password.as_ref().map(|password| password.0.clone());
    known.ok_or_else(|| {
        let message = "the server asks for a password; put it into the URL or PGPASSWORD";
        Error::new(ErrorKind::Permission, message)
    })
}

fn unknown(what: &str) -> Error {
    let message = format!("the server asks for {what}; known are passwords and SCRAM-SHA-256");
    Error::new(ErrorKind::Config, message)
}

fn unexpected() -> Error {
    protocol(std::io::Error::other("an unexpected message while authenticating"))
}

/// The server could not prove that it knows the password, or did not take ours.
fn refused(error: std::io::Error) -> Error {
    let message = format!("the password was not proved: {error}");
    Error::new(ErrorKind::Permission, message).caused_by(error)
}
