//! `reconcile`: a recorded paper session against its backtest.

use super::backtest::args;
use super::out::{self, Interrupt, ProgressLine, grouped};
use crate::domain::{Fill, Nanos};
use crate::drive::backtest::Progress;
use crate::drive::backtest::reconcile::{Curves, Difference, Reconciled, Slippage, reconcile};
use serde::Serialize;
use std::fmt::Write as _;

/// Differences that are shown.
const SHOWN: usize = 50;
/// Width and height of a plot.
const PLOT: (usize, usize) = (64, 10);

/// Runs `reconcile`.
///
/// # Errors
/// When the file cannot be read or holds no paper session.
pub fn run(args: &args::Reconcile) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let mut progress = ProgressLine::new("running", &interrupt);
    let mut tell = |done: Progress| progress.tell(done.inputs);
    let found = reconcile(&args.file, args.keep_going, args.seed, &mut tell).map_err(super::backtest::failure)?;
    drop(progress);
    if args.json {
        print_json(&found)?;
    } else {
        out::print(&page(&found))?;
    }
    Ok(())
}

fn page(found: &Reconciled) -> String {
    let mut text = format!(
        "{} events; fills: {} recorded, {} in the backtest\n",
        grouped(found.inputs),
        grouped(found.recorded as u64),
        grouped(found.computed as u64)
    );
    if found.is_same() {
        text.push_str("no difference\n");
    } else {
        let _ = writeln!(text, "{} fills differ, {} orders ended differently", found.differing.len(), found.orders.len());
    }
    for note in &found.notes {
        let _ = writeln!(text, "Note: {note}.");
    }
    for difference in found.differing.iter().take(SHOWN) {
        let _ = writeln!(text, "\n  recorded  {}", shown(difference.recorded.as_deref()));
        let _ = writeln!(text, "  backtest  {}", shown(difference.computed.as_deref()));
        let _ = writeln!(text, "  cause     {}", difference.cause);
    }
    more(&mut text, found.differing.len());
    for order in found.orders.iter().take(SHOWN) {
        let _ = writeln!(text, "  {order}");
    }
    more(&mut text, found.orders.len());
    if let [Some(recorded), computed] = &found.slippage {
        let _ = writeln!(text, "\n  slippage against the last price when the order was sent, basis points");
        let _ = writeln!(
            text,
            "  {:<10}  {:>7}  {:>8}  {:>8}  {:>8}  {:>12}",
            "", "fills", "mean", "median", "worst", "by the model"
        );
        row(&mut text, "recorded", recorded);
        if let Some(computed) = computed {
            row(&mut text, "backtest", computed);
        }
    }
    found.curves.iter().for_each(|curves| plot(&mut text, curves));
    text
}

fn more(text: &mut String, count: usize) {
    if count > SHOWN {
        let _ = writeln!(text, "  … and {} more", count - SHOWN);
    }
}

fn row(text: &mut String, name: &str, of: &Slippage) {
    let Slippage { fills, mean, median, worst, modelled } = of;
    let _ = writeln!(text, "  {name:<10}  {fills:>7}  {mean:>+8.3}  {median:>+8.3}  {worst:>+8.3}  {modelled:>12.2}");
}

fn shown(fill: Option<&Fill>) -> String {
    fill.map_or_else(
        || "no such fill".to_owned(),
        |fill| {
            format!(
                "fill {} of order {}: {} {} {} at {}, {} ({}, {})",
                fill.number,
                fill.order,
                fill.side.as_str(),
                fill.qty,
                fill.symbol,
                fill.price,
                fill.at.rfc3339(),
                if fill.maker { "maker" } else { "taker" },
                fill.account,
            )
        },
    )
}

/// A course's last value in each column of the time.
fn columns(curve: &[(Nanos, f64)], from: Nanos, to: Nanos, width: usize) -> Vec<Option<f64>> {
    let length = (to.0 - from.0).max(1) as f64;
    let end = |column: usize| from.0 as f64 + length * (column + 1) as f64 / width as f64;
    let value = |column: usize| {
        let until = end(column);
        let place = curve.partition_point(|(at, _)| at.0 as f64 <= until);
        place.checked_sub(1).and_then(|place| curve.get(place)).map(|(_, value)| *value)
    };
    (0..width).map(value).collect()
}

