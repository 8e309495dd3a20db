//! What stands beside the tables and has a place of its own in the model. `$1` is the only schema that
//! is looked at, or NULL.

use super::{counting, is_own, schemas, visible};

/// The schemas, but the one whose tables are told without it.
pub(in crate::inspect) const SCHEMAS: &str = concat!(
    "SELECT n.nspname::text FROM pg_catalog.pg_namespace AS n \
    WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname NOT IN ('information_schema', 'public') \
    AND $1::text IS NULL AND ",
    is_own!("pg_namespace", "n.oid"),
    " ORDER BY n.nspname COLLATE \"C\""
);

/// Extensions; where one schema alone is looked at, none.
pub(in crate::inspect) const EXTENSIONS: &str = "\
    SELECT e.extname, nullif(n.nspname, 'public'), e.extversion \
    FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace \
    WHERE e.extname <> 'plpgsql' AND $1::text IS NULL ORDER BY e.extname";

/// Enumerations with their labels as JSON.
pub(in crate::inspect) const ENUMERATIONS: &str = concat!(
    "WITH ",
    schemas!(),
    " SELECT n.nspname, t.typname, \
    (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) \
    FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid)::text, obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    WHERE t.typtype = 'e' AND ",
    is_own!("pg_type", "t.oid"),
    " ORDER BY n.nspname, t.typname"
);

/// Domains with their checks as JSON.
pub(in crate::inspect) const DOMAINS: &str = concat!(
    "WITH ",
    schemas!(),
    " SELECT n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), \
    t.typnotnull, t.typdefault, CASE WHEN t.typcollation <> b.typcollation THEN ",
    visible!(collation "o"),
    " END, \
    (SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0, true), \
    NOT k.convalidated) ORDER BY k.conname) \
    FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c')::text, \
    obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype \
    LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = t.typcollation \
    WHERE t.typtype = 'd' AND ",
    is_own!("pg_type", "t.oid"),
    " ORDER BY n.nspname, t.typname"
);

/// Sequences but those of identity columns, with what is unusual of them.
pub(in crate::inspect) const SEQUENCES: &str = concat!(
    "WITH ",
    schemas!(),
    " SELECT n.nspname, c.relname, ",
    counting!(),
    ", \
    r.relname, a.attname, obj_description(c.oid, 'pg_class') \
    FROM pg_catalog.pg_class AS c JOIN schemas AS n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid \
    LEFT JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass \
    AND d.objid = c.oid AND d.deptype = 'a' AND d.refclassid = 'pg_catalog.pg_class'::regclass \
    LEFT JOIN pg_catalog.pg_class AS r ON r.oid = d.refobjid \
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
    WHERE c.relkind = 'S' AND ",
    is_own!("pg_class", "c.oid"),
    " \
    ORDER BY n.nspname, c.relname"
);
