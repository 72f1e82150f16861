//! The folder `fake/` beside a flow, read anew at each request.

use std::fs;
use std::io;
use std::path::PathBuf;

use sayflow::{Api, Method, Program};

use crate::route::Routes;
use crate::script::{Content, Subject, read};
use sayflow_kit::nearest::did_you_mean;
use sayflow_kit::{read_within, regular_file};

/// The folder beside the flow.
const FOLDER: &str = "fake";
/// More than any host takes as a reply.
const MOST_MEBIBYTES: u32 = 16;

/// Where the files of a flow lie.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) bytes: Vec<u8>,
    /// What it says, or its mistakes with the name of the file before each.
    pub(crate) content: Result<Content, Vec<String>>,
}

impl Folder {
    /// The folder beside the flow in a folder.
    pub(crate) fn beside(flow: &std::path::Path) -> Self {
        Self(flow.join(FOLDER))
    }

    /// What messages call the file of an API.
    pub(crate) fn name(api: &str) -> String {
        format!("{FOLDER}/{api}.json")
    }

    /// The file of an API; `None` where there is none.
    pub(crate) fn read(&self, api: &Api<'_>, routes: &Routes) -> Option<Found> {
        let name = Self::name(api.name());
        let bytes = match self.bytes(api.name()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                let content = Err(vec![format!("{name}: cannot be read: {error}")]);
                return Some(Found {
                    bytes: Vec::new(),
                    content,
                });
            }
            Ok(bytes) => bytes,
        };
        let content = read(&bytes, &subject(api, routes))
            .map_err(|faults| faults.iter().map(|fault| format!("{name}{fault}")).collect());
        Some(Found { bytes, content })
    }

    /// The files that are for no API of a program, with the nearest name.
    pub(crate) fn strangers(&self, program: &Program) -> Vec<String> {
        let Ok(entries) = fs::read_dir(&self.0) else {
            return Vec::new();
        };
        let mut strangers = Vec::new();
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_json = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("json"));
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let api = name.strip_suffix(".json").unwrap_or(&name);
            if is_json && program.apis().all(|known| known.name() != api) {
                let near = did_you_mean(api, program.apis().map(|known| known.name()), "APIs");
                strangers.push(format!("{FOLDER}/{name}: the flow has no API `{api}`: {near}"));
            }
        }
        strangers.sort();
        strangers
    }

    fn bytes(&self, api: &str) -> io::Result<Vec<u8>> {
        read_within(MOST_MEBIBYTES, regular_file(&self.0.join(format!("{api}.json")))?)
    }
}

/// What the file of an API may say.
fn subject(api: &Api<'_>, routes: &Routes) -> Subject {
    let names = match api.method() {
        // Whatever else a host keeps of a customer comes with a POST.
        Method::Post => None,
        Method::Get => {
            let params = api.params().map(|(name, _)| name);
            Some(
                routes
                    .names(api.name())
                    .chain(params)
                    .map(str::to_owned)
                    .collect(),
            )
        }
    };
    Subject {
        output: api.output(),
        names,
    }
}
