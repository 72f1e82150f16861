//! What reaches the engine: one input a turn, with an id and a time.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value as Json;

use crate::diagnostics::nearest;
use crate::time::Timestamp;

/// The keys of the JSON form that say what came, one for each input.
const KINDS: [&str; 10] = [
    "start", "text", "tap", "intent", "image", "audio", "video", "file", "location", "no_reply",
];

/// The keys that may stand beside it.
const BESIDE: [&str; 2] = ["id", "now"];

/// One input of a customer, or of the host on the customer's behalf.
///
/// # Examples
///
/// A message as a channel delivers it. The moment is what `no reply` counts from, and what an
/// endpoint gets as `last_message_time`:
///
/// ```
/// use sayflow::{Input, InputKind};
///
/// let input = Input::text("Where is my order?").at("2026-11-20T10:00:00Z".parse()?).with_id("m-1");
/// assert_eq!(input.kind, InputKind::Text("Where is my order?".to_owned()));
/// assert_eq!(input.now.to_string(), "2026-11-20 10:00:00.000000+00:00");
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The channel's id of the message, by which it is known when it comes again; `None` where it has none.
    pub id: Option<String>,
    /// The host's clock when it came: timers count from it. Every constructor leaves the beginning of 1970 here, until
    /// the host says with [`at`](Self::at).
    pub now: Timestamp,
    /// What came.
    pub kind: InputKind,
}

/// What came.
///
/// # Examples
///
/// A host that can listen turns a voice message into words before the flow hears it:
///
/// ```
/// use sayflow::{Input, InputKind};
///
/// fn transcribe(_url: &str) -> String {
///     "Where is my order?".to_owned()
/// }
///
/// let mut input = Input::audio("https://cdn.channel.example/voice-1.ogg");
/// if let InputKind::Audio(url) = &input.kind {
///     input.kind = InputKind::Text(transcribe(url));
/// }
/// assert_eq!(input, Input::text("Where is my order?"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum InputKind {
    /// The conversation begins, or begins anew; at this sequence where one is named.
    Start(Option<String>),
    /// The customer typed something.
    Text(String),
    /// The customer tapped the option with this [id](crate::BlockOption::id).
    Tap(String),
    /// The host's language understanding found an intent.
    Intent(String),
    /// The customer sent a picture, to be fetched at an absolute http or https address. The engine refuses
    /// another.
    Image(String),
    /// The customer sent a sound; its address as that of a picture.
    Audio(String),
    /// The customer sent a film; its address as that of a picture.
    Video(String),
    /// The customer sent any other file; its address as that of a picture.
    File(String),
    /// The customer sent a place on Earth.
    Location {
        /// Degrees north, from -90 to 90.
        latitude: f64,
        /// Degrees east, from -180 to 180.
        longitude: f64,
    },
    /// The customer was silent until [`Wait::due`](crate::Wait::due); the moment given is that
    /// one, so that a timer that comes too late is recognised. `None` stands for the one that is
    /// set, without a look at the clock.
    NoReply(Option<Timestamp>),
}

impl InputKind {
    /// The key of the JSON form that says what came: `start`, `text`, `image`, …; for logs and statistics.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Start(_) => "start",
            Self::Text(_) => "text",
            Self::Tap(_) => "tap",
            Self::Intent(_) => "intent",
            Self::Image(_) => "image",
            Self::Audio(_) => "audio",
            Self::Video(_) => "video",
            Self::File(_) => "file",
            Self::Location { .. } => "location",
            Self::NoReply(_) => "no_reply",
        }
    }

    /// Where the file that the customer sent can be fetched; `None` where they sent none.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        match self {
            Self::Image(url) | Self::Audio(url) | Self::Video(url) | Self::File(url) => Some(url),
            _ => None,
        }
    }
}

/// An input that came without an id and at no moment; [`at`](Input::at) and [`with_id`](Input::with_id) add them.
impl From<InputKind> for Input {
    fn from(kind: InputKind) -> Self {
        Self::new(kind)
    }
}

impl Input {
    fn new(kind: InputKind) -> Self {
        Self {
            id: None,
            now: Timestamp::default(),
            kind,
        }
    }

    /// The conversation begins, or begins anew, with `on start`.
    #[must_use]
    pub fn start() -> Self {
        Self::new(InputKind::Start(None))
    }

