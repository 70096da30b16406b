//! Drawing the tape: its line of sums, its headings and its rows.

use super::prints::Print;
use super::seconds::Second;
use crate::domain::{Instrument, Nanos, Side, Volume};
use crate::ui::pane::Cx;
use crate::ui::widgets::{blocks, clock, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Least cells a bar of sizes is worth drawing in.
const LEAST_BAR: u16 = 3;
/// Most cells of it.
const MOST_BAR: u16 = 14;
/// Cells of a count of prints: `×12`.
const COUNT: u16 = 3;
/// Cells of a second's delta: `+1.23K`, and of its bar.
const DELTA: u16 = 6;
const DELTA_BAR: u16 = 4;
/// Cells of a range of prices.
const RANGE: u16 = 6;

/// Cells of each column; a column of no cells is left out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Columns {
    time: u16,
    price: u16,
    size: u16,
    count: u16,
    range: u16,
    bar: u16,
    pub delta: u16,
    delta_bar: u16,
}

impl Columns {
    /// What fits: the price always, then the size, the time to the second, the bar, the delta, the count of prints, the
    /// milliseconds, the range of prices, the bar of deltas; what is left makes the bar longer.
    pub fn of(width: u16, (price, size): (u16, u16), merged: bool, delta: bool) -> Self {
        // The glyph of the side stands before the price, the mark of what is large behind the size.
        let mut left = width.saturating_sub(1 + price);
        let mut take = |cells: u16, wanted: bool| {
            let fits = wanted && left > cells;
            left -= if fits { cells + 1 } else { 0 };
            if fits { cells } else { 0 }
        };
        let size = take(size + 1, true).saturating_sub(1);
        let mut time = take(8, true);
        let more = time > 0 && size > 0;
        let bar = take(LEAST_BAR, more);
        let delta = take(DELTA, more && bar > 0 && delta);
        let count = take(COUNT, more && bar > 0 && merged);
        let millis = take(3, more && bar > 0) > 0;
        time += if millis { 4 } else { 0 };
        let range = take(RANGE, millis && count > 0);
        let delta_bar = take(DELTA_BAR, millis && delta > 0);
        let bar = if bar > 0 { (bar + left).min(MOST_BAR) } else { 0 };
        Self { time, price, size, count, range, bar, delta, delta_bar }
    }
}

/// What every row is drawn with.
pub(super) struct Painter<'a> {
    pub cx: &'a Cx<'a>,
    pub columns: Columns,
    pub decimals: (usize, usize),
}

pub(super) fn price(print: &Print, decimals: usize) -> String {
    format!("{:#.decimals$}", print.last)
}

pub(super) fn size(print: &Print, decimals: usize) -> String {
    format!("{:#.decimals$}", Volume::from_units(print.qty))
}

/// A row's size against the usual: how many times the median it is, and whether it is large.
#[derive(Clone, Copy)]
pub(super) struct Weight {
    pub times: f64,
    pub large: bool,
}

impl Painter<'_> {
    /// The names of the columns with their units.
    pub fn headings(&self, buf: &mut Buffer, area: Rect, instrument: &Instrument) {
        let (columns, style, y) = (&self.columns, self.cx.theme.dim, area.y);
        let mut x = area.x;
        if columns.time > 0 {
            paint::text(buf, x, y, columns.time, "time", style);
            x += columns.time + 1;
        }
        let mut right = (x + 1 + columns.price).min(area.right());
        either(buf, right, y, 1 + columns.price, "price", &instrument.quote, style);
        if columns.size == 0 {
            return;
        }
        right += 1 + columns.size;
        either(buf, right, y, columns.size, "size", &instrument.base, style);
        right += 1;
        for (cells, name) in [(columns.count, "n"), (columns.range, "range"), (columns.bar, "")] {
            if cells > 0 {
                right += 1 + cells;
                paint::text_right(buf, right, y, cells, name, style);
            }
        }
        if columns.delta > 0 {
            paint::text_right(
                buf,
                right + 1 + columns.delta,
                y,
                columns.delta,
                if self.cx.theme.ascii { "delta" } else { "Δ 1s" },
                style,
            );
        }
    }

    /// Draws a row.
    pub fn row(&self, buf: &mut Buffer, area: Rect, print: &Print, weight: Weight, delta: Option<(f64, f64)>) {
        let (theme, columns, y) = (self.cx.theme, &self.columns, area.y);
        let (style, ground) = match print.side {
            Side::Buy => (theme.up, theme.bid_bar),
            Side::Sell => (theme.down, theme.ask_bar),
        };
        let glyph = side_glyph(print.side, theme.ascii);
        let heavy = if weight.large { Modifier::BOLD } else { Modifier::empty() };
        let mut x = area.x;
        if columns.time > 0 {
            let at = clock::local(print.at, self.cx.zone);
            let text = if columns.time > 8 { clock::with_millis(at) } else { clock::hour_minute_second(at) };
            paint::text(buf, x, y, columns.time, &text, theme.dim);
            x += columns.time + 1;
        }
        paint::put(buf, x, y, glyph, style);
        let text = price(print, self.decimals.0);
        let mut right = x + 1 + columns.price;
        if paint::cells(&text) <= area.right().saturating_sub(x + 1) {
            paint::text_right(buf, right.min(area.right()), y, columns.price, &text, style.add_modifier(heavy));
        }
        if columns.size == 0 {
            return;
        }
        right += 1 + columns.size;
        let size_style = if weight.large { theme.large } else { theme.text };
        paint::text_right(buf, right, y, columns.size, &size(print, self.decimals.1), size_style);
        match (print.is_liquidation(), weight.large, theme.ascii) {
            (true, ..) => paint::put(buf, right, y, 'L', theme.warning.add_modifier(Modifier::BOLD)),
            (_, true, false) => paint::put(buf, right, y, '◆', theme.large),
            (_, true, true) => paint::put(buf, right, y, '*', theme.large),
            _ => {}
        }
        right += 1;
        if columns.count > 0 {
            right += 1 + columns.count;
            if print.count > 1 {
                let times = if theme.ascii { 'x' } else { '×' };
                let text =
                    if print.count < 100 { format!("{times}{}", print.count) } else { format!("{}", print.count.min(999)) };
                paint::text_right(buf, right, y, columns.count, &text, theme.dim);
            }
        }
        if columns.range > 0 {
            right += 1 + columns.range;
            let decimals = self.decimals.0;
            let range = print.last - print.first;
            if !range.is_zero() {
                let sign = if range.units() > 0 { "+" } else { "" };
                paint::text_right(buf, right, y, columns.range, &format!("{sign}{range:.decimals$}"), theme.dim);
            }
        }
        if columns.bar > 0 {
            let fill = match (weight.large, ground.bg) {
                (false, Some(colour)) => Style::new().fg(colour),
                _ => style,
            };
            // Sizes range over orders of magnitude: a full bar is a hundred times the median.
            let share = if weight.times >= 1.0 { (1.0 + weight.times).ln() / 101_f64.ln() } else { 0.0 };
            blocks::lying(buf, right + 1, y, columns.bar, share, fill, theme.ascii);
            right += 1 + columns.bar;
        }
        if let Some((delta, most)) = delta.filter(|_| columns.delta > 0) {
            let style = crate::ui::panes::direction(theme, delta);
            right += 1 + columns.delta;
            paint::text_right(buf, right, y, columns.delta, &figures::short_signed(delta), style);
            if columns.delta_bar > 0 {
                let share = if most > 0.0 { delta.abs() / most } else { 0.0 };
                blocks::lying(buf, right + 1, y, columns.delta_bar, share, style, theme.ascii);
            }
        }
    }
}

