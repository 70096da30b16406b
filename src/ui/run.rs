//! The loop of the main thread: sleeps until a key, a signal or a newer view; draws only when something visible changed.

use super::backtests::Backtests;
use super::calls::Calls;
use super::inbox::{Message, watch_input};
use super::reload::{Reload, Why};
use super::screen::Screen;
use super::signals::watch_signals;
use super::terminal::{self, Terminal};
use super::theme::Themes;
use crate::app::layout::Store;
use crate::app::panes::PaneKind;
use crate::app::{Effect, Keep, Options as AppOptions, RecordingFile, Source};
use crate::config::Problem;
use crate::domain::{Channels, Nanos};
use crate::drive::clock::{Clock, duration};
use crate::drive::journal::Tail;
use crate::drive::previews::Previews;
use crate::drive::store::SessionEnd;
use crate::drive::view::{Handle, Mode, Request, View, Wake};
use crate::feed::Severity;
use crossterm::event::Event;
use ratatui::buffer::Buffer;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::RecvTimeoutError;

pub use super::inbox::{Inbox, inbox};

/// Opens a replay of recordings; the session calls the wake when a newer view can be had.
pub type OpenReplay = Box<dyn Fn(Vec<PathBuf>, Wake) -> anyhow::Result<Box<dyn Handle>>>;
/// Starts a session of a source; the session calls the wake when a newer view can be had.
pub type StartSession = Box<dyn Fn(Source, Wake) -> anyhow::Result<Box<dyn Handle>>>;
/// Lists the recordings there are, newest first.
pub type ListRecordings = Box<dyn Fn() -> Vec<RecordingFile>>;
/// Writes a text to a new file, its name made of a beginning, a moment and an ending, and says where.
pub type Export = Box<dyn Fn(&str, (&str, &str), Nanos) -> anyhow::Result<PathBuf>>;

/// So long after the last key or click the layout is kept, when it changed.
const KEEP_AFTER: Nanos = Nanos::from_secs(2);
/// How far a backtest is is looked at this often.
const BACKTEST: Nanos = Nanos::from_millis(100);
/// The folder of recordings is read at most this often.
const LIST_AGAIN: Nanos = Nanos::from_secs(2);

/// How the screen runs.
pub struct Options {
    /// How the application begins.
    pub app: AppOptions,
    /// Where themes are found, and what the terminal can show of them.
    pub themes: Themes,
    /// The zone times are shown in when not in UTC.
    pub zone: jiff::tz::TimeZone,
    /// Frames per second at most.
    pub fps: u32,
    /// The clock that ages are told by while nothing comes.
    pub clock: Clock,
    /// Mistakes found in the configuration, to be shown at the start.
    pub problems: Vec<Problem>,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// What to say or ask at the start.
    pub welcome: Welcome,
    /// The configuration file, where choices are kept.
    pub config: PathBuf,
    /// The name of the live venue in the configuration file.
    pub venue: String,
    /// Where the log is, for the message of a panic.
    pub log: Option<PathBuf>,
    /// Looks at the configuration while the program runs.
    pub reload: Reload,
    /// The newest lines of the log that no session has.
    pub tail: Tail,
    /// Opens a replay.
    pub open: OpenReplay,
    /// Starts another session.
    pub start: StartSession,
    /// Lists recordings.
    pub recordings: ListRecordings,
    /// Writes the history of alerts, and what the blotter lists.
    pub export: Export,
    /// The channels a new alert has.
    pub channels: Channels,
    /// Whether it is asked before an order is sent.
    pub confirm: bool,
    /// Where layouts are kept, and which one is shown first.
    pub layout: Start,
    /// The indicators the user has chosen; all of them where nothing was.
    pub indicators: Option<Vec<String>>,
}

/// Which layout is shown first.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Where layouts are kept.
    pub store: Store,
    /// The one to begin with; else the program begins as it was left.
    pub name: Option<String>,
    /// Begin with what is shipped, and do not keep how the program is left.
    pub fresh: bool,
}

/// What is said or asked at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Welcome {
    /// Nothing.
    None,
    /// The keys that matter.
    Keys,
    /// Where data shall come from; what live data would be of.
    Ask(String),
}

/// Bytes a second sent to the terminal on average while only data changes: a busy market over a slow line stays readable.
const RATE: i64 = 36_000;
/// So long after a key or a move of the mouse, frames come as fast as the user wants them.
const ANSWERING: Nanos = Nanos::from_millis(600);
/// Newer data is never held back longer than this.
const SLOWEST: Nanos = Nanos::from_millis(500);

