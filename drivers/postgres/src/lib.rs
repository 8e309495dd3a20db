//! PostgreSQL for Hypostyle.

#[cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "the connection that uses it follows")
)]
mod types;
