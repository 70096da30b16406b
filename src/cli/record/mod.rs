//! `record`: live sessions without a screen, around the clock; `health`: how such a collector does.

pub mod args;
mod following;
mod session;
mod teller;

use super::Usage;
use super::out::{self, Interrupt};
use super::settings::Settings;
use crate::domain::Nanos;
use crate::drive::clock::{Clock, duration};
use crate::drive::monitor::{self, Condition, Figures, Limits, Server, Status, StatusFile};
use anyhow::bail;
use following::Following;
use session::Collecting;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// How often the signals and the clock are looked at while nothing comes.
const LOOK: Nanos = Nanos::from_millis(200);
/// How often the status is told.
const TELL: Nanos = Nanos::from_secs(2);

/// Runs `record`.
///
/// # Errors
/// When a session cannot be started, or what came could not be recorded.
pub fn run(record: &args::Record, settings: &Settings) -> anyhow::Result<()> {
    if !settings.config.recording.enabled {
        bail!("recording is turned off (--no-record, RTAI_RECORDING_ENABLED or `recording.enabled`): turn it on to record");
    }
    if !settings.problems.is_empty() {
        // They were told. Around the clock nobody would see that another market, or nothing, is collected.
        return Err(Usage("a collector does not begin with mistakes in its configuration".to_owned()).into());
    }
    let interrupt = Interrupt::listen()?;
    let clock = Clock::system();
    let _log = super::log::begin(settings, &clock);
    let (sender, receiver) = sync_channel(1);
    let wake: crate::drive::view::Wake = Arc::new(move || {
        // A wake-up that is waiting already is enough.
        let _ = sender.try_send(());
    });
    let mut sessions = Vec::new();
    for venue in &settings.venues {
        sessions.push(Collecting::start(venue, record, settings, &clock, &wake)?);
    }
    let mut following = Following::start(record, settings, sessions.len())?;
    let mut monitor = Monitor::start(record, &sessions, &following, &clock)?;
    out::note("Ctrl-C ends it");
    let end = record.duration.map(|span| clock.now() + span);
    while !interrupt.came() && end.is_none_or(|end| clock.now() < end) {
        let _ = receiver.recv_timeout(duration(LOOK));
        let now = clock.now();
        for session in &mut sessions {
            session.look(now);
        }
        following.look(&sessions, now);
        teller::progress(&sessions);
        monitor.look(&sessions, &following, now);
    }
    for session in &mut sessions {
        session.close(clock.now());
    }
    let kept = following.close(&sessions);
    monitor.tell(&Status::of(figures(&sessions, clock.now()), kept, clock.now()).ended());
    teller::finish(&sessions)
}

/// Tells others how it goes.
struct Monitor {
    file: Option<StatusFile>,
    server: Option<Server>,
    next: Nanos,
}

impl Monitor {
    fn start(record: &args::Record, sessions: &[Collecting], following: &Following, clock: &Clock) -> anyhow::Result<Self> {
        let status = Status::of(figures(sessions, clock.now()), following.kept(), clock.now());
        let server = record.health.map(|address| Server::start(address, status)).transpose()?;
        if let Some(server) = &server {
            out::note(&format!("answering at http://{0}/health and http://{0}/metrics", server.address()));
        }
        let file = record.status_file.clone().map(StatusFile::new);
        let mut monitor = Self { file, server, next: Nanos::ZERO };
        monitor.look(sessions, following, clock.now());
        Ok(monitor)
    }

    fn look(&mut self, sessions: &[Collecting], following: &Following, now: Nanos) {
        if now < self.next || (self.file.is_none() && self.server.is_none()) {
            return;
        }
        self.next = now + TELL;
        self.tell(&Status::of(figures(sessions, now), following.kept(), now));
    }

    fn tell(&mut self, status: &Status) {
        if let Some(trouble) = self.file.as_mut().and_then(|file| file.write(status)) {
            tracing::warn!("{trouble}");
            out::note(&trouble);
        }
        if let Some(server) = &self.server {
            server.tell(status.clone());
        }
    }
}

fn figures(sessions: &[Collecting], now: Nanos) -> Vec<Figures> {
    sessions.iter().map(|session| session.figures(now, Limits::default())).collect()
}

/// Runs `health`.
///
/// # Errors
/// When the collector is not well, with what is wrong.
pub fn health(health: &args::Health) -> anyhow::Result<()> {
    match monitor::read(&health.file, Clock::system().now()) {
        Condition::Well(text) => Ok(out::print(&(text + "\n"))?),
        Condition::Ill(why) => bail!("{why}"),
    }
}
