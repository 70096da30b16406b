//! The flags of `export`.

use crate::cli::args::{Reading, bar_spec, sampling};
use crate::domain::{BarSpec, Nanos};
use crate::tables::{Compression, Format, Topic};
use clap::Args;
use std::path::PathBuf;

/// `export`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Tables: trades (or ticks), quotes, depth, liquidations, marks, klines and events are the inputs of the recording \
                  (--what inputs: all of them, which import makes the same recording of); bars, indicators, signals, orders, fills, equity \
                  and alerts are what the engine says. Their columns are in docs/formats.md, queries for DuckDB, pandas and polars in \
                  docs/analysis.md.\n\
                  Times: RFC 3339, epoch seconds, or +10m from the start."
)]
pub struct Export {
    /// Recordings, or files of any format that import recognises; several are one stretch of time
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The tables, such as ticks or bars,fills; inputs: everything that was recorded; all: every table
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "ticks", value_parser = what)]
    pub what: Vec<What>,
    /// csv, jsonl or parquet; else as the name of -o ends, else csv
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub format: Option<Format>,
    /// The file to write, or of several tables the folder; never overwritten. Else standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Write the Parquet dataset of trades, quotes, depth, bars and indicators into this folder: TOPIC/venue=/symbol=/date=/
    #[arg(long, value_name = "DIR", conflicts_with_all = ["what", "format", "output"])]
    pub parquet: Option<PathBuf>,
    /// Compression of Parquet: snappy, zstd or none
    #[arg(long, value_name = "NAME", default_value = "snappy", value_parser = compression)]
    pub compression: Compression,
    /// The bars, and those that indicators of bars are worked out from: 1m (the default), 5m, tick:100, volume:5 …
    #[arg(long, value_name = "BARS", value_parser = bar_spec)]
    pub bar: Option<BarSpec>,
    /// Only these indicators, with parameters if you like: ofi,vpin(bucket_volume=5),rsi(14); else all of events, and with --bar all of bars
    #[arg(long, value_name = "A,B")]
    pub names: Option<String>,
    /// Distance of the indicators' samples: whole seconds, or a whole part of one such as 100ms
    #[arg(long, value_name = "SPAN", default_value = "1s", value_parser = sampling)]
    pub every: Nanos,
    /// Only rows from this moment on
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Only rows until this moment
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// How files that are no recordings are read; --symbol is also the only symbol that is exported.
    #[command(flatten)]
    pub reading: Reading,
}

/// What `--what` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// One table.
    Table(Topic),
    /// Every table of inputs.
    Inputs,
    /// Every table.
    All,
}

fn what(text: &str) -> Result<What, String> {
    match text.trim() {
        "inputs" => Ok(What::Inputs),
        "all" => Ok(What::All),
        name => Topic::named(name).map(What::Table).ok_or_else(|| {
            let names: Vec<&str> = Topic::ALL.into_iter().map(Topic::name).collect();
            format!("expected ticks, {}, inputs or all", names.join(", "))
        }),
    }
}

fn format(text: &str) -> Result<Format, String> {
    text.parse()
}

pub(in crate::cli) fn compression(text: &str) -> Result<Compression, String> {
    text.parse()
}
