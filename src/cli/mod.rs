//! The command line: reads the arguments, gathers the settings and runs what was asked for.

mod alerts;
pub mod args;
mod backtest;
mod db;
mod export;
mod folders;
mod histories;
mod import;
mod indicators;
pub mod info;
mod keeping;
mod lab;
mod lists;
mod live;
mod log;
mod optimize;
mod out;
mod pairs;
mod reconcile;
mod record;
mod reload;
mod screen;
mod screenshot;
mod settings;
pub mod verify;
mod version;
mod workstation;

pub use folders::Folders;
pub use settings::{Origin, Settings};

use args::{Cli, Command};
use clap::Parser as _;
use std::ffi::OsString;
use std::process::ExitCode;

/// Done.
const DONE: u8 = 0;
/// Failed, with a message that says what to do.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;

/// The venues there are: the exchanges and the demo.
pub fn venues() -> Vec<&'static str> {
    crate::exchanges::EXCHANGES.iter().map(crate::exchanges::Exchange::name).chain(["demo"]).collect()
}

/// Runs the program with these arguments, the first being its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output and are no failure; that nobody reads them is none either.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { DONE });
        }
    };
    match dispatch(&cli) {
        Ok(()) => ExitCode::from(DONE),
        Err(error) if out::is_broken_pipe(&error) => ExitCode::from(DONE),
        Err(error) => {
            if !error.is::<verify::Failed>() {
                out::note(&format!("rtai-tui: {error:#}"));
            }
            ExitCode::from(
                if error.is::<Usage>() || alerts::is_usage(&error) || indicators::is_usage(&error) || import::is_usage(&error) {
                    USAGE
                } else {
                    FAILED
                },
            )
        }
    }
}

/// A setting that cannot be.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

fn dispatch(cli: &Cli) -> anyhow::Result<()> {
    match &cli.command {
        Some(Command::Completions(which)) => return lists::completions(which),
        Some(Command::Man(which)) => return lists::man(which),
        Some(Command::Commands(list)) => return lists::commands(list),
        Some(Command::Import(import)) => return import::run(import),
        Some(Command::Repair(repair)) => return import::repair(repair),
        Some(Command::Health(which)) => return record::health(which),
        Some(Command::Pairs(pairs)) => return pairs::run(pairs),
        Some(Command::Scan(scan)) => return pairs::scan(scan),
        _ => {}
    }
    let creating = matches!(&cli.command, Some(Command::Config(config)) if config.init);
    let env = |name: &str| std::env::var(name).ok();
    let settings = Settings::gather(&cli.global, &env, creating).map_err(|error| Usage(format!("{error:#}")))?;
    if settings.venues.len() > 1 && !matches!(&cli.command, Some(Command::Record(_))) {
        return Err(Usage("only `record` takes several venues: name one with --venue".to_owned()).into());
    }
    // The self-check says them itself.
    let told = if matches!(&cli.command, Some(Command::Verify(_))) { &[][..] } else { &settings.problems };
    for problem in told {
        out::note(&problem.to_string());
    }
    match &cli.command {
        None => workstation::run(&settings),
        Some(Command::Demo(demo)) => workstation::demo(demo, &settings),
        Some(Command::Replay(replay)) => workstation::replay(replay, &settings),
        Some(Command::Record(record)) => record::run(record, &settings),
        Some(Command::Info(info)) => info::run(info, &settings),
        Some(Command::Indicators(indicators)) => indicators::run(indicators, &settings),
        Some(Command::Export(export)) => export::run(export, &settings),
        Some(Command::Alerts(alerts)) => alerts::run(alerts, &settings),
        Some(Command::Backtest(backtest)) => backtest::run(backtest, &settings),
        Some(Command::Optimize(optimize)) => optimize::run(optimize, &settings),
        Some(Command::Reconcile(reconcile)) => reconcile::run(reconcile),
        Some(Command::Db(db)) => db::run(db, &settings),
        Some(Command::Lab(lab)) => lab::run(lab, &settings),
        Some(Command::Verify(verify)) => verify::run(verify, &settings),
        Some(Command::Themes(list)) => lists::themes(list, &settings),
        Some(Command::Keys(list)) => lists::keys(list, &settings),
        Some(Command::Config(config)) => lists::config(config, &settings),
        // Those that need no settings were run before.
        _ => Ok(()),
    }
}
