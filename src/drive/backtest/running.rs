//! A backtest on a thread of its own, for a screen that goes on.

use super::{Backtest, BacktestError, Outcome, Progress};
use crate::domain::Nanos;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

/// What its result is, when it is there: shared, so that panes keep it cheaply.
pub type Answer = Result<Arc<Outcome>, Arc<BacktestError>>;

/// A backtest that runs. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    stop: Arc<AtomicBool>,
    inputs: Arc<AtomicU64>,
    at: Arc<AtomicI64>,
    answer: Receiver<Answer>,
}

impl Running {
    /// Begins it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(backtest: Backtest) -> std::io::Result<Self> {
        let (give, answer) = sync_channel(1);
        let running = Self { stop: Arc::default(), inputs: Arc::default(), at: Arc::default(), answer };
        let (stop, inputs, at) = (Arc::clone(&running.stop), Arc::clone(&running.inputs), Arc::clone(&running.at));
        thread::Builder::new().name("backtest".to_owned()).spawn(move || {
            let mut tell = |progress: Progress| {
                inputs.store(progress.inputs, Ordering::Relaxed);
                at.store(progress.at.0, Ordering::Relaxed);
                if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            // Nobody may be there any more who wants it.
            let _ = give.send(backtest.run(&mut tell).map(Arc::new).map_err(Arc::new));
        })?;
        Ok(running)
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        Progress { inputs: self.inputs.load(Ordering::Relaxed), at: Nanos(self.at.load(Ordering::Relaxed)) }
    }

    /// Asks it to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Its result, once it is there; given once.
    pub fn answer(&self) -> Option<Answer> {
        match self.answer.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(Arc::new(BacktestError::Failed))),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
