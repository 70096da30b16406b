//! What is known of the recording under the cursor, below the list.

use super::rows::{self, Entry};
use crate::app::commands::Command;
use crate::drive::previews::{Health, Preview};
use crate::ui::pane::Cx;
use crate::ui::text;
use crate::ui::widgets::{clock, figures, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::fmt::Write as _;

/// Most rows of details, the line above them too.
const MOST: u16 = 7;
/// Fewer are not worth it.
const LEAST: u16 = 4;

/// Rows for details: what the list does not need, and half of it where that is much.
pub fn rows(height: u16, list: u16, files: usize) -> u16 {
    if height < list + 1 + LEAST {
        return 0;
    }
    let needed = u16::try_from(files).unwrap_or(u16::MAX).saturating_add(1).min(height.saturating_sub(LEAST));
    let left = height.saturating_sub(needed.min((height / 2).max(list + 1)));
    if left < LEAST { 0 } else { left.min(MOST) }
}

/// What is wrong with a file, and what to do about it.
pub fn advice(health: &Health, name: &str) -> Option<String> {
    let lines = |count: u64| format!("{} {}", text::count(count), if count == 1 { "line" } else { "lines" });
    Some(match health {
        Health::Whole => return None,
        Health::Growing(count) => format!("being written by some program: {} so far", lines(*count)),
        Health::Cut(count) => format!(
            "ends in the middle: {} can be replayed as they are; `rtai-tui repair {name}` writes them to a clean file",
            lines(*count)
        ),
        Health::Damaged(1) => format!("damaged in one place: `rtai-tui repair {name}` saves the rest to a clean file"),
        Health::Damaged(count) => {
            format!("damaged in {} places: `rtai-tui repair {name}` saves the rest to a clean file", text::count(*count))
        }
        Health::BadLines(count) => {
            format!("{} cannot be used and are left out: `rtai-tui info {name}` names them", lines(*count))
        }
        Health::Empty => "there is nothing in it".to_owned(),
        Health::Alien => {
            "no line in it is one of a recording; `rtai-tui import` reads the captures and tables of other programs".to_owned()
        }
        Health::Unreadable(why) => format!("cannot be read: {}", text::safe(why)),
    })
}

/// Draws the details.
pub fn draw(area: Rect, buf: &mut Buffer, entry: &Entry<'_>, cx: &Cx<'_>) {
    let theme = cx.theme;
    let glyph = if theme.ascii { '-' } else { '─' };
    (area.left()..area.right()).for_each(|x| paint::put(buf, x, area.y, glyph, theme.grid));
    let inner = Rect { x: area.x + 1, width: area.width.saturating_sub(2), y: area.y + 1, height: area.height - 1 };
    let mut y = inner.y;
    let mut line = |content: &str, style: Style| {
        if y < inner.bottom() {
            let content = text::fit(content, inner.width, theme.ascii);
            paint::text(buf, inner.x, y, inner.width, &content, style);
            y += 1;
        }
    };
    let path = entry.file.path.display().to_string();
    line(&tail(&text::safe(&path), inner.width, theme.ascii), theme.bright);
    if rows::is_writing(cx, &entry.file.path) {
        let key = cx.key(Command::ToggleRecording);
        return line(&format!("being recorded now: {} so far ({key} ends it)", text::bytes(entry.file.bytes)), theme.text);
    }
    let Some(preview) = entry.preview else {
        return line(if theme.ascii { "reading it..." } else { "reading it…" }, theme.dim);
    };
    let name = entry.file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if let Some(advice) = advice(&preview.health, &text::safe(&name)) {
        let style = rows::state_style(&preview.health, cx);
        for part in paint::wrap(&advice, inner.width).iter().take(3) {
            line(part, style);
        }
    }
    for fact in facts(preview, cx, inner.width) {
        line(&fact, theme.text);
    }
}

/// What is in it, a line each.
fn facts(preview: &Preview, cx: &Cx<'_>, room: u16) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some((from, to)) = preview.span {
        let (begin, end) = (clock::local(from, cx.zone), clock::local(to, cx.zone));
        let end = if begin.date() == end.date() { clock::hour_minute_second(end) } else { clock::full(end) };
        let zone = clock::zone_label(from, cx.zone);
        facts.push(format!("{} to {end} {zone}, {}", clock::full(begin), clock::span(to.saturating_sub(from))));
    }
    if preview.events == 0 {
        return facts;
    }
    let mut text = format!("{} events", text::count(preview.events));
    for (count, one, more) in
        [(preview.gaps, "gap", "gaps"), (preview.marks, "mark", "marks"), (preview.large, "large trade", "large trades")]
    {
        if count > 0 {
            let _ = write!(text, ", {} {}", text::count(count), if count == 1 { one } else { more });
        }
    }
    facts.push(text);
    let topics: Vec<String> =
        preview.topics.iter().map(|(topic, count)| format!("{topic} {}", figures::short_count(*count))).collect();
    facts.push(format!("{}: {}", rows::symbols(preview, room / 2), topics.join(", ")));
    let mut from: Vec<String> = Vec::new();
    if !preview.venue.is_empty() {
        from.push(text::safe(&preview.venue).into_owned());
    }
    if !preview.app.is_empty() {
        from.push(format!("written by {}", text::safe(&preview.app)));
    }
    if !from.is_empty() {
        facts.push(from.join(", "));
    }
    facts
}

/// The end of a text that is too wide: of a path that says most.
fn tail(content: &str, room: u16, ascii: bool) -> String {
    if text::width(content) <= room {
        return content.to_owned();
    }
    let dots = if ascii { "..." } else { "…" };
    let mut width = text::width(dots);
    let mut kept: Vec<char> = Vec::new();
    for letter in content.chars().rev() {
        width += text::width(letter.encode_utf8(&mut [0; 4]));
        if width > room {
            break;
        }
        kept.push(letter);
    }
    let kept: String = kept.into_iter().rev().collect();
    format!("{dots}{kept}")
}
