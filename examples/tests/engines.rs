//! The examples on every engine.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::future::Future;
use std::pin::Pin;

use hypostyle::testing::Setup;
use hypostyle::{Database, ErrorKind, Model, Models, Result};
use hypostyle_examples::{blog, features, orders, transfer};
use hypostyle_testkit::server::{Brand, MySql, Postgres};
use libtest_mimic::{Arguments, Trial};
use rust_decimal::Decimal;

/// A test: its name, the tables it begins with, and what it does.
type Example = (&'static str, fn() -> Models, fn(Database) -> BoxFuture);
type BoxFuture = Pin<Box<dyn Future<Output = Result<()>>>>;

const EXAMPLES: &[Example] = &[
    ("a_transfer_moves_money_and_is_noted", transfer::models, |db| {
        Box::pin(a_transfer_moves_money(db))
    }),
    ("transfers_at_once_lose_nothing", transfer::models, |db| {
        Box::pin(transfers_at_once_lose_nothing(db))
    }),
    ("a_feature_is_made_with_its_log_or_not_at_all", features::models, |db| {
        Box::pin(a_feature_is_made(db))
    }),
    ("an_order_takes_from_the_stock_or_changes_nothing", orders::models, |db| {
        Box::pin(an_order_takes(db))
    }),
    ("of_orders_at_once_for_the_last_piece_one_is_had", orders::models, |db| {
        Box::pin(the_last_piece(db))
    }),
    ("users_come_with_posts_and_figures", blog::models, |db| Box::pin(users_come_with_posts(db))),
];

async fn a_transfer_moves_money(db: Database) -> Result<()> {
    let [ada, bob] = transfer::open_accounts(&db, ["Ada", "Bob"], Decimal::new(10_000, 2)).await?;
    let entry = transfer::transfer_funds(&db, ada, bob, Decimal::new(2_550, 2)).await?;
    assert_eq!((entry.from_account, entry.to_account), (ada, bob));
    let balance = async |id| transfer::Account::on(&db).get(id).await.unwrap().balance;
    assert_eq!(
        (balance(ada).await, balance(bob).await),
        (Decimal::new(7_450, 2), Decimal::new(12_550, 2))
    );

    let refused =
        transfer::transfer_funds(&db, ada, bob, Decimal::new(7_451, 2)).await.unwrap_err();
    assert_eq!(refused.message(), format!("Insufficient funds in account {ada}"));
    let refused = transfer::transfer_funds(&db, ada, 77, Decimal::ONE).await.unwrap_err();
    assert_eq!(refused.message(), "there is no account 77");
    assert!(transfer::transfer_funds(&db, ada, bob, Decimal::ZERO).await.is_err());
    assert_eq!(
        (balance(ada).await, balance(bob).await),
        (Decimal::new(7_450, 2), Decimal::new(12_550, 2))
    );
    assert_eq!(transfer::Entry::on(&db).find().count().await?, 1);
    Ok(())
}

async fn transfers_at_once_lose_nothing(db: Database) -> Result<()> {
    let accounts = transfer::open_accounts(&db, ["a", "b", "c"], Decimal::new(50, 0)).await?;
    let tasks: Vec<_> = (0..8)
        .map(|task: usize| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut moved = 0;
                for step in 0..10 {
                    let (from, to) = (accounts[(task + step) % 3], accounts[(task + step + 1) % 3]);
                    match transfer::transfer_funds(&db, from, to, Decimal::new(7, 0)).await {
                        Ok(_) => moved += 1,
                        Err(error) => {
                            let of_us = error.kind() == ErrorKind::Validation;
                            let in_the_way =
                                matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Locked);
                            assert!(of_us || in_the_way, "{error}");
                        }
                    }
                }
                moved
            })
        })
        .collect();
    let mut moved = 0;
    for task in tasks {
        moved += task.await.unwrap();
    }
    let rows = transfer::Account::on(&db).find().all().await?;
    assert_eq!(rows.iter().map(|account| account.balance).sum::<Decimal>(), Decimal::new(150, 0));
    assert!(rows.iter().all(|account| account.balance >= Decimal::ZERO));
    assert_eq!(transfer::Entry::on(&db).find().count().await?, moved);
    Ok(())
}

