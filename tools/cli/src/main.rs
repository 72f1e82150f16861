//! The command line tool `sayflow`: parses the arguments and calls the command.

mod arguments;
mod atomic_file;
mod channels;
mod chat;
mod commands;
mod conversation;
mod endpoints;
mod exit;
mod flow_files;
mod json;
mod json_lines;
mod lines;
mod record;
mod recording;
mod render;
mod saved;
mod servers;
mod trace_file;
mod trial;
mod visible;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    arguments.color.apply();
    exit::code(commands::run(&arguments.command))
}
