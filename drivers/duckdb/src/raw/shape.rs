//! DuckDB's types: read out of the library into data of ours, and made anew for what is written.

use std::ffi::{CString, c_char};
use std::fmt::Write as _;

use hypostyle_core::Type;

use super::ffi::{self, Api, TypeId};
use super::{Failure, terminated, text};

/// The unit a timestamp is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// A type, with those it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Bool,
    I8,
    I16,
    I32,
    I64,
    I128,
    U8,
    U16,
    U32,
    U64,
    U128,
    F32,
    F64,
    Decimal {
        width: u8,
        scale: u8,
    },
    Text,
    Json,
    Blob,
    Bit,
    BigNum,
    Date,
    Time,
    TimeNanos,
    TimeTz,
    Timestamp(Unit),
    TimestampTz,
    Interval,
    Uuid,
    /// The words, and the bytes of a word's number.
    Enum(Box<[Box<str>]>, u8),
    List(Box<Shape>),
    Array(Box<Shape>, usize),
    Struct(Box<[(Box<str>, Shape)]>),
    Map(Box<(Shape, Shape)>),
    Union(Box<[(Box<str>, Shape)]>),
    /// One that is read by nobody, by DuckDB's number.
    Unknown(TypeId),
}

/// Types that their number tells whole, with their names.
const PLAIN: [(TypeId, Shape, &str); 27] = [
    (1, Shape::Bool, "BOOLEAN"),
    (2, Shape::I8, "TINYINT"),
    (3, Shape::I16, "SMALLINT"),
    (4, Shape::I32, "INTEGER"),
    (5, Shape::I64, "BIGINT"),
    (6, Shape::U8, "UTINYINT"),
    (7, Shape::U16, "USMALLINT"),
    (8, Shape::U32, "UINTEGER"),
    (9, Shape::U64, "UBIGINT"),
    (10, Shape::F32, "FLOAT"),
    (11, Shape::F64, "DOUBLE"),
    (12, Shape::Timestamp(Unit::Micros), "TIMESTAMP"),
    (13, Shape::Date, "DATE"),
    (14, Shape::Time, "TIME"),
    (15, Shape::Interval, "INTERVAL"),
    (16, Shape::I128, "HUGEINT"),
    (18, Shape::Blob, "BLOB"),
    (20, Shape::Timestamp(Unit::Seconds), "TIMESTAMP_S"),
    (21, Shape::Timestamp(Unit::Millis), "TIMESTAMP_MS"),
    (22, Shape::Timestamp(Unit::Nanos), "TIMESTAMP_NS"),
    (27, Shape::Uuid, "UUID"),
    (29, Shape::Bit, "BIT"),
    (30, Shape::TimeTz, "TIME WITH TIME ZONE"),
    (31, Shape::TimestampTz, "TIMESTAMP WITH TIME ZONE"),
    (32, Shape::U128, "UHUGEINT"),
    (35, Shape::BigNum, "BIGNUM"),
    (39, Shape::TimeNanos, "TIME_NS"),
];

const VARCHAR: TypeId = 17;
const DECIMAL: TypeId = 19;
const ENUM: TypeId = 23;
const LIST: TypeId = 24;
const STRUCT: TypeId = 25;
const MAP: TypeId = 26;
const UNION: TypeId = 28;
const ARRAY: TypeId = 33;

const JSON: &str = "JSON";

impl Shape {
    /// Tells whether a type's number is all there is to know of it.
    pub(crate) fn is_told_by(type_id: TypeId) -> bool {
        PLAIN.iter().any(|(known, ..)| *known == type_id)
    }

