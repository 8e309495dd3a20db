//! Rows that a change must leave as they are.

use std::collections::{BTreeMap, BTreeSet};

use hypostyle::schema::{
    Column, DefinitionKind, ForeignKey, Identity, IndexPart, Origin, Schema, Table, TableKind,
};
use hypostyle::{OwnedRow, Result};
use hypostyle_core::Type;
use hypostyle_sql::Dialect;

use crate::draft::Draft;
use crate::engine::Place;

/// How many rows a table gets.
const MANY: u32 = 2;

/// The tables that both schemas let have rows, each with the columns that stay.
pub(crate) struct Rows {
    dialect: Dialect,
    /// In an order in which references find their rows.
    filled: Vec<Filled>,
}

struct Filled {
    from: Table,
    to: Option<Table>,
    /// Columns by their names before and after that hold the same values in both.
    same: Vec<(String, String)>,
}

type Shown = BTreeMap<String, Vec<String>>;

impl Rows {
    /// Finds the tables whose rows neither the way there nor the way back stumbles over.
    pub(crate) fn between(from: &Schema, to: &Schema, draft: &Draft, dialect: Dialect) -> Self {
        let sides = Sides { from, to, draft, dialect };
        let mut full: BTreeSet<String> = from
            .tables
            .iter()
            .filter(|table| table.kind == TableKind::Table && sides.may_be_full(table))
            .map(|table| table.name.clone())
            .collect();
        let ordered = loop {
            let many = full.len();
            full = full.iter().filter(|name| sides.refers_to_rows(name, &full)).cloned().collect();
            let ordered = in_order(from, &full, dialect);
            full = ordered.iter().map(|table| table.name.clone()).collect();
            if full.len() == many {
                break ordered;
            }
        };
        let filled = |table: &Table| Filled {
            from: table.clone(),
            to: sides.after(table).cloned(),
            same: sides.same(table),
        };
        Self { dialect, filled: ordered.into_iter().map(filled).collect() }
    }

    pub(crate) fn tables(&self) -> usize {
        self.filled.len()
    }

    pub(crate) async fn fill(&self, place: &Place) -> Result<()> {
        for Filled { from, .. } in &self.filled {
            let columns: Vec<&Column> =
                from.columns.iter().filter(|it| it.generated.is_none()).collect();
            let names: Vec<String> = columns.iter().map(|it| self.quoted(&it.name)).collect();
            for row in 1..=MANY {
                let values: Vec<String> =
                    columns.iter().filter_map(|it| literal(it, self.dialect, row)).collect();
                let overriding =
                    if self.dialect.is_postgres() { " OVERRIDING SYSTEM VALUE" } else { "" };
                let insert = format!(
                    "INSERT INTO {} ({}){overriding} VALUES ({})",
                    from.sql_name(self.dialect)?,
                    names.join(", "),
                    values.join(", ")
                );
                place.db.execute(&insert, ()).await?;
            }
        }
        Ok(())
    }

    /// What the columns that stay hold, before the change or after its way back.
    pub(crate) async fn before(&self, place: &Place) -> Result<Shown> {
        let mut shown = Shown::new();
        for Filled { from, to, same } in &self.filled {
            let names = same.iter().map(|(old, _)| self.quoted(old)).collect::<Vec<_>>();
            if to.is_some() && !names.is_empty() {
                shown.insert(from.name.clone(), self.shown(place, from, &names).await?);
            }
        }
        Ok(shown)
    }

    /// What they hold after the change.
    pub(crate) async fn after(&self, place: &Place) -> Result<Shown> {
        let mut shown = Shown::new();
        for Filled { from, to, same } in &self.filled {
            let names = same.iter().map(|(_, new)| self.quoted(new)).collect::<Vec<_>>();
            if let (Some(to), false) = (to, names.is_empty()) {
                shown.insert(from.name.clone(), self.shown(place, to, &names).await?);
            }
        }
        Ok(shown)
    }

    async fn shown(&self, place: &Place, table: &Table, names: &[String]) -> Result<Vec<String>> {
        let query = format!("SELECT {} FROM {}", names.join(", "), table.sql_name(self.dialect)?);
        let rows = place.db.fetch_all::<OwnedRow>(&query, ()).await?;
        let mut shown: Vec<String> = rows.iter().map(|row| format!("{:?}", row.values())).collect();
        shown.sort();
        Ok(shown)
    }

    fn quoted(&self, name: &str) -> String {
        self.dialect.quote_identifier(name).expect("names have no NUL")
    }
}

/// Both schemas, and which table and column of one is which of the other.
struct Sides<'s> {
    from: &'s Schema,
    to: &'s Schema,
    draft: &'s Draft,
    dialect: Dialect,
}

