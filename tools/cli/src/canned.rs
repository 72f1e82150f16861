//! Canned replies: a client that answers from files beside the flow.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sayflow::{Answer, Client, Failure, Program, Reply, Request};

/// The folder beside the flow.
const FOLDER: &str = "fake";

/// Answers each call with the reply in `fake/API.json`, as a server would with status 200.
#[derive(Clone, Debug)]
pub(crate) struct CannedReplies {
    folder: PathBuf,
}

impl CannedReplies {
    /// The canned replies of the flow in a folder.
    pub(crate) fn beside(folder: &Path) -> Self {
        Self {
            folder: folder.join(FOLDER),
        }
    }

    /// The APIs that have no canned reply.
    pub(crate) fn missing<'p>(&self, program: &'p Program) -> Vec<&'p str> {
        program
            .apis()
            .map(|api| api.name())
            .filter(|api| !self.path(api).is_file())
            .collect()
    }

    fn path(&self, api: &str) -> PathBuf {
        self.folder.join(format!("{api}.json"))
    }

    fn reply(&self, api: &str) -> Result<Reply, Failure> {
        // Read anew for each call, so that a reply can be edited while the chat goes on.
        match fs::read(self.path(api)) {
            Ok(body) => Ok(Reply {
                status: 200,
                location: None,
                body,
            }),
            Err(_) => Err(Failure::Unreachable(format!(
                "no canned reply {FOLDER}/{api}.json"
            ))),
        }
    }
}

impl Client for CannedReplies {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        let answer = |request: &Request| Answer {
            result: self.reply(&request.api),
            elapsed: Duration::ZERO,
        };
        requests.iter().map(answer).collect()
    }
}
