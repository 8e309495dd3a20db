//! Servers that mean harm, or mean nothing: whatever they send, a client answers with an error.

use std::time::Duration;

use hypostyle_core::{
    ConnectionConfig, Database, Error, ErrorKind, Opener, PoolOptions, Request, Result,
};
use hypostyle_mysql::MySql;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long a client may take to give up.
const PATIENCE: Duration = Duration::from_secs(20);

const GREETING: &[u8] = b"\x0a5.5.5-10.11.2-MariaDB\0\x07\0\0\0abcdefgh\0\xfe\xf7\x2d\x02\0\
    \xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0ijklmnopqrst\0mysql_native_password\0";
const OK: &[u8] = &[0, 0, 0, 2, 0, 0, 0];
/// A column of text named `a`, as MariaDB tells it, and what ends rows.
const COLUMN: &[u8] = b"\x03def\0\0\0\x01a\0\0\x0c\x2d\0\xff\0\0\0\xfd\0\0\0\0\0";
const END: &[u8] = &[0xfe, 0, 0, 2, 0, 0, 0];

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or_default()
    }

    /// Bytes in which those that mean something are more frequent than others.
    fn bytes(&mut self) -> Vec<u8> {
        const MEANING: [u8; 10] = [0, 1, 2, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 3, 0x80];
        let length = self.below(40);
        let byte = |numbers: &mut Self| match numbers.below(2) {
            0 => MEANING[numbers.below(MEANING.len())],
            _ => numbers.next().to_le_bytes()[0],
        };
        (0..length).map(|_| byte(self)).collect()
    }
}

/// What a server does to its client once it speaks to it.
trait Manners: Send + Sync + Copy + 'static {
    fn serve(self, client: Client) -> impl Future<Output = std::io::Result<()>> + Send;
}

impl<F, A> Manners for F
where
    F: Fn(Client) -> A + Send + Sync + Copy + 'static,
    A: Future<Output = std::io::Result<()>> + Send,
{
    fn serve(self, client: Client) -> impl Future<Output = std::io::Result<()>> + Send {
        self(client)
    }
}

/// A client, as a server sees it.
struct Client {
    socket: TcpStream,
    /// The number of the connection.
    number: u64,
}

impl Client {
    async fn send(&mut self, sequence: u8, packet: &[u8]) -> std::io::Result<()> {
        let [a, b, c, ..] = packet.len().to_le_bytes();
        self.socket.write_all(&[a, b, c, sequence]).await?;
        self.socket.write_all(packet).await
    }

    async fn receive(&mut self) -> std::io::Result<Vec<u8>> {
        let mut header = [0; 4];
        self.socket.read_exact(&mut header).await?;
        let [a, b, c, _] = header;
        let mut packet = vec![0; u32::from_le_bytes([a, b, c, 0]) as usize];
        self.socket.read_exact(&mut packet).await?;
        Ok(packet)
    }

    /// Greets, and answers all that a client asks when it begins.
    async fn begin(&mut self) -> std::io::Result<()> {
        self.send(0, GREETING).await?;
        self.receive().await?;
        self.send(2, OK).await?;
        self.receive().await?;
        self.send(1, OK).await?;
        self.receive().await?;
        for (sequence, packet) in
            [&[1, 1][..], COLUMN, b"\x0867108864", END].into_iter().enumerate()
        {
            self.send(u8::try_from(sequence + 1).unwrap_or_default(), packet).await?;
        }
        Ok(())
    }
}

/// Starts a server; answers its URL.
async fn server(manners: impl Manners) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        let mut number = 0;
        while let Ok((socket, _)) = listener.accept().await {
            number += 1;
            tokio::spawn(manners.serve(Client { socket, number }));
        }
    });
    Ok(format!("mariadb://u:p@127.0.0.1:{port}/db?ssl-mode=disabled"))
}

async fn open(url: &str) -> Result<Database> {
    let config = ConnectionConfig::parse(url)?;
    let options = PoolOptions { connect_timeout: PATIENCE, ..PoolOptions::default() };
    let opener = MySql::default();
    let opened = tokio::time::timeout(PATIENCE, opener.open(&config, options)).await;
    Ok(Database::new(opened.map_err(|_| Error::closed("patience"))??))
}

