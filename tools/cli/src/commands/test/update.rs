//! `sayflow test --update` and `--review`: tests that failed are rewritten to what was said.

use std::io::{self, BufRead, Read, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use sayflow::{Diagnostic, Edit, Severity, Source, Span};
use sayflow_test::{Suite, Test};
use similar::{ChangeTag, TextDiff};

use super::report::{self, Format};
use super::runner;
use super::suites::TestedFlow;
use crate::atomic_file;
use crate::exit::Stop;
use crate::flow_files::{self, FlowFile};
use crate::render::counted;
use crate::told::{self, Told};
use crate::visible::{on_one_line, visible};

const ADDED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const REMOVED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const PLACE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
const BOLD: Style = Style::new().bold();

/// The bytes of an answer that are read; more say nothing.
const ANSWER_BYTES: u64 = 1024;

/// The lines around a change that are shown.
const LINES_AROUND: usize = 3;

/// How long a file is compared: one with thousands of changes is shown with larger ones after it.
const PATIENCE: Duration = Duration::from_millis(200);

/// A test with the edits after which it expects what was said.
struct Rewritten<'s> {
    test: Test<'s>,
    edits: Vec<Edit>,
}

/// Runs these tests and rewrites the files of those that failed.
pub(super) fn update(flows: &[TestedFlow], chosen: &[Test<'_>], arguments: &super::Test) -> Result<(), Stop> {
    let (mut rewritten, mut left) = (Vec::new(), Vec::new());
    runner::run(chosen, arguments.jobs(), &mut None, |test, ran| {
        let edits = test.updated(&ran.verdict);
        if let Some(reason) = test.left_by_update(&ran.verdict) {
            let how = if edits.is_empty() {
                "left as it is"
            } else {
                "not updated to its end"
            };
            left.push(format!("{how}: {}: {reason}", on_one_line(test.name())));
        }
        if !ran.verdict.is_ok() && !edits.is_empty() {
            rewritten.push(Rewritten { test, edits });
        }
        Ok(())
    })?;
    // Among results for programs there is no place for it.
    let output: Box<dyn Write> = match arguments.format {
        Format::Human => Box::new(anstream::stdout()),
        _ => Box::new(told::aside()),
    };
    let mut told = Told::to(output);
    if arguments.review {
        rewritten = review(rewritten, &mut told)?;
    }
    let (mut tests, mut files) = (0, 0);
    let written = write(
        flows,
        &rewritten,
        (&mut tests, &mut files),
        (arguments.review, &mut told),
    );
    if files > 0 {
        let (tests, files) = (counted(tests, "test"), counted(files, "file"));
        writeln!(told, "updated {tests} in {files}")?;
    } else if written.is_ok() {
        writeln!(told, "nothing was updated")?;
    }
    if written.is_err() {
        // What is written already stays, and the error comes behind it.
        told.end()?;
        return written;
    }
    for line in left {
        writeln!(told, "{}", visible(&line))?;
    }
    writeln!(told)?;
    Ok(told.end()?)
}

/// Writes every file that changes, and counts how many tests were rewritten in how many files.
fn write(
    flows: &[TestedFlow],
    rewritten: &[Rewritten<'_>],
    (tests, files): (&mut usize, &mut usize),
    (is_reviewed, told): (bool, &mut dyn Write),
) -> Result<(), Stop> {
    for flow in flows {
        for (file, text, number) in new_texts(flow, rewritten, told)? {
            atomic_file::replace(&file.path, file.source.text(), &text)?;
            if !is_reviewed {
                diff(&file.source, &text, told)?;
            }
            *tests += number;
            *files += 1;
        }
    }
    Ok(())
}

/// The files of a flow that change, each with its new text and the number of its tests that were rewritten.
fn new_texts<'f>(
    flow: &'f TestedFlow,
    rewritten: &[Rewritten<'_>],
    output: &mut dyn Write,
) -> Result<Vec<(&'f FlowFile, String, usize)>, Stop> {
    let mut texts = Vec::new();
    for file in &flow.flow.files {
        let own: Vec<&Rewritten<'_>> = rewritten
            .iter()
            .filter(|rewritten| *rewritten.test.source() == file.source)
            .collect();
        if !own.is_empty() {
            let edits = own.iter().flat_map(|rewritten| &rewritten.edits);
            texts.push((file, edited(&file.source, edits), own.len()));
        }
    }
    let own = flow.flow.files.iter().filter(|file| file.is_own);
    let sources = own.map(|file| {
        let text = texts.iter().find(|(changed, ..)| changed.path == file.path);
        text.map_or_else(
            || file.source.clone(),
            |(_, text, _)| Source::new(file.source.name(), text.clone()),
        )
    });
    let catalogs = flow.flow.catalogs.iter().map(|catalog| catalog.source.clone());
    if let (false, Err(errors)) = (texts.is_empty(), Suite::load(sources.chain(catalogs))) {
        let errors: Vec<Diagnostic> = errors
            .into_iter()
            .filter(|error| error.severity() == Severity::Error)
            .collect();
        let mut drawn = Vec::new();
        report::draw_errors(&errors, &mut drawn)?;
        output.write_all(&drawn)?;
        writeln!(
            output,
            "nothing was written: with what was said there would be these errors"
        )?;
        return Ok(Vec::new());
    }
    Ok(texts)
}

/// The text of a file with its edits. One in canonical form keeps it.
fn edited<'e>(source: &Source, edits: impl Iterator<Item = &'e Edit>) -> String {
    let edits: Vec<(Span, String)> = edits.map(|edit| (edit.span, edit.text.clone())).collect();
    let text = sayflow_kit::apply_edits(source.text(), &edits);
    if flow_files::formatted(source) == source.text() {
        flow_files::formatted(&Source::new(source.name(), text))
    } else {
        text
    }
}

enum Answer {
    Yes,
    No,
    All,
    Quit,
}

/// Those of the rewritten tests that somebody wants.
fn review<'s>(rewritten: Vec<Rewritten<'s>>, output: &mut dyn Write) -> Result<Vec<Rewritten<'s>>, Stop> {
    let mut wanted = Vec::new();
    let mut is_all = false;
    for one in rewritten {
        let name = on_one_line(one.test.name());
        writeln!(output, "{BOLD}{name}{BOLD:#}")?;
        let source = one.test.source();
        diff(source, &edited(source, one.edits.iter()), output)?;
        match if is_all { Answer::Yes } else { ask(output)? } {
            Answer::Yes => wanted.push(one),
            Answer::No => {}
            Answer::All => {
                is_all = true;
                wanted.push(one);
            }
            Answer::Quit => break,
        }
    }
    Ok(wanted)
}

