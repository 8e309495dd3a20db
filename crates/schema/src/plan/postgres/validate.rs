//! Constraints that hold for the rows that stood, too, from now on: they are validated, which lets others
//! read and write meanwhile.

use crate::diff::{Part, TableChange};
use crate::plan::Planner;
use crate::{Check, ForeignKey};

/// Answers the constraint that a part drops or adds only so that it holds for all rows.
pub(super) fn validated<'p>(
    planner: &Planner<'_>,
    change: &TableChange,
    part: &'p Part,
) -> Option<&'p str> {
    if change.parts.iter().any(is_in_the_way) {
        return None;
    }
    let has = |part: Part| change.parts.contains(&part);
    let (name, is_other_half_there) = match part {
        Part::DropCheck(it) => (&it.name, it.not_valid && has(Part::AddCheck(held(it)))),
        Part::AddCheck(it) => (&it.name, !it.not_valid && has(Part::DropCheck(not_held(it)))),
        Part::DropForeignKey(it) => {
            let holds = ForeignKey { not_valid: false, ..it.clone() };
            let stays = is_key_untouched(planner, change, it);
            (&it.name, it.not_valid && stays && has(Part::AddForeignKey(holds)))
        }
        Part::AddForeignKey(it) => {
            let held_not = ForeignKey { not_valid: true, ..it.clone() };
            let stays = is_key_untouched(planner, change, it);
            (&it.name, !it.not_valid && stays && has(Part::DropForeignKey(held_not)))
        }
        _ => return None,
    };
    name.as_deref().filter(|_| is_other_half_there)
}

fn held(check: &Check) -> Check {
    Check { not_valid: false, ..check.clone() }
}

fn not_held(check: &Check) -> Check {
    Check { not_valid: true, ..check.clone() }
}

/// Tells what may take a constraint along, or needs it out of the way.
fn is_in_the_way(part: &Part) -> bool {
    matches!(
        part,
        Part::Rename
            | Part::RenameColumn { .. }
            | Part::AlterColumn { .. }
            | Part::DropColumn(_)
            | Part::DropIndex(_)
            | Part::PrimaryKey { .. }
    )
}

/// Tells whether the table that a reference needs is as it was, so that nothing drops the reference.
fn is_key_untouched(planner: &Planner<'_>, change: &TableChange, key: &ForeignKey) -> bool {
    let [old, new] = [planner.from, planner.to]
        .map(|schema| schema.tables.iter().find(|it| it.name == key.referenced_table));
    key.referenced_table == change.to.name || old == new
}

#[cfg(test)]
mod tests {
    use hypostyle_core::{Result, Type};
    use hypostyle_sql::Dialect;

    use crate::diff::diff;
    use crate::plan::plan;
    use crate::{Check, Column, ForeignKey, Schema, Table};

    fn schema(not_valid: bool, kind: Type) -> Schema {
        let parent = Table::new("p").with(Column::new("id", kind)).keyed_by(["id"]);
        let mut child = Table::new("c").with(Column::new("p", kind));
        let check = Check {
            name: Some("few".to_owned()),
            expression: "p < 9".to_owned(),
            not_valid,
            ..Check::default()
        };
        child.checks.push(check);
        child.foreign_keys.push(ForeignKey {
            name: Some("c_to_p".to_owned()),
            columns: vec!["p".to_owned()],
            referenced_table: "p".to_owned(),
            referenced_columns: vec!["id".to_owned()],
            not_valid,
            ..ForeignKey::default()
        });
        Schema { tables: vec![child, parent], ..Schema::default() }
    }

    fn check(from: &Schema, to: &Schema, expect: &[&str]) -> Result<()> {
        let found = diff(from, to, Dialect::Postgres, &[]);
        let statements = plan(&found, from, to, Dialect::Postgres)?.up.statements;
        let found: Vec<String> = statements.iter().map(|it| it.replace("\n ", "")).collect();
        assert_eq!(found, expect);
        Ok(())
    }

    #[test]
    fn what_only_begins_to_hold_is_validated() -> Result<()> {
        let (open, held) = (schema(true, Type::I64), schema(false, Type::I64));
        check(
            &open,
            &held,
            &[
                "ALTER TABLE \"c\" VALIDATE CONSTRAINT \"c_to_p\"",
                "ALTER TABLE \"c\" VALIDATE CONSTRAINT \"few\"",
            ],
        )?;
        // There are no words for the way back.
        check(
            &held,
            &open,
            &[
                "ALTER TABLE \"c\" DROP CONSTRAINT \"c_to_p\"",
                "ALTER TABLE \"c\" DROP CONSTRAINT \"few\", ADD CONSTRAINT \"few\" CHECK (p < 9) NOT VALID",
                "ALTER TABLE \"c\" ADD CONSTRAINT \"c_to_p\" FOREIGN KEY (\"p\") REFERENCES \"p\" (\"id\") NOT VALID",
            ],
        )
    }

    #[test]
    fn what_changes_otherwise_is_dropped_and_added() -> Result<()> {
        let (open, retyped) = (schema(true, Type::I64), schema(false, Type::Decimal));
        let found = diff(&open, &retyped, Dialect::Postgres, &[]);
        let statements = plan(&found, &open, &retyped, Dialect::Postgres)?.up.statements;
        assert!(!statements.iter().any(|it| it.contains("VALIDATE")), "{statements:?}");
        Ok(())
    }
}
