//! The target of a request, taken apart: the segments of its path, the params of its query.

use percent_encoding::percent_decode_str;

/// What stands behind the method in the first line of a request, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    /// What stands between the slashes of the path.
    pub(crate) segments: Vec<String>,
    pub(crate) query: Vec<(String, String)>,
}

impl Target {
    /// Reads a target such as `/v1/orders/A-17?lang=en`; any text is one.
    pub(crate) fn read(target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // A proxy is sent the whole address (RFC 9112, section 3.2.2).
        let path = match path.split_once("://") {
            Some((_, rest)) => rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/"),
            None => path,
        };
        Self {
            segments: segments(path).map(decoded).collect(),
            query: params(query)
                .map(|(name, value)| (decoded_param(name), decoded_param(value)))
                .collect(),
        }
    }
}

/// The segments of a path as they are written; `/` has one, which is empty.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.strip_prefix('/').unwrap_or(path).split('/')
}

/// The params of a query as they are written.
pub(crate) fn params(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let written = query.split('&').filter(|param| !param.is_empty());
    written.map(|param| param.split_once('=').unwrap_or((param, "")))
}

pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// In a query `+` stands for a blank, as forms send it.
pub(crate) fn decoded_param(text: &str) -> String {
    decoded(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn target(segments: &[&str], query: &[(&str, &str)]) -> Target {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Target {
            segments: segments.iter().map(|&segment| segment.to_owned()).collect(),
            query: query.iter().map(owned).collect(),
        }
    }

    #[test]
    fn paths_and_queries_are_decoded() {
        let table = [
            ("/", target(&[""], &[])),
            ("*", target(&["*"], &[])),
            (
                "/v1/a%2Fb/%E0%A6%A6?q=a+b%2B&flag",
                target(&["v1", "a/b", "দ"], &[("q", "a b+"), ("flag", "")]),
            ),
            ("http://127.0.0.1:80/v1?a=b=c&&", target(&["v1"], &[("a", "b=c")])),
            ("http://127.0.0.1", target(&[""], &[])),
            ("/%zz%", target(&["%zz%"], &[])),
        ];
        for (written, expected) in table {
            assert_eq!(Target::read(written), expected, "{written}");
        }
    }
}
