//! Ways through the tree: the lines of a block, and a walk over all lines of a file.

use super::ast::{Body, Entry, File, Node, When};

impl Entry {
    /// The line, where it is one.
    #[must_use]
    pub fn node(&self) -> Option<&Node> {
        match self {
            Self::Node(node) => Some(node),
            Self::Remark(_) => None,
        }
    }
}

impl File {
    /// Its items, without remarks.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &Node> {
        self.entries.iter().filter_map(Entry::node)
    }
}

impl Body {
    /// Its lines, without remarks.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &Node> {
        self.entries.iter().filter_map(Entry::node)
    }
}

impl Node {
    /// The lines in its own block.
    pub fn children(&self) -> impl Iterator<Item = &Node> {
        self.body.iter().flat_map(Body::nodes)
    }

    /// Its blocks: its own, then those of its branches.
    pub fn bodies(&self) -> impl Iterator<Item = &Body> {
        let branches = self.branches.iter().filter_map(|branch| branch.body.as_ref());
        self.body.iter().chain(branches)
    }

    /// Whether one of its branches runs whenever no other does.
    pub fn has_catch_all(&self) -> bool {
        self.branches
            .iter()
            .any(|branch| matches!(branch.when, When::Always))
    }
}

/// Calls `visit` with every node in source order, each before its inner ones, and with the nodes
/// around it, the outermost first.
pub fn walk<'f>(file: &'f File, mut visit: impl FnMut(&'f Node, &[&'f Node])) {
    entries(&file.entries, &mut Vec::new(), &mut visit);
}

fn entries<'f>(
    entries_here: &'f [Entry],
    parents: &mut Vec<&'f Node>,
    visit: &mut impl FnMut(&'f Node, &[&'f Node]),
) {
    for entry in entries_here {
        let Entry::Node(node) = entry else { continue };
        visit(node, parents);
        parents.push(node);
        for body in node.bodies() {
            entries(&body.entries, parents, visit);
        }
        parents.pop();
    }
}
