//! The commands and flags. Help, completions and the manual page are made of these definitions.

use crate::analytics::pairs::Method;
use crate::codecs::DateOrder;
use crate::domain::{BarSpec, EngineConfig, Nanos, Rearm, Symbol, Timeframe};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A terminal trading workstation: live candles, order book, tape and replay from one deterministic engine.
#[derive(Debug, Parser)]
#[command(
    name = "rtai-tui",
    version = super::version::SHORT,
    long_version = super::version::LONG,
    max_term_width = 100,
    after_help = "Without a command: the workstation on live data. Try `rtai-tui demo` first: it needs no network.\n\
                  Settings: flag, then RTAI_* environment variable (RTAI_SYMBOLS, RTAI_LOG_LEVEL …), then config file, then default.\n\
                  Times: RFC 3339, epoch seconds, or +10m from the start."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Settings that apply to every command.
    #[command(flatten)]
    pub global: Global,
}

/// Flags that every command takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct Global {
    /// Where live data comes from: binance-futures, binance-spot or demo; `record` takes several, separated by commas
    #[arg(long, global = true, value_name = "NAME")]
    pub venue: Option<String>,
    /// The symbols to follow, separated by commas
    #[arg(long, global = true, value_name = "A,B", value_delimiter = ',', value_parser = symbol)]
    pub symbols: Vec<Symbol>,
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of recordings and the log
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// The theme, a shipped one or a file of your own
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Begin with this saved layout rather than as the program was left
    #[arg(long, global = true, value_name = "NAME", value_parser = crate::app::layout::Store::check)]
    pub layout: Option<String>,
    /// Begin with the shipped layout, and do not keep how the program is left
    #[arg(long, global = true, conflicts_with = "layout")]
    pub no_restore: bool,
    /// What is logged: error, warn, info, debug or trace; of modules by warn,drive::store=debug
    #[arg(long, global = true, value_name = "LEVELS", value_parser = levels)]
    pub log_level: Option<String>,
    /// Do not record live data
    #[arg(long, global = true)]
    pub no_record: bool,
    /// Base WebSocket URL of the venue
    #[arg(long, global = true, value_name = "URL", value_parser = ws_url)]
    pub ws_url: Option<String>,
    /// Base REST URL of the venue
    #[arg(long, global = true, value_name = "URL", value_parser = rest_url)]
    pub rest_url: Option<String>,
}

/// The commands.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// The workstation on the embedded demo exchange; needs no network
    Demo(Demo),
    /// The workstation on recordings, or on anything import recognises
    Replay(Replay),
    /// Record live data without a screen
    Record(crate::cli::record::args::Record),
    /// Whether a collector is well, by its status file: exit status 0, or 1 with what is wrong
    Health(crate::cli::record::args::Health),
    /// Convert other formats into one recording, merged in time order
    Import(Import),
    /// Ticks, bars, indicators, fills, equity … as CSV, JSON lines or Parquet
    Export(crate::cli::export::args::Export),
    /// What is in a recording, its gaps and its damage
    Info(Info),
    /// Print every sample of the indicators, one JSON line each; without FILE the indicators there are
    Indicators(Indicators),
    /// Judge an alert on recordings: every firing, and what the price did after it
    Alerts(Alerts),
    /// Whether indicators predict anything in a recording: information coefficients, deciles, hit rates
    Lab(Lab),
    /// How two symbols hang together: hedge ratio, spread, z-score, half-life, unit-root and cointegration tests
    Pairs(Pairs),
    /// Every pair among the symbols, ranked by its cointegration test
    Scan(Scan),
    /// Run strategies, or a recorded session, on recordings: figures, equity, trades
    Backtest(crate::cli::backtest::args::Backtest),
    /// Try a strategy over a grid of parameters: ranked, with what followed, and how much of it is luck
    Optimize(crate::cli::backtest::args::Optimize),
    /// Hold a recorded paper session against its backtest, fill by fill
    Reconcile(crate::cli::backtest::args::Reconcile),
    /// The database of sessions: where it is, whether it is whole, packing it, the sessions in it
    Db(crate::cli::db::args::Db),
    /// Salvage a damaged recording into a new one
    Repair(Repair),
    /// Check this installation: configuration, folders, terminal, clock, venue, recording, database, figures
    Verify(crate::cli::verify::args::Verify),
    /// List the themes
    Themes(List),
    /// List the keys
    Keys(List),
    /// List the commands of the workstation
    Commands(List),
    /// List the settings in force, or write a commented configuration file
    Config(Config),
    /// Print shell completions
    Completions(Completions),
    /// Print the manual page, of one command if it is named
    Man(Man),
}

/// `demo`.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// How many times busier than a real market, 0.1 to 100; a minute stays a minute
    #[arg(long, default_value_t = 1.0, value_name = "N", value_parser = demo_speed)]
    pub speed: f64,
    /// The market's seed: the same seed gives the same market
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Drawing without a terminal.
    #[command(flatten)]
    pub screenshot: Screenshot,
}

