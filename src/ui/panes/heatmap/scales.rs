//! How long a column of cells is, how many price units a row is, and where the parts of the pane are.

use crate::domain::{BarSpec, Nanos, Price};
use crate::ui::widgets::scale::round_up;
use ratatui::layout::Rect;

/// Lengths of a column, in milliseconds, from the closest view to the widest.
const LENGTHS: [i64; 17] = [
    250, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 900_000, 1_800_000, 3_600_000, 14_400_000,
    43_200_000, 86_400_000,
];
/// Columns that one time bar is shown in, unless told otherwise: what a bar is to a chart is a minute's seconds to a heatmap.
const PER_BAR: i64 = 60;
/// A column is at least this long unless the user goes closer, in milliseconds.
const USUAL: i64 = 1_000;
/// Share of the price that the rows show at first.
const REACH: f64 = 0.003;

/// The length of a column, `closer` steps closer than usual for these bars; and how many of those steps there were.
pub fn column_length(bars: BarSpec, closer: i8) -> (Nanos, i8) {
    let wanted = match bars {
        BarSpec::Time(timeframe) => (timeframe.nanos().millis() / PER_BAR).max(USUAL),
        _ => USUAL,
    };
    let usual = LENGTHS.iter().rposition(|length| *length <= wanted).unwrap_or(0) as i64;
    let at = (usual - i64::from(closer)).clamp(0, LENGTHS.len() as i64 - 1);
    (Nanos::from_millis(LENGTHS[at as usize]), (usual - at) as i8)
}

/// Price units of a row: 1, 2 or 5 × 10ⁿ, at least a tick, `closer` steps closer than usual around this price; and how many of
/// those steps there were.
pub fn row_units(middle: Price, tick: Price, rows: usize, closer: i8) -> (i64, i8) {
    let least = round_up(tick.units().max(1) as f64);
    let usual = round_up(middle.to_f64().abs() * 1e8 * REACH / rows.max(1) as f64).max(least);
    let mut units = usual;
    let mut taken = 0_i8;
    while taken < closer {
        let next = step(units, false);
        if next < least {
            break;
        }
        (units, taken) = (next, taken + 1);
    }
    while taken > closer && units < 1e17 {
        (units, taken) = (step(units, true), taken - 1);
    }
    ((units as i64).max(1), taken)
}

/// The next of 1, 2, 5 × 10ⁿ.
fn step(units: f64, up: bool) -> f64 {
    let decade = 10_f64.powf((units * 1.000_1).log10().floor());
    let lead = (units / decade).round() as i64;
    (match (lead, up) {
        (1, true) => decade * 2.0,
        (2, true) => decade * 5.0,
        (_, true) => decade * 10.0,
        (1, false) => decade / 2.0,
        (2, false) => decade,
        (_, false) => decade * 2.0,
    })
    .round()
}

/// The parts of a heatmap; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The line with what is pointed at, and the legend.
    pub header: Rect,
    /// The cells.
    pub plot: Rect,
    /// Prices, to the right.
    pub prices: Rect,
    /// Times, at the bottom.
    pub times: Rect,
}

impl Layout {
    /// Divides an area whose price labels are `label` cells wide.
    pub fn of(area: Rect, label: u16) -> Self {
        let header = u16::from(area.height >= 5);
        let times = u16::from(area.height >= 4 && area.width >= 16);
        let axis = if area.width >= 16 { (label + 2).min(area.width / 2) } else { 0 };
        let plot = Rect { y: area.y + header, width: area.width - axis, height: area.height - header - times, ..area };
        Self {
            header: Rect { height: header, ..area },
            plot,
            prices: Rect { x: plot.right(), width: axis, ..plot },
            times: Rect { y: plot.bottom(), height: times, ..area },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timeframe;

    #[test]
    fn a_minute_is_shown_in_seconds() {
        let length = |timeframe, closer| column_length(BarSpec::Time(timeframe), closer).0.millis();
        assert_eq!(length(Timeframe::M1, 0), 1_000);
        assert_eq!(length(Timeframe::S1, 0), 1_000);
        assert_eq!(length(Timeframe::H1, 0), 60_000);
        assert_eq!(length(Timeframe::M1, 2), 250);
        assert_eq!(column_length(BarSpec::Time(Timeframe::M1), 9).1, 2);
        assert_eq!(length(Timeframe::M1, -3), 10_000);
    }

    #[test]
    fn rows_are_round_and_at_least_a_tick() {
        let row = |closer| row_units("61800".parse().unwrap(), "0.1".parse().unwrap(), 80, closer);
        assert_eq!(row(0), (500_000_000, 0));
        assert_eq!(row(1), (200_000_000, 1));
        assert_eq!(row(20), (10_000_000, 5));
        assert_eq!(row(-1), (1_000_000_000, -1));
        assert_eq!(row_units("0.00001".parse().unwrap(), Price::ZERO, 80, 9).0, 1);
        assert!(row_units(Price::MAX, Price::ZERO, 1, -100).0 > 0);
    }

    #[test]
    fn parts_fill_the_area_and_never_leave_it() {
        for (width, height) in (0..90).flat_map(|width| (0..30).map(move |height| (width, height))) {
            let area = Rect::new(3, 2, width, height);
            let layout = Layout::of(area, 9);
            for part in [layout.header, layout.plot, layout.prices, layout.times] {
                assert!(part.is_empty() || area.intersection(part) == part, "{area:?} {layout:?}");
            }
            assert_eq!(layout.header.height + layout.plot.height + layout.times.height, height);
            assert_eq!(layout.plot.width + layout.prices.width, width);
        }
    }
}
