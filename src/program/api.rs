//! An API binding: the endpoint as the flow declares it.

use std::fmt;
use std::time::Duration;

use super::code::{Piece, Template};
use super::{AttributeRef, BodyId, Data, Place, SequenceId, ServerId};
use crate::contract;
use crate::effects::Method;
use crate::value::Value;

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

/// A customer's endpoint as the flow declares it, its server's headers included.
#[derive(Debug)]
pub(crate) struct ApiCode {
    pub(crate) name: Box<str>,
    pub(crate) output: Output,
    pub(crate) method: Method,
    pub(crate) server: Option<ServerId>,
    /// The path behind the server's origin, or the whole URL where there is no server.
    pub(crate) url: Template,
    pub(crate) headers: Vec<(Box<str>, ArgumentCode)>,
    pub(crate) params: Vec<(Box<str>, ArgumentCode)>,
    pub(crate) fields: Vec<(Box<str>, ArgumentCode)>,
    pub(crate) timeout: Duration,
    /// The sequences that its options may open; empty for any.
    pub(crate) leads_to: Vec<SequenceId>,
    /// Where it is declared.
    pub(crate) place: Place,
    /// The body that calls it and nothing else.
    pub(crate) alone: BodyId,
}

impl ApiCode {
    /// Scheme, host and port as the flow has them.
    pub(crate) fn origin<'d>(&'d self, data: &'d Data) -> Option<&'d str> {
        let server = self.server.and_then(|server| data.servers.get(server.index()));
        let address = match (server, self.url.pieces.first()) {
            (Some(server), _) => &*server.origin,
            (None, Some(Piece::Plain(url))) => url,
            (None, _) => return None,
        };
        contract::origin(address)
    }

    /// What it sends besides the customer record: headers, params and fields.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &ArgumentCode> {
        let all = self.headers.iter().chain(&self.params).chain(&self.fields);
        all.map(|(_, argument)| argument)
    }
}

/// The value of a header, param or field.
#[derive(Clone, Debug)]
pub(crate) enum ArgumentCode {
    Constant(Value),
    Template(Template),
    Attribute(AttributeRef),
    Secret(Box<str>),
}

/// An API of a flow, as its author declared it: what tools and documents say about an endpoint.
///
/// # Examples
///
/// ```
/// use sayflow::{Argument, Method, Output, Program, Source};
///
/// let program = Program::load([Source::new("shop.flow", r#"
/// server shop "https://api.shop.example" {
///   header "X-Shop-Token" = secret SHOP_TOKEN
/// }
/// attribute order_no: text
/// api order_status: text {
///   get shop "/orders/{{order_no|none}}"
///   param "lang" = "en"
///   timeout 3s
/// }
/// on start {
///   set order_no = "A-17"
///   text "<<order_status>>" else "Closed."
/// }
/// "#)])?;
/// let api = program.apis().next().ok_or("no API")?;
/// assert_eq!((api.name(), api.output(), api.method()), ("order_status", Output::Text, Method::Get));
/// assert_eq!(api.url(), "https://api.shop.example/orders/{{order_no|none}}");
/// assert_eq!(api.timeout().as_secs(), 3);
/// assert!(api.headers().eq([("X-Shop-Token", Argument::Secret("SHOP_TOKEN"))]));
/// assert!(api.params().eq([("lang", Argument::Text("en".to_owned()))]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Api<'p> {
    data: &'p Data,
    code: &'p ApiCode,
}

