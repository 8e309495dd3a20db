//! Tables: whether they are there, what they are called, what is set for them.

use fastrand::Rng;
use hypostyle::schema::{Column, Definition, DefinitionKind, Table, TableOption, Trigger};

use super::column;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::{Family, family};

pub(crate) fn add(draft: &mut Draft, rng: &mut Rng) {
    let name = draft.name(rng, "t");
    let schema = if matches!(draft.engine, Engine::Postgres) { "public" } else { "" };
    let table = Table { schema: schema.to_owned(), name, ..Table::default() };
    draft.schema.tables.push(table);
    let at = draft.schema.tables.len() - 1;
    let key = column::of(draft, rng, at, Some(Family::Int));
    let is_keyed = rng.u8(..10) > 0;
    let table = &mut draft.schema.tables[at];
    table.primary_key = if is_keyed { vec![key.name.clone()] } else { Vec::new() };
    table.columns.push(Column { default: None, ..key });
    for _ in 0..rng.usize(1..5) {
        let column = column::of(draft, rng, at, None);
        draft.schema.tables[at].columns.push(column);
    }
    draft.tidy();
}

pub(crate) fn drop_one(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    draft.schema.tables.remove(at);
}

pub(crate) fn rename(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let table = draft.schema.tables[at].clone();
    let new = draft.name(rng, "t");
    match &table.relation {
        None => draft.rename(&table.name, &new),
        Some(bare) => {
            let told = format!("{}.{new}", table.schema);
            if new.contains('"') {
                return;
            }
            draft.rename(bare, &new);
            draft.rename(&table.name, &told);
            draft.schema.tables[at].relation = Some(new);
        }
    }
}

pub(crate) fn comment(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    draft.schema.tables[at].comment = words(rng);
}

/// A comment, or none.
pub(crate) fn words(rng: &mut Rng) -> Option<String> {
    let words = ["it's", "two\nlines", "\\n is no line", "größer", ""][rng.usize(..5)];
    Some(words.to_owned()).filter(|words| !words.is_empty())
}

pub(crate) fn option(draft: &mut Draft, rng: &mut Rng) {
    let had = draft.schema.tables.iter().position(|table| !table.options.is_empty());
    let at = had.filter(|_| rng.u8(..3) > 0).unwrap_or_else(|| draft.table(rng));
    let options: &[(&str, &[&str])] = match draft.engine {
        Engine::Postgres => {
            &[("UNLOGGED", &[""]), ("WITH", &["(fillfactor=70)", "(fillfactor=80)"])]
        }
        _ => &[("ROW_FORMAT", &["DYNAMIC", "COMPRESSED"]), ("STATS_PERSISTENT", &["0", "1"])],
    };
    let (name, values) = options[rng.usize(..options.len())];
    let value = values[rng.usize(..values.len())];
    let table = &mut draft.schema.tables[at];
    let had = table.options.iter().position(|option| option.name == name);
    let had = had.map(|at| table.options.remove(at));
    if rng.bool() {
        table.options.clear();
    }
    if had.is_none_or(|had| had.value != value) {
        table.options.push(TableOption { name: name.to_owned(), value: value.to_owned() });
        table.options.sort_by(|one, other| one.name.cmp(&other.name));
    }
}

pub(crate) fn strict(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let table = &mut draft.schema.tables[at];
    table.strict = !table.strict;
    for column in &mut table.columns {
        let declared = match family(&column.declared) {
            _ if !table.strict => continue,
            Family::Int | Family::Bool => "INTEGER",
            Family::Float | Family::Decimal => "REAL",
            Family::Bytes => "BLOB",
            _ => "TEXT",
        };
        declared.clone_into(&mut column.declared);
    }
}

pub(crate) fn without_rowid(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let table = &mut draft.schema.tables[at];
    let is_numbered = table.columns.iter().any(|column| column.identity.is_some());
    table.without_rowid = !table.without_rowid && !table.primary_key.is_empty() && !is_numbered;
}

