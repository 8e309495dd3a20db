//! Numbers turned into one another only where nothing is lost.

use hypostyle_core::ValueRef;

/// Tells whether a value is an integer of any width.
pub(super) fn is_integer(value: ValueRef<'_>) -> bool {
    whole(value).is_some() || matches!(value, ValueRef::U128(_))
}

/// Answers an integer of any width; `None` for another kind of value or beyond an `i128`.
pub(super) fn whole(value: ValueRef<'_>) -> Option<i128> {
    match value {
        ValueRef::I64(value) => Some(value.into()),
        ValueRef::U64(value) => Some(value.into()),
        ValueRef::I128(value) => Some(value),
        ValueRef::U128(value) => value.try_into().ok(),
        _ => None,
    }
}

/// Answers the float that is the same number.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "compared with the original"
)]
pub(super) fn float64(value: i128) -> Option<f64> {
    let float = value as f64;
    // A float of 2^127 saturates to another integer, except to the largest.
    (float as i128 == value && value != i128::MAX).then_some(float)
}

/// Answers the shorter float that is the same number.
pub(super) fn float32(value: f64) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "compared with the original")]
    let narrow = value as f32;
    (f64::from(narrow) == value || value.is_nan()).then_some(narrow)
}
