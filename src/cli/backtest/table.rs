//! A backtest's result for people.

use super::json::{direction, rejections};
use crate::analytics::performance::{self, Figure, Period, trade_return};
use crate::cli::out::grouped;
use crate::domain::{Nanos, Profile, money};
use crate::drive::backtest::{AccountOutcome, Outcome};
use std::fmt::Write as _;

/// Width of the names in front.
const NAMES: usize = 18;
/// Least width of a column.
const COLUMN: usize = 14;
/// Width and height of a plot.
const PLOT: (usize, usize) = (64, 8);
/// Height of the plot of the drawdown.
const BELOW: usize = 4;

/// An amount with thousands apart and two decimals.
fn amount(value: f64) -> String {
    let cents = (value.abs() * 100.0).round();
    if cents > 1e17 {
        return format!("{value:e}");
    }
    let sign = if value < 0.0 && cents > 0.0 { "−" } else { "" };
    format!("{sign}{}.{:02}", grouped((cents / 100.0) as u64), cents as u64 % 100)
}

/// A percentage with its sign.
pub fn signed(value: f64) -> String {
    let text = match value.abs() {
        small if small < 0.005 => "0.00 %".to_owned(),
        large if large >= 1e7 => format!("{value:+.2e} %"),
        _ => format!("{value:+.2} %"),
    };
    text.replace('-', "−")
}

fn plain(value: f64) -> String {
    let text = if value.abs() >= 1e6 { format!("{value:.3e}") } else { format!("{value:.3}") };
    text.replace('-', "−")
}

fn told(figure: Figure, how: impl Fn(f64) -> String) -> String {
    figure.map_or_else(|why| format!("({why})"), how)
}

fn percent(value: f64) -> String {
    format!("{value:.2} %")
}

/// A length of time in its two greatest units.
fn span(of: Nanos) -> String {
    let seconds = of.secs().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} m {} s", seconds % 60),
        (0, ..) => format!("{hours} h {minutes} m"),
        _ => format!("{days} d {hours} h"),
    }
}

fn moment(at: Nanos) -> String {
    at.rfc3339().chars().take(19).collect::<String>().replace('T', " ")
}

