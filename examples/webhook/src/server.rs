//! Connections: how many there are, and how long one may take. A stranger has no secret, and can connect nevertheless.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// More than the channel opens (`max_connections` of `setWebhook`), and fewer than a process may have files.
const CONNECTIONS: usize = 128;

/// How long the head of a request may take to arrive.
const HEAD: Duration = Duration::from_secs(5);

/// How much of a head is kept.
const HEAD_BYTES: usize = 16 << 10;

/// How long a connection lasts, which is for one request: longer than a turn.
const CONNECTION: Duration = Duration::from_secs(60);

/// How long what was begun may take when the server is told to stop.
pub(crate) const STOPPING: Duration = Duration::from_secs(30);

/// Serves until it is told to stop; what is begun is answered.
pub(crate) async fn serve(listener: TcpListener, routes: Router, stop: impl Future) {
    let connections = GracefulShutdown::new();
    tokio::select! {
        () = accept(listener, routes, &connections) => {}
        _ = stop => {}
    }
    // Whoever is still sending or reading is left alone.
    let _ = timeout(STOPPING, connections.shutdown()).await;
}

async fn accept(listener: TcpListener, routes: Router, connections: &GracefulShutdown) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // There are no files left: somebody has to go first.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .keep_alive(false)
            .header_read_timeout(HEAD)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes.clone()));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // How it ended is the channel's matter: it asks again.
            let _ = timeout(CONNECTION, connection).await;
            drop(place);
        });
    }
}