impl Default for Demo {
    fn default() -> Self {
        Self { speed: 1.0, seed: 1, screenshot: Screenshot::default() }
    }
}

/// `replay`.
#[derive(Debug, Clone, Args)]
pub struct Replay {
    /// Recordings, or files of any format that import recognises
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How fast: 0.1 to 1000 times, or max
    #[arg(long, default_value = "1", value_name = "N", value_parser = replay_speed)]
    pub speed: f64,
    /// Where to begin: RFC 3339, epoch seconds, or +10m from the start
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Begin paused
    #[arg(long)]
    pub paused: bool,
    /// Deliver the alerts that fire while it plays (command, webhook, mail …), as if it were live; else nothing leaves the screen
    #[arg(long)]
    pub deliver: bool,
    /// How files that are no recordings are read.
    #[command(flatten)]
    pub reading: Reading,
    /// Drawing without a terminal.
    #[command(flatten)]
    pub screenshot: Screenshot,
}

/// One frame drawn into a file.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Without a terminal")]
pub struct Screenshot {
    /// Draw one frame into this file and leave: .svg, .ans (with colours) or .txt
    #[arg(long, value_name = "PATH")]
    pub screenshot: Option<PathBuf>,
    /// The frame's size in columns and rows
    #[arg(long, default_value = "120x36", value_name = "WxH", value_parser = crate::ui::screenshot::parse_size, requires = "screenshot")]
    pub size: (u16, u16),
    /// The moment drawn; the end unless given
    #[arg(long, value_name = "TIME", requires = "screenshot")]
    pub at: Option<String>,
    /// The workspace drawn, by its number
    #[arg(long, value_name = "N", requires = "screenshot")]
    pub workspace: Option<u8>,
}

/// How files that are no recordings are read.
#[derive(Debug, Clone, Default, Args)]
pub struct Reading {
    /// The symbol of files whose data names none; else the first `[A-Z0-9]{5,}` of the name
    #[arg(long, value_name = "SYMBOL", value_parser = symbol)]
    pub symbol: Option<Symbol>,
    /// How long the bars are, such as 1m; else told from the rows
    #[arg(long, value_name = "SPAN", value_parser = timeframe)]
    pub tf: Option<Timeframe>,
    /// Dates such as 02/01/1990 have the day (dmy) or the month (mdy) first; else told from the whole column
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<DateOrder>,
    /// Take what can be read even when more than 1 % of the lines cannot
    #[arg(long)]
    pub keep_going: bool,
}

/// `import`.
#[derive(Debug, Clone, Args)]
pub struct Import {
    /// Files to convert: raw captures, recorded sessions, Binance dumps, Tardis tables, bars or closes; plain, .gz, .zst or .zip
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The recording to write; never overwritten. A folder (DIR/) takes a recording of each file, and passes over those it has
    #[arg(short, long, value_name = "FILE|DIR/")]
    pub output: PathBuf,
    /// How they are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `info`.
#[derive(Debug, Clone, Args)]
pub struct Info {
    /// Recordings, or files of any format that import recognises
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Recompute derived lines with the engine and report the first that differs
    #[arg(long)]
    pub check: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How files that are no recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `indicators`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "One line a sample: {\"ts\": 1723161256, \"sym\": \"BTCUSDT\", \"name\": \"ofi\", \"v\": 1.5, \"z\": 0.3, \"osc\": 61.8}; \
                        null where there is none. ts: seconds since 1970.\n\
                        Indicators of bars (sma, rsi …) are printed at the closes of --bar bars."
)]
pub struct Indicators {
    /// Recordings, or files of any format that import recognises
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Only these, with parameters if you like: ofi,vpin(bucket_volume=5),rsi(14); else all of events, and with --bar all of bars
    #[arg(long, value_name = "A,B")]
    pub names: Option<String>,
    /// Distance of the samples: whole seconds, or a whole part of one such as 100ms
    #[arg(long, value_name = "SPAN", default_value = "1s", value_parser = sampling)]
    pub every: Nanos,
    /// Set a parameter of an indicator, such as vpin.bucket_volume=5; can be repeated
    #[arg(long = "set", value_name = "NAME.PARAMETER=VALUE")]
    pub sets: Vec<String>,
    /// Bars that the technical indicators are worked out from: 1m, 5m, tick:100, volume:5 …
    #[arg(long, value_name = "BARS", value_parser = bar_spec)]
    pub bar: Option<BarSpec>,
    /// Without FILE: print the list of indicators as JSON
    #[arg(long, conflicts_with = "files")]
    pub json: bool,
    /// How files that are no recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `alerts`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "One line a firing: {\"ts\": 1723161256.25, \"sym\": \"BTCUSDT\", \"expr\": \"price > 61000\", \"values\": \
                        {\"price\": 61000.1}, \"price\": 61000.1}; ts: seconds since 1970. Then how often it fired, and what the price did \
                        1, 5 and 15 minutes after it, beside what it did after any moment.\n\
                        docs/alerts.md has the language of expressions."
)]
pub struct Alerts {
    /// Recordings, or files of any format that import recognises; several are one stretch of time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What has to be so, such as 'price crosses above 61000' or 'ofi.z < -2 && vpin > 0.7 for 5s'; can be repeated
    #[arg(long = "expr", required = true, value_name = "EXPRESSION", allow_hyphen_values = true)]
    pub exprs: Vec<String>,
    /// When it may fire again: auto (once it has been false, a minute later at the earliest), once, always, or cooldown:15m
    #[arg(long, default_value = "auto", value_name = "WHEN")]
    pub rearm: Rearm,
    /// Print the summary as JSON too
    #[arg(long)]
    pub json: bool,
    /// How files that are no recordings are read; --symbol is also the symbol the expression is about, else each of the file's.
    #[command(flatten)]
    pub reading: Reading,
}

