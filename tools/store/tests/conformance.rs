//! The stores of this package keep their promises.

use sayflow_store::{Memory, conformance};

#[test]
fn the_store_in_memory_keeps_its_promises() {
    conformance::run(Memory::new).unwrap();
}
