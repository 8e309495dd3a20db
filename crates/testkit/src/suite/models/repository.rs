//! Repositories: rows made, found, changed, deleted, one by one and many at once.

use hypostyle_core::{ErrorKind, Uuid};
use hypostyle_model::{Json, Model, Whole};

use super::{
    Comment, NewComment, NewPost, NewPostTag, NewProfile, NewTag, Post, PostTag, Profile, Role,
    Settings, Tag, User, post, tables, user,
};
use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "models::repository":
    tables_that_are_there_stay_as_they_are,
    a_created_row_is_answered_as_the_database_has_it,
    a_row_is_found_by_its_key,
    a_key_of_several_columns_finds_its_row,
    a_key_of_the_program_is_kept,
    a_uuid_is_made_where_none_is_given,
    every_type_of_field_comes_back,
    a_unique_value_given_twice_is_refused,
    an_update_changes_what_it_says_and_nothing_else,
    an_update_of_a_row_that_is_not_there_is_told,
    an_update_of_nothing_or_of_the_key_is_refused,
    a_number_is_added_to_in_the_statement,
    a_saved_model_is_written_whole,
    a_model_that_was_changed_meanwhile_is_not_saved,
    many_rows_are_updated_by_a_condition,
    a_deleted_row_is_gone,
    a_softly_deleted_row_is_out_of_sight_until_it_is_restored,
    a_softly_deleted_row_is_deleted_for_good,
    an_upsert_makes_a_row_and_then_changes_it,
    rows_are_created_in_bulk,
    rows_created_in_bulk_are_answered_in_their_order,
    a_bulk_that_fails_leaves_nothing,
    rows_are_updated_each_in_its_own_way,
    rows_are_deleted_by_their_keys,
    a_transaction_that_is_rolled_back_leaves_nothing,
    raw_sql_is_read_into_models,
}

async fn tables_that_are_there_stay_as_they_are(bench: Bench) -> Outcome {
    tables(&bench).await?;
    bench.db.execute("DROP TABLE profiles", ()).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    tables(&bench).await?;
    equal(User::on(&bench.db).get(ada.id).await?, ada)?;
    equal(Profile::on(&bench.db).find().count().await?, 0)
}

async fn a_created_row_is_answered_as_the_database_has_it(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    equal(ada.id, 1)?;
    equal(ada.email.as_str(), "ada@example.org")?;
    equal(ada.role, Role::Reader)?;
    equal(ada.created_at, ada.updated_at)?;
    equal(User::on(&bench.db).find_by_id(ada.id).await?, Some(ada))
}

async fn a_row_is_found_by_its_key(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let bob = User::on(&bench.db).create(user("bob")).await?;
    equal(User::on(&bench.db).find_by_id(bob.id).await?, Some(bob))?;
    equal(User::on(&bench.db).get(ada.id).await?, ada)?;
    equal(User::on(&bench.db).find_by_id(77).await?, None)?;
    fails(User::on(&bench.db).get(77).await, ErrorKind::RowNotFound)?;
    Ok(())
}

async fn a_key_of_several_columns_finds_its_row(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    for code in ["a", "b"] {
        let tag = NewTag { code: code.to_owned(), label: code.to_uppercase() };
        Tag::on(&bench.db).create(tag).await?;
        let link = NewPostTag { post_id: first.id, tag_code: code.to_owned(), place: Some(7) };
        PostTag::on(&bench.db).create(link).await?;
    }
    let found = PostTag::on(&bench.db).find_by_id((first.id, "b".to_owned())).await?;
    equal(found, Some(PostTag { post_id: first.id, tag_code: "b".to_owned(), place: 7 }))?;
    holds(PostTag::on(&bench.db).delete((first.id, "b".to_owned())).await?, "it does not hold")?;
    let left = [(first.id, "a".to_owned()), (first.id, "b".to_owned())];
    equal(PostTag::on(&bench.db).delete_by_ids(left).await?, 1)
}

