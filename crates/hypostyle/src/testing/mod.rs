//! Tests of an application: a database for each, factories of rows, fixtures.
//!
//! ```
//! use hypostyle::testing::{self, Factory};
//! use hypostyle::{Model, Models, Result};
//!
//! #[derive(Model)]
//! #[model(table = "users", has_many(posts = Post, by = author_id))]
//! struct User {
//!     #[model(key)]
//!     id: i64,
//!     #[model(length = 100, unique)]
//!     email: String,
//! }
//!
//! #[derive(Model)]
//! #[model(table = "posts")]
//! struct Post {
//!     #[model(key)]
//!     id: i64,
//!     #[model(references = User, relation = author)]
//!     author_id: i64,
//!     title: String,
//! }
//!
//! fn users() -> Factory<NewUser> {
//!     Factory::new(|n| NewUser { email: format!("user{n}@example.org") })
//! }
//!
//! fn posts() -> Factory<NewPost> {
//!     Factory::new(|n| NewPost { title: format!("post {n}"), ..NewPost::default() })
//!         .belongs_to(Post::author, users())
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<()> {
//! let db = testing::database(&Models::of("blog").with::<User>().with::<Post>()).await?;
//! let post = posts().with(|post| post.title = "first".into()).create(&db).await?;
//! assert_eq!(User::on(&db).get(post.author_id).await?.id, post.author_id);
//! # Ok(())
//! # }
//! ```
//!
//! # Parts
//! - [`database`] and [`Setup`]: a database for one test.
//! - [`rolled_back`]: the same on tables that are there.
//! - [`Factory`]: rows with what does not matter filled in.
//! - [`load`]: rows from a file.
//!
//! # Invariants
//! - Tests share nothing: they may run at the same time, in one process or in several.
//! - Nothing stays of a test, whichever way it ends.

mod factory;
mod fixtures;
mod numbering;
mod own;
mod replies;
mod rolled_back;
mod setup;
mod statements;

pub use factory::Factory;
pub use fixtures::load;
pub use rolled_back::rolled_back;
pub use setup::{Setup, database};
