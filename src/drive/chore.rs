//! What is done beside the engine's thread now and then, so that a slow disk cannot hold the engine up.

use crate::domain::Nanos;
use std::thread::JoinHandle;

/// Work that is done again and again on a short-lived thread of its own, never twice at the same time.
pub(super) struct Chore<T> {
    name: &'static str,
    every: Nanos,
    next: Nanos,
    running: Option<JoinHandle<T>>,
}

impl<T: Send + 'static> Chore<T> {
    /// One that is due at once, and then after every such time.
    pub(super) const fn new(name: &'static str, every: Nanos) -> Self {
        Self { name, every, next: Nanos::ZERO, running: None }
    }

    /// Makes it due at the next look.
    pub(super) const fn hurry(&mut self) {
        self.next = Nanos::ZERO;
    }

    /// Begins the work if it is due; gives the result of the last one once. A system that has no thread to give is asked again later.
    pub(super) fn look(&mut self, now: Nanos, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        if let Some(thread) = self.running.take_if(|thread| thread.is_finished()) {
            return thread.join().ok();
        }
        if self.running.is_none() && now >= self.next {
            self.next = now + self.every;
            self.running = std::thread::Builder::new().name(self.name.to_owned()).spawn(work).ok();
        }
        None
    }
}
