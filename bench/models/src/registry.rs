//! The libraries of a run, in the order of the table.

use std::sync::Arc;
use std::time::Duration;

use bench_harness::Case;
use tokio::runtime::Runtime;

use crate::cases::{Handle, Work, case};
use crate::diesel_pool::{Diesel, DieselPostgres, DieselSqlite};
use crate::elsewhere::Elsewhere;
use crate::hypostyle_documents::HypostyleDocuments;
use crate::hypostyle_models::Hypostyle;
use crate::hypostyle_untyped::HypostyleUntyped;
use crate::library::Library;
use crate::place::{Place, Target};
use crate::sea::Sea;
use crate::sqlx_pool::{SqlxPostgres, SqlxSqlite};

/// What all cases of an engine share.
pub(crate) struct Setup {
    pub(crate) place: Place,
    pub(crate) target: Target,
    /// How long a round of repeated calls takes.
    pub(crate) round: Duration,
    pub(crate) runtime: Arc<Runtime>,
}

/// How work becomes a case of a library that is open.
pub(crate) type Entry = Box<dyn Fn(&Setup, Work) -> Case>;

/// The libraries that SQLite is opened by.
pub(crate) fn sqlite(setup: &Setup, elsewhere: &Elsewhere) -> Vec<Entry> {
    let mut entries = vec![
        entry::<Hypostyle>(setup),
        entry::<HypostyleUntyped>(setup),
        entry::<HypostyleDocuments>(setup),
        entry::<SqlxSqlite>(setup),
        entry::<Sea>(setup),
        entry::<DieselSqlite>(setup),
        entry::<Diesel>(setup),
    ];
    entries.extend(elsewhere.entries(setup));
    entries
}

/// The libraries that PostgreSQL is opened by.
pub(crate) fn postgres(setup: &Setup, elsewhere: &Elsewhere) -> Vec<Entry> {
    let mut entries = vec![
        entry::<Hypostyle>(setup),
        entry::<HypostyleUntyped>(setup),
        entry::<HypostyleDocuments>(setup),
        entry::<SqlxPostgres>(setup),
        entry::<Sea>(setup),
        entry::<DieselPostgres>(setup),
    ];
    entries.extend(elsewhere.entries(setup));
    entries
}

fn entry<L: Library>(setup: &Setup) -> Entry {
    let handle = Handle::<L>::open(&setup.runtime, &setup.place);
    Box::new(move |setup, work| case(&handle, work, setup.round, &setup.target))
}
