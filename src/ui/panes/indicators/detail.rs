//! One indicator in detail: what it is, how it is set, its values, and its chart.

use super::plot::{self, Areas, Plot, Shown};
use super::rows::{Entry, Table};
use super::{figures, rows};
use crate::app::commands::Command;
use crate::domain::Nanos;
use crate::indicator::{Range, WINDOW, oscillator};
use crate::ui::text;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// Rows a detail view needs to be worth it.
pub const LEAST: u16 = 12;
/// Rows that the chart gets before the text may have more.
const CHART: u16 = 9;
/// Cells of the labels at the left.
const LABEL: u16 = 9;

/// A fact with its label; those without are text.
type Fact = (String, String, Style);

/// Draws one indicator; returns where its chart is. `alone` says that it fills the pane, so that there is a way back.
pub fn draw(
    area: Rect,
    buf: &mut Buffer,
    table: &Table<'_>,
    entry: &Entry<'_>,
    plot: &mut Plot,
    span: Nanos,
    alone: bool,
) -> Rect {
    let (cx, theme) = (table.cx, table.cx.theme);
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let spec = entry.row.setup.spec;
    let mut y = area.y;
    let name = Line::from(vec![
        Span::styled(spec.title, theme.bright),
        Span::styled(format!("  {}", entry.name(theme.ascii)), theme.dim),
    ]);
    buf.set_line(area.x, y, &name, area.width);
    let now = now(table, entry);
    let taken = name.width() as u16 + 2;
    if taken + now.width() as u16 > area.width {
        y += 1;
    }
    if y < area.bottom() {
        let width = (now.width() as u16).min(area.width);
        buf.set_line(if y == area.y { area.right() - width } else { area.x }, y, &now, width);
    }
    y += 1;
    let most = area.bottom().saturating_sub(y).saturating_sub(CHART + 2).min(area.height * 9 / 20);
    y += facts(Rect { y, height: most, ..area }, buf, table, entry);
    let head = Rect { y, height: 1, ..area };
    let chart = Rect { y: y + 1, height: area.bottom().saturating_sub(y + 1), ..area };
    let Some(areas) = plot::areas(chart) else { return Rect::default() };
    let shown = Shown { cx, flow: table.flow, row: entry.row, instrument: table.instrument, fresh: table.stale.is_none() };
    plot.draw(&areas, buf, &shown, span);
    heading(head, buf, table, entry, plot, &areas, alone);
    areas.plot
}

/// The current figures in a line.
fn now(table: &Table<'_>, entry: &Entry<'_>) -> Line<'static> {
    let theme = table.cx.theme;
    let spec = entry.row.setup.spec;
    let fresh = |style: Style| if table.stale.is_some() { theme.dim } else { style };
    let reading = match &entry.row.latest {
        Ok(reading) => reading,
        Err(lack) => return Line::styled(figures::lack(lack, table.cx.zone), theme.dim),
    };
    let signed = figures::is_signed(spec);
    let value = figures::text(reading.value(), spec.unit, table.instrument, signed);
    let style = if signed { super::super::direction(theme, reading.value()) } else { theme.bright };
    let mut spans = vec![Span::styled(value, fresh(style))];
    let unit = figures::unit(spec.unit, table.instrument);
    if !unit.is_empty() {
        spans.push(Span::styled(format!(" {unit}"), theme.dim));
    }
    if let Some(z) = entry.row.z {
        spans.push(Span::styled("   z ", theme.dim));
        spans.push(Span::styled(format!("{:>5} ", figures::z(z)), fresh(theme.text)));
        spans.extend(rows::bar(Some(z), 13, fresh(rows::z_style(theme, z, signed)), theme));
        spans.push(Span::styled("  oscillator ", theme.dim));
        spans.extend(rows::gauge(oscillator(z), fresh(theme.text), fresh(theme.series_1), theme));
    }
    let (state, style) = table.state(entry);
    spans.push(Span::styled(format!("  {state}"), style));
    Line::from(spans)
}

