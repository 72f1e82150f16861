//! The shape of a tree: what must be the same before and after, in a form that can be compared.

use std::mem::{Discriminant, discriminant};

use sayflow::syntax::ast::{Body, Entry, File, Head, Node};

use super::broken::extent;
use super::line::{Ctx, is_blank};

/// A line of a tree, and how deep it stands.
#[derive(PartialEq)]
enum Step {
    /// With whether it was read to its end.
    Line(usize, Discriminant<Head>, bool),
    Bad(usize, String),
    /// With whether its braces are written.
    Body {
        is_opened: bool,
        is_closed: bool,
    },
    Else,
}

/// Whether two files hold the same lines in the same blocks, and the same broken ones.
pub(super) fn same_shape(one: &File, other: &File) -> bool {
    shape(one) == shape(other)
}

fn shape(file: &File) -> Vec<Step> {
    let mut steps = Vec::new();
    let ctx = Ctx {
        source: &file.source,
        depth: 0,
    };
    add_entries(ctx, &file.entries, &mut steps);
    steps
}

fn add_entries(ctx: Ctx<'_>, entries: &[Entry], steps: &mut Vec<Step>) {
    for entry in entries {
        if let Entry::Node(node) = entry {
            add_node(ctx, node, steps);
        }
    }
}

fn add_node(ctx: Ctx<'_>, node: &Node, steps: &mut Vec<Step>) {
    if matches!(node.head, Head::Bad) {
        let written = ctx.slice(extent(node)).split(is_blank).collect();
        steps.push(Step::Bad(ctx.depth, written));
    } else {
        steps.push(Step::Line(
            ctx.depth,
            discriminant(&node.head),
            is_read(&node.head),
        ));
    }
    add_body(ctx, node.body.as_ref(), steps);
    for branch in &node.branches {
        steps.push(Step::Else);
        add_body(ctx, branch.body.as_ref(), steps);
    }
}

/// Whether an item was read behind its name. One that stands where it was not looked for is known by its first
/// words alone; at the beginning of a line, more of it may be read.
fn is_read(head: &Head) -> bool {
    match head {
        Head::Attribute { ty, .. } => !ty.span.is_empty(),
        Head::Server { origin, .. } => !origin.span.is_empty(),
        Head::Api { output, .. } => !output.is_empty(),
        Head::Test { name } => !name.span.is_empty(),
        _ => true,
    }
}

fn add_body(ctx: Ctx<'_>, body: Option<&Body>, steps: &mut Vec<Step>) {
    if let Some(body) = body {
        steps.push(Step::Body {
            is_opened: !body.open.is_empty(),
            is_closed: body.close.is_some(),
        });
        add_entries(
            Ctx {
                depth: ctx.depth + 1,
                ..ctx
            },
            &body.entries,
            steps,
        );
    }
}
