//! What stands around footprints: the line above, prices, times and notes.

use super::cells::Plot;
use super::columns::{Column, Columns};
use super::{FootprintPane, Mode};
use crate::app::commands::Command;
use crate::domain::{BarSpec, Nanos, Price};
use crate::engine::Known;
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::Cx;
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::grouping;
use crate::ui::widgets::paint::{self, put};
use crate::ui::widgets::{clock, figures};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn part(rank: u8, text: String, style: ratatui::style::Style) -> Part {
    Part { rank, text, style }
}

/// What is said of a bar, and of one of its prices.
pub(super) fn told(cx: &Cx<'_>, view: &SymbolView, column: &Column, price: Option<Price>) -> Vec<Part> {
    let theme = cx.theme;
    let decimals = view.instrument.price_decimals();
    let traded = &*column.traded;
    let at = clock::local(column.bar.start, cx.zone);
    let fine = !matches!(cx.bars, BarSpec::Time(timeframe) if timeframe.secs() >= 60);
    let mut parts = vec![part(1, if fine { clock::hour_minute_second(at) } else { clock::hour_minute(at) }, theme.accent)];
    if let Some(price) = price {
        let key = traded.rows.key_of(price);
        parts.push(part(0, format!("{:#.decimals$}", traded.rows.price_of(key)), theme.bright));
        let Some(row) = traded.rows.row(key) else {
            let why = if traded.known == Known::Not { "trades are not known" } else { "nothing traded" };
            parts.push(part(0, why.to_owned(), theme.dim));
            return parts;
        };
        let size = |volume: crate::domain::Volume| figures::short(volume.to_f64());
        parts.push(part(0, format!("sold {}", size(row.sell)), theme.down));
        parts.push(part(0, format!("bought {}", size(row.buy)), theme.up));
        let delta = row.delta().to_f64();
        parts.push(part(2, format!("delta {}", figures::short_signed(delta)), crate::ui::panes::direction(theme, delta)));
        return parts;
    }
    let Some(profile) = traded.profile else {
        let why = if traded.known == Known::Not { "trades of this bar are not known" } else { "nothing traded" };
        parts.push(part(0, why.to_owned(), theme.dim));
        return parts;
    };
    let shown = |key: i64| format!("{:#.decimals$}", traded.rows.price_of(key));
    parts.push(part(0, format!("POC {}", shown(profile.poc)), theme.bright));
    let dash = if theme.ascii { "-" } else { "–" };
    let top = traded.rows.price_of(profile.high + 1).units().saturating_sub(grouping::tick(&view.instrument));
    let top = format!("{:#.decimals$}", Price::from_units(top));
    parts.push(part(2, format!("value area {}{dash}{top}", shown(profile.low)), theme.text));
    let stacks = |of: fn(&crate::footprint::imbalance::Imbalance) -> bool| traded.marks.iter().filter(|mark| of(mark)).count();
    let (buys, sells) = (stacks(|mark| mark.buy), stacks(|mark| mark.sell));
    parts.push(part(3, format!("imbalances {buys} bought, {sells} sold"), theme.text));
    if traded.known == Known::Partly {
        parts.push(part(3, "trades came only later".to_owned(), theme.warning));
    }
    parts
}

/// Draws the line above: what there is to say, then what the marks mean.
pub(super) fn header(buf: &mut Buffer, cx: &Cx<'_>, plot: &Plot<'_>, parts: &[Part]) {
    let area = plot.layout.header;
    if area.is_empty() {
        return;
    }
    let x = axis::parts(buf, area, parts, 0);
    let (theme, glyphs) = (cx.theme, plot.glyphs);
    let stack: String = glyphs.buy_stack.iter().collect();
    let mut marks: Vec<(String, &str, ratatui::style::Style)> = vec![
        (glyphs.poc.to_string(), "POC", theme.accent),
        (format!("{}{}", glyphs.sell, glyphs.buy), "3:1", theme.bright),
        (stack, "stacked", theme.bright),
    ];
    if plot.mode != Mode::BidAsk {
        marks.insert(0, (glyphs.sold.to_string(), "sold", theme.down));
        marks.insert(0, (glyphs.bought.to_string(), "bought", theme.up));
    }
    let cells: u16 = marks.iter().map(|(glyph, name, _)| paint::cells(glyph) + 1 + paint::cells(name) + 2).sum();
    if area.right().saturating_sub(x) < cells {
        return;
    }
    let mut at = area.right() + 2 - cells;
    for (glyph, name, style) in marks {
        at += paint::text(buf, at, area.y, 4, &glyph, style) + 1;
        at += paint::text(buf, at, area.y, 12, name, theme.dim) + 2;
    }
}

