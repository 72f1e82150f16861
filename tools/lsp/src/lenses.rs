//! Code lenses: above a declaration how often it is used, above a test and an API the command that runs it.

use gen_lsp_types::{CodeLens, Command, Uri};
use sayflow::syntax::ast::{File, Head};
use serde_json::json;

use crate::handle::Handle;
use crate::index::{Kind, Role};
use crate::navigation::locations;
use crate::server::commands;
use crate::text::Encoding;
use crate::workspace::Workspace;

/// The command by which a client that says so lists places.
const SHOW_REFERENCES: &str = "editor.action.showReferences";

/// The lenses of a file. Uses are counted once somebody sees the lens.
pub(crate) fn lenses(encoding: Encoding, uri: &Uri, file: &File) -> Vec<CodeLens> {
    let source = &file.source;
    let mut lenses = Vec::new();
    for node in file.nodes() {
        let (name, kind) = match &node.head {
            Head::Sequence { name, .. } => (name.span, Some(Kind::Sequence)),
            Head::Attribute { name, .. } => (name.span, Some(Kind::Attribute)),
            Head::Api { name, .. } => (name.span, Some(Kind::Api)),
            Head::Test { name } => (name.span, None),
            _ => continue,
        };
        if name.is_empty() {
            continue;
        }
        let run = match &node.head {
            Head::Api { .. } => Some(command("Call", commands::CALL, uri, source.slice(name))),
            Head::Test { name } => Some(command("Run test", commands::RUN_TEST, uri, &name.plain(source))),
            _ => None,
        };
        let lens = |command, handle: Option<Handle>| lens(encoding.range(source, name), command, handle);
        lenses.extend(run.map(|run| lens(Some(run), None)));
        let handle = kind.map(|kind| Handle::new(uri, kind, source.slice(name)));
        lenses.extend(handle.map(|handle| lens(None, Some(handle))));
    }
    lenses
}

/// A lens with its count; what was renamed or deleted meanwhile has no uses.
pub(crate) fn resolved(workspace: &Workspace, mut lens: CodeLens, shows_references: bool) -> CodeLens {
    let handle = lens.data.as_ref().and_then(Handle::read);
    if let Some(handle) = handle {
        lens.command = Some(count(workspace, &lens, &handle, shows_references));
    }
    lens
}

fn count(workspace: &Workspace, lens: &CodeLens, handle: &Handle, shows_references: bool) -> Command {
    let Some((flow, _)) = workspace.find(&handle.uri) else {
        return counted(0);
    };
    let index = flow.index();
    let mentions = index.mentions(&handle.symbol).iter();
    let uses = mentions.filter(|mention| mention.role != Role::Declares);
    let places = locations(workspace, index, uses);
    let mut command = counted(places.len());
    if shows_references && !places.is_empty() {
        SHOW_REFERENCES.clone_into(&mut command.command);
        command.arguments = Some(vec![json!(handle.uri), json!(lens.range.start), json!(places)]);
    }
    command
}

/// A count that does nothing when it is clicked.
fn counted(uses: usize) -> Command {
    let word = if uses == 1 { "reference" } else { "references" };
    Command {
        title: format!("{uses} {word}"),
        tooltip: None,
        command: String::new(),
        arguments: None,
    }
}

fn command(title: &str, command: &str, uri: &Uri, name: &str) -> Command {
    Command {
        title: title.to_owned(),
        tooltip: None,
        command: command.to_owned(),
        arguments: Some(vec![json!(uri), json!(name)]),
    }
}

fn lens(range: gen_lsp_types::Range, command: Option<Command>, handle: Option<Handle>) -> CodeLens {
    CodeLens {
        range,
        command,
        data: handle.map(|handle| handle.value()),
    }
}
