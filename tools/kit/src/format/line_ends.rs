//! The line ends of a file.

/// The text with lines that end in `\n`. Any other `\r` stays: within a text it is the author's.
pub(super) fn as_lf(text: &str) -> String {
    let lines = text
        .split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => (line.trim_end_matches('\r'), "\n"),
            None => (line, ""),
        });
    lines.flat_map(|(line, end)| [line, end]).collect()
}
