//! A request as HTTP writes it, its secrets masked and its body laid out.

use indexmap::IndexMap;
use sayflow::{Masked, Request};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::chat::line::Line;
use crate::chat::palette::{PLAIN, QUIET, STRONG};
use crate::endpoints::FlowSecrets;

/// A request to be shown, with `***` for each secret: for those that the flow sends, and for those that a value of
/// the customer holds, as an endpoint may have echoed one into an attribute.
#[derive(Debug, Serialize)]
pub(crate) struct Shown {
    method: &'static str,
    url: String,
    headers: IndexMap<String, String>,
    body: Option<String>,
}

impl Shown {
    pub(crate) fn of(request: &Request, secrets: &FlowSecrets) -> Self {
        let shown = |text: &Masked| secrets.masked(&text.to_string()).to_string();
        let headers = request.headers.iter();
        Self {
            method: request.method,
            url: shown(&request.url),
            headers: headers
                .map(|(name, value)| (name.clone(), shown(value)))
                .collect(),
            body: request.body.as_ref().map(shown),
        }
    }

    /// The lines of the request.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let method = format!("{} ", self.method);
        let mut lines = vec![Line::new(STRONG, &method).with(PLAIN, &self.url)];
        for (name, value) in &self.headers {
            lines.push(Line::new(QUIET, &format!("{name}: ")).with(PLAIN, value));
        }
        if let Some(body) = &self.body {
            lines.push(Line::default());
            lines.extend(laid_out(body).lines().map(|line| Line::new(PLAIN, line)));
        }
        lines
    }
}

/// A body with a field a line, in the order and spelling in which it is sent.
fn laid_out(body: &str) -> String {
    let fields: Option<IndexMap<String, Box<RawValue>>> = serde_json::from_str(body).ok();
    let laid_out = fields.and_then(|fields| serde_json::to_string_pretty(&fields).ok());
    laid_out.unwrap_or_else(|| body.to_owned())
}