/// `lab`.
#[derive(Debug, Clone, Args)]
pub struct Lab {
    /// Recordings, or files of any format that import recognises; several are one stretch of time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Only this symbol; also the one of files whose data names none
    #[arg(long, value_name = "SYMBOL", value_parser = symbol)]
    pub symbol: Option<Symbol>,
    /// Only these indicators, such as `ofi,vpin(bucket_volume=5)`; else all of trades, quotes and books
    #[arg(long, value_name = "A,B")]
    pub names: Option<String>,
    /// Distance of the samples, such as 1s or 250ms
    #[arg(long, default_value = "1s", value_name = "SPAN", value_parser = sampling)]
    pub every: Nanos,
    /// Show the z-scores rather than the values; JSON has both
    #[arg(long)]
    pub z: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How long the bars are, such as 1m; else told from the rows
    #[arg(long, value_name = "SPAN", value_parser = timeframe)]
    pub tf: Option<Timeframe>,
    /// Dates such as 02/01/1990 have the day (dmy) or the month (mdy) first; else told from the whole column
    #[arg(long, value_name = "ORDER")]
    pub dates: Option<DateOrder>,
    /// Take what can be read even when more than 1 % of the lines cannot
    #[arg(long)]
    pub keep_going: bool,
}

/// How pairs are looked at.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "The pair")]
pub struct PairSetting {
    /// Length of the bars: 1s 5s 15s 1m 3m 5m 15m 30m 1h 4h or 1d; 1m, or the shortest there are of files that only have longer ones
    #[arg(long, value_name = "SPAN", value_parser = built_timeframe)]
    pub bar: Option<Timeframe>,
    /// Bars of the z-score and of the correlation, 5 to 1000
    #[arg(long, default_value_t = 20, value_name = "BARS")]
    pub z: usize,
    /// How the hedge ratio is estimated: ols, huber or kalman
    #[arg(long, default_value = "ols", value_name = "METHOD", value_parser = method)]
    pub method: Method,
    /// Correlation of closes rather than of log returns
    #[arg(long)]
    pub closes: bool,
    /// |z| at which a trade begins
    #[arg(long, default_value_t = 2.0, value_name = "Z")]
    pub entry: f64,
    /// |z| at which it ends
    #[arg(long, default_value_t = 0.0, value_name = "Z")]
    pub exit: f64,
    /// |z| at which it is given up
    #[arg(long, default_value_t = 4.0, value_name = "Z")]
    pub stop: f64,
}

/// `pairs`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "The spread is y - beta*x; definitions, JSON keys and caveats are in docs/pairs.md.\n\
                        With exactly two symbols --y and --x can be left out: y is then the second, x the first.")]
