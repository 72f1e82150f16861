//! Which column each node stands in.

use std::collections::VecDeque;

use crate::graph::{EdgeKind, Graph, NodeKind};

/// The column of each node, from 0.
///
/// How many edges a node is away from the nearest trigger says which edges lead back; the others
/// make no circle once the few between nodes equally far away are broken. A node stands right of
/// everything that leads to it by such an edge, and triggers in a column of their own. An option
/// between two equally far away asks for no column: choices that lead to each other stand together.
pub(super) fn columns(graph: &Graph) -> Vec<usize> {
    let mut outgoing = vec![Vec::new(); graph.nodes.len()];
    let mut has_incoming = vec![false; graph.nodes.len()];
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        if let Some(targets) = outgoing.get_mut(edge.from) {
            targets.push(edge.to);
        }
        if let Some(flag) = has_incoming.get_mut(edge.to) {
            *flag = true;
        }
    }
    let distances = distances(graph, &outgoing, &has_incoming);
    for targets in &mut outgoing {
        targets.clear();
    }
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        let is_choice = matches!(edge.kind, EdgeKind::Option | EdgeKind::LeadsTo);
        let (from, to) = (distances.get(edge.from), distances.get(edge.to));
        if (to > from || (to == from && !is_choice))
            && let Some(targets) = outgoing.get_mut(edge.from)
        {
            targets.push(edge.to);
        }
    }
    let order = forward_order(&outgoing, &distances);
    let mut columns: Vec<usize> = graph
        .nodes
        .iter()
        .map(|node| usize::from(node.kind != NodeKind::Trigger))
        .collect();
    let mut is_done = vec![false; columns.len()];
    for node in order {
        if let Some(done) = is_done.get_mut(node) {
            *done = true;
        }
        let next = columns.get(node).map_or(0, |column| column + 1);
        for target in outgoing.get(node).into_iter().flatten() {
            if is_done.get(*target) == Some(&false)
                && let Some(column) = columns.get_mut(*target)
            {
                *column = next.max(*column);
            }
        }
    }
    let first = columns.iter().min().copied().unwrap_or_default();
    columns.into_iter().map(|column| column - first).collect()
}

/// How many edges each node is away from a trigger. What no trigger leads to counts from the
/// nodes that nothing leads to.
fn distances(graph: &Graph, outgoing: &[Vec<usize>], has_incoming: &[bool]) -> Vec<usize> {
    let mut distances: Vec<Option<usize>> = vec![None; graph.nodes.len()];
    let is_trigger = |node: &usize| graph.nodes.get(*node).map(|node| node.kind) == Some(NodeKind::Trigger);
    let all = 0..graph.nodes.len();
    spread(&mut distances, outgoing, all.clone().filter(is_trigger), 0);
    let is_first = |node: &usize| has_incoming.get(*node) == Some(&false);
    spread(&mut distances, outgoing, all.clone().filter(is_first), 1);
    for node in all {
        spread(&mut distances, outgoing, std::iter::once(node), 1);
    }
    distances.into_iter().map(Option::unwrap_or_default).collect()
}

fn spread(
    distances: &mut [Option<usize>],
    outgoing: &[Vec<usize>],
    starts: impl Iterator<Item = usize>,
    distance: usize,
) {
    let mut waiting: VecDeque<(usize, usize)> = starts.map(|node| (node, distance)).collect();
    while let Some((node, distance)) = waiting.pop_front() {
        let Some(unknown) = distances.get_mut(node).filter(|found| found.is_none()) else {
            continue;
        };
        *unknown = Some(distance);
        for target in outgoing.get(node).into_iter().flatten() {
            waiting.push_back((*target, distance + 1));
        }
    }
}

/// The nodes in an order in which edges lead forward, but for those that close a circle.
fn forward_order(outgoing: &[Vec<usize>], distances: &[usize]) -> Vec<usize> {
    let mut by_distance: Vec<usize> = (0..outgoing.len()).collect();
    by_distance.sort_by_key(|node| distances.get(*node));
    let mut is_seen = vec![false; outgoing.len()];
    let mut finished = Vec::new();
    // Nodes finish behind all that they lead to, so the nearest comes last and is turned to the front.
    for start in by_distance {
        let mut path = vec![(start, 0)];
        if is_seen.get(start).copied().unwrap_or(true) {
            continue;
        }
        while let Some((node, tried)) = path.pop() {
            if let Some(seen) = is_seen.get_mut(node) {
                *seen = true;
            }
            let mut targets = outgoing.get(node).into_iter().flatten().enumerate().skip(tried);
            let next = targets.find(|(_, target)| is_seen.get(**target) == Some(&false));
            match next {
                Some((index, target)) => path.extend([(node, index + 1), (*target, 0)]),
                None => finished.push(node),
            }
        }
    }
    finished.reverse();
    finished
}
