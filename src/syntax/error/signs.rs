//! Signs that a line of a flow never has where they stand: invisible ones, quotes and comments of others, words in
//! marks, hyphens in names, braces around names.
//!
//! These are looked for in every broken line, whatever word it begins with; `habits.rs` asks for them first.

use super::habits::{gap_before, is_word, quote};
use super::{Line, opens_block, shorten};
use crate::diagnostics::{Code, Diagnostic};
use crate::digits::{digit, with_ascii_digits};
use crate::source::{Source, Span};
use crate::syntax::text::is_blank;

/// Pairs of quotes that are none here.
const QUOTES: [(char, char); 11] = [
    ('‘', '’'),
    ('’', '’'),
    ('‚', '‘'),
    ('‚', '’'),
    ('”', '”'),
    ('„', '“'),
    ('„', '”'),
    ('«', '»'),
    ('»', '«'),
    ('`', '`'),
    ('\'', '\''),
];

/// A character without width inside a word.
pub(super) fn invisible(line: Line<'_>) -> Option<Diagnostic> {
    let mut before = ' ';
    for (at, letter) in line.outside_of_texts() {
        let is_hidden = matches!(
            letter,
            '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}' | '\u{200E}' | '\u{200F}'
        );
        let behind = line.text.get(at + letter.len_utf8()..)?.chars().next();
        let is_inside = is_word(before) && behind.is_some_and(is_word);
        let is_joined = is_hidden && !matches!(letter, '\u{200B}' | '\u{FEFF}');
        if is_hidden && is_inside || is_joined {
            let span = line.part(at, letter.len_utf8());
            let message = format!("an invisible character stands here, U+{:04X}", u32::from(letter));
            return Some(
                Diagnostic::new(Code::Unexpected, line.source, span, message)
                    .with_help("remove it: it divides what looks like one word")
                    .safe_fix("remove the character", vec![(span, String::new())]),
            );
        }
        before = letter;
    }
    None
}

/// `# …`, `/* … */`, `-- …`
pub(super) fn comment(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    let here = Line::new(line.source, junk.unwrap_or(line.span));
    let sign = ["#", "/*", "--", "<!--", ";;"]
        .into_iter()
        .find(|sign| here.text.starts_with(sign))?;
    // `text "Hi";;` only ends with too many signs.
    let is_end = sign == ";;" && here.text.trim_start_matches(';').is_empty();
    if here.text.starts_with("-->") || is_end && junk.is_some() {
        return None;
    }
    let all = if sign == "#" {
        here.text.len() - here.text.trim_start_matches('#').len()
    } else {
        sign.len()
    };
    let span = here.part(0, all);
    let mut edits = vec![(span, "//".to_owned())];
    let end = match sign {
        "/*" => "*/",
        "<!--" => "-->",
        _ => "",
    };
    let is_whole = here.text.get(all..)?.ends_with(end);
    if is_whole && !end.is_empty() {
        edits.push((here.part(here.text.len() - end.len(), end.len()), String::new()));
    }
    let found = Diagnostic::new(
        Code::Unexpected,
        line.source,
        span,
        format!("unexpected `{sign}`"),
    )
    .with_help("a comment begins with `//`");
    if !is_whole {
        edits = over_lines(here, sign, end)?;
    }
    Some(match edits.as_slice() {
        [] => found,
        _ => found.suggested_fix("write it with `//`", edits),
    })
}

/// The edits that begin each line of a comment with `//`; none where it does not end, or something
/// stands behind it. `here` is the first of its lines.
fn over_lines(here: Line<'_>, sign: &str, end: &str) -> Option<Vec<(Span, String)>> {
    let source = here.source;
    let text = source.slice(Span::new(here.span.start, source.span().end));
    // Up to the next that begins, so that a file full of them is read once.
    let next = text.match_indices(sign).nth(1).map_or(text.len(), |(at, _)| at);
    let Some((words, _)) = text.get(sign.len()..next)?.split_once(end) else {
        return Some(Vec::new());
    };
    let (inside, behind) = text.split_at_checked(sign.len() + words.len())?;
    let behind = behind.strip_prefix(end)?;
    let rest = behind.split('\n').next()?;
    if !rest.trim_matches(is_blank).trim_end().is_empty() {
        return Some(Vec::new());
    }
    let mut edits = vec![(here.part(0, sign.len()), "//".to_owned())];
    let mut at = 0;
    for (number, line) in inside.split_inclusive('\n').enumerate() {
        let words = line.trim_start_matches(is_blank);
        if number > 0 && !words.trim_end().is_empty() {
            edits.push((here.part(at + line.len() - words.len(), 0), "// ".to_owned()));
        }
        at += line.len();
    }
    edits.push((here.part(inside.len(), end.len()), String::new()));
    Some(edits)
}

