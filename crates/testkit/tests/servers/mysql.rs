use hypostyle_core::{Error, ErrorKind, Result};
use hypostyle_testkit::server::{
    Brand, Galera, MySql, MySqlAuth, MySqlOptions, Process, Signal, Tls,
};
use hypostyle_testkit::{Outcome, equal, fails_with, holds};

use crate::support::{Test, are_gone, is_running, wait};

pub(crate) const TESTS: &[Test] = &[
    ("mysql_answers_at_both_urls", both_urls),
    ("mysql_takes_settings", settings),
    ("mysql_that_cannot_start_says_why", cannot_start),
    ("mysql_asks_for_the_password", password),
    ("mariadb_asks_for_the_password_with_ed25519", ed25519),
    ("mysql_answers_with_tls_and_refuses_plain_where_it_is_required", tls_required),
    ("mysql_offers_tls_only_where_it_is_told_to", tls_offered),
    ("mysql_that_is_dropped_leaves_no_process_and_no_folder", dropped),
    ("mysql_that_is_killed_comes_back_on_its_port_with_its_data", killed),
    ("mysql_that_is_kept_outlives_its_handle_and_keeps_port_and_data", kept),
    ("mysql_drops_a_scratch_database_with_its_handle", scratch),
    ("galera_writes_through_every_node_and_loses_one", galera),
];

const BRANDS: [Brand; 2] = [Brand::MariaDb, Brand::Oracle];

fn start(brand: Brand, options: MySqlOptions<'_>) -> Result<MySql> {
    MySql::start(MySqlOptions { brand, ..options })
}

fn both_urls() -> Outcome {
    for brand in BRANDS {
        let server = MySql::shared(brand)?;
        let name = format!("two words, `quoted` & 100%/é {brand:?}");
        server.create_database(&name)?;
        let text = "SELECT database(), current_user(), @@port";
        let expect = |host: &str| format!("{name}\troot@{host}\t{}", server.port());
        equal(server.query_at(&server.url(&name), text)?, expect("127.0.0.1"))?;
        equal(server.query_at(&server.socket_url(&name), text)?, expect("localhost"))?;
        let version = server.query("", "SELECT version()")?;
        holds(version.starts_with(server.version()), &version)?;
        equal(version.contains("MariaDB"), brand == Brand::MariaDb)?;
    }
    Ok(())
}

fn settings() -> Outcome {
    for brand in BRANDS {
        let settings = &[("max_connections", "17"), ("innodb_flush_log_at_trx_commit", "1")];
        let server = start(brand, MySqlOptions { settings, ..MySqlOptions::default() })?;
        let text = "SELECT @@max_connections, @@innodb_flush_log_at_trx_commit, @@time_zone";
        equal(server.query("", text)?, "17\t1\t+00:00")?;
    }
    Ok(())
}

fn cannot_start() -> Outcome {
    for brand in BRANDS {
        let settings = &[("no_such_setting", "1")];
        let options = MySqlOptions { settings, ..MySqlOptions::default() };
        fails_with(start(brand, options), ErrorKind::Connection, "no_such_setting")?;
    }
    Ok(())
}

fn password() -> Outcome {
    for (brand, plugin) in
        [(Brand::MariaDb, "mysql_native_password"), (Brand::Oracle, "caching_sha2_password")]
    {
        let options = MySqlOptions { auth: MySqlAuth::Password, ..MySqlOptions::default() };
        let server = start(brand, options)?;
        asks_for_the_password(&server, plugin)?;
    }
    Ok(())
}

fn ed25519() -> Outcome {
    let options = MySqlOptions { auth: MySqlAuth::Ed25519, ..MySqlOptions::default() };
    asks_for_the_password(&start(Brand::MariaDb, options)?, "ed25519")
}

fn asks_for_the_password(server: &MySql, plugin: &str) -> Outcome {
    let used = "SELECT plugin FROM mysql.user WHERE user = 'root' AND host = '127.0.0.1'";
    equal(server.query_at(&server.url("mysql"), used)?, plugin)?;
    equal(server.query("", "SELECT current_user()")?, "root@localhost")?;
    for user in ["root", "root:no"] {
        let url = format!("mysql://{user}@127.0.0.1:{}/mysql", server.port());
        fails_with(server.query_at(&url, "SELECT 1"), ErrorKind::Other, "Access denied")?;
    }
    Ok(())
}

const CIPHER: &str = "SHOW STATUS LIKE 'Ssl_cipher'";

fn tls_required() -> Outcome {
    for brand in BRANDS {
        let server = start(brand, MySqlOptions { tls: Tls::Required, ..MySqlOptions::default() })?;
        let authority = server.tls_ca().ok_or_else(|| Error::closed("authority"))?.display();
        let options = format!("?ssl-mode=verify_identity&ssl-ca={authority}");
        let named = format!("mysql://root@localhost:{}/mysql{options}", server.port());
        let cipher = server.query_at(&named, CIPHER)?;
        holds(cipher.len() > "Ssl_cipher\t".len(), &cipher)?;
        let unnamed = server.query_at(&format!("{}{options}", server.url("mysql")), CIPHER);
        fails_with(unnamed, ErrorKind::Other, "SSL")?;
        let plain = format!("{}?ssl-mode=disabled", server.url("mysql"));
        let refusal = if brand == Brand::Oracle { "secure transport" } else { "Access denied" };
        fails_with(server.query_at(&plain, CIPHER), ErrorKind::Other, refusal)?;
    }
    Ok(())
}

