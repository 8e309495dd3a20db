//! Indexes.

use fastrand::Rng;
use hypostyle::schema::{Column, Index, IndexPart, IndexedBy, Nulls, Origin};

use super::table::words;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::{Family, family, is_indexed};

pub(crate) fn add(draft: &mut Draft, rng: &mut Rng) {
    let at = draft.table(rng);
    let name = draft.name(rng, "i");
    let names = some_columns(draft, rng, at, 3);
    let table = &mut draft.schema.tables[at];
    if !names.is_empty() {
        let parts = names.into_iter().map(IndexPart::of).collect();
        table.indexes.push(Index { name, parts, ..Index::default() });
    }
}

/// Chooses columns of a table that an index takes, in any order.
pub(super) fn some_columns(draft: &Draft, rng: &mut Rng, table: usize, most: usize) -> Vec<String> {
    let may_be =
        |column: &&Column| column.generated.is_none() && is_indexed(&column.declared, draft.engine);
    let columns = draft.schema.tables[table].columns.iter();
    let mut names: Vec<String> = columns.filter(may_be).map(|column| column.name.clone()).collect();
    rng.shuffle(&mut names);
    names.truncate(rng.usize(1..=most));
    names
}

/// Adds an index of one column of a family, and says where it is.
fn of_column(draft: &mut Draft, rng: &mut Rng, wanted: Family) -> (usize, usize) {
    let (at, place) = draft.column(rng, wanted);
    let column = draft.schema.tables[at].columns[place].name.clone();
    let name = draft.name(rng, "i");
    let indexes = &mut draft.schema.tables[at].indexes;
    let has = |index: &Index| {
        index.origin == Origin::Created
            && index.method.is_none()
            && index.parts.len() == 1
            && index.parts[0].column() == Some(&column)
    };
    let place = indexes.iter().position(has).unwrap_or_else(|| {
        indexes.push(Index { name, parts: vec![IndexPart::of(column)], ..Index::default() });
        indexes.len() - 1
    });
    (at, place)
}

pub(crate) fn drop_one(draft: &mut Draft, rng: &mut Rng) {
    let tables = draft.schema.tables.iter_mut();
    for table in tables {
        if let Some(at) = table.indexes.iter().position(|it| it.origin == Origin::Created) {
            let _ = rng.bool();
            table.indexes.remove(at);
            return;
        }
    }
}

pub(crate) fn rename(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    draft.schema.tables[at].indexes[place].name = draft.name(rng, "i");
}

pub(crate) fn unique(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    draft.schema.tables[at].indexes[place].unique ^= true;
}

pub(crate) fn expression(draft: &mut Draft, rng: &mut Rng) {
    let wanted = [Family::Int, Family::Text][rng.usize(..2)];
    let wanted = if matches!(draft.engine, Engine::MySql(_)) { Family::Int } else { wanted };
    let (at, place) = draft.column(rng, wanted);
    let table = &draft.schema.tables[at];
    let column = draft.quoted(&table.columns[place].name);
    let text = match wanted {
        Family::Text => format!("lower({column})"),
        _ => [format!("({column} + 1)"), format!("({column} * 2)")][rng.usize(..2)].clone(),
    };
    let name = draft.name(rng, "i");
    let by_column = IndexedBy::Column(table.columns[place].name.clone());
    let by_text = IndexedBy::Expression(text);
    let is_plain = |index: &&mut Index| {
        index.method.is_none() && index.predicate.is_none() && index.include.is_empty()
    };
    // One of two times one that is there orders by the other.
    let indexes = &mut draft.schema.tables[at].indexes;
    let had = indexes.iter_mut().filter(is_plain).find(|index| {
        index.origin == Origin::Created
            && (index.parts == [IndexPart { by: by_column.clone(), ..IndexPart::default() }]
                || matches!(&index.parts[0].by, IndexedBy::Expression(_)))
    });
    match had.filter(|_| rng.bool()) {
        Some(index) => {
            let is_by_column = matches!(index.parts[0].by, IndexedBy::Column(_));
            index.parts[0].by = if is_by_column { by_text } else { by_column };
        }
        None => {
            let parts = vec![IndexPart { by: by_text, ..IndexPart::default() }];
            indexes.push(Index { name, parts, ..Index::default() });
        }
    }
}

fn first_part(draft: &mut Draft, at: usize, place: usize) -> &mut IndexPart {
    &mut draft.schema.tables[at].indexes[place].parts[0]
}

pub(crate) fn descending(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    first_part(draft, at, place).descending ^= true;
}

