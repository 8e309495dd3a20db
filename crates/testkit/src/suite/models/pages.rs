//! Pages: by cursor, there and back, whatever happens to the rows meanwhile.

use hypostyle_core::{Error, ErrorKind};
use hypostyle_model::{CursorKey, CursorPage, Find, Model, Order};

use super::{NewPost, Post, User, post, tables, user};
use crate::{Bench, Outcome, cases, equal, fails, holds};

cases! { "models::pages":
    pages_follow_each_other_there_and_back,
    ties_are_neither_passed_over_nor_repeated,
    null_has_its_place_in_pages,
    rows_made_and_deleted_meanwhile_disturb_no_page,
    a_cursor_that_was_changed_is_refused,
    a_cursor_of_another_order_is_refused,
    a_page_brings_what_belongs_to_its_rows,
}

fn key() -> Result<CursorKey, Error> {
    CursorKey::new(b"a secret of sixteen bytes or more")
}

/// Posts whose likes and scores repeat themselves, some without a score.
async fn posts(bench: &Bench, count: i64) -> Outcome<User> {
    tables(bench).await?;
    let ada = User::on(&bench.db).create(user("ada")).await?;
    let rows = (0..count).map(|at| NewPost {
        likes: Some(at % 4),
        score: if at % 3 == 0 {
            None
        } else {
            Some(0.5 * f64::from(i8::try_from(at % 7).unwrap_or(0)))
        },
        ..post(&ada, &format!("post {at}"))
    });
    Post::on(&bench.db).create_many(rows).await?;
    Ok(ada)
}

type Orders = Vec<Order<Post>>;

fn find<'b>(bench: &'b Bench, orders: &Orders) -> Find<Post, &'b hypostyle_core::Database> {
    Post::on(&bench.db).find().order_by(orders.clone())
}

fn ids(page: &CursorPage<Post>) -> Vec<i64> {
    page.items.iter().map(|post| post.id).collect()
}

/// Walks all pages forward and back again; both must be the whole of the rows in order, those alike by
/// their key.
async fn walk(bench: &Bench, orders: Orders, by_key: Order<Post>, size: u64) -> Outcome {
    let key = key()?;
    let whole = find(bench, &orders).order_by(by_key).select((Post::id,)).await?;
    let whole: Vec<i64> = whole.into_iter().map(|(id,)| id).collect();
    let mut page = find(bench, &orders).cursor_page(&key, size, None).await?;
    equal((page.has_previous_page, page.previous_cursor.is_some()), (false, false))?;
    let mut there = ids(&page);
    while let Some(next) = page.next_cursor.clone() {
        page = find(bench, &orders).cursor_page(&key, size, Some(&next)).await?;
        holds(page.has_previous_page, "a page behind another has one before it")?;
        there.extend(ids(&page));
    }
    equal(there, whole.clone())?;
    let mut back = vec![ids(&page)];
    while let Some(previous) = page.previous_cursor.clone() {
        page = find(bench, &orders).cursor_page(&key, size, Some(&previous)).await?;
        holds(page.has_next_page, "a page before another has one behind it")?;
        back.push(ids(&page));
    }
    back.reverse();
    equal(back.concat(), whole)
}

async fn pages_follow_each_other_there_and_back(bench: Bench) -> Outcome {
    posts(&bench, 25).await?;
    walk(&bench, vec![], Post::id.asc(), 7).await?;
    walk(&bench, vec![], Post::id.asc(), 25).await?;
    walk(&bench, vec![], Post::id.asc(), 5).await?;
    walk(&bench, vec![Post::id.desc()], Post::id.desc(), 4).await?;
    walk(&bench, vec![Post::title.asc()], Post::id.asc(), 4).await
}

async fn ties_are_neither_passed_over_nor_repeated(bench: Bench) -> Outcome {
    posts(&bench, 60).await?;
    walk(&bench, vec![Post::likes.asc()], Post::id.asc(), 7).await?;
    walk(&bench, vec![Post::likes.desc()], Post::id.desc(), 7).await?;
    walk(&bench, vec![Post::likes.desc(), Post::title.asc()], Post::id.asc(), 1).await
}

