//! The line above a chart: the values of one bar.

use crate::domain::{Bar, BarSpec, Price};
use crate::ui::pane::Cx;
use crate::ui::widgets::{clock, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cmp::Ordering;

/// One value; those of lower rank stay longer when room is short.
struct Part {
    rank: u8,
    label: &'static str,
    value: String,
    style: Style,
}

impl Part {
    fn cells(&self) -> u16 {
        let label = paint::cells(self.label);
        label + u16::from(label > 0) + paint::cells(&self.value)
    }
}

/// What a header shows.
pub struct Shown<'a> {
    /// The bar.
    pub bar: &'a Bar,
    /// The averaged bar, where that is what is drawn.
    pub averaged: Option<&'a Bar>,
    /// The close of the bar before it.
    pub before: Option<Price>,
    /// Whether it was picked out; its time is shown then.
    pub picked: bool,
    /// Decimal places of a price.
    pub decimals: usize,
}

/// Draws the values of a bar. Figures keep their width from bar to bar.
pub fn draw(area: Rect, buf: &mut Buffer, cx: &Cx<'_>, shown: &Shown<'_>) {
    let theme = cx.theme;
    let Shown { bar, averaged, before, picked, decimals } = *shown;
    let values = averaged.unwrap_or(bar);
    let direction = match values.close.cmp(&values.open) {
        Ordering::Greater => theme.up,
        Ordering::Less => theme.down,
        Ordering::Equal => theme.flat,
    };
    let from = before.unwrap_or(bar.open);
    let width = format!("{from:#.decimals$}").len();
    let price = |value: Price| format!("{value:>#width$.decimals$}");
    let change = bar.close - from;
    let sign = if change.units() < 0 { '-' } else { '+' };
    let size = Price::from_units(change.units().saturating_abs());
    let percent = figures::percent(from.to_f64(), bar.close.to_f64()).unwrap_or_default();
    let change_style = if change.units() < 0 { theme.down } else { theme.up };
    let part = |rank, label, value, style| Part { rank, label, value, style };
    let mut parts = Vec::with_capacity(10);
    if picked {
        let at = clock::local(bar.start, cx.zone);
        let fine = !matches!(cx.bars, BarSpec::Time(timeframe) if timeframe.secs() >= 60);
        let time = if fine { clock::hour_minute_second(at) } else { clock::hour_minute(at) };
        parts.push(part(1, "", format!("{:>6} {time}", clock::day_month(at)), theme.accent));
        parts.push(part(8, "", clock::zone_label(bar.start, cx.zone), theme.dim));
    }
    if averaged.is_some() {
        parts.push(part(2, "", "HA".to_owned(), theme.accent));
    }
    parts.push(part(5, "O", price(values.open), direction));
    parts.push(part(3, "H", price(values.high), direction));
    parts.push(part(3, "L", price(values.low), direction));
    parts.push(part(0, "C", price(values.close), direction));
    parts.push(part(7, "", format!("{:>w$}", format!("{sign}{size:#.decimals$}"), w = decimals + 5), change_style));
    parts.push(part(2, "", format!("{percent:>7}"), change_style));
    parts.push(part(4, if theme.ascii { "Vol" } else { "V" }, format!("{:<5}", figures::short(bar.volume.to_f64())), theme.text));
    if bar.trades > 0 {
        let delta = bar.delta();
        let style = if delta < 0.0 { theme.down } else { theme.up };
        parts.push(part(6, if theme.ascii { "Delta" } else { "Δ" }, format!("{:<6}", figures::short_signed(delta)), style));
        parts.push(part(9, "trades", format!("{:<5}", figures::short_count(u64::from(bar.trades))), theme.text));
    }
    let mut rank = 10;
    let gap = 2;
    let cells = |rank: u8| -> u16 { parts.iter().filter(|part| part.rank < rank).map(|part| part.cells() + gap).sum() };
    while rank > 0 && cells(rank) > area.width + gap {
        rank -= 1;
    }
    let mut x = area.x;
    for part in parts.iter().filter(|part| part.rank < rank) {
        if !part.label.is_empty() {
            x += paint::text(buf, x, area.y, area.right().saturating_sub(x), part.label, theme.dim) + 1;
        }
        x += paint::text(buf, x, area.y, area.right().saturating_sub(x), &part.value, part.style) + gap;
    }
}
