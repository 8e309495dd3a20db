//! From records to statements that write them. All pure.

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

/// Plans a change: a statement for each record, which answers the record as the statement leaves it;
/// triggers that run afterwards may change it once more.
pub(crate) fn write(
    table: &Table,
    change: Change<'_>,
    dialect: Dialect,
) -> Result<Vec<Statement>, Error> {
    match change {
        Change::Create(records) => {
            records.all().iter().map(|record| insert(table, record, dialect)).collect()
        }
        Change::Update { key, record } => Ok(vec![update(table, key, record, dialect)?]),
        Change::Delete { key } => Ok(vec![delete(table, key, dialect)?]),
    }
}

/// Plans the read of one record.
pub(crate) fn one(table: &Table, key: &str, dialect: Dialect) -> Result<Statement, Error> {
    let mut out = Statement::new(dialect);
    out.push("SELECT ");
    push_visible(&mut out, table)?;
    out.push(" FROM ");
    out.push_table(table)?;
    push_key(&mut out, table, key)?;
    Ok(out)
}

fn insert(table: &Table, record: &Record, dialect: Dialect) -> Result<Statement, Error> {
    let fields = fields(table, record)?;
    let mut out = Statement::new(dialect);
    out.push("INSERT INTO ");
    out.push_table(table)?;
    if fields.is_empty() {
        out.push(" DEFAULT VALUES");
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
    push_returning(&mut out, table)?;
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
    push_returning(&mut out, table)?;
    Ok(out)
}

fn delete(table: &Table, key: &str, dialect: Dialect) -> Result<Statement, Error> {
    let mut out = Statement::new(dialect);
    out.push("DELETE FROM ");
    out.push_table(table)?;
    push_key(&mut out, table, key)?;
    push_returning(&mut out, table)?;
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

fn push_returning(out: &mut Statement, table: &Table) -> Result<(), Error> {
    out.push(" RETURNING ");
    push_visible(out, table)
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
    fn check(planned: Result<Vec<Statement>, Error>, expect: &str) {
        let shown = match planned {
            Ok(statements) => {
                let shown = statements.iter().map(|one| format!("{} {:?}", one.text, one.params));
                shown.collect::<Vec<_>>().join("; ")
            }
            Err(error) => error.report().message,
        };
        assert_eq!(shown, expect);
    }

    fn create(body: &str) -> Result<Vec<Statement>, Error> {
        let records = NewRecords::read(body.as_bytes(), 10).unwrap();
        write(&table(), Change::Create(&records), Dialect::Sqlite)
    }

    fn change(key: &str, body: &str) -> Result<Vec<Statement>, Error> {
        let record = &Record::read(body.as_bytes()).unwrap();
        write(&table(), Change::Update { key, record }, Dialect::Sqlite)
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
