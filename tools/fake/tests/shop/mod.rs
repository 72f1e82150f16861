//! A flow with its files and its fake, as tests ask them.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

use sayflow::{CallReport, Customer, Effect, Engine, Event, HttpClient, Outcome, Program, Session, Source};
use sayflow_fake::{Fake, Served, Settings};
use tempfile::TempDir;

/// The secret that the fake of a test expects.
pub(crate) const TOKEN: &str = "s3cret & more";

/// Every output, a GET and a POST, secrets in each place. One API waits no longer than a test should.
pub(crate) const FLOW: &str = r#"
attribute order_no: text
server shop "https://api.shop.example/bot" {
  header "X-Token" = secret TOKEN
}
api status: text {
  get shop "/orders/{{order_no}}"
  param "lang" = language
}
api banner: image {
  get shop "/banner"
}
api picks: gallery {
  post shop "/picks"
  field "limit" = 5
  field "key" = secret TOKEN
  leads to offers
}
api shortcuts: buttons {
  post shop "/shortcuts"
}
api slots: quick replies {
  get "https://courier.example/slots"
  param "key" = secret TOKEN
  leads to offers, track
}
api loyalty: nothing {
  get "https://courier.example/loyalty"
  header "X-Token" = secret TOKEN
  timeout 1s
}
on start {
  text "<<status>>" else "-"
  image <<banner>> else "https://shop.example/-.png"
  gallery {
    <<picks>>
  } else "-"
  buttons "-" {
    <<shortcuts>>
    "Track" -> track
  }
  quick replies "-" {
    <<slots>>
    "Offers" -> offers
  }
  call <<loyalty>> else "-"
}
sequence track {
  text "Track."
}
sequence offers {
  text "Offers."
}
"#;

/// A flow in a folder, and its fake.
pub(crate) struct Shop {
    pub(crate) folder: TempDir,
    pub(crate) program: Program,
    pub(crate) fake: Fake,
    client: HttpClient,
}

pub(crate) fn program(flow: &str) -> Program {
    Program::load([Source::new("shop.flow", flow)]).expect("a flow")
}

/// Writes `fake/NAME` for each file.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("fake")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join("fake").join(name), text).expect("a file");
    }
    folder
}

pub(crate) fn settings(folder: &TempDir, outcomes: &[(&str, Outcome)]) -> Settings {
    Settings {
        folder: folder.path().to_owned(),
        secrets: [("TOKEN".to_owned(), TOKEN.to_owned())].into_iter().collect(),
        outcomes: outcomes
            .iter()
            .map(|(api, outcome)| ((*api).to_owned(), *outcome))
            .collect(),
        ..Settings::default()
    }
}

impl Shop {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &[])
    }

    pub(crate) fn with(files: &[(&str, &str)], outcomes: &[(&str, Outcome)]) -> Self {
        Self::of(FLOW, files, outcomes)
    }

    pub(crate) fn of(flow: &str, files: &[(&str, &str)], outcomes: &[(&str, Outcome)]) -> Self {
        let folder = folder(files);
        let program = program(flow);
        let fake = Fake::start(&program, settings(&folder, outcomes)).expect("a port");
        Self {
            folder,
            program,
            fake,
            client: HttpClient::new().with_allowed_host("127.0.0.1"),
        }
    }

    /// Writes one of the files while the fake runs.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join("fake").join(name), text).expect("a file");
    }

    /// Calls an API as a conversation does, for a customer with an order.
    pub(crate) fn call(&self, api: &str, order_no: &str) -> CallReport {
        self.call_with_secret(api, order_no, TOKEN)
    }

    pub(crate) fn call_with_secret(&self, api: &str, order_no: &str, secret: &str) -> CallReport {
        let servers = self.fake.servers();
        let origins = servers.iter().map(|(_, address)| address.clone());
        let mut engine = Engine::new(self.program.clone()).with_secret("TOKEN", secret, origins);
        for (server, address) in &servers {
            engine = engine.with_server(server, address);
        }
        let (mut session, mut customer) = (Session::new(), Customer::new(7));
        customer.language = "en".to_owned();
        customer.set_attribute("order_no", order_no);
        let mut steps = engine
            .api_steps(api, &mut session, &mut customer)
            .expect("an API");
        let mut report = None;
        loop {
            match steps.advance().expect("a step") {
                Effect::Calls(requests) => {
                    let answers = sayflow::Client::call(&self.client, &requests);
                    steps.answer(answers).expect("answers");
                }
                Effect::Event(Event::Call(it)) => report = Some(it),
                Effect::Wait(_) => break,
                _ => {}
            }
        }
        report.expect("a call")
    }

    /// What was served since it was asked last.
    pub(crate) fn served(&self) -> Vec<Served> {
        self.fake.served().collect()
    }

    /// Where the last reply came from.
    pub(crate) fn last_source(&self) -> String {
        self.served().pop().expect("a request").source
    }

    /// Sends bytes, and gives back all that comes until the connection ends.
    pub(crate) fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.fake.address()).expect("a connection");
        // A server that refuses may close before it has read all.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        read_all(&mut stream)
    }

    /// A GET with the right header.
    pub(crate) fn get(&self, target: &str) -> String {
        let head =
            format!("GET {target} HTTP/1.1\r\nHost: x\r\nX-Token: {TOKEN}\r\nConnection: close\r\n\r\n");
        self.raw(head.as_bytes())
    }
}

pub(crate) fn read_all(stream: &mut TcpStream) -> String {
    let mut reply = Vec::new();
    // A reset ends what came as well.
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8_lossy(&reply).into_owned()
}

/// The status line of a reply.
pub(crate) fn status(reply: &str) -> &str {
    reply.lines().next().unwrap_or_default()
}

pub(crate) fn is_listening(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
}
