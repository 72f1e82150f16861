//! One line with its block, rewritten from within where it is of the kind that was said.

use sayflow::syntax::ast::{Expected as Written, Head, Node, Step as Line};
use sayflow::{Block, BlockOption, Card, Event, Program, Span, Value};

use super::align::{Likeness, Step, Want, align};
use super::{Anchor, Pen};
use crate::run::compare;
use crate::scene::{Said, quoted, said_lines, value_words};
use crate::script::{Expected, ExpectedCard, List, Matcher, Member};

/// Whether both are the same word of the language.
pub(super) fn is_same_kind(what: &Expected, said: &Said) -> bool {
    match (what, said) {
        (Expected::Say(media, _), Said::Block(block)) => {
            compare::media_in(block).is_some_and(|(shown, _)| shown == *media)
        }
        (Expected::Gallery(_), Said::Block(Block::Gallery { .. }))
        | (Expected::Pause(_), Said::Block(Block::Pause { .. }))
        | (Expected::Handover { .. }, Said::Event(Event::Handover { .. })) => true,
        (Expected::Options { kind, .. }, Said::Block(block)) => {
            compare::options_in(block).is_some_and(|(shown, ..)| shown == *kind)
        }
        (Expected::Do { action, .. }, Said::Event(Event::Action { name, .. })) => action == name,
        _ => false,
    }
}

/// Makes a line expect what was said.
pub(super) fn replace(pen: &mut Pen<'_>, node: &Node, (what, said): (&Expected, &Said), program: &Program) {
    let lines = said_lines(program, [said]);
    if !is_same_kind(what, said) {
        return pen.rewrite(node, &lines);
    }
    if is_on_one_line(pen, node) {
        return pen.rewrite_alike(node, &lines);
    }
    match (what, said) {
        (Expected::Gallery(Some(cards)), Said::Block(Block::Gallery { cards: shown })) => {
            self::cards(pen, node, (cards, shown), &groups(&lines), program);
        }
        (Expected::Options { prompt, options, .. }, Said::Block(block)) => {
            let Some((_, text, shown)) = compare::options_in(block) else {
                return;
            };
            let is_prompt_right = match (prompt, text) {
                (None, _) => true,
                (Some(prompt), Some(text)) => prompt.fits(text),
                (Some(_), None) => false,
            };
            if !is_prompt_right {
                head(pen, node, &lines);
            }
            if let Some(options) = options {
                let nodes: Vec<&Node> = node.children().collect();
                self::options(pen, (node, &nodes), (options, shown), &groups(&lines), program);
            }
        }
        (Expected::Do { values: Some(_), .. }, Said::Event(Event::Action { values, .. })) => {
            self::values(pen, node, values);
        }
        (
            Expected::Handover { priority, .. },
            Said::Event(Event::Handover {
                team,
                priority: found,
            }),
        ) => {
            let is_right = priority.is_none() || priority == found;
            match (is_right, priority) {
                (true, None) => pen.edit(node.span, format!("handover {}", quoted(team))),
                _ => pen.rewrite(node, &lines),
            }
        }
        _ => pen.rewrite(node, &lines),
    }
}

/// Whether a block stands on the line of its head, where no line can be put.
fn is_on_one_line(pen: &Pen<'_>, node: &Node) -> bool {
    node.body.as_ref().is_some_and(|body| {
        let inner = body.close.map_or(body.open, |close| body.open.to(close));
        !pen.source.slice(inner).contains('\n')
    })
}

/// Replaces what stands before the brace.
fn head(pen: &mut Pen<'_>, node: &Node, lines: &[String]) {
    let first = lines.first().map_or("", String::as_str);
    pen.edit(node.span, first.strip_suffix(" {").unwrap_or(first));
}

/// The lines within a block, those of each member together, without their indent.
fn groups(lines: &[String]) -> Vec<Vec<String>> {
    let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    let mut groups: Vec<Vec<String>> = Vec::new();
    for line in inner {
        let line = line.strip_prefix("  ").unwrap_or(line);
        match groups.last_mut() {
            Some(last) if line.starts_with(' ') || line == "}" => last.push(line.to_owned()),
            _ => groups.push(vec![line.to_owned()]),
        }
    }
    groups
}

fn wanted<T>(members: &List<T>) -> Vec<Want> {
    let want = |member: &Member<T>| match member {
        Member::Is(..) => Want::Is,
        Member::IsNot(..) => Want::Aside,
        Member::Skip => Want::Skip,
    };
    members.iter().map(want).collect()
}

