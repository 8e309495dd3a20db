//! Rows lent from a batch, and types read from them by a plan made once per result.

use std::sync::Arc;

use crate::value::{FromValue, Mismatch, Value, ValueRef, write_json, write_json_string};
use crate::{Batch, Column, Columns, Error, ErrorKind, Result};

/// A row, lent by the batch it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a Arc<Columns>,
    batch: &'a Batch,
    at: usize,
}

/// A column named by position (from 0) or by name.
pub trait ColumnIndex {
    /// Finds the position.
    ///
    /// # Errors
    /// `Data` when there is no such column.
    fn position(&self, columns: &Columns) -> Result<usize>;
}

impl ColumnIndex for usize {
    fn position(&self, columns: &Columns) -> Result<usize> {
        if *self < columns.len() {
            return Ok(*self);
        }
        let message = format!("no column at position {self}; the result has {}", columns.len());
        Err(Error::new(ErrorKind::Data, message))
    }
}

impl ColumnIndex for &str {
    fn position(&self, columns: &Columns) -> Result<usize> {
        columns.index(self)
    }
}

impl<'a> Row<'a> {
    /// Lends row `at` of a batch.
    pub fn new(columns: &'a Arc<Columns>, batch: &'a Batch, at: usize) -> Self {
        Self { columns, batch, at }
    }

    /// Answers the columns.
    pub fn columns(&self) -> &'a Arc<Columns> {
        self.columns
    }

    /// Lends the value of a column by position; NULL beyond the last.
    #[inline]
    pub fn value(&self, column: usize) -> ValueRef<'a> {
        self.batch.value(self.at, column)
    }

    /// Lends the values in order.
    pub fn values(&self) -> impl Iterator<Item = ValueRef<'a>> + use<'a> {
        let row = *self;
        (0..row.columns.len()).map(move |column| row.value(column))
    }

    /// Reads the value of a column.
    ///
    /// # Errors
    /// `Data` when there is no such column or the value does not fit the type exactly.
    ///
    /// # Examples
    /// ```
    /// # use hypostyle_core::{Result, Row};
    /// fn greeting(row: Row<'_>) -> Result<String> {
    ///     Ok(format!("{}, {}", row.get::<&str>("name")?, row.get::<Option<i64>>(1)?.unwrap_or(0)))
    /// }
    /// ```
    pub fn get<T: FromValue<'a>>(&self, column: impl ColumnIndex) -> Result<T> {
        self.read(column.position(self.columns)?)
    }

    /// Reads the value of a column whose position a plan has resolved.
    ///
    /// # Errors
    /// `Data` when the value does not fit the type exactly.
    #[inline]
    pub fn read<T: FromValue<'a>>(&self, column: usize) -> Result<T> {
        T::from_value(self.value(column)).map_err(|mismatch| self.misread(column, mismatch))
    }

    /// Copies the values.
    pub fn to_values(&self) -> Vec<Value> {
        self.values().map(|value| value.to_value()).collect()
    }

    /// Writes the row as a JSON object, exact to the last digit.
    ///
    /// # Errors
    /// Those of `out` only.
    pub fn write_json(&self, out: &mut impl std::fmt::Write) -> std::fmt::Result {
        for (at, column) in self.columns.iter().enumerate() {
            out.write_char(if at == 0 { '{' } else { ',' })?;
            write_json_string(&column.name, out)?;
            out.write_char(':')?;
            write_json(self.value(at), out)?;
        }
        out.write_str(if self.columns.is_empty() { "{}" } else { "}" })
    }

    #[cold]
    fn misread(&self, column: usize, mismatch: Mismatch) -> Error {
        let name = self.columns.get(column).map_or("?", |column| &column.name);
        Error::new(ErrorKind::Data, format!("column `{name}` {mismatch}")).caused_by(mismatch)
    }
}

/// A type read from a row. Derived for structures by `#[derive(FromRow)]`; tuples read by position.
pub trait FromRow: Sized {
    /// What is resolved once per result: the positions of the fields.
    type Plan: Send;

    /// Resolves the fields among the columns of a result.
    ///
    /// # Errors
    /// `Data` when a column is missing.
    fn plan(columns: &Arc<Columns>) -> Result<Self::Plan>;

    /// Reads a row by the plan.
    ///
    /// # Errors
    /// `Data` when a value does not fit its field exactly.
    fn read(row: Row<'_>, plan: &Self::Plan) -> Result<Self>;
}

/// A row that owns its values, for dynamic use beyond the batch.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedRow {
    columns: Arc<Columns>,
    values: Vec<Value>,
}

impl OwnedRow {
    /// Answers the columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Lends the values in order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Reads the value of a column.
    ///
    /// # Errors
    /// `Data` when there is no such column or the value does not fit the type exactly.
    pub fn get<'a, T: FromValue<'a>>(&'a self, column: impl ColumnIndex) -> Result<T> {
        let at = column.position(&self.columns)?;
        T::from_value(self.values[at].as_ref()).map_err(|mismatch| {
            let name = &self.columns[at].name;
            Error::new(ErrorKind::Data, format!("column `{name}` {mismatch}")).caused_by(mismatch)
        })
    }

    /// Lends the value of a column by name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.columns.find(name).map(|at| &self.values[at])
    }
}

impl FromRow for OwnedRow {
    type Plan = Arc<Columns>;

    fn plan(columns: &Arc<Columns>) -> Result<Self::Plan> {
        Ok(columns.clone())
    }

    fn read(row: Row<'_>, plan: &Self::Plan) -> Result<Self> {
        Ok(Self { columns: plan.clone(), values: row.to_values() })
    }
}

macro_rules! tuples {
    ($(($($type:ident $at:literal),+) $width:literal;)*) => {$(
        impl<$($type),+> FromRow for ($($type,)+)
        where
            $($type: for<'a> FromValue<'a>,)+
        {
            type Plan = ();

            fn plan(columns: &Arc<Columns>) -> Result<()> {
                expect_width(columns, $width)
            }

            #[inline]
            fn read(row: Row<'_>, (): &()) -> Result<Self> {
                Ok(($(row.read::<$type>($at)?,)+))
            }
        }
    )*};
}
tuples! {
    (A 0) 1;
    (A 0, B 1) 2;
    (A 0, B 1, C 2) 3;
    (A 0, B 1, C 2, D 3) 4;
    (A 0, B 1, C 2, D 3, E 4) 5;
    (A 0, B 1, C 2, D 3, E 4, F 5) 6;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6) 7;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7) 8;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8) 9;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9) 10;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10) 11;
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11) 12;
}

fn expect_width(columns: &Columns, width: usize) -> Result<()> {
    if columns.len() == width {
        return Ok(());
    }
    let message = format!("the result has {} columns, the tuple {width}", columns.len());
    Err(Error::new(ErrorKind::Data, message))
}
