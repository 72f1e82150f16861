//! The language server of sayflow: what an editor asks about a flow, answered from its tree.
//!
//! Messages come in at `server.rs`, which keeps the order of things; `workspace.rs` holds the flows
//! with the unsaved text of the editor; each question has a file of its own that answers it in spans,
//! and `protocol.rs` turns spans into the lines and columns of the protocol.

mod actions;
mod completion;
mod describe;
mod diagnostics;
mod fit;
mod formatting;
mod handle;
mod hierarchy;
mod hints;
mod hover;
mod index;
mod layout;
mod lenses;
mod links;
mod navigation;
mod outline;
mod pieces;
mod protocol;
mod rename;
mod selection;
mod server;
mod spot;
mod symbols;
mod text;
mod tokens;
mod typing;
mod uri;
mod workspace;

pub use server::{Stopped, run_stdio, serve};