    /// Tells whether values of it, and of those it is made of, can be read and written.
    pub(crate) fn is_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(item) | Self::Array(item, _) => item.is_known(),
            Self::Struct(fields) | Self::Union(fields) => {
                fields.iter().all(|(_, field)| field.is_known())
            }
            Self::Map(entry) => entry.0.is_known() && entry.1.is_known(),
            _ => true,
        }
    }

    /// The kind of values that are read from it.
    pub(crate) fn kind(&self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::U8 | Self::U16 | Self::U32 => {
                Type::I64
            }
            Self::U64 => Type::U64,
            Self::I128 => Type::I128,
            Self::U128 => Type::U128,
            Self::F32 => Type::F32,
            Self::F64 => Type::F64,
            Self::Decimal { .. } | Self::BigNum => Type::Decimal,
            Self::Text | Self::Bit | Self::Enum(..) => Type::Text,
            Self::Json => Type::Json,
            Self::Blob => Type::Bytes,
            Self::Date => Type::Date,
            Self::Time | Self::TimeNanos => Type::Time,
            Self::Timestamp(_) => Type::Timestamp,
            Self::TimestampTz => Type::TimestampTz,
            Self::Interval => Type::Interval,
            Self::Uuid => Type::Uuid,
            Self::List(item) | Self::Array(item, _) if **item == Self::F32 => Type::Vector,
            Self::List(_) | Self::Array(..) => Type::List,
            Self::Map(entry) if entry.0 != Self::Text => Type::List,
            Self::Struct(fields) if is_unnamed(fields) => Type::List,
            Self::Struct(_) | Self::Map(_) | Self::Union(_) => Type::Map,
            Self::TimeTz => Type::Native,
            Self::Unknown(_) => Type::Any,
        }
    }

    /// The name, as DuckDB writes it.
    pub(crate) fn name(&self) -> String {
        let fields = |fields: &[(Box<str>, Self)]| {
            let field = |(name, shape): &(Box<str>, Self)| match &**name {
                "" => shape.name(),
                name => format!("{name} {}", shape.name()),
            };
            fields.iter().map(field).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Decimal { width, scale } => format!("DECIMAL({width},{scale})"),
            Self::Text => "VARCHAR".to_owned(),
            Self::Json => JSON.to_owned(),
            Self::Enum(words, _) => {
                let mut name = String::from("ENUM(");
                for (at, word) in words.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    // Writing to a string does not fail.
                    let _ = write!(name, "{comma}'{}'", word.replace('\'', "''"));
                }
                name + ")"
            }
            Self::List(item) => format!("{}[]", item.name()),
            Self::Array(item, count) => format!("{}[{count}]", item.name()),
            Self::Struct(all) => format!("STRUCT({})", fields(all)),
            Self::Map(entry) => format!("MAP({}, {})", entry.0.name(), entry.1.name()),
            Self::Union(members) => format!("UNION({})", fields(members)),
            Self::Unknown(0) => String::new(),
            Self::Unknown(36) => "\"NULL\"".to_owned(),
            Self::Unknown(40) => "GEOMETRY".to_owned(),
            Self::Unknown(41) => "VARIANT".to_owned(),
            Self::Unknown(number) => format!("type {number} of DuckDB"),
            plain => plain_name(plain).unwrap_or_default().to_owned(),
        }
    }
}

/// The fields of `row(1, 2)` have no names.
pub(crate) fn is_unnamed(fields: &[(Box<str>, Shape)]) -> bool {
    fields.iter().any(|(name, _)| name.is_empty())
}

fn plain_name(shape: &Shape) -> Option<&'static str> {
    PLAIN.iter().find(|(_, plain, _)| plain == shape).map(|(.., name)| *name)
}

/// A type of the library, owned.
pub(super) struct LogicalType {
    api: &'static Api,
    kind: ffi::LogicalType,
}

impl Drop for LogicalType {
    fn drop(&mut self) {
        // SAFETY: the type is owned and destroyed once, here.
        unsafe { (self.api.duckdb_destroy_logical_type)(&mut self.kind) };
    }
}

impl LogicalType {
    /// Takes a type that DuckDB gave away; `None` for none.
    ///
    /// # Safety
    /// The handle is null, or alive and owned by the caller, who gives it up.
    pub(super) unsafe fn owned(api: &'static Api, kind: ffi::LogicalType) -> Option<Self> {
        (!kind.is_null()).then_some(Self { api, kind })
    }

