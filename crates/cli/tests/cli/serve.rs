//! `hypostyle serve` and `hypostyle demo` over HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command};

use crate::place::Place;

/// A server that is killed when the test ends early.
pub(crate) struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    pub(crate) fn start(place: &Place, arguments: &[&str]) -> Self {
        let mut child = place.command(arguments).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let address = told["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    /// Asks for a path and answers the status and the body.
    pub(crate) fn get(&self, path: &str, header: &str) -> (u16, String) {
        self.exchange(&format!("GET {path}"), header, "")
    }

    /// Sends JSON to a path and answers the status and the body.
    pub(crate) fn post(&self, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let header = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        self.exchange(&format!("POST {path}"), &header, body)
    }

    fn exchange(&self, asked: &str, header: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let address = &self.address;
        let asked = format!(
            "{asked} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{header}\r\n{body}"
        );
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        (status, answer.split_once("\r\n\r\n").unwrap().1.to_owned())
    }

    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_database_is_served_until_it_is_told_to_stop() {
    let place = Place::with_shop();
    for signal in ["-TERM", "-INT"] {
        let serving = Serving::start(
            &place,
            &["serve", "-d", "shop.db", "--listen", "127.0.0.1:0", "--json"],
        );
        let (status, body) = serving.get("/api/v1/db/tables/product", "");
        assert_eq!(status, 200, "{body}");
        assert!(body.contains("Kettle"), "{body}");
        assert_eq!(serving.stop(signal), Some(0), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn a_demo_is_served_with_the_key_it_was_given() {
    let place = Place::new();
    let arguments =
        ["demo", "--orders", "50", "--json", "--listen", "127.0.0.1:0", "--api-key", "k3y"];
    let serving = Serving::start(&place, &arguments);
    assert_eq!(serving.get("/api/v1/db/tables/orders", "").0, 401);
    let (status, body) = serving.get("/api/v1/db/tables/orders", "X-API-Key: k3y\r\n");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("\"total_records\":50"), "{body}");
    assert_eq!(serving.stop("-TERM"), Some(0));
}

#[test]
fn a_server_that_others_reach_wants_a_key() {
    let place = Place::with_shop();
    let ran = place.run(&["serve", "-d", "shop.db", "--listen", "0.0.0.0:0"]);
    assert_eq!(ran.code, 4, "{}", ran.stderr);
    assert!(ran.stderr.contains("API key"), "{}", ran.stderr);
    let ran = place.run(&["demo", "--listen", "0.0.0.0:0", "--orders", "10"]);
    assert_eq!((ran.code, place.path("hypostyle-demo").exists()), (4, false));
}

#[test]
fn a_port_in_use_is_told() {
    let place = Place::with_shop();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = place.run(&["serve", "-d", "shop.db", "--listen", &address]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("is in use by another program"), "{}", ran.stderr);
    let ran = place.run(&["serve", "--database", "shop.db"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn a_writable_table_that_is_not_there_is_told() {
    let place = Place::with_shop();
    let serve = ["serve", "-d", "shop.db", "--listen", "127.0.0.1:0", "--json"];
    let writable = ["--writable", "LINE", "--writable", "lines", "--writable", "*"];
    let mut serving = Serving::start(&place, &[&serve[..], &writable].concat());
    let mut told = serving.child.stderr.take().unwrap();
    assert_eq!(serving.stop("-TERM"), Some(0));
    let mut notes = String::new();
    told.read_to_string(&mut notes).unwrap();
    assert_eq!(
        notes,
        "note: `lines` is to be writable, and there is no such table in shop; `hypostyle schema \
         inspect` lists those there are\n"
    );
}
