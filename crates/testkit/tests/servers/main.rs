//! The launchers of real servers: they answer, they end, and they leave nothing behind.

mod postgres;