/// The session shown, and the live one that goes on behind a replay.
struct Sessions {
    shown: Box<dyn Handle>,
    behind: Option<Box<dyn Handle>>,
}

/// Runs the screen on a session until the user leaves or the system says so; sessions are closed properly then.
///
/// # Errors
/// When standard output is no terminal, or the terminal is gone.
pub fn run(handle: Box<dyn Handle>, inbox: Inbox, options: Options) -> anyhow::Result<()> {
    let report = inbox.sender.clone();
    terminal::restore_on_panic(options.log.clone(), move |text| drop(report.try_send(Message::Fault(text))));
    let mut terminal = Terminal::enter(options.mouse).map_err(|error| {
        anyhow::anyhow!("the screen needs a terminal ({error}); `--screenshot FILE` draws a frame without one")
    })?;
    watch_input(inbox.sender.clone())?;
    let sender = inbox.sender.clone();
    let signals = watch_signals(move |signal| sender.send(Message::Signal(signal)).is_ok())?;
    let mut sessions = Sessions { shown: handle, behind: None };
    let mut main = Loop::new(&inbox, options);
    let outcome = main.run(&mut terminal, &mut sessions);
    drop(terminal);
    if let Err(error) = main.keep(true) {
        tracing::warn!("{error}");
    }
    signals.close();
    sessions.shown.close();
    if let Some(mut live) = sessions.behind {
        live.close();
    }
    outcome
}

struct Loop<'i> {
    inbox: &'i Inbox,
    screen: Screen,
    clock: Clock,
    interval: Nanos,
    open: OpenReplay,
    start: StartSession,
    config: PathBuf,
    venue: String,
    recordings: ListRecordings,
    export: Export,
    view: Arc<View>,
    frame: Buffer,
    redraw: bool,
    /// Until then frames answer the user, who does not wait for the line to be free.
    answering: Nanos,
    /// How long after a frame the next one may come that only shows newer data.
    pause: Nanos,
    /// Reads what is in recordings, from when a pane first wants to know.
    previews: Option<Previews>,
    /// What was last asked of it.
    asked: Vec<PathBuf>,
    /// When the recordings were last listed.
    listed: Nanos,
    /// Whether the layout is kept, and when it may be the next time.
    keeping: bool,
    keep_at: Option<Nanos>,
    /// What the terminal is to be told of alerts.
    calls: Calls,
    /// The backtest that runs.
    backtests: Backtests,
    /// The newest lines of the program's log.
    tail: Tail,
    /// Looks at the configuration, and when it did so last.
    reload: Reload,
    looked: Nanos,
}

impl<'i> Loop<'i> {
    fn new(inbox: &'i Inbox, options: Options) -> Self {
        let now = options.clock.now();
        let (mut screen, problems) = Screen::new(options.app, options.themes, options.zone);
        let start = options.layout;
        screen.app.store = start.store;
        screen.app.keep_indicators(options.indicators);
        screen.app.alerts.usual = options.channels;
        screen.app.trading.confirm = options.confirm;
        let damaged = if start.fresh { Vec::new() } else { screen.begin_with(start.name.as_deref()) };
        for problem in options.problems.iter().chain(&problems).chain(damaged.iter().take(3)) {
            screen.app.say(now, Severity::Warning, problem.to_string());
        }
        match &options.welcome {
            Welcome::None => {}
            Welcome::Keys => screen.app.welcome(),
            Welcome::Ask(live) => screen.app.ask_source(live),
        }
        Self {
            inbox,
            screen,
            clock: options.clock,
            interval: interval(options.fps),
            open: options.open,
            start: options.start,
            config: options.config,
            venue: options.venue,
            recordings: options.recordings,
            export: options.export,
            view: Arc::default(),
            frame: Buffer::default(),
            redraw: true,
            answering: Nanos::ZERO,
            pause: Nanos::ZERO,
            previews: None,
            asked: Vec::new(),
            listed: Nanos::ZERO,
            keeping: !start.fresh,
            keep_at: None,
            calls: Calls::new(),
            backtests: Backtests::default(),
            tail: options.tail,
            reload: options.reload,
            looked: now,
        }
    }

