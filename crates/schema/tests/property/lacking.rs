//! What an engine lacks of the model, with why; all else must differ at least once.

use hypostyle_testkit::server::Brand;

use crate::engine::Engine;

type Lacking = &'static [(&'static str, &'static str)];

/// What the model only names: a plan does not make it.
const NAMED: Lacking = &[
    ("Schema.beyond", "it is named, not carried"),
    ("Table.beyond", "it is named, not carried"),
    ("Table.problem", "nothing is broken here"),
];

const NO_OBJECTS: Lacking = &[
    ("Schema.extensions", "there are none to make"),
    ("Extension.name", "there are none to make"),
    ("Extension.schema", "there are none to make"),
    ("Extension.version", "there are none to make"),
    ("Schema.domains", "there are none"),
    ("Domain.schema", "there are none"),
    ("Domain.name", "there are none"),
    ("Domain.declared", "there are none"),
    ("Domain.not_null", "there are none"),
    ("Domain.default", "there are none"),
    ("Domain.collation", "there are none"),
    ("Domain.checks", "there are none"),
    ("Domain.comment", "there are none"),
    ("SequenceOptions.declared", "no column counts by options"),
    ("Column.numbering", "no column counts by options"),
    ("Table.schema", "one database is one schema"),
    ("Table.relation", "one database is one schema"),
    ("Table.inherited", "no table inherits"),
    ("Column.inherited", "no table inherits"),
    ("Schema.dependencies", "the catalog tells none"),
    ("Definition.schema", "one database is one schema"),
    ("Definition.comment", "it is part of the statement, where there is one"),
    ("Table.definitions", "a table has nothing of that sort"),
    ("DefinitionKind::Rule", "there are none"),
    ("DefinitionKind::Statistics", "they are the engine's own"),
    ("DefinitionKind::Constraint", "there are no exclusions"),
    ("Trigger.enabled", "a trigger always fires"),
    ("Trigger.comment", "nothing is noted about triggers"),
    ("TableKind::MaterializedView", "there are none"),
    ("ForeignKey.match_full", "only MATCH SIMPLE"),
    ("ForeignKey.not_valid", "a key always holds"),
    ("ForeignKey.on_delete_columns", "all columns are set"),
    ("Check.no_inherit", "no table inherits"),
    ("Check.not_valid", "a check always holds"),
    ("Timing::Deferrable", "a key waits or does not"),
    ("Index.timing", "a unique key never waits"),
    ("Index.include", "an index stores its key alone"),
    ("Index.nulls_not_distinct", "NULLs are distinct"),
    ("Index.options", "an index has none"),
    ("IndexPart.nulls", "NULL has its place"),
    ("Nulls::First", "NULL has its place"),
    ("Nulls::Last", "NULL has its place"),
    ("IndexPart.class", "a type has one order"),
    ("Identity::Always", "a given number is taken"),
];

const NO_SEQUENCES: Lacking = &[
    ("Schema.sequences", "there are none"),
    ("Sequence.schema", "there are none"),
    ("Sequence.name", "there are none"),
    ("Sequence.options", "there are none"),
    ("Sequence.owned_by", "there are none"),
    ("Sequence.comment", "there are none"),
    ("SequenceOptions.start", "there are none"),
    ("SequenceOptions.increment", "there are none"),
    ("SequenceOptions.minimum", "there are none"),
    ("SequenceOptions.maximum", "there are none"),
    ("SequenceOptions.cache", "there are none"),
    ("SequenceOptions.cycle", "there are none"),
];

const SEQUENCES_OF_MARIADB: Lacking = &[
    ("Sequence.schema", "one database is one schema"),
    ("Sequence.owned_by", "a sequence stands alone"),
    ("Sequence.comment", "nothing is noted about sequences"),
];

/// What stands beside the tables where one database is one schema, whose columns declare their labels.
const ONE_SCHEMA: Lacking = &[
    ("Schema.schemas", "one database is one schema"),
    ("Schema.enumerations", "a column declares its labels"),
    ("Enumeration.schema", "a column declares its labels"),
    ("Enumeration.name", "a column declares its labels"),
    ("Enumeration.labels", "a column declares its labels"),
    ("Enumeration.comment", "a column declares its labels"),
];

/// What the generator makes of no engine: carried verbatim, and tried by cases of their own.
const VERBATIM: Lacking = &[
    ("DefinitionKind::Aggregate", "carried verbatim"),
    ("DefinitionKind::Cast", "carried verbatim"),
    ("DefinitionKind::Collation", "carried verbatim"),
    ("DefinitionKind::Event", "carried verbatim"),
    ("DefinitionKind::EventTrigger", "carried verbatim"),
    ("DefinitionKind::Macro", "carried verbatim"),
    ("DefinitionKind::Operator", "carried verbatim"),
    ("DefinitionKind::Other", "carried verbatim"),
    ("DefinitionKind::Policy", "carried verbatim"),
    ("DefinitionKind::Publication", "carried verbatim"),
    ("DefinitionKind::TextSearch", "carried verbatim"),
    ("DefinitionKind::Type", "carried verbatim"),
    ("TableKind::Partitioned", "its parts have no words of their own"),
    ("TableKind::Foreign", "it takes another server"),
];

const NO_ROUTINES: Lacking = &[
    ("Schema.definitions", "there are none"),
    ("Definition.kind", "there are none"),
    ("Definition.name", "there are none"),
    ("Definition.sql", "there are none"),
    ("Definition.drop", "there are none"),
    ("DefinitionKind::Function", "there are none"),
    ("DefinitionKind::Procedure", "there are none"),
];

