//! What belongs to a table beside its columns, keys and checks.

/// The words of a table's declaration that stand outside of its parts, in the order in which they are
/// written: table, words, value.
pub(in crate::inspect) const OPTIONS: &str = "\
    WITH mine (oid) AS (SELECT unnest($1::int8[]::oid[])) \
    SELECT b.oid::int8, b.name, b.value FROM (\
    SELECT c.oid, 1, 'UNLOGGED', '' FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    WHERE c.relpersistence = 'u' \
    UNION ALL SELECT c.oid, 2, 'OF', c.reloftype::regtype::text \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.reloftype <> 0 \
    UNION ALL SELECT h.inhrelid, 2, \
    CASE WHEN c.relispartition THEN 'PARTITION OF' ELSE 'INHERITS' END, \
    CASE WHEN c.relispartition THEN string_agg(h.inhparent::regclass::text, '') \
    ELSE '(' || string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno) || ')' END \
    FROM pg_catalog.pg_inherits AS h JOIN mine ON mine.oid = h.inhrelid \
    JOIN pg_catalog.pg_class AS c ON c.oid = h.inhrelid GROUP BY h.inhrelid, c.relispartition \
    UNION ALL SELECT c.oid, 3, CASE WHEN e.bound = 'DEFAULT' THEN 'DEFAULT' ELSE 'FOR VALUES' END, \
    CASE WHEN e.bound = 'DEFAULT' THEN '' ELSE substr(e.bound, 12) END \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS e (bound) WHERE c.relispartition \
    UNION ALL SELECT c.oid, 4, 'PARTITION BY', pg_get_partkeydef(c.oid) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) WHERE c.relkind = 'p' \
    UNION ALL SELECT c.oid, 5, 'USING', quote_ident(m.amname) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    JOIN pg_catalog.pg_am AS m ON m.oid = c.relam WHERE m.amname <> 'heap' AND c.relkind <> 'm' \
    UNION ALL SELECT c.oid, 6, 'WITH', '(' || array_to_string(c.reloptions \
    || ARRAY (SELECT 'toast.' || unnest(t.reloptions)), ', ') || ')' \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = c.reltoastrelid \
    WHERE (c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL) AND c.relkind NOT IN ('v', 'm') \
    UNION ALL SELECT c.oid, 7, 'TABLESPACE', quote_ident(s.spcname) \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    JOIN pg_catalog.pg_tablespace AS s ON s.oid = c.reltablespace \
    UNION ALL SELECT f.ftrelid, 8, 'SERVER', quote_ident(v.srvname) \
    || coalesce((SELECT ' OPTIONS (' || string_agg(quote_ident(o.option_name) || ' ' \
    || quote_literal(o.option_value), ', ') || ')' \
    FROM pg_options_to_table(f.ftoptions) AS o), '') \
    FROM pg_catalog.pg_foreign_table AS f JOIN mine ON mine.oid = f.ftrelid \
    JOIN pg_catalog.pg_foreign_server AS v ON v.oid = f.ftserver\
    ) AS b (oid, place, name, value) ORDER BY b.oid, b.place";

