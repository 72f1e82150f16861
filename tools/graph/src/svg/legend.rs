//! What the lines mean, above the picture.

use crate::graph::{Change, EdgeKind, Graph};
use crate::layout::Point;

/// How long the head of an arrow is.
pub(super) const HEAD_LENGTH: f64 = 8.0;
/// How wide a sample and its words are.
const STEP: f64 = 122.0;
const SAMPLE: f64 = 44.0;

/// The class of a kind of line.
pub(super) fn class(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Trigger => "by-trigger",
        EdgeKind::Goto => "by-goto",
        EdgeKind::Call => "by-call",
        EdgeKind::Option => "by-option",
        EdgeKind::LeadsTo => "by-leads-to",
        EdgeKind::Failure => "by-failure",
    }
}

/// The head of an arrow.
pub(super) fn head(tip: Point, is_rightward: bool) -> String {
    let back = if is_rightward {
        tip.x - HEAD_LENGTH
    } else {
        tip.x + HEAD_LENGTH
    };
    let (above, below) = (tip.y - 4.0, tip.y + 4.0);
    format!(
        "<path class=\"head\" d=\"M{} {}L{back} {above}V{below}Z\"/>\n",
        tip.x, tip.y
    )
}

/// The kinds of lines and changes that the picture has.
pub(super) fn legend(graph: &Graph, at: Point) -> String {
    let mut svg = "<g class=\"legend\">\n".to_owned();
    let mut x = at.x;
    for kind in kinds(graph) {
        let tip = Point {
            x: x + SAMPLE,
            y: at.y - 4.0,
        };
        svg += &format!(
            "<g class=\"line {}\"><path d=\"M{x} {}H{}\"/>\n{}</g>\n<text x=\"{}\" y=\"{}\">{}</text>\n",
            class(kind),
            tip.y,
            tip.x - HEAD_LENGTH,
            head(tip, true),
            tip.x + 8.0,
            at.y,
            kind.as_str()
        );
        x += STEP;
    }
    for change in changes(graph) {
        let word = change.as_str().unwrap_or_default();
        svg += &format!(
            "<g class=\"box {word}\"><rect class=\"frame\" x=\"{x}\" y=\"{}\" width=\"26\" height=\"14\" rx=\"3\"/></g>\n\
             <text x=\"{}\" y=\"{}\">{word}</text>\n",
            at.y - 11.0,
            x + 34.0,
            at.y
        );
        x += STEP;
    }
    svg + "</g>\n"
}

/// How wide the legend is.
pub(super) fn width(graph: &Graph) -> f64 {
    let entries = kinds(graph).count() + changes(graph).count();
    STEP * u32::try_from(entries).map_or(0.0, f64::from)
}

fn kinds(graph: &Graph) -> impl Iterator<Item = EdgeKind> {
    let is_used = |kind: &EdgeKind| graph.edges.iter().any(|edge| edge.kind == *kind);
    EdgeKind::ALL.into_iter().filter(is_used)
}

fn changes(graph: &Graph) -> impl Iterator<Item = Change> {
    let is_used = |change: &Change| {
        graph.nodes.iter().any(|node| node.change == *change)
            || graph.edges.iter().any(|edge| edge.change == *change)
    };
    [Change::Added, Change::Removed, Change::Changed]
        .into_iter()
        .filter(is_used)
}
