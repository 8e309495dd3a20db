//! The questions to the catalogue. Tables are known by their numbers, of which all questions after
//! the first take a list.

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
    pg_table_is_visible(c.oid), c.relkind IN ('r', 'f') AND c.relhassubclass, \
    CASE c.relkind WHEN 'v' THEN 'CREATE VIEW ' WHEN 'm' THEN 'CREATE MATERIALIZED VIEW ' END \
    || c.oid::regclass || E' AS\\n' || pg_get_viewdef(c.oid), \
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
pub(super) const COLUMNS: &str = "\
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
    (SELECT o.collname FROM pg_catalog.pg_collation AS o \
    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid \
    WHERE o.oid = a.attcollation AND o.oid <> y.typcollation) \
    FROM pg_catalog.pg_attribute AS a \
    LEFT JOIN domains AS d ON d.oid = a.atttypid AND NOT EXISTS (\
    SELECT FROM pg_catalog.pg_type AS b WHERE b.oid = d.base AND b.typtype = 'd') \
    JOIN pg_catalog.pg_type AS t ON t.oid = coalesce(d.base, a.atttypid) \
    LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem \
    LEFT JOIN pg_catalog.pg_attrdef AS v ON v.adrelid = a.attrelid AND v.adnum = a.attnum \
    LEFT JOIN pg_catalog.pg_description AS s ON s.classoid = 'pg_catalog.pg_class'::regclass \
    AND s.objoid = a.attrelid AND s.objsubid = a.attnum \
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY a.attrelid, a.attnum";

/// Indexes that hold; that of the primary key first, the others as they were made.
pub(super) const INDEXES: &str = "\
    SELECT i.indrelid::int8, i.indexrelid::int8, x.relname, i.indisunique, \
    coalesce(k.contype::text, ''), m.amname, pg_get_expr(i.indpred, i.indrelid, true), \
    coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), \
    CASE WHEN k.condeferred THEN 'D' WHEN k.condeferrable THEN 'd' ELSE 'i' END, \
    array_to_json(x.reloptions)::text, obj_description(x.oid, 'pg_class') \
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid \
    JOIN pg_catalog.pg_am AS m ON m.oid = x.relam \
    LEFT JOIN pg_catalog.pg_constraint AS k ON k.conindid = i.indexrelid \
    AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x') \
    WHERE i.indisvalid AND i.indrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY i.indrelid, i.indisprimary DESC, i.indexrelid";

/// The parts of the same indexes. A collation is told where it is not that of the column.
pub(super) const INDEX_PARTS: &str = "\
    SELECT i.indexrelid::int8, a.attname, \
    CASE WHEN u.number = 0 THEN pg_get_indexdef(i.indexrelid, u.place::int, true) END, \
    u.place > i.indnkeyatts, coalesce(i.indoption[u.place - 1], 0)::int8, \
    CASE WHEN o.oid <> coalesce(a.attcollation, 100) THEN o.collname END, \
    CASE WHEN NOT p.opcdefault THEN p.opcname END \
    FROM pg_catalog.pg_index AS i \
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u (number, place) \
    LEFT JOIN pg_catalog.pg_attribute AS a \
    ON a.attrelid = i.indrelid AND a.attnum = u.number AND u.number <> 0 \
    LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = i.indcollation[u.place - 1] \
    LEFT JOIN pg_catalog.pg_opclass AS p ON p.oid = i.indclass[u.place - 1] \
    WHERE i.indisvalid AND i.indrelid = ANY ($1::int8[]::oid[]) \
    ORDER BY i.indexrelid, u.place";

/// Foreign keys, column by column. A key to a partitioned table has one more for each partition,
/// of which nobody wrote anything.
pub(super) const FOREIGN_KEYS: &str = "\
    SELECT k.conrelid::int8, k.oid::int8, k.conname, n.nspname, r.relname, a.attname, b.attname, \
    k.confupdtype::text || k.confdeltype::text \
    || CASE WHEN k.condeferred THEN 'D' WHEN k.condeferrable THEN 'd' ELSE 'i' END \
    || k.confmatchtype::text || CASE WHEN k.convalidated THEN 'v' ELSE 'n' END \
    FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace \
    CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u (own, other, place) \
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own \
    JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.other \
    WHERE k.contype = 'f' AND k.conrelid = ANY ($1::int8[]::oid[]) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS p \
    WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid) \
    ORDER BY k.conrelid, k.oid, u.place";

