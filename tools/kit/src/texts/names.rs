//! Texts that are the same but for the names in their marks: an attribute or an API that was renamed.

use sayflow::texts::{Mark, Marked, marks};

/// A former name, with its marks, and the present one: `{{qty}}` and `{{amount}}`.
pub(super) type Names = Vec<(Mark, Mark)>;

/// The names that differ, where nothing else does; `None` for another text.
pub(super) fn changed(before: &str, after: &str) -> Option<Names> {
    let (old, new): (Vec<_>, Vec<_>) = (marks(before).collect(), marks(after).collect());
    if old.len() != new.len() {
        return None;
    }
    let mut names = Names::new();
    for pair in old.iter().zip(&new) {
        match pair {
            (Marked::Mark(old), Marked::Mark(new)) if old == new => {}
            (Marked::Mark(old), Marked::Mark(new)) if is_renamed(old, new) => {
                names.push((old.clone(), new.clone()));
            }
            (old, new) if old == new => {}
            _ => return None,
        }
    }
    // Names that changed places are another text, and so is one that took the place of two.
    let has = |all: &[Marked<'_>], wanted: &Mark| {
        all.iter()
            .any(|part| matches!(part, Marked::Mark(mark) if mark.is_same(wanted)))
    };
    let is_clear = names.iter().all(|(from, to)| {
        let agrees = |(other, into): &(Mark, Mark)| from.is_same(other) == to.is_same(into);
        !has(&new, from) && !has(&old, to) && names.iter().all(agrees)
    });
    (is_clear && !names.is_empty()).then_some(names)
}

/// What all texts have in common that are the same but for the names in their marks; `None` for one without any.
pub(super) fn shape(text: &str) -> Option<String> {
    let mut has_marks = false;
    let mut nameless = |part| match part {
        Marked::Mark(mark) => {
            has_marks = true;
            Marked::Mark(match mark {
                Mark::Attribute { default, .. } => Mark::Attribute {
                    name: String::new(),
                    default,
                },
                Mark::Api(_) => Mark::Api(String::new()),
            })
        }
        other => other,
    };
    let parts: Vec<_> = marks(text).map(&mut nameless).collect();
    has_marks.then(|| format!("{parts:?}"))
}

/// Whether only the name differs.
fn is_renamed(old: &Mark, new: &Mark) -> bool {
    match (old, new) {
        (Mark::Attribute { default, .. }, Mark::Attribute { default: other, .. }) => default == other,
        (Mark::Api(_), Mark::Api(_)) => true,
        _ => false,
    }
}

/// A translation with the present names.
pub(super) fn replaced(translation: &str, names: &Names) -> String {
    let mut replaced = String::with_capacity(translation.len());
    for (part, range) in sayflow::texts::marks_with_places(translation) {
        let written = translation.get(range).unwrap_or_default();
        let named = match &part {
            Marked::Mark(mark) => names
                .iter()
                .find(|(from, _)| from.is_same(mark))
                .map(|(_, to)| renamed(mark, to)),
            _ => None,
        };
        replaced.push_str(named.as_deref().unwrap_or(written));
    }
    replaced
}

/// The mark with another name, and the default that the translation has.
fn renamed(mark: &Mark, to: &Mark) -> String {
    match (mark, to) {
        (
            Mark::Attribute {
                default: Some(default),
                ..
            },
            Mark::Attribute { name, .. },
        ) => {
            format!("{{{{{name}|{default}}}}}")
        }
        _ => to.to_string(),
    }
}
