//! Derives of Hypostyle: [`FromRow`].
//!
//! # Invariants
//! - Generated code names everything by its full path and adds nothing but an implementation.
//! - What cannot be derived is refused where it stands in the source, in a sentence that says what
//!   to do instead.

mod attributes;
mod case;
mod from_row;

use proc_macro::TokenStream;

/// Derives `hypostyle::FromRow` for a structure with named fields: each field is read from the
/// column of its name, whatever the order of the columns; further columns are passed over.
///
/// Positions are resolved once per result. A field of type `Option<T>` takes NULL. A generic field
/// type asks for `FromValue`; a lifetime parameter is refused, for the fields outlive the row.
///
/// # Shape
/// On the structure:
/// - `#[from_row(rename_all = "camelCase")]` — how the columns are written: `camelCase`,
///   `PascalCase`, `snake_case`, `SCREAMING_SNAKE_CASE` or `kebab-case`.
/// - `#[from_row(crate = path)]` — where the trait is found when not in `::hypostyle`.
///
/// On a field:
/// - `#[from_row(rename = "x")]` — the name of the column.
/// - `#[from_row(default)]` — `Default::default()` when the result has no such column.
/// - `#[from_row(skip)]` — always `Default::default()`.
///
/// # Examples
/// ```
/// use hypostyle_core::{Batch, Column, Columns, FromRow as _, Row, Type, ValueRef};
/// use hypostyle_macros::FromRow;
///
/// #[derive(FromRow)]
/// #[from_row(crate = hypostyle_core, rename_all = "camelCase")]
/// struct Person {
///     person_id: i64,
///     #[from_row(rename = "name")]
///     called: String,
///     #[from_row(default)]
///     born: Option<i64>,
/// }
///
/// # fn column(name: &str) -> Column {
/// #     Column { name: name.into(), kind: Type::Any, declared: "".into() }
/// # }
/// let columns = std::sync::Arc::new(Columns::new(vec![column("name"), column("personId")]));
/// let mut batch = Batch::default();
/// batch.begin(2);
/// batch.push_row(&[ValueRef::Text("Ada"), ValueRef::I64(7)])?;
///
/// let plan = Person::plan(&columns)?;
/// let person = Person::read(Row::new(&columns, &batch, 0), &plan)?;
/// assert_eq!((person.person_id, &*person.called, person.born), (7, "Ada", None));
/// # Ok::<(), hypostyle_core::Error>(())
/// ```
#[proc_macro_derive(FromRow, attributes(from_row))]
pub fn derive_from_row(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| from_row::expand(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}