pub(crate) fn collation(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Text);
    let collations = match draft.engine {
        Engine::Sqlite => ["NOCASE", "RTRIM"],
        _ => ["C", "POSIX"],
    };
    let wanted = collations[rng.usize(..2)].to_owned();
    let part = first_part(draft, at, place);
    part.collation = Some(wanted).filter(|it| part.collation.as_ref() != Some(it));
}

pub(crate) fn nulls(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    let part = first_part(draft, at, place);
    if part.nulls.is_none() {
        part.descending = rng.u8(..3) > 0;
    }
    // What is usual stands as nothing.
    let unusual = if part.descending { Nulls::Last } else { Nulls::First };
    part.nulls = if part.nulls.is_none() { Some(unusual) } else { None };
}

pub(crate) fn class(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Text);
    let column = draft.schema.tables[at].columns[place].clone();
    let class = if column.declared == "text" { "text_pattern_ops" } else { "varchar_pattern_ops" };
    let name = draft.name(rng, "i");
    let part = IndexPart { class: Some(class.to_owned()), ..IndexPart::of(column.name) };
    draft.schema.tables[at].indexes.push(Index { name, parts: vec![part], ..Index::default() });
}

pub(crate) fn prefix(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = draft.column(rng, Family::Text);
    let column = draft.schema.tables[at].columns[place].name.clone();
    let name = draft.name(rng, "i");
    let parts = draft.schema.tables[at].indexes.iter_mut().flat_map(|index| &mut index.parts);
    let had = parts.filter(|part| part.column() == Some(&column)).find(|it| it.prefix.is_some());
    match had.filter(|_| rng.u8(..3) > 0) {
        Some(part) => part.prefix = Some(rng.u32(9..15)),
        None => {
            let part = IndexPart { prefix: Some(rng.u32(3..9)), ..IndexPart::of(column) };
            let index = Index { name, parts: vec![part], ..Index::default() };
            draft.schema.tables[at].indexes.push(index);
        }
    }
}

pub(crate) fn predicate(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    let index = &draft.schema.tables[at].indexes[place];
    let Some(column) = index.parts[0].column().map(|name| draft.quoted(name)) else { return };
    let conditions = [format!("{column} > 5"), format!("{column} IS NOT NULL")];
    let index = &mut draft.schema.tables[at].indexes[place];
    let wanted = conditions[rng.usize(..2)].clone();
    index.predicate = Some(wanted).filter(|it| index.predicate.as_ref() != Some(it));
}

pub(crate) fn method(draft: &mut Draft, rng: &mut Rng) {
    let is_postgres = matches!(draft.engine, Engine::Postgres);
    let wanted = if is_postgres { Family::Int } else { Family::Text };
    let (at, place) = draft.column(rng, wanted);
    let table = &draft.schema.tables[at];
    let column = table.columns[place].name.clone();
    let has_usual = is_indexed(&table.columns[place].declared, draft.engine);
    let method = match is_postgres {
        true => ["hash", "brin"][rng.usize(..2)],
        false => "fulltext",
    };
    let name = draft.name(rng, "i");
    let method = Some(method.to_owned());
    let parts = vec![IndexPart::of(column)];
    // One of two times one that is there gets another, or the usual one.
    let had = draft.schema.tables[at].indexes.iter_mut();
    let mut had = had.filter(|index| index.origin == Origin::Created && index.parts == parts);
    if let Some(index) = had.next().filter(|it| it.method.is_some() && has_usual && rng.bool()) {
        index.method = method.filter(|it| index.method.as_ref() != Some(it));
        return;
    }
    draft.schema.tables[at].indexes.push(Index { name, method, parts, ..Index::default() });
}

pub(crate) fn include(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    let table = &mut draft.schema.tables[at];
    let other = table
        .columns
        .iter()
        .find(|it| it.generated.is_none() && family(&it.declared) == Family::Text);
    let other = other.map(|column| column.name.clone());
    let index = &mut table.indexes[place];
    match index.include.is_empty() {
        true => index.include.extend(other),
        false => index.include.clear(),
    }
}

pub(crate) fn option(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    let index = &mut draft.schema.tables[at].indexes[place];
    index.options = match index.options.is_empty() {
        true => vec![format!("fillfactor={}", rng.u8(50..90))],
        false => Vec::new(),
    };
}

pub(crate) fn unused(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    draft.schema.tables[at].indexes[place].unused ^= true;
}

pub(crate) fn comment(draft: &mut Draft, rng: &mut Rng) {
    let (at, place) = of_column(draft, rng, Family::Int);
    draft.schema.tables[at].indexes[place].comment = words(rng);
}
