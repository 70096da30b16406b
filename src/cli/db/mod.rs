//! `db`: the database of sessions from outside: where it is, whether it is whole, packing it, the sessions in it.

pub mod args;

use super::keeping;
use super::out::{self, grouped};
use super::settings::Settings;
use crate::domain::Nanos;
use crate::drive::store::{self, Inspection, SessionRow};
use anyhow::{Context as _, bail};
use args::{Db, What};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Runs `db`.
///
/// # Errors
/// When the database is damaged, in use, or cannot be read or written.
pub fn run(db: &Db, settings: &Settings) -> anyhow::Result<()> {
    let path = keeping::database(settings);
    match &db.what {
        What::Path => Ok(out::print(&format!("{}\n", path.display()))?),
        What::Check(how) => check(&path, how.json),
        What::Vacuum => vacuum(&path),
        What::Sessions(how) => {
            let read = store::sessions_in(&path, how.last).with_context(|| path.display().to_string())?;
            if how.json {
                return Ok(out::print_json(&read.iter().map(session_json).collect::<Vec<_>>())?);
            }
            if read.is_empty() {
                out::note("no session yet: a row is written when a live session begins");
            }
            Ok(out::print(&sessions_page(&read))?)
        }
    }
}

fn none(path: &Path) {
    out::note(&format!("{}: there is no database yet; it is made when a live session first begins", path.display()));
}

fn check(path: &Path, as_json: bool) -> anyhow::Result<()> {
    let Some(found) = store::inspect(path) else {
        if as_json {
            return Ok(out::print_json(&json!({ "path": path, "exists": false, "ok": true }))?);
        }
        none(path);
        return Ok(());
    };
    if as_json {
        out::print_json(&check_json(path, &found))?;
    } else {
        out::print(&check_page(path, &found))?;
    }
    let shown = path.display();
    if !found.damage.is_empty() {
        bail!(
            "{shown} is damaged. The next start sets it aside under a new name and begins a new one; before that, \
             `sqlite3 {shown} .recover > saved.sql` saves what can be read, and a copy of an earlier day can be put in its place"
        );
    }
    if found.newer {
        bail!(
            "{shown} is of version {}, and this program knows {}: use the newer rtai-tui that wrote it. This one would set it aside",
            found.version,
            store::VERSION
        );
    }
    Ok(())
}

fn check_page(path: &Path, found: &Inspection) -> String {
    let mut text = format!("{}\n", path.display());
    let whole = if found.damage.is_empty() { "whole" } else { "damaged" };
    let old =
        if found.version < store::VERSION && found.damage.is_empty() { ", brought up to date at the next start" } else { "" };
    let _ = writeln!(text, "  state     {whole}; version {} of {}{old}", found.version, store::VERSION);
    for line in &found.damage {
        let _ = writeln!(text, "  damage    {line}");
    }
    if let Some(process) = found.in_use {
        let process = process.map_or_else(String::new, |process| format!(" (process {process})"));
        let _ = writeln!(text, "  in use    by another rtai-tui{process}");
    }
    let [bytes, log, free] = [found.bytes, found.log_bytes, found.free_bytes].map(grouped);
    let _ = writeln!(text, "  size      {bytes} bytes, {free} of them free; log {log} bytes");
    if !found.foreign.is_empty() {
        let _ = writeln!(text, "  foreign   tables that are not ours: {}", found.foreign.join(", "));
    }
    if !found.tables.is_empty() {
        let _ = writeln!(text, "\n  {:<14}{:>14}", "table", "rows");
    }
    for (table, rows) in &found.tables {
        let _ = writeln!(text, "  {table:<14}{:>14}", grouped(*rows));
    }
    if !found.held.is_empty() {
        let heads = ["market", "what", "rows", "oldest", "newest"];
        let _ = writeln!(text, "\n  {:<32}{:<7}{:>12}  {:<22}{}", heads[0], heads[1], heads[2], heads[3], heads[4]);
    }
    for held in &found.held {
        let market = format!("{} {}", held.venue, held.symbol);
        let [oldest, newest] = [held.oldest, held.newest].map(moment);
        let _ = writeln!(text, "  {market:<32}{:<7}{:>12}  {oldest:<22}{newest}", held.what, grouped(held.rows));
    }
    text
}

/// A moment to the second.
fn moment(at: Nanos) -> String {
    Nanos::from_secs(at.secs()).rfc3339()
}

fn check_json(path: &Path, found: &Inspection) -> Value {
    let held = found.held.iter().map(|held| {
        json!({
            "venue": held.venue, "symbol": held.symbol, "what": held.what, "rows": held.rows,
            "oldest": held.oldest.rfc3339(), "newest": held.newest.rfc3339(),
        })
    });
    json!({
        "path": path, "exists": true, "ok": found.damage.is_empty() && !found.newer,
        "version": found.version, "newest_version": store::VERSION, "damage": found.damage, "in_use": found.in_use.is_some(),
        "bytes": found.bytes, "log_bytes": found.log_bytes, "free_bytes": found.free_bytes, "foreign_tables": found.foreign,
        "tables": found.tables.iter().map(|(name, rows)| (name.clone(), json!(rows))).collect::<serde_json::Map<_, _>>(),
        "markets": held.collect::<Vec<_>>(),
    })
}

fn vacuum(path: &Path) -> anyhow::Result<()> {
    match store::vacuum(path).with_context(|| path.display().to_string())? {
        None => none(path),
        Some((before, after)) => {
            let text = format!("{}: {} bytes before, {} after\n", path.display(), grouped(before), grouped(after));
            out::print(&text)?;
        }
    }
    Ok(())
}

fn session_json(session: &SessionRow) -> Value {
    let symbols: Vec<&str> = session.symbols.iter().map(crate::domain::Symbol::as_str).collect();
    json!({
        "id": session.id, "venue": session.venue, "symbols": symbols, "begun": session.begun.rfc3339(),
        "seen": session.seen.rfc3339(), "ended": session.ended.map(Nanos::rfc3339), "how": session.how.name(),
        "recording": session.recording, "layout": session.layout, "events": session.events, "fills": session.fills,
    })
}

fn sessions_page(sessions: &[SessionRow]) -> String {
    let mut text = String::new();
    if !sessions.is_empty() {
        let _ = writeln!(
            text,
            "{:>6}  {:<22}{:>10}  {:<8}{:>14}{:>7}  venue, symbols, recording",
            "id", "begun", "lasted", "how", "events", "fills"
        );
    }
    for session in sessions {
        let lasted = Nanos::from_secs(session.ended.unwrap_or(session.seen).saturating_sub(session.begun).secs()).span();
        let symbols: Vec<&str> = session.symbols.iter().map(crate::domain::Symbol::as_str).collect();
        let recording = session.recording.as_deref().unwrap_or("not recorded");
        let _ = writeln!(
            text,
            "{:>6}  {:<22}{lasted:>10}  {:<8}{:>14}{:>7}  {}, {}, {recording}",
            session.id,
            moment(session.begun),
            session.how.name(),
            grouped(session.events),
            session.fills,
            session.venue,
            symbols.join(" ")
        );
    }
    text
}
