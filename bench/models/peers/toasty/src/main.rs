//! The work of the models' benchmark through Toasty, in a process of its own.
//!
//! Usage: `bench-models-toasty ENGINE PLACE`. What it reads and answers, line by line, stands in
//! `child.rs`. A wrong answer ends it.

use std::io::BufRead;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use toasty::stmt::{List, Page, Paginate, Query};
use toasty::{Db, Deferred, Result};

const POOL_CONNECTIONS: usize = 8;
const AUTHORS: i64 = 10_000;
const POSTS: i64 = 100_000;
const LIKES: i64 = 1_000;
const MANY_ROWS: i64 = 10_000;
const UPDATED_ROWS: i64 = 1_000;
const FOUND_ROWS: usize = 50;
const PARENTS: i64 = 50;
const CHILDREN: usize = 10;
const PAGE_ROWS: usize = 1_000;
const CALLS_PER_LOOK: i64 = 4;

/// Rows of one statement of a bulk insert, which SQLite binds no more than 32 766 values of.
const SQLITE_CHUNK_ROWS: usize = 1_000;
const POSTGRES_CHUNK_ROWS: usize = 10_000;

// Not `#[auto]`, although they are: Toasty 0.11 cannot include by such keys.
#[derive(Debug, toasty::Model)]
#[table = "author"]
struct Author {
    #[key]
    id: i64,
    name: String,
    email: String,
    score: f64,
    active: bool,
    #[has_many]
    posts: Deferred<Vec<Post>>,
}

#[derive(Debug, toasty::Model)]
#[table = "post"]
struct Post {
    #[key]
    id: i64,
    #[index]
    author_id: i64,
    #[belongs_to(key = author_id, references = id)]
    author: Deferred<Author>,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

#[derive(Debug, toasty::Model)]
#[table = "draft"]
struct Draft {
    #[key]
    #[auto]
    id: i64,
    author_id: i64,
    title: String,
    likes: i64,
    score: f64,
    published: bool,
}

/// Marsaglia's xorshift with 64 bits, as the other libraries have.
struct Keys(u64);

impl Keys {
    fn next_of(&mut self, last: i64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % last.unsigned_abs()).expect("less than the last") + 1
    }
}

struct Library {
    db: Db,
    chunk_rows: usize,
}

impl Library {
    async fn open(engine: &str, place: &str) -> Result<Self> {
        let mut builder = Db::builder();
        builder.models(toasty::models!(Author, Post, Draft));
        if engine == "postgres" {
            let db = builder.max_pool_size(POOL_CONNECTIONS).connect(place).await?;
            return Ok(Self { db, chunk_rows: POSTGRES_CHUNK_ROWS });
        }
        // It has no hook for new connections: the pragmas are said to the only one.
        let url = format!("sqlite:{place}");
        let mut db = builder.max_pool_size(1).connect(&url).await?;
        for pragma in ["synchronous = NORMAL", "foreign_keys = ON"] {
            toasty::sql::statement(format!("PRAGMA {pragma}")).exec(&mut db).await?;
        }
        Ok(Self { db, chunk_rows: SQLITE_CHUNK_ROWS })
    }

    async fn find_by_id(&mut self, id: i64) -> Result<Post> {
        Post::get_by_id(&mut self.db, &id).await
    }

    async fn find_many(&mut self, likes_min: i64) -> Result<Vec<Post>> {
        let fields = Post::fields();
        Post::filter(fields.published().eq(true).and(fields.likes().ge(likes_min)))
            .order_by((Post::fields().likes().asc(), Post::fields().id().asc()))
            .limit(FOUND_ROWS)
            .exec(&mut self.db)
            .await
    }

    async fn include(&mut self, first: i64) -> Result<Vec<Author>> {
        Author::filter(Author::fields().id().between(first, first + PARENTS - 1))
            .order_by(Author::fields().id().asc())
            .include(Author::fields().posts())
            .exec(&mut self.db)
            .await
    }

    async fn create(&mut self, number: i64) -> Result<Draft> {
        draft(number).exec(&mut self.db).await
    }

    async fn create_many(&mut self) -> Result<()> {
        let mut transaction = self.db.transaction().await?;
        let numbers: Vec<i64> = (1..=MANY_ROWS).collect();
        for chunk in numbers.chunks(self.chunk_rows) {
            let many = chunk.iter().fold(Draft::create_many(), |many, at| many.item(draft(*at)));
            many.exec(&mut transaction).await?;
        }
        transaction.commit().await
    }

    /// An update by key answers no row.
    async fn update(&mut self, id: i64, number: i64) -> Result<()> {
        let update = Draft::filter_by_id(id).update();
        let update = update.title(format!("title of the edit {number:08}")).likes(number);
        update.exec(&mut self.db).await
    }

