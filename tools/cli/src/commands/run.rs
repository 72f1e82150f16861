//! `sayflow run`: chat with a flow.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use sayflow::channel::Channel;
use sayflow::{Diagnostic, Program};

use crate::atomic_file;
use crate::channels;
use crate::chat;
use crate::conversation::Conversation;
use crate::endpoints::Endpoints;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow};
use crate::json_lines;
use crate::record;
use crate::recording::{Manner, RecordFile};
use crate::render::{Counts, Format, render};
use crate::servers::{self, Server};
use crate::told;
use crate::trace_file::TraceFile;
use crate::visible::visible;
use crate::watch::{Reloaded, Watch};
use sayflow_kit::nearest::did_you_mean;

/// Chat with a flow
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Run {
    /// A folder with `.flow` files, or one file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,

    /// Answer every call with `fake/API.json` beside the flow, or with a made-up reply
    #[arg(long)]
    fake: bool,

    /// Show every call, every attribute that changes and every event
    #[arg(long, conflicts_with = "json")]
    trace: bool,

    /// The customer with whom a conversation begins: one JSON object
    #[arg(long, value_name = "FILE.json")]
    customer: Option<PathBuf>,

    /// Keep the conversation in a file and go on with the one that is there
    #[arg(long, value_name = "FILE")]
    session: Option<PathBuf>,

    /// Write the conversation into a file as a test, behind those that are there
    #[arg(long, value_name = "FILE.test.flow")]
    record: Option<PathBuf>,

    /// Write each turn as a line of JSON that `sayflow replay` plays again
    #[arg(long, value_name = "FILE.jsonl")]
    trace_file: Option<PathBuf>,

    /// Begin at a sequence
    #[arg(long, value_name = "SEQUENCE", conflicts_with = "json")]
    start: Option<String>,

    /// Point a server of the flow, or an origin in its URLs, at another one, such as
    /// `shop=http://127.0.0.1:8080` or `https://cdn.shop.example=http://127.0.0.1:9000`
    #[arg(long, value_name = "NAME=ORIGIN", value_parser = servers::parse, conflicts_with = "fake")]
    server: Vec<Server>,

    /// Reload the flow whenever it changes, in the middle of the chat
    #[arg(long)]
    watch: bool,

    /// Show each turn as a channel shows it, and what is shortened, split or shown otherwise there
    #[arg(long, value_name = "CHANNEL", value_parser = channels::parser())]
    channel: Option<Channel>,

    /// One input a line in, one turn a line out, both JSON
    #[arg(long)]
    json: bool,
}

const AFTER_HELP: &str = "\
In the chat an option is picked by its number, by its title or with the arrow keys; /help
lists what else can be typed. Where the input is no terminal, each line is a message.

With --fake the calls go to a server in this process, which needs no secrets; `sayflow fake
--help` says what may stand in its files. Without it they go to the servers of the flow. A
secret is then the environment variable of its name, and goes to the servers that the flow
declares it for.

--record keeps what the endpoints answered as mocks, and every secret as ***. The test is
written after each turn; with --watch, at the end.

