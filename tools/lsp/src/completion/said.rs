//! The names of what a request says, for the `called` of a test: as the checker knows them.

use sayflow::syntax;
use sayflow::syntax::ast::{Carrier, Head, Part, Text, Verb};

use super::wanted::is_of_name;
use crate::describe::inside;
use crate::index::{Declared, Index, Kind, Symbol};

/// Names with what each is the name of, in the order of the request.
pub(super) fn names(index: Index<'_>, api: &str) -> Vec<(String, &'static str)> {
    let mut names = Vec::new();
    let Some(api) = index.declared(&Symbol::new(Kind::Api, api)) else {
        return names;
    };
    let source = &api.file.source;
    for line in api.node.children() {
        if let Head::Request { verb, server, url } = &line.head {
            names.extend(in_address(index, api, url));
            let server = server.map(|name| Symbol::new(Kind::Server, source.slice(name.span)));
            if let Some(server) = server.and_then(|server| index.declared(&server)) {
                names.extend(settings(server));
            }
            names.extend(settings(api));
            if matches!(verb, Verb::Post) {
                names.extend(of_customer(index));
            }
        }
    }
    names
}

/// Attributes in an address, each by its key.
fn in_address(
    index: Index<'_>,
    api: Declared<'_>,
    url: &Text,
) -> impl Iterator<Item = (String, &'static str)> {
    url.parts.iter().filter_map(move |part| match part {
        Part::Attribute { name, .. } => {
            let symbol = Symbol::new(Kind::Attribute, api.file.source.slice(name.span));
            let key = index.declared(&symbol).and_then(key);
            Some((key.unwrap_or(symbol.name), "in the address"))
        }
        _ => None,
    })
}

fn settings(declared: Declared<'_>) -> impl Iterator<Item = (String, &'static str)> {
    declared.node.children().filter_map(move |line| match &line.head {
        Head::Setting { carrier, key, .. } => {
            let what = match carrier {
                Carrier::Header => "header",
                Carrier::Param => "param",
                Carrier::Field => "field",
            };
            Some((inside(&declared.file.source, key).to_owned(), what))
        }
        _ => None,
    })
}

/// What a POST brings along.
fn of_customer(index: Index<'_>) -> impl Iterator<Item = (String, &'static str)> {
    let nodes = index
        .files()
        .iter()
        .flat_map(|file| file.nodes().map(move |node| (file, node)));
    let attributes = nodes.filter_map(|(file, node)| match &node.head {
        Head::Attribute { name, .. } => {
            let name = syntax::canonical(file.source.slice(name.span)).into_owned();
            Some(key(Declared { file, node }).unwrap_or(name))
        }
        _ => None,
    });
    let record = syntax::record_names().map(|field| field.name.to_owned());
    attributes.chain(record).map(|name| (name, "of the customer"))
}

/// The key of an attribute, where it is not its name.
fn key(attribute: Declared<'_>) -> Option<String> {
    match &attribute.node.head {
        Head::Attribute { key: Some(key), .. } => Some(inside(&attribute.file.source, key).to_owned()),
        _ => None,
    }
}

/// A name as a test writes it.
pub(super) fn written(name: &str) -> String {
    if name.chars().all(is_of_name) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}
