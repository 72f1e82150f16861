//! What can never run, and what runs and does nothing.

use super::Findings;
use super::jumps::sequence_named;
use super::names::{Declared, Names};
use super::nodes::{branch_removal, extent, removal, removed};
use super::uses::{From, Use, Used};
use crate::diagnostics::{Code, Diagnostic};
use crate::program::Output;
use crate::source::{Source, Span};
use crate::syntax::ast::{Body, Branch, File, Head, Node, OptionsKind, When};
use crate::syntax::walk;

/// Reports statements that nothing leads to, and empty blocks.
pub(crate) fn check_lines(file: &File, findings: &mut Findings) {
    walk(file, |node, _| check_line(&file.source, node, findings));
}

/// Reports sequences that nothing leads to.
pub(crate) fn check(names: &Names<'_>, uses: &[Use<'_>], findings: &mut Findings) {
    // A line that could not be read might be the one that opens a sequence.
    if !findings.has_errors() {
        check_sequences(names, uses, findings);
    }
}

fn check_line(source: &Source, node: &Node, findings: &mut Findings) {
    for body in node.bodies() {
        check_statements(source, body, findings);
    }
    check_empty(source, node, findings);
}

/// What leads from one place to the next.
struct Ways<'u, 'f> {
    /// Uses in each sequence, then in each handler.
    from: Vec<Vec<&'u Use<'f>>>,
    sequences: usize,
    /// The sequences that the replies of each API open.
    leads_to: Vec<Vec<usize>>,
    /// The APIs whose replies may open any sequence.
    opens_any: Vec<bool>,
}

impl<'u, 'f> Ways<'u, 'f> {
    fn new(names: &Names<'f>, uses: &'u [Use<'f>]) -> Self {
        let sequences = names.sequences.all.len();
        let mut from = vec![Vec::new(); sequences + names.handlers.len()];
        for one in uses {
            let place = match one.from {
                Some(From::Sequence(index)) => index as usize,
                Some(From::Handler(index)) => sequences + index as usize,
                Some(From::Test) | None => continue,
            };
            if let Some(place) = from.get_mut(place) {
                place.push(one);
            }
        }
        let leads_to: Vec<Vec<usize>> = names.apis.all.iter().map(|api| leads_to(names, api)).collect();
        let opens_any = names
            .apis
            .all
            .iter()
            .zip(&leads_to)
            .map(|(api, to)| to.is_empty() && has_options(api));
        let opens_any = opens_any.collect();
        Self {
            from,
            sequences,
            leads_to,
            opens_any,
        }
    }

    /// Which sequences the handlers lead to, and whether an API on the way may open any.
    ///
    /// An API without `leads to` may open every sequence, and a warning that never comes helps
    /// nobody; so it is taken to open those that have an `id`, which is there for endpoints.
    fn reached(&self, names: &Names<'_>) -> (Vec<bool>, bool) {
        let mut is_reached = vec![false; self.sequences];
        let mut opens_any = false;
        let mut waiting: Vec<usize> = (self.sequences..self.from.len()).collect();
        while let Some(place) = waiting.pop() {
            let mut open = |index: usize| {
                if let Some(flag) = is_reached.get_mut(index).filter(|flag| !**flag) {
                    *flag = true;
                    waiting.push(index);
                }
            };
            for one in self.from.get(place).into_iter().flatten() {
                match one.of {
                    Used::Goto(index) | Used::Call(index) | Used::Option(index) | Used::LeadsTo(index) => {
                        open(index as usize)
                    }
                    Used::Api(api) => {
                        let api = api as usize;
                        self.leads_to
                            .get(api)
                            .into_iter()
                            .flatten()
                            .for_each(|index| open(*index));
                        if !opens_any && self.opens_any.get(api) == Some(&true) {
                            opens_any = true;
                            with_id(names).for_each(&mut open);
                        }
                    }
                    _ => {}
                }
            }
        }
        (is_reached, opens_any)
    }
}

fn leads_to(names: &Names<'_>, api: &Declared<'_>) -> Vec<usize> {
    let targets = api.node.children().filter_map(|line| match &line.head {
        Head::LeadsTo(targets) => Some(targets),
        _ => None,
    });
    targets
        .flatten()
        .filter_map(|target| sequence_named(names, api.source.slice(target.span)))
        .collect()
}

fn has_options(api: &Declared<'_>) -> bool {
    let Head::Api { output, .. } = &api.node.head else {
        return false;
    };
    let written = api
        .source
        .slice(*output)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    matches!(
        Output::from_name(&written),
        Some(Output::Gallery | Output::Buttons | Output::QuickReplies)
    )
}

fn with_id(names: &Names<'_>) -> impl Iterator<Item = usize> {
    let has_id = |declared: &Declared<'_>| matches!(declared.node.head, Head::Sequence { id: Some(_), .. });
    names
        .sequences
        .all
        .iter()
        .enumerate()
        .filter(move |(_, declared)| has_id(declared))
        .map(|(index, _)| index)
}

fn check_sequences(names: &Names<'_>, uses: &[Use<'_>], findings: &mut Findings) {
    let (is_reached, opens_any) = Ways::new(names, uses).reached(names);
    let mut opened_by: Vec<Option<&Use<'_>>> = vec![None; is_reached.len()];
    let mut is_tested = vec![false; is_reached.len()];
    for one in uses {
        let (Used::Goto(index) | Used::Call(index) | Used::Option(index) | Used::Visits(index)) = one.of
        else {
            continue;
        };
        if one.is_in_test() {
            if let Some(flag) = is_tested.get_mut(index as usize) {
                *flag = true;
            }
        } else if matches!(one.of, Used::Visits(_)) {
            // It asks, and opens nothing.
        } else if one.from != Some(From::Sequence(index))
            && let Some(first) = opened_by.get_mut(index as usize)
        {
            first.get_or_insert(one);
        }
    }
    let named = names
        .sequences
        .all
        .iter()
        .zip(opened_by.into_iter().zip(is_tested));
    for ((declared, openers), _) in named.zip(is_reached).filter(|(_, is_reached)| !is_reached) {
        findings.add(unreachable_sequence(names, declared, openers, opens_any));
    }
}

