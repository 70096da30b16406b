//! `--screenshot`: one frame of a session, drawn without a terminal.

use super::args::Screenshot;
use super::out::{self, Interrupt};
use super::screen;
use super::settings::Settings;
use crate::domain::Nanos;
use crate::drive::clock::{Clock, duration};
use crate::drive::previews;
use crate::drive::view::{Handle, ReplayState, Request, View, Wake};
use crate::engine::snapshot::IndicatorView;
use crate::recording::{Index, IndexOptions};
use crate::ui::screen::Screen;
use crate::ui::screenshot::{render, to_ansi, to_svg, to_text};
use crate::ui::theme::Look;
use anyhow::{Context as _, bail};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

/// How long a demo runs before it is drawn, unless the user says otherwise.
const DEMO: Nanos = Nanos::from_secs(5);
/// How long a session may take to get where it is drawn.
const PATIENCE: Nanos = Nanos::from_secs(600);
/// Frames drawn at most before the one that is kept.
const FRAMES: u32 = 1_000;
/// How often the clock and the signals are looked at.
const LOOK: Nanos = Nanos::from_millis(100);

/// Wakes a waiting main thread.
pub struct Bell {
    receiver: Receiver<()>,
    /// Given to the session.
    pub wake: Wake,
}

impl Bell {
    /// A bell nobody has rung.
    pub fn new() -> Self {
        let (sender, receiver) = sync_channel(1);
        let wake = Arc::new(move || {
            // A wake-up that is waiting already is enough.
            let _ = sender.try_send(());
        });
        Self { receiver, wake }
    }

    /// Waits until the session's view is as wanted.
    fn wait(&self, session: &dyn Handle, clock: &Clock, ready: impl Fn(&View) -> bool) -> anyhow::Result<Arc<View>> {
        let interrupt = Interrupt::listen()?;
        let begun = clock.now();
        loop {
            let view = session.view();
            if ready(&view) {
                return Ok(view);
            }
            if interrupt.came() {
                bail!("stopped before the frame was drawn");
            }
            if clock.now() - begun > PATIENCE {
                bail!("the moment to draw was not reached within {} s", PATIENCE.secs());
            }
            let _ = self.receiver.recv_timeout(duration(LOOK));
        }
    }
}

/// Draws a replay at its moment.
///
/// # Errors
/// When a file cannot be read or the frame cannot be written.
pub fn of_replay(replay: screen::Replay, shot: &Screenshot, path: &Path, settings: &Settings) -> anyhow::Result<()> {
    let at = if let Some(text) = &shot.at {
        Some(replay.moment(text)?)
    } else {
        let indexes =
            replay.files().iter().map(|file| Index::build(file, &IndexOptions::default())).collect::<Result<Vec<_>, _>>()?;
        indexes.iter().filter_map(|index| index.last).max()
    };
    let (bell, clock) = (Bell::new(), Clock::system());
    let session = replay.begin(1.0, at, true, None, clock.clone(), Arc::clone(&bell.wake))?;
    let wanted = settings.config.indicators.as_ref();
    if let Some(list) = wanted {
        session.request(Request::Indicators(list.clone()))?;
    }
    let view = bell.wait(session.as_ref(), &clock, |view| {
        let shown = view.snapshot.symbols.first().map(|symbol| &symbol.flow.rows);
        let as_wanted = |(rows, list): (&Vec<IndicatorView>, &Vec<String>)| {
            rows.iter().map(|row| &*row.id).eq(list.iter().map(String::as_str))
        };
        if !shown.zip(wanted).is_none_or(as_wanted) {
            return false;
        }
        let replay = view.session.replay.as_ref();
        replay.is_some_and(|replay| replay.index.is_some() && !matches!(replay.state, ReplayState::Seeking(_)))
    })?;
    draw(&view, shot, path, settings)
}

/// Draws a live session once it has run for a while.
///
/// # Errors
/// When the time is none or the frame cannot be written.
pub fn of_live(
    session: &dyn Handle,
    bell: &Bell,
    clock: &Clock,
    shot: &Screenshot,
    path: &Path,
    settings: &Settings,
) -> anyhow::Result<()> {
    let begun = clock.now();
    let until = match &shot.at {
        Some(text) => Nanos::parse_human(text, begun).map_err(|error| super::Usage(error.to_string()))?,
        None => begun + DEMO,
    };
    let view = bell.wait(session, clock, |_| clock.now() >= until)?;
    draw(&view, shot, path, settings)
}

fn draw(view: &View, shot: &Screenshot, path: &Path, settings: &Settings) -> anyhow::Result<()> {
    let workspace = screen::workspace(shot.workspace)?;
    let (app, themes, problems) = screen::application(settings, Look::default(), workspace);
    let zone = screen::zone(settings);
    let (mut screen, wrong) = Screen::new(app, themes, zone);
    screen.app.store = screen::store(settings);
    // Without a name what is drawn is what is shipped: a picture does not depend on how the program was left.
    let damaged = settings.layout.as_deref().map(|name| screen.begin_with(Some(name))).unwrap_or_default();
    if shot.workspace.is_some() {
        screen.app.shown.workspace = workspace;
    }
    for problem in problems.iter().chain(&wrong).chain(&damaged) {
        out::note(&problem.to_string());
    }
    let (width, height) = shot.size;
    let mut frame = render(width, height, &mut screen, view, view.session.now);
    if !screen.lacking().is_empty() {
        // What the screen would read in the background while it is looked at.
        let now = Clock::system().now();
        let read = screen.lacking().iter().map(|path| (path.clone(), Arc::new(previews::read(path, now)))).collect();
        screen.app.library.previews = Arc::new(read);
        frame = render(width, height, &mut screen, view, view.session.now);
    }
    // A picture shows what is worked out at leisure as it is when it is done.
    for _ in 0..FRAMES {
        if !screen.is_working() {
            break;
        }
        frame = render(width, height, &mut screen, view, view.session.now);
    }
    let text = match path.extension().and_then(|ending| ending.to_str()) {
        Some("svg") => to_svg(&frame),
        Some("ans" | "ansi") => to_ansi(&frame),
        _ => to_text(&frame),
    };
    if path == Path::new("-") {
        return Ok(out::print(&text)?);
    }
    std::fs::write(path, text).with_context(|| format!("{}: the frame cannot be written", path.display()))
}
