//! A request as HTTP writes it, its secrets masked and its body laid out.

use indexmap::IndexMap;
use sayflow::{Masked, Request};
use serde_json::value::RawValue;

use crate::chat::line::Line;
use crate::chat::palette::{PLAIN, QUIET, STRONG};

/// The lines of a request.
pub(crate) fn lines(request: &Request) -> Vec<Line> {
    let method = format!("{} ", request.method);
    let mut lines = vec![Line::new(STRONG, &method).with(PLAIN, &request.url.to_string())];
    for (name, value) in &request.headers {
        lines.push(Line::new(QUIET, &format!("{name}: ")).with(PLAIN, &value.to_string()));
    }
    if let Some(body) = &request.body {
        lines.push(Line::default());
        lines.extend(laid_out(body).lines().map(|line| Line::new(PLAIN, line)));
    }
    lines
}

/// A body with a field a line, in the order and spelling in which it is sent.
fn laid_out(body: &Masked) -> String {
    let text = body.to_string();
    let fields: Option<IndexMap<String, Box<RawValue>>> = serde_json::from_str(&text).ok();
    let laid_out = fields.and_then(|fields| serde_json::to_string_pretty(&fields).ok());
    laid_out.unwrap_or(text)
}