const NOT_OF_SQLITE: Lacking = &[
    ("Check.not_enforced", "a check always holds"),
    ("Column.comment", "nothing is noted"),
    ("Column.labels", "no type has labels"),
    ("Column.on_update", "no column changes with its row"),
    ("Identity::ByDefault", "every key is numbered"),
    ("Index.comment", "nothing is noted"),
    ("Index.method", "there is one"),
    ("Index.unused", "an index is always used"),
    ("IndexPart.prefix", "a part is a whole column"),
    ("Table.comment", "nothing is noted"),
    ("Table.options", "they have fields of their own"),
    ("TableOption.name", "they have fields of their own"),
    ("TableOption.value", "they have fields of their own"),
];

const OF_SQLITE_ALONE: Lacking = &[
    ("Identity::Autoincrement", "SQLite's"),
    ("Table.strict", "SQLite's"),
    ("Table.without_rowid", "SQLite's"),
    ("TableKind::Virtual", "SQLite's"),
];

const NOT_OF_POSTGRES: Lacking = &[
    ("Check.not_enforced", "from version 18 on"),
    ("Column.hidden", "every column is seen"),
    ("Column.on_update", "no column changes with its row"),
    ("Extension.schema", "told with the objects"),
    ("Index.unused", "an index is always used"),
    ("IndexPart.prefix", "a part is a whole column"),
    ("Generated.storage", "a computed value is stored, before version 18"),
    ("Storage::Virtual", "a computed value is stored, before version 18"),
    ("Table.inherited", "parents are tried by cases of their own"),
    ("Column.inherited", "parents are tried by cases of their own"),
];

const NOT_OF_MARIADB: Lacking = &[
    ("Check.not_enforced", "a check always holds"),
    ("IndexedBy::Column", "an index is of nothing else"),
    ("IndexedBy::Expression", "an index is of columns"),
];

const NOT_OF_MYSQL: Lacking = &[
    ("Action::SetDefault", "InnoDB refuses it"),
    ("ForeignKey.timing", "a key never waits"),
    ("Index.predicate", "an index holds all rows"),
    ("IndexPart.collation", "that of the column"),
    ("Timing::Deferred", "a key never waits"),
    ("Timing::Immediate", "a key never waits"),
];

const NOT_OF_DUCKDB: Lacking = &[
    ("Sequence.schema", "a sequence does not move"),
    ("Sequence.owned_by", "a sequence stands alone"),
    ("SequenceOptions.cache", "a session takes one number at a time"),
    ("Action::Cascade", "a key has no actions"),
    ("Action::NoAction", "a key has no actions"),
    ("Action::Restrict", "a key has no actions"),
    ("Action::SetDefault", "a key has no actions"),
    ("Action::SetNull", "a key has no actions"),
    ("Check.not_enforced", "a check always holds"),
    ("Column.hidden", "every column is seen"),
    ("Column.identity", "no column is numbered"),
    ("Column.on_update", "no column changes with its row"),
    ("ForeignKey.on_delete", "a key has no actions"),
    ("ForeignKey.on_update", "a key has no actions"),
    ("ForeignKey.timing", "a key never waits"),
    ("Generated.storage", "a computed value is not stored"),
    ("Identity::ByDefault", "no column is numbered"),
    ("Index.method", "there is one"),
    ("Index.predicate", "an index holds all rows"),
    ("Index.unused", "an index is always used"),
    ("IndexPart.collation", "that of the column"),
    ("IndexPart.descending", "an index has no order"),
    ("IndexPart.prefix", "a part is a whole column"),
    ("Storage::Stored", "a computed value is not stored"),
    ("Table.options", "there are none"),
    ("Table.triggers", "there are none"),
    ("TableOption.name", "there are none"),
    ("TableOption.value", "there are none"),
    ("Timing::Deferred", "a key never waits"),
    ("Timing::Immediate", "a key never waits"),
    ("Trigger.name", "there are none"),
    ("Trigger.sql", "there are none"),
];

pub(crate) fn lacking(engine: Engine) -> Vec<(&'static str, &'static str)> {
    let lists: &[Lacking] = match engine {
        Engine::Sqlite => {
            &[NAMED, VERBATIM, NO_OBJECTS, ONE_SCHEMA, NO_SEQUENCES, NO_ROUTINES, NOT_OF_SQLITE]
        }
        Engine::Postgres => &[NAMED, VERBATIM, OF_SQLITE_ALONE, NOT_OF_POSTGRES],
        Engine::MySql(Brand::MariaDb) => &[
            NAMED,
            VERBATIM,
            NO_OBJECTS,
            ONE_SCHEMA,
            SEQUENCES_OF_MARIADB,
            OF_SQLITE_ALONE,
            NOT_OF_MYSQL,
            NOT_OF_MARIADB,
        ],
        Engine::MySql(Brand::Oracle) => {
            &[NAMED, VERBATIM, NO_OBJECTS, ONE_SCHEMA, NO_SEQUENCES, OF_SQLITE_ALONE, NOT_OF_MYSQL]
        }
        Engine::DuckDb => {
            &[NAMED, VERBATIM, NO_OBJECTS, NO_ROUTINES, OF_SQLITE_ALONE, NOT_OF_DUCKDB]
        }
    };
    lists.concat()
}
