//! The checked, immutable form of a flow that runs.
//!
//! `check` makes it, the interpreter reads it. Names are resolved to numbers here, and numbers
//! never leave it: everything that outlives a turn is named.

mod alone;
mod api;
pub(crate) mod code;
pub(crate) mod languages;
#[cfg(feature = "unstable-trace")]
pub(crate) mod lines;
mod read;
pub(crate) mod words;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::customer::RecordField;
use crate::short_text::ShortText;
use crate::source::{Source, Span};
use crate::value::{Type, Value};
use code::Body;
use languages::Languages;

pub use api::{Api, Argument, Output};
pub(crate) use api::{ApiCode, ArgumentCode};

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

/// Everything a program consists of. In `bodies` sequences come first, then handlers, then APIs.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) attribute_by_key: HashMap<Box<str>, AttributeId>,
    pub(crate) apis: Vec<ApiCode>,
    pub(crate) actions: Vec<Action>,
    pub(crate) bodies: Vec<Body>,
    pub(crate) body_by_name: HashMap<ShortText, BodyId>,
    pub(crate) sequences: Vec<Sequence>,
    /// By name, by id and by former name.
    pub(crate) sequence_by_name: HashMap<ShortText, SequenceId>,
    /// Those whose visits are read somewhere.
    pub(crate) counted: HashSet<SequenceId>,
    pub(crate) handlers: Handlers,
    pub(crate) servers: Vec<Server>,
    /// The languages that texts are translated to; `None` where the flow has no catalogs.
    pub(crate) languages: Option<Languages>,
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
    /// As the flow writes it.
    pub(crate) name: Box<str>,
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

/// Where several APIs live.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) name: Box<str>,
    /// Scheme, host, port and perhaps a path, without a slash at its end.
    pub(crate) origin: Box<str>,
    /// The headers that its APIs share.
    pub(crate) headers: Vec<(Box<str>, ArgumentCode)>,
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
    pub(crate) name: ShortText,
    /// The id that endpoints know it by.
    pub(crate) id: Option<ShortText>,
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

    /// The name of the sequence that goes by this name, this id or this former name: blocks and saved
    /// conversations may hold any of them.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let flow = r#"
    /// on start {
    ///   goto offers
    /// }
    /// sequence offers id "142" was "specials" {
    ///   text "Shawls for ৳2450."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// for word in ["offers", "142", "specials"] {
    ///     assert_eq!(program.sequence_name(word), Some("offers"));
    /// }
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn sequence_name(&self, word: &str) -> Option<&str> {
        let id = self.data.sequence_named(word)?;
        let sequence = self.data.sequences.get(id.index())?;
        Some(&sequence.name)
    }

    /// The APIs, in the order of the sources.
    ///
    /// # Examples
    ///
    /// What the shop's developers have to build, as a list:
    ///
    /// ```
    /// use sayflow::{Program, Source};
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
    /// let list: Vec<String> = program.apis().map(|api| format!("{} {}", api.method(), api.url())).collect();
    /// assert_eq!(list, [
    ///     "GET https://api.shop.example/hours",
    ///     "GET https://api.shop.example/picks",
    /// ]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[cfg(feature = "unstable-tools")]
    pub fn apis(&self) -> impl Iterator<Item = Api<'_>> {
        self.data.apis.iter().map(|code| Api::new(&self.data, code))
    }

    /// The declared attributes with the type of each as authors write it, in the order of the sources: what a reply may save
    /// besides the fields of the customer record that it may write.
    ///
    /// # Examples
    ///
    /// A host makes a column for each:
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let flow = r#"
    /// attribute points: number = 0
    /// on start {
    ///   text "You have {{points}} points."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// let columns: Vec<String> = program.attributes().map(|(key, ty)| format!("{key} {ty}")).collect();
    /// assert_eq!(columns, ["points number"]);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    pub fn attributes(&self) -> impl Iterator<Item = (&str, impl fmt::Display)> {
        let attributes = self.data.attributes.iter();
        attributes.map(|attribute| (&*attribute.key, &attribute.ty))
    }

    /// As [`attributes`](Self::attributes), with the types as data.
    #[cfg(feature = "unstable-tools")]
    pub fn attribute_types(&self) -> impl Iterator<Item = (&str, &Type)> {
        let attributes = self.data.attributes.iter();
        attributes.map(|attribute| (&*attribute.key, &attribute.ty))
    }

    /// What the flow calls the attribute with a key: `balance` for one declared as
    /// `attribute balance key "loyalty-balance": number`. `None` where the flow has no such attribute; a field
    /// of the customer record is no attribute.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source};
    ///
    /// let flow = r#"
    /// attribute balance key "loyalty-balance": number = 0
    /// on start {
    ///   text "{{balance}}"
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// assert_eq!(program.attribute_name("loyalty-balance"), Some("balance"));
    /// assert_eq!(program.attribute_name("balance"), None);
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn attribute_name(&self, key: &str) -> Option<&str> {
        let id = self.data.attribute_by_key.get(key)?;
        let attribute = self.data.attributes.get(id.index())?;
        Some(&attribute.name)
    }

    /// What is read of the attribute with a key while nothing is saved; `None` where the flow gives no default.
    ///
    /// # Examples
    ///
    /// ```
    /// use sayflow::{Program, Source, Value};
    ///
    /// let flow = r#"
    /// attribute points: number = 0
    /// on start {
    ///   text "You have {{points}} points."
    /// }
    /// "#;
    /// let program = Program::load([Source::new("shop.flow", flow)])?;
    /// assert_eq!(program.attribute_default("points"), Some(&Value::from(0)));
    /// # Ok::<(), sayflow::Error>(())
    /// ```
    #[must_use]
    pub fn attribute_default(&self, key: &str) -> Option<&Value> {
        let id = self.data.attribute_by_key.get(key)?;
        let attribute = self.data.attributes.get(id.index())?;
        attribute.default.as_ref()
    }

    /// The names of the servers with the origin of each, in the order of the sources: what
    /// [`Engine::with_server`](crate::Engine::with_server) may point elsewhere.
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
            let origin = api.origin(&self.data).unwrap_or_default();
            for argument in api.arguments() {
                if let ArgumentCode::Secret(name) = argument {
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
    /// Gives each API a body that calls it alone, behind those of the flow.
    pub(crate) fn add_bodies_of_apis(&mut self) {
        for (id, api) in (0..).map(ApiId).zip(&mut self.apis) {
            api.alone = BodyId(u32::try_from(self.bodies.len()).unwrap_or(u32::MAX));
            self.bodies.push(alone::body(id, api));
        }
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
        f.write_str(&self.source.place(self.span.start))
    }
}
