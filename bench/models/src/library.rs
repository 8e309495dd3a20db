//! What every library does, under the same names.

use crate::place::Place;
use crate::rows::{AuthorRow, Content, Edit, PostRow, Walk};

/// A library with its pool, or a connection of its own.
///
/// Every method panics where the library reports an error: a failed operation has no figure.
pub(crate) trait Library: Sized + Send + 'static {
    /// The library's name in the table.
    const NAME: &'static str;

    type Author: AuthorRow;
    type Post: PostRow;
    type Draft: PostRow;

    fn open(place: &Place) -> impl Future<Output = Self> + Send;

    /// Finds the post with this number.
    fn find_by_id(&mut self, id: i64) -> impl Future<Output = Self::Post> + Send;

    /// Finds the first published posts with so many likes or more, by likes and number.
    fn find_many(&mut self, likes_min: i64) -> impl Future<Output = Vec<Self::Post>> + Send;

    /// Finds the authors with the numbers from this one on, by number, each with its posts.
    fn include(&mut self, first: i64) -> impl Future<Output = Parents<Self>> + Send;

    /// Makes a draft, and answers it as it was written.
    fn create(&mut self, row: Content) -> impl Future<Output = Self::Draft> + Send;

    /// Makes many drafts in one transaction, the fastest way that the library's models offer.
    fn create_many(&mut self, rows: Vec<Content>) -> impl Future<Output = ()> + Send;

    /// Changes the draft with this number, and answers it as it was written.
    fn update(&mut self, id: i64, edit: Edit) -> impl Future<Output = Self::Draft> + Send;

    /// Goes over all posts by likes and number, page by page, each from where the last one ended.
    fn walk(&mut self, walk: &mut Walk) -> impl Future<Output = ()> + Send;
}

/// Authors with their posts.
pub(crate) type Parents<L> = Vec<(<L as Library>::Author, Vec<<L as Library>::Post>)>;
