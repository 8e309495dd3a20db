//! How the server is told who asks: by the plugin it names, or switches to.
//!
//! # Source
//! <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html>

use hypostyle_core::{Error, ErrorKind, Result};
use mysql_common::auth::plugins::{
    AuthProc, ChallengeResponsePlugin, Context, Error as PluginError, Response,
};
use mysql_common::packets::AuthPlugin;

use crate::errors::ServerError;
use crate::greeting::{Agreed, Greeting, put_response};
use crate::key::is_public_key;
use crate::open::Spec;
use crate::opened::{halted, protocol};
use crate::packet::{Fields, put, tag};
use crate::wire::{Frame, Limits, Wire};

/// Steps of one authentication; a server that asks for more is led on no further.
const STEPS_MAX: usize = 16;

/// A way of authentication under way.
struct Way<'a> {
    plugin: AuthPlugin<'static>,
    procedure: AuthProc,
    nonce: Vec<u8>,
    password: &'a str,
    /// Nobody on the way can read what is sent.
    is_secret: bool,
}

/// Says who asks, and answers the server until it is content.
///
/// # Errors
/// `Permission` for a wrong password, `Config` where the server wants a way that is not known here.
pub(crate) async fn authenticate(
    wire: &mut Wire,
    spec: &Spec,
    greeting: &Greeting,
    agreed: Agreed,
    sequence: u8,
    is_secret: bool,
) -> Result<()> {
    let password = spec.password().await?;
    let first = |plugin: &[u8]| Way::new(plugin, greeting.nonce.clone(), &password, is_secret);
    // What the server takes by default may not be what this user has: it switches then.
    let mut way = match first(&greeting.plugin) {
        Ok(way) => way,
        Err(_) => first(b"mysql_native_password")?,
    };
    let nonce = way.nonce.clone();
    let answer = way.answer(&nonce)?.unwrap_or_default();
    let plugin = way.plugin.as_bytes();
    put_response(&mut wire.output, agreed, sequence, &spec.config, plugin, &answer)?;
    for _ in 0..STEPS_MAX {
        wire.flush(&mut Limits::default()).await.map_err(halted)?;
        let frame = wire.next(&mut Limits::default()).await.map_err(halted)?;
        let packet = wire.body(frame);
        let answer = match packet.first() {
            Some(&tag::OK) => {
                wire.pass(frame);
                return Ok(());
            }
            Some(&tag::ERROR) => {
                let error = ServerError::read(packet).map_err(protocol)?;
                return Err(error.into_refusal());
            }
            Some(&tag::END) => {
                let (plugin, nonce) = switched(packet)?;
                way = Way::new(&plugin, nonce.clone(), &password, is_secret)?;
                Some(way.answer(&nonce)?.unwrap_or_default())
            }
            Some(&tag::MORE_DATA) => way.answer(packet.get(1..).unwrap_or_default())?,
            _ => return Err(unexpected()),
        };
        reply(wire, frame, answer)?;
    }
    Err(unexpected())
}

fn reply(wire: &mut Wire, frame: Frame, answer: Option<Vec<u8>>) -> Result<()> {
    wire.pass(frame);
    let Some(answer) = answer else { return Ok(()) };
    put(&mut wire.output, frame.sequence.wrapping_add(1), usize::MAX, |out| {
        out.extend_from_slice(&answer);
        Ok(())
    })
}

/// Reads the request to go on in another way: its name and its nonce.
fn switched(packet: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut fields = Fields::of(packet);
    fields.u8().map_err(protocol)?;
    if fields.is_empty() {
        return Err(unknown("mysql_old_password"));
    }
    let plugin = fields.terminated().to_vec();
    let nonce = fields.rest();
    Ok((plugin, nonce.strip_suffix(&[0]).unwrap_or(nonce).to_vec()))
}

impl<'a> Way<'a> {
    fn new(plugin: &[u8], nonce: Vec<u8>, password: &'a str, is_secret: bool) -> Result<Self> {
        let plugin = AuthPlugin::from_bytes(plugin).into_owned();
        let name = String::from_utf8_lossy(plugin.as_bytes()).into_owned();
        match plugin {
            AuthPlugin::MysqlOldPassword | AuthPlugin::Parsec => return Err(unknown(&name)),
            AuthPlugin::MysqlClearPassword if !is_secret => {
                let message = "the server asks for the password in clear, and the connection has \
                               no TLS; add ssl-mode=required";
                return Err(Error::new(ErrorKind::Permission, message));
            }
            _ => {}
        }
        let procedure = plugin.init().map_err(|_| unknown(&name))?;
        Ok(Self { plugin, procedure, nonce, password, is_secret })
    }

    /// Answers a challenge; `None` where nothing is to be sent.
    fn answer(&mut self, challenge: &[u8]) -> Result<Option<Vec<u8>>> {
        let is_key = challenge.windows(10).any(|piece| piece == b"-----BEGIN");
        if is_key && (self.nonce.is_empty() || !is_public_key(challenge)) {
            return Err(unexpected());
        }
        let told = Told {
            password: self.password.as_bytes(),
            nonce: &self.nonce,
            is_secret: self.is_secret,
        };
        match self.procedure.run(told, challenge) {
            Ok(Response::Next { packet } | Response::Last { packet }) => Ok(packet),
            Err(PluginError::FeatureRequired(_)) => {
                Err(unknown(&String::from_utf8_lossy(self.plugin.as_bytes())))
            }
            Err(_) => Err(unexpected()),
        }
    }
}

/// What a plugin is told of the connection.
struct Told<'a> {
    password: &'a [u8],
    nonce: &'a [u8],
    is_secret: bool,
}

impl Context for Told<'_> {
    fn pass(&self) -> &[u8] {
        self.password
    }

    fn is_ipc_transport(&self) -> bool {
        false
    }

    fn is_tls_transport(&self) -> bool {
        self.is_secret
    }

    fn scramble(&self) -> &[u8] {
        self.nonce
    }

    fn server_key_pem(&self) -> Option<&[u8]> {
        None
    }
}

fn unknown(plugin: &str) -> Error {
    let message = format!(
        "the server asks for the authentication `{plugin}`; known are caching_sha2_password, \
         mysql_native_password, sha256_password, client_ed25519 and, with TLS, mysql_clear_password"
    );
    Error::new(ErrorKind::Config, message)
}

fn unexpected() -> Error {
    protocol(std::io::Error::other("an unexpected packet while authenticating"))
}