/// `text "a",` and `text "a";`
pub(super) fn trailing_sign(line: Line<'_>, junk: Option<Span>) -> Option<Diagnostic> {
    let junk = junk?;
    let sign = line.source.slice(junk);
    // A list goes on behind its comma.
    let is_list = matches!(
        line.word(),
        "leads" | "sets" | "on" | "else" | "attribute" | "accept"
    );
    let is_sign = matches!(sign, "," | "." | ";") || sign.bytes().all(|byte| byte == b';');
    if !is_sign || sign == "," && is_list {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::Unexpected,
            line.source,
            junk,
            format!("unexpected `{sign}` at the end of the line"),
        )
        .with_help("remove it: a line ends without a sign")
        .safe_fix(format!("remove `{sign}`"), vec![(junk, String::new())]),
    )
}

/// ```` ```flow ````, which begins or ends a listing elsewhere, and `text '''a'''`.
pub(super) fn tripled_quotes(line: Line<'_>) -> Option<Diagnostic> {
    let (at, marks) = line.outside_of_texts().find_map(|(at, _)| {
        let rest = line.text.get(at..)?;
        let marks = ["```", "'''"].into_iter().find(|marks| rest.starts_with(marks))?;
        Some((at, marks))
    })?;
    let first = line.text.split('\n').next()?.trim_end();
    let name = if marks == "```" {
        "three backticks"
    } else {
        "`'''`"
    };
    let message = format!("unexpected {name}");
    let found = Diagnostic::new(Code::Unexpected, line.source, line.part(at, marks.len()), message);
    let behind = line.text.get(at + marks.len()..)?;
    let is_fence = at == 0 && first.get(marks.len()..)?.chars().all(is_word);
    if is_fence {
        let mut edits = vec![(line.part(0, first.len()), String::new())];
        let last = line.text.rsplit('\n').next()?;
        // Unread, it goes on to the next fence.
        if last.len() < line.text.len() && last.trim_matches(is_blank) == marks {
            edits.push((line.part(line.text.len() - last.len(), last.len()), String::new()));
        }
        let found = found.with_help(
            "remove the line: a flow stands in its file as it is; a text of several lines stands between `\"\"\"` and `\"\"\"`",
        );
        return Some(found.suggested_fix("remove the line", edits));
    }
    let found = found.with_help("a text of several lines stands between `\"\"\"` and `\"\"\"`");
    let inside = behind
        .strip_suffix(marks)
        .filter(|inside| !inside.contains(['"', '\\']) && !inside.contains(marks));
    Some(match inside {
        Some(_) => found.suggested_fix(
            "replace with `\"\"\"`",
            vec![
                (line.part(at, marks.len()), "\"\"\"".to_owned()),
                (
                    line.part(line.text.len() - marks.len(), marks.len()),
                    "\"\"\"".to_owned(),
                ),
            ],
        ),
        None => found,
    })
}

/// `text “““`, several lines, `”””`, as word processors write it.
pub(super) fn curly_block(line: Line<'_>) -> Option<Diagnostic> {
    const MARKS: [&str; 4] = ["“““", "““”", "“””", "”””"];
    let at = MARKS.iter().filter_map(|marks| line.text.find(marks)).min()?;
    let (before, block) = line.text.split_at_checked(at)?;
    let length = "“““".len();
    let inside = block.get(length..)?;
    let end = MARKS.iter().find_map(|marks| inside.strip_suffix(marks))?.len();
    if before.contains('"') || inside.contains("\"\"\"") {
        return None;
    }
    let (open, close) = (line.part(at, length), line.part(at + length + end, length));
    let marks = |span| (span, "\"\"\"".to_owned());
    Some(
        line.malformed(open, "this text does not stand in double quotes".to_owned())
            .with_help("a text of several lines stands between `\"\"\"` and `\"\"\"`")
            .suggested_fix("replace with `\"\"\"`", vec![marks(open), marks(close)]),
    )
}

