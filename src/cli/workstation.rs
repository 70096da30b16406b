//! The workstation: on live data, on the demo exchange, on recordings.

use super::args;
use super::keeping::Keeping;
use super::screen::{self, Idle};
use super::screenshot::{self, Bell};
use super::settings::Settings;
use super::{live, log};
use crate::drive::clock::Clock;
use crate::drive::demo_server;
use crate::drive::live::{LiveOptions, start};
use crate::drive::view::{Handle, Wake};
use crate::ui::run::{self, Welcome};
use anyhow::Context as _;
use std::sync::Arc;

/// Runs the workstation on the venue of the settings, or asks for one at the first start.
///
/// # Errors
/// When the session cannot be started or there is no terminal.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    if settings.config.venue == live::DEMO {
        return demo(&args::Demo::default(), settings);
    }
    screen::need_terminal()?;
    // Who has said where data is to come from is not asked.
    let said = ["venue", "symbols"].iter().any(|path| settings.origins.contains_key(*path));
    let keeping = keeping(settings);
    if settings.file.exists() || said || settings.endpoints().iter().any(|(.., origin)| *origin != super::Origin::Default) {
        return show(|wake| begin_live(settings, &keeping, wake), keys(settings), settings, &keeping);
    }
    let symbols: Vec<&str> = settings.config.symbols.iter().map(crate::domain::Symbol::as_str).collect();
    let live = format!("{} of {}", symbols.join(" and "), settings.config.venue);
    show(|_| Ok(Box::new(Idle::new(&Clock::system()))), Welcome::Ask(live), settings, &keeping)
}

/// Runs `demo`.
///
/// # Errors
/// When the demo exchange or the session cannot be started, or there is no terminal.
pub fn demo(demo: &args::Demo, settings: &Settings) -> anyhow::Result<()> {
    let Some(path) = &demo.screenshot.screenshot else {
        screen::need_terminal()?;
        let keeping = keeping(settings);
        return show(|wake| begin_demo(demo, settings, Some(&keeping), wake), keys(settings), settings, &keeping);
    };
    let bell = Bell::new();
    let session = begin_demo(demo, settings, None, Arc::clone(&bell.wake))?;
    screenshot::of_live(session.as_ref(), &bell, &Clock::system(), &demo.screenshot, path, settings)
}

/// What this run of the program keeps alerts with.
fn keeping(settings: &Settings) -> Arc<Keeping> {
    Arc::new(Keeping::new(settings, &Clock::system()))
}

/// The keys that matter, for who has never been here.
fn keys(settings: &Settings) -> Welcome {
    if settings.file.exists() { Welcome::None } else { Welcome::Keys }
}

/// Begins a live session of the venue of the settings.
///
/// # Errors
/// When the venue is none that is followed live, or the session cannot be started.
pub fn begin_live(settings: &Settings, keeping: &Keeping, wake: Wake) -> anyhow::Result<Box<dyn Handle>> {
    let archive = keeping.archive(Some(live::market(settings)));
    let options = LiveOptions { alerts: keeping.options(), trading: keeping.trading(), archive, ..live::options(settings)? };
    if options.recording.enabled {
        // A folder that cannot be made is said on the status bar by the recorder.
        let _ = std::fs::create_dir_all(&options.recording.folder);
    }
    Ok(Box::new(start(options, wake)?))
}

/// Begins a session of the demo exchange, which is opened for it; without `keeping` nothing of it is kept.
///
/// # Errors
/// When the demo exchange or the session cannot be started.
pub fn begin_demo(
    demo: &args::Demo,
    settings: &Settings,
    keeping: Option<&Keeping>,
    wake: Wake,
) -> anyhow::Result<Box<dyn Handle>> {
    let server = demo_server::start(demo_server::DemoServerConfig::new(demo.seed, demo.speed))
        .context("the demo exchange cannot be opened on this computer")?;
    let mut options = live::demo_options(settings, &server)?;
    if let Some(keeping) = keeping {
        options.alerts = keeping.options();
        options.trading = keeping.trading();
        // The demo's market is another each time it begins: only the session is kept.
        options.archive = keeping.archive(None);
    }
    if options.recording.enabled {
        // A folder that cannot be made is said on the status bar by the recorder.
        let _ = std::fs::create_dir_all(&options.recording.folder);
    }
    Ok(Box::new(screen::With { session: Box::new(start(options, wake)?), _needs: server }))
}

fn show(
    begin: impl FnOnce(Wake) -> anyhow::Result<Box<dyn Handle>>,
    welcome: Welcome,
    settings: &Settings,
    keeping: &Arc<Keeping>,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let log = log::begin(settings, &clock);
    let inbox = run::inbox();
    let session = begin(inbox.wake())?;
    screen::show(session, inbox, settings, keeping, welcome, log, clock)
}

/// Runs `replay`.
///
/// # Errors
/// When a file cannot be read or there is no terminal.
pub fn replay(replay: &args::Replay, settings: &Settings) -> anyhow::Result<()> {
    let opened = screen::Replay::of(&replay.files, &replay.reading, settings)?;
    if let Some(path) = &replay.screenshot.screenshot {
        return screenshot::of_replay(opened, &replay.screenshot, path, settings);
    }
    let from = replay.from.as_deref().map(|text| opened.moment(text)).transpose()?;
    screen::need_terminal()?;
    let clock = Clock::system();
    let log = log::begin(settings, &clock);
    let inbox = run::inbox();
    let keeping = keeping(settings);
    let alerts = replay.deliver.then(|| keeping.of_replay());
    let session = opened.begin(replay.speed, from, replay.paused, alerts, clock.clone(), inbox.wake())?;
    screen::show(session, inbox, settings, &keeping, keys(settings), log, clock)
}
