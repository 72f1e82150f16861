//! The picture of a graph.
//!
//! It needs no other program and no other file: fonts are those of the reader, and colours follow
//! the light or dark of the page. A kind of line is told by dash and colour, never by colour alone.

mod legend;
mod style;
mod words;

use crate::graph::{Change, Graph, Node, NodeKind};
use crate::layout::{Layout, Point, Rect, Wire, layout};
use words::{escaped, shortened};

/// The room above the lanes, for the name and the legend.
const HEAD: f64 = 96.0;
/// The room below the lanes.
const FOOT: f64 = 20.0;
/// Left and right of the lanes.
const MARGIN: f64 = 20.0;
/// The radius of a bend.
const BEND: f64 = 6.0;
/// How many columns of characters fit into a box.
const TITLE_COLUMNS: usize = 27;
const TEXT_COLUMNS: usize = 33;

/// Draws the graph; `title` stands above it.
#[must_use]
pub fn svg(graph: &Graph, title: &str) -> String {
    let layout = layout(graph);
    let width = (layout.width + 2.0 * MARGIN).max(legend::width(graph) + 2.0 * MARGIN);
    let height = layout.height + HEAD + FOOT;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{}\">\n",
        escaped(title)
    );
    svg += &style::style();
    svg += "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n";
    svg += &format!(
        "<text class=\"heading\" x=\"{MARGIN}\" y=\"36\">{}<tspan class=\"counts\" dx=\"12\">{}</tspan></text>\n",
        escaped(title),
        counts(graph)
    );
    svg += &legend::legend(graph, Point { x: MARGIN, y: 68.0 });
    svg += &format!("<g transform=\"translate({MARGIN} {HEAD})\">\n");
    for lane in &layout.lanes {
        svg += &rect("lane", lane.rect, 10.0);
        svg += &format!(
            "<text class=\"file\" x=\"{}\" y=\"{}\">{}</text>\n",
            lane.rect.x + 16.0,
            lane.rect.y + 22.0,
            escaped(&lane.file)
        );
    }
    svg += &wires(graph, &layout);
    for (node, place) in graph.nodes.iter().zip(&layout.boxes) {
        svg += &boxed(node, *place);
    }
    svg += "</g>\n</svg>\n";
    svg
}

