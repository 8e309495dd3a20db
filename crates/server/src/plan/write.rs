//! From records to statements that write them. All pure.

mod again;

use super::{Statement, column, push_in, values};
use crate::error::Error;
use crate::request::{Json, NewRecords, Record, key};
use crate::schema::{Column, Identity, Table};
use crate::sql::Dialect;

/// What is done to records of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change<'r> {
    Create(&'r NewRecords),
    Update { key: &'r str, record: &'r Record },
    Delete { key: &'r str },
}

/// The statements that change one record, of which one answers it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Steps {
    /// Runs before.
    pub(crate) before: Option<Statement>,
    /// Answers the record as the statement leaves it; triggers that run afterwards may change it
    /// once more.
    pub(crate) answering: Statement,
    /// Runs after.
    pub(crate) after: Option<Statement>,
}

impl Steps {
    fn one(answering: Statement) -> Self {
        Self { before: None, answering, after: None }
    }
}

/// Plans a change: its steps for each record.
pub(crate) fn write(
    table: &Table,
    change: Change<'_>,
    dialect: Dialect,
) -> Result<Vec<Steps>, Error> {
    let reads_again = dialect == Dialect::Mysql;
    match change {
        Change::Create(records) => {
            let create = |record| match reads_again {
                true => again::create(table, record),
                false => insert(table, record, dialect)?.returning(table).map(Steps::one),
            };
            records.all().iter().map(create).collect()
        }
        Change::Update { key, record } if reads_again => {
            Ok(vec![again::update(table, key, record)?])
        }
        Change::Update { key, record } => {
            let update = update(table, key, record, dialect)?;
            Ok(vec![Steps::one(update.returning(table)?)])
        }
        Change::Delete { key } if reads_again => Ok(vec![again::delete(table, key)?]),
        Change::Delete { key } => {
            let delete = delete(table, key, dialect)?;
            Ok(vec![Steps::one(delete.returning(table)?)])
        }
    }
}

/// Plans the read of one record.
pub(crate) fn one(table: &Table, key: &str, dialect: Dialect) -> Result<Statement, Error> {
    let mut out = select(table, dialect)?;
    push_key(&mut out, table, key)?;
    Ok(out)
}

/// Selects what is visible of a table, yet of all rows.
fn select(table: &Table, dialect: Dialect) -> Result<Statement, Error> {
    let mut out = Statement::new(dialect);
    out.push("SELECT ");
    push_visible(&mut out, table)?;
    out.push(" FROM ");
    out.push_table(table)?;
    Ok(out)
}

fn insert(table: &Table, record: &Record, dialect: Dialect) -> Result<Statement, Error> {
    let fields = fields(table, record)?;
    let mut out = Statement::new(dialect);
    out.push("INSERT INTO ");
    out.push_table(table)?;
    if fields.is_empty() {
        out.push(if dialect == Dialect::Mysql { " () VALUES ()" } else { " DEFAULT VALUES" });
    } else {
        for (at, (column, _)) in fields.iter().enumerate() {
            out.push(if at == 0 { " (" } else { ", " });
            out.push_name(&column.name)?;
        }
        for (at, (column, json)) in fields.iter().enumerate() {
            out.push(if at == 0 { ") VALUES (" } else { ", " });
            out.bind(values::of_json(column, json, dialect)?);
        }
        out.push(")");
    }
    Ok(out)
}

fn update(table: &Table, key: &str, record: &Record, dialect: Dialect) -> Result<Statement, Error> {
    let fields = fields(table, record)?;
    if fields.is_empty() {
        return Err(Error::InvalidBody { reason: "changes no column".to_owned() });
    }
    let mut out = Statement::new(dialect);
    out.push("UPDATE ");
    out.push_table(table)?;
    for (at, (column, json)) in fields.iter().enumerate() {
        out.push(if at == 0 { " SET " } else { ", " });
        out.push_name(&column.name)?;
        out.push(" = ");
        out.bind(values::of_json(column, json, dialect)?);
    }
    push_key(&mut out, table, key)?;
    Ok(out)
}

