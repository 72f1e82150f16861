//! The demo, as it is run.

use std::process::Command;

#[test]
fn fifty_customers_are_answered_in_less_than_the_time_of_their_calls() {
    let output = Command::new(env!("CARGO_BIN_EXE_async")).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let (customer, times) = said.split_once('\n').unwrap();
    assert_eq!(customer, "customer 50 reads: shawl-50: 12 in stock, ৳2450 each.");
    let (one_by_one, together) = times.trim_end().split_once("; together: ").unwrap();
    assert_eq!(one_by_one, "100 calls one after the other: 30.0s");
    let seconds: f64 = match together.strip_suffix("ms") {
        Some(milliseconds) => milliseconds.parse::<f64>().unwrap() / 1000.0,
        None => together.strip_suffix('s').unwrap().parse().unwrap(),
    };
    assert!(seconds < 15.0, "{times}");
}
