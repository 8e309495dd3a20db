//! `rust_decimal::Decimal`, behind the feature `decimal`.

use rust_decimal::Decimal as Fixed;

use super::{Decimal, FromValue, Mismatch, ValueRef};

impl FromValue<'_> for Fixed {
    fn from_value(value: ValueRef<'_>) -> Result<Self, Mismatch> {
        let decimal = Decimal::from_value(value)?;
        Fixed::from_str_exact(&decimal.to_string())
            .map_err(|_| Mismatch::range("Decimal (96 bits)"))
    }
}

impl From<Fixed> for Decimal {
    fn from(value: Fixed) -> Self {
        // A finite decimal's own text is always one that parses.
        value.to_string().parse().unwrap_or_else(|_| Decimal::from(0))
    }
}
