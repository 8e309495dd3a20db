//! `hypostyle demo`: makes a shop, serves it, and says what to try.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use hypostyle::{ConnectionConfig, Database};
use serde::Serialize;

use super::serve::{Access, start_logs};
use crate::args::Global;
use crate::database::{self, file_url};
use crate::demo::{self, Counts, Found, Recipe};
use crate::exit::{Exit, Failure, Result};
use crate::listen;
use crate::output::time;
use crate::progress::Progress;
use crate::terminal::Terminal;

const FOLDER: &str = "hypostyle-demo";
/// Where a shop is made before it takes its name, so that half a shop is never opened.
const PART: &str = ".part";

const HELP: &str = "\
The shop has customers, products, orders and events of the years 2024 and 2025;
the same --seed and --orders make the same rows. It is kept, and used again the
next time. Money is in whole cents, for SQLite has no exact decimals; the views
revenue_by_month, top_products and latest_orders show it with a point.

Examples:
  hypostyle demo
  hypostyle demo --orders 1000000 --listen 127.0.0.1:9000
  hypostyle demo --no-serve --path /tmp/shop.db";

/// Makes a shop with two years of orders and serves it
#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Demo {
    /// How many orders the shop has
    #[arg(long, default_value_t = 100_000)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    orders: u32,
    /// What chance begins with
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// The file; without it hypostyle-demo/shop.db
    #[arg(long, value_name = "FILE")]
    path: Option<PathBuf>,
    /// Makes the shop anew, also where it is there
    #[arg(long)]
    fresh: bool,
    /// Makes the shop only
    #[arg(long)]
    no_serve: bool,
    /// Where to listen; without it 127.0.0.1:8080, or the next port that is free
    #[arg(long, value_name = "ADDRESS", value_parser = listen::parse)]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    access: Access,
}

/// What there is after the making.
#[derive(Serialize)]
struct Made {
    path: String,
    /// Whether it was made now and not found.
    made: bool,
    seconds: f64,
    tables: serde_json::Map<String, serde_json::Value>,
    url: Option<String>,
}

impl Demo {
    pub(crate) async fn run(self, global: &Global, terminal: &Terminal) -> Result {
        let recipe = Recipe { orders: self.orders, seed: self.seed };
        let (path, is_default) = match &self.path {
            Some(path) => (path.clone(), false),
            None => (Path::new(FOLDER).join("shop.db"), true),
        };
        // What cannot be served is refused before anything is made.
        let config = self.access.config(self.listen.unwrap_or(listen::DEFAULT))?;
        let listener = match (self.no_serve, self.listen) {
            (true, _) => None,
            (_, Some(address)) => Some(listen::bind(address).await?),
            (_, None) => Some(listen::bind_near(listen::DEFAULT).await?),
        };
        let began = Instant::now();
        let found =
            found(&path, recipe).await?.filter(|found| *found != Found::Same || !self.fresh);
        let (made, counts) = match found {
            Some(Found::Same) => (false, demo::count(&open(&path, "").await?).await?),
            _ => {
                prepare(&path, is_default)?;
                let progress = Progress::start(terminal, global.quiet, "");
                (true, make(&path, recipe, &progress).await?)
            }
        };
        let seconds = began.elapsed().as_secs_f64();
        let address = listener.as_ref().map(listen::address).transpose()?;
        let shown = Shown { path: &path, made, seconds, counts, address, asked: self.listen };
        let Some(listener) = listener else { return shown.write(global) };
        // What the making takes is no news; what requests take is.
        start_logs(global, terminal)?;
        let stop = listen::stopped();
        shown.write(global)?;
        let database = Database::open(&url(&path, "")?).await?;
        listen::serve(listener, config, demo::site(database), stop).await
    }
}

/// Tells what stands at the path; what is not a shop of ours is refused.
async fn found(path: &Path, recipe: Recipe) -> Result<Option<Found>> {
    if !path.exists() {
        return Ok(None);
    }
    let refused = || {
        let message = format!(
            "{} is there and no shop of this program; name another file with --path",
            path.display()
        );
        Failure::new(Exit::Invalid, message)
    };
    let database = open(path, "?mode=ro").await.map_err(|_| refused())?;
    let found = demo::look(&database, recipe).await;
    let _ = database.close().await;
    match found {
        Ok(Found::Foreign) | Err(_) => Err(refused()),
        Ok(found) => Ok(Some(found)),
    }
}