/// How much of everything there is.
fn counts(graph: &Graph) -> String {
    let counted = |words: &str, is_it: &dyn Fn(&Node) -> bool| {
        let count = graph.nodes.iter().filter(|node| is_it(node)).count();
        let plural = if count == 1 || words.ends_with('e') {
            ""
        } else {
            "s"
        };
        (count > 0).then(|| format!("{count} {words}{plural}"))
    };
    let is_there = |node: &Node| node.change != Change::Removed;
    let parts = [
        counted("sequence", &|node| {
            node.kind == NodeKind::Sequence && is_there(node)
        })
        .map(|text| {
            if text == "1 sequence" {
                text
            } else {
                format!("{text}s")
            }
        }),
        counted("trigger", &|node| {
            node.kind == NodeKind::Trigger && is_there(node)
        }),
        counted("unreachable", &|node| !node.is_reachable && is_there(node)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn rect(class: &str, place: Rect, radius: f64) -> String {
    let Rect { x, y, width, height } = place;
    format!(
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>\n"
    )
}

// ---- Boxes --------------------------------------------------------------------------------

fn boxed(node: &Node, place: Rect) -> String {
    let kind = match node.kind {
        NodeKind::Trigger => "trigger",
        NodeKind::Sequence => "sequence",
        NodeKind::Missing => "missing",
    };
    let mut class = format!("box {kind}");
    if !node.is_reachable {
        class += " unreachable";
    }
    if let Some(change) = node.change.as_str() {
        class += &format!(" {change}");
    }
    let middle = place.y + place.height / 2.0;
    let at = format!("{}:{}", node.file, node.line);
    let mut svg = format!(
        "<g class=\"{class}\"><title>{}",
        escaped(&format!("{}\n{at}", node.id))
    );
    if let Some(text) = &node.text {
        svg += &escaped(&format!("\n{text}"));
    }
    svg += "</title>\n";
    let radius = if node.kind == NodeKind::Trigger { 22.0 } else { 6.0 };
    svg += &rect("frame", place, radius);
    let left = place.x
        + if node.kind == NodeKind::Trigger {
            20.0
        } else {
            16.0
        };
    let columns = if node.kind == NodeKind::Trigger {
        TITLE_COLUMNS - 1
    } else {
        TITLE_COLUMNS
    };
    let mut line = |class: &str, y: f64, words: &str| {
        svg += &format!(
            "<text class=\"{class}\" x=\"{left}\" y=\"{y}\">{}</text>\n",
            escaped(words)
        );
    };
    let (name_y, place_y) = if node.text.is_some() {
        (-9.0, 21.0)
    } else {
        (-1.0, 15.0)
    };
    line("name", middle + name_y, &shortened(&node.id, columns));
    if let Some(text) = &node.text {
        line("text", middle + 7.0, &shortened(text, TEXT_COLUMNS));
    }
    line("place", middle + place_y, &shortened(&at, TEXT_COLUMNS));
    if let Some(mark) = mark(node) {
        svg += &format!(
            "<text class=\"mark\" x=\"{}\" y=\"{}\">{mark}</text>\n",
            place.x + place.width - 14.0,
            middle + place_y
        );
    }
    svg += "</g>\n";
    svg
}

/// What is said about a box in its corner.
fn mark(node: &Node) -> Option<&'static str> {
    match (node.change, node.kind) {
        (Change::Added, _) => Some("+ added"),
        (Change::Removed, _) => Some("− removed"),
        (Change::Changed, _) => Some("± changed"),
        (Change::None, NodeKind::Missing) => Some("missing"),
        (Change::None, _) if !node.is_reachable => Some("unreachable"),
        (Change::None, _) => None,
    }
}

// ---- Lines --------------------------------------------------------------------------------

fn wires(graph: &Graph, layout: &Layout) -> String {
    layout.wires.iter().map(|wire| drawn(graph, wire)).collect()
}

fn drawn(graph: &Graph, wire: &Wire) -> String {
    let id = |node: usize| graph.nodes.get(node).map_or("", |node| node.id.as_str());
    let from: Vec<&str> = wire.from.iter().map(|node| id(*node)).collect();
    let mut class = format!("line {}", legend::class(wire.kind));
    if let Some(change) = wire.change.as_str() {
        class += &format!(" {change}");
    }
    // A line whose every beginning is never reached is dim as they are.
    let is_reached = |node: &usize| graph.nodes.get(*node).is_some_and(|node| node.is_reachable);
    if !wire.from.iter().any(is_reached) {
        class += " unreachable";
    }
    let words = format!("{}: {} → {}", wire.kind.as_str(), from.join(", "), id(wire.to));
    let mut svg = format!("<g class=\"{class}\"><title>{}</title>\n", escaped(&words));
    for path in &wire.paths {
        svg += &format!("<path d=\"{}\"/>\n", rounded(path, wire.arrow.tip));
    }
    svg += &legend::head(wire.arrow.tip, wire.arrow.is_rightward);
    svg += "</g>\n";
    svg
}

/// A path with its corners rounded. What ends at the tip ends where the arrow begins.
fn rounded(points: &[Point], tip: Point) -> String {
    let mut points = points.to_vec();
    let count = points.len();
    if let Some(before) = count.checked_sub(2).and_then(|at| points.get(at)).copied()
        && let Some(last) = points.last_mut().filter(|last| **last == tip)
    {
        last.x -= (last.x - before.x).clamp(-legend::HEAD_LENGTH, legend::HEAD_LENGTH);
    }
    let mut path = String::new();
    for (index, point) in points.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|index| points.get(index));
        match (before, points.get(index + 1)) {
            (None, _) => path += &format!("M{} {}", point.x, point.y),
            (Some(_), None) => path += &format!("L{} {}", point.x, point.y),
            (Some(before), Some(next)) => {
                let radius = BEND.min(length(*before, *point) / 2.0).min(length(*point, *next));
                let (start, end) = (towards(*point, *before, radius), towards(*point, *next, radius));
                path += &format!(
                    "L{} {}Q{} {} {} {}",
                    start.x, start.y, point.x, point.y, end.x, end.y
                );
            }
        }
    }
    path
}

fn length(one: Point, other: Point) -> f64 {
    (one.x - other.x).abs() + (one.y - other.y).abs()
}

/// The point that far from one towards another, along an axis.
fn towards(one: Point, other: Point, distance: f64) -> Point {
    Point {
        x: one.x + (other.x - one.x).clamp(-distance, distance),
        y: one.y + (other.y - one.y).clamp(-distance, distance),
    }
}
