//! The API contract: what goes to an endpoint and what must come back.

mod problem;

pub use problem::Problem;
