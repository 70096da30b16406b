//! The life of one logical connection.

use super::connect::{self, Address};
use super::link::{Body, Link};
use super::replacement::{Change, Replacement, Warming};
use super::{Backoff, Command, SocketOptions};
use crate::drive::clock::{self, Clock};
use crate::drive::inbox::{Ended, Inbox, What};
use crate::drive::words;
use crate::feed::{ConnId, Connection, Severity};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

/// One logical connection with all it needs.
pub(super) struct Task {
    connection: Connection,
    address: Address,
    options: SocketOptions,
    inbox: Inbox,
    clock: Clock,
    orders: mpsc::Receiver<Command>,
    backoff: Backoff,
    generation: u64,
}

/// Why an open connection is no longer used.
enum Outcome {
    Lost(String),
    Stopped,
}

/// What a task that is not connected does next.
enum Next {
    Open,
    Wait(Duration),
    Stop,
}

impl Task {
    pub(super) fn new(
        connection: Connection,
        address: Address,
        options: SocketOptions,
        inbox: Inbox,
        clock: Clock,
        orders: mpsc::Receiver<Command>,
    ) -> Self {
        let backoff = Backoff::new(options.first_retry, options.seed.wrapping_add(u64::from(connection.id.0)));
        Self { connection, address, options, inbox, clock, orders, backoff, generation: 0 }
    }

    /// Runs until nobody listens or commands any more. A fault of this program is told, and the connection opened anew.
    pub(super) async fn run(mut self) {
        let mut next = Next::Open;
        loop {
            let done = match AssertUnwindSafe(self.step(next)).catch_unwind().await {
                Ok(done) => done,
                Err(panic) => self.lost(format!("a fault of this program: {}", words::panic_text(&*panic)), true, None).await,
            };
            match done {
                Ok(then) => next = then,
                Err(Ended) => return,
            }
        }
    }

    async fn step(&mut self, next: Next) -> Result<Next, Ended> {
        match next {
            Next::Open => Box::pin(self.open()).await,
            Next::Wait(time) => self.wait(time).await,
            Next::Stop => self.stay_stopped().await,
        }
    }

    const fn id(&self) -> ConnId {
        self.connection.id
    }

    async fn tell(&self, what: What) -> Result<(), Ended> {
        self.inbox.send(self.clock.now(), what).await
    }

    async fn stay_stopped(&mut self) -> Result<Next, Ended> {
        self.tell(What::Stopped(self.id())).await?;
        self.backoff.succeeded();
        loop {
            if self.orders.recv().await.ok_or(Ended)? == Command::Start {
                return Ok(Next::Open);
            }
        }
    }

    async fn wait(&mut self, time: Duration) -> Result<Next, Ended> {
        let until = Instant::now() + time;
        loop {
            tokio::select! {
                order = self.orders.recv() => {
                    if order.ok_or(Ended)? == Command::Stop {
                        return Ok(Next::Stop);
                    }
                }
                () = sleep_until(until) => return Ok(Next::Open),
            }
        }
    }

    /// Reports a loss, and waits for the next try.
    async fn lost(&mut self, why: String, reached: bool, at_least: Option<Duration>) -> Result<Next, Ended> {
        let wait = self.backoff.wait(reached).max(at_least.unwrap_or_default());
        let next = self.clock.now() + clock::nanos(wait);
        self.tell(What::Lost(self.id(), why, next)).await?;
        Ok(Next::Wait(wait))
    }

    async fn open(&mut self) -> Result<Next, Ended> {
        self.tell(What::Connecting(self.id(), self.backoff.failures() + 1)).await?;
        let address = self.address.clone();
        let opening = connect::open(&address, self.options.open_limit);
        tokio::pin!(opening);
        let opened = loop {
            tokio::select! {
                order = self.orders.recv() => {
                    if order.ok_or(Ended)? == Command::Stop {
                        return Ok(Next::Stop);
                    }
                }
                opened = &mut opening => break opened,
            }
        };
        let link = match opened {
            Ok((ws, received)) => self.link(ws, received),
            Err(refusal) => return self.lost(refusal.why, refusal.reached, refusal.retry_after).await,
        };
        self.tell(What::Opened(self.id(), link.generation, false)).await?;
        match self.carry(link).await? {
            Outcome::Stopped => Ok(Next::Stop),
            Outcome::Lost(why) => self.lost(why, true, None).await,
        }
    }

    fn link(&mut self, ws: connect::Ws, received: std::sync::Arc<std::sync::atomic::AtomicU64>) -> Link {
        self.generation += 1;
        Link::new(ws, received, &self.address, self.generation, self.connection.messages_per_second)
    }

    /// When a connection opened at a moment is to be replaced: well before the exchange ends it.
    fn planned_end(&self, opened: Instant) -> Instant {
        opened
            + clock::duration(self.connection.lifetime)
                .max(Duration::from_secs(1))
                .mul_f64(23.0 / 24.0 - 0.004 * f64::from(self.id().0 % 8))
    }

