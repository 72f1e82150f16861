//! What is declared and not used, what is read and never written, what is written and never read.
//!
//! These findings speak about a flow as a whole, so they wait until it is sound: a line that
//! could not be read, or a name that was mistyped, would make whatever it meant look unused.

use super::Findings;
use super::names::{Declared, Names, Table};
use super::nodes::removal;
use super::uses::{Use, Used};
use crate::diagnostics::{Code, Diagnostic};
use crate::syntax::ast::{Head, Verb};

/// Reports what nobody uses.
pub(crate) fn check(names: &Names<'_>, uses: &[Use<'_>], findings: &mut Findings) {
    if findings.has_errors() {
        return;
    }
    let is_used = |table: &Table<'_>, number: fn(Used) -> Option<u32>| {
        let mut is_used = vec![Usage::None; table.all.len()];
        for one in uses {
            if let Some(usage) = number(one.of).and_then(|index| is_used.get_mut(index as usize)) {
                usage.add(one);
            }
        }
        is_used
    };
    let apis = is_used(&names.apis, |used| {
        if let Used::Api(index) = used {
            Some(index)
        } else {
            None
        }
    });
    let servers = is_used(&names.servers, |used| {
        if let Used::Server(index) = used {
            Some(index)
        } else {
            None
        }
    });
    let actions = is_used(&names.actions, |used| {
        if let Used::Action(index) = used {
            Some(index)
        } else {
            None
        }
    });
    unused(Code::UnusedApi, "api", &names.apis, &apis, findings);
    unused(Code::UnusedServer, "server", &names.servers, &servers, findings);
    unused(Code::UnusedAction, "action", &names.actions, &actions, findings);
    check_attributes(names, uses, findings);
}

/// Who uses something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    None,
    /// Tests name it, which would not be read without it.
    Tests,
    Flow,
}

impl Usage {
    fn add(&mut self, one: &Use<'_>) {
        if !one.is_in_test() {
            *self = Self::Flow;
        } else if *self == Self::None {
            *self = Self::Tests;
        }
    }
}

fn unused(code: Code, kind: &str, table: &Table<'_>, used: &[Usage], findings: &mut Findings) {
    for (declared, usage) in table
        .all
        .iter()
        .zip(used)
        .filter(|(_, usage)| **usage != Usage::Flow)
    {
        let name = declared.source.slice(declared.span);
        let help = match code {
            Code::UnusedApi => format!("use it in a block as `<<{name}>>`, or remove it"),
            Code::UnusedServer => format!("call it from an api, such as `get {name} \"/…\"`, or remove it"),
            _ => format!("ask the host for it with `do {name}`, or remove it"),
        };
        let finding = Diagnostic::new(
            code,
            declared.source,
            declared.span,
            format!("nothing uses {kind} `{name}`"),
        );
        findings.add(removable(
            finding,
            &help,
            (declared, *usage),
            &format!("remove {kind} `{name}`"),
        ));
    }
}

/// Says what helps, and offers to take the declaration away where no test would miss it.
fn removable(
    finding: Diagnostic,
    help: &str,
    (declared, usage): (&Declared<'_>, Usage),
    title: &str,
) -> Diagnostic {
    if usage == Usage::Tests {
        return finding.with_help(format!("only tests use it: {help}"));
    }
    let finding = finding.with_help(help);
    match removal(declared.source, declared.node) {
        Some(edit) => finding.suggested_fix(title, vec![edit]),
        None => finding,
    }
}

/// Where an attribute is read and written first.
#[derive(Clone, Default)]
struct Touched<'u, 'f> {
    read: Option<&'u Use<'f>>,
    written: Option<&'u Use<'f>>,
    is_in_test: bool,
}

fn check_attributes(names: &Names<'_>, uses: &[Use<'_>], findings: &mut Findings) {
    let mut touched = vec![Touched::default(); names.attributes.all.len()];
    for one in uses {
        let (Used::Read(index) | Used::Write(index)) = one.of else {
            continue;
        };
        let Some(touched) = touched.get_mut(index as usize) else {
            continue;
        };
        if one.is_in_test() {
            touched.is_in_test = true;
            continue;
        }
        let place = if matches!(one.of, Used::Read(_)) {
            &mut touched.read
        } else {
            &mut touched.written
        };
        place.get_or_insert(one);
    }
    // A POST carries every saved attribute, so with one of them nothing is written in vain.
    let is_sent = names.apis.all.iter().any(is_post);
    for (attribute, touched) in names.attributes.all.iter().zip(&touched) {
        match (touched.read, touched.written) {
            (Some(read), None) => findings.add(never_written(attribute, read)),
            (None, Some(written)) if !is_sent => findings.add(never_read(attribute, written)),
            (None, None) => {
                let usage = if touched.is_in_test {
                    Usage::Tests
                } else {
                    Usage::None
                };
                findings.add(never_used(attribute, usage));
            }
            _ => {}
        }
    }
}

fn is_post(api: &Declared<'_>) -> bool {
    api.node
        .children()
        .any(|line| matches!(line.head, Head::Request { verb: Verb::Post, .. }))
}

fn never_written(attribute: &Declared<'_>, read: &Use<'_>) -> Diagnostic {
    let name = attribute.source.slice(attribute.span);
    let primary = match &attribute.node.head {
        Head::Attribute {
            default: Some(default),
            ..
        } => {
            format!("it is always {}", attribute.source.slice(default.span))
        }
        _ => "it is always unset".to_owned(),
    };
    Diagnostic::new(
        Code::AttributeNeverWritten,
        attribute.source,
        attribute.span,
        format!("attribute `{name}` is read and never written"),
    )
    .primary(primary)
    .label(read.source, read.span, "read here")
    .with_help(format!(
        "save it with `set {name} = …` or `ask … save {name}`, or write `sets {name}` in the api whose replies save it"
    ))
}

fn never_read(attribute: &Declared<'_>, written: &Use<'_>) -> Diagnostic {
    let name = attribute.source.slice(attribute.span);
    Diagnostic::new(
        Code::AttributeNeverRead,
        attribute.source,
        attribute.span,
        format!("attribute `{name}` is written and never read"),
    )
    .primary("no text, condition or request needs it")
    .label(written.source, written.span, "written here")
    .with_help(format!(
        "use it, such as `{{{{{name}}}}}` in a text, or remove it and what writes it"
    ))
}

fn never_used(attribute: &Declared<'_>, usage: Usage) -> Diagnostic {
    let name = attribute.source.slice(attribute.span);
    let finding = Diagnostic::new(
        Code::AttributeNeverRead,
        attribute.source,
        attribute.span,
        format!("attribute `{name}` is never used"),
    );
    let help = format!(
        "use it, or remove it; where replies save it for your endpoints, write `sets {name}` in their api"
    );
    removable(
        finding,
        &help,
        (attribute, usage),
        &format!("remove attribute `{name}`"),
    )
}
