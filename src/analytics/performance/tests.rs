use super::*;
use crate::domain::{Money, Price, Qty, Side, Symbol};
use proptest::prelude::*;

const MINUTE: Nanos = Nanos::from_secs(60);
const DAY: i64 = 86_400;

fn points(bar: Nanos, equity: &[f64]) -> Vec<EquityPoint> {
    let at = |n: usize| Nanos(bar.0 * (n as i64 + 1));
    equity.iter().enumerate().map(|(n, equity)| EquityPoint { at: at(n), equity: *equity, ..EquityPoint::default() }).collect()
}

fn trade(entry: i64, exit: i64, prices: [f64; 2], fees: i64) -> RoundTrip {
    let money = |value: f64| Money::try_from(value).unwrap();
    RoundTrip {
        symbol: Symbol::new("BTCUSDT").unwrap(),
        side: Side::Buy,
        qty: Qty::from_f64(2.0),
        entry_at: Nanos::from_secs(entry),
        exit_at: Nanos::from_secs(exit),
        entry: Price::from_f64(prices[0]),
        exit: Price::from_f64(prices[1]),
        pnl: money(2.0 * (prices[1] - prices[0])) - Money::from(fees),
        fees: fees.into(),
        entry_order: 1,
        exit_order: 2,
    }
}

fn course<'a>(bar: Nanos, points: &'a [EquityPoint], trades: &'a [RoundTrip]) -> Course<'a> {
    Course { bar, cash: 100.0, points, trades, open_since: None, hold: Some((50.0, 60.0)), sums: Sums::default() }
}

#[test]
fn nothing_at_all_has_reasons_and_no_figures() {
    let found = Performance::of(&course(MINUTE, &[], &[]));
    assert_eq!((found.final_equity, found.max_drawdown_pct, found.bars, found.few), (100.0, 0.0, 0, true));
    assert_eq!((found.sharpe, found.exposure_pct, found.cagr_pct), (Err(Why::NoBars), Err(Why::NoBars), Err(Why::NoBars)));
    assert_eq!((found.trades.win_rate_pct, found.trades.sqn), (Err(Why::NoTrades), Err(Why::NoTrades)));
    assert_eq!((found.buy_hold_pct, found.return_pct, found.maker_share), (Ok(20.0), Ok(0.0), Err(Why::NoFills)));
}

#[test]
fn few_days_say_how_many_there_are() {
    let day = |n: usize| points(Nanos::from_secs(DAY), &[100.0, 110.0, 99.0, 120.0][..n]);
    let sharpe = |n: usize| Performance::of(&course(Nanos::from_secs(DAY), &day(n), &[])).sharpe;
    assert_eq!((sharpe(1), sharpe(2)), (Err(Why::Days { have: 1, need: 2 }), Err(Why::Days { have: 2, need: 3 })));
    assert!(sharpe(3).is_ok());
}

#[test]
fn flat_equity_has_no_ratio_but_no_error_either() {
    let flat = points(Nanos::from_secs(DAY), &[100.0; 10]);
    let found = Performance::of(&course(Nanos::from_secs(DAY), &flat, &[]));
    assert_eq!((found.sharpe, found.sortino, found.calmar), (Err(Why::Still), Err(Why::NoLosingDay), Err(Why::NoDrawdown)));
    assert_eq!((found.volatility_pct, found.cagr_pct, found.max_drawdown_duration), (Ok(0.0), Ok(0.0), None));
}

#[test]
fn an_account_that_lost_all_has_no_ratio() {
    let lost = points(Nanos::from_secs(DAY), &[100.0, 40.0, 0.0, 0.0]);
    let found = Performance::of(&course(Nanos::from_secs(DAY), &lost, &[]));
    assert_eq!((found.sharpe, found.cagr_pct, found.return_pct), (Err(Why::Ruined), Err(Why::Ruined), Ok(-100.0)));
    assert_eq!(found.max_drawdown_pct, -100.0);
}

#[test]
fn exposure_counts_the_bars_of_both_ends_once() {
    let ten = points(MINUTE, &[100.0; 10]);
    // Within bar 1; from bar 3 to 4; from 4 to 5.
    let trades = [trade(70, 80, [10.0, 11.0], 0), trade(180, 240, [10.0, 11.0], 0), trade(240, 300, [10.0, 11.0], 0)];
    let mut of = course(MINUTE, &ten, &trades);
    of.open_since = Some(Nanos::from_secs(8 * 60));
    let found = Performance::of(&of);
    assert_eq!((found.exposure_pct, found.exposure_open_pct), (Ok(40.0), Ok(60.0)));
}

