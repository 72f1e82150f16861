//! The statements that can carry an id, and what they say that a name can be made of.

use std::borrow::Cow;

use sayflow::Source;
use sayflow::syntax::ast::{Body, Content, Head, Ident, Media, Node, OptionsKind, Part, Text};

use crate::format::{is_blank, is_whole};

/// A statement that can carry an id.
pub(super) struct Carrier<'t> {
    node: &'t Node,
    /// The words that it begins with.
    pub(super) keyword: &'static str,
    /// The id that stands there.
    pub(super) id: Option<Ident>,
    /// What it goes by without one.
    pub(super) default: Option<Ident>,
    /// Whether it lies in a broken line: its names count, but nothing is written there.
    pub(super) is_broken: bool,
}

/// Every statement of a sequence that can carry an id, in source order.
pub(super) fn carriers<'t>(source: &Source, item: &'t Node) -> Vec<Carrier<'t>> {
    let mut found = Vec::new();
    inside(source, item, false, &mut found);
    found
}

fn inside<'t>(source: &Source, node: &'t Node, is_broken: bool, found: &mut Vec<Carrier<'t>>) {
    let is_ask = matches!(node.head, Head::Ask { .. });
    let is_broken = is_broken || matches!(node.head, Head::Bad);
    let branches = node.branches.iter().filter_map(|branch| branch.body.as_ref());
    for child in node.body.iter().chain(branches).flat_map(Body::nodes) {
        let is_answer = is_ask && matches!(child.head, Head::Options { .. });
        if !is_answer {
            // A line of which only a part was read would be another one with an id in it.
            let carrier = carrier(child, is_broken);
            found.extend(carrier.map(|carrier| Carrier {
                is_broken: is_broken || carrier.id.is_none() && !is_whole(source, child),
                ..carrier
            }));
        }
        inside(source, child, is_broken, found);
    }
}

fn carrier(node: &Node, is_broken: bool) -> Option<Carrier<'_>> {
    let (keyword, id, default) = match &node.head {
        Head::Say { media, id, .. } => (media.as_str(), *id, None),
        Head::Gallery { id } => ("gallery", *id, None),
        Head::Options {
            kind: OptionsKind::Buttons,
            id,
            ..
        } => ("buttons", *id, None),
        Head::Options {
            kind: OptionsKind::QuickReplies,
            id,
            ..
        } => ("quick replies", *id, None),
        Head::Ask { id, save, .. } => ("ask", *id, *save),
        Head::Call { id, target } => ("call", *id, Some(*target)),
        Head::Once { id } => ("once", *id, None),
        _ => return None,
    };
    Some(Carrier {
        node,
        keyword,
        id,
        default,
        is_broken,
    })
}

impl Carrier<'_> {
    /// The byte behind the keyword; `None` where the line does not begin with it.
    pub(super) fn keyword_end(&self, source: &Source) -> Option<u32> {
        let line = source.slice(self.node.span);
        let mut rest = line;
        for word in self.keyword.split(' ') {
            rest = rest.trim_start_matches(is_blank).strip_prefix(word)?;
        }
        let len = u32::try_from(line.len() - rest.len()).ok()?;
        Some(self.node.span.start + len)
    }

    /// The words that describe the statement best; empty where it has none.
    pub(super) fn said(&self, source: &Source) -> String {
        match &self.node.head {
            Head::Say {
                media: Media::Text,
                content: Content::Text(text),
                ..
            } => words(source, text),
            Head::Say {
                content: Content::Text(url),
                ..
            } => file_name(&full(source, url)),
            Head::Say {
                content: Content::Api(api),
                ..
            } => source.slice(api.name.span).to_owned(),
            Head::Gallery { .. } => first_item(source, self.node),
            Head::Options {
                prompt: Some(prompt), ..
            }
            | Head::Ask {
                prompt: Some(prompt), ..
            } => words(source, prompt),
            _ => self
                .default
                .map(|default| source.slice(default.span).to_owned())
                .unwrap_or_default(),
        }
    }
}

/// What a text says; where it says nothing but placeholders, their names.
fn words(source: &Source, text: &Text) -> String {
    let own: String = text
        .parts
        .iter()
        .map(|part| part.plain(source).unwrap_or(Cow::Borrowed(" ")))
        .collect();
    if own.chars().any(char::is_alphanumeric) {
        own
    } else {
        full(source, text)
    }
}

/// A text with the names of its placeholders in their place.
fn full(source: &Source, text: &Text) -> String {
    let with_name = |part: &Part| match part {
        Part::Attribute { name, .. } => format!(" {} ", source.slice(name.span)),
        Part::Api(api) => format!(" {} ", source.slice(api.name.span)),
        part => part.plain(source).unwrap_or_default().into_owned(),
    };
    text.parts.iter().map(with_name).collect()
}

/// `banner` of `https://cdn.shop.example/banner.png?size=2`.
fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let file = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    file.split('.').next().unwrap_or_default().to_owned()
}

/// What the first card or API of a gallery is called.
fn first_item(source: &Source, gallery: &Node) -> String {
    let named = |node: &Node| match &node.head {
        Head::Card { title } => Some(words(source, title)),
        Head::ApiItem(api) => Some(source.slice(api.name.span).to_owned()),
        _ => None,
    };
    gallery
        .body
        .iter()
        .flat_map(Body::nodes)
        .find_map(named)
        .unwrap_or_default()
}
