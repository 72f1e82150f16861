//! What requests carry and how they travel.

use super::names::{Declared, Names, inside, inside_start};
use super::nodes::indent;
use super::{Findings, hardcoded_secrets};
use crate::contract::is_plain_http;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::syntax::ast::{Expr, ExprKind, Head, Node, Text};

/// Reports requests without a secret and requests that anybody on the way can read.
pub(crate) fn check(names: &Names<'_>, findings: &mut Findings) {
    for server in &names.servers.all {
        if let Head::Server { origin, .. } = &server.node.head {
            check_encryption(server, origin, findings);
        }
    }
    for api in &names.apis.all {
        let request = api.node.children().find_map(|line| match &line.head {
            Head::Request { server, url, .. } => Some((line, server, url)),
            _ => None,
        });
        let Some((line, server, url)) = request else {
            continue;
        };
        let server = server.map(|name| names.servers.find(api.source.slice(name.span)));
        match server {
            None => check_encryption(api, url, findings),
            // No server has this name: whether it sends a secret cannot be known.
            Some(None) => continue,
            Some(Some(_)) => {}
        }
        let server = server.flatten().and_then(|index| names.servers.all.get(index));
        if !sends_secret(api) && !server.is_some_and(sends_secret) {
            findings.add(no_secret(api, line, server));
        }
    }
}

/// Whether an API or server sends a secret, be it one that anybody may read in the flow.
fn sends_secret(declared: &Declared<'_>) -> bool {
    // What cannot be read may send one.
    let may_send =
        |line: &Node| matches!(line.head, Head::Bad) && declared.source.slice(line.span).contains("secret ");
    let mut lines = declared.node.children();
    secret(declared.node).is_some()
        || lines.any(|line| may_send(line) || !hardcoded_secrets::in_line(declared.source, line).is_empty())
}

/// The first line of an API or server that sends a secret.
fn secret(node: &Node) -> Option<&Node> {
    node.children()
        .find(|line| matches!(&line.head, Head::Setting { value, .. } if is_secret(value)))
}

fn is_secret(value: &Expr) -> bool {
    match &value.kind {
        // What cannot be read may be one.
        ExprKind::Secret(_) | ExprKind::Missing => true,
        ExprKind::Group(inner) => is_secret(inner),
        _ => false,
    }
}

fn no_secret(api: &Declared<'_>, request: &Node, server: Option<&Declared<'_>>) -> Diagnostic {
    let name = api.source.slice(api.span);
    let finding = Diagnostic::new(
        Code::NoSecretHeader,
        api.source,
        request.span,
        format!("api `{name}` sends no secret"),
    )
    .primary("its endpoint cannot tell this flow from a stranger");
    let finding = match server {
        Some(server) => finding.label(server.source, server.span, "its server sends none either"),
        None => finding,
    };
    let header = format!("header \"X-Flow-Token\" = secret {}_TOKEN", name.to_uppercase());
    finding
        .with_help(format!(
            "add a line such as `{header}`, and refuse requests without it"
        ))
        .suggested_fix(
            "add a secret header",
            vec![line_behind(api.source, request, &header)],
        )
}

/// The edit that adds a line behind a node, and begins a new one for what stands behind it on its line.
fn line_behind(source: &Source, node: &Node, line: &str) -> (Span, String) {
    let margin = indent(source, node.span);
    let end = line_end(source, node);
    let rest = source.slice(Span::new(end, source.span().end));
    let rest = rest.lines().next().unwrap_or_default();
    let behind = rest.trim_start();
    if behind.is_empty() || behind.starts_with('}') {
        return (Span::at(end), format!("\n{margin}{line}"));
    }
    let gap = u32::try_from(rest.len() - behind.len()).unwrap_or(0);
    (Span::new(end, end + gap), format!("\n{margin}{line}\n{margin}"))
}

/// Where the line of a node ends, behind any comment on it; a `}` stays behind what is added.
fn line_end(source: &Source, node: &Node) -> u32 {
    let rest = source.slice(Span::new(node.span.end, source.span().end));
    let line = rest.lines().next().unwrap_or_default().trim_end();
    match line.contains("//") {
        true => node.span.end + u32::try_from(line.len()).unwrap_or(0),
        false => node.span.end,
    }
}

fn check_encryption(declared: &Declared<'_>, url: &Text, findings: &mut Findings) {
    let written = inside(declared.source, url);
    let Some((_, authority)) = written.split_once("://").filter(|_| is_plain_http(written)) else {
        return;
    };
    if is_loopback(authority) {
        return;
    }
    let quote = inside_start(declared.source, url);
    let scheme = Span::new(quote, quote + 4);
    let mut finding = Diagnostic::new(
        Code::PlainHttp,
        declared.source,
        url.span,
        format!("requests to `{}` travel unencrypted", host(authority)),
    )
    .primary("anybody on the way can read and change them");
    if let Some(secret) = secret(declared.node) {
        finding = finding.label(declared.source, secret.span, "and this secret with them");
    }
    findings.add(
        finding
            .with_help("write `https://`; plain `http://` is for this machine alone, such as `http://localhost:8080`")
            .suggested_fix("replace with `https`", vec![(scheme, "https".to_owned())]),
    );
}

/// Host and port, without what follows and without a name and password before them.
fn host(authority: &str) -> &str {
    let end = authority.find(['/', '?', '#']).unwrap_or(authority.len());
    let authority = authority.get(..end).unwrap_or_default();
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn is_loopback(authority: &str) -> bool {
    let host = host(authority);
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "::1"
}
