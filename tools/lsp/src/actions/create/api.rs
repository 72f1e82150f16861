//! An API that a block uses.

use sayflow::syntax::ast::{ApiRef, Content, File, Head, Media, Node, OptionsKind, Part, Text};
use sayflow::{Output, Span};

use super::Missing;
use super::server::ORIGIN;
use crate::actions::header;
use crate::index::{Index, Kind, Role};
use crate::layout;
use crate::protocol::Written;

pub(super) fn declaration(missing: &Missing<'_>) -> Written {
    let name = missing.name;
    let found = missing.places().find_map(|(file, span)| output_at(file, span));
    let output = found.unwrap_or(Output::Text);
    let request = request(missing.scene.index, name).join("\n  ");
    let declaration = format!("api {name}: {output} {{\n  {request}\n}}");
    missing
        .beside_its_kin(&declaration)
        .selecting(&format!("/{name}"))
}

/// The lines of the request of an API on the server that most others are called on; where there is none, to an
/// address that the author changes, with a secret of its own.
pub(in crate::actions) fn request(index: Index<'_>, name: &str) -> Vec<String> {
    match server(index) {
        Some(server) => vec![format!("get {server} \"/{name}\"")],
        None => vec![format!("get \"{ORIGIN}/{name}\""), header::line(name)],
    }
}

/// The server that most APIs of the flow are called on; of two with as many, the one declared first.
fn server(index: Index<'_>) -> Option<&str> {
    let uses = |symbol| {
        let mentions = index.mentions(symbol).iter();
        mentions.filter(|mention| mention.role == Role::Uses).count()
    };
    let servers = index.all(Kind::Server).map(|(symbol, declared)| {
        let place = (declared.file.source.name(), declared.node.span.start);
        (std::cmp::Reverse(uses(symbol)), place, symbol.name.as_str())
    });
    servers.min().map(|(.., name)| name)
}

/// The output that the block around a place needs; `None` where any would do.
fn output_at(file: &File, span: Span) -> Option<Output> {
    let mut around = layout::lines_at(file, span.start).into_iter().rev();
    let line = around.next().filter(|line| is_asked_for(line, span))?;
    wanted(line, around.next())
}

/// Whether a line itself names the API at a place.
fn is_asked_for(node: &Node, span: Span) -> bool {
    let is_it = |api: &ApiRef| api.name.span == span;
    let is_in = |text: &Text| {
        let parts = text.parts.iter();
        parts
            .filter_map(|part| match part {
                Part::Api(api) => Some(api),
                _ => None,
            })
            .any(is_it)
    };
    match &node.head {
        Head::Say { content, .. } => match content {
            Content::Api(api) => is_it(api),
            Content::Text(text) => is_in(text),
        },
        Head::ApiItem(api) | Head::CallApi(api) => is_it(api),
        _ => false,
    }
}

fn wanted(node: &Node, around: Option<&Node>) -> Option<Output> {
    match (&node.head, around.map(|outer| &outer.head)) {
        (Head::CallApi(_), _) => Some(Output::Nothing),
        (Head::Say { media, .. }, _) => Some(match media {
            Media::Text => Output::Text,
            Media::Image | Media::Audio | Media::Video => Output::Image,
        }),
        (_, Some(Head::Gallery { .. })) => Some(Output::Gallery),
        (_, Some(Head::Options { kind, .. })) => Some(match kind {
            OptionsKind::Buttons => Output::Buttons,
            OptionsKind::QuickReplies => Output::QuickReplies,
        }),
        _ => None,
    }
}
