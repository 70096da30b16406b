//! The volume profile: what takers bought and sold at each price over a stretch of time, with the point of control (POC), the value
//! area (VAH to VAL, [`crate::footprint::profile`]) and the volume-weighted average price (VWAP).
//!
//! A bar is what was bought (full) and then what was sold (shaded); bars out of the value area have no colour. A row is known by its lowest price.
//!
//! Settings kept with a layout: `period` (`session`, `window`, `hours`), `hours`, `finer` (steps finer than what fits).

mod draw;
mod sums;
#[cfg(test)]
mod tests;

use self::draw::Sheet;
use self::sums::Sums;
use super::grouping::{Extent, Grouping};
use super::{axis, reason};
use crate::app::commands::{Command, Scope};
use crate::app::dialogs::Prompt;
use crate::app::link::Cross;
use crate::domain::{Nanos, Price, Symbol};
use crate::engine::snapshot::SymbolView;
use crate::footprint::MINUTE;
use crate::footprint::profile::Profile;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::widgets::paint;
use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

/// Hours a profile of the last hours begins with.
const HOURS: u32 = 4;
/// Most hours it can be of: as long as anything is kept.
const MOST_HOURS: u32 = 14 * 24;
/// Rows that prices move at a time.
const ROWS: i64 = 4;
const HOUR: i64 = 3_600_000_000_000;
const DAY: i64 = 24 * HOUR;

/// The stretch of time a profile is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Period {
    /// Since 00:00 UTC.
    #[default]
    Session,
    /// What the linked chart shows.
    Window,
    /// The last hours.
    Hours,
}

impl Period {
    const ALL: [(Self, &'static str); 3] = [(Self::Session, "session"), (Self::Window, "window"), (Self::Hours, "hours")];

    const fn next(self) -> Self {
        match self {
            Self::Session => Self::Window,
            Self::Window => Self::Hours,
            Self::Hours => Self::Session,
        }
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(period, _)| *period == self).map_or("", |(_, name)| name)
    }
}

/// The parts of a profile; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Layout {
    header: Rect,
    plot: Rect,
    prices: Rect,
    foot: Rect,
}

impl Layout {
    /// Divides an area whose price labels are `label` cells wide.
    fn of(area: Rect, label: u16) -> Self {
        let header = u16::from(area.height >= 5);
        let foot = u16::from(area.height >= 6);
        let axis = if area.width >= 16 { (label + 2).min(area.width / 2) } else { 0 };
        let plot = Rect { y: area.y + header, width: area.width - axis, height: area.height - header - foot, ..area };
        Self {
            header: Rect { height: header, ..area },
            plot,
            prices: Rect { x: plot.right(), width: axis, ..plot },
            foot: Rect { y: plot.bottom(), height: foot, ..area },
        }
    }
}

/// What was traded at each price over a stretch of time.
#[derive(Debug)]
pub struct ProfilePane {
    period: Period,
    hours: u32,
    grouping: Grouping,
    sums: Sums,
    layout: Layout,
    shown: Option<(Symbol, Period, u32)>,
}

impl Default for ProfilePane {
    fn default() -> Self {
        Self {
            period: Period::default(),
            hours: HOURS,
            grouping: Grouping::default(),
            sums: Sums::default(),
            layout: Layout::default(),
            shown: None,
        }
    }
}

impl ProfilePane {
    /// From when to before when; `None` where no linked chart is on the screen.
    fn stretch(&self, cx: &Cx<'_>) -> Option<(Nanos, Nanos)> {
        let now = cx.view.snapshot.at;
        match self.period {
            Period::Session => Some((Nanos(now.0.div_euclid(DAY).saturating_mul(DAY)), Nanos::MAX)),
            Period::Window => cx.span,
            Period::Hours => {
                // Whole minutes: what goes out of it goes once a minute.
                let back = i64::from(self.hours).saturating_mul(HOUR) - MINUTE.0;
                let minute = now.0.saturating_sub(now.0.rem_euclid(MINUTE.0));
                Some((Nanos(minute.saturating_sub(back)), Nanos::MAX))
            }
        }
    }

