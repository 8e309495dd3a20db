//! A column that becomes another one.

use hypostyle_core::Result;

use super::casts;
use super::sequences::{counting_anew, turns};
use crate::create::{Words, counting};
use crate::plan::Planner;
use crate::{Column, Identity, Table};

/// Writes the clauses that make a column another one, and remarks on what may need a person's eye.
pub(super) fn column(
    planner: &Planner<'_>,
    table: &Table,
    from: &Column,
    to: &Column,
    remarks: &mut Vec<String>,
) -> Result<Vec<String>> {
    let words = Words { table, dialect: planner.dialect };
    let name = planner.name(&to.name)?;
    if from.generated != to.generated {
        // An expression that comes, or that is another, takes a column made anew.
        return Ok(match &to.generated {
            None => vec![format!("ALTER COLUMN {name} DROP EXPRESSION")],
            Some(_) => Vec::new(),
        });
    }
    let mut clauses = Vec::new();
    let is_retyped = is_retyped(from, to);
    // A default of the old type may be none of the new one.
    if from.default.is_some() && (is_retyped || to.default.is_none()) {
        clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    if from.identity.is_some() && to.identity.is_none() {
        clauses.push(format!("ALTER COLUMN {name} DROP IDENTITY"));
    }
    if is_retyped {
        let kind = words.kind(to)?;
        let collation = match &to.collation {
            Some(collation) => format!(" COLLATE {}", words.placed(collation)?),
            None => String::new(),
        };
        let using = match casts::is_assigned(&from.declared, kind) {
            true => String::new(),
            false => {
                remarks.push(format!(
                    "-- Of itself nothing makes {kind} of {} in {name}: look at what USING says.\n",
                    from.declared
                ));
                format!(" USING {name}::{kind}")
            }
        };
        clauses.push(format!("ALTER COLUMN {name} TYPE {kind}{collation}{using}"));
    }
    match (from.nullable, to.nullable) {
        (true, false) => clauses.push(format!("ALTER COLUMN {name} SET NOT NULL")),
        (false, true) => clauses.push(format!("ALTER COLUMN {name} DROP NOT NULL")),
        _ => {}
    }
    if let Some(default) = &to.default
        && (is_retyped || from.default != to.default)
    {
        clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
    }
    match (from.identity, to.identity) {
        (None, Some(identity)) => {
            let identity = words.identity(to, identity)?;
            let counted = counting(&to.numbering);
            let counted = counted.get(1..).map_or_else(String::new, |it| format!(" ({it})"));
            clauses.push(format!("ALTER COLUMN {name} ADD{identity}{counted}"));
        }
        (Some(old), Some(new)) => {
            if old != new {
                let how = if new == Identity::Always { "ALWAYS" } else { "BY DEFAULT" };
                clauses.push(format!("ALTER COLUMN {name} SET GENERATED {how}"));
            }
            if from.numbering != to.numbering {
                let counted = counting_anew(&to.numbering).join(" SET ");
                let anew = if turns(&from.numbering, &to.numbering) { " RESTART" } else { "" };
                clauses.push(format!("ALTER COLUMN {name} SET {counted}{anew}"));
            }
        }
        _ => {}
    }
    Ok(clauses)
}

/// Tells whether the type is given to a column; that of what is inherited changes with the parent's.
pub(super) fn is_retyped(from: &Column, to: &Column) -> bool {
    let is_other = from.declared != to.declared || from.collation != to.collation;
    is_other && !(from.inherited && to.inherited)
}
