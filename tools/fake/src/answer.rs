//! From a request to what is answered: the API, its secrets, its file, the reply.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indexmap::IndexMap;
use sayflow::{Api, Argument, Outcome};
use serde_json::{Value as Json, json};

use crate::folder::Folder;
use crate::generate;
use crate::http::{Manner, Request, Response};
use crate::log::{Served, hidden_names};
use crate::route::{Found, Routes};
use crate::script::{Asked, Content, Entry, Says, choose};
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

    /// Answers a request.
    pub(crate) fn answer(&self, request: &Request, routes: &Routes) -> Plan {
        let target = Target::read(&request.target);
        let Some(found) = routes.find(&request.method, &target) else {
            let served = self.served_by_none(request, routes);
            let reply = Reply::refusal(
                404,
                &format!("no API of the flow is {} {}", served.method, served.target),
                json!({ "apis": routes.nearest(&request.method, &target) }),
            );
            return plan(reply, served);
        };
        let hidden = hidden_names(&found.api);
        let served = Served::of(request, Some(&found.api), &hidden, &self.secrets);
        let question = Question {
            found,
            routes,
            target,
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
        };
        let reply = match self.wrong_secret(&question, request) {
            Some(problem) => Reply::refusal(401, &problem, json!({})),
            None => self.reply(&question),
        };
        plan(reply, served)
    }

    /// What the server has refused by itself.
    pub(crate) fn refused(&self, request: &Request, routes: &Routes, status: u16, why: &str) -> Served {
        Served {
            status: Some(status),
            source: "the fake".to_owned(),
            problem: Some(why.to_owned()),
            ..self.served_by_none(request, routes)
        }
    }

    /// A request that is for no API: what any of them hides is hidden.
    fn served_by_none(&self, request: &Request, routes: &Routes) -> Served {
        let apis = routes.program().apis();
        let hidden: Vec<String> = apis.flat_map(|api| hidden_names(&api)).collect();
        Served::of(request, None, &hidden, &self.secrets)
    }

    /// Which of the secrets does not arrive as it should; never the value of one.
    fn wrong_secret(&self, question: &Question<'_>, request: &Request) -> Option<String> {
        let api = &question.found.api;
        let param = |name: &str| {
            let mut params = question.target.query.iter();
            params.find(|(it, _)| it == name).map(|(_, value)| value.as_str())
        };
        let field = |name: &str| question.body.get(name).and_then(Json::as_str);
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

    fn reply(&self, question: &Question<'_>) -> Reply {
        let api = question.found.api.name();
        if let Some(outcome) = self.outcomes.get(api) {
            return Reply::new(
                question.made_up(*outcome, None),
                format!("told to be `{outcome}`"),
            );
        }
        let Some(file) = self.folder.read(&question.found.api, question.routes) else {
            return Reply::new(question.made_up(Outcome::Ok, None), "made up");
        };
        let name = Folder::name(api);
        match file.content {
            Err(mistakes) => Reply::refusal(500, &mistakes.join("\n"), json!({})),
            Ok(Content::Body(problem)) => Reply {
                problem: problem.map(|problem| format!("{name}: {problem}")),
                ..Reply::new(Response::new(200, file.bytes), name)
            },
            Ok(Content::Script(entries)) => match self.next(question, file.bytes, &entries) {
                None => Reply::refusal(404, &format!("no entry of {name} fits this request"), json!({})),
                Some((number, entry)) => Reply {
                    delay: entry.delay,
                    ..Reply::new(question.told(entry), format!("entry {number} of {name}"))
                },
            },
        }
    }

    /// The entry whose turn it is, which is used once more, and its number, counted from 1.
    fn next<'e>(
        &self,
        question: &Question<'_>,
        bytes: Vec<u8>,
        entries: &'e [Entry],
    ) -> Option<(usize, &'e Entry)> {
        let mut scripts = self.scripts.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = scripts.entry(question.found.api.name().to_owned()).or_default();
        if progress.bytes != bytes {
            *progress = Progress {
                bytes,
                used: vec![0; entries.len()],
            };
        }
        let chosen = choose(entries, &progress.used, &question.asked())?;
        let used = progress.used.get_mut(chosen)?;
        *used = used.saturating_add(1);
        Some((chosen + 1, entries.get(chosen)?))
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

/// A request that is for an API.
struct Question<'q> {
    found: Found<'q>,
    routes: &'q Routes,
    target: Target,
    /// Empty where there is no JSON object.
    body: IndexMap<String, Json>,
}

impl Question<'_> {
    /// What an entry sends.
    fn told(&self, entry: &Entry) -> Response {
        match &entry.says {
            Says::Bytes(bytes) => Response::new(entry.status.unwrap_or(200), bytes.clone()),
            Says::Outcome(outcome) => self.made_up(*outcome, entry.status),
        }
    }

    fn made_up(&self, outcome: Outcome, status: Option<u16>) -> Response {
        let program = self.routes.program();
        generate::response(outcome, status, &self.found.api, program, &self.shown())
    }

    /// Everything that it says: in its path, its query, and at the top of its body.
    fn asked(&self) -> Asked {
        let texts = self.found.values.iter().chain(&self.target.query);
        let texts = texts.map(|(name, value)| (name.clone(), Json::from(value.as_str())));
        let body = self
            .body
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()));
        texts.chain(body).collect()
    }

    /// What a made-up reply may show of it: what the flow names, and no secret.
    fn shown(&self) -> Vec<(String, String)> {
        let hidden = hidden_names(&self.found.api);
        let fields = self.found.api.fields().filter_map(|(name, _)| {
            let value = self.body.get(name)?;
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((name.to_owned(), text))
        });
        let texts = self.found.values.iter().chain(&self.target.query).cloned();
        texts
            .chain(fields)
            .filter(|(name, _)| !hidden.contains(name))
            .collect()
    }
}