/// What a header, param or field of an API is filled with; [`Api`] has an example.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Argument<'p> {
    /// A text, with `{{attribute}}` or `{{attribute|default}}` where an attribute's value comes.
    Text(String),
    /// Any other value that is always the same.
    Value(&'p Value),
    /// The value of an attribute or of a field of the customer record, by its key. What is unset is not
    /// sent.
    Attribute(&'p str),
    /// The secret of that name, which the host gives.
    Secret(&'p str),
}

impl<'p> Api<'p> {
    pub(super) fn new(data: &'p Data, code: &'p ApiCode) -> Self {
        Self { data, code }
    }

    /// Its name in the flow.
    #[must_use]
    pub fn name(&self) -> &'p str {
        &self.code.name
    }

    /// Which block it fills.
    #[must_use]
    pub fn output(&self) -> Output {
        self.code.output
    }

    /// How it is called.
    #[must_use]
    pub fn method(&self) -> Method {
        self.code.method
    }

    /// The server that it lives on, where the flow names one.
    #[must_use]
    pub fn server(&self) -> Option<&'p str> {
        let server = self.data.servers.get(self.code.server?.index())?;
        Some(&server.name)
    }

    /// The absolute URL without its params, as the flow has it: `{{attribute}}` or
    /// `{{attribute|default}}` where a value comes.
    #[must_use]
    pub fn url(&self) -> String {
        let path = self.written(&self.code.url);
        let server = self
            .code
            .server
            .and_then(|server| self.data.servers.get(server.index()));
        match server {
            None => path,
            Some(server) if path.is_empty() || path.starts_with(['/', '?']) => {
                format!("{}{path}", server.origin)
            }
            Some(server) => format!("{}/{path}", server.origin),
        }
    }

    /// Scheme, host and port of its URL, as the flow has them.
    #[must_use]
    pub fn origin(&self) -> &'p str {
        // The checker refuses a flow in which an API has none.
        self.code.origin(self.data).unwrap_or_default()
    }

    /// The headers and what they carry, those of its server included.
    pub fn headers(&self) -> impl Iterator<Item = (&'p str, Argument<'p>)> {
        self.arguments(&self.code.headers)
    }

    /// The params of the query and what they carry.
    pub fn params(&self) -> impl Iterator<Item = (&'p str, Argument<'p>)> {
        self.arguments(&self.code.params)
    }

    /// The fields of a POST's body and what they carry, beside those of the customer.
    pub fn fields(&self) -> impl Iterator<Item = (&'p str, Argument<'p>)> {
        self.arguments(&self.code.fields)
    }

    /// How long a call may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.code.timeout
    }

    /// The sequences that its options may open; none for any.
    pub fn leads_to(&self) -> impl Iterator<Item = &'p str> {
        let Self { data, code } = *self;
        let sequences = code.leads_to.iter();
        sequences.filter_map(|id| Some(&*data.sequences.get(id.index())?.name))
    }

    fn arguments(
        &self,
        arguments: &'p [(Box<str>, ArgumentCode)],
    ) -> impl Iterator<Item = (&'p str, Argument<'p>)> {
        let api = *self;
        arguments
            .iter()
            .map(move |(name, argument)| (&**name, api.argument(argument)))
    }

    fn argument(&self, argument: &'p ArgumentCode) -> Argument<'p> {
        match argument {
            ArgumentCode::Constant(Value::Text(text)) => Argument::Text(text.to_string()),
            ArgumentCode::Constant(value) => Argument::Value(value),
            ArgumentCode::Template(template) => Argument::Text(self.written(template)),
            ArgumentCode::Attribute(attribute) => Argument::Attribute(self.data.key(*attribute)),
            ArgumentCode::Secret(name) => Argument::Secret(name),
        }
    }

    /// A template as authors write it.
    fn written(&self, template: &Template) -> String {
        let mut text = String::with_capacity(template.size_hint());
        for piece in &template.pieces {
            match piece {
                Piece::Plain(plain) => text.push_str(plain),
                Piece::Attribute(attribute, default) => {
                    text.push_str("{{");
                    text.push_str(self.data.key(*attribute));
                    if let Some(default) = default {
                        text.push('|');
                        text.push_str(default);
                    }
                    text.push_str("}}");
                }
                Piece::Api(_) => {}
            }
        }
        text
    }
}

impl fmt::Debug for Api<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("name", &self.name())
            .finish_non_exhaustive()
    }
}
