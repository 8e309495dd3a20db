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

/// The schema that needs no name, which outside PostgreSQL has none.
pub(crate) fn home(engine: Engine) -> &'static str {
    match engine {
        Engine::Postgres => HOME,
        Engine::Sqlite | Engine::MySql(_) | Engine::DuckDb => "",
    }
}

pub(crate) fn extension(draft: &mut Draft, rng: &mut Rng) {
    let name = ["citext", "hstore", "pg_trgm"][rng.usize(..3)];
    let extensions = &mut draft.schema.extensions;
    let had = extensions.iter().position(|it| it.name == name);
    if rng.bool() {
        extensions.clear();
    }
    match had {
        Some(at) if at < extensions.len() => drop(extensions.remove(at)),
        Some(_) => {}
        None => extensions.push(Extension { name: name.to_owned(), ..Extension::default() }),
    }
}

/// An enumeration is added, or has other labels.
pub(crate) fn enumeration(draft: &mut Draft, rng: &mut Rng) {
    let lists: [&[&str]; 5] =
        [&["a", "b"], &["a", "it's", "b"], &["b", "a"], &["a", "b", "c,d"], &["z", "a", "b"]];
    let labels: Vec<String> = lists[rng.usize(..5)].iter().map(|it| (*it).to_owned()).collect();
    // No column of DuckDB's refers to it, so that another may come in its place.
    if draft.engine == Engine::DuckDb && rng.bool() {
        draft.schema.enumerations.pop();
    }
    if let Some(first) = draft.schema.enumerations.first_mut().filter(|_| rng.u8(..4) > 0) {
        first.comment = words(rng);
        first.labels = labels;
        return;
    }
    let name = format!("e{}", rng.u32(..100_000));
    let schema = within(draft, rng);
    draft.schema.enumerations.push(Enumeration { schema, name, labels, comment: words(rng) });
}

/// The schema that something stands in: where there is another than the usual one, often that.
fn within(draft: &Draft, rng: &mut Rng) -> String {
    match draft.schema.schemas.first() {
        Some(other) if rng.bool() => other.clone(),
        _ => home(draft.engine).to_owned(),
    }
}

/// A column of a type with a name of its own.
fn column_of(draft: &mut Draft, rng: &mut Rng, declared: String, default: Option<String>) {
    let at = draft.table(rng);
    let name = draft.name(rng, "c");
    let column = Column { name, declared, nullable: true, default, ..Column::default() };
    draft.schema.tables[at].columns.push(column);
}

pub(crate) fn column_of_enumeration(draft: &mut Draft, rng: &mut Rng) {
    if !draft.schema.enumerations.iter().any(|it| it.schema == HOME) {
        enumeration(draft, rng);
    }
    let found = draft.schema.enumerations.iter().find(|it| it.schema == HOME);
    let Some(it) = found else { return };
    let declared = it.name.clone();
    // All lists have this label.
    let default = Some("'a'".to_owned()).filter(|_| rng.u8(..4) > 0);
    column_of(draft, rng, declared, default);
}

pub(crate) fn domain(draft: &mut Draft, rng: &mut Rng) {
    let check = |rng: &mut Rng| Check {
        name: Some(format!("k{}", rng.u32(..100_000))),
        expression: ["VALUE > -100", "VALUE < 1000"][rng.usize(..2)].to_owned(),
        ..Check::default()
    };
    if let Some(first) = draft.schema.domains.first_mut().filter(|_| rng.u8(..4) > 0) {
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
            _ if first.declared == "text" => {
                let other = if first.collation.is_none() { Some("C".to_owned()) } else { None };
                first.collation = other;
                // The engine has no words for another collation of one that is there.
                first.name = format!("d{}", rng.u32(..100_000));
            }
            _ => first.checks = if first.checks.is_empty() { vec![check(rng)] } else { Vec::new() },
        }
        return;
    }
    let name = format!("d{}", rng.u32(..100_000));
    let schema = within(draft, rng);
    let is_text = rng.bool();
    draft.schema.domains.push(Domain {
        schema,
        name,
        declared: if is_text { "text" } else { "integer" }.to_owned(),
        collation: Some("C".to_owned()).filter(|_| is_text && rng.bool()),
        checks: if is_text { Vec::new() } else { vec![check(rng)] },
        comment: words(rng),
        ..Domain::default()
    });
}

