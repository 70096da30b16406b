//! The whole screen: workspaces, panes, bars and dialogs, drawn into a buffer from a view and the application's state.

mod bar;
#[cfg(test)]
mod fixture;
mod head;
mod hints;
#[cfg(test)]
mod layout_tests;
mod layouts;
mod mouse;
mod overlay;
mod panes;
#[cfg(test)]
mod tests;
mod trust;
mod watch;

use self::overlay::DialogArea;
use super::keys;
use super::pane::{Action, Cx, Handled, Pane};
use super::panes::build;
use super::panes::replay::TransportPane;
use super::text;
use super::theme::{Stamp, Theme, Themes};
use crate::app::alerts::AlertAct;
use crate::app::commands::{Command, Scope};
use crate::app::dialogs::{Ask, Dialog};
use crate::app::keymap::{Key, Named};
use crate::app::layout::{Arranged, Workspace, begins_with};
use crate::app::link::Linked;
use crate::app::panes::{PaneId, PaneKind};
use crate::app::{App, Effect, Options};
use crate::config::Problem;
use crate::domain::Nanos;
use crate::drive::view::{Mode, Request, View};
use crossterm::event::Event;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::path::PathBuf;

/// The least size the screen can be drawn in.
pub const LEAST: (u16, u16) = (40, 12);

/// Where things were last drawn, for the mouse.
#[derive(Debug, Default)]
struct Drawn {
    tabs: Vec<(Rect, Workspace)>,
    arranged: Arranged,
    /// What runs a command when it is clicked.
    touches: Vec<(Rect, Command)>,
    /// Titles, by which panes are moved.
    titles: Vec<(Rect, PaneId)>,
    /// Names of panes there is no room for.
    folded: Vec<(Rect, PaneId)>,
    transport: Option<Rect>,
    dialog: Option<DialogArea>,
}

/// The whole screen.
pub struct Screen {
    /// What the user is doing.
    pub app: App,
    panes: layouts::Panes,
    keeping: layouts::Keeping,
    transport: TransportPane,
    themes: Themes,
    theme: Theme,
    /// When the theme files were last looked at, and how they were.
    watched: (Nanos, Stamp),
    drawn: Drawn,
    drag: Option<mouse::Drag>,
    /// Recordings whose previews the drawn panes lack, those in view first.
    lacking: Vec<PathBuf>,
    /// Whether a drawn pane has more to work out.
    working: bool,
    /// Indicators of events that the drawn panes show.
    wanted: Vec<String>,
    /// Where and when a title was clicked last.
    clicked: Option<(PaneId, Nanos)>,
    /// What a pane draws into, kept from frame to frame.
    scratch: Buffer,
}

impl Screen {
    /// A screen at its start, and what was wrong with the theme that was wanted.
    pub fn new(options: Options, themes: Themes, zone: TimeZone) -> (Self, Vec<Problem>) {
        let (theme, problems) = themes.load_or_default(&options.theme);
        let mut app = App::new(options);
        app.shown.zone = zone;
        let screen = Self {
            app,
            panes: layouts::Panes::default(),
            keeping: layouts::Keeping::default(),
            transport: TransportPane::new(),
            watched: (Nanos::ZERO, themes.stamp()),
            themes,
            theme,
            drawn: Drawn::default(),
            drag: None,
            lacking: Vec::new(),
            working: false,
            wanted: Vec::new(),
            clicked: None,
            scratch: Buffer::default(),
        };
        (screen, problems)
    }

    /// The theme in use.
    pub const fn theme(&self) -> &Theme {
        &self.theme
    }

    /// Whether a pane of a kind was on the screen when it was last drawn.
    pub fn shows(&self, kind: PaneKind) -> bool {
        self.drawn.arranged.panes.iter().any(|(id, _)| id.kind == kind)
    }

    /// Recordings whose previews were lacking when the screen was last drawn, those in view first.
    pub fn lacking(&self) -> &[PathBuf] {
        &self.lacking
    }

