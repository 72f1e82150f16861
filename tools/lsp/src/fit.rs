//! Names by some of their letters: what a search or a completion of many names lists first.

use sayflow::syntax;

/// How a name has the letters of a query; what is better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// It is the query.
    Whole,
    /// It begins with it.
    Beginning,
    /// The query stands in it.
    Inside,
    /// It has the letters in this order.
    Scattered,
}

/// A name without the differences that do not matter.
pub(crate) fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    syntax::canonical(name)
        .chars()
        .flat_map(char::to_lowercase)
        .collect()
}

/// How a folded name has the letters of a folded query; `None` where it lacks one.
pub(crate) fn fit(query: &str, name: &str) -> Option<Fit> {
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
