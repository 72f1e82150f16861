//! Endpoints: what they answer, made of bytes.

use std::time::Duration;

use sayflow::{Answer, Client, Failure, Outcome, Reply, Request};

use crate::bytes::Bytes;

/// An endpoint that answers as its bytes say: to the same requests the same, however often a turn is played.
#[derive(Debug)]
pub struct Endpoint<'b>(pub &'b [u8]);

impl Endpoint<'_> {
    /// Its answers to all requests of a turn, in their order.
    pub fn answers(&self) -> impl Iterator<Item = Answer> {
        let mut bytes = Bytes::new(self.0);
        std::iter::repeat_with(move || answer(&mut bytes))
    }
}

/// For a host that plays one block a turn; one with several asks for [`Endpoint::answers`].
impl Client for Endpoint<'_> {
    fn call(&self, requests: &[Request]) -> Vec<Answer> {
        self.answers().take(requests.len()).collect()
    }
}

fn answer(bytes: &mut Bytes<'_>) -> Answer {
    let elapsed = Duration::from_millis(bytes.pick(&[0, 900, 4_000, 6_000]).copied().unwrap_or(0));
    let result = match bytes.below(10) {
        0..=6 => Ok(good(bytes.word(&BODIES).into())),
        7 => Ok(good(bytes.some().to_vec())),
        8 => Ok(Reply {
            status: bytes.pick(&[201, 204, 302, 404, 500]).copied().unwrap_or(200),
            location: bytes.one_in(2).then(|| "https://elsewhere.example/".to_owned()),
            body: b"<h1>Moved</h1>".to_vec(),
        }),
        _ => Err(bytes
            .pick(&FAILURES)
            .map_or(Failure::Timeout, |failure| failure())),
    };
    Answer { result, elapsed }
}

fn good(body: Vec<u8>) -> Reply {
    Reply {
        status: 200,
        location: None,
        body,
    }
}

const FAILURES: [fn() -> Failure; 4] = [
    || Failure::Timeout,
    || Failure::TooLarge,
    || Failure::Unreachable("connection refused".to_owned()),
    || Failure::Blocked("not allowed".to_owned()),
];

/// Bodies for every output, each of which fits some and is wrong for the others.
const BODIES: [&str; 18] = [
    r#"{"success":true,"data":"Shipped","attributes":{"balance":3,"name":"Asha","count":5}}"#,
    r#"{"success":true,"data":"","attributes":{"count":7}}"#,
    r#"{"success":true,"data":{"type":"image","url":"https://cdn.example/a.png"}}"#,
    r#"{"success":true,"data":{"type":"audio","url":"https://cdn.example/a.ogg"}}"#,
    r#"{"success":true,"data":[{"title":"Tea","buttons":[{"title":"More","type":"sequence","value":"a"}]}]}"#,
    r#"{"success":true,"data":[{"title":"Tea","image":"https://cdn.example/t.png","url":"https://shop.example"}]}"#,
    r#"{"success":true,"data":[{"title":"More","type":"sequence","value":"142","extra":"x"}]}"#,
    r#"{"success":true,"data":[{"title":"S","type":"sequence","value":"c"},{"title":"Web","type":"url","value":"https://shop.example"}]}"#,
    r#"{"success":true,"data":[{"title":"Gone","type":"sequence","value":"gone"}]}"#,
    r#"{"success":true,"data":[{"title":"Call","type":"phone","value":"+8801700000000"}]}"#,
    r#"{"success":true,"data":[]}"#,
    r#"{"success":true,"attributes":{"name":null,"vip":true,"size":"L","loyalty-points":1.5,"cart":[1,{"a":null}]}}"#,
    r#"{"success":false,"message":"no","attributes":{"name":"declined"}}"#,
    r#"{"success":true,"data":5,"attributes":{"name":"broken"}}"#,
    r#"{"success":true,"data":"ok","attributes":{"vip":"maybe","name":"half"}}"#,
    r#"{"success":true,"data":"ok","attributes":{"uid":5,"bot_enabled":false,"first_name":"Nila","timezone":-4.5,"next":"x"}}"#,
    "{",
    "<html>",
];

/// The plainest answer that ends in a word; `None` for those that bring something.
#[must_use]
pub fn plain(outcome: Outcome) -> Option<Result<Reply, Failure>> {
    Some(match outcome {
        Outcome::Blocked => Err(Failure::Blocked(String::new())),
        Outcome::Timeout => Err(Failure::Timeout),
        Outcome::Unreachable => Err(Failure::Unreachable(String::new())),
        Outcome::TooLarge => Err(Failure::TooLarge),
        Outcome::Status => Ok(Reply {
            status: 503,
            ..good(Vec::new())
        }),
        Outcome::NotJson => Ok(good(b"?".to_vec())),
        Outcome::Declined => Ok(good(br#"{"success":false}"#.to_vec())),
        Outcome::Contract => Ok(good(b"{}".to_vec())),
        Outcome::Empty | Outcome::Ok => return None,
    })
}
