//! An `ask` whose line goes on otherwise than behind a question.

use super::clauses::is_name;
use super::{Line, first_word, habits, opens_block, shorten, text_at};
use crate::diagnostics::Diagnostic;
use crate::source::Span;
use crate::syntax::text::is_blank;
use crate::syntax::tokens;
use crate::syntax::words::{ARROWS, CLAUSES, TYPES};

/// What `junk`, behind the sound part of an `ask`, was meant to be.
pub(super) fn question(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    prompt_behind(line, junk)
        .or_else(|| answer(line, junk))
        .or_else(|| type_of_the_answer(line, junk))
        .or_else(|| before_save(line, junk))
        .or_else(|| word_before_the_question(line, junk))
}

/// `ask save city "Where?"`
fn prompt_behind(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let prompt = line.source.slice(junk);
    let before = line.source.slice(Span::new(line.span.start, junk.start));
    let at = before.find("save ")?;
    let is_text = prompt.starts_with(['"', '“']) && prompt.ends_with(['"', '”']);
    if !is_text || before.contains(['"', '“']) {
        return None;
    }
    let clause = before.get(at..)?.trim_end_matches(is_blank);
    Some(
        line.malformed(junk, "the question stands before `save`".to_owned())
            .with_help(format!("write `ask {} {clause}`", shorten(prompt)))
            .suggested_fix(
                "move it before `save`",
                vec![
                    (line.part(at, 0), format!("{prompt} ")),
                    (habits::gap_before(line, junk), String::new()),
                ],
            ),
    )
}

/// `ask "Age?" save`, `ask "Age?" save "age"`, `ask "Age?" -> age`, `ask "Age?" save age accept number`
fn answer(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let word = first_word(written);
    let kept = written
        .strip_prefix("save")
        .map(|kept| kept.trim_matches(is_blank));
    if let Some(kept) = kept.filter(|kept| kept.starts_with(['"', '“', '{'])) {
        let name = kept.trim_matches(['"', '“', '”', '{', '}', ' ']);
        if name.is_empty() || !name.chars().all(habits::is_word) {
            return None;
        }
        return Some(
            line.malformed(junk, "expected a name after `save`".to_owned())
                .with_help(format!("the name of an attribute stands as it is: `save {name}`"))
                .suggested_fix(
                    format!("write `save {name}`"),
                    vec![(junk, format!("save {name}"))],
                ),
        );
    }
    if written == "save" {
        return Some(
            line.malformed(junk, "expected a name after `save`".to_owned())
                .with_help("say which attribute keeps the answer: `save NAME`"),
        );
    }
    let arrow = ARROWS.into_iter().find(|arrow| written.starts_with(arrow));
    let joint = arrow.or_else(|| {
        let joint = ["=", ":"].into_iter().find(|sign| written.starts_with(sign));
        joint.or_else(|| matches!(word, "as" | "in" | "into" | "to" | "store").then_some(word))
    });
    let name = joint.and_then(|joint| written.strip_prefix(joint));
    let name = name.map(|name| name.trim_matches(is_blank));
    if let Some(name) =
        name.filter(|name| is_name(name) && (arrow.is_some() || tokens::ours(name, &TYPES).is_none()))
    {
        return Some(
            line.malformed(junk, format!("expected `save` before `{name}`"))
                .with_help(format!("an attribute keeps the answer with `save {name}`"))
                .suggested_fix("replace with `save`", vec![(junk, format!("save {name}"))]),
        );
    }
    if let Some(found) = name.and_then(|name| name_and_more(line, junk, name)) {
        return Some(found);
    }
    let is_known = CLAUSES.contains(&word) || tokens::ours(word, &TYPES).is_some();
    let is_rule = matches!(word, "required" | "optional" | "mandatory" | "retry");
    let is_bare = written == word && is_name(word) && saved_name(line, junk).is_none();
    if is_bare && !is_known && !is_rule {
        return Some(
            line.malformed(junk, format!("expected `save` before `{word}`"))
                .with_help(format!("an attribute keeps the answer with `save {word}`"))
                .suggested_fix("insert `save`", vec![(Span::at(junk.start), "save ".to_owned())]),
        );
    }
    if !matches!(word, "accept" | "retry" | "no") {
        return None;
    }
    let is_name = |name: &str| !name.is_empty() && name.chars().all(habits::is_word);
    let better = match written.rsplit_once(" save ") {
        Some((inside, name)) if is_name(name.trim_matches(is_blank)) => {
            format!("save {} {{ {inside} }}", name.trim_matches(is_blank))
        }
        _ => format!("{{ {written} }}"),
    };
    let found = line
        .malformed(junk, format!("`{word}` stands behind the question"))
        .with_help(format!(
            "it stands in the block of the `ask`: `ask … {}`",
            shorten(&better)
        ));
    if opens_block(line.source, junk.end) {
        return Some(found);
    }
    Some(found.suggested_fix("put it into a block", vec![(junk, better)]))
}

