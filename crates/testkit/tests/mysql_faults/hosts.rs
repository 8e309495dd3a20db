//! Several servers, and passwords that change.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hypostyle::{ErrorKind, Registry, Retry};
use hypostyle_mysql::MySql as Driver;
use hypostyle_testkit::server::{Brand, MySqlOptions};
use hypostyle_testkit::{Outcome, equal, fails};

use crate::support::{all_succeed, blocking, killed, options, recovers, server, tests};

tests! { "hosts":
    the_next_host_serves_when_one_is_down,
    a_password_that_changes_is_asked_for_anew,
}

async fn the_next_host_serves_when_one_is_down(brand: Brand) -> Outcome {
    let of = || server(MySqlOptions { brand, ..MySqlOptions::default() });
    let (first, second) = tokio::try_join!(of(), of())?;
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", first.port(), second.port());
    let db = options().open(&format!("mysql://root@{hosts}/")).await?;
    all_succeed(&db, 50).await?;
    killed(&first).await?;
    let took = recovers(&db, Duration::from_secs(5)).await?;
    println!("the next host answers {took:?} after the first was killed");
    let port: u64 = db.fetch_value("SELECT @@port", ()).await?;
    equal(port, u64::from(second.port()))?;
    all_succeed(&db, 50).await
}

async fn a_password_that_changes_is_asked_for_anew(brand: Brand) -> Outcome {
    let server = server(MySqlOptions { brand, ..MySqlOptions::default() }).await?;
    let query = |text: &'static str| {
        let server = Arc::clone(&server);
        blocking(move || server.query("", text))
    };
    query("CREATE USER app@'%' IDENTIFIED BY 'first'").await?;
    let password = Arc::new(Mutex::new("first".to_owned()));
    let current = Arc::clone(&password);
    let driver = Driver::default().password_from(move || {
        let current = current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        async move { Ok(current) }
    });
    let url = format!("mysql://app@127.0.0.1:{}/", server.port());
    // A second connection might be opened while the password is already another.
    let options = options().connections_max(1);
    let db = options.registry(Registry::default().with(driver)).open(&url).await?;
    all_succeed(&db, 50).await?;
    query("ALTER USER app@'%' IDENTIFIED BY 'second'").await?;
    // Sessions outlive their password.
    all_succeed(&db, 50).await?;
    let sessions = "SELECT concat('KILL ', id, ';') FROM information_schema.processlist \
                    WHERE user = 'app'";
    let server_of = Arc::clone(&server);
    let kills = query(sessions).await?;
    blocking(move || server_of.query("", &kills)).await?;
    let error = fails(db.execute("SELECT 1", ()).await, ErrorKind::Permission)?;
    equal(error.retry(), Retry::Never)?;
    *password.lock().unwrap_or_else(PoisonError::into_inner) = "second".to_owned();
    all_succeed(&db, 50).await
}
