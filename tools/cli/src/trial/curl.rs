//! A request as a line for a shell, its secrets as variables.

use std::hash::{BuildHasher, RandomState};

use sayflow::Request;

use crate::endpoints::FlowSecrets;
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

/// A command for a shell, and what it cannot do.
pub(crate) struct Curl {
    pub(crate) command: String,
    /// A sentence each.
    pub(crate) gaps: Vec<String>,
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
    fn variable(self, name: &str) -> String {
        match self {
            // Every byte is percent-encoded, which says the same as encoding those that need it.
            Self::Url => {
                format!(r#"$(printf %s "${name}" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g')"#)
            }
            Self::Header => format!("${name}"),
            Self::Body => format!(r#"$(printf %s "${name}" | sed 's/["\\]/\\&/g')"#),
        }
    }

    /// The value of a customer's attribute as it is written there.
    fn written(self, value: &str) -> String {
        match self {
            Self::Url => value.bytes().map(percent_encoded).collect(),
            Self::Header => value.to_owned(),
            Self::Body => {
                let json = serde_json::to_string(value).unwrap_or_default();
                let inside = json.get(1..json.len().saturating_sub(1));
                inside.unwrap_or_default().to_owned()
            }
        }
    }
}

/// A byte in a path or a query (RFC 3986, section 2.3).
fn percent_encoded(byte: u8) -> String {
    match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    }
}

/// What a text is made of.
enum Piece<'s> {
    Text(String),
    /// The value of a name.
    Secret(&'s str),
    /// A text with `***` for a secret in it.
    Masked(String),
}

/// A command that sends the request, made with stand-ins for the secrets.
///
/// A secret that a value of the customer holds becomes its variable as well, where it is written as the variable is;
/// else the command has `***` for it.
pub(crate) fn curl(request: &Request, stand_ins: &StandIns, secrets: &FlowSecrets) -> Curl {
    let pieces = |text: &str, place| pieces(text, place, stand_ins, secrets);
    let url = request.url.expose();
    // No value stands before the path: what is there is the flow's own word.
    let (origin, rest) = url.split_at(path_start(url));
    let mut address = vec![Piece::Text(origin.to_owned())];
    address.extend(pieces(rest, Place::Url));
    let headers = request.headers.iter().map(|(name, value)| {
        let header = match value.expose() {
            // A colon with nothing but blanks behind it would take the header out; no server sees those at the ends.
            value if value.trim().is_empty() => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        pieces(&header, Place::Header)
    });
    let headers: Vec<_> = headers.collect();
    let body = request
        .body
        .as_ref()
        .map(|body| pieces(body.expose(), Place::Body));

    let mut parts = vec![format!("curl {}", word(&address, Place::Url))];
    if url.contains(['[', ']']) {
        // They stand for themselves, and for no list of addresses.
        parts.push("--globoff".to_owned());
    }
    if url.contains("/.") {
        parts.push("--path-as-is".to_owned());
    }
    let written = headers.iter().map(|header| word(header, Place::Header));
    parts.extend(written.map(|header| format!("-H {header}")));
    match &body {
        Some(body) => parts.push(format!("--data-raw {}", word(body, Place::Body))),
        None if request.method == "POST" => parts.push("-X POST".to_owned()),
        None => {}
    }
    parts.push(format!("--max-time {}", request.timeout.as_secs_f64()));

    let body = body.unwrap_or_default();
    let all = address.iter().chain(headers.iter().flatten()).chain(&body);
    let gaps = [gap_of_body(&body), gap_of_masks(all)];
    Curl {
        command: parts.join(" \\\n  "),
        gaps: gaps.into_iter().flatten().collect(),
    }
}

fn gap_of_body(body: &[Piece]) -> Option<String> {
    let name = body.iter().find_map(|piece| match piece {
        Piece::Secret(name) => Some(name),
        Piece::Text(_) | Piece::Masked(_) => None,
    })?;
    Some(format!(
        "the body has {name} in it: where that has a line break or another control character, \
         the command sends no JSON, and only `sayflow call` without --curl does"
    ))
}

fn gap_of_masks<'p>(mut pieces: impl Iterator<Item = &'p Piece<'p>>) -> Option<String> {
    let is_masked = pieces.any(|piece| matches!(piece, Piece::Masked(_)));
    is_masked.then(|| {
        "a secret stands in the request in a form that no variable has: the command sends `***` for it, \
         and only `sayflow call` without --curl sends it"
            .to_owned()
    })
}

/// Where an address has its path or query.
fn path_start(url: &str) -> usize {
    let authority = url.find("://").map_or(0, |end| end + "://".len());
    let rest = url.get(authority..).unwrap_or_default();
    authority + rest.find(['/', '?']).unwrap_or(rest.len())
}

/// A text with its secrets apart.
fn pieces<'s>(text: &str, place: Place, stand_ins: &StandIns, secrets: &'s FlowSecrets) -> Vec<Piece<'s>> {
    let mut pieces = vec![Piece::Text(text.to_owned())];
    for name in secrets.names() {
        pieces = each_text(pieces, |text| split(text, &stand_ins.of(name), name));
    }
    let mut known: Vec<_> = secrets.values().collect();
    // One secret may be part of another.
    known.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    for (name, value) in known {
        pieces = each_text(pieces, |text| split(text, &place.written(value), name));
        pieces = each_text(pieces, |text| match sayflow::masked([value], text) {
            // With all that is secret besides.
            masked if masked.is_secret() => {
                vec![Piece::Masked(secrets.masked(&masked.to_string()).to_string())]
            }
            _ => vec![Piece::Text(text.to_owned())],
        });
    }
    pieces
}

