//! Structures read from rows by the derive.
#![cfg(feature = "sqlite")]

use hypostyle::{Database, Error, ErrorKind, FromRow, Result};

/// Reads the only row of a query.
async fn read<T: FromRow + Send>(text: &str) -> Result<T> {
    Database::open("sqlite::memory:").await?.fetch_one(text, ()).await
}

#[derive(Debug, PartialEq, FromRow)]
struct Person {
    id: i64,
    name: Option<String>,
    r#type: String,
}

#[tokio::test]
async fn fields_are_found_by_name_in_any_order() -> Result<()> {
    let person: Person = read("SELECT 'x' AS type, 1 AS more, NULL AS name, 7 AS ID").await?;
    assert_eq!(person, Person { id: 7, name: None, r#type: "x".to_owned() });
    Ok(())
}

#[tokio::test]
async fn a_missing_column_and_a_misfit_are_named() {
    let error: Error = read::<Person>("SELECT 7 AS id, 'a' AS name").await.unwrap_err();
    assert_eq!(error.message(), "no column `type` in the result; it has id, name");
    let text = "SELECT 'seven' AS id, 'a' AS name, 'x' AS type";
    let error = read::<Person>(text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data);
    assert_eq!(error.message(), "column `id` expected integer, found text");
}

#[derive(Debug, PartialEq, FromRow)]
#[from_row(rename_all = "camelCase")]
struct Order<T>
where
    T: Clone,
{
    order_id: i64,
    #[from_row(rename = "what")]
    item: T,
    #[from_row(default)]
    note: Option<T>,
    #[from_row(skip)]
    lines: Vec<Person>,
}

#[tokio::test]
async fn options_rename_default_and_skip() -> Result<()> {
    let expect = |note: Option<&str>| Order {
        order_id: 1,
        item: "hat".to_owned(),
        note: note.map(str::to_owned),
        lines: Vec::new(),
    };
    let order = read("SELECT 1 AS orderId, 'hat' AS what").await?;
    assert_eq!(expect(None), order);
    let order = read("SELECT 'red' AS note, 1 AS orderId, 'hat' AS what, 'no' AS lines").await?;
    assert_eq!(expect(Some("red")), order);
    let generic: Order<i64> = read("SELECT 1 AS orderId, 5 AS what").await?;
    assert_eq!((generic.order_id, generic.item), (1, 5));
    Ok(())
}

mod renamed {
    pub(crate) use hypostyle as facade;
}

#[derive(FromRow)]
#[from_row(crate = renamed::facade)]
struct Elsewhere {
    id: u8,
}

#[derive(FromRow)]
#[from_row(crate = hypostyle::core)]
struct OfCore {
    id: u8,
}

#[tokio::test]
async fn the_trait_is_found_by_any_path() -> Result<()> {
    let (first, second): (Elsewhere, OfCore) =
        (read("SELECT 1 AS id").await?, read("SELECT 2 AS id").await?);
    assert_eq!((first.id, second.id), (1, 2));
    Ok(())
}

macro_rules! structure {
    ($name:ident, $field:ident: $kind:ty) => {
        #[derive(FromRow)]
        struct $name {
            $field: $kind,
        }
    };
}
structure!(Made, id: Option<i64>);

#[tokio::test]
async fn structures_of_macros_derive_too() -> Result<()> {
    assert_eq!(read::<Made>("SELECT 3 AS id").await?.id, Some(3));
    Ok(())
}
