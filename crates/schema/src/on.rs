//! What the runner works on: a transaction, or a connection whose statements commit by themselves.

use hypostyle_core::{FromRow, HeldSession, IntoParams, Query, Result, Transaction};

/// A transaction or a connection.
pub(crate) enum On<'a, 't> {
    Transaction(&'a mut Transaction<'t>),
    Session(&'a mut HeldSession),
}

impl On<'_, '_> {
    pub(crate) fn request<'q>(&'q mut self, text: &'q str) -> Query<'q> {
        let query = match self {
            Self::Transaction(transaction) => transaction.request(text),
            Self::Session(session) => session.request(text),
        };
        query.tag("schema.migrate")
    }

    pub(crate) async fn execute<'q>(
        &'q mut self,
        text: &'q str,
        params: impl IntoParams<'q>,
    ) -> Result<()> {
        self.request(text).params(params).execute().await.map(drop)
    }

    pub(crate) async fn fetch_all<'q, T: FromRow + Send>(
        &'q mut self,
        text: &'q str,
        params: impl IntoParams<'q>,
    ) -> Result<Vec<T>> {
        self.request(text).params(params).fetch_all().await
    }
}
