//! One recording as a row: the columns that fit, and their cells.

use super::order::{Order, Sort};
use crate::app::RecordingFile;
use crate::domain::Nanos;
use crate::drive::previews::{Health, Preview};
use crate::recording::EXTENSION;
use crate::ui::pane::Cx;
use crate::ui::panes::list::{Column, cell};
use crate::ui::text;
use crate::ui::widgets::{clock, figures};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use std::fmt::Write as _;
use std::path::Path;

/// A file and what is known of it.
pub struct Entry<'a> {
    /// The file.
    pub file: &'a RecordingFile,
    /// What is in it; `None` while that is not known.
    pub preview: Option<&'a Preview>,
}

/// The columns in the order they are drawn, with their worth: the lowest goes first when there is little room.
const COLUMNS: [(u8, Column); 10] = [
    (99, Column { title: "name", width: 14, right: false }),
    (60, Column { title: "symbols", width: 12, right: false }),
    (85, Column { title: "price", width: 12, right: false }),
    (80, Column { title: "span", width: 7, right: true }),
    (70, Column { title: "events", width: 6, right: true }),
    (75, Column { title: "changed", width: 16, right: false }),
    (50, Column { title: "size", width: 8, right: true }),
    (40, Column { title: "from", width: 16, right: false }),
    (25, Column { title: "gaps", width: 4, right: true }),
    (90, Column { title: "state", width: 10, right: false }),
];
/// Cells of the price that can be had beyond its least width.
const PRICE_MORE: u16 = 24;

/// The name of a file, without the ending they all have.
pub fn name(file: &RecordingFile) -> String {
    let name = file.path.file_name().unwrap_or(file.path.as_os_str()).to_string_lossy();
    text::safe(name.strip_suffix(EXTENSION).unwrap_or(&name)).into_owned()
}

/// Cells of the name.
pub fn name_width(file: &RecordingFile) -> u16 {
    text::width(&name(file))
}

/// What a filter looks at.
pub fn searched(file: &RecordingFile, preview: Option<&Preview>) -> String {
    let mut text = file.path.to_string_lossy().into_owned();
    if let Some(preview) = preview {
        let _ = write!(text, " {}", preview.venue);
        for (symbol, _) in &preview.symbols {
            let _ = write!(text, " {symbol}");
        }
        let _ = write!(text, " {}", state(&preview.health));
    }
    text
}

/// The columns that fit; what is left over goes to the names, then to the price.
pub fn fitting(room: u16, longest: u16) -> Vec<Column> {
    let mut worth: Vec<&(u8, Column)> = COLUMNS.iter().collect();
    worth.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
    // The first cell has a sign.
    let mut left = room;
    let mut chosen = Vec::new();
    for (rank, column) in worth {
        if column.width < left {
            left -= column.width + 1;
            chosen.push(*rank);
        }
    }
    let mut columns: Vec<Column> = COLUMNS.iter().filter(|(rank, _)| chosen.contains(rank)).map(|(_, column)| *column).collect();
    for column in &mut columns {
        let more = match column.title {
            "name" => longest.saturating_sub(column.width).min(left),
            "price" => PRICE_MORE.min(left),
            _ => 0,
        };
        column.width += more;
        left -= more;
    }
    columns
}

/// The heading; the column sorted by says so.
pub fn heading(columns: &[Column], order: Order, cx: &Cx<'_>) -> Line<'static> {
    let mut spans = vec![Span::raw(" ")];
    let arrow = match (order.reverse, cx.theme.ascii) {
        (false, false) => "▾",
        (true, false) => "▴",
        (false, true) => "v",
        (true, true) => "^",
    };
    for column in columns {
        if column.title == order.by.name() {
            let title = format!("{}{arrow}", column.title);
            let column = Column { width: column.width.max(text::width(&title)), ..*column };
            spans.push(cell(&title, &column, cx.theme.bright, cx.theme.ascii));
        } else {
            spans.push(cell(column.title, column, cx.theme.dim, cx.theme.ascii));
        }
    }
    Line::from(spans)
}

/// Where the headings that can be sorted by are.
pub fn places(columns: &[Column], area: Rect) -> Vec<(Rect, Sort)> {
    let mut x = area.x + 1;
    let mut found = Vec::new();
    for column in columns {
        if let Some(sort) = Sort::named(column.title) {
            found.push((Rect { x, y: area.y, width: column.width, height: 1 }, sort));
        }
        x += column.width + 1;
    }
    found
}

/// Whether the live session writes it.
pub fn is_writing(cx: &Cx<'_>, path: &Path) -> bool {
    cx.library.writing.as_deref() == Some(path)
}

fn is_playing(cx: &Cx<'_>, path: &Path) -> bool {
    cx.view.session.replay.as_ref().is_some_and(|replay| replay.files.iter().any(|file| file == path))
}

/// What is wrong in a word; empty when nothing is.
pub const fn state(health: &Health) -> &'static str {
    match health {
        Health::Whole => "",
        Health::Growing(_) => "growing",
        Health::Cut(_) => "cut",
        Health::Damaged(_) => "damaged",
        Health::BadLines(_) => "bad lines",
        Health::Empty => "empty",
        Health::Alien => "no data",
        Health::Unreadable(_) => "unreadable",
    }
}

