//! Changes by chance: each makes what it changes where it is missing, so that each can always be made.

pub(crate) mod beside;
pub(crate) mod column;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod table;
pub(crate) mod view;

use fastrand::Rng;
use hypostyle_testkit::server::Brand;

use crate::draft::Draft;
use crate::engine::Engine;

/// A change, and the chance that its details come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) name: &'static str,
    pub(crate) seed: u64,
}

type Make = fn(&mut Draft, &mut Rng);

/// The changes with the engines that have them, by their first letters; MySQL is that of Oracle.
const EDITS: &[(&str, &str, Make)] = &[
    ("add a table", "SPMOD", table::add),
    ("add a column", "SPMOD", column::add),
    ("add a foreign key", "SPMOD", key::add_foreign_key),
    ("add an index", "SPMOD", index::add),
    ("add a check", "SPMOD", key::add_check),
    ("add a view", "SPMOD", view::add),
    ("add a unique constraint", "SPMOD", key::add_unique),
    ("drop a table", "SPMOD", table::drop_one),
    ("rename a table", "SPMOD", table::rename),
    ("comment a table", "PMOD", table::comment),
    ("option of a table", "PMO", table::option),
    ("make a table strict", "S", table::strict),
    ("take the row ids", "S", table::without_rowid),
    ("move to a schema", "P", table::move_to_schema),
    ("trigger", "SPMO", table::trigger),
    ("name of a trigger", "SPMO", table::rename_trigger),
    ("trigger fires otherwise", "P", table::trigger_enabled),
    ("definition of a table", "P", table::definition),
    ("drop a column", "SPMOD", column::drop_one),
    ("rename a column", "SPMOD", column::rename),
    ("retype", "SPMOD", column::retype),
    ("nullability", "SPMOD", column::nullability),
    ("default", "SPMOD", column::default),
    ("generated", "SPMOD", column::generated),
    ("identity", "SPMO", column::identity),
    ("collation", "SPMOD", column::collation),
    ("value on update", "MO", column::on_update),
    ("labels", "MOD", column::labels),
    ("comment a column", "PMOD", column::comment),
    ("hide a column", "MO", column::hide),
    ("primary key", "SPMOD", key::primary),
    ("drop a foreign key", "SPMOD", key::drop_foreign_key),
    ("actions", "SPMO", key::actions),
    ("timing of a foreign key", "SP", key::timing),
    ("match full", "P", key::match_full),
    ("foreign key not valid", "P", key::foreign_key_not_valid),
    ("name of a foreign key", "SPMO", key::rename_foreign_key),
    ("columns of on delete", "P", key::on_delete_columns),
    ("change a check", "SPMOD", key::change_check),
    ("rename a check", "SPMO", key::rename_check),
    ("check of a kind", "PO", key::flag_check),
    ("unique constraint is otherwise", "SPMOD", key::change_unique),
    ("drop an index", "SPMOD", index::drop_one),
    ("rename an index", "SPMOD", index::rename),
    ("unique index", "SPD", index::unique),
    ("part of an index", "SPOD", index::expression),
    ("index descends", "SPMO", index::descending),
    ("collation of an index", "SP", index::collation),
    ("place of NULL", "P", index::nulls),
    ("operator class", "P", index::class),
    ("prefix", "MO", index::prefix),
    ("predicate", "SP", index::predicate),
    ("method", "PMO", index::method),
    ("include", "P", index::include),
    ("option of an index", "P", index::option),
    ("unused index", "MO", index::unused),
    ("comment an index", "PMOD", index::comment),
    ("view is another", "SPMOD", view::change),
    ("comment a view", "PD", view::comment),
    ("materialized view", "P", view::materialized),
    ("virtual table", "S", view::virtual_table),
    ("extension", "P", beside::extension),
    ("enumeration", "PD", beside::enumeration),
    ("column of an enumeration", "P", beside::column_of_enumeration),
    ("domain", "P", beside::domain),
    ("column of a domain", "P", beside::column_of_domain),
    ("sequence", "PMD", beside::sequence),
    ("comment a sequence", "D", beside::comment_sequence),
    ("add a table in a schema", "D", table::add_in_schema),
    ("elsewhere", "P", beside::elsewhere),
    ("owner of a sequence", "P", beside::owner),
    ("routine", "PMO", beside::routine),
    ("drop what stands beside", "PMO", beside::drop_one),
];

/// How many of the changes above add to a schema.
const ADDING: usize = 7;

impl Edit {
    /// The names of the changes that an engine has.
    pub(crate) fn names(engine: Engine) -> Vec<&'static str> {
        let has = |engines: &str| engines.contains(letter(engine));
        EDITS.iter().filter(|(_, engines, _)| has(engines)).map(|(name, ..)| *name).collect()
    }

    /// One of the changes that an engine has; half of them add to a schema where that is asked for.
    pub(crate) fn any(engine: Engine, rng: &mut Rng, adds: bool) -> Self {
        let names = Self::names(engine);
        let at = match adds && rng.bool() {
            true => rng.usize(..ADDING),
            false => rng.usize(..names.len()),
        };
        Self { name: names[at], seed: rng.u64(..) }
    }

    /// Makes the change.
    pub(crate) fn make(self, draft: &mut Draft) {
        let found = EDITS.iter().find(|(name, ..)| *name == self.name);
        let (.., make) = found.expect("edits are made of the list");
        make(draft, &mut Rng::with_seed(self.seed));
        draft.tidy();
    }
}

fn letter(engine: Engine) -> char {
    match engine {
        Engine::Sqlite => 'S',
        Engine::Postgres => 'P',
        Engine::MySql(Brand::MariaDb) => 'M',
        Engine::MySql(Brand::Oracle) => 'O',
        Engine::DuckDb => 'D',
    }
}