/// What is shown of the time: the length and what is usual in it, or what the crosshair points at.
fn heading(area: Rect, buf: &mut Buffer, table: &Table<'_>, entry: &Entry<'_>, plot: &Plot, areas: &Areas, alone: bool) {
    let (cx, theme) = (table.cx, table.cx.theme);
    let spec = entry.row.setup.spec;
    let value = |value: f64| figures::text(value, spec.unit, table.instrument, figures::is_signed(spec));
    let mut spans = Vec::new();
    if let Some(cross) = cx.cross {
        let index = table.flow.position(cross.at);
        let at = clock::hour_minute_second(clock::local(cross.at, cx.zone));
        spans.push(Span::styled(at, theme.accent));
        match index.and_then(|index| Some((index, table.flow.value(entry.row, index)?))) {
            Some((index, own)) => {
                spans.push(Span::styled(format!("  {}", value(own)), theme.bright));
                let z = table.flow.z(entry.row, index);
                spans.push(Span::styled(z.map(|z| format!("  z {}", figures::z(z))).unwrap_or_default(), theme.text));
            }
            None => spans.push(Span::styled("  no value", theme.dim)),
        }
    } else {
        let length = Nanos(plot.course.length.0.saturating_mul(i64::from(areas.plot.width) * 2));
        let first = table.flow.times.first().copied().unwrap_or_default();
        let kept = table.flow.times.last().map_or(Nanos::ZERO, |last| *last - first);
        spans.push(Span::styled(format!("last {}", clock::span(length.min(kept))), theme.dim));
        if let Some((mean, sd)) = plot.course.points.iter().rev().find_map(|point| point.usual) {
            let (mean, sd) = (value(mean), figures::text(sd, spec.unit, table.instrument, false));
            let plus = if theme.ascii { "+-" } else { "±" };
            let bands = if area.width >= 80 { format!(", dots at {plus}1, {plus}2") } else { String::new() };
            spans.push(Span::styled(format!("   mean {mean}   deviation {sd} of the last {WINDOW}{bands}"), theme.dim));
        }
    }
    let line = Line::from(spans);
    buf.set_line(area.x, area.y, &line, area.width);
    let keys = if alone {
        let (edit, back) = (cx.key(Command::IndicatorsEdit), cx.key(Command::Cancel));
        format!("{edit} sets it, {back} goes back")
    } else {
        String::new()
    };
    let left = area.width.saturating_sub(line.width() as u16 + 3);
    paint::text_right(buf, area.right(), area.y, left, &keys, theme.dim);
}

/// Writes what there is to know, in one column or two; returns the rows it took.
fn facts(area: Rect, buf: &mut Buffer, table: &Table<'_>, entry: &Entry<'_>) -> u16 {
    let theme = table.cx.theme;
    let spec = entry.row.setup.spec;
    let words = |label: &str, content: &str| (label.to_owned(), content.to_owned(), theme.text);
    let about = (String::new(), spec.about.to_owned(), theme.text);
    let formula = words("formula", spec.formula);
    let mut source = Vec::new();
    if !spec.source.is_empty() {
        source.push(words("source", spec.source));
    }
    let mut set: Vec<Fact> = spec
        .params
        .iter()
        .enumerate()
        .map(|(i, param)| {
            let range = format!("{} to {}", figures::plain(param.least), figures::plain(param.most));
            let now = param.text(entry.row.setup.params.get(i));
            (param.name.to_owned(), format!("{now}, {} ({range})", param.about), theme.text)
        })
        .collect();
    for (i, extra) in spec.extras.iter().enumerate() {
        let value = entry.row.latest.as_ref().ok().and_then(|reading| reading.extra(i));
        let style = if table.stale.is_some() { theme.dim } else { theme.text };
        let shown = value.map_or_else(|| "-".to_owned(), |value| figures::text(value, extra.unit, table.instrument, false));
        let unit = figures::unit(extra.unit, table.instrument);
        set.push((extra.name.replace('_', " "), format!("{shown} {unit}  {}", extra.about), style));
    }
    let rest = [
        words("range", &format!("{}, {}", range(&spec.range), spec.unit.about())),
        words("needs", spec.needs.about()),
        words("begins", &format!("with {}", plain_code(spec.warm_up))),
        words("at gaps", spec.across_gaps),
    ];
    let plain = |facts: Vec<Fact>| -> Vec<Fact> {
        let words = |(label, content, style): Fact| (label, if theme.ascii { ascii(&content) } else { content }, style);
        facts.into_iter().map(words).collect()
    };
    if area.width >= 90 {
        let left = Rect { width: area.width / 2 - 2, ..area };
        let right = Rect { x: left.right() + 3, width: area.right() - left.right() - 3, ..area };
        let first = plain([vec![about, formula], source].concat());
        let second = plain(set.into_iter().chain(rest).collect());
        return write(left, buf, &first, theme.dim, theme.ascii).max(write(right, buf, &second, theme.dim, theme.ascii));
    }
    let all = [vec![about], set, vec![formula], rest.to_vec(), source].concat();
    write(area, buf, &plain(all), theme.dim, theme.ascii)
}

