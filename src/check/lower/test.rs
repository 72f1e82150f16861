//! Tests: their names mean what they mean in the flow, and their values fit.

use std::collections::HashMap;

use super::Lowering;
use super::address::Visitor;
use crate::check::names::{Declared, canonical};
use crate::check::uses::{From, Used};
use crate::customer::RecordField;
use crate::diagnostics::{Code, nearest};
use crate::effects::Method;
use crate::outcome::Outcome;
use crate::program::code::Piece;
use crate::program::{ApiId, AttributeRef, Output};
use crate::source::{Source, Span};
use crate::syntax::ast::{
    AnswerKind, AssignedName, Assignment, Claim, Expected, ExpectedOption, Expr, ExprKind, Head, Ident,
    Matcher, Media, MockAnswer, Node, Said, Step, Target, Text,
};
use crate::syntax::words::EVENTS;
use crate::time::Timestamp;
use crate::value::Type;

/// What is known of a test while its lines are read.
#[derive(Default)]
struct Script {
    has_turn: bool,
    has_expectation: bool,
    is_broken: bool,
}

impl<'f> Lowering<'f, '_> {
    /// Reports tests of one name.
    pub(super) fn test_names(&mut self) {
        let mut first: HashMap<Box<str>, (&Source, Span)> = HashMap::new();
        for declared in &self.names.tests {
            self.source = Some(declared.source);
            let Head::Test { name } = &declared.node.head else {
                continue;
            };
            if name.span.is_empty() {
                continue;
            }
            let written = name.plain(declared.source);
            let Some((source, span)) = first.get(&*written) else {
                first.insert(written.into(), (declared.source, name.span));
                continue;
            };
            let finding = self
                .error(
                    Code::DuplicateName,
                    name.span,
                    format!("two tests have the name `{written}`"),
                )
                .primary("named again here")
                .label(source, *span, "the first one")
                .with_help("give one of them another name: it is what a run shows and filters by");
            self.findings.add(finding);
        }
    }

    /// Looks through a test.
    pub(super) fn test(&mut self, declared: &Declared<'f>) {
        let Head::Test { name } = &declared.node.head else {
            return;
        };
        self.source = Some(declared.source);
        self.from = Some(From::Test);
        self.literal(name, "the name of a test");
        let has_name = !name.span.is_empty();
        let place = if has_name { name.span } else { declared.node.span };
        self.script(declared.node, place);
        self.from = None;
    }

    fn script(&mut self, node: &Node, place: Span) {
        let mut script = Script::default();
        for child in node.children() {
            match &child.head {
                Head::Step(step) => self.step(child, step, &mut script),
                _ => script.is_broken = true,
            }
        }
        if script.has_expectation && !script.has_turn && !script.is_broken {
            let finding = self
                .error(Code::NothingHappened, place, "nothing happens in this test")
                .primary("it would pass whatever the flow does")
                .with_help("begin with `start`, `customer \"…\"`, `tap \"…\"` or `intent \"…\"`");
            self.findings.add(finding);
        }
        if !script.has_expectation && !script.is_broken {
            let finding = self
                .error(Code::TestWithoutExpectation, place, "this test expects nothing")
                .primary("it would pass whatever the flow does")
                .with_help("say what the bot answers, such as `text \"…\"`, or what becomes of an attribute: `expect NAME = VALUE`");
            self.findings.add(finding);
        }
    }

    fn step(&mut self, node: &Node, step: &Step, script: &mut Script) {
        match step {
            Step::Given(assignments) => self.attributes_given(assignments),
            Step::Mock { api, answers } => self.mock(node, *api, answers),
            Step::At(moment) => self.moment(moment),
            Step::Flow(path) => drop(self.literal(path, "a path")),
            Step::Restart => {}
            Step::Start(sequence) => {
                script.has_turn = true;
                if let Some(name) = sequence {
                    self.sequence(*name, Used::Goto);
                }
            }
            Step::Customer(said) => {
                script.has_turn = true;
                self.said(node.span, said);
            }
            Step::Tap { title, of } => {
                script.has_turn = true;
                self.literal(title, "a test");
                if let Some(of) = of {
                    self.literal(of, "a test");
                }
            }
            Step::Intent(name) => {
                script.has_turn = true;
                self.literal(name, "an intent");
            }
            Step::Wait(_) | Step::Again => script.has_turn = true,
            Step::Expect(claims) => {
                script.has_expectation = true;
                for claim in claims {
                    self.claim(claim);
                }
            }
            Step::Skip(_) => {}
            Step::Expected { what, .. } => {
                script.has_expectation = true;
                if !script.has_turn && !matches!(what, Expected::Called { .. }) {
                    self.nothing_happened(node.span, script);
                }
                self.expected(node, what);
            }
        }
    }

    fn nothing_happened(&mut self, span: Span, script: &mut Script) {
        // Once is enough.
        script.has_turn = true;
        let finding = self
            .error(
                Code::NothingHappened,
                span,
                "nothing has happened yet in this test",
            )
            .with_help("begin with `start`, `customer \"…\"`, `tap \"…\"` or `intent \"…\"`");
        self.findings.add(finding);
    }

    fn attributes_given(&mut self, assignments: &[Assignment]) {
        for Assignment { name, value } in assignments {
            match name {
                AssignedName::Name(name) => {
                    let found = self.read(*name);
                    let ty = found.and_then(|(_, ty)| ty);
                    self.plain_value(value, ty.as_ref());
                }
                AssignedName::Text(text) => {
                    let written = text.plain(self.source());
                    let finding = self
                        .error(Code::Misplaced, text.span, "an attribute is given by its name")
                        .with_help(format!("write `{written}` without quotes"));
                    self.findings.add(finding);
                }
            }
        }
    }

    /// The API that a test names.
    fn tested_api(&mut self, name: Ident) -> Option<(ApiId, Option<Output>)> {
        let found = self.api_named(name)?;
        self.note_use(name.span, Used::Api(found.0.0));
        Some(found)
    }

    /// A value that stands there and need not be worked out.
    fn plain_value(&mut self, value: &Expr, ty: Option<&Type>) {
        let found = match value.kind {
            // Nothing is worked out here: the word stands for a text, most likely.
            ExprKind::Name(_) => None,
            _ => self.constant(value),
        };
        match found {
            Some(found) => {
                if let Some(ty) = ty {
                    self.expect_constant(&found, ty, value.span);
                }
            }
            None => {
                let finding = self
                    .error(Code::TypeMismatch, value.span, "a test gives plain values")
                    .with_help("write a text in quotes, a number, `yes` or `no`");
                self.findings.add(finding);
            }
        }
    }

    fn moment(&mut self, moment: &Text) {
        let written = self.literal(moment, "a moment");
        if written.parse::<Timestamp>().is_err() {
            let finding = self
                .error(
                    Code::TypeMismatch,
                    moment.span,
                    format!("`{written}` is no moment"),
                )
                .with_help("write date, time and zone: `2026-11-20T10:00:00Z`");
            self.findings.add(finding);
        }
    }

    fn said(&mut self, span: Span, said: &Said) {
        match said {
            Said::Text(text) => drop(self.literal(text, "a test")),
            Said::Media { url, .. } => {
                let written = self.literal(url, "a test");
                self.check_address(&written, url.span, Visitor::Customer);
            }
            Said::Location { latitude, longitude } => {
                let is_there = latitude.as_f64().abs() <= 90.0 && longitude.as_f64().abs() <= 180.0;
                if !is_there {
                    let finding = self
                        .error(Code::BadNumber, span, "there is no such place")
                        .with_help("write degrees north from -90 to 90, then degrees east from -180 to 180");
                    self.findings.add(finding);
                }
            }
        }
    }

    fn mock(&mut self, node: &Node, api: Ident, answers: &[MockAnswer]) {
        let output = self.tested_api(api).and_then(|(_, output)| output);
        for answer in answers {
            self.mock_answer(answer, api, output);
        }
        match (&node.body, answers.first()) {
            (Some(body), Some(_)) => {
                let finding = self
                    .error(
                        Code::Misplaced,
                        body.open,
                        "a reply stands behind `=` or in a block, not in both",
                    )
                    .with_help("remove one of them");
                self.findings.add(finding);
            }
            (Some(_), None) => self.mock_items(node, api, output),
            (None, Some(_)) => {}
            (None, None) => {
                let finding = self
                    .error(Code::Malformed, node.span, "this mock says no reply")
                    .with_help("write `= \"…\"`, `= file \"…\"` or an outcome such as `= timeout` behind it");
                self.findings.add(finding);
            }
        }
    }

    fn mock_items(&mut self, node: &Node, api: Ident, output: Option<Output>) {
        for child in node.children() {
            let Head::Step(Step::Expected { what, .. }) = &child.head else {
                continue;
            };
            let fits = match (what, output) {
                (Expected::Card(_), Some(Output::Gallery)) | (_, None) => true,
                (Expected::Option(_), Some(output)) => {
                    matches!(output, Output::Buttons | Output::QuickReplies)
                }
                _ => false,
            };
            if !fits {
                return self.unfit_answer(child.span, api, output);
            }
            self.only_exact(child.span, what);
            self.expected(child, what);
        }
    }

    /// A reply says everything as it is.
    fn only_exact(&mut self, span: Span, what: &Expected) {
        let option = match what {
            Expected::Option(option) | Expected::Button(option) => option,
            _ => return,
        };
        if !matches!(option.title, Matcher::Equals(_)) || option.target.is_none() {
            let finding = self
                .error(
                    Code::Malformed,
                    span,
                    "an option of a reply has a title and a target",
                )
                .with_help("write `\"Title\" -> SEQUENCE`, `-> url \"…\"` or `-> phone \"…\"`");
            self.findings.add(finding);
        }
    }

    fn mock_answer(&mut self, answer: &MockAnswer, api: Ident, output: Option<Output>) {
        self.check_sets(answer);
        for Assignment { name, value } in &answer.sets {
            if let AssignedName::Name(name) = name {
                let ty = self.write(*name).and_then(|(_, ty)| ty);
                self.plain_value(value, ty.as_ref());
            }
        }
        let fits = match &answer.kind {
            AnswerKind::Text(text) => {
                self.literal(text, "a reply");
                output.is_none_or(|output| matches!(output, Output::Text | Output::Image))
            }
            AnswerKind::Media { media, url } => {
                self.literal(url, "a reply");
                *media != Media::Text && output.is_none_or(|output| output == Output::Image)
            }
            AnswerKind::File(path) => {
                self.literal(path, "a path");
                true
            }
            AnswerKind::Reply(_) | AnswerKind::Status { .. } => true,
            AnswerKind::Outcome { word, message } => {
                if let Some(message) = message {
                    self.literal(message, "a reply");
                }
                return self.mocked_outcome(*word, api, output);
            }
        };
        if !fits {
            self.unfit_answer(answer.span, api, output);
        }
    }

    /// A reply as it stands says its attributes itself, and a call that fails saves none.
    fn check_sets(&mut self, answer: &MockAnswer) {
        let Some(first) = answer.sets.first() else { return };
        let help = match &answer.kind {
            AnswerKind::Text(_) | AnswerKind::Media { .. } => return,
            AnswerKind::Outcome { word, .. } => match super::words(self.slice(*word)).parse() {
                Ok(Outcome::Ok | Outcome::Empty) | Err(_) => return,
                Ok(_) => "a call that fails saves nothing: remove them",
            },
            AnswerKind::File(_) | AnswerKind::Reply(_) => "write them into the reply, under `attributes`",
            AnswerKind::Status { .. } => "a call that fails saves nothing: remove them",
        };
        let span = match &first.name {
            AssignedName::Name(name) => name.span,
            AssignedName::Text(text) => text.span,
        };
        let finding = self
            .error(Code::Misplaced, span, "this reply sets no attributes")
            .with_help(help);
        self.findings.add(finding);
    }

    fn mocked_outcome(&mut self, word: Span, api: Ident, output: Option<Output>) {
        let written = super::words(self.slice(word));
        let Ok(outcome) = written.parse::<Outcome>() else {
            let finding = self.error(Code::UnknownOutcome, word, format!("no call ends in `{written}`"));
            let near = nearest(&written, Outcome::ALL.map(Outcome::as_str));
            return self.findings.add(match near {
                Some(near) => finding.did_you_mean(word, near),
                None => finding.with_help(
                    "an answer is a text, `file \"…\"`, ``reply `…` `` or one of the ten outcomes",
                ),
            });
        };
        let Some(output) = output else { return };
        let instead = match (outcome, output) {
            (Outcome::Ok, Output::Nothing) => return,
            (Outcome::Ok, Output::Text) => "write the text itself: `= \"…\"`",
            (Outcome::Ok, Output::Image) => "write the address itself: `= \"https://…\"`",
            (Outcome::Ok, _) => "write what it brings: a block behind the name, or `= file \"…\"`",
            (Outcome::Status, _) => "write which: `status 503`",
            (Outcome::Empty, Output::Image | Output::Nothing) => "leave it out, or mock another outcome",
            _ => return,
        };
        let name = self.slice(api.span);
        let message = format!("`{written}` alone is no reply of `{name}`, which gives {output}");
        let finding = self.error(Code::WrongOutput, word, message).with_help(instead);
        self.findings.add(finding);
    }

    fn unfit_answer(&mut self, span: Span, api: Ident, output: Option<Output>) {
        let Some(output) = output else { return };
        let name = self.slice(api.span);
        let message = format!("api `{name}` gives {output}, this is none");
        let help = match output {
            Output::Text => "write the text: `= \"…\"`".to_owned(),
            Output::Image => "write its address: `= \"https://…\"`, `= video \"https://…\"`".to_owned(),
            Output::Gallery => format!("write `mock {name} {{ card \"…\" }}`, or `= file \"…\"`"),
            Output::Buttons | Output::QuickReplies => {
                format!("write `mock {name} {{ \"…\" -> SEQUENCE }}`, or `= file \"…\"`")
            }
            Output::Nothing => "write `= ok`, with `sets NAME = VALUE` for its attributes".to_owned(),
        };
        let finding = self.error(Code::WrongOutput, span, message).with_help(help);
        self.findings.add(finding);
    }

    fn claim(&mut self, claim: &Claim) {
        match claim {
            Claim::Equal { name, value } => {
                let ty = self.read(*name).and_then(|(_, ty)| ty);
                self.plain_value(value, ty.as_ref());
            }
            Claim::Holds(fact) => drop(self.condition(fact)),
        }
    }

    fn expected(&mut self, node: &Node, what: &Expected) {
        match what {
            Expected::Say { matcher, .. } | Expected::Options { prompt: matcher, .. } => {
                self.maybe_matcher(matcher.as_ref());
            }
            Expected::Handover { team, priority } => {
                self.maybe_matcher(team.as_ref());
                if let Some(priority) = priority {
                    self.check_priority(*priority);
                }
            }
            Expected::Card(matcher) | Expected::Subtitle(matcher) | Expected::Url(matcher) => {
                self.matcher(matcher);
            }
            Expected::Button(option) | Expected::Option(option) => self.expected_option(option),
            Expected::Gallery | Expected::Pause(_) => {}
            Expected::Do(action) => return self.expected_action(node, *action),
            Expected::Event(words) => self.event(*words),
            Expected::Called { api, with, .. } => self.called(*api, with),
        }
        for child in node.children() {
            if let Head::Step(Step::Expected { what, .. }) = &child.head {
                self.expected(child, what);
            }
        }
    }

    fn maybe_matcher(&mut self, matcher: Option<&Matcher>) {
        if let Some(matcher) = matcher {
            self.matcher(matcher);
        }
    }

    fn matcher(&mut self, matcher: &Matcher) {
        match matcher {
            Matcher::Equals(text) => drop(self.literal(text, "a test")),
            Matcher::Contains(text) => {
                if self.literal(text, "a test").is_empty() && !text.span.is_empty() {
                    let finding = self
                        .error(Code::BadPattern, text.span, "every text contains nothing")
                        .with_help("write a part of the text, or leave `~ \"\"` out for any text");
                    self.findings.add(finding);
                }
            }
            Matcher::Matches(span) => {
                let written = self.slice(*span);
                let written = written.strip_prefix('/').and_then(|rest| rest.strip_suffix('/'));
                let written = written.unwrap_or_default();
                if let Err(error) = regex::Regex::new(written) {
                    let reason = error.to_string();
                    let reason = reason.lines().last().unwrap_or_default();
                    let message = format!("this is no regex: {}", reason.trim_start_matches("error: "));
                    let finding = self.error(Code::BadPattern, *span, message);
                    self.findings.add(
                        finding.with_help("escape what is meant as it stands with `\\`, or write `~ \"…\"`"),
                    );
                }
            }
        }
    }

    fn expected_option(&mut self, option: &ExpectedOption) {
        self.matcher(&option.title);
        match &option.target {
            Some(Target::Sequence(name)) => drop(self.sequence(*name, Used::Option)),
            Some(Target::Url(text) | Target::Phone(text)) => drop(self.literal(text, "a test")),
            None => {}
        }
        if let Some(extra) = &option.extra {
            self.literal(extra, "a test");
        }
    }

    fn expected_action(&mut self, node: &Node, action: Ident) {
        let written = self.slice(action.span);
        let Some(index) = self.names.actions.find(written) else {
            let near = self.names.actions.nearest(written);
            return self.unknown(Code::UnknownAction, "action", action.span, near);
        };
        self.note_use(action.span, Used::Action(super::id(index)));
        for child in node.children() {
            let Head::KeyValue { name, value } = &child.head else {
                continue;
            };
            let key = canonical(self.slice(name.span)).into_owned();
            let ty = self.action_key(index, &key, name.span);
            self.plain_value(value, ty.as_ref());
        }
    }

    fn event(&mut self, span: Span) {
        let written = super::words(self.slice(span));
        if EVENTS.contains(&&*written) {
            return;
        }
        let finding = self.error(Code::Malformed, span, format!("unknown event `{written}`"));
        self.findings.add(match nearest(&written, EVENTS) {
            Some(near) => finding.did_you_mean(span, near),
            None => finding.with_help(format!("it is one of `{}`", EVENTS.join("`, `"))),
        });
    }

    fn called(&mut self, api: Ident, with: &[Assignment]) {
        let found = self.tested_api(api);
        for Assignment { name, value } in with {
            self.plain_value(value, None);
            let Some((id, _)) = found else { continue };
            let (span, written) = match name {
                AssignedName::Name(name) => (name.span, canonical(self.slice(name.span)).into_owned()),
                AssignedName::Text(text) => (text.span, text.plain(self.source())),
            };
            let mut attributes = self.data.attributes.iter();
            if let Some(sent) = attributes.position(|it| it.key.eq_ignore_ascii_case(&written)) {
                self.note_use(span, Used::Read(super::id(sent)));
            }
            let said = self.said_by(id);
            if said.is_empty() || said.iter().any(|known| known.eq_ignore_ascii_case(&written)) {
                continue;
            }
            let message = format!("a request of `{}` says no `{written}`", self.slice(api.span));
            let finding = self.error(Code::UnknownRequestValue, span, message);
            let sent = self
                .sent_as(&written)
                .filter(|key| said.iter().any(|known| known == key));
            let near = sent.or_else(|| nearest(&written, said.iter().map(String::as_str)));
            self.findings.add(match near {
                Some(near) => finding.did_you_mean(span, &quoted_unless_name(near)),
                None => finding.with_help(format!("it says `{}`", said.join("`, `"))),
            });
        }
    }

    /// The names of what a request says: attributes in its address by their keys, parameters, headers, and
    /// for a POST the fields of the record and attributes too.
    fn said_by(&self, api: ApiId) -> Vec<String> {
        let Some(api) = self.data.apis.get(api.index()) else {
            return Vec::new();
        };
        let mut said = Vec::new();
        for piece in &api.url.pieces {
            match piece {
                Piece::Attribute(attribute, _) => said.push(self.key_of(*attribute)),
                Piece::Plain(written) => said.extend(params_in(written)),
                Piece::Api(_) => {}
            }
        }
        let settings = api.params.iter().chain(&api.headers).chain(&api.fields);
        said.extend(settings.map(|(name, _)| name.to_string()));
        if api.method == Method::Post {
            said.extend(
                self.data
                    .attributes
                    .iter()
                    .map(|attribute| attribute.key.to_string()),
            );
            said.extend(RecordField::ALL.map(|field| field.as_str().to_owned()));
        }
        said
    }

    fn key_of(&self, attribute: AttributeRef) -> String {
        match attribute {
            AttributeRef::Record(field) => field.as_str().to_owned(),
            AttributeRef::Saved(id) => self
                .data
                .attributes
                .get(id.index())
                .map_or_else(String::new, |it| it.key.to_string()),
        }
    }

    /// The key under which requests say an attribute that the flow knows by this name.
    fn sent_as(&self, name: &str) -> Option<&str> {
        let mut attributes = self.data.attributes.iter();
        let named = attributes.find(|attribute| *attribute.name == *name);
        named.map(|attribute| &*attribute.key)
    }
}

/// The names of parameters in a stretch of an address: what stands before `=`.
fn params_in(written: &str) -> impl Iterator<Item = String> {
    let names = written
        .split(['?', '&'])
        .filter_map(|param| param.split_once('='));
    names.map(|(name, _)| name.to_owned())
}

fn quoted_unless_name(said: &str) -> String {
    if said
        .chars()
        .all(|letter| letter.is_alphanumeric() || letter == '_')
    {
        said.to_owned()
    } else {
        format!("\"{said}\"")
    }
}
