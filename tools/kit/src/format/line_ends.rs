//! The line ends of a file: the form is made of lines that end in `\n`, and gets those of its file.

/// The text with lines that end in `\n`. Any other `\r` stays: within a text it is the author's.
pub(super) fn as_lf(text: &str) -> String {
    let lines = text
        .split_inclusive('\n')
        .flat_map(|line| match line.strip_suffix('\n') {
            Some(line) => [line.trim_end_matches('\r'), "\n"],
            // The end of a last line of which half is missing.
            None => [line.trim_end_matches('\r'), ""],
        });
    lines.collect()
}

/// A form whose lines end in `\n` with the line ends of a text: those of its first line.
pub(super) fn as_in(text: &str, form: String) -> String {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") {
        form.replace('\n', "\r\n")
    } else {
        form
    }
}
