//! Where read values go: into a cell of a batch, or into a list or map on its way there.

use hypostyle_core::{
    Batch, DecimalRef, Error, ErrorKind, NativeFormat, Nested, Result, Timestamp, ValueRef,
};

pub(super) trait Sink {
    fn push(&mut self, value: ValueRef<'_>) -> Result<()>;
    fn push_i64(&mut self, value: i64) -> Result<()>;
    fn push_f64(&mut self, value: f64) -> Result<()>;
    fn push_text(&mut self, value: &str) -> Result<()>;
    fn push_timestamp_micros(&mut self, micros: i64) -> Result<()>;
    fn push_timestamp_tz_micros(&mut self, micros: i64) -> Result<()>;
    fn push_decimal(&mut self, write: impl FnOnce(&mut String)) -> Result<()>;
    fn push_vector(&mut self, floats: impl Iterator<Item = f32>) -> Result<()>;
    fn push_native(&mut self, name: &str, format: NativeFormat, bytes: &[u8]) -> Result<()>;
    fn push_list(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()>;
    fn push_map(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()>;
}

impl Sink for Batch {
    fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        Batch::push(self, value)
    }

    #[inline]
    fn push_i64(&mut self, value: i64) -> Result<()> {
        Batch::push_i64(self, value);
        Ok(())
    }

    #[inline]
    fn push_f64(&mut self, value: f64) -> Result<()> {
        Batch::push_f64(self, value);
        Ok(())
    }

    #[inline]
    fn push_text(&mut self, value: &str) -> Result<()> {
        Batch::push_text(self, value)
    }

    #[inline]
    fn push_timestamp_micros(&mut self, micros: i64) -> Result<()> {
        Batch::push_timestamp_micros(self, micros);
        Ok(())
    }

    #[inline]
    fn push_timestamp_tz_micros(&mut self, micros: i64) -> Result<()> {
        Batch::push_timestamp_tz_micros(self, micros);
        Ok(())
    }

    fn push_decimal(&mut self, write: impl FnOnce(&mut String)) -> Result<()> {
        Batch::push_decimal(self, write)
    }

    fn push_vector(&mut self, floats: impl Iterator<Item = f32>) -> Result<()> {
        Batch::push_vector(self, floats)
    }

    fn push_native(&mut self, name: &str, format: NativeFormat, bytes: &[u8]) -> Result<()> {
        Batch::push_native(self, name, format, bytes)
    }

    fn push_list(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        Batch::push_list(self, fill)
    }

    fn push_map(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        Batch::push_map(self, fill)
    }
}

impl Sink for Nested<'_> {
    fn push(&mut self, value: ValueRef<'_>) -> Result<()> {
        Nested::push(self, value)
    }

    fn push_i64(&mut self, value: i64) -> Result<()> {
        self.push(ValueRef::I64(value))
    }

    fn push_f64(&mut self, value: f64) -> Result<()> {
        self.push(ValueRef::F64(value))
    }

    fn push_text(&mut self, value: &str) -> Result<()> {
        self.push(ValueRef::Text(value))
    }

    fn push_timestamp_micros(&mut self, micros: i64) -> Result<()> {
        self.push(ValueRef::Timestamp(Timestamp::from_micros(micros)))
    }

    fn push_timestamp_tz_micros(&mut self, micros: i64) -> Result<()> {
        self.push(ValueRef::TimestampTz(Timestamp::from_micros(micros)))
    }

    fn push_decimal(&mut self, write: impl FnOnce(&mut String)) -> Result<()> {
        let mut text = String::new();
        write(&mut text);
        let decimal = DecimalRef::from_canonical(&text);
        let invalid = || Error::new(ErrorKind::Data, format!("`{text}` is no canonical decimal"));
        self.push(ValueRef::Decimal(decimal.ok_or_else(invalid)?))
    }

    fn push_vector(&mut self, floats: impl Iterator<Item = f32>) -> Result<()> {
        let floats: Vec<f32> = floats.collect();
        self.push(ValueRef::from(floats.as_slice()))
    }

    fn push_native(&mut self, name: &str, format: NativeFormat, bytes: &[u8]) -> Result<()> {
        Nested::push_native(self, name, format, bytes)
    }

    fn push_list(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        Nested::push_list(self, fill)
    }

    fn push_map(&mut self, fill: impl FnOnce(&mut Nested<'_>) -> Result<()>) -> Result<()> {
        Nested::push_map(self, fill)
    }
}
