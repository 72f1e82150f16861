//! Customers in the middle of conversations, whose flows are edited under them.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

use sayflow::{
    Answer, Block, Client, Customer, Engine, Event, Failure, HttpClient, Input, InputKind, Limits, Program,
    Reply, Request, Session, Source, Timestamp,
};

use crate::chance::Chance;
use crate::{flow, replies};

const FLOWS: usize = 6;
/// So many flows come round again and again.
const FORMS: usize = 25;
/// After so many turns one of the flows is edited.
const TURNS_OF_A_FLOW: u64 = 1_000;
/// Somebody new takes the place of one in so many: a conversation has fifty turns, and from the first tenth of a run on
/// as many begin as end.
const TURNS_OF_A_CUSTOMER: usize = 50;
/// One in so many turns makes its calls over HTTP.
const TURNS_FOR_ONE_OVER_HTTP: usize = 25;

struct Conversation {
    session: Session,
    customer: Customer,
    flow: usize,
    /// The options that were shown last.
    ids: Vec<String>,
    /// The last input, to be delivered again.
    last: Option<Input>,
}

pub(crate) struct World {
    chance: Chance,
    origin: String,
    /// What the flows are edited to, one after the other.
    forms: Vec<String>,
    edits: usize,
    engines: Vec<Engine>,
    conversations: Vec<Conversation>,
    http: HttpClient,
    now: Timestamp,
    turns: u64,
    /// How many calls ended in each outcome, over HTTP and otherwise, and what else there was.
    pub(crate) seen: BTreeMap<String, u64>,
}

impl World {
    pub(crate) fn new(seed: u64, customers: usize, origin: String) -> Result<Self, Box<dyn Error>> {
        let mut world = Self {
            chance: Chance::new(seed),
            origin,
            forms: Vec::new(),
            edits: 0,
            engines: Vec::new(),
            conversations: Vec::new(),
            http: HttpClient::new().with_allowed_host("localhost"),
            now: Timestamp::default(),
            turns: 0,
            seen: BTreeMap::new(),
        };
        world.begin(seed, customers)?;
        Ok(world)
    }

    /// Other flows, other customers, other chances: the same whenever it is the same seed. The client stays, as does the first
    /// engine with what it remembers; it is never edited.
    pub(crate) fn begin(&mut self, seed: u64, customers: usize) -> Result<(), Box<dyn Error>> {
        self.chance = Chance::new(seed);
        self.now = "2026-11-20T10:00:00Z".parse()?;
        self.turns = 0;
        self.edits = 0;
        self.forms = (0..FORMS).map(|_| flow::random(&mut self.chance)).collect();
        self.engines.truncate(1);
        while self.engines.len() < FLOWS {
            let engine = self.edited()?;
            self.engines.push(engine);
        }
        self.conversations = Vec::with_capacity(customers);
        for number in 0..customers {
            let conversation = self.newcomer(number);
            self.conversations.push(conversation);
        }
        Ok(())
    }

    /// The next flow, read anew, with the host's settings.
    fn edited(&mut self) -> Result<Engine, Box<dyn Error>> {
        let text = self.forms.get(self.edits % FORMS).ok_or("a flow")?.as_str();
        self.edits += 1;
        let program = Program::load([Source::new("random.flow", text)])?;
        Ok(Engine::new(program)
            .with_server("shop", self.origin.as_str())
            .with_secret("TOKEN", "s3cret-T0ken", [self.origin.as_str()])
            .with_option_key(*b"the key of soaks")
            .with_idempotency_header("Idempotency-Key")
            .with_limits(Limits {
                // What is slow is late soon.
                time: Duration::from_millis(50),
                customer_bytes: 16 << 10,
                text_bytes: 4 << 10,
                ..Limits::default()
            }))
    }

    fn newcomer(&mut self, number: usize) -> Conversation {
        Conversation {
            session: Session::new(),
            customer: Customer::new(i64::try_from(number).unwrap_or(0)),
            flow: self.chance.below(FLOWS),
            ids: Vec::new(),
            last: None,
        }
    }

    /// Now and then one of the flows behind the first is edited.
    fn edit_flows(&mut self) -> Result<(), Box<dyn Error>> {
        if self.turns.is_multiple_of(TURNS_OF_A_FLOW) {
            let (at, engine) = (1 + self.edits % (FLOWS - 1), self.edited()?);
            if let Some(place) = self.engines.get_mut(at) {
                *place = engine;
            }
        }
        Ok(())
    }

    /// Whose turn it is; now and then it is somebody new.
    fn somebody(&mut self) -> usize {
        let at = self.chance.below(self.conversations.len());
        if self.chance.once_in(TURNS_OF_A_CUSTOMER) {
            let newcomer = self.newcomer(at);
            if let Some(place) = self.conversations.get_mut(at) {
                *place = newcomer;
            }
        }
        at
    }

