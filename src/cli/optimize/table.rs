//! An optimisation's result for people: a ranked table, a heatmap, the walk-forward.

use crate::analytics::performance::{Figure, Performance};
use crate::cli::backtest::signed;
use crate::cli::out::grouped;
use crate::drive::backtest::optimize::{Axis, Optimization, Optimized, Rank, Trial};
use std::fmt::Write as _;

fn figure(value: Figure, rank: Rank) -> String {
    match (value, rank) {
        (Ok(value), Rank::Return) => signed(value),
        (Ok(value), _) => number(value),
        (Err(_), _) => "-".to_owned(),
    }
}

fn number(value: f64) -> String {
    let text = if value.abs() >= 1e5 { format!("{value:.1e}") } else { format!("{value:.2}") };
    text.replace('-', "−")
}

fn set(axes: &[Axis], trial: &Trial) -> Vec<String> {
    let value = |(axis, place): (&Axis, &usize)| axis.values.get(*place).cloned().unwrap_or_default();
    axes.iter().zip(&trial.combination.places).map(value).collect()
}

/// The page.
pub fn page(optimization: &Optimization, found: &Optimized, top: usize) -> String {
    let axes = &optimization.axes;
    let mut text = String::new();
    let held = optimization.parting.hold_out * 100.0;
    let skipped = if found.skipped > 0 {
        format!(", {} that do not go together left out", grouped(found.skipped as u64))
    } else {
        String::new()
    };
    let _ = writeln!(
        text,
        "{}: {} combinations{skipped}; {} events\nRanked by {} {}\n",
        optimization.base.spec.name,
        grouped(found.trials.len() as u64),
        grouped(found.inputs),
        found.rank.name(),
        if held > 0.0 {
            format!("before the last {held:.0} % of the time; out: within those")
        } else {
            "of all the time".to_owned()
        },
    );
    table(&mut text, optimization, found, top);
    notes(&mut text, found);
    heatmap(&mut text, axes, found);
    walk(&mut text, optimization, found);
    text
}

fn table(text: &mut String, optimization: &Optimization, found: &Optimized, top: usize) {
    let axes = &optimization.axes;
    let out = found.trials.iter().any(|trial| trial.outside.is_some());
    let mut heads: Vec<String> = vec!["#".to_owned()];
    heads.extend(axes.iter().map(|axis| axis.name.clone()));
    heads.extend(["return", "Sharpe", "drawdown", "trades"].map(str::to_owned));
    if out {
        heads.extend(["out: return", "Sharpe", "drawdown", "trades"].map(str::to_owned));
    }
    heads.push("deflated".to_owned());
    let part = |of: &Performance| {
        let few = if of.few { "*" } else { "" };
        [
            figure(of.return_pct, Rank::Return),
            figure(of.sharpe, Rank::Sharpe),
            signed(of.max_drawdown_pct),
            format!("{}{few}", of.trades.count),
        ]
    };
    let row = |(place, trial): (usize, &Trial)| {
        let mut row = vec![(place + 1).to_string()];
        row.extend(set(axes, trial));
        row.extend(part(&trial.inside));
        if out {
            row.extend(trial.outside.as_ref().map_or_else(|| [const { String::new() }; 4], part));
        }
        row.push(trial.deflated.map_or_else(|_| "-".to_owned(), |chance| format!("{:.1} %", chance * 100.0)));
        row
    };
    let rows: Vec<Vec<String>> = found.trials.iter().enumerate().take(top).map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&heads]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    for row in std::iter::once(&heads).chain(&rows) {
        let cells: String = row.iter().zip(&widths).map(|(cell, width)| format!("  {cell:>width$}")).collect::<Vec<_>>().concat();
        let _ = writeln!(text, "{}", cells.trim_end());
    }
}

fn notes(text: &mut String, found: &Optimized) {
    let _ = writeln!(text);
    if found.trials.iter().any(|trial| trial.inside.few) {
        let _ = writeln!(text, "  * fewer than 30 trades say little, whatever the ratios");
    }
    let _ = writeln!(
        text,
        "  deflated: the chance that the true Sharpe ratio is above what the best of {} trials shows by luck ({:.4} a step)",
        found.trials.len(),
        found.luck,
    );
}

