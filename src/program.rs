//! The checked, immutable form of a flow that runs.
//!
//! `check` makes it, the interpreter reads it. Names are resolved to numbers here, and numbers
//! never leave it: everything that outlives a turn is named.

pub(crate) mod code;
mod read;
pub(crate) mod words;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use crate::customer::RecordField;
use crate::effects::Method;
use crate::source::{Source, Span};
use crate::value::{Type, Value};
use code::{Body, Piece, Template};

/// A checked flow, ready to run: immutable, shared between threads, cheap to clone.
///
/// # Examples
///
/// ```
/// use sayflow::{Program, Source};
///
/// let program = Program::load([Source::new("hi.flow", "on start {\n  text \"Hi!\"\n}\n")])?;
/// // One program serves every thread.
/// let copies: Vec<Program> = vec![program; 8];
/// std::thread::scope(|scope| {
///     for program in &copies {
///         scope.spawn(|| assert_eq!(program.sequences().count(), 0));
///     }
/// });
/// # Ok::<(), sayflow::Error>(())
/// ```
#[derive(Clone)]
pub struct Program {
    data: Arc<Data>,
}

/// Everything a program consists of. Sequences come before handlers in `bodies`.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) attribute_by_key: HashMap<Box<str>, AttributeId>,
    pub(crate) apis: Vec<Api>,
    pub(crate) actions: Vec<Action>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) body_by_name: HashMap<Box<str>, BodyId>,
    pub(crate) sequences: Vec<Sequence>,
    /// By name, by id and by former name.
    pub(crate) sequence_by_name: HashMap<Box<str>, SequenceId>,
    pub(crate) handlers: Handlers,
    pub(crate) servers: Vec<Server>,
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub(crate) struct $name(pub(crate) u32);

            impl $name {
                pub(crate) const fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )+
    };
}

ids! {
    /// An attribute of a program.
    AttributeId,
    /// An API of a program.
    ApiId,
    /// A server of a program.
    ServerId,
    /// An action of a program.
    ActionId,
    /// A sequence of a program.
    SequenceId,
    /// The code of a sequence or handler of a program.
    BodyId,
}

/// A declared attribute.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// Its name on the customer, in requests and in replies.
    pub(crate) key: Box<str>,
    pub(crate) ty: Type,
    /// Read while it is unset; never saved or sent.
    pub(crate) default: Option<Value>,
}

/// Something that has a value: a field of the record or a saved attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AttributeRef {
    Record(RecordField),
    Saved(AttributeId),
}

/// Which block an API fills.
///
/// # Examples
///
/// A fake of the shop's server answers each API with something that fits:
///
/// ```
/// use sayflow::Output;
/// use serde_json::json;
///
/// let data = |output: Output| match output {
///     Output::Text => json!("lorem"),
///     Output::Image => json!({"type": "image", "url": "https://cdn.shop.example/fake.png"}),
///     Output::Nothing => json!(null),
///     _ => json!([]),
/// };
/// assert_eq!(Output::from_name("quick replies").map(data), Some(json!([])));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub enum Output {
    /// A part of a text.
    #[serde(rename = "text")]
    Text,
    /// An image, audio or video.
    #[serde(rename = "image")]
    Image,
    /// Cards of a gallery.
    #[serde(rename = "gallery")]
    Gallery,
    /// Buttons.
    #[serde(rename = "buttons")]
    Buttons,
    /// Quick replies.
    #[serde(rename = "quick replies")]
    QuickReplies,
    /// Nothing: it is called for its attributes.
    #[serde(rename = "nothing")]
    Nothing,
}

impl Output {
    /// Every output.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Image,
        Self::Gallery,
        Self::Buttons,
        Self::QuickReplies,
        Self::Nothing,
    ];

    /// The output as authors write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Gallery => "gallery",
            Self::Buttons => "buttons",
            Self::QuickReplies => "quick replies",
            Self::Nothing => "nothing",
        }
    }

    /// The output that authors write so; `None` where no output has that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|output| output.as_str() == name)
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where several APIs live.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: Box<str>,
    /// Scheme, host, port and perhaps a path, without a slash at its end.
    pub(crate) origin: Box<str>,
    /// The headers that its APIs share.
    pub(crate) headers: Vec<(Box<str>, Argument)>,
}

/// A customer's endpoint as the flow declares it, its server's headers included.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) name: Box<str>,
    pub(crate) output: Output,
    pub(crate) method: Method,
    pub(crate) server: Option<ServerId>,
    /// The path behind the server's origin, or the whole URL where there is no server.
    pub(crate) url: Template,
    pub(crate) headers: Vec<(Box<str>, Argument)>,
    pub(crate) params: Vec<(Box<str>, Argument)>,
    pub(crate) fields: Vec<(Box<str>, Argument)>,
    pub(crate) timeout: Duration,
    /// The sequences that its options may open; empty for any.
    pub(crate) leads_to: Vec<SequenceId>,
}

/// The value of a header, param or field.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Constant(Value),
    Template(Template),
    Attribute(AttributeRef),
    Secret(Box<str>),
}

/// Something that the host does.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) name: Box<str>,
    pub(crate) keys: Vec<(Box<str>, Type)>,
}

