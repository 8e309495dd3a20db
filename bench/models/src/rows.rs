//! The rows that stand in the tables, and how those of every library are compared with them.

/// Rows of `author`.
pub(crate) const AUTHORS: i64 = 10_000;
/// Rows of `post`: ten of each author.
pub(crate) const POSTS: i64 = 100_000;
/// Rows that `create_many` writes to `draft`.
pub(crate) const MANY_ROWS: i64 = 10_000;
/// Rows of `draft` that updates change.
pub(crate) const UPDATED_ROWS: i64 = 1_000;
/// Rows that `find_many` takes.
pub(crate) const FOUND_ROWS: i64 = 50;
/// Authors that `include` loads with their posts.
pub(crate) const PARENTS: i64 = 50;
/// Posts of an author.
pub(crate) const CHILDREN: i64 = POSTS / AUTHORS;
/// Rows of a page of the cursor walk.
pub(crate) const PAGE_ROWS: i64 = 1_000;
/// Every post has fewer likes.
pub(crate) const LIKES: i64 = 1_000;

/// What an author is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct AuthorFacts<'a> {
    pub(crate) id: i64,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) score: f64,
    pub(crate) active: bool,
}

/// What a post or a draft is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PostFacts<'a> {
    pub(crate) id: i64,
    pub(crate) author_id: i64,
    pub(crate) title: &'a str,
    pub(crate) likes: i64,
    pub(crate) score: f64,
    pub(crate) published: bool,
}

/// An author of some library.
pub(crate) trait AuthorRow: Send {
    fn facts(&self) -> AuthorFacts<'_>;
}

/// A post or a draft of some library.
pub(crate) trait PostRow: Send {
    fn facts(&self) -> PostFacts<'_>;
}

/// A row that has no number yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    pub(crate) author_id: i64,
    pub(crate) title: String,
    pub(crate) likes: i64,
    pub(crate) score: f64,
    pub(crate) published: bool,
}

impl Content {
    /// The post, or draft, with this number.
    pub(crate) fn numbered(id: i64) -> Self {
        Self {
            author_id: (id - 1) % AUTHORS + 1,
            title: format!("title of the post {id:08}"),
            likes: id * 7_919 % LIKES,
            score: id as f64 * 1.25 + 0.1,
            published: id % 3 == 0,
        }
    }

    pub(crate) fn facts(&self, id: i64) -> PostFacts<'_> {
        let Self { author_id, ref title, likes, score, published } = *self;
        PostFacts { id, author_id, title, likes, score, published }
    }
}

/// What an update sets.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) title: String,
    pub(crate) likes: i64,
}

impl Edit {
    /// The edit with this number.
    pub(crate) fn numbered(number: i64) -> Self {
        Self { title: format!("title of the edit {number:08}"), likes: number }
    }

    pub(crate) fn apply(self, row: &mut Content) {
        row.title = self.title;
        row.likes = self.likes;
    }
}

/// The name and the address of the author with this number.
pub(crate) fn author_texts(id: i64) -> (String, String) {
    (format!("author name {id:08}"), format!("author{id:08}@example.org"))
}

/// Panics unless it is the author with this number.
fn check_author(row: &impl AuthorRow, id: i64) {
    let (name, email) = author_texts(id);
    let (name, email) = (name.as_str(), email.as_str());
    let expected =
        AuthorFacts { id, name, email, score: id as f64 * 1.25 + 0.1, active: id % 3 == 0 };
    assert_eq!(row.facts(), expected);
}

/// Panics unless it is the post with this number.
pub(crate) fn check_post(row: &impl PostRow, id: i64) {
    assert_eq!(row.facts(), Content::numbered(id).facts(id));
}

/// Panics unless these are the first published posts with so many likes or more.
pub(crate) fn check_found(posts: &[impl PostRow], likes_min: i64) {
    let mut expected: Vec<(i64, i64)> = (1..=POSTS)
        .map(|id| (Content::numbered(id).likes, id))
        .filter(|(likes, id)| *likes >= likes_min && id % 3 == 0)
        .collect();
    expected.sort_unstable();
    expected.truncate(usize::try_from(FOUND_ROWS).expect("a few rows"));
    assert_eq!(posts.len(), expected.len());
    posts.iter().zip(expected).for_each(|(post, (_, id))| check_post(post, id));
}

/// Panics unless these are the authors from this number on, each with all of its posts.
pub(crate) fn check_parents<P: PostRow>(parents: Vec<(impl AuthorRow, Vec<P>)>, first: i64) {
    assert_eq!(parents.len(), usize::try_from(PARENTS).expect("a few rows"));
    for ((author, mut posts), id) in parents.into_iter().zip(first..) {
        check_author(&author, id);
        assert_eq!(posts.len(), usize::try_from(CHILDREN).expect("a few rows"));
        posts.sort_unstable_by_key(|post| post.facts().id);
        for (post, round) in posts.iter().zip(0..) {
            check_post(post, id + round * AUTHORS);
        }
    }
}

/// Adds up the posts of a cursor walk, which come by likes and number.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Walk {
    last: Option<(i64, i64)>,
    rows: i64,
    ids: i64,
    title_bytes: usize,
}

impl Walk {
    /// Panics for a post that comes before the one of before.
    pub(crate) fn add(&mut self, post: &impl PostRow) {
        let PostFacts { id, likes, title, .. } = post.facts();
        let place = Some((likes, id));
        assert!(self.last < place, "{place:?} comes behind {:?}", self.last);
        self.last = place;
        self.rows += 1;
        self.ids += id;
        self.title_bytes += title.len();
    }

    /// Panics unless it went over all posts.
    pub(crate) fn check(&self) {
        assert_eq!((self.rows, self.ids), (POSTS, POSTS * (POSTS + 1) / 2));
        let bytes = usize::try_from(POSTS).expect("a count") * Content::numbered(1).title.len();
        assert_eq!(self.title_bytes, bytes);
    }
}

/// Says that structures with these very fields are the rows of a library.
macro_rules! rows {
    ($author:ty; $($post:ty),+) => {
        impl $crate::rows::AuthorRow for $author {
            fn facts(&self) -> $crate::rows::AuthorFacts<'_> {
                let Self { id, ref name, ref email, score, active, .. } = *self;
                $crate::rows::AuthorFacts { id, name, email, score, active }
            }
        }
        $(impl $crate::rows::PostRow for $post {
            fn facts(&self) -> $crate::rows::PostFacts<'_> {
                let Self { id, author_id, ref title, likes, score, published, .. } = *self;
                $crate::rows::PostFacts { id, author_id, title, likes, score, published }
            }
        })+
    };
}
pub(crate) use rows;
