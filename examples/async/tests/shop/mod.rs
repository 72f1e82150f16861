//! A shop with endpoints on loopback, and customers who ask it.

use axum::Router;
use sayflow::{CallReport, Customer, Engine, Error, Event, Input, Program, Session, Source, Turn};
use sayflow_example_async::{AsyncClient, turn};
use tokio::net::TcpListener;

/// A reply with a text for the customer.
pub(crate) fn good(data: &str) -> String {
    serde_json::json!({ "success": true, "data": data }).to_string()
}

/// Serves the endpoints until the runtime of the test ends; gives their origin.
pub(crate) async fn serve(endpoints: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, endpoints).await });
    format!("http://{address}")
}

/// A customer who is about to begin a conversation.
pub(crate) struct Asha {
    pub(crate) session: Session,
    pub(crate) customer: Customer,
}

impl Asha {
    pub(crate) fn new() -> Self {
        let (session, customer) = (Session::new(), Customer::new(7));
        Self { session, customer }
    }

    /// The first turn.
    pub(crate) async fn starts(&mut self, engine: &Engine) -> Result<Turn, Error> {
        self.starts_with(engine, &AsyncClient::default()).await
    }

    /// The first turn, with a client that others have, too.
    pub(crate) async fn starts_with(&mut self, engine: &Engine, client: &AsyncClient) -> Result<Turn, Error> {
        let (session, customer) = (&mut self.session, &mut self.customer);
        turn(engine, session, customer, &Input::start(), client).await
    }
}

/// An engine whose flow asks these APIs in one block: their names, and lines of their declarations.
pub(crate) fn engine(origin: &str, apis: &[(&str, &str)]) -> Engine {
    let declared = apis.iter().map(|(name, lines)| {
        format!("// allow check::no_secret_header: a test\napi {name}: text {{\n  get shop \"/{name}\"\n{lines}}}\n")
    });
    let wanted: Vec<String> = apis.iter().map(|(name, _)| format!("<<{name}>>")).collect();
    let flow = format!(
        "server shop \"https://api.shop.example\"\nattribute seen: yes/no\n{}\non start {{\n  set seen = yes\n  text \"{{{{seen}}}} {}\" else \"Nothing.\"\n}}\n",
        declared.collect::<String>(),
        wanted.join(" "),
    );
    let program = Program::load([Source::new("shop.flow", flow)]).unwrap();
    Engine::new(program).with_server("shop", origin)
}

/// How the calls of a turn went.
pub(crate) fn reports(turn: &Turn) -> Vec<&CallReport> {
    let calls = turn.events.iter().map(|event| match event {
        Event::Call(report) => report,
        other => panic!("{other:?}"),
    });
    calls.collect()
}
