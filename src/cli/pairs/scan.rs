//! `scan`: every pair among the symbols, ranked.

use super::json::{LeftBoth, Why};
use super::table::number;
use super::{setup, usage};
use crate::analytics::pairs::{Figures, PairSetup, SortBy, ranking, verdict};
use crate::cli::args;
use crate::cli::histories::{self, History};
use crate::cli::out::{self, Interrupt};
use crate::domain::{Symbol, Timeframe};
use anyhow::bail;
use serde::Serialize;
use std::fmt::Write as _;

/// A pair and what was found of it.
struct Row {
    y: Symbol,
    x: Symbol,
    figures: Figures,
}

/// Runs `scan`.
///
/// # Errors
/// When a file cannot be read, there are fewer than two symbols, or a setting is out of range.
pub fn scan(args: &args::Scan) -> anyhow::Result<()> {
    let setup = setup(&args.setting, args.window)?;
    let interrupt = Interrupt::listen()?;
    let (timeframe, histories) = histories::read(&args.files, &args.reading, args.setting.bar, &interrupt)?;
    if histories.len() < 2 {
        return Err(usage(format!("a pair takes two symbols: there is {}", histories::named(&histories))));
    }
    histories::note_without_bars(&histories, timeframe);
    let mut rows = assess(&setup, &histories, &interrupt)?;
    ranking::sort(&mut rows, SortBy::Cointegration, |row| (Some(&row.figures), [row.y, row.x]));
    let all = rows.len();
    rows.truncate(args.top.unwrap_or(usize::MAX));
    if args.json {
        out::print_json(&document(&rows, all, &setup, timeframe))?;
    } else {
        out::print(&table(&rows, all, &setup, timeframe))?;
    }
    Ok(())
}

/// The figures of every pair, y after x in the order the symbols appear.
fn assess(setup: &PairSetup, histories: &[History], interrupt: &Interrupt) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (at, y) in histories.iter().enumerate() {
        for x in &histories[..at] {
            if interrupt.came() {
                bail!("stopped");
            }
            rows.push(Row { y: y.symbol, x: x.symbol, figures: Figures::of(setup, y.closes(), x.closes()) });
        }
    }
    Ok(rows)
}

#[derive(Debug, Serialize)]
struct Test {
    stat: f64,
    p: f64,
}

#[derive(Debug, Serialize)]
struct Ranked {
    rank: usize,
    y: Symbol,
    x: Symbol,
    n: Option<usize>,
    beta: Option<f64>,
    half_life: Option<f64>,
    z: Option<f64>,
    corr: Option<f64>,
    coint: Option<Test>,
    adf_p: Option<f64>,
    corr_window: Option<f64>,
    signal: Option<&'static str>,
    common: usize,
    left_out: LeftBoth,
    why: Why,
}

#[derive(Debug, Serialize)]
struct Document {
    pairs: Vec<Ranked>,
    bar: String,
    window: usize,
    z: usize,
    method: &'static str,
    /// Pairs there are, those beyond `--top` among them.
    all: usize,
}

fn document(rows: &[Row], all: usize, setup: &PairSetup, timeframe: Timeframe) -> Document {
    let pairs = rows.iter().zip(1..).map(|(row, rank)| ranked(row, rank)).collect();
    Document { pairs, bar: timeframe.to_string(), window: setup.window, z: setup.z, method: setup.method.name(), all }
}

fn ranked(row: &Row, rank: usize) -> Ranked {
    let Figures { analysis, counts, corr } = row.figures;
    let mut why = Why::default();
    Ranked {
        rank,
        y: row.y,
        x: row.x,
        n: why.take("n", &analysis.line.map(|line| line.n)),
        beta: why.take("beta", &analysis.line.map(|line| line.beta)),
        half_life: why.take("half_life", &analysis.half_life),
        z: why.take("z", &analysis.z),
        corr: why.take("corr", &analysis.corr),
        coint: why.take("coint", &analysis.coint).map(|coint| Test { stat: coint.stat, p: coint.p }),
        adf_p: why.take("adf_p", &analysis.adf.map(|adf| adf.p)),
        corr_window: why.take("corr_window", &corr),
        signal: analysis.z.is_ok().then_some(analysis.signal.name()),
        common: counts.common,
        left_out: counts.into(),
        why,
    }
}

fn table(rows: &[Row], all: usize, setup: &PairSetup, timeframe: Timeframe) -> String {
    let mut text = format!(
        "{} of {} pairs by cointegration; {timeframe} bars, {} over {}, z over {}\n\n",
        rows.len(),
        all,
        setup.method,
        out::grouped(setup.window as u64),
        setup.z
    );
    let names: Vec<String> = rows.iter().map(|row| format!("{} / {}", row.y, row.x)).collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(6);
    let _ = writeln!(
        text,
        "  {:>3}  {:<width$}{:>11}{:>10}{:>12}{:>8}{:>11}{:>9}{:>8}  signal",
        "#", "y / x", "coint p", "ADF p", "β", "z", "half-life", "corr", "bars"
    );
    for ((row, name), rank) in rows.iter().zip(&names).zip(1..) {
        let Figures { analysis, counts, corr } = row.figures;
        let some = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
        let p = |p: f64| if p < 0.0001 { "<0.0001".to_owned() } else { format!("{p:.4}") };
        let _ = write!(
            text,
            "  {rank:>3}  {name:<width$}{:>11}{:>10}{:>12}{:>8}{:>11}{:>9}{:>8}  ",
            some(analysis.coint.ok().map(|coint| p(coint.p))),
            some(analysis.adf.ok().map(|adf| p(adf.p))),
            some(analysis.line.ok().map(|line| number(line.beta, 5))),
            some(analysis.z.ok().map(|z| verdict::minus(z, 2))),
            some(analysis.half_life.ok().map(|bars| format!("{bars:.1}"))),
            some(corr.ok().map(|corr| verdict::minus(corr, 3))),
            out::grouped(counts.common as u64),
        );
        match row.figures.why() {
            Some(why) if analysis.z.is_ok() => _ = writeln!(text, "{:<7}{why}", analysis.signal),
            Some(why) => _ = writeln!(text, "{why}"),
            None => _ = writeln!(text, "{}", analysis.signal),
        }
    }
    let _ = write!(
        text,
        "\n  half-life in bars; corr of {} over the window; bars both have. With {all} pairs at once, about {} pass p 5 % by chance.\n  {}.\n",
        if setup.returns { "log returns" } else { "closes" },
        verdict::figures(all as f64 / 20.0, 2),
        verdict::CAVEAT,
    );
    text
}
