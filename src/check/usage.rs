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
        let mut is_used = vec![false; table.all.len()];
        for index in uses.iter().filter_map(|one| number(one.of)) {
            mark(&mut is_used, index);
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

fn mark(flags: &mut [bool], number: u32) {
    if let Some(flag) = flags.get_mut(number as usize) {
        *flag = true;
    }
}

fn unused(code: Code, kind: &str, table: &Table<'_>, is_used: &[bool], findings: &mut Findings) {
    for (declared, _) in table.all.iter().zip(is_used).filter(|(_, is_used)| !**is_used) {
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
            finding.with_help(help),
            declared,
            &format!("remove {kind} `{name}`"),
        ));
    }
}

/// Offers to take the declaration away.
fn removable(finding: Diagnostic, declared: &Declared<'_>, title: &str) -> Diagnostic {
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
            (None, None) => findings.add(never_used(attribute)),
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

fn never_used(attribute: &Declared<'_>) -> Diagnostic {
    let name = attribute.source.slice(attribute.span);
    let finding = Diagnostic::new(
        Code::AttributeNeverRead,
        attribute.source,
        attribute.span,
        format!("attribute `{name}` is never used"),
    )
    .with_help(format!(
        "use it, or remove it; where replies save it for your endpoints, write `sets {name}` in their api"
    ));
    removable(finding, attribute, &format!("remove attribute `{name}`"))
}
