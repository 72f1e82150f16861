//! `sayflow graph`: a flow as a picture, or as a graph for other programs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use sayflow::syntax;
use sayflow_graph::{Graph, NodeKind, dot, json, mermaid, svg};
use sayflow_kit::nearest::did_you_mean;

use crate::atomic_file;
use crate::exit::{Exit, Stop};
use crate::flow_files::{self, Flow};
use crate::render::{counted, report};
use crate::told;
use crate::visible::{in_json, visible};

/// Draw what leads where in a flow
#[derive(Debug, Args)]
#[command(name = "graph", after_help = AFTER_HELP)]
pub(crate) struct Draw {
    /// A folder with `.flow` files, or one file
    path: PathBuf,

    /// svg: a picture; mermaid and dot: for their programs; json: for others
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Svg, hide_possible_values = true)]
    format: Format,

    /// Only this sequence, what leads to it, and where it leads
    #[arg(long, value_name = "SEQUENCE")]
    focus: Option<String>,

    /// How many edges far, in either direction
    #[arg(long, value_name = "N", default_value_t = 1, requires = "focus")]
    depth: usize,

    /// Mark what has changed since an older version of the flow, a folder or file
    #[arg(long, value_name = "PATH")]
    since: Option<PathBuf>,

    /// Write into a file; `-` is the standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// How the graph is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Svg,
    Mermaid,
    Dot,
    Json,
}

const AFTER_HELP: &str = "\
Boxes are triggers and sequences, one lane for each file. What no trigger leads to is dimmed
and marked. The picture needs no other program; docs/graph.md says what it means, and what the
keys of the JSON are.

Examples:
  sayflow graph shop > shop.svg                     open it in a browser
  sayflow graph shop --focus order --depth 2        what is around one sequence
  sayflow graph shop --since ../before/shop         what a change adds and removes
  sayflow graph shop --format mermaid               for a Markdown file

Exit codes:
  0  fine
  1  a name leads nowhere, or a file could not be read as a flow; the rest is drawn
  2  misuse: an unknown argument or sequence, a file that cannot be read or written";

impl Draw {
    /// Writes the graph.
    pub(crate) fn run(&self) -> Result<Exit, Stop> {
        let out = self.out.as_deref().filter(|out| *out != Path::new("-"));
        out.map_or(Ok(()), atomic_file::check_no_flow)?;
        let (mut graph, mut has_findings) = read(&flow_files::flow(&self.path)?)?;
        if let Some(path) = &self.since {
            let (old, had_findings) = read(&flow_files::flow(path)?)?;
            graph = graph.since(&old);
            has_findings |= had_findings;
        }
        if let Some(name) = &self.focus {
            graph = graph.focus(name, self.depth).map_err(|unknown| {
                let known = graph.nodes.iter().map(|node| node.id.as_str());
                Stop::misuse(format!("{unknown}: {}", did_you_mean(name, known, "sequences")))
            })?;
        }
        let text = match self.format {
            Format::Svg => svg(&graph, &self.title()),
            Format::Mermaid => visible(&mermaid(&graph)).into_owned(),
            Format::Dot => visible(&dot(&graph)).into_owned(),
            Format::Json => {
                let text = json(&graph);
                in_json(&text.map_err(|error| Stop::misuse(format!("cannot write the graph: {error}")))?)
            }
        };
        match out {
            Some(path) => atomic_file::write(path, &text)?,
            None => anstream::stdout().write_all(text.as_bytes())?,
        }
        Ok(Exit::after(has_findings))
    }

    /// What stands above the picture: the name of the flow's folder or file, and the focus.
    fn title(&self) -> String {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let name = if path.is_dir() {
            path.file_name()
        } else {
            path.file_stem()
        };
        let name = name.unwrap_or(path.as_os_str()).to_string_lossy();
        match &self.focus {
            Some(focus) => format!("{name}: around {focus}"),
            None => name.into_owned(),
        }
    }
}

/// The graph of a flow, and whether anything in it could not be read; that is told.
fn read(flow: &Flow) -> Result<(Graph, bool), Stop> {
    let damaged: Vec<_> = flow
        .files
        .iter()
        .filter_map(|file| file.damage.as_ref())
        .collect();
    for damage in &damaged {
        report(damage, &mut told::aside())?;
    }
    let mut broken = 0;
    let mut files = Vec::new();
    for source in flow.sources() {
        let (file, findings) = syntax::parse(&source);
        broken += findings.len();
        files.push(file);
    }
    let graph = Graph::read(&files);
    let missing = graph
        .nodes
        .iter()
        .filter(|node| node.kind == NodeKind::Missing)
        .count();
    if broken > 0 {
        let lines = counted(broken, "line");
        writeln!(
            told::aside(),
            "{lines} left out: `sayflow check` says what is wrong"
        )?;
    }
    if missing > 0 {
        let names = counted(missing, "name");
        writeln!(
            told::aside(),
            "{names} without a sequence: `sayflow check` says where"
        )?;
    }
    Ok((graph, broken + missing + damaged.len() > 0))
}