pub(crate) fn move_to_schema(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let bare = draft.schema.tables[at].bare_name().to_owned();
    if bare.contains('"') {
        return;
    }
    let quoted = draft.quoted(&bare);
    let old = draft.schema.tables[at].name.clone();
    let schema = draft.name(rng, "s").replace('"', "_");
    let new = format!("{schema}.{bare}");
    // What names the table names it without the schema.
    draft.schema.tables.retain(|it| !it.sql.as_deref().is_some_and(|sql| sql.contains(&quoted)));
    let Some(at) = draft.schema.tables.iter().position(|table| table.name == old) else { return };
    draft.schema.tables[at].triggers.clear();
    draft.schema.tables[at].definitions.clear();
    let owns = |owner: &(String, String)| owner.0 == old;
    draft.schema.sequences.retain(|it| !it.owned_by.as_ref().is_some_and(owns));
    draft.rename(&old, &new);
    let table = &mut draft.schema.tables[at];
    table.relation = Some(bare);
    table.schema = schema;
}

/// A table is added in another schema, beside which none stands yet or the one that is there.
pub(crate) fn add_in_schema(draft: &mut Draft, rng: &mut Rng) {
    let before = draft.schema.tables.len();
    add(draft, rng);
    let other = draft.schema.schemas.first().filter(|_| rng.bool()).cloned();
    let schema = other.unwrap_or_else(|| draft.name(rng, "s").replace('"', "_"));
    for table in draft.schema.tables.iter_mut().skip(before) {
        let bare = table.name.replace('"', "_");
        table.name = format!("{schema}.{bare}");
        table.relation = Some(bare);
        table.schema.clone_from(&schema);
    }
}

pub(crate) fn trigger(draft: &mut Draft, rng: &mut Rng) {
    let (mut at, mut place) = draft.column(rng, Family::Int);
    let name = draft.name(rng, "g");
    // One of two times a trigger is replaced by another of its name.
    let had = draft.schema.tables.iter().position(|table| !table.triggers.is_empty());
    if let Some(had) = had.filter(|_| rng.bool()) {
        let columns = &draft.schema.tables[had].columns;
        let is_number =
            |column: &Column| family(&column.declared) == Family::Int && column.generated.is_none();
        (at, place) = match columns.iter().position(is_number) {
            Some(place) => (had, place),
            None => (at, place),
        };
    }
    let table = &draft.schema.tables[at];
    let (on, column) = (draft.quoted(table.bare_name()), draft.quoted(&table.columns[place].name));
    let event = ["INSERT", "UPDATE", "DELETE"][rng.usize(..3)];
    let had = table.triggers.first().map(|trigger| trigger.name.clone());
    let name = had.filter(|_| rng.u8(..3) > 0).unwrap_or(name);
    let quoted = draft.quoted(&name);
    let sql = match draft.engine {
        Engine::Sqlite => format!(
            "CREATE TRIGGER {quoted} AFTER {event} ON {on} BEGIN \
             UPDATE {on} SET {column} = {column} + 1 WHERE {column} < -1000 AND 'it''s;' <> ''; END"
        ),
        Engine::MySql(_) if event == "DELETE" => format!(
            "CREATE TRIGGER {quoted} AFTER DELETE ON {on} FOR EACH ROW SET @last = 'it''s \\\\'"
        ),
        Engine::MySql(_) => format!(
            "CREATE TRIGGER {quoted} BEFORE {event} ON {on} FOR EACH ROW \
             BEGIN SET @last = NEW.{column}; SET @more = @last + 1; END"
        ),
        _ => {
            if table.relation.is_some() {
                return;
            }
            let function = super::beside::trigger_function(draft, rng);
            format!(
                "CREATE TRIGGER {quoted} BEFORE {event} ON {on} FOR EACH ROW \
                 EXECUTE FUNCTION {}()",
                draft.quoted(&function)
            )
        }
    };
    let table = &mut draft.schema.tables[at];
    table.triggers.retain(|trigger| trigger.name != name);
    table.triggers.push(Trigger { name, sql, ..Trigger::default() });
    table.triggers.sort_by(|one, other| one.name.cmp(&other.name));
}

