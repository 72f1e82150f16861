//! `// allow check::code: reason` above a line: silences warnings and advice there.
//!
//! A remark speaks for the next line below it, up to that line's brace: what is found deeper in
//! its block has a line of its own to stand above.

use std::collections::HashMap;

use super::Findings;
use super::nodes::{lines, removed};
use crate::diagnostics::{Code, Diagnostic, Label, Severity, nearest};
use crate::source::{Source, Span};
use crate::syntax::ast::{Branch, Entry, File, Node, Remark, RemarkKind};

/// Takes away what is allowed, and reports remarks that allow nothing.
pub(crate) fn apply(files: &[File], findings: &mut Findings) {
    let mut allows: Vec<Allow<'_>> = Vec::new();
    // Few files have a remark that allows, and no walk is needed to see that one has none.
    for file in files.iter().filter(|file| file.source.text().contains("allow")) {
        collect_entries(&file.source, &file.entries, &mut allows);
    }
    if allows.is_empty() {
        return;
    }
    let by_code = by_code(&allows);
    // A flow with errors was not looked at as a whole: what silences nothing yet may do so later.
    let unused = match findings.has_errors() {
        true => Effect::Unknown,
        false => Effect::Nothing,
    };
    let mut effects = vec![unused; allows.len()];
    findings.retain(|finding| {
        let label = finding.labels.first();
        let silencing = label.and_then(|label| silencing(&allows, &by_code, finding, label));
        if let Some(effect) = silencing.and_then(|index| effects.get_mut(index)) {
            *effect = Effect::Silences;
        }
        silencing.is_none()
    });
    for (allow, effect) in allows.iter().zip(effects) {
        if let Some(finding) = allow.problem(effect) {
            findings.add(finding);
        }
    }
}

/// Takes away what is allowed of findings about a channel. What silences nothing for one channel may do so for
/// another, so none is reported. Each is told as a finding and the label that its remark would stand above.
pub(crate) fn silence<F>(
    files: &[File],
    findings: &mut Vec<F>,
    told: impl Fn(&F) -> (&Diagnostic, Option<&Label>),
) {
    let mut allows: Vec<Allow<'_>> = Vec::new();
    for file in files {
        collect_entries(&file.source, &file.entries, &mut allows);
    }
    let by_code = by_code(&allows);
    findings.retain(|finding| {
        let (finding, label) = told(finding);
        label.is_none_or(|label| silencing(&allows, &by_code, finding, label).is_none())
    });
}

/// The number of the remark that silences a finding.
fn silencing(
    allows: &[Allow<'_>],
    by_code: &HashMap<(&str, Code), Vec<usize>>,
    finding: &Diagnostic,
    label: &Label,
) -> Option<usize> {
    if finding.severity() == Severity::Error {
        return None;
    }
    let candidates = by_code.get(&(label.source.name(), finding.code()))?;
    covering(allows, candidates, &label.source, label.span.start)
}

/// An `allow` and the bytes that it speaks for.
struct Allow<'f> {
    source: &'f Source,
    remark: &'f Remark,
    code: Span,
    /// `None` where no line follows.
    covers: Option<Span>,
}

/// What a remark does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    Silences,
    Nothing,
    /// It silences nothing that was found, but not everything was looked for.
    Unknown,
}

/// The numbers of the remarks that speak for a line, by file and code.
fn by_code<'f>(allows: &[Allow<'f>]) -> HashMap<(&'f str, Code), Vec<usize>> {
    let mut by_code: HashMap<_, Vec<usize>> = HashMap::new();
    for (index, allow) in allows.iter().enumerate() {
        if let (Ok(code), Some(_)) = (allow.code().parse(), allow.covers) {
            by_code
                .entry((allow.source.name(), code))
                .or_default()
                .push(index);
        }
    }
    by_code
}

