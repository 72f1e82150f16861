//! A walk over the nodes of a file.

use super::ast::{Entry, File, Node};

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
        let bodies = node
            .body
            .iter()
            .chain(node.branches.iter().filter_map(|branch| branch.body.as_ref()));
        for body in bodies {
            entries(&body.entries, parents, visit);
        }
        parents.pop();
    }
}
