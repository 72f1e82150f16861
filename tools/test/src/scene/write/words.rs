//! Values, names, spans of time and moments in the words of a test.

use std::time::Duration;

use sayflow::{Program, Timestamp, Value};

use super::quote::{is_writable, line};

/// The fields of the customer record, which need no declaration.
const FIELDS: &[&str] = &[
    "uid",
    "platform_id",
    "bot_enabled",
    "avatar",
    "first_name",
    "last_name",
    "full_name",
    "gender",
    "timezone",
    "locale",
    "language",
    "phone",
    "email",
    "created_at",
    "last_message_text",
    "last_message_time",
];

/// Whether a key is a field of the customer record.
pub(super) fn is_field(key: &str) -> bool {
    FIELDS.contains(&key)
}

/// What the flow calls a field or an attribute; `None` for an attribute that it does not have.
pub(crate) fn name_of<'n>(program: &'n Program, key: &'n str) -> Option<&'n str> {
    match is_field(key) {
        true => Some(key),
        false => program.attribute_name(key),
    }
}

/// A value; `None` for a list or an object, and for a text with a control character.
pub(crate) fn value(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => is_writable(text).then(|| line(text)),
        Value::Number(_) | Value::YesNo(_) => Some(value.to_string()),
        _ => None,
    }
}

/// `90s` as `90s`, `120s` as `2m`; what is left of a second counts as a whole one.
pub(super) fn span(span: Duration) -> String {
    let seconds = span.as_secs() + u64::from(span.subsec_nanos() > 0);
    for (unit, size) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds > 0 && seconds.is_multiple_of(size) {
            return format!("{}{unit}", seconds / size);
        }
    }
    format!("{seconds}s")
}

/// A moment such as `2026-11-20T10:00:00Z`, with a fraction where it has one.
pub(super) fn moment(moment: Timestamp) -> String {
    let written = moment.to_string().replacen(' ', "T", 1);
    let written = written.strip_suffix("+00:00").unwrap_or(&written);
    let (second, fraction) = written.split_once('.').unwrap_or((written, ""));
    match fraction.trim_end_matches('0') {
        "" => format!("{second}Z"),
        fraction => format!("{second}.{fraction}Z"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sayflow::Timestamp;

    use super::{moment, span};

    #[test]
    fn time_is_written_in_its_largest_unit() {
        for (seconds, written) in [
            (0, "0s"),
            (1, "1s"),
            (90, "90s"),
            (600, "10m"),
            (7_200, "2h"),
            (86_400, "1d"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), written);
        }
        assert_eq!(span(Duration::from_millis(1_200)), "2s");
    }

    #[test]
    fn a_moment_comes_back() {
        for written in [
            "2026-11-20T10:00:00Z",
            "2026-11-20T10:00:10Z",
            "2026-11-20T10:00:00.0125Z",
        ] {
            let read: Timestamp = written.parse().unwrap();
            assert_eq!(moment(read), written);
        }
    }
}