/// Draws the price axis and what the footer's lines are.
pub(super) fn prices(buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, plot: &Plot<'_>, cross: Option<(u16, Price)>) {
    let layout = &plot.layout;
    axis::prices(buf, layout.prices, plot.grouping, cx, view, cross);
    let names = ["delta", if layout.prices.width >= 11 { "cumulative" } else { "cum." }, "volume"];
    for (line, name) in names.iter().take(layout.footer.height.into()).enumerate() {
        let width = layout.prices.width.saturating_sub(1);
        paint::text_right(buf, layout.prices.right(), layout.footer.y + line as u16, width, name, cx.theme.dim);
    }
    if layout.footer.height > 0 {
        let glyph = if cx.theme.ascii { '-' } else { '─' };
        let y = layout.footer.y - 1;
        (layout.plot.left()..layout.plot.right()).for_each(|x| put(buf, x, y, glyph, cx.theme.grid));
    }
}

/// What is said over the plot: where footprints begin, how far behind it is, and that rows are as the user wants them.
pub(super) fn notes(buf: &mut Buffer, cx: &Cx<'_>, pane: &FootprintPane, view: &SymbolView, columns: &Columns, behind: usize) {
    let (plot, theme) = (pane.layout.plot, cx.theme);
    if plot.height == 0 {
        return;
    }
    let lacking = columns.all.iter().take_while(|column| column.traded.known == Known::Not).count();
    if lacking > 0 {
        let text = if lacking == columns.all.len() && !matches!(cx.bars, BarSpec::Time(_)) {
            " the trades of these bars are no longer held ".to_owned()
        } else {
            begins(cx, view)
        };
        let x = plot.x + columns.all.first().map_or(0, |column| column.x) + 2;
        for (line, text) in paint::wrap(&text, plot.right().saturating_sub(x).min(60)).iter().enumerate() {
            let y = plot.y + line as u16;
            if y < plot.bottom() {
                paint::text(buf, x, y, plot.right().saturating_sub(x), text, theme.warning);
            }
        }
    }
    let (arrow, dot) = if theme.ascii { ('<', '-') } else { ('◂', '·') };
    let mut notes: Vec<[String; 3]> = Vec::new();
    if behind > 0 {
        let key = cx.key(Command::ChartFollow);
        let bars = if behind == 1 { "bar" } else { "bars" };
        notes.push([
            format!(" {arrow} {behind} {bars} behind {dot} {key} follows "),
            format!(" {arrow} {behind} {dot} {key} "),
            format!(" {arrow} {behind} "),
        ]);
    }
    if pane.grouping.by_hand() {
        let key = cx.key(Command::FootprintFit);
        notes.push([format!(" rows by hand {dot} {key} fits "), format!(" by hand {dot} {key} "), " by hand ".to_owned()]);
    }
    axis::notes(buf, plot, cx, &notes);
}

/// From when on footprints are there, in words.
pub(super) fn begins(cx: &Cx<'_>, view: &SymbolView) -> String {
    let Some(from) = view.footprint.from() else {
        return "no footprint: only bars are known".to_owned();
    };
    let at = clock::local(from, cx.zone);
    format!("footprints begin {} {}: bars from before are only bars", clock::day_month(at), clock::hour_minute_second(at))
}

/// Draws the time axis.
pub(super) fn times(buf: &mut Buffer, cx: &Cx<'_>, plot: &Plot<'_>, cross: Option<usize>) {
    let starts: Vec<(u16, Nanos)> = plot.columns.iter().map(|column| (column.x + plot.width / 2, column.bar.start)).collect();
    let area = plot.layout.times;
    let inner = Rect { width: plot.layout.plot.width, ..area };
    let pointed = cross.and_then(|at| plot.columns.get(at)).map(|column| {
        let at = clock::local(column.bar.start, cx.zone);
        let fine = !matches!(cx.bars, BarSpec::Time(timeframe) if timeframe.secs() >= 60);
        let time = if fine { clock::hour_minute_second(at) } else { clock::hour_minute(at) };
        (column.x + plot.width / 2, format!(" {} {time} ", clock::day_month(at)))
    });
    axis::times(buf, area, inner.width, &starts, pointed, cx);
}
