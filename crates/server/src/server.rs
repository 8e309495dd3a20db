//! The server itself: accepts connections until told to stop, then lets requests finish.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, middleware};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

use crate::app::App;
use crate::data::{CancellationToken, Error, ErrorKind, Result};
use crate::runs::Runs;
use crate::{Config, Site, console, error, gate, rest};

/// The most bytes of the head of a request that are buffered.
const HEAD_BYTES_MAX: usize = 64 * 1_024;

/// How long requests whose statements were cancelled have to say so.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// How long accepting pauses after it failed, as when no file descriptor is left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A server over some databases.
pub struct Server {
    app: Arc<App>,
}

impl Server {
    /// Takes the options and what is served.
    ///
    /// # Errors
    /// `Config` as [`Config::validate`] and [`Site::validate`].
    pub fn new(config: Config, site: Site) -> Result<Self> {
        config.validate()?;
        site.validate()?;
        let semaphore = |permits: usize| Semaphore::new(permits.min(Semaphore::MAX_PERMITS));
        let permits = Arc::new(semaphore(config.requests_max));
        let statements = semaphore(config.statements_max);
        let runs = Arc::new(Runs::default());
        let (stop, began) = (CancellationToken::new(), Instant::now());
        Ok(Self { app: Arc::new(App { config, site, began, permits, statements, runs, stop }) })
    }

    /// Serves connections until `shutdown` is done; then accepts no more, and lets the requests
    /// and migrations under way finish for as long as [`Config::shutdown_timeout`]; then their
    /// statements are cancelled. The databases stay open: whoever opened them closes them.
    ///
    /// # Errors
    /// `Config` when the listener can be reached from other machines and there is no API key; `Io`
    /// when it has no address.
    ///
    /// # Cancellation
    /// A dropped call closes all connections at once.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()>,
    ) -> Result<()> {
        let address = listener.local_addr().map_err(|error| {
            Error::new(ErrorKind::Io, "the listener has no address").caused_by(error)
        })?;
        self.app.config.check_address(address)?;
        tracing::info!(target: "hypostyle::http", %address, "listening");
        let mut connections = Connections::new(&self.app);
        let mut shutdown = pin!(shutdown);
        while let Some(permit) = until(&mut shutdown, connections.place()).await {
            match until(&mut shutdown, listener.accept()).await {
                Some(Ok((stream, _))) => connections.serve(stream, permit),
                Some(Err(error)) => {
                    tracing::warn!(target: "hypostyle::http", %error, "no connection accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
                None => break,
            }
        }
        drop(listener);
        connections.finish(self.app.config.shutdown_timeout).await;
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("config", &self.app.config)
            .field("databases", &self.app.database_names())
            .finish_non_exhaustive()
    }
}

/// Waits for `work`, or for the stop, which is `None`.
async fn until<T>(
    stop: &mut (impl Future<Output = ()> + Unpin),
    work: impl Future<Output = T>,
) -> Option<T> {
    tokio::select! {
        biased;
        () = stop => None,
        done = work => Some(done),
    }
}

/// The connections that are open.
struct Connections {
    app: Arc<App>,
    service: TowerToHyperService<Router>,
    places: Arc<Semaphore>,
    graceful: GracefulShutdown,
    tasks: JoinSet<()>,
}

impl Connections {
    fn new(app: &Arc<App>) -> Self {
        let places = app.config.connections_max.min(Semaphore::MAX_PERMITS);
        Self {
            app: app.clone(),
            service: TowerToHyperService::new(router(app.clone())),
            places: Arc::new(Semaphore::new(places)),
            graceful: GracefulShutdown::new(),
            tasks: JoinSet::new(),
        }
    }

    /// Waits for a place; the semaphore is never closed, so there is one in the end.
    fn place(&self) -> impl Future<Output = Option<OwnedSemaphorePermit>> + use<> {
        let places = self.places.clone();
        async move { places.acquire_owned().await.ok() }
    }

    fn serve(&mut self, stream: TcpStream, place: Option<OwnedSemaphorePermit>) {
        while self.tasks.try_join_next().is_some() {}
        // Without it a small answer may wait for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(self.app.config.write_timeout));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.app.config.header_timeout)
            .max_buf_size(HEAD_BYTES_MAX)
            // Answers are written from where they are, not from a copy.
            .writev(true)
            .serve_connection(TokioIo::new(Box::pin(stream)), self.service.clone());
        let connection = self.graceful.watch(connection);
        self.tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(target: "hypostyle::http", %error, "a connection ended early");
            }
            drop(place);
        });
    }

    async fn finish(self, patience: Duration) {
        let Self { app, graceful, mut tasks, .. } = self;
        let ended = async {
            graceful.shutdown().await;
            app.runs.idle().await;
        };
        if tokio::time::timeout(patience, ended).await.is_err() {
            let (open, migrating) = (tasks.len(), app.runs.databases().join(", "));
            tracing::warn!(
                target: "hypostyle::http", open, migrating, "requests or migrations did not finish in time"
            );
            // A statement that runs on its task's own thread hears of nothing else.
            app.stop.cancel();
            let all_ended = async {
                while tasks.join_next().await.is_some() {}
                app.runs.idle().await;
            };
            let _ = tokio::time::timeout(LAST_WORDS, all_ended).await;
        }
        tasks.shutdown().await;
    }
}

fn router(app: Arc<App>) -> Router {
    rest::routes()
        .merge(console::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(app.clone(), gate::pass))
        .with_state(app)
}

/// A person is shown the console, which says that nothing is there.
async fn not_found(uri: Uri, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|types| types.to_str().ok());
    let is_person = accepts.is_some_and(|types| types.contains("text/html"));
    if is_person && !uri.path().starts_with("/api/") {
        let mut page = console::page();
        *page.status_mut() = StatusCode::NOT_FOUND;
        return page;
    }
    error::Error::NotFound { path: uri.path().to_owned() }.into_response()
}

async fn method_not_allowed(method: Method) -> error::Error {
    error::Error::MethodNotAllowed { method: method.to_string() }
}
