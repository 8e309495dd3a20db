//! What the model has no place for, and no statement is carried of: it is named.

use super::{is_own, schemas};

/// What of tables and their columns and indexes is beyond the model: table, words.
pub(in crate::inspect) const OF_TABLES: &str = "\
    WITH mine (oid) AS (SELECT unnest($1::int8[]::oid[])) \
    SELECT b.oid::int8, b.told FROM (\
    SELECT i.indrelid, 1, 'INVALID ' || pg_get_indexdef(i.indexrelid) \
    FROM pg_catalog.pg_index AS i JOIN mine ON mine.oid = i.indrelid WHERE NOT i.indisvalid \
    UNION ALL SELECT i.indrelid, 2, 'TABLESPACE ' || quote_ident(s.spcname) || ' of index ' \
    || x.relname \
    FROM pg_catalog.pg_index AS i JOIN mine ON mine.oid = i.indrelid \
    JOIN pg_catalog.pg_class AS x ON x.oid = i.indexrelid \
    JOIN pg_catalog.pg_tablespace AS s ON s.oid = x.reltablespace \
    UNION ALL SELECT i.indrelid, 3, 'settings of ' || pg_get_indexdef(i.indexrelid) \
    FROM pg_catalog.pg_index AS i JOIN mine ON mine.oid = i.indrelid \
    WHERE EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indexrelid \
    AND (a.attstattarget > 0 OR EXISTS (SELECT FROM unnest(a.attoptions) AS o \
    WHERE left(o, 3) <> 'pg_')))\
    ) AS b (oid, place, told) ORDER BY b.oid, b.place, b.told COLLATE \"C\"";