/// A text in quotes that are none here.
pub(super) fn other_quotes(line: Line<'_>) -> Option<Diagnostic> {
    let mut before = ' ';
    let mut is_first = true;
    for (at, letter) in line.outside_of_texts() {
        let is_start = is_blank(before) || matches!(before, '(' | '=' | ',' | ':');
        before = letter;
        if !is_start {
            continue;
        }
        let from = line.text.get(at + letter.len_utf8()..)?;
        // A line may be full of them: the first tells.
        if is_first && matches!(letter, '\'' | '`' | '‘') && from.starts_with(letter) {
            is_first = false;
            if let Some(found) = doubled_quotes(line, at) {
                return Some(found);
            }
        }
        for (_, close) in QUOTES.iter().filter(|(open, _)| *open == letter) {
            // Like an apostrophe, the sign may stand inside of a word.
            let ends = |end: &(usize, &str)| {
                let behind = from
                    .get(end.0 + end.1.len()..)
                    .and_then(|rest| rest.chars().next());
                !behind.is_some_and(is_word)
            };
            let Some((end, _)) = from.match_indices(*close).find(ends) else {
                continue;
            };
            let inside = from.get(..end)?;
            let span = line.part(at, letter.len_utf8() + end + close.len_utf8());
            let quoted = quote(inside);
            return Some(in_other_quotes(line, span, quoted));
        }
    }
    None
}

/// `text ''Hello''`, at the byte `at`
fn doubled_quotes(line: Line<'_>, at: usize) -> Option<Diagnostic> {
    const DOUBLED: [(&str, &str); 3] = [("''", "''"), ("``", "''"), ("‘‘", "’’")];
    let rest = line.text.get(at..)?;
    let (open, behind) = DOUBLED
        .iter()
        .find_map(|pair| Some((pair, rest.strip_prefix(pair.0)?)))?;
    let inside = behind.get(..behind.rfind(open.1)?)?;
    if inside.is_empty() || inside.contains(open.1) {
        return None;
    }
    let span = line.part(at, open.0.len() + inside.len() + open.1.len());
    Some(in_other_quotes(line, span, quote(inside)))
}

fn in_other_quotes(line: Line<'_>, span: Span, quoted: String) -> Diagnostic {
    line.malformed(span, "this text does not stand in double quotes".to_owned())
        .with_help(format!("a text stands in double quotes: `{}`", shorten(&quoted)))
        .suggested_fix("write it in double quotes", vec![(span, quoted)])
}

/// `text &quot;Hi&quot;`, as pages write quotes.
pub(super) fn entities(line: Line<'_>) -> Option<Diagnostic> {
    const QUOTED: [&str; 5] = ["&quot;", "&#34;", "&#x22;", "&ldquo;", "&rdquo;"];
    let signs = line.outside_of_texts().filter_map(|(at, letter)| {
        let rest = line.text.get(at..).filter(|_| letter == '&')?;
        let entity = QUOTED.into_iter().find(|entity| rest.starts_with(entity))?;
        Some((line.part(at, entity.len()), "\"".to_owned()))
    });
    let edits: Vec<(Span, String)> = signs.collect();
    let (first, _) = edits.first()?;
    let found = line.malformed(*first, format!("unexpected `{}`", line.source.slice(*first)));
    Some(
        found
            .with_help("a text stands in double quotes: `\"…\"`")
            .suggested_fix("replace with `\"`", edits),
    )
}

/// `on start: {`, `if vip: {`
pub(super) fn colon_before_a_block(source: &Source, head: Span, junk: Span) -> Option<Diagnostic> {
    let is_one = source.slice(junk) == ":" && opens_block(source, junk.end);
    let gap = gap_before(Line::new(source, head.to(junk)), junk);
    is_one.then(|| no_colon(source, junk, source.slice(head), gap))
}

/// `else: {`, `else: timeout {`
pub(super) fn colon_behind_else(source: &Source, span: Span) -> Option<Diagnostic> {
    let behind = source
        .slice(span)
        .strip_prefix("else")?
        .trim_start_matches(is_blank);
    let colon = span.end - super::len(behind);
    let colon = Span::new(colon, colon + 1);
    behind
        .starts_with(':')
        .then(|| no_colon(source, colon, "else", colon))
}

fn no_colon(source: &Source, colon: Span, before: &str, gone: Span) -> Diagnostic {
    let message = format!("unexpected `:` after `{}`", shorten(before));
    Diagnostic::new(Code::Unexpected, source, colon, message)
        .with_help("remove the colon")
        .suggested_fix("remove the colon", vec![(gone, String::new())])
}