    async fn walk(&mut self) -> Result<i64> {
        let order = (Post::fields().likes().asc(), Post::fields().id().asc());
        let first = Paginate::new(Query::<List<Post>>::all().order_by(order), PAGE_ROWS);
        let mut page: Option<Page<Post>> = Some(first.exec(&mut self.db).await?);
        let (mut last, mut rows, mut ids) = ((-1, 0), 0, 0);
        while let Some(posts) = page {
            for post in posts.iter() {
                assert!(last < (post.likes, post.id), "the posts come in order");
                last = (post.likes, post.id);
                rows += 1;
                ids += post.id;
            }
            page = posts.next(&mut self.db).await?;
        }
        assert_eq!((rows, ids), (POSTS, POSTS * (POSTS + 1) / 2));
        Ok(rows)
    }

    async fn call(&mut self, work: &str, keys: &mut Keys, number: i64) -> Result<()> {
        match work {
            "find-by-id" => {
                let id = keys.next_of(POSTS);
                assert_eq!(self.find_by_id(id).await?.id, id);
            }
            "find-many" => {
                assert_eq!(self.find_many(keys.next_of(LIKES - 100)).await?.len(), FOUND_ROWS);
            }
            "include" => {
                let parents = self.include(keys.next_of(AUTHORS - PARENTS)).await?;
                let children: usize = parents.iter().map(|parent| parent.posts.get().len()).sum();
                assert_eq!(children, parents.len() * CHILDREN);
            }
            "create" => assert_eq!(self.create(number).await?.id, number),
            "update" => self.update(keys.next_of(UPDATED_ROWS), number).await?,
            other => panic!("{other} is no work"),
        }
        Ok(())
    }

    async fn measured(&mut self, work: &str, ms: u64) -> Result<Value> {
        let (start, cpu) = (Instant::now(), cpu_time());
        let operations = match work {
            "create-many" => {
                self.create_many().await?;
                MANY_ROWS
            }
            "walk" => self.walk().await?,
            _ => {
                let (mut keys, mut number) = (Keys(0x9E37_79B9_7F4A_7C15), 0);
                while start.elapsed() < Duration::from_millis(ms) {
                    for _ in 0..CALLS_PER_LOOK {
                        number += 1;
                        self.call(work, &mut keys, number).await?;
                    }
                }
                number
            }
        };
        Ok(json!([operations, nanos(start.elapsed()), nanos(cpu_time() - cpu)]))
    }

    async fn checked(&mut self, work: &str, argument: i64) -> Result<Value> {
        Ok(match work {
            "find-by-id" => of_post(&self.find_by_id(argument).await?),
            "find-many" => self.find_many(argument).await?.iter().map(of_post).collect(),
            _ => self.include(argument).await?.iter().map(of_author).collect(),
        })
    }
}

fn draft(number: i64) -> <Draft as toasty::schema::Model>::Create {
    Draft::create()
        .author_id((number - 1) % AUTHORS + 1)
        .title(format!("title of the post {number:08}"))
        .likes(number * 7_919 % LIKES)
        .score(number as f64 * 1.25 + 0.1)
        .published(number % 3 == 0)
}

fn of_post(post: &Post) -> Value {
    let Post { id, author_id, title, likes, score, published, .. } = post;
    json!({"id": id, "author_id": author_id, "title": title, "likes": likes, "score": score,
        "published": published})
}

fn of_author(author: &Author) -> Value {
    let Author { id, name, email, score, active, posts } = author;
    let posts: Vec<Value> = posts.get().iter().map(of_post).collect();
    json!([{"id": id, "name": name, "email": email, "score": score, "active": active}, posts])
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).expect("a round is short")
}

/// CPU time of this process so far: all threads, user and system.
fn cpu_time() -> Duration {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: `usage` is valid for writes of one `rusage`, and that is all the call writes.
    let status = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    assert_eq!(status, 0, "getrusage of the own process cannot fail");
    // SAFETY: the call returned success and has filled `usage`.
    let usage = unsafe { usage.assume_init() };
    let of = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).expect("CPU time is not negative");
        let micros = u64::try_from(time.tv_usec).expect("CPU time is not negative");
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
    let arguments: Vec<String> = std::env::args().collect();
    let [_, engine, place] = arguments.as_slice() else { panic!("usage: ENGINE PLACE") };
    let (engine, place) = (engine.clone(), place.clone());
    let opened = runtime.block_on(Library::open(&engine, &place));
    let mut library = opened.expect("Toasty opens the database");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line is text");
        let words: Vec<&str> = line.split(' ').collect();
        let [work, what, argument] = words.as_slice() else { panic!("{line} is no order") };
        let argument: i64 = argument.parse().expect("a number");
        let answered = match *what {
            "check" => runtime.block_on(library.checked(work, argument)),
            _ => runtime.block_on(library.measured(work, argument.unsigned_abs())),
        };
        println!("{}", answered.expect("Toasty does it"));
    }
}
