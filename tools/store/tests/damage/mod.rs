//! What a store does with what cannot be read, each tampered with in its own way.

use std::time::Duration;

use sayflow::{Block, Customer, Input, Session};
use sayflow_store::{Changes, ErrorKind, Outgoing, Store};

const LEASE: Duration = Duration::from_secs(60);

fn says(texts: &[&str]) -> Changes {
    let block = |text: &&str| {
        Outgoing::Block(Block::Text {
            text: (*text).to_owned(),
        })
    };
    Changes {
        session: Session::new(),
        customer: Customer::new(7),
        outbox: texts.iter().map(block).collect(),
        ring: None,
    }
}

fn keys(store: &dyn Store) -> Vec<String> {
    let rows = store.deliveries(None, LEASE).unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

/// Of the rows `web:1/1/0` to `web:1/1/2` the middle one is damaged.
pub(crate) fn a_damaged_row_holds_up_what_is_behind_it_and_nobody_else(
    store: &dyn Store,
    damage: impl FnOnce(),
) {
    for (name, texts) in [("web:1", ["one", "two", "three"].as_slice()), ("web:2", &["x"])] {
        store.receive(name, &Input::text("Hi")).unwrap();
        let claim = store.claim(Some(name), LEASE).unwrap().unwrap();
        let _ = store.commit(&claim, &says(texts)).unwrap();
    }
    damage();
    assert_eq!(keys(store), ["web:1/1/0"]);
    assert_eq!(keys(store), ["web:2/1/0"]);
    assert_eq!(keys(store), [""; 0]);
    // Now it comes first.
    store.delivered("web:1/1/0").unwrap();
    let error = store.deliveries(None, LEASE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    let told = "the row `web:1/1/1` of `web:1` cannot be read: unknown variant `hologram`, \
        expected one of `block`, `event`, `left_alone` at line 1 column 11";
    assert_eq!(error.to_string(), told);
    assert_eq!(
        (error.conversation(), error.key()),
        (Some("web:1"), Some("web:1/1/1"))
    );
    assert_eq!(keys(store), [""; 0]);
    store.delivered("web:1/1/1").unwrap();
    assert_eq!(keys(store), ["web:1/1/2"]);
}

/// Of two refused inputs that of `web:1` is damaged.
pub(crate) fn a_refused_input_that_is_damaged_is_listed_without_it(store: &dyn Store, damage: impl FnOnce()) {
    for name in ["web:1", "web:2"] {
        store.receive(name, &Input::text("Hi").with_id("m-1")).unwrap();
        let claim = store.claim(Some(name), LEASE).unwrap().unwrap();
        let _ = store.refuse(&claim, "no").unwrap();
    }
    damage();
    let refused = store.refused(10).unwrap();
    let seen: Vec<_> = refused
        .iter()
        .map(|refused| {
            let id = refused.input.as_ref().and_then(|input| input.id.as_deref());
            (refused.conversation.as_str(), refused.reason.as_str(), id)
        })
        .collect();
    assert_eq!(seen, [("web:2", "no", Some("m-1")), ("web:1", "no", None)]);
}