async fn a_feature_is_made(db: Database) -> Result<()> {
    let feature = features::create_feature_with_log(&db, "search", 8, "ada").await?;
    let logs = features::Feature::logs;
    let found = features::Feature::on(&db).find().include(logs).all().await?;
    assert_eq!((found.len(), &found[0].0), (1, &feature));
    assert_eq!(found[0].1[0].details.by, "ada");

    let refused = features::create_feature_with_log(&db, "sort", 14, "ada").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::CheckViolation);
    let refused = features::create_feature_with_log(&db, "search", 1, "bob").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UniqueViolation);
    assert_eq!(features::FeatureLog::on(&db).find().count().await?, 1);
    Ok(())
}

async fn an_order_takes(db: Database) -> Result<()> {
    let lamp = orders::stock(&db, "lamp", Decimal::new(1_999, 2), 3).await?;
    let chair = orders::stock(&db, "chair", Decimal::new(4_950, 2), 1).await?;
    let order = orders::create_order(&db, "ada", &[(lamp.id, 2), (chair.id, 1)]).await?;
    assert_eq!(order.total, Decimal::new(8_948, 2));
    let found = orders::Order::on(&db).find().include(orders::Order::items).all().await?;
    assert_eq!(found[0].1.len(), 2);

    let refused =
        orders::create_order(&db, "bob", &[(lamp.id, 1), (chair.id, 1)]).await.unwrap_err();
    assert_eq!(refused.message(), format!("Insufficient stock for product {}", chair.id));
    assert_eq!(orders::Product::on(&db).get(lamp.id).await?.stock, 1);
    assert_eq!(orders::Order::on(&db).find().count().await?, 1);
    assert!(orders::create_order(&db, "bob", &[]).await.is_err());
    Ok(())
}

async fn the_last_piece(db: Database) -> Result<()> {
    let lamp = orders::stock(&db, "lamp", Decimal::new(1_999, 2), 1).await?;
    let tasks: Vec<_> = (0..6)
        .map(|task| {
            let db = db.clone();
            let customer = format!("customer {task}");
            tokio::spawn(async move {
                orders::create_order(&db, &customer, &[(lamp.id, 1)]).await.is_ok()
            })
        })
        .collect();
    let mut had = 0;
    for task in tasks {
        had += usize::from(task.await.unwrap());
    }
    assert_eq!(had, 1);
    assert_eq!(orders::Product::on(&db).get(lamp.id).await?.stock, 0);
    assert_eq!(orders::OrderItem::on(&db).find().count().await?, 1);
    Ok(())
}

async fn users_come_with_posts(db: Database) -> Result<()> {
    blog::fill(&db, 3, 4).await?;
    let users = blog::users_with_posts(&db, 2).await?;
    let posts: Vec<usize> = users.iter().map(|(_, posts)| posts.len()).collect();
    assert_eq!(posts, [2, 2, 2]);
    assert_eq!(users[2].1[0].title, "post 6 of user 3");

    let (mut seen, mut cursor) = (0, None);
    loop {
        let page = blog::paginated_posts(&db, 5, cursor.as_deref()).await?;
        seen += page.items.len();
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, 5 + 6 + 7);

    let stats = blog::user_stats(&db, users[0].0.id).await?;
    assert_eq!(stats, blog::Stats { posts: 5, likes: 10, best: Some(4) });
    let top = blog::top_contributors(&db, 2).await?;
    assert_eq!(top, [("user 3".to_owned(), 7), ("user 2".to_owned(), 6)]);
    Ok(())
}

/// Runs an example on a database of its own.
fn run(engine: &str, (_, models, example): Example) -> Result<()> {
    let setup = Setup::default().models(&models()).concurrent();
    let setup = match engine {
        "postgres" => setup.url(Postgres::shared()?.url("postgres")),
        "mariadb" => setup.url(MySql::shared(Brand::MariaDb)?.url("mysql")),
        "mysql" => setup.url(MySql::shared(Brand::Oracle)?.url("mysql")),
        memory => setup.url(format!("{memory}::memory:")),
    };
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { example(setup.open().await?).await })
}

fn main() {
    let mut trials = Vec::new();
    for engine in ["sqlite", "duckdb", "postgres", "mariadb", "mysql"] {
        for example in EXAMPLES {
            trials.push(Trial::test(format!("{engine}::{}", example.0), move || {
                Ok(run(engine, *example)?)
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
