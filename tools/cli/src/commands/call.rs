//! `sayflow call`: one request to an endpoint, and all that comes of it.

mod given;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use sayflow::{Customer, Outcome, Program};

use crate::endpoints::{Endpoints, FlowSecrets};
use crate::exit::{Exit, Stop};
use crate::flow_files;
use crate::record;
use crate::render::{self, Format};
use crate::servers::{self, Server};
use crate::told::{self, Told};
use crate::trial::{self, StandIns, Trial};
use crate::visible::visible;

/// Call one endpoint as a conversation would, and show every fault of its reply
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Call {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// The API's name in the flow
    #[arg(value_name = "API")]
    api: String,

    /// The customer whose record is sent: one JSON object
    #[arg(long, value_name = "FILE.json")]
    customer: Option<PathBuf>,

    /// Give the customer an attribute, or a field of the record another value
    #[arg(long, value_name = "KEY=VALUE", value_parser = given::parse)]
    attribute: Vec<(String, String)>,

    /// Point a server of the flow, or an origin, elsewhere
    #[arg(long, value_name = "NAME=ORIGIN", value_parser = servers::parse)]
    server: Vec<Server>,

    /// Call the server of `sayflow fake` instead
    #[arg(long, conflicts_with = "server")]
    fake: bool,

    /// Show the request and do not send it
    #[arg(long)]
    dry_run: bool,

    /// Print the request as a curl command, secrets as variables of the environment, and do not send it
    #[arg(long, conflicts_with = "json")]
    curl: bool,

    /// One JSON object on the standard output
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
The call is the one that a conversation makes: the same request, the same five seconds,
the same reading of the reply. What the reply saves is shown and kept nowhere.

A secret is the environment variable of its name, and goes to the servers that the flow
declares it for. No output has a secret in it.

With --json the object is {\"api\":…,\"outcome\":…,\"status\":…,\"block\":…,\"attributes\":{…},
\"problems\":[{\"code\":…,\"message\":…,\"pointer\":…,\"expected\":…,\"found\":…,\"help\":…}],
\"message\":…,\"limit\":…,\"elapsed_ms\":…,\"request\":{…}}; what is not there is null. The message
is why no reply came or was read, or the reply's own; the limit is one that a good reply
passes, so that a conversation ends its turn.

Examples:
  sayflow call shop order_status --attribute order_no=AB-123456
  sayflow call shop order_status --server shop=http://127.0.0.1:8000
  sayflow call shop order_status --curl | sh

Exit codes:
  0  the outcome is ok or empty, or nothing was to be sent
  1  any other outcome, a limit that is reached, or the flow has errors
  2  misuse: an unknown argument, a file that cannot be read";

impl Call {
    /// Calls the API and shows what came of it.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let program = match flow_files::program(&self.path)? {
            Ok(program) => program,
            Err(errors) => {
                let text = render::render(&errors, Format::Human);
                told::aside().write_all(text.as_bytes())?;
                return Ok(Exit::Findings);
            }
        };
        flow_files::check_api(&program, &self.api)?;
        servers::check(&self.server, &program)?;
        let customer = self.customer(&program)?;
        if self.curl || self.dry_run {
            return self.show_request(program, &customer);
        }
        let endpoints = match self.fake {
            true => Endpoints::fake(&program, flow_files::folder(&self.path))?,
            false => Endpoints::http(&self.server),
        };
        let (gaps, short_secrets) = (endpoints.gaps(&program), Endpoints::short_secrets(&program));
        let engine = endpoints.engine(program);
        let trial = trial::run(&engine, &self.api, &customer, |request| {
            endpoints.client().timed_call(request)
        })?;
        let mut told = Told::to(anstream::stdout());
        if self.json {
            self.tell_reason(&trial)?;
            writeln!(told, "{}", trial::json(&trial, Some(&self.api))?)?;
        } else {
            told.write_all(trial::draw(&trial).as_bytes())?;
        }
        told.end()?;
        let is_blocked = trial.report.outcome == Outcome::Blocked;
        for gap in if is_blocked { gaps } else { short_secrets } {
            writeln!(told::aside(), "{}", visible(&gap))?;
        }
        Ok(Exit::after(!trial.is_good()))
    }

    fn customer(&self, program: &Program) -> Result<Customer, Stop> {
        let read = |path| record::read(path, program);
        let customer = self.customer.as_deref().map(read).transpose()?;
        let customer = customer.unwrap_or_else(|| Customer::new(1));
        given::with_attributes(customer, program, &self.attribute)
    }

    /// Shows what would be sent. Secrets need not be there for it.
    fn show_request(&self, program: Program, customer: &Customer) -> Result<Exit, Stop> {
        let secrets = FlowSecrets::of(&program);
        let stand_ins = StandIns::default();
        let engine = servers::engine(program, &self.server, |name| Some(stand_ins.of(name)));
        let (trial, request) = trial::prepare(&engine, &self.api, customer)?;
        let Some((shown, request)) = trial.request.as_ref().zip(request) else {
            self.tell_reason(&trial)?;
            return Ok(Exit::Findings);
        };
        let mut output = anstream::stdout();
        if self.curl {
            let curl = trial::curl(&request, &stand_ins, &secrets);
            writeln!(output, "{}", visible(&curl.command))?;
            for gap in curl.gaps {
                writeln!(told::aside(), "{gap}")?;
            }
        } else if self.json {
            writeln!(output, "{}", trial::request_json(shown)?)?;
        } else {
            for line in shown.lines() {
                writeln!(output, "{line}")?;
            }
        }
        Ok(Exit::Fine)
    }

    /// Says why the call ended so; the standard output belongs to what a program or shell reads.
    fn tell_reason(&self, trial: &Trial) -> Result<(), Stop> {
        if let Some(reason) = &trial.report.message {
            writeln!(told::aside(), "{}: {}", self.api, visible(reason))?;
        }
        Ok(())
    }
}