    pub(super) fn handle(&self) -> ffi::LogicalType {
        self.kind
    }

    /// Reads the type with those it is made of.
    pub(super) fn shape(&self) -> Shape {
        let api = self.api;
        // SAFETY: the type is alive, as in all that follows.
        let type_id = unsafe { (api.duckdb_get_type_id)(self.kind) };
        if let Some((_, shape, _)) = PLAIN.iter().find(|(known, ..)| *known == type_id) {
            return shape.clone();
        }
        match type_id {
            VARCHAR if self.alias().as_deref() == Some(JSON) => Shape::Json,
            VARCHAR => Shape::Text,
            DECIMAL => Shape::Decimal {
                // SAFETY: the type is a decimal.
                width: unsafe { (api.duckdb_decimal_width)(self.kind) },
                // SAFETY: the type is a decimal.
                scale: unsafe { (api.duckdb_decimal_scale)(self.kind) },
            },
            ENUM => self.words(),
            LIST => Shape::List(self.part(api.duckdb_list_type_child_type).into()),
            ARRAY => {
                // SAFETY: the type is an array.
                let count = unsafe { (api.duckdb_array_type_array_size)(self.kind) };
                let item = self.part(api.duckdb_array_type_child_type);
                Shape::Array(item.into(), usize::try_from(count).unwrap_or_default())
            }
            MAP => {
                let key = self.part(api.duckdb_map_type_key_type);
                Shape::Map((key, self.part(api.duckdb_map_type_value_type)).into())
            }
            STRUCT => {
                // SAFETY: the type is a struct.
                let count = unsafe { (api.duckdb_struct_type_child_count)(self.kind) };
                let (name, kind) =
                    (api.duckdb_struct_type_child_name, api.duckdb_struct_type_child_type);
                Shape::Struct(self.fields(count, name, kind))
            }
            UNION => {
                // SAFETY: the type is a union.
                let count = unsafe { (api.duckdb_union_type_member_count)(self.kind) };
                let (name, kind) =
                    (api.duckdb_union_type_member_name, api.duckdb_union_type_member_type);
                Shape::Union(self.fields(count, name, kind))
            }
            other => Shape::Unknown(other),
        }
    }

    fn words(&self) -> Shape {
        // SAFETY: the type is an enumeration.
        let (count, width) = unsafe {
            let count = (self.api.duckdb_enum_dictionary_size)(self.kind);
            (count, (self.api.duckdb_enum_internal_type)(self.kind))
        };
        let words = (0..u64::from(count)).map(|at| {
            // SAFETY: the index is within the dictionary.
            unsafe { self.taken((self.api.duckdb_enum_dictionary_value)(self.kind, at)) }
        });
        // UTINYINT, USMALLINT and UINTEGER.
        let bytes = match width {
            6 => 1,
            7 => 2,
            _ => 4,
        };
        Shape::Enum(words.map(Into::into).collect(), bytes)
    }

    fn part(&self, of: unsafe extern "C" fn(ffi::LogicalType) -> ffi::LogicalType) -> Shape {
        // SAFETY: the type is alive and `of` one of its accessors; what it answers is owned.
        let part = unsafe { Self::owned(self.api, of(self.kind)) };
        part.map_or(Shape::Unknown(0), |part| part.shape())
    }

    fn fields(
        &self,
        count: u64,
        name: unsafe extern "C" fn(ffi::LogicalType, u64) -> *mut c_char,
        kind: unsafe extern "C" fn(ffi::LogicalType, u64) -> ffi::LogicalType,
    ) -> Box<[(Box<str>, Shape)]> {
        let fields = (0..count).map(|at| {
            // SAFETY: the index is below the count; name and type are owned by the caller.
            let (name, kind) = unsafe {
                (self.taken(name(self.kind, at)), Self::owned(self.api, kind(self.kind, at)))
            };
            (name.into(), kind.map_or(Shape::Unknown(0), |kind| kind.shape()))
        });
        fields.collect()
    }