    /// The conversation begins at a sequence, given by its name, its id or a former name.
    ///
    /// # Examples
    ///
    /// A link on a page of the shop opens the chat at that product:
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = "on start {\n  goto shawl\n}\nsequence shawl {\n  text \"This one is ৳2450.\"\n}\n";
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// let input = Input::start_at("shawl");
    /// let turn = engine.turn(&mut Session::new(), &mut Customer::new(7), &input, &NoCalls)?;
    /// assert_eq!(turn.blocks, [Block::Text { text: "This one is ৳2450.".to_owned() }]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn start_at(sequence: impl Into<String>) -> Self {
        Self::new(InputKind::Start(Some(sequence.into())))
    }

    /// The customer typed this.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(InputKind::Text(text.into()))
    }

    /// The customer tapped the option with this id.
    ///
    /// # Examples
    ///
    /// What a channel sends back when the customer taps is the next input:
    ///
    /// ```
    /// use sayflow::{Block, Customer, Engine, Input, NoCalls, Program, Session, Source};
    ///
    /// let flow = r#"
    /// on start {
    ///   buttons "Welcome!" {
    ///     "Opening hours" -> hours
    ///   }
    /// }
    /// sequence hours {
    ///   text "From ten to eight."
    /// }
    /// "#;
    /// let engine = Engine::new(Program::load([Source::new("shop.flow", flow)])?);
    /// let (mut session, mut customer) = (Session::new(), Customer::new(7));
    /// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &NoCalls)?;
    /// let [Block::Buttons { options, .. }] = turn.blocks.as_slice() else { panic!("buttons") };
    /// let id = options[0].id.as_deref().ok_or("a sequence comes back")?;
    ///
    /// let tap = Input::tap(id);
    /// let turn = engine.turn(&mut session, &mut customer, &tap, &NoCalls)?;
    /// assert_eq!(turn.blocks, [Block::Text { text: "From ten to eight.".to_owned() }]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tap(id: impl Into<String>) -> Self {
        Self::new(InputKind::Tap(id.into()))
    }

    /// The host understood this intent. Where no `on intent` waits for it, it is an input that says
    /// nothing the flow knows.
    #[must_use]
    pub fn intent(name: impl Into<String>) -> Self {
        Self::new(InputKind::Intent(name.into()))
    }

    /// The customer sent a picture, which lies at an absolute http or https address.
    ///
    /// # Examples
    ///
    /// Channels speak of MIME types:
    ///
    /// ```
    /// use sayflow::Input;
    ///
    /// fn received(mime: &str, url: &str) -> Input {
    ///     match mime.split('/').next() {
    ///         Some("image") => Input::image(url),
    ///         Some("audio") => Input::audio(url),
    ///         Some("video") => Input::video(url),
    ///         _ => Input::file(url),
    ///     }
    /// }
    ///
    /// let receipt = received("application/pdf", "https://cdn.channel.example/receipt.pdf");
    /// assert_eq!(receipt.kind.name(), "file");
    /// assert_eq!(receipt.kind.url(), Some("https://cdn.channel.example/receipt.pdf"));
    /// ```
    #[must_use]
    pub fn image(url: impl Into<String>) -> Self {
        Self::new(InputKind::Image(url.into()))
    }

    /// The customer sent a sound, which lies at an absolute http or https address.
    #[must_use]
    pub fn audio(url: impl Into<String>) -> Self {
        Self::new(InputKind::Audio(url.into()))
    }

    /// The customer sent a film, which lies at an absolute http or https address.
    #[must_use]
    pub fn video(url: impl Into<String>) -> Self {
        Self::new(InputKind::Video(url.into()))
    }

    /// The customer sent a file of any other kind, which lies at an absolute http or https address.
    #[must_use]
    pub fn file(url: impl Into<String>) -> Self {
        Self::new(InputKind::File(url.into()))
    }

    /// The customer sent a place: degrees north, from -90 to 90, and degrees east, from -180 to 180.
    #[must_use]
    pub fn location(latitude: f64, longitude: f64) -> Self {
        Self::new(InputKind::Location { latitude, longitude })
    }

    /// The customer was silent for as long as the open question waits, whichever that is and whatever the clock says:
    /// for tests and for trying things out. A timer reports with [`no_reply_until`](Self::no_reply_until).
    #[must_use]
    pub fn no_reply() -> Self {
        Self::new(InputKind::NoReply(None))
    }

    /// The customer was silent until this moment, the one that [`Wait::due`](crate::Wait::due) said when the timer was
    /// set: a timer that is early, late or repeated is told apart by it.
    #[must_use]
    pub fn no_reply_until(due: Timestamp) -> Self {
        Self::new(InputKind::NoReply(Some(due)))
    }

    /// The same input at a moment of the host's clock.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::SystemTime;
    /// use sayflow::Input;
    ///
    /// // The host has a clock; the engine reads none.
    /// let input = Input::text("Hello?").at(SystemTime::now().into());
    /// assert!(input.now > "2020-01-01T00:00:00Z".parse()?);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn at(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// The same input with the channel's id of the message. An empty one is none.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The channel's id of the message; `None` where the channel has none.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_deref().filter(|id| !id.is_empty())
    }

    fn from_json(json: &Json) -> Result<Self, String> {
        let object = json.as_object().ok_or("an input is a JSON object")?;
        if let Some(unknown) = object.keys().find(|key| !is_key(key)) {
            return Err(unknown_key(unknown));
        }
        let mut kinds = KINDS.iter().filter_map(|kind| object.get_key_value(*kind));
        let (key, value) = match (kinds.next(), kinds.next()) {
            (Some(kind), None) => kind,
            (Some((one, _)), Some((other, _))) => {
                return Err(format!(
                    "an input says one thing, not `{one}` and `{other}`: make two inputs of it"
                ));
            }
            (None, _) => return Err(format!("an input says one thing, one of {}", KINDS.join(", "))),
        };
        let mut input = Self::new(kind_from_json(key, value)?);
        if let Some(id) = object.get("id") {
            input.id = Some(id.as_str().ok_or("`id` must be a string")?.to_owned());
        }
        if let Some(now) = object.get("now") {
            input.now = moment(now).ok_or("`now` must be a moment such as `2026-11-20T10:00:00Z`")?;
        }
        Ok(input)
    }
}

