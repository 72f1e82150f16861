//! A request as a line for a shell, its secrets as variables.

use std::hash::{BuildHasher, RandomState};

use sayflow::Request;

use crate::visible::picture;

/// What stands for secrets until the line is written. Each value has its own, which nobody can know before, so
/// that no text of a customer is taken for a secret.
#[derive(Debug, Default)]
pub(crate) struct StandIns(RandomState);

impl StandIns {
    /// The stand-in for the secret of a name: whatever encodes a request leaves it as it is.
    pub(crate) fn of(&self, name: &str) -> String {
        format!("sayflow-{name}-{:016x}", self.0.hash_one(name))
    }
}

/// What a request has to have of a secret where it stands.
#[derive(Clone, Copy)]
enum Place {
    Url,
    Header,
    Body,
}

impl Place {
    /// The value of a variable as it is written there, for the inside of double quotes.
    fn written(self, name: &str) -> String {
        match self {
            // Every byte is percent-encoded, which says the same as encoding those that need it.
            Self::Url => {
                format!(r#"$(printf %s "${name}" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')"#)
            }
            Self::Header => format!("${name}"),
            Self::Body => format!(r#"$(printf %s "${name}" | sed 's/["\\]/\\&/g')"#),
        }
    }
}

/// A command that sends the request, made with stand-ins for the secrets of these names.
pub(crate) fn curl<'n>(
    request: &Request,
    stand_ins: &StandIns,
    secrets: impl Iterator<Item = &'n str> + Clone,
) -> String {
    let quoted = |text: &str, place| quoted(text, place, stand_ins, secrets.clone());
    let url = request.url.expose();
    let mut parts = vec![format!("curl {}", quoted(url, Place::Url))];
    if url.contains(['[', ']']) {
        // They stand for themselves, and for no list of addresses.
        parts.push("--globoff".to_owned());
    }
    if url.contains("/.") {
        parts.push("--path-as-is".to_owned());
    }
    parts.extend(request.headers.iter().map(|(name, value)| {
        let header = match value.expose() {
            // A colon without a value would take the header out.
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        format!("-H {}", quoted(&header, Place::Header))
    }));
    if let Some(body) = &request.body {
        parts.push(format!("--data-raw {}", quoted(body.expose(), Place::Body)));
    } else if request.method == "POST" {
        parts.push("-X POST".to_owned());
    }
    parts.push(format!("--max-time {}", request.timeout.as_secs_f64()));
    parts.join(" \\\n  ")
}

/// What a command cannot do that sends the request; `None` where it sends what a conversation sends.
pub(crate) fn curl_gap<'n>(
    request: &Request,
    stand_ins: &StandIns,
    mut secrets: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let body = request.body.as_ref()?.expose();
    let name = secrets.find(|name| body.contains(&stand_ins.of(name)))?;
    Some(format!(
        "the body has {name} in it: where that has a line break or another control character, \
         the command sends no JSON, and only `sayflow call` without --curl does"
    ))
}

/// What puts the bytes of a character into a word of a shell, in octal as POSIX has it.
fn printed(letter: char) -> String {
    let letter = letter.to_string();
    let octal: String = letter.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    format!("$(printf '{octal}')")
}

/// A text as one word of a shell, with variables in the place of secrets.
fn quoted<'n>(
    text: &str,
    place: Place,
    stand_ins: &StandIns,
    secrets: impl Iterator<Item = &'n str>,
) -> String {
    // In single quotes everything stands for itself but the quote.
    let mut word = String::from("'");
    for letter in text.chars() {
        match letter {
            '\'' => word.push_str(r"'\''"),
            // It is in the request, and no terminal may see it: the shell makes it of its bytes.
            letter if picture(letter).is_some() => word.push_str(&format!("'\"{}\"'", printed(letter))),
            letter => word.push(letter),
        }
    }
    word.push('\'');
    for name in secrets {
        word = word.replace(&stand_ins.of(name), &format!("'\"{}\"'", place.written(name)));
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
    use std::time::Duration;

    use sayflow::{Customer, Engine, Program, Source};

    use super::*;
    use crate::trial;

    #[test]
    fn words_of_a_shell() {
        let stand_ins = StandIns::default();
        let word = |text: &str| quoted(text, Place::Header, &stand_ins, ["A", "A_B"].into_iter());
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word(&format!("X: {}", stand_ins.of("A_B"))), "'X: '\"$A_B\"");
        assert_eq!(
            word("a\u{202e}b\u{7f}"),
            r#"'a'"$(printf '\342\200\256')"'b'"$(printf '\177')""#
        );
        assert_eq!(
            word(&format!("{}&b={}", stand_ins.of("A"), stand_ins.of("A_B"))),
            "\"$A\"'&b='\"$A_B\""
        );
    }

    /// The command for an API of which the lines are given.
    fn command(lines: &str) -> (String, Option<String>) {
        let flow = format!(
            "api picks: text {{\n{lines}\n}}\non start {{\n  text \"<<picks>>\" else \"None.\"\n}}\n"
        );
        let program = Program::load([Source::new("a.flow", flow)]).unwrap();
        let origins = ["https://a.example"];
        let stand_ins = StandIns::default();
        let engine = Engine::new(program).with_secret("KEY", stand_ins.of("KEY"), origins);
        let trial = trial::run(&engine, "picks", &Customer::new(7), trial::unsent).unwrap();
        let mut request = trial.request.unwrap();
        request.timeout = Duration::from_secs(5);
        let names = || std::iter::once("KEY");
        (
            curl(&request, &stand_ins, names()),
            curl_gap(&request, &stand_ins, names()),
        )
    }

    #[test]
    fn a_stand_in_is_another_each_time() {
        let (one, other) = (StandIns::default(), StandIns::default());
        assert_eq!(one.of("KEY"), one.of("KEY"));
        assert_ne!(one.of("KEY"), other.of("KEY"));
    }

    #[test]
    fn a_secret_in_the_query_is_encoded() {
        let lines = "  get \"https://a.example/x?ids[]=1\"\n  param \"key\" = secret KEY\n  param \"n\" = 3";
        let (command, gap) = command(lines);
        let url = r#"curl 'https://a.example/x?ids[]=1&key='"$(printf %s "$KEY" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')"'&n=3' \
  --globoff \
  -H 'Accept: application/json' \
  --max-time 5"#;
        assert_eq!((command.as_str(), gap), (url, None));
    }

    #[test]
    fn a_secret_in_a_body_is_escaped() {
        let (command, gap) = command("  post \"https://a.example/x\"\n  field \"key\" = secret KEY");
        let field = r#","key":"'"$(printf %s "$KEY" | sed 's/["\\]/\\&/g')"'"}' \"#;
        assert!(command.contains(field), "{command}");
        assert!(gap.is_some_and(|gap| gap.starts_with("the body has KEY in it")));
    }

    #[test]
    fn a_header_without_a_value_and_a_path_with_dots_are_kept() {
        let (command, _) = command("  get \"https://a.example/a/../b\"\n  header \"X-Note\" = \"\"");
        assert!(
            command.contains("-H 'X-Note;'") && command.contains("--path-as-is"),
            "{command}"
        );
    }
}
