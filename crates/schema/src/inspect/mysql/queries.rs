//! The questions, over `information_schema`. `$1` is a name, or NULL for all.

/// Tells MariaDB from MySQL: the two keep some things in other columns.
/// Those before 10.6 ignore no index.
pub(super) const BRAND: &str = "\
    SELECT version() LIKE '%MariaDB%', EXISTS (SELECT 1 FROM information_schema.columns \
    WHERE table_schema = 'information_schema' AND table_name = 'STATISTICS' \
    AND column_name = 'IGNORED')";

pub(super) const NAMES: &str = "\
    SELECT table_name FROM information_schema.tables \
    WHERE table_schema = database() AND table_type <> 'SEQUENCE' \
    ORDER BY lower(table_name), table_name";

pub(super) const RELATIONS: &str = "\
    SELECT t.table_schema, t.table_name, t.table_type, t.table_comment, \
    coalesce(t.create_options, ''), coalesce(t.engine, ''), coalesce(t.table_collation, ''), \
    @@collation_database \
    FROM information_schema.tables t \
    WHERE t.table_schema = database() AND t.table_type <> 'SEQUENCE' \
    AND ($1 IS NULL OR lower(t.table_name) = lower($1)) \
    ORDER BY lower(t.table_name), t.table_name";

/// Answers the question for columns: only MySQL tells `srs_id`, the system of places.
pub(super) fn columns(place: &str) -> String {
    format!(
        "SELECT table_name, column_name, \
         concat(column_type, coalesce(concat(' SRID ', {place}), '')), is_nullable = 'YES', \
         column_default, lower(extra), generation_expression, column_comment, collation_name \
         FROM information_schema.columns \
         WHERE table_schema = database() AND ($1 IS NULL OR lower(table_name) = lower($1)) \
         ORDER BY table_name, ordinal_position"
    )
}

/// Answers the question for indexes: only MySQL tells `expression`, and each brand has words of its
/// own for what keeps an index out of plans.
pub(super) fn indexes(expression: &str, unused: &str) -> String {
    format!(
        "SELECT table_name, index_name, non_unique = 0, column_name, \
         coalesce(collation, 'A') = 'D', sub_part, lower(index_type), {expression}, \
         coalesce(index_comment, ''), {unused} \
         FROM information_schema.statistics \
         WHERE table_schema = database() AND ($1 IS NULL OR lower(table_name) = lower($1)) \
         ORDER BY table_name, index_name = 'PRIMARY' DESC, index_name, seq_in_index"
    )
}

pub(super) const FOREIGN_KEYS: &str = "\
    SELECT k.table_name, k.constraint_name, k.column_name, \
    CASE WHEN k.referenced_table_schema = database() THEN k.referenced_table_name \
    ELSE concat(k.referenced_table_schema, '.', k.referenced_table_name) END, \
    k.referenced_column_name, r.update_rule, r.delete_rule \
    FROM information_schema.key_column_usage k \
    JOIN information_schema.referential_constraints r \
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
    AND r.table_name = k.table_name \
    WHERE k.table_schema = database() AND k.referenced_table_name IS NOT NULL \
    AND ($1 IS NULL OR lower(k.table_name) = lower($1)) \
    ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

pub(super) const CHECKS: &str = "\
    SELECT t.table_name, c.constraint_name, c.check_clause, t.enforced = 'NO' \
    FROM information_schema.check_constraints c \
    JOIN information_schema.table_constraints t \
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name \
    AND t.constraint_type = 'CHECK' \
    WHERE t.table_schema = database() AND ($1 IS NULL OR lower(t.table_name) = lower($1)) \
    ORDER BY t.table_name, c.constraint_name";

/// On MariaDB the names of constraints are each table's own.
pub(super) const CHECKS_OF_MARIADB: &str = "\
    SELECT table_name, constraint_name, check_clause, false \
    FROM information_schema.check_constraints \
    WHERE constraint_schema = database() AND ($1 IS NULL OR lower(table_name) = lower($1)) \
    ORDER BY table_name, constraint_name";

pub(super) const TRIGGERS: &str = "\
    SELECT event_object_table, trigger_name, action_timing, event_manipulation, action_statement \
    FROM information_schema.triggers \
    WHERE trigger_schema = database() AND ($1 IS NULL OR lower(event_object_table) = lower($1)) \
    ORDER BY event_object_table, action_order, trigger_name";

/// Routines with their parameters; the first of a function is what it answers. A body with quotes or
/// backslashes is told without some of them, and is not asked for here.
pub(super) const ROUTINES: &str = "\
    SELECT r.routine_type, r.routine_name, r.routine_body, \
    CASE WHEN r.routine_definition NOT REGEXP '[''\"`\\\\\\\\]' THEN r.routine_definition END, \
    r.is_deterministic = 'YES', r.sql_data_access, r.security_type, r.routine_comment, \
    coalesce(p.ordinal_position, -1), coalesce(p.parameter_mode, ''), \
    coalesce(p.parameter_name, ''), concat(coalesce(p.dtd_identifier, ''), \
    CASE WHEN p.collation_name <> @@collation_database \
    THEN concat(' CHARSET ', p.character_set_name, ' COLLATE ', p.collation_name) ELSE '' END) \
    FROM information_schema.routines r LEFT JOIN information_schema.parameters p \
    ON p.specific_schema = r.routine_schema AND p.specific_name = r.routine_name \
    AND p.routine_type = r.routine_type \
    WHERE r.routine_schema = database() \
    ORDER BY r.routine_type, r.routine_name, p.ordinal_position";

pub(super) const EVENTS: &str = "\
    SELECT event_name FROM information_schema.events WHERE event_schema = database() \
    ORDER BY event_name";

pub(super) const SEQUENCES: &str = "\
    SELECT table_name FROM information_schema.tables \
    WHERE table_schema = database() AND table_type = 'SEQUENCE' ORDER BY table_name";
