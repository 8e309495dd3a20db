//! Guard and pool under attack: a driver that waits, fails and hangs on command.

mod drops;
mod layers;
mod mistakes;
mod property;
mod rest;
mod support;
