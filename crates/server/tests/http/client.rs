//! As little HTTP as it takes to ask and to see everything that comes back.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Client {
    address: SocketAddr,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub(crate) async fn get(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let host = self.address.to_string();
        let mut all = vec![("Host", host.as_str())];
        all.extend(headers);
        self.send("GET", target, &all).await
    }

    /// Sends JSON.
    pub(crate) async fn json(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let (host, length) = (self.address.to_string(), body.len().to_string());
        let mut all = vec![
            ("Host", host.as_str()),
            ("Content-Type", "application/json"),
            ("Content-Length", length.as_str()),
        ];
        all.extend(headers);
        self.exchange(method, target, &all, body).await
    }

    /// Sends a request with just these headers.
    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.exchange(method, target, headers, "").await
    }

    pub(crate) async fn exchange(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = format!("{method} {target} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        request += body;
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await.unwrap();
        Answer::read(&bytes)
    }
}

impl Answer {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let start = format!("{name}: ");
        self.head.lines().find_map(|line| line.strip_prefix(&start))
    }

    #[track_caller]
    pub(crate) fn assert_failure(&self, status: u16, code: &str) {
        let begin = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"");
        assert!(
            self.status == status && self.body.starts_with(&begin),
            "{} {}",
            self.status,
            self.body
        );
        let id = self.header("x-request-id").unwrap_or_default();
        let end = format!(",\"correlation_id\":\"{id}\"}}}}");
        assert!(self.body.to_ascii_lowercase().ends_with(&end), "{}", self.body);
        assert!(self.body.contains("\"module\":\"core.") && self.body.contains("\"details\":{"));
        assert_eq!(self.header("content-type"), Some("application/json"));
    }
}
