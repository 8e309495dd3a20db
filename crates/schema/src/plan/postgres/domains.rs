//! Domains.

use hypostyle_core::{Error, ErrorKind, Result};

use super::types::note;
use crate::create::placed;
use crate::diff::Change;
use crate::plan::Planner;
use crate::{Check, Domain};

/// Writes a change of a domain.
pub(super) fn of_domain(planner: &mut Planner<'_>, change: &Change) -> Result<()> {
    match change {
        Change::CreateDomain(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            let create = domain(planner, it, &name)?;
            planner.steps.types.push(create);
            for check in it.checks.iter().filter(|check| check.not_valid) {
                let check = domain_check(planner, check)?;
                planner.steps.types.push(format!("ALTER DOMAIN {name} ADD {check}"));
            }
            note(
                planner,
                "DOMAIN",
                &planner.place(&it.schema, &it.name)?,
                None,
                it.comment.as_deref(),
            )?;
        }
        Change::DropDomain(it) => {
            let name = planner.place(&it.schema, &it.name)?;
            planner.steps.drop_types.push(format!("DROP DOMAIN {name}"));
        }
        Change::AlterDomain { from, to } => {
            let name = planner.place(&to.schema, &to.name)?;
            alter_domain(planner, from, to, &name)?;
            note(planner, "DOMAIN", &name, from.comment.as_deref(), to.comment.as_deref())?;
        }
        _ => {}
    }
    Ok(())
}

fn domain(planner: &Planner<'_>, it: &Domain, name: &str) -> Result<String> {
    let mut words = format!("CREATE DOMAIN {name} AS {}", it.declared);
    if let Some(collation) = &it.collation {
        words += &format!(" COLLATE {}", placed(collation, planner.dialect)?);
    }
    if let Some(default) = &it.default {
        words += &format!("\n  DEFAULT {default}");
    }
    words += if it.not_null { "\n  NOT NULL" } else { "" };
    for check in it.checks.iter().filter(|check| !check.not_valid) {
        words += &format!("\n  {}", domain_check(planner, check)?);
    }
    Ok(words)
}

fn domain_check(planner: &Planner<'_>, check: &Check) -> Result<String> {
    let late = if check.not_valid { " NOT VALID" } else { "" };
    Ok(match &check.name {
        Some(name) => {
            format!("CONSTRAINT {} CHECK ({}){late}", planner.name(name)?, check.expression)
        }
        None => format!("CHECK ({}){late}", check.expression),
    })
}

fn alter_domain(planner: &mut Planner<'_>, from: &Domain, to: &Domain, name: &str) -> Result<()> {
    if from.declared != to.declared || from.collation != to.collation {
        let message = format!("the type below the domain `{}` cannot change", to.name);
        return Err(Error::new(ErrorKind::Unsupported, message));
    }
    let mut clauses = Vec::new();
    for check in from.checks.iter().filter(|check| !to.checks.contains(check)) {
        let Some(check) = &check.name else { continue };
        clauses.push(format!("DROP CONSTRAINT {}", planner.name(check)?));
    }
    match (&from.default, &to.default) {
        (from, Some(to)) if from.as_ref() != Some(to) => clauses.push(format!("SET DEFAULT {to}")),
        (Some(_), None) => clauses.push("DROP DEFAULT".to_owned()),
        _ => {}
    }
    match (from.not_null, to.not_null) {
        (false, true) => clauses.push("SET NOT NULL".to_owned()),
        (true, false) => clauses.push("DROP NOT NULL".to_owned()),
        _ => {}
    }
    for check in to.checks.iter().filter(|check| !from.checks.contains(check)) {
        clauses.push(format!("ADD {}", domain_check(planner, check)?));
    }
    planner.steps.types.extend(clauses.into_iter().map(|it| format!("ALTER DOMAIN {name} {it}")));
    Ok(())
}