impl<'s> Sides<'s> {
    fn after(&self, table: &Table) -> Option<&'s Table> {
        let name = self.draft.new_name(&table.name);
        self.to.tables.iter().find(|it| it.name == name && it.kind == TableKind::Table)
    }

    /// The columns that hold values of their own on both sides.
    fn kept<'t>(&self, from: &'t Table, to: &'t Table) -> Vec<(&'t Column, &'t Column)> {
        let both = from.columns.iter().filter(|column| column.generated.is_none());
        let pair = |column: &'t Column| {
            let name = self.draft.new_name(&column.name);
            let other = to.columns.iter().find(|it| it.name == name && it.generated.is_none());
            other.map(|other| (column, other))
        };
        both.filter_map(pair).collect()
    }

    fn same(&self, from: &Table) -> Vec<(String, String)> {
        let Some(to) = self.after(from) else { return Vec::new() };
        let kept = self.kept(from, to);
        let same = kept.into_iter().filter(|(old, new)| old.declared == new.declared);
        same.map(|(old, new)| (old.name.clone(), new.name.clone())).collect()
    }

    fn may_be_full(&self, from: &Table) -> bool {
        let stored = || from.columns.iter().filter(|column| column.generated.is_none());
        let excludes = |table: &Table| {
            table.definitions.iter().any(|it| it.kind == DefinitionKind::Constraint)
        };
        if from.inherited
            || excludes(from)
            || stored().any(|it| literal(it, self.dialect, 1).is_none())
        {
            return false;
        }
        let all: Vec<&str> = stored().map(|column| column.name.as_str()).collect();
        if !differ(from, &all, self.dialect) {
            return false;
        }
        let Some(to) = self.after(from) else { return true };
        let kept = self.kept(from, to);
        let (old, new): (Vec<&str>, Vec<&str>) =
            kept.iter().map(|(old, new)| (old.name.as_str(), new.name.as_str())).unzip();
        !excludes(to)
            && kept.iter().all(|(old, new)| may_become(old, new))
            && takes_rows(from, &old)
            && takes_rows(to, &new)
            && differ(from, &old, self.dialect)
            && differ(to, &new, self.dialect)
    }

    /// Tells whether all that a table refers to has rows, before, after and after the way back.
    fn refers_to_rows(&self, name: &str, full: &BTreeSet<String>) -> bool {
        let Some(from) = self.from.tables.iter().find(|table| table.name == name) else {
            return false;
        };
        if !from.foreign_keys.iter().all(|key| full.contains(&key.referenced_table)) {
            return false;
        }
        let Some(to) = self.after(from) else { return true };
        let kept = self.kept(from, to);
        let there = to.foreign_keys.iter().all(|key| {
            self.finds(key, to, full, |name| kept.iter().any(|(_, new)| new.name == name), true)
        });
        there
            && from.foreign_keys.iter().all(|key| {
                self.finds(
                    key,
                    from,
                    full,
                    |name| kept.iter().any(|(old, _)| old.name == name),
                    false,
                )
            })
    }

    fn finds(
        &self,
        key: &ForeignKey,
        table: &Table,
        full: &BTreeSet<String>,
        is_kept: impl Fn(&str) -> bool,
        is_after: bool,
    ) -> bool {
        let new = |name: &&String| !is_kept(name);
        let is_null = |name: &String| {
            table.columns.iter().any(|it| it.name == *name && it.nullable && it.default.is_none())
        };
        if key.columns.iter().filter(new).any(is_null) && !key.match_full {
            return true;
        }
        if key.columns.iter().any(|name| !is_kept(name)) {
            return false;
        }
        self.from.tables.iter().filter(|parent| full.contains(&parent.name)).any(|parent| {
            let Some(after) = self.after(parent) else { return false };
            let kept = self.kept(parent, after);
            let (told, names): (&str, Vec<&str>) = match is_after {
                true => (&after.name, kept.iter().map(|(_, new)| new.name.as_str()).collect()),
                false => (&parent.name, kept.iter().map(|(old, _)| old.name.as_str()).collect()),
            };
            told == key.referenced_table
                && key.referenced_columns.iter().all(|name| names.contains(&name.as_str()))
                && self.hold_alike(key, table, if is_after { after } else { parent }, is_after)
        })
    }

    /// Tells whether both ends had values of one kind before the change.
    fn hold_alike(&self, key: &ForeignKey, table: &Table, parent: &Table, is_after: bool) -> bool {
        let before = |table: &Table, name: &str| {
            let all = self.from.tables.iter().flat_map(|table| &table.columns);
            let mut own = all.filter(|column| match is_after {
                true => self.draft.new_name(&column.name) == name,
                false => column.name == name,
            });
            let _ = table;
            own.next().map(|column| (column.kind, column.labels.clone()))
        };
        key.columns
            .iter()
            .zip(&key.referenced_columns)
            .all(|(own, other)| before(table, own) == before(parent, other))
    }
}