/// The JSON form that `sayflow run --json` takes.
///
/// `{"start":true}` or `{"start":"sequence"}`, `{"text":"…"}`, `{"tap":"ID"}`,
/// `{"intent":"…"}`, `{"image":"URL"}` (also `audio`, `video`, `file`),
/// `{"location":[north,east]}`, `{"no_reply":true}` or `{"no_reply":"due"}`; each may carry
/// `"id"` and `"now"`. Anything else is an error that says what is wrong.
///
/// # Examples
///
/// ```
/// use sayflow::Input;
///
/// let input: Input = serde_json::from_str(r#"{"text":"Hi","id":"m-1"}"#)?;
/// assert_eq!(input, Input::text("Hi").with_id("m-1"));
/// assert_eq!(serde_json::to_value(&input)?["id"], "m-1");
/// let refused = serde_json::from_str::<Input>(r#"{"say":"Hi"}"#).unwrap_err();
/// assert!(refused.to_string().starts_with("unknown input `say`"));
/// # Ok::<(), serde_json::Error>(())
/// ```
impl<'de> Deserialize<'de> for Input {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Json::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// The form that is read, for a host that puts what it receives into a queue; `"now"` is always written.
///
/// # Examples
///
/// ```
/// use sayflow::Input;
///
/// let input = Input::location(23.8, 90.4).at("2026-11-20T10:00:00Z".parse()?).with_id("m-1");
/// let queued = serde_json::to_string(&input)?;
/// assert_eq!(
///     queued,
///     r#"{"location":[23.8,90.4],"now":"2026-11-20 10:00:00.000000+00:00","id":"m-1"}"#
/// );
/// assert_eq!(serde_json::from_str::<Input>(&queued)?, input);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Serialize for Input {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        let key = self.kind.name();
        match &self.kind {
            InputKind::Start(None) | InputKind::NoReply(None) => object.serialize_entry(key, &true)?,
            InputKind::Start(Some(text))
            | InputKind::Text(text)
            | InputKind::Intent(text)
            | InputKind::Image(text)
            | InputKind::Audio(text)
            | InputKind::Video(text)
            | InputKind::File(text) => object.serialize_entry(key, text)?,
            InputKind::Tap(id) => object.serialize_entry(key, id)?,
            InputKind::Location { latitude, longitude } => {
                object.serialize_entry(key, &[latitude, longitude])?;
            }
            InputKind::NoReply(Some(due)) => object.serialize_entry(key, due)?,
        }
        object.serialize_entry("now", &self.now)?;
        if let Some(id) = &self.id {
            object.serialize_entry("id", id)?;
        }
        object.end()
    }
}

