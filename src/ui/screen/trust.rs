//! The trust bar: whether what is on the screen can be believed, in one line.

use super::bar::{Item, Touch};
use crate::app::commands::Command;
use crate::domain::{Money, Nanos, Phase, Symbol, money};
use crate::drive::store::{DeliveryState, HistoryRow};
use crate::drive::view::{ConnectionState, Mode, RecordingView, ReplayState, View};
use crate::engine::AlertView;
use crate::engine::snapshot::BookState;
use crate::ui::panes::latency::believable;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::style::Style;
use ratatui::text::Span;

/// From this age on the last message is worth a look.
const SLOW: Nanos = Nanos::from_secs(3);
/// From this age on nothing on the screen is current.
const STALE: Nanos = Nanos::from_secs(10);

/// Deliveries are looked for in so many of the newest firings.
const RECENT: usize = 500;

/// All there is to say, in the order of the bar. Figures keep their widths, so that nothing moves while they change.
///
/// Where there is little room items give way by their worth, so that these stay longest: DEMO or REPLAY; a lost or stopped link, or a
/// replay's state; STALE data; a stopped account of paper trading; a recording that failed; a replay's clock; what paper trading has come
/// to; the age of the last message; alerts that fired and were not
/// seen, or not delivered; the book's state; silent streams; whether it is recorded; alerts that are not kept; clocks that disagree; the
/// venue; delays; the rate; how many alerts are armed; the reasons.
pub fn items(view: &View, symbol: Option<Symbol>, zone: &jiff::tz::TimeZone, theme: &Theme) -> Vec<Touch> {
    let system = |item: Item| item.does(Command::WorkspaceSystem);
    let mut items = vec![system(badge(view, theme))];
    if let Some(replay) = replay(view, zone, theme) {
        items.extend(replay);
    } else {
        items.extend(link(view, theme).into_iter().chain(flow(view, theme)).map(system));
    }
    items.extend(book(view, symbol, theme).map(|item| item.does(Command::WorkspaceBook)));
    items.extend(alerts(view, theme).into_iter().map(|item| item.does(Command::WorkspaceAlerts)));
    items.extend(paper(view, theme));
    let toggles = |item: Item| item.does(Command::ToggleRecording);
    items.extend(recording(view, theme).map(toggles));
    if let RecordingView::Failed(why) = &view.session.recording {
        items.push(toggles(Item::new(34, text::fit(why, 50, theme.ascii).into_owned(), theme.error)));
    }
    items
}

fn badge(view: &View, theme: &Theme) -> Item {
    let venue = text::safe(&view.snapshot.venue);
    match view.session.mode {
        Mode::Live => Item::new(62, format!(" {} ", if venue.is_empty() { "live" } else { &venue }), theme.bright),
        Mode::Demo => Item::new(100, " DEMO ", theme.badge),
        Mode::Replay => Item::new(100, format!(" REPLAY {venue} ").replace("  ", " "), theme.badge),
    }
}

const fn dot(theme: &Theme, full: bool) -> &'static str {
    match (theme.ascii, full) {
        (true, true) => "*",
        (true, false) => "o",
        (false, true) => "●",
        (false, false) => "○",
    }
}

fn link(view: &View, theme: &Theme) -> Vec<Item> {
    let session = &view.session;
    if session.stopped {
        return vec![Item::new(98, format!("{} feed stopped", dot(theme, false)), theme.warning)];
    }
    let mut items = Vec::new();
    let lost = session.connections.iter().find_map(|connection| match &connection.state {
        ConnectionState::Waiting(why, next) => Some((connection, why, *next)),
        _ => None,
    });
    let live = session.connections.iter().filter(|connection| connection.state == ConnectionState::Live).count();
    let all = session.connections.len();
    if let Some((connection, why, next)) = lost {
        let wait = text::span(next.saturating_sub(session.now).max(Nanos::ZERO), theme.ascii);
        let lost = format!("{} {} lost, next try in {wait}", dot(theme, false), text::safe(&connection.name));
        items.push(Item::new(97, lost, theme.error));
        // What it means comes before why: the reason gives way first.
        items.push(Item::new(35, text::fit(why, 50, theme.ascii).into_owned(), theme.error));
    } else if all > 0 && live == all {
        items.push(Item::new(97, format!("{} live", dot(theme, true)), theme.good));
    } else if live > 0 {
        items.push(Item::new(97, format!("{} {live} of {all} live", dot(theme, false)), theme.warning));
    } else {
        items.push(Item::new(97, format!("{} connecting", dot(theme, false)), theme.warning));
    }
    let silent = session.streams.iter().filter(|stream| stream.is_silent(session.now)).count();
    if silent > 0 {
        items.push(Item::new(75, format!("{silent} silent"), theme.warning));
    }
    items
}

