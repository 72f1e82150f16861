//! An engine that does less than the others is no competitor: all show the same and go where the taps
//! lead, and a chat that was restored is the one that was saved.

use others::engine::{Chat, ENGINES, Engine};
use serde_json::Value;

const SEQUENCES: usize = 100;
/// What every text of a topic ends in.
const ENDING: &str = "they buy a dinner for two.";

pub(crate) fn all() {
    for engine in ENGINES {
        leads_on(*engine);
        if engine.unsaved.is_none() {
            restores(*engine);
        }
    }
}

/// Both chats show the same three options under the same text, turn after turn.
pub(crate) fn on_what_is_shown(name: &str, chat: &mut dyn Chat, floor: &mut dyn Chat) {
    chat.start();
    floor.start();
    for _ in 0..3 {
        let screen = floor.screen();
        assert!(screen.text.ends_with(ENDING));
        assert_eq!(screen.titles.len(), 3);
        assert_eq!(chat.screen(), screen, "{name}");
        chat.tap();
        floor.tap();
    }
}

/// Every topic reads like every other one, so each is made to end in its number.
fn leads_on(engine: Engine) {
    let files = (engine.source)(SEQUENCES);
    let mut number = 0;
    let numbered: Vec<String> = files
        .iter()
        .map(|file| number_endings(file, &mut number))
        .collect();
    assert_eq!(number, SEQUENCES, "{}", engine.name);
    // The floor makes its topics up by itself.
    if engine.name == ENGINES[0].name {
        return;
    }
    let program = (engine.load)(&numbered);
    let mut chat = program.open();
    chat.start();
    for topic in [0, 10, 20, 30] {
        let text = chat.screen().text;
        assert!(
            text.ends_with(&format!("for {topic}.")),
            "{}: {text}",
            engine.name
        );
        chat.tap();
    }
}

fn number_endings(file: &str, number: &mut usize) -> String {
    let mut pieces = file.split(ENDING);
    let mut numbered = pieces.next().unwrap().to_owned();
    for piece in pieces {
        numbered.push_str(&format!("they buy a dinner for {number}."));
        numbered.push_str(piece);
        *number += 1;
    }
    numbered
}

fn restores(engine: Engine) {
    let program = (engine.load)(&(engine.source)(SEQUENCES));
    let json = |saved: &str| serde_json::from_str::<Value>(saved).unwrap();
    let mut chat = program.open();
    chat.start();
    chat.tap();
    let saved = chat.save().unwrap();
    let mut another = program.open();
    another.restore(&saved);
    assert_eq!(json(&another.save().unwrap()), json(&saved), "{}", engine.name);
    let screen = chat.screen();
    chat.restore(&saved);
    chat.tap();
    assert_eq!(chat.screen(), screen, "{}", engine.name);
}
