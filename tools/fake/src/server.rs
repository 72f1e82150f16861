//! The sockets: a listener on loopback and a thread for each connection, which all end with the server.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::http::{Connection, End, Manner, Request, Response};

/// More than one chat needs, and few enough for any machine.
const MAX_CONNECTIONS: usize = 64;
/// Longer than any host waits for a reply.
const LONGEST_HOLD: Duration = Duration::from_secs(60);
/// How long the end of a server waits for its connections.
const FAREWELL: Duration = Duration::from_secs(2);

/// What comes of one request.
pub(crate) struct Answer {
    pub(crate) response: Response,
    /// How long the response is held back.
    pub(crate) delay: Duration,
    /// Called once the time is over, before the response is sent.
    pub(crate) before_sending: Box<dyn FnOnce()>,
}

/// What a server is for.
pub(crate) trait Handler: Send + Sync {
    /// Answers a request.
    fn answer(&self, request: &Request) -> Answer;

    /// Hears of what the server refuses by itself, as far as it was read.
    fn refused(&self, request: &Request, status: u16, why: &str);
}

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    doors: Arc<Doors>,
    accepting: Option<JoinHandle<()>>,
}

/// The open connections.
#[derive(Default)]
struct Doors {
    state: Mutex<State>,
    one_has_left: Condvar,
}

#[derive(Default)]
struct State {
    is_closed: bool,
    open: HashMap<u64, TcpStream>,
    last: u64,
}

impl Server {
    /// Listens on a port of the loopback address; 0 is any that is free.
    pub(crate) fn start(port: u16, handler: Arc<dyn Handler>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let address = listener.local_addr()?;
        let doors = Arc::new(Doors::default());
        let inner = Arc::clone(&doors);
        let accepting = thread::Builder::new()
            .name("fake".to_owned())
            .spawn(move || accept(&listener, &inner, &handler))?;
        Ok(Self {
            address,
            doors,
            accepting: Some(accepting),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.doors.state().is_closed = true;
        // The listener is woken up, sees that it is over, and is closed.
        let is_woken = TcpStream::connect_timeout(&self.address, FAREWELL).is_ok();
        if let Some(accepting) = self.accepting.take().filter(|_| is_woken) {
            // A panic there would be told already.
            let _ = accepting.join();
        }
        let state = self.doors.state();
        for stream in state.open.values() {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let all_gone = |state: &mut State| !state.open.is_empty();
        drop(
            self.doors
                .one_has_left
                .wait_timeout_while(state, FAREWELL, all_gone),
        );
    }
}

impl Doors {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in; `None` where there are too many.
    fn enter(self: &Arc<Self>, stream: &TcpStream) -> Option<Guest> {
        let stream = stream.try_clone().ok()?;
        let mut state = self.state();
        if state.is_closed || state.open.len() >= MAX_CONNECTIONS {
            return None;
        }
        state.last += 1;
        let number = state.last;
        state.open.insert(number, stream);
        Some(Guest {
            doors: Arc::clone(self),
            number,
        })
    }
}

/// Leaves when it is dropped.
struct Guest {
    doors: Arc<Doors>,
    number: u64,
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.doors.state().open.remove(&self.number);
        self.doors.one_has_left.notify_all();
    }
}

fn accept(listener: &TcpListener, doors: &Arc<Doors>, handler: &Arc<dyn Handler>) {
    for stream in listener.incoming() {
        if doors.state().is_closed {
            return;
        }
        let Ok(stream) = stream else {
            // Out of file descriptors, perhaps; the next moment may be better.
            thread::sleep(Duration::from_millis(10));
            continue;
        };
        // One too many is closed at once.
        let Some(guest) = doors.enter(&stream) else {
            continue;
        };
        let handler = Arc::clone(handler);
        let serving = move || {
            if let Ok(mut connection) = Connection::new(stream) {
                serve(&mut connection, &*handler);
            }
            drop(guest);
        };
        // Without a thread the connection is closed, which is all that can be said.
        let _ = thread::Builder::new().name("fake".to_owned()).spawn(serving);
    }
}

fn serve(connection: &mut Connection, handler: &dyn Handler) {
    loop {
        let mut request = Request::default();
        match connection.read(&mut request) {
            Ok(()) => {}
            Err(End::Gone) => return,
            Err(End::Refused(status, why)) => {
                handler.refused(&request, status, why);
                return connection.refuse(request, status, why);
            }
        }
        let answer = handler.answer(&request);
        match answer.response.manner {
            Manner::Held => connection.wait(LONGEST_HOLD),
            _ => connection.wait(answer.delay),
        }
        (answer.before_sending)();
        if !connection.write(&answer.response, &request) {
            return;
        }
    }
}
