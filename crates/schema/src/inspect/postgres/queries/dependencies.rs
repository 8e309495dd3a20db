//! What must stand before what, as the server keeps it for `DROP … CASCADE`.

use super::schemas;

/// What needs another and what it needs, each as kind, schema and name; `$1` is the only schema that is
/// looked at, or NULL.
///
/// Columns, defaults, constraints, indexes and rules count as the table or view that they are a part
/// of, rows and arrays as what they are made of. References of foreign keys, triggers and policies are
/// left out: they come once all tables stand.
pub(in crate::inspect) const DEPENDENCIES: &str = concat!(
    "WITH ",
    schemas!(),
    ", things (class, id, kind, schema, name) AS MATERIALIZED (\
    SELECT 'pg_catalog.pg_class'::regclass::oid, c.oid, 'relation', n.nspname::text, c.relname::text \
    FROM pg_catalog.pg_class AS c JOIN schemas AS n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') \
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid, 'type', n.nspname, t.typname \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
    WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c' \
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, p.oid, CASE p.prokind WHEN 'p' THEN 'procedure' \
    WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, \
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' \
    FROM pg_catalog.pg_proc AS p JOIN schemas AS n ON n.oid = p.pronamespace \
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i') \
    UNION ALL SELECT 'pg_catalog.pg_operator'::regclass, o.oid, 'operator', n.nspname, \
    format('%s(%s, %s)', o.oprname, coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'), \
    format_type(o.oprright, NULL)) \
    FROM pg_catalog.pg_operator AS o JOIN schemas AS n ON n.oid = o.oprnamespace \
    UNION ALL SELECT 'pg_catalog.pg_collation'::regclass, o.oid, 'collation', n.nspname, o.collname \
    FROM pg_catalog.pg_collation AS o JOIN schemas AS n ON n.oid = o.collnamespace \
    UNION ALL SELECT 'pg_catalog.pg_ts_dict'::regclass, d.oid, 'text search', n.nspname, d.dictname \
    FROM pg_catalog.pg_ts_dict AS d JOIN schemas AS n ON n.oid = d.dictnamespace \
    UNION ALL SELECT 'pg_catalog.pg_ts_config'::regclass, c.oid, 'text search', n.nspname, \
    'configuration ' || c.cfgname \
    FROM pg_catalog.pg_ts_config AS c JOIN schemas AS n ON n.oid = c.cfgnamespace \
    UNION ALL SELECT 'pg_catalog.pg_cast'::regclass, c.oid, 'cast', '', format('(%s AS %s)', \
    format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) \
    FROM pg_catalog.pg_cast AS c WHERE $1::text IS NULL AND c.oid >= 16384 \
    UNION ALL SELECT 'pg_catalog.pg_foreign_data_wrapper'::regclass, w.oid, 'other', '', \
    'foreign data wrapper ' || w.fdwname \
    FROM pg_catalog.pg_foreign_data_wrapper AS w WHERE $1::text IS NULL \
    UNION ALL SELECT 'pg_catalog.pg_foreign_server'::regclass, s.oid, 'other', '', \
    'server ' || s.srvname FROM pg_catalog.pg_foreign_server AS s WHERE $1::text IS NULL), \
    parts (class, id, of_class, of_id) AS MATERIALIZED (\
    SELECT class, id, class, id FROM things \
    UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass, v.oid, 'pg_catalog.pg_class'::regclass, v.adrelid \
    FROM pg_catalog.pg_attrdef AS v \
    UNION ALL SELECT 'pg_catalog.pg_rewrite'::regclass, w.oid, 'pg_catalog.pg_class'::regclass, w.ev_class \
    FROM pg_catalog.pg_rewrite AS w WHERE w.rulename = '_RETURN' \
    UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass, k.oid, \
    CASE k.conrelid WHEN 0 THEN 'pg_catalog.pg_type'::regclass ELSE 'pg_catalog.pg_class'::regclass END, \
    CASE k.conrelid WHEN 0 THEN k.contypid ELSE k.conrelid END \
    FROM pg_catalog.pg_constraint AS k WHERE k.contype IN ('c', 'p', 'u', 'x', 'n') \
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, i.indexrelid, 'pg_catalog.pg_class'::regclass, \
    i.indrelid FROM pg_catalog.pg_index AS i \
    UNION ALL SELECT 'pg_catalog.pg_class'::regclass, c.oid, 'pg_catalog.pg_type'::regclass, c.reltype \
    FROM pg_catalog.pg_class AS c WHERE c.relkind = 'c' \
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid, 'pg_catalog.pg_class'::regclass, t.typrelid \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
    WHERE c.relkind <> 'c' \
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, t.oid, \
    CASE WHEN coalesce(c.relkind, 'c') = 'c' THEN 'pg_catalog.pg_type'::regclass \
    ELSE 'pg_catalog.pg_class'::regclass END, \
    CASE WHEN coalesce(c.relkind, 'c') = 'c' THEN e.oid ELSE c.oid END \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem \
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = e.typrelid WHERE t.typcategory = 'A' \
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass, (to_jsonb(r) ->> 'rngmultitypid')::oid, \
    'pg_catalog.pg_type'::regclass, r.rngtypid FROM pg_catalog.pg_range AS r \
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass, d.objid, d.refclassid, d.refobjid \
    FROM pg_catalog.pg_depend AS d WHERE d.classid = 'pg_catalog.pg_proc'::regclass \
    AND d.refclassid = 'pg_catalog.pg_type'::regclass AND d.deptype = 'i') \
    SELECT DISTINCT a.kind, a.schema, a.name, b.kind, b.schema, b.name \
    FROM pg_catalog.pg_depend AS d \
    JOIN parts AS p ON p.class = d.classid AND p.id = d.objid \
    JOIN parts AS q ON q.class = d.refclassid AND q.id = d.refobjid \
    JOIN things AS a ON a.class = p.of_class AND a.id = p.of_id \
    JOIN things AS b ON b.class = q.of_class AND b.id = q.of_id \
    WHERE (a.class, a.id) <> (b.class, b.id) AND d.deptype IN ('n', 'a', 'P') \
    AND NOT (a.kind = 'relation' AND d.classid = 'pg_catalog.pg_class'::regclass \
    AND d.deptype = 'a' AND EXISTS (SELECT FROM pg_catalog.pg_sequence AS s WHERE s.seqrelid = d.objid)) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e \
    WHERE e.deptype = 'e' AND (e.classid, e.objid) IN ((a.class, a.id), (b.class, b.id)))"
);
