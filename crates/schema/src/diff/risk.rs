//! What a change may do to data and to those who use the database meanwhile.

use serde::Serialize;

use super::{Change, Part, TableChange};
use crate::{Definition, DefinitionKind, SequenceOptions};

/// What a change may do to data and to those who use the database meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// How much.
    pub level: RiskLevel,
    /// Why, and what to do about it, as a sentence.
    pub sentence: String,
}

/// How much a change may harm, from nothing to the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Nobody notices.
    #[default]
    Safe,
    /// It keeps others waiting while it reads or writes a whole table.
    Locks,
    /// It fails where the data does not fit.
    MayFail,
    /// It breaks programs that still use the old name.
    Breaks,
    /// Data is gone afterwards.
    LosesData,
}

impl Change {
    /// Answers what it may do to data, the worst first; nothing for a safe change.
    pub fn risks(&self) -> Vec<Risk> {
        let mut risks = match self {
            Self::DropTable(table) => vec![loses(format!("all rows of `{}` are lost", table.name))],
            Self::DropSequence(sequence) => {
                vec![loses(format!("the state of sequence `{}` is lost", sequence.name))]
            }
            Self::DropExtension(it) => {
                vec![loses(format!("what extension `{}` holds is lost", it.name))]
            }
            Self::AlterEnumeration { from, to } => {
                let gone: Vec<&str> = from
                    .labels
                    .iter()
                    .filter(|label| !to.labels.contains(label))
                    .map(String::as_str)
                    .collect();
                match gone.is_empty() {
                    true => Vec::new(),
                    false => vec![may_fail(format!(
                        "rows that hold {} of type `{}` are in the way",
                        gone.join(", "),
                        to.name
                    ))],
                }
            }
            Self::AlterSequence { from, to } => {
                sequence_risk(&to.name, &from.options, &to.options).into_iter().collect()
            }
            Self::AlterDomain { to, .. } => {
                vec![may_fail(format!("values of `{}` that no longer fit are in the way", to.name))]
            }
            Self::AlterTable(change) => {
                change.parts.iter().filter_map(|part| part.risk(change)).collect()
            }
            _ => Vec::new(),
        };
        risks.sort_by_key(|risk| std::cmp::Reverse(risk.level));
        risks
    }
}

