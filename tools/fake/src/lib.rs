//! A server on loopback that takes the place of the servers of a flow.
//!
//! It answers each API from `fake/API.json` beside the flow, which is the body of the reply or a script of
//! replies, and with a made-up reply where there is no such file. [`Fake`] is the door; `docs/fake.md` of the
//! project says what may stand in the files.

mod answer;
mod check;
mod folder;
mod generate;
mod http;
mod log;
mod pattern;
mod route;
mod script;
mod secrets;
mod server;
mod target;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sayflow::{Outcome, Program};

use answer::{Desk, Plan};
use folder::Folder;
use http::{Manner, Request};
use route::Routes;
use server::{Answer, Handler, Server};

pub use check::{Report, check};
pub use log::{Body, Served};
pub use route::said;
pub use secrets::Secrets;

/// So many requests are remembered until somebody reads the log.
const SERVED_KEPT: usize = 1_024;

/// What a fake is told before it starts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The folder of the flow, in which `fake/` lies.
    pub folder: PathBuf,
    /// The port; 0 for any that is free.
    pub port: u16,
    /// The values that secrets must arrive with, those aside that are made up.
    pub secrets: Secrets,
    /// APIs whose calls all end alike, whatever their files say.
    pub outcomes: HashMap<String, Outcome>,
}

/// A running fake. It ends when it is dropped, and its connections with it.
///
/// # Examples
///
/// ```
/// use sayflow::{Block, Customer, Engine, HttpClient, Input, Program, Session, Source};
/// use sayflow_fake::{Fake, Settings};
///
/// let flow = r#"
/// server shop "https://api.shop.example"
/// api hours: text {
///   get shop "/hours/{{language|en}}"
/// }
/// on start {
///   text "<<hours>>" else "From ten to eight."
/// }
/// "#;
/// let program = Program::load([Source::new("shop.flow", flow)])?;
/// let fake = Fake::start(&program, Settings::default())?;
/// let mut engine = Engine::new(program);
/// for (server, address) in fake.servers() {
///     engine = engine.with_server(server, address);
/// }
/// let (mut session, mut customer) = (Session::new(), Customer::new(7));
/// let client = HttpClient::new().with_allowed_host("127.0.0.1");
/// let turn = engine.turn(&mut session, &mut customer, &Input::start(), &client)?;
/// assert_eq!(turn.blocks, [Block::Text { text: "hours for language en".to_owned() }]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Fake {
    server: Server,
    shared: Arc<Shared>,
    log: Receiver<Served>,
}

/// What the threads of a fake share.
struct Shared {
    desk: Desk,
    routes: Mutex<Arc<Routes>>,
    log: SyncSender<Served>,
}

/// How an API is answered.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Faked {
    /// Its name.
    pub api: String,
    /// How it is called.
    pub method: sayflow::Method,
    /// The path behind its server.
    pub path: String,
    /// `fake/API.json`, or that the replies are made up.
    pub source: String,
}

impl Fake {
    /// Starts to serve the APIs of a program. Nothing is looked at in the files yet: [`check`] does that.
    ///
    /// # Errors
    ///
    /// The port is taken, or the system has no thread left.
    pub fn start(program: &Program, settings: Settings) -> io::Result<Self> {
        let (sender, log) = mpsc::sync_channel(SERVED_KEPT);
        let shared = Arc::new(Shared {
            desk: Desk {
                folder: Folder::beside(&settings.folder),
                secrets: settings.secrets,
                outcomes: settings.outcomes,
                scripts: Mutex::default(),
            },
            routes: Mutex::new(Arc::new(Routes::new(program.clone()))),
            log: sender,
        });
        let handler: Arc<dyn Handler> = Arc::<Shared>::clone(&shared);
        let server = Server::start(settings.port, handler)?;
        Ok(Self { server, shared, log })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The servers of the flow, by name, and the origins of absolute URLs, with the address that takes the
    /// place of each: what [`sayflow::Engine::with_server`] wants.
    #[must_use]
    pub fn servers(&self) -> Vec<(String, String)> {
        let address = self.address();
        let routes = self.shared.routes();
        let servers = routes.servers();
        servers
            .map(|(key, prefix)| (key.to_owned(), format!("http://{address}/{prefix}")))
            .collect()
    }

    /// Goes on with another program. Scripts stay where they are.
    pub fn reload(&self, program: &Program) {
        let routes = Arc::new(Routes::new(program.clone()));
        *self.shared.routes.lock().unwrap_or_else(PoisonError::into_inner) = routes;
    }

    /// How each API is answered, in the order of the flow.
    #[must_use]
    pub fn apis(&self) -> Vec<Faked> {
        let routes = self.shared.routes();
        let apis = routes.program().apis();
        apis.map(|api| Faked {
            api: api.name().to_owned(),
            method: api.method(),
            path: routes.shown(api.name()),
            source: self.shared.desk.source(&api, &routes),
        })
        .collect()
    }

    /// The secrets that requests must carry.
    #[must_use]
    pub fn secrets(&self) -> &Secrets {
        &self.shared.desk.secrets
    }

    /// What was served since it was asked last.
    pub fn served(&self) -> impl Iterator<Item = Served> {
        self.log.try_iter()
    }

    /// Waits for the next request and tells what became of it; `None` when there will be none.
    #[must_use]
    pub fn next_served(&self) -> Option<Served> {
        self.log.recv().ok()
    }
}

impl fmt::Debug for Fake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fake")
            .field("address", &self.address())
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn routes(&self) -> Arc<Routes> {
        Arc::clone(&self.routes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Handler for Shared {
    fn answer(&self, request: &Request) -> Answer {
        let begun = Instant::now();
        let Plan {
            response,
            delay,
            mut served,
        } = self.desk.answer(request, &self.routes());
        let is_held = !delay.is_zero() || response.manner == Manner::Held;
        let log = self.log.clone();
        Answer {
            response,
            delay,
            before_sending: Box::new(move || {
                if is_held {
                    served.held(begun.elapsed());
                }
                // A log that nobody reads is no reason to keep a client waiting.
                let _ = log.try_send(served);
            }),
        }
    }

    fn refused(&self, request: &Request, status: u16, why: &str) {
        let served = self.desk.refused(request, &self.routes(), status, why);
        let _ = self.log.try_send(served);
    }
}
