//! Calls over real sockets on loopback. Every server binds a port of its own, takes a fixed number of
//! connections and requests, and ends by itself.

mod blocked;
mod deadline;
mod exchange;
mod faults;
mod look_up;
mod phases;
mod pool;
mod proxy;
mod server;
mod tls;
