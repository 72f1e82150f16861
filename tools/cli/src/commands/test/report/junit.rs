//! How tests ended, as the XML that most readers of test results take: a `testsuite` a file, a `testcase` a test.
//!
//! The form is the one that <https://github.com/testmoapp/junitxml> describes.

use std::fmt::{self, Write as _};
use std::io::Write;
use std::time::Duration;

use sayflow::Diagnostic;
use sayflow_test::Test;

use super::{Ran, Report, Summary};
use crate::exit::Stop;
use crate::visible::visible;

/// Everything is kept until the end: the numbers stand on top.
#[derive(Debug, Default)]
pub(super) struct Junit {
    suites: Vec<TestSuite>,
}

/// The tests of a file.
#[derive(Debug, Default)]
struct TestSuite {
    name: String,
    tests: usize,
    failures: usize,
    errors: usize,
    elapsed: Duration,
    /// The elements inside.
    cases: String,
}

impl Report for Junit {
    fn begin(&mut self, _: &mut dyn Write, _: usize) -> Result<(), Stop> {
        Ok(())
    }

    fn broken(&mut self, _: &mut dyn Write, errors: &[Diagnostic]) -> Result<(), Stop> {
        let file = file_of(errors);
        let suite = self.suite(&file);
        suite.tests += 1;
        suite.errors += 1;
        let name = Escaped(&file);
        let _ = writeln!(
            suite.cases,
            "    <testcase name=\"the flow can be run\" classname=\"{name}\" time=\"0\">"
        );
        let texts = errors.iter().map(|error| {
            let place = crate::render::place(error).unwrap_or_default();
            format!("{place}: {}", error.message())
        });
        element(&mut suite.cases, "error", errors, texts);
        suite.cases.push_str("    </testcase>\n");
        Ok(())
    }

    fn test(&mut self, _: &mut dyn Write, test: Test<'_>, ran: &Ran) -> Result<(), Stop> {
        let suite = self.suite(test.source().name());
        suite.tests += 1;
        suite.elapsed += ran.elapsed;
        let (name, file) = (Escaped(test.name()), Escaped(test.source().name()));
        let line = test.source().position(test.span().start).line;
        let _ = write!(
            suite.cases,
            "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\" time=\"{}\"",
            seconds(ran.elapsed)
        );
        if ran.verdict.is_ok() {
            suite.cases.push_str("/>\n");
            return Ok(());
        }
        suite.failures += 1;
        suite.cases.push_str(">\n");
        let failures = &ran.verdict.failures;
        let findings: Vec<Diagnostic> = failures
            .iter()
            .map(|failure| failure.diagnostic.clone())
            .collect();
        let texts = failures.iter().map(ToString::to_string);
        element(&mut suite.cases, "failure", &findings, texts);
        suite.cases.push_str("    </testcase>\n");
        Ok(())
    }

    fn end(&mut self, output: &mut dyn Write, summary: &Summary) -> Result<(), Stop> {
        let sum = |number: fn(&TestSuite) -> usize| -> usize { self.suites.iter().map(number).sum() };
        let (tests, failures, errors) = (
            sum(|suite| suite.tests),
            sum(|suite| suite.failures),
            sum(|suite| suite.errors),
        );
        let time = seconds(summary.elapsed);
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <testsuites name=\"sayflow\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{time}\">\n"
        );
        for suite in &self.suites {
            let _ = writeln!(
                xml,
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\" time=\"{}\">\n{}  \
                 </testsuite>",
                Escaped(&suite.name),
                suite.tests,
                suite.failures,
                suite.errors,
                seconds(suite.elapsed),
                suite.cases,
            );
        }
        xml.push_str("</testsuites>\n");
        output.write_all(xml.as_bytes())?;
        Ok(())
    }
}

impl Junit {
    fn suite(&mut self, name: &str) -> &mut TestSuite {
        let known = self.suites.iter().rposition(|suite| suite.name == name);
        let at = known.unwrap_or(self.suites.len());
        if known.is_none() {
            self.suites.push(TestSuite {
                name: name.to_owned(),
                ..TestSuite::default()
            });
        }
        let suite = self.suites.get_mut(at);
        #[expect(clippy::expect_used, reason = "it has just been found or pushed")]
        suite.expect("a suite of this name")
    }
}

/// The file of the first error.
fn file_of(errors: &[Diagnostic]) -> String {
    let labels = errors.iter().flat_map(Diagnostic::labels);
    let mut files = labels.map(|label| label.source.name().to_owned());
    files.next().unwrap_or_default()
}

/// What is wrong, in one element: many readers take the first alone.
fn element(xml: &mut String, tag: &str, findings: &[Diagnostic], texts: impl Iterator<Item = String>) {
    let Some((first, others)) = findings.split_first() else {
        return;
    };
    let more = match others.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let (message, code) = (Escaped(first.message()), first.code());
    let _ = write!(xml, "      <{tag} message=\"{message}{more}\" type=\"{code}\">");
    let text: String = texts.map(|text| format!("{}\n", text.trim_end())).collect();
    for (number, line) in text.lines().enumerate() {
        let line_break = if number > 0 { "\n" } else { "" };
        let _ = write!(xml, "{line_break}{}", Escaped(line));
    }
    let _ = writeln!(xml, "</{tag}>");
}

fn seconds(elapsed: Duration) -> String {
    format!("{:.6}", elapsed.as_secs_f64())
}

/// A text inside XML: marks as entities, and pictures for what XML 1.0 has no place for.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in visible(self.0).chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // A reader would make blanks of them in an attribute.
                '\n' => f.write_str("&#10;")?,
                '\t' => f.write_str("&#9;")?,
                '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn every_text_can_stand_in_xml() {
        let text = "<a b=\"1\">&\n\t\u{1b}\u{ffff}আমি";
        let escaped = "&lt;a b=&quot;1&quot;&gt;&amp;&#10;&#9;␛\u{fffd}আমি";
        assert_eq!(Escaped(text).to_string(), escaped);
    }
}
