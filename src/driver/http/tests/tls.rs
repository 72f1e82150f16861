//! Calls under TLS, with certificates that each test makes.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, mpsc};

use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::deadline::{assert_in_time, hurried};
use super::server::{
    accept, assert_unreachable, call, client, drip, get, let_it_arrive, listen, ok, post, read_request,
    with_body,
};
use crate::driver::http::HttpClient;
use crate::effects::{Answer, Failure, Request};
use crate::error::ErrorKind;

/// A server with a certificate that it signed itself, and the certificate as PEM.
fn certificate(host: &str) -> (Arc<ServerConfig>, String) {
    let made = rcgen::generate_simple_self_signed([host.to_owned()]).unwrap();
    (server(&made.cert, &made.signing_key), made.cert.pem())
}

/// A server with a certificate of a company's own authority, and that authority's as PEM.
fn certificate_of_authority(host: &str) -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let root = authority.self_signed(&key).unwrap();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new([host.to_owned()]).unwrap();
    (
        server(&params.signed_by(&key, &issuer).unwrap(), &key),
        root.pem(),
    )
}

fn server(certificate: &Certificate, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Arc::new(config)
}

fn trusting(pem: &str) -> HttpClient {
    let client = HttpClient::new().with_private_addresses(true);
    client.with_root_certificate(pem).unwrap()
}

fn listen_tls() -> (TcpListener, String) {
    let (listener, url) = listen();
    (listener, url.replace("http:", "https:"))
}

type Encrypted = StreamOwned<ServerConnection, TcpStream>;

fn accept_tls(listener: &TcpListener, config: &Arc<ServerConfig>) -> BufReader<Encrypted> {
    let session = ServerConnection::new(Arc::clone(config)).unwrap();
    BufReader::new(StreamOwned::new(session, accept(listener).into_inner()))
}

#[test]
fn a_trusted_server_is_called_and_its_connection_kept() {
    trusted(certificate("127.0.0.1"));
    trusted(certificate_of_authority("127.0.0.1"));
}

fn trusted((config, pem): (Arc<ServerConfig>, String)) {
    let (listener, url) = listen_tls();
    let client = trusting(&pem);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept_tls(&listener, &config);
            for body in ["hello", "again"] {
                read_request(&mut stream).unwrap();
                let reply = with_body("200 OK", body);
                stream.get_mut().write_all(reply.as_bytes()).unwrap();
            }
        });
        let (answer, phases) = client.timed_call(&get(&url));
        assert_eq!(answer.result, ok("hello"));
        assert!(phases.tls.is_some() && phases.connect.is_some());
        let (answer, phases) = client.timed_call(&post(&url, "{}"));
        assert_eq!(answer.result, ok("again"));
        assert_eq!((phases.tls, phases.connect), (None, None));
    });
}

/// These bytes in records, as one write may send them.
fn records(session: &mut ServerConnection, text: &str) -> Vec<u8> {
    session.writer().write_all(text.as_bytes()).unwrap();
    written(session)
}

fn written(session: &mut ServerConnection) -> Vec<u8> {
    let mut records = Vec::new();
    while session.wants_write() {
        session.write_tls(&mut records).unwrap();
    }
    records
}

/// What stands behind a reply, in the same write: made of the session and the reply.
type Behind = fn(&mut ServerConnection, &str) -> Vec<u8>;

/// Calls twice; the server sends something behind its first reply and keeps the connection. Gives the answer
/// to the second call, which a new connection takes.
fn second_answer(first: &str, behind: Behind, request: fn(&str) -> Request) -> Answer {
    let (config, pem) = certificate("127.0.0.1");
    let (listener, url) = listen_tls();
    let client = trusting(&pem);
    let request = || Request {
        max_reply_bytes: 1 << 20,
        ..request(&url)
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept_tls(&listener, &config);
            read_request(&mut stream).unwrap();
            let StreamOwned { mut conn, mut sock } = stream.into_inner();
            let mut sent = records(&mut conn, first);
            sent.extend(behind(&mut conn, first));
            sock.write_all(&sent).unwrap();
            let mut stream = accept_tls(&listener, &config);
            read_request(&mut stream).unwrap();
            let second = with_body("200 OK", "second");
            stream.get_mut().write_all(second.as_bytes()).unwrap();
        });
        assert_eq!(call(&client, request()).result.unwrap().status, 200);
        call(&client, request())
    })
}

#[test]
fn nothing_that_is_left_under_tls_is_read_as_the_next_reply() {
    let again: Behind = |session, first| records(session, first);
    let in_half_a_record: Behind = |session, first| {
        let mut whole = records(session, first);
        whole.truncate(whole.len() / 2);
        whole
    };
    let in_half_a_header: Behind = |session, first| records(session, first)[..3].to_vec();
    let end_of_tls: Behind = |session, _| {
        session.send_close_notify();
        written(session)
    };
    for behind in [again, in_half_a_record, in_half_a_header, end_of_tls] {
        // rustls takes 4 KiB at a time, and a record has 16.
        for length in [5, 5_000, 16_000, 40_000] {
            let body = "x".repeat(length);
            let chunked = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
            for first in [
                with_body("200 OK", &body),
                format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
            ] {
                assert_eq!(second_answer(&first, behind, get).result, ok("second"));
                let post = |url: &str| post(url, "{}");
                assert_eq!(second_answer(&first, behind, post).result, ok("second"));
            }
        }
    }
}

