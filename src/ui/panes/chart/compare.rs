//! Several symbols on one chart, each in percent of its first price in view.
//!
//! Symbols are aligned on time: a column shows the close of the last bar that begins inside it. Where a symbol has none its
//! line is broken; nothing is carried over.

use super::axes::{draw_times, price_tag};
use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::domain::{BarSpec, Nanos, Price, Symbol};
use crate::ui::pane::Cx;
use crate::ui::theme::Theme;
use crate::ui::widgets::braille::Dots;
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::{ticks, time_axis};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// Symbols compared with the chart's own at most: as many as there are colours for.
pub(super) const MOST: usize = 5;
/// A line without colours carries its number every so many columns.
const NUMBERED: usize = 16;

/// One symbol's line.
#[derive(Debug, Clone, Default)]
struct Line {
    /// Percent of the first price in view, by column.
    values: Vec<Option<f64>>,
    last: Option<f64>,
    /// Why there is no line.
    why: &'static str,
}

/// What the chart's own symbol is compared with.
#[derive(Debug, Clone, Default)]
pub(super) struct Compare {
    symbols: Vec<Symbol>,
    lines: Vec<Line>,
}

/// A chart laid out, for the lines to be drawn on.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub labels: &'a [time_axis::Label],
    /// The column the crosshair points at.
    pub picked: Option<usize>,
}

/// The colour of a line, the chart's own first.
pub(super) fn style(theme: &Theme, line: usize) -> Style {
    match line {
        0 => theme.series_1,
        1 => theme.series_2,
        2 => theme.series_3,
        3 => theme.series_4,
        4 => theme.series_5,
        _ => theme.series_6,
    }
}

impl Compare {
    /// What is compared.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// Compares exactly these, as far as there are colours for them.
    pub fn set(&mut self, symbols: impl Iterator<Item = Symbol>) {
        self.symbols = symbols.take(MOST).collect();
    }

    /// Adds a symbol, or takes it away again; `None` takes all away.
    pub fn toggle(&mut self, symbol: Option<Symbol>) {
        match symbol {
            None => self.symbols.clear(),
            Some(symbol) if self.symbols.contains(&symbol) => self.symbols.retain(|own| *own != symbol),
            Some(symbol) => {
                if self.symbols.len() == MOST {
                    self.symbols.remove(0);
                }
                self.symbols.push(symbol);
            }
        }
    }

    /// The others than the chart's own symbol.
    fn others(&self, own: Option<Symbol>) -> impl Iterator<Item = Symbol> {
        self.symbols.iter().copied().filter(move |symbol| Some(*symbol) != own)
    }

    /// Whether there is anything to compare with.
    pub fn is_on(&self, cx: &Cx<'_>) -> bool {
        self.others(cx.symbol).next().is_some()
    }

    /// Works out every line in percent of its first price in view.
    fn measure(&mut self, columns: &Columns, zoom: Zoom, cx: &Cx<'_>) {
        let all: Vec<Symbol> = cx.symbol.into_iter().chain(self.others(cx.symbol)).collect();
        self.lines.resize_with(all.len(), Line::default);
        for (line, symbol) in self.lines.iter_mut().zip(all) {
            line.values.clear();
            (line.last, line.why) = (None, "");
            let Some(view) = cx.view.snapshot.symbol(symbol) else {
                line.why = "not followed";
                continue;
            };
            let (BarSpec::Time(timeframe), Some(bars)) = (cx.bars, view.bars(cx.bars)) else {
                line.why = "no such bars";
                continue;
            };
            let length = Nanos(timeframe.nanos().0.saturating_mul(i64::from(zoom.bars)));
            let mut first = None;
            for column in &columns.bars {
                // A group's column begins with its first bar, which need not be the group's beginning.
                let from = Nanos(column.bar.start.0.div_euclid(length.0.max(1)).saturating_mul(length.0));
                let after = bars.position(from + length);
                let close = after.checked_sub(1).and_then(|at| bars.get(at)).filter(|bar| bar.start >= from);
                let price = close.map(|bar| bar.close.to_f64()).filter(|price| *price > 0.0);
                first = first.or(price);
                let value = price.zip(first).map(|(price, base)| (price / base - 1.0) * 100.0);
                line.last = value.or(line.last);
                line.values.push(value);
            }
            if line.last.is_none() {
                line.why = "nothing in view";
            }
        }
    }