fn tls_offered() -> Outcome {
    for brand in BRANDS {
        let without = MySql::shared(brand)?;
        equal(without.tls_ca(), None)?;
        let url = format!("{}?ssl-mode=required", without.url("mysql"));
        match without.query_at(&url, CIPHER) {
            // The client of MariaDB goes on without.
            Ok(cipher) => equal(cipher.trim_end(), "Ssl_cipher")?,
            Err(error) => holds(error.message().contains("SSL"), &error)?,
        }
    }
    Ok(())
}

fn dropped() -> Outcome {
    for brand in BRANDS {
        let server = start(brand, MySqlOptions::default())?;
        let (pid, folder) = (pid(&server)?, server.folder().to_owned());
        holds(is_running(pid) && folder.exists(), "it does not run")?;
        drop(server);
        are_gone(&[pid], &folder)?;
    }
    Ok(())
}

fn pid(server: &MySql) -> Result<u32> {
    server.pid().ok_or_else(|| Error::closed("process"))
}

fn killed() -> Outcome {
    for brand in BRANDS {
        let server = start(brand, MySqlOptions::default())?;
        server.query(
            "",
            "CREATE DATABASE d; CREATE TABLE d.t (id int); INSERT INTO d.t VALUES (7)",
        )?;
        let (port, url, pid) = (server.port(), server.url("d"), pid(&server)?);
        server.kill();
        holds(!is_running(pid), "it runs")?;
        equal(server.pid(), None)?;
        fails_with(server.query_at(&url, "SELECT 1"), ErrorKind::Other, "Can't connect")?;
        server.restart()?;
        equal(server.port(), port)?;
        equal(server.query_at(&url, "SELECT id FROM t")?, "7")?;
        server.stop();
        server.restart()?;
        equal(server.query_at(&url, "SELECT id FROM t")?, "7")?;
    }
    Ok(())
}

fn kept() -> Outcome {
    for brand in BRANDS {
        let parent = tempfile::tempdir().map_err(|e| Error::closed("folder").caused_by(e))?;
        let folder = parent.path().join("kept");
        let options = || MySqlOptions { brand, ..MySqlOptions::default() };
        let server = MySql::keep(&folder, None, options())?;
        server.query(
            "",
            "CREATE DATABASE d; CREATE TABLE d.t (id int); INSERT INTO d.t VALUES (7)",
        )?;
        let (port, url, pid) = (server.port(), server.url("d"), pid(&server)?);
        let elsewhere = server.folder().to_owned();
        drop(server);
        equal(MySql::shared(brand)?.query_at(&url, "SELECT id FROM t")?, "7")?;
        Process::of(pid).end(Signal::SIGTERM);
        holds(!is_running(pid), "it runs")?;
        let again = MySql::keep(&folder, Some(port), options())?;
        equal(again.query_at(&url, "SELECT id FROM t")?, "7")?;
        again.stop();
        drop(again);
        let _ = std::fs::remove_dir_all(elsewhere);
    }
    Ok(())
}

fn scratch() -> Outcome {
    for brand in BRANDS {
        let server = MySql::shared(brand)?;
        let (one, other) = (server.scratch()?, server.scratch()?);
        one.query("CREATE TABLE t AS SELECT 1 AS id")?;
        fails_with(other.query("SELECT * FROM t"), ErrorKind::Other, "doesn't exist")?;
        let url = one.url();
        equal(server.query_at(&url, "SELECT id FROM t")?, "1")?;
        std::thread::scope(|scope| {
            let text = "BEGIN; SELECT id FROM t; DO sleep(60)";
            let holder = scope.spawn(|| server.query_at(&url, text));
            let busy = format!(
                "SELECT count(*) FROM information_schema.processlist WHERE db = '{}' AND info LIKE \
                 'DO sleep%'",
                one.name()
            );
            while server.query("", &busy)? == "0" {
                wait();
            }
            drop(one);
            let cut = holder.join().unwrap_or_else(|_| Err(Error::closed("thread")));
            holds(cut.is_err(), "the session goes on")
        })?;
        fails_with(server.query_at(&url, "SELECT 1"), ErrorKind::Other, "Unknown database")?;
    }
    Ok(())
}

fn galera() -> Outcome {
    let cluster = Galera::start(3)?;
    let [first, second, third] = cluster.nodes() else {
        return holds(false, "there are not three nodes");
    };
    for node in cluster.nodes() {
        equal(cluster.size_seen_by(node)?, 3)?;
    }
    first.query("", "CREATE DATABASE d; CREATE TABLE d.t (id int PRIMARY KEY)")?;
    second.query("", "SET wsrep_sync_wait = 15; INSERT INTO d.t VALUES (2)")?;
    third
        .query_at(&third.url("d"), "SET SESSION wsrep_sync_wait = 15; INSERT INTO t VALUES (3)")?;
    let read = "SET wsrep_sync_wait = 15; SELECT count(*) FROM d.t";
    equal(first.query("", read)?, "2")?;
    holds(cluster.url("d").matches("127.0.0.1:").count() == 3, cluster.url("d"))?;
    third.kill();
    while cluster.size_seen_by(first)? == 3 {
        wait();
    }
    equal(second.query("", read)?, "2")?;
    third.restart()?;
    equal(third.query("", read)?, "2")?;
    equal(cluster.size_seen_by(third)?, 3)
}
