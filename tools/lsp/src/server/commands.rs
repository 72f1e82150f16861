//! The commands that a client can have the server carry out, each on a thread of its own.
//!
//! A command is refused or begun at once; how it ended comes back to the server's loop as an [`Ended`].

mod call;
mod test;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender, unbounded};
use gen_lsp_types::{ExecuteCommandParams, MessageType, Uri};
use serde_json::Value;

use super::router::Refusal;
use super::tested::Failures;
use crate::workspace::{Flow, Workspace};

/// Runs a test: `[address of its file, its name]`.
pub(crate) const RUN_TEST: &str = "sayflow.runTest";
/// Calls an API: `[address of its file, its name]`.
pub(crate) const CALL: &str = "sayflow.call";

/// So many run at once; whoever clicks faster than they end is told so.
const MOST_RUNNING: usize = 8;

/// How calls are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Caller {
    /// The binary `sayflow`; `None` where the server is a part of another program.
    pub(crate) program: Option<PathBuf>,
    /// Where the servers of flows are, by their names: what `--server` says.
    pub(crate) servers: BTreeMap<String, String>,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) kind: MessageType,
    /// One line for the person who waits for it.
    pub(crate) message: String,
    /// All that there is to say.
    pub(crate) log: String,
    /// What a test found.
    pub(crate) failures: Option<Failures>,
}

fn ended(kind: MessageType, message: String, log: String) -> Ended {
    Ended {
        kind,
        message,
        log,
        failures: None,
    }
}

/// The commands that run.
#[derive(Debug)]
pub(crate) struct Commands {
    caller: Caller,
    sender: Sender<Ended>,
    pub(crate) ended: Receiver<Ended>,
    running: usize,
}

impl Commands {
    pub(crate) fn new(caller: Caller) -> Self {
        let (sender, ended) = unbounded();
        Self {
            caller,
            sender,
            ended,
            running: 0,
        }
    }

    /// Begins a command; a test is named, so that what it found before can be forgotten.
    pub(crate) fn begin(
        &mut self,
        workspace: &Workspace,
        params: &ExecuteCommandParams,
    ) -> Result<Option<(Uri, String)>, Refusal> {
        if self.running >= MOST_RUNNING {
            return Err(format!(
                "{MOST_RUNNING} commands are running; wait for one of them"
            ));
        }
        match params.command.as_str() {
            RUN_TEST => {
                let subject = Subject::read(workspace, params)?;
                let test = test::prepare(&subject)?;
                self.run(move || test.run());
                Ok(Some((subject.uri, subject.name)))
            }
            CALL => {
                let subject = Subject::read(workspace, params)?;
                let call = call::prepare(workspace, &self.caller, &subject)?;
                self.run(move || call.run());
                Ok(None)
            }
            other => Err(format!("there is no command `{}`", other.escape_debug())),
        }
    }

    /// One of them has ended.
    pub(crate) fn forget_one(&mut self) {
        self.running = self.running.saturating_sub(1);
    }

    fn run(&mut self, work: impl FnOnce() -> Ended + Send + 'static) {
        let sender = self.sender.clone();
        self.running += 1;
        std::thread::spawn(move || {
            // The server may be gone by then.
            let _ = sender.send(work());
        });
    }
}

/// What a command is about: something in a file of a flow.
struct Subject<'w> {
    flow: &'w Flow,
    /// The number of the file.
    at: usize,
    uri: Uri,
    name: String,
}

impl<'w> Subject<'w> {
    fn read(workspace: &'w Workspace, params: &ExecuteCommandParams) -> Result<Self, Refusal> {
        let arguments = params.arguments.as_deref().unwrap_or_default();
        let [Value::String(uri), Value::String(name)] = arguments else {
            return Err(format!(
                "`{}` takes the address of a file and a name in it",
                params.command
            ));
        };
        let uri = Uri::from(uri.as_str());
        let Some((flow, at)) = workspace.find(&uri) else {
            return Err(format!("`{}` is no file of a flow that is open", uri.0));
        };
        Ok(Self {
            flow,
            at,
            uri,
            name: name.clone(),
        })
    }
}
