//! A database for each test.

use hypostyle::model::operation::{self, Limits, Operation};
use hypostyle::testing::Setup;
use hypostyle::{ErrorKind, Model, Result};

use crate::cases;
use crate::shop::{NewUser, User, count, models, pass_on, users};

cases![
    tests_at_once_see_nothing_of_each_other,
    transactions_of_the_program_commit_and_roll_back,
    a_statement_that_fails_undoes_itself_alone,
    what_reads_one_moment_reads_it,
    many_rows_and_several_results_come_back,
    a_test_that_panics_leaves_nothing,
];

fn user(email: &str) -> NewUser {
    NewUser { email: email.to_owned(), age: None }
}

async fn tests_at_once_see_nothing_of_each_other(setup: Setup) -> Result<()> {
    let tests: Vec<_> = (0..4)
        .map(|_| {
            let setup = setup.clone().models(&models());
            tokio::spawn(async move {
                let db = setup.open().await?;
                let made = User::on(&db).create(user("same@example.org")).await?;
                tokio::task::yield_now().await;
                User::on(&db).create_many((0..20).map(|n| user(&format!("{n}")))).await?;
                Ok::<_, hypostyle::Error>((made.id, count(&db).await?))
            })
        })
        .collect();
    for test in tests {
        assert_eq!(test.await.unwrap()?, (1, 21));
    }
    Ok(())
}

async fn transactions_of_the_program_commit_and_roll_back(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    let ada = User::on(&db).create(user("ada@example.org")).await?;
    let bob = User::on(&db).create(user("bob@example.org")).await?;
    pass_on(&db, ada.id, bob.id, true).await?;
    assert_eq!(User::on(&db).get(bob.id).await?.email, "ada@example.org");
    let refused = pass_on(&db, bob.id, ada.id, false).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Validation);
    assert_eq!(User::on(&db).get(bob.id).await?.email, "ada@example.org");

    let mut tx = db.begin().await?;
    User::on(&mut tx).delete(ada.id).await?;
    drop(tx);
    assert_eq!(count(&db).await?, 2);
    let page = User::on(&db).find().order_by(User::id.asc()).page(1, 1).await?;
    assert_eq!((page.items.len(), page.total), (1, 2));
    Ok(())
}

async fn a_statement_that_fails_undoes_itself_alone(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    User::on(&db).create(user("ada@example.org")).await?;
    let again = User::on(&db).create(user("ada@example.org")).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::UniqueViolation);
    assert!(db.execute("SELECT nonsense FROM nowhere", ()).await.is_err());
    User::on(&db).create(user("bob@example.org")).await?;
    assert_eq!(count(&db).await?, 2);
    Ok(())
}

async fn what_reads_one_moment_reads_it(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    users().create(&db).await?;
    let mut reading = db.begin_snapshot().await?;
    assert_eq!(User::on(&mut reading).find().count().await?, 1);
    let refused = User::on(&mut reading).update_many(User::id.gt(0), User::age.set(1)).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::ReadOnly);
    drop(reading);
    assert_eq!(User::on(&db).update_many(User::id.gt(0), User::age.set(1)).await?, 1);

    let limits = Limits::default();
    let select = r#"{"table": "users", "columns": ["age"]}"#;
    let answer = operation::run(&db, &Operation::parse(select, &limits)?, &limits).await?;
    assert_eq!(answer.to_json(), r#"{"data":[{"age":1}]}"#);
    Ok(())
}

async fn many_rows_and_several_results_come_back(setup: Setup) -> Result<()> {
    let db = setup.models(&models()).open().await?;
    User::on(&db).create_many((0..3_000).map(|n| user(&format!("{n}@example.org")))).await?;
    assert_eq!(User::on(&db).find().all().await?.len(), 3_000);
    let mut seen = 0;
    let each = |user: User| {
        seen += usize::from(user.age.is_none());
        Ok(())
    };
    User::on(&db).find().for_each(each).await?;
    assert_eq!(seen, 3_000);

    let mut reply = db.stream("SELECT 1; SELECT 2 WHERE 1 = 0; SELECT 3", ()).await?;
    let mut found = vec![reply.read_all::<(i64,)>(9).await?];
    while reply.next_result().await? {
        found.push(reply.read_all(9).await?);
    }
    assert_eq!(found, [vec![(1,)], vec![], vec![(3,)]]);
    let text = "UPDATE users SET age = 1 WHERE id < 11; UPDATE users SET age = 2 WHERE id < 6";
    assert_eq!(db.execute(text, ()).await?.rows_affected, 15);
    Ok(())
}

async fn a_test_that_panics_leaves_nothing(setup: Setup) -> Result<()> {
    let panicking = setup.clone();
    let ended = tokio::spawn(async move {
        let db = panicking.models(&models()).open().await.unwrap();
        users().create_many(&db, 3).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        User::on(&mut tx).create(user("open@example.org")).await.unwrap();
        assert_eq!(User::on(&mut tx).find().count().await.unwrap(), 3, "the test fails");
    });
    assert!(ended.await.unwrap_err().is_panic());
    let db = setup.models(&models()).open().await?;
    assert_eq!(count(&db).await?, 0);
    Ok(())
}