/// Types, sequences and functions go, and others like them come elsewhere under other names.
pub(crate) fn elsewhere(draft: &mut Draft, rng: &mut Rng) {
    if draft.schema.schemas.is_empty() {
        super::table::move_to_schema(draft, rng);
        draft.tidy();
    }
    let other = draft.schema.schemas.first().filter(|_| rng.bool()).cloned();
    let schema = other.unwrap_or_else(|| HOME.to_owned());
    let number = rng.u32(..100_000);
    match draft.schema.enumerations.first_mut() {
        Some(first) => (first.schema, first.name) = (schema.clone(), format!("e{number}")),
        None => enumeration(draft, rng),
    }
    match draft.schema.domains.first_mut() {
        Some(first) => (first.schema, first.name) = (schema.clone(), format!("d{number}")),
        None => domain(draft, rng),
    }
    match draft.schema.sequences.first_mut() {
        Some(first) => {
            (first.schema, first.name) = (schema.clone(), format!("n{number}"));
            first.owned_by = None;
        }
        None => sequence(draft, rng),
    }
    draft.schema.definitions.retain(|it| !is_routine(it));
    let place = format!("{}.r{number}", draft.quoted(&schema));
    draft.schema.definitions.push(Definition {
        kind: DefinitionKind::Function,
        schema,
        name: format!("r{number}()"),
        sql: format!("CREATE FUNCTION {place}() RETURNS integer LANGUAGE sql AS 'SELECT {number}'"),
        drop: format!("DROP FUNCTION {place}()"),
        ..Definition::default()
    });
}

fn is_routine(it: &Definition) -> bool {
    it.name.starts_with('r')
}

pub(crate) fn column_of_domain(draft: &mut Draft, rng: &mut Rng) {
    if !draft.schema.domains.iter().any(|it| it.schema == HOME) {
        domain(draft, rng);
    }
    let found = draft.schema.domains.iter().find(|it| it.schema == HOME);
    let Some(declared) = found.map(|it| it.name.clone()) else { return };
    column_of(draft, rng, declared, None);
}

/// A sequence is added, or counts otherwise; DuckDB has no words for that, and another comes in its place.
pub(crate) fn sequence(draft: &mut Draft, rng: &mut Rng) {
    let (engine, schema) = (draft.engine, within(draft, rng));
    if engine == Engine::DuckDb && rng.u8(..4) > 0 {
        draft.schema.sequences.pop();
    }
    let had = draft.schema.sequences.first_mut().filter(|_| rng.u8(..4) > 0);
    let had = had.filter(|_| engine != Engine::DuckDb);
    let is_new = had.is_none();
    let mut made =
        Sequence { schema, name: format!("n{}", rng.u32(..100_000)), ..Sequence::default() };
    let options = &mut had.unwrap_or(&mut made).options;
    let toggle = |value: &mut Option<i64>, rng: &mut Rng, new: i64| {
        if rng.bool() {
            *value = Some(new).filter(|_| value.is_none());
        }
    };
    if engine == Engine::Postgres && rng.u8(..3) == 0 {
        options.declared = Some("integer".to_owned()).filter(|_| options.declared.is_none());
    }
    toggle(&mut options.start, rng, 50);
    toggle(&mut options.increment, rng, 3);
    toggle(&mut options.minimum, rng, 20);
    toggle(&mut options.maximum, rng, 950);
    if engine != Engine::DuckDb {
        toggle(&mut options.cache, rng, 8);
    }
    options.cycle ^= rng.bool();
    let comment = words(rng).filter(|_| !matches!(engine, Engine::MySql(_)));
    if is_new {
        made.comment = comment;
        draft.schema.sequences.push(made);
    } else if let Some(first) = draft.schema.sequences.first_mut() {
        first.comment = comment;
    }
}

/// Something is noted about a sequence.
pub(crate) fn comment_sequence(draft: &mut Draft, rng: &mut Rng) {
    if draft.schema.sequences.is_empty() {
        sequence(draft, rng);
    }
    if let Some(first) = draft.schema.sequences.first_mut() {
        first.comment = words(rng);
    }
}

pub(crate) fn owner(draft: &mut Draft, rng: &mut Rng) {
    let is_home = |it: &Sequence| it.schema == HOME;
    if !draft.schema.sequences.iter().any(is_home) {
        sequence(draft, rng);
    }
    let (at, place) = draft.column(rng, Family::Int);
    let table = &draft.schema.tables[at];
    // A sequence stands in the schema of its table.
    let owner = (table.name.clone(), table.columns[place].name.clone());
    let stands_home = table.relation.is_none();
    if let Some(first) = draft.schema.sequences.iter_mut().find(|it| is_home(it)) {
        first.owned_by = Some(owner).filter(|_| first.owned_by.is_none() && stands_home);
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
    let had = draft.schema.definitions.iter().find(|it| is_routine(it));
    let had = had.map(|it| it.name.split('(').next().unwrap_or_default().to_owned());
    let name = had.clone().filter(|_| rng.u8(..3) > 0);
    let name = name.unwrap_or_else(|| format!("r{}", rng.u32(..100_000)));
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
    let goes = |name: &str| {
        let named = |it: &str| it == name || it.starts_with(&format!("{name}("));
        draft.schema.definitions.iter().position(|it| named(&it.name))
    };
    if let Some(at) = goes(had.as_ref().unwrap_or(&name)) {
        draft.schema.definitions.remove(at);
    }
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
        _ => schema.definitions.retain(|it| !is_routine(it)),
    }
}
