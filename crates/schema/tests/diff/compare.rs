//! What counts where two schemas are to be the same.

use hypostyle::schema::{Index, Origin, Schema, TableKind};

/// Leaves out what does not count: the order of columns and constraints, the statements of tables,
/// which tell the order, and names that an engine gives by itself.
pub(crate) fn comparable(mut schema: Schema) -> Schema {
    for table in &mut schema.tables {
        if table.kind == TableKind::Table {
            table.sql = None;
        }
        for index in &mut table.indexes {
            if index.name.starts_with("sqlite_") || index.origin == Origin::PrimaryKey {
                index.name.clear();
            }
        }
        table.columns.sort_by(|left, right| left.name.cmp(&right.name));
        let key = |index: &Index| (index.name.clone(), format!("{:?}", index.parts));
        table.indexes.sort_by_key(key);
        table.foreign_keys.sort_by_key(|key| (key.name.clone(), key.columns.clone()));
        table.checks.sort_by_key(|check| (check.name.clone(), check.expression.clone()));
        table.definitions.sort_by_key(|it| it.name.clone());
    }
    schema
}
