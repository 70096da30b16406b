//! One GET request, blocking.

use crate::domain::Nanos;
use crate::drive::{tls, words};
use crate::feed::FetchFailure;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The largest body taken in.
pub const MAX_BODY: u64 = 64 << 20;

/// Makes requests to one base URL. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    /// Made when first used: reading this computer's root certificates takes a while.
    agent: Arc<OnceLock<ureq::Agent>>,
    base: String,
    host: String,
    secure: bool,
    limit: Duration,
}

/// How long finding, reaching and moving an exchange to answer may take, each.
const STEP_LIMIT: Duration = Duration::from_secs(3);

/// What a request brought.
#[derive(Debug)]
pub struct Answer {
    /// The body, or why there is none to use.
    pub result: Result<Vec<u8>, FetchFailure>,
    /// Weight used in this minute, as the exchange tells.
    pub used: Option<u32>,
}

/// A base URL that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is not a REST URL: expected http://host:port or https://host, optionally with a path")]
pub struct BadUrl {
    url: String,
}

impl Client {
    /// A client for a base URL, which may have a path, with a limit of time for each request.
    ///
    /// # Errors
    /// [`BadUrl`] when it is no `http://` or `https://` URL with a host.
    pub fn new(base: &str, limit: Duration) -> Result<Self, BadUrl> {
        let bad = || BadUrl { url: words::clean(&words::without_passwords(base), 200) };
        let base = base.trim().trim_end_matches('/').to_owned();
        let uri: Uri = base.parse().map_err(|_| bad())?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(bad()),
        };
        // Who logs in is nobody else's business: it is in every message.
        let authority = uri.authority().map(ToString::to_string).filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let host = authority.rsplit('@').next().unwrap_or_default().to_owned();
        Ok(Self { agent: Arc::default(), base, host, secure, limit })
    }

    fn agent(&self) -> &ureq::Agent {
        self.agent.get_or_init(|| {
            let mut tls = TlsConfig::builder().unversioned_rustls_crypto_provider(tls::provider());
            if self.secure {
                let roots = tls::roots().iter().map(|der| Certificate::from_der(der).to_owned());
                tls = tls.root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>()));
            }
            ureq::Agent::config_builder()
                .timeout_resolve(Some(STEP_LIMIT))
                .timeout_connect(Some(STEP_LIMIT))
                .timeout_recv_response(Some(STEP_LIMIT))
                .timeout_global(Some(self.limit))
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .user_agent(concat!("rtai-tui/", env!("CARGO_PKG_VERSION")))
                .tls_config(tls.build())
                .build()
                .new_agent()
        })
    }

    /// Requests base + path. Blocks up to the limit of time.
    pub fn get(&self, path: &str) -> Answer {
        let mut used = None;
        let result = self.try_get(path, &mut used);
        Answer { result, used }
    }

    fn try_get(&self, path: &str, used: &mut Option<u32>) -> Result<Vec<u8>, FetchFailure> {
        let url = format!("{}{path}", self.base);
        let mut response = self.agent().get(&url).call().map_err(|error| self.failure(&error))?;
        let header =
            |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(|text| text.trim().to_owned());
        *used = header("x-mbx-used-weight-1m").and_then(|text| text.parse().ok());
        let asked = header("retry-after")
            .and_then(|text| text.parse::<i64>().ok())
            .map(|secs| Nanos::from_secs(secs.clamp(0, 7 * 86_400)));
        let markup = header("content-type").is_some_and(|kind| kind.contains("html"));
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_BODY).read_to_vec();
        if status != 200 {
            let retry_after = match status {
                429 => asked.or(Some(Nanos::from_secs(10))),
                418 => asked.or(Some(Nanos::from_secs(120))),
                _ => asked,
            };
            let body = if markup { Vec::new() } else { body.unwrap_or_default() };
            let message = words::http_status(&self.host, status, &said(&body));
            return Err(FetchFailure { status, retry_after, message });
        }
        let body = body.map_err(|error| self.failure(&error))?;
        if matches!(body.iter().find(|byte| !byte.is_ascii_whitespace()), Some(b'{' | b'[')) {
            return Ok(body);
        }
        let start = String::from_utf8_lossy(body.get(..200.min(body.len())).unwrap_or_default());
        let message = format!("{} answered with something that is no JSON: {}", self.host, words::clean(start.trim(), 80));
        Err(FetchFailure { status, retry_after: None, message })
    }

    fn failure(&self, error: &ureq::Error) -> FetchFailure {
        let host = &self.host;
        let message = match error {
            ureq::Error::HostNotFound => format!("no address is known for {host}: check the network, its DNS and the spelling"),
            ureq::Error::Timeout(_) => format!("{host} did not answer in time: check the network"),
            ureq::Error::ConnectionFailed => format!("{host} cannot be reached: check the network"),
            ureq::Error::Io(error) => words::io_error(host, error),
            ureq::Error::Rustls(error) => words::tls_error(host, error),
            ureq::Error::BodyExceedsLimit(_) => format!("{host} sent an answer of more than {} MiB", MAX_BODY >> 20),
            other => format!("{host}: {}", words::clean(&other.to_string(), 160)),
        };
        FetchFailure { status: 0, retry_after: None, message }
    }
}

/// What an exchange's error body says: its `msg`, else the text itself.
fn said(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Said {
        msg: String,
    }
    serde_json::from_slice::<Said>(body).map_or_else(|_| String::from_utf8_lossy(body).into_owned(), |said| said.msg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_urls_with_a_host() {
        for base in ["http://127.0.0.1:9002", "https://fapi.binance.com/", "http://localhost:1/mirror"] {
            assert!(Client::new(base, Duration::from_secs(1)).is_ok(), "{base}");
        }
        for base in ["", "fapi.binance.com", "ws://x", "http://", "ftp://x/"] {
            assert!(Client::new(base, Duration::from_secs(1)).is_err(), "{base:?}");
        }
    }

    #[test]
    fn an_error_body_speaks_through_its_message() {
        assert_eq!(said(br#"{"code":-1121,"msg":"Invalid symbol."}"#), "Invalid symbol.");
        assert_eq!(said(b"gone"), "gone");
    }
}
