//! How late events arrive: quantiles, and what the clocks make of them.

use crate::app::commands::{Command, Scope};
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::engine::stats::Quantiles;
use crate::ui::pane::{Cx, Handled, Pane};
use crate::ui::panes::propose;
use crate::ui::text;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Delays of this many seconds are not the network's but a clock's.
const ABSURD: Nanos = Nanos::from_secs(5);

/// The delays that can be believed, and by how much our clock disagrees with the exchange's where it does.
///
/// While the clocks agree the delays are as measured; while they do not, what remains when the difference is taken out.
pub fn believable(view: &View) -> (Quantiles, Option<Nanos>) {
    let latency = view.snapshot.latency;
    let disagree = latency.raw.count > 0 && (latency.raw.least < Nanos::ZERO || latency.raw.least > ABSURD);
    if disagree { (latency.jitter, Some(view.session.clock_offset.unwrap_or(latency.raw.least))) } else { (latency.raw, None) }
}

/// How late events arrive.
#[derive(Debug, Default)]
pub struct LatencyPane;

impl Pane for LatencyPane {
    fn title(&self, _cx: &Cx<'_>) -> Line<'static> {
        Line::raw("Latency")
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
        let theme = cx.theme;
        let (delays, clock) = believable(cx.view);
        let latency = cx.view.snapshot.latency;
        let rows = [
            ("exchange to us", latency.raw, clock.is_some()),
            ("jitter", latency.jitter, false),
            ("to the engine", cx.view.session.lag, false),
        ];
        let most = rows.iter().filter(|(_, _, wrong)| !wrong).map(|(_, q, _)| q.p99.0).max().unwrap_or(0).max(1);
        let mut y = area.y;
        let mut put = |line: Line<'static>, buf: &mut Buffer| {
            if y < area.bottom() {
                buf.set_line(area.x, y, &line, area.width);
                y += 1;
            }
        };
        put(Line::styled(format!("{:<15}{:>8}{:>8}{:>8}", "last minute", "least", "p50", "p99"), theme.dim), buf);
        for (name, q, wrong) in rows {
            let figure = |value| if q.count == 0 { "-".to_owned() } else { text::span(value, theme.ascii) };
            let style = if wrong || q.count == 0 { theme.dim } else { theme.text };
            let figures = format!("{:>8}{:>8}{:>8}", figure(q.least), figure(q.p50), figure(q.p99));
            put(Line::from(vec![Span::styled(format!("{name:<15}"), theme.dim), Span::styled(figures, style)]), buf);
            let room = i64::from(area.width);
            let cells = |value: i64| (value.max(0).saturating_mul(room) / most).clamp(0, room) as usize;
            if !wrong && q.count > 0 && area.height >= 12 {
                let (solid, light) = if theme.ascii { ("#", "-") } else { ("━", "╌") };
                let (p50, p99) = (cells(q.p50.0).max(1), cells(q.p99.0).max(1));
                let bar = vec![
                    Span::styled(solid.repeat(p50), theme.accent),
                    Span::styled(light.repeat(p99.saturating_sub(p50)), theme.dim),
                ];
                put(Line::from(bar), buf);
            }
        }
        if let Some(difference) = clock {
            let text = format!("clocks differ by {}: only the jitter counts", text::span(difference, theme.ascii));
            put(Line::styled(text, theme.warning), buf);
        } else if delays.count == 0 {
            put(Line::styled("no event with the exchange's time yet", theme.dim), buf);
        }
    }
}
