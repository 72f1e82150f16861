//! Servers and APIs: what is sent where.

use std::time::Duration;

use super::address::Visitor;
use super::given::Given;
use super::{Lowering, id};
use crate::check::names::{Declared, canonical};
use crate::check::uses::Used;
use crate::contract::{HTTP_DEADLINE, encode_written, is_forbidden_header, is_header_name};
use crate::customer::RecordField;
use crate::diagnostics::Code;
use crate::effects::Method;
use crate::program::code::Template;
use crate::program::{ApiCode, ArgumentCode, BodyId, Output, SequenceId, Server, ServerId};
use crate::source::Span;
use crate::syntax::ast::{Carrier, Expr, ExprKind, Head, Ident, Node, Part, Text, Time, Verb};

impl Lowering<'_, '_> {
    pub(super) fn servers(&mut self) {
        for declared in &self.names.servers.all {
            self.source = Some(declared.source);
            let Head::Server { name, origin } = &declared.node.head else {
                continue;
            };
            let written = self.literal(origin, "a server's address");
            // A broken line has no address, and its finding already.
            if !origin.span.is_empty() {
                self.check_address(&written, origin.span, Visitor::Request);
                self.check_no_query(origin);
            }
            let headers = self.carried(declared.node, Carrier::Header);
            let name = canonical(self.slice(name.span)).into();
            self.data.servers.push(Server {
                name,
                origin: encode_written(written.trim_end_matches('/')).into(),
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

    pub(super) fn api_declaration(&mut self, name: Box<str>, declared: &Declared<'_>) -> ApiCode {
        let node = declared.node;
        let output = self.outputs.get(self.data.apis.len()).copied().flatten();
        let mut api = ApiCode {
            name,
            output: output.unwrap_or(Output::Nothing),
            method: Method::Get,
            server: None,
            url: Template::default(),
            headers: self.carried(node, Carrier::Header),
            params: self.carried(node, Carrier::Param),
            fields: Vec::new(),
            timeout: HTTP_DEADLINE,
            leads_to: Vec::new(),
            place: self.place(declared.span),
            // Comes when every other body is there.
            alone: BodyId(0),
        };
        let verb = self.api_settings(node, &mut api);
        api.fields = self.fields(node, verb);
        // A line that could not be read may have been the request.
        let is_broken = node.children().any(|child| matches!(child.head, Head::Bad));
        if verb.is_none() && !is_broken {
            self.missing_request(&api.name, declared.span);
        }
        let server = api
            .server
            .and_then(|server| self.data.servers.get(server.index()));
        if let Some(server) = server {
            add_headers_of(server, &mut api.headers);
        }
        api
    }

    /// The lines of an API that carry nothing; gives the verb of its request.
    fn api_settings(&mut self, node: &Node, api: &mut ApiCode) -> Option<Verb> {
        let mut asked = None;
        let mut given = Given::default();
        for child in node.children() {
            let word = match &child.head {
                Head::Request { .. } => "the request",
                Head::Timeout(_) => "`timeout`",
                Head::LeadsTo(_) => "`leads to`",
                Head::Sets(_) => "`sets`",
                _ => continue,
            };
            if !self.is_first(&mut given, word, child.span, word) {
                continue;
            }
            match &child.head {
                Head::Request { verb, server, url } => {
                    asked = Some(*verb);
                    self.address(api, *verb, *server, url);
                }
                Head::Timeout(time) => api.timeout = self.timeout(*time),
                Head::LeadsTo(targets) => api.leads_to = self.leads_to(targets),
                Head::Sets(attributes) => self.sets(attributes),
                _ => {}
            }
        }
        asked
    }

    fn missing_request(&mut self, name: &str, span: Span) {
        if name.is_empty() {
            return;
        }
        let finding = self
            .error(
                Code::MissingRequest,
                span,
                format!("api `{name}` says nothing to call"),
            )
            .primary("neither `get` nor `post`")
            .with_help("add a line such as `get \"https://…\"`");
        self.findings.add(finding);
    }

    fn address(&mut self, api: &mut ApiCode, verb: Verb, server: Option<Ident>, url: &Text) {
        api.method = match verb {
            Verb::Get => Method::Get,
            Verb::Post => Method::Post,
        };
        api.url = self.attribute_template(url);
        self.check_no_fragment(url);
        match server {
            Some(server) => {
                api.server = self.server(server);
                self.check_path(&api.url, url.span);
            }
            None => self.check_address_text(url, Visitor::Request),
        }
    }

    fn server(&mut self, name: Ident) -> Option<ServerId> {
        let written = self.slice(name.span);
        match self.names.servers.find(written) {
            Some(index) => {
                self.note_use(name.span, Used::Server(super::id(index)));
                Some(ServerId(id(index)))
            }
            None => {
                let near = self.names.servers.nearest(written);
                self.unknown(Code::UnknownServer, "server", name.span, near);
                None
            }
        }
    }

    /// The headers, params or fields of a server or API.
    fn carried(&mut self, node: &Node, wanted: Carrier) -> Vec<(Box<str>, ArgumentCode)> {
        let mut carried: Vec<(Box<str>, ArgumentCode)> = Vec::new();
        let mut given = Given::default();
        for child in node.children() {
            let Head::Setting { carrier, key, value } = &child.head else {
                continue;
            };
            if *carrier != wanted {
                continue;
            }
            let name = self.literal(key, "the name of a setting");
            self.check_carried(&name, key.span, wanted, &mut given);
            self.check_carried_value(value, wanted);
            let value = self.argument(value);
            carried.push((name, value));
        }
        carried
    }

    fn check_carried(&mut self, name: &str, span: Span, carrier: Carrier, given: &mut Given) {
        let what = format_args!("\"{name}\"");
        match carrier {
            Carrier::Header => {
                self.check_header(name, span);
                self.is_first(given, &name.to_ascii_lowercase(), span, what);
            }
            Carrier::Field => {
                self.is_first(given, name, span, what);
                if RecordField::from_name(name).is_some() {
                    self.field_of_record(name, span);
                }
            }
            // A query may have a parameter several times: `?tag=new&tag=red`.
            Carrier::Param => {}
        }
        if name.is_empty() && carrier != Carrier::Header {
            self.empty_key(span);
        }
    }

    /// A line break would end a header: such a request is never sent.
    fn check_carried_value(&mut self, value: &Expr, carrier: Carrier) {
        let ExprKind::Text(text) = &value.kind else { return };
        let source = self.source();
        let broken = text.parts.iter().find_map(|part| match part {
            Part::Char(span, letter) if letter.is_control() => Some(*span),
            Part::Plain(span) if source.slice(*span).contains(char::is_control) => Some(*span),
            _ => None,
        });
        if let Some(span) = broken.filter(|_| carrier == Carrier::Header) {
            let message = "a header cannot hold a line break or another control character";
            let finding = self
                .error(Code::BadHeaderValue, span, message)
                .with_help("write the value on one line, or send it as a `param` or `field`");
            self.findings.add(finding);
        }
    }

    pub(super) fn empty_key(&mut self, span: Span) {
        let finding = self
            .error(Code::EmptyKey, span, "this key is empty")
            .with_help("write the name that the endpoint knows it by");
        self.findings.add(finding);
    }

    fn field_of_record(&mut self, name: &str, span: Span) {
        let finding = self
            .error(
                Code::ShadowsRecord,
                span,
                format!("`{name}` is a field of the customer record"),
            )
            .primary("every POST carries it already")
            .with_help("choose another key: a field of the record is never replaced");
        self.findings.add(finding);
    }

    fn check_header(&mut self, name: &str, span: Span) {
        let finding = if !is_header_name(name) {
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

    fn fields(&mut self, node: &Node, verb: Option<Verb>) -> Vec<(Box<str>, ArgumentCode)> {
        let fields = self.carried(node, Carrier::Field);
        let is_field = |child: &&Node| {
            let carrier = Carrier::Field;
            matches!(&child.head, Head::Setting { carrier: found, .. } if *found == carrier)
        };
        let lines = || node.children().filter(is_field);
        if let (Some(first), Some(Verb::Get)) = (lines().next(), verb) {
            let word = |line: &Node| Span::new(line.span.start, line.span.start + id("field".len()));
            let edits = lines().map(|line| (word(line), "param".to_owned()));
            let finding = self
                .error(
                    Code::FieldInGet,
                    first.span,
                    "a GET has no body to put a field into",
                )
                .with_help("use `param`, or `post` in place of `get`")
                .suggested_fix("replace with `param`", edits.collect());
            self.findings.add(finding);
        }
        fields
    }

    fn timeout(&mut self, time: Time) -> Duration {
        let Some(duration) = time.duration else {
            return HTTP_DEADLINE;
        };
        if duration.is_zero() {
            let finding = self
                .error(Code::TimeoutTooShort, time.span, "a call needs some time")
                .primary("every call would end in `timeout`")
                .with_help("write `1s` to `5s`")
                .suggested_fix("replace with `1s`", vec![(time.span, "1s".to_owned())]);
            self.findings.add(finding);
        }
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
        self.check_names(targets);
        targets
            .iter()
            .filter_map(|target| self.sequence(*target, Used::LeadsTo))
            .collect()
    }

    fn sets(&mut self, attributes: &[Ident]) {
        self.check_names(attributes);
        for attribute in attributes {
            self.write(*attribute);
        }
    }
}

/// A server's headers go before an API's own, which replace those of the same name.
fn add_headers_of(server: &Server, headers: &mut Vec<(Box<str>, ArgumentCode)>) {
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
