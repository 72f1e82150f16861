//! The API contract as documents that other tools read: JSON Schema and OpenAPI.
//!
//! The schemas say what the engine sends and which replies it takes. A reply is valid under its
//! schema exactly where the engine finds no error in it; tests hold the two together. What the
//! engine leaves out with a warning (an unknown sequence, a `status` that contradicts HTTP) is
//! valid, and described.
//!
//! `schema` and `json` are values that print the same whichever features of serde_json are on;
//! `record`, `types` and `patterns` say what a single value may be; `reply`, `request` and
//! `openapi` put them together.

mod json;
mod openapi;
mod parts;
mod patterns;
mod record;
mod reply;
mod request;
mod schema;
mod types;

pub use openapi::{OpenApi, openapi};
pub use reply::reply;
pub use request::request;
pub use schema::Schema;
