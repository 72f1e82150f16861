//! Two versions in one graph.

use std::collections::HashMap;

use super::{Change, Edge, EdgeKind, Graph, Node};

impl Graph {
    /// This graph with what has changed since an older version: added and changed nodes and edges
    /// are marked, removed ones are here again, marked too.
    ///
    /// A node has changed when its text has, line breaks and indents aside.
    #[must_use]
    pub fn since(&self, old: &Self) -> Self {
        let mut both = self.clone();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (index, node) in both.nodes.iter_mut().enumerate() {
            node.change = match old.nodes.iter().find(|before| before.id == node.id) {
                None => Change::Added,
                Some(before) if before.words != node.words || before.kind != node.kind => Change::Changed,
                Some(_) => Change::None,
            };
            places.insert(node.id.clone(), index);
        }
        for node in &old.nodes {
            if !places.contains_key(&node.id) {
                places.insert(node.id.clone(), both.nodes.len());
                both.nodes.push(Node {
                    change: Change::Removed,
                    ..node.clone()
                });
            }
        }
        let known: Vec<_> = old.edges.iter().filter_map(|edge| key(old, edge)).collect();
        for (edge, mine) in both.edges.iter_mut().zip(&self.edges) {
            if key(self, mine).is_none_or(|key| !known.contains(&key)) {
                edge.change = Change::Added;
            }
        }
        let kept: Vec<_> = self.edges.iter().filter_map(|edge| key(self, edge)).collect();
        for edge in &old.edges {
            let Some(key) = key(old, edge).filter(|key| !kept.contains(key)) else {
                continue;
            };
            if let (Some(from), Some(to)) = (places.get(key.0), places.get(key.1)) {
                both.edges.push(Edge {
                    from: *from,
                    to: *to,
                    change: Change::Removed,
                    ..edge.clone()
                });
            }
        }
        both
    }
}

/// What an edge is in any version.
fn key<'g>(graph: &'g Graph, edge: &Edge) -> Option<(&'g str, &'g str, EdgeKind)> {
    let from = graph.nodes.get(edge.from)?;
    let to = graph.nodes.get(edge.to)?;
    Some((&from.id, &to.id, edge.kind))
}
