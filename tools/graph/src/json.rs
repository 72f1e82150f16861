//! The graph as JSON; `docs/graph.md` has its keys.

use serde::Serialize;

use crate::graph::{Change, EdgeKind, Graph, NodeKind};

#[derive(Serialize)]
struct Document<'g> {
    nodes: Vec<Node<'g>>,
    edges: Vec<Edge<'g>>,
}

#[derive(Serialize)]
struct Node<'g> {
    id: &'g str,
    kind: NodeKind,
    file: &'g str,
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'g str>,
    reachable: bool,
    #[serde(skip_serializing_if = "is_none")]
    change: Change,
}

#[derive(Serialize)]
struct Edge<'g> {
    from: &'g str,
    to: &'g str,
    kind: EdgeKind,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    apis: &'g [String],
    lines: &'g [u32],
    #[serde(skip_serializing_if = "is_none")]
    change: Change,
}

fn is_none(change: &Change) -> bool {
    *change == Change::None
}

/// The graph as JSON, with a line break at its end.
///
/// # Errors
///
/// Never for a graph; the error is that of the serializer.
pub fn json(graph: &Graph) -> Result<String, serde_json::Error> {
    let id = |index: usize| graph.nodes.get(index).map_or("", |node| node.id.as_str());
    let nodes = graph.nodes.iter().map(|node| Node {
        id: &node.id,
        kind: node.kind,
        file: &node.file,
        line: node.line,
        text: node.text.as_deref(),
        reachable: node.is_reachable,
        change: node.change,
    });
    let edges = graph.edges.iter().map(|edge| Edge {
        from: id(edge.from),
        to: id(edge.to),
        kind: edge.kind,
        apis: &edge.apis,
        lines: &edge.lines,
        change: edge.change,
    });
    let document = Document {
        nodes: nodes.collect(),
        edges: edges.collect(),
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
