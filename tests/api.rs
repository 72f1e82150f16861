//! What every public type of the stable features promises: it can be sent to another thread, shared, printed, and
//! where it is data also cloned and compared. `.ci/public-types` sees to it that no type is missing here.

#![cfg(feature = "http")]
#![expect(clippy::disallowed_methods, reason = "a test reads the files of the package")]

use std::fmt::{Debug, Display};
use std::fs;
use std::hash::Hash;
use std::path::Path;

use sayflow::channel::Channel;
use sayflow::{
    Answer, Block, BlockOption, CallReport, Card, Client, Code, Counters, Customer, Diagnostic, Effect,
    Engine, Error, ErrorKind, Event, Failure, HttpClient, Input, InputKind, Limits, Masked, NoCalls, Number,
    OptionTarget, Outcome, Program, Reply, Request, Restored, Session, Severity, ShortText, Source, Span,
    Steps, Timestamp, Turn, Value, Wait,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A call that compiles where every type listed has the traits.
macro_rules! each {
    ($($type:ty),+ $(,)? : $($bounds:tt)+) => {{
        fn has<T: $($bounds)+>() {}
        $(has::<$type>();)+
    }};
}

#[test]
fn every_type_goes_to_other_threads_and_is_printed() {
    each!(
        Answer, Block, BlockOption, CallReport, Card, Channel, Code, Counters, Customer, Diagnostic, Effect, Engine, Error,
        ErrorKind, Event, Failure, HttpClient, Input, InputKind, Limits, Masked, NoCalls, Number, OptionTarget,
        Outcome, Program, Reply, Request, Restored, Session, Severity, ShortText, Source, Span, Steps<'static>,
        Timestamp, Turn, Value, Wait:
        Send + Sync + Debug
    );
}

#[test]
fn every_type_but_a_turn_under_way_is_cloned() {
    each!(
        Answer, Block, BlockOption, CallReport, Card, Channel, Code, Counters, Customer, Diagnostic, Effect, Engine, Error,
        ErrorKind, Event, Failure, HttpClient, Input, InputKind, Limits, Masked, NoCalls, Number, OptionTarget,
        Outcome, Program, Reply, Request, Restored, Session, Severity, ShortText, Source, Span, Timestamp, Turn,
        Value, Wait:
        Clone + 'static
    );
}

#[test]
fn what_is_data_is_compared() {
    each!(
        Answer, Block, BlockOption, CallReport, Card, Channel, Code, Counters, Customer, Diagnostic, Effect, Error, ErrorKind,
        Event, Failure, Input, InputKind, Limits, Masked, Number, OptionTarget, Outcome, Reply, Request,
        Restored, Session, Severity, ShortText, Source, Span, Timestamp, Turn, Value, Wait:
        PartialEq
    );
    each!(Channel, Code, ErrorKind, Outcome, Severity, Span, Timestamp: Copy + Eq + Hash);
    each!(Channel, Code, Number, Outcome, Severity, Span, Timestamp: PartialOrd);
    each!(Counters, HttpClient, Limits, NoCalls, Reply, Card, Session, Span, Timestamp, Turn, Wait: Default);
}

#[test]
fn what_crosses_a_border_is_written_and_read() {
    each!(
        Block, BlockOption, CallReport, Card, Counters, Customer, Event, Input, Number, OptionTarget, Outcome, Restored,
        Session, ShortText, Timestamp, Turn, Value, Wait:
        Serialize + DeserializeOwned
    );
    each!(Channel, Diagnostic, ErrorKind: Serialize);
}

#[test]
fn errors_and_findings_are_errors_of_rust() {
    each!(Error, Diagnostic: std::error::Error + Send + Sync + 'static);
    each!(Channel, Code, Masked, Number, Outcome, Restored, Severity, ShortText, Timestamp, Value: Display);
}

#[test]
fn a_host_has_clients_of_any_kind_behind_one_type() {
    let clients: [Box<dyn Client>; 2] = [Box::new(NoCalls), Box::new(HttpClient::new())];
    assert!(clients.iter().all(|client| client.call(&[]).is_empty()));
}

#[test]
fn the_readme_names_the_oldest_rust() {
    let read = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let manifest = read("Cargo.toml");
    let line = manifest.lines().find(|line| line.starts_with("rust-version"));
    let oldest = line.unwrap().split('"').nth(1).unwrap().to_owned();
    assert!(
        read("README.md").contains(&format!("Rust {oldest} or newer")),
        "{oldest}"
    );
}
