//! `/health` and `/metrics` over HTTP, to this computer only.

use super::{Health, Status, metrics};
use crate::domain::Nanos;
use crate::drive::clock;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// Clients at a time; more wait for their turn.
const CLIENTS: usize = 16;
/// How long a client may take to ask, and hold its connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the server could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Figures are not for the network.
    #[error("{0}: only an address of this computer is allowed, such as 127.0.0.1:9464 or [::1]:9464")]
    NotLoopback(SocketAddr),
    /// The system refuses.
    #[error("{0} cannot be listened on: {1}")]
    Listen(SocketAddr, io::Error),
}

type Shared = Arc<Mutex<Arc<Status>>>;

/// A running server; dropping it ends it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    status: Shared,
    runtime: Option<Runtime>,
}

impl Server {
    /// Begins to answer at an address of this computer; port 0 is any free one.
    ///
    /// # Errors
    /// [`ServerError`] when the address is not of this computer or is taken.
    pub fn start(address: SocketAddr, status: Status) -> Result<Self, ServerError> {
        if !address.ip().is_loopback() {
            return Err(ServerError::NotLoopback(address));
        }
        let failed = |error| ServerError::Listen(address, error);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("monitor")
            .enable_all()
            .build()
            .map_err(failed)?;
        let listener = runtime.block_on(TcpListener::bind(address)).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let status = Arc::new(Mutex::new(Arc::new(status)));
        runtime.spawn(accept(listener, Arc::clone(&status)));
        Ok(Self { address, status, runtime: Some(runtime) })
    }

    /// Where it answers.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it says from now on.
    pub fn tell(&self, status: Status) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(status);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn accept(listener: TcpListener, status: Shared) {
    let places = Arc::new(Semaphore::new(CLIENTS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let status = Arc::clone(&status);
                tokio::spawn(async move {
                    // Who is too slow loses the connection.
                    let _ = tokio::time::timeout(PATIENCE, serve(stream, status)).await;
                    drop(place);
                });
            }
            // Out of file handles, say: it passes.
            Err(_) => tokio::time::sleep(clock::duration(Nanos::from_millis(100))).await,
        }
    }
}

async fn serve(stream: TcpStream, status: Shared) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let status = Arc::clone(&status.lock().unwrap_or_else(PoisonError::into_inner));
        let answer = answer(request.method(), request.uri().path(), &status);
        async move { Ok::<_, Infallible>(answer) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).keep_alive(false);
    // A client that breaks off is its own affair.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

fn answer(method: &Method, path: &str, status: &Status) -> Response<Full<Bytes>> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return said(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "only GET\n".to_owned());
    }
    match path {
        "/health" => {
            let code = if matches!(status.health, Health::Failing | Health::Ended) {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::OK
            };
            let text = serde_json::to_string(status).unwrap_or_default();
            said(code, "application/json", text + "\n")
        }
        "/metrics" => said(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", metrics(status)),
        _ => said(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "there are /health and /metrics\n".to_owned()),
    }
}

fn said(code: StatusCode, kind: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = code;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
