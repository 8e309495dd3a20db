//! The questions to the catalogue. Tables are known by their numbers, of which all questions after
//! the first take a list.

mod attached;
mod beside;
mod beyond;
mod dependencies;
mod objects;
mod routines;

pub(super) use self::attached::{ATTACHED, OPTIONS};
pub(super) use self::beside::{DOMAINS, ENUMERATIONS, EXTENSIONS, SCHEMAS, SEQUENCES};
pub(super) use self::beyond::{BESIDE, OF_TABLES};
pub(super) use self::dependencies::DEPENDENCIES;
pub(super) use self::objects::OBJECTS;
pub(super) use self::routines::ROUTINES;

/// How a sequence counts, as JSON: the type, the first number, the step, both limits, how many are taken
/// at once, whether it begins anew; NULL where the server does so by itself. `s` is its row.
macro_rules! counting {
    () => {
        "json_build_array(\
        CASE WHEN s.seqtypid <> 'int8'::regtype THEN format_type(s.seqtypid, NULL) END, \
        CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END \
        THEN s.seqstart END, \
        CASE WHEN s.seqincrement <> 1 THEN s.seqincrement END, \
        CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 \
        WHEN s.seqtypid = 'int2'::regtype THEN -32768 \
        WHEN s.seqtypid = 'int4'::regtype THEN -2147483648 \
        ELSE '-9223372036854775808'::int8 END THEN s.seqmin END, \
        CASE WHEN s.seqmax <> CASE WHEN s.seqincrement < 0 THEN -1 \
        WHEN s.seqtypid = 'int2'::regtype THEN 32767 \
        WHEN s.seqtypid = 'int4'::regtype THEN 2147483647 \
        ELSE 9223372036854775807 END THEN s.seqmax END, \
        CASE WHEN s.seqcache <> 1 THEN s.seqcache END, s.seqcycle)::text"
    };
}

/// The name of a collation or an operator class, with its schema, both quoted, where the search path does
/// not lead to it: `$alias` is its row, `$is` the prefix of its columns, `$visible` the question.
macro_rules! visible {
    ($alias:literal, $is:literal, $visible:literal) => {
        concat!(
            "CASE WHEN ",
            $visible,
            "(",
            $alias,
            ".oid) THEN ",
            $alias,
            ".",
            $is,
            "name::text \
            ELSE (SELECT '\"' || replace(q.nspname, '\"', '\"\"') || '\".\"' \
            || replace(",
            $alias,
            ".",
            $is,
            "name, '\"', '\"\"') || '\"' \
            FROM pg_catalog.pg_namespace AS q WHERE q.oid = ",
            $alias,
            ".",
            $is,
            "namespace) END"
        )
    };
    (collation $alias:literal) => {
        visible!($alias, "coll", "pg_collation_is_visible")
    };
    (class $alias:literal) => {
        visible!($alias, "opc", "pg_opclass_is_visible")
    };
}

/// The schemas that are looked at, with what stands before the name of what is in them; `$1` is the
/// only one, whose objects are told without it, or NULL.
macro_rules! schemas {
    () => {
        "schemas (oid, nspname, prefix) AS (SELECT n.oid, n.nspname, \
        CASE WHEN n.nspname = $1::text THEN '' ELSE quote_ident(n.nspname) || '.' END \
        FROM pg_catalog.pg_namespace AS n \
        WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
        AND ($1::text IS NULL OR n.nspname = $1::text))"
    };
}

/// Tells whether an object came neither with an extension nor with another object, by its catalogue and
/// number.
macro_rules! is_own {
    ($catalogue:literal, $oid:literal) => {
        concat!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e WHERE e.deptype IN ('e', 'i') \
            AND e.classid = 'pg_catalog.",
            $catalogue,
            "'::regclass AND e.objid = ",
            $oid,
            ")"
        )
    };
}

use {counting, is_own, schemas, visible};

