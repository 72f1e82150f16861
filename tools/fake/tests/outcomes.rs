//! What the real engine and the real client make of each reply.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot prepare its files has failed"
)]

mod shop;

use std::collections::BTreeSet;

use sayflow::{Outcome, Output};
use sayflow_fake::check;
use shop::{FLOW, Shop, folder, program, settings};

#[test]
fn made_up_replies_are_good_for_every_output() {
    let shop = Shop::new(&[]);
    let mut outputs = BTreeSet::new();
    for api in program(FLOW).apis() {
        let report = shop.call(api.name(), "AB-1");
        assert_eq!(
            (report.outcome, report.problems().len()),
            (Outcome::Ok, 0),
            "{report:?}"
        );
        outputs.insert(api.output().as_str());
    }
    assert_eq!(outputs.len(), Output::ALL.len());
}

#[test]
fn every_outcome_can_be_had_from_every_api() {
    for outcome in Outcome::ALL {
        let folder = folder(&[]);
        let flow = program(FLOW);
        let is_possible = |api: &str| {
            check(&flow, &settings(&folder, &[(api, outcome)]))
                .errors
                .is_empty()
        };
        let apis: Vec<&str> = flow
            .apis()
            .map(|api| api.name())
            .filter(|api| is_possible(api))
            .collect();
        match outcome {
            Outcome::Blocked => assert!(apis.is_empty()),
            Outcome::Empty => assert_eq!(apis.len(), 4, "{apis:?}"),
            // Each takes as long as the API waits: one stands for all.
            Outcome::Timeout => assert_eq!(given("loyalty", outcome), outcome),
            _ => assert_eq!(apis.len(), 6, "{apis:?}"),
        }
        if outcome != Outcome::Timeout {
            for api in apis {
                assert_eq!(given(api, outcome), outcome, "{api}");
            }
        }
    }
}

fn given(api: &str, outcome: Outcome) -> Outcome {
    let by_setting = Shop::with(&[], &[(api, outcome)]).call(api, "AB-1");
    let script = format!(r#"[{{ "outcome": "{outcome}" }}]"#);
    let by_script = Shop::new(&[(&format!("{api}.json"), &script)]).call(api, "AB-1");
    assert_eq!(
        by_setting.outcome, by_script.outcome,
        "{by_setting:?} {by_script:?}"
    );
    by_script.outcome
}

#[test]
fn an_outcome_may_have_a_status_and_a_body_its_own_words() {
    let table = [
        (r#"[{ "status": 503 }]"#, Outcome::Status, Some(503)),
        (
            r#"[{ "outcome": "status", "status": 404 }]"#,
            Outcome::Status,
            Some(404),
        ),
        (r#"[{ "body": "<h1>Sorry</h1>" }]"#, Outcome::NotJson, Some(200)),
        (
            r#"[{ "body": "{\"success\": true,}" }]"#,
            Outcome::NotJson,
            Some(200),
        ),
        (
            r#"[{ "reply": { "success": true } }]"#,
            Outcome::Contract,
            Some(200),
        ),
        (r#"[{ "status": 204, "body": "" }]"#, Outcome::NotJson, Some(204)),
        ("{ \"success\": false }", Outcome::Declined, Some(200)),
        ("<h1>Sorry</h1>", Outcome::NotJson, Some(200)),
        ("7", Outcome::Contract, Some(200)),
    ];
    for (file, outcome, status) in table {
        let report = Shop::new(&[("status.json", file)]).call("status", "AB-1");
        assert_eq!(
            (report.outcome, report.status),
            (outcome, status),
            "{file} {report:?}"
        );
    }
}

#[test]
fn a_timeout_ends_when_the_client_gives_up() {
    let shop = Shop::with(&[], &[("loyalty", Outcome::Timeout)]);
    assert_eq!(shop.call("loyalty", "AB-1").outcome, Outcome::Timeout);
    let served = shop.fake.next_served().expect("a request");
    assert_eq!(served.status, None);
    assert!((900..3_000).contains(&served.held_ms), "{served:?}");
}