/// The pieces with each text among them taken apart.
fn each_text<'s>(pieces: Vec<Piece<'s>>, apart: impl Fn(&str) -> Vec<Piece<'s>>) -> Vec<Piece<'s>> {
    let pieces = pieces.into_iter().flat_map(|piece| match piece {
        Piece::Text(text) => apart(&text),
        whole => vec![whole],
    });
    pieces.collect()
}

/// A text at each place where a value stands, which is that of a name.
fn split<'s>(text: &str, value: &str, name: &'s str) -> Vec<Piece<'s>> {
    let mut pieces = Vec::new();
    for (index, between) in text.split(value).enumerate() {
        if index > 0 {
            pieces.push(Piece::Secret(name));
        }
        pieces.push(Piece::Text(between.to_owned()));
    }
    pieces
}

/// A text as one word of a shell, with variables in the place of secrets.
fn word(pieces: &[Piece], place: Place) -> String {
    let mut word = Word::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Masked(text) => word.push(text),
            Piece::Secret(name) => word.push_made(&place.variable(name)),
        }
    }
    word.end()
}

/// A word of a shell that is being written.
#[derive(Default)]
struct Word {
    text: String,
    /// Whether its end stands in single quotes, in which everything stands for itself but the quote.
    is_quoted: bool,
}

impl Word {
    fn push(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '\'' => {
                    self.quote(false);
                    self.text.push_str(r"\'");
                }
                // It is in the request, and no terminal may see it: the shell makes it of its bytes.
                letter if picture(letter).is_some() => self.push_made(&printed(letter)),
                letter => {
                    self.quote(true);
                    self.text.push(letter);
                }
            }
        }
    }

    /// Adds what the shell puts in.
    fn push_made(&mut self, made: &str) {
        self.quote(false);
        self.text.push_str(&format!("\"{made}\""));
    }

    fn quote(&mut self, is_quoted: bool) {
        if self.is_quoted != is_quoted {
            self.text.push('\'');
            self.is_quoted = is_quoted;
        }
    }

    fn end(mut self) -> String {
        self.quote(false);
        match self.text.as_str() {
            "" => "''".to_owned(),
            _ => self.text,
        }
    }
}

/// What puts the bytes of a character into a word of a shell, in octal as POSIX has it.
fn printed(letter: char) -> String {
    let letter = letter.to_string();
    let octal: String = letter.bytes().map(|byte| format!("\\{byte:03o}")).collect();
    format!("$(printf '{octal}')")
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
        let secrets = FlowSecrets::new([("A", None), ("A_B", None)]);
        let word = |text: &str| {
            let pieces = pieces(text, Place::Header, &stand_ins, &secrets);
            word(&pieces, Place::Header)
        };
        assert_eq!(word("it's"), r"'it'\''s'");
        assert_eq!(word(""), "''");
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

    #[test]
    fn a_secret_in_a_value_becomes_its_variable_where_that_is_exact() {
        let value = "it's+s3/cr \"t\"";
        let secrets = FlowSecrets::new([("A", Some("s3")), ("B", Some(value))]);
        let stand_ins = StandIns::default();
        let word = |text: &str, place: Place| word(&pieces(text, place, &stand_ins, &secrets), place);
        let encoded: String = value.bytes().map(percent_encoded).collect();
        assert_eq!(encoded, "it%27s%2Bs3%2Fcr%20%22t%22");
        let variable = |place: Place, name| format!("\"{}\"", place.variable(name));
        for (place, text, expected) in [
            (
                Place::Url,
                format!("/{encoded}?n={encoded}&m=1"),
                "'/'B'?n='B'&m=1'",
            ),
            (Place::Url, encoded.to_lowercase(), "'***'"),
            (Place::Header, format!("X: {value}s3!"), "'X: 'BA'!'"),
            (Place::Header, format!("X: {encoded}"), "'X: ***'"),
            (
                Place::Body,
                r#"{"n":"it's+s3/cr \"t\""}"#.to_owned(),
                "'{\"n\":\"'B'\"}'",
            ),
            (
                Place::Body,
                r#"{"n":"aXQncytzMy9jciAidCI="}"#.to_owned(),
                "'{\"n\":\"***\"}'",
            ),
        ] {
            let expected = expected.replace('A', "\u{1}").replace('B', &variable(place, "B"));
            let expected = expected.replace('\u{1}', &variable(place, "A"));
            assert_eq!(word(&text, place), expected, "{text}");
        }
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
        let (_, request) = trial::prepare(&engine, "picks", &Customer::new(7)).unwrap();
        let mut request = request.unwrap();
        request.timeout = Duration::from_secs(5);
        let curl = curl(&request, &stand_ins, &FlowSecrets::new([("KEY", None)]));
        (curl.command, curl.gaps.into_iter().next())
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
    fn a_header_of_blanks_is_kept() {
        for value in [" ", "   "] {
            let (command, _) = command(&format!(
                "  get \"https://a.example/b\"\n  header \"X-Note\" = \"{value}\""
            ));
            assert!(command.contains("-H 'X-Note;'"), "{command}");
        }
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
