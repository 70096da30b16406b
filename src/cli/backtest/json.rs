//! A backtest's result as one JSON object.

use crate::analytics::performance::{self, Figure, Performance, Period, sharpe, trade_return};
use crate::broker::{AccountView, RoundTrip};
use crate::cli::out;
use crate::domain::{Money, Nanos, OrderState, Price, Qty, Side, money};
use crate::drive::backtest::{AccountOutcome, Outcome};
use serde::Serialize;
use std::collections::BTreeMap;

/// The whole answer: the first account's keys, and all accounts where there are several.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    first: Option<Account<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    runs: Vec<Account<'a>>,
    venue: &'a str,
    profile: &'static str,
    latency: String,
    queue: String,
    slippage_model: String,
    maker_bps: f64,
    taker_bps: f64,
    leverage: u32,
    seed: u64,
    events: u64,
    first_ts: Nanos,
    last_ts: Nanos,
}

/// One account.
#[derive(Serialize)]
struct Account<'a> {
    #[serde(rename = "account")]
    name: &'a str,
    strategy: &'a str,
    symbols: Vec<String>,
    bar: String,
    #[serde(flatten)]
    figures: Figures<'a>,
    cash: f64,
    open_positions: Vec<Open>,
    orders: usize,
    rejected: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_rejection: Option<String>,
    months: Vec<Month>,
    trade_list: Vec<Trade>,
    #[serde(skip_serializing_if = "Option::is_none")]
    equity_curve: Option<Vec<(Nanos, f64, f64)>>,
}

/// The figures of a performance. `null` where there is none; `undefined` says why.
#[derive(Serialize)]
pub struct Figures<'a> {
    start: Nanos,
    end: Nanos,
    bars: usize,
    trades: usize,
    final_equity: f64,
    peak_equity: f64,
    return_pct: Option<f64>,
    buy_hold_pct: Option<f64>,
    annual_return_pct: Option<f64>,
    cagr_pct: Option<f64>,
    volatility_pct: Option<f64>,
    sharpe: Option<f64>,
    sortino: Option<f64>,
    calmar: Option<f64>,
    max_drawdown_pct: f64,
    max_drawdown_s: Option<f64>,
    win_rate_pct: Option<f64>,
    best_trade_pct: Option<f64>,
    worst_trade_pct: Option<f64>,
    avg_trade_pct: Option<f64>,
    profit_factor: Option<f64>,
    expectancy_pct: Option<f64>,
    sqn: Option<f64>,
    exposure_pct: Option<f64>,
    exposure_open_pct: Option<f64>,
    fees: f64,
    slippage: f64,
    funding: f64,
    fills: u64,
    turnover: f64,
    turnover_ratio: Option<f64>,
    maker_share: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilistic_sharpe: Option<f64>,
    few_trades: bool,
    annualisation: &'a str,
    undefined: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Open {
    symbol: String,
    qty: Qty,
    average: Price,
    unrealised: f64,
    since: Nanos,
}

#[derive(Serialize)]
struct Month {
    start: Nanos,
    profit: f64,
    return_pct: f64,
}

#[derive(Serialize)]
struct Trade {
    entry_ts: Nanos,
    exit_ts: Nanos,
    side: &'static str,
    qty: Qty,
    entry: Price,
    exit: Price,
    pnl: f64,
    fees: f64,
    return_pct: f64,
    symbol: String,
}

/// `long` or `short`.
pub fn direction(trade: &RoundTrip) -> &'static str {
    if trade.side == Side::Buy { "long" } else { "short" }
}

/// Rejected orders, and why the first was.
pub fn rejections(view: &AccountView) -> (usize, Option<String>) {
    let mut rejected = view.history.iter().filter(|order| order.state == OrderState::Rejected);
    let first = rejected.next().map(|order| order.reason.to_string());
    (usize::from(first.is_some()) + rejected.count(), first)
}

