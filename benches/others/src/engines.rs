//! The engines, each used as its users would and at its best.

pub(crate) mod bladeink;
pub(crate) mod by_hand;
#[cfg(feature = "csml")]
pub(crate) mod csml;
pub(crate) mod minijinja;
pub(crate) mod rhai;
pub(crate) mod sayflow;
pub(crate) mod yarnspinner;