    /// One turn of somebody, and whatever else happens around it.
    pub(crate) fn turn(&mut self) -> Result<(), Box<dyn Error>> {
        self.turns += 1;
        self.edit_flows()?;
        let at = self.somebody();
        let Self {
            chance,
            engines,
            conversations,
            http,
            now,
            turns,
            seen,
            ..
        } = self;
        let conversation = conversations.get_mut(at).ok_or("a conversation")?;
        let engine = engines.get(conversation.flow).ok_or("a flow")?;
        *now = *now + Duration::from_secs(chance.below(1_200) as u64);
        conversation.store_and_load(chance)?;
        let input = conversation.input(chance, (*now, *turns));
        let is_http = chance.once_in(TURNS_FOR_ONE_OVER_HTTP);
        let canned = Canned(chance.below(usize::MAX) as u64);
        let client: &dyn Client = if is_http { http } else { &canned };
        let turn = engine.turn(
            &mut conversation.session,
            &mut conversation.customer,
            &input,
            client,
        );
        match turn {
            Ok(turn) => {
                turn.events.iter().for_each(|event| note(seen, event, is_http));
                conversation.ids = ids(&turn.blocks);
            }
            Err(error) => count(seen, format!("refused {:?}", error.kind())),
        }
        conversation.last = Some(input);
        Ok(())
    }
}

impl Conversation {
    /// Now and then from JSON, as after a restart of the host, and in another flow; a person gives the bot back.
    fn store_and_load(&mut self, chance: &mut Chance) -> Result<(), Box<dyn Error>> {
        if chance.once_in(4) {
            self.session = serde_json::from_str(&serde_json::to_string(&self.session)?)?;
            self.customer = serde_json::from_str(&serde_json::to_string(&self.customer)?)?;
        }
        if chance.once_in(200) {
            self.flow = chance.below(FLOWS);
        }
        self.customer.bot_enabled |= chance.once_in(3);
        Ok(())
    }

    fn input(&mut self, chance: &mut Chance, (now, number): (Timestamp, u64)) -> Input {
        const WORDS: [&str; 12] = [
            "Hello",
            "S",
            "xl",
            "7",
            "999999",
            "31/12/2026",
            "help",
            "talk to Asha",
            "size",
            "One",
            "হ্যাঁ",
            "\u{202e}\u{7}",
        ];
        let word = chance.one_of(&WORDS).copied().unwrap_or_default();
        let input = match chance.below(20) {
            0 => Input::start(),
            1 => Input::start_at(format!("s{}", chance.below(14))),
            2 => Input::no_reply(),
            3 => InputKind::NoReply(self.session.wait().due).into(),
            4 => Input::intent("greeting"),
            5 => Input::image("https://cdn.example/a.png"),
            6 => Input::location(23.8, 90.4),
            7 if chance.once_in(10) => Input::text("long ".repeat(chance.below(20_000))),
            8 => Input::tap(format!("{}.s{}", chance.below(99), chance.below(14))),
            9 => match self.last.take() {
                Some(last) => return last,
                None => Input::text(word),
            },
            10..=15 => match chance.one_of(&self.ids) {
                Some(id) => Input::tap(id.as_str()),
                None => Input::text(word),
            },
            _ => Input::text(word),
        };
        input.at(now).with_id(format!("m-{number}"))
    }
}

/// Counts what is worth a line at the end.
fn note(seen: &mut BTreeMap<String, u64>, event: &Event, is_http: bool) {
    let what = match event {
        Event::Call(report) if is_http => format!("http {}", report.outcome),
        Event::Call(report) => format!("call {}", report.outcome),
        Event::LimitReached { limit, .. } => format!("limit {limit}"),
        Event::Restored(_) => "place gone".to_owned(),
        Event::Handover { .. } => "handover".to_owned(),
        _ => return,
    };
    count(seen, what);
}

fn count(seen: &mut BTreeMap<String, u64>, what: String) {
    *seen.entry(what).or_default() += 1;
}

fn ids(blocks: &[Block]) -> Vec<String> {
    let options = blocks.iter().flat_map(|block| match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => options.as_slice(),
        Block::Gallery { cards } => cards.first().map_or(&[][..], |card| card.buttons.as_slice()),
        _ => &[],
    });
    options
        .filter_map(|option| Some(option.id.as_ref()?.to_string()))
        .collect()
}

/// Random outcomes without a network.
struct Canned(u64);

impl Client for Canned {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let mut chance = Chance::new(self.0);
        let answer = |request: &Request| {
            let result = match chance.below(16) {
                0 => Err(Failure::Timeout),
                1 => Err(Failure::Unreachable("no route".to_owned())),
                2 => Err(Failure::TooLarge),
                3 => Ok(Reply {
                    status: 500,
                    ..Reply::default()
                }),
                _ => Ok(Reply {
                    status: 200,
                    body: replies::body(&request.api, &mut chance),
                    location: None,
                }),
            };
            let elapsed = Duration::from_millis(chance.below(30) as u64);
            Answer { result, elapsed }
        };
        requests.iter().map(answer).collect()
    }
}
