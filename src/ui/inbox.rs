//! What wakes the main thread: keys and the mouse, newer views, signals.

use crate::drive::view::Wake;
use crossterm::event::Event;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// What the main thread wakes up for.
pub(super) enum Message {
    Input(Event),
    Wake,
    Signal(i32),
    Fault(String),
}

/// The receiving end of everything that wakes the screen.
pub struct Inbox {
    pub(super) receiver: Receiver<Message>,
    pub(super) sender: SyncSender<Message>,
    pub(super) pending: Arc<AtomicBool>,
}

/// Makes the channel by which sessions and the terminal wake the screen. Sessions are given [`Inbox::wake`].
pub fn inbox() -> Inbox {
    let (sender, receiver) = sync_channel(256);
    Inbox { receiver, sender, pending: Arc::default() }
}

impl Inbox {
    /// What a session calls when a newer view can be had. Never blocks, and however often it is called, one message waits.
    pub fn wake(&self) -> Wake {
        let (sender, pending) = (self.sender.clone(), Arc::clone(&self.pending));
        Arc::new(move || {
            if !pending.swap(true, Ordering::AcqRel) && sender.try_send(Message::Wake).is_err() {
                pending.store(false, Ordering::Release);
            }
        })
    }
}

/// Reads the terminal on a thread of its own. It ends with the program: a blocking read cannot be called off.
pub(super) fn watch_input(sender: SyncSender<Message>) -> anyhow::Result<()> {
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            if sender.send(Message::Input(event)).is_err() {
                return;
            }
        }
        // The terminal is gone.
        drop(sender.send(Message::Signal(0)));
    })?;
    Ok(())
}
