//! Types made of others that become another one while columns are of them.

use crate::Definition;

/// Writes the clauses that make one state of a type the other, where that can be done while it stands:
/// what is new comes last.
pub(super) fn altered(from: &Definition, to: &Definition) -> Option<Vec<String>> {
    let (old, new) = (attributes(&from.sql)?, attributes(&to.sql)?);
    let find = |all: &[(String, String)], name: &String| {
        all.iter().find(|(other, _)| other == name).map(|(_, kind)| kind.clone())
    };
    let kept: Vec<&String> =
        old.iter().map(|(name, _)| name).filter(|it| find(&new, it).is_some()).collect();
    if !new.iter().map(|(name, _)| name).take(kept.len()).eq(kept.iter().copied()) {
        return None;
    }
    let mut clauses = Vec::new();
    for (name, kind) in &old {
        match find(&new, name) {
            None => clauses.push(format!("DROP ATTRIBUTE {name}")),
            Some(other) if other != *kind => {
                clauses.push(format!("ALTER ATTRIBUTE {name} TYPE {other}"));
            }
            Some(_) => {}
        }
    }
    let added = new.iter().skip(kept.len());
    clauses.extend(added.map(|(name, kind)| format!("ADD ATTRIBUTE {name} {kind}")));
    Some(clauses)
}

/// The attributes of a type, each with its name as it is quoted and its type; one a line, as the
/// inspection writes them. Comments that follow are no part of what is compared.
fn attributes(sql: &str) -> Option<Vec<(String, String)>> {
    let (head, rest) = sql.split_once(" AS (\n")?;
    let (list, after) = rest.split_once("\n)")?;
    if !head.starts_with("CREATE TYPE ") || !after.is_empty() {
        return None;
    }
    list.split(",\n").map(|line| attribute(line.trim())).collect()
}

fn attribute(line: &str) -> Option<(String, String)> {
    let end = match line.strip_prefix('"') {
        Some(rest) => rest.replace("\"\"", "__").find('"')? + 2,
        None => line.find(' ')?,
    };
    Some((line.get(..end)?.to_owned(), line.get(end..)?.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::altered;
    use crate::Definition;

    #[test]
    fn what_is_new_comes_last_or_the_type_is_made_anew() {
        let check = |from: &str, to: &str, expect: Option<&str>| {
            let of = |list: &str| Definition {
                sql: format!("CREATE TYPE t AS (\n  {list}\n)"),
                ..Definition::default()
            };
            let found = altered(&of(from), &of(to)).map(|clauses| clauses.join(", "));
            assert_eq!(found.as_deref(), expect, "{from} to {to}");
        };
        check("a integer", "a integer,\n  b text", Some("ADD ATTRIBUTE b text"));
        check("\"a \"\" b\" integer,\n  c text", "c text", Some("DROP ATTRIBUTE \"a \"\" b\""));
        check("a numeric(9,2)", "a text", Some("ALTER ATTRIBUTE a TYPE text"));
        check("a text", "b text,\n  a text", None);
    }
}
