//! The fault proxy, before a server that echoes.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use hypostyle_testkit::{Proxy, eventually};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// As long as silence is waited for.
const SILENCE: Duration = Duration::from_millis(100);
/// As long as anything is waited for that must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Starts a server that echoes, and ends its side when the client has ended its own.
async fn echo() -> Result<u16, std::io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((mut session, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = session.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
                let _ = to.shutdown().await;
            });
        }
    });
    Ok(port)
}

async fn connect(proxy: &Proxy) -> Result<TcpStream, std::io::Error> {
    TcpStream::connect(("127.0.0.1", proxy.port())).await
}

/// A client that the server has answered once.
async fn connected(proxy: &Proxy) -> Result<TcpStream, Box<dyn std::error::Error>> {
    let mut client = connect(proxy).await?;
    answers(&mut client, b"hello").await?;
    Ok(client)
}

/// Sends bytes and reads the same.
async fn answers(client: &mut TcpStream, bytes: &[u8]) -> Outcome {
    client.write_all(bytes).await?;
    reads(client, bytes).await
}

async fn reads(client: &mut TcpStream, expect: &[u8]) -> Outcome {
    let mut found = vec![0; expect.len()];
    timeout(PATIENCE, client.read_exact(&mut found)).await??;
    assert_eq!(found, expect);
    Ok(())
}

async fn is_silent(client: &mut TcpStream) {
    let read = timeout(SILENCE, client.read_u8()).await;
    assert!(read.is_err(), "found {read:?} where nothing was to come");
}

/// Whether the connection ends with a reset.
async fn is_reset(client: &mut TcpStream) -> Outcome {
    let read = timeout(PATIENCE, client.read_u8()).await?;
    assert_eq!(read.err().map(|error| error.kind()), Some(ErrorKind::ConnectionReset));
    Ok(())
}

#[tokio::test]
async fn bytes_and_the_end_of_one_side_come_through() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut client = connected(&proxy).await?;
    let long: Vec<u8> = (0..=u8::MAX).cycle().take(5_000_000).collect();
    let (mut from, mut to) = client.split();
    let sent = async {
        to.write_all(&long).await?;
        to.shutdown().await
    };
    let mut found = Vec::new();
    let (sent, read) = tokio::join!(sent, timeout(PATIENCE, from.read_to_end(&mut found)));
    sent?;
    read??;
    assert!(found == long, "{} bytes of {}", found.len(), long.len());
    drop(client);
    eventually("the connection is closed", || proxy.open() == 0).await?;
    assert_eq!(proxy.accepted(), 1);
    Ok(())
}

#[tokio::test]
async fn a_delay_acts_at_once_in_both_directions_and_keeps_the_throughput() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut client = connected(&proxy).await?;
    proxy.delay(Duration::from_millis(100));
    let began = Instant::now();
    answers(&mut client, b"late").await?;
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());

    // A hundred pieces that waited one after the other would take twenty seconds.
    let began = Instant::now();
    for piece in 0..100u8 {
        client.write_all(&[piece]).await?;
        tokio::task::yield_now().await;
    }
    reads(&mut client, &(0..100).collect::<Vec<u8>>()).await?;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());

    proxy.delay(Duration::from_secs(60));
    client.write_all(b"soon").await?;
    is_silent(&mut client).await;
    proxy.heal()?;
    reads(&mut client, b"soon").await
}

#[tokio::test]
async fn a_blackhole_holds_back_what_is_sent_until_it_heals() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut old = connected(&proxy).await?;
    proxy.blackhole();
    old.write_all(b"old").await?;
    let mut new = connect(&proxy).await?;
    new.write_all(b"new").await?;
    is_silent(&mut old).await;
    is_silent(&mut new).await;
    proxy.heal()?;
    reads(&mut old, b"old").await?;
    reads(&mut new, b"new").await
}

#[tokio::test]
async fn a_blackhole_keeps_the_end_of_one_side_from_the_other() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = Proxy::start(listener.local_addr()?.port())?;
    let client = connect(&proxy).await?;
    let (mut session, _) = listener.accept().await?;
    proxy.blackhole();
    client.set_zero_linger()?;
    drop(client);
    is_silent(&mut session).await;
    proxy.heal()?;
    is_reset(&mut session).await
}

