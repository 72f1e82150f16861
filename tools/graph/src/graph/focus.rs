//! The surroundings of one sequence.

use std::fmt;

use super::read::canonical;
use super::{Edge, Graph};

/// No node has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSequence(pub String);

impl fmt::Display for UnknownSequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the flow has no sequence `{}`", self.0)
    }
}

impl std::error::Error for UnknownSequence {}

impl Graph {
    /// What leads to one node and where it leads, `depth` edges far in either direction.
    ///
    /// # Errors
    ///
    /// Where no node has the id.
    pub fn focus(&self, id: &str, depth: usize) -> Result<Self, UnknownSequence> {
        let unknown = || UnknownSequence(id.to_owned());
        let centre = self
            .find(&canonical(id))
            .or_else(|| self.find(id))
            .ok_or_else(unknown)?;
        let mut is_kept = vec![false; self.nodes.len()];
        for walk in [
            |edge: &Edge| (edge.from, edge.to),
            |edge: &Edge| (edge.to, edge.from),
        ] {
            let mut ways = vec![Vec::new(); self.nodes.len()];
            for (here, there) in self.edges.iter().map(walk) {
                if let Some(ways) = ways.get_mut(here) {
                    ways.push(there);
                }
            }
            let mut is_near = vec![false; self.nodes.len()];
            set(&mut is_near, centre);
            let mut last = vec![centre];
            for _ in 0..depth {
                let next = last.iter().filter_map(|here| ways.get(*here)).flatten().copied();
                last = next.filter(|there| set(&mut is_near, *there)).collect();
                // A depth may be far beyond any flow.
                if last.is_empty() {
                    break;
                }
            }
            for (kept, near) in is_kept.iter_mut().zip(is_near) {
                *kept |= near;
            }
        }
        Ok(self.only(&is_kept))
    }

    /// The nodes that are kept, and the edges between them.
    fn only(&self, is_kept: &[bool]) -> Self {
        let mut place = vec![None; self.nodes.len()];
        let mut nodes = Vec::new();
        for ((node, kept), place) in self.nodes.iter().zip(is_kept).zip(&mut place) {
            if *kept {
                *place = Some(nodes.len());
                nodes.push(node.clone());
            }
        }
        let place = |index: usize| place.get(index).copied().flatten();
        let edges = self.edges.iter().filter_map(|edge| {
            Some(Edge {
                from: place(edge.from)?,
                to: place(edge.to)?,
                ..edge.clone()
            })
        });
        let edges = edges.collect();
        Self { nodes, edges }
    }
}

/// Sets a flag; whether it was not set before.
fn set(flags: &mut [bool], index: usize) -> bool {
    flags
        .get_mut(index)
        .is_some_and(|flag| !std::mem::replace(flag, true))
}

#[cfg(test)]
mod tests {
    use sayflow::{Source, syntax};

    use crate::Graph;

    #[test]
    fn a_walk_ends_where_nothing_is_left_to_walk() {
        let flow = "on start {\n  goto a\n}\n\nsequence a {\n  goto b\n}\n\nsequence b {\n  goto a\n}\n";
        let graph = Graph::read(&[syntax::parse(&Source::new("a.flow", flow)).0]);
        let nodes = |depth: usize| graph.focus("a", depth).unwrap().nodes.len();
        assert_eq!((nodes(0), nodes(1), nodes(usize::MAX)), (1, 3, 3));
    }
}
