//! What triggers lead to.

use super::{Graph, NodeKind};

/// Marks the sequences that no trigger leads to.
///
/// An API without `leads to` may open every sequence; as the checker does, it is taken to open
/// those that have an `id`, which is there for endpoints.
pub(super) fn mark(graph: &mut Graph, opens_any: &[usize], has_id: &[usize]) {
    let mut is_reached: Vec<bool> = graph
        .nodes
        .iter()
        .map(|node| node.kind == NodeKind::Trigger)
        .collect();
    let mut waiting: Vec<usize> = (0..graph.nodes.len())
        .filter(|node| is_reached.get(*node) == Some(&true))
        .collect();
    let mut outgoing = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        if let Some(targets) = outgoing.get_mut(edge.from) {
            targets.push(edge.to);
        }
    }
    for node in opens_any {
        if let Some(targets) = outgoing.get_mut(*node) {
            targets.extend(has_id);
        }
    }
    while let Some(node) = waiting.pop() {
        for target in outgoing.get(node).into_iter().flatten() {
            if let Some(flag) = is_reached.get_mut(*target).filter(|flag| !**flag) {
                *flag = true;
                waiting.push(*target);
            }
        }
    }
    for (node, is_reached) in graph.nodes.iter_mut().zip(is_reached) {
        node.is_reachable = is_reached;
    }
}
