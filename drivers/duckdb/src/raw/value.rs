//! Values on their way into a statement.

use super::ffi::{self, Api};
use super::library::library;
use super::shape::LogicalType;
use super::{Failure, Shape, Unit};

/// A value of the library, owned.
pub(crate) struct Value {
    api: &'static Api,
    value: ffi::Value,
}

// SAFETY: the value owns what it holds and is only read and destroyed.
unsafe impl Send for Value {}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: the value is owned and destroyed once, here.
        unsafe { (self.api.duckdb_destroy_value)(&mut self.value) };
    }
}

/// A value that fits its type, as it is handed over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Plain<'a> {
    Null,
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    I128(i128),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    U128(u128),
    F32(f32),
    F64(f64),
    /// The number without its point.
    Decimal {
        width: u8,
        scale: u8,
        unscaled: i128,
    },
    Text(&'a str),
    Blob(&'a [u8]),
    Date(i32),
    Time(i64),
    TimeNanos(i64),
    Timestamp(Unit, i64),
    TimestampTz(i64),
    Interval {
        months: i32,
        days: i32,
        micros: i64,
    },
    Uuid(u128),
    /// The number of a word.
    Word(u32),
}

impl Value {
    pub(super) fn handle(&self) -> ffi::Value {
        self.value
    }

    fn owned(api: &'static Api, value: ffi::Value) -> Result<Self, Failure> {
        if value.is_null() {
            return Err(Failure("Invalid Input Error: the value cannot be made".to_owned()));
        }
        Ok(Self { api, value })
    }

    /// Makes a value that is no list, map or structure; `shape` names the words of an enumeration.
    pub(crate) fn plain(value: Plain<'_>, shape: Option<&Shape>) -> Result<Self, Failure> {
        let api = &library().map_err(|missing| Failure(missing.to_owned()))?.api;
        // SAFETY: pointers and lengths belong together and are read within the call, which copies;
        // what it answers is null or owned.
        let made = unsafe {
            match value {
                Plain::Null => (api.duckdb_create_null_value)(),
                Plain::Bool(value) => (api.duckdb_create_bool)(value),
                Plain::I8(value) => (api.duckdb_create_int8)(value),
                Plain::I16(value) => (api.duckdb_create_int16)(value),
                Plain::I32(value) => (api.duckdb_create_int32)(value),
                Plain::I64(value) => (api.duckdb_create_int64)(value),
                Plain::I128(value) => (api.duckdb_create_hugeint)(value.into()),
                Plain::U8(value) => (api.duckdb_create_uint8)(value),
                Plain::U16(value) => (api.duckdb_create_uint16)(value),
                Plain::U32(value) => (api.duckdb_create_uint32)(value),
                Plain::U64(value) => (api.duckdb_create_uint64)(value),
                Plain::U128(value) => (api.duckdb_create_uhugeint)(value.into()),
                Plain::F32(value) => (api.duckdb_create_float)(value),
                Plain::F64(value) => (api.duckdb_create_double)(value),
                Plain::Decimal { width, scale, unscaled } => {
                    let value = unscaled.into();
                    (api.duckdb_create_decimal)(ffi::Decimal { width, scale, value })
                }
                Plain::Text(text) => {
                    (api.duckdb_create_varchar_length)(text.as_ptr().cast(), text.len() as u64)
                }
                Plain::Blob(bytes) => (api.duckdb_create_blob)(bytes.as_ptr(), bytes.len() as u64),
                Plain::Date(days) => (api.duckdb_create_date)(days),
                Plain::Time(micros) => (api.duckdb_create_time)(micros),
                Plain::TimeNanos(nanos) => (api.duckdb_create_time_ns)(nanos),
                Plain::Timestamp(Unit::Seconds, ticks) => (api.duckdb_create_timestamp_s)(ticks),
                Plain::Timestamp(Unit::Millis, ticks) => (api.duckdb_create_timestamp_ms)(ticks),
                Plain::Timestamp(Unit::Micros, ticks) => (api.duckdb_create_timestamp)(ticks),
                Plain::Timestamp(Unit::Nanos, ticks) => (api.duckdb_create_timestamp_ns)(ticks),
                Plain::TimestampTz(micros) => (api.duckdb_create_timestamp_tz)(micros),
                Plain::Interval { months, days, micros } => {
                    (api.duckdb_create_interval)(ffi::Interval { months, days, micros })
                }
                Plain::Uuid(value) => (api.duckdb_create_uuid)(value.into()),
                Plain::Word(number) => {
                    let kind = LogicalType::of(api, shape.unwrap_or(&Shape::Unknown(0)))?;
                    (api.duckdb_create_enum_value)(kind.handle(), number.into())
                }
            }
        };
        Self::owned(api, made)
    }

    /// Makes a list whose items have a shape.
    pub(crate) fn list(item: &Shape, items: &[Self]) -> Result<Self, Failure> {
        Self::nested(item, |api, kind| {
            let mut items = handles(items);
            // SAFETY: type and items live through the call, which copies them.
            unsafe { (api.duckdb_create_list_value)(kind, items.as_mut_ptr(), items.len() as u64) }
        })
    }

    /// Makes an array whose items have a shape.
    pub(crate) fn array(item: &Shape, items: &[Self]) -> Result<Self, Failure> {
        Self::nested(item, |api, kind| {
            let mut items = handles(items);
            // SAFETY: type and items live through the call, which copies them.
            unsafe { (api.duckdb_create_array_value)(kind, items.as_mut_ptr(), items.len() as u64) }
        })
    }

    /// Makes a structure of as many fields as its shape has.
    pub(crate) fn structure(shape: &Shape, fields: &[Self]) -> Result<Self, Failure> {
        let Shape::Struct(names) = shape else { return Err(misfit(shape)) };
        if names.len() != fields.len() {
            return Err(misfit(shape));
        }
        Self::nested(shape, |api, kind| {
            let mut fields = handles(fields);
            // SAFETY: type and fields live through the call, which copies them; there are as many
            // fields as the type has, as was looked at.
            unsafe { (api.duckdb_create_struct_value)(kind, fields.as_mut_ptr()) }
        })
    }

    /// Makes a map of keys, each with the value at its place.
    pub(crate) fn map(shape: &Shape, keys: &[Self], values: &[Self]) -> Result<Self, Failure> {
        Self::nested(shape, |api, kind| {
            let (mut keys, mut values) = (handles(keys), handles(values));
            let count = keys.len().min(values.len()) as u64;
            // SAFETY: type, keys and values live through the call, which copies them.
            unsafe {
                (api.duckdb_create_map_value)(kind, keys.as_mut_ptr(), values.as_mut_ptr(), count)
            }
        })
    }

    /// Makes a union in which the member of a number is there.
    pub(crate) fn union(shape: &Shape, member: usize, value: &Self) -> Result<Self, Failure> {
        Self::nested(shape, |api, kind| {
            // SAFETY: type and value live through the call, which copies them and answers null for
            // a member that there is none of.
            unsafe { (api.duckdb_create_union_value)(kind, member as u64, value.value) }
        })
    }

    fn nested(
        shape: &Shape,
        make: impl FnOnce(&'static Api, ffi::LogicalType) -> ffi::Value,
    ) -> Result<Self, Failure> {
        let api = &library().map_err(|missing| Failure(missing.to_owned()))?.api;
        let kind = LogicalType::of(api, shape)?;
        Self::owned(api, make(api, kind.handle()))
    }
}

fn handles(values: &[Value]) -> Vec<ffi::Value> {
    values.iter().map(|value| value.value).collect()
}

fn misfit(shape: &Shape) -> Failure {
    Failure(format!("Invalid Input Error: the values do not make a {}", shape.name()))
}
