//! An optimisation's result as one JSON object.

use crate::analytics::performance::{Figure, Performance};
use crate::cli::out;
use crate::domain::Nanos;
use crate::drive::backtest::optimize::{Optimization, Optimized, Trial};
use serde::Serialize;
use serde_json::{Map, Value};

#[derive(Serialize)]
struct Answer {
    strategy: String,
    combinations: usize,
    skipped: usize,
    ranked_by: &'static str,
    hold_out_pct: f64,
    /// The Sharpe ratio of one step that the best of so many trials shows by luck.
    luck_sharpe: f64,
    step_s: f64,
    events: u64,
    results: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    walk_forward: Vec<Fold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    walk_forward_pct: Option<f64>,
}

#[derive(Serialize)]
struct Row {
    params: Map<String, Value>,
    strategy: String,
    #[serde(flatten)]
    whole: Part,
    /// The chance that it is better than the luck of so many trials.
    deflated_sharpe: Option<f64>,
    step_sharpe: Option<f64>,
    in_sample: Part,
    out_of_sample: Option<Part>,
}

#[derive(Serialize)]
struct Part {
    start: Nanos,
    end: Nanos,
    bars: usize,
    trades: usize,
    final_equity: f64,
    return_pct: Option<f64>,
    sharpe: Option<f64>,
    sortino: Option<f64>,
    calmar: Option<f64>,
    max_drawdown_pct: f64,
    win_rate_pct: Option<f64>,
    profit_factor: Option<f64>,
    expectancy_pct: Option<f64>,
    sqn: Option<f64>,
    few_trades: bool,
}

#[derive(Serialize)]
struct Fold {
    #[serde(rename = "fold")]
    number: usize,
    params: Map<String, Value>,
    until: Nanos,
    to: Nanos,
    in_sample: Part,
    out_of_sample: Part,
}

fn part(of: &Performance) -> Part {
    let known = |figure: Figure| figure.ok();
    Part {
        start: of.start,
        end: of.end,
        bars: of.bars,
        trades: of.trades.count,
        final_equity: of.final_equity,
        return_pct: known(of.return_pct),
        sharpe: known(of.sharpe),
        sortino: known(of.sortino),
        calmar: known(of.calmar),
        max_drawdown_pct: of.max_drawdown_pct,
        win_rate_pct: known(of.trades.win_rate_pct),
        profit_factor: known(of.trades.profit_factor),
        expectancy_pct: known(of.trades.expectancy_pct),
        sqn: known(of.trades.sqn),
        few_trades: of.few,
    }
}

/// The parameters of the grid; numbers as numbers.
fn params(optimization: &Optimization, trial: &Trial) -> Map<String, Value> {
    let places = trial.combination.places.iter();
    let value = |text: &String| {
        let read = serde_json::from_str::<Value>(text).ok().filter(|value| value.is_number() || value.is_boolean());
        read.unwrap_or_else(|| Value::from(text.as_str()))
    };
    optimization
        .axes
        .iter()
        .zip(places)
        .filter_map(|(axis, place)| Some((axis.name.clone(), value(axis.values.get(*place)?))))
        .collect()
}

/// Prints the result.
///
/// # Errors
/// When it cannot be written.
pub fn print(optimization: &Optimization, found: &Optimized) -> std::io::Result<()> {
    let row = |trial: &Trial| Row {
        params: params(optimization, trial),
        strategy: trial.combination.setup.to_string(),
        whole: part(&trial.whole),
        deflated_sharpe: trial.deflated.ok(),
        step_sharpe: trial.moments.as_ref().ok().map(|moments| moments.sharpe),
        in_sample: part(&trial.inside),
        out_of_sample: trial.outside.as_ref().map(part),
    };
    let fold = |(number, step): (usize, &crate::drive::backtest::optimize::Step)| {
        let trial = found.trials.get(step.best)?;
        let fold = trial.folds.get(number)?;
        Some(Fold {
            number: number + 1,
            params: params(optimization, trial),
            until: step.until,
            to: step.to,
            in_sample: part(&fold.inside),
            out_of_sample: part(&fold.outside),
        })
    };
    out::print_json(&Answer {
        strategy: optimization.base.to_string(),
        combinations: found.trials.len(),
        skipped: found.skipped,
        ranked_by: found.rank.name(),
        hold_out_pct: optimization.parting.hold_out * 100.0,
        luck_sharpe: found.luck,
        step_s: found.trials.first().map_or(0.0, |trial| trial.step.to_secs_f64()),
        events: found.inputs,
        results: found.trials.iter().map(row).collect(),
        walk_forward: found.steps.iter().enumerate().filter_map(fold).collect(),
        walk_forward_pct: found.walked_pct(),
    })
}