#[test]
fn trades_are_judged_after_fees() {
    let trades = [trade(0, 1, [10.0, 12.0], 1), trade(0, 1, [10.0, 10.0], 1), trade(0, 1, [10.0, 11.0], 2)];
    let found = Trades::of(&trades);
    assert_eq!((found.count, found.won), (3, 1));
    let near = |figure: Figure, wanted: f64| assert!((figure.unwrap() - wanted).abs() < 1e-9, "{figure:?} {wanted}");
    near(found.win_rate_pct, 100.0 / 3.0);
    near(found.best_pct, 15.0);
    near(found.worst_pct, -5.0);
    near(found.profit_factor, 3.0);
    near(found.expectancy_pct, 10.0 / 3.0);
    near(found.average_pct, ((1.15_f64 * 0.95).cbrt() - 1.0) * 100.0);
    near(found.sqn, 3.0_f64.sqrt() * (2.0 / 3.0) / (78.0_f64 / 18.0).sqrt());
    let won = Trades::of(&trades[..1]);
    assert_eq!((won.profit_factor, won.sqn), (Err(Why::NoLosingTrade), Err(Why::Trades { have: 1, need: 2 })));
}

#[test]
fn a_drawdown_lasts_until_its_highest_is_reached_again() {
    let found = Drawdown::of(&points(MINUTE, &[100.0, 90.0, 100.0, 120.0, 60.0, 90.0]));
    assert_eq!(found.course, [0.0, -9.999_999_999_999_998, 0.0, 0.0, -50.0, -25.0]);
    assert_eq!((found.deepest_pct, found.longest), (-50.0, Some(Nanos::from_secs(120))));
    assert_eq!(Drawdown::of(&points(MINUTE, &[1.0, 2.0, 1.0])).longest, None);
}

#[test]
fn returns_are_of_the_longest_steps_there_are_enough_of() {
    let equity: Vec<f64> = (0..40 * 24).map(|n| 100.0 + f64::from(n % 7)).collect();
    let hour = Nanos::from_secs(3_600);
    let steps = |n: usize| {
        let (step, found) = returns(&points(hour, &equity[..n]), hour);
        (step.secs() / 3_600, found.len())
    };
    assert_eq!([steps(40 * 24), steps(20 * 24), steps(10)], [(24, 39), (1, 479), (1, 9)]);
}

#[test]
fn more_trials_deflate_more() {
    let course: Vec<f64> = (0..400).map(|n| 0.001 + 0.01 * f64::from(n * 7_919 % 13 - 6)).collect();
    let of = sharpe::Moments::of(&course).unwrap();
    let ratios = |n: usize| -> Vec<f64> { (0..n).map(|n| 0.02 * (n % 5) as f64).collect() };
    let [one, ten, many] = [1, 10, 1_000].map(|n| sharpe::deflated(&of, &ratios(n)).unwrap());
    assert_eq!(Ok(one), sharpe::probabilistic(&of, 0.0));
    assert!(1.0 > one && one > ten && ten > many && many > 0.0, "{one} {ten} {many}");
    assert_eq!(sharpe::Moments::of(&[0.1; 9]), Err(Why::Still));
}

proptest! {
    #[test]
    fn every_figure_is_a_number_or_says_why(
        equity in prop::collection::vec(prop_oneof![Just(0.0), -10.0_f64..1e9, Just(100.0), Just(1e300)], 0..60),
        step in 1_i64..200_000,
        ends in prop::collection::vec((0_i64..9_000_000, 0_i64..9_000_000, 1_i64..1_000, 1_i64..1_000), 0..8),
    ) {
        let all = points(Nanos::from_secs(step), &equity);
        let trades: Vec<RoundTrip> =
            ends.iter().map(|(a, b, from, to)| trade(*a.min(b), *a.max(b), [*from as f64, *to as f64], 1)).collect();
        let found = Performance::of(&course(Nanos::from_secs(step), &all, &trades));
        let figures = [found.exposure_pct, found.exposure_open_pct, found.return_pct, found.buy_hold_pct, found.cagr_pct,
            found.annual_return_pct, found.volatility_pct, found.sharpe, found.sortino, found.calmar, found.turnover_ratio,
            found.trades.win_rate_pct, found.trades.best_pct, found.trades.average_pct, found.trades.profit_factor,
            found.trades.sqn, found.trades.expectancy_pct];
        prop_assert!(figures.iter().flatten().all(|figure| figure.is_finite()), "{:?}", figures);
        prop_assert!(found.max_drawdown_pct.is_finite() && found.max_drawdown_pct <= 0.0);
        prop_assert!(found.exposure_pct.is_err() || (0.0..=100.0).contains(&found.exposure_pct.unwrap()));
        let parts = profits(&all, Nanos::from_secs(step), 100.0, Period::Day);
        let whole: f64 = parts.iter().map(|part| part.profit).sum();
        let last = equity.last().copied().unwrap_or(100.0);
        prop_assert!((whole - (last - 100.0)).abs() <= 1e-9 * (1.0 + equity.iter().map(|e| e.abs()).sum::<f64>()));
    }
}