/// Makes the folder; that of its own is kept out of git.
fn prepare(path: &Path, is_default: bool) -> Result {
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) else {
        return Ok(());
    };
    let made = std::fs::create_dir_all(folder).and_then(|()| match is_default {
        true => std::fs::write(folder.join(".gitignore"), "*\n"),
        false => Ok(()),
    });
    made.map_err(|error| Failure::file("make", &folder.display().to_string(), &error))
}

/// Makes the shop beside its place and moves it there when it is whole.
async fn make(path: &Path, recipe: Recipe, progress: &Progress) -> Result<Counts> {
    let part = with_suffix(path, PART);
    remove(&part)?;
    // Nothing is lost when this is interrupted: it begins anew.
    let options = "?journal_mode=MEMORY&synchronous=OFF&foreign_keys=off";
    let database = open(&part, options).await?;
    let made = demo::make(&database, recipe, progress).await;
    let closed = database.close().await;
    if made.is_err() {
        // What has no room for a whole shop is not left full of half a one.
        let _ = remove(&part);
    }
    let counts = made?;
    closed?;
    remove(path)?;
    std::fs::rename(&part, path)
        .map_err(|error| Failure::file("make", &path.display().to_string(), &error))?;
    Ok(counts)
}

/// Removes a database with the files beside it, which must not be taken for those of the next.
fn remove(path: &Path) -> Result {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let path = with_suffix(path, suffix);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::file("remove", &path.display().to_string(), &error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

async fn open(path: &Path, options: &str) -> Result<Database> {
    Ok(database::open_config(ConnectionConfig::parse(&url(path, options)?)?).await?)
}

fn url(path: &Path, options: &str) -> Result<String> {
    match path.to_str() {
        Some(path) => Ok(file_url(path) + options),
        None => Err(Failure::invalid(format!("{} is not UTF-8", path.display()))),
    }
}

/// What is told in the end.
struct Shown<'a> {
    path: &'a Path,
    made: bool,
    seconds: f64,
    counts: Counts,
    address: Option<SocketAddr>,
    asked: Option<SocketAddr>,
}

impl Shown<'_> {
    fn write(self, global: &Global) -> Result {
        let mut out = io::stdout();
        let url = self.address.map(|address| format!("http://{address}"));
        if global.json {
            let tables =
                self.counts.iter().map(|(table, rows)| ((*table).to_owned(), (*rows).into()));
            let made = Made {
                path: self.path.display().to_string(),
                made: self.made,
                seconds: self.seconds,
                tables: tables.collect(),
                url,
            };
            let text = serde_json::to_string(&made).map_err(io::Error::from)?;
            writeln!(out, "{text}")?;
            return Ok(out.flush()?);
        }
        let path = self.path.display();
        if !global.quiet {
            match self.made {
                true => writeln!(out, "made {path} in {}", time(self.seconds))?,
                false => writeln!(out, "found {path}; --fresh makes it anew")?,
            }
            for (table, rows) in &self.counts {
                writeln!(out, "  {table:<12} {rows:>9}")?;
            }
        }
        if let (Some(address), Some(url)) = (self.address, &url) {
            if self.asked.is_none() && address.port() != listen::DEFAULT.port() {
                writeln!(out, "port {} is taken, so another is used", listen::DEFAULT.port())?;
            }
            writeln!(out, "serving it on {url}")?;
        }
        if !global.quiet {
            self.write_hints(url.as_deref(), &mut out)?;
        }
        Ok(out.flush()?)
    }

    fn write_hints(&self, url: Option<&str>, out: &mut impl io::Write) -> io::Result<()> {
        let path = self.path.display();
        writeln!(out, "\nTry:")?;
        if let Some(url) = url {
            writeln!(out, "  curl '{url}/api/v1/db/tables/orders?page_size=20'")?;
        }
        writeln!(out, "  hypostyle query -d {path} 'SELECT * FROM revenue_by_month'")?;
        writeln!(out, "  hypostyle shell -d {path}")
    }
}