/// What stands beside the tables and is beyond the model; who may do what is said here of tables, too.
/// `$1` is the only schema that is looked at, or NULL.
pub(in crate::inspect) const BESIDE: &str = concat!(
    "WITH ",
    schemas!(),
    ", granted (kind, name, owner, acl, usual) AS (\
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END, \
    n.prefix || quote_ident(c.relname), c.relowner, c.relacl, NULL::aclitem[] \
    FROM pg_catalog.pg_class AS c JOIN schemas AS n ON n.oid = c.relnamespace \
    WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') \
    AND ",
    is_own!("pg_class", "c.oid"),
    " \
    UNION ALL SELECT 'COLUMN ', n.prefix || quote_ident(c.relname) || '.' || quote_ident(a.attname), \
    c.relowner, a.attacl, NULL \
    FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
    JOIN schemas AS n ON n.oid = c.relnamespace WHERE a.attacl IS NOT NULL \
    UNION ALL SELECT 'ROUTINE ', n.prefix || quote_ident(p.proname) || '(' \
    || pg_get_function_identity_arguments(p.oid) || ')', p.proowner, p.proacl, \
    acldefault('f', p.proowner) \
    FROM pg_catalog.pg_proc AS p JOIN schemas AS n ON n.oid = p.pronamespace \
    WHERE p.proacl IS NOT NULL AND ",
    is_own!("pg_proc", "p.oid"),
    " \
    UNION ALL SELECT 'TYPE ', n.prefix || quote_ident(t.typname), t.typowner, t.typacl, \
    acldefault('T', t.typowner) \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    WHERE t.typacl IS NOT NULL AND ",
    is_own!("pg_type", "t.oid"),
    " \
    UNION ALL SELECT 'SCHEMA ', quote_ident(n.nspname), s.nspowner, s.nspacl, i.initprivs \
    FROM schemas AS n JOIN pg_catalog.pg_namespace AS s ON s.oid = n.oid \
    LEFT JOIN pg_catalog.pg_init_privs AS i ON i.objoid = s.oid \
    AND i.classoid = 'pg_catalog.pg_namespace'::regclass WHERE s.nspacl IS NOT NULL), \
    rights (word, kind, name, grantee, rights) AS (\
    SELECT 'GRANT ', g.kind, g.name, x.grantee, \
    string_agg(x.privilege_type || CASE WHEN x.is_grantable THEN '*' ELSE '' END, ', ' \
    ORDER BY x.privilege_type) FROM granted AS g CROSS JOIN LATERAL aclexplode(g.acl) AS x \
    WHERE x.grantee <> g.owner AND (x.grantee, x.privilege_type, x.is_grantable) NOT IN (\
    SELECT u.grantee, u.privilege_type, u.is_grantable FROM aclexplode(g.usual) AS u) \
    GROUP BY 1, 2, 3, 4 \
    UNION ALL SELECT 'REVOKE ', g.kind, g.name, u.grantee, \
    string_agg(u.privilege_type, ', ' ORDER BY u.privilege_type) \
    FROM granted AS g CROSS JOIN LATERAL aclexplode(g.usual) AS u \
    WHERE (u.grantee, u.privilege_type) NOT IN (\
    SELECT x.grantee, x.privilege_type FROM aclexplode(g.acl) AS x) GROUP BY 1, 2, 3, 4) \
    SELECT b.told FROM (\
    SELECT 1, 'TYPE ' || n.prefix || quote_ident(t.typname) \
    FROM pg_catalog.pg_type AS t JOIN schemas AS n ON n.oid = t.typnamespace \
    LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid \
    WHERE (t.typtype = 'b' AND t.typcategory <> 'A' OR t.typtype = 'r' AND r.rngcanonical <> 0 \
    OR NOT t.typisdefined) \
    AND ",
    is_own!("pg_type", "t.oid"),
    " \
    UNION ALL SELECT 2, 'OPERATOR CLASS ' || n.prefix || quote_ident(o.opcname) || ' USING ' \
    || m.amname \
    FROM pg_catalog.pg_opclass AS o JOIN schemas AS n ON n.oid = o.opcnamespace \
    JOIN pg_catalog.pg_am AS m ON m.oid = o.opcmethod WHERE ",
    is_own!("pg_opclass", "o.oid"),
    " \
    UNION ALL SELECT 3, 'OPERATOR FAMILY ' || n.prefix || quote_ident(f.opfname) || ' USING ' \
    || m.amname \
    FROM pg_catalog.pg_opfamily AS f JOIN schemas AS n ON n.oid = f.opfnamespace \
    JOIN pg_catalog.pg_am AS m ON m.oid = f.opfmethod WHERE ",
    is_own!("pg_opfamily", "f.oid"),
    " \
    UNION ALL SELECT 4, 'CONVERSION ' || n.prefix || quote_ident(c.conname) \
    FROM pg_catalog.pg_conversion AS c JOIN schemas AS n ON n.oid = c.connamespace \
    WHERE ",
    is_own!("pg_conversion", "c.oid"),
    " \
    UNION ALL SELECT 5, 'TEXT SEARCH TEMPLATE ' || n.prefix || quote_ident(t.tmplname) \
    FROM pg_catalog.pg_ts_template AS t JOIN schemas AS n ON n.oid = t.tmplnamespace \
    WHERE ",
    is_own!("pg_ts_template", "t.oid"),
    " \
    UNION ALL SELECT 6, 'TEXT SEARCH PARSER ' || n.prefix || quote_ident(p.prsname) \
    FROM pg_catalog.pg_ts_parser AS p JOIN schemas AS n ON n.oid = p.prsnamespace \
    WHERE ",
    is_own!("pg_ts_parser", "p.oid"),
    " \
    UNION ALL SELECT 7, 'UNLOGGED SEQUENCE ' || n.prefix || quote_ident(c.relname) \
    FROM pg_catalog.pg_class AS c JOIN schemas AS n ON n.oid = c.relnamespace \
    WHERE c.relkind = 'S' AND c.relpersistence = 'u' AND NOT EXISTS (SELECT \
    FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS r ON r.oid = d.refobjid \
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid \
    AND d.deptype IN ('a', 'i') AND r.relpersistence = 'u') \
    UNION ALL SELECT 8, 'LANGUAGE ' || quote_ident(l.lanname) FROM pg_catalog.pg_language AS l \
    WHERE $1::text IS NULL AND l.oid >= 16384 AND ",
    is_own!("pg_language", "l.oid"),
    " \
    UNION ALL SELECT 9, 'ACCESS METHOD ' || quote_ident(m.amname) FROM pg_catalog.pg_am AS m \
    WHERE $1::text IS NULL AND m.oid >= 16384 AND ",
    is_own!("pg_am", "m.oid"),
    " \
    UNION ALL SELECT 10, 'TRANSFORM FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' \
    || quote_ident(l.lanname) \
    FROM pg_catalog.pg_transform AS t JOIN pg_catalog.pg_language AS l ON l.oid = t.trflang \
    WHERE $1::text IS NULL AND ",
    is_own!("pg_transform", "t.oid"),
    " \
    UNION ALL SELECT 11, 'USER MAPPING FOR ' || quote_ident(u.usename) || ' SERVER ' \
    || quote_ident(u.srvname) FROM pg_catalog.pg_user_mappings AS u WHERE $1::text IS NULL \
    UNION ALL SELECT 12, 'DEFAULT PRIVILEGES FOR ROLE ' \
    || quote_ident(pg_get_userbyid(d.defaclrole)) \
    || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ': ' || array_to_string(d.defaclacl, ', ') \
    FROM pg_catalog.pg_default_acl AS d LEFT JOIN schemas AS n ON n.oid = d.defaclnamespace \
    WHERE n.oid IS NOT NULL OR $1::text IS NULL AND d.defaclnamespace = 0 \
    UNION ALL SELECT 12, 'SUBSCRIPTION ' || quote_ident(s.subname) \
    FROM pg_catalog.pg_subscription AS s JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid \
    WHERE $1::text IS NULL AND d.datname = current_database() \
    UNION ALL SELECT 12, 'SECURITY LABEL ' || l.provider || ' ON ' || l.objtype || ' ' || l.objname \
    FROM pg_catalog.pg_seclabels AS l \
    WHERE $1::text IS NULL AND l.objtype NOT IN ('database', 'role', 'tablespace') \
    UNION ALL SELECT 13, r.word || r.rights || ' ON ' || r.kind || r.name \
    || CASE r.word WHEN 'GRANT ' THEN ' TO ' ELSE ' FROM ' END \
    || CASE r.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r.grantee)) END \
    FROM rights AS r WHERE $1::text IS NULL\
    ) AS b (place, told) ORDER BY b.place, b.told COLLATE \"C\""
);
