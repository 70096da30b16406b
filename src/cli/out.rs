//! Results to standard output, everything else to standard error.

use crate::domain::Nanos;
use std::io::{self, IsTerminal as _, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Writes a whole result to standard output.
///
/// # Errors
/// What the system says; [`io::ErrorKind::BrokenPipe`] when nobody reads any more.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a value as JSON to standard output.
///
/// # Errors
/// As [`print`].
pub fn print_json(value: &impl serde::Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    print(&(text + "\n"))
}

/// Says something beside the result. That nobody can hear it is no reason to stop.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Whether an error only says that nobody reads the output any more.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}

/// Set by Ctrl-C and by a request to end.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Begins to listen for SIGINT, SIGTERM and SIGHUP (unless that is ignored, as under `nohup`). A second one ends the program at once.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        let flag = Arc::new(AtomicBool::new(false));
        for signal in signals() {
            signal_hook::flag::register_conditional_shutdown(signal, 1, Arc::clone(&flag))?;
            signal_hook::flag::register(signal, Arc::clone(&flag))?;
        }
        Ok(Self(flag))
    }

    /// Whether it came.
    pub fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The signals that ask the program to end.
fn signals() -> Vec<i32> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = vec![SIGINT, SIGTERM];
    #[cfg(unix)]
    if !is_ignored(signal_hook::consts::SIGHUP) {
        signals.push(signal_hook::consts::SIGHUP);
    }
    signals
}

/// Whether whoever started the program wants a signal to be ignored, where the system tells.
#[cfg(unix)]
fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}

/// A line on a terminal that says how far something is; nothing elsewhere.
pub struct ProgressLine {
    what: String,
    terminal: bool,
    interrupt: Interrupt,
    shown: bool,
}

impl ProgressLine {
    /// A line for something that is being done.
    pub fn new(what: impl Into<String>, interrupt: &Interrupt) -> Self {
        Self { what: what.into(), terminal: io::stderr().is_terminal(), interrupt: interrupt.clone(), shown: false }
    }

    /// Says how many events are done, and whether to go on.
    pub fn tell(&mut self, done: u64) -> ControlFlow<()> {
        self.tell_of(done, "")
    }

    /// Says how many events are done and what else is known of how far it is, and whether to go on.
    pub fn tell_of(&mut self, done: u64, far: &str) -> ControlFlow<()> {
        if self.terminal {
            self.shown = true;
            let text = format!("{} {} events{far}", self.what, grouped(done));
            // A line that is broken could not be written over.
            let width = crate::ui::terminal_columns().unwrap_or(80).max(2) - 1;
            let _ = write!(io::stderr().lock(), "\r{}\x1b[K", text.chars().take(width).collect::<String>());
        }
        if self.interrupt.came() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// How fast bytes are read.
pub struct Bytes {
    begun: Nanos,
}

impl Bytes {
    /// From now on.
    pub const fn new(now: Nanos) -> Self {
        Self { begun: now }
    }

    /// How far it is: a bar, the percentage, bytes of all bytes, bytes a second.
    pub fn far(&self, read: u64, total: u64, now: Nanos) -> String {
        const WIDTH: u64 = 10;
        let share = |of: u64| (u128::from(read.min(total)) * u128::from(of) / u128::from(total.max(1))) as u64;
        let full = share(WIDTH);
        let bar: String = (0..WIDTH).map(|place| if place < full { '█' } else { '░' }).collect();
        let millis = u64::try_from(now.saturating_sub(self.begun).millis()).unwrap_or(0).max(1);
        let rate = (u128::from(read) * 1_000 / u128::from(millis)) as u64;
        format!("  {bar} {:>3} %  {} of {}, {}/s", share(100), size(read), size(total), size(rate))
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }
}

/// A count with its thousands set apart: `93,954`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A size for people: `3.6 MB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_for_people() {
        assert_eq!(
            [0, 999, 1_000, 93_954, 1_234_567].map(grouped),
            ["0", "999", "1,000", "93,954", "1,234,567"].map(str::to_owned)
        );
        assert_eq!([12, 3_600_000].map(size), ["12 B", "3.6 MB"].map(str::to_owned));
    }

    #[test]
    fn a_broken_pipe_is_recognised_through_its_context() {
        use anyhow::Context as _;
        let error = Err::<(), _>(io::Error::from(io::ErrorKind::BrokenPipe)).context("cannot print").unwrap_err();
        assert!(is_broken_pipe(&error));
        assert!(!is_broken_pipe(&anyhow::anyhow!("something else")));
    }
}
