//! The URL of an API, taken apart: server, path and query, with attributes in the latter two.

use sayflow::{Api, Program};

use super::Server;
use crate::contract::{record, types};

/// A stretch of a text of the flow.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    Plain(String),
    Attribute { key: String, default: Option<String> },
}

/// Where an API is.
#[derive(Clone, Debug, Default)]
pub(super) struct Target {
    /// Scheme, host and port, and the path that the flow's server has.
    pub(super) server: String,
    pub(super) server_name: Option<String>,
    path: Vec<Piece>,
    /// The parameters that the URL itself has.
    pub(super) query: Vec<Vec<Piece>>,
}

/// Takes a text of the flow apart; what is no attribute is plain, two braces in a row included.
pub(super) fn pieces(program: &Program, text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{") {
        let Some((attribute, after)) = attribute(program, behind) else {
            plain.push_str(before);
            plain.push_str("{{");
            rest = behind;
            continue;
        };
        plain.push_str(before);
        push_plain(&mut pieces, std::mem::take(&mut plain));
        pieces.push(attribute);
        rest = after;
    }
    plain.push_str(rest);
    push_plain(&mut pieces, plain);
    pieces
}

fn attribute<'t>(program: &Program, behind: &'t str) -> Option<(Piece, &'t str)> {
    let (inside, after) = behind.split_once("}}")?;
    let (key, default) = match inside.split_once('|') {
        Some((key, default)) => (key, Some(default.to_owned())),
        None => (inside, None),
    };
    let is_known = record::field(key).is_some() || types::declared(program, key).is_some();
    let key = key.to_owned();
    is_known.then_some((Piece::Attribute { key, default }, after))
}

fn push_plain(pieces: &mut Vec<Piece>, plain: String) {
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain));
    }
}

impl Target {
    /// Takes the URL of an API apart.
    pub(super) fn of(program: &Program, api: &Api<'_>) -> Self {
        let url = api.url();
        let mut servers = program.servers();
        let server = servers.find(|(name, _)| Some(*name) == api.server());
        // On a server that has a path, an API without one has no place: OpenAPI would call it at `…/`.
        let on_server = server.and_then(|(name, origin)| {
            let path = url.strip_prefix(origin)?;
            let is_path = path.starts_with('/') || without_path(origin);
            is_path.then_some((origin, path, Some(name.to_owned())))
        });
        let (server, path, server_name) = on_server.unwrap_or_else(|| {
            let (origin, path) = split_origin(&url);
            (origin, path, None)
        });
        let mut target = Self {
            server: server.to_owned(),
            server_name,
            ..Self::default()
        };
        target.read(pieces(program, path));
        target
    }

    /// Splits a path with its query and fragment, which is never sent.
    fn read(&mut self, pieces: Vec<Piece>) {
        let mut is_in_query = false;
        for piece in pieces {
            let Piece::Plain(written) = &piece else {
                self.push(is_in_query, piece);
                continue;
            };
            let (sent, fragment) = split(written, '#');
            let (path, query) = if is_in_query {
                ("", Some(sent))
            } else {
                split(sent, '?')
            };
            self.push_plain(false, path);
            if let Some(query) = query {
                let mut parts = query.split('&');
                if !is_in_query {
                    self.query.push(Vec::new());
                }
                self.push_plain(true, parts.next().unwrap_or_default());
                for part in parts {
                    self.query.push(Vec::new());
                    self.push_plain(true, part);
                }
                is_in_query = true;
            }
            if fragment.is_some() {
                break;
            }
        }
        self.query.retain(|parameter| !parameter.is_empty());
    }

    fn push_plain(&mut self, is_in_query: bool, written: &str) {
        if !written.is_empty() {
            self.push(is_in_query, Piece::Plain(written.to_owned()));
        }
    }

    fn push(&mut self, is_in_query: bool, piece: Piece) {
        match self.query.last_mut() {
            Some(parameter) if is_in_query => parameter.push(piece),
            _ => self.path.push(piece),
        }
    }

    /// The path as OpenAPI writes it, `/orders/{order_no}`.
    pub(super) fn path(&self) -> String {
        self.write_path(self.parameters().into_iter().map(|(name, _)| name))
    }

    /// The path without the names of its parameters: OpenAPI takes paths that differ in these alone for
    /// the same one.
    pub(super) fn shape(&self) -> String {
        self.write_path(std::iter::empty())
    }

    fn write_path(&self, mut names: impl Iterator<Item = String>) -> String {
        let mut path = String::new();
        for piece in &self.path {
            match piece {
                Piece::Plain(written) => path.push_str(&encoded(written)),
                Piece::Attribute { .. } => {
                    path.push_str(&format!("{{{}}}", names.next().unwrap_or_default()))
                }
            }
        }
        if path.starts_with('/') {
            path
        } else {
            format!("/{path}")
        }
    }

    /// The parameters of the path with the attribute of each.
    pub(super) fn parameters(&self) -> Vec<(String, &Piece)> {
        let mut parameters: Vec<(String, &Piece)> = Vec::new();
        for piece in &self.path {
            let Piece::Attribute { key, .. } = piece else {
                continue;
            };
            let base = key.replace(['{', '}', '/', '?', '#'], "_");
            let is_free = |name: &String| parameters.iter().all(|(known, _)| known != name);
            let numbered = (2..).map(|number| format!("{base}_{number}"));
            let mut names = std::iter::once(base.clone()).chain(numbered);
            parameters.push((names.find(is_free).unwrap_or_default(), piece));
        }
        parameters
    }

    /// The server as the document names it.
    pub(super) fn server(&self) -> Server {
        Server {
            url: self.server.clone(),
            description: self.server_name.as_ref().map(|name| format!("`{name}`")),
        }
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn without_path(origin: &str) -> bool {
    split_origin(origin).1.is_empty()
}

/// Scheme, host and port of a URL, and the rest.
fn split_origin(url: &str) -> (&str, &str) {
    let start = url.find("://").map_or(0, |scheme| scheme + "://".len());
    let behind = url.get(start..).unwrap_or_default();
    let end = start + behind.find(['/', '?', '#']).unwrap_or(behind.len());
    url.split_at_checked(end).unwrap_or((url, ""))
}

/// What the author wrote of a path as it is sent: what a URL cannot hold is percent-encoded.
fn encoded(written: &str) -> String {
    let mut path = String::with_capacity(written.len());
    for byte in written.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}