/// The best figure for each pair of values of the first two parameters, the better the darker.
fn heatmap(text: &mut String, axes: &[Axis], found: &Optimized) {
    const SHADES: [char; 5] = ['·', '░', '▒', '▓', '█'];
    let [down, across, ..] = axes else { return };
    if down.values.len() < 2 || across.values.len() < 2 {
        return;
    }
    let cell = |y: usize, x: usize| -> Option<f64> {
        let of = |trial: &&Trial| trial.combination.places.first() == Some(&y) && trial.combination.places.get(1) == Some(&x);
        found.trials.iter().filter(of).filter_map(|trial| found.rank.of(&trial.inside).ok()).reduce(f64::max)
    };
    let mut values: Vec<f64> = Vec::new();
    for y in 0..down.values.len() {
        values.extend((0..across.values.len()).filter_map(|x| cell(y, x)));
    }
    values.sort_by(f64::total_cmp);
    // By rank rather than by size: one that stands out far does not make all others alike.
    let shade = |value: f64| {
        let below = values.partition_point(|other| *other < value);
        SHADES[(below * SHADES.len() / values.len().max(1)).min(SHADES.len() - 1)]
    };
    let shown = |value: f64| figure(Ok(value), found.rank).replace(" %", "");
    let width = across
        .values
        .iter()
        .map(|value| value.chars().count())
        .chain(values.iter().map(|value| shown(*value).chars().count() + 2))
        .max()
        .unwrap_or(4);
    let names = down.values.iter().map(|value| value.chars().count()).max().unwrap_or(0).max(down.name.chars().count());
    let _ = writeln!(text, "\n  {}: {} down, {} across; the darker the better\n", found.rank.name(), down.name, across.name);
    let heads: String = across.values.iter().map(|value| format!("  {value:>width$}")).collect::<Vec<_>>().concat();
    let _ = writeln!(text, "  {:>names$}{heads}", "");
    for (y, name) in down.values.iter().enumerate() {
        let cells: String = (0..across.values.len())
            .map(|x| match cell(y, x) {
                Some(value) => format!("  {:>width$}", format!("{} {}", shade(value), shown(value))),
                None => format!("  {:>width$}", "-"),
            })
            .collect();
        let _ = writeln!(text, "  {name:>names$}{cells}");
    }
}

fn walk(text: &mut String, optimization: &Optimization, found: &Optimized) {
    if found.steps.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n  walk-forward: the best of all before, and what it did in the part that follows\n");
    let names = optimization.axes.iter().map(|axis| axis.name.as_str()).collect::<Vec<_>>().join(" ");
    let _ = writeln!(
        text,
        "  {:<19}  {names:<24}  {:>10}  {:>10}  {:>12}  {:>10}  {:>6}",
        "until", "return", "Sharpe", "then: return", "Sharpe", "trades"
    );
    for (number, step) in found.steps.iter().enumerate() {
        let Some(trial) = found.trials.get(step.best) else { continue };
        let Some(fold) = trial.folds.get(number) else { continue };
        let until: String = step.until.rfc3339().chars().take(19).collect::<String>().replace('T', " ");
        let _ = writeln!(
            text,
            "  {until:<19}  {:<24}  {:>10}  {:>10}  {:>12}  {:>10}  {:>6}",
            set(&optimization.axes, trial).join(" "),
            figure(fold.inside.return_pct, Rank::Return),
            figure(fold.inside.sharpe, Rank::Sharpe),
            figure(fold.outside.return_pct, Rank::Return),
            figure(fold.outside.sharpe, Rank::Sharpe),
            fold.outside.trades.count,
        );
    }
    if let Some(walked) = found.walked_pct() {
        let _ = writeln!(text, "  all parts that follow, one after the other: {}", signed(walked));
    }
}
