//! Conversations.

mod host;

use sayflow::{
    Block, BlockOption, Customer, Engine, Input, InputKind, Limits, OPTIONS_KEPT, Restored, Session,
    Timestamp, Wait,
};

use crate::bytes::Bytes;
use crate::endpoint::Endpoint;
use crate::flows;
use host::{Place, Played};

/// Any bytes are a conversation: a flow, a host's settings, and then input after input, each with what the endpoints
/// answer. The flow may be edited in the middle of it.
///
/// A turn is the same whether or not session and customer were saved and restored before it. One that is refused, or
/// dropped halfway, changes nothing. A call that failed changes nothing but its report, whatever it brought. Every
/// limit holds, every block can be shown, and the same input again gives the same turn again.
///
/// # Panics
///
/// Where that does not hold.
pub fn holds(bytes: &[u8]) {
    let mut bytes = Bytes::new(bytes);
    let settings = Settings::new(&mut bytes);
    let Some(mut engine) = settings.engine(&mut bytes) else {
        return;
    };
    let mut place = Place {
        session: Session::new(),
        customer: settings.customer(),
    };
    let mut seen = Seen::default();
    for _ in 0..MOST_INPUTS {
        if bytes.is_empty() {
            return;
        }
        if bytes.one_in(16)
            && let Some(edited) = settings.engine(&mut bytes)
        {
            engine = edited;
        }
        let input = seen.input(&mut bytes);
        let endpoint = Endpoint(bytes.some());
        place = take_turn(&engine, &settings.limits, place, &input, (&endpoint, &mut seen));
        place.customer.bot_enabled |= bytes.one_in(2);
    }
}

/// More take long and find nothing new.
const MOST_INPUTS: usize = 24;

/// What a host decides.
struct Settings {
    limits: Limits,
    key: Option<[u8; 16]>,
    language: &'static str,
}

impl Settings {
    fn new(bytes: &mut Bytes<'_>) -> Self {
        let flags = bytes.byte();
        let is_narrow = flags & 1 != 0;
        let limits = match is_narrow {
            false => Limits {
                steps: 300,
                ..Limits::default()
            },
            true => Limits {
                steps: 40,
                calls: 3,
                depth: 2,
                blocks: 5,
                text_bytes: 64,
                input_bytes: 40,
                reply_bytes: 200,
                inputs_kept: usize::from(flags >> 6),
                ..Limits::default()
            },
        };
        Self {
            limits,
            key: (flags & 2 != 0).then_some(*b"sixteen byte key"),
            language: if flags & 4 != 0 { "bn" } else { "en" },
        }
    }

    fn engine(&self, bytes: &mut Bytes<'_>) -> Option<Engine> {
        let engine = Engine::new(flows::program(bytes)?).with_limits(self.limits.clone());
        let engine = engine.with_idempotency_header("Idempotency-Key");
        Some(match self.key {
            Some(key) => engine.with_option_key(key),
            None => engine,
        })
    }

    fn customer(&self) -> Customer {
        let mut customer = Customer::new(7);
        customer.language = self.language.to_owned();
        customer.timezone = Some(5.5);
        customer
    }
}

