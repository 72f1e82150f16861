//! From the tree back to the text, byte for byte.

use super::ast::{Body, Entry, File, Node};
use super::text::is_blank;
use crate::source::{Source, Span};

/// The text of a file, from the leaves of its tree: heads, braces and remarks, each with the
/// blanks before it. That it equals the text which was read proves that the tree holds all of it.
#[must_use]
pub fn print(file: &File) -> String {
    let mut printer = Printer {
        source: &file.source,
        out: String::new(),
        end: 0,
    };
    printer.entries(&file.entries);
    printer.leaf(Span::at(file.source.span().end));
    printer.out
}

struct Printer<'f> {
    source: &'f Source,
    out: String,
    end: u32,
}

impl Printer<'_> {
    fn entries(&mut self, entries: &[Entry]) {
        for entry in entries {
            match entry {
                Entry::Node(node) => self.node(node),
                Entry::Remark(remark) => self.leaf(remark.span),
            }
        }
    }

    fn node(&mut self, node: &Node) {
        self.leaf(node.span);
        if let Some(body) = &node.body {
            self.body(body);
        }
        for branch in &node.branches {
            for remark in &branch.remarks {
                self.leaf(remark.span);
            }
            self.leaf(branch.span);
            if let Some(body) = &branch.body {
                self.body(body);
            }
        }
    }

    fn body(&mut self, body: &Body) {
        self.leaf(body.open);
        self.entries(&body.entries);
        if let Some(close) = body.close {
            self.leaf(close);
        }
    }

    /// A leaf and what stands before it, where that is blank: anything else is missing in the tree.
    fn leaf(&mut self, span: Span) {
        let gap = self.source.slice(Span::new(self.end, span.start));
        if gap.chars().all(is_blank) {
            self.out.push_str(gap);
        }
        self.out.push_str(self.source.slice(span));
        self.end = span.end;
    }
}
