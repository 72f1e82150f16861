//! The calls of a block, through hyper.

use std::error::Error;
use std::time::Instant;

use futures_util::future::join_all;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderValue, LOCATION};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use sayflow::{Answer, Failure, Masked, Reply, Request};
use tokio::time::timeout;

/// Sends what the engine asks for. Cheap to clone; clones share their connections.
///
/// The library's own `HttpClient` also refuses private, local and reserved addresses, whatever name leads there.
/// This one leaves that to the network it runs in: give its machine no way to what a flow's author must not reach.
#[derive(Clone, Debug)]
pub struct AsyncClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Default for AsyncClient {
    fn default() -> Self {
        let connector = HttpsConnectorBuilder::new()
            .with_webpki_roots()
            .https_or_http()
            .enable_http1()
            .build();
        // A connection that is used again may hold a second reply by then: it would be the next customer's.
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector);
        Self { client }
    }
}

impl AsyncClient {
    /// Performs all requests at once and gives one answer for each, in their order.
    pub async fn call(&self, requests: &[Request]) -> Vec<Answer> {
        join_all(requests.iter().map(|request| self.answer(request))).await
    }

    /// One request within its time, from name look-up to the last byte of the reply.
    async fn answer(&self, request: &Request) -> Answer {
        let start = Instant::now();
        let exchange = timeout(request.timeout, self.exchange(request));
        let result = exchange.await.unwrap_or(Err(Failure::Timeout));
        let elapsed = start.elapsed();
        Answer { result, elapsed }
    }

    async fn exchange(&self, request: &Request) -> Result<Reply, Failure> {
        let response = self.client.request(head(request)?).await;
        let (head, body) = response.map_err(|error| unreachable(&error))?.into_parts();
        let location = head.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let mut reply = Reply {
            status: head.status.as_u16(),
            location: location.map(str::to_owned),
            body: read(body, request.max_reply_bytes).await?,
        };
        if reply.body.len() > request.max_reply_bytes {
            // Of several outcomes the first in the contract's order counts: a status goes before the size.
            if head.status.is_success() {
                return Err(Failure::TooLarge);
            }
            reply.body.truncate(request.max_reply_bytes);
        }
        Ok(reply)
    }
}

/// The request as hyper has it. A secret is sent, and nowhere shown.
fn head(request: &Request) -> Result<hyper::Request<Full<Bytes>>, Failure> {
    let mut head = hyper::Request::builder()
        .method(request.method.to_string().as_str())
        .uri(request.url.expose());
    for (name, value) in &request.headers {
        head = head.header(name, header(value)?);
    }
    let body = request.body.as_ref().map_or("", Masked::expose).to_owned();
    head.body(body.into()).map_err(|error| blocked(&error))
}

fn header(value: &Masked) -> Result<HeaderValue, Failure> {
    let mut header = HeaderValue::from_str(value.expose()).map_err(|error| blocked(&error))?;
    header.set_sensitive(value.is_secret());
    Ok(header)
}

/// The body, or no more than one piece beyond what it may have.
async fn read(mut body: Incoming, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| unreachable(&error))?;
        if let Some(data) = frame.data_ref() {
            bytes.extend_from_slice(data);
        }
        if bytes.len() > most {
            break;
        }
    }
    Ok(bytes)
}

/// The error's own words, which name no value.
fn blocked(error: &dyn Error) -> Failure {
    Failure::Blocked(format!("the request cannot be sent: {error}"))
}

/// The innermost cause says it best: `connection refused` instead of `client error`.
fn unreachable(error: &(dyn Error + 'static)) -> Failure {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Failure::Unreachable(cause.to_string())
}
