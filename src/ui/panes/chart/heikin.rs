//! Heikin-Ashi: bars averaged with those before them.

use super::viewport::{Columns, Groups, Stamp};
use crate::bars::BarView;
use crate::domain::{Bar, Price};

/// Bars before those in view that the first average is made of. What came before them weighs 2⁻⁶⁴: nothing, in price units.
const WARM_UP: usize = 64;

/// The averaged bars of those in view, in the same order. Kept between frames so that drawing takes no memory.
#[derive(Debug, Clone, Default)]
pub struct Averaged {
    /// From left to right, one for each column.
    pub bars: Vec<Bar>,
    seed: Option<Seed>,
}

/// What the bars in view are averaged with first.
#[derive(Debug, Clone, Copy)]
struct Seed {
    /// Of the bars it was made of.
    stamp: Stamp,
    /// Position of the oldest bar in view.
    first: usize,
    /// The averaged open and close before it.
    before: Option<(f64, f64)>,
}

impl Averaged {
    /// Averages the bars in view. Their values do not depend on what is in view.
    pub fn fill(&mut self, columns: &Columns, view: &BarView, groups: Groups) {
        self.bars.clear();
        let Some(first) = columns.first() else { return };
        let stamp = Stamp::of(view, groups);
        // What was averaged for the frame before need not be averaged again.
        let known = self.seed.filter(|seed| seed.stamp == stamp && seed.first == first);
        let mut before = known.map_or_else(|| warm_up(view, groups, first), |seed| seed.before);
        self.seed = Some(Seed { stamp, first, before });
        for column in &columns.bars {
            let (open, close) = average(&column.bar, before);
            before = Some((open, close));
            let price = |value: f64| Price::from_units(value.round() as i64);
            let (open, close) = (price(open), price(close));
            self.bars.push(Bar {
                open,
                close,
                high: column.bar.high.max(open).max(close),
                low: column.bar.low.min(open).min(close),
                ..column.bar
            });
        }
    }
}

/// Averages the bars before a position.
fn warm_up(view: &BarView, groups: Groups, first: usize) -> Option<(f64, f64)> {
    let mut begin = first;
    for _ in 0..WARM_UP {
        let Some(last) = begin.checked_sub(1) else { break };
        begin = groups.begin(view, last);
    }
    let mut before: Option<(f64, f64)> = None;
    while begin < first {
        let Some((bar, last)) = groups.merged(view, begin) else { break };
        before = Some(average(&bar, before));
        begin = last + 1;
    }
    before
}

/// Open and close of an averaged bar in price units, from those of the averaged bar before it.
fn average(bar: &Bar, before: Option<(f64, f64)>) -> (f64, f64) {
    let [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(|price| price.units() as f64);
    let (left, right) = before.unwrap_or((open, close));
    (f64::midpoint(left, right), (open + high + low + close) / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BarSpec, Nanos, Timeframe};
    use crate::ui::panes::chart::viewport::ZOOMS;
    use crate::ui::panes::fixtures::{bar_view, price, walk};

    const M1: BarSpec = BarSpec::Time(Timeframe::M1);

    fn averaged(view: &BarView, zoom: usize, right: usize, width: u16) -> Vec<Bar> {
        let (mut columns, mut averaged) = (Columns::default(), Averaged::default());
        let groups = Groups::of(view, M1, ZOOMS[zoom].bars);
        columns.fill(view, groups, ZOOMS[zoom], right, width);
        averaged.fill(&columns, view, groups);
        assert_eq!(averaged.bars.len(), columns.bars.len());
        averaged.bars
    }

    #[test]
    fn as_computed_by_hand() {
        let bar = |minute: i64, [open, high, low, close]: [&str; 4]| Bar {
            high: price(high),
            low: price(low),
            close: price(close),
            ..Bar::flat(Nanos::from_secs(60 * minute), price(open))
        };
        let view =
            bar_view(vec![bar(1, ["10", "14", "8", "12"]), bar(2, ["12", "13", "11", "12"]), bar(3, ["12", "12", "6", "8"])]);
        let found: Vec<_> = averaged(&view, 7, 2, 30).iter().map(|bar| [bar.open, bar.high, bar.low, bar.close]).collect();
        // Opens: (10 + 12) / 2; (11 + 11) / 2; (11 + 12) / 2. Closes: 44 / 4; 48 / 4; 38 / 4.
        let expected = [["11", "14", "8", "11"], ["11", "13", "11", "12"], ["11.5", "12", "6", "9.5"]];
        assert_eq!(found, expected.map(|bar| bar.map(price)));
    }

    #[test]
    fn values_do_not_depend_on_what_is_in_view() {
        let view = bar_view(walk(9_000, Timeframe::M1, crate::ui::panes::fixtures::NOON));
        for zoom in [4, 5, 7] {
            let all = averaged(&view, zoom, 8_999, 700);
            for right in [8_999_usize, 8_900, 8_600] {
                let groups = Groups::of(&view, M1, ZOOMS[zoom].bars);
                let right = groups.end(&view, right);
                for bar in averaged(&view, zoom, right, 40) {
                    let same = all.iter().find(|other| other.start == bar.start).unwrap();
                    assert_eq!((bar.open, bar.high, bar.low, bar.close), (same.open, same.high, same.low, same.close));
                }
            }
        }
    }
}
