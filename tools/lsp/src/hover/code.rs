//! Hover over `// allow check::code: reason`: the page of the code.

use sayflow::syntax::ast::{Entry, File, Remark, RemarkKind};
use sayflow::{Code, Span, syntax};

/// What the code means that is allowed at a cursor.
pub(super) fn hover(file: &File, offset: u32) -> Option<(String, Span)> {
    let span = remarks(file).into_iter().find_map(|remark| match remark.kind {
        RemarkKind::Allow { code, .. } => code.touches(offset).then_some(code),
        _ => None,
    })?;
    let code: Code = file.source.slice(span).parse().ok()?;
    let page = sayflow_kit::page(code);
    let text = format!(
        "**{code}** ({})\n\n{page}\n\n[{code}]({})\n",
        code.severity(),
        code.url()
    );
    Some((text, span))
}

/// Every comment of a file.
fn remarks(file: &File) -> Vec<Remark> {
    let mut found = own(&file.entries);
    syntax::walk(file, |node, _| {
        found.extend(node.bodies().flat_map(|body| own(&body.entries)));
        found.extend(node.branches.iter().flat_map(|branch| &branch.remarks).copied());
    });
    found
}

fn own(entries: &[Entry]) -> Vec<Remark> {
    let remarks = entries.iter().filter_map(|entry| match entry {
        Entry::Remark(remark) => Some(*remark),
        Entry::Node(_) => None,
    });
    remarks.collect()
}
