//! A line of items of which the least important give way when there is little room.

use crate::ui::text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

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

/// Cells between items.
const GAP: u16 = 2;

/// Leaves out the least important items until the rest fit into so many cells.
pub fn fitting(mut items: Vec<Item>, room: u16) -> Vec<Item> {
    let total = |items: &[Item]| items.iter().map(|item| item.width().saturating_add(GAP)).fold(0, u16::saturating_add);
    while items.len() > 1 && total(&items) > room.saturating_add(GAP) {
        let least = items.iter().enumerate().min_by_key(|(_, item)| item.worth).map_or(0, |(i, _)| i);
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
    let total = items.iter().map(|item| item.width().saturating_add(GAP)).fold(0, u16::saturating_add).saturating_sub(GAP);
    let x = area.right().saturating_sub(total).max(area.x);
    draw(Rect { x, width: area.right() - x, ..area }, buf, items);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_important_gives_way() {
        let items = vec![Item::new(3, "aaaa", Style::new()), Item::new(1, "bbbb", Style::new()), Item::new(2, "cc", Style::new())];
        let left: Vec<u8> = fitting(items.clone(), 9).iter().map(|item| item.worth).collect();
        assert_eq!(left, [3, 2]);
        assert_eq!(fitting(items.clone(), 14).len(), 3);
        assert_eq!(fitting(items, 1).len(), 1);
    }
}