fn unreachable_sequence(
    names: &Names<'_>,
    declared: &Declared<'_>,
    (opened_by, is_tested): (Option<&Use<'_>>, bool),
    opens_any: bool,
) -> Diagnostic {
    let name = declared.source.slice(declared.span);
    let finding = Diagnostic::new(
        Code::UnreachableSequence,
        declared.source,
        declared.span,
        format!("nothing opens sequence `{name}`"),
    );
    let opener = opened_by.and_then(|one| match one.from {
        Some(From::Sequence(index)) => Some((one, names.sequences.all.get(index as usize)?)),
        _ => None,
    });
    if let Some((one, opener)) = opener {
        let opener = opener.source.slice(opener.span);
        return finding
            .label(
                one.source,
                one.span,
                format!("`{opener}` would, and nothing opens that"),
            )
            .with_help(format!(
                "open `{opener}` from a handler, or open `{name}` from elsewhere"
            ));
    }
    let help = if opens_any {
        format!(
            "open it with `goto {name}` or an option, or list it in `leads to` of the api whose options open it"
        )
    } else {
        format!(
            "open it with `goto {name}`, from `on start` for instance, or with an option `\"…\" -> {name}`"
        )
    };
    if is_tested {
        return finding.with_help(format!("only tests use it: {help}"));
    }
    let finding = finding.with_help(help);
    match removal(declared.source, declared.node).filter(|_| opened_by.is_none()) {
        Some(edit) => finding.suggested_fix(format!("remove sequence `{name}`"), vec![edit]),
        None => finding,
    }
}

fn check_statements(source: &Source, body: &Body, findings: &mut Findings) {
    let Some(last_to_run) = last_to_run(body) else {
        return;
    };
    let lines = body
        .nodes()
        .filter(|node| node.span.start > last_to_run.span.start);
    let mut lost = lines.filter(|node| !matches!(node.head, Head::Bad) && !node.head.is_item());
    let Some(first) = lost.next() else { return };
    let finding = Diagnostic::new(
        Code::UnreachableStatement,
        source,
        first.span,
        "this can never run",
    )
    .primary(if lost.next().is_some() {
        "this and what follows it in the block"
    } else {
        ""
    })
    .label(
        source,
        last_to_run.span,
        if is_jump(last_to_run) {
            "the run leaves here"
        } else {
            "every branch of this leaves"
        },
    )
    .with_help("remove it, or put it before the line that leaves");
    let end = body.nodes().next_back().and_then(|node| extent(source, node));
    findings.add(match end {
        Some(end) => {
            let gone = removed(source, first.span.to(end));
            finding.suggested_fix("remove what can never run", vec![(gone, String::new())])
        }
        None => finding,
    });
}

/// The first line of a block behind which nothing runs.
fn last_to_run(body: &Body) -> Option<&Node> {
    let mut lines = body.nodes().peekable();
    while let Some(line) = lines.next() {
        // On one line, `goto lounge if vip` is a jump and an `if` without its block.
        let is_under_condition = |next: &&Node| matches!(next.head, Head::If(_)) && next.body.is_none();
        if leaves(line) && !lines.peek().is_some_and(is_under_condition) {
            return Some(line);
        }
    }
    None
}

/// Whether a line leaves for certain: what stands behind it and cannot be read may say when.
fn is_jump(node: &Node) -> bool {
    let end = match &node.head {
        Head::Goto(name) => name.span.end,
        Head::End => node.span.start + END,
        Head::Handover { team, priority } => priority.map_or(team.span, |name| name.span).end,
        _ => return false,
    };
    end == node.span.end
}

/// How long `end` is.
const END: u32 = 3;

/// Whether a run that comes to this line never comes to the next.
fn leaves(node: &Node) -> bool {
    let body_leaves = |body: Option<&Body>| body.is_some_and(|body| last_to_run(body).is_some());
    let branch_leaves = |branch: &Branch| body_leaves(branch.body.as_ref());
    match node.head {
        Head::If(_) => {
            node.has_catch_all() && body_leaves(node.body.as_ref()) && node.branches.iter().all(branch_leaves)
        }
        _ => is_jump(node),
    }
}

fn check_empty(source: &Source, node: &Node, findings: &mut Findings) {
    let is_empty =
        |body: Option<&Body>| body.is_some_and(|body| body.close.is_some() && body.nodes().next().is_none());
    if is_empty(node.body.as_ref())
        && let Some(finding) = empty(source, node)
    {
        findings.add(finding);
    }
    // An empty `else` behind a block says that its failure does not matter.
    if matches!(node.head, Head::If(_)) {
        for branch in node
            .branches
            .iter()
            .filter(|branch| is_empty(branch.body.as_ref()))
        {
            findings.add(empty_branch(source, node, branch));
        }
    }
}

/// A line that should not have an empty block; `None` where one means something.
fn empty(source: &Source, node: &Node) -> Option<Diagnostic> {
    let (span, what, help) = match &node.head {
        Head::Sequence { name, .. } => {
            let what = format!("sequence `{}`", source.slice(name.span));
            (
                name.span,
                what,
                "say something in it, or remove it and what opens it",
            )
        }
        Head::On(_) => {
            let what = format!("`{}`", source.slice(node.span));
            (
                node.span,
                what,
                "say something in it, or write `end` to do nothing on purpose",
            )
        }
        Head::Gallery { .. } => (
            node.span,
            "this gallery".to_owned(),
            "put a `card` or an `<<api>>` into it",
        ),
        Head::Options { kind, .. } => {
            let what = match kind {
                OptionsKind::Buttons => "this list of buttons",
                OptionsKind::QuickReplies => "this list of quick replies",
            };
            (
                node.span,
                what.to_owned(),
                "put an option such as `\"Title\" -> a_sequence` into it",
            )
        }
        Head::Once { .. } => (
            node.span,
            "this `once`".to_owned(),
            "put into it what is said once, or remove it",
        ),
        Head::NoReply(_) => (
            node.span,
            "this `no reply`".to_owned(),
            "put into it what is said after the silence, or remove it",
        ),
        Head::If(_) if !node.branches.is_empty() => (
            node.span,
            "this `if`".to_owned(),
            "put something into it, or turn the condition round with `not`",
        ),
        Head::If(_) => (
            node.span,
            "this `if`".to_owned(),
            "put something into it, or remove it",
        ),
        _ => return None,
    };
    let finding = Diagnostic::new(Code::EmptySequence, source, span, format!("{what} is empty"))
        .primary("nothing happens here")
        .with_help(help);
    if let (Head::On(_), Some(body)) = (&node.head, &node.body) {
        let end = format!("\n  end{}", if is_one_line(source, body) { "\n" } else { "" });
        return Some(finding.suggested_fix("write `end`", vec![(Span::at(body.open.end), end)]));
    }
    let is_alone = node.branches.is_empty() && !matches!(node.head, Head::Sequence { .. } | Head::On(_));
    Some(match removal(source, node).filter(|_| is_alone) {
        Some(edit) => finding.suggested_fix("remove it", vec![edit]),
        None => finding,
    })
}

/// Whether a block opens and closes on one line.
fn is_one_line(source: &Source, body: &Body) -> bool {
    body.close
        .is_some_and(|close| !source.slice(body.open.to(close)).contains('\n'))
}

fn empty_branch(source: &Source, node: &Node, branch: &Branch) -> Diagnostic {
    let what = if matches!(branch.when, When::Always) {
        "`else`"
    } else {
        "`else if`"
    };
    let finding = Diagnostic::new(
        Code::EmptySequence,
        source,
        branch.span,
        format!("this {what} is empty"),
    )
    .primary("nothing happens here")
    .with_help("put something into it, or remove it");
    // Without an `else if` that says when, what follows it would run then.
    let is_last = node.branches.last().is_some_and(|last| last.span == branch.span);
    match branch_removal(source, node, branch).filter(|_| is_last) {
        Some(edit) => finding.suggested_fix(format!("remove this {what}"), vec![edit]),
        None => finding,
    }
}
