//! The list: which columns fit, and what stands in them.
//!
//! Always: name, value, and the z-score as a bar. Then, as there is room: the line of the last minutes, the value's unit, the z-score
//! in figures, the oscillator, the state, the indicator's title. What room is left the line gets, then the bar.

use super::order::{Key, Order, Sort};
use super::{figures, spark};
use crate::app::commands::Command;
use crate::domain::{Instrument, Nanos};
use crate::engine::snapshot::{FlowView, IndicatorView};
use crate::indicator::{Reading, oscillator};
use crate::ui::pane::Cx;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

/// From this distance on a z-score is unusual.
const UNUSUAL: f64 = 2.0;
/// A z-score's bar reaches so far.
const REACH: f64 = 3.0;
/// Cells of the oscillator's gauge.
const GAUGE: u16 = 8;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The name, with parameters that are set.
    Name,
    /// The title.
    Title,
    /// The raw value.
    Value,
    /// Its unit.
    Unit,
    /// The z-score in figures.
    Z,
    /// The z-score as a bar.
    Bar,
    /// The oscillator.
    Oscillator,
    /// How it went.
    Spark,
    /// Whether it is live.
    State,
}

/// A column: what it shows and how wide it is, without the gap after it.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// What it shows.
    pub part: Part,
    /// Its cells.
    pub width: u16,
}

/// One row.
pub struct Entry<'a> {
    /// The indicator.
    pub row: &'a IndicatorView,
    /// Its place in the list.
    pub place: usize,
}

impl Entry<'_> {
    /// Its name, with what differs from its defaults.
    pub fn name(&self, ascii: bool) -> String {
        let short = self.row.setup.short();
        let short = if ascii { short.replace(" · ", " ") } else { short };
        if short.is_empty() { self.row.setup.spec.name.to_owned() } else { format!("{} {short}", self.row.setup.spec.name) }
    }

    /// What it can be sorted by.
    pub fn key(&self) -> Key<'_> {
        let value = self.row.latest.as_ref().ok().map(Reading::value);
        Key { id: &self.row.id, place: self.place, value, z: self.row.z.filter(|_| value.is_some()) }
    }
}

/// What the rows have in common.
pub struct Table<'a> {
    /// What is drawn with, and the keys.
    pub cx: &'a Cx<'a>,
    /// The samples.
    pub flow: &'a FlowView,
    /// The instrument they are of.
    pub instrument: &'a Instrument,
    /// How long nothing came, where that is too long.
    pub stale: Option<Nanos>,
    /// The columns that fit.
    pub columns: Vec<Column>,
}

/// The columns that fit, from left to right.
pub fn columns(room: u16, names: u16, titles: u16) -> Vec<Column> {
    let name = names.clamp(6, (room / 3).clamp(6, 26)).min(room.saturating_sub(figures::FIGURE + 9).max(6));
    let mut all = vec![(Part::Name, name), (Part::Value, figures::FIGURE), (Part::Bar, 7)];
    let mut left = room.saturating_sub(all.iter().map(|(_, width)| width + 1).sum::<u16>().saturating_sub(1));
    for (part, width) in [
        (Part::Spark, 10),
        (Part::Unit, 5),
        (Part::Z, 5),
        (Part::Oscillator, GAUGE + 4),
        (Part::State, 11),
        (Part::Title, titles.max(8)),
    ] {
        // The line gets longer before a title is worth its room.
        let needed = width + 1 + if part == Part::Title { 24 } else { 0 };
        if needed > left {
            break;
        }
        left -= width + 1;
        all.push((part, width));
    }
    let mut widen = |wanted: Part, most: u16| {
        if let Some((_, width)) = all.iter_mut().find(|(part, _)| *part == wanted) {
            // A bar has a middle.
            let more = left.min(most.saturating_sub(*width)) / if wanted == Part::Bar { 2 } else { 1 };
            let more = if wanted == Part::Bar { more * 2 } else { more };
            *width += more;
            left -= more;
        }
    };
    widen(Part::Spark, 16);
    widen(Part::Bar, 13);
    widen(Part::Spark, 60);
    widen(Part::Bar, 25);
    let order =
        [Part::Name, Part::Title, Part::Value, Part::Unit, Part::Z, Part::Bar, Part::Oscillator, Part::Spark, Part::State];
    order
        .into_iter()
        .filter_map(|part| all.iter().find(|(other, _)| *other == part).map(|&(part, width)| Column { part, width }))
        .collect()
}

