//! From a request to what is answered: the API, its secrets, its file, the reply.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use sayflow::{Api, Argument, Outcome, Program};
use serde_json::{Value as Json, json};

use crate::folder::Folder;
use crate::generate;
use crate::http::{Manner, Request, Response};
use crate::log::{Served, hidden_names};
use crate::nearest::did_you_mean;
use crate::route::{Found, Routes};
use crate::script::{Asked, Content, Entry, Says, choose, impossible};
use crate::secrets::Secrets;
use crate::target::Target;

/// What all requests share.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) folder: Folder,
    pub(crate) secrets: Secrets,
    /// APIs whose calls all end alike.
    pub(crate) outcomes: HashMap<String, Outcome>,
    /// How far each script is, by the name of its API.
    pub(crate) scripts: Mutex<HashMap<String, Progress>>,
}

/// How far a script is.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The file when it was begun: an edited one begins anew.
    bytes: Vec<u8>,
    /// How often each entry has served.
    used: Vec<u32>,
}

/// What is answered, and what is told about it.
pub(crate) struct Plan {
    pub(crate) response: Response,
    pub(crate) delay: Duration,
    pub(crate) served: Served,
}

/// A reply and where it comes from.
struct Reply {
    response: Response,
    delay: Duration,
    source: String,
    problem: Option<String>,
}

impl Reply {
    fn new(response: Response, source: impl Into<String>) -> Self {
        Self {
            response,
            delay: Duration::ZERO,
            source: source.into(),
            problem: None,
        }
    }

    /// An answer of the fake itself, which no file has asked for.
    fn refusal(status: u16, problem: &str, mut body: Json) -> Self {
        if let Json::Object(object) = &mut body {
            object.insert("error".to_owned(), Json::from(problem));
        }
        let response = Response::new(status, format!("{body:#}\n").into_bytes());
        Self {
            problem: Some(problem.to_owned()),
            ..Self::new(response, "the fake")
        }
    }
}

impl Desk {
    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request, routes: &Routes) -> Plan {
        let target = Target::read(&request.target);
        let Some(found) = routes.find(&request.method, &target) else {
            let apis = routes.program().apis();
            let hidden: Vec<String> = apis.flat_map(|api| hidden_names(&api)).collect();
            let served = Served::of(request, None, &hidden, &self.secrets);
            let reply = Reply::refusal(
                404,
                &format!("no API of the flow is {} {}", served.method, served.target),
                json!({ "apis": routes.nearest(&request.method, &target) }),
            );
            return plan(reply, served);
        };
        let hidden = hidden_names(&found.api);
        let served = Served::of(request, Some(&found.api), &hidden, &self.secrets);
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        let reply = match self.wrong_secret(&found.api, request, &target, &body) {
            Some(problem) => Reply::refusal(401, &problem, json!({})),
            None => self.reply(&found, routes, &target, body),
        };
        plan(reply, served)
    }

    /// Which of the secrets does not arrive as it should; never the value of one.
    fn wrong_secret(
        &self,
        api: &Api<'_>,
        request: &Request,
        target: &Target,
        body: &IndexMap<String, Json>,
    ) -> Option<String> {
        let param = |name: &str| {
            target
                .query
                .iter()
                .find(|(it, _)| it == name)
                .map(|(_, value)| value.as_str())
        };
        let field = |name: &str| body.get(name).and_then(Json::as_str);
        let headers = api
            .headers()
            .map(|(name, it)| ("header", name, it, request.header(name)));
        let params = api.params().map(|(name, it)| ("param", name, it, param(name)));
        let fields = api.fields().map(|(name, it)| ("field", name, it, field(name)));
        let mut arguments = headers.chain(params).chain(fields);
        arguments.find_map(|(place, name, argument, given)| {
            let Argument::Secret(secret) = argument else {
                return None;
            };
            match given {
                None => Some(format!("{place} `{name}` with the secret {secret} is missing")),
                Some(given) if given == self.secrets.expected(secret) => None,
                Some(_) => Some(format!(
                    "{place} `{name}` is not the secret {secret} that the fake expects"
                )),
            }
        })
    }

    fn reply(
        &self,
        found: &Found<'_>,
        routes: &Routes,
        target: &Target,
        body: IndexMap<String, Json>,
    ) -> Reply {
        let shown = shown_values(found, target, &body);
        let made =
            |outcome, status| generate::response(outcome, status, &found.api, routes.program(), &shown);
        if let Some(outcome) = self.outcomes.get(found.api.name()) {
            return Reply::new(made(*outcome, None), format!("told to be `{outcome}`"));
        }
        let Some(file) = self.folder.read(&found.api, routes) else {
            return Reply::new(made(Outcome::Ok, None), "made up");
        };
        let name = Folder::name(found.api.name());
        match file.content {
            Err(mistakes) => Reply::refusal(500, &mistakes.join("\n"), json!({})),
            Ok(Content::Body(problem)) => Reply {
                problem: problem.map(|problem| format!("{name}: {problem}")),
                ..Reply::new(Response::new(200, file.bytes), name)
            },
            Ok(Content::Script(entries)) => {
                let asked = asked(found, target, body);
                let Some(index) = self.next(found.api.name(), file.bytes, &entries, &asked) else {
                    let problem = format!("no entry of {name} fits this request");
                    return Reply::refusal(404, &problem, json!({}));
                };
                let Some(entry) = entries.into_iter().nth(index) else {
                    return Reply::refusal(500, "no such entry", json!({}));
                };
                let response = match entry.says {
                    Says::Bytes(bytes) => Response::new(entry.status.unwrap_or(200), bytes),
                    Says::Outcome(outcome) => made(outcome, entry.status),
                };
                Reply {
                    delay: entry.delay,
                    ..Reply::new(response, format!("entry {} of {name}", index + 1))
                }
            }
        }
    }

    /// The entry whose turn it is, which is used once more.
    fn next(&self, api: &str, bytes: Vec<u8>, entries: &[Entry], asked: &Asked) -> Option<usize> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = scripts.entry(api.to_owned()).or_default();
        if progress.bytes != bytes {
            *progress = Progress {
                bytes,
                used: vec![0; entries.len()],
            };
        }
        let chosen = choose(entries, &progress.used, asked)?;
        if let Some(used) = progress.used.get_mut(chosen) {
            *used = used.saturating_add(1);
        }
        Some(chosen)
    }
}

