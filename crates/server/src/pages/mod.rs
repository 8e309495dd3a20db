//! Plain pages for people: made here, readable without scripts.

mod assets;
mod cells;
mod failure;
mod home;
mod layout;
mod links;
mod numbers;
mod schema;
mod table;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub(crate) use failure::failure;

/// The pages and what they are styled with.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::get))
        .route("/t/{db}/{table}", get(table::get))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
}
