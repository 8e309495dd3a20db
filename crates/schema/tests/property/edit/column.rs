//! Columns.

use fastrand::Rng;
use hypostyle::schema::{Column, Generated, Identity, IndexedBy, Storage, TableKind};

use super::table::words;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::{Family, family, is_indexed, types};

const OF_STRICT: &[&str] = &["INTEGER", "INT", "TEXT", "REAL", "BLOB"];

/// Makes up a column of a table, of a family where one is wanted.
pub(crate) fn of(draft: &Draft, rng: &mut Rng, at: usize, wanted: Option<Family>) -> Column {
    let is_strict = draft.schema.tables[at].strict;
    let all = if is_strict { OF_STRICT } else { types(draft.engine) };
    let fits = |declared: &&&str| wanted.is_none_or(|wanted| family(declared) == wanted);
    let mut fitting: Vec<&&str> = all.iter().filter(fits).collect();
    if fitting.is_empty() {
        // A strict table has few types.
        fitting.extend(all);
    }
    let declared = fitting[rng.usize(..fitting.len())];
    Column {
        name: draft.name(rng, "c"),
        declared: (*declared).to_owned(),
        nullable: rng.u8(..3) > 0,
        default: if rng.u8(..3) == 0 { default_of(declared, draft.engine, rng) } else { None },
        ..Column::default()
    }
}

/// A default that fits the type: a literal, a function or an expression.
pub(crate) fn default_of(declared: &str, engine: Engine, rng: &mut Rng) -> Option<String> {
    let choices: &[&str] = match family(declared) {
        Family::Int if declared.contains("unsigned") => &["7", "0"],
        Family::Int => &["7", "-3", "(1 + 2)", "0"],
        Family::Text => &["'it''s'", "'x'", "''", "'a\"b'"],
        Family::Decimal => &["1.50", "-2.25", "0"],
        Family::Float => &["1.5", "-0.25"],
        Family::Bool => &["true", "false"],
        Family::Date => &["'2024-02-29'"],
        Family::Moment => match engine {
            Engine::MySql(_) => &["CURRENT_TIMESTAMP(6)", "'2024-02-29 01:02:03.000000'"],
            _ => &["CURRENT_TIMESTAMP", "'2024-02-29 01:02:03'"],
        },
        Family::Labels => &["'a'", "'b'"],
        Family::Uuid => &["'6ba7b810-9dad-11d1-80b4-00c04fd430c8'"],
        Family::Json if matches!(engine, Engine::Postgres) => &["'{\"a\": 1}'"],
        Family::List if matches!(engine, Engine::Postgres) => &["'{1}'"],
        _ => return None,
    };
    Some(choices[rng.usize(..choices.len())].to_owned())
}

pub(crate) fn add(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let column = of(draft, rng, at, None);
    let columns = &mut draft.schema.tables[at].columns;
    let place = if rng.u8(..4) == 0 { rng.usize(..=columns.len()) } else { columns.len() };
    columns.insert(place, column);
}

pub(crate) fn drop_one(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let columns = &mut draft.schema.tables[at].columns;
    if columns.len() > 1 {
        let place = rng.usize(..columns.len());
        columns.remove(place);
    }
}

pub(crate) fn rename(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let columns = &draft.schema.tables[at].columns;
    let old = columns[rng.usize(..columns.len())].name.clone();
    let new = draft.name(rng, "c");
    draft.rename(&old, &new);
}

