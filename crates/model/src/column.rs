//! Columns of models, typed by their fields.

use std::fmt;
use std::marker::PhantomData;

use hypostyle_core::{Decimal, Result, Uuid, Value};

use crate::change::{Assigned, Change};
use crate::field::{Bound, Field, Json};
use crate::filter::{Comparison, Filter, Node};
use crate::order::Order;

/// A column of the model `M` whose field is a `T`. The derive declares one for each field, by its
/// name: `User::email`.
///
/// # Shape
/// A comparison with NULL is never true, as in SQL: rows whose value is NULL meet neither `eq` nor `ne`.
///
/// # Examples
/// ```
/// # use hypostyle_model as model;
/// use hypostyle_model::Model;
/// #[derive(Model)]
/// # #[model(crate = model)]
/// struct User {
///     #[model(key)]
///     id: i64,
///     email: String,
///     age: Option<i32>,
/// }
///
/// let adults = User::age.gte(18) & User::email.ends_with("@example.org");
/// let unknown = adults | User::age.is_null();
/// ```
pub struct Column<M, T> {
    name: ColumnName,
    types: PhantomData<fn() -> (M, T)>,
}

/// The name of a column, that of an embedded structure in two parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ColumnName {
    pub(crate) prefix: &'static str,
    pub(crate) name: &'static str,
}

impl ColumnName {
    /// Names a column of an embedded structure by its own name and what stands before it.
    pub const fn embedded(prefix: &'static str, name: &'static str) -> Self {
        Self { prefix, name }
    }
}

impl From<&'static str> for ColumnName {
    fn from(name: &'static str) -> Self {
        Self { prefix: "", name }
    }
}

impl fmt::Display for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.prefix)?;
        f.write_str(self.name)
    }
}

impl fmt::Debug for ColumnName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for Column<M, T> {}

impl<M, T> fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}

impl<M, T> Column<M, T> {
    /// Names a column; the derive does.
    pub const fn new(name: &'static str) -> Self {
        Self::embedded("", name)
    }

    /// Names a column of an embedded structure; the derive does.
    pub const fn embedded(prefix: &'static str, name: &'static str) -> Self {
        Self { name: ColumnName::embedded(prefix, name), types: PhantomData }
    }

    /// Answers its name in the database.
    pub const fn name(&self) -> ColumnName {
        self.name
    }

    /// Sorts by it, the smallest first; NULL comes last.
    pub fn asc(self) -> Order<M> {
        Order::new(self.name, false)
    }

    /// Sorts by it, the greatest first; NULL comes last.
    pub fn desc(self) -> Order<M> {
        Order::new(self.name, true)
    }
}

impl<M, T: Field> Column<M, T> {
    /// Equal.
    pub fn eq(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Equal, value)
    }

    /// Not equal.
    pub fn ne(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::NotEqual, value)
    }

    /// Greater.
    pub fn gt(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Greater, value)
    }

    /// Greater or equal.
    pub fn gte(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::GreaterOrEqual, value)
    }

    /// Less.
    pub fn lt(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::Less, value)
    }

    /// Less or equal.
    pub fn lte(self, value: impl Operand<T>) -> Filter<M> {
        self.compare(Comparison::LessOrEqual, value)
    }

    /// Between two values, both included.
    pub fn between(self, low: impl Operand<T>, high: impl Operand<T>) -> Filter<M> {
        self.gte(low) & self.lte(high)
    }

    /// One of these values; of none, never.
    pub fn in_<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        let values: Result<Vec<Value>> = values.into_iter().map(Operand::into_value).collect();
        Filter::of(values.map(|values| Node::In(self.name, values)))
    }

    /// None of these values.
    pub fn not_in<V: Operand<T>>(self, values: impl IntoIterator<Item = V>) -> Filter<M> {
        !self.in_(values)
    }

    /// Compares two columns.
    pub fn eq_column(self, other: Column<M, T>) -> Filter<M> {
        Filter::of(Ok(Node::Columns(self.name, Comparison::Equal, other.name)))
    }

    /// Sets it, in an update or a new row.
    pub fn set(self, value: impl Operand<T>) -> Change<M> {
        Change::new(self.name, value.into_value().map(Assigned::Value))
    }

    fn compare(self, comparison: Comparison, value: impl Operand<T>) -> Filter<M> {
        Filter::of(value.into_value().map(|value| Node::Compare(self.name, comparison, value)))
    }
}

impl<M, T: Field> Column<M, Option<T>> {
    /// Has no value.
    pub fn is_null(self) -> Filter<M> {
        Filter::of(Ok(Node::Null(self.name)))
    }

    /// Has a value.
    pub fn is_not_null(self) -> Filter<M> {
        !self.is_null()
    }

    /// Sets it to NULL.
    pub fn set_null(self) -> Change<M> {
        Change::new(self.name, Ok(Assigned::Value(Value::Null)))
    }
}

impl<M, T: Textual> Column<M, T> {
    /// Meets a pattern: `%` stands for any text, `_` for one character, `\` before them for
    /// themselves; capitals count.
    pub fn like(self, pattern: impl Into<String>) -> Filter<M> {
        Filter::of(Ok(Node::Like(self.name, pattern.into(), false)))
    }

    /// As [`Column::like`], without regard to capitals.
    pub fn ilike(self, pattern: impl Into<String>) -> Filter<M> {
        Filter::of(Ok(Node::Like(self.name, pattern.into(), true)))
    }

    /// Begins with a text.
    pub fn starts_with(self, text: &str) -> Filter<M> {
        self.like(format!("{}%", literal(text)))
    }

