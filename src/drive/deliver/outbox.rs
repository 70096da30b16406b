//! Where what is to be delivered waits.

use crate::domain::{Channel, Firing, Nanos};

/// One firing that is to go through one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// The row of the history it is about.
    pub row: i64,
    /// The way it goes.
    pub channel: Channel,
    /// Times it has been tried.
    pub tries: u32,
    /// Where the alert's symbol is traded.
    pub venue: String,
    /// What fired.
    pub firing: Firing,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It was delivered.
    Sent,
    /// It was not, and is tried again.
    Again {
        /// When.
        next: Nanos,
        /// Why it was not, for the user.
        why: String,
    },
    /// It was not and never will be.
    Failed {
        /// Why, for the user.
        why: String,
    },
}

/// Keeps jobs until they are settled, over a restart too.
pub trait Outbox: Send + Sync {
    /// Those that are due, the oldest first. Each is handed out once until it is settled.
    fn due(&self, now: Nanos, most: usize) -> Vec<Job>;
    /// When the next is due of those not handed out.
    fn next_due(&self) -> Option<Nanos>;
    /// Says what became of a job; counts as a try. Does not wait.
    fn settle(&self, job: i64, now: Nanos, outcome: Outcome);
}
