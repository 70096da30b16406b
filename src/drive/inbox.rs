//! The one bounded queue into the engine thread, and what comes through it.

use crate::domain::Nanos;
use crate::feed::{ConnId, FetchFailure, Severity, Tag};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_tungstenite::tungstenite::{Bytes, Utf8Bytes};

/// Messages that may wait for the engine.
const MESSAGES: usize = 8_192;
/// Kibibytes of message bodies that may wait for the engine.
const KIBIBYTES: usize = 64 * 1_024;

/// Something that arrived for the engine thread.
#[derive(Debug)]
pub struct Arrival {
    /// When it arrived, by the wall clock.
    pub at: Nanos,
    /// What arrived.
    pub what: What,
    /// Frees its place in the budget of bytes when dropped.
    _room: Option<OwnedSemaphorePermit>,
}

/// What can arrive.
#[derive(Debug)]
pub enum What {
    /// A connection is being opened, for the n-th time without data.
    Connecting(ConnId, u32),
    /// A connection is open and wants its subscriptions, by this generation number. A replacement (`true`) carries on for one
    /// that still runs.
    Opened(ConnId, u64, bool),
    /// A text message.
    Text(ConnId, Utf8Bytes),
    /// A binary message.
    Binary(ConnId, Bytes),
    /// A connection was lost; why, and when the next try is.
    Lost(ConnId, String, Nanos),
    /// A connection was ended at the user's wish.
    Stopped(ConnId),
    /// The answer to a REST request, and when that was sent.
    Fetched(Tag, Result<Vec<u8>, FetchFailure>, Nanos),
    /// REST weight used in the current minute.
    Weight(u32),
    /// Worth telling the user.
    Note(Severity, String),
}

impl What {
    fn len(&self) -> usize {
        match self {
            Self::Text(_, text) => text.len(),
            Self::Binary(_, bytes) => bytes.len(),
            Self::Fetched(_, Ok(body), _) => body.len(),
            _ => 0,
        }
    }
}

/// The engine thread is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session has ended")]
pub struct Ended;

/// The sending end. Sending waits while the queue is full: what arrives later is held up in the network, nothing is dropped.
#[derive(Debug, Clone)]
pub struct Inbox {
    queue: mpsc::Sender<Arrival>,
    room: Arc<Semaphore>,
}

impl Inbox {
    /// A queue bounded in messages and in bytes.
    pub fn new() -> (Self, mpsc::Receiver<Arrival>) {
        let (queue, arrivals) = mpsc::channel(MESSAGES);
        (Self { queue, room: Arc::new(Semaphore::new(KIBIBYTES)) }, arrivals)
    }

    /// Queues what arrived at a moment.
    ///
    /// # Errors
    /// [`Ended`] when nobody takes in arrivals any more.
    pub async fn send(&self, at: Nanos, what: What) -> Result<(), Ended> {
        let size = (what.len() / 1_024 + 1).min(KIBIBYTES) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(size).await.map_err(|_| Ended)?;
        self.queue.send(Arrival { at, what, _room: Some(room) }).await.map_err(|_| Ended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;

    #[test]
    fn large_bodies_wait_until_there_is_room() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (inbox, mut arrivals) = Inbox::new();
            let large = || What::Binary(ConnId(0), Bytes::from(vec![0_u8; 40 << 20]));
            inbox.send(Nanos::ZERO, large()).await.unwrap();
            let second = inbox.send(Nanos::ZERO, large());
            tokio::pin!(second);
            let waits = std::future::poll_fn(|cx| std::task::Poll::Ready(second.as_mut().poll(cx).is_pending())).await;
            assert!(waits);
            drop(arrivals.recv().await);
            second.await.unwrap();
            drop(arrivals);
            assert_eq!(inbox.send(Nanos::ZERO, What::Weight(1)).await, Err(Ended));
        });
    }
}