    fn run(&mut self, terminal: &mut Terminal, sessions: &mut Sessions) -> anyhow::Result<()> {
        self.refresh(sessions);
        let mut drawn = Nanos::ZERO;
        loop {
            let now = self.clock.now();
            if self.keep_at.is_some_and(|at| now >= at) {
                self.keep_at = None;
                if let Err(error) = self.keep(false) {
                    self.screen.app.say(now, Severity::Error, error);
                }
            }
            if now.saturating_sub(self.looked) >= Nanos::SECOND {
                self.looked = now;
                self.reload(Why::Watching, terminal)?;
            }
            let pause = if now < self.answering { self.interval } else { self.pause };
            let wait = if self.redraw { pause - (now - drawn) } else { Nanos::SECOND - Nanos(now.0.rem_euclid(1_000_000_000)) };
            let wait = if self.backtests.is_running() { wait.min(BACKTEST) } else { wait };
            if self.redraw && wait <= Nanos::ZERO {
                self.redraw = false;
                drawn = now;
                self.draw(terminal, now)?;
                continue;
            }
            match self.inbox.receiver.recv_timeout(duration(wait)) {
                Ok(message) => {
                    if self.take(message, terminal, sessions)? {
                        return Ok(());
                    }
                    terminal.tell(&self.calls.take())?;
                }
                Err(RecvTimeoutError::Timeout) => {
                    if self.backtests.is_running() {
                        self.backtests.look(&mut self.screen.app, &self.view, self.clock.now());
                        self.redraw = true;
                    } else if !self.redraw {
                        // Nothing came for a second: ages go on all the same.
                        self.age(sessions);
                        self.redraw = true;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn draw(&mut self, terminal: &mut Terminal, now: Nanos) -> anyhow::Result<()> {
        let size = terminal.size()?;
        if *self.frame.area() == size {
            self.frame.reset();
        } else {
            self.frame = Buffer::empty(size);
        }
        self.screen.watch(now);
        self.screen.draw(&mut self.frame, &self.view, now);
        let bytes = terminal.show(&self.frame)?;
        self.pause = pause_after(bytes, self.interval);
        self.redraw |= self.screen.is_working();
        self.preview(now);
        Ok(())
    }

    /// Has the previews read that the panes just drawn lack.
    fn preview(&mut self, now: Nanos) {
        if self.screen.shows(PaneKind::Recordings) {
            self.list(now);
        }
        let lacking = self.screen.lacking();
        if lacking == self.asked || (lacking.is_empty() && self.previews.is_none()) {
            return;
        }
        self.asked = lacking.to_vec();
        if self.previews.is_none() {
            match Previews::start(self.clock.clone(), self.inbox.wake()) {
                Ok(previews) => self.previews = Some(previews),
                Err(error) => self.screen.app.say(now, Severity::Error, format!("recordings cannot be looked into: {error}")),
            }
        }
        if let Some(previews) = &self.previews {
            previews.want(self.asked.clone());
        }
    }

    /// Lists the recordings anew while a pane shows them, so that new ones and grown ones are seen.
    fn list(&mut self, now: Nanos) {
        if now.saturating_sub(self.listed) <= LIST_AGAIN {
            return;
        }
        self.listed = now;
        self.screen.app.library.list((self.recordings)());
        // What grows is asked for again.
        self.asked.clear();
    }

    fn refresh(&mut self, sessions: &Sessions) {
        self.view = sessions.shown.view();
        let now = self.clock.now();
        self.screen.app.take_journal(&self.tail);
        self.screen.app.sync(&self.view, now);
        let library = &mut self.screen.app.library;
        library.live_behind = sessions.behind.is_some();
        match &sessions.behind {
            Some(live) => {
                let live = live.view();
                library.note_writing(&live);
                self.screen.app.absorb_behind(&live, now);
            }
            None => library.note_writing(&self.view),
        }
        let library = &mut self.screen.app.library;
        if let Some(previews) = &self.previews {
            library.previews = previews.shelf();
        }
        for effect in self.screen.app.ask_for_bars(&self.view) {
            if let Effect::Session(request) = effect {
                // A session that is busy is asked again by whoever looks at them.
                let _ = sessions.shown.request(request);
            }
        }
        if let Some(request) = self.screen.ask_for_indicators(&self.view) {
            let _ = sessions.shown.request(request);
        }
        self.calls.take_in(self.screen.app.alerts.take_calls(), &self.view.snapshot.venue, now);
        self.redraw = true;
    }

    /// Keeps how the program is left, if it is to be kept and changed; at the `end` the disk is waited for.
    fn keep(&mut self, end: bool) -> Result<(), String> {
        if self.keeping { self.screen.keep_layout(end) } else { Ok(()) }
    }

    /// Sets the view's clock forward where the session has been silent. A replay's clock is its own.
    fn age(&mut self, sessions: &Sessions) {
        self.view = sessions.shown.view();
        let now = self.clock.now();
        self.screen.app.take_journal(&self.tail);
        if self.view.session.mode != Mode::Replay && self.view.session.now < now {
            Arc::make_mut(&mut self.view).session.now = now;
        }
    }

    /// Takes in a message; says whether the program is to end.
    fn take(&mut self, message: Message, terminal: &mut Terminal, sessions: &mut Sessions) -> anyhow::Result<bool> {
        match message {
            Message::Wake => {
                self.inbox.pending.store(false, Ordering::Release);
                self.refresh(sessions);
            }
            Message::Input(Event::Resize(..)) => {
                (self.redraw, self.answering) = (true, self.clock.now() + ANSWERING);
            }
            Message::Input(event) => {
                let now = self.clock.now();
                (self.redraw, self.answering) = (true, now + ANSWERING);
                self.keep_at = Some(now + KEEP_AFTER);
                // A dialog that this key may open lists the recordings as they are now.
                if self.screen.app.dialog.is_none() && matches!(event, Event::Key(_)) {
                    self.list(now);
                }
                for effect in self.screen.on_event(&event, &self.view, now) {
                    if self.carry_out(effect, terminal, sessions)? {
                        return Ok(true);
                    }
                }
            }
            Message::Signal(signal) => return self.on_signal(signal, terminal, sessions),
            Message::Fault(text) => {
                let text = format!("a part of the program failed: {}", super::text::safe(&text));
                self.screen.app.say(self.clock.now(), Severity::Error, text);
                self.redraw = true;
            }
        }
        Ok(false)
    }

    #[cfg(unix)]
    fn on_signal(&mut self, signal: i32, terminal: &mut Terminal, sessions: &Sessions) -> anyhow::Result<bool> {
        if signal == signal_hook::consts::SIGTSTP {
            terminal.suspend()?;
            self.redraw = true;
            return Ok(false);
        }
        for session in std::iter::once(&sessions.shown).chain(&sessions.behind) {
            // Where it is too busy to hear why, it ends all the same.
            let _ = session.request(Request::Ending(SessionEnd::Signal));
        }
        Ok(true)
    }

    #[cfg(not(unix))]
    fn on_signal(&mut self, _signal: i32, _terminal: &mut Terminal, _sessions: &Sessions) -> anyhow::Result<bool> {
        Ok(true)
    }

    fn carry_out(&mut self, effect: Effect, terminal: &mut Terminal, sessions: &mut Sessions) -> anyhow::Result<bool> {
        match effect {
            Effect::Quit => return Ok(true),
            Effect::Suspend => {
                terminal.suspend()?;
                self.redraw = true;
            }
            Effect::Redraw => terminal.forget(),
            Effect::Session(request) => {
                if let Err(busy) = sessions.shown.request(request) {
                    self.screen.app.say(self.clock.now(), Severity::Error, busy.to_string());
                }
            }
            Effect::Open(paths) => self.open(paths, sessions),
            Effect::Start(source) => self.start(source, sessions),
            Effect::Keep(choice) => self.keep_choice(choice, terminal)?,
            Effect::ReloadConfig => self.reload(Why::Asked, terminal)?,
            Effect::LeaveReplay => {
                if let Some(live) = sessions.behind.take() {
                    let mut replay = std::mem::replace(&mut sessions.shown, live);
                    replay.close();
                    self.switched(sessions);
                }
            }
            Effect::Backtest(backtest) => self.backtests.begin(*backtest, &mut self.screen.app, self.clock.now()),
            Effect::StopBacktest => self.backtests.stop(),
            Effect::ExportAlerts => self.export("history", ("alerts", "jsonl"), &crate::app::alerts::export(&self.view)),
            Effect::Copy(text) => terminal.tell(&super::terminal::clipboard(&text))?,
            Effect::Export(name, text) => self.export(name, (name, "csv"), &text),
            // The screen has settled these itself.
            Effect::Theme(_)
            | Effect::Filter(_)
            | Effect::Line(_)
            | Effect::Compare(_)
            | Effect::Study(_)
            | Effect::Pane(..)
            | Effect::Born { .. }
            | Effect::Layout(_) => {}
        }
        Ok(false)
    }

    fn open(&mut self, paths: Vec<PathBuf>, sessions: &mut Sessions) {
        match (self.open)(paths, self.inbox.wake()) {
            Ok(replay) => {
                let mut before = std::mem::replace(&mut sessions.shown, replay);
                if before.view().session.mode == Mode::Replay {
                    before.close();
                } else {
                    sessions.behind = Some(before);
                }
                self.switched(sessions);
            }
            Err(error) => self.screen.app.say(self.clock.now(), Severity::Error, format!("cannot be replayed: {error:#}")),
        }
    }

    /// Leaves all sessions for one of a source, once that has begun.
    fn start(&mut self, source: Source, sessions: &mut Sessions) {
        match (self.start)(source, self.inbox.wake()) {
            Ok(session) => {
                std::mem::replace(&mut sessions.shown, session).close();
                if let Some(mut behind) = sessions.behind.take() {
                    behind.close();
                }
                self.screen.app.begin_firings();
                self.switched(sessions);
            }
            Err(error) => self.screen.app.say(self.clock.now(), Severity::Error, format!("cannot be started: {error:#}")),
        }
    }

    /// Writes a choice into the configuration file; what somebody else changed there is taken in before.
    fn keep_choice(&mut self, choice: Keep, terminal: &mut Terminal) -> anyhow::Result<()> {
        self.reload(Why::Watching, terminal)?;
        if let Err(error) = super::choices::keep(choice, &self.config, &self.venue) {
            let text = format!("not kept: {}", super::text::safe(&error.to_string()));
            self.screen.app.say(self.clock.now(), Severity::Error, text);
        }
        self.reload(Why::Written, terminal)
    }

    /// Looks at the configuration, and takes in what changed.
    fn reload(&mut self, why: Why, terminal: &mut Terminal) -> anyhow::Result<()> {
        let now = self.clock.now();
        match (self.reload)(why) {
            None => {}
            Some(Ok(changed)) => {
                self.redraw = true;
                self.interval = changed.fps.map_or(self.interval, interval);
                if let Some(mouse) = changed.mouse {
                    terminal.set_mouse(mouse)?;
                }
                self.screen.reloaded(&changed, why == Why::Asked, now);
            }
            Some(Err(wrong)) => {
                self.redraw = true;
                self.screen.app.say(now, Severity::Error, super::text::safe(&wrong).into_owned());
            }
        }
        Ok(())
    }

    /// Writes a text to a file beside the recordings, and says so.
    fn export(&mut self, what: &str, file: (&str, &str), text: &str) {
        let now = self.clock.now();
        let said = match (self.export)(text, file, now) {
            Ok(path) => {
                let (name, folder) = (path.file_name().unwrap_or_default().display(), path.parent().unwrap_or(&path).display());
                (Severity::Info, format!("{what} written: {name} in {folder}"))
            }
            Err(error) => (Severity::Error, format!("{what} not written: {error:#}")),
        };
        self.screen.app.say(now, said.0, super::text::safe(&said.1).into_owned());
    }

    fn switched(&mut self, sessions: &Sessions) {
        self.screen.app.new_session(&sessions.shown.view());
        self.refresh(sessions);
    }
}

/// The time from one frame to the next at so many a second.
fn interval(fps: u32) -> Nanos {
    Nanos(Nanos::SECOND.0 / i64::from(fps.clamp(1, 120)))
}

/// How long to wait after a frame of so many bytes: the mean stays below [`RATE`], but never longer than [`SLOWEST`].
fn pause_after(bytes: u64, interval: Nanos) -> Nanos {
    let pause = i64::try_from(bytes).unwrap_or(i64::MAX).saturating_mul(Nanos::SECOND.0 / RATE);
    Nanos(pause.min(SLOWEST.0).max(interval.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_frames_are_followed_by_a_pause() {
        let interval = Nanos::from_millis(33);
        assert_eq!(pause_after(0, interval), interval);
        assert_eq!(pause_after(900, interval), interval);
        let pause = pause_after(7_200, interval);
        assert!(pause > Nanos::from_millis(195) && pause < Nanos::from_millis(205), "{pause:?}");
        assert_eq!(pause_after(u64::MAX, interval), SLOWEST);
    }
}