/// Tells whether the columns that are not kept fill themselves.
fn takes_rows(table: &Table, kept: &[&str]) -> bool {
    table.columns.iter().filter(|column| !kept.contains(&column.name.as_str())).all(|column| {
        column.nullable
            || column.generated.is_some()
            || column.identity.is_some()
            || column.default.is_some()
    })
}

/// Tells whether the rows differ in each unique key of a table by the columns that are kept.
fn differ(table: &Table, kept: &[&str], dialect: Dialect) -> bool {
    let key = table.primary_key.clone();
    let uniques = table.indexes.iter().filter(|it| it.unique && it.origin != Origin::PrimaryKey);
    let uniques = uniques.map(|index| {
        let parts = index.parts.iter().filter(|part| part.prefix.is_none());
        (parts.filter_map(IndexPart::column).map(str::to_owned).collect(), index.nulls_not_distinct)
    });
    let keys: Vec<(Vec<String>, bool)> =
        uniques.chain([(key, true)].into_iter().filter(|(key, _)| !key.is_empty())).collect();
    keys.iter().all(|(names, equal_nulls)| {
        names.iter().filter_map(|name| table.column(name)).any(|column| {
            let is_kept = kept.contains(&column.name.as_str());
            let is_null = !is_kept
                && column.nullable
                && column.default.is_none()
                && column.generated.is_none();
            match is_kept {
                true => literal(column, dialect, 1) != literal(column, dialect, 2),
                false => column.identity == Some(Identity::ByDefault) || is_null && !equal_nulls,
            }
        })
    })
}

/// Tells whether the values of one type are values of another.
fn may_become(old: &Column, new: &Column) -> bool {
    let plain = [Type::I64, Type::U64, Type::I128, Type::F32, Type::F64, Type::Decimal, Type::Text];
    if old.labels.is_empty() != new.labels.is_empty() {
        return false;
    }
    match old.labels.is_empty() {
        true => old.kind == new.kind || plain.contains(&old.kind) && plain.contains(&new.kind),
        false => {
            old.labels.iter().take(2).all(|label| new.labels.contains(label))
                && new.labels.iter().take(2).all(|label| old.labels.contains(label))
        }
    }
}

/// Orders tables so that what is referred to comes first; those of circles are left out.
fn in_order<'s>(from: &'s Schema, full: &BTreeSet<String>, dialect: Dialect) -> Vec<&'s Table> {
    // DuckDB looks for a row before it has the one that refers to it.
    let finds_itself = dialect != Dialect::DuckDb;
    let mut waiting: Vec<&Table> =
        from.tables.iter().filter(|table| full.contains(&table.name)).collect();
    let mut ordered: Vec<&Table> = Vec::new();
    while let Some(at) = waiting.iter().position(|table| {
        let mut others = table.foreign_keys.iter().map(|key| key.referenced_table.as_str());
        others.all(|name| {
            finds_itself && name == table.name || ordered.iter().any(|done| done.name == name)
        })
    }) {
        ordered.push(waiting.remove(at));
    }
    ordered
}

/// A value of a column in the first row, the second and so on, as SQL writes it.
fn literal(column: &Column, dialect: Dialect, row: u32) -> Option<String> {
    let at = usize::try_from(row).unwrap_or_default() - 1;
    if let Some(label) = column.labels.get(at.min(column.labels.len().saturating_sub(1))) {
        return Some(dialect.quote_string(label).expect("labels have no NUL"));
    }
    Some(match column.kind {
        Type::I64 | Type::U64 | Type::I128 | Type::F32 | Type::F64 | Type::Decimal => {
            row.to_string()
        }
        Type::Text => format!("'{row}'"),
        Type::Bool => (row.is_multiple_of(2)).to_string(),
        Type::Date => format!("'2024-01-0{row}'"),
        Type::Timestamp | Type::TimestampTz => format!("'2024-01-01 00:00:0{row}'"),
        Type::Json => format!("'{{\"n\": {row}}}'"),
        Type::Uuid => format!("'00000000-0000-0000-0000-00000000000{row}'"),
        Type::Bytes if dialect == Dialect::Sqlite => format!("x'0{row}'"),
        Type::Bytes => format!("'{row}'"),
        Type::List if dialect.is_postgres() => format!("'{{{row}}}'"),
        Type::List => format!("['{row}']"),
        _ => return None,
    })
}
