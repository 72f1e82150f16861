//! What an endpoint sent may echo a secret: what is shown or written of it has `***` in its place.

use indexmap::IndexMap;
use sayflow::{
    Answer, Block, BlockOption, Card, Customer, Engine, Event, Failure, Input, InputKind, OptionTarget,
    Reply, ShortText, Value,
};

/// What a turn changed on the customer; `None` for what was cleared.
pub type Changes = IndexMap<String, Option<Value>>;

/// An input with its secrets masked; the id of a tapped option stays.
pub(crate) fn input(engine: &Engine, mut input: Input) -> Input {
    match &mut input.kind {
        InputKind::Text(text)
        | InputKind::Intent(text)
        | InputKind::Image(text)
        | InputKind::Audio(text)
        | InputKind::Video(text)
        | InputKind::File(text) => {
            mask(engine, text);
        }
        _ => {}
    }
    input
}

/// An answer with its secrets masked. A body that is no text becomes one that is no JSON either, so that the call
/// ends as it did.
pub(crate) fn answer(engine: &Engine, answer: Answer) -> Answer {
    let Answer { result, elapsed } = answer;
    let result = match result {
        Ok(reply) => Ok(Reply {
            status: reply.status,
            location: reply.location.map(|url| engine.masked(&url).to_string()),
            body: match String::from_utf8(reply.body) {
                Ok(text) => engine.masked(&text).to_string().into_bytes(),
                Err(no_text) => {
                    let text = format!("\u{FFFD}{}", String::from_utf8_lossy(no_text.as_bytes()));
                    engine.masked(&text).to_string().into_bytes()
                }
            },
        }),
        Err(Failure::Blocked(why)) => Err(Failure::Blocked(engine.masked(&why).to_string())),
        Err(Failure::Unreachable(how)) => Err(Failure::Unreachable(engine.masked(&how).to_string())),
        Err(failure) => Err(failure),
    };
    Answer { result, elapsed }
}

/// A block with its secrets masked; the ids of its options stay, so that they can be tapped.
#[must_use]
pub fn block(engine: &Engine, mut block: Block) -> Block {
    match &mut block {
        Block::Text { text } => mask(engine, text),
        Block::Image { url } | Block::Audio { url } | Block::Video { url } => mask(engine, url),
        Block::Gallery { cards } => cards.iter_mut().for_each(|shown| card(engine, shown)),
        Block::Buttons { text, options } | Block::QuickReplies { text, options } => {
            text.iter_mut().for_each(|text| mask(engine, text));
            options.iter_mut().for_each(|shown| option(engine, shown));
        }
        _ => {}
    }
    block
}

/// An event with its secrets masked; a report of a call has none.
#[must_use]
pub fn event(engine: &Engine, mut event: Event) -> Event {
    match &mut event {
        Event::Action { values, .. } => {
            for value in values.values_mut() {
                *value = masked_value(engine, std::mem::replace(value, Value::YesNo(false)));
            }
        }
        Event::Handover { team, .. } => mask(engine, team),
        _ => {}
    }
    event
}

/// A customer with its secrets masked, to be shown.
#[must_use]
pub fn customer(engine: &Engine, customer: &Customer) -> Customer {
    let mut shown = customer.clone();
    for (key, value) in customer.attributes() {
        shown.set_attribute(key, masked_value(engine, value.clone()));
    }
    let texts = [
        &mut shown.avatar,
        &mut shown.first_name,
        &mut shown.last_name,
        &mut shown.full_name,
        &mut shown.gender,
        &mut shown.locale,
        &mut shown.language,
        &mut shown.phone,
        &mut shown.email,
        &mut shown.last_message_text,
    ];
    texts.into_iter().for_each(|text| mask(engine, text));
    shown
}

/// Attributes that changed, with their secrets masked.
#[must_use]
pub fn changes(engine: &Engine, changes: Changes) -> Changes {
    changes
        .into_iter()
        .map(|(key, value)| (key, value.map(|value| masked_value(engine, value))))
        .collect()
}

fn card(engine: &Engine, card: &mut Card) {
    mask(engine, &mut card.title);
    for text in [&mut card.subtitle, &mut card.image, &mut card.url] {
        text.iter_mut().for_each(|text| mask(engine, text));
    }
    card.buttons.iter_mut().for_each(|shown| option(engine, shown));
}

fn option(engine: &Engine, option: &mut BlockOption) {
    let mask = |text: &mut ShortText| *text = engine.masked(text).to_string().into();
    mask(&mut option.title);
    option.extra.iter_mut().for_each(mask);
    if let OptionTarget::Url(text) | OptionTarget::Phone(text) = &mut option.target {
        mask(text);
    }
}

fn masked_value(engine: &Engine, value: Value) -> Value {
    match value {
        Value::Text(text) => Value::from(engine.masked(&text).to_string()),
        // A number or list that holds a secret is told as a text.
        value => match engine.masked(&value.to_string()) {
            masked if masked.is_secret() => Value::from(masked.to_string()),
            _ => value,
        },
    }
}

fn mask(engine: &Engine, text: &mut String) {
    let masked = engine.masked(text);
    if masked.is_secret() {
        *text = masked.to_string();
    }
}
