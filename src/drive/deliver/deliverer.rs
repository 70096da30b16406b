//! The thread that takes what is due out of the outbox and has it sent.

use super::attempt::{Attempt, Sender};
use super::message::Message;
use super::plan::{Plan, Settled};
use super::setup::Setup;
use super::view::{ChannelView, Last, View};
use crate::domain::{AlertId, Channel, Nanos};
use crate::drive::clock::{self, Clock};
use crate::drive::store::{Outbox, Outcome};
use crate::drive::words;
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// Jobs asked for at a time.
const BATCH: usize = 1_000;
/// The longest sleep: the clock may have been set, or an outbox may have forgotten to wake us.
const LONGEST: Duration = Duration::from_secs(30);
/// The shortest, so that an outbox that cannot give what is due is not asked all the time.
const SHORTEST: Duration = Duration::from_millis(20);

/// Delivers what waits in an outbox for as long as it lives; gone within a second of being dropped. A message is delivered at least
/// once: what is under way when the program is killed is sent again.
#[derive(Debug)]
pub struct Deliverer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Wakes a [`Deliverer`]: something was put in its outbox. Holds no outbox; clones wake the same.
#[derive(Debug, Clone)]
pub struct Waker(Arc<Shared>);

impl Waker {
    /// There is something to do.
    pub fn wake(&self) {
        self.0.tell(|inner| inner.woken = true);
    }
}

#[derive(Debug, Default)]
struct Shared {
    inner: Mutex<Inner>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct Inner {
    woken: bool,
    over: bool,
    /// Messages that are being sent.
    flying: usize,
    done: Vec<(Channel, Attempt)>,
    view: Arc<View>,
}

impl Shared {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, what: impl FnOnce(&mut Inner)) {
        what(&mut self.inner());
        self.told.notify_all();
    }

    /// Waits until there is something to do or a time has passed.
    fn wait(&self, longest: Duration) {
        let idle = |inner: &mut Inner| !inner.woken && !inner.over && inner.done.is_empty();
        let waited = self.told.wait_timeout_while(self.inner(), longest, idle);
        waited.unwrap_or_else(PoisonError::into_inner).0.woken = false;
    }

    /// Waits until nothing is being sent or a time has passed.
    fn wait_for_landing(&self, longest: Duration) {
        let _ = self.told.wait_timeout_while(self.inner(), longest, |inner| inner.flying > 0);
    }
}

impl Deliverer {
    /// Begins to deliver.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(outbox: Arc<dyn Outbox>, setup: Setup, clock: Clock) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let plan = Plan::new(setup.limits.clone());
        let mut work =
            Work { shared: Arc::clone(&shared), outbox, setup, clock, plan, lanes: BTreeMap::new(), last: BTreeMap::new() };
        work.publish();
        let thread = Builder::new().name("deliver".to_owned()).spawn(move || work.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// There is something new in the outbox.
    pub fn wake(&self) {
        self.waker().wake();
    }

    /// What wakes it from elsewhere.
    pub fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.shared))
    }

    /// How the channels stand.
    pub fn view(&self) -> Arc<View> {
        Arc::clone(&self.shared.inner().view)
    }
}

