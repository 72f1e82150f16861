//! Picks the few inputs that reach as much as all of them: `smallest CONTROL_FILE FOLDER MOST`.
//!
//! libFuzzer writes down with `-merge=1 -use_counters=0 -merge_control_file=CONTROL_FILE` which edges each input reaches. Of those that
//! reach something new the one that reaches most of it for its length goes first, until nothing is new or the folder
//! has as many as it may have. `fuzz/minimise` does both.

use std::collections::HashSet;
use std::fs;
use std::io::{Error, Result};
use std::path::Path;

/// An input and the edges that it reaches.
struct Input {
    path: String,
    length: usize,
    edges: HashSet<u32>,
}

impl Input {
    /// How much is new for what the input costs. Longer ones cost more, but not by every byte.
    fn worth(&self, reached: &HashSet<u32>) -> usize {
        self.edges.difference(reached).count() * 10_000 / (self.length + 64)
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [control, folder, most] = arguments.as_slice() else {
        return Err(Error::other("smallest CONTROL_FILE FOLDER MOST"));
    };
    let most = most.parse().map_err(Error::other)?;
    let mut left = inputs(&fs::read_to_string(control)?);
    let mut reached = HashSet::new();
    for _ in 0..most {
        let best = (0..left.len()).max_by_key(|nth| left.get(*nth).map(|input| input.worth(&reached)));
        let Some(input) = best.map(|nth| left.swap_remove(nth)) else {
            break;
        };
        if input.edges.is_subset(&reached) {
            break;
        }
        let name = Path::new(&input.path).file_name().unwrap_or_default();
        fs::copy(&input.path, Path::new(folder).join(name))?;
        reached.extend(input.edges);
    }
    println!("{} edges", reached.len());
    Ok(())
}

/// The inputs of a control file: how many, how many of them are kept in any case, their paths, and then what each did.
fn inputs(control: &str) -> Vec<Input> {
    let mut lines = control.lines();
    let count = lines.next().and_then(|line| line.parse().ok()).unwrap_or(0);
    let paths: Vec<&str> = lines.by_ref().skip(1).take(count).collect();
    let mut inputs: Vec<Input> = Vec::new();
    for line in lines {
        let mut words = line.split(' ');
        let kind = words.next();
        let mut numbers = words.filter_map(|word| word.parse::<u32>().ok());
        let path = numbers
            .next()
            .and_then(|nth| paths.get(usize::try_from(nth).ok()?));
        match (kind, path) {
            (Some("STARTED"), Some(path)) => inputs.push(Input {
                path: (*path).to_owned(),
                length: numbers
                    .next()
                    .and_then(|length| length.try_into().ok())
                    .unwrap_or(0),
                edges: HashSet::new(),
            }),
            (Some("FT"), Some(_)) => inputs
                .last_mut()
                .into_iter()
                .for_each(|input| input.edges.extend(numbers.by_ref())),
            _ => {}
        }
    }
    inputs
}
