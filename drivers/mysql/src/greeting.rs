//! How a connection begins: what the server says of itself, and what is agreed upon.

use std::io;

use bytes::{BufMut, BytesMut};
use hypostyle_core::{Error, ErrorKind, Result};
use mysql_common::constants::{CapabilityFlags, MariadbCapabilities};

use crate::config::Config;
use crate::packet::{Fields, put};

/// `utf8mb4_general_ci`, which every server has; the collation of the session is the server's default.
const COLLATION: u8 = 45;
/// What the client says it takes; the server asks only whether it is very little.
const PACKET_BYTES_MAX: u32 = 1 << 30;
/// The only version of the protocol.
const VERSION: u8 = 10;

/// What the server says of itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Greeting {
    pub(crate) version: String,
    pub(crate) connection: u32,
    pub(crate) nonce: Vec<u8>,
    pub(crate) plugin: Vec<u8>,
    capabilities: u32,
    extended: u32,
}

/// What server and client have agreed upon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Agreed {
    pub(crate) capabilities: CapabilityFlags,
    pub(crate) extended: MariadbCapabilities,
}

impl Agreed {
    /// Tells whether columns and rows end without a packet of their own.
    #[inline]
    pub(crate) fn deprecates_eof(self) -> bool {
        self.capabilities.contains(CapabilityFlags::CLIENT_DEPRECATE_EOF)
    }

    #[inline]
    pub(crate) fn has(self, extension: MariadbCapabilities) -> bool {
        self.extended.contains(extension)
    }
}