/// Both courses in one plot.
fn plot(text: &mut String, curves: &Curves) {
    let (width, height) = PLOT;
    let all = || curves.recorded.iter().chain(&curves.computed);
    let (Some(from), Some(to)) = (all().map(|(at, _)| *at).min(), all().map(|(at, _)| *at).max()) else { return };
    let (least, most) = all().fold((f64::MAX, f64::MIN), |(least, most), (_, value)| (least.min(*value), most.max(*value)));
    let range = if most > least { most - least } else { 1.0 };
    let line = |value: f64| ((value - least) / range * (height - 1) as f64).round() as usize;
    let (recorded, computed) = (columns(&curves.recorded, from, to, width), columns(&curves.computed, from, to, width));
    let differ = if curves.differing == 0 {
        "no difference".to_owned()
    } else {
        format!(
            "{} of {} points differ, by {:.4} at most",
            grouped(curves.differing as u64),
            grouped(curves.compared as u64),
            curves.worst
        )
    };
    let _ = writeln!(text, "\n  equity of {}: {differ}  (● both, r recorded, b backtest)", curves.account);
    for row in (0..height).rev() {
        let cell = |(recorded, computed): (&Option<f64>, &Option<f64>)| {
            let (recorded, computed) = (recorded.map(line) == Some(row), computed.map(line) == Some(row));
            match (recorded, computed) {
                (true, true) => '●',
                (true, false) => 'r',
                (false, true) => 'b',
                (false, false) => ' ',
            }
        };
        let cells: String = recorded.iter().zip(&computed).map(cell).collect();
        let beside = match row {
            row if row + 1 == height => format!("{most:.2}"),
            0 => format!("{least:.2}"),
            _ => String::new(),
        };
        let _ = writeln!(text, "  {}", format!("{cells}  {beside}").trim_end());
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    same: bool,
    difference: &'static str,
    events: u64,
    fills_recorded: usize,
    fills_backtest: usize,
    differing: Vec<Row<'a>>,
    orders: &'a [String],
    equity: Vec<Course<'a>>,
    slippage_recorded: Option<Cost>,
    slippage_backtest: Option<Cost>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Row<'a> {
    recorded: Option<&'a Fill>,
    backtest: Option<&'a Fill>,
    cause: &'a str,
}

#[derive(Serialize)]
struct Course<'a> {
    account: &'a str,
    points: usize,
    compared: usize,
    differing: usize,
    worst: f64,
}

#[derive(Serialize)]
struct Cost {
    fills: usize,
    mean_bps: f64,
    median_bps: f64,
    worst_bps: f64,
    modelled: f64,
}

fn fill_row(of: &Difference) -> Row<'_> {
    Row { recorded: of.recorded.as_deref(), backtest: of.computed.as_deref(), cause: &of.cause }
}

fn course(of: &Curves) -> Course<'_> {
    let (points, compared) = (of.recorded.len(), of.compared);
    Course { account: &of.account, points, compared, differing: of.differing, worst: of.worst }
}

fn print_json(found: &Reconciled) -> std::io::Result<()> {
    let cost = |of: &Option<Slippage>| {
        of.map(|of| Cost {
            fills: of.fills,
            mean_bps: of.mean,
            median_bps: of.median,
            worst_bps: of.worst,
            modelled: of.modelled,
        })
    };
    let [recorded, computed] = &found.slippage;
    out::print_json(&Answer {
        same: found.is_same(),
        difference: if found.is_same() { "no difference" } else { "differs" },
        events: found.inputs,
        fills_recorded: found.recorded,
        fills_backtest: found.computed,
        differing: found.differing.iter().map(fill_row).collect(),
        orders: &found.orders,
        equity: found.curves.iter().map(course).collect(),
        slippage_recorded: cost(recorded),
        slippage_backtest: cost(computed),
        notes: &found.notes,
    })
}
