//! Arguments of `record` and `health`.

use crate::cli::args::span;
use crate::cli::export::args::compression;
use crate::domain::Nanos;
use crate::tables::Compression;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// `record`.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Runs until it is told to end (Ctrl-C, SIGTERM, SIGHUP); files are completed first. A day's file ends at 00:00 UTC and \
                        the next begins. With several venues each has a folder of its own.\n\
                        [recording] in the configuration says how long files are kept and how much of the disk is left alone."
)]
pub struct Record {
    /// Stop after this long, such as 90s, 10m, 1h30m
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub duration: Option<Nanos>,
    /// Keep what the collector does in this file, as JSON, every few seconds
    #[arg(long, value_name = "FILE")]
    pub status_file: Option<PathBuf>,
    /// Answer /health and /metrics (Prometheus) at this address of this computer, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS")]
    pub health: Option<SocketAddr>,
    /// Keep a Parquet dataset of trades, quotes, depth, bars and indicators in this folder: TOPIC/venue=/symbol=/date=/, a file an hour
    #[arg(long, value_name = "DIR")]
    pub parquet: Option<PathBuf>,
    /// Compression of the dataset: snappy, zstd or none
    #[arg(long, value_name = "NAME", default_value = "snappy", value_parser = compression, requires = "parquet")]
    pub compression: Compression,
    /// Watch the alerts that are kept, deliver those that fire, and keep bars in the session database; no workstation can at the same time
    #[arg(long)]
    pub alerts: bool,
}

/// `health`.
#[derive(Debug, Clone, Args)]
pub struct Health {
    /// The status file of a running `record --status-file`
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
