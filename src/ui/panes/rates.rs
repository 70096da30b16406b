//! What was counted: inputs, messages, what could not be used, requests, memory.

use crate::app::commands::{Command, Scope};
use crate::drive::view::{RecordingView, View};
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crate::ui::theme::Theme;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

/// What was counted.
#[derive(Debug, Default)]
pub struct RatesPane;

fn rows(view: &View, theme: &Theme) -> Vec<(&'static str, String, Style)> {
    let (rates, feed, session) = (&view.snapshot.rates, &view.session.feed, &view.session);
    let plain = |n: u64| text::count(n);
    let wary = |n: u64| if n > 0 { theme.warning } else { theme.dim };
    let (used, limit) = session.weight;
    let tight = limit > 0 && u64::from(used) * 10 > u64::from(limit) * 8;
    let recording = match &session.recording {
        RecordingView::Off => ("off".to_owned(), theme.dim),
        RecordingView::On { lines, lost, .. } if *lost > 0 => {
            (format!("{} lines, {} lost", plain(*lines), plain(*lost)), theme.error)
        }
        RecordingView::On { bytes, lines, .. } => (format!("{}, {} lines", text::bytes(*bytes), plain(*lines)), theme.good),
        RecordingView::Failed(why) => (text::safe(why).into_owned(), theme.error),
    };
    vec![
        ("events/s", plain(u64::from(rates.per_second)), theme.bright),
        ("events", plain(rates.inputs), theme.text),
        ("trades", plain(rates.trades), theme.text),
        ("book changes", plain(rates.depths), theme.text),
        ("messages", plain(feed.messages), theme.text),
        ("malformed", plain(feed.malformed), wary(feed.malformed)),
        ("unknown kinds", plain(feed.unknown), theme.dim),
        ("duplicates", plain(feed.duplicates), theme.dim),
        ("not market trades", plain(feed.non_market + rates.ignored_trades), theme.dim),
        ("book resyncs", plain(feed.resyncs), wary(feed.resyncs)),
        ("book breaks", plain(rates.breaks), wary(rates.breaks)),
        (
            "request weight",
            if limit == 0 { "-".to_owned() } else { format!("{used} of {limit}/min") },
            if tight { theme.warning } else { theme.text },
        ),
        ("recording", recording.0, recording.1),
        ("disk free", session.free.map_or_else(|| "-".to_owned(), text::bytes), theme.text),
        ("memory", session.memory.map_or_else(|| "-".to_owned(), text::bytes), theme.text),
        ("running for", text::span(session.now.saturating_sub(session.started), theme.ascii), theme.dim),
    ]
}

impl Pane for RatesPane {
    fn title(&self, _cx: &Cx<'_>) -> Line<'static> {
        Line::raw("Counts")
    }

    fn scope(&self) -> Scope {
        Scope::List
    }

    fn on_command(&mut self, _command: Command, _count: u32, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    fn alert(&self, cx: &Cx<'_>) -> Option<propose::Proposal> {
        propose::of_feed(cx)
    }

    fn on_mouse(&mut self, _event: MouseEvent, _area: Rect, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        for ((label, value, style), y) in rows(cx.view, cx.theme).into_iter().zip(area.top()..area.bottom()) {
            let value = text::right(&value, area.width.saturating_sub(19), cx.theme.ascii);
            let line = Line::from(vec![Span::styled(format!("{label:<19}"), cx.theme.dim), Span::styled(value, style)]);
            buf.set_line(area.x, y, &line, area.width);
        }
    }
}
