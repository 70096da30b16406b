//! What stands around a heatmap: the line above it with its legend, prices, times and notes.

use super::draw::{Plot, dot, ending_glyph};
use super::life::Life;
use super::ramp::{Ramp, STEPS};
use super::shade::Ending;
use crate::app::commands::Command;
use crate::domain::{LinkState, Nanos, Price, Side};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::Cx;
use crate::ui::panes::axis::{self, Part};
use crate::ui::panes::levels;
use crate::ui::panes::price_text;
use crate::ui::text;
use crate::ui::widgets::paint::{self, put};
use crate::ui::widgets::scale::round_up;
use crate::ui::widgets::{clock, figures};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

fn part(rank: u8, text: String, style: Style) -> Part {
    Part { rank, text, style }
}

/// Units as base units, five cells at most.
fn amount(units: f64) -> String {
    figures::short(units / 1e8)
}

/// What is pointed at.
pub(super) fn pointed(cx: &Cx<'_>, view: &SymbolView, at: Nanos, price: Price, life: Option<Life>, known: bool) -> Vec<Part> {
    let theme = cx.theme;
    let decimals = view.instrument.price_decimals();
    let time = |at: Nanos| clock::hour_minute_second(clock::local(at, cx.zone));
    let base = &view.instrument.base;
    let unit = if base.is_empty() { String::new() } else { format!(" {}", text::safe(base)) };
    let mut parts = vec![part(2, time(at), theme.accent)];
    let Some(life) = life else {
        parts.push(part(0, format!("{price:#.decimals$}"), theme.bright));
        let why = match view.liquidity.loss_at(at) {
            Some(loss) => format!("out of sync: {}", text::safe(&loss.why)),
            None if known => "nothing rests here".to_owned(),
            None => "not known".to_owned(),
        };
        parts.push(part(1, why, theme.dim));
        return parts;
    };
    let style = if life.side == Side::Buy { theme.up } else { theme.down };
    let side = if life.side == Side::Buy { "bid" } else { "ask" };
    parts.push(part(0, format!("{:#.decimals$}", life.price), theme.bright));
    parts.push(part(1, format!("{side} {}{unit}", amount(life.resting as f64)), style));
    let since = if life.longer { "resting since before" } else { "resting since" };
    parts.push(part(3, format!("{since} {}", time(life.since)), theme.text));
    parts.push(part(4, format!("consumed {}", amount(life.consumed as f64)), theme.text));
    parts.push(part(4, format!("pulled {}", amount(life.pulled as f64)), theme.text));
    parts
}

/// The largest rows in view below and above the middle, or that the book cannot be believed.
pub(super) fn walls(cx: &Cx<'_>, view: &SymbolView, plot: &Plot<'_>) -> Vec<Part> {
    let theme = cx.theme;
    if let BookState::Lost(at, why) = &view.book_state {
        let since = clock::hour_minute_second(clock::local(*at, cx.zone));
        return vec![
            part(0, format!("book out of sync since {since}"), theme.warning),
            part(1, text::safe(why).into_owned(), theme.warning),
        ];
    }
    let newest = plot.columns.end - 1;
    let cells = plot.grid.cells(newest);
    let Some(middle) = view.top.map(|top| top.mid()).filter(|_| plot.grid.is_known(newest)) else { return Vec::new() };
    let split = usize::try_from(plot.row_of(middle)).unwrap_or(0).min(cells.len());
    let decimals = view.instrument.price_decimals();
    let (up, down) = if theme.ascii { ("ask wall", "bid wall") } else { ("▲ wall", "▼ wall") };
    let mut parts = Vec::new();
    for (name, from, to, style) in [(down, 0, split, theme.up), (up, split, cells.len(), theme.down)] {
        let known = cells[from..to].iter().enumerate().filter(|(_, cell)| cell.heat.is_finite());
        let Some((at, cell)) = known.max_by(|a, b| a.1.heat.total_cmp(&b.1.heat)) else { continue };
        let price = Price::from_units((plot.base + (from + at) as i64).saturating_mul(plot.row));
        let away = figures::percent(middle.to_f64(), price.to_f64()).unwrap_or_default();
        let rank = u8::from(from > 0);
        parts.push(part(rank, format!("{name} {}", price_text(price, decimals, 14)), style));
        parts.push(part(rank, format!("{:<5}", amount(f64::from(cell.heat.exp2()))), theme.bright));
        parts.push(part(rank + 2, format!("{away:>7}"), theme.dim));
    }
    parts
}

