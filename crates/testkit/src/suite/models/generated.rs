//! Conditions and walks that are made up by seed, held against the same in the program.

use std::collections::HashSet;

use fastrand::Rng;
use hypostyle_core::Database;
use hypostyle_model::{CursorKey, Filter, Find, Model, Order};

use super::{NewPost, Post, User, post, tables, user};
use crate::{Bench, Outcome, cases, equal};

/// Conditions that one run makes up.
const CONDITIONS: u64 = 200;
/// Walks that one run makes up.
const WALKS: u64 = 12;
/// Parts of titles, with all that patterns, literals and escapes could trip over.
const SIGNS: [&str; 10] = ["a", "A", "b", "%", "_", "\\", "'", "\"", "[", "\u{e9}"];

cases! { "models::generated":
    conditions_find_the_rows_that_the_program_finds,
    pages_pass_over_no_row_whatever_happens_meanwhile,
}

fn text(rng: &mut Rng, signs_max: usize) -> String {
    (0..rng.usize(..=signs_max)).map(|_| SIGNS[rng.usize(..SIGNS.len())]).collect()
}

fn score(rng: &mut Rng) -> Option<f64> {
    (rng.u8(..3) > 0).then(|| f64::from(rng.i8(-2..3)) * 0.5)
}

fn row(rng: &mut Rng, author: &User) -> NewPost {
    let title = text(rng, 6);
    NewPost { likes: Some(rng.i64(-2..5)), score: score(rng), ..post(author, &title) }
}

type Says = Box<dyn Fn(&Post) -> Option<bool> + Send>;

/// A condition, and what it says of a row: true, false, or unknown, as NULL makes it.
struct Condition {
    filter: Filter<Post>,
    says: Says,
}

impl Condition {
    fn new(filter: Filter<Post>, says: impl Fn(&Post) -> Option<bool> + Send + 'static) -> Self {
        Self { filter, says: Box::new(says) }
    }

    fn made_up(rng: &mut Rng, depth: u8) -> Self {
        match rng.u8(if depth == 0 { 0..4 } else { 0..7 }) {
            0 | 1 => Self::of_likes(rng),
            2 => Self::of_score(rng),
            3 => Self::of_title(rng),
            4 => {
                let inner = Self::made_up(rng, depth - 1);
                Self::new(!inner.filter, move |post| (inner.says)(post).map(|is| !is))
            }
            turn => Self::joined(rng, depth, turn == 5),
        }
    }

    fn joined(rng: &mut Rng, depth: u8, by_and: bool) -> Self {
        let parts: Vec<Self> = (0..rng.usize(..4)).map(|_| Self::made_up(rng, depth - 1)).collect();
        let (filters, says): (Vec<_>, Vec<_>) =
            parts.into_iter().map(|part| (part.filter, part.says)).unzip();
        let filter = if by_and { Filter::all(filters) } else { Filter::any(filters) };
        Self::new(filter, move |post| {
            let answers: Vec<_> = says.iter().map(|says| says(post)).collect();
            match (answers.contains(&Some(!by_and)), answers.contains(&None)) {
                (true, _) => Some(!by_and),
                (false, true) => None,
                (false, false) => Some(by_and),
            }
        })
    }

    fn of_likes(rng: &mut Rng) -> Self {
        let (one, other) = (rng.i64(-3..6), rng.i64(-3..6));
        let few: Vec<i64> = (0..rng.usize(..5)).map(|_| rng.i64(-3..6)).collect();
        match rng.u8(..8) {
            0 => Self::new(Post::likes.eq(one), move |post| Some(post.likes == one)),
            1 => Self::new(Post::likes.ne(one), move |post| Some(post.likes != one)),
            2 => Self::new(Post::likes.lt(one), move |post| Some(post.likes < one)),
            3 => Self::new(Post::likes.gte(one), move |post| Some(post.likes >= one)),
            4 => Self::new(Post::likes.between(one, other), move |post| {
                Some((one..=other).contains(&post.likes))
            }),
            5 => {
                Self::new(Post::likes.in_(few.clone()), move |post| Some(few.contains(&post.likes)))
            }
            6 => Self::new(Post::likes.not_in(few.clone()), move |post| {
                Some(!few.contains(&post.likes))
            }),
            _ => Self::new(Post::likes.eq_column(Post::author_id), |post| {
                Some(post.likes == post.author_id)
            }),
        }
    }