async fn a_key_of_the_program_is_kept(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let tag = NewTag { code: "rust".to_owned(), label: "Rust".to_owned() };
    let made = Tag::on(&bench.db).create(tag).await?;
    equal(Tag::on(&bench.db).find_by_id("rust").await?, Some(made))?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let numbered = User { id: 500, email: "b@example.org".to_owned(), ..ada };
    let made = User::on(&bench.db).create(Whole(numbered)).await?;
    equal(made.id, 500)
}

async fn a_uuid_is_made_where_none_is_given(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let bob = User::on(&bench.db).create(user("bob")).await?;
    let profile = NewProfile { id: None, user_id: ada.id, bio: "first".to_owned() };
    let made = Profile::on(&bench.db).create(profile).await?;
    equal(made.id.get_version_num(), 7)?;
    equal(Profile::on(&bench.db).find_by_id(made.id).await?, Some(made))?;
    let given = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let profile = NewProfile { id: Some(given), user_id: bob.id, bio: "second".to_owned() };
    equal(Profile::on(&bench.db).create(profile).await?.id, given)?;
    equal(Profile::on(&bench.db).count(Profile::id.eq(given)).await?, 1)
}

async fn every_type_of_field_comes_back(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let mut new = user("ada");
    new.name = "Ada 'Ƀ' \\ \"Lovelace\" 数".to_owned();
    new.age = Some(-7);
    new.role = Some(Role::Admin);
    new.settings = Json(Settings { theme: "a \"dark\" one".to_owned(), page_size: i64::MAX });
    let ada = User::on(&bench.db).create(new.clone()).await?;
    equal(&ada.name, &new.name)?;
    equal((ada.age, ada.role), (Some(-7), Role::Admin))?;
    equal(&ada.settings, &new.settings)?;
    let first = NewPost { score: Some(-0.1), ..post(&ada, "") };
    let first = Post::on(&bench.db).create(first).await?;
    equal((first.title.as_str(), first.score, first.version), ("", Some(-0.1), 1))
}

async fn a_unique_value_given_twice_is_refused(bench: Bench) -> Outcome {
    tables(&bench).await?;
    User::on(&bench.db).create(user("ada")).await?;
    fails(User::on(&bench.db).create(user("ada")).await, ErrorKind::UniqueViolation)?;
    equal(User::on(&bench.db).find().count().await?, 1)
}

async fn an_update_changes_what_it_says_and_nothing_else(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let bob = User::on(&bench.db).create(user("bob")).await?;
    let changes = [User::name.set("Ada"), User::age.set(36), User::role.set(Role::Writer)];
    let changed = User::on(&bench.db).update(ada.id, changes).await?;
    holds(changed.updated_at >= ada.updated_at, "it does not hold")?;
    let expected = User {
        name: "Ada".to_owned(),
        age: Some(36),
        role: Role::Writer,
        updated_at: changed.updated_at,
        ..ada
    };
    equal(&changed, &expected)?;
    let changed = User::on(&bench.db).update(changed.id, User::age.set_null()).await?;
    equal(changed.age, None)?;
    equal(User::on(&bench.db).get(bob.id).await?, bob)
}

async fn an_update_of_a_row_that_is_not_there_is_told(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let missed = User::on(&bench.db).update(5, User::name.set("nobody")).await;
    fails(missed, ErrorKind::RowNotFound)?;
    bench.is_settled().await
}

async fn an_update_of_nothing_or_of_the_key_is_refused(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    fails(User::on(&bench.db).update(ada.id, []).await, ErrorKind::Validation)?;
    fails(User::on(&bench.db).update(ada.id, User::id.set(9)).await, ErrorKind::Validation)?;
    Ok(())
}

async fn a_number_is_added_to_in_the_statement(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    let liked = Post::on(&bench.db).update(first.id, Post::likes.plus(3)).await?;
    equal((liked.likes, liked.version), (3, 2))?;
    let liked = Post::on(&bench.db).update(first.id, Post::likes.minus(1)).await?;
    equal((liked.likes, liked.version), (2, 3))
}

async fn a_saved_model_is_written_whole(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let mut ada = User::on(&bench.db).create(user("ada")).await?;
    ada.name = "Countess".to_owned();
    ada.settings.theme = "light".to_owned();
    let saved = User::on(&bench.db).save(&ada).await?;
    equal((saved.name.as_str(), saved.settings.theme.as_str()), ("Countess", "light"))?;
    equal(saved.created_at, ada.created_at)
}