/// Plays one turn in every way in which it must be the same; where it ends.
fn take_turn(
    engine: &Engine,
    limits: &Limits,
    place: Place,
    input: &Input,
    (endpoint, seen): (&Endpoint<'_>, &mut Seen),
) -> Place {
    let mut after = place.clone();
    let Ok(played) = host::play(engine, &mut after, input, &mut endpoint.answers()) else {
        assert_eq!(after, place);
        return place;
    };
    is_the_same_after_a_restart(engine, &place, input, endpoint, (&played, &after));
    changes_nothing_halfway(engine, &place, input, (&played, &after));
    does_not_depend_on_failures(engine, &place, input, (&played, &after));
    is_within(limits, &place, (&played, &after));
    keeps_what_was_shown(&place, (&played, &after));
    is_taken_once(engine, input, (&played, &after));
    assert_eq!(played.wait, after.session.wait());
    if place.customer.bot_enabled && !played.is_repeated {
        keeps_its_places(engine, &place, &after);
    }
    seen.note(&played);
    after
}

/// What a turn leaves open is a place of the flow. Where the flow was edited, what was interrupted may be gone, and
/// places may go under other names than its own.
fn keeps_its_places(engine: &Engine, place: &Place, after: &Place) {
    let is_found = |session: &Session| {
        let restored = engine.program().restore(session);
        matches!(restored, Restored::Exact | Restored::Moved { .. })
    };
    assert!(is_found(&after.without("returns").session), "{after:?}");
    assert!(is_found(&after.session) || !is_found(&place.session), "{after:?}");
}

/// Session and customer go through their JSON forms, as in a store, and the turn is the same.
fn is_the_same_after_a_restart(
    engine: &Engine,
    place: &Place,
    input: &Input,
    endpoint: &Endpoint<'_>,
    (played, after): (&Played, &Place),
) {
    let mut restored = place.saved_and_restored();
    assert_eq!(restored, *place);
    let again = host::play(engine, &mut restored, input, &mut endpoint.answers()).unwrap();
    assert_eq!(again, *played);
    assert_eq!(restored, *after);
    assert_eq!(after.saved_and_restored(), *after);
}

/// A turn that is dropped before its end leaves no trace.
fn changes_nothing_halfway(
    engine: &Engine,
    place: &Place,
    input: &Input,
    (played, after): (&Played, &Place),
) {
    let mut dropped = place.clone();
    host::begin(engine, &mut dropped, input, played);
    assert_eq!(dropped, *place);
    drop(dropped);
    assert!(!played.is_repeated || after == place);
}

/// What a call brought that failed is nowhere to be seen but in its report.
fn does_not_depend_on_failures(
    engine: &Engine,
    place: &Place,
    input: &Input,
    (played, after): (&Played, &Place),
) {
    if played.calls.iter().all(|call| !call.has_failed()) {
        return;
    }
    let mut other = place.clone();
    let mut plain = played.calls.iter().map(host::Call::plain);
    let without = host::play(engine, &mut other, input, &mut plain).unwrap();
    assert_eq!(without.blocks, played.blocks);
    assert_eq!(without.attributes, played.attributes);
    assert_eq!(other, *after);
}

/// No title can be typed, and no extra read, of an option that nobody has seen.
fn keeps_what_was_shown(place: &Place, (played, after): (&Played, &Place)) {
    let id = |option: &BlockOption| option.id.clone();
    let shown: Vec<_> = played.blocks.iter().flat_map(options).filter_map(id).collect();
    let known = place.kept("options");
    for option in after
        .kept("options")
        .iter()
        .filter(|option| !known.contains(option))
    {
        let number = option.get(0).and_then(serde_json::Value::as_u64).unwrap();
        // Those of a question were shown when it was asked.
        let is_older = number < place.next_option();
        let prefix = format!("{number:x}.");
        assert!(
            is_older || shown.iter().any(|id| id.starts_with(&prefix)),
            "{option}"
        );
    }
}

fn is_within(limits: &Limits, place: &Place, (played, after): (&Played, &Place)) {
    assert!(played.blocks.len() <= limits.blocks as usize);
    assert!(played.calls.len() <= limits.calls as usize);
    assert!(played.has_every_report());
    // All of the last output's, where these are more than are kept otherwise; a silent turn leaves them as they are.
    let on_screen = match played.blocks.is_empty() {
        true => place.kept("options").len(),
        false => played.blocks.iter().flat_map(options).count(),
    };
    for (list, most) in [
        ("returns", limits.depth as usize),
        ("inputs", limits.inputs_kept),
        ("options", OPTIONS_KEPT.max(on_screen)),
    ] {
        let kept = after.kept(list);
        assert!(kept.len() <= most, "{list}: {kept:?}");
    }
    for block in &played.blocks {
        can_be_shown(block, limits);
    }
}

/// What the documentation of each block promises to a channel.
fn can_be_shown(block: &Block, limits: &Limits) {
    match block {
        Block::Text { text } => assert!(text.len() <= limits.text_bytes, "{text}"),
        Block::Image { url } | Block::Audio { url } | Block::Video { url } => is_web_address(url),
        Block::Gallery { cards } => {
            assert!(!cards.is_empty());
            for card in cards {
                assert!(!card.title.is_empty());
                card.image
                    .iter()
                    .chain(&card.url)
                    .for_each(|url| is_web_address(url));
            }
        }
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => assert!(!options.is_empty()),
        _ => {}
    }
    for option in options(block) {
        assert!(!option.title.is_empty());
        assert!(option.id.as_ref().is_none_or(|id| id.len() <= 64), "{option:?}");
        if let sayflow::OptionTarget::Url(url) = &option.target {
            is_web_address(url);
        }
    }
}

fn is_web_address(url: &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let is_web = ["http", "https"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web));
    assert!(is_web && !rest.contains([' ', '"', '\n', '\r']), "{url}");
}