impl<'a> Figures<'a> {
    /// Of a performance.
    pub fn of(of: &'a Performance) -> Self {
        let mut undefined = BTreeMap::new();
        let mut told = |name: &'static str, figure: Figure| match figure {
            Ok(value) => Some(value),
            Err(why) => {
                undefined.insert(name, why.to_string());
                None
            }
        };
        let (trades, sums) = (&of.trades, &of.sums);
        Self {
            start: of.start,
            end: of.end,
            bars: of.bars,
            trades: trades.count,
            final_equity: of.final_equity,
            peak_equity: of.peak_equity,
            return_pct: told("return_pct", of.return_pct),
            buy_hold_pct: told("buy_hold_pct", of.buy_hold_pct),
            annual_return_pct: told("annual_return_pct", of.annual_return_pct),
            cagr_pct: told("cagr_pct", of.cagr_pct),
            volatility_pct: told("volatility_pct", of.volatility_pct),
            sharpe: told("sharpe", of.sharpe),
            sortino: told("sortino", of.sortino),
            calmar: told("calmar", of.calmar),
            max_drawdown_pct: of.max_drawdown_pct,
            max_drawdown_s: of.max_drawdown_duration.map(Nanos::to_secs_f64),
            win_rate_pct: told("win_rate_pct", trades.win_rate_pct),
            best_trade_pct: told("best_trade_pct", trades.best_pct),
            worst_trade_pct: told("worst_trade_pct", trades.worst_pct),
            avg_trade_pct: told("avg_trade_pct", trades.average_pct),
            profit_factor: told("profit_factor", trades.profit_factor),
            expectancy_pct: told("expectancy_pct", trades.expectancy_pct),
            sqn: told("sqn", trades.sqn),
            exposure_pct: told("exposure_pct", of.exposure_pct),
            exposure_open_pct: told("exposure_open_pct", of.exposure_open_pct),
            fees: sums.fees,
            slippage: sums.slippage,
            funding: sums.funding,
            fills: sums.fills,
            turnover: sums.turnover,
            turnover_ratio: told("turnover_ratio", of.turnover_ratio),
            maker_share: told("maker_share", of.maker_share),
            probabilistic_sharpe: None,
            few_trades: of.few,
            annualisation: &of.annualisation,
            undefined,
        }
    }
}

fn trade(of: &RoundTrip) -> Trade {
    Trade {
        entry_ts: of.entry_at,
        exit_ts: of.exit_at,
        side: direction(of),
        qty: of.qty,
        entry: of.entry,
        exit: of.exit,
        pnl: money::to_f64(of.pnl),
        fees: money::to_f64(of.fees),
        return_pct: trade_return(of) * 100.0,
        symbol: of.symbol.to_string(),
    }
}

fn account(of: &AccountOutcome, curve: bool) -> Account<'_> {
    let view = &of.view;
    let cash = money::to_f64(view.start);
    let mut figures = Figures::of(&of.performance);
    let (_, returns) = performance::returns(&of.points, of.bar.nanos());
    figures.probabilistic_sharpe = sharpe::Moments::of(&returns).and_then(|moments| sharpe::probabilistic(&moments, 0.0)).ok();
    let months = performance::profits(&of.points, of.bar.nanos(), cash, Period::Month);
    let (rejected, first_rejection) = rejections(view);
    let open = view.positions.iter().map(|held| Open {
        symbol: held.symbol.to_string(),
        qty: held.qty,
        average: held.average,
        unrealised: money::to_f64(held.unrealised),
        since: held.since,
    });
    let row = |(point, below): (&crate::broker::EquityPoint, &f64)| (point.at, point.equity, *below);
    let symbols = of.strategy.as_ref().map(|strategy| strategy.run.symbols.iter().map(ToString::to_string).collect());
    Account {
        name: &view.name,
        strategy: of.title(),
        symbols: symbols.unwrap_or_else(|| of.symbol.iter().map(ToString::to_string).collect()),
        bar: of.bar.to_string(),
        figures,
        cash,
        open_positions: open.collect(),
        orders: view.history.len() + view.working.len(),
        rejected,
        first_rejection,
        months: months.iter().map(|month| Month { start: month.start, profit: month.profit, return_pct: month.pct }).collect(),
        trade_list: view.trades.iter().map(trade).collect(),
        equity_curve: curve.then(|| of.points.iter().zip(&of.drawdown.course).map(row).collect()),
    }
}

/// Prints the result.
///
/// # Errors
/// When it cannot be written.
pub fn print(outcome: &Outcome, curve: bool) -> std::io::Result<()> {
    let broker = &outcome.broker;
    let (maker, taker): (Money, Money) = broker.fees(&outcome.venue);
    let all = || outcome.accounts.iter().map(|of| account(of, curve));
    out::print_json(&Answer {
        first: all().next(),
        runs: if outcome.accounts.len() > 1 { all().collect() } else { Vec::new() },
        venue: &outcome.venue,
        profile: broker.profile.name(),
        latency: broker.latency.to_string(),
        queue: broker.queue.to_string(),
        slippage_model: broker.slippage.to_string(),
        maker_bps: money::to_f64(maker),
        taker_bps: money::to_f64(taker),
        leverage: broker.leverage,
        seed: outcome.seed,
        events: outcome.inputs,
        first_ts: outcome.first,
        last_ts: outcome.last,
    })
}
