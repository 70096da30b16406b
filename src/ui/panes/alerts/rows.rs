//! What stands in the list's columns.

use super::columns::{Column, Part};
use super::order::{Order, Sort};
use super::words::{self, STATE_LONG, Stand};
use crate::domain::{Nanos, Origin};
use crate::engine::AlertView;
use crate::ui::pane::Cx;
use crate::ui::text;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// A symbol from which nothing came for so long is stale.
const STALE: Nanos = Nanos::from_secs(10);

/// How long nothing came for an alert's symbol, where that is too long.
pub fn stale(view: &AlertView, cx: &Cx<'_>) -> Option<Nanos> {
    let last = cx.view.snapshot.symbol(view.symbol)?.last_event?;
    let age = cx.view.session.now.saturating_sub(last);
    (age > STALE).then_some(age)
}

/// What the rows have in common.
pub struct Table<'a> {
    /// What is drawn with.
    pub cx: &'a Cx<'a>,
    /// The columns that fit.
    pub columns: Vec<Column>,
}

impl Table<'_> {
    /// The headings, the one it is sorted by with an arrow.
    pub fn heading(&self, order: Order) -> Line<'static> {
        let theme = self.cx.theme;
        let arrow = match (order.reverse, theme.ascii) {
            (false, false) => "▾",
            (true, false) => "▴",
            (false, true) => "v",
            (true, true) => "^",
        };
        let mut spans = vec![Span::raw(" ".repeat(usize::from(super::columns::MARKS)))];
        for column in &self.columns {
            let sorted = column.part.sort() == Some(order.by) && (order.by != Sort::Set || order.reverse);
            let mut title = column.part.title().to_owned();
            if sorted {
                if text::width(&title) >= column.width {
                    title.pop();
                }
                title.push_str(arrow);
            }
            self.cell(&mut spans, &title, *column, if sorted { theme.accent } else { theme.dim });
        }
        Line::from(spans)
    }

    /// Writes a cell and the gap after it. What is left blank has no style: themes without colours underline.
    fn cell(&self, spans: &mut Vec<Span<'static>>, content: &str, column: Column, style: Style) {
        let content = text::fit(content, column.width, self.cx.theme.ascii).into_owned();
        let blank = usize::from(column.width.saturating_sub(text::width(&content)));
        if column.part.is_right() {
            spans.extend([Span::raw(" ".repeat(blank)), Span::styled(content, style), Span::raw(" ")]);
        } else {
            spans.extend([Span::styled(content, style), Span::raw(" ".repeat(blank + 1))]);
        }
    }

    /// One row.
    pub fn line(&self, view: &AlertView, is_chosen: bool) -> Line<'static> {
        let (cx, theme) = (self.cx, self.cx.theme);
        let now = cx.view.snapshot.at;
        let stand = Stand::of(view, now);
        let mark = match (is_chosen, theme.ascii) {
            (true, false) => "▸",
            (true, true) => ">",
            (false, _) => " ",
        };
        let mut spans = vec![
            Span::styled(mark, if is_chosen { theme.accent } else { theme.text }),
            Span::styled(format!("{} ", stand.glyph(theme.ascii)), stand.style(theme)),
        ];
        let mut columns = self.columns.as_slice();
        while let Some((column, rest)) = columns.split_first() {
            columns = rest;
            let why = (column.part == Part::Value).then(|| why_no_value(view)).flatten();
            let Some(why) = why else {
                self.push(&mut spans, view, stand, now, *column);
                continue;
            };
            // Why there is no value takes the room of what is worked out of it.
            let taken = columns.iter().take_while(|column| matches!(column.part, Part::Distance | Part::Truth)).count();
            let (taken, left) = columns.split_at(taken);
            columns = left;
            let width = column.width + taken.iter().map(|column| column.width + 1).sum::<u16>();
            let style = if stand == Stand::Unreadable { theme.error } else { theme.dim };
            spans.push(Span::styled(text::left(&why, width, theme.ascii) + " ", style));
        }
        Line::from(spans)
    }

    fn push(&self, spans: &mut Vec<Span<'static>>, view: &AlertView, stand: Stand, now: Nanos, column: Column) {
        let (cx, theme) = (self.cx, self.cx.theme);
        let asleep = matches!(stand, Stand::Paused | Stand::Done);
        let fresh = |style: Style| if asleep || stale(view, cx).is_some() { theme.dim } else { style };
        let (content, style) = match column.part {
            Part::State => {
                let words = if column.width >= STATE_LONG { stand.long(now) } else { stand.short(now) };
                (words, stand.style(theme))
            }
            Part::Symbol => (view.symbol.to_string(), if asleep { theme.dim } else { theme.text }),
            Part::Expression => {
                return self.cell(spans, &view.alert.expr, column, if asleep { theme.dim } else { theme.bright });
            }
            Part::Value => (value(view, cx).unwrap_or_else(|| "-".to_owned()), fresh(theme.text)),
            Part::Distance => match words::distance(view) {
                Some((_, away)) => (words::away(away), fresh(theme.text)),
                None => (String::new(), theme.dim),
            },
            Part::Truth => {
                let (word, style) = words::truth(view, theme);
                (word.to_owned(), fresh(style))
            }
            Part::Fired => match view.state.fired {
                0 => ("-".to_owned(), theme.dim),
                times => (crate::ui::widgets::figures::short_count(times), theme.text),
            },
            Part::Last => match view.state.last {
                Some(at) => (words::moment(at, now, cx.zone), theme.text),
                None => ("never".to_owned(), theme.dim),
            },
            Part::Rearm => (words::rearm_short(view.alert.rearm), theme.dim),
            Part::Channels => return self.channels(spans, view, column),
            Part::Note => (view.alert.note.clone(), theme.dim),
            Part::Origin => match view.alert.origin {
                Origin::Config => ("config".to_owned(), theme.dim),
                Origin::User => (String::new(), theme.dim),
            },
        };
        self.cell(spans, &content, column, style);
    }

    /// The channels in short; those that cannot be used with a mark.
    fn channels(&self, spans: &mut Vec<Span<'static>>, view: &AlertView, column: Column) {
        let theme = self.cx.theme;
        let mut left = column.width + 1;
        for channel in view.alert.deliver.iter() {
            let bad = words::why_not(channel, self.cx).is_some();
            let word = format!("{}{} ", words::channel(channel), if bad { "!" } else { "" });
            let width = text::width(&word);
            if width > left {
                break;
            }
            left -= width;
            spans.push(Span::styled(word, if bad { theme.warning } else { theme.dim }));
        }
        spans.push(Span::raw(" ".repeat(usize::from(left))));
    }
}

/// The most telling value.
fn value(view: &AlertView, cx: &Cx<'_>) -> Option<String> {
    let at = words::telling(view)?;
    let input = view.expression.as_ref().ok()?.inputs().get(at)?;
    let value = view.values.get(at)?.as_ref().ok()?;
    Some(words::input_value(input, *value, view.symbol, cx))
}

/// Why there is no telling value, where it is looked at: the expression cannot be read, or what it is about is not known.
fn why_no_value(view: &AlertView) -> Option<String> {
    if let Err(why) = &view.expression {
        return Some(why.to_string());
    }
    let why = view.values.get(words::telling(view)?)?.as_ref().err()?;
    Some(why.to_string())
}
