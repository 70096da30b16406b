//! A bar's candle, and beside it what was traded at each of its prices.

use super::columns::Column;
use super::{Layout, Mode};
use crate::footprint::rows::Row;
use crate::ui::panes::grouping::Grouping;
use crate::ui::theme::Theme;
use crate::ui::widgets::figures;
use crate::ui::widgets::paint::{self, put, put_under};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

/// Glyphs of a theme: not one of them is told from another by its colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyphs {
    /// The point of control.
    pub poc: char,
    pub between: char,
    pub sell: char,
    pub buy: char,
    /// Upper end, middle and lower end of stacked imbalances, of selling and of buying.
    pub sell_stack: [char; 3],
    pub buy_stack: [char; 3],
    pub bought: char,
    pub sold: char,
}

impl Glyphs {
    pub const fn of(theme: &Theme) -> Self {
        if theme.ascii {
            Self {
                poc: '*',
                between: 'x',
                sell: '<',
                buy: '>',
                sell_stack: ['[', '[', '['],
                buy_stack: [']', ']', ']'],
                bought: '#',
                sold: '=',
            }
        } else {
            Self {
                poc: '◆',
                between: '×',
                sell: '◂',
                buy: '▸',
                sell_stack: ['┌', '│', '└'],
                buy_stack: ['┐', '│', '┘'],
                bought: '█',
                sold: '▒',
            }
        }
    }
}

/// A quantity in so many cells, with fewer digits where there is little room.
pub(super) fn fit(value: f64, cells: u16) -> String {
    let cells = usize::from(cells);
    let text = figures::short(value);
    let bare = |text: &str| text.replacen("0.", ".", 1);
    if text.len() <= cells {
        return text;
    }
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = &text[digits.len()..];
    let number: f64 = digits.parse().unwrap_or(0.0);
    let next = match unit {
        "" => "K",
        "K" => "M",
        "M" => "G",
        _ => "T",
    };
    let tries = [
        bare(&text),
        format!("{number:.1}{unit}"),
        bare(&format!("{number:.1}{unit}")),
        format!("{number:.0}{unit}"),
        bare(&format!("{:.1}{next}", number / 1_000.0)),
    ];
    tries.into_iter().find(|text| text.len() <= cells).unwrap_or_default()
}

/// What footprints are drawn from.
pub(super) struct Plot<'a> {
    pub layout: Layout,
    pub grouping: &'a Grouping,
    pub columns: &'a [Column],
    pub mode: Mode,
    pub width: u16,
    pub theme: &'a Theme,
    pub glyphs: Glyphs,
}