fn flow(view: &View, theme: &Theme) -> Vec<Item> {
    let age = view.snapshot.last_input.map(|at| view.session.now.saturating_sub(at).max(Nanos::ZERO));
    let (words, style) = match age {
        None => ("no data yet".to_owned(), theme.dim),
        Some(age) if age >= STALE => (format!("{} STALE", text::span(age, theme.ascii)), theme.error),
        Some(age) if age >= SLOW => (format!("{:<5}", text::span(age, theme.ascii)), theme.warning),
        // Below a tenth of a second the figure only flickers.
        Some(age) => (format!("{:<5}", format!("{:.1}s", age.to_secs_f64())), theme.text),
    };
    let stale = age.is_none_or(|age| age >= SLOW);
    let figure = |style: Style| if stale { theme.dim } else { style };
    let worth = if age.is_some_and(|age| age >= STALE) { 96 } else { 85 };
    let mut items = vec![Item::labelled(worth, "age ", theme.dim, words, style)];
    let (delays, clock) = believable(view);
    if delays.count > 0 && !view.session.stopped {
        let label = if clock.is_some() { "jitter " } else { "latency " };
        let text = format!("{:>5} / {:>5}", text::span(delays.p50, theme.ascii), text::span(delays.p99, theme.ascii));
        items.push(Item::labelled(60, label, theme.dim, text, figure(theme.text)));
    }
    if let Some(difference) = clock {
        let text = text::span(difference, theme.ascii);
        items.push(Item::labelled(
            65,
            "clock ",
            theme.dim,
            if text.starts_with('-') { text } else { format!("+{text}") },
            theme.warning,
        ));
    }
    let rate = if stale { 0 } else { view.snapshot.rates.per_second };
    items.push(Item {
        spans: vec![
            Span::styled(format!("{:>6}", text::count(u64::from(rate))), figure(theme.text)),
            Span::styled("/s", theme.dim),
        ],
        worth: 50,
    });
    items
}

fn replay(view: &View, zone: &jiff::tz::TimeZone, theme: &Theme) -> Option<Vec<Touch>> {
    if view.session.mode != Mode::Replay {
        return None;
    }
    let replay = view.session.replay.as_ref()?;
    let (play, pause) = if theme.ascii { (">", "||") } else { ("▶", "‖") };
    let speed = if replay.speed.is_finite() { format!("{}x", replay.speed) } else { "max".to_owned() };
    let (state, style) = match replay.state {
        ReplayState::Playing => (format!("{play} {speed}"), theme.good),
        ReplayState::Paused => (format!("{pause} paused {speed}"), theme.warning),
        ReplayState::Seeking(to) => (format!("seeking {}", text::time_of_day(to, zone, "%H:%M:%S")), theme.accent),
        ReplayState::Ended => ("ended".to_owned(), theme.warning),
    };
    let at = text::time_of_day(view.session.now, zone, "%Y-%m-%d %H:%M:%S%.3f");
    let mut items =
        vec![Item::new(96, state, style).does(Command::ReplayToggle), Item::new(90, at, theme.bright).does(Command::ReplayGoTo)];
    if let Some(to) = replay.to.filter(|to| *to > replay.from) {
        let done = view.session.now.saturating_sub(replay.from).to_secs_f64() / to.saturating_sub(replay.from).to_secs_f64();
        let done = format!("{:>3.0}%", done.clamp(0.0, 1.0) * 100.0);
        items.push(Item::new(55, done, theme.dim).does(Command::ReplayGoTo));
    }
    let rate = format!("{:>7}", text::count(u64::from(view.snapshot.rates.per_second)));
    items.push(Item::labelled(40, "events/s ", theme.dim, rate, theme.text).does(Command::WorkspaceSystem));
    if !replay.problems.is_empty() {
        let places = format!("{} damaged places", replay.problems.len());
        items.push(Item::new(70, places, theme.warning).does(Command::WorkspaceReplay));
    }
    Some(items)
}

