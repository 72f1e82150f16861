//! The graph in the language of Graphviz.

use crate::drawn::drawn;
use crate::graph::{Change, Edge, EdgeKind, Graph, Node, NodeKind};

/// The graph for Graphviz; files are clusters.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut text = "digraph flow {\n  rankdir=LR\n".to_owned();
    text += "  node [shape=box, fontname=\"sans-serif\", fontsize=11]\n";
    text += "  edge [fontname=\"sans-serif\", fontsize=9]\n";
    for (number, file) in graph.files().into_iter().enumerate() {
        text += &format!("  subgraph cluster_{number} {{\n    label={}\n", quoted(file));
        for node in graph.nodes.iter().filter(|node| node.file == file) {
            text += &format!("    {} [{}]\n", quoted(&node.id), look(node));
        }
        text += "  }\n";
    }
    for edge in &graph.edges {
        if let (Some(from), Some(to)) = (graph.nodes.get(edge.from), graph.nodes.get(edge.to)) {
            let look = edge_look(edge);
            text += &format!("  {} -> {} [{look}]\n", quoted(&from.id), quoted(&to.id));
        }
    }
    text += "}\n";
    text
}

fn look(node: &Node) -> String {
    let mut label = node.id.clone();
    if let Some(text) = &node.text {
        label += "\n";
        label.extend(text.chars().take(40));
    }
    let mut look = format!(
        "label={}, tooltip={}",
        quoted(&label),
        quoted(&format!("{}:{}", node.file, node.line))
    );
    let mut styles = Vec::new();
    if node.kind == NodeKind::Trigger {
        styles.push("rounded");
    }
    if !node.is_reachable || node.kind == NodeKind::Missing || node.change == Change::Removed {
        styles.push("dashed");
    }
    if !styles.is_empty() {
        look += &format!(", style=\"{}\"", styles.join(","));
    }
    if !node.is_reachable {
        look += ", fontcolor=gray40";
    }
    if let Some(color) = change_color(node.change) {
        look += &format!(", color=\"{color}\", penwidth=2");
    }
    look
}

fn edge_look(edge: &Edge) -> String {
    let (style, color) = match edge.kind {
        EdgeKind::Trigger => ("bold", "#57606a"),
        EdgeKind::Goto => ("solid", "#0969da"),
        EdgeKind::Call => ("dashed", "#0f766e"),
        EdgeKind::Option => ("solid", "#8250df"),
        EdgeKind::LeadsTo => ("dotted", "#9a6700"),
        EdgeKind::Failure => ("dashed", "#c0392b"),
    };
    let color = change_color(edge.change).unwrap_or(color);
    let label = match edge.change.as_str() {
        Some(change) => format!("{}, {change}", edge.kind.as_str()),
        None => edge.kind.as_str().to_owned(),
    };
    let mut look = format!("label={}, style={style}, color=\"{color}\"", quoted(&label));
    if edge.kind == EdgeKind::Call {
        look += ", dir=both, arrowtail=odot";
    }
    look
}

fn change_color(change: Change) -> Option<&'static str> {
    match change {
        Change::None => None,
        Change::Added => Some("#1a7f37"),
        Change::Removed => Some("#c0392b"),
        Change::Changed => Some("#bf8700"),
    }
}

/// A text as a quoted id: a quote and a backslash mean something in it, and `&` begins an entity of HTML.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for found in text.chars() {
        match found {
            '"' | '\\' => quoted.extend(['\\', found]),
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            found => quoted.extend(drawn(found)),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn signs_of_graphviz_are_written_out() {
        assert_eq!(
            quoted("a\"b\\N\n&lt;b&gt; &#65;\u{202e}\u{1}c\u{2067}"),
            r#""a\"b\\N\n&amp;lt;b&amp;gt; &amp;#65; c""#
        );
    }
}
