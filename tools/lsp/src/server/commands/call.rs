//! `sayflow.call`: one API, called by the tool's own `sayflow call` on what is saved.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use gen_lsp_types::MessageType;
use sayflow::Outcome;
use sayflow::syntax::ast::Head;
use sayflow_kit::nearest::did_you_mean;

use super::{Caller, Ended, Refusal, Subject, ended};
use crate::workspace::Workspace;

/// A call takes five seconds at the most; reading the flow before takes less than the rest of this.
const DEADLINE: Duration = Duration::from_secs(20);
/// So much of each output is kept.
const MOST_OUTPUT_BYTES: u64 = 256 * 1024;

/// A call that is about to be made.
#[derive(Debug)]
pub(super) struct Call {
    program: PathBuf,
    arguments: Vec<String>,
    path: PathBuf,
    api: String,
    /// Files whose text the editor has not saved; the call is made without it.
    unsaved: usize,
}

/// Finds out what is to be called.
pub(super) fn prepare(
    workspace: &Workspace,
    caller: &Caller,
    subject: &Subject<'_>,
) -> Result<Call, Refusal> {
    let Some(program) = caller.program.clone() else {
        return Err("this server is not the tool `sayflow`, which makes calls".to_owned());
    };
    let api = &subject.name;
    let files = subject.flow.files.iter();
    let apis: Vec<&str> = files
        .flat_map(|file| {
            file.nodes().filter_map(|node| match &node.head {
                Head::Api { name, .. } => Some(file.source.slice(name.span)),
                _ => None,
            })
        })
        .collect();
    if !apis.contains(&api.as_str()) {
        let near = did_you_mean(api, apis, "APIs");
        return Err(format!("the flow has no API `{api}`: {near}"));
    }
    let Some(path) = subject.flow.path().filter(|path| path.exists()) else {
        return Err("save the file first: a call is made with what is saved".to_owned());
    };
    let servers = caller.servers.iter();
    Ok(Call {
        program,
        arguments: servers
            .map(|(name, origin)| format!("--server={name}={origin}"))
            .collect(),
        path,
        api: api.clone(),
        unsaved: workspace.unsaved(subject.flow),
    })
}

impl Call {
    /// Makes it.
    pub(super) fn run(&self) -> Ended {
        let api = &self.api;
        let output = match self.output() {
            Ok(output) => output,
            Err(reason) => {
                return ended(
                    MessageType::Error,
                    format!("`{api}` was not called: {reason}"),
                    String::new(),
                );
            }
        };
        let kind = if output.is_good {
            MessageType::Info
        } else {
            MessageType::Warning
        };
        let mut message = match output.outcome() {
            Some((outcome, reason)) => format!("`{api}`: {outcome}{reason}"),
            None => {
                let mut lines = output.errors.lines().map(str::trim);
                let first = lines.find(|line| !line.is_empty()).unwrap_or("the log says why");
                let first = first.strip_prefix("error: ").unwrap_or(first);
                format!("`{api}` was not called: {first}")
            }
        };
        message += &match self.unsaved {
            0 => String::new(),
            1 => "; one file has changes that are not saved, and the call was made without them".to_owned(),
            files => {
                format!("; {files} files have changes that are not saved, and the call was made without them")
            }
        };
        ended(kind, message, format!("{}{}", output.text, output.errors))
    }

    fn output(&self) -> Result<Output, String> {
        let mut child = Command::new(&self.program)
            .arg("call")
            .args(&self.arguments)
            .arg(&self.path)
            .arg(&self.api)
            // An editor shows plain text.
            .env("NO_COLOR", "1")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (text, errors) = (gather(child.stdout.take()), gather(child.stderr.take()));
        let until = Instant::now() + DEADLINE;
        let output = (received(&text, until), received(&errors, until));
        let (Some(text), Some(errors)) = output else {
            end(&mut child);
            return Err(format!("it took longer than {} s", DEADLINE.as_secs()));
        };
        // Both outputs are closed: it has ended, or is about to.
        let status = child.wait().map_err(|error| error.to_string())?;
        Ok(Output {
            is_good: status.success(),
            text,
            errors,
        })
    }
}

/// What `sayflow call` wrote.
struct Output {
    is_good: bool,
    text: String,
    errors: String,
}

impl Output {
    /// The word in which the call ended, which has a line of its own, and the reason below it where it went wrong.
    fn outcome(&self) -> Option<(Outcome, String)> {
        let mut below = "";
        for line in self.text.lines().rev() {
            if let Some(outcome) = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == line) {
                let has_reason = !self.is_good && !below.is_empty();
                return Some((
                    outcome,
                    if has_reason {
                        format!(", {below}")
                    } else {
                        String::new()
                    },
                ));
            }
            below = line;
        }
        None
    }
}

/// Reads to the end on a thread, so that neither output keeps the other waiting.
fn gather(stream: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read until then is shown.
            let _ = stream.by_ref().take(MOST_OUTPUT_BYTES).read_to_end(&mut bytes);
            let _ = io::copy(&mut stream, &mut io::sink());
        }
        // Nobody waits for it behind the deadline.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn received(output: &Receiver<String>, until: Instant) -> Option<String> {
    output
        .recv_timeout(until.saturating_duration_since(Instant::now()))
        .ok()
}

fn end(child: &mut Child) {
    // It may have ended by itself meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}
