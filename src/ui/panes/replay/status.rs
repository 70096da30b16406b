//! The line that says what a replay is doing.

use super::known_end;
use crate::app::commands::Command;
use crate::app::replays::speed_text;
use crate::drive::view::{ReplayState, ReplayView};
use crate::ui::pane::Cx;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Where state and speed stand, to be pressed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Buttons {
    pub state: Rect,
    pub speed: Rect,
}

/// Draws state, speed, time, elapsed and total, the loop; with `hints` the keys that matter where there is room.
pub(super) fn draw(area: Rect, buf: &mut Buffer, replay: &ReplayView, cx: &Cx<'_>, hints: bool) -> Buttons {
    let theme = cx.theme;
    let now = cx.view.session.now;
    let (glyph, plain, word, style) = match replay.state {
        ReplayState::Playing => ("▶", ">", "playing", theme.good),
        ReplayState::Paused => ("‖", "=", "paused", theme.warning),
        ReplayState::Seeking(_) => ("»", ">>", "seeking", theme.accent),
        ReplayState::Ended => ("■", "#", "ended", theme.dim),
    };
    let glyph = if theme.ascii { plain } else { glyph };
    let speed = speed_text(replay.speed, theme.ascii);
    let at = clock::local(now, cx.zone);
    let zone = clock::zone_label(now, cx.zone);
    let total = known_end(replay, now).saturating_sub(replay.from);
    let total = clock::running(total);
    // As wide as the total, so that nothing moves while it runs.
    let elapsed = format!("{:>1$}", clock::running(now.saturating_sub(replay.from)), total.len());
    let to = match replay.state {
        ReplayState::Seeking(to) => format!(" to {}", clock::hour_minute_second(clock::local(to, cx.zone))),
        _ => String::new(),
    };
    let arrow = if theme.ascii { "-" } else { "→" };
    let looped = match (replay.repeat.from, replay.repeat.to) {
        (Some(from), Some(to)) => {
            let off = if replay.repeat.on { "" } else { " off" };
            format!("loop A{arrow}B {}{off}", clock::span(to.saturating_sub(from)))
        }
        (Some(_), None) => format!("loop A{arrow}?"),
        (None, Some(_)) => format!("loop ?{arrow}B"),
        (None, None) => String::new(),
    };
    let parts = [
        (0, format!("{glyph} {word:<7}{to}"), style),
        (1, format!("{speed:>5}"), theme.bright),
        (3, format!("{} {} {zone}", clock::day_month(at), clock::hour_minute_second(at)), theme.text),
        (2, format!("{elapsed} / {total}"), theme.dim),
        (4, looped, if replay.repeat.on { theme.good } else { theme.dim }),
    ];
    let gap = 2;
    let mut rank = parts.len();
    let width = |rank: usize| -> u16 { parts.iter().filter(|part| part.0 < rank).map(|part| paint::cells(&part.1) + gap).sum() };
    while rank > 0 && width(rank) > area.width + gap {
        rank -= 1;
    }
    let mut x = area.x;
    let mut buttons = Buttons::default();
    for part in parts.iter().filter(|part| part.0 < rank) {
        let rect = Rect { x, width: paint::cells(&part.1).min(area.right().saturating_sub(x)), ..area };
        match part.0 {
            0 => buttons.state = rect,
            1 => buttons.speed = rect,
            _ => {}
        }
        x += paint::text(buf, x, area.y, area.right().saturating_sub(x), &part.1, part.2) + gap;
    }
    if !hints {
        return buttons;
    }
    let key = |command| cx.key(command);
    let dot = if theme.ascii { '-' } else { '·' };
    let text = format!(
        "{} play {dot} {} {} speed {dot} {} step {dot} {} go to",
        key(Command::ReplayToggle),
        key(Command::ReplaySlower),
        key(Command::ReplayFaster),
        key(Command::ReplayStepEvent),
        key(Command::ReplayGoTo),
    );
    if x + paint::cells(&text) <= area.right() {
        paint::text_right(buf, area.right(), area.y, area.width, &text, theme.dim);
    }
    buttons
}