    /// Passes on what an open connection receives, through handovers, until it is lost or stopped.
    async fn carry(&mut self, mut link: Link) -> Result<Outcome, Ended> {
        let mut replacement = Replacement::None;
        let mut planned = self.planned_end(link.opened);
        let mut heard = link.opened;
        loop {
            let due = self.due(&mut link, &mut replacement, planned);
            let trouble = tokio::select! {
                biased;
                order = self.orders.recv() => match order.ok_or(Ended)? {
                    Command::Stop => {
                        tokio::spawn(link.close());
                        return Ok(Outcome::Stopped);
                    }
                    Command::Reconnect(why) => {
                        tokio::spawn(link.close());
                        return Ok(Outcome::Lost(why));
                    }
                    Command::Handover(why) => self.begin_handover(&mut replacement, &why).await.map(|()| Ok(()))?,
                    Command::Subscribe(generation, texts) => subscribe(&mut link, &mut replacement, generation, texts),
                    Command::Send(text) => send(&mut link, &mut replacement, text),
                    Command::Delivering => {
                        self.backoff.succeeded();
                        Ok(())
                    }
                    Command::Start => Ok(()),
                },
                body = link.next() => match body {
                    Ok(body) => {
                        heard = Instant::now();
                        self.pass(self.clock.now(), body).await.map(Ok)?
                    }
                    Err(why) => Err(why),
                },
                change = replacement.next() => {
                    self.changed(&mut replacement, change).await?;
                    Ok(())
                }
                () = sleep_until(due) => Ok(()),
            };
            let trouble = match trouble {
                Ok(()) => self.tend(&mut link).await,
                trouble => trouble,
            };
            self.tend_replacement(&mut replacement, heard).await?;
            if Instant::now() >= planned && replacement.is_none() {
                self.begin_handover(&mut replacement, "its time is nearly up").await?;
            }
            let take_over = match (&trouble, &mut replacement) {
                (Err(_), replacement) => replacement.take_delivering(),
                (Ok(()), Replacement::Warming(warming)) if warming.ready(self.options.overlap, heard) => {
                    match std::mem::replace(&mut replacement, Replacement::None) {
                        Replacement::Warming(warming) => Some(warming),
                        _ => None,
                    }
                }
                _ => None,
            };
            if let Some(warming) = take_over {
                let Warming { link: new, held, .. } = *warming;
                tokio::spawn(std::mem::replace(&mut link, new).close());
                for (at, body) in held {
                    self.pass(at, body).await?;
                }
                planned = self.planned_end(link.opened);
                heard = Instant::now();
                self.tell(What::Note(Severity::Info, format!("{}: handed over to a new connection", self.connection.name)))
                    .await?;
            } else if let Err(why) = trouble {
                tokio::spawn(link.close());
                return Ok(Outcome::Lost(why));
            }
        }
    }

    fn due(&self, link: &mut Link, replacement: &mut Replacement, planned: Instant) -> Instant {
        let mut due = link.due(self.options.silence);
        match replacement {
            Replacement::None => due = due.min(planned),
            Replacement::Warming(warming) => {
                due = due.min(warming.due(self.options.overlap)).min(warming.link.due(self.options.silence));
            }
            Replacement::Later(_) | Replacement::Opening(_) => {}
        }
        due
    }

    async fn tend(&self, link: &mut Link) -> Result<(), String> {
        link.check(self.options.silence).await?;
        link.pump().await
    }

    async fn pass(&self, at: crate::domain::Nanos, body: Body) -> Result<(), Ended> {
        let what = match body {
            Body::Text(text) => What::Text(self.id(), text),
            Body::Binary(bytes) => What::Binary(self.id(), bytes),
        };
        self.inbox.send(at, what).await
    }

    async fn begin_handover(&self, replacement: &mut Replacement, why: &str) -> Result<(), Ended> {
        if replacement.is_none() {
            self.tell(What::Note(Severity::Info, format!("{}: opening a replacement: {why}", self.connection.name))).await?;
            *replacement = Replacement::opening(&self.address, self.options.open_limit);
        }
        Ok(())
    }

    async fn changed(&mut self, replacement: &mut Replacement, change: Change) -> Result<(), Ended> {
        match change {
            Change::Due => *replacement = Replacement::opening(&self.address, self.options.open_limit),
            Change::Opened(ws, received) => {
                let link = self.link(ws, received);
                self.tell(What::Opened(self.id(), link.generation, true)).await?;
                *replacement = Replacement::warming(link);
            }
            Change::Refused(refusal) => {
                self.put_off(replacement, &refusal.why, refusal.reached, refusal.retry_after).await?;
            }
            Change::Lost(why) => self.put_off(replacement, &why, true, None).await?,
            Change::Received(body) => {
                if let Replacement::Warming(warming) = replacement {
                    warming.hold(self.clock.now(), body);
                }
            }
        }
        Ok(())
    }

    async fn put_off(
        &mut self,
        replacement: &mut Replacement,
        why: &str,
        reached: bool,
        least: Option<Duration>,
    ) -> Result<(), Ended> {
        let wait = self.backoff.wait(reached).max(least.unwrap_or_default());
        *replacement = Replacement::Later(Instant::now() + wait);
        let text = format!("{}: no replacement yet: {why}", self.connection.name);
        self.tell(What::Note(Severity::Warning, text)).await
    }

    async fn tend_replacement(&mut self, replacement: &mut Replacement, heard: Instant) -> Result<(), Ended> {
        let Replacement::Warming(warming) = replacement else { return Ok(()) };
        let trouble = self.tend(&mut warming.link).await;
        match trouble {
            Err(why) => self.put_off(replacement, &why, true, None).await,
            Ok(()) if warming.failed() && !warming.ready(self.options.overlap, heard) => {
                self.put_off(replacement, "it delivered nothing", true, None).await
            }
            Ok(()) => Ok(()),
        }
    }
}

fn subscribe(link: &mut Link, replacement: &mut Replacement, generation: u64, texts: Vec<String>) -> Result<(), String> {
    let target = match replacement.link() {
        Some(other) if other.generation == generation => other,
        _ if link.generation == generation => link,
        _ => return Ok(()),
    };
    target.subscribed = true;
    texts.into_iter().try_for_each(|text| target.queue(text))
}

fn send(link: &mut Link, replacement: &mut Replacement, text: String) -> Result<(), String> {
    if let Some(other) = replacement.link().filter(|other| other.subscribed) {
        other.queue(text.clone())?;
    }
    if link.subscribed { link.queue(text) } else { Ok(()) }
}
