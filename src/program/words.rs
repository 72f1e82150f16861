//! Whole messages and the patterns of `on words`.

/// A message as words are matched: lower case, blanks folded, none around it.
pub(crate) fn fold(message: &str) -> String {
    let mut folded = String::with_capacity(message.len());
    for word in message.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(&word.to_lowercase());
    }
    folded
}

/// Whether a folded message is a pattern in which `*` stands for anything; linear in practice
/// and never worse than the product of both lengths.
pub(crate) fn matches(pattern: &str, folded: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else { return false };
    let Some(mut rest) = folded.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{fold, matches};

    #[test]
    fn blanks_and_case_do_not_matter() {
        assert_eq!(fold("  Talk\u{a0} TO me "), "talk to me");
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, message) in [
            ("talk to*", "talk to a person"),
            ("talk to*", "talk to"),
            ("*order*", "where is my order please"),
            ("a*b*c", "a1b2c"),
            ("*", ""),
        ] {
            assert!(matches(pattern, message), "{pattern} {message}");
        }
        for (pattern, message) in [
            ("talk to*", "please talk to me"),
            ("a*a", "a"),
            ("*order", "orders"),
            ("a*b*c", "acb"),
        ] {
            assert!(!matches(pattern, message), "{pattern} {message}");
        }
    }
}
