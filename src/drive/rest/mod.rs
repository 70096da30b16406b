//! REST requests, the same for every exchange: a few at a time, within the exchange's budget, and quiet when it asks.

mod budget;
mod http;

pub use budget::Budget;
pub use http::{Answer, BadUrl, Client, MAX_BODY};

use super::clock::{self, Clock};
use super::inbox::{Ended, Inbox, What};
use super::words;
use crate::domain::Nanos;
use crate::feed::{Fetch, FetchFailure, Severity};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, sleep};

/// Requests under way at the same time.
const AT_ONCE: usize = 3;
/// Requests that may wait to be made.
const WAITING: usize = 1_024;
/// How long one request may take.
pub const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Starts making requests on the current tokio runtime. It ends when the sender is dropped or nobody takes in the answers.
pub fn spawn(
    client: Client,
    weight_per_minute: u32,
    inbox: Inbox,
    clock: Clock,
) -> (mpsc::Sender<Fetch>, tokio::task::JoinHandle<()>) {
    let (requests, queue) = mpsc::channel(WAITING);
    let desk =
        Desk { client, budget: Budget::new(weight_per_minute), inbox, clock, waiting: Vec::new(), running: JoinSet::new() };
    let task = tokio::spawn(async move {
        // The only way it ends is that nobody is there any more.
        let _ = desk.run(queue).await;
    });
    (requests, task)
}

struct Done {
    fetch: Fetch,
    answer: Answer,
    sent: Nanos,
}

struct Desk {
    client: Client,
    budget: Budget,
    inbox: Inbox,
    clock: Clock,
    /// Requests and when each may be made, in the order they came.
    waiting: Vec<(Nanos, Fetch)>,
    running: JoinSet<Done>,
}

impl Desk {
    async fn run(mut self, mut queue: mpsc::Receiver<Fetch>) -> Result<(), Ended> {
        loop {
            let pause = self.begin().await?;
            tokio::select! {
                fetch = queue.recv() => {
                    let fetch = fetch.ok_or(Ended)?;
                    let due = self.clock.now() + fetch.after;
                    if self.waiting.len() < WAITING {
                        self.waiting.push((due, fetch));
                    } else {
                        let failure = FetchFailure { status: 0, retry_after: None, message: "too many requests are waiting already".to_owned() };
                        self.inbox.send(due, What::Fetched(fetch.tag, Err(failure), due)).await?;
                    }
                }
                Some(done) = self.running.join_next() => match done {
                    Ok(done) => self.finish(done).await?,
                    Err(error) => {
                        let text = format!("a REST request ended unexpectedly: {error}");
                        self.inbox.send(self.clock.now(), What::Note(Severity::Error, text)).await?;
                    }
                },
                () = sleep(pause) => {}
            }
        }
    }

    /// Begins what may be begun, and says how long to wait for the next.
    async fn begin(&mut self) -> Result<Duration, Ended> {
        let now = self.clock.now();
        let mut next = now + Nanos::from_secs(60);
        let mut index = 0;
        while let Some((due, fetch)) = self.waiting.get(index) {
            if self.running.len() >= AT_ONCE {
                break;
            }
            let allowed = if *due > now { Err(*due) } else { self.budget.take(now, fetch.weight) };
            match allowed {
                Ok(()) => {
                    let (_, fetch) = self.waiting.remove(index);
                    let (client, clock) = (self.client.clone(), self.clock.clone());
                    self.running.spawn_blocking(move || {
                        let sent = clock.now();
                        let answer = catch_unwind(AssertUnwindSafe(|| client.get(&fetch.path))).unwrap_or_else(|panic| {
                            let message = format!("a fault of this program: {}", words::panic_text(&*panic));
                            Answer { result: Err(FetchFailure { status: 0, retry_after: None, message }), used: None }
                        });
                        Done { fetch, answer, sent }
                    });
                    self.inbox.send(now, What::Weight(self.budget.used(now))).await?;
                }
                Err(later) => {
                    next = next.min(later);
                    index += 1;
                }
            }
        }
        Ok(clock::duration(next - now).max(Duration::from_millis(1)))
    }

    async fn finish(&mut self, done: Done) -> Result<(), Ended> {
        let now = self.clock.now();
        if let Some(used) = done.answer.used {
            self.budget.reported(now, used);
            self.inbox.send(now, What::Weight(self.budget.used(now))).await?;
        }
        if let Err(failure) = &done.answer.result
            && matches!(failure.status, 418 | 429)
            && let Some(quiet) = failure.retry_after
        {
            self.budget.hold(now + quiet);
        }
        self.inbox.send(now, What::Fetched(done.fetch.tag, done.answer.result, done.sent)).await
    }
}
