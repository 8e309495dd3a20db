//! What stands beside the tables.

use fastrand::Rng;
use hypostyle::schema::{
    Check, Column, Definition, DefinitionKind, Domain, Enumeration, Extension, Sequence,
};

use super::table::words;
use crate::draft::Draft;
use crate::engine::Engine;
use crate::family::Family;

const HOME: &str = "public";

pub(crate) fn extension(draft: &mut Draft, rng: &mut Rng) {
    let name = ["citext", "hstore", "pg_trgm"][rng.usize(..3)];
    let had = draft.schema.extensions.iter().position(|it| it.name == name);
    match had {
        Some(at) => drop(draft.schema.extensions.remove(at)),
        None => draft
            .schema
            .extensions
            .push(Extension { name: name.to_owned(), ..Extension::default() }),
    }
}

/// An enumeration is added, or has other labels.
pub(crate) fn enumeration(draft: &mut Draft, rng: &mut Rng) {
    let lists: [&[&str]; 5] =
        [&["a", "b"], &["a", "it's", "b"], &["b", "a"], &["a", "b", "c,d"], &["z", "a", "b"]];
    let labels: Vec<String> = lists[rng.usize(..5)].iter().map(|it| (*it).to_owned()).collect();
    if let Some(first) = draft.schema.enumerations.first_mut().filter(|_| rng.bool()) {
        first.comment = words(rng);
        first.labels = labels;
        return;
    }
    let name = format!("e{}", rng.u32(..100_000));
    let schema = HOME.to_owned();
    draft.schema.enumerations.push(Enumeration { schema, name, labels, comment: words(rng) });
}

/// A column of a type with a name of its own.
fn column_of(draft: &mut Draft, rng: &mut Rng, declared: String, default: Option<String>) {
    let at = draft.table(rng);
    let name = draft.name(rng, "c");
    let column = Column { name, declared, nullable: true, default, ..Column::default() };
    draft.schema.tables[at].columns.push(column);
}

pub(crate) fn column_of_enumeration(draft: &mut Draft, rng: &mut Rng) {
    if draft.schema.enumerations.is_empty() {
        enumeration(draft, rng);
    }
    let at = rng.usize(..draft.schema.enumerations.len());
    let it = &draft.schema.enumerations[at];
    let (declared, label) = (it.name.clone(), it.labels[0].replace('\'', "''"));
    let default = Some(format!("'{label}'")).filter(|_| rng.bool());
    column_of(draft, rng, declared, default);
}

pub(crate) fn domain(draft: &mut Draft, rng: &mut Rng) {
    let check = |rng: &mut Rng| Check {
        name: Some(format!("k{}", rng.u32(..100_000))),
        expression: ["VALUE > -100", "VALUE < 1000"][rng.usize(..2)].to_owned(),
        ..Check::default()
    };
    if let Some(first) = draft.schema.domains.first_mut().filter(|_| rng.bool()) {
        match rng.u8(..4) {
            0 => first.comment = words(rng),
            1 => first.not_null ^= true,
            2 => {
                first.default = if first.declared == "text" {
                    Some("'x'".to_owned())
                } else {
                    Some("5".to_owned())
                }
                .filter(|_| first.default.is_none())
            }
            _ if first.declared == "text" => {}
            _ => first.checks = if first.checks.is_empty() { vec![check(rng)] } else { Vec::new() },
        }
        return;
    }
    let name = format!("d{}", rng.u32(..100_000));
    let is_text = rng.bool();
    draft.schema.domains.push(Domain {
        schema: HOME.to_owned(),
        name,
        declared: if is_text { "text" } else { "integer" }.to_owned(),
        collation: Some("C".to_owned()).filter(|_| is_text && rng.bool()),
        checks: if is_text { Vec::new() } else { vec![check(rng)] },
        comment: words(rng),
        ..Domain::default()
    });
}

pub(crate) fn column_of_domain(draft: &mut Draft, rng: &mut Rng) {
    if draft.schema.domains.is_empty() {
        domain(draft, rng);
    }
    let at = rng.usize(..draft.schema.domains.len());
    let declared = draft.schema.domains[at].name.clone();
    column_of(draft, rng, declared, None);
}