    fn of_score(rng: &mut Rng) -> Self {
        let one = f64::from(rng.i8(-3..4)) * 0.5;
        let few: Vec<f64> = (0..rng.usize(..3)).map(|_| f64::from(rng.i8(-2..3)) * 0.5).collect();
        match rng.u8(..6) {
            0 => Self::new(Post::score.is_null(), |post| Some(post.score.is_none())),
            1 => Self::new(Post::score.is_not_null(), |post| Some(post.score.is_some())),
            2 => Self::new(Post::score.gt(one), move |post| post.score.map(|score| score > one)),
            3 => Self::new(Post::score.lte(one), move |post| post.score.map(|score| score <= one)),
            4 => Self::new(Post::score.ne(one), move |post| {
                post.score.map(|score| score.total_cmp(&one).is_ne())
            }),
            _ => Self::new(Post::score.in_(few.clone()), move |post| match post.score {
                _ if few.is_empty() => Some(false),
                score => score.map(|score| few.iter().any(|one| one.total_cmp(&score).is_eq())),
            }),
        }
    }

    fn of_title(rng: &mut Rng) -> Self {
        let part = text(rng, 2);
        match rng.u8(..3) {
            0 => Self::new(Post::title.starts_with(&part), move |post| {
                Some(post.title.starts_with(&part))
            }),
            1 => Self::new(Post::title.ends_with(&part), move |post| {
                Some(post.title.ends_with(&part))
            }),
            _ => {
                Self::new(Post::title.contains(&part), move |post| Some(post.title.contains(&part)))
            }
        }
    }
}

async fn conditions_find_the_rows_that_the_program_finds(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let db = &bench.db;
    let ada = User::on(db).create(user("ada")).await?;
    let mut rng = Rng::with_seed(7);
    let rows: Vec<_> = (0..60).map(|_| row(&mut rng, &ada)).collect();
    Post::on(db).create_many(rows).await?;
    let all = Post::on(db).find().order_by(Post::id.asc()).all().await?;
    for seed in 0..CONDITIONS {
        let condition = Condition::made_up(&mut Rng::with_seed(seed), 3);
        let expected: Vec<&Post> =
            all.iter().filter(|post| (condition.says)(post) == Some(true)).collect();
        let written = format!("seed {seed}: {:?}", condition.filter);
        let found = Post::on(db).find_many(condition.filter.clone()).order_by(Post::id.asc());
        let found = found.all().await?;
        equal((&written, found.iter().collect::<Vec<_>>()), (&written, expected.clone()))?;
        let count = Post::on(db).count(condition.filter).await?;
        equal((&written, count), (&written, expected.len() as u64))?;
    }
    Ok(())
}

/// One to three columns, each up or down, and the key that those alike are sorted by.
fn orders(rng: &mut Rng) -> (Vec<Order<Post>>, Order<Post>) {
    let mut columns = [0, 1, 2];
    rng.shuffle(&mut columns);
    let ways: Vec<(u8, bool)> =
        columns[..rng.usize(1..=3)].iter().map(|column| (*column, rng.bool())).collect();
    let order = |(column, down): &(u8, bool)| match (column, down) {
        (0, false) => Post::likes.asc(),
        (0, true) => Post::likes.desc(),
        (1, false) => Post::score.asc(),
        (1, true) => Post::score.desc(),
        (_, false) => Post::author_id.asc(),
        (_, true) => Post::author_id.desc(),
    };
    let is_down = ways.last().is_some_and(|(_, down)| *down);
    let by_key = if is_down { Post::id.desc() } else { Post::id.asc() };
    (ways.iter().map(order).collect(), by_key)
}