fn delete(table: &Table, key: &str, dialect: Dialect) -> Result<Statement, Error> {
    let mut out = Statement::new(dialect);
    out.push("DELETE FROM ");
    out.push_table(table)?;
    push_key(&mut out, table, key)?;
    Ok(out)
}

/// Finds the columns of a record; each may be named once and must take values.
fn fields<'t, 'r>(
    table: &'t Table,
    record: &'r Record,
) -> Result<Vec<(&'t Column, &'r Json)>, Error> {
    let mut fields: Vec<(&Column, &Json)> = Vec::with_capacity(record.0.len());
    for (name, json) in &record.0 {
        let column = column(table, name)?;
        if column.generated.is_some() || column.identity == Some(Identity::Always) {
            return Err(Error::ColumnNotWritable {
                table: table.name.clone(),
                column: column.name.clone(),
            });
        }
        if fields.iter().any(|(earlier, _)| earlier.name == column.name) {
            let reason = format!("names the column `{}` twice", column.name);
            return Err(Error::InvalidBody { reason });
        }
        fields.push((column, json));
    }
    Ok(fields)
}

fn push_key(out: &mut Statement, table: &Table, text: &str) -> Result<(), Error> {
    let parts = key::parts(table, text)?;
    for (at, (name, part)) in table.primary_key.iter().zip(&parts).enumerate() {
        out.push(if at == 0 { " WHERE " } else { " AND " });
        push_in(out, column(table, name)?, " IN (", std::slice::from_ref(part))?;
    }
    Ok(())
}

impl Statement {
    fn returning(mut self, table: &Table) -> Result<Self, Error> {
        self.push(" RETURNING ");
        push_visible(&mut self, table)?;
        Ok(self)
    }
}