/// Asks until there is an answer; the end of the input is one.
fn ask(output: &mut dyn Write) -> Result<Answer, Stop> {
    loop {
        write!(output, "Expect this from now on? y(es), n(o), a(ll), q(uit): ")?;
        output.flush()?;
        let mut line = String::new();
        let length = io::stdin().lock().take(ANSWER_BYTES).read_line(&mut line)?;
        let is_told = length > 0 && line.ends_with('\n');
        writeln!(output)?;
        match line.trim().to_lowercase().as_str() {
            "y" | "yes" => return Ok(Answer::Yes),
            "n" | "no" => return Ok(Answer::No),
            "a" | "all" => return Ok(Answer::All),
            "q" | "quit" => return Ok(Answer::Quit),
            _ if !is_told => return Ok(Answer::Quit),
            _ => {}
        }
    }
}

/// What changes of a file, in the form of `diff -u`.
fn diff(source: &Source, text: &str, output: &mut dyn Write) -> Result<(), Stop> {
    let name = on_one_line(source.name());
    let compared = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(source.text(), text);
    writeln!(output, "{BOLD}--- {name}{BOLD:#}\n{BOLD}+++ {name}{BOLD:#}")?;
    for hunk in compared.unified_diff().context_radius(LINES_AROUND).iter_hunks() {
        writeln!(output, "{PLACE}{}{PLACE:#}", hunk.header())?;
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (" ", Style::new()),
                ChangeTag::Delete => ("-", REMOVED),
                ChangeTag::Insert => ("+", ADDED),
            };
            let line = change.value().trim_end_matches(['\n', '\r']);
            writeln!(output, "{style}{sign}{}{style:#}", visible(line))?;
        }
    }
    writeln!(output)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sayflow::Source;

    use super::diff;

    #[test]
    fn a_file_with_thousands_of_changes_is_shown_soon() {
        let lines = |word: &str| {
            (0..100_000)
                .map(|line| format!("{word}{line}\n"))
                .collect::<String>()
        };
        let mut output = Vec::new();
        assert!(diff(&Source::new("t.test.flow", lines("a")), &lines("b"), &mut output).is_ok());
        let shown = String::from_utf8(output).unwrap();
        let with = |sign: &str| shown.lines().filter(|line| line.contains(sign)).count();
        assert_eq!((with("-a"), with("+b")), (100_000, 100_000));
    }
}