/// Aligns the members of a block with what was shown, and writes down what changes; `within` rewrites one that
/// becomes another.
fn list<T, S>(
    pen: &mut Pen<'_>,
    (mut behind, nodes): (Anchor, &[&Node]),
    (members, shown): (&List<T>, &[S]),
    lines: &[Vec<String>],
    fits: impl Fn(&T, &S) -> bool,
    mut within: impl FnMut(&mut Pen<'_>, &Node, &T, &S, &[String]),
) {
    let likeness = |want: usize, at: usize| match (members.get(want), shown.get(at)) {
        (Some(Member::Is(_, wanted)), Some(shown)) if fits(wanted, shown) => Likeness::Fits,
        _ => Likeness::Like,
    };
    let steps = align(&wanted(members), shown.len(), likeness);
    for step in steps {
        match step {
            Step::Keep(want) => {
                if let Some(node) = nodes.get(want) {
                    behind = Anchor::behind(pen.source, node);
                }
            }
            Step::Remove(want) => {
                if let Some(node) = nodes.get(want) {
                    pen.remove(node);
                }
            }
            Step::Insert(at) => {
                if let Some(lines) = lines.get(at) {
                    pen.insert(&behind, lines);
                }
            }
            Step::Replace(want, at) => {
                if let (Some(node), Some(lines)) = (nodes.get(want), lines.get(at)) {
                    if let (Some(Member::Is(_, wanted)), Some(shown)) = (members.get(want), shown.get(at)) {
                        within(pen, node, wanted, shown, lines);
                    }
                    behind = Anchor::behind(pen.source, node);
                }
            }
        }
    }
}

fn options(
    pen: &mut Pen<'_>,
    (node, nodes): (&Node, &[&Node]),
    (expected, shown): (&List<crate::script::ExpectedOption>, &[BlockOption]),
    lines: &[Vec<String>],
    program: &Program,
) {
    let Some(body) = &node.body else { return };
    let anchor = Anchor::within(pen.source, node, body.open);
    list(
        pen,
        (anchor, nodes),
        (expected, shown),
        lines,
        |expected, shown| compare::option(program, expected, shown).is_ok(),
        |pen, node, _, _, lines| pen.rewrite(node, lines),
    );
}

fn cards(
    pen: &mut Pen<'_>,
    node: &Node,
    (expected, shown): (&List<ExpectedCard>, &[Card]),
    lines: &[Vec<String>],
    program: &Program,
) {
    let Some(body) = &node.body else { return };
    let anchor = Anchor::within(pen.source, node, body.open);
    let nodes: Vec<&Node> = node.children().collect();
    list(
        pen,
        (anchor, &nodes),
        (expected, shown),
        lines,
        |expected, shown| compare::card(program, expected, shown).is_ok(),
        |pen, node, expected, shown, lines| card(pen, node, (expected, shown), lines, program),
    );
}

/// A card that has become another one.
fn card(
    pen: &mut Pen<'_>,
    node: &Node,
    (expected, shown): (&ExpectedCard, &Card),
    lines: &[String],
    program: &Program,
) {
    if is_on_one_line(pen, node) {
        return pen.rewrite_alike(node, lines);
    }
    if !expected.title.fits(&shown.title) {
        head(pen, node, lines);
    }
    let (Some(body), Some(parts)) = (&node.body, &expected.parts) else {
        return;
    };
    let mut behind = Anchor::within(pen.source, node, body.open);
    for (word, matcher, found) in [
        ("subtitle", &parts.subtitle, &shown.subtitle),
        ("image", &parts.image, &shown.image),
        ("url", &parts.url, &shown.url),
    ] {
        let line = found.as_ref().map(|found| format!("{word} {}", quoted(found)));
        let written = node.children().find(|child| word_of(child) == Some(word));
        match (written, line) {
            (Some(written), Some(line)) => {
                if !matcher
                    .as_ref()
                    .zip(found.as_ref())
                    .is_some_and(|(it, found)| fits(it, found))
                {
                    pen.rewrite(written, &[line]);
                }
                behind = Anchor::behind(pen.source, written);
            }
            (Some(written), None) => pen.remove(written),
            (None, Some(line)) if !parts.is_partial => pen.insert(&behind, &[line]),
            (None, _) => {}
        }
    }
    let buttons: Vec<&Node> = node
        .children()
        .filter(|child| word_of(child).is_none_or(|word| word == "button"))
        .collect();
    let inner = groups(lines);
    let is_button = |lines: &&Vec<String>| lines.first().is_some_and(|line| line.starts_with("button "));
    let lines: Vec<Vec<String>> = inner.iter().filter(is_button).cloned().collect();
    list(
        pen,
        (behind, &buttons),
        (&parts.buttons, &shown.buttons),
        &lines,
        |expected, shown| compare::option(program, expected, shown).is_ok(),
        |pen, node, _, _, lines| pen.rewrite(node, lines),
    );
}

fn fits(matcher: &Matcher, found: &str) -> bool {
    matcher.fits(found)
}

/// The first word of a line in the block of a card; `None` for `...`.
fn word_of(node: &Node) -> Option<&'static str> {
    match &node.head {
        Head::Step(Line::Expected { what, .. }) => match what {
            Written::Subtitle(_) => Some("subtitle"),
            Written::Say { .. } => Some("image"),
            Written::Url(_) => Some("url"),
            Written::Button(_) => Some("button"),
            _ => None,
        },
        _ => None,
    }
}

/// The values of an action, by their keys.
fn values(pen: &mut Pen<'_>, node: &Node, found: &indexmap::IndexMap<String, Value>) {
    let Some(body) = &node.body else { return };
    let mut behind = Anchor::within(pen.source, node, body.open);
    let mut known: Vec<&str> = Vec::new();
    for child in node.children() {
        let Head::KeyValue { name, value } = &child.head else {
            continue;
        };
        let key = pen.source.slice(name.span);
        known.push(key);
        match found.get(key).and_then(value_words) {
            Some(words) => {
                if !is_same_value(pen, value.span, &words) {
                    pen.edit(value.span, words);
                }
                behind = Anchor::behind(pen.source, child);
            }
            None => pen.remove(child),
        }
    }
    for (key, value) in found.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
        if let Some(words) = value_words(value) {
            pen.insert(&behind, &[format!("{key} = {words}")]);
        }
    }
}

fn is_same_value(pen: &Pen<'_>, span: Span, words: &str) -> bool {
    pen.source.slice(span) == words
}