/// How bad that is.
pub const fn gravity(health: &Health) -> i64 {
    match health {
        Health::Whole => 0,
        Health::Growing(_) => 1,
        Health::BadLines(_) => 2,
        Health::Cut(_) => 3,
        Health::Damaged(_) => 4,
        Health::Empty => 5,
        Health::Alien => 6,
        Health::Unreadable(_) => 7,
    }
}

/// How the state of a file is drawn.
pub fn state_style(health: &Health, cx: &Cx<'_>) -> Style {
    match gravity(health) {
        0 => cx.theme.text,
        1 => cx.theme.good,
        2..=4 => cx.theme.warning,
        _ => cx.theme.error,
    }
}

/// The symbols, those with the most events first, as many as fit, and how many more there are.
pub fn symbols(preview: &Preview, room: u16) -> String {
    let all = &preview.symbols;
    let mut text = String::new();
    for (i, (symbol, _)) in all.iter().enumerate() {
        let rest = if i + 1 < all.len() { format!(" +{}", all.len() - i - 1).len() } else { 0 };
        let gap = usize::from(i > 0);
        if i > 0 && text.len() + gap + symbol.as_str().len() + rest > usize::from(room) {
            let _ = write!(text, " +{}", all.len() - i);
            break;
        }
        let _ = write!(text, "{}{symbol}", if i > 0 { " " } else { "" });
    }
    text
}

/// A moment to the minute: `2024-08-08 23:54`.
pub fn minute(at: Nanos, cx: &Cx<'_>) -> String {
    clock::full(clock::local(at, cx.zone)).chars().take(16).collect()
}

/// One row.
pub fn row(entry: &Entry<'_>, columns: &[Column], cx: &Cx<'_>) -> Line<'static> {
    let (theme, file) = (cx.theme, entry.file);
    let (writing, playing) = (is_writing(cx, &file.path), is_playing(cx, &file.path));
    let sign = match (writing, playing, theme.ascii) {
        (true, _, false) => Span::styled("●", theme.error),
        (true, _, true) => Span::styled("*", theme.error),
        (_, true, false) => Span::styled("▸", theme.accent),
        (_, true, true) => Span::styled(">", theme.accent),
        _ => Span::raw(" "),
    };
    let mut spans = vec![sign];
    let base = match entry.preview {
        Some(preview) if !preview.health.is_playable() => theme.dim,
        None => theme.dim,
        _ => theme.text,
    };
    for column in columns {
        spans.push(match (column.title, entry.preview) {
            ("name", _) => {
                let style = if playing || writing {
                    theme.bright
                } else if entry.preview.is_none() {
                    theme.text
                } else {
                    base
                };
                cell(&name(file), column, style, theme.ascii)
            }
            ("changed", _) => cell(&minute(file.modified, cx), column, theme.dim, theme.ascii),
            ("size", _) => cell(&text::bytes(file.bytes), column, theme.dim, theme.ascii),
            ("state", _) if writing => cell("recording", column, theme.error, theme.ascii),
            ("state", None) => cell(if theme.ascii { "reading" } else { "reading…" }, column, theme.dim, theme.ascii),
            (_, None) => cell("", column, theme.dim, theme.ascii),
            (title, Some(preview)) => known(title, preview, playing, base, column, cx),
        });
    }
    Line::from(spans)
}

/// A cell that needs to know what is in the file.
fn known(title: &str, preview: &Preview, playing: bool, base: Style, column: &Column, cx: &Cx<'_>) -> Span<'static> {
    let theme = cx.theme;
    let (content, style) = match title {
        "symbols" => (symbols(preview, column.width), base),
        "span" => {
            let span = preview.span.map(|(from, to)| clock::span(to.saturating_sub(from)));
            (span.unwrap_or_default(), base)
        }
        "events" if preview.events > 0 => (figures::short_count(preview.events), base),
        "from" => (preview.span.map(|(from, _)| minute(from, cx)).unwrap_or_default(), theme.dim),
        "gaps" if preview.gaps > 0 => (figures::short_count(preview.gaps), theme.warning),
        "price" => {
            let prices = thinned(&preview.prices, column.width);
            let change = prices.first().zip(prices.last()).map_or(0.0, |(first, last)| last - first);
            (text::sparkline(&prices, theme.ascii), crate::ui::panes::direction(theme, change))
        }
        "state" => match state(&preview.health) {
            "" if playing => ("replaying".to_owned(), theme.accent),
            word => (word.to_owned(), state_style(&preview.health, cx)),
        },
        _ => (String::new(), theme.dim),
    };
    cell(&content, column, style, theme.ascii)
}

/// At most so many of the values, evenly; the first and the last stay.
fn thinned(values: &[f64], most: u16) -> Vec<f64> {
    let most = usize::from(most);
    if values.len() <= most || most < 2 {
        return values.iter().copied().take(most).collect();
    }
    (0..most).filter_map(|i| values.get(i * (values.len() - 1) / (most - 1)).copied()).collect()
}
