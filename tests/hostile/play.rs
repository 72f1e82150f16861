//! Turns in one line: a flow, a customer, a shop.

use std::time::Duration;

use sayflow::{
    Answer, Block, Client, Customer, Engine, Event, Input, Limits, Masked, Program, Reply, Request, Session,
    Source, Turn,
};

/// A conversation of customer 7.
pub(crate) struct Chat {
    pub(crate) engine: Engine,
    pub(crate) session: Session,
    pub(crate) customer: Customer,
}

impl Chat {
    pub(crate) fn new(flow: &str) -> Self {
        Self::on(engine(flow))
    }

    pub(crate) fn on(engine: Engine) -> Self {
        Self {
            engine,
            session: Session::new(),
            customer: Customer::new(7),
        }
    }

    pub(crate) fn with_limits(self, limits: Limits) -> Self {
        Self {
            engine: self.engine.with_limits(limits),
            ..self
        }
    }

    pub(crate) fn turn(&mut self, input: &Input, client: &dyn Client) -> Result<Turn, sayflow::Error> {
        self.engine
            .turn(&mut self.session, &mut self.customer, input, client)
    }

    /// A turn without endpoints.
    pub(crate) fn says(&mut self, input: &Input) -> Turn {
        self.turn(input, &sayflow::NoCalls).unwrap()
    }

    /// How many bytes of JSON are stored.
    pub(crate) fn stored(&self) -> (usize, usize) {
        let length = |json: Result<String, serde_json::Error>| json.unwrap().len();
        (
            length(serde_json::to_string(&self.session)),
            length(serde_json::to_string(&self.customer)),
        )
    }
}

pub(crate) fn engine(flow: &str) -> Engine {
    Engine::new(Program::load([Source::new("a.flow", flow)]).unwrap_or_else(|error| panic!("{error}")))
}

/// An endpoint that gives everybody the same body.
pub(crate) struct Shop(pub(crate) String);

impl Client for Shop {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let reply = || Reply {
            status: 200,
            body: self.0.clone().into_bytes(),
            ..Reply::default()
        };
        let answer = |_: &Request| Answer {
            result: Ok(reply()),
            elapsed: Duration::ZERO,
        };
        requests.iter().map(answer).collect()
    }
}

/// The texts of a turn.
pub(crate) fn texts(turn: &Turn) -> Vec<&str> {
    let texts = turn.blocks.iter().filter_map(|block| match block {
        Block::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// The limits that a turn has reached.
pub(crate) fn limits(turn: &Turn) -> Vec<&str> {
    let limits = turn.events.iter().filter_map(|event| match event {
        Event::LimitReached { limit, .. } => Some(limit.as_str()),
        _ => None,
    });
    limits.collect()
}

/// The outcomes of a turn's calls, each with the codes of its first two problems.
pub(crate) fn calls(turn: &Turn) -> Vec<String> {
    let calls = turn.events.iter().filter_map(|event| match event {
        Event::Call(report) => {
            let codes = report.problems().iter().map(|problem| problem.code.as_str());
            let words: Vec<&str> = [report.outcome.as_str()]
                .into_iter()
                .chain(codes)
                .take(3)
                .collect();
            Some(words.join(" "))
        }
        _ => None,
    });
    calls.collect()
}

/// The ids of the options of a turn.
pub(crate) fn ids(turn: &Turn) -> Vec<String> {
    let options = turn.blocks.iter().flat_map(|block| match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => options.as_slice(),
        _ => &[],
    });
    options
        .filter_map(|option| option.id.as_ref().map(String::from))
        .collect()
}

/// Everything of a request, as it is sent.
pub(crate) fn sent(request: &Request) -> String {
    let headers = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.expose()));
    let body = request.body.as_ref().map_or("", Masked::expose);
    format!("{}\n{}{body}", request.url.expose(), headers.collect::<String>())
}
