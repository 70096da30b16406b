//! One open WebSocket: what may be sent on it when, and whether it still lives.

use super::connect::{Address, Ws, describe};
use super::limiter::Limiter;
use crate::drive::words;
use futures_util::{SinkExt, StreamExt};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

/// Messages that may wait to be sent; many more than any feed needs at once.
const OUTGOING: usize = 1_024;
/// Bytes that are a sign of life though they are no whole message yet. Answers to pings, which a broken message swallows, are less.
const PROGRESS: u64 = 4_096;
/// How long a single message may take to be written.
const WRITE_LIMIT: Duration = Duration::from_secs(10);

/// Data received.
#[derive(Debug)]
pub(super) enum Body {
    Text(Utf8Bytes),
    Binary(Bytes),
}

impl Body {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// One open WebSocket.
#[derive(Debug)]
pub(super) struct Link {
    ws: Ws,
    host: String,
    /// Distinguishes it from those opened before.
    pub(super) generation: u64,
    /// When it was opened.
    pub(super) opened: Instant,
    limiter: Limiter,
    outgoing: VecDeque<Utf8Bytes>,
    /// Subscriptions sent, each of which is answered by one message that is no data.
    requests: u64,
    /// Data messages received, answers to subscriptions included.
    frames: u64,
    /// Whether it was told what to subscribe.
    pub(super) subscribed: bool,
    received: Arc<AtomicU64>,
    seen: u64,
    /// When anything last came.
    heard: Instant,
    pinged: bool,
    /// Whether a whole message came since the last check: passing it on may have waited for the engine, which is no silence.
    fresh: bool,
}

impl Link {
    pub(super) fn new(ws: Ws, received: Arc<AtomicU64>, address: &Address, generation: u64, per_second: u32) -> Self {
        let now = Instant::now();
        Self {
            ws,
            host: address.host(),
            generation,
            opened: now,
            limiter: Limiter::new(per_second),
            outgoing: VecDeque::new(),
            requests: 0,
            frames: 0,
            subscribed: false,
            received,
            seen: 0,
            heard: now,
            pinged: false,
            fresh: false,
        }
    }

    /// The next data message; an error says in plain words why the connection ended. Can be cancelled without loss.
    pub(super) async fn next(&mut self) -> Result<Body, String> {
        loop {
            match self.ws.next().await {
                Some(Ok(Message::Text(text))) => {
                    self.frames += 1;
                    self.fresh = true;
                    return Ok(Body::Text(text));
                }
                Some(Ok(Message::Binary(bytes))) => {
                    self.frames += 1;
                    self.fresh = true;
                    return Ok(Body::Binary(bytes));
                }
                // The library answers with the same payload as soon as it reads on; it counts as a message of ours.
                Some(Ok(Message::Ping(_))) => {
                    self.fresh = true;
                    self.limiter.count(Instant::now());
                }
                Some(Ok(Message::Close(frame))) => {
                    let reason = frame.map_or_else(String::new, |frame| {
                        let said = format!("{} {}", u16::from(frame.code), words::clean(&frame.reason, 100));
                        format!(" ({})", said.trim_end())
                    });
                    return Err(format!("{} closed the connection{reason}", self.host));
                }
                Some(Ok(Message::Pong(_) | Message::Frame(_))) => self.fresh = true,
                Some(Err(error)) => return Err(describe(&self.host, &error)),
                None => return Err(format!("{} closed the connection", self.host)),
            }
        }
    }

    /// Whether data came that is more than answers to subscriptions.
    pub(super) const fn delivers(&self) -> bool {
        self.subscribed && self.frames > self.requests
    }

    /// Queues a message; what does not fit means that the exchange takes nothing any more.
    pub(super) fn queue(&mut self, text: String) -> Result<(), String> {
        if self.outgoing.len() >= OUTGOING {
            return Err(format!("{} takes no messages any more", self.host));
        }
        self.outgoing.push_back(text.into());
        Ok(())
    }

    /// Sends what the exchange's limit allows now.
    pub(super) async fn pump(&mut self) -> Result<(), String> {
        while !self.outgoing.is_empty() && self.limiter.next(Instant::now()).is_none() {
            if let Some(text) = self.outgoing.pop_front() {
                self.requests += 1;
                self.write(Message::Text(text)).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, message: Message) -> Result<(), String> {
        self.limiter.count(Instant::now());
        match timeout(WRITE_LIMIT, self.ws.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(describe(&self.host, &error)),
            Err(_) => Err(format!("{} takes no messages any more", self.host)),
        }
    }

    /// When [`Link::check`] or [`Link::pump`] has something to do.
    pub(super) fn due(&mut self, silence: Duration) -> Instant {
        let alive = self.heard + if self.pinged { silence } else { silence.mul_f64(0.4) };
        if self.outgoing.is_empty() {
            return alive;
        }
        let now = Instant::now();
        alive.min(self.limiter.next(now).unwrap_or(now))
    }

    /// Asks for a sign of life after some silence, and gives the connection up after more.
    pub(super) async fn check(&mut self, silence: Duration) -> Result<(), String> {
        let now = Instant::now();
        let received = self.received.load(Ordering::Relaxed);
        let progress = received.saturating_sub(self.seen) >= PROGRESS;
        if std::mem::take(&mut self.fresh) || progress {
            self.seen = received;
            self.heard = now;
            self.pinged = false;
        }
        let quiet = now.saturating_duration_since(self.heard);
        if quiet >= silence {
            return Err(format!("{} gave no sign of life for {} s", self.host, silence.as_secs()));
        }
        if !self.pinged && quiet >= silence.mul_f64(0.4) {
            self.pinged = true;
            return self.write(Message::Ping(Bytes::from_static(b"rtai"))).await;
        }
        Ok(())
    }

    /// Says good-bye; gives up after a second.
    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.ws.close(None)).await;
    }
}
