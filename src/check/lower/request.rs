//! Servers and APIs: what is sent where.

use std::collections::HashMap;
use std::time::Duration;

use super::{Lowering, children, id};
use crate::check::names::{Declared, canonical};
use crate::check::uses::Used;
use crate::contract::{HTTP_DEADLINE, check_web_url, is_forbidden_header};
use crate::customer::RecordField;
use crate::diagnostics::Code;
use crate::effects::Method;
use crate::program::code::{Piece, Template};
use crate::program::{Api, Argument, Output, SequenceId, Server, ServerId};
use crate::source::Span;
use crate::syntax::ast::{Carrier, Head, Ident, Node, Text, Time, Verb};

impl Lowering<'_, '_> {
    pub(super) fn servers(&mut self) {
        for declared in &self.names.servers.all {
            self.source = Some(declared.source);
            let Head::Server { name, origin } = &declared.node.head else {
                continue;
            };
            let written = self.literal(origin, "a server's address");
            self.check_address(&written, origin.span);
            let headers = self.carried(declared.node, Carrier::Header);
            let name = canonical(self.slice(name.span)).into();
            self.data.servers.push(Server {
                name,
                origin: written.trim_end_matches('/').into(),
                headers,
            });
        }
    }

    pub(super) fn apis(&mut self) {
        for declared in &self.names.apis.all {
            self.source = Some(declared.source);
            let Head::Api { name, .. } = &declared.node.head else {
                continue;
            };
            let name = canonical(self.slice(name.span)).into();
            let api = self.api_declaration(name, declared);
            self.data.apis.push(api);
        }
    }

    fn api_declaration(&mut self, name: Box<str>, declared: &Declared<'_>) -> Api {
        let node = declared.node;
        let index = self.data.apis.len();
        let mut api = Api {
            name,
            output: self
                .outputs
                .get(index)
                .copied()
                .flatten()
                .unwrap_or(Output::Nothing),
            method: Method::Get,
            server: None,
            url: Template::default(),
            headers: self.carried(node, Carrier::Header),
            params: self.carried(node, Carrier::Param),
            fields: Vec::new(),
            timeout: HTTP_DEADLINE,
            leads_to: Vec::new(),
        };
        let mut request = None;
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for child in children(node) {
            let word = match &child.head {
                Head::Request { .. } => "the request",
                Head::Timeout(_) => "`timeout`",
                Head::LeadsTo(_) => "`leads to`",
                Head::Sets(_) => "`sets`",
                _ => continue,
            };
            if let Some(first) = seen.insert(word, child.span) {
                self.setting_twice(child.span, first, word);
                continue;
            }
            match &child.head {
                Head::Request { verb, server, url } => {
                    request = Some(*verb);
                    self.address(&mut api, *verb, *server, url);
                }
                Head::Timeout(time) => api.timeout = self.timeout(*time),
                Head::LeadsTo(targets) => api.leads_to = self.leads_to(targets),
                Head::Sets(attributes) => self.sets(attributes),
                _ => {}
            }
        }
        api.fields = self.fields(node, request);
        if request.is_none() {
            let finding = self
                .error(
                    Code::MissingRequest,
                    declared.span,
                    format!("api `{}` says nothing to call", api.name),
                )
                .primary("neither `get` nor `post`")
                .with_help("add a line such as `get \"https://…\"`");
            self.findings.add(finding);
        }
        if let Some(server) = api
            .server
            .and_then(|server| self.data.servers.get(server.index()))
        {
            add_headers_of(server, &mut api.headers);
        }
        api
    }

    fn address(&mut self, api: &mut Api, verb: Verb, server: Option<Ident>, url: &Text) {
        api.method = match verb {
            Verb::Get => Method::Get,
            Verb::Post => Method::Post,
        };
        api.url = self.attribute_template(url);
        match server {
            Some(server) => {
                api.server = self.server(server);
                self.check_path(&api.url, url.span);
            }
            None => self.check_url_template(&api.url, url.span),
        }
    }

    fn server(&mut self, name: Ident) -> Option<ServerId> {
        let written = self.slice(name.span);
        match self.names.servers.find(written) {
            Some(index) => {
                self.note_use(name.span, Used::Server(index));
                Some(ServerId(id(index)))
            }
            None => {
                let near = self.names.servers.nearest(written);
                self.unknown(Code::UnknownServer, "server", name.span, near);
                None
            }
        }
    }

    /// A path on a server begins with a slash, so that host and path cannot run together.
    fn check_path(&mut self, path: &Template, span: Span) {
        let begins_well = match path.pieces.first() {
            Some(Piece::Plain(text)) => text.starts_with(['/', '?']),
            Some(_) => false,
            None => true,
        };
        if !begins_well {
            let finding = self
                .error(Code::BadUrl, span, "the path on a server begins with `/`")
                .with_help("write `get NAME \"/path\"`, or leave the server's name out of a whole address");
            self.findings.add(finding);
        }
    }