fn book(view: &View, symbol: Option<Symbol>, theme: &Theme) -> Option<Item> {
    let symbol = view.snapshot.symbol(symbol?)?;
    let (words, style) = match &symbol.book_state {
        BookState::Never => ("none", theme.dim),
        BookState::Synced(_) => ("in sync", theme.good),
        BookState::Lost(..) if view.session.stopped => ("stopped", theme.warning),
        BookState::Lost(..) => ("resyncing", theme.error),
    };
    Some(Item::labelled(80, "book ", theme.dim, words, style))
}

/// How many alerts wait, what fired and was not seen, and what went wrong with telling of it; nothing while there are none.
fn alerts(view: &View, theme: &Theme) -> Vec<Item> {
    let (alerts, desk) = (&view.snapshot.alerts, &view.session.alerts);
    let mark = if theme.ascii { "!" } else { "⚑" };
    let armed = alerts.list.iter().filter(|known| is_armed(known)).count();
    let mut items = Vec::new();
    if !alerts.list.is_empty() {
        items.push(Item::labelled(45, if theme.ascii { "! " } else { "⚑ " }, theme.dim, format!("{armed} armed"), theme.text));
    }
    if view.session.mode == Mode::Replay {
        let fired = alerts.firings.last().map_or(0, |firing| firing.number);
        if fired > 0 {
            items.push(Item::new(46, format!("{fired} fired"), theme.text));
        }
        return items;
    }
    if desk.unseen > 0 {
        items.push(Item::new(84, format!("{mark} {} unseen", desk.unseen), theme.warning));
    }
    let failed = |row: &&HistoryRow| !row.seen && row.deliveries.iter().any(|of| of.state == DeliveryState::Failed);
    let failed = desk.history.iter().rev().take(RECENT).filter(failed).count();
    if failed > 0 {
        items.push(Item::new(83, format!("{failed} not delivered"), theme.error));
    }
    if desk.unkept.is_some() && !alerts.list.is_empty() {
        items.push(Item::new(66, "alerts not kept", theme.warning));
    }
    items
}

/// Whether orders are traded on paper, what that has come to, and accounts that are stopped.
fn paper(view: &View, theme: &Theme) -> Vec<Touch> {
    let broker = &view.snapshot.trading.broker;
    let toggles = |item: Item| item.does(Command::PaperToggle);
    if !broker.on {
        return vec![toggles(Item::new(36, "paper off", theme.dim))];
    }
    let (equity, start) = (broker.equity(), broker.accounts.iter().map(|account| account.start).sum::<Money>());
    let percent = (equity - start).checked_div(start).map_or(0.0, |part| money::to_f64(part) * 100.0);
    // Next to nothing has no sign.
    let percent = if percent.abs() < 0.005 { 0.0 } else { percent };
    let style = crate::ui::panes::direction(theme, percent);
    let paper =
        Item { spans: vec![Span::styled("PAPER ", theme.own), Span::styled(format!("{percent:>+6.2}%"), style)], worth: 87 };
    let amount = money::to_price(equity).map_or_else(|| equity.round().to_string(), |equity| format!("{equity:#.2}"));
    let mut items = vec![toggles(paper), toggles(Item::new(47, amount, theme.text))];
    let stopped: Vec<_> = broker.accounts.iter().filter(|account| account.killed.is_some()).collect();
    if let Some(first) = stopped.first() {
        let name = if stopped.len() == 1 { text::safe(&first.name).into_owned() } else { format!("{} accounts", stopped.len()) };
        items.push(toggles(Item::new(95, format!("{name} STOPPED"), theme.error)));
        let why = first.killed.as_deref().unwrap_or_default();
        items.push(toggles(Item::new(33, text::fit(why, 50, theme.ascii).into_owned(), theme.error)));
    }
    items
}

fn is_armed(known: &AlertView) -> bool {
    known.state.phase == Phase::Armed && !known.alert.paused && known.expression.is_ok()
}

fn recording(view: &View, theme: &Theme) -> Option<Item> {
    if view.session.mode == Mode::Replay {
        return None;
    }
    Some(match &view.session.recording {
        RecordingView::Off => Item::new(72, format!("{} not recording", dot(theme, false)), theme.dim),
        RecordingView::On { bytes, .. } => Item::labelled(
            72,
            if theme.ascii { "* REC " } else { "● REC " },
            theme.down,
            format!("{:>8}", text::bytes(*bytes)),
            theme.text,
        ),
        RecordingView::Failed(_) => Item::new(94, "recording failed", theme.error),
    })
}