/// `text = "a"`, `buttons: {`, `text("a")`
pub(super) fn dressed_word(line: Line<'_>) -> Option<Diagnostic> {
    const DRESSED: [&str; 22] = [
        "text", "image", "audio", "video", "gallery", "card", "subtitle", "url", "button", "buttons", "ask",
        "accept", "retry", "call", "goto", "set", "clear", "wait", "handover", "do", "get", "post",
    ];
    let word = match line.text {
        text if text.starts_with("quick replies") => "quick replies",
        text if text.starts_with("no match") => "no match",
        _ => line.word(),
    };
    if !DRESSED.contains(&word) && !word.contains(' ') {
        return None;
    }
    let behind = line.text.get(word.len()..)?;
    let rest = behind.trim_start_matches(is_blank);
    let sign = ["=", ":", "(", "：", "＝"]
        .into_iter()
        .find(|sign| rest.starts_with(sign))?;
    if word == "set" && sign != "(" {
        return None;
    }
    let at = line.text.len() - rest.len();
    let span = line.part(at, sign.len());
    if sign == "(" {
        let is_closed = rest.ends_with(')');
        let mut edits = vec![(
            span,
            if behind.len() == rest.len() {
                " ".to_owned()
            } else {
                String::new()
            },
        )];
        if is_closed {
            edits.push((line.part(line.text.len() - 1, 1), String::new()));
        }
        let found = line
            .malformed(span, format!("unexpected `(` after `{word}`"))
            .with_help("remove the brackets");
        return Some(if is_closed {
            found.suggested_fix("remove the brackets", edits)
        } else {
            found
        });
    }
    let behind_sign = rest.get(sign.len()..).unwrap_or_default();
    let blanks = behind_sign.len() - behind_sign.trim_start_matches(is_blank).len();
    let gap = if behind_sign.is_empty() { "" } else { " " };
    Some(
        line.malformed(span, format!("unexpected `{sign}` after `{word}`"))
            .with_help(format!("remove the `{sign}`"))
            .suggested_fix(
                format!("remove `{sign}`"),
                vec![(
                    line.part(word.len(), at + sign.len() + blanks - word.len()),
                    gap.to_owned(),
                )],
            ),
    )
}

/// `sequence my-seq`
pub(super) fn hyphen(line: Line<'_>) -> Option<Diagnostic> {
    const NAMED: [&str; 9] = [
        "sequence",
        "api",
        "action",
        "attribute",
        "server",
        "goto",
        "call",
        "clear",
        "do",
    ];
    let from = if NAMED.contains(&line.word()) {
        line.text.len() - line.rest().len()
    } else if line.text.starts_with(['"', '“']) || line.word() == "button" {
        let (at, _) = line
            .outside_of_texts()
            .find(|(at, _)| line.text.get(*at..).is_some_and(|rest| rest.starts_with("-> ")))?;
        at + 3
    } else if line.word() == "set" {
        line.text.len() - line.rest().len()
    } else {
        return None;
    };
    let rest = line.text.get(from..)?;
    let length = rest
        .find(|letter: char| !is_word(letter) && letter != '-')
        .unwrap_or(rest.len());
    let name = rest.get(..length)?;
    let is_name = name.starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    if !is_name || !name.contains('-') || name.ends_with('-') {
        return None;
    }
    let span = line.part(from, length);
    let better = name.replace('-', "_");
    Some(
        line.malformed(span, format!("`{name}` cannot be a name"))
            .with_help(format!("a name has letters, digits and `_`: `{better}`"))
            .suggested_fix(format!("replace with `{better}`"), vec![(span, better)]),
    )
}

/// `no-match {`, `Quick Replies {`
pub(super) fn joined_words(line: Line<'_>) -> Option<Diagnostic> {
    const PAIRS: [&str; 5] = [
        "no match",
        "no reply",
        "no interrupts",
        "quick replies",
        "leads to",
    ];
    let pair = PAIRS.into_iter().find(|pair| {
        let (first, second) = pair.split_once(' ').unwrap_or_default();
        let written = line.text.get(..pair.len()).unwrap_or_default();
        let behind = line.text.get(pair.len()..).unwrap_or_default();
        let words = written.get(..first.len()).zip(written.get(first.len() + 1..));
        let is_pair = words
            .is_some_and(|(one, two)| one.eq_ignore_ascii_case(first) && two.eq_ignore_ascii_case(second));
        let gap = written.get(first.len()..=first.len());
        is_pair
            && (matches!(gap, Some("-" | "_")) || gap == Some(" ") && written != *pair)
            && !behind.starts_with(is_word)
    })?;
    let span = line.part(0, pair.len());
    let written = line.source.slice(span);
    let found = Diagnostic::new(
        Code::UnknownKeyword,
        line.source,
        span,
        format!("unknown word `{written}`"),
    );
    let help = if written.contains(' ') {
        format!("did you mean `{pair}`?")
    } else {
        format!("these are two words: `{pair}`")
    };
    Some(
        found
            .with_help(help)
            .suggested_fix(format!("replace with `{pair}`"), vec![(span, pair.to_owned())]),
    )
}