/// Makes and deletes some rows, of which it tells the deleted ones.
async fn disturb(bench: &Bench, rng: &mut Rng, author: &User, gone: &mut HashSet<i64>) -> Outcome {
    let db = &bench.db;
    let new: Vec<_> = (0..rng.usize(..3)).map(|_| row(rng, author)).collect();
    Post::on(db).create_many(new).await?;
    let left = Post::on(db).find().order_by(Post::id.asc()).select((Post::id,)).await?;
    for _ in 0..rng.usize(..3) {
        let Some((id,)) = left.get(rng.usize(..left.len().max(1))) else { continue };
        if gone.insert(*id) {
            match rng.bool() {
                true => Post::on(db).delete(*id).await.map(|_| ())?,
                false => Post::on(db).delete_for_good(*id).await.map(|_| ())?,
            }
        }
    }
    Ok(())
}

/// A walk through all pages, there or back, rows being made and deleted between any two of them.
struct Walk<'b> {
    bench: &'b Bench,
    author: &'b User,
    orders: &'b [Order<Post>],
    key: &'b CursorKey,
}

/// Where a walk there ended: the first row of its last page, and the cursor that leads before it.
type End = Option<(i64, String)>;

impl Walk<'_> {
    fn rows(&self) -> Find<Post, &Database> {
        Post::on(&self.bench.db).find().order_by(self.orders.to_vec())
    }

    async fn ids(&self, by_key: Order<Post>) -> Outcome<Vec<i64>> {
        let ids = self.rows().order_by(by_key).select((Post::id,)).await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    async fn there(&self, rng: &mut Rng, whole: &[i64]) -> Outcome<End> {
        let (mut gone, mut seen, mut cursor) = (HashSet::new(), Vec::new(), None::<String>);
        loop {
            let size = rng.u64(1..8);
            let page = self.rows().cursor_page(self.key, size, cursor.as_deref()).await?;
            seen.extend(page.items.iter().map(|post| post.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                each_once(&seen, whole, &gone)?;
                let first = page.items.first().map(|post| post.id);
                return Ok(first.zip(page.previous_cursor));
            }
            disturb(self.bench, rng, self.author, &mut gone).await?;
        }
    }

    async fn back(&self, rng: &mut Rng, whole: &[i64], cursor: String) -> Outcome {
        let (mut gone, mut seen, mut cursor) = (HashSet::new(), Vec::new(), Some(cursor));
        while let Some(before) = cursor {
            disturb(self.bench, rng, self.author, &mut gone).await?;
            let size = rng.u64(1..8);
            let page = self.rows().cursor_page(self.key, size, Some(&before)).await?;
            seen.extend(page.items.iter().rev().map(|post| post.id));
            cursor = page.previous_cursor;
        }
        seen.reverse();
        each_once(&seen, whole, &gone)
    }
}

/// No row was seen twice, and of those that were there in the beginning and stayed, each in its order.
fn each_once(seen: &[i64], whole: &[i64], gone: &HashSet<i64>) -> Outcome {
    let once: HashSet<i64> = seen.iter().copied().collect();
    equal(once.len(), seen.len())?;
    let stayed: Vec<i64> = whole.iter().copied().filter(|id| !gone.contains(id)).collect();
    let found: Vec<i64> = seen.iter().copied().filter(|id| stayed.contains(id)).collect();
    equal(found, stayed)
}

async fn pages_pass_over_no_row_whatever_happens_meanwhile(bench: Bench) -> Outcome {
    tables(&bench).await?;
    let author = &User::on(&bench.db).create(user("ada")).await?;
    let key = &CursorKey::new(b"a secret of sixteen bytes or more")?;
    for seed in 0..WALKS {
        let rng = &mut Rng::with_seed(seed);
        let rows: Vec<_> = (0..rng.usize(10..40)).map(|_| row(rng, author)).collect();
        Post::on(&bench.db).create_many(rows).await?;
        let (orders, by_key) = orders(rng);
        let walk = Walk { bench: &bench, author, orders: &orders, key };
        let whole = walk.ids(by_key).await?;
        if let Some((first, cursor)) = walk.there(rng, &whole).await? {
            let now = walk.ids(by_key).await?;
            let before = now.split(|id| *id == first).next().unwrap_or_default();
            walk.back(rng, before, cursor).await?;
        }
        Post::on(&bench.db).delete_many(Filter::all([])).await?;
    }
    Ok(())
}
