//! What is declared, in one line: for completion and hover.

use sayflow::syntax::ast::{Content, Expr, ExprKind, Head, Node, Operator, Part, Text, Verb};
use sayflow::{Source, syntax};

use crate::index::{Declared, Index, Kind, Symbol};
use crate::pieces;

/// The nodes in a line's block.
pub(crate) fn children(node: &Node) -> impl Iterator<Item = &Node> {
    node.children()
}

/// The output of an API as written.
pub(crate) fn output<'f>(api: Declared<'f>) -> &'f str {
    match &api.node.head {
        Head::Api { output, .. } => api.file.source.slice(*output),
        _ => "",
    }
}

/// Method and URL of an API's request.
pub(crate) fn request(index: Index<'_>, api: Declared<'_>) -> Option<String> {
    let source = &api.file.source;
    api.node.children().find_map(|line| match &line.head {
        Head::Request { verb, server, url } => {
            let origin = server.and_then(|name| {
                let symbol = Symbol::new(Kind::Server, source.slice(name.span));
                index.declared(&symbol).map(origin)
            });
            let verb = match verb {
                Verb::Get => "GET",
                Verb::Post => "POST",
            };
            Some(format!(
                "{verb} {}{}",
                origin.unwrap_or_default(),
                inside(source, url)
            ))
        }
        _ => None,
    })
}

/// The origin of a server.
pub(crate) fn origin<'f>(server: Declared<'f>) -> &'f str {
    match &server.node.head {
        Head::Server { origin, .. } => inside(&server.file.source, origin),
        _ => "",
    }
}

/// Type and default of an attribute, as written.
pub(crate) fn attribute(declared: Declared<'_>) -> String {
    let source = &declared.file.source;
    match &declared.node.head {
        Head::Attribute { ty, default, .. } => {
            let default = default.as_ref().map(|value| source.slice(value.span));
            let default = default.map(|value| format!(" = {value}")).unwrap_or_default();
            format!("{}{default}", source.slice(ty.span))
        }
        _ => String::new(),
    }
}

/// The keys of an action, each with its type as written.
pub(crate) fn keys<'f>(action: Declared<'f>) -> impl Iterator<Item = (&'f str, &'f str)> {
    let source = &action.file.source;
    action.node.children().filter_map(|line| match &line.head {
        Head::Key { name, ty } => Some((source.slice(name.span), source.slice(ty.span))),
        _ => None,
    })
}

/// The type of an attribute or of a field of the customer's record, as written.
pub(crate) fn type_of(index: Index<'_>, attribute: &Symbol) -> Option<String> {
    match index.declared(attribute) {
        Some(declared) => match &declared.node.head {
            Head::Attribute { ty, .. } => Some(declared.file.source.slice(ty.span).to_owned()),
            _ => None,
        },
        None => {
            let mut fields = syntax::record_names();
            fields
                .find(|field| field.name == attribute.name)
                .map(|field| field.ty.to_string())
        }
    }
}

/// The type that a value shows by how it is written; `None` where that depends on a name.
pub(crate) fn evident_type(value: &Expr) -> Option<&'static str> {
    Some(match &value.kind {
        ExprKind::Text(_) => "text",
        ExprKind::Number(_) | ExprKind::Negate(_) | ExprKind::Visits(_) => "number",
        ExprKind::YesNo(_) | ExprKind::Not(_) | ExprKind::IsEmpty { .. } => "yes/no",
        ExprKind::Group(inner) => return evident_type(inner),
        ExprKind::Binary { operator, .. } if is_arithmetic(*operator) => "number",
        ExprKind::Binary { .. } => "yes/no",
        ExprKind::Name(_) | ExprKind::Secret(_) | ExprKind::Extra | ExprKind::Missing => return None,
    })
}

/// Whether an operator makes a number of two.
pub(crate) const fn is_arithmetic(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide
    )
}

/// What stands between the quotes, as written.
pub(crate) fn inside<'f>(source: &'f Source, text: &Text) -> &'f str {
    source.slice(pieces::inside(source, text))
}

/// Whether a block asks an API, so that an `else` can stand behind it.
pub(crate) fn uses_api(node: &Node) -> bool {
    match &node.head {
        Head::CallApi(_) | Head::Bad => true,
        Head::Say { content, .. } => match content {
            Content::Api(_) => true,
            Content::Text(text) => text.parts.iter().any(|part| matches!(part, Part::Api(_))),
        },
        Head::Gallery { .. } | Head::Options { .. } => {
            children(node).any(|item| matches!(item.head, Head::ApiItem(_)))
        }
        Head::Ask { .. } => children(node).any(uses_api),
        _ => false,
    }
}

/// Whether nothing may be left of a block when its calls fail.
pub(crate) fn can_fail(node: &Node) -> bool {
    match &node.head {
        Head::CallApi(_) | Head::Say { .. } => uses_api(node),
        Head::Gallery { .. } | Head::Options { .. } => lists_apis_alone(node),
        Head::Ask { .. } => {
            let accepts = children(node).any(|line| matches!(line.head, Head::Accept(_)));
            !accepts && children(node).any(lists_apis_alone)
        }
        _ => false,
    }
}

/// Whether a list has items of APIs, and none that is there whatever they answer.
fn lists_apis_alone(list: &Node) -> bool {
    let is_fixed = |item: &Node| match &item.head {
        Head::Card { .. } => true,
        Head::Option(option) => option.condition.is_none(),
        _ => false,
    };
    let is_api = |item: &Node| matches!(item.head, Head::ApiItem(_));
    children(list).any(is_api) && !children(list).any(is_fixed)
}