/// `set n = ৫`, `accept number ১..১০`: what a flow computes with has plain digits, whatever customers write.
pub(super) fn foreign_digits(line: Line<'_>) -> Option<Diagnostic> {
    const NAMED: [&str; 8] = [
        "sequence", "api", "action", "server", "goto", "call", "clear", "do",
    ];
    let mut before = ' ';
    let mut edits = Vec::new();
    for (at, letter) in line.outside_of_texts() {
        let is_start = digit(letter).is_some() && !is_word(before) && before != '.';
        before = letter;
        let Some(rest) = line.text.get(at..).filter(|_| is_start) else {
            continue;
        };
        let token = rest
            .find(|letter| !is_word(letter) && letter != '.')
            .map_or(rest, |end| rest.get(..end).unwrap_or_default());
        let number = with_ascii_digits(token);
        // A unit may follow.
        let digits = number.trim_end_matches(['s', 'm', 'h', 'd']);
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if is_number && number != token {
            edits.push((line.part(at, token.len()), number));
        }
    }
    let (span, number) = edits.first()?.clone();
    if NAMED.contains(&line.word()) {
        return None;
    }
    Some(
        line.malformed(
            span,
            format!("`{}` has digits of another script", line.source.slice(span)),
        )
        .with_help(format!("a flow has the digits 0 to 9: write `{number}`"))
        .suggested_fix(format!("replace with `{number}`"), edits),
    )
}

/// `set n = n − 1`, `if n × 2 > 5`
pub(super) fn foreign_operator(line: Line<'_>) -> Option<Diagnostic> {
    let from = match line.word() {
        "if" | "else" => 0,
        "set" | "attribute" | "header" | "param" | "field" => line.text.find('=')?,
        _ => return None,
    };
    let signs = line.outside_of_texts().filter(|(at, _)| *at >= from);
    let edits: Vec<(Span, String)> = signs
        .filter_map(|(at, letter)| {
            let ours = match letter {
                '−' | '–' | '—' => "-",
                '×' | '⋅' | '∙' => "*",
                '÷' | '∕' => "/",
                _ => return None,
            };
            Some((line.part(at, letter.len_utf8()), ours.to_owned()))
        })
        .collect();
    let (span, ours) = edits.first()?.clone();
    let sign = line.source.slice(span);
    Some(
        line.malformed(span, format!("`{sign}` is no sign of a calculation"))
            .with_help(format!("write `{ours}`"))
            .suggested_fix(format!("replace with `{ours}`"), edits),
    )
}

/// `set t = {{x}}`, `if {{n}} > 1`
pub(super) fn braces_around_a_name(line: Line<'_>) -> Option<Diagnostic> {
    const WITH_VALUES: [&str; 8] = ["set", "if", "else", "clear", "header", "param", "field", "call"];
    let is_option = line.text.starts_with(['"', '“']) || line.word() == "button";
    if !WITH_VALUES.contains(&line.word()) && !is_option {
        return None;
    }
    let (at, _) = line
        .outside_of_texts()
        .find(|(at, _)| line.text.get(*at..).is_some_and(|rest| rest.starts_with("{{")))?;
    let inside = line.text.get(at + 2..)?.split("}}").next()?;
    if line.text.get(at + 2 + inside.len()..)?.is_empty() {
        return None;
    }
    let name = inside.trim_matches(is_blank);
    if name.is_empty() || !name.chars().all(is_word) {
        return None;
    }
    let span = line.part(at, inside.len() + 4);
    Some(
        line.malformed(
            span,
            format!("expected a name, found `{}`", line.source.slice(span)),
        )
        .with_help(format!(
            "outside of a text, a name stands without braces: `{name}`"
        ))
        .suggested_fix(format!("replace with `{name}`"), vec![(span, name.to_owned())]),
    )
}
