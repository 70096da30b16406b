//! The system's signals that the screen answers.

/// Watches for the system's signals; `tell` is told each and says whether anyone still listens.
///
/// # Errors
/// When the system gives no thread, or refuses to be watched.
#[cfg(unix)]
pub(super) fn watch_signals(tell: impl Fn(i32) -> bool + Send + 'static) -> anyhow::Result<signal_hook::iterator::Handle> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM, SIGTSTP])?;
    let handle = signals.handle();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            if !tell(signal) {
                return;
            }
        }
    })?;
    Ok(handle)
}

/// Where there are no such signals nothing has to be closed.
#[cfg(not(unix))]
pub(super) struct NoSignals;

#[cfg(not(unix))]
impl NoSignals {
    pub(super) fn close(&self) {}
}

#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn watch_signals(_tell: impl Fn(i32) -> bool + Send + 'static) -> anyhow::Result<NoSignals> {
    Ok(NoSignals)
}
