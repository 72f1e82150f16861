//! The page of every diagnostic: what it means, a flow that shows it, the same flow mended.

use sayflow::Code;

/// A section for each code, under a heading that is the code.
const PAGES: &str = include_str!("../../../docs/diagnostics.md");
/// What stands before the code of a section.
const HEADING: &str = "\n## ";

/// What `docs/diagnostics.md` says of a code, in Markdown and without its heading.
///
/// # Examples
///
/// ```
/// use sayflow::Code;
///
/// let page = sayflow_kit::page(Code::UnusedApi);
/// assert!(page.starts_with("Nothing in the flow uses this API."));
/// ```
#[must_use]
pub fn page(code: Code) -> &'static str {
    let heading = format!("{HEADING}{code}\n");
    let Some((_, found)) = PAGES.split_once(&heading) else {
        return "";
    };
    found
        .split_once(HEADING)
        .map_or(found, |(section, _)| section)
        .trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page() {
        let without: Vec<_> = Code::ALL.iter().filter(|code| page(**code).is_empty()).collect();
        assert!(without.is_empty(), "{without:?}");
    }

    #[test]
    fn a_page_ends_before_the_next() {
        assert!(Code::ALL.iter().all(|code| !page(*code).contains(HEADING)));
    }
}
