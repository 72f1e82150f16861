//! Keys that come twice in one object.

use std::borrow::Cow;
use std::collections::HashMap;

use super::finding::{Findings, Path};
use super::json::{Kind, Node};
use crate::diagnostics::Code;

/// Up to so many keys are compared with each other, which is sooner done than a table is made.
const FEW: usize = 8;

/// Warns of every value that is lost because its key comes again.
pub(super) fn check(path: &Path<'_>, node: &Node<'_>, findings: &mut Findings<'_>) {
    match &node.kind {
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                check(&path.item(index), item, findings);
            }
        }
        Kind::Object(entries) => check_object(path, entries, findings),
        _ => {}
    }
}

fn check_object(path: &Path<'_>, entries: &[(Cow<'_, str>, Node<'_>)], findings: &mut Findings<'_>) {
    let keys = entries.iter().map(|(key, _)| &**key);
    let last_places: Option<HashMap<&str, usize>> = (entries.len() > FEW).then(|| keys.zip(0..).collect());
    for (place, (key, value)) in entries.iter().enumerate() {
        let comes_again = match &last_places {
            Some(last_places) => last_places.get(&**key) != Some(&place),
            None => entries.iter().skip(place + 1).any(|(other, _)| other == key),
        };
        let path = path.key(key);
        if comes_again && !findings.is_full_of_warnings() {
            let words = (
                "is lost, as the same key comes again behind it",
                "each key once",
                Some("leave one of them out".to_owned()),
            );
            findings.wrong_value(Code::ReplyDuplicateKey, &path, value, words);
        }
        check(&path, value, findings);
    }
}
