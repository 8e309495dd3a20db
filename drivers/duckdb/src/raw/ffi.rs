//! DuckDB's C interface: its types, and the functions that are looked up in the library.
//!
//! # Source
//! `duckdb.h` of DuckDB 1.5: everything here is marked stable there since 1.4 or earlier, but for the
//! instance cache.

use std::ffi::{CStr, c_char, c_void};

macro_rules! handles {
    ($($name:ident: $tag:ident,)*) => {$(
        pub(super) enum $tag {}
        pub(super) type $name = *mut $tag;
    )*};
}
handles! {
    Config: ConfigTag,
    InstanceCache: InstanceCacheTag,
    Database: DatabaseTag,
    Connection: ConnectionTag,
    PreparedStatement: PreparedStatementTag,
    PendingResult: PendingResultTag,
    LogicalType: LogicalTypeTag,
    DataChunk: DataChunkTag,
    Vector: VectorTag,
    Value: ValueTag,
    Appender: AppenderTag,
}

pub(super) type State = u32;
pub(super) type TypeId = u32;
pub(super) type PendingState = u32;
pub(super) type StatementType = u32;
pub(super) type ResultType = u32;

pub(super) const SUCCESS: State = 0;

pub(super) const PENDING_READY: PendingState = 0;
pub(super) const PENDING_ERROR: PendingState = 2;

pub(super) const RETURNS_ROWS: ResultType = 3;

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct QueryResult {
    deprecated_counts: [u64; 3],
    deprecated_columns: *mut c_void,
    deprecated_error_message: *mut c_char,
    internal_data: *mut c_void,
}

impl QueryResult {
    pub(super) const EMPTY: Self = Self {
        deprecated_counts: [0; 3],
        deprecated_columns: std::ptr::null_mut(),
        deprecated_error_message: std::ptr::null_mut(),
        internal_data: std::ptr::null_mut(),
    };
}

/// A signed integer of 128 bits.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct HugeInt {
    lower: u64,
    upper: i64,
}

/// An unsigned integer of 128 bits.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct UHugeInt {
    lower: u64,
    upper: u64,
}

/// Months, days and microseconds.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Interval {
    pub(crate) months: i32,
    pub(crate) days: i32,
    pub(crate) micros: i64,
}

/// Where the items of one list are among those of all.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct ListEntry {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(super) struct Decimal {
    pub(super) width: u8,
    pub(super) scale: u8,
    pub(super) value: HugeInt,
}

impl From<i128> for HugeInt {
    fn from(value: i128) -> Self {
        let [lower, upper] = halves(value.to_le_bytes());
        Self { lower, upper: upper.cast_signed() }
    }
}

impl From<HugeInt> for i128 {
    fn from(value: HugeInt) -> Self {
        (Self::from(value.upper) << 64) | Self::from(value.lower)
    }
}

impl From<u128> for UHugeInt {
    fn from(value: u128) -> Self {
        let [lower, upper] = halves(value.to_le_bytes());
        Self { lower, upper }
    }
}

impl From<UHugeInt> for u128 {
    fn from(value: UHugeInt) -> Self {
        (Self::from(value.upper) << 64) | Self::from(value.lower)
    }
}

fn halves(bytes: [u8; 16]) -> [u64; 2] {
    let [a, b, c, d, e, f, g, h, upper @ ..] = bytes;
    [u64::from_le_bytes([a, b, c, d, e, f, g, h]), u64::from_le_bytes(upper)]
}

