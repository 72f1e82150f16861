//! An API called by itself, as in a block of its own, for whoever wants to see what it gives.

use super::api::ApiCode;
use super::code::{
    Body, Branches, CallApi, Gallery, GalleryItem, Op, Options, OptionsItem, Piece, Say, Template,
};
use super::{ApiId, Output};
use crate::syntax::ast::{Media, OptionsKind};

/// The body with the one block that an API fills; no handler of the flow runs where it fails.
pub(super) fn body(api: ApiId, code: &ApiCode) -> Body {
    Body {
        name: format!("api {}", code.name).into(),
        code: vec![block(api, code), Op::End],
        anchors: Vec::new(),
        #[cfg(feature = "unstable-trace")]
        lines: super::lines::Lines {
            source: code.place.source.clone(),
            head: crate::source::Span::default(),
            operations: vec![code.place.span; 2],
            branches: Vec::new(),
        },
    }
}

fn block(api: ApiId, code: &ApiCode) -> Op {
    let place = code.place.clone();
    // Behind the block, whatever the outcome.
    let branches = Branches {
        arms: vec![(Vec::new(), 1)],
        next: 1,
    };
    let say = |media| {
        Op::Say(Box::new(Say {
            media,
            content: Template::new(vec![Piece::Api(api)]),
            branches: branches.clone(),
            place: place.clone(),
        }))
    };
    let options = |kind| {
        Op::Options(Box::new(Options {
            kind,
            prompt: None,
            items: vec![OptionsItem::Api(api)],
            branches: branches.clone(),
            place: place.clone(),
        }))
    };
    match code.output {
        Output::Text => say(Media::Text),
        Output::Image => say(Media::Image),
        Output::Buttons => options(OptionsKind::Buttons),
        Output::QuickReplies => options(OptionsKind::QuickReplies),
        Output::Gallery => Op::Gallery(Box::new(Gallery {
            items: vec![GalleryItem::Api(api)],
            branches,
            place,
        })),
        Output::Nothing => Op::CallApi(Box::new(CallApi { api, branches, place })),
    }
}
