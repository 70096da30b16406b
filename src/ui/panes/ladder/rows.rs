//! Drawing a ladder's rows.

use super::levels::Row;
use crate::domain::{Nanos, Price, Side};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::Cx;
use crate::ui::theme::Theme;
use crate::ui::widgets::{blocks, clock, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// Least cells a bar of quantities is worth drawing in.
const LEAST_BAR: u16 = 4;

/// Where the columns are and how rows are drawn in them.
pub(super) struct Painter<'a> {
    theme: &'a Theme,
    widths: &'a mut (u16, u16, u16),
    width: u16,
    price_decimals: usize,
    qty_decimals: usize,
    fresh: bool,
    most: f64,
}

impl<'a> Painter<'a> {
    pub fn new(cx: &Cx<'a>, symbol: &SymbolView, widths: &'a mut (u16, u16, u16), width: u16, fresh: bool) -> Self {
        let price_decimals = symbol.instrument.price_decimals();
        let qty_decimals = symbol.instrument.qty_decimals();
        Self { theme: cx.theme, widths, width, price_decimals, qty_decimals, fresh, most: 0.0 }
    }

    /// Widens the columns to what the rows need.
    pub fn measure(&mut self, asks: &[Row], bids: &[Row]) {
        for row in asks.iter().chain(bids) {
            self.most = self.most.max(row.qty.to_f64());
        }
        // Only rows at the ends have the widest prices and totals.
        for row in [asks.first(), asks.last(), bids.first(), bids.last()].into_iter().flatten() {
            self.widths.0 = self.widths.0.max(self.price(row).len() as u16);
            self.widths.2 = self.widths.2.max(self.amount(row.total.to_f64()).len() as u16);
        }
        let most = self.amount(self.most).len() as u16;
        self.widths.1 = self.widths.1.max(most);
    }

    fn price(&self, row: &Row) -> String {
        let decimals = self.price_decimals;
        format!("{:.decimals$}", row.price)
    }

    /// A quantity, shortened where its digits would be too many to read.
    fn amount(&self, value: f64) -> String {
        let decimals = self.qty_decimals;
        if value < 100_000.0 {
            let places = if value < 10_000.0 { decimals } else { decimals.min(1) };
            format!("{value:.places$}")
        } else {
            figures::short(value)
        }
    }

    /// Cells of the marker, price, quantity, bar and total; a part of no cells is left out. The total goes first, then the bar.
    fn columns(&self) -> [u16; 5] {
        let (price, qty, total) = *self.widths;
        let narrow = 1 + price;
        if self.width < narrow + 1 + qty {
            return [1.min(self.width), self.width.saturating_sub(1), 0, 0, 0];
        }
        let two = narrow + 1 + qty;
        let left = self.width - two;
        if left >= 1 + LEAST_BAR + 1 + total {
            return [1, price, qty, left - 2 - total, total];
        }
        if left > LEAST_BAR { [1, price, qty, left - 1, 0] } else { [1, price, qty, 0, 0] }
    }

    /// One price level.
    pub fn row(&self, buf: &mut Buffer, x: u16, y: u16, row: &Row, side: Side, is_last: bool) {
        let theme = self.theme;
        let (colour, ground) = match side {
            Side::Buy => (theme.up, theme.bid_bar),
            Side::Sell => (theme.down, theme.ask_bar),
        };
        let style = |fresh: Style| if self.fresh { fresh } else { theme.dim };
        let [marker, price, qty, bar, total] = self.columns();
        if is_last && marker > 0 {
            paint::put(buf, x, y, if theme.ascii { '>' } else { '▸' }, style(theme.accent));
        }
        let mut right = x + marker + price;
        let price_style = style(colour).add_modifier(if is_last { Modifier::BOLD } else { Modifier::empty() });
        paint::text_right(buf, right, y, price, &self.price(row), price_style);
        if qty == 0 {
            return;
        }
        right += 1 + qty;
        paint::text_right(buf, right, y, qty, &self.amount(row.qty.to_f64()), style(theme.text));
        if bar > 0 {
            let share = if self.most > 0.0 { row.qty.to_f64() / self.most } else { 0.0 };
            let fill = ground.bg.map_or(colour, |colour| Style::new().fg(colour));
            blocks::lying(buf, right + 1, y, bar, share, style(fill), theme.ascii);
        }
        if total > 0 {
            paint::text_right(buf, x + self.width, y, total, &self.amount(row.total.to_f64()), theme.dim);
        }
    }

    /// The row between asks and bids: the distance, in the price and in hundredths of a percent, and the middle.
    pub fn spread(&self, buf: &mut Buffer, area: Rect, best: Option<(Price, Price)>, stale: Option<Nanos>, is_last: bool) {
        let theme = self.theme;
        let (line, dot) = if theme.ascii { ('-', '-') } else { ('─', '·') };
        (area.left()..area.right()).for_each(|x| paint::put(buf, x, area.y, line, theme.grid));
        if is_last {
            paint::put(buf, area.x, area.y, if theme.ascii { '>' } else { '▸' }, theme.accent);
        }
        let decimals = self.price_decimals;
        let age = stale.map(|age| format!("stale {}", clock::span(age)));
        let mut texts: Vec<String> = Vec::with_capacity(4);
        if let Some((bid, ask)) = best {
            let spread = ask - bid;
            let middle = i64::midpoint(bid.units(), ask.units());
            let bps = spread.units() as f64 / middle as f64 * 1e4;
            let gap = format!("{spread:.decimals$}");
            // The middle of an odd distance lies between two ticks.
            let mid = format!("{:.1$}", Price::from_units(middle), (decimals + 1).min(8));
            if bps.is_finite() {
                let bps = format!("{bps:.2} bps");
                texts.push(format!(" {gap} {dot} {bps} {dot} mid {mid} "));
                texts.push(format!(" {gap} {dot} {bps} "));
            }
            texts.push(format!(" {gap} "));
        }
        if let Some(age) = age {
            let long = texts.first().map(|text| format!(" {age} {dot}{text}"));
            texts = long.into_iter().chain([format!(" {age} "), " stale ".to_owned()]).collect();
        }
        let style = match (stale, self.fresh) {
            (Some(_), _) => theme.warning,
            (None, true) => theme.bright,
            (None, false) => theme.dim,
        };
        if let Some(text) = texts.iter().find(|text| paint::cells(text) <= area.width) {
            paint::text_centred(buf, area, area.y, text, style);
        }
    }

    /// Why the book can't be believed, across the top.
    pub fn banner(&self, buf: &mut Buffer, area: Rect, why: &str) {
        let style = self.theme.warning.add_modifier(Modifier::REVERSED);
        (area.left()..area.right()).for_each(|x| paint::put(buf, x, area.y, ' ', style));
        paint::text(buf, area.x + u16::from(area.width > 2), area.y, area.width.saturating_sub(1), why, style);
    }
}
