//! The commands: one file each, with its arguments on top.

pub(crate) mod call;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod contract;
pub(crate) mod explain;
pub(crate) mod explore;
pub(crate) mod fake;
pub(crate) mod fmt;
pub(crate) mod graph;
pub(crate) mod ids;
pub(crate) mod lsp;
pub(crate) mod new;
pub(crate) mod replay;
pub(crate) mod reply;
pub(crate) mod run;
pub(crate) mod secrets;
pub(crate) mod test;
pub(crate) mod texts;

use crate::arguments::Command;
use crate::exit::{Exit, Stop};

/// Runs a command to its end.
pub(crate) fn run(command: &Command) -> Result<Exit, Stop> {
    match command {
        Command::Call(call) => call.run(),
        Command::Check(check) => check.run(),
        Command::Contract(contract) => contract.run(),
        Command::Explain(explain) => explain.run(),
        Command::Explore(explore) => explore.run(),
        Command::Fake(fake) => fake.run(),
        Command::Fmt(fmt) => fmt.run(),
        Command::Graph(graph) => graph.run(),
        Command::Ids(ids) => ids.run(),
        Command::Lsp(lsp) => lsp.run(),
        Command::New(new) => new.run(),
        Command::Replay(replay) => replay.run(),
        Command::Reply(reply) => reply.run(),
        Command::Run(run) => run.run(),
        Command::Secrets(secrets) => secrets.run(),
        Command::Test(test) => test.run(),
        Command::Texts(texts) => texts.run(),
        Command::Completions(completions) => completions.run(),
    }
}
