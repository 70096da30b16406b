//! The line above a chart: the values of one bar.

use crate::domain::{Bar, BarSpec};
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

/// Draws the values of a bar, `before` being the close of the bar before it; with its time when it was picked out.
pub fn draw(area: Rect, buf: &mut Buffer, cx: &Cx<'_>, bar: &Bar, before: Option<f64>, picked: bool, decimals: usize) {
    let theme = cx.theme;
    let direction = match bar.close.cmp(&bar.open) {
        Ordering::Greater => theme.up,
        Ordering::Less => theme.down,
        Ordering::Equal => theme.flat,
    };
    let price = |value: crate::domain::Price| format!("{value:.decimals$}");
    let from = before.unwrap_or_else(|| bar.open.to_f64());
    let change = figures::percent(from, bar.close.to_f64()).unwrap_or_default();
    let change_style = if change.starts_with('-') { theme.down } else { theme.up };
    let part = |rank, label, value, style| Part { rank, label, value, style };
    let mut parts = Vec::with_capacity(8);
    if picked {
        let at = clock::local(bar.start, cx.zone);
        let fine = !matches!(cx.bars, BarSpec::Time(timeframe) if timeframe.secs() >= 60);
        let time = if fine { clock::hour_minute_second(at) } else { clock::hour_minute(at) };
        parts.push(part(1, "", format!("{} {time}", clock::day_month(at)), theme.accent));
    }
    parts.push(part(5, "O", price(bar.open), direction));
    parts.push(part(3, "H", price(bar.high), direction));
    parts.push(part(3, "L", price(bar.low), direction));
    parts.push(part(0, "C", price(bar.close), direction));
    parts.push(part(2, "", format!("{change:>7}"), change_style));
    parts.push(part(4, if theme.ascii { "Vol" } else { "V" }, format!("{:<5}", figures::short(bar.volume.to_f64())), theme.text));
    if bar.trades > 0 {
        let delta = bar.delta();
        let style = if delta < 0.0 { theme.down } else { theme.up };
        parts.push(part(6, if theme.ascii { "Delta" } else { "Δ" }, figures::short_signed(delta), style));
    }
    let mut rank = 7;
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
