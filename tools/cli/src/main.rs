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
mod told;
mod trace_file;
mod trial;
mod visible;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;
use exit::{Exit, Stop};

fn main() -> ExitCode {
    match Arguments::try_parse() {
        Ok(arguments) => {
            arguments.color.apply();
            exit::code(commands::run(&arguments.command))
        }
        // A page of help that was asked for is an output like any other.
        Err(page) if !page.use_stderr() => exit::code(page.print().map(|()| Exit::Fine).map_err(Stop::from)),
        Err(misuse) => misuse.exit(),
    }
}
