//! The demo exchange as a server on this computer: Binance's USD-M protocol over HTTP and WebSocket, on a free port.

mod client;
mod control;
mod hub;
mod query;
mod rest;

use super::clock::{self, Clock};
use crate::demo::DemoConfig;
use crate::demo::wire::Route;
use crate::domain::Nanos;
use control::Subscriptions;
use http_body_util::Full;
use hub::Hub;
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// How often the market moves on.
const STEP: Duration = Duration::from_millis(5);

/// What the server offers.
#[derive(Debug, Clone)]
pub struct DemoServerConfig {
    /// The market. Its `start` is taken from the clock.
    pub market: DemoConfig,
    /// The exchange's clock.
    pub clock: Clock,
    /// The exchange's clock less ours, to try what a wrong clock does.
    pub clock_ahead: Nanos,
    /// Port on the loopback address; 0 for any free one.
    pub port: u16,
    /// Time between pings.
    pub ping_every: Nanos,
    /// How long a connection lasts.
    pub lifetime: Nanos,
}

impl DemoServerConfig {
    /// The default market: its seed, and how many times busier than usual it is.
    pub fn new(seed: u64, speed: f64) -> Self {
        let clock = Clock::system();
        Self {
            market: DemoConfig { speed, ..DemoConfig::new(seed, clock.now()) },
            clock,
            clock_ahead: Nanos::ZERO,
            port: 0,
            ping_every: Nanos::from_secs(180),
            lifetime: Nanos::from_secs(86_400),
        }
    }

    fn now(&self) -> Nanos {
        self.clock.now() + self.clock_ahead
    }
}

type SharedHub = Arc<Mutex<Hub>>;

fn lock(hub: &SharedHub) -> MutexGuard<'_, Hub> {
    hub.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running demo exchange; dropping it ends it.
#[derive(Debug)]
pub struct DemoServer {
    address: SocketAddr,
    runtime: Option<Runtime>,
}

impl DemoServer {
    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base URL of its WebSockets.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// Base URL of its REST.
    pub fn rest_url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for DemoServer {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Opens the demo exchange.
///
/// # Errors
/// When the port is taken, or the system gives no threads.
pub fn start(mut config: DemoServerConfig) -> io::Result<DemoServer> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("demo").enable_all().build()?;
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let context = runtime.enter();
    let listener = TcpListener::from_std(listener)?;
    drop(context);
    config.market.start = config.now();
    let hub = Arc::new(Mutex::new(Hub::new(config.market.clone())));
    runtime.spawn(run_market(Arc::clone(&hub), config.clone()));
    runtime.spawn(accept(listener, hub, config));
    Ok(DemoServer { address, runtime: Some(runtime) })
}

async fn run_market(hub: SharedHub, config: DemoServerConfig) {
    let mut steps = tokio::time::interval(STEP);
    steps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        steps.tick().await;
        lock(&hub).advance(config.now());
    }
}

async fn accept(listener: TcpListener, hub: SharedHub, config: DemoServerConfig) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&hub), config.clone()));
            }
            // Out of file handles, say: it passes.
            Err(error) => {
                tracing::warn!("the demo exchange could not take a connection: {error}");
                tokio::time::sleep(clock::duration(Nanos::from_millis(100))).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, hub: SharedHub, config: DemoServerConfig) {
    let _ = stream.set_nodelay(true);
    let service = hyper::service::service_fn(move |request| {
        let answer = answer(request, &hub, &config);
        async move { Ok::<_, Infallible>(answer) }
    });
    let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that breaks off is its own affair.
    let _ = connection.with_upgrades().await;
}

fn answer(mut request: Request<Incoming>, hub: &SharedHub, config: &DemoServerConfig) -> Response<Full<Bytes>> {
    let key = request.headers().get("sec-websocket-key").cloned();
    let path = request.uri().path().to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let Some(key) = key else { return rest_answer(hub, &path, &query, config.now()) };
    let Some(subscriptions) = subscriptions(&path, &query) else { return plain(StatusCode::NOT_FOUND, String::new()) };
    let upgrade = hyper::upgrade::on(&mut request);
    let (hub, config) = (Arc::clone(hub), config.clone());
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            let ws = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
            client::serve(ws, hub, config, subscriptions).await;
        }
    });
    let mut response = plain(StatusCode::SWITCHING_PROTOCOLS, String::new());
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accepted) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accepted);
    }
    response
}

/// What a client that comes by this path has subscribed to; `None` for a path there is not. Without a route it is the
/// public one, as on the real exchange since the routes were parted.
fn subscriptions(path: &str, query: &str) -> Option<Subscriptions> {
    let (route, rest) = match path.strip_prefix("/market") {
        Some(rest) => (Route::Market, rest),
        None => (Route::Public, path.strip_prefix("/public").unwrap_or(path)),
    };
    if rest == "/stream" {
        let mut subscriptions = Subscriptions::new(route, true);
        let query = query::Query::parse(query);
        query.get("streams").into_iter().flat_map(|names| names.split('/')).for_each(|name| subscriptions.add(name));
        return Some(subscriptions);
    }
    let names = rest.strip_prefix("/ws").filter(|names| names.is_empty() || names.starts_with('/'))?;
    let mut subscriptions = Subscriptions::new(route, false);
    names.split('/').filter(|name| !name.is_empty()).for_each(|name| subscriptions.add(&query::decode(name)));
    Some(subscriptions)
}

fn rest_answer(hub: &SharedHub, path: &str, query: &str, now: Nanos) -> Response<Full<Bytes>> {
    let Some(answer) = rest::answer(&mut lock(hub), path, query, now) else {
        return plain(StatusCode::NOT_FOUND, String::new());
    };
    let mut response = plain(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), answer.body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert("x-mbx-used-weight-1m", HeaderValue::from(answer.used));
    if let Some(seconds) = answer.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn plain(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
}
