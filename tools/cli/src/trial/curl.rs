//! A request as a line for a shell, its secrets as variables.

use sayflow::{Method, Request, Secret};

/// What stands for a secret until the line is written: whatever encodes a request leaves it as it is.
pub(crate) fn stand_in(name: &str) -> Secret {
    Secret::new(mark(name))
}

fn mark(name: &str) -> String {
    format!("sayflow-{name}-stand-in")
}

/// A command that sends the request, made with [`stand_in`]s of the secrets of these names.
pub(crate) fn curl<'n>(request: &Request, secrets: impl Iterator<Item = &'n str> + Clone) -> String {
    let quoted = |text: &str| quoted(text, secrets.clone());
    let mut parts = vec![format!("curl {}", quoted(request.url.expose()))];
    let headers = request.headers.iter();
    parts.extend(
        headers.map(|(name, value)| format!("-H {}", quoted(&format!("{name}: {}", value.expose())))),
    );
    if let Some(body) = &request.body {
        parts.push(format!("--data-raw {}", quoted(body.expose())));
    } else if request.method == Method::Post {
        parts.push("-X POST".to_owned());
    }
    parts.push(format!("--max-time {}", request.timeout.as_secs_f64()));
    parts.join(" \\\n  ")
}

/// A text as one word of a shell, with variables in the place of secrets.
fn quoted<'n>(text: &str, secrets: impl Iterator<Item = &'n str>) -> String {
    // In single quotes everything stands for itself but the quote.
    let mut word = format!("'{}'", text.replace('\'', r"'\''"));
    for name in secrets {
        word = word.replace(&mark(name), &format!("'\"${name}\"'"));
    }
    // Nothing is left of quotes around nothing.
    let word = word
        .strip_prefix("''\"")
        .map_or(word.clone(), |rest| format!("\"{rest}"));
    word.strip_suffix("\"''")
        .map_or(word.clone(), |rest| format!("{rest}\""))
}

#[cfg(test)]
mod tests {
    use super::{mark, quoted};

    #[test]
    fn words_of_a_shell() {
        let names = || ["A", "A_B"].into_iter();
        assert_eq!(quoted("it's", names()), r"'it'\''s'");
        assert_eq!(quoted(&format!("X: {}", mark("A_B")), names()), "'X: '\"$A_B\"");
        assert_eq!(
            quoted(&format!("{}&b={}", mark("A"), mark("A_B")), names()),
            "\"$A\"'&b='\"$A_B\""
        );
    }
}