impl Greeting {
    /// # Source
    /// <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html>
    pub(crate) fn read(packet: &[u8]) -> io::Result<Self> {
        let mut fields = Fields::of(packet);
        let version = fields.u8()?;
        if version != VERSION {
            let message = format!("the server speaks version {version} of the protocol, not 10");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let mut greeting = Self {
            version: String::from_utf8_lossy(fields.terminated()).into_owned(),
            connection: fields.u32()?,
            nonce: fields.take(8)?.to_vec(),
            ..Self::default()
        };
        fields.u8()?;
        let low = fields.u16()?;
        fields.take(3)?;
        let high = fields.u16()?;
        greeting.capabilities = u32::from(low) | u32::from(high) << 16;
        let nonce_bytes = usize::from(fields.u8()?);
        fields.take(6)?;
        greeting.extended = fields.u32()?;
        let rest = fields.take(nonce_bytes.saturating_sub(8).max(13))?;
        greeting.nonce.extend_from_slice(rest.strip_suffix(&[0]).unwrap_or(rest));
        greeting.plugin = fields.terminated().to_vec();
        Ok(greeting)
    }

    pub(crate) fn is_mariadb(&self) -> bool {
        self.version.contains("MariaDB") || !self.is_mysql()
    }

    /// MariaDB leaves out the flag that says MySQL.
    fn is_mysql(&self) -> bool {
        self.has(CapabilityFlags::CLIENT_LONG_PASSWORD)
    }

    fn has(&self, capability: CapabilityFlags) -> bool {
        CapabilityFlags::from_bits_truncate(self.capabilities).contains(capability)
    }

    pub(crate) fn has_tls(&self) -> bool {
        self.has(CapabilityFlags::CLIENT_SSL)
    }

    /// What is used of what the server has.
    ///
    /// # Errors
    /// `Config` for a server too old to say what this driver must know.
    pub(crate) fn agree(&self, config: &Config, has_tls: bool) -> Result<Agreed> {
        let needed = CapabilityFlags::CLIENT_PROTOCOL_41
            | CapabilityFlags::CLIENT_TRANSACTIONS
            | CapabilityFlags::CLIENT_SECURE_CONNECTION
            | CapabilityFlags::CLIENT_PLUGIN_AUTH;
        let wanted = CapabilityFlags::CLIENT_LONG_PASSWORD
            | CapabilityFlags::CLIENT_LONG_FLAG
            // An update counts the rows it found, as on every engine, not those it made differ.
            | CapabilityFlags::CLIENT_FOUND_ROWS
            // A text of several statements is cut here and never by the server, so that nothing that
            // slips into a text can begin another.
            | CapabilityFlags::CLIENT_MULTI_RESULTS
            | CapabilityFlags::CLIENT_PS_MULTI_RESULTS
            | CapabilityFlags::CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA
            | CapabilityFlags::CLIENT_CONNECT_ATTRS
            | CapabilityFlags::CLIENT_SESSION_TRACK
            | CapabilityFlags::CLIENT_DEPRECATE_EOF;
        if !self.has(needed) {
            let message = format!("the server ({}) is too old for this driver", self.version);
            return Err(Error::new(ErrorKind::Config, message));
        }
        let theirs = CapabilityFlags::from_bits_truncate(self.capabilities);
        let mut capabilities = theirs & (needed | wanted);
        capabilities.set(CapabilityFlags::CLIENT_CONNECT_WITH_DB, !config.database.is_empty());
        capabilities.set(CapabilityFlags::CLIENT_SSL, has_tls);
        let extended = MariadbCapabilities::MARIADB_CLIENT_STMT_BULK_OPERATIONS
            | MariadbCapabilities::MARIADB_CLIENT_EXTENDED_METADATA
            | MariadbCapabilities::MARIADB_CLIENT_CACHE_METADATA;
        let theirs = if self.is_mysql() { 0 } else { self.extended };
        let extended = MariadbCapabilities::from_bits_truncate(theirs) & extended;
        Ok(Agreed { capabilities, extended })
    }
}

/// Appends the request to go on with TLS.
pub(crate) fn put_tls_request(out: &mut BytesMut, agreed: Agreed, sequence: u8) -> Result<()> {
    put(out, sequence, usize::MAX, |out| {
        put_head(out, agreed);
        Ok(())
    })
}

fn put_head(out: &mut BytesMut, agreed: Agreed) {
    out.put_u32_le(agreed.capabilities.bits());
    out.put_u32_le(PACKET_BYTES_MAX);
    out.put_u8(COLLATION);
    out.put_bytes(0, 19);
    out.put_u32_le(agreed.extended.bits());
}

/// Appends who asks: user, first answer of the authentication, database.
pub(crate) fn put_response(
    out: &mut BytesMut,
    agreed: Agreed,
    sequence: u8,
    config: &Config,
    plugin: &[u8],
    answer: &[u8],
) -> Result<()> {
    put(out, sequence, usize::MAX, |out| {
        put_head(out, agreed);
        put_terminated(out, config.user.as_bytes())?;
        if agreed.capabilities.contains(CapabilityFlags::CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA) {
            put_sized(out, answer);
        } else {
            out.put_u8(u8::try_from(answer.len()).map_err(|_| too_long())?);
            out.put_slice(answer);
        }
        if !config.database.is_empty() {
            put_terminated(out, config.database.as_bytes())?;
        }
        put_terminated(out, plugin)?;
        if agreed.capabilities.contains(CapabilityFlags::CLIENT_CONNECT_ATTRS) {
            let mut attributes = BytesMut::new();
            for text in ["_client_name", "hypostyle", "_client_version", env!("CARGO_PKG_VERSION")]
            {
                put_sized(&mut attributes, text.as_bytes());
            }
            put_sized(out, &attributes);
        }
        Ok(())
    })
}

fn too_long() -> Error {
    Error::new(ErrorKind::Config, "the password is too long for this server")
}

fn put_terminated(out: &mut BytesMut, text: &[u8]) -> Result<()> {
    if text.contains(&0) {
        let message = "a user or database name holds a NUL byte, which the server does not take";
        return Err(Error::new(ErrorKind::Config, message));
    }
    out.put_slice(text);
    out.put_u8(0);
    Ok(())
}

/// Appends bytes after their length.
pub(crate) fn put_sized(out: &mut BytesMut, bytes: &[u8]) {
    put_integer(out, bytes.len());
    out.put_slice(bytes);
}

/// Appends an integer whose first byte says how long it is.
pub(crate) fn put_integer(out: &mut BytesMut, value: usize) {
    let [a, b, c, ..] = value.to_le_bytes();
    match value {
        0..=250 => out.put_u8(a),
        251..=0xffff => out.put_slice(&[0xfc, a, b]),
        0x1_0000..=0xff_ffff => out.put_slice(&[0xfd, a, b, c]),
        _ => {
            out.put_u8(0xfe);
            out.put_u64_le(u64::try_from(value).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREETING: &[u8] = b"\x0a5.5.5-10.11.2-MariaDB\0\x07\0\0\0abcdefgh\0\xfe\xf7\x2d\x02\0\
        \xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0ijklmnopqrst\0mysql_native_password\0";

    #[test]
    fn a_greeting_says_which_server_it_is() {
        let greeting = Greeting::read(GREETING).unwrap();
        assert_eq!((greeting.connection, greeting.is_mariadb()), (7, true));
        assert_eq!(greeting.nonce, b"abcdefghijklmnopqrst");
        assert_eq!(greeting.plugin, b"mysql_native_password");
        let url = "mysql://u@h";
        let config = hypostyle_core::ConnectionConfig::parse(url).unwrap();
        let agreed = greeting.agree(&Config::parse(&config).unwrap(), false).unwrap();
        assert!(agreed.deprecates_eof());
        assert!(agreed.has(MariadbCapabilities::MARIADB_CLIENT_STMT_BULK_OPERATIONS));
        assert!(!agreed.capabilities.contains(CapabilityFlags::CLIENT_LOCAL_FILES));
        assert!(!agreed.capabilities.contains(CapabilityFlags::CLIENT_MULTI_STATEMENTS));
    }

    #[test]
    fn a_greeting_that_is_cut_is_an_error() {
        let whole = GREETING.len() - b"mysql_native_password\0".len();
        for end in 0..whole {
            assert!(Greeting::read(&GREETING[..end]).is_err(), "{end}");
        }
        let mut long_nonce = GREETING.to_vec();
        long_nonce[43] = 0xff;
        assert!(Greeting::read(&long_nonce).is_err());
    }
}
