//! What an alert would be about that is set from a pane: texts of the alerts' language, as a start to be changed.

use crate::alert::{PairFigure, Quantity};
use crate::app::alerts::crossing;
use crate::app::pairs::PairWork;
use crate::domain::{BarSpec, Price, Symbol, Timeframe};
use crate::engine::snapshot::IndicatorView;
use crate::indicator::{Lack, Reading};
use crate::ui::pane::Cx;

/// The symbol it is about, and the expression.
pub type Proposal = (Symbol, String);

/// The price crosses the one under the crosshair, or another that is pointed at.
pub fn at_price(price: Option<Price>, cx: &Cx<'_>) -> Option<Proposal> {
    let symbol = cx.symbol_view()?;
    let price = price.or(cx.cross.and_then(|cross| cross.price))?;
    let tick = symbol.instrument.tick.units().max(1);
    let on_tick = price.units().saturating_add(tick / 2).div_euclid(tick).saturating_mul(tick);
    let price = Price::from_units(on_tick);
    Some((symbol.instrument.symbol, crossing(price, symbol.last_price().unwrap_or(price))))
}

/// An indicator goes further from its neutral value than it is now.
pub fn of_indicator(row: &IndicatorView, cx: &Cx<'_>) -> Option<Proposal> {
    Some((cx.symbol?, beyond(&row.id, row.setup.spec.range.neutral, &row.latest)))
}

fn beyond(name: &str, neutral: Option<f64>, latest: &Result<Reading, Lack>) -> String {
    let value = latest.as_ref().map_or_else(|_| neutral.unwrap_or_default(), Reading::value);
    let below = neutral.is_some_and(|neutral| value < neutral);
    format!("{name} {} {}", if below { "<" } else { ">" }, written(value))
}

/// A figure of the pane's pair goes beyond what it is now; the z-score beyond where a trade begins.
pub fn of_pair(figure: PairFigure, cx: &Cx<'_>) -> Option<Proposal> {
    cx.pair().ok().map(|work| of_work(work, figure))
}

fn of_work(work: &PairWork, figure: PairFigure) -> Proposal {
    let (key, point) = (&work.key, work.latest_point());
    let name = Quantity::Pair { y: key.y, x: key.x, timeframe: key.timeframe, setup: key.setup, figure };
    let value = point.and_then(|point| match figure {
        PairFigure::Zscore => point.z,
        PairFigure::Beta => point.beta,
        PairFigure::Alpha => point.alpha,
        PairFigure::R2 => point.r2,
        PairFigure::Spread => point.spread,
        PairFigure::Correlation => point.corr,
        PairFigure::HalfLife | PairFigure::AdfP | PairFigure::CointP => None,
    });
    let text = match (figure, value.filter(|value| value.is_finite())) {
        (PairFigure::Zscore, Some(z)) if z < 0.0 => format!("{name} < {}", written(-key.setup.entry)),
        (PairFigure::Zscore, _) => format!("{name} > {}", written(key.setup.entry)),
        // That two no longer go together is what one waits for.
        (PairFigure::Correlation, Some(corr)) => format!("{name} {} {}", if corr < 0.0 { ">" } else { "<" }, written(corr)),
        (_, Some(value)) => format!("{name} > {}", written(value)),
        (_, None) => format!("{name} > 0"),
    };
    (key.y, text)
}

/// How two symbols go together, where a pane points at two of its own choice.
pub fn of_two(y: Symbol, x: Symbol, cx: &Cx<'_>, figure: PairFigure) -> Option<Proposal> {
    let BarSpec::Time(timeframe) = cx.bars else { return None };
    let setup = cx.pair.setup;
    let name = Quantity::Pair { y, x, timeframe, setup, figure };
    let text = match figure {
        PairFigure::Correlation => format!("{name} < 0.5"),
        _ => format!("{name} > {}", written(setup.entry)),
    };
    Some((y, text))
}

