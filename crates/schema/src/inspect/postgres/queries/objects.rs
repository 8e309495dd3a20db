//! What else is made by a statement of its own and is no table: types, operators, casts, the full-text
//! search, foreign servers, publications, event triggers.

use super::{is_own, schemas};

/// Kind, schema, name, the statements that make and drop it, comment; `$1` is the only schema that is
/// looked at, or NULL. What stands in no schema is told where all are looked at.
pub(in crate::inspect) const OBJECTS: &str = concat!(
    "WITH ",
    schemas!(),
    ", options (id, told) AS (SELECT w.oid, \
    ' OPTIONS (' || string_agg(quote_ident(o.option_name) || ' ' \
    || quote_literal(o.option_value), ', ') || ')' \
    FROM (SELECT oid, fdwoptions FROM pg_catalog.pg_foreign_data_wrapper \
    UNION ALL SELECT oid, srvoptions FROM pg_catalog.pg_foreign_server) AS w (oid, options) \
    CROSS JOIN LATERAL pg_options_to_table(w.options) AS o GROUP BY w.oid) \
    SELECT b.kind, b.schema, b.name, b.made, b.dropped, b.noted FROM (\
    SELECT 'type', n.nspname::text, t.typname::text, \
    format('CREATE TYPE %s%I AS (%s)', n.prefix, t.typname, (SELECT \
    E'\\n  ' || string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) \
    || coalesce((SELECT ' COLLATE ' || o.oid::regcollation FROM pg_catalog.pg_collation AS o \
    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid \
    WHERE o.oid = a.attcollation AND o.oid <> y.typcollation), ''), E',\\n  ' ORDER BY a.attnum) \
    || E'\\n' FROM pg_catalog.pg_attribute AS a \
    WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)) \
    || coalesce((SELECT string_agg(format(E';\\nCOMMENT ON COLUMN %s%I.%I IS %L', n.prefix, t.typname, \
    a.attname, d.description), '' ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a \
    JOIN pg_catalog.pg_description AS d ON d.objoid = a.attrelid AND d.objsubid = a.attnum \
    AND d.classoid = 'pg_catalog.pg_class'::regclass WHERE a.attrelid = t.typrelid), ''), \
    format('DROP TYPE %s%I', n.prefix, t.typname), obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c' \
    WHERE t.typtype = 'c' AND ",
    is_own!("pg_type", "t.oid"),
    " \
    UNION ALL SELECT 'type', n.nspname, t.typname, \
    format(E'CREATE TYPE %s%I AS RANGE (\\n  %s\\n)', n.prefix, t.typname, array_to_string(ARRAY[\
    'SUBTYPE = ' || format_type(r.rngsubtype, NULL), \
    (SELECT 'SUBTYPE_OPCLASS = ' || format('%I.%I', m.nspname, o.opcname) \
    FROM pg_catalog.pg_opclass AS o JOIN pg_catalog.pg_namespace AS m ON m.oid = o.opcnamespace \
    WHERE o.oid = r.rngsubopc AND NOT o.opcdefault), \
    (SELECT 'COLLATION = ' || format('%I.%I', m.nspname, o.collname) \
    FROM pg_catalog.pg_collation AS o JOIN pg_catalog.pg_namespace AS m ON m.oid = o.collnamespace \
    JOIN pg_catalog.pg_type AS y ON y.oid = r.rngsubtype \
    WHERE o.oid = r.rngcollation AND o.oid <> y.typcollation), \
    'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff, 0)::regproc, \
    (SELECT 'MULTIRANGE_TYPE_NAME = ' || n.prefix || quote_ident(y.typname) \
    FROM pg_catalog.pg_type AS y WHERE y.oid = (to_jsonb(r) ->> 'rngmultitypid')::oid \
    AND y.typname <> CASE WHEN t.typname LIKE '%range%' THEN regexp_replace(t.typname, 'range', \
    'multirange') ELSE t.typname || '_multirange' END)], E',\\n  ')), \
    format('DROP TYPE %s%I', n.prefix, t.typname), obj_description(t.oid, 'pg_type') \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid \
    WHERE r.rngcanonical = 0 AND ",
    is_own!("pg_type", "t.oid"),
    " \
    UNION ALL SELECT 'collation', n.nspname, o.collname, \
    format('CREATE COLLATION %s%I (%s)', n.prefix, o.collname, array_to_string(ARRAY[\
    'provider = ' || CASE o.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' \
    ELSE 'libc' END, 'locale = ' || quote_literal(l.locale), \
    CASE WHEN l.locale IS NULL THEN 'lc_collate = ' || quote_literal(o.collcollate) END, \
    CASE WHEN l.locale IS NULL THEN 'lc_ctype = ' || quote_literal(o.collctype) END, \
    CASE WHEN NOT o.collisdeterministic THEN 'deterministic = false' END, \
    'rules = ' || quote_literal(to_jsonb(o) ->> 'collicurules')], ', ')), \
    format('DROP COLLATION %s%I', n.prefix, o.collname), obj_description(o.oid, 'pg_collation') \
    FROM pg_catalog.pg_collation AS o JOIN schemas AS n ON n.oid = o.collnamespace \
    CROSS JOIN LATERAL (SELECT coalesce(to_jsonb(o) ->> 'colllocale', \
    to_jsonb(o) ->> 'colliculocale', CASE WHEN o.collcollate = o.collctype THEN o.collcollate END)) \
    AS l (locale) WHERE ",
    is_own!("pg_collation", "o.oid"),
    " \
    UNION ALL SELECT 'operator', n.nspname, format('%s(%s, %s)', o.oprname, \
    coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'), format_type(o.oprright, NULL)), \
    format(E'CREATE OPERATOR %s%s (\\n  %s\\n)', n.prefix, o.oprname, array_to_string(ARRAY[\
    'FUNCTION = ' || o.oprcode::regproc, \
    'LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL), \
    'RIGHTARG = ' || format_type(o.oprright, NULL), \
    (SELECT format('COMMUTATOR = OPERATOR(%I.%s)', m.nspname, p.oprname) FROM pg_catalog.pg_operator AS p \
    JOIN pg_catalog.pg_namespace AS m ON m.oid = p.oprnamespace WHERE p.oid = o.oprcom), \
    (SELECT format('NEGATOR = OPERATOR(%I.%s)', m.nspname, p.oprname) FROM pg_catalog.pg_operator AS p \
    JOIN pg_catalog.pg_namespace AS m ON m.oid = p.oprnamespace WHERE p.oid = o.oprnegate), \
    'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc, \
    CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE WHEN o.oprcanmerge THEN 'MERGES' END], E',\\n  ')), \
    format('DROP OPERATOR %s%s (%s, %s)', n.prefix, o.oprname, \
    coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'), format_type(o.oprright, NULL)), \
    obj_description(o.oid, 'pg_operator') \
    FROM pg_catalog.pg_operator AS o JOIN schemas AS n ON n.oid = o.oprnamespace \
    WHERE o.oprcode <> 0 AND ",
    is_own!("pg_operator", "o.oid"),
    " \
    UNION ALL SELECT 'text search', n.nspname, d.dictname, \
    format('CREATE TEXT SEARCH DICTIONARY %s%I (TEMPLATE = %I.%I%s)', n.prefix, d.dictname, m.nspname, \
    t.tmplname, ', ' || d.dictinitoption), \
    format('DROP TEXT SEARCH DICTIONARY %s%I', n.prefix, d.dictname), \
    obj_description(d.oid, 'pg_ts_dict') \
    FROM pg_catalog.pg_ts_dict AS d JOIN schemas AS n ON n.oid = d.dictnamespace \
    JOIN pg_catalog.pg_ts_template AS t ON t.oid = d.dicttemplate \
    JOIN pg_catalog.pg_namespace AS m ON m.oid = t.tmplnamespace \
    WHERE ",
    is_own!("pg_ts_dict", "d.oid"),
    " \
    UNION ALL SELECT 'text search', n.nspname, 'configuration ' || c.cfgname, \
    format('CREATE TEXT SEARCH CONFIGURATION %s%I (PARSER = %I.%I)', n.prefix, c.cfgname, m.nspname, \
    p.prsname) || coalesce((SELECT string_agg(format(\
    E';\\nALTER TEXT SEARCH CONFIGURATION %s%I ADD MAPPING FOR %s WITH %s', n.prefix, c.cfgname, \
    g.kinds, g.dictionaries), '' ORDER BY g.first) FROM (SELECT string_agg(f.alias, ', ' ORDER BY f.token), \
    f.dictionaries, min(f.token) FROM (SELECT y.alias, y.tokid, \
    string_agg(u.mapdict::regdictionary::text, ', ' ORDER BY u.mapseqno) \
    FROM pg_catalog.pg_ts_config_map AS u JOIN ts_token_type(c.cfgparser) AS y \
    ON y.tokid = u.maptokentype WHERE u.mapcfg = c.oid GROUP BY y.alias, y.tokid) \
    AS f (alias, token, dictionaries) GROUP BY f.dictionaries) AS g (kinds, dictionaries, first)), ''), \
    format('DROP TEXT SEARCH CONFIGURATION %s%I', n.prefix, c.cfgname), \
    obj_description(c.oid, 'pg_ts_config') \
    FROM pg_catalog.pg_ts_config AS c JOIN schemas AS n ON n.oid = c.cfgnamespace \
    JOIN pg_catalog.pg_ts_parser AS p ON p.oid = c.cfgparser \
    JOIN pg_catalog.pg_namespace AS m ON m.oid = p.prsnamespace \
    WHERE ",
    is_own!("pg_ts_config", "c.oid"),
    " \
    UNION ALL SELECT 'cast', '', x.name, format('CREATE CAST %s %s%s', x.name, CASE c.castmethod \
    WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure WHEN 'i' THEN 'WITH INOUT' \
    ELSE 'WITHOUT FUNCTION' END, CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' \
    WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END), 'DROP CAST ' || x.name, obj_description(c.oid, 'pg_cast') \
    FROM pg_catalog.pg_cast AS c CROSS JOIN LATERAL (SELECT format('(%s AS %s)', \
    format_type(c.castsource, NULL), format_type(c.casttarget, NULL))) AS x (name) \
    WHERE $1::text IS NULL AND c.oid >= 16384 AND ",
    is_own!("pg_cast", "c.oid"),
    " \
    UNION ALL SELECT 'other', '', 'foreign data wrapper ' || w.fdwname, \
    format('CREATE FOREIGN DATA WRAPPER %I', w.fdwname) \
    || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc, '') \
    || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, '') || coalesce(o.told, ''), \
    format('DROP FOREIGN DATA WRAPPER %I', w.fdwname), \
    obj_description(w.oid, 'pg_foreign_data_wrapper') \
    FROM pg_catalog.pg_foreign_data_wrapper AS w LEFT JOIN options AS o ON o.id = w.oid \
    WHERE $1::text IS NULL AND ",
    is_own!("pg_foreign_data_wrapper", "w.oid"),
    " \
    UNION ALL SELECT 'other', '', 'server ' || s.srvname, \
    format('CREATE SERVER %I', s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '') \
    || coalesce(' VERSION ' || quote_literal(s.srvversion), '') \
    || format(' FOREIGN DATA WRAPPER %I', w.fdwname) || coalesce(o.told, ''), \
    format('DROP SERVER %I', s.srvname), obj_description(s.oid, 'pg_foreign_server') \
    FROM pg_catalog.pg_foreign_server AS s \
    JOIN pg_catalog.pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw \
    LEFT JOIN options AS o ON o.id = s.oid \
    WHERE $1::text IS NULL AND ",
    is_own!("pg_foreign_server", "s.oid"),
    " \
    UNION ALL SELECT 'publication', '', p.pubname, \
    format('CREATE PUBLICATION %I', p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' \
    ELSE coalesce(' FOR ' || nullif(concat_ws(', ', (SELECT 'TABLE ' || string_agg('ONLY ' || r.prrelid::regclass \
    || coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' \
    FROM jsonb_array_elements_text(nullif(to_jsonb(r) -> 'prattrs', 'null')) AS u (number) \
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = r.prrelid AND a.attnum = u.number::int2), '') \
    || coalesce((SELECT ' WHERE (' || (to_jsonb(v) ->> 'rowfilter') || ')' \
    FROM pg_catalog.pg_publication_tables AS v WHERE v.pubname = p.pubname \
    AND format('%I.%I', v.schemaname, v.tablename)::regclass = r.prrelid), ''), \
    ', ' ORDER BY r.prrelid::regclass::text) FROM pg_catalog.pg_publication_rel AS r \
    WHERE r.prpubid = p.oid), (SELECT string_agg('TABLES IN SCHEMA ' || quote_ident(m.nspname), ', ' \
    ORDER BY m.nspname) FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_depend AS e \
    ON e.classid = d.classid AND e.objid = d.objid \
    AND e.refclassid = 'pg_catalog.pg_namespace'::regclass \
    JOIN pg_catalog.pg_namespace AS m ON m.oid = e.refobjid \
    WHERE d.classid = to_regclass('pg_catalog.pg_publication_namespace') \
    AND d.refclassid = 'pg_catalog.pg_publication'::regclass AND d.refobjid = p.oid)), ''), '') END \
    || format(' WITH (publish = %L%s)', concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, \
    CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, \
    CASE WHEN p.pubtruncate THEN 'truncate' END), \
    CASE WHEN p.pubviaroot THEN ', publish_via_partition_root = true' END), \
    format('DROP PUBLICATION %I', p.pubname), obj_description(p.oid, 'pg_publication') \
    FROM pg_catalog.pg_publication AS p WHERE $1::text IS NULL \
    UNION ALL SELECT 'event trigger', '', g.evtname, \
    format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', g.evtname, g.evtevent, \
    (SELECT format(E' WHEN TAG IN (%s)', string_agg(quote_literal(t), ', ')) \
    FROM unnest(g.evttags) AS t), g.evtfoid::regproc) || CASE g.evtenabled WHEN 'O' THEN '' \
    ELSE format(E';\\nALTER EVENT TRIGGER %I %s', g.evtname, CASE g.evtenabled WHEN 'D' THEN 'DISABLE' \
    WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) END, \
    format('DROP EVENT TRIGGER %I', g.evtname), obj_description(g.oid, 'pg_event_trigger') \
    FROM pg_catalog.pg_event_trigger AS g \
    WHERE $1::text IS NULL AND ",
    is_own!("pg_event_trigger", "g.oid"),
    " \
    UNION ALL SELECT 'other', '', 'comment on schema ' || n.nspname, \
    format('COMMENT ON SCHEMA %I IS %L', n.nspname, d.description), \
    format('COMMENT ON SCHEMA %I IS NULL', n.nspname), NULL \
    FROM schemas AS n JOIN pg_catalog.pg_description AS d ON d.objoid = n.oid \
    AND d.classoid = 'pg_catalog.pg_namespace'::regclass \
    WHERE $1::text IS NULL AND (n.nspname, d.description) <> ('public', 'standard public schema') \
    UNION ALL SELECT 'other', n.nspname, 'comment on constraint ' || k.conname || ' of domain ' \
    || t.typname, \
    format('COMMENT ON CONSTRAINT %I ON DOMAIN %s%I IS %L', k.conname, n.prefix, t.typname, d.description), \
    format('COMMENT ON CONSTRAINT %I ON DOMAIN %s%I IS NULL', k.conname, n.prefix, t.typname), NULL \
    FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_type AS t ON t.oid = k.contypid \
    JOIN schemas AS n ON n.oid = t.typnamespace \
    JOIN pg_catalog.pg_description AS d ON d.objoid = k.oid \
    AND d.classoid = 'pg_catalog.pg_constraint'::regclass\
    ) AS b (kind, schema, name, made, dropped, noted) \
    ORDER BY b.kind, b.schema COLLATE \"C\", b.name COLLATE \"C\""
);