    fn alias(&self) -> Option<String> {
        // SAFETY: the type is alive; the text is null or owned by the caller.
        let alias = unsafe { self.taken((self.api.duckdb_logical_type_get_alias)(self.kind)) };
        (!alias.is_empty()).then_some(alias)
    }

    /// Copies a text that DuckDB gave away, and frees it.
    ///
    /// # Safety
    /// The pointer is null, or a NUL-terminated text that the caller owns.
    unsafe fn taken(&self, given: *mut c_char) -> String {
        // SAFETY: by the contract above; it is freed once, after it was copied.
        unsafe {
            let copied = text(given).unwrap_or_default().to_owned();
            (self.api.duckdb_free)(given.cast());
            copied
        }
    }

    /// Makes a type of the library.
    pub(super) fn of(api: &'static Api, shape: &Shape) -> Result<Self, Failure> {
        // SAFETY: in all calls, types and names lent live through the call, which copies them, and
        // their counts are those given; what is answered is owned.
        let made = unsafe {
            match shape {
                Shape::Decimal { width, scale } => (api.duckdb_create_decimal_type)(*width, *scale),
                Shape::Text | Shape::Json => (api.duckdb_create_logical_type)(VARCHAR),
                Shape::List(item) => (api.duckdb_create_list_type)(Self::of(api, item)?.kind),
                Shape::Array(item, count) => {
                    (api.duckdb_create_array_type)(Self::of(api, item)?.kind, *count as u64)
                }
                Shape::Map(entry) => {
                    let (key, value) = (Self::of(api, &entry.0)?, Self::of(api, &entry.1)?);
                    (api.duckdb_create_map_type)(key.kind, value.kind)
                }
                Shape::Struct(fields) => {
                    let parts = Parts::of(api, fields)?;
                    let (mut kinds, mut names) = parts.lent();
                    let count = kinds.len() as u64;
                    (api.duckdb_create_struct_type)(kinds.as_mut_ptr(), names.as_mut_ptr(), count)
                }
                Shape::Union(members) => {
                    let parts = Parts::of(api, members)?;
                    let (mut kinds, mut names) = parts.lent();
                    let count = kinds.len() as u64;
                    (api.duckdb_create_union_type)(kinds.as_mut_ptr(), names.as_mut_ptr(), count)
                }
                Shape::Enum(words, _) => {
                    let words = words.iter().map(|word| terminated(word));
                    let words = words.collect::<Result<Vec<CString>, Failure>>()?;
                    let mut lent: Vec<*const c_char> =
                        words.iter().map(|word| word.as_ptr()).collect();
                    (api.duckdb_create_enum_type)(lent.as_mut_ptr(), lent.len() as u64)
                }
                plain => {
                    let found = PLAIN.iter().find(|(_, known, _)| known == plain);
                    (api.duckdb_create_logical_type)(found.map_or(0, |(type_id, ..)| *type_id))
                }
            }
        };
        // SAFETY: the type is null or owned, as every call above answers it.
        unsafe { Self::owned(api, made) }
            .ok_or_else(|| Failure(format!("Invalid Type Error: {} cannot be made", shape.name())))
    }
}

/// The names and types of fields on their way into a type.
struct Parts {
    names: Vec<CString>,
    kinds: Vec<LogicalType>,
}

impl Parts {
    fn of(api: &'static Api, fields: &[(Box<str>, Shape)]) -> Result<Self, Failure> {
        let names = fields.iter().map(|(name, _)| terminated(name)).collect::<Result<_, _>>()?;
        let kinds = fields.iter().map(|(_, kind)| LogicalType::of(api, kind));
        Ok(Self { names, kinds: kinds.collect::<Result<_, _>>()? })
    }

    fn lent(&self) -> (Vec<ffi::LogicalType>, Vec<*const c_char>) {
        let kinds = self.kinds.iter().map(|kind| kind.kind).collect();
        (kinds, self.names.iter().map(|name| name.as_ptr()).collect())
    }
}
