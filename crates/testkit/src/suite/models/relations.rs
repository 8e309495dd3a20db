//! Relations: loaded along in a fixed number of statements, filtered by, counted.

use std::sync::atomic::{AtomicUsize, Ordering};

use hypostyle_core::{Database, ErrorKind, Executor, Query, Reply, Request, Result, Transaction};
use hypostyle_model::Model;

use super::{
    Comment, NewComment, NewPostTag, NewProfile, NewTag, NewUser, Post, PostTag, Profile, Tag,
    User, post, tables, user,
};
use crate::{Bench, Outcome, cases, equal};

cases! { "models::relations":
    many_rows_are_loaded_with_each_row,
    the_one_row_is_loaded_with_each_row,
    the_row_that_is_named_is_loaded_with_each_row,
    rows_of_two_models_are_loaded_by_a_third,
    a_relation_to_the_same_model_is_loaded,
    the_latest_of_each_row_are_loaded,
    related_rows_are_narrowed_and_sorted,
    relations_are_loaded_in_relations,
    a_row_that_several_share_brings_what_belongs_to_it_to_each,
    related_rows_are_counted,
    rows_are_found_by_their_related_rows,
    related_rows_are_those_that_the_engine_takes_for_them,
    the_number_of_statements_does_not_grow_with_the_rows,
    more_rows_than_an_engine_binds_values_are_loaded,
}

/// Three users; the second has three posts, the third one; posts have comments and tags.
async fn blog(bench: &Bench) -> Outcome {
    tables(bench).await?;
    let db = &bench.db;
    let ada = User::on(db).create(user("ada")).await?;
    let bob = User::on(db).create(NewUser { manager_id: Some(ada.id), ..user("bob") }).await?;
    let cyd = User::on(db).create(NewUser { manager_id: Some(ada.id), ..user("cyd") }).await?;
    let profile = NewProfile { id: None, user_id: bob.id, bio: "writes".to_owned() };
    Profile::on(db).create(profile).await?;
    let mut posts = Vec::new();
    for (author, title) in [(&bob, "b1"), (&cyd, "c1"), (&bob, "b2"), (&bob, "b3")] {
        posts.push(Post::on(db).create(post(author, title)).await?);
    }
    for (at, body) in [(0, "first"), (0, "second"), (3, "third")] {
        let comment = NewComment { post_id: posts[at].id, body: body.to_owned() };
        Comment::on(db).create(comment).await?;
    }
    for code in ["db", "rust", "none"] {
        let tag = NewTag { code: code.to_owned(), label: code.to_uppercase() };
        Tag::on(db).create(tag).await?;
    }
    for (at, code) in [(0, "rust"), (0, "db"), (1, "rust"), (3, "db")] {
        let link = NewPostTag { post_id: posts[at].id, tag_code: code.to_owned(), place: None };
        PostTag::on(db).create(link).await?;
    }
    Ok(())
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

async fn many_rows_are_loaded_with_each_row(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let found = User::on(&bench.db).find().order_by(User::id.asc()).include(User::posts);
    let found = found.all().await?;
    let found: Vec<_> =
        found.iter().map(|(user, posts)| (user.name.as_str(), titles(posts))).collect();
    let expected = vec![("ada", vec![]), ("bob", vec!["b1", "b2", "b3"]), ("cyd", vec!["c1"])];
    equal(found, expected)
}

async fn the_one_row_is_loaded_with_each_row(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let found = User::on(&bench.db).find().order_by(User::id.asc()).include(User::profile);
    let found = found.all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(user, profile)| {
            (user.name.as_str(), profile.as_ref().map(|profile| profile.bio.as_str()))
        })
        .collect();
    equal(found, vec![("ada", None), ("bob", Some("writes")), ("cyd", None)])
}

async fn the_row_that_is_named_is_loaded_with_each_row(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let found = Post::on(&bench.db).find().order_by(Post::id.asc()).include(Post::author);
    let found = found.all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(post, author)| (post.title.as_str(), author.as_ref().map(|user| user.name.as_str())))
        .collect();
    let bob = Some("bob");
    equal(found, vec![("b1", bob), ("c1", Some("cyd")), ("b2", bob), ("b3", bob)])
}

