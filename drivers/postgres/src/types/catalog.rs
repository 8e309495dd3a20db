//! The catalogue's description of types that are not built in.

use std::sync::Arc;

use hypostyle_core::{Batch, Error, ErrorKind, Result, ValueRef};

use super::{Field, Kind, Oid, PgType};

/// Describes one type; `$1` is its number as `int8`.
///
/// # Shape
/// At most one row: the name (`text`), what sort of type it is (`text`), the function that sends
/// its binary form (`text`), the number of the element or base type, 0 without (`int8`), names
/// (`text[]`) and types (`int8[]`) of fields. An array is one whose text form separates by commas.
pub(crate) const DESCRIBE: &str = "\
SELECT t.typname::pg_catalog.text,
       t.typtype::pg_catalog.text,
       coalesce((SELECT p.proname FROM pg_catalog.pg_proc p
                 WHERE p.oid = t.typsend::pg_catalog.oid)::pg_catalog.text, ''),
       CASE WHEN t.typtype = 'd' THEN t.typbasetype
            WHEN t.typinput = 'pg_catalog.array_in'::pg_catalog.regproc
                 AND e.typdelim = ',' THEN t.typelem
            ELSE 0::pg_catalog.oid END::pg_catalog.int8,
       ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum),
       ARRAY(SELECT a.atttypid::pg_catalog.int8 FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum)
  FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem
 WHERE t.oid = $1::pg_catalog.int8::pg_catalog.oid";

/// A type as a row of [`DESCRIBE`] has it, the types it is made of still numbers.
#[derive(Debug)]
pub(crate) struct Described {
    oid: Oid,
    name: Box<str>,
    shape: Shape,
}

#[derive(Debug)]
enum Shape {
    Plain(Kind),
    Array(Oid),
    Domain(Oid),
    Composite(Vec<(Box<str>, Oid)>),
}

impl Described {
    /// Reads the row that describes type `oid`.
    ///
    /// # Errors
    /// `Data` for anything but a row of [`DESCRIBE`].
    pub(crate) fn read(oid: Oid, batch: &Batch, row: usize) -> Result<Self> {
        let values: [ValueRef<'_>; 6] = std::array::from_fn(|column| batch.value(row, column));
        let described = describe(values).map(|(name, shape)| Self { oid, name, shape });
        described.ok_or_else(|| {
            let message = format!("PostgreSQL's catalogue describes type {oid} in an unknown way");
            Error::new(ErrorKind::Data, message)
        })
    }

    /// Answers the types that must be known first.
    pub(crate) fn parts(&self) -> Vec<Oid> {
        match &self.shape {
            Shape::Plain(_) => Vec::new(),
            Shape::Array(part) | Shape::Domain(part) => vec![*part],
            Shape::Composite(fields) => fields.iter().map(|(_, part)| *part).collect(),
        }
    }

    /// Makes the type of its parts.
    ///
    /// # Errors
    /// `Data` where `find` does not know one of the parts.
    pub(crate) fn resolve(self, find: impl Fn(Oid) -> Option<Arc<PgType>>) -> Result<PgType> {
        let part = |oid| {
            let message = format!("type {oid}, a part of `{}`, is unknown", self.name);
            find(oid).ok_or_else(|| Error::new(ErrorKind::Data, message))
        };
        let kind = match self.shape {
            Shape::Plain(kind) => kind,
            Shape::Array(element) => Kind::Array(part(element)?),
            Shape::Domain(base) => Kind::Domain(part(base)?),
            Shape::Composite(fields) => {
                let field = |(name, oid)| Ok(Field { name, pg_type: part(oid)? });
                Kind::Composite(fields.into_iter().map(field).collect::<Result<_>>()?)
            }
        };
        Ok(PgType { oid: self.oid, name: self.name, kind })
    }
}

fn describe(values: [ValueRef<'_>; 6]) -> Option<(Box<str>, Shape)> {
    let [
        ValueRef::Text(name),
        ValueRef::Text(sort),
        ValueRef::Text(sender),
        ValueRef::I64(inner),
        ValueRef::List(names),
        ValueRef::List(types),
    ] = values
    else {
        return None;
    };
    let inner = Oid::try_from(inner).ok()?;
    let shape = match (sort, sender) {
        ("c", _) => {
            let fields = names.iter().zip(types.iter()).map(|field| match field {
                (ValueRef::Text(name), ValueRef::I64(oid)) => {
                    Some((name.into(), Oid::try_from(oid).ok()?))
                }
                _ => None,
            });
            Shape::Composite(fields.collect::<Option<_>>()?)
        }
        ("d", _) => Shape::Domain(inner),
        ("e", _) => Shape::Plain(Kind::Enum),
        ("b", _) if inner != 0 => Shape::Array(inner),
        ("b", "textsend" | "varcharsend" | "bpcharsend" | "namesend" | "citextsend") => {
            Shape::Plain(Kind::Text)
        }
        ("b", "vector_send") if name == "vector" => Shape::Plain(Kind::Vector),
        _ => Shape::Plain(Kind::Other),
    };
    Some((name.into(), shape))
}
