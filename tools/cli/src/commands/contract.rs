//! `sayflow contract`: what endpoints get and must answer, as documents for their developers.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use sayflow::{Output, Program};
use sayflow_kit::contract;
use serde::Serialize;

use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow};
use crate::render::{Counts, Format, render};
use crate::told::{self, Told};
use crate::visible::visible;

/// Say what servers get and must answer, as OpenAPI and JSON Schema
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Contract {
    /// A folder with `.flow` files, or files that are one flow together; `.` where none is named
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Print one JSON Schema: of the request, or of the reply for an output. Without a PATH it
    /// knows no flow
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "out")]
    schema: Option<What>,

    /// Write the OpenAPI document and every JSON Schema into a folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const AFTER_HELP: &str = "\
The OpenAPI 3.1 document describes every API of the flow: where it is called, what it is sent,
and the reply it must give within its time. A reply that its schema (draft 2020-12) refuses ends
in the outcome `contract`; any other is taken. With a flow, attributes have the types that it
declares. Secrets are named, never shown.

Examples:
  sayflow contract shop > openapi.json            for the people who build the server
  sayflow contract --schema gallery               what the reply for any gallery looks like
  sayflow contract shop --schema quick-replies    with the attributes and sequences of a flow
  sayflow contract shop --out shop/contract       openapi.json, request.schema.json,
                                                  reply.text.schema.json, …

Exit codes:
  0  fine
  1  the flow has errors
  2  misuse: an unknown argument, a file that cannot be read or written";

/// What a JSON Schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    /// The body of a POST.
    Request,
    /// The reply of an API with that output.
    Reply(Output),
}

impl What {
    const ALL: [Self; 7] = [
        Self::Request,
        Self::Reply(Output::Text),
        Self::Reply(Output::Image),
        Self::Reply(Output::Gallery),
        Self::Reply(Output::Buttons),
        Self::Reply(Output::QuickReplies),
        Self::Reply(Output::Nothing),
    ];

    fn schema(self, program: Option<&Program>) -> contract::Schema {
        match self {
            Self::Request => contract::request(program),
            Self::Reply(output) => contract::reply(output, program),
        }
    }

    fn file_name(self) -> String {
        match self {
            Self::Request => "request.schema.json".to_owned(),
            Self::Reply(output) => format!("reply.{}.schema.json", output.as_str().replace(' ', "-")),
        }
    }
}

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Request => PossibleValue::new("request"),
            // The script of a shell would take a blank for the end of a word.
            Self::Reply(Output::QuickReplies) => PossibleValue::new("quick-replies").alias("quick replies"),
            Self::Reply(output) => PossibleValue::new(output.as_str()),
        })
    }
}

impl Contract {
    /// Prints one document, or writes all of them.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        if let (Some(what), true) = (self.schema, self.paths.is_empty()) {
            return print(&what.schema(None));
        }
        let program = match self.flow()?.program() {
            Ok(program) => program,
            Err(errors) => {
                told::aside().write_all(render(&errors, Format::Human).as_bytes())?;
                writeln!(told::aside(), "{}", Counts::of(&errors).words())?;
                return Ok(Exit::Findings);
            }
        };
        match (self.schema, &self.out) {
            (Some(what), _) => print(&what.schema(Some(&program))),
            (None, Some(folder)) => self.write(folder, &program),
            (None, None) => print(&contract::openapi(&program, &self.name())),
        }
    }

    /// The one flow that the paths stand for.
    fn flow(&self) -> Result<Flow, Stop> {
        let here = [PathBuf::from(".")];
        let paths = if self.paths.is_empty() {
            &here
        } else {
            self.paths.as_slice()
        };
        let mut flows = flow_files::flows(paths)?;
        match (flows.pop(), flows.is_empty()) {
            (Some(flow), true) => Ok(flow),
            _ => Err(Stop::misuse(
                "each folder is a flow, and a document describes one: name one folder, or files alone",
            )),
        }
    }

    /// What people call the flow: the name of its folder or of its first file.
    fn name(&self) -> String {
        let path = self.paths.first().map_or(Path::new("."), PathBuf::as_path);
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = if path.is_dir() {
            path.file_name()
        } else {
            path.file_stem()
        };
        let name = name.unwrap_or(path.as_os_str());
        name.to_string_lossy().into_owned()
    }

    /// Writes every document and lists them.
    fn write(&self, folder: &Path, program: &Program) -> Result<Exit, Stop> {
        atomic_file::make_folder(folder)?;
        let openapi = text(&contract::openapi(program, &self.name()))?;
        let mut files = vec![("openapi.json".to_owned(), openapi)];
        for what in What::ALL {
            files.push((what.file_name(), text(&what.schema(Some(program)))?));
        }
        let mut told = Told::to(anstream::stdout());
        for (name, text) in files {
            let path = folder.join(name);
            atomic_file::write(&path, &text)?;
            writeln!(told, "{}", visible(&path.to_string_lossy()))?;
        }
        told.end()?;
        Ok(Exit::Fine)
    }
}

fn print(document: &impl Serialize) -> Result<Exit, Stop> {
    anstream::stdout().write_all(text(document)?.as_bytes())?;
    Ok(Exit::Fine)
}

fn text(document: &impl Serialize) -> Result<String, Stop> {
    let text = serde_json::to_string_pretty(document);
    let text = text.map_err(|error| Stop::misuse(format!("cannot write the document: {error}")))?;
    Ok(text + "\n")
}