#[test]
fn nothing_that_comes_later_under_tls_is_read_as_the_next_reply() {
    let (config, pem) = certificate("127.0.0.1");
    let (listener, url) = listen_tls();
    let client = trusting(&pem);
    let (has_answer, wait) = mpsc::channel();
    let (has_come, come) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let first = with_body("200 OK", "first");
            let mut stream = accept_tls(&listener, &config);
            read_request(&mut stream).unwrap();
            stream.get_mut().write_all(first.as_bytes()).unwrap();
            wait.recv().unwrap();
            stream.get_mut().write_all(first.as_bytes()).unwrap();
            has_come.send(()).unwrap();
            let mut stream = accept_tls(&listener, &config);
            read_request(&mut stream).unwrap();
            let second = with_body("200 OK", "second");
            stream.get_mut().write_all(second.as_bytes()).unwrap();
        });
        assert_eq!(call(&client, get(&url)).result, ok("first"));
        has_answer.send(()).unwrap();
        come.recv().unwrap();
        let_it_arrive();
        assert_eq!(call(&client, get(&url)).result, ok("second"));
    });
}

/// Calls a server that may not like how the call ends.
fn refused(client: &HttpClient, config: &Arc<ServerConfig>) -> String {
    let (listener, url) = listen_tls();
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(read_request(&mut accept_tls(&listener, config)), None));
        match call(client, get(&url)).result {
            Err(Failure::Unreachable(how)) => how,
            other => panic!("{other:?}"),
        }
    })
}

#[test]
fn an_unknown_certificate_is_unreachable() {
    let (config, _) = certificate("127.0.0.1");
    let (_, pem_of_another) = certificate("127.0.0.1");
    let how = "TLS: invalid peer certificate: UnknownIssuer";
    assert_eq!(refused(&client(), &config), how);
    assert!(refused(&trusting(&pem_of_another), &config).starts_with("TLS: invalid peer certificate"));
}

#[test]
fn a_certificate_of_another_host_is_unreachable() {
    let (config, pem) = certificate("shop.example");
    let how = refused(&trusting(&pem), &config);
    assert!(how.starts_with("TLS: invalid peer certificate"), "{how}");
}

#[test]
fn a_server_without_tls_is_unreachable() {
    let (listener, url) = listen_tls();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept(&listener);
            drop(stream.get_mut().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
            read_request(&mut stream)
        });
        let why = "TLS: the server does not speak it on this port: `http://` may be meant, or another port";
        let answer = call(&client(), get(&url));
        assert_eq!(answer.result, Err(Failure::Unreachable(why.to_owned())));
    });
}

#[test]
fn a_dripping_handshake_is_too_slow() {
    let (config, pem) = certificate("127.0.0.1");
    let (listener, url) = listen_tls();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut stream = accept(&listener).into_inner();
            let mut session = ServerConnection::new(config).unwrap();
            session.read_tls(&mut stream).unwrap();
            session.process_new_packets().unwrap();
            let mut hello = Vec::new();
            while session.wants_write() {
                session.write_tls(&mut hello).unwrap();
            }
            drip(&mut stream, hello.chunks(1).map(<[u8]>::to_vec))
        });
        let (answer, phases) = trusting(&pem).timed_call(&hurried(get(&url)));
        assert_in_time(&answer);
        assert!(phases.tls.is_some() && phases.wait.is_none());
        assert!(server.join().unwrap(), "the connection was left open");
    });
}

#[test]
fn a_dripping_record_is_too_slow() {
    let (config, pem) = certificate("127.0.0.1");
    for head in ["", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"] {
        let (listener, url) = listen_tls();
        std::thread::scope(|scope| {
            let server = scope.spawn(|| {
                let mut stream = accept_tls(&listener, &config);
                read_request(&mut stream).unwrap();
                let StreamOwned { mut conn, mut sock } = stream.into_inner();
                conn.writer().write_all(head.as_bytes()).unwrap();
                let mut records = Vec::new();
                for byte in "x".repeat(1_000).as_bytes().chunks(1) {
                    conn.writer().write_all(byte).unwrap();
                }
                while conn.wants_write() {
                    conn.write_tls(&mut records).unwrap();
                }
                drip(&mut sock, records.chunks(1).map(<[u8]>::to_vec))
            });
            assert_in_time(&call(&trusting(&pem), hurried(get(&url))));
            assert!(server.join().unwrap(), "the connection was left open");
        });
    }
}

#[test]
fn a_body_cut_short_under_tls_is_unreachable() {
    let (config, pem) = certificate("127.0.0.1");
    let (listener, url) = listen_tls();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept_tls(&listener, &config);
            read_request(&mut stream).unwrap();
            let half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
            stream.get_mut().write_all(half).unwrap();
        });
        assert_unreachable(&call(&trusting(&pem), get(&url)));
    });
}

#[test]
fn a_root_certificate_that_is_none_is_an_error() {
    let (_, pem) = certificate("127.0.0.1");
    let halves = pem.split_at(pem.len() / 2);
    for pem in [
        "",
        "orders.pem",
        halves.0,
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ] {
        let error = HttpClient::new().with_root_certificate(pem).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Setting, "{pem}");
    }
}
