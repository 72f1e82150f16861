//! Where the time of a call went.

use std::io::Write;

use super::deadline::{assert_in_time, hurried};
use super::server::{accept, client, get, listen, ok, read_request, with_body};
use crate::driver::http::HttpClient;

#[test]
fn a_new_connection_has_more_parts_than_an_open_one() {
    let (listener, url) = listen();
    let client = HttpClient::new().with_allowed_host("localhost");
    let request = get(&url.replace("127.0.0.1", "localhost"));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept(&listener);
            for _ in 0..2 {
                read_request(&mut stream).unwrap();
                stream
                    .get_mut()
                    .write_all(with_body("200 OK", "hello").as_bytes())
                    .unwrap();
            }
        });
        let (answer, phases) = client.timed_call(&request);
        assert_eq!(answer.result, ok("hello"));
        let parts = [phases.look_up, phases.connect, phases.wait, phases.read];
        let sum = parts.into_iter().map(Option::unwrap).sum::<std::time::Duration>();
        assert!(sum <= answer.elapsed, "{phases:?}");
        assert_eq!(phases.tls, None);

        let (answer, phases) = client.timed_call(&request);
        assert_eq!(answer.result, ok("hello"));
        assert_eq!((phases.look_up, phases.connect, phases.tls), (None, None, None));
        assert!(phases.wait.is_some() && phases.read.is_some());
    });
}

#[test]
fn a_part_that_fails_counts_until_then() {
    let (listener, url) = listen();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut stream = accept(&listener);
            read_request(&mut stream).unwrap();
            assert_eq!(read_request(&mut stream), None);
        });
        let (answer, phases) = client().timed_call(&hurried(get(&url)));
        assert_in_time(&answer);
        assert!(phases.wait.unwrap() * 2 > answer.elapsed, "{phases:?}");
        assert_eq!(phases.read, None);
    });
}
