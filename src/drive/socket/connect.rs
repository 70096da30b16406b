//! Opening a WebSocket.

use super::metered::Metered;
use crate::drive::{tls, words};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{ProtocolError, TlsError};
use tokio_tungstenite::tungstenite::http::Uri;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};

/// The largest message taken in; exchanges send snapshots of several megabytes.
pub const MAX_MESSAGE: usize = 16 << 20;

/// An open WebSocket.
pub(super) type Ws = WebSocketStream<MaybeTlsStream<Metered<TcpStream>>>;

/// Where a WebSocket is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    host: String,
    port: u16,
    secure: bool,
}

/// A base URL that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is not a WebSocket URL: expected ws://host:port or wss://host, optionally with a path")]
pub struct BadUrl {
    url: String,
}

impl Address {
    /// A base URL, which may have a path, with a path appended.
    ///
    /// # Errors
    /// [`BadUrl`] when it is no `ws://` or `wss://` URL with a host.
    pub fn new(base: &str, path: &str) -> Result<Self, BadUrl> {
        let bad = || BadUrl { url: words::clean(&words::without_passwords(base), 200) };
        let url = format!("{}{path}", base.trim().trim_end_matches('/'));
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let secure = match uri.scheme_str() {
            Some("ws") => false,
            Some("wss") => true,
            _ => return Err(bad()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { url, host, port, secure })
    }

    /// The whole URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Host and port, as shown to people.
    pub fn host(&self) -> String {
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) if self.host.contains(':') => format!("[{}]:{port}", self.host),
            (_, port) => format!("{}:{port}", self.host),
        }
    }
}

/// Why a connection could not be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// In plain words.
    pub(super) why: String,
    /// Whether somebody answered.
    pub(super) reached: bool,
    /// How long the exchange asks to wait.
    pub(super) retry_after: Option<Duration>,
}

impl Refusal {
    fn unreached(why: String) -> Self {
        Self { why, reached: false, retry_after: None }
    }

    fn reached(why: String) -> Self {
        Self { why, reached: true, retry_after: None }
    }
}

/// Opens a WebSocket within the time limit; also gives the counter of bytes received.
pub(super) async fn open(address: &Address, limit: Duration) -> Result<(Ws, Arc<AtomicU64>), Refusal> {
    match timeout(limit, open_unlimited(address)).await {
        Ok(result) => result,
        Err(_) => Err(Refusal::reached(format!("{} did not answer within {} s", address.host(), limit.as_secs()))),
    }
}

async fn open_unlimited(address: &Address) -> Result<(Ws, Arc<AtomicU64>), Refusal> {
    let host = address.host();
    let connector =
        if address.secure { Connector::Rustls(tls::client_config().map_err(Refusal::unreached)?) } else { Connector::Plain };
    let stream = dial(address, &host).await?;
    let _ = stream.set_nodelay(true);
    let (stream, received) = Metered::new(stream);
    let request = address.url.as_str().into_client_request().map_err(|error| Refusal::unreached(describe(&host, &error)))?;
    // A small write buffer: what is written is a subscription now and then, and it is flushed at once.
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE))
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20);
    match client_async_tls_with_config(request, stream, Some(config), Some(connector)).await {
        Ok((ws, _)) => Ok((ws, received)),
        Err(error) => Err(Refusal { retry_after: retry_after(&error), ..Refusal::reached(describe(&host, &error)) }),
    }
}

async fn dial(address: &Address, host: &str) -> Result<TcpStream, Refusal> {
    let found = tokio::net::lookup_host((address.host.as_str(), address.port))
        .await
        .map_err(|error| Refusal::unreached(words::name_error(host, &error)))?;
    let mut last = None;
    for target in found {
        // One address that does not answer must not use up the time of the others.
        match timeout(Duration::from_secs(4), TcpStream::connect(target)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Some(words::io_error(host, &error)),
            Err(_) => last = Some(format!("{host} did not answer in time: check the network")),
        }
    }
    Err(Refusal::unreached(last.unwrap_or_else(|| format!("no address is known for {host}: check the spelling"))))
}

fn retry_after(error: &WsError) -> Option<Duration> {
    let WsError::Http(response) = error else { return None };
    let asked = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    match response.status().as_u16() {
        418 => Some(Duration::from_secs(asked.unwrap_or(120))),
        429 => Some(Duration::from_secs(asked.unwrap_or(10))),
        _ => asked.map(Duration::from_secs),
    }
}

/// A WebSocket failure in plain words.
pub(super) fn describe(host: &str, error: &WsError) -> String {
    match error {
        WsError::Io(error) => words::io_error(host, error),
        WsError::Tls(TlsError::Rustls(error)) => words::tls_error(host, error),
        WsError::Tls(error) => format!("no secure connection to {host}: {}", words::clean(&error.to_string(), 120)),
        WsError::Http(response) => {
            let body = response.body().as_deref().unwrap_or_default();
            words::http_status(host, response.status().as_u16(), &String::from_utf8_lossy(body))
        }
        WsError::Capacity(_) => format!("{host} sent a message of more than {} MiB", MAX_MESSAGE >> 20),
        WsError::Utf8(_) => format!("{host} sent a text message that is not UTF-8"),
        WsError::ConnectionClosed | WsError::AlreadyClosed | WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
            format!("{host} closed the connection")
        }
        WsError::Protocol(ProtocolError::HandshakeIncomplete) => {
            format!("{host} closed the connection before it was open")
        }
        WsError::Protocol(error) => {
            format!("{host} does not keep to the WebSocket protocol: {}", words::clean(&error.to_string(), 120))
        }
        other => format!("{host}: {}", words::clean(&other.to_string(), 160)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_may_have_a_path_and_a_slash() {
        for (base, url, host) in [
            ("ws://127.0.0.1:9001", "ws://127.0.0.1:9001/public/stream", "127.0.0.1:9001"),
            ("ws://localhost:9001/mirror/", "ws://localhost:9001/mirror/public/stream", "localhost:9001"),
            ("wss://fstream.binance.com", "wss://fstream.binance.com/public/stream", "fstream.binance.com"),
            ("ws://[::1]:9001", "ws://[::1]:9001/public/stream", "[::1]:9001"),
        ] {
            let address = Address::new(base, "/public/stream").unwrap();
            assert_eq!((address.url(), address.host().as_str()), (url, host));
        }
        for base in ["", "fstream.binance.com", "https://x", "ws://", "ws:///stream", "ws://a b"] {
            assert!(Address::new(base, "/ws").is_err(), "{base:?}");
        }
    }
}