macro_rules! functions {
    ($(fn $name:ident($($argument:ty),*) $(-> $answer:ty)?;)*) => {
        /// The functions of the library.
        pub(super) struct Api {
            $(pub(super) $name: unsafe extern "C" fn($($argument),*) $(-> $answer)?,)*
        }

        impl Api {
            /// Looks every function up by its name.
            ///
            /// # Safety
            /// What `find` answers for a name is the function of that name in DuckDB's library.
            #[cfg(not(hypostyle_duckdb_bundled))]
            pub(super) unsafe fn find<E>(
                find: impl Fn(&CStr) -> Result<*mut c_void, E>,
            ) -> Result<Self, E> {
                Ok(Self {
                    $($name: {
                        const NAME: &[u8] = concat!(stringify!($name), "\0").as_bytes();
                        let name = CStr::from_bytes_with_nul(NAME).unwrap_or_default();
                        let found = find(name)?;
                        // SAFETY: by the contract it is a function of this name, whose signature
                        // is that of the header.
                        unsafe {
                            std::mem::transmute::<
                                *mut c_void,
                                unsafe extern "C" fn($($argument),*) $(-> $answer)?,
                            >(found)
                        }
                    },)*
                })
            }

            /// The functions as they were linked in.
            #[cfg(hypostyle_duckdb_bundled)]
            pub(super) fn linked() -> Self {
                mod symbols {
                    use super::*;
                    unsafe extern "C" {
                        $(pub(super) fn $name($(_: $argument),*) $(-> $answer)?;)*
                    }
                }
                Self { $($name: symbols::$name,)* }
            }
        }
    };
}
functions! {
    fn duckdb_library_version() -> *const c_char;
    fn duckdb_create_config(*mut Config) -> State;
    fn duckdb_set_config(Config, *const c_char, *const c_char) -> State;
    fn duckdb_destroy_config(*mut Config);
    fn duckdb_create_instance_cache() -> InstanceCache;
    fn duckdb_get_or_create_from_cache(InstanceCache, *const c_char, *mut Database, Config, *mut *mut c_char) -> State;
    fn duckdb_close(*mut Database);
    fn duckdb_connect(Database, *mut Connection) -> State;
    fn duckdb_disconnect(*mut Connection);
    fn duckdb_interrupt(Connection);
    fn duckdb_free(*mut c_void);
    fn duckdb_query(Connection, *const c_char, *mut QueryResult) -> State;
    fn duckdb_prepare(Connection, *const c_char, *mut PreparedStatement) -> State;
    fn duckdb_prepare_error(PreparedStatement) -> *const c_char;
    fn duckdb_destroy_prepare(*mut PreparedStatement);
    fn duckdb_nparams(PreparedStatement) -> u64;
    fn duckdb_param_logical_type(PreparedStatement, u64) -> LogicalType;
    fn duckdb_bind_value(PreparedStatement, u64, Value) -> State;
    fn duckdb_prepared_statement_type(PreparedStatement) -> StatementType;
    fn duckdb_pending_prepared(PreparedStatement, *mut PendingResult) -> State;
    fn duckdb_pending_prepared_streaming(PreparedStatement, *mut PendingResult) -> State;
    fn duckdb_destroy_pending(*mut PendingResult);
    fn duckdb_pending_error(PendingResult) -> *const c_char;
    fn duckdb_pending_execute_task(PendingResult) -> PendingState;
    fn duckdb_execute_pending(PendingResult, *mut QueryResult) -> State;
    fn duckdb_destroy_result(*mut QueryResult);
    fn duckdb_result_error(*mut QueryResult) -> *const c_char;
    fn duckdb_column_count(*mut QueryResult) -> u64;
    fn duckdb_column_name(*mut QueryResult, u64) -> *const c_char;
    fn duckdb_column_type(*mut QueryResult, u64) -> TypeId;
    fn duckdb_column_logical_type(*mut QueryResult, u64) -> LogicalType;
    fn duckdb_rows_changed(*mut QueryResult) -> u64;
    fn duckdb_fetch_chunk(QueryResult) -> DataChunk;
    fn duckdb_result_return_type(QueryResult) -> ResultType;
    fn duckdb_create_data_chunk(*mut LogicalType, u64) -> DataChunk;
    fn duckdb_destroy_data_chunk(*mut DataChunk);
    fn duckdb_data_chunk_get_vector(DataChunk, u64) -> Vector;
    fn duckdb_data_chunk_get_size(DataChunk) -> u64;
    fn duckdb_data_chunk_set_size(DataChunk, u64);
    fn duckdb_vector_get_data(Vector) -> *mut c_void;
    fn duckdb_vector_get_validity(Vector) -> *mut u64;
    fn duckdb_vector_ensure_validity_writable(Vector);
    fn duckdb_vector_assign_string_element_len(Vector, u64, *const c_char, u64);
    fn duckdb_list_vector_get_child(Vector) -> Vector;
    fn duckdb_list_vector_get_size(Vector) -> u64;
    fn duckdb_list_vector_set_size(Vector, u64) -> State;
    fn duckdb_list_vector_reserve(Vector, u64) -> State;
    fn duckdb_struct_vector_get_child(Vector, u64) -> Vector;
    fn duckdb_array_vector_get_child(Vector) -> Vector;
    fn duckdb_get_type_id(LogicalType) -> TypeId;
    fn duckdb_logical_type_get_alias(LogicalType) -> *mut c_char;
    fn duckdb_decimal_width(LogicalType) -> u8;
    fn duckdb_decimal_scale(LogicalType) -> u8;
    fn duckdb_enum_internal_type(LogicalType) -> TypeId;
    fn duckdb_enum_dictionary_size(LogicalType) -> u32;
    fn duckdb_enum_dictionary_value(LogicalType, u64) -> *mut c_char;
    fn duckdb_list_type_child_type(LogicalType) -> LogicalType;
    fn duckdb_array_type_child_type(LogicalType) -> LogicalType;
    fn duckdb_array_type_array_size(LogicalType) -> u64;
    fn duckdb_map_type_key_type(LogicalType) -> LogicalType;
    fn duckdb_map_type_value_type(LogicalType) -> LogicalType;
    fn duckdb_struct_type_child_count(LogicalType) -> u64;
    fn duckdb_struct_type_child_name(LogicalType, u64) -> *mut c_char;
    fn duckdb_struct_type_child_type(LogicalType, u64) -> LogicalType;
    fn duckdb_union_type_member_count(LogicalType) -> u64;
    fn duckdb_union_type_member_name(LogicalType, u64) -> *mut c_char;
    fn duckdb_union_type_member_type(LogicalType, u64) -> LogicalType;
    fn duckdb_destroy_logical_type(*mut LogicalType);
    fn duckdb_create_logical_type(TypeId) -> LogicalType;
    fn duckdb_create_decimal_type(u8, u8) -> LogicalType;
    fn duckdb_create_list_type(LogicalType) -> LogicalType;
    fn duckdb_create_array_type(LogicalType, u64) -> LogicalType;
    fn duckdb_create_struct_type(*mut LogicalType, *mut *const c_char, u64) -> LogicalType;
    fn duckdb_create_map_type(LogicalType, LogicalType) -> LogicalType;
    fn duckdb_create_enum_type(*mut *const c_char, u64) -> LogicalType;
    fn duckdb_create_union_type(*mut LogicalType, *mut *const c_char, u64) -> LogicalType;
    fn duckdb_create_bool(bool) -> Value;
    fn duckdb_create_int8(i8) -> Value;
    fn duckdb_create_int16(i16) -> Value;
    fn duckdb_create_int32(i32) -> Value;
    fn duckdb_create_int64(i64) -> Value;
    fn duckdb_create_uint8(u8) -> Value;
    fn duckdb_create_uint16(u16) -> Value;
    fn duckdb_create_uint32(u32) -> Value;
    fn duckdb_create_uint64(u64) -> Value;
    fn duckdb_create_hugeint(HugeInt) -> Value;
    fn duckdb_create_uhugeint(UHugeInt) -> Value;
    fn duckdb_create_float(f32) -> Value;
    fn duckdb_create_double(f64) -> Value;
    fn duckdb_create_decimal(Decimal) -> Value;
    fn duckdb_create_date(i32) -> Value;
    fn duckdb_create_time(i64) -> Value;
    fn duckdb_create_time_ns(i64) -> Value;
    fn duckdb_create_timestamp(i64) -> Value;
    fn duckdb_create_timestamp_tz(i64) -> Value;
    fn duckdb_create_timestamp_s(i64) -> Value;
    fn duckdb_create_timestamp_ms(i64) -> Value;
    fn duckdb_create_timestamp_ns(i64) -> Value;
    fn duckdb_create_interval(Interval) -> Value;
    fn duckdb_create_varchar_length(*const c_char, u64) -> Value;
    fn duckdb_create_blob(*const u8, u64) -> Value;
    fn duckdb_create_uuid(UHugeInt) -> Value;
    fn duckdb_create_list_value(LogicalType, *mut Value, u64) -> Value;
    fn duckdb_create_array_value(LogicalType, *mut Value, u64) -> Value;
    fn duckdb_create_struct_value(LogicalType, *mut Value) -> Value;
    fn duckdb_create_map_value(LogicalType, *mut Value, *mut Value, u64) -> Value;
    fn duckdb_create_union_value(LogicalType, u64, Value) -> Value;
    fn duckdb_create_enum_value(LogicalType, u64) -> Value;
    fn duckdb_create_null_value() -> Value;
    fn duckdb_destroy_value(*mut Value);
    fn duckdb_appender_create_ext(Connection, *const c_char, *const c_char, *const c_char, *mut Appender) -> State;
    fn duckdb_appender_add_column(Appender, *const c_char) -> State;
    fn duckdb_appender_column_count(Appender) -> u64;
    fn duckdb_appender_column_type(Appender, u64) -> LogicalType;
    fn duckdb_append_data_chunk(Appender, DataChunk) -> State;
    fn duckdb_appender_close(Appender) -> State;
    fn duckdb_appender_error(Appender) -> *const c_char;
    fn duckdb_appender_destroy(*mut Appender) -> State;
}
