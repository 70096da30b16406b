//! What panes of grouped prices have around them: a line of parts, prices, times and notes.

use super::grouping::Grouping;
use super::price_text;
use crate::domain::{LinkState, Nanos, Price, Side};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::Cx;
use crate::ui::widgets::paint::{self, put};
use crate::ui::widgets::{clock, time_axis};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// A text with its style; those of lower rank stay longer when room is short.
pub(super) struct Part {
    pub rank: u8,
    pub text: String,
    pub style: Style,
}

/// Writes as many parts as there is room for beside `reserved` cells; answers where the next text may begin.
pub(super) fn parts(buf: &mut Buffer, area: Rect, parts: &[Part], reserved: u16) -> u16 {
    const GAP: u16 = 2;
    let cells =
        |rank: u8| -> u16 { parts.iter().filter(|part| part.rank <= rank).map(|part| paint::cells(&part.text) + GAP).sum() };
    let room = area.width.saturating_sub(reserved).saturating_add(GAP);
    let rank = (0..=4).rev().find(|rank| cells(*rank) <= room).unwrap_or(0);
    let mut x = area.x;
    for part in parts.iter().filter(|part| part.rank <= rank) {
        x += paint::text(buf, x, area.y, area.right().saturating_sub(x), &part.text, part.style) + GAP;
    }
    x
}

/// Draws a price axis: round prices, the last price, and the one pointed at.
pub(super) fn prices(
    buf: &mut Buffer,
    area: Rect,
    grouping: &Grouping,
    cx: &Cx<'_>,
    view: &SymbolView,
    cross: Option<(u16, Price)>,
) {
    if area.width < 4 || grouping.step <= 0 {
        return;
    }
    let theme = cx.theme;
    let decimals = view.instrument.price_decimals();
    let width = area.width - 2;
    let mut taken = [None, None];
    if let Some((line, price)) = cross {
        let style = theme.crosshair.add_modifier(Modifier::REVERSED);
        tag(buf, area, line, ' ', &price_text(price, decimals, width), style);
        taken[0] = Some(line);
    }
    if let Some(last) = view.last_price() {
        let rising = view.last.is_none_or(|trade| trade.side == Side::Buy);
        let style = match (view.trades_link == LinkState::Up, if rising { theme.up } else { theme.down }.fg) {
            (false, _) => theme.dim.add_modifier(Modifier::REVERSED),
            (true, Some(colour)) => theme.tag.bg(colour),
            (true, None) => theme.tag.add_modifier(Modifier::REVERSED),
        };
        let glyph = match (theme.ascii, rising) {
            (false, true) => '▲',
            (false, false) => '▼',
            (true, true) => '+',
            (true, false) => '-',
        };
        let line = grouping.line_of(grouping.key_of(last)).filter(|line| taken[0] != Some(*line));
        if let Some(line) = line {
            tag(buf, area, line, glyph, &price_text(last, decimals, width), style);
            taken[1] = Some(line);
        }
    }
    // Every row has its price; where rows are narrow in price every second has, so that a figure is found at a glance.
    for line in 0..grouping.rows.min(area.height) {
        let key = grouping.key_at(line);
        if key.rem_euclid(2) == 0 && !taken.contains(&Some(line)) {
            let style = if key.rem_euclid(10) == 0 { theme.text } else { theme.dim };
            let text = price_text(grouping.price_of(key), decimals, width);
            paint::text_right(buf, area.right(), area.y + line, width, &text, style);
        }
    }
}

/// A price on a ground of its own, as wide as the axis.
pub(super) fn tag(buf: &mut Buffer, area: Rect, line: u16, glyph: char, text: &str, style: Style) {
    let y = area.y + line;
    (area.left()..area.right()).for_each(|x| put(buf, x, y, ' ', style));
    put(buf, area.x, y, glyph, style);
    paint::text_right(buf, area.right(), y, area.width, text, style);
}

/// Draws a time axis `width` cells long, with what is said of the moment pointed at and the zone at the right.
pub(super) fn times(
    buf: &mut Buffer,
    area: Rect,
    width: u16,
    starts: &[(u16, Nanos)],
    pointed: Option<(u16, String)>,
    cx: &Cx<'_>,
) {
    let theme = cx.theme;
    if area.is_empty() {
        return;
    }
    let zone = clock::zone_label(cx.view.session.now, cx.zone);
    paint::text_right(buf, area.right(), area.y, area.width.saturating_sub(width + 1), &zone, theme.dim);
    let mut taken = 0..0;
    if let Some((x, text)) = pointed {
        let cells = paint::cells(&text).min(width);
        let left = (area.x + x).saturating_sub(cells / 2).clamp(area.x, (area.x + width).saturating_sub(cells).max(area.x));
        paint::text(buf, left, area.y, cells, &text, theme.crosshair.add_modifier(Modifier::REVERSED));
        taken = left..left + cells;
    }
    for label in time_axis::labels(starts, width, cx.zone) {
        let left = area.x + label.left;
        if left < taken.end && left + paint::cells(&label.text) > taken.start {
            continue;
        }
        let style = if label.is_date { theme.text } else { theme.dim };
        paint::text(buf, left, area.y, (area.x + width).saturating_sub(left), &label.text, style);
    }
}

/// Says notes in the lower right corner of a plot, one above the other, each in the longest form that leaves half of the line.
pub(super) fn notes(buf: &mut Buffer, plot: Rect, cx: &Cx<'_>, notes: &[[String; 3]]) {
    let style = cx.theme.accent.add_modifier(Modifier::REVERSED);
    for (up, forms) in notes.iter().enumerate() {
        let line = plot.bottom().saturating_sub(1 + up as u16);
        if let Some(text) = forms.iter().find(|text| paint::cells(text) * 2 <= plot.width && line >= plot.y) {
            paint::text_right(buf, plot.right(), line, plot.width, text, style);
        }
    }
}
