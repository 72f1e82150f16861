//! Workspace symbols: everything declared in any flow, found by some letters of its name.

use std::path::Path;

use gen_lsp_types::{BaseSymbolInformation, Location, SymbolInformation, Uri};
use sayflow::syntax;

use crate::outline;
use crate::protocol::location;
use crate::uri;
use crate::workspace::{Flow, Workspace};

/// So many are listed, the best ones; whoever looks for another types on.
const MOST_LISTED: usize = 512;

/// How a name has the letters of a query; what is better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It is the query.
    Whole,
    /// It begins with it.
    Beginning,
    /// The query stands in it.
    Inside,
    /// It has the letters in this order.
    Scattered,
}

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

fn folded(name: &str) -> String {
    syntax::canonical(name)
        .chars()
        .flat_map(char::to_lowercase)
        .collect()
}

fn fit(query: &str, name: &str) -> Option<Fit> {
    if name == query {
        return Some(Fit::Whole);
    }
    if name.starts_with(query) {
        return Some(Fit::Beginning);
    }
    if name.contains(query) {
        return Some(Fit::Inside);
    }
    let mut letters = name.chars();
    let mut wanted = query.chars().filter(|letter| !letter.is_whitespace());
    wanted
        .all(|wanted| letters.any(|letter| letter == wanted))
        .then_some(Fit::Scattered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_their_order_and_in_any_case() {
        let fits = |query: &str, name: &str| fit(&folded(query), &folded(name));
        assert_eq!(fits("Order_Status", "order_status"), Some(Fit::Whole));
        assert_eq!(fits("ORD", "order_status"), Some(Fit::Beginning));
        assert_eq!(fits("status", "order_status"), Some(Fit::Inside));
        assert_eq!(fits("ostat", "order_status"), Some(Fit::Scattered));
        assert_eq!(fits("o st", "order_status"), Some(Fit::Scattered));
        assert_eq!(fits("stato", "order_status"), None);
        assert_eq!(fits("ÄR", "wärme"), Some(Fit::Inside));
        assert_eq!(fits("", "x"), Some(Fit::Beginning));
    }
}
