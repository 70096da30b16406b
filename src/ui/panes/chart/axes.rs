//! The price axis with its tags, and the time axis.

use super::layout::Layout;
use super::{levels, trading};
use crate::domain::{Bar, BarSpec, LinkState, Nanos, Price};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::Cx;
use crate::ui::widgets::paint::{self, put};
use crate::ui::widgets::scale::PriceScale;
use crate::ui::widgets::ticks::Tick;
use crate::ui::widgets::{clock, time_axis};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};
use std::cmp::Ordering;

/// Share of the height that a step of stretching leaves.
const STRETCH: f64 = 0.8;
/// Steps a price scale can be stretched or compressed by.
pub(super) const MOST_STRETCHED: i8 = 15;

/// A range of prices stretched by so many steps about its middle; compressed when below zero.
pub(super) fn stretched(low: Price, high: Price, steps: i8) -> (Price, Price) {
    if steps == 0 {
        return (low, high);
    }
    let (from, to) = (low.units() as f64, high.units() as f64);
    let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0 * STRETCH.powi(i32::from(steps)));
    let price = |units: f64| Price::from_units(units as i64);
    // A range that was above zero stays there, for logarithms.
    let least = if from > 0.0 { (from / 8.0).max(1.0) } else { f64::MIN };
    (price((middle - half).max(least)), price(middle + half))
}

/// A price with its thousands separated where there is room for that, else without, else shortened.
pub(super) fn price_text(price: Price, decimals: usize, width: u16) -> String {
    let text = format!("{price:#.decimals$}");
    if text.len() <= usize::from(width) { text } else { super::super::price_text(price, decimals, width) }
}

/// What the price axis shows beside its ticks.
pub(super) struct Tags<'a> {
    /// The last price, the style of its direction and what stands beneath it.
    pub last: Option<(Price, Style, String)>,
    /// The crosshair's price.
    pub cross: Option<Price>,
    /// Levels of alerts.
    pub alerts: &'a [levels::Tag],
    /// Prices of orders and positions.
    pub own: &'a [trading::Line],
}

/// The style of the forming bar's direction; dim while no trades come.
pub(super) fn direction(view: &SymbolView, bar: &Bar, cx: &Cx<'_>) -> (Style, char) {
    let theme = cx.theme;
    let (style, glyph) = match bar.close.cmp(&bar.open) {
        Ordering::Greater => (theme.up, if theme.ascii { '+' } else { '▲' }),
        Ordering::Less => (theme.down, if theme.ascii { '-' } else { '▼' }),
        Ordering::Equal => (theme.flat, ' '),
    };
    if view.trades_link == LinkState::Up { (style, glyph) } else { (theme.dim, glyph) }
}

/// Draws the price axis; labels give way to tags.
pub(super) fn draw_prices(
    buf: &mut Buffer,
    layout: &Layout,
    scale: &PriceScale,
    ticks: &[Tick],
    tags: &Tags<'_>,
    decimals: usize,
    cx: &Cx<'_>,
) {
    let area = layout.prices;
    let theme = cx.theme;
    if area.is_empty() || layout.plot.height == 0 {
        return;
    }
    let width = area.width.saturating_sub(1);
    let mut taken = Vec::with_capacity(3);
    if let Some((price, row)) = tags.cross.and_then(|price| Some((price, scale.row(price)?))) {
        let style = theme.crosshair.add_modifier(Modifier::REVERSED);
        price_tag(buf, layout, row, ' ', &price_text(price, decimals, width), style);
        taken.push(row);
    }
    if let Some((price, style, beneath)) = &tags.last {
        let outside = scale.row(*price).is_none();
        let row = scale.row(*price).unwrap_or_else(|| (scale.y(*price) as u16).min(layout.plot.height - 1));
        if !taken.contains(&row) {
            let glyph = match (outside, row == 0) {
                (false, _) => ' ',
                (true, true) => {
                    if theme.ascii {
                        '^'
                    } else {
                        '↑'
                    }
                }
                (true, false) => {
                    if theme.ascii {
                        'v'
                    } else {
                        '↓'
                    }
                }
            };
            price_tag(buf, layout, row, glyph, &price_text(*price, decimals, width), *style);
            taken.push(row);
            let below = if row + 1 < layout.plot.height { Some(row + 1) } else { row.checked_sub(1) };
            if let Some(below) = below.filter(|row| !taken.contains(row) && !beneath.is_empty()) {
                paint::text_right(buf, area.right(), area.y + below, area.width, beneath, theme.dim);
                taken.push(below);
            }
        }
    }
    for line in tags.own {
        if !taken.contains(&line.row) {
            trading::draw_tag(buf, layout, line, &price_text(line.price, decimals, width));
            taken.push(line.row);
        }
    }
    for tag in tags.alerts {
        if !taken.contains(&tag.row) {
            levels::draw_tag(buf, layout, tag, &price_text(tag.price, decimals, width), cx);
            taken.push(tag.row);
        }
    }
    for tick in ticks.iter().filter(|tick| !taken.contains(&tick.row)) {
        paint::text_right(buf, area.right(), area.y + tick.row, width, &price_text(tick.price, decimals, width), theme.dim);
    }
}

/// A price on a ground of its own, as wide as the axis.
pub(super) fn price_tag(buf: &mut Buffer, layout: &Layout, row: u16, glyph: char, text: &str, style: Style) {
    let area = layout.prices;
    let y = area.y + row;
    (area.left()..area.right()).for_each(|x| put(buf, x, y, ' ', style));
    put(buf, area.x, y, glyph, style);
    paint::text_right(buf, area.right(), y, area.width, text, style);
}

/// Draws the time axis with the time the crosshair points at.
pub(super) fn draw_times(
    buf: &mut Buffer,
    layout: &Layout,
    labels: &[time_axis::Label],
    cross: Option<(u16, Nanos)>,
    cx: &Cx<'_>,
) {
    let area = layout.times;
    let theme = cx.theme;
    if area.is_empty() {
        return;
    }
    let zone = clock::zone_label(cx.view.session.now, cx.zone);
    paint::text_right(buf, area.right(), area.y, layout.prices.width.saturating_sub(1), &zone, theme.dim);
    let mut taken = 0..0;
    if let Some((x, at)) = cross {
        let at = clock::local(at, cx.zone);
        let fine = !matches!(cx.bars, BarSpec::Time(timeframe) if timeframe.secs() >= 60);
        let time = if fine { clock::hour_minute_second(at) } else { clock::hour_minute(at) };
        let text = format!(" {} {time} ", clock::day_month(at));
        let cells = paint::cells(&text).min(layout.plot.width);
        let left = x.saturating_sub(cells / 2).clamp(area.x, layout.plot.right().saturating_sub(cells).max(area.x));
        paint::text(buf, left, area.y, cells, &text, theme.crosshair.add_modifier(Modifier::REVERSED));
        taken = left..left + cells;
    }
    for label in labels {
        let style = if label.is_date { theme.text } else { theme.dim };
        let left = area.x + label.left;
        if left < taken.end && left + paint::cells(&label.text) > taken.start {
            continue;
        }
        paint::text(buf, left, area.y, layout.plot.right().saturating_sub(left), &label.text, style);
    }
}
