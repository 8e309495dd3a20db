//! The words of a table's declaration that stand outside of its parts.

use hypostyle_core::Result;

use crate::plan::{Planner, unsupported};
use crate::{Table, TableOption};

/// The words that a table can change; `PARTITION BY`, `OF` and the like stay for good.
const ALTERED: [&str; 7] =
    ["UNLOGGED", "WITH", "INHERITS", "USING", "TABLESPACE", "FOR VALUES", "DEFAULT"];

/// Writes the clauses that change them.
pub(super) fn options(
    table: &Table,
    from: &[TableOption],
    to: &[TableOption],
) -> Result<Vec<String>> {
    let others = |options: &[TableOption]| {
        let is_other = |option: &&TableOption| !ALTERED.contains(&&*option.name);
        options.iter().filter(is_other).cloned().collect::<Vec<_>>()
    };
    if others(from) != others(to) {
        return Err(unsupported(table, "other partitions, types or servers"));
    }
    let [old, new] = [from, to].map(|options| move |name: &str| find(options, name));
    let mut clauses = Vec::new();
    match (old("UNLOGGED"), new("UNLOGGED")) {
        (None, Some(_)) => clauses.push("SET UNLOGGED".to_owned()),
        (Some(_), None) => clauses.push("SET LOGGED".to_owned()),
        _ => {}
    }
    let [left, joined] = [old("INHERITS"), new("INHERITS")].map(parents);
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|it| !those.contains(it)).cloned().collect()
    };
    clauses.extend(only(&left, &joined).into_iter().map(|it| format!("NO INHERIT {it}")));
    clauses.extend(only(&joined, &left).into_iter().map(|it| format!("INHERIT {it}")));
    if old("USING") != new("USING") {
        clauses.push(format!("SET ACCESS METHOD {}", new("USING").unwrap_or("heap")));
    }
    if old("TABLESPACE") != new("TABLESPACE") {
        clauses.push(format!("SET TABLESPACE {}", new("TABLESPACE").unwrap_or("pg_default")));
    }
    if old("WITH") != new("WITH") {
        if let Some(old) = old("WITH") {
            let names = old.trim_matches(['(', ')']).split(',');
            let names = names.filter_map(|pair| pair.split('=').next());
            let names: Vec<&str> = names.map(str::trim).collect();
            clauses.push(format!("RESET ({})", names.join(", ")));
        }
        clauses.extend(new("WITH").map(|new| format!("SET {new}")));
    }
    Ok(clauses)
}

fn find<'o>(options: &'o [TableOption], name: &str) -> Option<&'o str> {
    options.iter().find(|option| option.name == name).map(|option| option.value.as_str())
}

/// The tables that a table inherits from, as statements name them.
fn parents(value: Option<&str>) -> Vec<String> {
    let list = value.unwrap_or_default().trim_matches(['(', ')']);
    list.split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Lets a partition take other rows, by statements of its parent's.
pub(super) fn bounds(
    planner: &mut Planner<'_>,
    table: &Table,
    from: &[TableOption],
    to: &[TableOption],
) -> Result<()> {
    let bound = |options: &[TableOption]| match find(options, "FOR VALUES") {
        Some(values) => format!("FOR VALUES {values}"),
        None => "DEFAULT".to_owned(),
    };
    let Some(parent) = find(to, "PARTITION OF").filter(|_| bound(from) != bound(to)) else {
        return Ok(());
    };
    let name = table.sql_name(planner.dialect)?;
    planner.steps.alter.push(format!("ALTER TABLE {parent}\n  DETACH PARTITION {name}"));
    let bound = bound(to);
    planner.steps.alter.push(format!("ALTER TABLE {parent}\n  ATTACH PARTITION {name} {bound}"));
    Ok(())
}
