//! What a name means that nothing declares: the declaration, where an author would write it.

mod action;
mod api;
mod attribute;
mod sequence;
mod server;

use gen_lsp_types::CodeActionKind;
use sayflow::syntax::ast::{File, Node};
use sayflow::{Code, Diagnostic, Span};

pub(super) use api::request as request_for;

use super::{Offer, Scene, insertion};
use crate::index::{Kind, Symbol};
use crate::layout;
use crate::protocol::Written;
use crate::rename::is_name;

/// A declaration for each unknown name at the cursor.
pub(super) fn offers<'w>(scene: &Scene<'w>) -> Vec<Offer<'w>> {
    scene
        .findings()
        .filter_map(|finding| offer(scene, finding))
        .collect()
}

fn offer<'w>(scene: &Scene<'w>, finding: &'w Diagnostic) -> Option<Offer<'w>> {
    let kind = match finding.code() {
        Code::UnknownSequence => Kind::Sequence,
        Code::UnknownApi => Kind::Api,
        Code::UnknownServer => Kind::Server,
        Code::UnknownAttribute => Kind::Attribute,
        Code::UnknownAction => Kind::Action,
        _ => return None,
    };
    let span = finding.labels().first()?.span;
    let name = scene.source().slice(span);
    if !is_name(kind, name) {
        return None;
    }
    let missing = Missing {
        scene: *scene,
        symbol: Symbol::new(kind, name),
        name,
        span,
    };
    let declaration = match kind {
        Kind::Sequence => sequence::declaration(&missing),
        Kind::Api => api::declaration(&missing),
        Kind::Server => server::declaration(&missing),
        Kind::Attribute => attribute::declaration(&missing),
        Kind::Action => action::declaration(&missing),
        Kind::Secret => return None,
    };
    let title = format!("create {} `{name}`", kind.as_str());
    Some(Offer::new(title, CodeActionKind::QuickFix, vec![declaration]).mending(finding))
}

/// A name that nothing declares.
struct Missing<'w> {
    scene: Scene<'w>,
    symbol: Symbol,
    /// As it is written.
    name: &'w str,
    span: Span,
}

impl<'w> Missing<'w> {
    /// Every file and place where the name stands.
    fn places(&self) -> impl Iterator<Item = (&'w File, Span)> {
        let index = self.scene.index;
        let mentions = index.mentions(&self.symbol).iter();
        mentions.filter_map(move |mention| Some((index.file(*mention)?, mention.span)))
    }

    /// The declaration beside others of its kind: in this file, else in the file with the most of them,
    /// else at the top of this file.
    fn beside_its_kin(&self, declaration: &str) -> Written {
        let kind = self.symbol.kind;
        let here = layout::last_of(self.scene.file, kind).map(|last| (self.scene.file, last));
        let place = here.or_else(|| {
            let files = self.scene.flow.files.iter();
            // Of two files with as many, the first.
            let home = files.rev().max_by_key(|file| count(file, kind))?;
            Some((home, layout::last_of(home, kind)?))
        });
        match place {
            Some((file, last)) => below(file, last, declaration),
            None => {
                let file = self.scene.file;
                insertion(&file.source, layout::top(file), &format!("{declaration}\n\n"))
            }
        }
    }
}

fn count(file: &File, kind: Kind) -> usize {
    let items = file.nodes();
    items.filter(|item| layout::kind_of(item) == Some(kind)).count()
}

/// A declaration below an item, with an empty line between where one of them has a block.
fn below(file: &File, item: &Node, declaration: &str) -> Written {
    let is_list = item.body.is_none() && !declaration.contains('\n');
    let gap = if is_list { "\n" } else { "\n\n" };
    let at = layout::behind(&file.source, layout::extent(item).end);
    insertion(&file.source, at, &format!("{gap}{declaration}"))
}