/// Draws the line above: what there is to say at the left, the legend at the right.
pub(super) fn header(buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, plot: &Plot<'_>, parts: &[Part]) {
    let area = plot.layout.header;
    if area.is_empty() {
        return;
    }
    // The ramp with its units comes before what matters less at the left.
    let x = axis::parts(buf, area, parts, if area.width >= 56 { 28 } else { 0 });
    legend(buf, cx, view, plot, Rect { x, width: area.right().saturating_sub(x), ..area });
}

fn legend(buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, plot: &Plot<'_>, area: Rect) {
    let theme = cx.theme;
    let base = &view.instrument.base;
    let unit = if base.is_empty() { String::new() } else { format!(" {}", text::safe(base)) };
    let bar = 12;
    let low = amount(f64::from(plot.scale.low.exp2()));
    let high = format!("{:<5}{unit}", amount(f64::from(plot.scale.high.exp2())));
    let marks = [
        (dot(true, 3, theme.ascii), theme.up, "bought"),
        (dot(false, 3, theme.ascii), theme.down, "sold"),
        (ending_glyph(Ending::Consumed, theme.ascii), theme.bright, "consumed"),
        (ending_glyph(Ending::Pulled, theme.ascii), theme.bright, "pulled"),
    ];
    let marks_cells: u16 = marks.iter().map(|(_, _, name)| paint::cells(name) + 4).sum();
    let ramp_cells = bar + 2 + 5 + paint::cells(&high);
    if area.width < ramp_cells {
        return;
    }
    let mut x = area.right() - ramp_cells;
    if area.width >= ramp_cells + marks_cells {
        let mut at = x - marks_cells;
        for (glyph, style, name) in marks {
            put(buf, at, area.y, glyph, style);
            at += 2 + paint::text(buf, at + 2, area.y, 12, name, theme.dim) + 2;
        }
    }
    paint::text_right(buf, x + 5, area.y, 5, &low, theme.dim);
    x += 6;
    for cell in 0..bar {
        let step = |half: u16| 1 + ((cell * 2 + half) as usize * (STEPS - 1) / (bar as usize * 2 - 1)) as u8;
        let Some(into) = buf.cell_mut((x + cell, area.y)) else { continue };
        if !plot.ramp.coloured() {
            into.set_char(Ramp::glyph(step(0), theme.ascii)).set_style(theme.text);
        } else if theme.ascii {
            into.set_bg(plot.ramp.colour(step(0)));
        } else {
            into.set_symbol("▌").set_fg(plot.ramp.colour(step(0))).set_bg(plot.ramp.colour(step(1)));
        }
    }
    paint::text(buf, x + bar + 1, area.y, paint::cells(&high), &high, theme.dim);
}

