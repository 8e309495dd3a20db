//! From an opened application, or databases by name, to what the server serves.

use std::io::{self, Write as _};

use hypostyle::ConnectionConfig;
use hypostyle_app::settings::{Chart, Settings};
use hypostyle_app::{Application, FRAMEWORK, Module, Problem};
use hypostyle_server::{self as server, Config, MigrationFiles, Migrations, Mount, Site, Writable};

/// Answers what an application serves: the module of its own name, the others by name, then the
/// project's own database.
pub(crate) fn of_application(app: &Application) -> hypostyle::Result<Site> {
    let settings = app.settings();
    let mut mounts = Vec::new();
    for module in app.modules() {
        mounts.extend(mount(settings, module)?);
    }
    mounts.sort_by_key(|mount| mount.module.as_deref() != Some(settings.name.as_str()));
    let own = Migrations::system(hypostyle_app::framework_migrations()?);
    mounts.push(Mount::new(FRAMEWORK, app.framework().clone()).migrations(own));
    Ok(Site {
        mounts,
        modules: app.modules().iter().map(module).collect(),
        panels: panels(app),
        environment: Some(settings.environment.clone()),
    })
}

/// Answers the tables that the settings of an application let be written, each with its database.
pub(crate) fn writable(app: &Application) -> Vec<(Option<&str>, &str)> {
    let mut writable = Vec::new();
    for (name, database) in &app.settings().databases {
        writable
            .extend(database.writable.iter().map(|table| (Some(name.as_str()), table.as_str())));
    }
    writable
}

/// Says which tables that may be written are in no database that they may be of: a name is easily
/// mistyped, and a table may be made later.
pub(crate) async fn tell_missing(
    site: &Site,
    writable: &[(Option<&str>, &str)],
) -> hypostyle::Result<()> {
    for &(of, table) in writable.iter().filter(|(_, table)| *table != "*") {
        let mounts = site.mounts.iter().filter(|mount| of.is_none_or(|of| of == mount.name));
        let (mut names, mut is_there) = (Vec::new(), false);
        for mount in mounts {
            names.push(mount.name.as_str());
            is_there |= mount.db.table_exists(table).await?;
        }
        if !is_there && !names.is_empty() {
            // Nobody is left to tell when stderr is closed.
            let _ = writeln!(
                io::stderr(),
                "note: `{table}` is to be writable, and there is no such table in {}; \
                 `hypostyle schema inspect` lists those there are",
                names.join(", ")
            );
        }
    }
    Ok(())
}

fn mount(settings: &Settings, module: &Module) -> hypostyle::Result<Option<Mount>> {
    let (Ok(loaded), Some(database)) = (&module.state, &module.database) else { return Ok(None) };
    let writable = settings.databases.get(database).map(|database| database.writable.clone());
    let files = MigrationFiles {
        folder: module.source.migrations.clone(),
        models: module.source.models.clone(),
        config: ConnectionConfig::parse(&settings.url_of(database)?)?,
        scratch: settings.scratch_of(database)?,
    };
    let mount = Mount::new(database.clone(), loaded.db.clone())
        .module(module.name.clone())
        .writable(Writable::tables(writable.unwrap_or_default()))
        .migrations(Migrations::files(files));
    Ok(Some(mount))
}

fn module(module: &Module) -> server::Module {
    server::Module {
        name: module.name.clone(),
        database: module.database.clone(),
        problem: module.state.as_ref().err().map(problem),
    }
}

fn problem(problem: &Problem) -> server::Problem {
    server::Problem {
        message: problem.message.clone(),
        file: problem.file.clone(),
        line: problem.line,
        expected: problem.expected.clone(),
    }
}

/// Leaves out the panels of databases that could not be loaded: the page says so of the module.
fn panels(app: &Application) -> Vec<server::Panel> {
    let has = |name: &str| app.database(name).is_ok();
    let panels = app.settings().panels.iter().filter(|panel| has(&panel.database));
    let panel = |panel: &hypostyle_app::settings::Panel| server::Panel {
        id: panel.id.clone(),
        title: panel.title.clone(),
        database: panel.database.clone(),
        chart: match panel.chart {
            Chart::Number => server::Chart::Number,
            Chart::Line => server::Chart::Line,
            Chart::Bar => server::Chart::Bar,
            Chart::Table => server::Chart::Table,
        },
        unit: panel.unit.clone(),
        sql: panel.sql.clone(),
    };
    panels.map(panel).collect()
}

/// Answers the options of a server that the settings of an application make.
pub(crate) fn config(settings: &Settings) -> Config {
    let server = &settings.server;
    Config {
        listen: server.listen,
        api_key: server.api_key.as_ref().map(|key| key.expose().to_owned()),
        allowed_hosts: server.allowed_hosts.clone(),
        allowed_origins: server.allowed_origins.clone(),
        title: server.title.clone(),
        page_size_default: server.page_size_default,
        page_size_max: server.page_size_max,
        body_bytes_max: server.body_bytes_max,
        response_bytes_max: server.response_bytes_max,
        sql_editor: server.sql_editor,
        requests_max: server.requests_max,
        connections_max: server.connections_max,
        request_timeout: server.request_timeout,
        header_timeout: server.header_timeout,
        shutdown_timeout: server.shutdown_timeout,
        ..Config::default()
    }
}