/// The remark that covers a byte, of those that stand in source order.
fn covering(allows: &[Allow<'_>], indices: &[usize], source: &Source, offset: u32) -> Option<usize> {
    let covers = |index: usize| {
        allows
            .get(index)
            .and_then(|allow| allow.covers)
            .unwrap_or_default()
    };
    // The lines that remarks cover do not overlap, so the last that begins before is the one.
    let behind = indices.partition_point(|index| covers(*index).start <= offset);
    let before = indices.get(..behind).unwrap_or_default();
    before
        .iter()
        .rev()
        .copied()
        .take_while(|index| covers(*index).end > offset)
        .find(|index| allows.get(*index).is_some_and(|allow| allow.source == source))
}

fn collect_entries<'f>(source: &'f Source, entries: &'f [Entry], allows: &mut Vec<Allow<'f>>) {
    let mut open = allows.len();
    for entry in entries {
        match entry {
            Entry::Remark(remark) => collect(source, remark, allows),
            Entry::Node(node) => {
                cover(source, node.span, open, allows);
                collect_node(source, node, allows);
                open = allows.len();
            }
        }
    }
}

fn collect_node<'f>(source: &'f Source, node: &'f Node, allows: &mut Vec<Allow<'f>>) {
    if let Some(body) = &node.body {
        collect_entries(source, &body.entries, allows);
    }
    for Branch {
        remarks, span, body, ..
    } in &node.branches
    {
        let open = allows.len();
        for remark in remarks {
            collect(source, remark, allows);
        }
        cover(source, *span, open, allows);
        if let Some(body) = body {
            collect_entries(source, &body.entries, allows);
        }
    }
}

fn collect<'f>(source: &'f Source, remark: &'f Remark, allows: &mut Vec<Allow<'f>>) {
    if let RemarkKind::Allow { code, .. } = remark.kind {
        allows.push(Allow {
            source,
            remark,
            code,
            covers: None,
        });
    }
}

/// Lets the remarks from the number `first` on speak for the lines of `head`.
fn cover(source: &Source, head: Span, first: usize, allows: &mut [Allow<'_>]) {
    let above = allows.get_mut(first..).unwrap_or_default();
    for allow in above.iter_mut().filter(|allow| !allow.remark.is_trailing) {
        allow.covers = Some(lines(source, head));
    }
}

impl Allow<'_> {
    fn code(&self) -> &str {
        self.source.slice(self.code)
    }

    /// What is wrong with a remark; `None` where it does its work or cannot be judged.
    fn problem(&self, effect: Effect) -> Option<Diagnostic> {
        let written = self.code();
        match written.parse::<Code>() {
            Err(_) => Some(self.unknown_code(written)),
            Ok(code) if code.severity() == Severity::Error => {
                let message = format!("`{written}` is an error and cannot be allowed");
                let finding = self.finding(self.code, message);
                Some(self.removable(finding.with_help("mend what it reports, and remove this line")))
            }
            Ok(code) if effect != Effect::Nothing || code.is_of_channel() => None,
            Ok(_) if self.remark.is_trailing => Some(
                self.finding(self.remark.span, "this `allow` speaks for no line".to_owned())
                    .with_help("put it on a line of its own, above the line that it is about"),
            ),
            Ok(_) => {
                let finding = self
                    .finding(
                        self.remark.span,
                        format!("`{written}` is not found in the line below"),
                    )
                    .primary("nothing is silenced")
                    .with_help("remove it, or put it right above the line that it is about");
                Some(self.removable(finding))
            }
        }
    }

    fn removable(&self, finding: Diagnostic) -> Diagnostic {
        let gone = removed(self.source, self.remark.span);
        finding.suggested_fix("remove the `allow`", vec![(gone, String::new())])
    }

    fn unknown_code(&self, written: &str) -> Diagnostic {
        let finding = self.finding(self.code, format!("no finding has the code `{written}`"));
        let silenceable = Code::ALL.iter().filter(|code| code.severity() != Severity::Error);
        match nearest(written, silenceable.map(|code| code.as_str())) {
            Some(near) => finding.did_you_mean(self.code, near),
            None => finding.with_help("use the code that the warning shows, such as `check::unused_api`"),
        }
    }

    fn finding(&self, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(Code::AllowWithoutEffect, self.source, span, message)
    }
}
