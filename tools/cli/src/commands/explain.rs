//! `sayflow explain`: the page of a code.

use std::io::Write;

use anstyle::{AnsiColor, Style};
use clap::Args;
use sayflow::Code;

use crate::exit::{Exit, Stop};
use crate::render::width;
use sayflow_kit::{nearest, page};

/// Say what the code of a finding means
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Explain {
    /// The code, such as `check::unknown_sequence`; without it every code is listed
    code: Option<String>,
}

const AFTER_HELP: &str = "\
Examples:
  sayflow explain check::unknown_sequence
  sayflow explain unknown_sequence
  sayflow explain

Exit codes:
  0  fine
  2  there is no such code";

/// Between a code and its meaning in the list.
const GAP: &str = "  ";
/// The columns of a meaning where the terminal is too narrow for it.
const LEAST_MEANING: usize = 24;
const STRONG: Style = Style::new().bold();
const CODE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));

impl Explain {
    /// Prints one section, or the list.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let text = match &self.code {
            None => list(),
            Some(name) => match code(name) {
                Some(code) => drawn(code),
                None => return Err(Stop::misuse(unknown(name))),
            },
        };
        anstream::stdout().write_all(text.as_bytes())?;
        Ok(Exit::Fine)
    }
}

/// The code of that name; its stage may be left out.
fn code(name: &str) -> Option<Code> {
    let mut codes = Code::ALL.iter().copied();
    name.parse()
        .ok()
        .or_else(|| codes.find(|code| short_name(*code) == name))
}

fn short_name(code: Code) -> &'static str {
    code.as_str().rsplit("::").next().unwrap_or_default()
}

fn list() -> String {
    let widest = Code::ALL
        .iter()
        .map(|code| code.as_str().len())
        .max()
        .unwrap_or_default();
    let lines = Code::ALL.iter().map(|code| {
        let name = format!("{:widest$}", code.as_str());
        let indent = " ".repeat(widest + GAP.len());
        let options = textwrap::Options::new(width().max(indent.len() + LEAST_MEANING))
            .initial_indent(&indent)
            .subsequent_indent(&indent)
            .break_words(false);
        let meaning = textwrap::fill(&meaning(*code), options);
        let meaning = meaning.get(indent.len()..).unwrap_or_default();
        let line = format!("{STRONG}{name}{STRONG:#}{GAP}{meaning}");
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

/// The first sentence of the code's section.
fn meaning(code: Code) -> String {
    let paragraph: Vec<&str> = page(code)
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .collect();
    let paragraph = paragraph.join(" ");
    match paragraph.split_once(". ") {
        Some((sentence, _)) => format!("{sentence}."),
        None => paragraph,
    }
}

/// The section with a bold heading and coloured code.
fn drawn(code: Code) -> String {
    let mut text = format!("{STRONG}{code}{STRONG:#} ({})\n\n", code.severity());
    let mut is_code = false;
    for line in page(code).lines() {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        match line {
            _ if is_fence => {}
            _ if is_code && !line.is_empty() => text.push_str(&format!("    {CODE}{line}{CODE:#}\n")),
            _ => text.push_str(&format!("{line}\n")),
        }
    }
    text
}

fn unknown(name: &str) -> String {
    let mut near: Vec<(usize, Code)> = Code::ALL
        .iter()
        .filter_map(|code| Some((edits(name, *code)?, *code)))
        .collect();
    near.sort_by_key(|(edits, _)| *edits);
    let near: Vec<String> = near.iter().take(3).map(|(_, code)| format!("`{code}`")).collect();
    let hint = match near.as_slice() {
        [] => "`sayflow explain` lists them all".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    format!("no diagnostic has the code `{name}`: {hint}")
}

/// How far a name is from a code, by the whole code or without its stage; `None` for too far.
fn edits(name: &str, code: Code) -> Option<usize> {
    let last = name.rsplit("::").next().unwrap_or_default();
    let whole = nearest::edits(name, code.as_str());
    let short = nearest::edits(last, short_name(code));
    whole.into_iter().chain(short).min()
}
