//! Users with their posts, pages of posts, figures.

use hypostyle::model::{CursorKey, CursorPage, count_all};
use hypostyle::{Database, Model, Models, Result, Timestamp};

/// Who writes.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "users", has_many(posts = Post, by = author_id))]
pub struct User {
    /// The number.
    #[model(key)]
    pub id: i64,
    /// The name.
    #[model(length = 100, unique)]
    pub name: String,
    /// Since when.
    #[model(created)]
    pub created_at: Timestamp,
}

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Model)]
#[model(table = "posts", index(author_id, likes(desc)))]
pub struct Post {
    /// Its number.
    #[model(key)]
    pub id: i64,
    /// Who wrote it.
    #[model(references = User, relation = author)]
    pub author_id: i64,
    /// What it is about.
    #[model(length = 200)]
    pub title: String,
    /// How many liked it.
    #[model(default = 0)]
    pub likes: i64,
    /// When it was written.
    #[model(created)]
    pub created_at: Timestamp,
    /// When it was taken away.
    #[model(deleted)]
    pub deleted_at: Option<Timestamp>,
}

/// What a user did.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stats {
    /// Posts that are there.
    pub posts: i64,
    /// Likes of all of them.
    pub likes: i64,
    /// Likes of the best of them.
    pub best: Option<i64>,
}

/// The tables.
pub fn models() -> Models {
    Models::of("blog").with::<User>().with::<Post>()
}

/// Makes users with so many posts and more.
///
/// # Errors
/// Those of the database.
pub async fn fill(db: &Database, users: i64, posts: i64) -> Result<()> {
    for at in 1..=users {
        let user = User::on(db).create(NewUser { name: format!("user {at}") }).await?;
        let written = (0..posts + at).map(|number| NewPost {
            author_id: user.id,
            title: format!("post {number} of {}", user.name),
            likes: Some(number % 5),
        });
        Post::on(db).create_many(written).await?;
    }
    Ok(())
}

/// Users by name, each with so many of the latest posts: two statements, however many users.
///
/// # Errors
/// Those of the database.
pub async fn users_with_posts(db: &Database, latest: u64) -> Result<Vec<(User, Vec<Post>)>> {
    let posts = User::posts.order_by(Post::id.desc()).take(latest);
    User::on(db).find().order_by(User::name.asc()).include(posts).all().await
}

/// Posts, the best liked first, a page after another.
///
/// # Errors
/// `Validation` for a cursor that is none of ours.
pub async fn paginated_posts(
    db: &Database,
    size: u64,
    cursor: Option<&str>,
) -> Result<CursorPage<(Post, Option<User>)>> {
    // A program takes it from its settings.
    let key = CursorKey::new(b"an example, not a secret")?;
    let best = Post::on(db).find().order_by(Post::likes.desc()).include(Post::author);
    best.cursor_page(&key, size, cursor).await
}

/// What a user did, in figures.
///
/// # Errors
/// Those of the database.
pub async fn user_stats(db: &Database, user: i64) -> Result<Stats> {
    let of_user = Post::on(db).find_many(Post::author_id.eq(user));
    let figures = (count_all(), Post::likes.sum(), Post::likes.max());
    let (posts, likes, best) = of_user.aggregate(figures).await?;
    Ok(Stats { posts, likes: likes.unwrap_or_default(), best })
}

/// Who wrote most, with how much.
///
/// # Errors
/// Those of the database.
pub async fn top_contributors(db: &Database, count: usize) -> Result<Vec<(String, u64)>> {
    let users = User::on(db).find_many(User::posts.some()).include(User::posts.count());
    let mut users: Vec<(User, u64)> = users.all().await?;
    users.sort_by_key(|(user, posts)| (std::cmp::Reverse(*posts), user.id));
    users.truncate(count);
    Ok(users.into_iter().map(|(user, posts)| (user.name, posts)).collect())
}