    fn draw(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, (from, to): (Nanos, Nanos)) -> Option<()> {
        self.sums.fill(view, from, to);
        let all = self.sums.all.as_slice();
        let (low, high) = (self.sums.all.price_of(all.first()?.key), self.sums.all.price_of(all.last()?.key));
        let decimals = view.instrument.price_decimals();
        let last = view.last_price().unwrap_or(high);
        self.layout = Layout::of(area, paint::cells(&format!("{last:#.decimals$}")).max(6));
        let now = Some((view.instrument.symbol, self.period, self.hours));
        if self.shown.map(|shown| shown.0) != now.map(|shown| shown.0) {
            self.grouping.held = None;
        }
        let anew = self.shown != now;
        self.shown = now;
        self.grouping.look(draw::tick(view), Extent { low, high, focus: last }, self.layout.plot.height, anew);
        let rows = self.sums.rows(self.grouping.step);
        let vwap = self.sums.vwap().map(|vwap| Price::from_units(vwap.mean.round() as i64));
        let profile = Profile::of(&rows)?;
        let sheet = Sheet {
            layout: self.layout,
            grouping: &self.grouping,
            rows: &rows,
            profile,
            tick: draw::tick(view),
            vwap,
            theme: cx.theme,
        };
        sheet.bars(buf, decimals);
        let pointed = cx.cross.and_then(|cross| cross.price);
        let line = pointed.and_then(|price| Some((self.grouping.line_of(self.grouping.key_of(price))?, price)));
        if let Some((line, _)) = line {
            sheet.cross(buf, line);
        }
        sheet.lines(buf, decimals);
        axis::parts(buf, self.layout.header, &draw::told(cx, view, &sheet, pointed), 0);
        axis::prices(buf, self.layout.prices, &self.grouping, cx, view, line);
        draw::since(buf, cx, view, self, from, self.sums.known);
        draw::notes(buf, cx, self);
        Some(())
    }

    /// Points at a price, at the moment that is already pointed at or else now.
    fn point(&self, price: Price, cx: &Cx<'_>) -> Handled {
        let at = cx.cross.map_or(cx.view.snapshot.at, |cross| cross.at);
        let cross = Some(Cross { at, price: Some(draw::on_row(&self.grouping, price)) });
        if cross == cx.cross { Handled::Yes } else { Handled::Run(Action::Cross(cross)) }
    }

    /// Moves the crosshair by so many rows, or the prices where there is none.
    fn move_by(&mut self, rows: i64, cx: &Cx<'_>) -> Handled {
        let Some(price) = cx.cross.and_then(|cross| cross.price).filter(|_| self.grouping.step > 0) else {
            self.grouping.hold(rows.saturating_mul(ROWS));
            return Handled::Yes;
        };
        let key = self.grouping.key_of(price).saturating_add(rows).max(0);
        if self.grouping.line_of(key).is_none() {
            self.grouping.hold(rows);
        }
        self.point(self.grouping.price_of(key), cx)
    }

    fn why_empty(&self, cx: &Cx<'_>) -> String {
        let seen = cx.symbol_view().is_some_and(|view| !view.footprint.is_empty());
        match self.period {
            Period::Window if seen && cx.span.is_none() => {
                format!(
                    "no chart is linked with this profile here ({} chooses another stretch of time)",
                    cx.key(Command::ProfilePeriod)
                )
            }
            Period::Window | Period::Hours if seen => "no single trades of that time are held".to_owned(),
            _ => {
                let bars = cx.symbol_view().is_some_and(|view| !seen && !view.time_bars.is_empty());
                let why = reason::why_empty(cx, "trades");
                if bars { format!("{why}: what is known are bars, and bars have no profile") } else { why }
            }
        }
    }
}