type Row = (&'static str, fn(&AccountOutcome) -> String);

/// The rows of the table; an empty name parts groups.
const ROWS: [Row; 34] = [
    ("return", |of| told(of.performance.return_pct, signed)),
    ("buy & hold", |of| told(of.performance.buy_hold_pct, signed)),
    ("final equity", |of| amount(of.performance.final_equity)),
    ("CAGR", |of| told(of.performance.cagr_pct, signed)),
    ("volatility", |of| told(of.performance.volatility_pct, percent)),
    ("", |_| String::new()),
    ("Sharpe", |of| told(of.performance.sharpe, plain)),
    ("Sortino", |of| told(of.performance.sortino, plain)),
    ("Calmar", |of| told(of.performance.calmar, plain)),
    ("max drawdown", |of| signed(of.performance.max_drawdown_pct)),
    ("  for", |of| of.performance.max_drawdown_duration.map_or_else(|| "-".to_owned(), span)),
    ("", |_| String::new()),
    ("bars", |of| format!("{} of {}", grouped(of.performance.bars as u64), of.bar)),
    ("exposure", |of| told(of.performance.exposure_pct, percent)),
    ("  with open", |of| {
        let (closed, all) = (of.performance.exposure_pct, of.performance.exposure_open_pct);
        if closed == all { "-".to_owned() } else { told(all, percent) }
    }),
    ("trades", |of| grouped(of.performance.trades.count as u64)),
    ("win rate", |of| told(of.performance.trades.win_rate_pct, percent)),
    ("best trade", |of| told(of.performance.trades.best_pct, signed)),
    ("worst trade", |of| told(of.performance.trades.worst_pct, signed)),
    ("average trade", |of| told(of.performance.trades.average_pct, signed)),
    ("expectancy", |of| told(of.performance.trades.expectancy_pct, signed)),
    ("profit factor", |of| told(of.performance.trades.profit_factor, plain)),
    ("SQN", |of| told(of.performance.trades.sqn, plain)),
    ("", |_| String::new()),
    ("fills", |of| grouped(of.performance.sums.fills)),
    ("maker share", |of| told(of.performance.maker_share.map(|share| share * 100.0), percent)),
    ("turnover", |of| amount(of.performance.sums.turnover)),
    ("  of equity", |of| told(of.performance.turnover_ratio, |ratio| format!("{ratio:.2} ×"))),
    ("fees", |of| amount(of.performance.sums.fees)),
    ("slippage", |of| amount(of.performance.sums.slippage)),
    ("funding", |of| amount(of.performance.sums.funding)),
    ("rejected orders", |of| grouped(rejections(&of.view).0 as u64)),
    ("open positions", |of| of.view.positions.len().to_string()),
    ("  unrealised", |of| amount(money::to_f64(of.view.unrealised))),
];

/// Rows that say nothing where they are so for every account.
fn idle(name: &str, value: &str) -> bool {
    matches!(
        (name, value),
        ("slippage" | "funding" | "  unrealised", "0.00") | ("rejected orders" | "open positions", "0") | (_, "-")
    )
}

/// The page of all accounts.
pub fn page(outcome: &Outcome, trades: bool) -> String {
    let mut text = String::new();
    let broker = &outcome.broker;
    let (maker, taker) = broker.fees(&outcome.venue);
    let how = match broker.profile {
        Profile::Realistic => format!(", latency {}, queue {}, slippage {}", broker.latency, broker.queue, broker.slippage),
        _ => String::new(),
    };
    let _ = writeln!(
        text,
        "{} to {} UTC, {} events\n{}{how}; maker {maker} bps, taker {taker} bps; seed {}\n",
        moment(outcome.first),
        moment(outcome.last),
        grouped(outcome.inputs),
        broker.profile.name(),
        outcome.seed,
    );
    if outcome.accounts.is_empty() {
        text.push_str("No order of the session traded.\n");
        return text;
    }
    let columns: Vec<Vec<String>> = outcome.accounts.iter().map(|of| ROWS.iter().map(|(_, value)| value(of)).collect()).collect();
    let titles: Vec<String> = outcome.accounts.iter().map(title).collect();
    let width = |(column, title): (&Vec<String>, &String)| {
        column.iter().chain([title]).map(|cell| cell.chars().count()).max().unwrap_or(0).max(COLUMN)
    };
    let widths: Vec<usize> = columns.iter().zip(&titles).map(width).collect();
    let mut line = |name: &str, cells: &mut dyn Iterator<Item = &String>| {
        let cells: String = cells.zip(&widths).map(|(cell, width)| format!("  {cell:>width$}")).collect::<Vec<_>>().concat();
        let _ = writeln!(text, "{}", format!("  {name:<NAMES$}{cells}").trim_end());
    };
    line("", &mut titles.iter());
    for (row, (name, _)) in ROWS.iter().enumerate() {
        let cell = |column: &'_ Vec<String>| column.get(row).is_none_or(|cell| idle(name, cell));
        if !columns.iter().all(cell) || name.is_empty() {
            line(name, &mut columns.iter().filter_map(|column| column.get(row)));
        }
    }
    text.push('\n');
    outcome.accounts.iter().for_each(|of| remarks(&mut text, of, outcome.accounts.len() > 1));
    for of in &outcome.accounts {
        course(&mut text, of, outcome.accounts.len() > 1);
        if trades {
            list(&mut text, of);
        }
    }
    text
}

fn title(of: &AccountOutcome) -> String {
    of.title().to_owned()
}

/// What has to be said beside the figures.
fn remarks(text: &mut String, of: &AccountOutcome, several: bool) {
    let mut say = |what: String| {
        let whose = if several { format!("{}: ", of.view.name) } else { String::new() };
        let _ = writeln!(text, "  {whose}{what}");
    };
    say(format!("Ratios: {}.", of.performance.annualisation));
    if of.performance.few {
        say(format!("Only {} trades: fewer than 30 say little, whatever the ratios.", of.performance.trades.count));
    }
    if let Some(symbol) = of.symbol {
        say(format!("Buy & hold is of {symbol}, from the first close a strategy could act on."));
    }
    if !of.view.positions.is_empty() {
        say("What is open at the end is in the equity and not among the trades.".to_owned());
    }
    if let (count, Some(first)) = rejections(&of.view) {
        say(format!("{count} orders were rejected, the first: {first}"));
    }
    if let Some(why) = &of.view.killed {
        say(format!("The account was stopped: {why}"));
    }
    if let Some(why) = of.strategy.as_ref().and_then(|strategy| strategy.error.as_ref()) {
        say(format!("The strategy did not run: {why}"));
    }
}

/// Values as a plot of blocks, with the greatest and the least beside it.
fn plot(text: &mut String, values: &[f64], height: usize, label: impl Fn(f64) -> String) {
    const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let width = PLOT.0;
    let (Some(least), Some(most)) = (values.iter().copied().reduce(f64::min), values.iter().copied().reduce(f64::max)) else {
        return;
    };
    let range = if most > least { most - least } else { 1.0 };
    let columns = width.min(values.len());
    // The last value of each column's stretch.
    let value = |column: usize| values.get(((column + 1) * values.len() / columns).saturating_sub(1)).copied().unwrap_or(least);
    for row in (0..height).rev() {
        let cells: String = (0..columns)
            .map(|column| {
                let eighths = ((value(column) - least) / range * (height * 8 - 1) as f64) as usize + 1;
                BLOCKS[eighths.saturating_sub(row * 8).min(8)]
            })
            .collect();
        let beside = match row {
            row if row + 1 == height => label(most),
            0 => label(least),
            _ => String::new(),
        };
        let _ = writeln!(text, "{}", format!("  {cells:<width$}  {beside}").trim_end());
    }
}

/// Equity, drawdown, and profit by month, or by day where it is short.
fn course(text: &mut String, of: &AccountOutcome, several: bool) {
    let whose = if several { format!(" of {}", of.view.name) } else { String::new() };
    let equity: Vec<f64> = of.points.iter().map(|point| point.equity).collect();
    if equity.len() > 1 {
        let _ = writeln!(text, "\n  equity{whose}");
        plot(text, &equity, PLOT.1, amount);
        if of.drawdown.deepest_pct < 0.0 {
            let _ = writeln!(text, "\n  drawdown{whose}");
            plot(text, &of.drawdown.course, BELOW, signed);
        }
    }
    let by = |period| performance::profits(&of.points, of.bar.nanos(), money::to_f64(of.view.start), period);
    let (months, days) = (by(Period::Month), by(Period::Day));
    let (rows, length) = if months.len() > 2 || days.len() > 40 { (months, 7) } else { (days, 10) };
    if rows.len() > 1 {
        let _ = writeln!(text, "\n  profit{whose}");
        for row in rows {
            let start: String = row.start.rfc3339().chars().take(length).collect();
            let _ = writeln!(text, "  {start:<10}  {:>14}  {:>10}", amount(row.profit), signed(row.pct));
        }
    }
}

/// Every trade.
fn list(text: &mut String, of: &AccountOutcome) {
    if of.view.trades.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n  {:<19}  {:<19}  {:<5}  {:>16}  {:>14}  {:>14}  {:>14}  {:>10}  {:>10}",
        "entry", "exit", "side", "quantity", "entry price", "exit price", "profit", "return", "fees"
    );
    for trade in of.view.trades.iter() {
        let _ = writeln!(
            text,
            "  {:<19}  {:<19}  {:<5}  {:>16}  {:>14}  {:>14}  {:>14}  {:>10}  {:>10}",
            moment(trade.entry_at),
            moment(trade.exit_at),
            direction(trade),
            trade.qty.to_string(),
            trade.entry.to_string(),
            trade.exit.to_string(),
            amount(money::to_f64(trade.pnl)),
            signed(trade_return(trade) * 100.0),
            amount(money::to_f64(trade.fees)),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_for_people() {
        assert_eq!([1_234_567.891, -0.001, -12.5, 0.0].map(amount), ["1,234,567.89", "0.00", "−12.50", "0.00"]);
        assert_eq!([12.345, -3.0].map(signed), ["+12.35 %".to_owned(), "−3.00 %".to_owned()]);
        assert_eq!([30, 90, 7_260, 180_000].map(|s| span(Nanos::from_secs(s))), ["30 s", "1 m 30 s", "2 h 1 m", "2 d 2 h"]);
    }

    #[test]
    fn a_plot_shows_the_least_and_the_most() {
        let mut text = String::new();
        plot(&mut text, &[1.0, 2.0, 3.0], 8, amount);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 8);
        assert!(lines[0].starts_with("    █") && lines[0].ends_with("3.00"), "{text}");
        assert!(lines[7].starts_with("  ▁██") && lines[7].ends_with("1.00"), "{text}");
        plot(&mut text, &[], 8, amount);
        plot(&mut text, &[5.0; 200], 8, amount);
    }
}
