//! Posting an alert to a web address.

use super::attempt::{Attempt, Sender};
use super::message::{Message, line};
use crate::config::Secret;
use crate::domain::Nanos;
use crate::drive::{clock, tls, words};
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::time::Duration;
use ureq::http::{HeaderMap, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long one request may take.
pub const LIMIT: Duration = Duration::from_secs(10);
/// How long reaching the receiver may take.
const STEP: Duration = Duration::from_secs(5);
/// What is read of an answer, in bytes: enough for a reason.
const ANSWER: u64 = 2 << 10;
/// The longest a receiver may ask to be left alone.
const LONGEST: Nanos = Nanos::from_secs(86_400);

/// Posts each message as JSON: Slack's `text`, and the fields of [`Message::json`]. Of the address only the host is ever shown.
#[derive(Debug)]
pub struct Webhook {
    url: Secret,
    /// `https://hooks.slack.com`.
    place: String,
    secure: bool,
    limit: Duration,
    agent: OnceLock<ureq::Agent>,
}

impl Webhook {
    /// Posts to an address.
    ///
    /// # Errors
    /// In words that do not repeat it, when it is none.
    pub fn new(url: &str, limit: Duration) -> Result<Self, String> {
        let bad = || "is no web address: expected https://host/path".to_owned();
        let uri: Uri = url.trim().parse().map_err(|_| bad())?;
        let secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(bad()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(bad)?;
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        let place = format!("{}://{}{port}", if secure { "https" } else { "http" }, line(host, 120));
        Ok(Self { url: Secret::new(url.trim()), place, secure, limit, agent: OnceLock::new() })
    }

    fn agent(&self) -> &ureq::Agent {
        self.agent.get_or_init(|| {
            let mut tls = TlsConfig::builder().unversioned_rustls_crypto_provider(tls::provider());
            if self.secure {
                let roots = tls::roots().iter().map(|der| Certificate::from_der(der).to_owned());
                tls = tls.root_certs(RootCerts::new_with_certs(&roots.collect::<Vec<_>>()));
            }
            ureq::Agent::config_builder()
                .timeout_resolve(Some(STEP.min(self.limit)))
                .timeout_connect(Some(STEP.min(self.limit)))
                .timeout_global(Some(self.limit))
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                // A connection kept open is often closed by the other side at the moment it is used again.
                .max_idle_connections(0)
                .user_agent(concat!("rtai-tui/", env!("CARGO_PKG_VERSION")))
                .tls_config(tls.build())
                .build()
                .new_agent()
        })
    }

    /// What a failure below HTTP means, never in the words of the client, which may hold the address.
    fn failure(&self, error: &ureq::Error) -> Attempt {
        let place = &self.place;
        match error {
            ureq::Error::Timeout(_) => Attempt::again(format!("{place} did not answer in time")),
            ureq::Error::HostNotFound => {
                Attempt::again(format!("no address is known for {place}: check the network, its DNS and the spelling"))
            }
            ureq::Error::ConnectionFailed => Attempt::again(format!("{place} cannot be reached: check the network")),
            ureq::Error::Io(error) => Attempt::again(words::io_error(place, error)),
            ureq::Error::Rustls(error) => Attempt::again(words::tls_error(place, error)),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                Attempt::again(format!("{place} answered with something that is no HTTP"))
            }
            ureq::Error::ConnectProxyFailed(_) => Attempt::again(format!("the proxy on the way to {place} refused")),
            ureq::Error::InvalidProxyUrl => Attempt::failed("the proxy set in the environment is no proxy's address"),
            _ => Attempt::failed(format!("the request to {place} could not be made")),
        }
    }

    /// What the receiver said, where that does not repeat a part of the address.
    fn said(&self, body: &[u8]) -> String {
        let text = match serde_json::from_slice::<Value>(body) {
            Ok(json) => {
                let named =
                    ["message", "error", "description"].iter().find_map(|name| json.get(name)?.as_str().map(str::to_owned));
                named.unwrap_or_default()
            }
            Err(_) => String::from_utf8_lossy(body).into_owned(),
        };
        let text = line(&text, 120);
        let url = self.url.reveal().to_lowercase();
        let secret = url.get(self.place.len()..).unwrap_or(&url);
        let repeats = |text: &str| {
            let parts = secret.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| part.len() >= 4);
            parts.into_iter().any(|part| text.to_lowercase().contains(part))
        };
        if text.is_empty() || text.starts_with('<') || repeats(&text) { String::new() } else { format!(" — it said: {text}") }
    }
}

impl Sender for Webhook {
    fn about(&self) -> String {
        format!("{}/…", self.place)
    }

    fn send(&self, message: &Message, now: Nanos) -> Attempt {
        let mut json = message.json();
        json.insert("text".to_owned(), json!(slack(&message.text())));
        // The stars and underscores of an expression are no markup.
        json.insert("mrkdwn".to_owned(), json!(false));
        let body = Value::Object(json).to_string();
        let request = self.agent().post(self.url.reveal()).header("content-type", "application/json; charset=utf-8");
        let mut response = match request.send(body.as_bytes()) {
            Ok(response) => response,
            Err(error) => return self.failure(&error),
        };
        let status = response.status().as_u16();
        if (200..300).contains(&status) {
            return Attempt::Sent;
        }
        let after = retry_after(response.headers(), now);
        let said = response.body_mut().with_config().limit(ANSWER).read_to_vec().unwrap_or_default();
        let (place, said) = (&self.place, self.said(&said));
        match status {
            429 => {
                let after = after.or(Some(Nanos::from_secs(1)));
                Attempt::Again { why: format!("{place} takes no more for now (429){said}"), after }
            }
            408 | 425 | 500..=599 => Attempt::Again { why: format!("{place} has trouble of its own ({status}){said}"), after },
            300..=399 => {
                Attempt::failed(format!("{place} points elsewhere ({status}), which is not followed: set the address itself"))
            }
            401 | 403 => Attempt::failed(format!("{place} refuses the address ({status}): it may have been withdrawn{said}")),
            404 | 410 => {
                Attempt::failed(format!("{place} does not know the address ({status}): it may have been withdrawn{said}"))
            }
            _ => Attempt::failed(format!("{place} refused it ({status}){said}")),
        }
    }
}

/// How long the receiver asks to be left alone: in seconds, or until a date.
fn retry_after(headers: &HeaderMap, now: Nanos) -> Option<Nanos> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() => clock::nanos(Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0))),
        Ok(_) => return None,
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            Nanos(i64::try_from(date.as_nanosecond()).ok()?).saturating_sub(now)
        }
    };
    Some(wait.clamp(Nanos::ZERO, LONGEST))
}

/// A text as Slack wants it: the three characters that could be its markup are written out.
fn slack(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests;