/// Writes facts one below the other as far as there is room; returns the rows they took.
fn write(area: Rect, buf: &mut Buffer, facts: &[Fact], label: Style, ascii: bool) -> u16 {
    let mut y = area.y;
    let widest = facts.iter().map(|(label, ..)| text::width(label)).max().unwrap_or(0);
    let indent = (widest + 2).max(LABEL).min(area.width / 3);
    for (name, content, style) in facts {
        let indent = if name.is_empty() { 0 } else { indent };
        let lines = paint::wrap(content, area.width.saturating_sub(indent));
        // A fact that does not fit whole is cut where it is the first only.
        let left = area.bottom().saturating_sub(y);
        if left == 0 || (lines.len() > usize::from(left) && y > area.y) {
            continue;
        }
        paint::text(buf, area.x, y, indent.saturating_sub(1), &text::fit(name, indent.saturating_sub(1), ascii), label);
        let cut = lines.len() > usize::from(left);
        for (i, line) in lines.iter().take(left.into()).enumerate() {
            let dots = if cut && i + 1 == usize::from(left) { if ascii { " ..." } else { " …" } } else { "" };
            let line = text::fit(&format!("{line}{dots}"), area.width - indent, ascii).into_owned();
            paint::text(buf, area.x + indent, y, area.width - indent, &line, *style);
            y += 1;
        }
    }
    y - area.y
}

/// Where a value can lie, in words.
fn range(range: &Range) -> String {
    let ends = match (range.least, range.most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} and more"),
        (None, Some(most)) => format!("{most} and less"),
        (None, None) => "any value".to_owned(),
    };
    range.neutral.map_or(ends.clone(), |neutral| format!("{ends}, neutral at {neutral}"))
}

/// A text without the marks of code.
fn plain_code(text: &str) -> String {
    text.replace('`', "")
}

/// A formula in letters that every terminal has.
fn ascii(text: &str) -> String {
    let letter = |c: char| -> String {
        match c {
            'Σ' => "sum ".to_owned(),
            '·' => "*".to_owned(),
            '−' | '–' => "-".to_owned(),
            '≥' => ">=".to_owned(),
            '≤' => "<=".to_owned(),
            '′' => "'".to_owned(),
            '√' => "sqrt".to_owned(),
            '⁴' => "^4".to_owned(),
            '²' => "^2".to_owned(),
            'ₙ' => "n".to_owned(),
            'ₕ' => "h".to_owned(),
            '₊' => "+".to_owned(),
            'ó' => "o".to_owned(),
            'δ' | 'Δ' => "d".to_owned(),
            '…' => "...".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c if c.is_alphabetic() => "?".to_owned(),
            _ => "_".to_owned(),
        }
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_can_be_written_in_ascii() {
        for spec in crate::indicators::flow() {
            for text in [spec.about, spec.formula, spec.source, spec.warm_up, spec.across_gaps] {
                let written = ascii(text);
                assert!(written.is_ascii() && (text.contains('?') || !written.contains('?')), "{}: {written}", spec.name);
            }
        }
    }
}
