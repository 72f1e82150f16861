//! An engine with something in the place of each secret, for conversations whose answers are data.

use sayflow::{Engine, Program};

/// An engine of a program that needs nothing of the host: every secret is a made-up one, granted to the servers
/// that the flow declares it for. Whoever runs it answers its calls, and sends none.
pub(crate) fn engine(program: &Program) -> Engine {
    let mut engine = Engine::new(program.clone());
    for (name, origins) in program.secrets() {
        let stand_in = format!("stand-in-for-{name}");
        engine = engine.with_secret(name, stand_in, origins);
    }
    engine
}
