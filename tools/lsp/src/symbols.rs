//! Workspace symbols: everything declared in any flow, found by some letters of its name.

use std::path::Path;

use gen_lsp_types::{BaseSymbolInformation, Location, SymbolInformation, Uri};

use crate::fit::{Fit, fit, folded};
use crate::outline;
use crate::protocol::location;
use crate::uri;
use crate::workspace::{Flow, Workspace};

/// So many are listed, the best ones; whoever looks for another types on.
const MOST_LISTED: usize = 512;

/// The items whose names have the letters of a query in its order, in any case.
pub(crate) fn symbols(workspace: &Workspace, query: &str) -> Vec<SymbolInformation> {
    let query = folded(query);
    let mut found: Vec<(Fit, SymbolInformation)> = Vec::new();
    for flow in &workspace.flows {
        for file in &flow.files {
            for node in file.nodes() {
                let Some((kind, name)) = outline::item(node) else {
                    continue;
                };
                let written = outline::shown_name(file, name);
                let Some(fit) = fit(&query, &folded(written)) else {
                    continue;
                };
                let named = BaseSymbolInformation {
                    name: written.to_owned(),
                    kind,
                    tags: None,
                    container_name: Some(container(flow, &Uri::from(file.source.name()))),
                };
                found.push((fit, symbol(named, location(workspace, &file.source, name))));
            }
        }
    }
    // Of equal ones the shorter, for it has fewer letters besides; where nothing is asked, as they stand.
    if !query.is_empty() {
        found.sort_by_key(|(fit, symbol)| (*fit, symbol.base_symbol_information.name.len()));
    }
    found.truncate(MOST_LISTED);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

fn symbol(named: BaseSymbolInformation, location: Location) -> SymbolInformation {
    #[expect(deprecated, reason = "the field must be there")]
    SymbolInformation {
        deprecated: None,
        location,
        base_symbol_information: named,
    }
}

/// The file as an author names it: from the folder of its flow on.
fn container(flow: &Flow, uri: &Uri) -> String {
    let path = uri::path(uri);
    let name = path.as_deref().map(|path| {
        let root = flow.root.as_deref().and_then(|root| root.parent());
        let inner = root.and_then(|root| path.strip_prefix(root).ok());
        let last = path.file_name().map(Path::new);
        inner.or(last).unwrap_or(path).to_string_lossy().into_owned()
    });
    name.unwrap_or_else(|| uri.0.clone())
}
