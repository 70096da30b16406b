//! `pairs` and `scan`: how symbols hang together.

mod json;
mod scan;
mod table;

pub use scan::scan;

use super::args;
use super::histories::{self, History, PairBar};
use super::out::{self, Interrupt};
use crate::analytics::Undefined;
use crate::analytics::pairs::{Analysis, Counts, Course, Joined, PairSetup, SetupError, join};
use crate::analytics::summary::{Summary, annualised_volatility, summary};
use crate::domain::{Nanos, Symbol, Timeframe};
use anyhow::bail;
use std::io::Write as _;

/// Values that robust lines before the last one may look at for the signal, a window each: about two seconds' work.
const ROBUST: usize = 5_000_000;
/// Seconds of a year: crypto markets do not close.
const YEAR: f64 = 365.0 * 86_400.0;

fn usage(text: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(super::Usage(text.into()))
}

fn setup(setting: &args::PairSetting, window: usize) -> anyhow::Result<PairSetup> {
    let args::PairSetting { z, method, closes, entry, exit, stop, .. } = *setting;
    let setup = PairSetup { method, window, z, returns: !closes, entry, exit, stop };
    setup.checked().map_err(|error: SetupError| usage(error.to_string()))
}

/// One leg over the window.
struct LegStats {
    summary: Result<Summary, Undefined>,
    /// A year's; 0.5 is 50 %.
    volatility: Result<f64, Undefined>,
    volume: f64,
    /// Mean of the bars' typical prices by their volumes; `None` where nothing was traded.
    vwap: Option<f64>,
}

impl LegStats {
    fn of(history: &History, bars: &[Joined], timeframe: Timeframe) -> Self {
        let at = |start: Nanos| history.bars.binary_search_by_key(&start, |bar| bar.start).ok();
        let used: Vec<&PairBar> = bars.iter().filter_map(|bar| at(bar.at)).filter_map(|index| history.bars.get(index)).collect();
        let closes: Vec<f64> = used.iter().map(|bar| bar.close).collect();
        let volume: f64 = used.iter().map(|bar| bar.volume).sum();
        let turnover: f64 = used.iter().map(|bar| bar.volume * bar.typical).sum();
        Self {
            summary: summary(&closes),
            volatility: annualised_volatility(&closes, YEAR / f64::from(timeframe.secs())),
            volume,
            vwap: Some(turnover / volume).filter(|vwap| vwap.is_finite()),
        }
    }
}

/// What was found of a pair.
struct Found {
    y: Symbol,
    x: Symbol,
    timeframe: Timeframe,
    setup: PairSetup,
    course: Course,
    analysis: Analysis,
    counts: Counts,
    /// y's and x's.
    legs: [LegStats; 2],
}

impl Found {
    /// When the last common bar closed.
    fn closed(&self) -> Option<Nanos> {
        self.analysis.at.map(|start| start + self.timeframe.nanos())
    }
}

/// Runs `pairs`.
///
/// # Errors
/// When a file cannot be read, a symbol is not in it, or a setting is out of range.
pub fn run(args: &args::Pairs) -> anyhow::Result<()> {
    let setup = setup(&args.setting, args.window)?;
    if args.y.zip(args.x).is_some_and(|(y, x)| y == x) {
        return Err(usage("--y and --x are the same symbol"));
    }
    let interrupt = Interrupt::listen()?;
    let (timeframe, histories) = histories::read(&args.files, &args.reading, args.setting.bar, &interrupt)?;
    let [y, x] = choose(&histories, args.y, args.x)?;
    histories::note_without_bars(&[y.clone(), x.clone()], timeframe);
    let (bars, counts) = join(y.closes(), x.closes());
    if args.series {
        return series(setup, &bars, timeframe, &interrupt);
    }
    let mut course = Course::new(setup);
    for bar in &bars {
        course.push_later(bar.at, bar.y, bar.x);
    }
    course.work(ROBUST);
    let analysis = course.latest();
    let used = &bars[bars.len().saturating_sub(setup.window)..];
    let legs = [y, x].map(|history| LegStats::of(history, used, timeframe));
    let found = Found { y: y.symbol, x: x.symbol, timeframe, setup, course, analysis, counts, legs };
    if args.json {
        out::print_json(&json::document(&found))?;
    } else {
        out::print(&table::page(&found))?;
    }
    Ok(())
}

/// The two that are meant: as named, or where there are exactly two the second on the first.
fn choose(histories: &[History], y: Option<Symbol>, x: Option<Symbol>) -> anyhow::Result<[&History; 2]> {
    let find = |symbol: Symbol| {
        let same = |history: &&History| history.symbol.eq_ignore_ascii_case(&symbol);
        let found = histories.iter().find(|history| history.symbol == symbol).or_else(|| histories.iter().find(same));
        found.ok_or_else(|| usage(format!("{symbol} is not in it: there is {}", histories::named(histories))))
    };
    let other = |symbol: Symbol| match histories {
        [a, b] => Some(if a.symbol.eq_ignore_ascii_case(&symbol) { b } else { a }),
        _ => None,
    };
    let both = || usage(format!("say which two with --y and --x: there is {}", histories::named(histories)));
    Ok(match (y, x, histories) {
        (Some(y), Some(x), _) => [find(y)?, find(x)?],
        (Some(y), None, _) => [find(y)?, other(y).ok_or_else(both)?],
        (None, Some(x), _) => {
            let x = find(x)?;
            [other(x.symbol).ok_or_else(both)?, x]
        }
        (None, None, [first, second]) => [second, first],
        (None, None, _) => return Err(both()),
    })
}

/// One line for every common bar, printed as it is worked out.
fn series(setup: PairSetup, bars: &[Joined], timeframe: Timeframe, interrupt: &Interrupt) -> anyhow::Result<()> {
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut course = Course::new(setup);
    for bar in bars {
        course.push(bar.at, bar.y, bar.x);
        if let Some(point) = course.last() {
            serde_json::to_writer(&mut stdout, &json::line(&point, timeframe)).map_err(std::io::Error::from)?;
            stdout.write_all(b"\n")?;
        }
        if interrupt.came() {
            stdout.flush()?;
            bail!("stopped");
        }
    }
    stdout.flush()?;
    Ok(())
}
