//! A right name in the marks of another kind: `<<first_name>>`, `{{order_status}}`, `call loyalty`.

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::{Content, Head, Media, Node, Part};
use sayflow::{Code, Diagnostic, Edit, Span};

use super::{Offer, Scene};
use crate::describe;
use crate::index::{Kind, Symbol};
use crate::protocol::Written;

pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    let offer = |finding: &'w Diagnostic| {
        let name = finding.labels().first()?.span;
        let node = *scene.around_at(name.start).last()?;
        let written = scene.source().slice(name);
        let (span, meant) = match finding.code() {
            Code::UnknownApi if is_attribute(scene, written) => {
                (api_in_text(node, name)?, format!("{{{{{written}}}}}"))
            }
            Code::UnknownAttribute if gives(scene, written, "text") => {
                (attribute_in_text(node, name)?, format!("<<{written}>>"))
            }
            Code::UnknownSequence if gives(scene, written, "nothing") => {
                (called(node, name)?, format!("<<{written}>>"))
            }
            _ => return None,
        };
        let title = format!("write it as `{meant}`");
        let edit = Written::plain(Edit {
            source: scene.source().clone(),
            span,
            text: meant,
        });
        Some(Offer::new(title, CodeActionKind::QuickFix, vec![edit]).mending(finding))
    };
    scene.findings().filter_map(offer).collect()
}

fn is_attribute(scene: &Scene<'_>, name: &str) -> bool {
    let symbol = Symbol::new(Kind::Attribute, name);
    describe::type_of(scene.index, &symbol).is_some()
}

/// Whether an API has the name and this output.
fn gives(scene: &Scene<'_>, name: &str, output: &str) -> bool {
    let api = scene.index.declared(&Symbol::new(Kind::Api, name));
    api.is_some_and(|api| describe::output(api) == output)
}

fn api_in_text(node: &Node, name: Span) -> Option<Span> {
    said(node)?.iter().find_map(|part| match part {
        Part::Api(api) if api.name.span == name => Some(api.span),
        _ => None,
    })
}

fn attribute_in_text(node: &Node, wanted: Span) -> Option<Span> {
    said(node)?.iter().find_map(|part| match part {
        Part::Attribute { span, name, .. } if name.span == wanted => Some(*span),
        _ => None,
    })
}

/// What a `text` says: the one place where both marks may stand.
fn said(node: &Node) -> Option<&[Part]> {
    match &node.head {
        Head::Say {
            media: Media::Text,
            content: Content::Text(text),
            ..
        } => Some(&text.parts),
        _ => None,
    }
}

fn called(node: &Node, name: Span) -> Option<Span> {
    matches!(&node.head, Head::Call { target, .. } if target.span == name).then_some(name)
}
