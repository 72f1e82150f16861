//! What a fake shows: how it is reached, and each request.

use std::collections::BTreeMap;
use std::path::Path;

use anstyle::{AnsiColor, Style};
use indexmap::IndexMap;
use sayflow::Program;
use sayflow_fake::{Fake, Faked, Served};
use serde::Serialize;

use super::line;
use crate::commands::new::typed;
use crate::visible::{on_one_line, visible};

const STRONG: Style = Style::new().bold();
const GOOD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
const BAD: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));

/// How a fake is reached.
#[derive(Debug, Serialize)]
pub(super) struct Start {
    /// Where it listens.
    address: String,
    /// The address that takes the place of each server or origin.
    servers: IndexMap<String, String>,
    apis: Vec<Faked>,
    /// The made-up secrets with their values, the others without.
    secrets: BTreeMap<String, Option<String>>,
    notes: Vec<String>,
    #[serde(skip)]
    flow: String,
}

/// One line of JSON says which one it is.
#[derive(Debug, Serialize)]
pub(super) struct StartLine<'s> {
    start: &'s Start,
}

impl Start {
    pub(super) fn of(fake: &Fake, program: &Program, flow: &Path, notes: Vec<String>) -> Self {
        let secrets = program.secrets().into_keys().map(|name| {
            let made_up = (!fake.secrets().is_given(&name)).then(|| fake.secrets().expected(&name));
            (name, made_up)
        });
        Self {
            address: format!("http://{}", fake.address()),
            servers: fake.servers().into_iter().collect(),
            apis: fake.apis(),
            secrets: secrets.collect(),
            notes,
            flow: typed(&flow.display().to_string()).into_owned(),
        }
    }

    pub(super) fn json(&self) -> StartLine<'_> {
        StartLine { start: self }
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{STRONG}{}{STRONG:#} stands in for {}\n\n",
            self.address,
            line(&self.flow)
        );
        let widest = |length: fn(&Faked) -> usize| self.apis.iter().map(length).max().unwrap_or_default();
        let (path, api) = (
            widest(|it| it.path.chars().count()),
            widest(|it| it.api.chars().count()),
        );
        for faked in &self.apis {
            let method = faked.method.to_string();
            let row = format!(
                "{method:4}  {:path$}  {:api$}  {}",
                faked.path, faked.api, faked.source
            );
            text.push_str(&format!("  {}\n", line(&row)));
        }
        if !self.secrets.is_empty() {
            text.push_str("\nSecrets that must arrive:\n");
        }
        for (name, value) in &self.secrets {
            let value = value.as_deref().unwrap_or("(as the environment has it)");
            text.push_str(&format!("  {name}  {}\n", line(value)));
        }
        for note in &self.notes {
            text.push_str(&format!("\nNote: {}\n", on_one_line(note)));
        }
        text.push_str(&format!("\nTo talk to it:\n  {}\n", line(&self.command())));
        text
    }

    /// The command with which a chat talks to the fake.
    fn command(&self) -> String {
        let mut command = String::new();
        for (name, value) in &self.secrets {
            // What the environment has already need not be said.
            if let Some(value) = value {
                command.push_str(&format!("{name}={value} "));
            }
        }
        command.push_str(&format!("sayflow run {}", self.flow));
        for (server, address) in &self.servers {
            command.push_str(&format!(" --server {server}={address}"));
        }
        command
    }
}

/// A request, what it carried and what was answered.
pub(super) fn served(served: &Served) -> String {
    let api = served.api.as_deref().unwrap_or("no API");
    let title = match served.method.as_str() {
        "" => "no request".to_owned(),
        method => line(&format!("{method} {}", served.target)),
    };
    let mut text = format!("{STRONG}{title}{STRONG:#}  {}\n", line(api));
    for (name, value) in &served.headers {
        text.push_str(&format!("  {}\n", line(&format!("{name}: {value}"))));
    }
    if let Some(body) = &served.body {
        for part in body.pretty().lines() {
            text.push_str(&format!("  {}\n", visible(part)));
        }
    }
    let is_good = served.status.is_some_and(|status| (200..=299).contains(&status));
    let style = if is_good && served.problem.is_none() {
        GOOD
    } else {
        BAD
    };
    let status = served
        .status
        .map_or("no reply".to_owned(), |status| status.to_string());
    let held = match served.held_ms {
        0 => String::new(),
        time => format!(", held for {time} ms"),
    };
    text.push_str(&format!(
        "  {style}⇢ {status}{style:#} {}{held}\n",
        line(&served.source)
    ));
    for problem in served.problem.iter().flat_map(|problem| problem.lines()) {
        text.push_str(&format!("    {BAD}{}{BAD:#}\n", visible(problem)));
    }
    text
}