/// Schemas and names of tables and views; `$1` is the only schema that is looked at, or NULL.
pub(super) const NAMES: &str = "\
    SELECT n.nspname, c.relname \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
    AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text) \
    ORDER BY array_position(current_schemas(false), n.nspname), n.nspname, \
    lower(c.relname COLLATE \"C\"), c.relname";

/// Tables and views: all, or those whose name is `$1`, or schema and name `$2` and `$3`, without
/// regard to ASCII case; `$4` is the only schema that is looked at, or NULL.
pub(super) const RELATIONS: &str = "\
    SELECT c.oid::int8, n.nspname, c.relname, c.relkind::text, \
    has_schema_privilege(n.oid, 'USAGE') AND (has_table_privilege(c.oid, 'SELECT') \
    OR has_any_column_privilege(c.oid, 'SELECT')), \
    pg_table_is_visible(c.oid), c.relkind IN ('r', 'f') AND EXISTS (SELECT FROM pg_catalog.pg_inherits AS h \
    WHERE h.inhparent = c.oid), \
    CASE c.relkind WHEN 'v' THEN 'CREATE VIEW ' WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' END \
    || c.oid::regclass || coalesce((SELECT ' USING ' || quote_ident(m.amname) \
    FROM pg_catalog.pg_am AS m WHERE m.oid = c.relam AND m.amname <> 'heap'), '') \
    || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') \
    || E' AS\\n' || pg_get_viewdef(c.oid), \
    obj_description(c.oid, 'pg_class') \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') \
    AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($4::text IS NULL OR n.nspname = $4::text) \
    AND ($1::text IS NULL OR lower(c.relname COLLATE \"C\") = lower($1::text COLLATE \"C\") \
    OR lower(n.nspname COLLATE \"C\") = lower($2::text COLLATE \"C\") \
    AND lower(c.relname COLLATE \"C\") = lower($3::text COLLATE \"C\")) \
    ORDER BY array_position(current_schemas(false), n.nspname), n.nspname, \
    lower(c.relname COLLATE \"C\"), c.relname";

/// Columns. The base type is the one below all domains: its sort where it is made of others, its
/// name where it is PostgreSQL's own, nothing else where an extension has it.
pub(super) const COLUMNS: &str = concat!(
    "\
    WITH RECURSIVE domains (oid, base, not_null) AS (\
    SELECT t.oid, t.typbasetype, t.typnotnull FROM pg_catalog.pg_type AS t WHERE t.typtype = 'd' \
    UNION ALL \
    SELECT d.oid, t.typbasetype, d.not_null OR t.typnotnull \
    FROM domains AS d JOIN pg_catalog.pg_type AS t ON t.oid = d.base AND t.typtype = 'd') \
    SELECT a.attrelid::int8, a.attname, format_type(a.atttypid, a.atttypmod), \
    CASE WHEN t.typtype = 'e' THEN 'enumeration' WHEN t.typtype = 'c' THEN 'composite' \
    WHEN t.typinput = 'pg_catalog.array_in'::regproc AND e.typdelim = ',' THEN 'array' \
    WHEN t.typnamespace = 'pg_catalog'::regnamespace OR t.typname IN ('citext', 'vector') \
    THEN t.typname::text ELSE '' END, \
    NOT (a.attnotnull OR coalesce(d.not_null, false)), \
    pg_get_expr(v.adbin, v.adrelid), \
    coalesce(nullif(a.attidentity::text, ''), ' ') || a.attgenerated::text, \
    CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) \
    FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid)::text END, \
    s.description, \
    (SELECT ",
    visible!(collation "o"),
    " FROM pg_catalog.pg_collation AS o \
    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid \
    WHERE o.oid = a.attcollation AND o.oid <> y.typcollation), \
    CASE WHEN a.attidentity <> '' THEN (SELECT ",
    counting!(),
    " \
    FROM pg_catalog.pg_depend AS i JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = i.objid \
    WHERE i.classid = 'pg_catalog.pg_class'::regclass \
    AND i.refclassid = 'pg_catalog.pg_class'::regclass AND i.deptype = 'i' \
    AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum) END, \
    a.attinhcount > 0 AND NOT a.attislocal \
    FROM pg_catalog.pg_attribute AS a \
    LEFT JOIN domains AS d ON d.oid = a.atttypid AND NOT EXISTS (\
    SELECT FROM pg_catalog.pg_type AS b WHERE b.oid = d.base AND b.typtype = 'd') \
    JOIN pg_catalog.pg_type AS t ON t.oid = coalesce(d.base, a.atttypid) \
    LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem \
    LEFT JOIN pg_catalog.pg_attrdef AS v ON v.adrelid = a.attrelid AND v.adnum = a.attnum \
    LEFT JOIN pg_catalog.pg_description AS s ON s.classoid = 'pg_catalog.pg_class'::regclass \
    AND s.objoid = a.attrelid AND s.objsubid = a.attnum \
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY a.attrelid, a.attnum"
);

/// Indexes that hold; that of the primary key first, the others as they were made. One that came
/// with an index of the partitioned table is no part's own; it is told to be so where it is the
/// primary key, and else left out.
pub(super) const INDEXES: &str = "\
    SELECT i.indrelid::int8, i.indexrelid::int8, x.relname, i.indisunique, \
    coalesce(k.contype::text, ''), m.amname, pg_get_expr(i.indpred, i.indrelid, true), \
    coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), \
    CASE WHEN k.condeferred THEN 'D' WHEN k.condeferrable THEN 'd' ELSE 'i' END, \
    array_to_json(x.reloptions)::text, obj_description(x.oid, 'pg_class'), x.relispartition \
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid \
    JOIN pg_catalog.pg_am AS m ON m.oid = x.relam \
    LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid \
    AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') \
    WHERE i.indisvalid AND i.indrelid = ANY ($1::int8[]::oid[]) \
    AND (NOT x.relispartition OR i.indisprimary) \
    ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid";

/// The parts of the same indexes. A collation is told where it is not that of the column.
pub(super) const INDEX_PARTS: &str = concat!(
    "\
    SELECT i.indexrelid::int8, a.attname, \
    CASE WHEN u.number = 0 THEN pg_get_indexdef(i.indexrelid, u.place::int, true) END, \
    u.place > i.indnkeyatts, coalesce(i.indoption[u.place - 1], 0)::int8, \
    CASE WHEN o.oid <> coalesce(a.attcollation, 100) THEN ",
    visible!(collation "o"),
    " END, \
    CASE WHEN NOT p.opcdefault THEN ",
    visible!(class "p"),
    " END \
    FROM pg_catalog.pg_index AS i \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, place) \
    LEFT JOIN pg_catalog.pg_attribute AS a \
    ON a.attrelid = i.indrelid AND a.attnum = u.number AND u.number <> 0 \
    LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = i.indcollation[u.place - 1] \
    LEFT JOIN pg_catalog.pg_opclass AS p ON p.oid = i.indclass[u.place - 1] \
    WHERE i.indisvalid AND i.indrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY i.indexrelid, u.place"
);

/// Foreign keys, column by column, but those that come with another one: a key to a partitioned table
/// has one for each partition, a key of one has it on each.
pub(super) const FOREIGN_KEYS: &str = "\
    SELECT k.conrelid::int8, k.oid::int8, k.conname, n.nspname, r.relname, a.attname, b.attname, \
    k.confupdtype::text || k.confdeltype::text \
    || CASE WHEN k.condeferred THEN 'D' WHEN k.condeferrable THEN 'd' ELSE 'i' END \
    || k.confmatchtype::text || CASE WHEN k.convalidated THEN 'v' ELSE 'n' END, \
    coalesce(to_jsonb(k) -> 'confdelsetcols' @> to_jsonb(u.own), false) \
    FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace \
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, place) \
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own \
    JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.other \
    WHERE k.contype = 'f' AND k.conrelid = ANY ($1::int8[]::oid[]) \
    AND k.conparentid = 0 \
    ORDER BY k.conrelid, k.oid, u.place";

/// Checks that the table itself declares.
pub(super) const CHECKS: &str = "\
    SELECT k.conrelid::int8, k.conname, pg_get_expr(k.conbin, k.conrelid, true), \
    k.connoinherit, NOT k.convalidated, \
    NOT coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) \
    FROM pg_catalog.pg_constraint AS k \
    WHERE k.contype = 'c' AND k.conislocal AND k.conrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY k.conrelid, k.oid";
