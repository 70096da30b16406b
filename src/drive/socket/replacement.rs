//! The other half of a handover: a new connection that runs beside the old one until it can take over.

use super::connect::{Address, Refusal, Ws};
use super::link::{Body, Link};
use crate::domain::Nanos;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::time::Instant;

/// Messages held back; beyond that the new connection takes over at once.
const MESSAGES: usize = 65_536;
/// Bytes held back.
const BYTES: usize = 32 << 20;
/// How long it may take to deliver before another one is tried.
const PATIENCE: Duration = Duration::from_secs(15);

type Opening = Pin<Box<dyn Future<Output = Result<(Ws, Arc<AtomicU64>), Refusal>> + Send>>;

/// How far a handover is.
pub(super) enum Replacement {
    /// None is under way.
    None,
    /// To be tried at that moment.
    Later(Instant),
    /// Being opened.
    Opening(Opening),
    /// Open, and holding back what it receives.
    Warming(Box<Warming>),
}

/// A new connection whose messages wait.
pub(super) struct Warming {
    pub(super) link: Link,
    pub(super) held: VecDeque<(Nanos, Body)>,
    bytes: usize,
    delivers_since: Option<Instant>,
}

/// What became of a replacement.
pub(super) enum Change {
    /// It is time to open one.
    Due,
    /// It was opened.
    Opened(Ws, Arc<AtomicU64>),
    /// It could not be opened.
    Refused(Refusal),
    /// It received something.
    Received(Body),
    /// It was lost.
    Lost(String),
}

impl Replacement {
    pub(super) fn opening(address: &Address, limit: Duration) -> Self {
        let address = address.clone();
        Self::Opening(Box::pin(async move { super::connect::open(&address, limit).await }))
    }

    pub(super) fn warming(link: Link) -> Self {
        Self::Warming(Box::new(Warming { link, held: VecDeque::new(), bytes: 0, delivers_since: None }))
    }

    pub(super) const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// The next change; never, where no handover is under way. Can be cancelled without loss.
    pub(super) async fn next(&mut self) -> Change {
        match self {
            Self::None => std::future::pending().await,
            Self::Later(at) => {
                tokio::time::sleep_until(*at).await;
                Change::Due
            }
            Self::Opening(opening) => match opening.await {
                Ok((ws, received)) => Change::Opened(ws, received),
                Err(refusal) => Change::Refused(refusal),
            },
            Self::Warming(warming) => match warming.link.next().await {
                Ok(body) => Change::Received(body),
                Err(why) => Change::Lost(why),
            },
        }
    }

    pub(super) fn link(&mut self) -> Option<&mut Link> {
        match self {
            Self::Warming(warming) => Some(&mut warming.link),
            _ => None,
        }
    }

    /// Takes a connection that can carry on at once out of the handover.
    pub(super) fn take_delivering(&mut self) -> Option<Box<Warming>> {
        match std::mem::replace(self, Self::None) {
            Self::Warming(warming) if warming.link.delivers() => Some(warming),
            other => {
                *self = other;
                None
            }
        }
    }
}

impl Warming {
    /// Holds a message back.
    pub(super) fn hold(&mut self, at: Nanos, body: Body) {
        self.bytes += body.len();
        self.held.push_back((at, body));
        if self.delivers_since.is_none() && self.link.delivers() {
            self.delivers_since = Some(Instant::now());
        }
    }

    /// When it has something to decide.
    pub(super) fn due(&self, overlap: Duration) -> Instant {
        self.delivers_since.map_or(self.link.opened + PATIENCE, |since| since + overlap)
    }

    /// Whether it is to take over now: it has run beside the old one long enough, or can hold no more. Where the old one has
    /// been as quiet, silence counts too.
    pub(super) fn ready(&self, overlap: Duration, old_heard: Instant) -> bool {
        let now = Instant::now();
        let quiet_too = self.link.subscribed && old_heard < self.link.opened && now >= self.link.opened + PATIENCE;
        let full = self.held.len() >= MESSAGES || self.bytes >= BYTES;
        full || quiet_too || self.delivers_since.is_some_and(|since| now >= since + overlap)
    }

    /// Whether it is a failure: acknowledged or not, nothing came of it.
    pub(super) fn failed(&self) -> bool {
        self.delivers_since.is_none() && Instant::now() >= self.link.opened + PATIENCE
    }
}
