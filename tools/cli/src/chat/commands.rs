//! What can be typed: a message, an option, or a command that begins with `/`.

use sayflow::Input;

use super::choices::{Choices, Pick};
use super::line::Line;
use super::palette::{PLAIN, STRONG};

/// What a line that was typed asks for.
#[derive(Debug)]
pub(crate) enum Action {
    /// An input for the engine, and how the customer's bubble shows it.
    Send {
        input: Input,
        shown: String,
    },
    /// Something that happens without the engine.
    Note(String),
    Help,
    Attributes,
    Restart,
    Silence,
    BotOn,
    Quit,
}

/// Every command: its name, what stands behind it, what it does.
const COMMANDS: &[(&str, &str, &str)] = &[
    (
        "/tap",
        "N or TITLE",
        "tap an option, also while a number is an answer; by title also an earlier one",
    ),
    ("/say", "TEXT", "say something, also a number or a title"),
    ("/image", "URL", "send a picture; also /audio, /video, /file"),
    ("/audio", "URL", ""),
    ("/video", "URL", ""),
    ("/file", "URL", ""),
    ("/location", "N E", "send a place: degrees north and east"),
    ("/intent", "NAME", "an intent was found"),
    ("/silence", "", "say nothing until the open question gives up"),
    ("/start", "NAME", "begin at a sequence, or at the beginning"),
    ("/restart", "", "forget everything and begin anew"),
    ("/attributes", "", "show the customer"),
    ("/bot", "", "let the bot answer again after a handover"),
    ("/help", "", "show this"),
    ("/quit", "", "leave"),
];

/// The names, for completion.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    COMMANDS.iter().map(|(name, _, _)| *name)
}

/// What there is to type.
pub(crate) fn help() -> Vec<Line> {
    let described = COMMANDS.iter().filter(|(_, _, meaning)| !meaning.is_empty());
    described
        .map(|(name, argument, meaning)| {
            Line::new(STRONG, &format!("  {:<18}", format!("{name} {argument}"))).with(PLAIN, meaning)
        })
        .collect()
}

/// What a line asks for, or a hint where it asks for nothing.
pub(crate) fn action(line: &str, choices: &Choices) -> Result<Action, String> {
    let said = line.trim();
    if said.is_empty() {
        return Err("type a message, or /help".to_owned());
    }
    if !said.starts_with('/') {
        return Ok(picked(said, choices).unwrap_or_else(|| say(said)));
    }
    let (name, argument) = said.split_once(char::is_whitespace).unwrap_or((said, ""));
    command(name, argument.trim(), choices)
}

fn picked(said: &str, choices: &Choices) -> Option<Action> {
    let number = said.parse().ok().filter(|_| choices.takes_numbers());
    let pick = number
        .and_then(|number| choices.by_number(number))
        .or_else(|| choices.by_title(said))?;
    Some(tap(pick))
}

/// By a number of the newest output, or by a title of any.
fn tapped(option: &str, choices: &Choices) -> Result<Action, String> {
    let number = option.parse().ok();
    let pick = number
        .and_then(|number| choices.by_number(number))
        .or_else(|| choices.by_title_ever(option));
    pick.map(tap)
        .ok_or_else(|| format!("there is no option {option}"))
}

fn tap(pick: Pick) -> Action {
    match pick {
        Pick::Tap(id, title) => Action::Send {
            input: Input::tap(id.as_str()),
            shown: title,
        },
        Pick::Elsewhere(what) => Action::Note(what),
    }
}

fn say(text: &str) -> Action {
    Action::Send {
        input: Input::text(text),
        shown: text.to_owned(),
    }
}

