//! Repositories, and whatever else takes an executor, for callers that wait.

use hypostyle_core as core;

use super::runtime;
use super::{Database, HeldSession, Transaction};
use crate::{Error, Executor, Query, Reply, Request, Result};

/// Waits for an asynchronous call: the blocking form of repositories, queries, relations, pages,
/// operation documents, and of an application's own `async` functions.
///
/// # Errors
/// Those of the call; `Unsupported` inside an asynchronous runtime, and then nothing has run.
///
/// # Examples
/// ```
/// use hypostyle::blocking::{Database, Wait};
/// use hypostyle::{Model, Models};
///
/// #[derive(Model)]
/// struct Person {
///     #[model(key)]
///     id: i64,
///     name: String,
/// }
///
/// let db = Database::open("sqlite::memory:")?;
/// Models::of("app").with::<Person>().create(db.as_async()).wait()?;
///
/// let ada = Person::on(&db).create(NewPerson { name: "Ada".into() }).wait()?;
/// db.transact(|tx| {
///     let row = NewPerson { name: "Grace".into() };
///     Person::on(&mut *tx).create(row).wait()?;
///     Person::on(tx).update(ada.id, Person::name.set("Ada Lovelace")).wait()
/// })?;
/// let people = Person::on(&db).find().order_by(Person::name.asc()).all().wait()?;
/// assert_eq!(people[0].name, "Ada Lovelace");
/// # Ok::<(), hypostyle::Error>(())
/// ```
pub trait Wait<T, E>: Future<Output = Result<T, E>> + Sized {
    /// Waits for it, polling it on this thread.
    ///
    /// # Errors
    /// Those of the call; `Unsupported` inside an asynchronous runtime, and then nothing has run.
    fn wait(self) -> Result<T, E>;
}

impl<T, E: From<Error>, F: Future<Output = Result<T, E>>> Wait<T, E> for F {
    fn wait(self) -> Result<T, E> {
        runtime::wait(self)
    }
}

impl Executor for &Database {
    fn database(&self) -> &core::Database {
        &self.inner
    }

    #[track_caller]
    fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
        self.inner.request(text)
    }

    async fn call<'a>(&'a mut self, request: Request<'a>) -> Result<Reply<'a>> {
        self.inner.backend().call(request).await
    }

    #[expect(clippy::redundant_async_block, reason = "it shortens the lifetime of the answer")]
    #[track_caller]
    fn begin(&mut self) -> impl Future<Output = Result<core::Transaction<'_>>> + Send {
        let beginning = self.inner.begin();
        async move { beginning.await }
    }
}

/// What holds an executor and drops it inside the runtime.
macro_rules! by_what_it_holds {
    ($($type:ty),*) => {$(
        impl Executor for $type {
            fn database(&self) -> &core::Database {
                self.inner.database()
            }

            fn is_transaction(&self) -> bool {
                self.inner.is_transaction()
            }

            #[track_caller]
            fn request<'a>(&'a mut self, text: &'a str) -> Query<'a> {
                self.inner.request(text)
            }

            fn call<'a>(
                &'a mut self,
                request: Request<'a>,
            ) -> impl Future<Output = Result<Reply<'a>>> + Send {
                self.inner.call(request)
            }

            #[track_caller]
            fn begin(&mut self) -> impl Future<Output = Result<core::Transaction<'_>>> + Send {
                Executor::begin(&mut *self.inner)
            }
        }
    )*};
}
by_what_it_holds!(Transaction<'_>, HeldSession);