fn options(block: &Block) -> Vec<&BlockOption> {
    match block {
        Block::Buttons { options, .. } | Block::QuickReplies { options, .. } => options.iter().collect(),
        Block::Gallery { cards } => cards.iter().flat_map(|card| &card.buttons).collect(),
        _ => Vec::new(),
    }
}

/// An input with an id is one turn, however often it comes.
fn is_taken_once(engine: &Engine, input: &Input, (played, after): (&Played, &Place)) {
    if input.id.is_none() || !after.has_taken(input) {
        return;
    }
    let mut again = after.clone();
    let repeated = host::play(engine, &mut again, input, &mut std::iter::empty()).unwrap();
    assert!(repeated.is_repeated && repeated.calls.is_empty());
    assert_eq!(repeated.blocks, played.blocks);
    assert_eq!(repeated.attributes, played.attributes);
    assert_eq!(again, *after);
}

/// What a customer and their channel have seen, to come back to.
#[derive(Default)]
struct Seen {
    /// Ids and titles of options, newest last.
    options: Vec<(String, String)>,
    wait: Wait,
}

impl Seen {
    fn note(&mut self, played: &Played) {
        for option in played.blocks.iter().flat_map(options) {
            let id = option.id.clone().unwrap_or_default();
            self.options.push((String::from(id), String::from(&option.title)));
        }
        self.wait = played.wait.clone();
    }

    /// What the customer does next, or a channel that got something wrong.
    fn input(&self, bytes: &mut Bytes<'_>) -> Input {
        let newest = || self.options.iter().rev();
        let input = match bytes.below(16) {
            0 => Input::start(),
            1..=3 => Input::text(bytes.word(&SAID)),
            4 => Input::text(bytes.text()),
            5..=7 => match newest().nth(bytes.below(8)) {
                Some((id, _)) => Input::tap(id.as_str()),
                None => Input::start(),
            },
            8 => match newest().nth(bytes.below(8)) {
                Some((_, title)) => Input::text(title.as_str()),
                None => Input::start(),
            },
            9 => Input::tap(forged(newest().next().map_or("", |(id, _)| id), bytes)),
            10 => Input::start_at(bytes.word(&["a", "b", "c", "142", "old", "track", "nowhere"])),
            11 => Input::intent(bytes.word(&["buy", "unknown"])),
            12 => Input::no_reply(),
            13 => self.silence(bytes),
            14 => Input::image(bytes.word(&[
                "https://cdn.example/a.png",
                "javascript:alert(1)",
                "/a.png",
                "http://",
            ])),
            _ => match bytes.pick(&[(23.8, 90.4), (f64::NAN, f64::INFINITY), (-91.0, 1e300)]) {
                Some((north, east)) => Input::location(*north, *east),
                None => Input::start(),
            },
        };
        let input = input.at(moment(bytes));
        match bytes.below(6) {
            nth @ 1..=3 => input.with_id(format!("m-{nth}")),
            4 => input.with_id(bytes.text()),
            _ => input,
        }
    }

    /// A timer, of the open question or of another.
    fn silence(&self, bytes: &mut Bytes<'_>) -> Input {
        let due = match bytes.one_in(3) {
            true => Some(moment(bytes)),
            false => self.wait.due,
        };
        InputKind::NoReply(due).into()
    }
}

/// What customers say, most of it what some flow listens to.
const SAID: [&str; 16] = [
    "S",
    "5",
    "help",
    "AB-123456",
    "2026-11-20",
    "yes",
    "asha@shop.example",
    "+8801700000000",
    "https://shop.example",
    "talk to me",
    "ছোট",
    "৮",
    "",
    "-0.5",
    "aaab",
    "option 1",
];

/// An id that nobody was shown: another's, one that was tampered with, or nonsense.
fn forged(id: &str, bytes: &mut Bytes<'_>) -> String {
    match bytes.below(4) {
        0 => format!(
            "{:x}.{}",
            bytes.byte(),
            bytes.word(&["a", "track", "", "gone", "#0000000000000000"])
        ),
        1 => id.replacen(['0', '1', '2'], "7", 1),
        2 => format!("{id}{}", bytes.word(&[".", "0", "\u{e9}", ".0123456789abcdef"])),
        _ => bytes.text(),
    }
}

/// The clock of the host; it may go back.
fn moment(bytes: &mut Bytes<'_>) -> Timestamp {
    let moments = [
        "2026-11-20T10:00:00Z",
        "2026-11-20T10:10:00Z",
        "2027-01-01T00:00:00Z",
        "1969-07-20T20:17:40Z",
        "9999-12-30T22:00:00Z",
    ];
    bytes.word(&moments).parse().unwrap()
}