fn command(name: &str, argument: &str, choices: &Choices) -> Result<Action, String> {
    let file = |input, url: &str| sent(input, &format!("▣ {url}"));
    Ok(match (name, argument) {
        ("/help", "") => Action::Help,
        ("/quit", "") => Action::Quit,
        ("/restart", "") => Action::Restart,
        ("/silence", "") => Action::Silence,
        ("/attributes", "") => Action::Attributes,
        ("/bot", "") => Action::BotOn,
        ("/start", "") => sent(Input::start(), "(start)"),
        ("/start", sequence) => sent(Input::start_at(sequence), &format!("(start at {sequence})")),
        (_, "") => return Err(usage(name)),
        ("/tap", option) => tapped(option, choices)?,
        ("/say", text) => say(text),
        ("/image", url) => file(Input::image(url), url),
        ("/audio", url) => file(Input::audio(url), url),
        ("/video", url) => file(Input::video(url), url),
        ("/file", url) => file(Input::file(url), url),
        ("/intent", intent) => sent(Input::intent(intent), &format!("(intent {intent})")),
        ("/location", place) => location(place).ok_or_else(|| usage(name))?,
        _ => return Err(usage(name)),
    })
}

fn sent(input: Input, shown: &str) -> Action {
    Action::Send {
        input,
        shown: shown.to_owned(),
    }
}

fn location(place: &str) -> Option<Action> {
    let (north, east) = place.split_once(|found: char| found == ',' || found.is_whitespace())?;
    let (north, east): (f64, f64) = (north.trim().parse().ok()?, east.trim().parse().ok()?);
    Some(sent(Input::location(north, east), &format!("⌖ {north}, {east}")))
}

fn usage(name: &str) -> String {
    match COMMANDS.iter().find(|(known, _, _)| *known == name) {
        Some((_, "", _)) => format!("{name} stands alone"),
        Some((_, argument, _)) => format!("{name} {argument}"),
        None => format!("there is no command {name}; /help lists them all"),
    }
}

#[cfg(test)]
mod tests {
    use sayflow::{BlockOption, InputKind, OptionTarget};

    use super::*;

    fn option(title: &str, id: &str) -> BlockOption {
        BlockOption {
            title: title.into(),
            target: OptionTarget::Sequence("track".into()),
            extra: None,
            id: Some(id.into()),
        }
    }

    fn choices(takes_numbers: bool) -> Choices {
        let mut choices = Choices::default();
        choices.add(&option("Track", "o1"));
        choices.set_last_block(takes_numbers);
        choices
    }

    fn input(line: &str, takes_numbers: bool) -> InputKind {
        match action(line, &choices(takes_numbers)) {
            Ok(Action::Send { input, .. }) => input.kind,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_option_is_picked_by_number_and_by_title() {
        let tap = InputKind::Tap("o1".to_owned());
        assert_eq!(input("1", true), tap);
        assert_eq!(input("Track", false), tap);
        assert_eq!(input("/tap 1", false), tap);
    }

    #[test]
    fn an_option_of_an_earlier_output_is_tapped_by_its_title() {
        let mut chat = Choices::default();
        for (title, id) in [("Menu", "m1"), ("Track", "t1"), ("Menu", "m2"), ("Other", "o1")] {
            let mut output = Choices::default();
            output.add(&option(title, id));
            chat = output.after(chat);
        }
        chat = Choices::default().after(chat);
        let tapped = |line| match action(line, &chat) {
            Ok(Action::Send { input, .. }) => input.kind,
            other => panic!("{other:?}"),
        };
        assert_eq!(tapped("/tap Track"), InputKind::Tap("t1".to_owned()));
        assert_eq!(tapped("/tap Menu"), InputKind::Tap("m2".to_owned()));
        assert_eq!(tapped("Menu"), InputKind::Text("Menu".to_owned()));
        assert_eq!(action("/tap 1", &chat).unwrap_err(), "there is no option 1");
        assert_eq!(
            action("/tap Nothing", &chat).unwrap_err(),
            "there is no option Nothing"
        );
        assert_eq!(action("/tap", &chat).unwrap_err(), "/tap N or TITLE");
    }

    #[test]
    fn a_number_may_be_an_answer() {
        assert_eq!(input("1", false), InputKind::Text("1".to_owned()));
        assert_eq!(input("/say 1", true), InputKind::Text("1".to_owned()));
        assert_eq!(input("2", true), InputKind::Text("2".to_owned()));
    }

    #[test]
    fn a_place_is_two_numbers() {
        assert_eq!(
            input("/location 23.7, 90.4", true),
            InputKind::Location {
                latitude: 23.7,
                longitude: 90.4
            }
        );
        assert_eq!(
            action("/location here", &choices(true)).unwrap_err(),
            "/location N E"
        );
    }
}
