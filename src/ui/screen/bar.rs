//! A line of items of which the least important give way when there is little room.

use crate::app::commands::Command;
use crate::ui::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::borrow::Borrow;

/// Something on a bar.
#[derive(Debug, Clone)]
pub struct Item {
    /// What it says.
    pub spans: Vec<Span<'static>>,
    /// The lowest gives way first.
    pub worth: u8,
}

impl Item {
    /// One piece of text.
    pub fn new(worth: u8, text: impl Into<String>, style: Style) -> Self {
        Self { spans: vec![Span::styled(text.into(), style)], worth }
    }

    /// A label and its value.
    pub fn labelled(worth: u8, label: &'static str, dim: Style, value: impl Into<String>, style: Style) -> Self {
        Self { spans: vec![Span::styled(label, dim), Span::styled(value.into(), style)], worth }
    }

    fn width(&self) -> u16 {
        self.spans.iter().map(|span| text::width(&span.content)).fold(0, u16::saturating_add)
    }
}

/// An item that runs a command when it is clicked.
#[derive(Debug, Clone)]
pub struct Touch {
    /// What is shown.
    pub item: Item,
    /// What a click does.
    pub command: Option<Command>,
}

impl Item {
    /// With what a click on it does.
    pub const fn does(self, command: Command) -> Touch {
        Touch { item: self, command: Some(command) }
    }
}

impl Borrow<Item> for Touch {
    fn borrow(&self) -> &Item {
        &self.item
    }
}

/// Cells between items.
const GAP: u16 = 2;

/// Leaves out the least important items until the rest fit into so many cells.
pub fn fitting<T: Borrow<Item>>(mut items: Vec<T>, room: u16) -> Vec<T> {
    let total = |items: &[T]| items.iter().map(|item| item.borrow().width().saturating_add(GAP)).fold(0, u16::saturating_add);
    while items.len() > 1 && total(&items) > room.saturating_add(GAP) {
        let least = items.iter().enumerate().min_by_key(|(_, item)| (*item).borrow().worth).map_or(0, |(i, _)| i);
        items.remove(least);
    }
    items
}

/// Draws items from the left; returns the column after the last.
pub fn draw(area: Rect, buf: &mut Buffer, items: &[Item]) -> u16 {
    let mut x = area.x;
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            x = x.saturating_add(GAP);
        }
        for span in &item.spans {
            if x < area.right() {
                x = buf.set_span(x, area.y, span, area.right() - x).0;
            }
        }
    }
    x
}

/// Draws items so that the last ends at the right.
pub fn draw_right(area: Rect, buf: &mut Buffer, items: &[Item]) {
    draw(at_right(area, items), buf, items);
}

fn at_right<T: Borrow<Item>>(area: Rect, items: &[T]) -> Rect {
    let widths = items.iter().map(|item| item.borrow().width().saturating_add(GAP));
    let x = area.right().saturating_sub(widths.fold(0, u16::saturating_add).saturating_sub(GAP)).max(area.x);
    Rect { x, width: area.right() - x, ..area }
}

/// Draws items that can be clicked from the left, or so that the last ends at the `right`; adds where each is.
pub fn draw_touch(area: Rect, buf: &mut Buffer, items: &[Touch], right: bool, hits: &mut Vec<(Rect, Command)>) {
    let area = if right { at_right(area, items) } else { area };
    let mut x = area.x;
    for touch in items {
        let end = draw(Rect { x, width: area.right().saturating_sub(x), ..area }, buf, std::slice::from_ref(&touch.item));
        hits.extend(touch.command.map(|command| (Rect { x, width: end.saturating_sub(x), ..area }, command)));
        x = end.saturating_add(GAP);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_gives_way() {
        let items =
            vec![Item::new(3, "aaaa", Style::new()), Item::new(1, "bbbb", Style::new()), Item::new(2, "cc", Style::new())];
        let left: Vec<u8> = fitting(items.clone(), 9).iter().map(|item| item.worth).collect();
        assert_eq!(left, [3, 2]);
        assert_eq!(fitting(items.clone(), 14).len(), 3);
        assert_eq!(fitting(items, 1).len(), 1);
    }
}
