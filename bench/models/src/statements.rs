//! The statements of the libraries that are told them by hand.

use std::fmt::Write;

use crate::rows::PARENTS;

pub(crate) const BY_ID: &str =
    "SELECT id, author_id, title, likes, score, published FROM post WHERE id = $1";
pub(crate) const FOUND: &str = "SELECT id, author_id, title, likes, score, published FROM post \
     WHERE published = $1 AND likes >= $2 ORDER BY likes, id LIMIT $3";
pub(crate) const PARENTS_OF: &str =
    "SELECT id, name, email, score, active FROM author WHERE id BETWEEN $1 AND $2 ORDER BY id";
pub(crate) const INSERT: &str = "INSERT INTO draft (author_id, title, likes, score, published) \
     VALUES ($1, $2, $3, $4, $5) RETURNING id, author_id, title, likes, score, published";
pub(crate) const UPDATE: &str = "UPDATE draft SET title = $1, likes = $2 WHERE id = $3 \
     RETURNING id, author_id, title, likes, score, published";
/// A page behind a row; the walk begins behind one that comes before all.
pub(crate) const PAGE: &str = "SELECT id, author_id, title, likes, score, published FROM post \
     WHERE (likes, id) > ($1, $2) ORDER BY likes, id LIMIT $3";

/// Selects the children of all parents, each by a parameter of its own.
pub(crate) fn children() -> String {
    let mut text = "SELECT id, author_id, title, likes, score, published FROM post \
         WHERE author_id IN ("
        .to_owned();
    for place in 1..=PARENTS {
        let comma = if place == 1 { "" } else { ", " };
        write!(text, "{comma}${place}").expect("a text takes more");
    }
    text + ") ORDER BY id"
}
