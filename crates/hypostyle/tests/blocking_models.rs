//! Repositories whose calls wait.
#![cfg(all(feature = "blocking", feature = "postgres", feature = "sqlite"))]

use hypostyle::blocking::{Database, Transaction, Wait};
use hypostyle::model::operation::{self, Limits, Operation};
use hypostyle::model::{CursorKey, count_all};
use hypostyle::{Error, ErrorKind, Executor, Intent, Model, Models, Result};
use hypostyle_testkit::server::Postgres;

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "users", has_many(posts = Post, by = author_id))]
struct User {
    #[model(key)]
    id: i64,
    #[model(length = 80, unique)]
    name: String,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "posts")]
struct Post {
    #[model(key)]
    id: i64,
    #[model(references = User, relation = author)]
    author_id: i64,
    title: String,
}

fn user(name: &str) -> NewUser {
    NewUser { name: name.to_owned() }
}

/// Runs a test on each engine, with the tables made.
fn on_each(test: fn(&Database) -> Result<()>) -> Result<()> {
    let postgres = Postgres::shared()?.scratch()?;
    for url in ["sqlite::memory:".to_owned(), postgres.url()] {
        let db = Database::open(&url)?;
        Models::of("blog").with::<User>().with::<Post>().create(db.as_async()).wait()?;
        test(&db)?;
        db.close()?;
    }
    Ok(())
}

#[test]
fn a_repository_reads_and_writes_rows() -> Result<()> {
    on_each(|db| {
        let ada = User::on(db).create(user("ada")).wait()?;
        User::on(db).create_many([user("bob"), user("eve")]).wait()?;
        assert_eq!(User::on(db).find_by_id(ada.id).wait()?, Some(ada.clone()));
        let renamed = User::on(db).update(ada.id, User::name.set("Ada")).wait()?;
        assert_eq!(renamed.name, "Ada");
        assert!(User::on(db).delete(ada.id).wait()?);
        assert_eq!(User::on(db).find().count().wait()?, 2);
        let again = User::on(db).create(user("bob")).wait().unwrap_err();
        assert_eq!(again.kind(), ErrorKind::UniqueViolation);
        Ok(())
    })
}

#[test]
fn finds_relations_pages_and_figures_wait_too() -> Result<()> {
    on_each(|db| {
        for name in ["a", "b"] {
            let author_id = User::on(db).create(user(name)).wait()?.id;
            let posts = (0..3).map(|at| NewPost { author_id, title: format!("{name}{at}") });
            Post::on(db).create_many(posts).wait()?;
        }
        let latest = User::posts.order_by(Post::id.desc()).take(2);
        let found = User::on(db).find().include(latest).all().wait()?;
        let titles: Vec<Vec<&str>> = found
            .iter()
            .map(|(_, posts)| posts.iter().map(|post| &*post.title).collect())
            .collect();
        assert_eq!(titles, [["a2", "a1"], ["b2", "b1"]]);

        let page = Post::on(db).find().page(2, 4).wait()?;
        assert_eq!((page.items.len(), page.total), (2, 6));
        let key = CursorKey::new(b"a key of this test")?;
        let first = Post::on(db).find().cursor_page(&key, 4, None).wait()?;
        let rest = Post::on(db).find().cursor_page(&key, 4, first.next_cursor.as_deref()).wait()?;
        assert_eq!((first.items.len(), rest.items.len(), rest.has_next_page), (4, 2, false));

        let (posts, last) = Post::on(db).find().aggregate((count_all(), Post::id.max())).wait()?;
        assert_eq!((posts, last), (6, Some(6)));
        let mut seen = 0;
        let each = |_| {
            seen += 1;
            Ok(())
        };
        Post::on(db).find().for_each(each).wait()?;
        assert_eq!(seen, 6);
        Ok(())
    })
}

#[test]
fn in_a_transaction_and_on_a_held_connection_it_is_part_of_it() -> Result<()> {
    on_each(|db| {
        let failed: Result<()> = db.transact(|tx| {
            User::on(&mut *tx).create(user("ada")).wait()?;
            assert!(tx.is_transaction() && !db.is_transaction());
            assert_eq!(User::on(&mut *tx).find().count().wait()?, 1);
            let inner = tx.savepoint()?;
            User::on(inner).create(user("bob")).wait()?;
            assert_eq!(User::on(&mut *tx).find().count().wait()?, 1);
            Err(Error::new(ErrorKind::Validation, "no"))
        });
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Validation);
        assert_eq!(User::on(db).find().count().wait()?, 0);

        let made = db.transact(|tx: &mut Transaction<'_>| {
            User::on(tx).bulk().create_returning([user("ada"), user("bob")]).wait()
        });
        assert_eq!(made?.len(), 2);
        let mut session = db.session(Intent::Write)?;
        session.execute("CREATE TEMP TABLE mine (id INTEGER)", ())?;
        assert_eq!(User::on(&mut session).find().count().wait()?, 2);
        Ok(())
    })
}

#[test]
fn operation_documents_and_functions_of_ones_own_wait() -> Result<()> {
    on_each(|db| {
        async fn rename(
            mut on: impl Executor,
            name: &str,
        ) -> Result<u64, Box<dyn std::error::Error>> {
            if name.is_empty() {
                return Err("a user has a name".into());
            }
            Ok(User::on(&mut on).update_many(User::id.gt(0), User::name.set(name)).await?)
        }
        let limits = Limits::default();
        let insert = r#"{"operation": "insert", "table": "users", "record": {"name": "Ada"}}"#;
        let insert = Operation::parse(insert, &limits)?;
        let answer = operation::run(db.as_async(), &insert, &limits).wait()?;
        assert_eq!(
            answer.to_json(),
            r#"{"data":[{"id":1,"name":"Ada"}],"success":true,"rowcount":1}"#
        );
        assert_eq!(rename(db, "Grace").wait().unwrap(), 1);
        assert_eq!(rename(db, "").wait().unwrap_err().to_string(), "a user has a name");
        assert_eq!(User::on(db).get(1).wait()?.name, "Grace");
        Ok(())
    })
}

#[test]
fn inside_a_runtime_nothing_runs() -> Result<()> {
    on_each(|db| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let refused =
            runtime.block_on(async { User::on(db).create(user("ada")).wait().unwrap_err() });
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        assert_eq!(User::on(db).find().count().wait()?, 0);
        Ok(())
    })
}
