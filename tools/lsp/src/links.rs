//! Document links: the addresses that a file writes out, and the files that its tests name.

use std::path::{Path, PathBuf};

use gen_lsp_types as lsp;
use gen_lsp_types::Uri;
use sayflow::syntax::ast::{AnswerKind, File, Head, Part, Step, Text, Verb};
use sayflow::{Source, Span, syntax};

use crate::describe;
use crate::index::{Index, Kind, Symbol};
use crate::pieces;
use crate::text::{Encoding, number};
use crate::uri;

/// What an address begins with.
const SCHEMES: [&str; 2] = ["https://", "http://"];
/// What ends an address in the middle of a sentence.
const NO_ADDRESS: [char; 8] = ['"', '<', '>', '`', '“', '”', '(', '|'];
/// What may end a sentence and rarely an address.
const ENDS_SENTENCE: [char; 9] = ['.', ',', ';', ':', '!', '?', '\'', ')', '।'];

/// The links of a file.
pub(crate) fn links(encoding: Encoding, index: Index<'_>, file: &File) -> Vec<lsp::DocumentLink> {
    let source = &file.source;
    let folder = uri::path(&Uri::from(source.name())).and_then(|path| path.parent().map(Path::to_owned));
    let mut links = Vec::new();
    let mut link = |span: Span, target: Uri, tooltip: String| {
        links.push(lsp::DocumentLink {
            range: encoding.range(source, span),
            target: Some(target),
            tooltip: Some(tooltip),
            data: None,
        });
    };
    syntax::walk(file, |node, _| {
        if let Some((span, address)) = request(index, source, &node.head) {
            return link(span, Uri::from(address.as_str()), format!("GET {address}"));
        }
        if is_post(&node.head) {
            return;
        }
        for text in pieces::texts(node) {
            for span in addresses(source, text) {
                let address = source.slice(span);
                link(span, Uri::from(address), format!("Open {address}"));
            }
        }
        for text in named_files(&node.head) {
            let named = folder.as_ref().map(|folder| folder.join(text.plain(source)));
            if let Some(found) = named.as_deref().and_then(existing) {
                let tooltip = format!("Open {}", text.plain(source));
                link(pieces::inside(source, text), uri::of_path(&found), tooltip);
            }
        }
    });
    links
}

/// Where a `get` goes, if that is written out: the whole address, under the text of the line.
fn request(index: Index<'_>, source: &Source, head: &Head) -> Option<(Span, String)> {
    let Head::Request {
        verb: Verb::Get,
        server: Some(server),
        url,
    } = head
    else {
        return None;
    };
    let path = url.literal(source)?;
    let symbol = Symbol::new(Kind::Server, source.slice(server.span));
    let address = format!("{}{path}", describe::origin(index.declared(&symbol)?));
    let is_whole = is_address(&address) && !address.contains("{{");
    is_whole.then(|| (pieces::inside(source, url), address))
}

/// A browser sends a GET, which the endpoint of a `post` does not expect.
const fn is_post(head: &Head) -> bool {
    matches!(head, Head::Request { verb: Verb::Post, .. })
}

/// The addresses that a text writes out from beginning to end.
fn addresses(source: &Source, text: &Text) -> Vec<Span> {
    let inside = pieces::inside(source, text);
    let written = source.slice(inside);
    let starts = SCHEMES.iter().flat_map(|scheme| written.match_indices(scheme));
    let mut starts: Vec<usize> = starts.map(|(at, _)| at).collect();
    starts.sort_unstable();
    let spans = starts.into_iter().filter_map(|start| {
        let rest = written.get(start..)?;
        let end = rest
            .find(|letter: char| letter.is_whitespace() || NO_ADDRESS.contains(&letter))
            .unwrap_or(rest.len());
        let address = rest.get(..end)?.trim_end_matches(ENDS_SENTENCE);
        let from = inside.start + number(start);
        Some(Span::new(from, from + number(address.len())))
    });
    spans
        .filter(|span| is_address(source.slice(*span)) && is_plain(text, *span))
        .collect()
}

fn is_address(written: &str) -> bool {
    let rests = SCHEMES.iter().filter_map(|scheme| written.strip_prefix(scheme));
    let mut hosts = rests.filter_map(|rest| rest.chars().next());
    hosts.any(char::is_alphanumeric)
}

/// Whether a stretch of a text has neither placeholders nor escapes, and no placeholder goes on with it.
fn is_plain(text: &Text, stretch: Span) -> bool {
    text.parts.iter().all(|part| match part {
        Part::Plain(_) => true,
        Part::Char(span, _) => span.end <= stretch.start || stretch.end <= span.start,
        Part::Attribute { span, .. } => span.end <= stretch.start || stretch.end < span.start,
        Part::Api(api) => api.span.end <= stretch.start || stretch.end < api.span.start,
    })
}

/// What a line of a test names beside its file: replies, and flows that it goes on with.
fn named_files(head: &Head) -> Vec<&Text> {
    match head {
        Head::Step(Step::Flow(path)) => vec![path],
        Head::Step(Step::Mock { answers, .. }) => {
            let files = answers.iter().filter_map(|answer| match &answer.kind {
                AnswerKind::File(path) => Some(path),
                _ => None,
            });
            files.collect()
        }
        _ => Vec::new(),
    }
}

/// The file at a path; of a flow that is a folder, its first.
fn existing(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return sayflow_kit::flow_files(path).ok()?.into_iter().next();
    }
    path.is_file().then(|| path.to_owned())
}