pub(super) const CHECKS: &str = "\
    SELECT k.conrelid::int8, k.conname, pg_get_expr(k.conbin, k.conrelid, true), \
    k.connoinherit, NOT k.convalidated, \
    NOT coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true) \
    FROM pg_catalog.pg_constraint AS k \
    WHERE k.contype = 'c' AND k.conrelid = ANY ($1::int8[]::oid[]) ORDER BY k.conrelid, k.oid";

/// What of tables has no place in the model. Columns of the catalogue that only newer servers have
/// are read through JSON, in which they may be missing.
pub(super) const BEYOND: &str = "\
    WITH mine (oid) AS (SELECT unnest($1::int8[]::oid[])) \
    SELECT b.oid::int8, b.told FROM (\
    SELECT c.oid, 1, 'UNLOGGED' FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    WHERE c.relpersistence = 'u' \
    UNION ALL SELECT c.oid, 1, 'OF ' || format_type(c.reloftype, NULL) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.reloftype <> 0 \
    UNION ALL SELECT c.oid, 1, 'PARTITION BY ' || pg_get_partkeydef(c.oid) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.relkind = 'p' \
    UNION ALL SELECT h.inhrelid, 1, CASE WHEN c.relispartition \
    THEN 'PARTITION OF ' || h.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid) \
    ELSE 'INHERITS (' || h.inhparent::regclass || ')' END \
    FROM pg_catalog.pg_inherits AS h JOIN mine ON mine.oid = h.inhrelid \
    JOIN pg_catalog.pg_class AS c ON c.oid = h.inhrelid \
    UNION ALL SELECT c.oid, 1, 'WITH (' || array_to_string(c.reloptions, ', ') || ')' \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.reloptions IS NOT NULL \
    UNION ALL SELECT c.oid, 1, 'USING ' || quote_ident(m.amname) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam WHERE m.amname <> 'heap' \
    UNION ALL SELECT f.ftrelid, 1, 'SERVER ' || quote_ident(v.srvname) \
    FROM pg_catalog.pg_foreign_table AS f JOIN mine ON mine.oid = f.ftrelid \
    JOIN pg_catalog.pg_foreign_server AS v ON v.oid = f.ftserver \
    UNION ALL SELECT c.oid, 1, \
    CASE WHEN c.relforcerowsecurity THEN 'FORCE ' ELSE '' END || 'ROW LEVEL SECURITY' \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.relrowsecurity \
    UNION ALL SELECT k.conrelid, 3, \
    'CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) \
    FROM pg_catalog.pg_constraint AS k JOIN mine ON mine.oid = k.conrelid \
    WHERE (k.contype = 'p' AND k.condeferrable \
    OR k.contype = 'f' AND to_jsonb(k) ->> 'confdelsetcols' IS NOT NULL) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS p \
    WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid) \
    UNION ALL SELECT i.indrelid, 4, 'INVALID ' || pg_get_indexdef(i.indexrelid) \
    FROM pg_catalog.pg_index AS i JOIN mine ON mine.oid = i.indrelid WHERE NOT i.indisvalid \
    UNION ALL SELECT y.polrelid, 7, 'POLICY ' || quote_ident(y.polname) \
    FROM pg_catalog.pg_policy AS y JOIN mine ON mine.oid = y.polrelid\
    ) AS b (oid, place, told) ORDER BY b.oid, b.place, b.told COLLATE \"C\"";

/// What stands beside the tables, but for what belongs to one of them or to an extension; `$1` is
/// the only schema that is looked at, or NULL.
pub(super) const BESIDE: &str = "\
    WITH schemas (oid) AS (SELECT n.oid FROM pg_catalog.pg_namespace AS n \
    WHERE left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text)) \
    SELECT b.told FROM (\
    SELECT 1, 'TYPE ' || t.oid::regtype \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
    WHERE (t.typtype = 'r' OR t.typtype = 'c' AND c.relkind = 'c') \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') \
    UNION ALL SELECT 2, 'AGGREGATE ' || p.oid::regprocedure \
    FROM pg_catalog.pg_proc AS p JOIN schemas AS n ON n.oid = p.pronamespace \
    WHERE p.prokind = 'a' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid \
    AND d.deptype IN ('e', 'i'))\
    ) AS b (place, told) ORDER BY b.place, b.told COLLATE \"C\"";