fn plan(reply: Reply, mut served: Served) -> Plan {
    served.status = (reply.response.manner != Manner::Held).then_some(reply.response.status);
    served.source = reply.source;
    served.problem = reply.problem;
    Plan {
        response: reply.response,
        delay: reply.delay,
        served,
    }
}

/// Everything that a request says: in its path, its query, and at the top of its body.
fn asked(found: &Found<'_>, target: &Target, body: IndexMap<String, Json>) -> Asked {
    let texts = found.values.iter().chain(&target.query);
    let texts = texts.map(|(name, value)| (name.clone(), Json::from(value.as_str())));
    texts.chain(body).collect()
}

/// What a made-up reply may show of a request: what the flow names, and no secret.
fn shown_values(found: &Found<'_>, target: &Target, body: &IndexMap<String, Json>) -> Vec<(String, String)> {
    let hidden = hidden_names(&found.api);
    let fields = found.api.fields().filter_map(|(name, _)| {
        let value = body.get(name)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((name.to_owned(), text))
    });
    let values = found.values.iter().chain(&target.query).cloned().chain(fields);
    values.filter(|(name, _)| !hidden.contains(name)).collect()
}

impl Desk {
    /// Where the replies of an API come from.
    pub(crate) fn source(&self, api: &Api<'_>, routes: &Routes) -> String {
        if let Some(outcome) = self.outcomes.get(api.name()) {
            return format!("told to be `{outcome}`");
        }
        let name = Folder::name(api.name());
        match self.folder.read(api, routes).map(|file| file.content) {
            None => "made up".to_owned(),
            Some(Ok(Content::Script(entries))) if entries.len() > 1 => {
                format!("{name}, {} entries", entries.len())
            }
            Some(_) => name,
        }
    }
}

/// Why an API cannot be told to end so; `None` where it can.
pub(crate) fn wrong_outcome(program: &Program, api: &str, outcome: Outcome) -> Option<String> {
    match program.apis().find(|known| known.name() == api) {
        Some(known) => impossible(outcome, known.output()),
        None => {
            let near = did_you_mean(api, program.apis().map(|known| known.name()));
            Some(format!("the flow has no API `{api}`: {near}"))
        }
    }
}

/// What an author may not expect of a file.
pub(crate) fn surprise(api: &Api<'_>, content: &Content) -> Option<String> {
    match content {
        Content::Body(Some(why)) => Some(format!("{}: {why}", Folder::name(api.name()))),
        _ => None,
    }
}
