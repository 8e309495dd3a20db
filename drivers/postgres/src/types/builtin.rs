//! The types every PostgreSQL server has, by their fixed numbers.

use std::sync::{Arc, LazyLock};

use super::{Kind, Oid, PgType};

pub(crate) const BOOL: Oid = 16;
pub(crate) const BYTEA: Oid = 17;
pub(crate) const NAME: Oid = 19;
pub(crate) const INT8: Oid = 20;
pub(crate) const TEXT: Oid = 25;
pub(crate) const FLOAT4: Oid = 700;
pub(crate) const FLOAT8: Oid = 701;
pub(crate) const DATE: Oid = 1082;
pub(crate) const TIME: Oid = 1083;
pub(crate) const TIMESTAMP: Oid = 1114;
pub(crate) const TIMESTAMPTZ: Oid = 1184;
pub(crate) const INTERVAL: Oid = 1186;
pub(crate) const NUMERIC: Oid = 1700;
pub(crate) const UUID: Oid = 2950;
pub(crate) const JSONB: Oid = 3802;
/// The arrays whose columns the catalogue query answers.
pub(crate) const INT8_ARRAY: Oid = 1016;
pub(crate) const TEXT_ARRAY: Oid = 1009;

/// Finds a type by its number.
pub(super) fn find(oid: Oid) -> Option<&'static Arc<PgType>> {
    let at = SORTED.binary_search_by_key(&oid, |pg_type| pg_type.oid).ok()?;
    SORTED.get(at)
}

/// Finds a type by its name.
pub(super) fn named(name: &str) -> Option<&'static Arc<PgType>> {
    SORTED.iter().find(|pg_type| &*pg_type.name == name)
}

/// Finds the array type of an element type.
pub(super) fn array_of(element: Oid) -> Option<Oid> {
    SCALARS.iter().find(|(oid, ..)| *oid == element).map(|(.., array, _)| *array)
}

static SORTED: LazyLock<Vec<Arc<PgType>>> = LazyLock::new(|| {
    let mut all = Vec::with_capacity(2 * (SCALARS.len() + OTHERS.len()));
    let mut add = |oid, name: &str, array_oid, kind| {
        let element = Arc::new(PgType { oid, name: name.into(), kind });
        if array_oid != 0 {
            let kind = Kind::Array(element.clone());
            all.push(Arc::new(PgType { oid: array_oid, name: format!("_{name}").into(), kind }));
        }
        all.push(element);
    };
    for (oid, name, array_oid, kind) in SCALARS {
        add(*oid, name, *array_oid, kind.clone());
    }
    for (oid, name, array_oid) in OTHERS {
        add(*oid, name, *array_oid, Kind::Other);
    }
    all.sort_unstable_by_key(|pg_type| pg_type.oid);
    all
});

/// Type, name, array type, kind.
///
/// # Source
/// `src/include/catalog/pg_type.dat` of PostgreSQL.
static SCALARS: &[(Oid, &str, Oid, Kind)] = &[
    (BOOL, "bool", 1000, Kind::Bool),
    (BYTEA, "bytea", 1001, Kind::Bytea),
    (18, "char", 1002, Kind::Char),
    (NAME, "name", 1003, Kind::Text),
    (INT8, "int8", INT8_ARRAY, Kind::Int8),
    (21, "int2", 1005, Kind::Int2),
    (23, "int4", 1007, Kind::Int4),
    (TEXT, "text", TEXT_ARRAY, Kind::Text),
    (26, "oid", 1028, Kind::Oid),
    (114, "json", 199, Kind::Json),
    (142, "xml", 143, Kind::Xml),
    (FLOAT4, "float4", 1021, Kind::Float4),
    (FLOAT8, "float8", 1022, Kind::Float8),
    (705, "unknown", 0, Kind::Text),
    (1042, "bpchar", 1014, Kind::Text),
    (1043, "varchar", 1015, Kind::Text),
    (DATE, "date", 1182, Kind::Date),
    (TIME, "time", 1183, Kind::Time),
    (TIMESTAMP, "timestamp", 1115, Kind::Timestamp),
    (TIMESTAMPTZ, "timestamptz", 1185, Kind::TimestampTz),
    (INTERVAL, "interval", 1187, Kind::Interval),
    (1560, "bit", 1561, Kind::Bit),
    (1562, "varbit", 1563, Kind::Bit),
    (NUMERIC, "numeric", 1231, Kind::Numeric),
    (1790, "refcursor", 2201, Kind::Text),
    (2275, "cstring", 1263, Kind::Text),
    (UUID, "uuid", 2951, Kind::Uuid),
    (JSONB, "jsonb", 3807, Kind::Jsonb),
];

/// Type, name, array type (0 where there is none) of what is carried in text form. `box[]` is
/// missing among the arrays, for its text form separates elements by another sign.
static OTHERS: &[(Oid, &str, Oid)] = &[
    (22, "int2vector", 1006),
    (24, "regproc", 1008),
    (27, "tid", 1010),
    (28, "xid", 1011),
    (29, "cid", 1012),
    (30, "oidvector", 1013),
    (194, "pg_node_tree", 0),
    (600, "point", 1017),
    (601, "lseg", 1018),
    (602, "path", 1019),
    (603, "box", 0),
    (604, "polygon", 1027),
    (628, "line", 629),
    (650, "cidr", 651),
    (718, "circle", 719),
    (774, "macaddr8", 775),
    (790, "money", 791),
    (829, "macaddr", 1040),
    (869, "inet", 1041),
    (1020, "_box", 0),
    (1033, "aclitem", 1034),
    (1266, "timetz", 1270),
    (2202, "regprocedure", 2207),
    (2203, "regoper", 2208),
    (2204, "regoperator", 2209),
    (2205, "regclass", 2210),
    (2206, "regtype", 2211),
    (2249, "record", 0),
    (2277, "anyarray", 0),
    (2278, "void", 0),
    (2287, "_record", 0),
    (2970, "txid_snapshot", 2949),
    (3220, "pg_lsn", 3221),
    (3614, "tsvector", 3643),
    (3615, "tsquery", 3645),
    (3734, "regconfig", 3735),
    (3769, "regdictionary", 3770),
    (3904, "int4range", 3905),
    (3906, "numrange", 3907),
    (3908, "tsrange", 3909),
    (3910, "tstzrange", 3911),
    (3912, "daterange", 3913),
    (3926, "int8range", 3927),
    (4072, "jsonpath", 4073),
    (4089, "regnamespace", 4090),
    (4096, "regrole", 4097),
    (4191, "regcollation", 4192),
    (4451, "int4multirange", 6150),
    (4532, "nummultirange", 6151),
    (4533, "tsmultirange", 6152),
    (4534, "tstzmultirange", 6153),
    (4535, "datemultirange", 6155),
    (4536, "int8multirange", 6157),
    (5038, "pg_snapshot", 5039),
    (5069, "xid8", 271),
];
