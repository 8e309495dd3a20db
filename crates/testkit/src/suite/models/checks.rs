//! Checks: what a model's rules refuse never reaches the table, and what the table's do is told by kind.

use garde::Validate;
use hypostyle_core::{ErrorKind, Timestamp};
use hypostyle_model::{Model, Models};

use crate::{Bench, Outcome, cases, equal, fails};

cases! { "models::checks":
    a_new_row_is_checked_before_it_is_made,
    a_saved_row_is_checked,
    an_update_that_would_break_a_rule_is_undone,
    many_rows_are_checked_before_the_first_is_made,
    what_the_table_refuses_is_told_by_its_kind,
    what_a_reference_does_follows_its_action,
}

#[derive(Clone, Debug, PartialEq, Model, Validate)]
#[model(crate = hypostyle_model)]
#[model(table = "members", validate)]
struct Member {
    #[model(key)]
    #[garde(skip)]
    id: i64,
    #[garde(email)]
    email: String,
    #[garde(length(min = 1, max = 10))]
    name: String,
    #[model(check = "points >= 0")]
    #[garde(range(max = 100))]
    points: i64,
    #[model(updated)]
    #[garde(skip)]
    changed_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "badges")]
struct Badge {
    #[model(key)]
    id: i64,
    #[model(references = Member, on_delete = "cascade")]
    member_id: i64,
}

#[derive(Clone, Debug, PartialEq, Model)]
#[model(crate = hypostyle_model)]
#[model(table = "notes")]
struct Note {
    #[model(key)]
    id: i64,
    #[model(references = Member, on_delete = "set null")]
    member_id: Option<i64>,
}

async fn table(bench: &Bench) -> Outcome {
    Ok(Models::of("club").with::<Member>().create(&bench.db).await?)
}

fn member(email: &str, name: &str) -> NewMember {
    NewMember { email: email.to_owned(), name: name.to_owned(), points: 50 }
}

async fn a_new_row_is_checked_before_it_is_made(bench: Bench) -> Outcome {
    table(&bench).await?;
    Member::on(&bench.db).create(member("ada@example.org", "Ada")).await?;
    let refused = Member::on(&bench.db).create(member("nothing", "")).await;
    let error = fails(refused, ErrorKind::Validation)?;
    equal(error.table(), Some("members"))?;
    equal(error.columns(), ["email", "name"])?;
    equal(Member::on(&bench.db).find().count().await?, 1)
}

async fn a_saved_row_is_checked(bench: Bench) -> Outcome {
    table(&bench).await?;
    let ada = Member::on(&bench.db).create(member("ada@example.org", "Ada")).await?;
    let wrong = Member { name: "a name that is too long".to_owned(), ..ada.clone() };
    fails(Member::on(&bench.db).save(&wrong).await, ErrorKind::Validation)?;
    equal(Member::on(&bench.db).get(ada.id).await?, ada)
}

async fn an_update_that_would_break_a_rule_is_undone(bench: Bench) -> Outcome {
    table(&bench).await?;
    let ada = Member::on(&bench.db).create(member("ada@example.org", "Ada")).await?;
    let wrong = Member::on(&bench.db).update(ada.id, Member::points.plus(51)).await;
    fails(wrong, ErrorKind::Validation)?;
    equal(Member::on(&bench.db).get(ada.id).await?, ada.clone())?;
    let right = Member::on(&bench.db).update(ada.id, Member::points.plus(50)).await?;
    equal(right.points, 100)?;
    bench.is_settled().await
}

async fn many_rows_are_checked_before_the_first_is_made(bench: Bench) -> Outcome {
    table(&bench).await?;
    let rows = [member("ada@example.org", "Ada"), member("bob", "Bob")];
    fails(Member::on(&bench.db).create_many(rows).await, ErrorKind::Validation)?;
    equal(Member::on(&bench.db).find().count().await?, 0)
}

async fn what_the_table_refuses_is_told_by_its_kind(bench: Bench) -> Outcome {
    table(&bench).await?;
    let poor = NewMember { points: -1, ..member("ada@example.org", "Ada") };
    fails(Member::on(&bench.db).create(poor).await, ErrorKind::CheckViolation)?;
    equal(Member::on(&bench.db).find().count().await?, 0)
}

async fn what_a_reference_does_follows_its_action(bench: Bench) -> Outcome {
    let models = Models::of("club").with::<Member>().with::<Badge>().with::<Note>();
    if bench.db.engine().name == "duckdb" {
        // Its references have no actions: it says so itself.
        fails(models.create(&bench.db).await, ErrorKind::Query)?;
        return Ok(());
    }
    models.create(&bench.db).await?;
    let ada = Member::on(&bench.db).create(member("ada@example.org", "Ada")).await?;
    Badge::on(&bench.db).create(NewBadge { member_id: ada.id }).await?;
    let note = Note::on(&bench.db).create(NewNote { member_id: Some(ada.id) }).await?;
    let lost = Badge::on(&bench.db).create(NewBadge { member_id: 77 }).await;
    fails(lost, ErrorKind::ForeignKeyViolation)?;
    Member::on(&bench.db).delete(ada.id).await?;
    equal(Badge::on(&bench.db).find().count().await?, 0)?;
    equal(Note::on(&bench.db).get(note.id).await?.member_id, None)
}
