//! The panes with their borders and titles.

use super::{Screen, paste};
use crate::app::layout::{Area, Arranged};
use crate::app::link::{Group, Link};
use crate::app::panes::{PaneId, PaneKind};
use crate::drive::view::View;
use crate::ui::frame::{Lines, inside};
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

/// The colour of a group.
pub(super) fn group_style(group: Group, theme: &Theme) -> Style {
    match group.number() {
        1 => theme.series_1,
        2 => theme.series_2,
        3 => theme.series_3,
        4 => theme.series_4,
        5 => theme.series_5,
        _ => theme.series_6,
    }
}

impl Screen {
    pub(super) fn draw_panes(&mut self, body: Rect, buf: &mut Buffer, view: &View) {
        let area = Area { x: body.x, y: body.y, width: body.width, height: body.height };
        self.app.area = area;
        self.app.desk_mut().settle(area);
        let arranged = self.app.desk().arrange(area);
        let focus = self.app.desk().focus();
        let mut lines = Lines::new(self.theme.ascii);
        for (_, area) in arranged.panes.iter().filter(|(id, _)| *id != focus) {
            lines.add(*area, self.theme.border);
        }
        if let Some(area) = arranged.area(focus) {
            lines.add_over(area, self.theme.border_focused);
        }
        lines.draw(buf);
        self.drawn.titles.clear();
        self.lacking.clear();
        let mut lacking = std::mem::take(&mut self.lacking);
        let mut working = false;
        let mut wanted = std::mem::take(&mut self.wanted);
        wanted.clear();
        let mut scratch = std::mem::take(&mut self.scratch);
        self.app.keep_pairs(arranged.panes.iter().map(|(id, _)| *id), view);
        working |= self.app.pairs.is_working();
        self.app.forget_spans();
        // What sums up what others show is drawn after them.
        let (sums, others): (Vec<_>, Vec<_>) = arranged.panes.iter().copied().partition(|(id, _)| id.kind == PaneKind::Profile);
        for (id, area) in others.into_iter().chain(sums) {
            let inner = inside(area);
            scratch.resize(inner);
            scratch.reset();
            scratch.set_style(inner, self.theme.text);
            let (title, span) = self.with_pane(id, view, |pane, cx| {
                pane.render(inner, &mut scratch, cx);
                lacking.extend_from_slice(pane.lacks());
                working |= pane.is_working();
                wanted.extend(pane.wanted());
                (pane.title(cx), pane.span())
            });
            if span.is_some() {
                self.app.bars_mut(id).span = span;
            }
            paste(&scratch, buf);
            let hit = self.draw_title(id, area, &title, buf);
            self.drawn.titles.push((hit, id));
        }
        self.scratch = scratch;
        self.lacking = lacking;
        self.working = working;
        self.wanted = wanted;
        if let Some(goal) = self.drop_goal(&arranged) {
            let area = goal.shown;
            buf.set_style(Rect::new(area.x, area.y, area.width, area.height), self.theme.selection);
        }
        self.drawn.folded = folded(&arranged, body, buf, &self.theme);
        self.drawn.arranged = arranged;
    }

    /// Draws a pane's title on its upper border; returns its cells.
    fn draw_title(&self, id: PaneId, area: Area, title: &Line<'static>, buf: &mut Buffer) -> Rect {
        let (theme, desk) = (&self.theme, self.app.desk());
        let focused = desk.focus() == id;
        let style = if focused { theme.bright } else { theme.dim };
        let end = (area.x + area.width).saturating_sub(2);
        let (start, y) = (area.x + 2, area.y);
        if end < start + 3 {
            return Rect::new(area.x, y, 0, 0);
        }
        let left = |x: u16| usize::from(end.saturating_sub(x));
        let mut x = start;
        if id.kind.follows() && desk.links_differ() {
            x = draw_link(desk.link(id), x, y, buf, theme);
            x = buf.set_stringn(x, y, " ", left(x), style).0;
            // With several symbols on the screen every pane says whose it is.
            let symbol = self.app.linked(id).symbol.filter(|_| id.kind != PaneKind::Watchlist && !id.kind.is_pair());
            if let Some(symbol) = symbol.filter(|symbol| !title.spans.iter().any(|span| span.content.contains(symbol.as_str()))) {
                x = buf.set_stringn(x, y, format!("{symbol} "), left(x + 1), style).0;
            }
        } else {
            x = buf.set_stringn(x, y, " ", left(x), style).0;
        }
        for (i, span) in title.spans.iter().enumerate() {
            // One cell is left for the space after it. What does not fit is left out, rather than cut in the middle of a figure.
            if i > 0 && text::width(&span.content) > end.saturating_sub(x + 1) {
                break;
            }
            let content = text::fit(&span.content, end.saturating_sub(x + 1), theme.ascii);
            x = buf.set_stringn(x, y, content, left(x + 1), style.patch(span.style)).0;
        }
        let mark = if desk.zoomed() && focused { " zoomed " } else { " " };
        x = buf.set_stringn(x, y, mark, left(x), theme.accent).0;
        Rect::new(start, y, x - start, 1)
    }
}

/// Draws what a pane is linked to: the group's number on its colour, or that it stands alone.
fn draw_link(link: Link, x: u16, y: u16, buf: &mut Buffer, theme: &Theme) -> u16 {
    match link.group {
        Some(group) => {
            let style = group_style(group, theme).add_modifier(Modifier::REVERSED | Modifier::BOLD);
            buf.set_string(x, y, format!(" {group} "), style);
        }
        None => buf.set_string(x, y, if theme.ascii { " - " } else { " ∅ " }, theme.dim),
    }
    x + 3
}

/// Says in the lower right corner which panes are folded; returns where each name is.
fn folded(arranged: &Arranged, body: Rect, buf: &mut Buffer, theme: &Theme) -> Vec<(Rect, PaneId)> {
    let corner = (body.right().saturating_sub(1), body.bottom().saturating_sub(1));
    let Some((_, last)) = arranged.panes.iter().find(|(_, area)| area.holds(corner.0, corner.1)) else { return Vec::new() };
    let room = last.width.saturating_sub(4);
    if arranged.folded.is_empty() || last.height < 3 {
        return Vec::new();
    }
    let label = " folded: ";
    let width = |id: &PaneId| text::width(&id.to_string()) + 1;
    let whole = text::width(label) + arranged.folded.iter().map(width).sum::<u16>();
    let end = last.x + last.width - 2;
    let mut hits = Vec::new();
    if whole <= room {
        let mut x = buf.set_stringn(end - whole, corner.1, label, room.into(), theme.dim).0;
        for id in &arranged.folded {
            hits.push((Rect::new(x, corner.1, width(id) - 1, 1), *id));
            x = buf.set_stringn(x, corner.1, id.to_string(), room.into(), theme.text).0;
            x = buf.set_stringn(x, corner.1, " ", 1, theme.dim).0;
        }
        return hits;
    }
    let short = [format!(" {} folded ", arranged.folded.len()), format!(" +{} ", arranged.folded.len())];
    if let Some(short) = short.iter().find(|short| text::width(short) <= room) {
        let x = end - text::width(short);
        buf.set_string(x, corner.1, short, theme.text);
        hits.extend(arranged.folded.first().map(|id| (Rect::new(x, corner.1, text::width(short), 1), *id)));
    }
    hits
}