pub(crate) fn rename_trigger(draft: &mut Draft, rng: &mut Rng) {
    let has = |table: &Table| !table.triggers.is_empty();
    if !draft.schema.tables.iter().any(has) {
        trigger(draft, rng);
    }
    let new = draft.name(rng, "g");
    let quoted = draft.quoted(&new);
    let named = |name: &str| format!("CREATE TRIGGER {name} ");
    let Some(at) = draft.schema.tables.iter().position(has) else { return };
    let old = named(&draft.quoted(&draft.schema.tables[at].triggers[0].name));
    let triggers = &mut draft.schema.tables[at].triggers;
    triggers[0].sql = triggers[0].sql.replace(&old, &named(&quoted));
    triggers[0].name = new;
    triggers.sort_by(|one, other| one.name.cmp(&other.name));
}

pub(crate) fn trigger_enabled(draft: &mut Draft, rng: &mut Rng) {
    let has = |table: &Table| !table.triggers.is_empty();
    if !draft.schema.tables.iter().any(has) {
        trigger(draft, rng);
    }
    let Some(table) = draft.schema.tables.iter_mut().find(|table| has(table)) else { return };
    let when = ["DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS", ""][rng.usize(..4)];
    table.triggers[0].enabled = Some(when.to_owned()).filter(|when| !when.is_empty());
    table.triggers[0].comment = words(rng);
}

/// A rule, statistics or an exclusion.
pub(crate) fn definition(draft: &mut Draft, rng: &mut Rng) {
    let (mut at, mut place) = draft.column(rng, Family::Int);
    // Two of three times one takes the place of another.
    let had = draft.schema.tables.iter().position(|table| !table.definitions.is_empty());
    if let Some(had) = had.filter(|_| rng.u8(..3) > 0) {
        let columns = &draft.schema.tables[had].columns;
        let is_number = |it: &Column| family(&it.declared) == Family::Int && it.generated.is_none();
        let Some(number) = columns.iter().position(is_number) else { return };
        (at, place) = (had, number);
        draft.schema.tables[at].definitions.clear();
    }
    let name = draft.name(rng, "x");
    let table = &draft.schema.tables[at];
    if table.relation.is_some() {
        return;
    }
    let (on, quoted) = (draft.quoted(&table.name), draft.quoted(&name));
    let column = draft.quoted(&table.columns[place].name);
    let other = table
        .columns
        .iter()
        .find(|it| family(&it.declared) == Family::Int && it.name != table.columns[place].name);
    let (kind, sql, drop) = match (rng.u8(..3), other) {
        (0, _) => (
            DefinitionKind::Rule,
            format!(
                "CREATE RULE {quoted} AS ON DELETE TO {on} WHERE old.{column} > 900 DO INSTEAD NOTHING"
            ),
            format!("DROP RULE {quoted} ON {on}"),
        ),
        (1, Some(other)) if other.generated.is_none() => (
            DefinitionKind::Statistics,
            format!(
                "CREATE STATISTICS {quoted} (dependencies) ON {column}, {} FROM {on}",
                draft.quoted(&other.name)
            ),
            format!("DROP STATISTICS {quoted}"),
        ),
        _ => (
            DefinitionKind::Constraint,
            format!(
                "ALTER TABLE {on} ADD CONSTRAINT {quoted} EXCLUDE USING btree ({column} WITH =)"
            ),
            format!("ALTER TABLE {on} DROP CONSTRAINT {quoted}"),
        ),
    };
    let made = Definition { kind, name, sql, drop, ..Definition::default() };
    draft.schema.tables[at].definitions.push(made);
}
