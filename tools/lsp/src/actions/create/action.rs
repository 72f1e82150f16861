//! An action that is asked for.

use sayflow::Span;
use sayflow::syntax::ast::{File, Head, Node};

use super::Missing;
use crate::actions::values::type_of;
use crate::layout;
use crate::protocol::Written;

pub(super) fn declaration(missing: &Missing<'_>) -> Written {
    let mut keys: Vec<(&str, String)> = Vec::new();
    for (file, span) in missing.places() {
        let Some(node) = asked_at(file, span) else {
            continue;
        };
        for line in node.children() {
            if let Head::KeyValue { name, value } = &line.head {
                let key = file.source.slice(name.span);
                if keys.iter().all(|(known, _)| *known != key) {
                    let ty = type_of(missing.scene.index, &file.source, value);
                    keys.push((key, ty.unwrap_or_else(|| "text".to_owned())));
                }
            }
        }
    }
    let name = missing.name;
    let lines: Vec<String> = keys.iter().map(|(key, ty)| format!("  {key}: {ty}\n")).collect();
    let declaration = match lines.as_slice() {
        [] => format!("action {name}"),
        lines => format!("action {name} {{\n{}}}", lines.concat()),
    };
    missing.beside_its_kin(&declaration)
}

/// The `do` that names the action at a place.
fn asked_at(file: &File, span: Span) -> Option<&Node> {
    let line = *layout::lines_at(file, span.start).last()?;
    matches!(&line.head, Head::Do { name } if name.span == span).then_some(line)
}
