//! The engine's thread: takes in what arrives, lets time pass, publishes pictures.

use super::core::Core;
use crate::domain::Nanos;
use crate::drive::clock::{self, Clock};
use crate::drive::inbox::Arrival;
use crate::drive::socket::Command;
use crate::drive::store::SessionEnd;
use crate::drive::view::{Request, View, Wake};
use crate::drive::words;
use crate::feed::{Fetch, Severity};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

/// Least time between two pictures: 60 a second.
const FRAME: Nanos = Nanos::from_micros(16_667);
/// Longest time without a look at the clock.
const IDLE: Nanos = Nanos::from_millis(100);
/// Arrivals taken in before requests and pictures have their turn.
const BATCH: usize = 256;
/// Arrivals still taken in when the session is closed.
const LAST: usize = 20_000;

/// What the thread works with beside the core.
pub(super) struct Session {
    pub(super) runtime: Runtime,
    pub(super) arrivals: mpsc::Receiver<Arrival>,
    pub(super) asked: mpsc::Receiver<Request>,
    pub(super) closed: watch::Receiver<bool>,
    pub(super) sockets: Vec<mpsc::Sender<Command>>,
    pub(super) fetches: mpsc::Sender<Fetch>,
    pub(super) clock: Clock,
    pub(super) view: Arc<Mutex<Arc<View>>>,
    pub(super) wake: Wake,
}

/// What ended a wait.
#[derive(Default)]
struct Woken {
    arrival: Option<Arrival>,
    request: Option<Request>,
}

impl Session {
    /// Runs until closed. A panic ends the session, and is told; the recording is completed either way.
    pub(super) fn run(mut self, mut core: Core) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.work(&mut core)));
        let now = self.clock.now();
        if let Err(panic) = outcome {
            let text = format!("the session ended by a fault of this program: {}", words::panic_text(panic.as_ref()));
            core.log(now, Severity::Error, &text);
            core.requested(now, Request::Ending(SessionEnd::Fault));
        }
        // Even the last words must not end in a panic that keeps the recording open.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            core.close(now);
            self.publish(&mut core, now);
        }));
        let Self { runtime, .. } = self;
        runtime.shutdown_background();
    }

    fn work(&mut self, core: &mut Core) {
        let mut published = self.clock.now();
        let mut woken = Woken::default();
        self.send(core);
        while !*self.closed.borrow() {
            let Woken { arrival, request } = std::mem::take(&mut woken);
            let request = request.or_else(|| self.asked.try_recv().ok());
            if let Some(request) = request {
                core.requested(self.clock.now(), request);
                self.send(core);
            }
            let last = self.take_in(core, arrival, BATCH);
            let waiting = !self.arrivals.is_empty();
            let now = self.clock.now();
            // While arrivals wait, time has only come as far as the last one taken in.
            core.pass(if waiting { last.unwrap_or_default() } else { now });
            core.look_after(now, || self.memory());
            self.send(core);
            if core.has_changed() && now - published >= FRAME {
                published = now;
                self.publish(core, now);
            }
            if !waiting {
                let pause = if core.has_changed() { published + FRAME - now } else { IDLE };
                woken = self.wait(pause);
            }
        }
        // What has arrived already belongs to the recording.
        self.take_in(core, woken.arrival, LAST);
        // So does what was asked last, such as why the session ends.
        while let Ok(request) = self.asked.try_recv() {
            core.requested(self.clock.now(), request);
        }
    }

    /// Takes in what has arrived, `first` before all; says when the last of it arrived.
    fn take_in(&mut self, core: &mut Core, first: Option<Arrival>, most: usize) -> Option<Nanos> {
        let mut next = first;
        let mut last = None;
        for _ in 0..most {
            let Some(arrival) = next.take().or_else(|| self.arrivals.try_recv().ok()) else { break };
            let at = arrival.at;
            core.arrived(at, arrival.what);
            core.lagged(at, self.clock.now() - at);
            self.send(core);
            last = Some(at);
        }
        last
    }

    fn memory(&self) -> Option<u64> {
        if let Some(slept) = self.clock.follow_system() {
            tracing::info!("the system's clock was {:.1} s ahead and is followed", slept.to_secs_f64());
        }
        memory_stats::memory_stats().map(|memory| memory.physical_mem as u64)
    }

    fn send(&mut self, core: &mut Core) {
        if !core.has_outgoing() {
            return;
        }
        let outgoing = core.take_outgoing();
        let mut trouble = Vec::new();
        for (conn, command) in outgoing.commands {
            let sent = self.sockets.get(usize::from(conn.0)).map(|socket| socket.try_send(command));
            if let Some(Err(mpsc::error::TrySendError::Full(command))) = sent {
                trouble.push(format!("connection {}: too much to send at once, left out: {command:?}", conn.0));
            }
        }
        for fetch in outgoing.fetches {
            if let Err(mpsc::error::TrySendError::Full(fetch)) = self.fetches.try_send(fetch) {
                trouble.push(format!("too many REST requests at once, left out: {}", fetch.path));
            }
        }
        let now = self.clock.now();
        for text in trouble {
            core.log(now, Severity::Error, &text);
        }
    }

    fn publish(&self, core: &mut Core, now: Nanos) {
        let view = Arc::new(core.view(now));
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = view;
        (self.wake)();
    }

    /// Waits for something to happen, at most so long.
    fn wait(&mut self, most: Nanos) -> Woken {
        let Self { runtime, arrivals, asked, closed, .. } = self;
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = closed.changed() => Woken::default(),
                Some(request) = asked.recv() => Woken { request: Some(request), arrival: None },
                Some(arrival) = arrivals.recv() => Woken { arrival: Some(arrival), request: None },
                () = sleep(clock::duration(most)) => Woken::default(),
            }
        })
    }
}
