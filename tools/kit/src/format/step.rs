//! The lines of a `test` in their canonical form.

use sayflow::Span;
use sayflow::syntax::ast::{
    AnswerKind, AssignedName, Assignment, Claim, Expected, ExpectedOption, Matcher, MockAnswer, Raw, Said,
    Step,
};

use super::head::target;
use super::line::Line;

/// A line of a `test`; `span` is where it stands, for what is kept as written.
pub(super) fn step<'a>(line: Line<'a>, step: &Step, span: Span) -> Line<'a> {
    match step {
        Step::Given(assignments) => assigned(line.word("given"), assignments),
        Step::Mock { api, answers } => {
            let line = line.word("mock").name(*api);
            let Some((first, others)) = answers.split_first() else {
                return line;
            };
            others.iter().fold(answer(line.word("="), first), |line, next| {
                answer(line.mark(",").word("then"), next)
            })
        }
        Step::At(moment) => line.word("at").text(moment),
        Step::Flow(path) => line.word("flow").text(path),
        Step::Restart | Step::Again => line.words(span),
        Step::Start(sequence) => line.word("start").option("", *sequence, Line::name),
        Step::Customer(said) => customer(line.word("customer"), said, span),
        Step::Tap { title, of } => line
            .word("tap")
            .text(title)
            .option("of", of.as_deref(), Line::text),
        Step::Intent(name) => line.word("intent").text(name),
        Step::Wait(time) => line.word("wait").words(time.span),
        Step::Expected { not, what } => {
            let line = line.option("", *not, Line::words);
            expected(line, what)
        }
        Step::Expect(claims) => line.word("expect").list(claims, claim),
        Step::Skip(_) => line.word("..."),
    }
}

fn customer<'a>(line: Line<'a>, said: &Said, span: Span) -> Line<'a> {
    match said {
        Said::Text(text) => line.text(text),
        Said::Media { kind, url } => line.words(*kind).text(url),
        // The numbers have no spans of their own and are read from the line.
        Said::Location { .. } => {
            let written = line.ctx.slice(span);
            let numbers = written.split_once("location").map_or("", |(_, numbers)| numbers);
            match numbers.split_once(',') {
                Some((north, east)) => line
                    .word("location")
                    .word(north.trim())
                    .mark(",")
                    .word(east.trim()),
                None => line.word("location"),
            }
        }
    }
}

fn expected<'a>(line: Line<'a>, what: &Expected) -> Line<'a> {
    match what {
        Expected::Say { media, matcher } => line.word(media.as_str()).option("", matcher.as_ref(), compared),
        Expected::Gallery => line.word("gallery"),
        Expected::Card(title) => compared(line.word("card"), title),
        Expected::Subtitle(subtitle) => compared(line.word("subtitle"), subtitle),
        Expected::Url(url) => compared(line.word("url"), url),
        Expected::Button(button) => option(line.word("button"), button),
        Expected::Options { kind, prompt } => line.word(kind.as_str()).option("", prompt.as_ref(), compared),
        Expected::Option(expected) => option(line, expected),
        Expected::Pause(time) => line.word("pause").words(time.span),
        Expected::Handover { team, priority } => line
            .word("handover")
            .option("", team.as_ref(), compared)
            .option("priority", *priority, Line::name),
        Expected::Do(action) => line.word("do").name(*action),
        Expected::Event(words) => line.word("event").words(*words),
        Expected::Called { api, times, with } => {
            let line = line.word("called").name(*api);
            let line = match times {
                Some(times) if line.ctx.slice(*times) == "1" => line.word("1 time"),
                Some(times) => line.words(*times).word("times"),
                None => line,
            };
            if with.is_empty() {
                line
            } else {
                assigned(line.word("with"), with)
            }
        }
    }
}

fn compared<'a>(line: Line<'a>, matcher: &Matcher) -> Line<'a> {
    match matcher {
        Matcher::Equals(text) => line.text(text),
        Matcher::Contains(text) => line.word("~").text(text),
        Matcher::Matches(regex) => {
            let regex = line.ctx.slice(*regex);
            line.word(regex)
        }
    }
}

fn option<'a>(line: Line<'a>, expected: &ExpectedOption) -> Line<'a> {
    compared(line, &expected.title)
        .option("->", expected.target.as_ref(), target)
        .option("extra", expected.extra.as_ref(), Line::text)
}

fn claim<'a>(line: Line<'a>, claim: &Claim) -> Line<'a> {
    match claim {
        Claim::Equal { name, value } => line.name(*name).word("=").expr(value),
        Claim::Holds(fact) => line.expr(fact),
    }
}

fn assigned<'a>(line: Line<'a>, assignments: &[Assignment]) -> Line<'a> {
    line.list(assignments, |line, assignment| {
        let line = match &assignment.name {
            AssignedName::Name(name) => line.name(*name),
            AssignedName::Text(name) => line.text(name),
        };
        line.word("=").expr(&assignment.value)
    })
}

fn answer<'a>(line: Line<'a>, answer: &MockAnswer) -> Line<'a> {
    let line = match &answer.kind {
        AnswerKind::Text(text) => line.text(text),
        AnswerKind::Media { media, url } => line.word(media.as_str()).text(url),
        AnswerKind::File(path) => line.word("file").text(path),
        AnswerKind::Reply(body) => raw(line.word("reply"), body),
        AnswerKind::Status { code, body } => line.word("status").words(*code).option("", body.as_ref(), raw),
        AnswerKind::Outcome { word, message } => line.words(*word).option("", message.as_ref(), Line::text),
    };
    if answer.sets.is_empty() {
        line
    } else {
        assigned(line.word("sets"), &answer.sets)
    }
}

/// The bytes of a reply stay as they are, their line breaks and blanks as well.
fn raw<'a>(line: Line<'a>, raw: &Raw) -> Line<'a> {
    let written = line.ctx.slice(raw.span);
    line.word(written)
}