/// More is traded in a minute than in the last one.
pub fn of_volume(cx: &Cx<'_>) -> Option<Proposal> {
    let symbol = cx.symbol_view()?;
    let bars = symbol.bars(BarSpec::Time(Timeframe::M1));
    let last = bars.and_then(|bars| bars.closed.last()).map(|bar| bar.volume.to_f64()).filter(|volume| *volume > 0.0);
    let text = last.map_or_else(|| "volume(1m) > 100".to_owned(), |volume| format!("volume(1m) > {}", written(volume * 2.0)));
    Some((symbol.instrument.symbol, text))
}

/// Nothing comes from the exchange.
pub fn of_feed(cx: &Cx<'_>) -> Option<Proposal> {
    let symbol = cx.symbol.or_else(|| cx.view.snapshot.symbols.first().map(|first| first.instrument.symbol))?;
    Some((symbol, "feed.age > 10s".to_owned()))
}

/// A number of three figures as the language reads it.
fn written(value: f64) -> String {
    if !value.is_finite() || value == 0.0 {
        return "0".to_owned();
    }
    let digits = value.abs().log10().floor() as i32;
    let step = 10_f64.powi((digits - 2).clamp(-12, 12));
    let rounded = (value / step).round() * step;
    let places = usize::try_from(2 - digits).unwrap_or(0).min(12);
    let text = format!("{rounded:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text.trim_start_matches('-') == "0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::parse;
    use crate::app::link::Cross;
    use crate::domain::Nanos;
    use crate::indicators::ALL;
    use crate::ui::panes::fixtures::{NOON, dark, market, walk, with_cx};
    use proptest::prelude::*;

    #[test]
    fn a_price_is_on_the_ticks_and_crossed_from_the_side_the_market_is_on() {
        let view = market(walk(60, Timeframe::M1, NOON), Timeframe::M1, NOON);
        with_cx(&view, &dark(), BarSpec::Time(Timeframe::M1), |cx| {
            let symbol = cx.symbol_view().unwrap();
            let (tick, last) = (symbol.instrument.tick, symbol.last_price().unwrap());
            assert_eq!(at_price(None, cx), None, "nothing is pointed at");
            let above = Price::from_units(last.units() + 10 * tick.units() + tick.units() / 3);
            let (_, text) = at_price(Some(above), cx).unwrap();
            assert_eq!(text, format!("price crosses above {}", Price::from_units(last.units() + 10 * tick.units())));
            let below = Price::from_units(last.units() - 5 * tick.units());
            let cx = Cx { cross: Some(Cross { at: Nanos::ZERO, price: Some(below) }), ..*cx };
            assert_eq!(at_price(None, &cx).unwrap().1, format!("price crosses below {below}"));
        });
    }

    #[test]
    fn what_is_proposed_can_be_read() {
        for spec in ALL.iter().filter(|spec| spec.is_flow()) {
            let text = beyond(spec.name, spec.range.neutral, &Err(Lack::Waiting("trades")));
            assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text).err());
        }
        let view = market(walk(60, Timeframe::M1, NOON), Timeframe::M1, NOON);
        with_cx(&view, &dark(), BarSpec::Time(Timeframe::M1), |cx| {
            let [btc, eth] = ["BTCUSDT", "ETHUSDT"].map(|name| Symbol::new(name).unwrap());
            let all = [
                of_volume(cx),
                of_feed(cx),
                of_two(eth, btc, cx, PairFigure::Correlation),
                of_two(eth, btc, cx, PairFigure::Zscore),
            ];
            for (_, text) in all.into_iter().flatten() {
                assert!(parse(&text).is_ok(), "{text}: {:?}", parse(&text).err());
            }
        });
    }

    proptest! {
        #[test]
        fn numbers_keep_three_figures_and_read_back(value in -1e11_f64..1e11) {
            let text = written(value);
            let back: f64 = text.parse().unwrap();
            prop_assert!((back - value).abs() <= value.abs() * 0.0051 + 1e-12, "{value} {text}");
            let text = format!("price > {text}");
            prop_assert!(parse(&text).is_ok(), "{}", text);
        }
    }
}
