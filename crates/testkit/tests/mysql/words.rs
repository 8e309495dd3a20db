//! Long statements in words that both brands know: products of ten digits, which no engine makes
//! before it answers the first of their rows.

macro_rules! digits {
    () => {
        "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 \
          UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 \
          UNION ALL SELECT 9)"
    };
}

/// Eight digits, the first the highest.
macro_rules! eight {
    () => {
        concat!(
            digits!(),
            " h, ",
            digits!(),
            " g, ",
            digits!(),
            " f, ",
            digits!(),
            " e, ",
            digits!(),
            " d, ",
            digits!(),
            " c, ",
            digits!(),
            " b, ",
            digits!(),
            " a"
        )
    };
}

macro_rules! number {
    () => {
        "(10000000 * h.d + 1000000 * g.d + 100000 * f.d + 10000 * e.d + 1000 * d.d + 100 * c.d + \
          10 * b.d + a.d)"
    };
}

pub(crate) const ENDLESS: &str = concat!(
    "SELECT max(",
    number!(),
    " % (1 + i.d + j.d)) FROM ",
    eight!(),
    ", ",
    digits!(),
    " i, ",
    digits!(),
    " j, ",
    digits!(),
    " k, ",
    digits!(),
    " l, ",
    digits!(),
    " m"
);

pub(crate) const ENDLESS_WRITE: &str = concat!(
    "INSERT INTO t (id) SELECT 1000 + ",
    number!(),
    " + 100000000 * (i.d + 10 * j.d) FROM ",
    digits!(),
    " j, ",
    digits!(),
    " i, ",
    eight!(),
    " WHERE ",
    number!(),
    " % 1000000 = 0"
);

/// The numbers from 1 on, in order: nothing is joined in blocks.
pub(crate) const SERIES: &str = concat!(
    "SELECT /*+ NO_BNL() */ STRAIGHT_JOIN 1 + ",
    number!(),
    " AS n FROM ",
    eight!(),
    " LIMIT ?"
);