/// Says where a sequence cannot go on from the number it is at.
fn sequence_risk(name: &str, from: &SequenceOptions, to: &SequenceOptions) -> Option<Risk> {
    let is_down = |options: &SequenceOptions| options.increment.is_some_and(|step| step < 0);
    if is_down(from) != is_down(to) {
        let sentence =
            format!("the number of `{name}` is lost: it counts the other way from its start");
        return Some(loses(sentence));
    }
    let last = |options: &SequenceOptions| match is_down(to) {
        true => options.minimum.map(i64::saturating_neg),
        false => options.maximum,
    };
    let of_type = |options: &SequenceOptions| match options.declared.as_deref() {
        Some("smallint") => i64::from(i16::MAX),
        Some("integer") => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let reach = |options: &SequenceOptions| last(options).unwrap_or_else(|| of_type(options));
    let is_nearer = reach(to) < reach(from);
    is_nearer.then(|| {
        may_fail(format!(
            "a number of `{name}` that lies behind its new bounds is in the way; no number is set \
             back, for those given before would come again"
        ))
    })
}

impl Part {
    /// Answers what it may do to data; nothing for a safe one.
    pub fn risk(&self, change: &TableChange) -> Option<Risk> {
        let table = &change.to.name;
        match self {
            Self::DropColumn(it) if it.generated.is_none() => {
                Some(loses(format!("all values of `{table}.{}` are lost", it.name)))
            }
            Self::AddColumn(it) if !it.nullable && it.default.is_none() => {
                let brings = it.generated.is_some() || it.identity.is_some();
                (!brings).then(|| {
                    may_fail(format!(
                        "`{table}.{}` takes no NULL and has no default: it fails where `{table}` \
                         has rows; give it a default, or add it as nullable, fill it, and forbid \
                         NULL then",
                        it.name
                    ))
                })
            }
            Self::AlterColumn { from, to } if from.declared != to.declared => {
                Some(may_fail(format!(
                    "values of `{table}.{}` that are no `{}` are in the way or lose digits; the \
                     table is written anew while others wait",
                    to.name, to.declared
                )))
            }
            Self::AlterColumn { from, to } if from.nullable && !to.nullable => {
                Some(may_fail(format!(
                    "rows in which `{table}.{}` is NULL are in the way; fill them first",
                    to.name
                )))
            }
            Self::AlterColumn { from, to } if from.generated != to.generated => {
                Some(loses(format!("the values of `{table}.{}` are computed anew", to.name)))
            }
            Self::Rename => Some(Risk {
                level: RiskLevel::Breaks,
                sentence: format!(
                    "programs that use `{}` fail from then on; let a view of the old name stand \
                     until all know `{table}`",
                    change.from.name
                ),
            }),
            Self::RenameColumn { from, to } => Some(Risk {
                level: RiskLevel::Breaks,
                sentence: format!(
                    "programs that use `{table}.{from}` fail from then on; where they may not, \
                     add `{to}`, keep both filled, and drop `{from}` later"
                ),
            }),
            Self::AddIndex(it) if it.unique => {
                Some(may_fail(format!("rows with the same key of `{}` are in the way", it.name)))
            }
            Self::AddIndex(it) => Some(Risk {
                level: RiskLevel::Locks,
                sentence: format!("writers of `{table}` wait while `{}` is made", it.name),
            }),
            Self::AddForeignKey(it) => Some(may_fail(format!(
                "rows of `{table}` that refer to no row of `{}` are in the way",
                it.referenced_table
            ))),
            Self::AddCheck(it) => Some(may_fail(format!(
                "rows of `{table}` without {} are in the way",
                it.expression
            ))),
            Self::DropDefinition(it) => it.shows_rows(change),
            Self::PrimaryKey { to, .. } if !to.is_empty() => Some(may_fail(format!(
                "rows of `{table}` with the same key, or NULL in it, are in the way"
            ))),
            _ => None,
        }
    }
}

impl Definition {
    /// Says that rows are shown, where it is a policy that does not come back.
    fn shows_rows(&self, change: &TableChange) -> Option<Risk> {
        let stays = change.to.definitions.iter().any(|other| other.name == self.name);
        let (table, name) = (&change.to.name, &self.name);
        (self.kind == DefinitionKind::Policy && !stays).then(|| Risk {
            level: RiskLevel::Breaks,
            sentence: format!("rows of `{table}` that policy `{name}` hides are shown"),
        })
    }
}

fn loses(sentence: String) -> Risk {
    Risk { level: RiskLevel::LosesData, sentence }
}

fn may_fail(sentence: String) -> Risk {
    Risk { level: RiskLevel::MayFail, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::diff;
    use crate::{Schema, Table};

    #[test]
    fn a_policy_that_goes_shows_rows_and_one_that_changes_does_not() {
        let of = |sql: Option<&str>| {
            let policy = |sql: &str| Definition {
                kind: DefinitionKind::Policy,
                name: "own".to_owned(),
                sql: sql.to_owned(),
                ..Definition::default()
            };
            let definitions = sql.map(policy).into_iter().collect();
            Schema { tables: vec![Table { definitions, ..Table::new("t") }], ..Schema::default() }
        };
        let risks = |to: Option<&str>| {
            let found = diff(&of(Some("a")), &of(to), hypostyle_sql::Dialect::Postgres, &[]);
            found.changes.iter().flat_map(Change::risks).collect::<Vec<_>>()
        };
        assert_eq!(risks(None)[0].sentence, "rows of `t` that policy `own` hides are shown");
        assert_eq!(risks(Some("b")), []);
    }
}