/// Gives a column another type: of the same family, or one that any text may be of.
#[expect(clippy::too_many_lines, reason = "what a type leaves behind is one list")]
pub(crate) fn retype(draft: &mut Draft, rng: &mut Rng) {
    let wanted = [Family::Int, Family::Text, Family::Decimal, Family::Float][rng.usize(..4)];
    let (at, place) = draft.column(rng, wanted);
    let table = &draft.schema.tables[at];
    let old = family(&table.columns[place].declared);
    let numbers = [Family::Int, Family::Decimal, Family::Float];
    let may_become = |new: Family| {
        new == old
            || old == Family::Text
            || new == Family::Text
            || numbers.contains(&old) && numbers.contains(&new)
    };
    let all = if table.strict { OF_STRICT } else { types(draft.engine) };
    let fitting: Vec<&&str> = all.iter().filter(|it| may_become(family(it))).collect();
    let declared = *fitting[rng.usize(..fitting.len())];
    let column = table.columns[place].clone();
    let default = match family(declared) == old && !declared.contains("unsigned") {
        true => column.default.clone(),
        false => column.default.as_ref().and_then(|_| default_of(declared, draft.engine, rng)),
    };
    let is_of_texts = family(declared) == Family::Text;
    let quoted = draft.quoted(&column.name);
    let engine = draft.engine;
    let table = &mut draft.schema.tables[at];
    table.columns[place] = Column {
        declared: declared.to_owned(),
        default,
        collation: column.collation.clone().filter(|_| is_of_texts),
        identity: column
            .identity
            .filter(|_| family(declared) == Family::Int && engine.name() != "sqlite"),
        ..column.clone()
    };
    if family(declared) != old {
        table.checks.retain(|check| !check.expression.contains(&quoted));
        table.columns.retain(|it| {
            let expression = it.generated.as_ref().and_then(|it| it.expression.as_ref());
            !expression.is_some_and(|text| text.contains(&quoted))
        });
        table.triggers.retain(|trigger| !trigger.sql.contains(&quoted));
        table.definitions.retain(|definition| !definition.sql.contains(&quoted));
        table.indexes.retain(|index| {
            !index.predicate.as_ref().is_some_and(|text| text.contains(&quoted))
                && !index.parts.iter().any(|part| match &part.by {
                    IndexedBy::Column(name) => {
                        *name == column.name
                            && (part.class.is_some()
                                || part.prefix.is_some()
                                || part.collation.is_some()
                                || index.method.is_some())
                    }
                    IndexedBy::Expression(text) => text.contains(&quoted),
                })
        });
        let views = quoted.as_str();
        draft
            .schema
            .tables
            .retain(|it| !it.sql.as_deref().is_some_and(|sql| sql.contains(&format!("{views} >"))));
    }
    let read = draft.schema.tables.iter_mut().filter(|table| table.kind != TableKind::Table);
    for seen in read.flat_map(|view| &mut view.columns).filter(|it| it.name == column.name) {
        seen.default = None;
    }
    let Some(table) = draft
        .schema
        .tables
        .iter_mut()
        .find(|it| it.columns.iter().any(|it| it.name == column.name))
    else {
        return;
    };
    if !is_indexed(declared, engine) {
        table.primary_key.retain(|name| *name != column.name);
        table.without_rowid &= !table.primary_key.is_empty();
        table
            .indexes
            .retain(|index| !index.parts.iter().any(|part| part.column() == Some(&column.name)));
        table.foreign_keys.retain(|key| !key.columns.contains(&column.name));
    }
}

pub(crate) fn nullability(draft: &mut Draft, rng: &mut Rng) {
    let wanted = [Family::Int, Family::Text, Family::Date][rng.usize(..2)];
    let (at, place) = draft.column(rng, wanted);
    let column = &mut draft.schema.tables[at].columns[place];
    column.nullable = !column.nullable;
}

pub(crate) fn default(draft: &mut Draft, rng: &mut Rng) {
    let wanted = [Family::Int, Family::Text, Family::Moment, Family::Decimal, Family::Bool];
    let many = if draft.schema.tables.iter().any(|it| it.strict) { 2 } else { wanted.len() };
    let wanted = wanted[rng.usize(..many)];
    let (at, place) = draft.column(rng, wanted);
    let column = &draft.schema.tables[at].columns[place];
    if column.identity.is_some() {
        return;
    }
    let default = match rng.u8(..3) {
        0 => None,
        _ => default_of(&column.declared, draft.engine, rng),
    };
    draft.schema.tables[at].columns[place].default = default;
}