async fn a_model_that_was_changed_meanwhile_is_not_saved(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let mut mine = Post::on(&bench.db).create(post(&ada, "first")).await?;
    let theirs = Post::on(&bench.db).update(mine.id, Post::title.set("theirs")).await?;
    mine.title = "mine".to_owned();
    fails(Post::on(&bench.db).save(&mine).await, ErrorKind::Conflict)?;
    equal(Post::on(&bench.db).get(mine.id).await?, theirs.clone())?;
    mine.version = theirs.version;
    let saved = Post::on(&bench.db).save(&mine).await?;
    equal((saved.title.as_str(), saved.version), ("mine", 3))?;
    Post::on(&bench.db).delete_for_good(mine.id).await?;
    fails(Post::on(&bench.db).save(&saved).await, ErrorKind::RowNotFound)?;
    Ok(())
}

async fn many_rows_are_updated_by_a_condition(bench: Bench) -> Outcome {
    tables(&bench).await?;
    for name in ["ada", "bob", "cyd"] {
        User::on(&bench.db).create(user(name)).await?;
    }
    let some = User::name.ne("bob");
    equal(User::on(&bench.db).update_many(some, User::age.set(40)).await?, 2)?;
    equal(User::on(&bench.db).count(User::age.eq(40)).await?, 2)
}

async fn a_deleted_row_is_gone(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    holds(User::on(&bench.db).delete(ada.id).await?, "it does not hold")?;
    holds(!User::on(&bench.db).delete(ada.id).await?, "it does not hold")?;
    equal(User::on(&bench.db).find_by_id(ada.id).await?, None)?;
    fails(User::on(&bench.db).restore(ada.id).await, ErrorKind::Unsupported)?;
    Ok(())
}

async fn a_softly_deleted_row_is_out_of_sight_until_it_is_restored(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    let second = Post::on(&bench.db).create(post(&ada, "second")).await?;
    holds(Post::on(&bench.db).delete(first.id).await?, "it does not hold")?;
    holds(!Post::on(&bench.db).delete(first.id).await?, "it does not hold")?;
    equal(Post::on(&bench.db).find_by_id(first.id).await?, None)?;
    equal(Post::on(&bench.db).find().all().await?, vec![second])?;
    equal(Post::on(&bench.db).find().with_deleted().count().await?, 2)?;
    let gone = Post::on(&bench.db).find().only_deleted().all().await?;
    equal(gone.iter().map(|post| post.id).collect::<Vec<_>>(), vec![first.id])?;
    let missed = Post::on(&bench.db).update(first.id, Post::likes.plus(1)).await;
    fails(missed, ErrorKind::RowNotFound)?;
    equal(Post::on(&bench.db).update_many(Post::likes.eq(0), Post::likes.set(5)).await?, 1)?;
    let each = [(first.id, Post::likes.set(9))];
    equal(Post::on(&bench.db).bulk().update(each).await?, 0)?;
    equal(Post::on(&bench.db).delete_by_ids([first.id]).await?, 0)?;
    let (_, posts) = one(User::on(&bench.db).find().include(User::posts).all().await?)?;
    equal(posts.len(), 1)?;
    holds(Post::on(&bench.db).restore(first.id).await?, "it does not hold")?;
    holds(!Post::on(&bench.db).restore(first.id).await?, "it does not hold")?;
    equal(Post::on(&bench.db).get(first.id).await?.likes, 0)
}

async fn a_softly_deleted_row_is_deleted_for_good(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    equal(Post::on(&bench.db).delete_many(Post::title.eq("first")).await?, 1)?;
    holds(Post::on(&bench.db).delete_for_good(first.id).await?, "it does not hold")?;
    equal(Post::on(&bench.db).find().with_deleted().count().await?, 0)
}

async fn an_upsert_makes_a_row_and_then_changes_it(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let made = User::on(&bench.db).upsert(user("ada"), User::email).await?;
    equal(made.name.as_str(), "ada")?;
    let mut again = user("ada");
    again.name = "Ada".to_owned();
    again.age = Some(36);
    let changed = User::on(&bench.db).upsert(again, User::email).await?;
    equal((changed.id, changed.name.as_str(), changed.age), (made.id, "Ada", Some(36)))?;
    equal(changed.created_at, made.created_at)?;
    equal(User::on(&bench.db).find().count().await?, 1)
}