    /// Whether a pane that was drawn has more to work out and wants to be drawn again soon.
    pub const fn is_working(&self) -> bool {
        self.working
    }

    /// Asks for the indicators that were drawn and are not worked out yet.
    pub fn ask_for_indicators(&mut self, view: &View) -> Option<Request> {
        self.app.ask_for_indicators(&self.wanted, view)
    }

    fn zone(&self) -> TimeZone {
        self.app.shown.time_zone()
    }

    /// Lets a pane do something with what it may read.
    fn with_pane<R>(&mut self, id: PaneId, view: &View, act: impl FnOnce(&mut dyn Pane, &Cx<'_>) -> R) -> R {
        let zone = self.zone();
        let focused = self.app.desk().focus() == id;
        let linked = self.app.linked(id);
        let key = (self.app.shown.workspace, id);
        let pane = self.panes.made.entry(key).or_insert_with(|| {
            let mut pane = build(id.kind);
            pane.restore(&self.panes.told.remove(&key).unwrap_or_else(|| begins_with(key.0, id)));
            pane
        });
        let cx = cx(&linked, &self.app, view, &self.theme, &zone, focused);
        act(pane.as_mut(), &cx)
    }

    /// Draws everything; `now` is the screen's own clock, by which messages come and go.
    pub fn draw(&mut self, buf: &mut Buffer, view: &View, now: Nanos) {
        let whole = *buf.area();
        buf.set_style(whole, self.theme.text);
        if whole.width < LEAST.0 || whole.height < LEAST.1 {
            self.drawn = Drawn::default();
            return too_small(whole, buf, &self.theme);
        }
        let replaying = view.session.mode == Mode::Replay;
        let row = |y: u16| Rect { y, height: 1, ..whole };
        let hints = u16::from(whole.height >= 16);
        let in_replay = self.app.shown.workspace == Workspace::Replay;
        let transport = if replaying && !in_replay && whole.height >= 24 { TransportPane::HEIGHT } else { 0 };
        let zone = self.zone();

        let on_bar = on_bar(&self.theme);
        let top = row(whole.y);
        buf.set_style(top, self.theme.bar);
        let (tabs, after) = head::tabs(top, buf, &self.app.shown, &self.theme);
        self.drawn.tabs = tabs;
        let rest = Rect { x: after + 2, width: whole.right().saturating_sub(after + 2), ..top };
        let focused = self.app.focused();
        let mut touches = std::mem::take(&mut self.drawn.touches);
        touches.clear();
        let room = Rect { width: rest.width.saturating_sub(1), ..rest };
        let items = bar::fitting(head::symbol(view, &focused, &zone, &on_bar), room.width);
        bar::draw_touch(room, buf, &items, true, &mut touches);

        let body = Rect { y: whole.y + 1, height: whole.height - 2 - hints - transport, ..whole };
        self.draw_panes(body, buf, view);
        if transport > 0 {
            let area = Rect { x: whole.x + 1, y: body.bottom(), width: whole.width - 2, height: transport };
            let cx = cx(&focused, &self.app, view, &self.theme, &zone, false);
            self.transport.render(area, buf, &cx);
            self.drawn.transport = Some(area);
        } else {
            self.drawn.transport = None;
        }

        let line = row(body.bottom() + transport);
        buf.set_style(line, self.theme.bar);
        let items = trust::items(view, focused.symbol, &zone, &on_bar);
        bar::draw_touch(line, buf, &bar::fitting(items, line.width), false, &mut touches);
        self.drawn.touches = touches;
        if hints > 0 {
            let scope = self.app.desk().focus().spec().scope;
            hints::draw_hints(row(line.y + 1), buf, &self.app, scope, replaying, &self.theme);
        }

        overlay::continuations(body, buf, &self.app, self.app.focused_scope(), replaying, &self.theme);
        self.drawn.dialog = self.app.dialog.as_ref().map(|dialog| overlay::dialog(whole, buf, dialog, view, &self.theme));
        // What has just happened is said over everything.
        let more = match self.app.toasts.alerts_beyond(now) {
            0 => String::new(),
            count => format!("{count} more fired; {} shows them", self.app.keymap.key(Command::WorkspaceAlerts)),
        };
        if let Some(trying) = &self.app.blotter.trials.running {
            let key = self.app.keymap.key(Command::BacktestRun);
            overlay::progress(body, buf, trying, &key, &self.theme);
        }
        overlay::toasts(body, buf, &self.app.toasts.shown(now), &more, &self.theme);
    }

    /// Answers the terminal; what has to happen outside comes back.
    pub fn on_event(&mut self, event: &Event, view: &View, now: Nanos) -> Vec<Effect> {
        let effects = match event {
            Event::Key(key) => {
                let Some(key) = keys::key(*key) else { return Vec::new() };
                if std::mem::take(&mut self.drag).is_some() && key == Key::named(Named::Esc) {
                    return Vec::new();
                }
                let scope = self.app.desk().focus().spec().scope;
                self.app.press(key, scope, view, now)
            }
            Event::Mouse(mouse) => self.on_mouse(*mouse, view, now),
            Event::Paste(text) => self.app.paste(text, view),
            _ => Vec::new(),
        };
        self.settle(effects, view, now)
    }

    /// Runs a command as if its key had been pressed.
    pub fn command(&mut self, command: Command, view: &View, now: Nanos) -> Vec<Effect> {
        let scope = self.app.desk().focus().spec().scope;
        let effects = self.app.run(command, 1, scope, view, now);
        self.settle(effects, view, now)
    }

    /// Does what concerns the screen itself, and leaves what has to happen outside.
    fn settle(&mut self, effects: Vec<Effect>, view: &View, now: Nanos) -> Vec<Effect> {
        let mut outside = Vec::new();
        for effect in effects {
            match effect {
                Effect::Pane(Command::AlertNew, _) => {
                    let focus = self.app.desk().focus();
                    let about = self.with_pane(focus, view, |pane, cx| pane.alert(cx));
                    outside.extend(self.app.act_on_alerts(AlertAct::New(about), view, now));
                }
                Effect::Pane(command, count) => {
                    let focus = self.app.desk().focus();
                    let handled = self.with_pane(focus, view, |pane, cx| pane.on_command(command, count, cx));
                    match handled {
                        Handled::No if command == Command::Cancel => self.app.cancel(now),
                        Handled::No if command.spec().is_some_and(|spec| spec.scope == Scope::Replay) => {
                            outside.extend(self.app.run_replay(command, count, view, now));
                        }
                        handled => outside.extend(self.handled(focus, handled, view, now)),
                    }
                }
                Effect::Compare(symbol) => {
                    let focus = self.app.desk().focus();
                    self.with_pane(focus, view, |pane, _| pane.on_compare(symbol));
                }
                Effect::Study(act) => {
                    let focus = self.app.desk().focus();
                    let handled = self.with_pane(focus, view, |pane, cx| pane.on_study(act, cx));
                    outside.extend(self.handled(focus, handled, view, now));
                }
                Effect::Born { new, from } => self.panes.copy(self.app.shown.workspace, new, from),
                Effect::Layout(request) => outside.extend(self.layouts(request, view, now)),
                Effect::Filter(text) => {
                    let focus = self.app.desk().focus();
                    self.with_pane(focus, view, |pane, _| pane.on_filter(&text));
                }
                Effect::Line(mut prompt) => {
                    let Ask::Pane(command) = prompt.ask else { continue };
                    let focus = self.app.desk().focus();
                    let text = prompt.input.text();
                    match self.with_pane(focus, view, |pane, cx| pane.on_line(command, text.trim(), cx)) {
                        Ok(handled) => outside.extend(self.handled(focus, handled, view, now)),
                        Err(error) => {
                            prompt.error = Some(error);
                            self.app.dialog = Some(Dialog::Prompt(*prompt));
                        }
                    }
                }
                Effect::Theme(name) => self.show_theme(&name, now),
                other => outside.push(other),
            }
        }
        outside
    }

    /// Does what a pane wants; what it chooses is shown in the panes it is linked with.
    fn handled(&mut self, id: PaneId, handled: Handled, view: &View, now: Nanos) -> Vec<Effect> {
        let Handled::Run(action) = handled else { return Vec::new() };
        match action {
            Action::Command(command) => self.command(command, view, now),
            Action::Session(request) => vec![Effect::Session(request)],
            Action::Select(symbol) => {
                self.app.linked_mut(id).select(symbol);
                Vec::new()
            }
            Action::Pair(y, x) => {
                let pair = &mut self.app.linked_mut(id).pair;
                (pair.y, pair.x) = (Some(y), Some(x));
                Vec::new()
            }
            Action::Compare(now) => {
                self.app.open_compare(view, &now);
                Vec::new()
            }
            Action::Choose(title, entries) => {
                self.app.choose_from(title, entries);
                Vec::new()
            }
            Action::Ask(prompt) => {
                self.app.dialog = Some(Dialog::Prompt(*prompt));
                Vec::new()
            }
            Action::Cross(cross) => {
                self.app.linked_mut(id).cross = cross;
                Vec::new()
            }
            Action::Window(window) => {
                self.app.bars_mut(id).window = window;
                Vec::new()
            }
            Action::All(actions) => {
                actions.into_iter().flat_map(|action| self.handled(id, Handled::Run(action), view, now)).collect()
            }
            Action::Alert(act) => self.app.act_on_alerts(act, view, now),
            Action::Blotter(act) => self.app.act_on_blotter(act, view, now),
            Action::Trade(act) => self.app.act_on_trading(act, view, now),
            Action::Indicator(act) => self.app.act_on_indicators(act, view, now),
            Action::Bars(spec) => self.app.show_bars_in(id, spec, view),
            Action::Open(path) => vec![Effect::Open(vec![path])],
            Action::LoadHistory(symbol, timeframe, before) => vec![Effect::Session(Request::History(symbol, timeframe, before))],
        }
    }
}

/// What a pane may read.
pub(super) fn cx<'a>(
    linked: &Linked,
    app: &'a App,
    view: &'a View,
    theme: &'a Theme,
    zone: &'a TimeZone,
    focused: bool,
) -> Cx<'a> {
    let Linked { symbol, bars, cross, window, span, pair, .. } = *linked;
    let (keys, library, pairs, blotter) = (&app.keymap, &app.library, &app.pairs, &app.blotter);
    let (alert, journal) = (app.alerts.selected, &app.journal);
    Cx { view, symbol, bars, cross, window, span, theme, focused, zone, keys, library, pair, pairs, alert, blotter, journal }
}

/// The theme for what stands on a bar: ordinary text has the bar's ground there.
fn on_bar(theme: &Theme) -> Theme {
    Theme { text: Style { bg: None, ..theme.text }, ..theme.clone() }
}

/// Copies what a pane drew. It drew into a buffer of its own, so nothing it does can reach beyond its border.
fn paste(from: &Buffer, to: &mut Buffer) {
    let area = from.area().intersection(*to.area());
    for position in area.positions() {
        if let (Some(source), Some(target)) = (from.cell(position), to.cell_mut(position)) {
            *target = source.clone();
        }
    }
}

fn too_small(area: Rect, buf: &mut Buffer, theme: &Theme) {
    let lines = [format!("{}x{} is too small", area.width, area.height), format!("{}x{} is needed", LEAST.0, LEAST.1)];
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 2;
    for (line, y) in lines.iter().zip(top..area.bottom()) {
        let line = text::fit(line, area.width, theme.ascii);
        let x = area.x + area.width.saturating_sub(text::width(&line)) / 2;
        buf.set_string(x, y, &line, theme.warning);
    }
}