/// What the headings say, and what a click on them sorts by.
fn heading_of(part: Part) -> (&'static str, Sort) {
    match part {
        Part::Name => ("name", Sort::Name),
        Part::Value => ("value", Sort::Value),
        Part::Unit => ("", Sort::Value),
        Part::Z => ("z", Sort::Unusual),
        Part::Bar => ("z to ±3", Sort::Unusual),
        Part::Oscillator => ("oscillator", Sort::Oscillator),
        Part::Title => ("", Sort::Listed),
        Part::Spark => ("last ", Sort::Listed),
        Part::State => ("state", Sort::Listed),
    }
}

/// Where each heading is, for the mouse.
pub fn places(columns: &[Column], area: Rect) -> Vec<(Rect, Sort)> {
    let mut x = area.x;
    let place = |column: &Column| {
        let rect = Rect::new(x, area.y, column.width + 1, 1);
        x += column.width + 1;
        (rect, heading_of(column.part).1)
    };
    columns.iter().map(place).collect()
}

impl Table<'_> {
    /// The headings, the one it is sorted by with an arrow.
    pub fn heading(&self, order: Order) -> Line<'static> {
        let theme = self.cx.theme;
        let arrow = match (order.reverse, theme.ascii) {
            (false, false) => "▾",
            (true, false) => "▴",
            (false, true) => "v",
            (true, true) => "^",
        };
        let cell = |column: &Column| {
            let (title, sort) = heading_of(column.part);
            let sorted = order.by == sort && (sort != Sort::Listed || (order.reverse && column.part == Part::State));
            let sorted = sorted
                && column.part != Part::Unit
                && (column.part != Part::Z || !self.columns.iter().any(|other| other.part == Part::Bar));
            let mut title = if theme.ascii { title.replace('±', "+-") } else { title.to_owned() };
            if column.part == Part::Bar && text::width(&title) > column.width {
                title.truncate(1);
            }
            if column.part == Part::Spark {
                title.push_str(&spark::length(self.flow, column.width));
            }
            if sorted {
                title.push_str(arrow);
            }
            let style = if sorted { theme.accent } else { theme.dim };
            let title = match column.part {
                Part::Value => text::right(&title, figures::FIGURE - 4, theme.ascii),
                Part::Z => text::right(&title, column.width, theme.ascii),
                Part::Bar => centred(&title, column.width),
                _ => title,
            };
            Span::styled(text::left(&title, column.width, theme.ascii) + " ", style)
        };
        self.columns.iter().map(cell).collect()
    }

    /// One row.
    pub fn line(&self, entry: &Entry<'_>) -> Line<'static> {
        let theme = self.cx.theme;
        let mut spans = Vec::new();
        let mut columns = self.columns.as_slice();
        while let Some((column, rest)) = columns.split_first() {
            columns = rest;
            let mut width = column.width;
            if let (Part::Value, Err(lack)) = (column.part, &entry.row.latest) {
                // Why there is no value takes the room of all that is worked out of it.
                let of_value = |column: &&Column| matches!(column.part, Part::Unit | Part::Z | Part::Bar | Part::Oscillator);
                let why = figures::lack(lack, self.cx.zone);
                let taken = columns.iter().take_while(of_value).count();
                let (taken, left) = columns.split_at(taken);
                width += taken.iter().map(|column| column.width + 1).sum::<u16>();
                columns = left;
                if text::width(&why) > width
                    && let Some((column, rest)) = columns.split_first()
                    && column.part == Part::Spark
                {
                    width += column.width + 1;
                    columns = rest;
                }
                spans.push(Span::styled(text::left(&why, width, theme.ascii) + " ", theme.dim));
            } else {
                spans.extend(self.cell(entry, *column));
                spans.push(Span::raw(" "));
            }
        }
        Line::from(spans)
    }

    fn cell(&self, entry: &Entry<'_>, column: Column) -> Vec<Span<'static>> {
        let theme = self.cx.theme;
        let spec = entry.row.setup.spec;
        let fresh = |style: Style| if self.stale.is_some() { theme.dim } else { style };
        let one = |content: &str, style: Style| vec![Span::styled(text::left(content, column.width, theme.ascii), style)];
        let z = entry.row.z.filter(|_| entry.row.latest.is_ok());
        match column.part {
            Part::Name => {
                let style = if entry.row.latest.is_ok() { fresh(theme.text) } else { theme.dim };
                one(&entry.name(theme.ascii), style)
            }
            Part::Title => one(spec.title, theme.dim),
            Part::Value => {
                let Ok(reading) = &entry.row.latest else { return one("", theme.dim) };
                let (value, signed) = (reading.value(), figures::is_signed(spec));
                let figure = figures::aligned(&figures::text(value, spec.unit, self.instrument, signed));
                let style = if signed { super::super::direction(theme, value) } else { theme.bright };
                vec![Span::styled(figure, fresh(style))]
            }
            Part::Unit => one(&figures::unit(spec.unit, self.instrument), theme.dim),
            Part::Z => match z {
                Some(z) => {
                    let style = z_style(theme, z, figures::is_signed(spec));
                    vec![Span::styled(text::right(&figures::z(z), column.width, theme.ascii), fresh(style))]
                }
                None => vec![Span::styled(text::right("-", column.width, theme.ascii), theme.dim)],
            },
            Part::Bar => {
                let style = z.map_or(theme.dim, |z| fresh(z_style(theme, z, figures::is_signed(spec))));
                bar(z, column.width, style, theme)
            }
            Part::Oscillator => match z {
                Some(z) => gauge(oscillator(z), fresh(theme.text), fresh(theme.series_1), theme),
                None => one("  -", theme.dim),
            },
            Part::Spark => {
                let means = spark::means(self.flow, entry.row, column.width);
                spark::spans(&means, spec.range.neutral, theme, self.stale.is_none() && entry.row.latest.is_ok())
            }
            Part::State => {
                let (state, style) = self.state(entry);
                one(&state, style)
            }
        }
    }

    /// Whether an indicator's figures can be believed, in a word or two.
    pub fn state(&self, entry: &Entry<'_>) -> (String, Style) {
        let theme = self.cx.theme;
        match (&entry.row.latest, self.stale, entry.row.z) {
            (Err(lack), ..) => (figures::lack_in_short(lack).to_owned(), theme.dim),
            (Ok(_), Some(Nanos::MAX), _) => ("stale".to_owned(), theme.warning),
            (Ok(_), Some(age), _) => (format!("stale {}", text::span(age, theme.ascii)), theme.warning),
            (Ok(_), None, Some(_)) => ("live".to_owned(), theme.good),
            (Ok(_), None, None) => ("live, no z".to_owned(), theme.dim),
        }
    }
}

/// Signed figures are up or down; what has one side only is never good or bad. What is unusual is bold.
pub fn z_style(theme: &Theme, z: f64, signed: bool) -> Style {
    let style = if signed { super::super::direction(theme, z) } else { theme.series_1 };
    if z.abs() >= UNUSUAL { style.add_modifier(Modifier::BOLD) } else { style }
}

fn centred(content: &str, width: u16) -> String {
    let pad = width.saturating_sub(text::width(content)) / 2;
    format!("{:pad$}{content}", "", pad = usize::from(pad))
}

/// A bar from the middle to the side of the sign, in halves of a cell; an arrow where it would be longer than its room.
pub fn bar(z: Option<f64>, width: u16, style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let side = usize::from(width.saturating_sub(1) / 2);
    let ascii = theme.ascii;
    let (full, half_right, half_left, track, middle) =
        if ascii { ('=', '-', '-', ' ', '|') } else { ('━', '╸', '╺', '╌', '┼') };
    let plain = |count: usize| track.to_string().repeat(count);
    let middle = Span::styled(middle.to_string(), theme.dim);
    let Some(z) = z else { return vec![Span::styled(plain(side), theme.grid), middle, Span::styled(plain(side), theme.grid)] };
    let halves = ((z.abs() / REACH).min(1.0) * side as f64 * 2.0).round() as usize;
    let (whole, half) = (halves / 2, halves % 2);
    let empty = side - whole - half;
    let beyond = z.abs() > REACH && whole > 0;
    let (mut right, mut left) = (full.to_string().repeat(whole), full.to_string().repeat(whole));
    if half > 0 {
        right.push(half_right);
        left.insert(0, half_left);
    }
    if beyond {
        right.pop();
        right.push(if ascii { '>' } else { '▶' });
        left.remove(0);
        left.insert(0, if ascii { '<' } else { '◀' });
    }
    if z >= 0.0 {
        vec![Span::styled(plain(side), theme.grid), middle, Span::styled(right, style), Span::styled(plain(empty), theme.grid)]
    } else {
        vec![Span::styled(plain(empty), theme.grid), Span::styled(left, style), middle, Span::styled(plain(side), theme.grid)]
    }
}

/// A figure from 0 to 100 with as much of a line.
pub fn gauge(value: f64, figure: Style, line: Style, theme: &Theme) -> Vec<Span<'static>> {
    let halves = (value / 100.0 * f64::from(GAUGE) * 2.0).round().clamp(0.0, f64::from(GAUGE) * 2.0) as usize;
    let (whole, half) = (halves / 2, halves % 2);
    let (full, end, track) = if theme.ascii { ('=', '-', ' ') } else { ('━', '╸', '╌') };
    let mut done = full.to_string().repeat(whole);
    if half > 0 {
        done.push(end);
    }
    let rest = track.to_string().repeat(usize::from(GAUGE) - whole - half);
    vec![Span::styled(format!("{value:>3.0} "), figure), Span::styled(done, line), Span::styled(rest, theme.grid)]
}