/// A named run of steps.
#[derive(Debug)]
pub(crate) struct Sequence {
    pub(crate) name: Box<str>,
    /// The id that endpoints know it by.
    pub(crate) id: Option<Box<str>>,
    /// What it was called before.
    pub(crate) was: Vec<Box<str>>,
    pub(crate) body: BodyId,
}

impl Sequence {
    /// What sessions may call it: its present name, then those before.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&*self.name).chain(self.was.iter().map(|name| &**name))
    }
}

/// What starts runs.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    pub(crate) start: Option<BodyId>,
    pub(crate) unmatched: Option<BodyId>,
    pub(crate) api_failure: Option<BodyId>,
    pub(crate) stale: Option<BodyId>,
    pub(crate) moved: Option<BodyId>,
    pub(crate) intents: HashMap<Box<str>, BodyId>,
    /// Whole messages, lower case, blanks folded.
    pub(crate) words: HashMap<Box<str>, BodyId>,
    /// Patterns with `*`, the longest first.
    pub(crate) patterns: Vec<(Box<str>, BodyId)>,
}

impl Program {
    pub(crate) fn new(data: Data) -> Self {
        Self { data: Arc::new(data) }
    }

    pub(crate) fn data(&self) -> &Data {
        &self.data
    }

    /// The names of the sequences, in the order of the sources.
    ///
    /// # Examples
    ///
    /// A host offers a menu of the places at which a campaign may begin:
    ///
    /// ```
    /// use sayflow::{Input, Program, Source};
    ///
    /// let flow = "on start {\n  goto sale\n}\nsequence sale {\n  text \"All shawls -20 %.\"\n}\n";
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// let starts: Vec<Input> = program.sequences().map(Input::start_at).collect();
    /// assert_eq!(starts, [Input::start_at("sale")]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn sequences(&self) -> impl Iterator<Item = &str> {
        self.data.sequences.iter().map(|sequence| &*sequence.name)
    }

    /// The names of the APIs with the output of each, in the order of the sources.
    ///
    /// # Examples
    ///
    /// What the shop's developers have to build, as a list:
    ///
    /// ```
    /// use sayflow::{Output, Program, Source};
    ///
    /// let flow = r#"
    /// api hours: text {
    ///   get "https://api.shop.example/hours"
    /// }
    /// api picks: gallery {
    ///   get "https://api.shop.example/picks"
    /// }
    /// on start {
    ///   text "<<hours>>" else "From ten to eight."
    ///   gallery {
    ///     <<picks>>
    ///   } else "Nothing today."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// assert!(program.apis().eq([("hours", Output::Text), ("picks", Output::Gallery)]));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn apis(&self) -> impl Iterator<Item = (&str, Output)> {
        self.data.apis.iter().map(|api| (&*api.name, api.output))
    }

    /// The names of the servers with the origin of each, in the order of the sources: what
    /// [`EngineBuilder::server`](crate::EngineBuilder::server) may point elsewhere.
    ///
    /// The origin is what the flow has there: scheme, host, port and perhaps a path, without a slash
    /// at its end.
    ///
    /// # Examples
    ///
    /// A mistyped server in a configuration is refused before a customer is there:
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let flow = r#"
    /// server shop "https://api.shop.example/"
    /// api hours: text {
    ///   get shop "/hours"
    /// }
    /// on start {
    ///   text "<<hours>>" else "From ten to eight."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// assert!(program.servers().eq([("shop", "https://api.shop.example")]));
    /// assert!(program.servers().all(|(name, _)| name != "shpo"));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn servers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.data
            .servers
            .iter()
            .map(|server| (&*server.name, &*server.origin))
    }
}

impl Program {
    /// The secrets that requests carry, each with the origins that the flow sends it to: what a
    /// host has to provide, and where each may go.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let program = Program::load([Source::new("shop.flow", r#"
    /// api status: text {
    ///   get "https://api.shop.example/status"
    ///   header "X-Shop-Token" = secret SHOP_TOKEN
    /// }
    /// on start {
    ///   text "<<status>>" else "Closed."
    /// }
    /// "#)])?;
    /// assert_eq!(program.secrets()["SHOP_TOKEN"], ["https://api.shop.example"]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn secrets(&self) -> IndexMap<String, Vec<String>> {
        let mut secrets: IndexMap<String, Vec<String>> = IndexMap::new();
        for api in &self.data.apis {
            let origin = self.data.origin(api).unwrap_or_default();
            for (_, argument) in api.headers.iter().chain(&api.params).chain(&api.fields) {
                if let Argument::Secret(name) = argument {
                    let origins = secrets.entry(name.to_string()).or_default();
                    if !origins.iter().any(|known| known == origin) {
                        origins.push(origin.to_owned());
                    }
                }
            }
        }
        secrets
    }
}

impl Data {
    /// Scheme, host and port of an API as the flow has them.
    fn origin<'d>(&'d self, api: &'d Api) -> Option<&'d str> {
        let server = api.server.and_then(|server| self.servers.get(server.index()));
        let address = match (server, api.url.pieces.first()) {
            (Some(server), _) => &server.origin,
            (None, Some(Piece::Plain(url))) => url,
            (None, _) => return None,
        };
        crate::contract::origin(address)
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("sequences", &self.data.sequences.len())
            .finish_non_exhaustive()
    }
}

/// A place in a source, for reports about a running program.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) source: Source,
    pub(crate) span: Span,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}",
            self.source.name(),
            self.source.position(self.span.start)
        )
    }
}