    /// Draws the lines, an axis in percent and a legend; the volume's room stays empty.
    pub fn draw(&mut self, sheet: &Sheet<'_>, dots: &mut Dots, buf: &mut Buffer, cx: &Cx<'_>) {
        self.measure(sheet.columns, sheet.zoom, cx);
        let (plot, theme) = (sheet.layout.plot, cx.theme);
        let values = || self.lines.iter().flat_map(|line| &line.values).flatten().copied().filter(|value| value.is_finite());
        let low = percent(values().fold(0.0, f64::min));
        let high = percent(values().fold(0.0, f64::max));
        // Percent go through the same scale as prices: a hundredth of a percent is their tick.
        let scale = PriceScale::fit(low, high, percent(0.01), plot.height, false);
        let ticks = ticks::price_ticks(&scale, 2, if plot.height < 12 { 2 } else { 3 });
        for (number, line) in self.lines.iter().enumerate() {
            dots.reset(plot.width, plot.height);
            let mut before: Option<(i32, i32)> = None;
            for (column, value) in sheet.columns.bars.iter().zip(&line.values) {
                let lowest = (i32::from(plot.height) * 4 - 1).max(0);
                let at = value.map(|value| {
                    let y = ((scale.y(percent(value)) * 4.0) as i32).clamp(0, lowest);
                    (i32::from(column.x + sheet.zoom.body / 2) * 2, y)
                });
                if let Some(at) = at {
                    dots.line(before.unwrap_or(at), at);
                }
                before = at;
            }
            dots.paint(plot, buf, style(theme, number), theme.ascii);
            if theme.text.fg.is_none_or(|colour| colour == ratatui::style::Color::Reset) || theme.ascii {
                numbers(number, line, sheet, &scale, buf, theme);
            }
        }
        if let Some(row) = scale.row(Price::ZERO) {
            let glyph = if theme.ascii { '-' } else { '╌' };
            (plot.left()..plot.right()).for_each(|x| put_under(buf, x, plot.y + row, glyph, theme.dim));
        }
        let mut cross = None;
        if let Some(column) = sheet.picked.and_then(|at| sheet.columns.bars.get(at)) {
            let x = plot.x + column.x + sheet.zoom.body / 2;
            let down = if theme.ascii { '|' } else { '│' };
            (plot.top()..plot.bottom()).for_each(|y| put_under(buf, x, y, down, theme.crosshair));
            cross = Some((x, column.bar.start));
        }
        self.draw_axis(sheet, &scale, &ticks, buf, theme);
        draw_times(buf, &sheet.layout, sheet.labels, cross, cx);
        self.draw_legend(sheet, buf, cx);
    }

    /// Ticks in percent, and each line's last value on a ground of its colour.
    fn draw_axis(&self, sheet: &Sheet<'_>, scale: &PriceScale, ticks: &[ticks::Tick], buf: &mut Buffer, theme: &Theme) {
        let (layout, plot) = (&sheet.layout, sheet.layout.plot);
        if layout.prices.is_empty() || plot.height == 0 {
            return;
        }
        let mut taken: Vec<u16> = Vec::with_capacity(self.lines.len());
        for (number, line) in self.lines.iter().enumerate() {
            let Some(last) = line.last else { continue };
            let wanted = (scale.y(percent(last)).max(0.0) as u16).min(plot.height - 1);
            // Lines that end at one height stand below each other.
            let free = |row: &u16| !taken.contains(row);
            let Some(row) = (wanted..plot.height).chain((0..wanted).rev()).find(free) else { continue };
            taken.push(row);
            let ground = style(theme, number).add_modifier(Modifier::REVERSED);
            price_tag(buf, layout, row, ' ', &format!("{last:+.2}%"), ground);
        }
        for tick in ticks.iter().filter(|tick| !taken.contains(&tick.row)) {
            let text = format!("{:+.2}%", tick.price.to_f64());
            let width = layout.prices.width.saturating_sub(1);
            paint::text_right(buf, layout.prices.right(), plot.y + tick.row, width, &text, theme.dim);
        }
    }

    /// Every symbol with its value at the crosshair, or its last.
    fn draw_legend(&self, sheet: &Sheet<'_>, buf: &mut Buffer, cx: &Cx<'_>) {
        let (area, theme) = (sheet.layout.header, cx.theme);
        if area.height == 0 {
            return;
        }
        let all = cx.symbol.into_iter().chain(self.others(cx.symbol));
        let mut x = area.x;
        for (number, (symbol, line)) in all.zip(&self.lines).enumerate() {
            let value = match sheet.picked {
                Some(at) => line.values.get(at).copied().flatten(),
                None => line.last,
            };
            let text = match value {
                Some(value) => format!("{value:+.2}%"),
                None if line.why.is_empty() => "no bar".to_owned(),
                None => line.why.to_owned(),
            };
            let mark = format!("{} {symbol} ", number + 1);
            let cells = paint::cells(&mark) + paint::cells(&text).max(7);
            if x + cells > area.right() {
                break;
            }
            let own = style(theme, number);
            paint::text(buf, x, area.y, cells, &mark, own.add_modifier(Modifier::BOLD));
            paint::text(buf, x + paint::cells(&mark), area.y, cells, &text, if value.is_some() { theme.text } else { theme.dim });
            x += cells + 2;
        }
    }
}

