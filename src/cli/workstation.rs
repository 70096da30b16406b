//! The workstation: on live data, on the demo exchange, on recordings.

use super::args;
use super::screen;
use super::screenshot::{self, Bell};
use super::settings::Settings;
use super::{live, log};
use crate::drive::clock::Clock;
use crate::drive::demo_server;
use crate::drive::live::{LiveOptions, start};
use crate::ui::run;
use anyhow::Context as _;

/// Runs the workstation on the venue of the settings.
///
/// # Errors
/// When the session cannot be started or there is no terminal.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    if settings.config.venue == live::DEMO {
        return demo(&args::Demo::default(), settings);
    }
    show(live::options(settings)?, settings)
}

/// Runs `demo`.
///
/// # Errors
/// When the demo exchange or the session cannot be started, or there is no terminal.
pub fn demo(demo: &args::Demo, settings: &Settings) -> anyhow::Result<()> {
    if demo.screenshot.screenshot.is_none() {
        screen::need_terminal()?;
    }
    let server = demo_server::start(demo_server::DemoServerConfig::new(demo.seed, demo.speed))
        .context("the demo exchange cannot be opened on this computer")?;
    let options = live::demo_options(settings, &server)?;
    match &demo.screenshot.screenshot {
        Some(path) => {
            let (bell, clock) = (Bell::new(), options.clock.clone());
            let session = start(options, std::sync::Arc::clone(&bell.wake))?;
            screenshot::of_live(&session, &bell, &clock, &demo.screenshot, path, settings)
        }
        None => show(options, settings),
    }
}

fn show(options: LiveOptions, settings: &Settings) -> anyhow::Result<()> {
    screen::need_terminal()?;
    let clock = options.clock.clone();
    let log = log::begin(settings, clock.now())?;
    if options.recording.enabled {
        // A folder that cannot be made is said on the status bar by the recorder.
        let _ = std::fs::create_dir_all(&options.recording.folder);
    }
    let inbox = run::inbox();
    let session = start(options, inbox.wake())?;
    screen::show(Box::new(session), inbox, settings, log, clock)
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
    let log = log::begin(settings, clock.now())?;
    let inbox = run::inbox();
    let session = opened.begin(replay.speed, from, replay.paused, clock.clone(), inbox.wake())?;
    screen::show(session, inbox, settings, log, clock)
}