/// Triggers, and what else is carried as the statements that make and drop it: table, kind, name, both
/// statements, comment. Settings of columns that begin with `pg_` are the server's own. Of a trigger the second statement says when it fires. `$2` is the only schema
/// that is looked at, whose objects are told without it, or NULL.
pub(in crate::inspect) const ATTACHED: &str = "\
    WITH mine (oid, told) AS (SELECT c.oid, CASE WHEN n.nspname = $2::text THEN '' \
    ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE c.oid = ANY ($1::int8[]::oid[])), \
    columns (oid, num, name, alter, a) AS (\
    SELECT a.attrelid, a.attnum, a.attname, format('ALTER TABLE ONLY %s ALTER COLUMN %I ', \
    mine.told, a.attname), a \
    FROM pg_catalog.pg_attribute AS a JOIN mine ON mine.oid = a.attrelid \
    WHERE a.attnum > 0 AND NOT a.attisdropped) \
    SELECT b.oid::int8, b.kind, b.name, b.made, b.dropped, b.noted FROM (\
    SELECT g.tgrelid, 9, 'trigger', g.tgname::text, pg_get_triggerdef(g.oid, true), \
    CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' \
    WHEN 'A' THEN 'ENABLE ALWAYS' ELSE '' END, obj_description(g.oid, 'pg_trigger') \
    FROM pg_catalog.pg_trigger AS g JOIN mine ON mine.oid = g.tgrelid \
    WHERE NOT g.tgisinternal AND coalesce(to_jsonb(g) ->> 'tgparentid', '0') = '0' \
    UNION ALL SELECT k.conrelid, 1, 'constraint', k.conname::text, \
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', mine.told, k.conname, \
    pg_get_constraintdef(k.oid)), \
    format('ALTER TABLE %s DROP CONSTRAINT %I', mine.told, k.conname), NULL \
    FROM pg_catalog.pg_constraint AS k JOIN mine ON mine.oid = k.conrelid \
    WHERE k.contype = 'x' AND k.conparentid = 0 \
    UNION ALL SELECT s.stxrelid, 2, 'statistics', s.stxname::text, \
    pg_get_statisticsobjdef(s.oid) || CASE WHEN coalesce(s.stxstattarget, -1) >= 0 \
    THEN format(E';\\nALTER STATISTICS %s%I SET STATISTICS %s', p.prefix, s.stxname, \
    s.stxstattarget) ELSE '' END, format('DROP STATISTICS %s%I', p.prefix, s.stxname), \
    obj_description(s.oid, 'pg_statistic_ext') \
    FROM pg_catalog.pg_statistic_ext AS s JOIN mine ON mine.oid = s.stxrelid \
    JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace \
    CROSS JOIN LATERAL (SELECT CASE WHEN n.nspname = $2::text THEN '' \
    ELSE quote_ident(n.nspname) || '.' END) AS p (prefix) \
    UNION ALL SELECT c.oid, 3, 'other', 'storage of ' || c.name, \
    c.alter || 'SET STORAGE ' || w.word, c.alter || 'SET STORAGE ' || u.word, NULL \
    FROM columns AS c JOIN pg_catalog.pg_class AS r ON r.oid = c.oid AND r.relkind IN ('r', 'p', 'm') \
    JOIN pg_catalog.pg_type AS t ON t.oid = (c.a).atttypid \
    JOIN (VALUES ('p', 'PLAIN'), ('e', 'EXTERNAL'), ('x', 'EXTENDED'), ('m', 'MAIN')) \
    AS w (letter, word) ON w.letter = (c.a).attstorage::text \
    JOIN (VALUES ('p', 'PLAIN'), ('e', 'EXTERNAL'), ('x', 'EXTENDED'), ('m', 'MAIN')) \
    AS u (letter, word) ON u.letter = t.typstorage::text WHERE w.word <> u.word \
    UNION ALL SELECT c.oid, 3, 'other', 'compression of ' || c.name, c.alter || 'SET COMPRESSION ' \
    || CASE to_jsonb(c.a) ->> 'attcompression' WHEN 'l' THEN 'lz4' ELSE 'pglz' END, \
    c.alter || 'SET COMPRESSION default', NULL \
    FROM columns AS c WHERE (c.a).attlen = -1 AND to_jsonb(c.a) ->> 'attcompression' <> '' \
    UNION ALL SELECT c.oid, 3, 'other', 'statistics of ' || c.name, \
    c.alter || 'SET STATISTICS ' || (c.a).attstattarget, c.alter || 'SET STATISTICS -1', NULL \
    FROM columns AS c WHERE (c.a).attstattarget >= 0 \
    UNION ALL SELECT c.oid, 3, 'other', 'settings of ' || c.name, c.alter || 'SET (' \
    || string_agg(o.option_name || '=' || o.option_value, ', ') || ')', \
    c.alter || 'RESET (' || string_agg(o.option_name, ', ') || ')', NULL \
    FROM columns AS c CROSS JOIN LATERAL pg_options_to_table((c.a).attoptions) AS o \
    WHERE left(o.option_name, 3) <> 'pg_' GROUP BY c.oid, c.name, c.alter \
    UNION ALL SELECT c.oid, 3, 'other', 'options of ' || c.name, \
    replace(c.alter, 'ALTER TABLE ONLY', 'ALTER FOREIGN TABLE') || 'OPTIONS (' \
    || string_agg('ADD ' || quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ') \
    || ')', replace(c.alter, 'ALTER TABLE ONLY', 'ALTER FOREIGN TABLE') || 'OPTIONS (' \
    || string_agg('DROP ' || quote_ident(o.option_name), ', ') || ')', NULL \
    FROM columns AS c CROSS JOIN LATERAL pg_options_to_table((c.a).attfdwoptions) AS o \
    GROUP BY c.oid, c.name, c.alter \
    UNION ALL SELECT c.oid, 4, 'other', 'replica identity', \
    format('ALTER TABLE ONLY %s REPLICA IDENTITY ', mine.told) || CASE c.relreplident \
    WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE 'USING INDEX ' || (SELECT quote_ident(x.relname) \
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid \
    WHERE i.indrelid = c.oid AND i.indisreplident) END, \
    format('ALTER TABLE ONLY %s REPLICA IDENTITY DEFAULT', mine.told), NULL \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    WHERE c.relreplident IN ('f', 'i') OR c.relreplident = 'n' AND c.relkind IN ('r', 'p') \
    UNION ALL SELECT i.indrelid, 4, 'other', 'order of rows', \
    format('ALTER TABLE %s CLUSTER ON %I', mine.told, x.relname), \
    format('ALTER TABLE %s SET WITHOUT CLUSTER', mine.told), NULL \
    FROM pg_catalog.pg_index AS i JOIN mine ON mine.oid = i.indrelid \
    JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid WHERE i.indisclustered \
    UNION ALL SELECT k.conrelid, 5, 'other', 'comment on constraint ' || k.conname, \
    format('COMMENT ON CONSTRAINT %I ON %s IS %L', k.conname, mine.told, d.description), \
    format('COMMENT ON CONSTRAINT %I ON %s IS NULL', k.conname, mine.told), NULL \
    FROM pg_catalog.pg_constraint AS k JOIN mine ON mine.oid = k.conrelid \
    JOIN pg_catalog.pg_description AS d ON d.objoid = k.oid \
    AND d.classoid = 'pg_catalog.pg_constraint'::regclass \
    UNION ALL SELECT w.ev_class, 6, 'rule', w.rulename::text, pg_get_ruledef(w.oid, true) \
    || CASE w.ev_enabled WHEN 'O' THEN '' ELSE format(E'\\nALTER TABLE %s %s RULE %I', \
    mine.told, CASE w.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' \
    ELSE 'ENABLE ALWAYS' END, w.rulename) END, \
    format('DROP RULE %I ON %s', w.rulename, mine.told), \
    obj_description(w.oid, 'pg_rewrite') \
    FROM pg_catalog.pg_rewrite AS w JOIN mine ON mine.oid = w.ev_class \
    WHERE w.rulename <> '_RETURN' \
    UNION ALL SELECT c.oid, 7, 'policy', v.name, \
    format('ALTER TABLE %s %s ROW LEVEL SECURITY', mine.told, v.made), \
    format('ALTER TABLE %s %s ROW LEVEL SECURITY', mine.told, v.dropped), NULL \
    FROM pg_catalog.pg_class AS c JOIN mine USING (oid) \
    JOIN (VALUES ('row level security', 'ENABLE', 'DISABLE'), \
    ('row level security of the owner', 'FORCE', 'NO FORCE')) AS v (name, made, dropped) \
    ON CASE v.made WHEN 'FORCE' THEN c.relforcerowsecurity ELSE c.relrowsecurity END \
    UNION ALL SELECT y.polrelid, 8, 'policy', y.polname::text, \
    format('CREATE POLICY %I ON %s', y.polname, mine.told) \
    || CASE WHEN y.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END \
    || CASE y.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' \
    WHEN 'w' THEN ' FOR UPDATE' WHEN 'd' THEN ' FOR DELETE' ELSE '' END \
    || CASE WHEN y.polroles = '{0}' THEN '' ELSE ' TO ' || (SELECT string_agg(CASE m.oid WHEN 0 \
    THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(m.oid)) END, ', ' ORDER BY m.oid) \
    FROM unnest(y.polroles) AS m (oid)) END \
    || coalesce(' USING (' || pg_get_expr(y.polqual, y.polrelid) || ')', '') \
    || coalesce(' WITH CHECK (' || pg_get_expr(y.polwithcheck, y.polrelid) || ')', ''), \
    format('DROP POLICY %I ON %s', y.polname, mine.told), \
    obj_description(y.oid, 'pg_policy') \
    FROM pg_catalog.pg_policy AS y JOIN mine ON mine.oid = y.polrelid\
    ) AS b (oid, place, kind, name, made, dropped, noted) \
    ORDER BY b.oid, b.place, b.name COLLATE \"C\"";