    /// What is put into a URL may not decide where the request goes.
    fn check_url_template(&mut self, url: &Template, span: Span) {
        match url.pieces.as_slice() {
            [] => self.check_address("", span),
            [Piece::Plain(whole)] => self.check_address(whole, span),
            [Piece::Plain(before), ..] if authority_ends(before) => {
                // What is put in cannot change whether the address before it is sound.
                self.check_address(before, span);
            }
            _ => {
                let finding = self
                    .error(
                        Code::PlaceholderInHost,
                        span,
                        "`{{…}}` in the scheme, host or port of an address",
                    )
                    .primary("an attribute would decide where the request goes")
                    .with_help("write scheme and host out; the path and query may have `{{…}}`");
                self.findings.add(finding);
            }
        }
    }

    fn check_address(&mut self, url: &str, span: Span) {
        if let Err(fault) = check_web_url(url) {
            let finding = self
                .error(Code::BadUrl, span, format!("`{url}` {fault}"))
                .with_help(fault.help());
            self.findings.add(finding);
        }
    }

    /// The headers or params of a server or API.
    fn carried(&mut self, node: &Node, wanted: Carrier) -> Vec<(Box<str>, Argument)> {
        let mut carried: Vec<(Box<str>, Argument)> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        for child in children(node) {
            let Head::Setting { carrier, key, value } = &child.head else {
                continue;
            };
            if *carrier != wanted {
                continue;
            }
            let name = self.literal(key, "the name of a setting");
            if wanted == Carrier::Header {
                self.check_header(&name, key.span);
            }
            if let Some(first) = seen.insert(name.to_lowercase(), key.span) {
                self.setting_twice(key.span, first, &format!("\"{name}\""));
            }
            if wanted == Carrier::Field && RecordField::from_name(&name).is_some() {
                self.field_of_record(&name, key.span);
            }
            let value = self.argument(value);
            carried.push((name, value));
        }
        carried
    }

    fn field_of_record(&mut self, name: &str, span: Span) {
        let finding = self
            .error(Code::ShadowsRecord, span, format!("`{name}` is a field of the customer record"))
            .primary("every POST carries it already")
            .with_help("choose another key: a field of the record is never replaced");
        self.findings.add(finding);
    }

    fn check_header(&mut self, name: &str, span: Span) {
        let is_token = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
        let finding = if !is_token {
            self.error(
                Code::ForbiddenHeader,
                span,
                format!("`{name}` cannot be the name of a header"),
            )
            .with_help("header names are made of letters, digits and `-`")
        } else if is_forbidden_header(name) {
            self.error(
                Code::ForbiddenHeader,
                span,
                format!("header `{name}` is set by the client itself"),
            )
            .with_help("remove the line; use a header of your own, such as `X-Shop-Token`")
        } else {
            return;
        };
        self.findings.add(finding);
    }

    fn fields(&mut self, node: &Node, verb: Option<Verb>) -> Vec<(Box<str>, Argument)> {
        let fields = self.carried(node, Carrier::Field);
        let first = children(node).find(|child| {
            matches!(
                child.head,
                Head::Setting {
                    carrier: Carrier::Field,
                    ..
                }
            )
        });
        if let (Some(first), Some(Verb::Get)) = (first, verb) {
            let finding = self
                .error(
                    Code::FieldInGet,
                    first.span,
                    "a GET has no body to put a field into",
                )
                .with_help("use `param`, or `post` in place of `get`");
            self.findings.add(finding);
        }
        fields
    }

    fn timeout(&mut self, time: Time) -> Duration {
        let Some(duration) = time.duration else {
            return HTTP_DEADLINE;
        };
        if duration > HTTP_DEADLINE {
            let finding = self
                .error(
                    Code::TimeoutTooLong,
                    time.span,
                    "a call takes five seconds at most",
                )
                .primary("the customer is waiting")
                .with_help("write `5s` or less")
                .safe_fix("replace with `5s`", vec![(time.span, "5s".to_owned())]);
            self.findings.add(finding);
        }
        duration.min(HTTP_DEADLINE)
    }

    fn leads_to(&mut self, targets: &[Ident]) -> Vec<SequenceId> {
        targets
            .iter()
            .filter_map(|target| self.sequence(*target, Used::LeadsTo))
            .collect()
    }

    fn sets(&mut self, attributes: &[Ident]) {
        for attribute in attributes {
            self.write(*attribute);
        }
    }
}

/// A server's headers go before an API's own, which replace those of the same name.
fn add_headers_of(server: &Server, headers: &mut Vec<(Box<str>, Argument)>) {
    let own = std::mem::take(headers);
    let is_replaced = |name: &str| {
        own.iter()
            .any(|(replacing, _)| replacing.eq_ignore_ascii_case(name))
    };
    headers.extend(
        server
            .headers
            .iter()
            .filter(|(name, _)| !is_replaced(name))
            .cloned(),
    );
    headers.extend(own);
}

/// Whether a URL's beginning already says where the request goes.
fn authority_ends(before: &str) -> bool {
    before
        .split_once("://")
        .is_some_and(|(_, behind)| behind.contains(['/', '?', '#']))
}
