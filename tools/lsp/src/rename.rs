//! Rename: the same name in every file, or a reason why not; and the old name where others know it.

mod known;

use std::path::Path;

use gen_lsp_types::{Uri, WorkspaceEdit};
use sayflow::syntax::ast::{Entry, Head};
use sayflow::{Edit, Source, Span, syntax};

use crate::index::{Index, Kind, Mention, Role, Symbol};
use crate::protocol::{EditForms, Written, workspace_edit};
use crate::uri;
use crate::workspace::{Flow, Workspace};

/// The name at a cursor, where it can be renamed.
pub(crate) fn renamed(index: Index<'_>, file: usize, offset: u32) -> Result<Mention, String> {
    let (symbol, mention) = index.at(file, offset).ok_or("there is no name here")?;
    refusal(index, symbol, mention).map_or(Ok(mention), Err)
}

/// The edits that give the symbol at a cursor another name.
pub(crate) fn rename(
    workspace: &Workspace,
    forms: EditForms,
    flow: &Flow,
    (file, offset): (usize, u32),
    new: &str,
) -> Result<WorkspaceEdit, String> {
    let index = flow.index();
    let (symbol, mention) = index.at(file, offset).ok_or("there is no name here")?;
    if let Some(reason) = refusal(index, symbol, mention) {
        return Err(reason);
    }
    let kind = symbol.kind.as_str();
    if !is_name(symbol.kind, new) {
        return Err(format!(
            "`{}` cannot be the name of {} `{kind}`",
            new.escape_debug(),
            article(kind)
        ));
    }
    let wanted = Symbol::new(symbol.kind, new);
    if wanted != *symbol
        && !is_former(index, symbol, &wanted)
        && let Some(reason) = collision(index, &wanted)
    {
        return Err(reason);
    }
    let mentions = index.mentions(symbol).iter();
    let mentions = mentions.filter(|mention| mention.role != Role::Alias);
    let edits = mentions.filter_map(|mention| {
        Some(Written::plain(Edit {
            source: index.file(*mention)?.source.clone(),
            span: mention.span,
            text: new.to_owned(),
        }))
    });
    let mut edits: Vec<Written> = edits.collect();
    if wanted != *symbol
        && let Some(declared) = index.declared(symbol)
    {
        edits.extend(known::by_others(declared, &wanted));
        edits.extend(known::by_sessions(index, symbol));
    }
    let mut sources = edits.iter().map(|written| &written.edit.source);
    match sources.find(|source| flow.is_damaged(source)) {
        Some(damaged) => Err(format!(
            "`{}` is not UTF-8: save it as UTF-8 first",
            file_name(damaged)
        )),
        None => Ok(workspace_edit(workspace, forms, &edits)),
    }
}

/// What an editor calls a file.
fn file_name(source: &Source) -> String {
    let path = uri::path(&Uri::from(source.name()));
    let name = path.as_deref().and_then(Path::file_name);
    name.map_or_else(
        || source.name().to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Why a symbol keeps its name.
fn refusal(index: Index<'_>, symbol: &Symbol, mention: Mention) -> Option<String> {
    let name = &symbol.name;
    let is_field = syntax::record_names().any(|field| field.name == name);
    if symbol.kind == Kind::Secret {
        Some(format!("secret `{name}` is named by the host"))
    } else if symbol.kind == Kind::Attribute && is_field {
        Some(format!("`{name}` is a field of the customer record"))
    } else if mention.role == Role::Alias {
        Some("this is a former name or an id; rename the sequence by its own name".to_owned())
    } else if index.declared(symbol).is_none() {
        Some(format!("no {} has the name `{name}`", symbol.kind.as_str()))
    } else {
        None
    }
}

/// Whether a sequence gets a name back that it had before.
fn is_former(index: Index<'_>, symbol: &Symbol, wanted: &Symbol) -> bool {
    let declared = index.declared(symbol).filter(|_| symbol.kind == Kind::Sequence);
    declared.is_some_and(|declared| known::former(declared, wanted).is_some())
}

/// Why a name is taken.
fn collision(index: Index<'_>, wanted: &Symbol) -> Option<String> {
    let (kind, name) = (wanted.kind.as_str(), &wanted.name);
    if wanted.kind == Kind::Attribute && syntax::record_names().any(|field| field.name == name) {
        return Some(format!("`{name}` is a field of the customer record"));
    }
    if let Some(owner) = index.alias(wanted) {
        return Some(format!(
            "`{name}` is a former name or an id of sequence `{}`",
            owner.name
        ));
    }
    if index.declared(wanted).is_some() {
        return Some(format!("there is {} {kind} `{name}` already", article(kind)));
    }
    // What leads nowhere today would lead here tomorrow.
    (!index.mentions(wanted).is_empty())
        .then(|| format!("{kind} `{name}` is used already, though not declared"))
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}

/// Whether the language reads a text as one name where this kind is declared.
pub(crate) fn is_name(kind: Kind, text: &str) -> bool {
    let line = match kind {
        Kind::Sequence => format!("sequence {text} {{\n  end\n}}\n"),
        Kind::Api => format!("api {text}: text {{\n  get \"https://a.example\"\n}}\n"),
        Kind::Server => format!("server {text} \"https://a.example\"\n"),
        Kind::Attribute => format!("attribute {text}: text\n"),
        Kind::Action => format!("action {text}\n"),
        Kind::Secret => return false,
    };
    let source = Source::new("name.flow", line);
    let (file, found) = syntax::parse(&source);
    let whole = |span: Span| found.is_empty() && source.slice(span) == text;
    match file.entries.as_slice() {
        [Entry::Node(node)] => match &node.head {
            Head::Sequence { name, .. }
            | Head::Api { name, .. }
            | Head::Server { name, .. }
            | Head::Attribute { name, .. }
            | Head::Action { name } => whole(name.span),
            _ => false,
        },
        _ => false,
    }
}