pub(crate) fn sequence(draft: &mut Draft, rng: &mut Rng) {
    let had = draft.schema.sequences.first_mut().filter(|_| rng.bool());
    let is_new = had.is_none();
    let mut made = Sequence {
        schema: HOME.to_owned(),
        name: format!("n{}", rng.u32(..100_000)),
        ..Sequence::default()
    };
    let options = &mut had.unwrap_or(&mut made).options;
    match rng.u8(..7) {
        0 => options.declared = Some("integer".to_owned()).filter(|_| options.declared.is_none()),
        1 => options.start = Some(rng.i64(40..60)).filter(|_| options.start.is_none()),
        2 => options.increment = Some(rng.i64(2..9)).filter(|_| options.increment.is_none()),
        3 => options.minimum = Some(rng.i64(2..30)).filter(|_| options.minimum.is_none()),
        4 => options.maximum = Some(rng.i64(900..990)).filter(|_| options.maximum.is_none()),
        5 => options.cache = Some(rng.i64(2..9)).filter(|_| options.cache.is_none()),
        _ => options.cycle ^= true,
    }
    if is_new {
        made.comment = words(rng);
        draft.schema.sequences.push(made);
    } else if let Some(first) = draft.schema.sequences.first_mut() {
        first.comment = words(rng);
    }
}

pub(crate) fn owner(draft: &mut Draft, rng: &mut Rng) {
    if draft.schema.sequences.is_empty() {
        sequence(draft, rng);
    }
    let (at, place) = draft.column(rng, Family::Int);
    let table = &draft.schema.tables[at];
    // A sequence stands in the schema of its table.
    let owner = (table.name.clone(), table.columns[place].name.clone());
    let is_home = table.relation.is_none();
    if let Some(first) = draft.schema.sequences.first_mut() {
        first.owned_by = Some(owner).filter(|_| first.owned_by.is_none() && is_home);
    }
}

/// A function that a trigger of PostgreSQL runs; answers its name.
pub(crate) fn trigger_function(draft: &mut Draft, rng: &mut Rng) -> String {
    let name = format!("p{}", rng.u32(..100_000));
    draft.schema.definitions.push(Definition {
        kind: DefinitionKind::Function,
        schema: HOME.to_owned(),
        name: format!("{name}()"),
        sql: format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql \
             AS $$ BEGIN RETURN coalesce(NEW, OLD); END $$"
        ),
        drop: format!("DROP FUNCTION {name}()"),
        ..Definition::default()
    });
    name
}

/// A function or procedure comes, or has another body.
pub(crate) fn routine(draft: &mut Draft, rng: &mut Rng) {
    let factor = rng.u8(2..9);
    let is_function = rng.u8(..3) > 0;
    let had = draft.schema.definitions.iter().find(|it| it.name.starts_with('r'));
    let had = had.map(|it| it.name.split('(').next().unwrap_or_default().to_owned());
    let name = had.filter(|_| rng.bool()).unwrap_or_else(|| format!("r{}", rng.u32(..100_000)));
    let (kind, word) = match is_function {
        true => (DefinitionKind::Function, "FUNCTION"),
        false => (DefinitionKind::Procedure, "PROCEDURE"),
    };
    let is_postgres = matches!(draft.engine, Engine::Postgres);
    let (told, sql, drop) = match (is_postgres, is_function) {
        (true, true) => (
            format!("{name}(n integer)"),
            format!(
                "CREATE FUNCTION {name}(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * {factor}'"
            ),
            format!("DROP FUNCTION {name}(integer)"),
        ),
        (true, false) => (
            format!("{name}(n integer)"),
            format!(
                "CREATE PROCEDURE {name}(n integer) LANGUAGE plpgsql AS $$ BEGIN n := n + {factor}; END $$"
            ),
            format!("DROP PROCEDURE {name}(integer)"),
        ),
        (false, true) => (
            name.clone(),
            format!("CREATE FUNCTION {name}(n INT) RETURNS INT DETERMINISTIC RETURN n * {factor}"),
            format!("DROP {word} {name}"),
        ),
        (false, false) => (
            name.clone(),
            format!(
                "CREATE PROCEDURE {name}(n INT) BEGIN SET @last = n * {factor}; SET @more = 1; END"
            ),
            format!("DROP {word} {name}"),
        ),
    };
    draft
        .schema
        .definitions
        .retain(|it| !it.name.starts_with(&format!("{name}(")) && it.name != name);
    let schema = if is_postgres { HOME.to_owned() } else { String::new() };
    let comment = if is_postgres { words(rng) } else { None };
    draft.schema.definitions.push(Definition { kind, schema, name: told, sql, drop, comment });
}

pub(crate) fn drop_one(draft: &mut Draft, rng: &mut Rng) {
    let schema = &mut draft.schema;
    match rng.u8(..4) {
        0 if !schema.enumerations.is_empty() => drop(schema.enumerations.remove(0)),
        1 if !schema.domains.is_empty() => drop(schema.domains.remove(0)),
        2 if !schema.sequences.is_empty() => drop(schema.sequences.remove(0)),
        _ => schema.definitions.retain(|it| !it.name.starts_with('r')),
    }
}