async fn null_has_its_place_in_pages(bench: Bench) -> Outcome {
    posts(&bench, 40).await?;
    walk(&bench, vec![Post::score.asc()], Post::id.asc(), 3).await?;
    walk(&bench, vec![Post::score.desc()], Post::id.desc(), 3).await?;
    walk(&bench, vec![Post::likes.asc(), Post::score.desc()], Post::id.desc(), 4).await
}

async fn rows_made_and_deleted_meanwhile_disturb_no_page(bench: Bench) -> Outcome {
    let ada = posts(&bench, 40).await?;
    let (key, orders) = (key()?, vec![Post::likes.asc()]);
    let all = find(&bench, &orders).order_by(Post::id.asc()).all().await?;
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = find(&bench, &orders).cursor_page(&key, 6, cursor.as_deref()).await?;
        seen.extend(ids(&page));
        // The row the cursor stands on goes, and new ones come before and behind it.
        if let Some(last) = page.items.last() {
            Post::on(&bench.db).delete_for_good(last.id).await?;
        }
        let rows = [0, 3].map(|likes| NewPost { likes: Some(likes), ..post(&ada, "new") });
        Post::on(&bench.db).create_many(rows).await?;
        cursor = page.next_cursor;
        if cursor.is_none() || seen.len() > 200 {
            break;
        }
    }
    let old = |id: &&i64| all.iter().any(|post| post.id == **id);
    let found: Vec<i64> = seen.iter().filter(old).copied().collect();
    equal(found, all.iter().map(|post| post.id).collect::<Vec<_>>())?;
    let mut once = seen.clone();
    once.sort_unstable();
    once.dedup();
    equal(once.len(), seen.len())
}

async fn a_cursor_that_was_changed_is_refused(bench: Bench) -> Outcome {
    posts(&bench, 10).await?;
    let key = key()?;
    let page = find(&bench, &vec![]).cursor_page(&key, 3, None).await?;
    let cursor = page.next_cursor.unwrap_or_default();
    for at in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap_or_default();
        let refused = find(&bench, &vec![]).cursor_page(&key, 3, Some(&changed)).await;
        fails(refused, ErrorKind::Validation)?;
    }
    for hostile in ["", "é", "%00", "' OR 1=1", &cursor[1..], &cursor.repeat(40_000)] {
        let refused = find(&bench, &vec![]).cursor_page(&key, 3, Some(hostile)).await;
        fails(refused, ErrorKind::Validation)?;
    }
    let other = CursorKey::new(b"another secret of enough bytes")?;
    let refused = find(&bench, &vec![]).cursor_page(&other, 3, Some(&cursor)).await;
    fails(refused, ErrorKind::Validation)?;
    fails(CursorKey::new(b"short"), ErrorKind::Config)?;
    Ok(())
}

async fn a_cursor_of_another_order_is_refused(bench: Bench) -> Outcome {
    posts(&bench, 10).await?;
    let key = key()?;
    let page = find(&bench, &vec![Post::likes.asc()]).cursor_page(&key, 3, None).await?;
    let cursor = page.next_cursor.unwrap_or_default();
    for orders in [vec![], vec![Post::likes.desc()], vec![Post::title.asc()]] {
        let refused = find(&bench, &orders).cursor_page(&key, 3, Some(&cursor)).await;
        fails(refused, ErrorKind::Validation)?;
    }
    let users = User::on(&bench.db).find().cursor_page(&key, 3, Some(&cursor)).await;
    fails(users, ErrorKind::Validation)?;
    Ok(())
}

async fn a_page_brings_what_belongs_to_its_rows(bench: Bench) -> Outcome {
    let ada = posts(&bench, 10).await?;
    let page = find(&bench, &vec![]).include(Post::author).cursor_page(&key()?, 3, None).await?;
    let authors = page.items.iter().filter(|(_, author)| author.as_ref() == Some(&ada)).count();
    equal((page.items.len(), authors, page.has_next_page), (3, 3, true))?;
    let page = find(&bench, &vec![]).include(Post::author).page(4, 3).await?;
    equal((page.items.len(), page.total, page.pages()), (1, 10, 4))
}