/// The number of a line, now and then on it, where its colour cannot tell it from others.
fn numbers(number: usize, line: &Line, sheet: &Sheet<'_>, scale: &PriceScale, buf: &mut Buffer, theme: &Theme) {
    let plot = sheet.layout.plot;
    let places = sheet.columns.bars.iter().zip(&line.values).skip(number * 3).step_by(NUMBERED);
    for (column, value) in places {
        if let Some(row) = value.and_then(|value| scale.row(percent(value))) {
            let digit = char::from(b'1' + number.min(8) as u8);
            put(buf, plot.x + column.x + sheet.zoom.body / 2, plot.y + row, digit, theme.bright);
        }
    }
}

/// Percent in the units of the price scale.
fn percent(value: f64) -> Price {
    Price::from_units((value * 1e8) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bar, Timeframe};
    use crate::ui::panes::chart::ChartPane;
    use crate::ui::panes::fixtures::{NOON, bar_view, dark, drawn, lines, market, mono, with_cx};
    use std::sync::Arc;

    const M1: Timeframe = Timeframe::M1;

    fn bars(prices: &[Option<i64>]) -> Vec<Bar> {
        let at = |i: usize| NOON + Nanos(M1.nanos().0 * i as i64);
        let bar = |(i, price): (usize, &Option<i64>)| price.map(|p| Bar::flat(at(i), Price::from_units(p * 100_000_000)));
        prices.iter().enumerate().filter_map(bar).collect()
    }

    /// A view whose second symbol, ETHUSDT, has these prices minute by minute.
    fn view(own: &[Option<i64>], other: &[Option<i64>]) -> crate::drive::view::View {
        let mut view = market(bars(own), M1, NOON);
        let mut second = view.snapshot.symbols[0].clone();
        let mut instrument = (*second.instrument).clone();
        instrument.symbol = Symbol::new("ETHUSDT").unwrap();
        second.instrument = Arc::new(instrument);
        second.time_bars.insert(M1, bar_view(bars(other)));
        view.snapshot.symbols.push(second);
        view
    }

    fn chart() -> ChartPane {
        let mut chart = ChartPane::new();
        chart.compare.toggle(Symbol::new("ETHUSDT").ok());
        chart
    }

    #[test]
    fn every_symbol_is_in_percent_of_its_first_price_in_view() {
        let view = view(&[Some(100), Some(110), Some(90)], &[None, Some(2_000), Some(2_100)]);
        let mut chart = chart();
        let text = with_cx(&view, &dark(), BarSpec::Time(M1), |cx| lines(&drawn(&mut chart, 60, 16, cx)));
        assert!(text.lines().next().unwrap().starts_with("1 BTCUSDT -10.00%"), "{text}");
        assert!(text.contains("2 ETHUSDT +5.00%"), "{text}");
        assert_eq!(chart.compare.lines[1].values, [None, Some(0.0), Some(5.000_000_000_000_004)]);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let view = view(&[Some(100), Some(110)], &[]);
        let mut chart = chart();
        chart.compare.toggle(Symbol::new("SOLUSDT").ok());
        let text = with_cx(&view, &mono(), BarSpec::Time(M1), |cx| lines(&drawn(&mut chart, 90, 16, cx)));
        assert!(text.contains("2 ETHUSDT nothing in view") && text.contains("3 SOLUSDT not followed"), "{text}");
        chart.compare.toggle(None);
        let text = with_cx(&view, &mono(), BarSpec::Time(M1), |cx| lines(&drawn(&mut chart, 90, 16, cx)));
        assert!(text.starts_with('O'), "{text}");
    }

    #[test]
    fn a_missing_bar_is_a_gap() {
        let view = view(&[Some(100); 5], &[Some(10), Some(11), None, Some(12), Some(13)]);
        let mut chart = chart();
        with_cx(&view, &dark(), BarSpec::Time(M1), |cx| drawn(&mut chart, 60, 16, cx));
        let known: Vec<bool> = chart.compare.lines[1].values.iter().map(Option::is_some).collect();
        assert_eq!(known, [true, true, false, true, true]);
    }

    #[test]
    fn as_many_as_there_are_colours() {
        let mut compare = Compare::default();
        for name in ["A", "B", "C", "D", "E", "F", "B"] {
            compare.toggle(Symbol::new(name).ok());
        }
        let names: Vec<&str> = compare.symbols().iter().map(Symbol::as_str).collect();
        assert_eq!(names, ["C", "D", "E", "F"]);
    }
}
