//! Where a cursor is in the tree: in which block, of which line, behind which line.

use sayflow::syntax::ast::{Body, Entry, File, Node, OptionsKind};
use sayflow::syntax::{Place, place_in};

/// The block around a cursor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'f> {
    /// What may stand there.
    pub(crate) place: Place,
    /// The line that opens the block; `None` at the top level.
    pub(crate) owner: Option<&'f Node>,
    /// The line of the block that begins last before the cursor.
    pub(crate) before: Option<&'f Node>,
}

impl<'f> Spot<'f> {
    /// The spot of a cursor.
    pub(crate) fn of(file: &'f File, offset: u32) -> Self {
        let top = Self {
            place: Place::File,
            owner: None,
            before: None,
        };
        within(file, top, &file.entries, offset)
    }

    /// Which options stand in the block.
    pub(crate) fn options(self) -> Option<OptionsKind> {
        match self.owner?.head {
            sayflow::syntax::ast::Head::Options { kind, .. } => Some(kind),
            _ => None,
        }
    }
}

fn within<'f>(file: &'f File, mut spot: Spot<'f>, entries: &'f [Entry], offset: u32) -> Spot<'f> {
    let nodes = entries.iter().filter_map(|entry| match entry {
        Entry::Node(node) => Some(node),
        Entry::Remark(_) => None,
    });
    // Blocks nest 64 deep at the most.
    let Some(node) = nodes.take_while(|node| node.span.start <= offset).last() else {
        return spot;
    };
    spot.before = Some(node);
    let own = node.body.iter().map(|body| (body, block_of(file, node)));
    let branches = node.branches.iter().filter_map(|branch| branch.body.as_ref());
    let bodies = own.chain(branches.map(|body| (body, Place::Statements)));
    let holding = bodies.rev().find(|(body, _)| holds(body, offset));
    match holding {
        Some((body, place)) => {
            let inner = Spot {
                place,
                owner: Some(node),
                before: None,
            };
            within(file, inner, &body.entries, offset)
        }
        None => spot,
    }
}

/// Whether a cursor stands between the braces; a block that is not closed goes on.
fn holds(body: &Body, offset: u32) -> bool {
    body.open.end <= offset && body.close.is_none_or(|close| offset <= close.start)
}

/// What may stand in the block of a line; of a broken one, what its first word says.
fn block_of(file: &File, node: &Node) -> Place {
    match place_in(&node.head) {
        Place::Broken => {
            let line = file.source.slice(node.span);
            match line.split_whitespace().next().unwrap_or_default() {
                "api" => Place::Api,
                "server" => Place::Server,
                "action" => Place::Action,
                "ask" => Place::Ask,
                "gallery" => Place::Gallery,
                "card" => Place::Card,
                "buttons" | "quick" => Place::Options,
                "do" => Place::Do,
                "test" => Place::Test,
                "mock" => Place::Mock,
                "sequence" | "on" | "if" | "once" | "no" | "else" => Place::Statements,
                _ => Place::Broken,
            }
        }
        place => place,
    }
}
