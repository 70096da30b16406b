//! One try to deliver one message.

use super::message::Message;
use crate::domain::Nanos;
use crate::drive::words;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

/// What came of a try. Reasons are for the user, safe to print, and hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// The receiver has it.
    Sent,
    /// It may go better later.
    Again {
        /// Why it did not.
        why: String,
        /// The time the receiver asked to be left alone, for all messages.
        after: Option<Nanos>,
    },
    /// It will not go better.
    Failed {
        /// Why it did not.
        why: String,
    },
}

impl Attempt {
    /// It may go better later.
    pub fn again(why: impl Into<String>) -> Self {
        Self::Again { why: why.into(), after: None }
    }

    /// It will not go better.
    pub fn failed(why: impl Into<String>) -> Self {
        Self::Failed { why: why.into() }
    }
}

/// A way to deliver messages. Blocks while it does, up to a limit of its own.
pub trait Sender: Send + Sync {
    /// Where messages go, without secrets: `https://hooks.slack.com/…`.
    fn about(&self) -> String;
    /// Delivers one.
    fn send(&self, message: &Message, now: Nanos) -> Attempt;
    /// Ends what is under way, where that can be done.
    fn stop(&self) {}
}

/// Runs what may hang on a thread of its own, and gives it up after a limit. There is never more than one such thread.
#[derive(Debug, Clone, Default)]
pub struct Limited {
    busy: Arc<AtomicBool>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenUp {
    /// It took too long, and still runs.
    Late,
    /// The one before still runs.
    Busy,
    /// It could not be run, or broke.
    Broken(String),
}

impl Limited {
    /// Runs it and waits for its answer, up to a limit.
    ///
    /// # Errors
    /// [`GivenUp`] where there is none.
    pub fn run<T: Send + 'static>(&self, limit: Duration, work: impl FnOnce() -> T + Send + 'static) -> Result<T, GivenUp> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(GivenUp::Busy);
        }
        let free = Freed(Arc::clone(&self.busy));
        let (answer, answered) = sync_channel(1);
        let thread = std::thread::Builder::new().name("deliver-limited".to_owned()).spawn(move || {
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            drop(free);
            let _ = answer.send(done.map_err(|panic| words::panic_text(&*panic)));
        });
        if let Err(error) = thread {
            return Err(GivenUp::Broken(format!("no thread can be started: {error}")));
        }
        match answered.recv_timeout(limit) {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => Err(GivenUp::Broken(panic)),
            Err(RecvTimeoutError::Timeout) => Err(GivenUp::Late),
            Err(RecvTimeoutError::Disconnected) => Err(GivenUp::Broken("it ended without an answer".to_owned())),
        }
    }
}

/// Says that the thread has ended, however it ends.
struct Freed(Arc<AtomicBool>);

impl Drop for Freed {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hangs_is_given_up_and_not_piled_up() {
        let limited = Limited::default();
        let (go, gone) = sync_channel::<()>(0);
        assert_eq!(limited.run(Duration::from_millis(1), move || gone.recv().is_ok()), Err(GivenUp::Late));
        assert_eq!(limited.run(Duration::from_secs(9), || 5), Err(GivenUp::Busy));
        go.send(()).unwrap();
        while limited.busy.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert_eq!(limited.run(Duration::from_secs(9), || 5), Ok(5));
    }

    #[test]
    fn what_breaks_says_so() {
        let limited = Limited::default();
        assert_eq!(limited.run(Duration::from_secs(9), || panic!("oh")), Err::<(), _>(GivenUp::Broken("oh".to_owned())));
    }
}
