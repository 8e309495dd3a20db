//! Galera: a cluster of MariaDB whose nodes all take writes.

use std::path::Path;

use hypostyle_core::{Error, ErrorKind, Result};

use super::command::escaped;
use super::mysql::{MySql, PACKAGES};
use super::postgres::HOST;
use super::programs::missing;
use crate::port::Port;

const TITLE: &str = "Galera";
const PROVIDERS: [&str; 2] = ["/usr/lib/galera", "/usr/lib64/galera-4"];

/// The ports of a node among nodes: the group's, and those over which it is brought up to date.
#[derive(Debug)]
struct Ports {
    group: Port,
    increments: Port,
    snapshot: Port,
}

/// A private cluster. Dropping it ends its nodes.
#[derive(Debug)]
pub struct Galera {
    nodes: Vec<MySql>,
    /// Reserved for as long as a node may come back to them.
    _ports: Vec<Ports>,
}

impl Galera {
    /// Starts a cluster of so many nodes and waits until every one answers queries.
    ///
    /// # Errors
    /// As [`MySql::start`].
    pub fn start(count: usize) -> Result<Self> {
        let provider = PROVIDERS.map(|folder| format!("{folder}/libgalera_smm.so"));
        let provider = provider.into_iter().find(|path| Path::new(path).is_file());
        let provider = provider.ok_or_else(|| missing(TITLE, PACKAGES))?;
        let ports: Vec<Ports> = (0..count).map(|_| Ports::reserve()).collect::<Result<_>>()?;
        let mut nodes = Vec::new();
        for (at, own) in ports.iter().enumerate() {
            let settings = settings(&provider, own, &ports);
            let settings: Vec<(&str, &str)> =
                settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let once = (at == 0).then_some("--wsrep-new-cluster");
            let node = MySql::start_node(once, &settings)?;
            if at == 0 {
                // The others take the accounts from here.
                node.admit()?;
            }
            nodes.push(node);
        }
        Ok(Self { nodes, _ports: ports })
    }

    /// Answers the nodes.
    pub fn nodes(&self) -> &[MySql] {
        &self.nodes
    }

    /// Answers the URL of a database that names every node, in order.
    pub fn url(&self, database: &str) -> String {
        let hosts: Vec<String> =
            self.nodes.iter().map(|node| format!("{HOST}:{}", node.port())).collect();
        format!("mariadb://root@{}/{}", hosts.join(","), escaped(database))
    }

    /// Answers how many nodes a node sees, itself among them.
    ///
    /// # Errors
    /// `Other` with the node's own words.
    pub fn size_seen_by(&self, node: &MySql) -> Result<usize> {
        let status = node.query("", "SHOW STATUS LIKE 'wsrep_cluster_size'")?;
        let size = status.split_whitespace().last().and_then(|size| size.parse().ok());
        size.ok_or_else(|| Error::new(ErrorKind::Data, format!("no size of a cluster: {status:?}")))
    }
}

impl Ports {
    fn reserve() -> Result<Self> {
        Ok(Self {
            group: Port::reserve(None)?,
            increments: Port::reserve(None)?,
            snapshot: Port::reserve(None)?,
        })
    }
}

fn settings(provider: &str, own: &Ports, all: &[Ports]) -> Vec<(&'static str, String)> {
    let group: Vec<String> =
        all.iter().map(|ports| format!("{HOST}:{}", ports.group.number())).collect();
    let listen = format!(
        "gmcast.listen_addr=tcp://{HOST}:{};ist.recv_addr={HOST}:{}",
        own.group.number(),
        own.increments.number()
    );
    vec![
        ("wsrep_on", "ON".to_owned()),
        ("wsrep_provider", provider.to_owned()),
        ("wsrep_provider_options", listen),
        ("wsrep_cluster_name", "hypostyle".to_owned()),
        ("wsrep_cluster_address", format!("gcomm://{}", group.join(","))),
        ("wsrep_node_address", format!("{HOST}:{}", own.group.number())),
        ("wsrep_sst_receive_address", format!("{HOST}:{}", own.snapshot.number())),
        ("wsrep_sst_method", "rsync".to_owned()),
        ("binlog_format", "ROW".to_owned()),
        ("innodb_autoinc_lock_mode", "2".to_owned()),
        ("max_connections", "200".to_owned()),
    ]
}