impl Pane for ProfilePane {
    fn title(&self, cx: &Cx<'_>) -> Line<'static> {
        let theme = cx.theme;
        let dot = if theme.ascii { " - " } else { " · " };
        let symbol = cx.symbol.map_or_else(|| "no symbol".to_owned(), |symbol| symbol.to_string());
        let period = match self.period {
            Period::Session => "session".to_owned(),
            Period::Window => "in view".to_owned(),
            Period::Hours => format!("last {}h", self.hours),
        };
        let mut spans = vec![
            Span::styled(symbol, theme.bright),
            Span::styled(" Profile", theme.dim),
            Span::styled(format!("{dot}{period}"), theme.accent),
        ];
        if let (Some(view), true) = (cx.symbol_view(), self.grouping.step > 0 && self.shown.is_some()) {
            let decimals = view.instrument.price_decimals();
            spans.push(Span::styled(format!("{dot}rows of {:.decimals$}", Price::from_units(self.grouping.step)), theme.dim));
        }
        Line::from(spans)
    }

    fn scope(&self) -> Scope {
        Scope::Profile
    }

    fn settings(&self) -> toml::Table {
        let mut table = toml::Table::new();
        table.insert("period".to_owned(), self.period.name().into());
        table.insert("hours".to_owned(), i64::from(self.hours).into());
        table.insert("finer".to_owned(), i64::from(self.grouping.finer).into());
        table
    }

    fn restore(&mut self, settings: &toml::Table) {
        let period = settings.get("period").and_then(toml::Value::as_str);
        if let Some((period, _)) = Period::ALL.iter().find(|(_, name)| Some(*name) == period) {
            self.period = *period;
        }
        if let Some(hours) = settings.get("hours").and_then(toml::Value::as_integer) {
            self.hours = hours.clamp(1, i64::from(MOST_HOURS)) as u32;
        }
        if let Some(finer) = settings.get("finer").and_then(toml::Value::as_integer) {
            self.grouping.finer = finer.clamp(-20, 20) as i8;
        }
    }

    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled {
        let rows = i64::from(count.max(1));
        let steps = count.clamp(1, 20) as i8;
        match command {
            Command::ProfilePeriod => self.period = self.period.next(),
            Command::ProfileHours => {
                let prompt = Prompt::of_pane(command, "Hours", "how many of the last hours, such as 4", &self.hours.to_string());
                return Handled::Run(Action::Ask(Box::new(prompt)));
            }
            Command::ProfileFiner => self.grouping.finer = self.grouping.finer.saturating_add(steps),
            Command::ProfileCoarser => self.grouping.finer = self.grouping.finer.saturating_sub(steps),
            Command::ProfileHigher => return self.move_by(rows, cx),
            Command::ProfileLower => return self.move_by(-rows, cx),
            Command::ProfileFit => self.grouping.fit(),
            Command::ProfileCross | Command::Cancel if cx.cross.is_some() => return Handled::Run(Action::Cross(None)),
            Command::ProfileCross => {
                let last = cx.symbol_view().and_then(SymbolView::last_price);
                return last.filter(|_| self.grouping.step > 0).map_or(Handled::Yes, |price| self.point(price, cx));
            }
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn on_line(&mut self, _command: Command, text: &str, _cx: &Cx<'_>) -> Result<Handled, String> {
        let hours = text.trim().trim_end_matches('h').parse::<u32>().ok().filter(|hours| (1..=MOST_HOURS).contains(hours));
        self.hours = hours.ok_or_else(|| format!("expected whole hours, 1 to {MOST_HOURS}"))?;
        self.period = Period::Hours;
        Ok(Handled::Yes)
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::at_price(None, cx)
    }

    fn on_mouse(&mut self, event: MouseEvent, _area: Rect, cx: &Cx<'_>) -> Handled {
        let plot = self.layout.plot;
        let within = plot.contains(Position::new(event.column, event.row)) && self.grouping.step > 0;
        let price = || self.grouping.price_of(self.grouping.key_at(event.row - plot.y));
        match event.kind {
            MouseEventKind::ScrollUp => self.grouping.finer = self.grouping.finer.saturating_add(1),
            MouseEventKind::ScrollDown => self.grouping.finer = self.grouping.finer.saturating_sub(1),
            MouseEventKind::Up(MouseButton::Left) if within => return self.point(price(), cx),
            MouseEventKind::Moved if within && cx.cross.is_some() => return self.point(price(), cx),
            _ => return Handled::No,
        }
        Handled::Yes
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        let area = area.intersection(*buf.area());
        if area.is_empty() {
            return;
        }
        let shown = cx.symbol_view().filter(|view| !view.footprint.is_empty()).zip(self.stretch(cx));
        if shown.and_then(|(view, stretch)| self.draw(area, buf, cx, view, stretch)).is_none() {
            self.shown = None;
            reason::message(area, buf, &self.why_empty(cx), cx.theme.dim, cx.theme.ascii);
        }
    }
}