impl Drop for Deliverer {
    fn drop(&mut self) {
        self.shared.tell(|inner| inner.over = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Work {
    shared: Arc<Shared>,
    outbox: Arc<dyn Outbox>,
    setup: Setup,
    clock: Clock,
    plan: Plan,
    /// A thread for each channel that has been used.
    lanes: BTreeMap<Channel, SyncSender<Message>>,
    last: BTreeMap<Channel, Last>,
}

impl Work {
    fn run(mut self) {
        loop {
            self.land();
            if self.shared.inner().over {
                break;
            }
            let now = self.clock.now();
            let found = self.take_in(now);
            for channel in Channel::ALL {
                self.send(channel, now);
            }
            self.publish();
            let next = self.outbox.next_due().into_iter().chain(self.plan.next_free(now)).min();
            let wait = next.map_or(LONGEST, |next| clock::duration(next - now).min(LONGEST));
            self.shared.wait(if found { wait } else { wait.max(SHORTEST) });
        }
        // What is under way may still make it; programs that do not are ended, and all that has not come back is sent again another time.
        self.shared.wait_for_landing(self.setup.limits.parting);
        self.land();
        let under_way = Channel::ALL.into_iter().filter(|channel| self.plan.under_way(*channel).is_some());
        under_way.filter_map(|channel| self.setup.sender(channel).ok()).for_each(|sender| sender.stop());
    }

    /// Settles what has been sent.
    fn land(&mut self) {
        let done = std::mem::take(&mut self.shared.inner().done);
        for (channel, attempt) in done {
            let (now, alert) = (self.clock.now(), self.plan.under_way(channel));
            let settled = self.plan.done(channel, attempt, now);
            self.settle(channel, alert, settled, now);
        }
    }

    fn settle(&mut self, channel: Channel, alert: Option<AlertId>, settled: Settled, now: Nanos) {
        if let Some(((_, outcome), alert)) = settled.last().zip(alert) {
            match outcome {
                Outcome::Sent => tracing::info!("alert {alert} was delivered by {channel}"),
                Outcome::Again { why, .. } => tracing::warn!("alert {alert} could not be delivered by {channel} yet: {why}"),
                Outcome::Failed { why } => tracing::warn!("alert {alert} could not be delivered by {channel}: {why}"),
            }
            self.last.insert(channel, Last { at: now, alert, outcome: outcome.clone() });
            self.publish();
        }
        for (job, outcome) in settled {
            self.outbox.settle(job, now, outcome);
        }
    }

    /// Takes what is due; says whether there was anything.
    fn take_in(&mut self, now: Nanos) -> bool {
        let mut found = false;
        // So many rounds at most, so that what is endless does not keep the rest waiting.
        for _ in 0..50 {
            let jobs = self.outbox.due(now, BATCH);
            let full = jobs.len() >= BATCH;
            found |= !jobs.is_empty();
            let mut given_up = self.plan.take_in(jobs);
            given_up.extend(self.plan.expire(now));
            for (job, outcome) in given_up {
                self.outbox.settle(job, now, outcome);
            }
            if !full {
                break;
            }
        }
        found
    }

    /// Sends the next message of a channel, when it may.
    fn send(&mut self, channel: Channel, now: Nanos) {
        let sender = match self.setup.sender(channel) {
            Ok(sender) => sender,
            Err(why) => {
                let (alert, refused) = self.plan.refuse(channel, &why);
                return self.settle(channel, alert, refused, now);
            }
        };
        let Some(message) = self.plan.next(channel, now) else { return };
        self.shared.inner().flying += 1;
        let sent = match self.lane(channel, sender) {
            Ok(lane) => lane.try_send(message).map_err(|_| "it has stopped working".to_owned()),
            Err(error) => Err(format!("no thread can be started: {error}")),
        };
        if let Err(why) = sent {
            self.lanes.remove(&channel);
            self.shared.tell(|inner| landed(inner, channel, Attempt::again(why)));
        }
    }

    /// The thread of a channel.
    fn lane(&mut self, channel: Channel, sender: Arc<dyn Sender>) -> io::Result<SyncSender<Message>> {
        if let Some(lane) = self.lanes.get(&channel) {
            return Ok(lane.clone());
        }
        // One message is under way at a time: the next is only given when it has come back.
        let (lane, messages) = sync_channel::<Message>(1);
        let (shared, clock) = (Arc::clone(&self.shared), self.clock.clone());
        Builder::new().name(format!("deliver-{channel}")).spawn(move || {
            for message in messages {
                let send = std::panic::AssertUnwindSafe(|| sender.send(&message, clock.now()));
                let attempt = std::panic::catch_unwind(send)
                    .unwrap_or_else(|panic| Attempt::failed(format!("this program broke: {}", words::panic_text(&*panic))));
                shared.tell(|inner| landed(inner, channel, attempt));
            }
        })?;
        self.lanes.insert(channel, lane.clone());
        Ok(lane)
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        let of = |channel: Channel| {
            let (waiting, sending, held) = self.plan.state(channel, now);
            ChannelView {
                channel,
                ready: self.setup.ready(channel),
                waiting,
                sending,
                held,
                last: self.last.get(&channel).cloned(),
            }
        };
        let view = View { channels: Channel::ALL.map(of).to_vec() };
        self.shared.inner().view = Arc::new(view);
    }
}

fn landed(inner: &mut Inner, channel: Channel, attempt: Attempt) {
    inner.flying = inner.flying.saturating_sub(1);
    inner.done.push((channel, attempt));
}

#[cfg(test)]
mod tests;