async fn rows_of_two_models_are_loaded_by_a_third(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let tags = Post::tags.order_by(Tag::code.asc());
    let found = Post::on(&bench.db).find().order_by(Post::id.asc()).include(tags).all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(post, tags)| {
            let codes: Vec<&str> = tags.iter().map(|tag| tag.code.as_str()).collect();
            (post.title.as_str(), codes)
        })
        .collect();
    let expected =
        vec![("b1", vec!["db", "rust"]), ("c1", vec!["rust"]), ("b2", vec![]), ("b3", vec!["db"])];
    equal(found, expected)?;
    let found = Tag::on(&bench.db).find().order_by(Tag::code.asc()).include(Tag::posts);
    let found = found.all().await?;
    let found: Vec<_> = found.iter().map(|(tag, posts)| (tag.code.as_str(), posts.len())).collect();
    equal(found, vec![("db", 2), ("none", 0), ("rust", 2)])
}

async fn a_relation_to_the_same_model_is_loaded(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let found = User::on(&bench.db).find().order_by(User::id.asc());
    let found = found.include(User::reports).include(User::manager).all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(user, reports, manager)| {
            (user.name.as_str(), reports.len(), manager.as_ref().map(|user| user.name.as_str()))
        })
        .collect();
    equal(found, vec![("ada", 2, None), ("bob", 0, Some("ada")), ("cyd", 0, Some("ada"))])
}

async fn the_latest_of_each_row_are_loaded(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let latest = User::posts.order_by(Post::id.desc()).take(2);
    let found = User::on(&bench.db).find().order_by(User::id.asc()).include(latest).all().await?;
    let found: Vec<_> = found.iter().map(|(_, posts)| titles(posts)).collect();
    equal(found, vec![vec![], vec!["b3", "b2"], vec!["c1"]])
}

async fn related_rows_are_narrowed_and_sorted(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let some = User::posts.filter(Post::title.ne("b2")).order_by(Post::title.desc());
    let found = User::on(&bench.db).find().order_by(User::id.asc()).include(some).all().await?;
    let found: Vec<_> = found.iter().map(|(_, posts)| titles(posts)).collect();
    equal(found, vec![vec![], vec!["b3", "b1"], vec!["c1"]])?;
    let commented = User::posts.filter(Post::comments.some() & !Post::tags.any(Tag::code.eq("x")));
    let found = User::on(&bench.db).find().order_by(User::id.asc()).include(commented);
    let found = found.all().await?;
    let found: Vec<_> = found.iter().map(|(_, posts)| titles(posts)).collect();
    equal(found, vec![vec![], vec!["b1", "b3"], vec![]])
}

async fn relations_are_loaded_in_relations(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let posts = User::posts.include(Post::comments).include(Post::tags);
    let found = User::on(&bench.db).find_many(User::name.eq("bob")).include(posts).all().await?;
    let found: Vec<_> = found
        .iter()
        .flat_map(|(_, posts)| posts)
        .map(|(post, comments, tags)| (post.title.as_str(), comments.len(), tags.len()))
        .collect();
    equal(found, vec![("b1", 2, 2), ("b2", 0, 0), ("b3", 1, 1)])
}

async fn a_row_that_several_share_brings_what_belongs_to_it_to_each(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let author = Post::author.include(User::posts);
    let found = Post::on(&bench.db).find().order_by(Post::id.asc()).include(author).all().await?;
    let found: Vec<_> = found
        .iter()
        .map(|(_, author)| author.as_ref().map_or(0, |(_, posts)| posts.len()))
        .collect();
    equal(found, vec![3, 1, 3, 3])?;
    let tags = Post::tags.include(Tag::posts).order_by(Tag::code.asc());
    let found = Post::on(&bench.db).find().order_by(Post::id.asc()).include(tags).all().await?;
    let found: Vec<Vec<usize>> =
        found.iter().map(|(_, tags)| tags.iter().map(|(_, posts)| posts.len()).collect()).collect();
    equal(found, vec![vec![2, 2], vec![2], vec![], vec![2]])
}

async fn related_rows_are_counted(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let not_first = User::posts.count().filter(Post::title.ne("b1"));
    let found = User::on(&bench.db).find().order_by(User::id.asc());
    let found = found.include(User::posts.count()).include(not_first).all().await?;
    let found: Vec<_> = found.iter().map(|(_, all, some)| (*all, *some)).collect();
    equal(found, vec![(0, 0), (3, 2), (1, 1)])?;
    let found = Post::on(&bench.db).find().order_by(Post::id.asc()).include(Post::tags.count());
    let found = found.all().await?;
    equal(found.iter().map(|(_, tags)| *tags).collect::<Vec<_>>(), vec![2, 1, 0, 1])
}

