//! Which rows changed a moment ago, so that they can fade.

use super::levels::Row;
use crate::domain::{Nanos, Price, Side, Volume};
use crate::ui::theme::Theme;
use ratatui::style::{Color, Style};

/// How long a change is seen.
const SEEN: i64 = 1_000_000_000;
/// Steps in which it fades.
const STEPS: i64 = 4;
/// After a longer leap than this (a jump in a replay, a screen that was covered) everything differs and nothing is news.
const LEAP: Nanos = Nanos::from_secs(2);

/// A row's last change.
#[derive(Debug, Clone, Copy)]
struct Seen {
    price: Price,
    qty: Volume,
    changed: Option<(Nanos, bool)>,
}

/// A change that is still seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// 1 just after it, in steps down to 0.25.
    pub strength: f32,
    /// Whether the quantity grew.
    pub grew: bool,
}

/// What the rows were when last drawn, by engine time.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    bids: Vec<Seen>,
    asks: Vec<Seen>,
    spare: Vec<Seen>,
    at: Option<Nanos>,
}

impl Changes {
    /// Forgets everything: other rows are shown from now on.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Takes in the rows of both sides, best first, as they are at a moment of engine time.
    pub fn update(&mut self, bids: &[Row], asks: &[Row], at: Nanos) {
        let goes_on = self.at.is_some_and(|before| at >= before && at.saturating_sub(before) <= LEAP);
        if !goes_on {
            self.forget();
        }
        for (side, rows) in [(Side::Buy, bids), (Side::Sell, asks)] {
            let mut seen = std::mem::take(&mut self.spare);
            let before = if side == Side::Buy { &mut self.bids } else { &mut self.asks };
            merge(before, rows, side, at, goes_on, &mut seen);
            self.spare = std::mem::replace(before, seen);
        }
        self.at = Some(at);
    }

    /// The change of the n-th row of a side that can still be seen at a moment.
    pub fn of(&self, side: Side, index: usize, now: Nanos) -> Option<Change> {
        let seen = if side == Side::Buy { &self.bids } else { &self.asks };
        let (at, grew) = seen.get(index)?.changed?;
        let age = now.saturating_sub(at).0.max(0);
        let left = STEPS - (age.min(SEEN) * STEPS / SEEN);
        (left > 0).then(|| Change { strength: left as f32 / STEPS as f32, grew })
    }
}

/// Compares rows with those before. Both go outwards from the best price, so one walk through both is enough. A row beyond the
/// last one before was not in sight: it is no change.
fn merge(before: &[Seen], rows: &[Row], side: Side, at: Nanos, goes_on: bool, out: &mut Vec<Seen>) {
    out.clear();
    let outward = |price: Price| if side == Side::Buy { -i128::from(price.units()) } else { i128::from(price.units()) };
    let mut old = before.iter().peekable();
    for row in rows {
        while old.next_if(|seen| outward(seen.price) < outward(row.price)).is_some() {}
        let changed = match old.peek() {
            Some(seen) if seen.price == row.price && seen.qty == row.qty => seen.changed,
            Some(seen) if seen.price == row.price => Some((at, row.qty > seen.qty)),
            Some(_) if goes_on => Some((at, true)),
            _ => None,
        };
        out.push(Seen { price: row.price, qty: row.qty, changed });
    }
}

/// The ground of a change: the theme's `fresh` mixed with the ordinary ground where both are true colours, else there or not.
pub fn ground(theme: &Theme, strength: f32) -> Style {
    match (theme.fresh.bg, theme.text.bg) {
        (Some(Color::Rgb(r, g, b)), Some(Color::Rgb(r0, g0, b0))) => {
            let mix = |to: u8, from: u8| (f32::from(from) + (f32::from(to) - f32::from(from)) * strength).round() as u8;
            Style { bg: Some(Color::Rgb(mix(r, r0), mix(g, g0), mix(b, b0))), ..theme.fresh }
        }
        _ if strength > 0.5 => theme.fresh,
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::{dark, mono};

    fn rows(rows: &[(i64, i128)]) -> Vec<Row> {
        let row = |(price, qty): &(i64, i128)| Row {
            price: Price::from_units(*price),
            qty: Volume::from_units(*qty),
            total: Volume::ZERO,
        };
        rows.iter().map(row).collect()
    }

    fn millis(millis: i64) -> Nanos {
        Nanos::from_millis(1_000_000 + millis)
    }

    #[test]
    fn changes_fade_by_engine_time() {
        let mut changes = Changes::default();
        changes.update(&rows(&[(99, 5), (98, 5)]), &rows(&[(101, 5)]), millis(0));
        assert_eq!(changes.of(Side::Buy, 0, millis(0)), None, "what is seen for the first time is no change");
        changes.update(&rows(&[(99, 4), (98, 6)]), &rows(&[(100, 1), (101, 5), (102, 9)]), millis(100));
        let strength = |now: i64| changes.of(Side::Buy, 0, millis(now)).map(|change| change.strength);
        assert_eq!(
            [100, 349, 350, 600, 1_099, 1_100].map(strength),
            [Some(1.0), Some(1.0), Some(0.75), Some(0.5), Some(0.25), None]
        );
        let grew = |side, index| changes.of(side, index, millis(100)).map(|change| change.grew);
        assert_eq!((grew(Side::Buy, 0), grew(Side::Buy, 1)), (Some(false), Some(true)));
        assert_eq!([0, 1, 2].map(|index| grew(Side::Sell, index)), [Some(true), None, None], "102 was not in sight before");
    }

    #[test]
    fn a_leap_in_time_is_no_news() {
        let mut changes = Changes::default();
        changes.update(&rows(&[(99, 5)]), &[], millis(0));
        changes.update(&rows(&[(99, 6)]), &[], millis(60_000));
        assert_eq!(changes.of(Side::Buy, 0, millis(60_000)), None);
        changes.update(&rows(&[(99, 7)]), &[], millis(59_000));
        assert_eq!(changes.of(Side::Buy, 0, millis(59_000)), None);
    }

    #[test]
    fn grounds_blend_where_they_can() {
        let theme = dark();
        let (Some(Color::Rgb(_, _, fresh)), Some(Color::Rgb(_, _, plain))) = (theme.fresh.bg, theme.text.bg) else { panic!() };
        let blue = |strength| match ground(&theme, strength).bg {
            Some(Color::Rgb(_, _, blue)) => blue,
            other => panic!("{other:?}"),
        };
        assert_eq!(blue(1.0), fresh);
        assert!(blue(0.75) < fresh && blue(0.5) < blue(0.75) && blue(0.25) < blue(0.5) && plain < blue(0.25));
        assert_eq!((ground(&mono(), 0.75), ground(&mono(), 0.25)), (mono().fresh, Style::new()));
    }
}
