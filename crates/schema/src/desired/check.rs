//! Checking a model file: on a scratch database, by the engine itself.

use hypostyle_core::{Database, Error, ErrorKind, Transaction};

use super::model_file::Part;
use super::{ModelFile, ObjectKind, Problem};
use crate::{ForeignKey, Inspector, Schema, Table, TableKind};

const EXPECTED_KEY: &str = "a table of this file, and its primary key or unique columns";

impl ModelFile {
    /// Makes the objects on an empty scratch database, such as `sqlite::memory:`, and answers what
    /// they look like. Nothing stays on it.
    ///
    /// # Errors
    /// A [`Problem`] where the engine refuses a statement, with its place; for a foreign key that
    /// refers to no table, or to no key, of the file; for a view that cannot be read; for a scratch
    /// database that is not empty or does not speak SQLite's SQL.
    ///
    /// # Cancellation
    /// Nothing stays on the scratch database.
    ///
    /// # Examples
    /// ```
    /// use hypostyle_schema::desired::ModelFile;
    /// # #[tokio::main]
    /// # async fn main() -> hypostyle_core::Result<()> {
    /// let text = "-- database: shop\nCREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)";
    /// let models = ModelFile::parse(text, "models.sql")?;
    /// let scratch = hypostyle::Database::open("sqlite::memory:").await?;
    /// let schema = models.check(&scratch).await?;
    /// assert_eq!(schema.tables[0].columns.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self, scratch: &Database) -> Result<Schema, Problem> {
        let around = |error: Error| self.problem_around("the scratch database failed", error);
        let mut transaction = scratch.begin().await.map_err(around)?;
        let mut inspector = Inspector::new(scratch, &mut transaction).map_err(around)?;
        if let Some(table) = inspector.tables().await.map_err(around)?.first() {
            let message = format!("the scratch database holds the table `{table}` already");
            let error = Error::new(ErrorKind::Validation, "use an empty one, as sqlite::memory:");
            return Err(self.problem_around(&message, error));
        }
        for part in &self.parts {
            self.make(part, &mut transaction).await?;
        }
        let mut inspector = Inspector::new(scratch, &mut transaction).map_err(around)?;
        let schema = inspector.schema().await.map_err(around)?;
        transaction.rollback().await.map_err(around)?;
        self.check_views(&schema)?;
        self.check_foreign_keys(&schema)?;
        Ok(schema)
    }

    pub(super) async fn make(
        &self,
        part: &Part,
        transaction: &mut Transaction<'_>,
    ) -> Result<(), Problem> {
        let query = transaction.request(self.statement(part)).tag("schema.models");
        query.execute().await.map(drop).map_err(|error| self.problem_of(part, error))
    }

    fn check_views(&self, schema: &Schema) -> Result<(), Problem> {
        for table in &schema.tables {
            if let Some(problem) = &table.problem {
                let message = format!("the view `{}` cannot be read: {problem}", table.name);
                let expected = "tables and columns of this file";
                return Err(self.problem_in(table, message).expected(expected));
            }
        }
        Ok(())
    }

    fn check_foreign_keys(&self, schema: &Schema) -> Result<(), Problem> {
        for table in &schema.tables {
            for key in &table.foreign_keys {
                if let Some(what) = dangling(key, schema) {
                    let message = format!("a foreign key of `{}` refers to {what}", table.name);
                    return Err(self.problem_in(table, message).expected(EXPECTED_KEY));
                }
            }
        }
        Ok(())
    }

    /// A problem of the statement that made a table.
    fn problem_in(&self, table: &Table, message: String) -> Problem {
        let part = self.parts.iter().find(|part| {
            matches!(part.object.kind, ObjectKind::Table | ObjectKind::View)
                && part.object.name.eq_ignore_ascii_case(&table.name)
        });
        Problem::new(&self.file, part.map_or(1, |part| part.line), message)
    }
}

/// Says what a foreign key refers to in vain.
fn dangling(key: &ForeignKey, schema: &Schema) -> Option<String> {
    let wanted = &key.referenced_table;
    let Some(parent) = schema.table(wanted).filter(|table| table.kind == TableKind::Table) else {
        return Some(format!("`{wanted}`, which is no table of this file"));
    };
    let columns = &key.referenced_columns;
    if columns.is_empty() {
        return Some(format!("`{wanted}`, which has no primary key"));
    }
    if columns.len() != key.columns.len() {
        let (ours, theirs) = (key.columns.len(), columns.len());
        return Some(format!("{theirs} columns of `{wanted}` by {ours} of its own"));
    }
    if let Some(column) = columns.iter().find(|column| parent.column(column).is_none()) {
        return Some(format!("`{wanted}.{column}`, which is no column"));
    }
    let shown = columns.join(", ");
    (!is_key(parent, columns)).then(|| format!("`{wanted} ({shown})`, which is not unique"))
}

fn is_key(parent: &Table, columns: &[String]) -> bool {
    let covers = |key: &[&str]| {
        key.len() == columns.len()
            && columns.iter().all(|column| key.iter().any(|k| k.eq_ignore_ascii_case(column)))
    };
    let primary: Vec<&str> = parent.primary_key.iter().map(String::as_str).collect();
    covers(&primary)
        || parent.indexes.iter().any(|index| {
            let columns: Option<Vec<&str>> = index.parts.iter().map(|part| part.column()).collect();
            index.unique && index.predicate.is_none() && columns.is_some_and(|key| covers(&key))
        })
}