/// Draws the price axis: round prices, the last price, and the one pointed at.
pub(super) fn prices(buf: &mut Buffer, cx: &Cx<'_>, view: &SymbolView, plot: &Plot<'_>, cross: Option<(u16, Price)>) {
    let (area, theme) = (plot.layout.prices, cx.theme);
    if area.width < 4 {
        return;
    }
    let decimals = view.instrument.price_decimals();
    let width = area.width - 2;
    let mut taken = vec![None, None];
    if let Some((line, price)) = cross {
        let style = theme.crosshair.add_modifier(Modifier::REVERSED);
        axis::tag(buf, area, line, ' ', &price_text(price, decimals, width), style);
        taken[0] = Some(line);
    }
    if let Some(last) = view.last_price() {
        let rising = view.last.is_none_or(|trade| trade.side == Side::Buy);
        let stale = view.trades_link != LinkState::Up;
        let style = match (stale, if rising { theme.up } else { theme.down }.fg) {
            (true, _) => theme.dim.add_modifier(Modifier::REVERSED),
            (false, Some(colour)) => theme.tag.bg(colour),
            (false, None) => theme.tag,
        };
        let glyph = match (theme.ascii, rising) {
            (false, true) => '▲',
            (false, false) => '▼',
            (true, true) => '+',
            (true, false) => '-',
        };
        if let Some(line) = plot.line_of(plot.row_of(last)).filter(|line| taken[0] != Some(*line)) {
            axis::tag(buf, area, line, glyph, &price_text(last, decimals, width), style);
            taken[1] = Some(line);
        }
    }
    for level in levels::levels(cx) {
        let line = plot.line_of(plot.row_of(level.price));
        if let Some(line) = line.filter(|line| !taken.contains(&Some(*line))) {
            let style = level.mood.style(theme);
            paint::put(buf, area.x, area.y + line, levels::mark(theme), style);
            paint::text_right(buf, area.right(), area.y + line, width, &price_text(level.price, decimals, width), style);
            taken.push(Some(line));
        }
    }
    let unit = round_up(plot.row as f64 * if plot.layout.plot.height < 16 { 4.0 } else { 8.0 }) as i64;
    for line in 0..plot.layout.plot.height {
        let from = plot.price_at(line).units();
        let to = from.saturating_add(plot.row.saturating_mul(2)) - 1;
        let round = to.div_euclid(unit.max(1)) * unit;
        if round >= from && !taken.contains(&Some(line)) {
            let text = price_text(Price::from_units(round), decimals, width);
            paint::text_right(buf, area.right(), area.y + line, width, &text, theme.dim);
        }
    }
}

/// Draws the time axis with the moment pointed at.
pub(super) fn times(buf: &mut Buffer, cx: &Cx<'_>, plot: &Plot<'_>, starts: &mut Vec<(u16, Nanos)>, cross: Option<(u16, Nanos)>) {
    let (area, width) = (plot.layout.times, plot.layout.plot.width);
    if area.is_empty() {
        return;
    }
    starts.clear();
    let start = |column: i64| Nanos(column.saturating_mul(plot.length.0));
    starts.extend(plot.columns.clone().enumerate().map(|(x, column)| (x as u16, start(column))));
    let pointed = cross.map(|(x, at)| {
        let local = clock::local(at, cx.zone);
        let time = if plot.length < Nanos::SECOND { clock::with_millis(local) } else { clock::hour_minute_second(local) };
        (x, format!(" {time} "))
    });
    axis::times(buf, area, width, starts, pointed, cx);
}

/// What is said over the plot: how far behind it is, and that it does not follow the price.
pub(super) fn notes(buf: &mut Buffer, cx: &Cx<'_>, plot: &Plot<'_>, behind: Option<Nanos>, off_centre: bool) {
    let area = plot.layout.plot;
    if area.height == 0 {
        return;
    }
    let (arrow, dot) = if cx.theme.ascii { ('<', '-') } else { ('◂', '·') };
    let mut texts: Vec<[String; 3]> = Vec::new();
    if let Some(behind) = behind {
        let (key, span) = (cx.key(Command::ChartFollow), clock::span(behind));
        texts.push([
            format!(" {arrow} {span} behind {dot} {key} follows "),
            format!(" {arrow} {span} {dot} {key} "),
            format!(" {arrow} {span} "),
        ]);
    }
    if off_centre {
        let key = cx.key(Command::HeatmapCentre);
        texts.push([format!(" prices held {dot} {key} centres "), format!(" held {dot} {key} "), " held ".to_owned()]);
    }
    let style = cx.theme.accent.add_modifier(Modifier::REVERSED);
    for (up, choices) in texts.iter().enumerate() {
        let line = area.bottom().saturating_sub(1 + up as u16);
        if let Some(text) = choices.iter().find(|text| paint::cells(text) * 2 <= area.width && line >= area.y) {
            paint::text_right(buf, area.right(), line, area.width, text, style);
        }
    }
}