const fn side_glyph(side: Side, ascii: bool) -> char {
    match (side, ascii) {
        (Side::Buy, false) => '▲',
        (Side::Sell, false) => '▼',
        (Side::Buy, true) => '+',
        (Side::Sell, true) => '-',
    }
}

/// A heading with its unit where there is room for both.
fn either(buf: &mut Buffer, right: u16, y: u16, cells: u16, name: &str, unit: &str, style: Style) {
    let both = format!("{name} {unit}");
    let text = if !unit.is_empty() && paint::cells(&both) <= cells { &both } else { name };
    paint::text_right(buf, right, y, cells, text, style);
}

/// The line of sums: how many trades a second, what was bought and sold, over so many seconds before now.
pub(super) fn sums(buf: &mut Buffer, area: Rect, cx: &Cx<'_>, sum: &Second, seconds: i64, base: &str) {
    let theme = cx.theme;
    let amount = |units: i128| Volume::from_units(units).to_f64();
    let (buy, sell) = (amount(sum.buy), amount(sum.sell));
    let speed = sum.trades as f64 / seconds.max(1) as f64;
    let delta = if theme.ascii { "delta" } else { "Δ" };
    let parts: [(String, Style); 4] = [
        (format!("{speed:>6.1}/s"), theme.text),
        (format!("{delta} {:>6}", figures::short_signed(buy - sell)), crate::ui::panes::direction(theme, buy - sell)),
        (format!("buy {:>5}", figures::short(buy)), theme.up),
        (format!("sell {:>5}", figures::short(sell)), theme.down),
    ];
    // The unit says what the sums are of: it goes with all of them, shorter where there is less room.
    let sums = |count: usize| parts[..count].iter().map(|(text, _)| paint::cells(text) + 2).sum::<u16>();
    let over = format!("in {seconds}s");
    let fits = |count: usize, unit: &str| (sums(count) + paint::cells(unit) <= area.width).then(|| (count, unit.to_owned()));
    let both = if base.is_empty() { over.clone() } else { format!("{base} {over}") };
    let found = (2..=4).rev().find_map(|count| fits(count, &both).or_else(|| fits(count, base)));
    let (count, unit) = found.or_else(|| fits(1, &over)).unwrap_or((1, String::new()));
    let mut x = area.x;
    for (text, style) in &parts[..count] {
        x += paint::text(buf, x, area.y, area.right().saturating_sub(x), text, *style) + 2;
    }
    paint::text(buf, x, area.y, area.right().saturating_sub(x), &unit, theme.dim);
}

/// Rows the line of sums and the headings take in an area of that height.
pub(super) const fn above(height: u16) -> u16 {
    match height {
        0..=6 => 0,
        7..=8 => 1,
        _ => 2,
    }
}

/// The age of the newest trade, where it is worth saying.
pub(super) fn silence(last: Option<Nanos>, now: Nanos) -> Option<Nanos> {
    let age = now.saturating_sub(last?);
    (age > Nanos::from_secs(10)).then_some(age)
}