/// Asks in the ways there are, and answers how each ended.
async fn ask(db: &Database) -> Vec<Result<()>> {
    let mut ended = Vec::new();
    for text in ["SELECT 1", "INSERT INTO t VALUES (1)", "SELECT 1; SELECT 2"] {
        let asked = async { db.backend().call(Request::text(text)).await?.finish().await };
        let asked = tokio::time::timeout(PATIENCE, asked).await;
        ended.push(asked.map_err(|_| Error::closed("patience")).and_then(|asked| asked.map(drop)));
    }
    ended
}

#[tokio::test]
async fn a_server_that_speaks_well_is_understood() -> Result<()> {
    async fn polite(mut client: Client) -> std::io::Result<()> {
        client.begin().await?;
        loop {
            client.receive().await?;
            client.send(1, OK).await?;
        }
    }
    let url = server(polite).await.map_err(|error| Error::closed("server").caused_by(error))?;
    let db = open(&url).await?;
    db.execute("INSERT INTO t VALUES (1)", ()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_bytes_are_an_error_and_no_panic() -> Result<()> {
    async fn random(mut client: Client) -> std::io::Result<()> {
        let mut numbers = Numbers(client.number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        match numbers.below(4) {
            0 => {}
            1 => client.send(0, GREETING).await?,
            _ => client.begin().await?,
        }
        for sequence in 0..30 {
            let bytes = numbers.bytes();
            match numbers.below(6) {
                0 => client.socket.write_all(&bytes).await?,
                1 => client.send(sequence, &[&[0xff][..], &bytes].concat()).await?,
                2 => client.send(sequence, &[&[0xfe][..], &bytes].concat()).await?,
                3 => client.send(sequence, COLUMN).await?,
                _ => client.send(sequence, &bytes).await?,
            }
        }
        Ok(())
    }
    let url = server(random).await.map_err(|error| Error::closed("server").caused_by(error))?;
    let mut opened = 0;
    for _ in 0..120 {
        // A panic in a driver's call would end this test.
        match open(&url).await {
            Ok(db) => {
                opened += 1;
                for ended in ask(&db).await {
                    assert!(
                        !matches!(&ended, Err(e) if e.kind() == ErrorKind::Closed),
                        "{ended:?}"
                    );
                }
            }
            Err(error) => assert_ne!(error.kind(), ErrorKind::Closed, "{error}"),
        }
    }
    assert!(opened > 12, "only {opened} were asked anything");
    Ok(())
}

#[tokio::test]
async fn a_server_that_asks_for_a_file_gets_none() -> Result<()> {
    async fn thief(mut client: Client) -> std::io::Result<()> {
        client.begin().await?;
        client.receive().await?;
        client.send(1, b"\xfb/etc/passwd").await?;
        let mut stolen = Vec::new();
        client.socket.read_to_end(&mut stolen).await?;
        assert!(!stolen.windows(5).any(|part| part == b"root:"), "a file was sent");
        Ok(())
    }
    let url = server(thief).await.map_err(|error| Error::closed("server").caused_by(error))?;
    let db = open(&url).await?;
    let error = db.execute("INSERT INTO t VALUES (1)", ()).await.map(drop);
    let error = error.err().ok_or_else(|| Error::closed("theft"))?;
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(error.message().contains("asks for a file"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_length_beyond_all_measure_takes_no_memory() -> Result<()> {
    async fn boaster(mut client: Client) -> std::io::Result<()> {
        client.begin().await?;
        client.receive().await?;
        // A column of almost 2^64 bytes, and then nothing.
        client.send(1, &[1, 1]).await?;
        client.send(2, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]).await
    }
    let url = server(boaster).await.map_err(|error| Error::closed("server").caused_by(error))?;
    let db = open(&url).await?;
    let ended = db.execute("SHOW TABLES", ()).await;
    assert_eq!(ended.err().map(|error| error.kind()), Some(ErrorKind::Connection));
    Ok(())
}
