//! What Telegram sends.

use sayflow::Input;
use serde::Deserialize;

#[derive(Deserialize)]
pub(crate) struct Update {
    update_id: i64,
    message: Option<Said>,
    callback_query: Option<Said>,
}

/// A message with its text, or the tap on an option with its data.
#[derive(Deserialize)]
struct Said {
    /// Nobody, where it is of a channel as a whole.
    from: Option<Person>,
    text: Option<String>,
    data: Option<String>,
}

/// A customer, as the channel has one.
#[derive(Deserialize)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) first_name: String,
}

/// Who says what; `None` for what this bot does not listen to, such as a sticker.
pub(crate) fn read(update: Update) -> Option<(Person, Input)> {
    let said = update.message.or(update.callback_query)?;
    let input = match (said.text, said.data) {
        (Some(text), _) if text == "/start" => Input::start(),
        (Some(text), _) => Input::text(text),
        (None, data) => Input::tap(data?),
    };
    Some((said.from?, input.with_id(update.update_id.to_string())))
}