#[tokio::test]
async fn who_gives_up_in_a_blackhole_never_reaches_the_server() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = Proxy::start(listener.local_addr()?.port())?;
    proxy.blackhole();
    let mut client = connect(&proxy).await?;
    client.write_all(b"is anybody there?").await?;
    eventually("the connection is accepted", || proxy.accepted() == 1).await?;
    drop(client);
    tokio::time::sleep(SILENCE).await;
    proxy.heal()?;
    eventually("the connection is closed", || proxy.open() == 0).await?;
    assert!(timeout(SILENCE, listener.accept()).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_reset_ends_open_connections_on_both_sides_and_no_new_ones() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = Proxy::start(listener.local_addr()?.port())?;
    let mut old = connect(&proxy).await?;
    let (mut session, _) = listener.accept().await?;
    proxy.reset();
    is_reset(&mut old).await?;
    is_reset(&mut session).await?;
    let mut new = connect(&proxy).await?;
    let (mut session, _) = listener.accept().await?;
    session.write_all(b"welcome").await?;
    reads(&mut new, b"welcome").await
}

#[tokio::test]
async fn a_reset_reaches_connections_in_a_blackhole() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut old = connected(&proxy).await?;
    proxy.blackhole();
    let mut new = connect(&proxy).await?;
    eventually("the connection is accepted", || proxy.accepted() == 2).await?;
    proxy.reset();
    is_reset(&mut old).await?;
    is_reset(&mut new).await
}

#[tokio::test]
async fn refusing_closes_the_port_at_once_and_healing_opens_the_same() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut old = connected(&proxy).await?;
    for _ in 0..20 {
        proxy.refuse();
        let refused = connect(&proxy).await.err().map(|error| error.kind());
        assert_eq!(refused, Some(ErrorKind::ConnectionRefused));
        answers(&mut old, b"still here").await?;
        proxy.heal()?;
        connected(&proxy).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_down_resets_the_client() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = Proxy::start(listener.local_addr()?.port())?;
    drop(listener);
    is_reset(&mut connect(&proxy).await?).await
}

#[tokio::test]
async fn a_swallowed_reply_was_asked_of_the_server_and_never_comes() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let proxy = Proxy::start(listener.local_addr()?.port())?;
    let mut client = connect(&proxy).await?;
    let (mut session, _) = listener.accept().await?;
    proxy.swallow_reply(|bytes| bytes.windows(6).any(|word| word == b"COMMIT"));

    client.write_all(b"INSERT").await?;
    reads(&mut session, b"INSERT").await?;
    session.write_all(b"inserted").await?;
    reads(&mut client, b"inserted").await?;

    client.write_all(b"then COMMIT").await?;
    reads(&mut session, b"then COMMIT").await?;
    session.write_all(b"committed").await?;
    eventually("the reply is swallowed", || proxy.swallowed_bytes() == 9).await?;
    client.write_all(b"and then").await?;
    reads(&mut session, b"and then").await?;
    drop(session);
    is_silent(&mut client).await;
    proxy.heal()?;
    is_silent(&mut client).await;

    let mut other = connect(&proxy).await?;
    let (mut session, _) = listener.accept().await?;
    other.write_all(b"COMMIT").await?;
    reads(&mut session, b"COMMIT").await?;
    session.write_all(b"committed").await?;
    reads(&mut other, b"committed").await?;
    proxy.reset();
    is_reset(&mut client).await
}

#[tokio::test]
async fn a_dropped_proxy_cuts_its_connections() -> Outcome {
    let proxy = Proxy::start(echo().await?)?;
    let mut client = connected(&proxy).await?;
    let port = proxy.port();
    drop(proxy);
    let ended = timeout(PATIENCE, client.read(&mut [0])).await?;
    assert!(matches!(ended, Ok(0) | Err(_)), "found {ended:?}");
    let refused = TcpStream::connect(("127.0.0.1", port)).await.err().map(|error| error.kind());
    assert_eq!(refused, Some(ErrorKind::ConnectionRefused));
    Ok(())
}