async fn rows_are_created_in_bulk(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let mut told = Vec::new();
    let rows = (0..20_000).map(|at| post(&ada, &format!("post {at}")));
    let bulk = Post::on(&bench.db).bulk().on_progress(|rows| told.push(rows));
    equal(bulk.create(rows).await?, 20_000)?;
    equal((told.len() > 1, told.last().copied()), (true, Some(20_000)))?;
    equal(Post::on(&bench.db).find().count().await?, 20_000)?;
    let some = Post::on(&bench.db).find_one(Post::title.eq("post 12345")).await?;
    equal(some.map(|post| (post.likes, post.version)), Some((0, 1)))
}

async fn rows_created_in_bulk_are_answered_in_their_order(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let rows = (0..2_500).map(|at| post(&ada, &format!("post {at}")));
    let made = Post::on(&bench.db).bulk().create_returning(rows).await?;
    equal(made.len(), 2_500)?;
    let titles = made.iter().enumerate().all(|(at, post)| post.title == format!("post {at}"));
    holds(titles, "it does not hold")?;
    equal(Post::on(&bench.db).get(made[2_499].id).await?, made[2_499].clone())
}

async fn a_bulk_that_fails_leaves_nothing(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let rows = ["ada", "bob", "ada"].map(user);
    fails(User::on(&bench.db).create_many(rows.clone()).await, ErrorKind::UniqueViolation)?;
    let answered = User::on(&bench.db).bulk().create_returning(rows).await;
    fails(answered, ErrorKind::UniqueViolation)?;
    equal(User::on(&bench.db).find().count().await?, 0)?;
    bench.is_settled().await
}

async fn rows_are_updated_each_in_its_own_way(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let rows = (0..50).map(|at| post(&ada, &format!("post {at}")));
    let made = Post::on(&bench.db).bulk().create_returning(rows).await?;
    let changes = made.iter().map(|post| {
        (post.id, [Post::likes.set(post.id * 2), Post::title.set(format!("{} '; --", post.title))])
    });
    equal(Post::on(&bench.db).bulk().update(changes).await?, 50)?;
    for post in Post::on(&bench.db).find().all().await? {
        equal((post.likes, post.version), (post.id * 2, 2))?;
        holds(post.title.ends_with(" '; --"), "it does not hold")?;
    }
    Ok(())
}

async fn rows_are_deleted_by_their_keys(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    let rows = (0..100).map(|_| NewComment { post_id: first.id, body: "so".to_owned() });
    let made = Comment::on(&bench.db).bulk().create_returning(rows).await?;
    let ids = made.iter().take(60).map(|comment| comment.id).chain([100_000]);
    equal(Comment::on(&bench.db).delete_by_ids(ids).await?, 60)?;
    equal(Comment::on(&bench.db).find().count().await?, 40)?;
    equal(Comment::on(&bench.db).delete_by_ids([0_i64; 0]).await?, 0)
}

async fn a_transaction_that_is_rolled_back_leaves_nothing(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let mut transaction = bench.db.begin().await?;
    let ada = User::on(&mut transaction).create(user("ada")).await?;
    Post::on(&mut transaction).create(post(&ada, "first")).await?;
    equal(User::on(&mut transaction).find().count().await?, 1)?;
    transaction.rollback().await?;
    equal(User::on(&bench.db).find().count().await?, 0)?;
    bench.is_settled().await
}

async fn raw_sql_is_read_into_models(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let text = "SELECT version, deleted_at, title, likes, score, id, author_id FROM posts \
                WHERE author_id = ?";
    let first = Post::on(&bench.db).create(post(&ada, "first")).await?;
    equal(bench.db.fetch_all::<Post>(text, (ada.id,)).await?, vec![first])
}

/// The only row there is.
fn one<T>(mut rows: Vec<T>) -> Outcome<T> {
    equal(rows.len(), 1)?;
    Ok(rows.remove(0))
}
