//! Alerts on a chart: the prices they wait for as dashed lines with a tag on the axis, and where they fired.

use super::layout::Layout;
use super::viewport::{Columns, Zoom};
use crate::bars::BarView;
use crate::domain::{AlertId, Price};
use crate::ui::pane::Cx;
use crate::ui::panes::levels::{self, Mood};
use crate::ui::widgets::paint::{self, put, put_under};
use crate::ui::widgets::scale::PriceScale;
use ratatui::buffer::Buffer;

/// The tag of a row's levels on the price axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tag {
    /// The row, from the top of the plot.
    pub row: u16,
    /// The first level's price.
    pub price: Price,
    /// How that alert stands.
    pub mood: Mood,
    /// That alert; none for one that is being written.
    pub id: Option<AlertId>,
    /// Levels in this row.
    pub count: u16,
}

/// A chart laid out, for its alerts to be drawn on.
pub(super) struct Sheet<'a> {
    pub layout: Layout,
    pub columns: &'a Columns,
    pub zoom: Zoom,
    pub scale: PriceScale,
    pub view: &'a BarView,
}

impl Sheet<'_> {
    /// Draws the lines where nothing is drawn yet; fills in their tags. Of levels out of view it says how many there are.
    pub fn draw_levels(&self, tags: &mut Vec<Tag>, buf: &mut Buffer, cx: &Cx<'_>) {
        tags.clear();
        let (plot, theme) = (self.layout.plot, cx.theme);
        let (mut above, mut below) = (0, 0);
        for level in levels::levels(cx) {
            let Some(row) = self.scale.row(level.price) else {
                let side = if self.scale.y_beyond(level.price) < 0.0 { &mut above } else { &mut below };
                *side += u16::from(level.mood != Mood::Aside);
                continue;
            };
            let tag = Tag { row, price: level.price, mood: level.mood, id: level.id, count: 1 };
            match tags.last_mut().filter(|tag| tag.row == row) {
                Some(known) => {
                    let count = known.count.saturating_add(1);
                    *known = Tag { count, ..if tag.mood < known.mood { tag } else { *known } };
                }
                None => tags.push(tag),
            }
        }
        let glyph = if theme.ascii { '-' } else { '─' };
        for tag in tags.iter() {
            let gap = if tag.mood == Mood::Aside { 1 } else { 2 };
            for x in plot.left()..plot.right() {
                if (x - plot.left()) % 3 < gap {
                    put_under(buf, x, plot.y + tag.row, glyph, tag.mood.style(theme));
                }
            }
        }
        let (up, down) = if theme.ascii { ('^', 'v') } else { ('↑', '↓') };
        let mark = levels::mark(theme);
        let mut beyond = |count: u16, arrow: char, y: u16| {
            if count > 0 && plot.height > 2 {
                paint::text_right(buf, plot.right(), y, plot.width, &format!("{arrow}{count}{mark}"), theme.alert);
            }
        };
        beyond(above, up, plot.y);
        // The last row is for how far behind the chart is.
        beyond(below, down, plot.bottom().saturating_sub(2));
    }

    /// Marks where alerts of the symbol fired.
    pub fn draw_firings(&self, buf: &mut Buffer, cx: &Cx<'_>) {
        let (plot, firings) = (self.layout.plot, &cx.view.snapshot.alerts.firings);
        let Some(begin) = self.columns.bars.first().map(|column| column.bar.start) else { return };
        for index in (0..firings.len()).rev() {
            let Some(firing) = firings.get(index).filter(|firing| firing.at >= begin) else { return };
            let column = self.columns.holds(self.view, firing.at).and_then(|at| self.columns.bars.get(at));
            let row = firing.price.and_then(|price| self.scale.row(price));
            if let (Some(column), Some(row), true) = (column, row, cx.symbol == Some(firing.symbol)) {
                let x = plot.x + column.x + self.zoom.body / 2;
                put(buf, x, plot.y + row, levels::mark(cx.theme), cx.theme.alert);
            }
        }
    }
}

/// Draws a tag on the price axis: the mark of an alert, or how many there are, and the price.
pub(super) fn draw_tag(buf: &mut Buffer, layout: &Layout, tag: &Tag, text: &str, cx: &Cx<'_>) {
    let area = layout.prices;
    let (y, style) = (area.y + tag.row, tag.mood.style(cx.theme));
    let glyph = match tag.count {
        2..=9 => char::from_digit(u32::from(tag.count), 10).unwrap_or('+'),
        10.. => '+',
        _ => levels::mark(cx.theme),
    };
    put(buf, area.x, y, glyph, style);
    paint::text_right(buf, area.right(), y, area.width.saturating_sub(1), text, style);
}
