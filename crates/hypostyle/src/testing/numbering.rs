//! Columns that the engine numbers, after rows that brought numbers of their own.

use hypostyle_schema::Table;
use hypostyle_sql::Dialect;

use crate::{Result, Transaction};

/// The greatest number up to which a sequence is counted on that cannot be set.
const COUNTED_MAX: i64 = 1_000_000;

/// Has the engine number on behind the greatest number of each column. SQLite and MySQL do by
/// themselves.
pub(super) async fn number_on(table: &Table, transaction: &mut Transaction<'_>) -> Result<()> {
    let dialect = transaction.database().engine().dialect;
    if !dialect.is_postgres() && dialect != Dialect::DuckDb {
        return Ok(());
    }
    let name = table.sql_name(dialect)?;
    for column in &table.columns {
        let next = column.default.as_deref().filter(|default| default.starts_with("nextval("));
        if column.identity.is_none() && next.is_none() {
            continue;
        }
        let quoted = dialect.quote_identifier(&column.name)?;
        let greatest = format!("SELECT max({quoted}) FROM {name}");
        let Some(greatest) = transaction.fetch_value::<Option<i64>>(&greatest, ()).await? else {
            continue;
        };
        match next {
            Some(next) if dialect == Dialect::DuckDb => {
                let text =
                    format!("SELECT count({next}) FROM range({})", greatest.min(COUNTED_MAX));
                transaction.execute(&text, ()).await?;
            }
            _ => {
                let text = "SELECT setval(s, greatest($3, nextval(s))) \
                            FROM (SELECT pg_get_serial_sequence($1, $2)::regclass AS s) AS x \
                            WHERE s IS NOT NULL";
                let params = (name.as_str(), column.name.as_str(), greatest);
                transaction.execute(text, params).await?;
            }
        }
    }
    Ok(())
}
