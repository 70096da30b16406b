//! WebSocket connections, the same for every exchange: opened, kept alive, reopened, and handed over in time.
//!
//! Each logical connection of a feed is one task. It speaks to the engine thread through the [`Inbox`] and is told what to do
//! by [`Command`]s.

mod backoff;
mod connect;
mod limiter;
mod link;
mod metered;
mod probe;
mod replacement;
mod task;

pub use backoff::Backoff;
pub use connect::{Address, BadUrl, MAX_MESSAGE};
pub use limiter::Limiter;
pub use probe::{Target, Tried, try_out};

use super::clock::Clock;
use super::inbox::Inbox;
use crate::feed::Connection;
use std::time::Duration;
use tokio::sync::mpsc;

/// How connections are kept.
#[derive(Debug, Clone)]
pub struct SocketOptions {
    /// The wait before the first new try.
    pub first_retry: Duration,
    /// How long opening may take.
    pub open_limit: Duration,
    /// Silence, not even an answer to a ping, after which a connection is given up.
    pub silence: Duration,
    /// How long the old and the new connection run side by side in a handover.
    pub overlap: Duration,
    /// Seed of the chance in waiting times.
    pub seed: u64,
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self {
            first_retry: Duration::from_millis(250),
            open_limit: Duration::from_secs(5),
            silence: Duration::from_secs(5),
            overlap: Duration::from_secs(2),
            seed: 1,
        }
    }
}

/// What a connection is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Send these subscriptions on the socket of that generation.
    Subscribe(u64, Vec<String>),
    /// Send this.
    Send(String),
    /// Real data came: the next trouble is a new one.
    Delivering,
    /// Close and open anew; why.
    Reconnect(String),
    /// Open a replacement while it still runs; why.
    Handover(String),
    /// Close, and stay closed.
    Stop,
    /// Open again after a stop.
    Start,
}

/// Commands that may wait for one connection.
const COMMANDS: usize = 256;

/// Starts a connection on the current tokio runtime. It ends when the sender of commands is dropped or nobody takes in what
/// it receives.
pub fn spawn(
    connection: Connection,
    address: Address,
    options: SocketOptions,
    inbox: Inbox,
    clock: Clock,
) -> (mpsc::Sender<Command>, tokio::task::JoinHandle<()>) {
    let (commands, orders) = mpsc::channel(COMMANDS);
    let task = task::Task::new(connection, address, options, inbox, clock, orders);
    (commands, tokio::spawn(task.run()))
}
