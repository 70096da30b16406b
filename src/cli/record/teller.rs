//! What a collector says to a person: what changes at once, how far it is now and then.

use super::session::Collecting;
use crate::cli::out::{self, grouped};
use crate::domain::Nanos;
use crate::drive::view::{ConnectionState, RecordingView, View};
use crate::feed::Severity;
use anyhow::bail;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// How often it says how far it is, where nobody looks at a terminal, and in the log.
const EVERY: Nanos = Nanos::from_secs(600);

/// Says what changes: files, connections, failures.
pub(super) struct Teller {
    /// The venue, where there are several.
    venue: String,
    terminal: bool,
    files: Vec<(PathBuf, u64)>,
    /// Why nothing is recorded now.
    failure: Option<String>,
    /// Lines that were lost.
    lost: u64,
    states: Vec<Option<String>>,
    /// The newest line of the log that was looked at.
    logged: u64,
    next: Nanos,
    summary: String,
}

impl Teller {
    pub(super) fn new(venue: &str, now: Nanos) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let venue = if venue.is_empty() { String::new() } else { format!("{venue}: ") };
        Self {
            venue,
            terminal,
            files: Vec::new(),
            failure: None,
            lost: 0,
            states: Vec::new(),
            logged: 0,
            next: now + EVERY,
            summary: String::new(),
        }
    }

    pub(super) fn say(&self, text: &str) {
        out::note(&format!("{}{}{text}", if self.terminal { "\r\x1b[K" } else { "" }, self.venue));
    }

    /// Looks at a session, and says what is new. The session itself writes the log.
    pub(super) fn look(&mut self, view: &View, now: Nanos) {
        match &view.session.recording {
            RecordingView::On { path, lines, lost, .. } => {
                if self.failure.take().is_some() {
                    self.say("recording goes on");
                }
                self.lost = self.lost.max(*lost);
                match self.files.last_mut() {
                    Some((known, count)) if known == path => *count = *lines,
                    _ => {
                        self.say(&format!("file {}", path.display()));
                        self.files.push((path.clone(), *lines));
                    }
                }
            }
            RecordingView::Failed(why) => {
                // The log says it.
                self.failure = Some(why.clone());
            }
            RecordingView::Off => {}
        }
        let states: Vec<Option<String>> = view
            .session
            .connections
            .iter()
            .map(|connection| match &connection.state {
                // What went wrong is in the log.
                ConnectionState::Waiting(..) => Some(String::new()),
                ConnectionState::Live => Some(format!("{}: data flows", connection.name)),
                _ => None,
            })
            .collect();
        self.states.resize(states.len(), None);
        for (known, state) in self.states.iter_mut().zip(states) {
            if let Some(state) = state.filter(|state| known.as_ref() != Some(state)) {
                if !state.is_empty() {
                    out::note(&format!("{}{}{state}", if self.terminal { "\r\x1b[K" } else { "" }, self.venue));
                }
                *known = Some(state);
            }
        }
        for line in view.session.log.iter().filter(|line| line.number > self.logged && line.severity != Severity::Info) {
            self.say(&line.text);
        }
        self.logged = view.session.log.last().map_or(self.logged, |line| line.number);
        self.summary = summary(view, self.lines(), self.lost);
        if now >= self.next {
            self.next = now + EVERY;
            tracing::info!("{}{}", self.venue, self.summary);
            if !self.terminal {
                self.say(&self.summary);
            }
        }
    }

    /// The files there are, in the order they were begun.
    pub(super) fn files(&self) -> Vec<&PathBuf> {
        self.files.iter().map(|(path, _)| path).collect()
    }

    fn lines(&self) -> u64 {
        self.files.iter().map(|(_, lines)| lines).sum()
    }
}

fn summary(view: &View, lines: u64, lost: u64) -> String {
    let (session, rates) = (&view.session, &view.snapshot.rates);
    let live = session.connections.iter().filter(|connection| connection.state == ConnectionState::Live).count();
    let mut text = format!(
        "{}/{} connections, {} events/s, {} lines",
        live,
        session.connections.len(),
        grouped(u64::from(rates.per_second)),
        grouped(lines)
    );
    if let RecordingView::On { bytes, .. } = &session.recording {
        text.push_str(&format!(", file {}", out::size(*bytes)));
    }
    text.push_str(&format!(", lag {:.1} ms", session.lag.p99.to_secs_f64() * 1e3));
    let reconnects: u32 = session.connections.iter().map(|connection| connection.opened.saturating_sub(1)).sum();
    for (count, what) in [(u64::from(reconnects), "reconnects"), (session.feed.resyncs, "resyncs"), (lost, "lines lost")] {
        if count > 0 {
            text.push_str(&format!(", {} {what}", grouped(count)));
        }
    }
    if let Some(free) = session.free {
        text.push_str(&format!(", {} free", out::size(free)));
    }
    text
}

/// On a terminal, says in one line how far it is.
pub(super) fn progress(sessions: &[Collecting]) {
    let texts: Vec<&str> =
        sessions.iter().filter(|session| session.teller.terminal).map(|session| session.teller.summary.as_str()).collect();
    if !texts.is_empty() {
        let _ = write!(std::io::stderr().lock(), "\r{}\x1b[K", texts.join(" | "));
    }
}

/// Prints the files, and says what is missing.
///
/// # Errors
/// When recording is not going on at the end, or lines were lost.
pub(super) fn finish(sessions: &[Collecting]) -> anyhow::Result<()> {
    if sessions.iter().any(|session| session.teller.terminal) {
        out::note("");
    }
    for (path, _) in sessions.iter().flat_map(|session| &session.teller.files) {
        out::print(&format!("{}\n", path.display()))?;
    }
    if let Some(why) = sessions.iter().find_map(|session| session.teller.failure.as_ref()) {
        bail!("part of it was not recorded: {why}");
    }
    if let Some(session) = sessions.iter().find(|session| session.teller.files.is_empty()) {
        bail!("{}nothing came, and nothing was recorded", session.teller.venue);
    }
    let lost: u64 = sessions.iter().map(|session| session.teller.lost).sum();
    if lost > 0 {
        bail!("{} lines could not be written", grouped(lost));
    }
    Ok(())
}