With --json an input is {\"start\":true}, {\"text\":\"…\"}, {\"tap\":\"ID\"}, {\"intent\":\"…\"},
{\"image\":\"URL\"}, {\"location\":[north,east]} or {\"no_reply\":true}. It comes at its \"now\",
such as \"2026-11-20T10:00:00Z\"; where \"now\" is absent, at the time of the system clock. An
\"id\" is kept for the host's own use and not looked at yet. {\"customer\":{…}} in a
line of its own changes the record; its answer is the whole record. A turn is
{\"blocks\":[…],\"events\":[…],\"attributes\":{…},\"wait\":{…}}, and what does not fit is
{\"error\":{\"kind\":\"…\",\"message\":\"…\"}}. With --channel, \"changes\" say what
is shown otherwise than the flow says.

Examples:
  sayflow run shop --fake --watch
  sayflow run shop --trace --session chat.json
  sayflow run shop --record shop/chat.test.flow
  sayflow run shop --fake --channel whatsapp
  echo '{\"start\":true}' | sayflow run shop --fake --json

Exit codes:
  0  the conversation is over
  1  the flow has errors
  2  misuse: an unknown argument, a file that cannot be read or written, a line of more than
     16 MiB";

impl Run {
    /// Runs the conversation until the customer leaves.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        self.check_outputs()?;
        let program = match flow_files::program(&self.path)? {
            Ok(program) => program,
            Err(errors) => {
                report(&errors);
                return Ok(Exit::Findings);
            }
        };
        servers::check(&self.server, &program)?;
        let endpoints = match self.fake {
            true => Endpoints::fake(&program, flow_files::folder(&self.path))?,
            false => Endpoints::http(&self.server),
        };
        let conversation = self.conversation(program, endpoints)?;
        self.check_start(&conversation)?;
        if self.json {
            for gap in conversation.endpoints().gaps(conversation.program()) {
                say(&visible(&gap));
            }
            let watch = self
                .watch
                .then(|| Watch::new(&self.path, report_reloaded))
                .transpose()?;
            return json_lines::run(conversation, watch.as_ref(), self.channel);
        }
        let options = chat::Options {
            title: title(&self.path),
            start: self.start.as_deref(),
            watch: self.watch.then_some(&self.path),
            is_traced: self.trace,
            channel: self.channel,
        };
        chat::run(conversation, &options)
    }

    /// Refuses two outputs in one file: one would be lost.
    fn check_outputs(&self) -> Result<(), Stop> {
        let outputs = [
            ("--session", &self.session),
            ("--record", &self.record),
            ("--trace-file", &self.trace_file),
        ];
        let mut named: Vec<(&str, &Path)> = Vec::new();
        for (option, path) in outputs {
            let Some(path) = path else { continue };
            if let Some((other, _)) = named.iter().find(|(_, named)| atomic_file::is_same(named, path)) {
                return Err(Stop::misuse(format!(
                    "`{other}` and `{option}` would both write `{}`: name a file for each",
                    path.display()
                )));
            }
            named.push((option, path));
        }
        Ok(())
    }

    fn check_start(&self, conversation: &Conversation) -> Result<(), Stop> {
        match &self.start {
            Some(name) if !conversation.has_sequence(name) => {
                let known: Vec<&str> = conversation.program().sequences().collect();
                Err(Stop::misuse(format!(
                    "the flow has no sequence `{name}`: {}",
                    did_you_mean(name, known.iter().copied(), "sequences")
                )))
            }
            _ => Ok(()),
        }
    }

    fn conversation(&self, program: Program, endpoints: Endpoints) -> Result<Conversation, Stop> {
        let read = |path| record::read(path, &program);
        let customer = self.customer.as_deref().map(read).transpose()?;
        let mut conversation = Conversation::new(program, endpoints, customer, self.session.clone())?;
        if let Some(path) = &self.record {
            let manner = match self.watch {
                true => Manner::AtEnd,
                false => Manner::EachTurn,
            };
            let name = format!("a chat with {}", title(&self.path));
            // One file of a flow is run alone, but its tests are run with the whole folder; a flow out of a pipe
            // has none.
            let whole = flow_files::flow(flow_files::folder(&self.path));
            let file = RecordFile::new(path, &name, manner)?;
            conversation.record(file.beside(whole.iter().flat_map(Flow::sources)));
        }
        if let Some(path) = &self.trace_file {
            conversation.trace(TraceFile::open(path)?);
        }
        Ok(conversation)
    }
}

/// What a flow is called: its folder or file.
fn title(path: &Path) -> String {
    let full = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    full.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The standard output belongs to the turns.
pub(super) fn report(findings: &[Diagnostic]) {
    let text = render(findings, Format::Human);
    say(&format!("{text}{}", Counts::of(findings).words()));
}

/// What cannot be said on the standard error is not worth the end of a conversation.
fn say(text: &str) {
    let _ = writeln!(told::aside(), "{text}");
}

fn report_reloaded(reloaded: Reloaded) {
    match reloaded {
        Reloaded::Runs(_) => {}
        Reloaded::Broken(findings) => report(&findings),
        Reloaded::Unreadable(message) => say(&visible(&message)),
    }
}
