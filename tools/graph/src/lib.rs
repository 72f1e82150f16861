//! A flow as a graph: its sequences, what leads from one to the next, and a picture of it.
//!
//! Every target in a flow is a literal name, so the graph is read from the trees and is the truth.
//!
//! - [`Graph::read`] makes the graph of the trees; [`Graph::focus`] keeps the surroundings of one
//!   sequence, [`Graph::since`] marks what has changed.
//! - [`json`], [`mermaid`] and [`dot`] write it for other programs.
//! - [`layout()`] gives every box and line its place, and [`svg`] draws them.
//!
//! # Examples
//!
//! ```
//! use sayflow::{Source, syntax};
//! use sayflow_graph::{EdgeKind, Graph};
//!
//! let source = Source::new("a.flow", "on start {\n  goto hello\n}\n\nsequence hello {\n  text \"Hi\"\n}\n");
//! let (file, _) = syntax::parse(&source);
//! let graph = Graph::read(&[file]);
//! let ids: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
//! assert_eq!(ids, ["on start", "hello"]);
//! assert_eq!(graph.edges[0].kind, EdgeKind::Trigger);
//! ```

mod dot;
mod drawn;
mod graph;
mod json;
mod layout;
mod mermaid;
mod svg;

pub use dot::dot;
pub use graph::{Change, Edge, EdgeKind, Graph, Node, NodeKind, UnknownSequence};
pub use json::json;
pub use layout::{Arrow, Lane, Layout, Point, Rect, Wire, layout};
pub use mermaid::mermaid;
pub use svg::svg;
