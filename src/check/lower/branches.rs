//! The `else` branches behind a block: which outcome goes where.

use super::Lowering;
use super::body::BodyDraft;
use super::text::Apis;
use crate::check::nodes::{branch_removal, words};
use crate::diagnostics::{Code, nearest};
use crate::outcome::Outcome;
use crate::program::code::{Branches, Op, Pc, Say};
use crate::source::Span;
use crate::syntax::ast::{Branch, Media, Node, Text, When};

impl Lowering<'_, '_> {
    /// The branches behind a block, and where things go on behind them. `else "…"` is a block of
    /// the kind `instead`.
    pub(super) fn branches(
        &mut self,
        node: &Node,
        uses_api: bool,
        instead: Media,
        code: &mut BodyDraft,
    ) -> Branches {
        // What could not be read may have meant to ask what stands there.
        if !uses_api
            && let Some(branch) = node.branches.first()
            && !self.slice(node.span).contains("<<")
        {
            let why = "nothing can fail here: this uses no api";
            self.needless_else(branch.span, why, branch_removal(self.source(), node, branch));
        }
        let mut arms: Vec<(Vec<Outcome>, Pc)> = Vec::new();
        let mut leave = Vec::new();
        for branch in &node.branches {
            let Some(outcomes) = self.outcomes(node, branch, &arms) else {
                continue;
            };
            arms.push((outcomes, code.here()));
            match (&branch.text, &branch.body) {
                (Some(text), _) => self.say_instead(text, instead, code),
                (None, Some(body)) => self.entries(&body.entries, code),
                (None, None) => {}
            }
            leave.push(code.jump());
        }
        // The last branch falls through to what is behind all of them.
        if let Some(last) = leave.pop() {
            code.drop_last(last);
        }
        for jump in leave {
            code.land(jump);
        }
        Branches {
            arms,
            next: code.here(),
        }
    }

    /// The outcomes that a branch names; `None` for an `else if`, which belongs behind an `if`.
    fn outcomes(
        &mut self,
        node: &Node,
        branch: &Branch,
        before: &[(Vec<Outcome>, Pc)],
    ) -> Option<Vec<Outcome>> {
        let named = match &branch.when {
            When::Always => &[],
            When::Outcomes(spans) => spans.as_slice(),
            When::If(_) => return None,
        };
        let is_caught = |outcome: Outcome| {
            before
                .iter()
                .any(|(caught, _)| caught.contains(&outcome) || (caught.is_empty() && outcome.is_failure()))
        };
        if named.is_empty() && before.iter().any(|(caught, _)| caught.is_empty()) {
            let why = "an `else` before this one takes every failure";
            self.needless_else(branch.span, why, branch_removal(self.source(), node, branch));
        }
        let mut outcomes = Vec::new();
        for (at, span) in named.iter().enumerate() {
            let removal = || match named {
                [_] => branch_removal(self.source(), node, branch),
                named => Some((without(named, at, *span), String::new())),
            };
            match words(self.slice(*span)).parse() {
                Ok(Outcome::Ok) => self.needless_else(*span, "`ok` is no failure", removal()),
                Ok(outcome) if is_caught(outcome) || outcomes.contains(&outcome) => {
                    self.needless_else(*span, "a branch before this one takes it", removal());
                }
                Ok(outcome) => outcomes.push(outcome),
                Err(_) => self.unknown_outcome(*span),
            }
        }
        // A branch all of whose outcomes are misspelt must not become a bare `else`.
        if !named.is_empty() && outcomes.is_empty() {
            Some(vec![Outcome::Ok])
        } else {
            Some(outcomes)
        }
    }

    fn say_instead(&mut self, text: &Text, media: Media, code: &mut BodyDraft) {
        let content = match media {
            Media::Text => self.template(
                text,
                Apis::Refused("cannot stand in an `else`: it could fail again"),
            ),
            Media::Image | Media::Audio | Media::Video => self.web_address(text),
        };
        let place = self.place(text.span);
        let next = code.here() + 1;
        let branches = Branches {
            arms: Vec::new(),
            next,
        };
        code.begin_line(text.span);
        code.push(Op::Say(Box::new(Say {
            media,
            content,
            branches,
            place,
        })));
    }

    fn needless_else(&mut self, span: Span, why: &str, removal: Option<(Span, String)>) {
        let finding = self
            .error(Code::NeedlessElse, span, "this `else` can never run")
            .primary(why)
            .with_help("remove it");
        self.findings.add(match removal {
            Some(edit) => finding.suggested_fix("remove it", vec![edit]),
            None => finding,
        });
    }

    fn unknown_outcome(&mut self, span: Span) {
        let written = words(self.slice(span));
        let finding = self.error(Code::UnknownOutcome, span, format!("unknown outcome `{written}`"));
        self.findings
            .add(match nearest(&written, Outcome::ALL.map(Outcome::as_str)) {
                Some(near) => finding.did_you_mean(span, near),
                None => finding.with_help(
                    "a call ends in blocked, timeout, unreachable, status, too large, not json, declined, \
                 contract or empty",
                ),
            });
    }
}

/// One of several words of a list, with the comma that goes with it.
pub(super) fn without(list: &[Span], at: usize, word: Span) -> Span {
    match (
        list.get(at + 1),
        at.checked_sub(1).and_then(|before| list.get(before)),
    ) {
        (Some(next), _) => Span::new(word.start, next.start),
        (None, Some(before)) => Span::new(before.end, word.end),
        (None, None) => word,
    }
}