/// `ask "Age?" as age number 1-99`
fn name_and_more(line: Line<'_>, junk: Span, written: &str) -> Option<Diagnostic> {
    let name = first_word(written);
    let behind = written.get(name.len()..)?;
    let is_meant = is_name(name) && behind.starts_with(is_blank) && tokens::ours(name, &TYPES).is_none();
    if !is_meant || behind.contains(" save ") {
        return None;
    }
    Some(
        line.malformed(junk, format!("expected `save` before `{name}`"))
            .with_help(format!(
                "an attribute keeps the answer with `save {name}`; what fits stands in the block of the `ask`, behind `accept`"
            )),
    )
}

/// `ask "Age?" as number save age`, `ask "Age?" save age: number`
fn type_of_the_answer(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let (written, name) = match written.split_once(" save ") {
        Some((written, name)) => (written.trim_end_matches(is_blank), name),
        None => (written, saved_name(line, junk).unwrap_or("NAME")),
    };
    let inner = written.trim_matches([':', '(', ')', '[', ']', ' ']);
    let word = first_word(inner);
    let behind = inner.get(word.len()..)?.trim_matches(is_blank);
    let ty = match word {
        "as" | "is" | "of" | "type" => behind,
        _ => inner,
    };
    let ty = tokens::ours(ty, &TYPES)?;
    let span = Span::new(junk.start, junk.start + super::len(written));
    Some(
        line.malformed(span, "a type stands where its attribute is declared".to_owned())
            .with_help(format!(
                "remove it, and declare `attribute {}: {ty}`",
                shorten(name.trim_matches(is_blank))
            ))
            .suggested_fix("remove it", vec![(habits::gap_before(line, span), String::new())]),
    )
}

/// The attribute of a `save` that stands before `junk`.
fn saved_name<'s>(line: Line<'s>, junk: Span) -> Option<&'s str> {
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let (_, name) = head.rsplit_once("save ")?;
    Some(name.trim_matches(is_blank)).filter(|name| is_name(name))
}

/// `ask "How many?" min 1 max 5 save n`
fn before_save(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let (written, name) = line.source.slice(junk).split_once(" save ")?;
    let name = name.trim_matches(is_blank);
    let is_choice = written.starts_with("one of ");
    let is_clause = written.starts_with(char::is_alphabetic) && !written.contains(['"', '“']);
    if !(is_choice || is_clause) || first_word(written) == "if" || !is_name(name) {
        return None;
    }
    let span = Span::new(junk.start, junk.start + super::len(written));
    let shown = shorten(written);
    let found = line.malformed(span, format!("unexpected `{shown}` before `save`"));
    Some(found.with_help(match is_choice {
        true => format!("what an attribute may be stands where it is declared: `attribute {name}: {shown}`"),
        false => format!(
            "`save {name}` stands right behind the question; what fits stands in the block of the `ask`, behind `accept`"
        ),
    }))
}

/// `set age = ask "Age?"`
pub(super) fn question_as_value(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let written = line.source.slice(junk);
    let head = line.rest().strip_suffix(written)?.trim_end_matches(is_blank);
    let name = head.strip_suffix("ask")?.trim_matches(is_blank);
    let name = name.strip_suffix('=')?.trim_end_matches(is_blank);
    if !is_name(name) || text_at(written) != Some(written) {
        return None;
    }
    let better = format!("ask {written} save {name}");
    Some(
        line.malformed(line.span, "a question is no value".to_owned())
            .with_help(format!("write `ask {} save {name}`", shorten(written)))
            .suggested_fix("write it as a question", vec![(line.span, better)]),
    )
}

/// `ask rating "Rate"`, `ask text "Rate" save rating`
fn word_before_the_question(line: Line<'_>, junk: Span) -> Option<Diagnostic> {
    let head = line.source.slice(Span::new(line.span.start, junk.start));
    let written = line.source.slice(junk);
    let word = first_word(written);
    let prompt = written.get(word.len()..)?.trim_start_matches(is_blank);
    let text = text_at(prompt)?;
    let behind = prompt.get(text.len()..)?.trim_matches(is_blank);
    if head.contains(['"', '“']) || !is_name(word) || word == "save" {
        return None;
    }
    let gone = Span::new(junk.start, junk.end - super::len(prompt));
    let found = line.malformed(
        Span::new(junk.start, junk.start + super::len(word)),
        format!("unexpected `{word}` before the question"),
    );
    let is_kind = TYPES.contains(&word) || matches!(word, "question" | "message" | "prompt" | "user" | "the");
    if is_kind || first_word(behind) == "save" {
        let found = found.with_help(format!("remove it: `ask {}`", shorten(prompt)));
        return Some(found.suggested_fix(format!("remove `{word}`"), vec![(gone, String::new())]));
    }
    let found = found.with_help(format!(
        "the attribute stands behind the question: `ask {} save {word}`",
        shorten(text)
    ));
    if !behind.is_empty() {
        return Some(found);
    }
    let save = (Span::at(gone.end + super::len(text)), format!(" save {word}"));
    Some(found.suggested_fix("move it behind the question", vec![(gone, String::new()), save]))
}
