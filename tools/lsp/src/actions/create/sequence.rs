//! A sequence that something leads to.

use sayflow::syntax::ast::{File, Head, Node};

use super::{Missing, below};
use crate::actions::TEXT;
use crate::index::Kind;
use crate::layout;
use crate::protocol::Written;

pub(super) fn declaration(missing: &Missing<'_>) -> Written {
    let declaration = format!("sequence {} {{\n  text \"{TEXT}\"\n}}", missing.name);
    let written = match place(missing) {
        Some((file, item)) => below(file, item, &declaration),
        None => missing.beside_its_kin(&declaration),
    };
    written.selecting(TEXT)
}

/// Behind the item that names it; of a test, behind the last sequence of the flow's own files.
fn place<'w>(missing: &Missing<'w>) -> Option<(&'w File, &'w Node)> {
    let file = missing.scene.file;
    let item = layout::item_at(file, missing.span.start)?;
    match item.head {
        Head::Test { .. } => Some((file, layout::last_of(file, Kind::Sequence)?)),
        _ => Some((file, item)),
    }
}
