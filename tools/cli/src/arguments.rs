//! What may be written behind `sayflow`.

use clap::{Parser, Subcommand, ValueEnum};

use crate::commands::{
    call, check, completions, contract, explain, explore, fake, fmt, graph, ids, lsp, new, replay, reply,
    run, secrets, test, texts,
};

/// Conversations as text files: check them, tidy them, chat with them.
#[derive(Debug, Parser)]
#[command(name = "sayflow", version, after_help = AFTER_HELP, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colours: auto, always or never; NO_COLOR is honoured
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value_t = Color::Auto,
        hide_possible_values = true,
        hide_default_value = true,
        display_order = 900
    )]
    pub(crate) color: Color,
}

const AFTER_HELP: &str = "\
Examples:
  sayflow new shop              write a small bot that works
  sayflow run shop --fake       chat with it, with replies from files
  sayflow check shop            find what is wrong with it
  sayflow test shop             run its conversation tests

Exit codes:
  0  fine
  1  the flow has findings, a test failed, or a file would change
  2  misuse: an unknown argument, a file that cannot be read";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Check),
    Test(Box<test::Test>),
    Explain(explain::Explain),
    Fmt(fmt::Fmt),
    Ids(ids::Ids),
    Graph(graph::Draw),
    Texts(texts::Texts),
    New(new::New),
    Run(Box<run::Run>),
    Explore(explore::Explore),
    Call(Box<call::Call>),
    Reply(reply::Reply),
    Replay(replay::Replay),
    Fake(fake::Fake),
    Contract(contract::Contract),
    Secrets(secrets::Secrets),
    Lsp(lsp::Lsp),
    Completions(completions::Completions),
}

/// When to use colours.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Even into a file or pipe
    Always,
    /// Never
    Never,
}

impl Color {
    /// Makes every output of this process follow the choice.
    pub(crate) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}