fn is_key(key: &str) -> bool {
    KINDS.iter().chain(&BESIDE).any(|known| *known == key)
}

fn unknown_key(key: &str) -> String {
    match nearest(key, KINDS.into_iter().chain(BESIDE)) {
        Some(near) => format!("unknown input `{key}`: did you mean `{near}`?"),
        None => format!("unknown input `{key}`: expected one of {}", KINDS.join(", ")),
    }
}

fn moment(json: &Json) -> Option<Timestamp> {
    json.as_str()?.parse().ok()
}

fn kind_from_json(key: &str, value: &Json) -> Result<InputKind, String> {
    let text = || {
        value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| format!("`{key}` must be a string"))
    };
    Ok(match key {
        "start" => match value {
            Json::Bool(true) => InputKind::Start(None),
            Json::String(sequence) => InputKind::Start(Some(sequence.clone())),
            _ => return Err("`start` must be true or the name of a sequence".to_owned()),
        },
        "text" => InputKind::Text(text()?),
        "tap" => InputKind::Tap(text()?),
        "intent" => InputKind::Intent(text()?),
        "image" => InputKind::Image(text()?),
        "audio" => InputKind::Audio(text()?),
        "video" => InputKind::Video(text()?),
        "file" => InputKind::File(text()?),
        "location" => match value.as_array().map(Vec::as_slice) {
            Some([north, east]) => InputKind::Location {
                latitude: north.as_f64().ok_or("`location` must hold two numbers")?,
                longitude: east.as_f64().ok_or("`location` must hold two numbers")?,
            },
            _ => return Err("`location` must be a list of two numbers: north, east".to_owned()),
        },
        "no_reply" => match value {
            Json::Bool(true) => InputKind::NoReply(None),
            due => InputKind::NoReply(Some(
                moment(due).ok_or("`no_reply` must be true or the moment that was due")?,
            )),
        },
        _ => return Err(unknown_key(key)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_input_is_read_as_it_was_written() {
        let due = "2026-11-20T10:00:00Z".parse().unwrap();
        let url = "https://cdn.example/1";
        let inputs = [
            Input::start(),
            Input::start_at("sale"),
            Input::text("Hi"),
            Input::tap("0.sale"),
            Input::intent("greeting"),
            Input::image(url),
            Input::audio(url),
            Input::video(url),
            Input::file(url),
            Input::location(23.8, -90.45),
            Input::no_reply(),
            InputKind::NoReply(Some(due)).into(),
            Input::text("Hi").at(due).with_id("m-1"),
        ];
        assert!(
            KINDS
                .iter()
                .all(|key| inputs.iter().any(|input| input.kind.name() == *key))
        );
        for input in inputs {
            let written = serde_json::to_string(&input).unwrap();
            assert_eq!(
                serde_json::from_str::<Input>(&written).unwrap(),
                input,
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_input_says_why() {
        let refused = |json: &str| serde_json::from_str::<Input>(json).unwrap_err().to_string();
        let table = [
            r#"{"txt":"Hi"}"#,
            r#"{"text":"Hi","nwo":"2026-11-20T10:00:00Z"}"#,
            r#"{"text":"Hi","image":"https://cdn.example/a.png"}"#,
            r#"{"say":"Hi"}"#,
            r#"{"id":"m-1"}"#,
            r#"{"text":1}"#,
            r#"["text"]"#,
        ]
        .map(|json| format!("{json}: {}", refused(json)));
        insta::assert_snapshot!(table.join("\n"), @r#"
{"txt":"Hi"}: unknown input `txt`: did you mean `text`?
{"text":"Hi","nwo":"2026-11-20T10:00:00Z"}: unknown input `nwo`: did you mean `now`?
{"text":"Hi","image":"https://cdn.example/a.png"}: an input says one thing, not `text` and `image`: make two inputs of it
{"say":"Hi"}: unknown input `say`: expected one of start, text, tap, intent, image, audio, video, file, location, no_reply
{"id":"m-1"}: an input says one thing, one of start, text, tap, intent, image, audio, video, file, location, no_reply
{"text":1}: `text` must be a string
["text"]: an input is a JSON object
"#);
    }
}
