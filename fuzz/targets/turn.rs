//! `sayflow_fuzz::turn` as a fuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sayflow_fuzz::turn::holds(bytes));
