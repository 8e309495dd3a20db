//! Functions, procedures and aggregates, as the statements that make and drop them.

use super::{is_own, schemas};

/// Kind, schema, name with the types of its arguments, both statements, comment; `$1` is the only
/// schema that is looked at, or NULL.
pub(in crate::inspect) const ROUTINES: &str = concat!(
    "WITH ",
    schemas!(),
    " SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' \
    ELSE 'function' END, n.nspname, \
    p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', \
    CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) \
    ELSE (SELECT 'CREATE AGGREGATE ' || n.prefix || quote_ident(p.proname) || '(' \
    || coalesce(nullif(pg_get_function_arguments(p.oid), ''), '*') || E') (\\n  ' \
    || array_to_string(ARRAY['SFUNC = ' || a.aggtransfn::regproc, \
    'STYPE = ' || format_type(a.aggtranstype, NULL), \
    'SSPACE = ' || nullif(a.aggtransspace, 0), \
    'FINALFUNC = ' || nullif(a.aggfinalfn, 0)::regproc, \
    CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END, \
    'FINALFUNC_MODIFY = ' || CASE WHEN a.aggfinalfn <> 0 THEN CASE a.aggfinalmodify \
    WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END, \
    'COMBINEFUNC = ' || nullif(a.aggcombinefn, 0)::regproc, \
    'SERIALFUNC = ' || nullif(a.aggserialfn, 0)::regproc, \
    'DESERIALFUNC = ' || nullif(a.aggdeserialfn, 0)::regproc, \
    'INITCOND = ' || quote_literal(a.agginitval), \
    'MSFUNC = ' || nullif(a.aggmtransfn, 0)::regproc, \
    'MINVFUNC = ' || nullif(a.aggminvtransfn, 0)::regproc, \
    'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL), \
    'MSSPACE = ' || nullif(a.aggmtransspace, 0), \
    'MFINALFUNC = ' || nullif(a.aggmfinalfn, 0)::regproc, \
    CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END, \
    'MFINALFUNC_MODIFY = ' || CASE WHEN a.aggmfinalfn <> 0 THEN CASE a.aggmfinalmodify \
    WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END, \
    'MINITCOND = ' || quote_literal(a.aggminitval), \
    'SORTOP = ' || (SELECT format('OPERATOR(%I.%s)', m.nspname, o.oprname) \
    FROM pg_catalog.pg_operator AS o JOIN pg_catalog.pg_namespace AS m ON m.oid = o.oprnamespace \
    WHERE o.oid = a.aggsortop), \
    CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END, \
    CASE a.aggkind WHEN 'h' THEN 'HYPOTHETICAL' END], E',\\n  ') || E'\\n)' \
    FROM pg_catalog.pg_aggregate AS a WHERE a.aggfnoid = p.oid) END, \
    format('DROP %s %s%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' \
    ELSE 'FUNCTION' END, n.prefix, p.proname, CASE WHEN p.prokind = 'a' AND p.pronargs = 0 THEN '*' \
    ELSE pg_get_function_identity_arguments(p.oid) END), obj_description(p.oid, 'pg_proc') \
    FROM pg_catalog.pg_proc AS p JOIN schemas AS n ON n.oid = p.pronamespace \
    WHERE ",
    is_own!("pg_proc", "p.oid"),
    " \
    ORDER BY n.nspname, p.proname, p.oid"
);
