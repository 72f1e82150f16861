//! Which lines of a flow ran: for every input what each effect came from, and everything that ran.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
#![expect(clippy::disallowed_methods, reason = "a test reads its flow")]

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use sayflow::{
    Answer, Block, Customer, Effect, Engine, Event, Failure, Input, Program, Reply, Session, Source, Span,
};

/// What comes of a call: a body, or none in time.
type Canned = Option<&'static str>;

const DATA: &str = r#"{"success": true, "data": "packed"}"#;
const DECLINED: &str = r#"{"success": false, "message": "no"}"#;
const CARDS: &str = r#"{"success": true, "data": [{"title": "Shawl"}]}"#;

struct Chat {
    engine: Engine,
    session: Session,
    customer: Customer,
    shown: String,
}

impl Chat {
    fn new(flow: &str) -> Self {
        let mut customer = Customer::new(7);
        customer.first_name = "Asha".to_owned();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/trace");
        let text = fs::read_to_string(format!("{folder}/{flow}")).unwrap();
        let program = Program::load([Source::new(flow, text)]).unwrap();
        Self {
            engine: Engine::new(program),
            session: Session::new(),
            customer,
            shown: String::new(),
        }
    }

    /// One turn; the calls are answered by `replies`, in order.
    fn turn(&mut self, title: &str, input: &Input, replies: &[Canned]) {
        writeln!(self.shown, "> {title}").unwrap();
        let mut replies = replies.iter();
        let mut steps = self
            .engine
            .steps(&mut self.session, &mut self.customer, input)
            .unwrap();
        loop {
            let effect = steps.advance().unwrap();
            let place = steps
                .place()
                .map_or("nowhere".to_owned(), |(source, span)| line(source, span));
            writeln!(self.shown, "{} <- {place}", name(&effect)).unwrap();
            match effect {
                Effect::Calls(requests) => {
                    let answers = requests.iter().map(|_| answer(*replies.next().unwrap()));
                    steps.answer(answers.collect()).unwrap();
                }
                Effect::Wait(_) => break,
                _ => {}
            }
        }
        for traced in steps.trace() {
            let holds = match traced.holds {
                Some(true) => ": yes",
                Some(false) => ": no",
                None => "",
            };
            writeln!(self.shown, "  {}{holds}", line(traced.source, traced.span)).unwrap();
        }
    }
}

fn line(source: &Source, span: Span) -> String {
    let line = source.position(span.start).line;
    format!("{}:{line} {}", source.name(), source.slice(span))
}

fn name(effect: &Effect) -> String {
    match effect {
        Effect::Block(Block::Text { text }) => format!("text {text:?}"),
        Effect::Block(Block::QuickReplies { .. }) => "quick replies".to_owned(),
        Effect::Block(Block::Buttons { .. }) => "buttons".to_owned(),
        Effect::Block(Block::Gallery { .. }) => "gallery".to_owned(),
        Effect::Block(Block::Pause { .. }) => "pause".to_owned(),
        Effect::Calls(_) => "calls".to_owned(),
        Effect::Event(Event::Call(report)) => format!("call {} {}", report.api, report.outcome),
        Effect::Event(Event::Handover { .. }) => "handover".to_owned(),
        Effect::Wait(_) => "wait".to_owned(),
        other => panic!("{other:?}"),
    }
}

fn answer(canned: Canned) -> Answer {
    let reply = |body: &str| Reply {
        status: 200,
        location: None,
        body: body.into(),
    };
    Answer {
        result: canned.map(reply).ok_or(Failure::Timeout),
        elapsed: Duration::ZERO,
    }
}

#[test]
fn every_effect_has_its_line() {
    let mut chat = Chat::new("shop.flow");
    chat.turn("start", &Input::start(), &[]);
    chat.turn("a wrong answer", &Input::text("hm"), &[]);
    chat.turn("help", &Input::text("help"), &[]);
    chat.turn("a wrong answer again", &Input::text("hm"), &[None, Some(CARDS)]);
    chat.turn("what is no option", &Input::text("XL"), &[]);
    chat.turn("an option", &Input::text("s"), &[]);
    chat.turn("start again", &Input::start(), &[]);
    chat.turn("silence", &Input::no_reply(), &[]);
    chat.turn("a right answer", &Input::text("AB-1"), &[Some(DECLINED), None]);
    chat.turn("an option", &Input::text("M"), &[]);
    chat.turn(
        "at a sequence",
        &Input::start_at("track"),
        &[Some(DATA), Some(CARDS)],
    );
    chat.turn("nothing known", &Input::text("person"), &[]);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("trace@shop", chat.shown);
    });
}
