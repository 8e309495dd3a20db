//! Derives of Hypostyle: [`FromRow`], [`Model`], [`Embed`], [`Labels`].
//!
//! # Invariants
//! - Generated code names everything by its full path and adds nothing but an implementation.
//! - What cannot be derived is refused where it stands in the source, in a sentence that says what
//!   to do instead.

mod attributes;
mod case;
mod from_row;
mod labels;
mod model;

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

/// Derives `hypostyle::Model` for a structure with named fields: its table, a typed constant for each
/// column (`User::email`), `FromRow`, and the structure of a new row (`NewUser`).
///
/// # Shape
/// On the structure, as `#[model(…)]`:
/// - `table = "users"` — its name; else that of the structure in snake_case. `schema = "…"`.
/// - `database = "shop"` — the database of the application it belongs to.
/// - `rename_all = "camelCase"` — how the columns are written.
/// - `new = SignUp`, `new_derive(Clone, Debug)` — the name of the new row's structure, and its derives.
/// - `validate` — has `garde::Validate`, derived for it too, check what is written.
/// - `check = "price >= 0"`, `check(name = "…", condition = "…")`, `unique(a, b)`, `index(a, b(desc), only = "…", using = "gin", name = "…")`,
///   with `expression = "lower(name)"`, `include(c)`, and `constraint` for a unique one that is to be a
///   constraint of the table.
/// - `has_many(posts = Post, by = author_id)`, `has_one(profile = Profile, by = user_id)`,
///   `many_to_many(tags = Tag, through = PostTag(post_id, tag_id))` — relations: `User::posts`.
///
/// On a field:
/// - `key` — (part of) the primary key. A whole number is given by the engine, a UUID (version 7) by the
///   repository, unless it is `natural`; with `autoincrement`, SQLite never gives a number again.
/// - `nullable` — lets the column hold NULL although the field does not, as keys of old SQLite tables do.
/// - `rename = "…"`, `type = "citext"`, `length = 80`, `precision(10, 2)` — its column.
/// - `default = 0`, `default_sql = "…"`, `generated = "price * pieces"`, `check = "…"`, `unique`, `index`.
/// - `references = User`, with `on_delete = "cascade"`, `on_update = "…"` and `relation = author`, which
///   makes `Post::author`; `constraint = "…"` names it in the database.
/// - `created`, `updated` — when the row was made and last changed; `deleted` — when it was softly
///   deleted; `version` — how often it was changed, so that nobody overwrites what was not seen.
/// - `json` — any type that serde knows, as a document.
/// - `embed` — a structure that derives [`Embed`](macro@Embed), or an `Option` of one: its fields are columns of
///   this table, with the field's name and `_` before theirs, or what `embed(prefix = "home_")` says. They are
///   `User::address.city`; indexes name them so too, as `unique(address.city)`.
/// - `skip` — no column; always `Default::default()`.
#[proc_macro_derive(Model, attributes(model))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| model::expand(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Derives what makes the fields of a structure columns of the models that embed it.
///
/// # Shape
/// `#[model(rename_all = "camelCase")]` on the structure; on a field, of what [`Model`](macro@Model) takes:
/// `rename`, `type`, `length`, `precision`, `default`, `default_sql`, `nullable`, `json`, `embed` and `skip`.
/// Keys, indexes, checks and references are the model's.
#[proc_macro_derive(Embed, attributes(model))]
pub fn derive_embed(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| model::expand_embed(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}

/// Derives the type of a field for an enum whose variants have no fields: each is kept as a text, which
/// the table is held to by a check.
///
/// # Shape
/// `#[labels(rename_all = "camelCase")]` on the enum, else snake_case; `#[labels(rename = "…")]` on a
/// variant.
#[proc_macro_derive(Labels, attributes(labels))]
pub fn derive_labels(input: TokenStream) -> TokenStream {
    let expanded = syn::parse(input).and_then(|input| labels::expand(&input));
    expanded.unwrap_or_else(|error| error.to_compile_error()).into()
}
