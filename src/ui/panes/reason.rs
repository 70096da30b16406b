//! Why a pane has nothing to show, in words that tell what to do.

use crate::app::commands::Command;
use crate::domain::Nanos;
use crate::drive::view::{ConnectionState, Mode, ReplayState};
use crate::ui::pane::Cx;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How long after its start a session may still be fetching its first bars.
const FETCHING: Nanos = Nanos::from_secs(8);

/// Why there is nothing, `missing` being what a pane shows, such as `trades`.
pub fn why_empty(cx: &Cx<'_>, missing: &str) -> String {
    let session = &cx.view.session;
    let Some(symbol) = cx.symbol else {
        return format!("no symbol chosen ({} adds one)", cx.key(Command::AddSymbol));
    };
    if let Some(replay) = &session.replay {
        return match replay.state {
            ReplayState::Seeking(to) => format!("going to {}…", clock::full(clock::local(to, cx.zone))),
            _ if cx.symbol_view().is_none() => format!("{symbol} has not come yet in this recording"),
            ReplayState::Paused => format!("no {missing} yet ({} plays)", cx.key(Command::ReplayToggle)),
            ReplayState::Playing => format!("no {missing} yet"),
            ReplayState::Ended => format!("no {missing} in this recording"),
        };
    }
    if session.stopped {
        return format!("feed stopped by you ({} starts it)", cx.key(Command::ToggleFeed));
    }
    if cx.symbol_view().is_none() {
        return format!("waiting for {symbol}…");
    }
    let states = || session.connections.iter().map(|connection| &connection.state);
    for state in states() {
        if let ConnectionState::Waiting(why, next) = state {
            let wait = next.saturating_sub(session.now).max(Nanos::ZERO);
            return format!("connection lost: {why} (next try in {})", clock::span(wait));
        }
    }
    if states().any(|state| matches!(state, ConnectionState::Connecting(_))) {
        return "connecting…".to_owned();
    }
    if session.mode != Mode::Replay && session.now.saturating_sub(session.started) < FETCHING {
        return if missing == "trades" { "waiting for the first trade…".to_owned() } else { format!("loading {missing}…") };
    }
    format!("no {missing} yet")
}

/// Writes a message in the middle of an area, on as many lines as it needs.
pub fn message(area: Rect, buf: &mut Buffer, text: &str, style: Style, ascii: bool) {
    if area.is_empty() {
        return;
    }
    let plain = ascii.then(|| text.replace('…', "...").replace('·', "-"));
    let lines = paint::wrap(plain.as_deref().unwrap_or(text), area.width);
    let top = area.y + area.height.saturating_sub(lines.len().min(usize::from(area.height)) as u16) / 2;
    for (line, y) in lines.iter().zip(top..area.bottom()) {
        paint::text_centred(buf, area, y, line, style);
    }
}
