//! The log: every line of `tracing` that the levels let through, to files that are turned by size, and the newest ones to the screen.
//!
//! Who logs never waits: lines are handed to a thread that writes them. What it cannot take, and what the disk refuses, is counted
//! and told in the log once there is room. Times are UTC; text from outside can neither move a terminal's cursor nor begin a line.

mod files;
mod line;
mod tail;

pub use files::{Limits, PREFIX};
pub use tail::Tail;

use super::clock::Clock;
use crate::config::{Levels, SESSION};
use crate::feed::Severity;
use files::Files;
use line::Hidden;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::reload;

/// Lines that may wait for the disk.
const WAITING: usize = 8_192;

/// What a log is begun with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the files.
    pub folder: PathBuf,
    /// How large they grow, and how many are kept.
    pub limits: Limits,
    /// What is logged.
    pub levels: Levels,
    /// Texts that never are: web addresses with a key in them, passwords.
    pub secrets: Vec<String>,
}

/// A log that runs. Dropping it writes what waits and ends it.
pub struct Journal {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    path: Option<PathBuf>,
    trouble: Option<String>,
    levels: reload::Handle<Targets, tracing_subscriber::Registry>,
}

/// What the layer and the thread share.
struct Shared {
    clock: Clock,
    tail: Tail,
    hidden: Hidden,
    /// The way to the thread; none where there is nothing to write to.
    sender: OnceLock<SyncSender<Message>>,
    /// Lines the thread could not take.
    missed: AtomicU64,
    ending: AtomicBool,
}

enum Message {
    Line(String),
    End,
}

impl Journal {
    /// Begins to log. That no file can be made is no reason not to: the screen has the newest lines all the same, and
    /// [`Journal::trouble`] says why there is no file.
    pub fn begin(options: Options, clock: &Clock) -> (Self, impl Subscriber + Send + Sync + use<>) {
        let shared = Arc::new(Shared {
            clock: clock.clone(),
            tail: Tail::default(),
            hidden: Hidden::new(options.secrets),
            sender: OnceLock::new(),
            missed: AtomicU64::new(0),
            ending: AtomicBool::new(false),
        });
        let (filter, levels) = reload::Layer::new(options.levels.targets());
        let subscriber = tracing_subscriber::registry().with(filter).with(Lines(Arc::clone(&shared)));
        let mut journal = Self { shared, thread: None, path: None, trouble: None, levels };
        let begun = Files::begin(&options.folder, options.limits, clock.now()).and_then(|files| {
            let path = files.path().to_owned();
            journal.write(files).map(|()| path)
        });
        match begun {
            Ok(path) => journal.path = Some(path),
            Err(error) => {
                let folder = options.folder.display();
                journal.trouble =
                    Some(format!("nothing is logged into files: {folder}: {error}; check the folder's rights and room"));
            }
        }
        (journal, subscriber)
    }

    fn write(&mut self, files: Files) -> io::Result<()> {
        let (sender, receiver) = sync_channel(WAITING);
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || shared.work(files, &receiver))?;
        self.thread = Some(thread);
        let _ = self.shared.sender.set(sender);
        Ok(())
    }

    /// The file it began with.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Why there is no file, where there is none.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// The newest lines, for the screen.
    pub fn tail(&self) -> Tail {
        self.shared.tail.clone()
    }

    /// What changes the levels while it runs.
    pub fn levels(&self) -> impl Fn(&Levels) + Send + Sync + use<> {
        let handle = self.levels.clone();
        move |levels| {
            // It only fails once the subscriber is gone, and with it the lines.
            let _ = handle.reload(levels.targets());
        }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.shared.ending.store(true, Ordering::Release);
        if let Some(sender) = self.shared.sender.get() {
            // A full channel keeps the thread busy; it sees the end when it has emptied it.
            let _ = sender.try_send(Message::End);
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self, mut files: Files, receiver: &Receiver<Message>) {
        loop {
            let message = match receiver.try_recv() {
                Ok(message) => message,
                Err(_) if self.ending.load(Ordering::Acquire) => break,
                Err(_) => match receiver.recv() {
                    Ok(message) => message,
                    Err(_) => break,
                },
            };
            if let Message::Line(line) = message {
                let missed = self.missed.swap(0, Ordering::Relaxed);
                files.write(&line, missed, self.clock.now());
            }
        }
        files.finish(self.missed.swap(0, Ordering::Relaxed), self.clock.now());
    }

    fn take(&self, event: &Event<'_>) {
        let at = self.clock.now();
        let meta = event.metadata();
        let said = self.hidden.without(&line::said(event));
        let module = line::module(meta.target());
        if meta.target() != SESSION {
            let severity = match *meta.level() {
                Level::ERROR => Severity::Error,
                Level::WARN => Severity::Warning,
                _ => Severity::Info,
            };
            self.tail.push(at, severity, &format!("{module}: {said}"));
        }
        if let Some(sender) = self.sender.get() {
            let line = line::written(at, *meta.level(), module, &said);
            if let Err(TrySendError::Full(_)) = sender.try_send(Message::Line(line)) {
                self.missed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Takes the lines that the levels let through.
struct Lines(Arc<Shared>);

impl<S: Subscriber> Layer<S> for Lines {
    fn register_callsite(&self, _metadata: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn on_event(&self, event: &Event<'_>, _cx: Context<'_, S>) {
        self.0.take(event);
    }
}

#[cfg(test)]
mod tests;
