//! `verify`: a self-check that a person reads. To add a check: a function in a file of this folder, and a line in [`CHECKS`].

pub mod args;
mod bench;
mod broker;
mod database;
mod folders;
mod indicators;
mod network;
mod recording;
mod report;
mod session;
mod setup;

pub use report::{Found, Status};

use super::out;
use super::settings::Settings;
use crate::domain::Nanos;
use crate::drive::clock::duration;
use bench::Bench;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// How long a check may take.
const LIMIT: Nanos = Nanos::from_secs(5);

/// A check.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    run: fn(&Bench) -> Found,
}

/// Every check, in the order they are printed.
pub const CHECKS: &[Check] = &[
    Check {
        name: "config",
        about: "reads the configuration: settings, keys, alerts; who may read its secrets",
        run: setup::config,
    },
    Check { name: "folders", about: "writes and reads a file in each folder; how much room is left", run: folders::folders },
    Check {
        name: "terminal",
        about: "size, colours, characters and what else the terminal is known to do",
        run: setup::terminal,
    },
    Check { name: "rest", about: "the venue's REST endpoint answers", run: network::rest },
    Check { name: "clock", about: "this computer's clock against the venue's", run: network::clock },
    Check { name: "websocket", about: "name, connection, TLS and handshake of each WebSocket", run: network::websocket },
    Check { name: "data", about: "the first data of the symbols arrive", run: network::data },
    Check { name: "recording", about: "a recording written and read back gives the same engine", run: recording::recording },
    Check { name: "database", about: "SQLite's check of the database, read-only", run: database::database },
    Check { name: "indicators", about: "indicators on built-in bars against values of TA-Lib", run: indicators::indicators },
    Check { name: "broker", about: "a fixed scenario on the simulated exchange, to the last digit", run: broker::broker },
];

/// That a check failed; its line has said what.
#[derive(Debug, thiserror::Error)]
#[error("{0} of the checks failed")]
pub struct Failed(usize);

/// Runs `verify`.
///
/// # Errors
/// [`Failed`] when a check did; else when the output fails.
pub fn run(verify: &args::Verify, settings: &Settings) -> anyhow::Result<()> {
    let bench = Arc::new(Bench::new(settings, verify.offline));
    let clock = bench.clock.clone();
    let began = clock.now();
    // A check that hangs is left behind: it ends with the program.
    let running: Vec<_> = CHECKS
        .iter()
        .map(|check| {
            let (give, take) = sync_channel(1);
            let bench = Arc::clone(&bench);
            let work = move || drop(give.try_send((check.run)(&bench)));
            let started = std::thread::Builder::new().name(format!("verify {}", check.name)).spawn(work);
            started.map(|_| take)
        })
        .collect();
    let mut all = Vec::new();
    for (check, running) in CHECKS.iter().zip(running) {
        let found = match running {
            Ok(take) => take.recv_timeout(duration(LIMIT - (clock.now() - began))).unwrap_or_else(|_| {
                Found::fail(
                    format!("not done within {} s", LIMIT.secs()),
                    "try again; if it stays so, run with RTAI_LOG_LEVEL=debug",
                )
            }),
            Err(error) => {
                Found::fail(format!("no thread could be had ({error})"), "end other programs, or raise the limit of processes")
            }
        };
        if !verify.json {
            out::print(&report::line(check.name, &found))?;
        }
        all.push(found);
    }
    let failed = all.iter().filter(|found| found.status == Status::Fail).count();
    if verify.json {
        print_json(&bench, &all, failed == 0)?;
    } else {
        out::print(&format!("\n{}\n", report::sum(&all)))?;
    }
    if failed > 0 { Err(Failed(failed).into()) } else { Ok(()) }
}

fn print_json(bench: &Bench, all: &[Found], ok: bool) -> anyhow::Result<()> {
    let row = |(check, found): (&Check, &Found)| {
        serde_json::json!({
            "check": check.name,
            "about": check.about,
            "status": found.status,
            "found": found.text,
            "fixes": found.fixes,
            "facts": found.facts,
        })
    };
    let checks: Vec<_> = CHECKS.iter().zip(all).map(row).collect();
    let report = serde_json::json!({
        "version": super::version::LONG,
        "venue": bench.settings.config.venue,
        "ok": ok,
        "checks": checks,
    });
    Ok(out::print_json(&report)?)
}

#[cfg(test)]
mod tests;
