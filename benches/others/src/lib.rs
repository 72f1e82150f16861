//! One conversation in sayflow, by hand, and in the engines that a user would pick instead.
//!
//! [`engine`] says what each of them has to do, [`engines`] does it, and `bench/` compares them.

pub mod engine;
mod engines;
mod host;
