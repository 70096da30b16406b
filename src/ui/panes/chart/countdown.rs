//! What is still missing from the forming bar.

use crate::domain::{Bar, BarSpec, LinkState, Nanos};
use crate::engine::snapshot::SymbolView;
use crate::ui::pane::Cx;
use crate::ui::widgets::{clock, figures, paint};

/// How much of the forming bar is still to come, in the longest words that have room: a time, trades, a quantity, ticks.
pub(super) fn remaining(view: &SymbolView, forming: Option<&Bar>, width: u16, cx: &Cx<'_>) -> String {
    if view.trades_link != LinkState::Up {
        return "stale".to_owned();
    }
    let instrument = &view.instrument;
    let words = match cx.bars {
        BarSpec::Time(timeframe) => {
            let now = cx.view.session.now;
            let start = timeframe.start_of(now);
            // A bar that is late by more than its length is not about to close.
            if forming.is_some_and(|bar| bar.start != start) {
                return String::new();
            }
            return clock::running(Nanos(start.0.saturating_add(timeframe.nanos().0).saturating_sub(now.0)) + Nanos(999_999_999));
        }
        BarSpec::Tick(count) => of(forming.map_or(0, |bar| bar.trades), count, "trades"),
        BarSpec::Range(ticks) => {
            let tick = instrument.tick.units().max(1);
            let span = forming.map_or(0, |bar| bar.high.units().saturating_sub(bar.low.units()) / tick);
            of(u32::try_from(span).unwrap_or(u32::MAX), ticks, "ticks")
        }
        BarSpec::Volume(size) => {
            let done = forming.map_or(0.0, |bar| bar.volume.to_f64());
            left("", (size.to_f64() - done).max(0.0), &instrument.base)
        }
        BarSpec::Dollar(size) => {
            // A bar knows its volume, not its turnover: at its average price, that is close.
            let done = forming.map_or(0.0, |bar| {
                let prices = [bar.open, bar.high, bar.low, bar.close].map(|price| price.to_f64() / 4.0);
                bar.volume.to_f64() * prices.iter().sum::<f64>()
            });
            left("~", (size.to_f64() - done).max(0.0), &instrument.quote)
        }
    };
    words.into_iter().find(|text| paint::cells(text) <= width).unwrap_or_default()
}

fn of(done: u32, whole: u32, what: &str) -> [String; 4] {
    let done = done.min(whole);
    [
        format!("{done} of {whole} {what}"),
        format!("{done}/{whole} {what}"),
        format!("{done} of {whole}"),
        format!("{done}/{whole}"),
    ]
}

fn left(about: &str, rest: f64, unit: &str) -> [String; 4] {
    let rest = figures::short(rest);
    [
        format!("{about}{rest} {unit} left"),
        format!("{about}{rest} left"),
        format!("{about}{rest} {unit}"),
        format!("{about}{rest}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Price, Timeframe};
    use crate::ui::panes::fixtures::{NOON, dark, empty_symbol, price, qty, view_of, with_cx};

    fn shown(spec: &str, forming: Option<Bar>, width: u16) -> String {
        let view = view_of(empty_symbol(), NOON + Nanos::from_secs(18));
        with_cx(&view, &dark(), spec.parse().unwrap(), |cx| remaining(&view.snapshot.symbols[0], forming.as_ref(), width, cx))
    }

    #[test]
    fn each_kind_of_bar_says_what_is_missing() {
        let bar = Bar {
            high: price("100.5"),
            close: price("100.2"),
            volume: qty("3.8").volume(),
            trades: 3,
            ..Bar::flat(NOON, price("100"))
        };
        let bar = Some(bar);
        assert_eq!(shown("1m", bar, 10), "00:42");
        assert_eq!(shown("tick:50", bar, 20), "3 of 50 trades");
        assert_eq!(shown("tick:50", bar, 10), "3 of 50");
        assert_eq!(shown("tick:50", None, 5), "0/50");
        assert_eq!(shown("volume:5", bar, 20), "1.20 BTC left");
        assert_eq!(shown("volume:5", bar, 10), "1.20 left");
        assert_eq!(shown("range:10", bar, 14), "5 of 10 ticks");
        assert_eq!(shown("dollar:1000", bar, 20), "~619 USDT left");
        assert_eq!(shown("dollar:1000", bar, 3), "");
        // A bar that should have closed long ago is not about to.
        let late = Bar::flat(NOON - Timeframe::M1.nanos(), Price::from_units(1));
        assert_eq!(shown("1m", Some(late), 10), "");
    }
}
