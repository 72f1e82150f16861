//! Nobody breaks it: not a customer, not a host in confusion, not an author whose account was taken over, not an endpoint.
//!
//! Each test is a promise of `docs/threat-model.md`, which names it. What an attack may cost in memory stands in the table
//! of that page; `UPDATE_DOCS=1` writes the table anew. The memory of a whole process is counted, so the tests run one by one.

#![cfg(feature = "http")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may fail"
)]

#[path = "hostile/cost.rs"]
mod cost;
#[path = "hostile/customers.rs"]
mod customers;
#[path = "hostile/endpoints.rs"]
mod endpoints;
#[path = "hostile/flows.rs"]
mod flows;
#[path = "hostile/hosts.rs"]
mod hosts;
#[path = "hostile/page.rs"]
mod page;
#[path = "hostile/play.rs"]
mod play;
#[path = "hostile/reach.rs"]
mod reach;
#[path = "hostile/server.rs"]
mod server;
