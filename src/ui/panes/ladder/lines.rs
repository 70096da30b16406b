//! A ladder's lines besides its rows: the spread, and how bids and asks are balanced.

use super::rows::Rung;
use crate::domain::{Nanos, Price, Side};
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, paint};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

/// What the line between asks and bids says.
#[derive(Debug, Clone, Copy)]
pub struct Spread {
    /// The best bid and ask.
    pub best: Option<(Price, Price)>,
    /// The tick; zero when it is not known.
    pub tick: Price,
    /// Decimal places of a price.
    pub decimals: usize,
    /// How old the book is, when that is too old.
    pub stale: Option<Nanos>,
    /// Whether the book can be believed.
    pub trusted: bool,
    /// Whether the last trade's price is here.
    pub last: bool,
}

impl Spread {
    /// The texts that say it, the longest first.
    fn texts(&self, theme: &Theme) -> Vec<String> {
        let dot = if theme.ascii { '-' } else { '·' };
        let decimals = self.decimals;
        let mut texts: Vec<String> = Vec::with_capacity(6);
        if let Some((bid, ask)) = self.best {
            let spread = ask - bid;
            let middle = i64::midpoint(bid.units(), ask.units());
            let bps = spread.units() as f64 / middle as f64 * 1e4;
            let gap = format!("{spread:.decimals$}");
            // The middle of an odd distance lies between two ticks.
            let mid = format!("{:#.1$}", Price::from_units(middle), (decimals + 1).min(8));
            if bps.is_finite() {
                let bps = format!("{bps:.2} bps");
                if let Some(ticks) = spread.units().checked_div(self.tick.units()) {
                    let ticks = format!("{ticks} tick{}", if ticks == 1 { "" } else { "s" });
                    texts.push(format!(" spread {gap} {dot} {ticks} {dot} {bps} {dot} mid {mid} "));
                    texts.push(format!(" {gap} {dot} {ticks} {dot} {bps} {dot} mid {mid} "));
                }
                texts.push(format!(" {gap} {dot} {bps} {dot} mid {mid} "));
                texts.push(format!(" {gap} {dot} {bps} "));
            }
            texts.push(format!(" {gap} "));
        }
        if let Some(age) = self.stale {
            let age = format!("stale {}", clock::span(age));
            let long = texts.get(2).or(texts.first()).map(|text| format!(" {age} {dot}{text}"));
            texts = long.into_iter().chain([format!(" {age} "), " stale ".to_owned()]).collect();
        }
        texts
    }

    /// Draws it over a line.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, theme: &Theme) {
        let line = if theme.ascii { '-' } else { '─' };
        (area.left()..area.right()).for_each(|x| paint::put(buf, x, area.y, line, theme.grid));
        if self.last {
            paint::put(buf, area.x, area.y, if theme.ascii { '>' } else { '▸' }, theme.accent);
        }
        let style = match (self.stale, self.trusted) {
            (Some(_), _) => theme.warning,
            (None, true) => theme.bright,
            (None, false) => theme.dim,
        };
        if let Some(text) = self.texts(theme).iter().find(|text| paint::cells(text) <= area.width) {
            paint::text_centred(buf, area, area.y, text, style);
        }
    }
}

/// Share of bids in what rests in the rows, 0 to 1; `None` when nothing does.
pub fn share_of_bids(rungs: &[Rung]) -> Option<f64> {
    let sum = |side| rungs.iter().filter(|rung| rung.side == Some(side)).map(|rung| rung.qty.to_f64()).sum::<f64>();
    let (bids, asks) = (sum(Side::Buy), sum(Side::Sell));
    (bids + asks > 0.0).then(|| bids / (bids + asks))
}

/// Draws how the visible depth is balanced: one bar of both sides with their shares on it.
pub fn balance(buf: &mut Buffer, area: Rect, share: f64, trusted: bool, theme: &Theme) {
    let percent = (share * 100.0).round();
    let (bids, asks) = (format!("bids {percent:>3}%"), format!("{:>3}% asks", 100.0 - percent));
    let split = (share * f64::from(area.width)).round() as u16;
    let sides = [(area.x, split, theme.bid_bar), (area.x + split, area.width - split.min(area.width), theme.ask_bar)];
    for (x, width, ground) in sides {
        let style = ground.bg.filter(|_| trusted).map_or(Style::new(), |colour| Style::new().bg(colour));
        buf.set_style(Rect::new(x, area.y, width, 1).intersection(*buf.area()), style);
    }
    let style = |style: Style| if trusted { style } else { theme.dim };
    let heavy = |own: bool, style: Style| if own { style.add_modifier(Modifier::BOLD) } else { style };
    if area.width >= 22 {
        paint::text(buf, area.x + 1, area.y, area.width, &bids, style(heavy(share > 0.5, theme.up)));
        paint::text_right(buf, area.right().saturating_sub(1), area.y, area.width, &asks, style(heavy(share < 0.5, theme.down)));
    } else {
        paint::text(buf, area.x, area.y, area.width, &bids, style(theme.up));
    }
}
