//! Performance against backtesting.py, the deflated Sharpe ratio against scipy: `tests/reference/backtest.py` makes the file read here.
//! Bars are not stored but made from a recipe, in whole cents; the equity curve is worked out anew from the bars and the trades.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::analytics::performance::sharpe::{Moments, deflated, expected_best, probabilistic};
use rtai_tui::analytics::performance::{Course, Figure, Performance, Sums};
use rtai_tui::broker::{EquityPoint, RoundTrip};
use rtai_tui::domain::{Money, Nanos, Price, Qty, Side, Symbol};
use serde_json::Value;

mod recipe;
use recipe::{bars, reference};

/// What is held from a bar on, and to which: quantity in 1e-8, prices in cents.
struct Held {
    qty: f64,
    entry: (usize, i64),
    exit: Option<(usize, i64)>,
}

fn held(run: &Value) -> Vec<Held> {
    let row = |row: &Value, closed: bool| {
        let at = |n: usize| row[n].as_i64().unwrap();
        let qty = at(0) as f64 * 1e-8;
        if closed {
            Held { qty, entry: (at(1) as usize, at(3)), exit: Some((at(2) as usize, at(4))) }
        } else {
            Held { qty, entry: (at(1) as usize, at(2)), exit: None }
        }
    };
    let closed = run["trades"].as_array().unwrap().iter().map(|trade| row(trade, true));
    closed.chain(run["open"].as_array().unwrap().iter().map(|trade| row(trade, false))).collect()
}

/// Equity at each close: cash, less a commission at both ends, and what is held.
fn equity(rows: &[[i64; 5]], run: &Value) -> Vec<f64> {
    let (mut cash, rate) = (run["cash"].as_f64().unwrap(), run["commission"].as_f64().unwrap());
    let all = held(run);
    let price = |cents: i64| cents as f64 / 100.0;
    let course = rows.iter().enumerate().map(|(at, row)| {
        for trade in all.iter().filter(|trade| trade.exit.is_some_and(|exit| exit.0 == at)) {
            let (entry, exit) = (price(trade.entry.1), price(trade.exit.unwrap().1));
            cash += trade.qty * (exit - entry) - trade.qty.abs() * exit * rate;
        }
        for trade in all.iter().filter(|trade| trade.entry.0 == at) {
            cash -= trade.qty.abs() * price(trade.entry.1) * rate;
        }
        let open = |trade: &&Held| trade.entry.0 <= at && trade.exit.is_none_or(|exit| exit.0 > at);
        cash + all.iter().filter(open).map(|trade| trade.qty * (price(row[4]) - price(trade.entry.1))).sum::<f64>()
    });
    course.collect()
}

fn round_trip(trade: &Held, rows: &[[i64; 5]], rate: f64) -> Option<RoundTrip> {
    let (exit_bar, exit) = trade.exit?;
    let cents = |cents: i64| Price::from_units(cents * 1_000_000);
    let start = |bar: usize| Nanos::from_secs(rows[bar][0]);
    let qty = trade.qty.abs();
    let fees = qty * (exit + trade.entry.1) as f64 / 100.0 * rate;
    let pnl = trade.qty * (exit - trade.entry.1) as f64 / 100.0 - fees;
    Some(RoundTrip {
        symbol: Symbol::new("BTCUSDT").unwrap(),
        side: if trade.qty > 0.0 { Side::Buy } else { Side::Sell },
        qty: Qty::from_f64(qty),
        entry_at: start(trade.entry.0),
        exit_at: start(exit_bar),
        entry: cents(trade.entry.1),
        exit: cents(exit),
        pnl: Money::try_from(pnl).unwrap(),
        fees: Money::try_from(fees).unwrap(),
        entry_order: 1,
        exit_order: 2,
    })
}

#[track_caller]
fn near(case: &str, what: &str, ours: f64, theirs: f64, allowed: f64, worst: &mut f64) {
    let error = (ours - theirs).abs() / theirs.abs().max(1e-30);
    *worst = worst.max(error);
    assert!(error <= allowed, "{case}: {what} is {ours}, should be {theirs} ({error:.1e})");
}