async fn rows_are_found_by_their_related_rows(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let users = async |filter| -> Outcome<Vec<String>> {
        let found = User::on(&bench.db).find_many(filter).order_by(User::id.asc());
        Ok(found.select((User::name,)).await?.into_iter().map(|(name,)| name).collect())
    };
    equal(users(User::posts.some()).await?, ["bob", "cyd"])?;
    equal(users(User::posts.none()).await?, ["ada"])?;
    equal(users(User::posts.any(Post::title.eq("c1"))).await?, ["cyd"])?;
    equal(users(User::manager.any(User::name.eq("ada"))).await?, ["bob", "cyd"])?;
    equal(users(User::reports.any(User::name.eq("bob"))).await?, ["ada"])?;
    equal(users(User::profile.some()).await?, ["bob"])?;
    let tagged = User::posts.any(Post::tags.any(Tag::code.eq("db")));
    equal(users(tagged).await?, ["bob"])?;
    let by_author = Post::author.any(User::posts.any(Post::title.eq("b3")));
    equal(Post::on(&bench.db).count(by_author).await?, 3)
}

/// Some engines hold `RUST` for the key `rust`, as the collation of a column has it.
async fn related_rows_are_those_that_the_engine_takes_for_them(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let db = &bench.db;
    let unlinked = Post::on(db).find_many(Post::title.eq("b2")).all().await?;
    let post_id = unlinked[0].id;
    let link = NewPostTag { post_id, tag_code: "RUST".to_owned(), place: None };
    let is_taken = match PostTag::on(db).create(link).await {
        Ok(_) => true,
        Err(error) if error.kind() == ErrorKind::ForeignKeyViolation => false,
        Err(error) => return Err(error.into()),
    };
    let rust = || Tag::on(db).find_many(Tag::code.eq("rust"));
    let rows = if is_taken { 3 } else { 2 };
    let counts = rust().include(Tag::posts.count()).all().await?;
    equal(counts.iter().map(|(_, count)| *count).collect::<Vec<_>>(), vec![rows])?;
    let found = rust().include(Tag::posts).all().await?;
    let found: Vec<u64> = found.iter().map(|(_, posts)| posts.len() as u64).collect();
    equal(found, vec![rows])
}

async fn the_number_of_statements_does_not_grow_with_the_rows(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let mut counted = Vec::new();
    for round in 0..2 {
        let counting = Counting { db: &bench.db, statements: AtomicUsize::new(0) };
        let posts = User::posts.order_by(Post::id.desc()).take(10).include(Post::comments);
        let found = User::on(&counting).find().include(posts).include(User::manager);
        let users = found.all().await?.len();
        counted.push((users, counting.statements.into_inner()));
        let more: Vec<NewUser> = (0..300).map(|at| user(&format!("user {round}.{at}"))).collect();
        let more = User::on(&bench.db).bulk().create_returning(more).await?;
        let posts = more.iter().flat_map(|user| [post(user, "one"), post(user, "two")]);
        Post::on(&bench.db).create_many(posts).await?;
    }
    equal(counted, vec![(3, 4), (303, 4)])
}

async fn more_rows_than_an_engine_binds_values_are_loaded(bench: Bench) -> Outcome {
    blog(&bench).await?;
    let more = (0..20_000).map(|at| user(&format!("user {at}")));
    User::on(&bench.db).create_many(more).await?;
    let ids = User::on(&bench.db).find().select((User::id,)).await?;
    let posts = ids.iter().map(|(id,)| super::NewPost {
        author_id: *id,
        title: format!("of {id}"),
        likes: None,
        score: None,
    });
    Post::on(&bench.db).create_many(posts).await?;
    let last = User::posts.order_by(Post::id.desc()).take(1);
    let counting = Counting { db: &bench.db, statements: AtomicUsize::new(0) };
    let found = User::on(&counting).find().include(last).all().await?;
    equal(counting.statements.into_inner(), 2)?;
    let right = |(user, posts): &&(User, Vec<Post>)| titles(posts) == [format!("of {}", user.id)];
    equal((found.len(), found.iter().filter(right).count()), (20_003, 20_003))
}

/// A database that counts what it is asked.
struct Counting<'d> {
    db: &'d Database,
    statements: AtomicUsize,
}

impl Executor for &Counting<'_> {
    fn database(&self) -> &Database {
        self.db
    }

    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.db.request(text)
    }

    async fn call<'a>(&'a mut self, request: Request<'a>) -> Result<Reply<'a>> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.db.backend().call(request).await
    }

    async fn begin(&mut self) -> Result<Transaction<'_>> {
        self.db.begin().await
    }
}