impl Plot<'_> {
    /// All bars in view.
    pub fn draw(&self, buf: &mut Buffer) {
        for column in self.columns {
            self.candle(buf, column);
            if column.after_gap {
                let glyph = if self.theme.ascii { ':' } else { '┊' };
                let plot = self.layout.plot;
                if let Some(x) = column.x.checked_sub(1) {
                    (plot.top()..plot.bottom()).for_each(|y| put_under(buf, plot.x + x, y, glyph, self.theme.dim));
                }
            }
            self.rows(buf, column);
            self.footer(buf, column);
        }
    }

    fn candle(&self, buf: &mut Buffer, column: &Column) {
        let (bar, theme, plot) = (&column.bar, self.theme, self.layout.plot);
        let key = |price| self.grouping.key_of(price);
        let (open, close) = (key(bar.open), key(bar.close));
        let (style, body) = match (bar.close.cmp(&bar.open), theme.ascii) {
            (std::cmp::Ordering::Greater, ascii) => (theme.up, if ascii { 'O' } else { '┃' }),
            (std::cmp::Ordering::Less, ascii) => (theme.down, if ascii { '#' } else { '█' }),
            (std::cmp::Ordering::Equal, ascii) => (theme.flat, if ascii { '-' } else { '─' }),
        };
        let wick = if theme.ascii { '|' } else { '│' };
        let (low, high) = (key(bar.low), key(bar.high));
        for line in 0..plot.height {
            let at = self.grouping.key_at(line);
            if (open.min(close)..=open.max(close)).contains(&at) {
                put(buf, plot.x + column.x, plot.y + line, body, style);
            } else if (low..=high).contains(&at) {
                put(buf, plot.x + column.x, plot.y + line, wick, style);
            }
        }
    }

    fn rows(&self, buf: &mut Buffer, column: &Column) {
        let (plot, traded) = (self.layout.plot, &*column.traded);
        let all = traded.rows.as_slice();
        let (left, right) = (plot.x + column.x + 1, plot.x + column.x + self.width - 2);
        let stack = |is: &dyn Fn(usize) -> bool, at: usize| {
            // Which end of its stack: the rows come from the lowest to the highest.
            let next = |other: Option<usize>, away: i64| {
                other.is_some_and(|other| other < all.len() && is(other) && all[other].key == all[at].key + away)
            };
            match (next(at.checked_add(1), 1), next(at.checked_sub(1), -1)) {
                (false, _) => 0,
                (true, true) => 1,
                (true, false) => 2,
            }
        };
        for (at, (row, mark)) in all.iter().zip(&traded.marks).enumerate() {
            let Some(line) = self.grouping.line_of(row.key) else { continue };
            let y = plot.y + line;
            let poc = traded.profile.is_some_and(|profile| profile.poc == row.key);
            let valued = traded.profile.is_some_and(|profile| profile.holds(row.key));
            let (up, down) = (self.theme.up.add_modifier(Modifier::BOLD), self.theme.down.add_modifier(Modifier::BOLD));
            let plain = match (poc, valued) {
                (true, _) => self.theme.bright.add_modifier(Modifier::BOLD),
                (_, true) => self.theme.text,
                _ => self.theme.dim,
            };
            let styles = (if mark.sell { down } else { plain }, if mark.buy { up } else { plain });
            match self.mode {
                Mode::BidAsk => self.bid_ask(buf, left + 1, y, row, poc, styles),
                Mode::Delta => self.delta(buf, left + 1, y, row, traded.most.1, poc, plain),
                Mode::Volume => self.volume(buf, left + 1, y, row, traded.most.0, poc, plain),
            }
            if mark.sell_stacked {
                put(buf, left, y, self.glyphs.sell_stack[stack(&|at| traded.marks[at].sell_stacked, at)], down);
            } else if mark.sell {
                put(buf, left, y, self.glyphs.sell, down);
            }
            if mark.buy_stacked {
                put(buf, right, y, self.glyphs.buy_stack[stack(&|at| traded.marks[at].buy_stacked, at)], up);
            } else if mark.buy {
                put(buf, right, y, self.glyphs.buy, up);
            }
        }
    }

    /// Cells between the marks.
    const fn room(&self) -> u16 {
        self.width - 4
    }

    fn bid_ask(&self, buf: &mut Buffer, x: u16, y: u16, row: &Row, poc: bool, (sell, buy): (Style, Style)) {
        let cells = (self.room() - 1) / 2;
        let middle = x + cells;
        paint::text_right(buf, middle, y, cells, &fit(row.sell.to_f64(), cells), sell);
        self.poc(buf, middle, y, poc, self.glyphs.between);
        paint::text(buf, middle + 1, y, cells, &fit(row.buy.to_f64(), cells), buy);
    }

    fn poc(&self, buf: &mut Buffer, x: u16, y: u16, poc: bool, otherwise: char) {
        if poc {
            put(buf, x, y, self.glyphs.poc, self.theme.accent.add_modifier(Modifier::BOLD));
        } else {
            put(buf, x, y, otherwise, self.theme.dim);
        }
    }

    fn delta(&self, buf: &mut Buffer, x: u16, y: u16, row: &Row, most: i128, poc: bool, style: Style) {
        let delta = row.delta().to_f64();
        let cells = self.room().min(7) - 1;
        let sign = if delta > 0.0 { "+" } else { "" };
        let text = format!("{sign}{}", fit(delta, cells - u16::from(delta != 0.0)));
        let text = if delta < 0.0 { fit(delta, cells) } else { text };
        self.poc(buf, x, y, poc, ' ');
        paint::text_right(buf, x + 1 + cells, y, cells, &text, style);
        let room = self.room() - cells - 1;
        if room > 1 && most > 0 {
            let share = row.delta().units().saturating_abs() as f64 / most as f64;
            let filled = (share * f64::from(room - 1)).round() as u16;
            let (glyph, ink) =
                if delta > 0.0 { (self.glyphs.bought, self.theme.up) } else { (self.glyphs.sold, self.theme.down) };
            (0..filled.min(room - 1)).for_each(|cell| put(buf, x + cells + 2 + cell, y, glyph, ink));
        }
    }

    fn volume(&self, buf: &mut Buffer, x: u16, y: u16, row: &Row, most: i128, poc: bool, style: Style) {
        let cells = self.room().min(6) - 1;
        self.poc(buf, x, y, poc, ' ');
        paint::text_right(buf, x + 1 + cells, y, cells, &fit(row.volume().to_f64(), cells), style);
        let room = self.room() - cells - 1;
        if room > 1 && most > 0 {
            let share = |units: i128| (units as f64 / most as f64 * f64::from(room - 1)).round() as u16;
            let (whole, bought) = (share(row.volume().units()), share(row.buy.units()));
            for cell in 0..whole.min(room - 1) {
                let buys = cell < bought;
                let (glyph, ink) = if buys { (self.glyphs.bought, self.theme.up) } else { (self.glyphs.sold, self.theme.down) };
                put(buf, x + cells + 2 + cell, y, glyph, ink);
            }
        }
    }

    /// Delta, delta since the day began, and volume of a bar, below it.
    fn footer(&self, buf: &mut Buffer, column: &Column) {
        let area = self.layout.footer;
        let delta = column.bar.delta();
        let width = self.width - 2;
        let x = area.x + column.x + 1;
        for (line, (value, signed)) in
            [(delta, true), (column.cumulative.to_f64(), true), (column.bar.volume.to_f64(), false)].into_iter().enumerate()
        {
            let line = line as u16;
            if line >= area.height {
                break;
            }
            let text = if signed { figures::short_signed(value) } else { figures::short(value) };
            let style = match (signed, value) {
                (true, value) if value > 0.0 => self.theme.up,
                (true, value) if value < 0.0 => self.theme.down,
                _ => self.theme.text,
            };
            let cells = paint::cells(&text).min(width);
            paint::text(buf, x + (width - cells) / 2, area.y + line, cells, &text, style);
        }
    }

    /// The crosshair's lines, where nothing is drawn.
    pub fn cross(&self, buf: &mut Buffer, column: Option<usize>, line: Option<u16>) {
        let plot = self.layout.plot;
        let (across, down) = if self.theme.ascii { ('-', '|') } else { ('─', '│') };
        if let Some(line) = line {
            (plot.left()..plot.right()).for_each(|x| put_under(buf, x, plot.y + line, across, self.theme.crosshair));
        }
        if let Some(column) = column.and_then(|at| self.columns.get(at)) {
            let x = plot.x + column.x;
            (plot.top()..plot.bottom()).for_each(|y| put_under(buf, x, y, down, self.theme.crosshair));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn quantities_lose_digits_before_they_lose_their_size() {
        for (value, cells, text) in [
            (0.0123, 5, "0.012"),
            (0.0123, 4, ".012"),
            (0.123, 3, "0.1"),
            (1.23, 3, "1.2"),
            (12.34, 3, "12"),
            (12_345.0, 4, "12K"),
            (123_456.0, 3, ".1M"),
            (-0.5, 5, "-.500"),
        ] {
            assert_eq!(fit(value, cells), text, "{value} in {cells}");
        }
    }
}