#[test]
fn figures_are_those_of_backtesting_py() {
    let (mut worst, mut compared) = (0.0, 0);
    for synthetic in reference()["synthetic"].as_array().unwrap() {
        let rows = bars(&synthetic["recipe"]);
        let last: Vec<i64> = synthetic["last"].as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect();
        assert_eq!(rows.last().unwrap().as_slice(), last, "the recipe makes other bars here");
        let bar = Nanos::from_secs(synthetic["recipe"]["step"].as_i64().unwrap());
        for run in synthetic["runs"].as_array().unwrap() {
            let case = format!("{} {}/{} short {}", bar.span(), run["fast"], run["slow"], run["short"]);
            let course = equity(&rows, run);
            for sample in run["equity"].as_array().unwrap() {
                let at = sample[0].as_u64().unwrap() as usize;
                near(&case, "equity", course[at], sample[1].as_f64().unwrap(), 1e-11, &mut worst);
            }
            let at = |n: usize| Nanos::from_secs(rows[n][0]) + bar;
            let points: Vec<EquityPoint> =
                (0..rows.len()).map(|n| EquityPoint { at: at(n), equity: course[n], ..EquityPoint::default() }).collect();
            let rate = run["commission"].as_f64().unwrap();
            let all = held(run);
            let trades: Vec<RoundTrip> = all.iter().filter_map(|trade| round_trip(trade, &rows, rate)).collect();
            let warm_up = run["slow"].as_u64().unwrap() as usize - 1;
            let found = Performance::of(&Course {
                bar,
                cash: run["cash"].as_f64().unwrap(),
                points: &points,
                trades: &trades,
                open_since: all.iter().find(|trade| trade.exit.is_none()).map(|trade| Nanos::from_secs(rows[trade.entry.0][0])),
                hold: Some((rows[warm_up][4] as f64, rows.last().unwrap()[4] as f64)),
                sums: Sums::default(),
            });
            let theirs = &run["figures"];
            let figures: [(&str, Figure); 19] = [
                ("exposure_pct", found.exposure_pct),
                ("final_equity", Ok(found.final_equity)),
                ("peak_equity", Ok(found.peak_equity)),
                ("return_pct", found.return_pct),
                ("buy_hold_pct", found.buy_hold_pct),
                ("annual_return_pct", found.annual_return_pct),
                ("volatility_pct", found.volatility_pct),
                ("cagr_pct", found.cagr_pct),
                ("sharpe", found.sharpe),
                ("sortino", found.sortino),
                ("calmar", found.calmar),
                ("max_drawdown_pct", Ok(found.max_drawdown_pct)),
                ("win_rate_pct", found.trades.win_rate_pct),
                ("best_pct", found.trades.best_pct),
                ("worst_pct", found.trades.worst_pct),
                ("average_pct", found.trades.average_pct),
                ("profit_factor", found.trades.profit_factor),
                ("expectancy_pct", found.trades.expectancy_pct),
                ("sqn", found.trades.sqn),
            ];
            for (what, figure) in figures {
                compared += 1;
                match (figure, theirs[what].as_f64()) {
                    (Ok(ours), Some(theirs)) => near(&case, what, ours, theirs, 1e-9, &mut worst),
                    (ours, theirs) => {
                        assert!(ours.is_err() && theirs.is_none(), "{case}: {what} is {ours:?}, should be {theirs:?}");
                    }
                }
            }
            assert_eq!(found.trades.count as f64, theirs["trades"].as_f64().unwrap(), "{case}");
            let longest = found.max_drawdown_duration.map(|span| span.secs() as f64);
            assert_eq!(longest, theirs["max_drawdown_s"].as_f64(), "{case}");
            assert!(found.exposure_open_pct.unwrap() >= found.exposure_pct.unwrap(), "{case}");
        }
    }
    assert!(compared > 100, "{compared}");
    println!("{compared} figures held, the worst {worst:.1e}");
}

#[test]
fn the_deflated_sharpe_ratio_is_its_formula() {
    let reference = reference();
    let mut worst = 0.0;
    for case in reference["deflated"].as_array().unwrap() {
        let numbers = |name: &str| -> Vec<f64> { case[name].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect() };
        let (returns, ratios) = (numbers("returns"), numbers("ratios"));
        let of = Moments::of(&returns).unwrap();
        let name = format!("{} returns, {} trials", returns.len(), ratios.len());
        let best = case["best"].as_f64().unwrap();
        let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
        let variance = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (ratios.len().max(2) - 1) as f64;
        for (what, ours) in [
            ("sharpe", of.sharpe),
            ("skew", of.skew),
            ("kurtosis", of.kurtosis),
            ("probabilistic", probabilistic(&of, 0.0).unwrap()),
            ("deflated", deflated(&of, &ratios).unwrap()),
        ] {
            near(&name, what, ours, case[what].as_f64().unwrap(), 1e-9, &mut worst);
        }
        if ratios.len() > 1 {
            near(&name, "best by luck", expected_best(ratios.len(), variance), best, 1e-9, &mut worst);
        }
    }
    println!("the worst {worst:.1e}");
}