    /// Ends with a text.
    pub fn ends_with(self, text: &str) -> Filter<M> {
        self.like(format!("%{}", literal(text)))
    }

    /// Holds a text.
    pub fn contains(self, text: &str) -> Filter<M> {
        self.like(format!("%{}%", literal(text)))
    }

    /// Holds words, by the engine's own search of full text.
    ///
    /// # Capability
    /// PostgreSQL finds rows that hold all of the words, as they are (`simple`); MySQL and MariaDB those that
    /// hold any, with a full-text index of the column.
    pub fn search(self, words: impl Into<String>) -> Filter<M> {
        Filter::of(Ok(Node::Search(self.name, words.into())))
    }
}

impl<M, T: Numeric> Column<M, T> {
    /// Adds to what the column holds, in the statement itself: `stock = stock + ?`.
    pub fn plus(self, value: impl Operand<T>) -> Change<M> {
        Change::new(self.name, value.into_value().map(|value| Assigned::Add(self.name, value)))
    }

    /// Takes from what the column holds, in the statement itself: `stock = stock - ?`.
    pub fn minus(self, value: impl Operand<T>) -> Change<M> {
        Change::new(self.name, value.into_value().map(|value| Assigned::Sub(self.name, value)))
    }
}

impl<M, T> Column<M, Json<T>> {
    /// Names a part of the document: keys and places, as `["address", "lines", "0"]`.
    pub fn path<const N: usize>(self, path: [&str; N]) -> JsonPath<M> {
        let path = path.into_iter().map(str::to_owned).collect();
        JsonPath { column: self.name, path, model: PhantomData }
    }
}

/// A part of the document in a column, to be compared.
pub struct JsonPath<M> {
    column: ColumnName,
    path: Vec<String>,
    model: PhantomData<fn() -> M>,
}

impl<M> Clone for JsonPath<M> {
    fn clone(&self) -> Self {
        Self { column: self.column, path: self.path.clone(), model: PhantomData }
    }
}

impl<M> fmt::Debug for JsonPath<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonPath")
            .field("column", &self.column)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl<M> JsonPath<M> {
    /// Equal to a text, a number or a truth value.
    pub fn eq(self, value: impl Into<Value>) -> Filter<M> {
        self.compare(Comparison::Equal, value.into())
    }

    /// Not equal.
    pub fn ne(self, value: impl Into<Value>) -> Filter<M> {
        self.compare(Comparison::NotEqual, value.into())
    }

    /// Greater.
    pub fn gt(self, value: impl Into<Value>) -> Filter<M> {
        self.compare(Comparison::Greater, value.into())
    }

    /// Less.
    pub fn lt(self, value: impl Into<Value>) -> Filter<M> {
        self.compare(Comparison::Less, value.into())
    }

    /// The document has no such part, or null there.
    pub fn is_null(self) -> Filter<M> {
        Filter::of(Ok(Node::JsonNull(self.column, self.path)))
    }

    fn compare(self, comparison: Comparison, value: Value) -> Filter<M> {
        Filter::of(Ok(Node::Json(self.column, self.path, comparison, value)))
    }
}

/// What a column of type `T` is compared with or set to.
pub trait Operand<T> {
    /// Makes the value that is bound.
    ///
    /// # Errors
    /// As [`Field::bind`].
    fn into_value(self) -> Result<Value>;
}

impl<T: Field> Operand<T> for T {
    fn into_value(self) -> Result<Value> {
        self.bind().map(Bound::into_value)
    }
}

impl<T: Field> Operand<T> for &T {
    fn into_value(self) -> Result<Value> {
        self.bind().map(Bound::into_value)
    }
}

impl<T: Field> Operand<Option<T>> for T {
    fn into_value(self) -> Result<Value> {
        self.bind().map(Bound::into_value)
    }
}

macro_rules! texts {
    ($($lent:ty => $owned:ty;)*) => {$(
        impl Operand<$owned> for $lent {
            fn into_value(self) -> Result<Value> {
                Ok(Value::from(self.to_owned()))
            }
        }

        impl Operand<Option<$owned>> for $lent {
            fn into_value(self) -> Result<Value> {
                Ok(Value::from(self.to_owned()))
            }
        }
    )*};
}
texts! {
    &str => String;
    &[u8] => Vec<u8>;
}

impl Operand<Option<String>> for &String {
    fn into_value(self) -> Result<Value> {
        Ok(Value::Text(self.clone()))
    }
}

impl Operand<Option<Uuid>> for &Uuid {
    fn into_value(self) -> Result<Value> {
        Ok(Value::Uuid(*self))
    }
}

/// Types of text.
pub trait Textual: Field {}

impl Textual for String {}
impl Textual for Option<String> {}

/// Types that can be added to and averaged.
pub trait Numeric: Field {
    /// What a sum of them is.
    type Sum: Field;
}

macro_rules! numeric {
    ($($($type:ty),+ => $sum:ty;)*) => {$($(
        impl Numeric for $type {
            type Sum = $sum;
        }

        impl Numeric for Option<$type> {
            type Sum = $sum;
        }
    )+)*};
}
numeric! {
    i8, i16, i32, i64, u8, u16, u32 => i64;
    u64, i128 => i128;
    u128 => u128;
    f32, f64 => f64;
    Decimal => Decimal;
}
#[cfg(feature = "decimal")]
numeric!(rust_decimal::Decimal => rust_decimal::Decimal;);

/// Writes a text so that a pattern takes it for itself.
fn literal(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}
