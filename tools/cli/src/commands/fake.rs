//! `sayflow fake`: a server that takes the place of those of a flow.

mod shown;

use std::collections::HashMap;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;
use sayflow::{Outcome, Program};
use sayflow_fake::Settings;

use super::run::report;
use crate::endpoints::FlowSecrets;
use crate::exit::{Exit, Stop};
use crate::flow_files;

use crate::visible::visible;

/// Stand in for the servers of a flow
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Fake {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// The port on this machine; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,

    /// Let every call of an API end in an outcome, whatever its file says
    #[arg(long, value_name = "API=OUTCOME", value_parser = outcome)]
    outcome: Vec<(String, Outcome)>,

    /// One JSON object a line: first the start, then each request
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
Every API is answered from `fake/API.json` beside the flow. A JSON object there is the body
of the reply; a JSON list is a script, whose entries are tried in order:

  [
    { \"when\": { \"order_no\": \"AB-000001\" }, \"outcome\": \"declined\" },
    { \"reply\": { \"success\": true, \"data\": \"packed\" }, \"delay_ms\": 800 },
    { \"reply\": { \"success\": true, \"data\": \"on its way\" } }
  ]

The files are read anew at each request. An API without a file gets a made-up reply. What
arrives is shown as it comes, and the server goes on until it is stopped with Ctrl-C.

An outcome is ok, empty, timeout, unreachable, status, \"too large\", \"not json\", declined or
contract. A secret must arrive as the environment variable of its name has it, or with a
made-up value that is shown at the start.

Examples:
  sayflow fake shop
  sayflow fake shop --port 0 --outcome order_status=timeout
  curl -H 'X-Shop-Token: fake-SHOP_TOKEN' http://127.0.0.1:8080/v1/banner

Exit codes:
  0  nobody reads what it shows
  1  the flow or its files have errors
  2  misuse: an unknown argument, a port that is taken";

/// `order_status=timeout`; the blank in `not json` may be a hyphen.
fn outcome(argument: &str) -> Result<(String, Outcome), String> {
    let (api, word) = argument
        .split_once('=')
        .ok_or("expected API=OUTCOME, such as `order_status=timeout`")?;
    let outcome = word.replace(['-', '_'], " ").parse().map_err(|_| {
        let words = Outcome::ALL.map(Outcome::as_str).join(", ");
        format!("no call ends in `{word}`: it is one of {words}")
    })?;
    Ok((api.to_owned(), outcome))
}

impl Fake {
    /// Serves until the process is ended, or nobody reads what it shows.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let program = match flow_files::program(&self.path)? {
            Ok(program) => program,
            Err(findings) => {
                report(&findings);
                return Ok(Exit::Findings);
            }
        };
        for (api, _) in &self.outcome {
            flow_files::check_api(&program, api)?;
        }
        let settings = self.settings(&program);
        let looked_at = sayflow_fake::check(&program, &settings);
        if !looked_at.errors.is_empty() {
            return Err(Stop::Findings(looked_at.errors));
        }
        let fake = sayflow_fake::Fake::start(&program, settings).map_err(|error| self.not_started(&error))?;
        let start = shown::Start::of(&fake, &program, &self.path, looked_at.notes);
        self.show(&start.json(), || start.text())?;
        while let Some(served) = fake.next_served() {
            self.show(&served, || shown::served(&served))?;
        }
        Ok(Exit::Fine)
    }

    fn settings(&self, program: &Program) -> Settings {
        Settings {
            folder: flow_files::folder(&self.path).to_owned(),
            port: self.port,
            secrets: FlowSecrets::of(program).given(),
            outcomes: HashMap::from_iter(self.outcome.iter().cloned()),
        }
    }

    fn not_started(&self, error: &io::Error) -> Stop {
        let port = self.port;
        Stop::misuse(match error.kind() {
            ErrorKind::AddrInUse => {
                format!("port {port} is taken: choose another with --port, or 0 for any that is free")
            }
            ErrorKind::PermissionDenied => {
                format!("port {port} is not allowed: choose one above 1023 with --port")
            }
            _ => format!("cannot listen on port {port}: {error}"),
        })
    }

    /// Prints something in the form that was asked for.
    fn show(&self, json: &impl serde::Serialize, text: impl FnOnce() -> String) -> Result<(), Stop> {
        let mut output = anstream::stdout();
        if self.json {
            let json = serde_json::to_string(json).map_err(|error| Stop::misuse(error.to_string()))?;
            writeln!(output, "{}", crate::visible::in_json(&json))?;
        } else {
            writeln!(output, "{}", text())?;
        }
        Ok(output.flush()?)
    }
}

/// A line for people, made harmless for the terminal.
fn line(text: &str) -> String {
    visible(&text.replace('\n', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{Outcome, outcome};

    #[test]
    fn an_outcome_is_for_an_api() {
        assert_eq!(outcome("a=not-json"), Ok(("a".to_owned(), Outcome::NotJson)));
        assert_eq!(outcome("a=too large"), Ok(("a".to_owned(), Outcome::TooLarge)));
        assert!(outcome("timeout").is_err());
        assert!(outcome("a=late").is_err());
    }
}