/// Why the list is empty.
pub fn why_empty(cx: &Cx<'_>, flow: &FlowView, filter: &str) -> String {
    if flow.rows.is_empty() {
        let (add, reset) = (cx.key(Command::IndicatorsAdd), cx.key(Command::IndicatorsReset));
        return format!("no indicator is worked out ({add} adds one, {reset} brings all back)");
    }
    format!("no indicator matches{filter}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::{dark, mono};

    fn parts(room: u16) -> Vec<Part> {
        columns(room, 12, 20).iter().map(|column| column.part).collect()
    }

    #[test]
    fn columns_fold_by_their_worth_and_never_overflow() {
        assert_eq!(parts(30), [Part::Name, Part::Value, Part::Bar]);
        assert_eq!(parts(46), [Part::Name, Part::Value, Part::Bar, Part::Spark]);
        assert_eq!(parts(52), [Part::Name, Part::Value, Part::Unit, Part::Bar, Part::Spark]);
        assert_eq!(parts(60), [Part::Name, Part::Value, Part::Unit, Part::Z, Part::Bar, Part::Spark]);
        assert!(parts(140).contains(&Part::Title) && parts(140).contains(&Part::State));
        for room in 30..250 {
            let columns = columns(room, 12, 20);
            let cells: u16 = columns.iter().map(|column| column.width + 1).sum::<u16>() - 1;
            assert!(cells <= room, "{cells} in {room}");
        }
    }

    fn drawn(z: Option<f64>, width: u16, theme: &Theme) -> String {
        bar(z, width, Style::new(), theme).iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn bars_go_to_the_side_of_their_sign() {
        let dark = dark();
        assert_eq!(drawn(Some(1.5), 9, &dark), "╌╌╌╌┼━━╌╌");
        assert_eq!(drawn(Some(-1.1), 9, &dark), "╌╌╺━┼╌╌╌╌");
        assert_eq!(drawn(Some(-3.0), 9, &dark), "━━━━┼╌╌╌╌");
        assert_eq!(drawn(Some(7.0), 9, &dark), "╌╌╌╌┼━━━▶");
        assert_eq!(drawn(None, 5, &dark), "╌╌┼╌╌");
        assert!(drawn(Some(9.0), 9, &Theme { ascii: true, ..mono() }).is_ascii());
    }
}