/// A computed column comes, is computed otherwise, or stores what it had.
pub(crate) fn generated(draft: &mut Draft, rng: &mut Rng) {
    let (mut at, mut place) = draft.column(rng, Family::Int);
    let is_computed = |column: &Column| column.generated.is_some();
    let is_by = |column: &Column| {
        column.generated.is_none() && !column.hidden && family(&column.declared) == Family::Int
    };
    // Two of three times one that is there is computed otherwise.
    let tables = draft.schema.tables.iter().enumerate();
    let with = tables.filter(|(_, table)| table.kind == TableKind::Table);
    let mut with = with.filter(|(_, table)| table.columns.iter().any(is_computed));
    if let Some((had, table)) = with.next().filter(|_| rng.u8(..3) > 0)
        && let Some(by) = table.columns.iter().position(is_by)
    {
        (at, place) = (had, by);
    }
    let storage = match draft.engine {
        Engine::Postgres => Storage::Stored,
        Engine::DuckDb => Storage::Virtual,
        _ => [Storage::Stored, Storage::Virtual][rng.usize(..2)],
    };
    let table = &draft.schema.tables[at];
    let by = draft.quoted(&table.columns[place].name);
    let expression = Some([format!("{by} * 2"), format!("{by} + 1")][rng.usize(..2)].clone());
    let declared = table.columns[place].declared.clone();
    let generated = Some(Generated { storage, expression });
    let had = table.columns.iter().position(|column| column.generated.is_some());
    match (had, rng.u8(..3)) {
        (Some(had), 0) => draft.schema.tables[at].columns[had].generated = None,
        (Some(had), _) => draft.schema.tables[at].columns[had].generated = generated,
        _ => {
            let name = draft.name(rng, "c");
            let column = Column { name, declared, nullable: true, generated, ..Column::default() };
            draft.schema.tables[at].columns.push(column);
        }
    }
}

pub(crate) fn identity(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Int);
    let engine = draft.engine;
    let table = &mut draft.schema.tables[at];
    let name = table.columns[place].name.clone();
    let had = table.columns[place].identity;
    let wanted = match engine {
        Engine::Sqlite => Identity::Autoincrement,
        Engine::Postgres => [Identity::Always, Identity::ByDefault][rng.usize(..2)],
        _ => Identity::ByDefault,
    };
    table.primary_key = vec![name];
    table.without_rowid = false;
    let column = &mut table.columns[place];
    column.default = None;
    column.identity = if had == Some(wanted) { None } else { Some(wanted) };
    if matches!(engine, Engine::Sqlite) {
        "INTEGER".clone_into(&mut column.declared);
        column.collation = None;
    }
    if matches!(engine, Engine::Postgres) && column.identity.is_some() && rng.bool() {
        column.numbering.increment = Some(rng.i64(2..9));
    } else {
        column.numbering = hypostyle::schema::SequenceOptions::default();
    }
}

pub(crate) fn collation(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Text);
    let collations: &[&str] = match draft.engine {
        Engine::Sqlite => &["NOCASE", "RTRIM"],
        Engine::Postgres => &["C", "POSIX"],
        Engine::DuckDb => &["NOCASE", "NOACCENT"],
        _ => &["utf8mb4_unicode_ci", "latin1_bin"],
    };
    let collation = collations[rng.usize(..collations.len())].to_owned();
    let column = &mut draft.schema.tables[at].columns[place];
    column.collation = Some(collation).filter(|it| column.collation.as_ref() != Some(it));
}

pub(crate) fn on_update(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Moment);
    let column = &mut draft.schema.tables[at].columns[place];
    column.on_update = match column.on_update {
        None => Some("CURRENT_TIMESTAMP(6)".to_owned()),
        Some(_) => None,
    };
}

pub(crate) fn labels(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Labels);
    let column = &mut draft.schema.tables[at].columns[place];
    let lists = ["'a', 'b'", "'a', 'it''s', 'b'", "'b', 'a'", "'a', 'b', 'c,d'"];
    column.declared = format!("ENUM({})", lists[rng.usize(..lists.len())]);
}

pub(crate) fn comment(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let columns = &mut draft.schema.tables[at].columns;
    let place = rng.usize(..columns.len());
    columns[place].comment = words(rng);
}

pub(crate) fn hide(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Int);
    let columns = &mut draft.schema.tables[at].columns;
    let seen = columns.iter().filter(|column| !column.hidden).count();
    columns[place].hidden = !columns[place].hidden && seen > 1;
}
