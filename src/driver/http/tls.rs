//! TLS over a connection, by rustls.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, InvalidMessage, RootCertStore, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::exchange::Stopped;
use super::resolver::plain;
use crate::effects::Failure;

/// The certificates that a server's may lead back to.
#[derive(Clone)]
pub(super) struct Roots(RootCertStore);

impl Roots {
    /// Those that Mozilla trusts, as they were when this program was built.
    pub(super) fn bundled() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }

    /// Adds every certificate of a PEM text; the error says what is wrong with it.
    pub(super) fn add(&mut self, pem: &[u8]) -> Result<(), String> {
        let mut is_empty = true;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("it is not PEM: {error}"))?;
            let added = self.0.add(certificate);
            added.map_err(|error| format!("a certificate cannot be read: {error}"))?;
            is_empty = false;
        }
        if is_empty {
            return Err("there is no `BEGIN CERTIFICATE` in it".to_owned());
        }
        Ok(())
    }
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Roots").field(&self.0.len()).finish()
    }
}

/// What all connections of a client agree on; sessions are resumed through it.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    /// `None` where the cryptography has no version of TLS to offer.
    config: Option<Arc<ClientConfig>>,
}

impl Tls {
    pub(super) fn new(roots: Roots) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = builder.map(|builder| builder.with_root_certificates(roots.0).with_no_client_auth());
        Self {
            config: config.ok().map(Arc::new),
        }
    }

    /// Agrees on keys with the server at the other end of a connection, within a time.
    pub(super) fn wrap(
        &self,
        transport: Box<dyn Transport>,
        details: &ConnectionDetails,
        timeout: NextTimeout,
    ) -> Result<Box<dyn Transport>, Error> {
        let config = self.config.as_ref().ok_or(Error::TlsRequired)?;
        let host = plain(details.uri.host().unwrap_or_default());
        let name = ServerName::try_from(host).map_err(|_| failed("no certificate can have this host"))?;
        let mut session = ClientConnection::new(Arc::clone(config), name).map_err(failed)?;
        let mut records = Records {
            socket: TransportAdapter::new(transport, Arc::clone(&details.current_time)),
            last: Record::default(),
        };
        records.socket.set_timeout(timeout);
        session.complete_io(&mut records).map_err(of_handshake)?;
        let config = details.config;
        Ok(Box::new(Encrypted {
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            stream: StreamOwned::new(session, records),
        }))
    }
}

/// A connection under TLS.
struct Encrypted {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, Records>,
}

impl Encrypted {
    /// Whether all that came has been read: what is left would be taken for the reply to the next request.
    /// The end of TLS counts as something left.
    fn is_read_up(&mut self) -> bool {
        // Without new bytes this tells the state and changes nothing.
        let state = self.stream.conn.process_new_packets();
        state.is_ok_and(|state| state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed())
            && self.stream.sock.are_read_up()
    }
}

impl Transport for Encrypted {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.socket.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output).map_err(in_our_words)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.socket.set_timeout(timeout);
        let amount = self
            .stream
            .read(self.buffers.input_append_buf())
            .map_err(in_our_words)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.is_read_up() && self.stream.sock.socket.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted").finish_non_exhaustive()
    }
}

/// The records of a server on their way to rustls, which keeps to itself whether it has half of one.
struct Records {
    socket: TransportAdapter,
    /// The one that the last byte belongs to.
    last: Record,
}

impl Records {
    /// Whether rustls was given all that has come, and the last record as a whole.
    fn are_read_up(&mut self) -> bool {
        self.last.is_whole() && self.socket.get_mut().buffers().input().is_empty()
    }
}

impl Read for Records {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let amount = self.socket.read(buffer)?;
        self.last.go_on(buffer.get(..amount).unwrap_or_default());
        Ok(amount)
    }
}

impl Write for Records {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// How much of a record has come.
#[derive(Default)]
struct Record {
    /// The beginning of a header: type, version and length of what follows (RFC 8446, section 5.1).
    header: Vec<u8>,
    /// Bytes that are to come behind a whole header.
    missing: usize,
}

impl Record {
    fn is_whole(&self) -> bool {
        self.header.is_empty() && self.missing == 0
    }

    /// Takes these bytes in, which may end this record and hold others.
    fn go_on(&mut self, mut bytes: &[u8]) {
        while let [first, rest @ ..] = bytes {
            if self.missing > 0 {
                let taken = self.missing.min(bytes.len());
                self.missing -= taken;
                bytes = bytes.get(taken..).unwrap_or_default();
                continue;
            }
            bytes = rest;
            self.header.push(*first);
            if let [_, _, _, high, low] = self.header[..] {
                self.missing = u16::from_be_bytes([high, low]).into();
                self.header.clear();
            }
        }
    }
}

/// What comes first from a server without TLS is the reply of another protocol.
fn of_handshake(error: io::Error) -> Error {
    match of_rustls(&error) {
        Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)) => {
            failed("the server does not speak it on this port: `http://` may be meant, or another port")
        }
        _ => in_our_words(error),
    }
}

fn in_our_words(error: io::Error) -> Error {
    match of_rustls(&error) {
        Some(error) => failed(error),
        None => error.into(),
    }
}

/// rustls hides its errors in those of I/O, as the socket below hides its own.
fn of_rustls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn failed(why: impl fmt::Display) -> Error {
    Stopped::because(Failure::Unreachable(format!("TLS: {why}")))
}
