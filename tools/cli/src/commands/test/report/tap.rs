//! How tests ended, in the Test Anything Protocol, version 14.
//!
//! <https://testanything.org/tap-version-14-specification.html>

use std::fmt::Write as _;
use std::io::Write;

use sayflow::Diagnostic;
use sayflow_test::{Difference, Test};
use serde_json::Value as Json;

use super::{Ran, Report, Summary};
use crate::exit::Stop;
use crate::visible::{in_json, visible};

/// A line a test; a YAML block below one that failed.
#[derive(Debug, Default)]
pub(super) struct Tap {
    number: usize,
}

impl Report for Tap {
    fn begin(&mut self, output: &mut dyn Write, number: usize) -> Result<(), Stop> {
        writeln!(output, "TAP version 14\n1..{number}")?;
        Ok(())
    }

    fn broken(&mut self, output: &mut dyn Write, errors: &[Diagnostic]) -> Result<(), Stop> {
        let mut text = self.point(false, "the flow can be run");
        text.push_str("  ---\n  failures:\n");
        for error in errors {
            finding(&mut text, error);
        }
        text.push_str("  ...\n");
        output.write_all(text.as_bytes())?;
        Ok(())
    }

    fn test(&mut self, output: &mut dyn Write, test: Test<'_>, ran: &Ran) -> Result<(), Stop> {
        let mut text = self.point(ran.verdict.is_ok(), test.name());
        if !ran.verdict.is_ok() {
            let millis = ran.elapsed.as_secs_f64() * 1000.0;
            let _ = write!(text, "  ---\n  duration_ms: {millis:.3}\n  failures:\n");
            for failure in &ran.verdict.failures {
                finding(&mut text, &failure.diagnostic);
                if !failure.difference.is_empty() {
                    let side = |is_left_out: fn(&Difference) -> bool| -> String {
                        let parts = failure.difference.iter().filter(|part| !is_left_out(part));
                        parts.map(words).collect()
                    };
                    let wanted = side(|part| matches!(part, Difference::Found(_)));
                    let found = side(|part| matches!(part, Difference::Expected(_)));
                    let _ = writeln!(
                        text,
                        "      wanted: {}\n      found: {}",
                        quoted(&wanted),
                        quoted(&found)
                    );
                }
                if !failure.turn.is_empty() {
                    text.push_str("      turn:\n");
                    for line in &failure.turn {
                        let _ = writeln!(text, "        - {}", quoted(line));
                    }
                }
            }
            text.push_str("  ...\n");
        }
        output.write_all(text.as_bytes())?;
        Ok(())
    }

    fn end(&mut self, _: &mut dyn Write, _: &Summary) -> Result<(), Stop> {
        Ok(())
    }
}

impl Tap {
    fn point(&mut self, is_ok: bool, name: &str) -> String {
        self.number += 1;
        let word = if is_ok { "ok" } else { "not ok" };
        format!("{word} {} - {}\n", self.number, description(name))
    }
}

/// A name on one line, its marks escaped.
fn description(name: &str) -> String {
    visible(name)
        .replace('\\', "\\\\")
        .replace('#', "\\#")
        .replace(['\n', '\t'], " ")
}

fn finding(text: &mut String, finding: &Diagnostic) {
    let _ = writeln!(text, "    - message: {}", quoted(finding.message()));
    let _ = writeln!(text, "      code: {}", quoted(finding.code().as_str()));
    text.push_str("      at:\n");
    for label in finding.labels() {
        let position = label.source.position(label.span.start);
        let (file, line, column) = (quoted(label.source.name()), position.line, position.column);
        let _ = writeln!(
            text,
            "        - {{ file: {file}, line: {line}, column: {column} }}"
        );
    }
    if let Some(help) = finding.help() {
        let _ = writeln!(text, "      help: {}", quoted(help));
    }
}

fn words(part: &Difference) -> &str {
    match part {
        Difference::Same(words) | Difference::Expected(words) | Difference::Found(words) => words,
    }
}

/// A text in double quotes: JSON's are YAML's, too, but for two characters that YAML does not know (YAML 1.2, section 5.1).
fn quoted(text: &str) -> String {
    let json = in_json(&Json::from(text).to_string());
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

#[cfg(test)]
mod tests {
    use super::{description, quoted};

    #[test]
    fn a_text_has_no_character_that_yaml_does_not_know() {
        assert_eq!(quoted("a\u{fffe}\u{ffff}\u{7f}"), r#""a\ufffe\uffff\u007f""#);
    }

    #[test]
    fn a_name_cannot_be_a_directive() {
        assert_eq!(description("a # SKIP \\ b\nc"), "a \\# SKIP \\\\ b c");
    }
}
