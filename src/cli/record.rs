//! `record`: the live session without a screen, around the clock.

use super::args;
use super::live as live_options;
use super::out::{self, Interrupt, grouped};
use super::settings::Settings;
use crate::domain::Nanos;
use crate::drive::clock::{Clock, duration};
use crate::drive::demo_server;
use crate::drive::live;
use crate::drive::view::{ConnectionState, Handle, RecordingView, View};
use crate::feed::Severity;
use anyhow::{Context as _, bail};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// How often the signals and the clock are looked at while nothing comes.
const LOOK: Nanos = Nanos::from_millis(200);
/// How often it says how far it is, where nobody looks at a terminal.
const EVERY: Nanos = Nanos::from_secs(600);

/// Runs `record`.
///
/// # Errors
/// When the session cannot be started, or what came could not be recorded.
pub fn run(record: &args::Record, settings: &Settings) -> anyhow::Result<()> {
    if !settings.config.recording.enabled {
        bail!("recording is turned off (--no-record, RTAI_RECORDING_ENABLED or `recording.enabled`): turn it on to record");
    }
    let interrupt = Interrupt::listen()?;
    let clock = Clock::system();
    let _log = super::log::begin(settings, &clock);
    let folder = settings.recordings();
    std::fs::create_dir_all(&folder).with_context(|| format!("{}: the folder of recordings cannot be made", folder.display()))?;
    let demo = settings.config.venue == live_options::DEMO;
    // Kept to the end: dropping it ends the demo exchange.
    let server = if demo { Some(demo_server::start(demo_server::DemoServerConfig::new(1, 1.0))?) } else { None };
    let mut options = match &server {
        Some(server) => live_options::demo_options(settings, server)?,
        None => live_options::options(settings)?,
    };
    options.recording.enabled = true;
    let symbols: Vec<String> = options.symbols.iter().map(ToString::to_string).collect();
    let (sender, receiver) = sync_channel(1);
    let wake = Arc::new(move || {
        // A wake-up that is waiting already is enough.
        let _ = sender.try_send(());
    });
    let mut session = live::start(options, wake)?;
    out::note(&format!(
        "recording {} of {} into {}; Ctrl-C ends it",
        symbols.join(", "),
        settings.config.venue,
        folder.display()
    ));
    let end = record.duration.map(|span| clock.now() + span);
    let mut teller = Teller::new(clock.now());
    while !interrupt.came() && end.is_none_or(|end| clock.now() < end) {
        let _ = receiver.recv_timeout(duration(LOOK));
        teller.look(&session.view(), clock.now());
    }
    session.close();
    teller.look(&session.view(), clock.now());
    teller.finish()
}

/// Says what changes: files, connections, failures, and now and then how far it is.
struct Teller {
    terminal: bool,
    files: Vec<(PathBuf, u64)>,
    failure: Option<String>,
    states: Vec<Option<String>>,
    logged: u64,
    next: Nanos,
}

impl Teller {
    fn new(now: Nanos) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { terminal, files: Vec::new(), failure: None, states: Vec::new(), logged: 0, next: now }
    }

    fn say(&self, text: &str) {
        out::note(&format!("{}{text}", if self.terminal { "\r\x1b[K" } else { "" }));
    }

    fn look(&mut self, view: &View, now: Nanos) {
        match &view.session.recording {
            RecordingView::On { path, lines, .. } => match self.files.last_mut() {
                Some((known, count)) if known == path => *count = *lines,
                _ => {
                    self.say(&format!("file {}", path.display()));
                    self.files.push((path.clone(), *lines));
                }
            },
            RecordingView::Failed(why) => {
                if self.failure.as_ref() != Some(why) {
                    self.say(&format!("not recorded: {why}"));
                    self.failure = Some(why.clone());
                }
            }
            RecordingView::Off => {}
        }
        let states: Vec<Option<String>> = view
            .session
            .connections
            .iter()
            .map(|connection| match &connection.state {
                ConnectionState::Waiting(why, _) => Some(format!("{}: lost: {why}", connection.name)),
                ConnectionState::Live => Some(format!("{}: data flows", connection.name)),
                _ => None,
            })
            .collect();
        for (index, state) in states.into_iter().enumerate() {
            self.states.resize(self.states.len().max(index + 1), None);
            if let Some(slot) = self.states.get_mut(index)
                && state.is_some()
                && *slot != state
            {
                slot.clone_from(&state);
                self.say(&state.unwrap_or_default());
            }
        }
        self.log(view);
        if self.terminal || now >= self.next {
            self.progress(view, now);
        }
    }

    fn log(&mut self, view: &View) {
        for line in view.session.log.iter().filter(|line| line.number > self.logged) {
            match line.severity {
                Severity::Info => tracing::info!("{}", line.text),
                Severity::Warning => tracing::warn!("{}", line.text),
                Severity::Error => tracing::error!("{}", line.text),
            }
        }
        self.logged = view.session.log.last().map_or(self.logged, |line| line.number);
    }

    fn progress(&mut self, view: &View, now: Nanos) {
        self.next = now + EVERY;
        let lines: u64 = self.files.iter().map(|(_, lines)| lines).sum();
        let text = format!("{} lines, {} messages decoded", grouped(lines), grouped(view.session.feed.messages));
        if self.terminal {
            let _ = write!(std::io::stderr().lock(), "\r{text}\x1b[K");
        } else {
            out::note(&text);
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        if self.terminal {
            out::note("");
        }
        for (path, _) in &self.files {
            out::print(&format!("{}\n", path.display()))?;
        }
        match self.failure {
            Some(why) => bail!("part of it was not recorded: {why}"),
            None => Ok(()),
        }
    }
}
