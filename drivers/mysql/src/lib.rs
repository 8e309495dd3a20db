//! MySQL and MariaDB for Hypostyle.

mod types;
