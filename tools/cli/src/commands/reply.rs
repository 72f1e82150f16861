//! `sayflow reply`: the check of a reply that is in a file.

mod stand_in;

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgGroup, Args};
use sayflow::{Answer, Code, Diagnostic, Output, Phases, Problem, Program, Reply as Received};

use crate::endpoints::secret_of_environment;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow};
use crate::render::{self, Format};
use crate::servers;
use crate::told::{self, Told};
use crate::trial::{self, StandIns};
use sayflow_kit::nearest::did_you_mean;
use sayflow_kit::read_within;

/// More than any host takes as a reply.
const MOST_MEBIBYTES: u32 = 16;

/// Check a saved reply as a conversation would
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, group = ArgGroup::new("what").required(true))]
pub(crate) struct Reply {
    /// The body of the reply; `-` for the standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// What it is to fill: text, image, gallery, buttons, "quick replies" or nothing
    #[arg(long = "for", value_name = "OUTPUT", value_parser = output, group = "what")]
    output: Option<Output>,

    /// What it is to fill, by the API of the flow that it answers
    #[arg(long, value_name = "API", requires = "flow", group = "what")]
    api: Option<String>,

    /// The flow whose sequences and attributes the reply must know
    #[arg(long, value_name = "PATH")]
    flow: Option<PathBuf>,

    /// The HTTP status that came with it
    #[arg(long, value_name = "STATUS", default_value_t = 200, value_parser = clap::value_parser!(u16).range(100..=999))]
    status: u16,

    /// One JSON object on the standard output, as of `sayflow call`
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
Every fault of the reply is shown in its own text, with what to do about it, and then what
the customer would see. Without --flow the names of sequences and attributes are taken as
they come. With it, secrets of the flow that the environment holds are shown as `***`.

Examples:
  sayflow reply reply.json --for gallery
  curl -s https://api.shop.example/picks | sayflow reply - --for gallery
  sayflow reply reply.json --flow shop --api picks

Exit codes:
  0  the outcome is ok or empty
  1  any other outcome, a limit that is reached, or the flow has errors
  2  misuse: an unknown argument, a file that cannot be read";

/// What stands for the standard input.
const PIPE: &str = "-";

fn output(argument: &str) -> Result<Output, String> {
    // A shell splits at blanks, so a hyphen will do.
    Output::from_name(&argument.to_lowercase().replace(['-', '_'], " ")).ok_or_else(|| {
        let known = Output::ALL.map(Output::as_str);
        format!(
            "no output has that name: {}",
            did_you_mean(argument, known, "names")
        )
    })
}

impl Reply {
    /// Checks the reply and shows what it makes.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let body = read(&self.file)?;
        let ids = match &self.flow {
            Some(_) => None,
            None => stand_in::ids_of(&body),
        };
        let (program, api) = match self.program(ids.as_deref().unwrap_or_default())? {
            Ok(found) => found,
            Err(errors) => {
                let text = render::render(&errors, Format::Human);
                told::aside().write_all(text.as_bytes())?;
                return Ok(Exit::Findings);
            }
        };
        // Nothing is sent, so nothing that a request needs may be missing. A secret that is there is one
        // that the reply may echo.
        let customer = stand_in::customer(&program, &api);
        let stand_ins = StandIns::default();
        let secret = |name: &str| {
            let given = secret_of_environment(name);
            Some(given.unwrap_or_else(|| stand_ins.of(name)))
        };
        let engine = servers::engine(program, &[], secret);
        let mut trial = trial::run(&engine, &api, &customer, |_| self.answer(&body))?;
        // Nothing was sent.
        trial.request = None;
        if self.flow.is_none() {
            with_any_sequence(trial.report.problems_mut(), ids.is_some());
        }
        let mut told = Told::to(anstream::stdout());
        match self.json {
            true => writeln!(told, "{}", trial::json(&trial, self.api.as_deref())?)?,
            false => told.write_all(trial::draw_reply(&trial, &self.name()).as_bytes())?,
        }
        told.end()?;
        Ok(Exit::after(!trial.is_good()))
    }

    /// The flow, or the smallest that there is, and its API that the reply answers.
    fn program(&self, ids: &[String]) -> Result<Result<(Program, String), Vec<Diagnostic>>, Stop> {
        let flow = self
            .flow
            .as_deref()
            .map_or(Ok(Flow::default()), flow_files::flow)?;
        let Some(output) = self.output else {
            let api = self.api.clone().unwrap_or_default();
            let program = flow.program();
            if let Ok(program) = &program {
                flow_files::check_api(program, &api)?;
            }
            return Ok(program.map(|program| (program, api)));
        };
        let api = stand_in::name(&flow);
        Ok(stand_in::program(flow, &api, output, ids).map(|program| (program, api)))
    }

    /// What the reply is called.
    fn name(&self) -> String {
        match &self.file {
            pipe if pipe == Path::new(PIPE) => "standard input".to_owned(),
            file => file.display().to_string(),
        }
    }

    /// The reply as if it had come just now.
    fn answer(&self, body: &[u8]) -> (Answer, Phases) {
        let reply = Received {
            status: self.status,
            body: body.to_owned(),
            ..Received::default()
        };
        let answer = Answer {
            result: Ok(reply),
            elapsed: Duration::ZERO,
        };
        (answer, Phases::default())
    }
}

/// What is wrong where a flow may have any sequence: every id that one can have stands in for it, where the ids are
/// known.
fn with_any_sequence(problems: &mut Vec<Problem>, are_known: bool) {
    problems.retain(|problem| are_known || problem.code != Code::ReplyUnknownSequence);
    for problem in problems {
        if problem.code == Code::ReplyUnknownSequence {
            problem.message = "can be the id of no sequence, so its option is left out".to_owned();
            problem.help = None;
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Stop> {
    let read = if path == Path::new(PIPE) {
        read_within(MOST_MEBIBYTES, std::io::stdin())
    } else {
        File::open(path).and_then(|file| read_within(MOST_MEBIBYTES, file))
    };
    read.map_err(|error| Stop::misuse(format!("cannot read `{}`: {error}", path.display())))
}
