//! The graph as a Mermaid flowchart, which code hosts draw in a Markdown file.

use crate::drawn::drawn;
use crate::graph::{Change, EdgeKind, Graph, Node, NodeKind};

/// The graph as a Mermaid flowchart; files are subgraphs.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (number, file) in graph.files().into_iter().enumerate() {
        text += &format!("  subgraph f{number}[\"{}\"]\n", escaped(file));
        for (index, node) in graph
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.file == file)
        {
            text += &format!("    n{index}{}\n", boxed(node));
        }
        text += "  end\n";
    }
    for edge in &graph.edges {
        let words = match edge.change.as_str() {
            Some(change) => format!("{}, {change}", edge.kind.as_str()),
            None => edge.kind.as_str().to_owned(),
        };
        text += &format!("  n{} {}|{words}| n{}\n", edge.from, arrow(edge.kind), edge.to);
    }
    text += "  classDef trigger stroke-width:2px\n";
    text += "  classDef unreachable opacity:0.5,stroke-dasharray:4 3\n";
    text += "  classDef missing stroke:#c0392b,stroke-dasharray:2 2\n";
    text += "  classDef added stroke:#1a7f37,stroke-width:3px\n";
    text += "  classDef removed stroke:#c0392b,stroke-width:3px,stroke-dasharray:6 4\n";
    text += "  classDef changed stroke:#9a6700,stroke-width:3px\n";
    text
}

fn boxed(node: &Node) -> String {
    let words = escaped(&node.id);
    let words = match node.change.as_str() {
        Some(change) => format!("{words} ({change})"),
        None => words,
    };
    let shape = match node.kind {
        NodeKind::Trigger => format!("([\"{words}\"])"),
        NodeKind::Sequence | NodeKind::Missing => format!("[\"{words}\"]"),
    };
    let class = match (node.change, node.kind) {
        (Change::None, _) if !node.is_reachable => "unreachable",
        (Change::None, NodeKind::Missing) => "missing",
        (Change::None, NodeKind::Trigger) => "trigger",
        (Change::None, NodeKind::Sequence) => return shape,
        (change, _) => change.as_str().unwrap_or_default(),
    };
    format!("{shape}:::{class}")
}

fn arrow(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Trigger => "==>",
        EdgeKind::Goto | EdgeKind::Option => "-->",
        EdgeKind::Call => "<-->",
        EdgeKind::LeadsTo => "-.->",
        EdgeKind::Failure => "--x",
    }
}

/// A text in the quotes of a label, its signs as entities: `%%{…}%%` is a directive wherever it stands, `$$…$$` a formula.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for found in text.chars() {
        match found {
            '"' => escaped.push_str("#quot;"),
            '#' => escaped.push_str("#35;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '&' => escaped.push_str("#amp;"),
            '`' => escaped.push_str("#96;"),
            '%' => escaped.push_str("#37;"),
            '$' => escaped.push_str("#36;"),
            '{' => escaped.push_str("#123;"),
            '}' => escaped.push_str("#125;"),
            found => escaped.extend(drawn(found)),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn signs_of_mermaid_are_written_out() {
        assert_eq!(
            escaped("%%{init: {}}%% \"#`<&>$$\u{202e}a\nb\u{2028}c\u{2067}"),
            "#37;#37;#123;init: #123;#125;#125;#37;#37; #quot;#35;#96;#lt;#amp;#gt;#36;#36;a b c"
        );
    }
}