/// Triggers, rules, statistics and exclusion constraints, each with the statements that make and drop
/// it: table, kind, name, both statements.
pub(super) const ATTACHED: &str = "\
    WITH mine (oid) AS (SELECT unnest($1::int8[]::oid[])) \
    SELECT b.oid::int8, b.kind, b.name, b.made, b.dropped FROM (\
    SELECT g.tgrelid, 'trigger', g.tgname::text, pg_get_triggerdef(g.oid, true), \
    CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' \
    WHEN 'A' THEN 'ENABLE ALWAYS' ELSE '' END \
    FROM pg_catalog.pg_trigger AS g JOIN mine ON mine.oid = g.tgrelid \
    WHERE NOT g.tgisinternal \
    UNION ALL SELECT w.ev_class, 'rule', w.rulename::text, pg_get_ruledef(w.oid, true), \
    format('DROP RULE %I ON %s', w.rulename, w.ev_class::regclass) \
    FROM pg_catalog.pg_rewrite AS w JOIN mine ON mine.oid = w.ev_class \
    WHERE w.rulename <> '_RETURN' \
    UNION ALL SELECT s.stxrelid, 'statistics', s.stxname::text, pg_get_statisticsobjdef(s.oid), \
    format('DROP STATISTICS %I', s.stxname) \
    FROM pg_catalog.pg_statistic_ext AS s JOIN mine ON mine.oid = s.stxrelid \
    UNION ALL SELECT k.conrelid, 'constraint', k.conname::text, \
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, \
    pg_get_constraintdef(k.oid)), \
    format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) \
    FROM pg_catalog.pg_constraint AS k JOIN mine ON mine.oid = k.conrelid \
    WHERE k.contype = 'x'\
    ) AS b (oid, kind, name, made, dropped) ORDER BY b.oid, b.kind, b.name COLLATE \"C\"";

/// Enumerations with their labels as JSON; `$1` is the only schema that is looked at, or NULL.
pub(super) const ENUMERATIONS: &str = "\
    SELECT n.nspname, t.typname, (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) \
    FROM pg_catalog.pg_enum AS l WHERE l.enumtypid = t.oid)::text, obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
    WHERE t.typtype = 'e' AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') \
    ORDER BY n.nspname, t.typname";

/// Domains with their checks as JSON; `$1` as above.
pub(super) const DOMAINS: &str = "\
    SELECT n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault, \
    CASE WHEN t.typcollation <> b.typcollation THEN o.collname END, \
    (SELECT json_agg(json_build_array(k.conname, pg_get_expr(k.conbin, 0, true)) ORDER BY k.conname) \
    FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c')::text, \
    obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace \
    JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype \
    LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = t.typcollation \
    WHERE t.typtype = 'd' AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') \
    ORDER BY n.nspname, t.typname";

/// Sequences but those of identity columns, with what is unusual of them; `$1` as above.
pub(super) const SEQUENCES: &str = "\
    SELECT n.nspname, c.relname, \
    CASE WHEN s.seqtypid <> 'int8'::regtype THEN format_type(s.seqtypid, NULL) END, \
    CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END \
    THEN s.seqstart END, \
    CASE WHEN s.seqincrement <> 1 THEN s.seqincrement END, \
    CASE WHEN s.seqincrement > 0 AND s.seqmin <> 1 THEN s.seqmin END, \
    CASE WHEN s.seqincrement > 0 AND s.seqmax <> CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 \
    WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END THEN s.seqmax END, \
    CASE WHEN s.seqcache <> 1 THEN s.seqcache END, s.seqcycle, \
    r.relname, a.attname, obj_description(c.oid, 'pg_class') \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid \
    LEFT JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_class'::regclass \
    AND d.objid = c.oid AND d.deptype = 'a' AND d.refclassid = 'pg_catalog.pg_class'::regclass \
    LEFT JOIN pg_catalog.pg_class AS r ON r.oid = d.refobjid \
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
    WHERE c.relkind = 'S' AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS i \
    WHERE i.classid = 'pg_catalog.pg_class'::regclass AND i.objid = c.oid \
    AND i.deptype IN ('i', 'e')) \
    ORDER BY n.nspname, c.relname";

/// Extensions; where one schema alone is looked at, none.
pub(super) const EXTENSIONS: &str = "\
    SELECT e.extname, e.extversion FROM pg_catalog.pg_extension AS e \
    WHERE e.extname <> 'plpgsql' AND $1::text IS NULL ORDER BY e.extname";

/// Functions and procedures as they are carried; `$1` as above.
pub(super) const FUNCTIONS: &str = "\
    SELECT n.nspname, p.prokind = 'p', \
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', \
    pg_get_functiondef(p.oid), \
    format('DROP %s %I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, \
    p.proname, pg_get_function_identity_arguments(p.oid)), obj_description(p.oid, 'pg_proc') \
    FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace \
    WHERE p.prokind IN ('f', 'p', 'w') \
    AND left(n.nspname, 3) <> 'pg_' AND n.nspname <> 'information_schema' \
    AND ($1::text IS NULL OR n.nspname = $1::text) \
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d \
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') \
    ORDER BY n.nspname, p.proname, p.oid";
