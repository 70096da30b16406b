//! How far a book on the screen can be believed.

use crate::app::commands::Command;
use crate::domain::{LinkState, Nanos};
use crate::engine::snapshot::{BookState, SymbolView};
use crate::ui::pane::Cx;
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// A symbol from which nothing came for so long is stale.
const STALE: Nanos = Nanos::from_secs(3);

/// How far the book on the screen can be believed.
pub enum Trust {
    /// It is what the exchange has.
    Good,
    /// It was right a while ago; how long.
    Stale(Nanos),
    /// It is not; why.
    Bad(String),
}

impl Trust {
    /// Judges a symbol's book.
    pub fn of(symbol: &SymbolView, cx: &Cx<'_>) -> Self {
        if let BookState::Lost(since, why) = &symbol.book_state {
            let at = clock::hour_minute_second(clock::local(*since, cx.zone));
            return Self::Bad(format!("out of sync since {at}: {why}"));
        }
        if symbol.trades_link == LinkState::Down && cx.view.session.stopped {
            return Self::Bad(format!("feed stopped by you ({} starts it)", cx.key(Command::ToggleFeed)));
        }
        let seen = if symbol.book.is_empty() { symbol.top.map(|top| top.at) } else { symbol.last_event };
        let age = seen.map_or(Nanos::ZERO, |seen| cx.view.session.now.saturating_sub(seen));
        if age > STALE { Self::Stale(age) } else { Self::Good }
    }

    /// Whether it is what the exchange has.
    pub const fn is_good(&self) -> bool {
        matches!(self, Self::Good)
    }
}

/// Why a book can't be believed, across the top.
pub fn banner(buf: &mut Buffer, area: Rect, why: &str, theme: &Theme) {
    let style = theme.warning.add_modifier(Modifier::REVERSED);
    (area.left()..area.right()).for_each(|x| paint::put(buf, x, area.y, ' ', style));
    paint::text(buf, area.x + u16::from(area.width > 2), area.y, area.width.saturating_sub(1), why, style);
}
