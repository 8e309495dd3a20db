//! The databases of an application by name.

mod service;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use service::Service;

use crate::{Database, Error, ErrorKind, Initialized, Result};

/// The most databases of one [`Services`].
pub const SERVICES_MAX: usize = 1_000;

/// The most bytes of a name.
const NAME_BYTES_MAX: usize = 128;

/// The databases of an application, each under the name or id of its module. Cheap to clone; all
/// clones know the same databases.
///
/// There are two phases: everyone registers, then all are opened and initialised, in the order in
/// which they were registered.
///
/// # Examples
/// ```
/// use hypostyle::{Initialize, ModelFile, Service, Services};
/// # #[tokio::main]
/// # async fn main() -> hypostyle::Result<()> {
/// let services = Services::default();
/// let models = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY)";
/// let shop = Initialize::default().models(ModelFile::parse(models, "models.sql")?);
/// services.register("shop", Service::new("sqlite::memory:").initialize(shop))?;
/// services.register("framework", "sqlite::memory:")?;
/// services.initialize().await?;
///
/// let shop = services.database("shop")?;
/// assert_eq!(shop.fetch_value::<i64>("SELECT count(*) FROM item", ()).await?, 0);
/// assert_eq!(services.url("shop")?, "sqlite::memory:");
///
/// let error = services.database("stop").unwrap_err();
/// assert_eq!(error.message(), "no database `stop` is registered; there are shop, framework");
/// services.close().await
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Services {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    registered: RwLock<Vec<Registered>>,
    /// Held while databases are initialised or closed, so that each is opened once.
    starting: tokio::sync::Mutex<()>,
}

struct Registered {
    name: String,
    /// Masked.
    url: String,
    service: Service,
    database: Option<Database>,
}

impl Services {
    /// Registers a database under a name: a [`Service`], a URL, or a [`Database`] that is open.
    /// Nothing is opened yet.
    ///
    /// # Errors
    /// `Config` for a name that is empty, long or taken, and for what is no URL; `Limit` beyond
    /// [`SERVICES_MAX`].
    pub fn register(&self, name: impl Into<String>, service: impl Into<Service>) -> Result<()> {
        let (name, service) = (name.into(), service.into());
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            let message = format!("a name of a database has 1 to {NAME_BYTES_MAX} bytes");
            return Err(Error::new(ErrorKind::Config, message));
        }
        let url = service
            .shown()
            .map_err(|error| error.while_doing(&format!("the database `{name}`")))?;
        let mut registered = self.write();
        if let Some(known) = registered.iter().find(|known| known.name == name) {
            let message = format!("a database `{name}` is registered already: {}", known.url);
            return Err(Error::new(ErrorKind::Config, message));
        }
        if registered.len() == SERVICES_MAX {
            let message = format!("{SERVICES_MAX} databases are registered, the most there may be");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        registered.push(Registered { name, url, service, database: None });
        Ok(())
    }

    /// Opens and initialises every database that is not ready yet; answers what was done to each.
    /// Stops at the first failure; those before it are ready, and another call goes on from there.
    ///
    /// # Errors
    /// As [`Options::open`](crate::Options::open) and
    /// [`Manager::initialize`](crate::Manager::initialize), with the name of the database.
    ///
    /// # Cancellation
    /// The database under way is not ready; those before it are.
    pub async fn initialize(&self) -> Result<Vec<(String, Initialized)>> {
        let _starting = self.shared.starting.lock().await;
        let mut done = Vec::new();
        while let Some((name, service)) = self.next_to_start() {
            let (database, initialized) = service
                .start()
                .await
                .map_err(|error| error.while_doing(&format!("the database `{name}`")))?;
            let mut registered = self.write();
            if let Some(known) = registered.iter_mut().find(|known| known.name == name) {
                known.database = Some(database);
            }
            drop(registered);
            done.push((name, initialized));
        }
        Ok(done)
    }

    /// Answers a database.
    ///
    /// # Errors
    /// `Config` for a name that is not registered, naming those that are, and for a database that
    /// is not initialised yet.
    pub fn database(&self, name: &str) -> Result<Database> {
        let registered = self.read();
        find(&registered, name)?.database.clone().ok_or_else(|| {
            let message = format!("the database `{name}` is not open; call initialize() first");
            Error::new(ErrorKind::Config, message)
        })
    }

    /// Answers the URL of a database, with passwords and tokens masked.
    ///
    /// # Errors
    /// `Config` for a name that is not registered, naming those that are.
    pub fn url(&self, name: &str) -> Result<String> {
        find(&self.read(), name).map(|known| known.url.clone())
    }

    /// Answers the names in the order in which they were registered.
    pub fn names(&self) -> Vec<String> {
        self.read().iter().map(|known| known.name.clone()).collect()
    }

    /// Closes every database that is open. They stay registered, and can be initialised again,
    /// except those that were open when they were registered.
    ///
    /// # Errors
    /// The first as [`core::Database::close`](crate::core::Database::close); the others are closed
    /// all the same.
    pub async fn close(&self) -> Result<()> {
        let _starting = self.shared.starting.lock().await;
        let open: Vec<Database> =
            self.write().iter_mut().filter_map(|known| known.database.take()).collect();
        let mut closed = Ok(());
        for database in open {
            closed = closed.and(database.close().await);
        }
        closed
    }

    fn next_to_start(&self) -> Option<(String, Service)> {
        let registered = self.read();
        let next = registered.iter().find(|known| known.database.is_none())?;
        Some((next.name.clone(), next.service.clone()))
    }

    fn read(&self) -> RwLockReadGuard<'_, Vec<Registered>> {
        self.shared.registered.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Vec<Registered>> {
        self.shared.registered.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Services").field("names", &self.names()).finish_non_exhaustive()
    }
}

fn find<'r>(registered: &'r [Registered], name: &str) -> Result<&'r Registered> {
    registered.iter().find(|known| known.name == name).ok_or_else(|| {
        let names: Vec<&str> = registered.iter().map(|known| &*known.name).collect();
        let there_are = match names.as_slice() {
            [] => "none is".to_owned(),
            names => format!("there are {}", names.join(", ")),
        };
        let message = format!("no database `{name}` is registered; {there_are}");
        Error::new(ErrorKind::Config, message)
    })
}
