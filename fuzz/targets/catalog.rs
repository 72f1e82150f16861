//! `sayflow_fuzz::catalog` as a fuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sayflow_fuzz::catalog::holds(bytes));
