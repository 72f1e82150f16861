//! `attributes`: what is saved to the customer, all of it or none.

use indexmap::IndexMap;

use super::finding::{Findings, Path, shortened};
use super::json::{Kind, Node};
use super::{Expected, usual_mistakes};
use crate::contract::Mask;
use crate::customer::{RecordField, bytes_with};
use crate::diagnostics::Code;
use crate::value::{Type, Value};

/// Checks `attributes`; what cannot be saved is a problem and left out.
pub(super) fn check(
    root: &Node<'_>,
    flow: &Expected<'_>,
    findings: &mut Findings<'_>,
) -> Vec<(String, Option<Value>)> {
    let Some(attributes) = root.get("attributes") else {
        return Vec::new();
    };
    let path = Path::Root.key("attributes");
    let Kind::Object(entries) = &attributes.kind else {
        let help = usual_mistakes::instead_of_attributes(attributes);
        findings.wrong_type(&path, attributes, "an object", help);
        return Vec::new();
    };
    // Of equal keys the last counts, at the place of the first.
    let entries: IndexMap<&str, &Node<'_>> =
        entries.iter().map(|(key, value)| (key.as_ref(), value)).collect();
    let checked = entries.into_iter().filter_map(|(key, node)| {
        let value = attribute(&path.key(key), key, node, (flow, findings))?;
        Some((key.to_owned(), value))
    });
    let checked: Vec<_> = checked.collect();
    check_size(&checked, attributes, (flow, findings));
    checked
}

/// Whether a customer may have all this as well; what becomes less always may.
fn check_size(
    checked: &[(String, Option<Value>)],
    node: &Node<'_>,
    (flow, findings): (&Expected<'_>, &mut Findings<'_>),
) {
    let customer = flow.customer;
    let before: usize = checked.iter().map(|(key, _)| customer.saved_bytes_of(key)).sum();
    let sizes = checked.iter();
    let after: usize = sizes
        .map(|(key, value)| value.as_ref().map_or(0, |value| bytes_with(key, value)))
        .sum();
    if after <= before {
        return;
    }
    let (all, most) = (
        customer.saved_bytes() - before + after,
        flow.limits.customer_bytes,
    );
    if all > most {
        let fact =
            format!("would make it {all} bytes that are saved of this customer, where {most} are the most");
        let expected = "what the customer has room for";
        let help = "clear with `null` what is of no use any more, and keep the rest in your own records";
        let words = (&*fact, expected, Some(help.to_owned()));
        let path = Path::Root.key("attributes");
        findings.wrong_value(Code::ReplyAttributesTooLarge, &path, node, words);
    }
}

/// The value of one attribute, `Some(None)` where it is cleared.
fn attribute(
    path: &Path<'_>,
    key: &str,
    node: &Node<'_>,
    (flow, findings): (&Expected<'_>, &mut Findings<'_>),
) -> Option<Option<Value>> {
    let declared;
    let ty = match RecordField::from_name(key) {
        Some(field) if !field.is_writable() => {
            findings.wrong_value(Code::ReplyReadOnlyAttribute, path, node, read_only());
            return None;
        }
        Some(field) => {
            declared = field.ty();
            Some(&declared)
        }
        None => declared_type(key, flow),
    };
    let value = node.to_value();
    let Some(value) = value else {
        return Some(None);
    };
    let is_good = match ty {
        Some(ty) => ty.admits(&value),
        None => !matches!(value, Value::Json(_)),
    };
    if is_good {
        if let Some(saved) = rounded(node, &value) {
            // Where the number is a secret, so are its first digits.
            let shown = if holds_secret(node, findings.mask) {
                "***"
            } else {
                &saved
            };
            let fact = format!("has more digits than are kept, and becomes {shown}");
            let expected = "a number that is kept as it is";
            let help = "send it as a text, in quotes, and declare its attribute so";
            let words = (&*fact, expected, Some(help.to_owned()));
            findings.wrong_value(Code::ReplyRoundedNumber, path, node, words);
        }
        return Some(Some(value));
    }
    let (expected, help) = match ty {
        Some(ty) => (
            ty.in_json(),
            usual_mistakes::instead_of_attribute(node, ty, findings.mask),
        ),
        None => (
            "a text, a number, `true` or `false`".to_owned(),
            Some(format!(
                "declare it in the flow to save it whole: `attribute {}: any`",
                declaration(&shortened(findings.mask, key))
            )),
        ),
    };
    findings.unlike(Code::ReplyAttributeType, path, node, &expected, help);
    None
}

fn holds_secret(node: &Node<'_>, mask: &Mask<'_>) -> bool {
    matches!(node.kind, Kind::Number(written) if !mask.echoes(written).is_empty())
}

/// What is saved of a whole number, where that is another one.
fn rounded(node: &Node<'_>, value: &Value) -> Option<String> {
    let Kind::Number(written) = node.kind else {
        return None;
    };
    let is_whole = written.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    let is_kept = !is_whole || written.parse::<i64>().is_ok();
    let saved = (!is_kept).then(|| value.to_string())?;
    (saved != written).then_some(saved)
}

fn declared_type<'e>(key: &str, flow: &Expected<'e>) -> Option<&'e Type> {
    let data = flow.data;
    let id = data.attribute_by_key.get(key)?;
    Some(&data.attribute(*id)?.ty)
}

/// How a declaration names the attribute of a key.
fn declaration(key: &str) -> String {
    let is_name =
        key.starts_with(char::is_alphabetic) && key.chars().all(|c| c.is_alphanumeric() || c == '_');
    if is_name {
        key.to_owned()
    } else {
        format!("… key {key:?}")
    }
}

fn read_only() -> (&'static str, &'static str, Option<String>) {
    let writable = RecordField::ALL.into_iter().filter(|field| field.is_writable());
    let names: Vec<_> = writable.map(|field| format!("`{}`", field.as_str())).collect();
    let help = format!(
        "leave it out; of the record, replies may write {}",
        names.join(", ")
    );
    (
        "is written by the platform alone",
        "an attribute that replies may write",
        Some(help),
    )
}