pub struct Pairs {
    /// Recordings, or files of any format that import recognises
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The symbol that is explained
    #[arg(long, value_name = "SYMBOL", value_parser = symbol)]
    pub y: Option<Symbol>,
    /// The symbol that explains it
    #[arg(long, value_name = "SYMBOL", value_parser = symbol)]
    pub x: Option<Symbol>,
    /// Bars of the hedge ratio and of the tests, 10 to 100000
    #[arg(long, default_value_t = 100, value_name = "BARS")]
    pub window: usize,
    /// Print one JSON line for every bar both have
    #[arg(long, conflicts_with = "json")]
    pub series: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How the pair is looked at.
    #[command(flatten)]
    pub setting: PairSetting,
    /// How files that are no recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `scan`.
#[derive(Debug, Clone, Args)]
pub struct Scan {
    /// Recordings, or files of any format that import recognises
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Bars of the hedge ratio and of the tests, 10 to 100000
    #[arg(long, default_value_t = 500, value_name = "BARS")]
    pub window: usize,
    /// Only so many, the best
    #[arg(long, value_name = "N")]
    pub top: Option<usize>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// How the pairs are looked at.
    #[command(flatten)]
    pub setting: PairSetting,
    /// How files that are no recordings are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// `repair`.
#[derive(Debug, Clone, Args)]
pub struct Repair {
    /// The damaged recording; it is not changed
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The recording to write; never overwritten
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}

/// A list of what there is.
#[derive(Debug, Clone, Args)]
pub struct List {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `config`.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Write a commented default configuration file; an existing one is never overwritten
    #[arg(long, conflicts_with = "json")]
    pub init: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `completions`.
#[derive(Debug, Clone, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// Shells there are completions for.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

/// `man`.
#[derive(Debug, Clone, Args)]
pub struct Man {
    /// The command whose page is printed
    pub command: Option<String>,
}

fn levels(text: &str) -> Result<String, String> {
    text.parse().map(|levels: crate::config::Levels| levels.to_string())
}

pub(super) fn symbol(text: &str) -> Result<Symbol, String> {
    Symbol::new(text.trim()).map_err(|error| error.to_string())
}

fn timeframe(text: &str) -> Result<Timeframe, String> {
    text.parse::<Timeframe>().map_err(|_| "expected a length such as 1s, 1m, 15m, 4h or 1d".to_owned())
}

pub(super) fn built_timeframe(text: &str) -> Result<Timeframe, String> {
    let expected = || Timeframe::ALL.map(|timeframe| timeframe.to_string()).join(" ");
    let read = text.parse().ok().filter(|timeframe| Timeframe::ALL.contains(timeframe));
    read.ok_or_else(|| format!("expected one of {}", expected()))
}

fn method(text: &str) -> Result<Method, String> {
    text.parse().map_err(|error: crate::analytics::pairs::SetupError| error.to_string())
}

pub(super) fn bar_spec(text: &str) -> Result<BarSpec, String> {
    text.parse().map_err(|error: crate::domain::bar::BarSpecError| error.to_string())
}

pub(super) fn sampling(text: &str) -> Result<Nanos, String> {
    let expected = || "expected whole seconds up to 1h, or a whole part of a second from 10ms, such as 1s, 5s, 100ms".to_owned();
    let millis = text.strip_suffix("ms").map(|count| count.parse().map(Nanos::from_millis));
    let every = match millis {
        Some(read) => read.map_err(|_| expected())?,
        None => crate::domain::time::parse_span(text).ok_or_else(expected)?,
    };
    let config = EngineConfig { sample_every: every.0, ..EngineConfig::default() };
    if crate::engine::sample_every(&config) == every { Ok(every) } else { Err(expected()) }
}

pub(super) fn span(text: &str) -> Result<Nanos, String> {
    crate::domain::time::parse_span(text)
        .filter(|span| *span > Nanos::ZERO)
        .ok_or_else(|| "expected a length of time such as 90s, 10m or 1h30m".to_owned())
}

fn ranged(text: &str, least: f64, most: f64) -> Result<f64, String> {
    text.trim_end_matches(['x', '×'])
        .parse()
        .ok()
        .filter(|n| (least..=most).contains(n))
        .ok_or_else(|| format!("expected a number from {least} to {most}"))
}

fn replay_speed(text: &str) -> Result<f64, String> {
    if text == "max" { Ok(f64::INFINITY) } else { ranged(text, 0.1, 1_000.0).map_err(|error| error + ", or max") }
}

fn demo_speed(text: &str) -> Result<f64, String> {
    ranged(text, 0.1, 100.0)
}

fn url(text: &str, schemes: [&str; 2]) -> Result<String, String> {
    if schemes.iter().any(|scheme| text.len() > scheme.len() && text.starts_with(scheme)) {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(format!("expected a URL that begins with {} or {}", schemes[0], schemes[1]))
    }
}

fn ws_url(text: &str) -> Result<String, String> {
    url(text, ["ws://", "wss://"])
}

fn rest_url(text: &str) -> Result<String, String> {
    url(text, ["http://", "https://"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definitions_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn values_are_checked() {
        let read = |line: &str| Cli::try_parse_from(line.split(' '));
        assert!(read("rtai-tui replay a.rec.gz --speed max --from +10m --paused").is_ok());
        assert!(read("rtai-tui --symbols BTCUSDT,ETHUSDT record --for 1h").is_ok());
        for line in [
            "rtai-tui replay",
            "rtai-tui replay a --speed 0",
            "rtai-tui record --for soon",
            "rtai-tui demo --size 5x5 --screenshot a.svg",
            "rtai-tui --ws-url http://x",
            "rtai-tui import a",
            "rtai-tui frobnicate",
            "rtai-tui --symbols BTC\u{1b}[31m",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
