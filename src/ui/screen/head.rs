//! The top line: the workspaces, and the current symbol with its day.

use super::bar::{Item, Touch};
use crate::app::Shown;
use crate::app::commands::Command;
use crate::app::layout::{WORKSPACES, Workspace};
use crate::app::link::Linked;
use crate::drive::view::View;
use crate::ui::panes::direction;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// Draws the tabs; returns where each is, and the first column after them.
pub fn tabs(area: Rect, buf: &mut Buffer, shown: &Shown, theme: &Theme) -> (Vec<(Rect, Workspace)>, u16) {
    let mut x = area.x;
    let mut hits = Vec::new();
    // Pages of one number share a tab.
    for spec in WORKSPACES.iter().filter(|spec| spec.is_first()) {
        let pages = WORKSPACES.iter().filter(|page| page.number == spec.number);
        let page = pages.clone().position(|page| page.workspace == shown.workspace);
        let current = page.is_some();
        let which = match (page, pages.count()) {
            (Some(page), count) if count > 1 => format!("{}/{count} ", page + 1),
            _ => String::new(),
        };
        let (number, name) = (format!(" {} ", spec.number), format!("{} {which}", spec.name));
        let start = x;
        let (style, label) = if current {
            (theme.accent.add_modifier(Modifier::BOLD), theme.bright.patch(theme.selection))
        } else {
            (theme.dim, theme.dim)
        };
        let ground = if current { theme.selection } else { theme.bar };
        x = buf.set_stringn(x, area.y, &number, (area.right() - x).into(), ground.patch(style)).0;
        x = buf.set_stringn(x, area.y, &name, (area.right() - x).into(), ground.patch(label)).0;
        hits.push((Rect { x: start, width: x - start, ..area }, spec.workspace));
    }
    (hits, x)
}

/// The symbol of the focused pane and its day, its bars and the time, each with what a click does.
pub fn symbol(view: &View, shown: &Linked, zone: &jiff::tz::TimeZone, theme: &Theme) -> Vec<Touch> {
    let mut items = Vec::new();
    if let Some(symbol) = shown.symbol.and_then(|symbol| view.snapshot.symbol(symbol)) {
        let now = view.session.now;
        let decimals = symbol.instrument.price_decimals();
        let last = symbol.last_price();
        let day = symbol.day(now);
        let change = day.zip(last).filter(|((day, _), _)| !day.open.is_zero());
        let change = change.map(|((day, whole), last)| ((last.to_f64() / day.open.to_f64() - 1.0) * 100.0, whole));
        let style = direction(theme, change.map_or(0.0, |(change, _)| change));
        items.push(Item::new(100, symbol.instrument.symbol.to_string(), theme.bright));
        if let Some(last) = last {
            items.push(Item::new(90, format!("{last:#.decimals$}"), style.add_modifier(Modifier::BOLD)));
        }
        if let Some((change, whole)) = change {
            let arrow = match (theme.ascii, change) {
                (false, c) if c > 0.0 => "▲ ",
                (false, c) if c < 0.0 => "▼ ",
                _ => "",
            };
            items.push(Item::new(80, format!("{arrow}{}{change:>+6.2}%", if whole { "" } else { "~" }), style));
        }
        if let Some((day, _)) = day {
            items.push(Item::labelled(42, "high ", theme.dim, format!("{:#.decimals$}", day.high), theme.text));
            items.push(Item::labelled(41, "low ", theme.dim, format!("{:#.decimals$}", day.low), theme.text));
            let turnover = format!("{:>6}", text::short(day.volume.to_f64() * day.close.to_f64()));
            items.push(Item::labelled(40, "vol ", theme.dim, turnover, theme.text));
        }
        if let Some((_, mark)) = symbol.mark {
            items.push(Item::labelled(30, "mark ", theme.dim, format!("{:#.decimals$}", mark.price), theme.text));
            if let Some(rate) = mark.funding {
                let next = mark.next.map(|next| next.saturating_sub(now)).filter(|left| left.0 > 0);
                let next = next.map(|left| format!(" in {:<6}", text::span(left, theme.ascii))).unwrap_or_default();
                items.push(Item::labelled(25, "funding ", theme.dim, format!("{:.4}%{next}", rate.to_f64() * 100.0), theme.text));
            }
        }
    }
    let mut items: Vec<Touch> = items.into_iter().map(|item| item.does(Command::ChooseSymbol)).collect();
    items.push(Item::new(70, shown.bars.to_string(), theme.accent).does(Command::ChooseTimeframe));
    let now = text::time_of_day(view.session.now, zone, "%H:%M:%S %Z");
    items.push(Item::new(60, now, theme.dim).does(Command::ToggleUtc));
    items
}
