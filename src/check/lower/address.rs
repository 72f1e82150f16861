//! Web addresses: those that requests go to, and those that customers open.

use super::Lowering;
use crate::contract::{UrlFault, check_web_url, origin};
use crate::diagnostics::Code;
use crate::program::code::{Piece, Template};
use crate::source::Span;
use crate::syntax::ast::{Part, Text};

/// Who goes to an address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Visitor {
    /// With secrets, perhaps; its host is written in ASCII, as it is looked up.
    Request,
    /// With a browser, which takes a host in any script.
    Customer,
}

impl Lowering<'_, '_> {
    /// An address that customers open.
    pub(super) fn web_address(&mut self, text: &Text) -> Template {
        self.check_address_text(text, Visitor::Customer);
        self.attribute_template(text)
    }

    /// An address with attributes, which may not decide where it leads; only a customer's may be
    /// all in one attribute, and is checked when it is shown.
    pub(super) fn check_address_text(&mut self, text: &Text, visitor: Visitor) {
        let mut stretches = text.parts.split(is_placeholder);
        let before = stretches.next().unwrap_or_default().iter();
        let before: String = before.filter_map(|part| part.plain(self.source())).collect();
        let is_whole = stretches.next().is_none();
        // What is put in behind the host cannot change whether the address before it is sound.
        if is_whole || authority_ends(&before) {
            self.check_address(&before, text.span, visitor);
        } else if visitor == Visitor::Request || !before.is_empty() {
            self.placeholder_in_host(text.span, visitor);
        }
    }

    fn placeholder_in_host(&mut self, span: Span, visitor: Visitor) {
        let who = match visitor {
            Visitor::Request => "request",
            Visitor::Customer => "customer",
        };
        let finding = self
            .error(
                Code::PlaceholderInHost,
                span,
                "`{{…}}` in the scheme, host or port of an address",
            )
            .primary(format!("an attribute would decide where the {who} goes"))
            .with_help("write scheme and host out; the path and query may have `{{…}}`");
        self.findings.add(finding);
    }

    /// An address as it stands.
    pub(super) fn check_address(&mut self, url: &str, span: Span, visitor: Visitor) {
        let mut scheme = None;
        let (fault, help) = match check_web_url(url) {
            Err(fault) => {
                if let UrlFault::NoScheme(whole) = &fault {
                    scheme = whole.strip_suffix(url).map(str::to_owned);
                }
                (fault.to_string(), fault.help())
            }
            Ok(()) if visitor == Visitor::Request && !origin(url).is_some_and(str::is_ascii) => (
                "has a host outside ASCII".to_owned(),
                "write the host in ASCII, as `xn--…`".to_owned(),
            ),
            Ok(()) => return,
        };
        let finding = self.error(Code::BadUrl, span, format!("`{url}` {fault}"));
        let finding = finding.with_help(help);
        let start = self.slice(span).find(url);
        self.findings.add(match (scheme, start) {
            (Some(scheme), Some(start)) => {
                let at = Span::at(span.start + super::id(start));
                finding.suggested_fix(format!("insert `{scheme}`"), vec![(at, scheme)])
            }
            _ => finding,
        });
    }

    /// A server's address may carry a path, to which those of its requests are added, and no more.
    pub(super) fn check_no_query(&mut self, origin: &Text) {
        self.check_without(
            origin,
            ['?', '#'],
            "a server's address ends with its path",
            "put a query behind the path of a `get` or `post`, or into a `param`",
        );
    }

    /// The part behind `#` is for a browser: no request carries it.
    pub(super) fn check_no_fragment(&mut self, url: &Text) {
        self.check_without(
            url,
            ['#', '#'],
            "a request carries no `#…`",
            "remove it; a `#` within a value is written `%23`",
        );
    }

    fn check_without(&mut self, text: &Text, refused: [char; 2], message: &str, help: &str) {
        let at = text.parts.iter().find_map(|part| match part {
            Part::Plain(span) => Some(span.start + super::id(self.slice(*span).find(refused)?)),
            _ => None,
        });
        let (Some(at), Some(last)) = (at, text.parts.last()) else {
            return;
        };
        let span = Span::new(at, part_end(last));
        let finding = self.error(Code::BadUrl, span, message).with_help(help);
        self.findings.add(finding);
    }

    /// A path on a server begins with a slash, so that host and path cannot run together.
    pub(super) fn check_path(&mut self, path: &Template, span: Span) {
        let begins_well = match path.pieces.first() {
            Some(Piece::Plain(text)) => text.starts_with(['/', '?']),
            Some(_) => false,
            None => true,
        };
        if !begins_well {
            let finding = self
                .error(Code::BadUrl, span, "the path on a server begins with `/`")
                .with_help("write `get NAME \"/path\"`, or leave the server's name out of a whole address");
            let written = self.slice(span);
            let quote = written.chars().next().map_or(0, char::len_utf8);
            let is_path = !written.contains("://");
            let at = Span::at(span.start + super::id(quote));
            self.findings.add(match is_path {
                true => finding.suggested_fix("insert `/`", vec![(at, "/".to_owned())]),
                false => finding,
            });
        }
    }
}

fn part_end(part: &Part) -> u32 {
    match part {
        Part::Plain(span) | Part::Char(span, _) | Part::Attribute { span, .. } => span.end,
        Part::Api(api) => api.span.end,
    }
}

fn is_placeholder(part: &Part) -> bool {
    matches!(part, Part::Attribute { .. } | Part::Api(_))
}

/// Whether an address's beginning already says where it leads, or that it leads nowhere.
fn authority_ends(before: &str) -> bool {
    match before.split_once("://") {
        Some((_, behind)) => behind.contains(['/', '?', '#']),
        // A path, or `javascript:`: wrong, whatever is put in behind it.
        None => before.contains(['/', '?', '#', ':']),
    }
}
