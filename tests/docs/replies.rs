//! The JSON of a document: what is said to arrive is what the engine sends, and what is said to be returned
//! is read as the engine reads it.

use std::fmt::Write as _;
use std::time::Duration;

use sayflow::{Answer, CallReport, Customer, Effect, Engine, Event, Program, Reply, Session, Source};
use serde_json::Value as Json;

/// An engine for the flow of a document, with an API `fills_OUTPUT` for each output.
pub(crate) struct Contract {
    engine: Engine,
}

impl Contract {
    pub(crate) fn new(flow: &Source) -> Self {
        let apis = ["text", "image", "buttons", "quick replies", "gallery", "nothing"].map(|output| {
            let name = output.replace(' ', "_");
            format!("api fills_{name}: {output} {{\n  get \"https://api.shop.example/\"\n}}\n")
        });
        let program = Program::load([flow.clone(), Source::new("outputs.flow", apis.concat())]).unwrap();
        let engine = Engine::new(program).with_secret("SHOP_TOKEN", "s3cret", ["https://api.shop.example"]);
        Self { engine }
    }

    /// The body that an API sends for the customer whose record the document shows, laid out.
    pub(crate) fn request(&self, api: &str, record: &str) -> String {
        let mut shown: serde_json::Map<String, Json> = serde_json::from_str(record).unwrap();
        // The flow's own field belongs to no customer.
        shown.remove("gift");
        let mut customer: Customer = serde_json::from_value(Json::Object(shown)).unwrap();
        let mut session = Session::new();
        let mut steps = self.engine.api_steps(api, &mut session, &mut customer).unwrap();
        let Effect::Calls(requests) = steps.advance().unwrap() else {
            panic!("{api} is not called");
        };
        let body = requests.first().unwrap().body.as_ref().unwrap().expose();
        let mut laid_out = String::new();
        for field in body.trim_matches(['{', '}']).split(",\"") {
            let field = field.trim_start_matches('"').replacen("\":", "\": ", 1);
            let comma = if laid_out.is_empty() { "" } else { ",\n" };
            write!(laid_out, "{comma}  \"{field}").unwrap();
        }
        format!("{{\n{laid_out}\n}}\n")
    }

    /// What becomes of a reply: the outcome, and each problem with its help.
    pub(crate) fn report(&self, output: &str, reply: &str) -> String {
        let called = self.call(output, reply);
        let mut report = format!("{}\n", called.outcome);
        for problem in called.problems() {
            writeln!(report, "{}: {}", problem.code, problem.message).unwrap();
            if let Some(help) = &problem.help {
                writeln!(report, "  help: {help}").unwrap();
            }
        }
        report
    }

    fn call(&self, output: &str, reply: &str) -> CallReport {
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        let api = format!("fills_{}", output.replace('-', "_"));
        let mut steps = self.engine.api_steps(&api, &mut session, &mut customer).unwrap();
        loop {
            match steps.advance().unwrap() {
                Effect::Calls(_) => {
                    let reply = Reply {
                        status: 200,
                        body: reply.into(),
                        ..Reply::default()
                    };
                    let result = Ok(reply);
                    let elapsed = Duration::ZERO;
                    steps.answer(vec![Answer { result, elapsed }]).unwrap();
                }
                Effect::Event(Event::Call(report)) => return report,
                _ => {}
            }
        }
    }
}
