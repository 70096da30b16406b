//! Lines of figures: pairs of a name and a value side by side, and bars with a name before and words behind.

use super::words;
use crate::ui::text;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Cells of a name.
const NAME: u16 = 13;
/// The least cells of a pair, and the most.
const PAIR: (u16, u16) = (27, 46);

/// Something to be shown; the lowest rank gives way last.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// A name and its value; several stand side by side.
    Pair(u8, &'static str, String, Style),
    /// A name, a bar filled to a part of one, and words.
    Bar(u8, &'static str, f64, Style, String),
    /// A line of words.
    Line(u8, String, Style),
    /// A heading.
    Head(u8, String),
}

impl Item {
    const fn rank(&self) -> u8 {
        match self {
            Self::Pair(rank, ..) | Self::Bar(rank, ..) | Self::Line(rank, ..) | Self::Head(rank, _) => *rank,
        }
    }
}

/// Pairs that stand side by side.
fn across(width: u16) -> u16 {
    (width / PAIR.0).clamp(1, 4)
}

/// Rows that items take.
fn rows(items: &[Item], width: u16) -> u16 {
    let across = across(width);
    let (mut rows, mut at) = (0, 0);
    for item in items {
        if matches!(item, Item::Pair(..)) {
            rows += u16::from(at == 0);
            at = (at + 1) % across;
        } else {
            (rows, at) = (rows + 1, 0);
        }
    }
    rows
}

/// Takes away what there is no room for, the least worthy first.
pub(super) fn fit(mut items: Vec<Item>, width: u16, height: u16) -> Vec<Item> {
    while rows(&items, width) > height {
        let Some(worst) = items.iter().map(Item::rank).max() else { break };
        let Some(at) = items.iter().rposition(|item| item.rank() == worst) else { break };
        items.remove(at);
    }
    items
}

/// Draws what there is room for; the rows taken come back.
pub(super) fn draw(area: Rect, buf: &mut Buffer, items: Vec<Item>, theme: &Theme) -> u16 {
    let items = fit(items, area.width, area.height);
    let across = across(area.width);
    let wide = (area.width / across).min(PAIR.1);
    let put = |buf: &mut Buffer, x: u16, y: u16, room: u16, content: &str, style: Style| {
        let content = text::safe(content);
        let plain = if theme.ascii { super::ascii(&content) } else { content.into_owned() };
        buf.set_string(x, y, text::fit(&plain, room, theme.ascii), style);
    };
    let (mut y, mut at) = (area.y, 0);
    for item in &items {
        if !matches!(item, Item::Pair(..)) && at > 0 {
            (y, at) = (y + 1, 0);
        }
        if y >= area.bottom() {
            break;
        }
        match item {
            Item::Pair(_, name, value, style) => {
                let x = area.x + at * wide;
                let room = wide.saturating_sub(2);
                put(buf, x, y, NAME.min(room), name, theme.dim);
                let left = room.saturating_sub(NAME);
                // A figure with another behind it goes without that where there is no room.
                let first =
                    value.split_once(' ').map(|(first, _)| first).filter(|first| first.ends_with(|c: char| c.is_ascii_digit()));
                let value = first.filter(|_| text::width(value) > left).unwrap_or(value);
                // Values end in one column, so that their decimals stand below each other.
                let value = text::right(value, left.min(18), theme.ascii);
                put(buf, x + NAME.min(room), y, left, &value, *style);
                at += 1;
                if at == across {
                    (y, at) = (y + 1, 0);
                }
                continue;
            }
            Item::Bar(_, name, part, style, said) => {
                put(buf, area.x, y, NAME, name, theme.dim);
                let cells = area.width.saturating_sub(NAME + 20).clamp(0, 30);
                let (left, right) = if theme.ascii { ("[", "]") } else { ("▕", "▏") };
                let mut x = area.x + NAME;
                if cells >= 6 {
                    put(buf, x, y, 1, left, theme.dim);
                    buf.set_string(x + 1, y, words::bar(*part, cells, theme.ascii), *style);
                    put(buf, x + 1 + cells, y, 1, right, theme.dim);
                    x += cells + 3;
                }
                put(buf, x, y, area.right().saturating_sub(x), said, theme.text);
            }
            Item::Line(_, said, style) => put(buf, area.x, y, area.width, said, *style),
            Item::Head(_, said) => put(buf, area.x, y, area.width, said, theme.bright),
        }
        y += 1;
    }
    if at > 0 { y + 1 - area.y } else { y - area.y }
}
