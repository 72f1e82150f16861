//! Answers to a question: those that fit, and those that nobody meant as one.

use sayflow::{InputKind, Number};

use super::map::{Answers, Ask};
use super::random::Random;
use super::talk::Deed;
use super::vocabulary::Vocabulary;

/// What customers write who do not answer.
const NONSENSE: [&str; 6] = [
    "hm",
    "???",
    "no idea",
    "12 or so",
    "👍",
    "what do you mean by that?",
];

/// What customers write when any text will do.
const TEXTS: [&str; 4] = ["Asha Rahman", "something nice", "3", "yes"];

/// Something that fits no question, or only one that takes everything.
pub(super) fn nonsense(random: &mut Random) -> Deed {
    match random.below(10) {
        0 => Deed::Location,
        1 => sent(InputKind::File),
        2 => sent(InputKind::Image),
        3 => sent(InputKind::Audio),
        _ => Deed::Text(random.pick(&NONSENSE).copied().unwrap_or("hm").to_owned()),
    }
}

/// A file of a kind.
fn sent(kind: impl FnOnce(String) -> InputKind) -> Deed {
    Deed::Sent(kind("https://cdn.channel.example/1".to_owned()))
}

/// An answer that fits; `None` where only options do, or where nobody can tell.
pub(super) fn fitting(ask: &Ask, vocabulary: &Vocabulary, random: &mut Random) -> Option<Deed> {
    let known = |random: &mut Random| {
        let texts: Vec<&str> = ask.save.iter().flat_map(|name| vocabulary.texts(name)).collect();
        random.pick(&texts).map(|text| (*text).to_owned())
    };
    let text = match &ask.answers {
        Answers::None => return None,
        Answers::Text | Answers::Regex => match known(random) {
            Some(known) if random.chance(50) => known,
            _ => random.pick(&TEXTS).copied().unwrap_or_default().to_owned(),
        },
        Answers::Number(range) => number(*range, ask, vocabulary, random).to_string(),
        Answers::Date => random.pick(&["2026-12-31", "29.2.2028"]).copied()?.to_owned(),
        Answers::YesNo => random.pick(&["yes", "no"]).copied()?.to_owned(),
        Answers::OneOf(texts) => random.pick(texts)?.clone(),
        Answers::Email => "asha@mail.example".to_owned(),
        Answers::Phone => "+8801711000000".to_owned(),
        Answers::Url => "https://shop.example/shawl".to_owned(),
        Answers::Image => return Some(sent(InputKind::Image)),
        Answers::File => return Some(sent(InputKind::File)),
        Answers::Location => return Some(Deed::Location),
        Answers::Pattern(pattern) => like(pattern, random),
    };
    Some(Deed::Text(text))
}

/// A number in a range: its ends, or what the flow compares the attribute with.
fn number(
    range: Option<(Number, Number)>,
    ask: &Ask,
    vocabulary: &Vocabulary,
    random: &mut Random,
) -> Number {
    let mut numbers = match range {
        Some((least, most)) => vec![least, most],
        None => [0, 1, 5, 1000, -1].map(Number::from).to_vec(),
    };
    for compared in ask.save.iter().flat_map(|name| vocabulary.numbers(name)) {
        let beside = [-1.0, 0.0, 1.0].map(|step| Number::from_f64(compared.as_f64() + step));
        numbers.extend(beside.into_iter().flatten());
    }
    numbers.retain(|number| range.is_none_or(|(least, most)| least <= *number && *number <= most));
    random.pick(&numbers).copied().unwrap_or(Number::from(1))
}

/// A text of the form of a pattern.
fn like(pattern: &str, random: &mut Random) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(found) = chars.next() {
        match found {
            'A' => text.push(random.pick(&['A', 'B', 'Z']).copied().unwrap_or('A')),
            '#' => text.push(random.pick(&['0', '1', '9']).copied().unwrap_or('1')),
            '\\' => text.extend(chars.next()),
            other => text.push(other),
        }
    }
    text
}

impl Answers {
    /// Whether a text is one of few that fit, so that nobody else is meant to hear it.
    pub(super) fn takes_only(&self, text: &str) -> bool {
        let text = text.trim().to_lowercase();
        match self {
            Self::YesNo => ["yes", "no"].contains(&text.as_str()),
            Self::OneOf(texts) => texts.iter().any(|one| one.to_lowercase() == text),
            Self::Number(Some((least, most))) => text
                .parse::<f64>()
                .is_ok_and(|number| least.as_f64() <= number && number <= most.as_f64()),
            _ => false,
        }
    }
}