fn push_visible(out: &mut Statement, table: &Table) -> Result<(), Error> {
    for (at, column) in table.visible_columns().enumerate() {
        out.push(if at == 0 { "" } else { ", " });
        out.push_name(&column.name)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Type;
    use crate::schema::{Generated, Storage};

    fn table() -> Table {
        let column = |name: &str, kind| Column { name: name.into(), kind, ..Column::default() };
        let generated = Some(Generated { storage: Storage::Stored, expression: None });
        Table {
            name: "li\"ne".into(),
            columns: vec![
                column("order_id", Type::I64),
                column("no", Type::I64),
                column("text", Type::Text),
                Column { generated, ..column("loud", Type::Text) },
                Column { hidden: true, ..column("secret", Type::Text) },
            ],
            primary_key: vec!["order_id".into(), "no".into()],
            ..Table::default()
        }
    }

    #[track_caller]
    fn check(planned: Result<Vec<Steps>, Error>, expect: &str) {
        let shown = match planned {
            Ok(changes) => {
                let statements = changes.iter().flat_map(|Steps { before, answering, after }| {
                    before.iter().chain([answering]).chain(after)
                });
                let shown = statements.map(|one| format!("{} {:?}", one.text, one.params));
                shown.collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.report().message,
        };
        assert_eq!(shown, expect);
    }

    fn create(body: &str) -> Result<Vec<Steps>, Error> {
        create_in(&table(), body, Dialect::Sqlite)
    }

    fn create_in(table: &Table, body: &str, dialect: Dialect) -> Result<Vec<Steps>, Error> {
        let records = NewRecords::read(body.as_bytes(), 10).unwrap();
        write(table, Change::Create(&records), dialect)
    }

    fn change(key: &str, body: &str) -> Result<Vec<Steps>, Error> {
        change_in(key, body, Dialect::Sqlite)
    }

    fn change_in(key: &str, body: &str, dialect: Dialect) -> Result<Vec<Steps>, Error> {
        let record = &Record::read(body.as_bytes()).unwrap();
        write(&table(), Change::Update { key, record }, dialect)
    }

    #[test]
    fn names_are_quoted_and_values_bound() {
        let returning = r#"RETURNING "order_id", "no", "text", "loud""#;
        check(
            create(r#"{"ORDER_ID":1,"text":"'; DROP TABLE x; --"}"#),
            &format!(
                r#"INSERT INTO "li""ne" ("order_id", "text") VALUES (?, ?) {returning} [I64(1), Text("'; DROP TABLE x; --")]"#
            ),
        );
        check(create("{}"), &format!(r#"INSERT INTO "li""ne" DEFAULT VALUES {returning} []"#));
        check(
            change("7,2", r#"{"text":null}"#),
            &format!(
                r#"UPDATE "li""ne" SET "text" = ? WHERE "order_id" IN (?) AND "no" IN (?) {returning} [Null, I64(7), I64(2)]"#
            ),
        );
        check(
            write(&table(), Change::Delete { key: "7,2" }, Dialect::Sqlite),
            &format!(
                r#"DELETE FROM "li""ne" WHERE "order_id" IN (?) AND "no" IN (?) {returning} [I64(7), I64(2)]"#
            ),
        );
    }

    #[test]
    fn an_engine_that_answers_no_rows_is_asked_again() {
        let read = "SELECT `order_id`, `no`, `text`, `loud` FROM `li\"ne`";
        check(
            create_in(&table(), r#"{"order_id":1,"no":2}"#, Dialect::Mysql),
            &format!(
                "INSERT INTO `li\"ne` (`order_id`, `no`) VALUES (?, ?) [I64(1), I64(2)]; {read} \
                 WHERE `order_id` = ? AND `no` = ? [I64(1), I64(2)]"
            ),
        );
        check(
            change_in("7,2", r#"{"no":3}"#, Dialect::Mysql),
            &format!(
                "UPDATE `li\"ne` SET `no` = ? WHERE `order_id` IN (?) AND `no` IN (?) [I64(3), \
                 I64(7), I64(2)]; {read} WHERE `order_id` IN (?) AND `no` = ? [I64(7), I64(3)]"
            ),
        );
        check(
            write(&table(), Change::Delete { key: "7,2" }, Dialect::Mysql),
            &format!(
                "{read} WHERE `order_id` IN (?) AND `no` IN (?) FOR UPDATE [I64(7), I64(2)]; DELETE \
                 FROM `li\"ne` WHERE `order_id` IN (?) AND `no` IN (?) [I64(7), I64(2)]"
            ),
        );
        let mut numbered = table();
        numbered.primary_key = vec!["order_id".into()];
        numbered.columns[0].identity = Some(Identity::ByDefault);
        check(
            create_in(&numbered, r#"{"order_id":null}"#, Dialect::Mysql),
            &format!(
                "INSERT INTO `li\"ne` (`order_id`) VALUES (?) [Null]; {read} WHERE `order_id` = \
                 last_insert_id() []"
            ),
        );
        let mut made = table();
        made.columns[0].default = Some("uuid_short()".into());
        check(
            create_in(&made, r#"{"no":2}"#, Dialect::Mysql),
            "The engine does not tell which 'order_id' it gave the record; give one",
        );
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        check(create(r#"{"a = 1; --":1}"#), "Column 'a = 1; --' not found in 'li\"ne'");
        check(create(r#"{"secret":"x"}"#), "Column 'secret' not found in 'li\"ne'");
        check(create(r#"{"loud":"x"}"#), "Column 'loud' of 'li\"ne' is computed by the database");
        check(create(r#"{"no":1,"NO":2}"#), "The body names the column `no` twice");
        check(create(r#"{"no":"x"}"#), "'x' is not a whole number of 64 bits, as 'no' takes");
        check(change("7,2", "{}"), "The body changes no column");
        check(
            change("7", r#"{"no":1}"#),
            "'7' is not a key of (order_id, no), as in 'a,b' with quotes around a comma",
        );
    }
}
