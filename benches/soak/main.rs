//! Endurance: the collector against an exchange twenty times as busy as a real capture that goes wrong at random. Is anything lost or
//! doubled, does memory stay flat, and what does `kill -9` cost?
//!
//! `cargo bench --bench soak -- 60` runs it for sixty minutes and prints one line of figures (`packaging/soak 60` does the same). One collector
//! runs through; a second one is killed every few minutes. Nothing here is timed against a limit: what is judged is what was recorded.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "it lasts as long as it is told to, and looks at another program now and then")]

mod collector;
mod journal;
#[path = "../../tests/live/market.rs"]
mod market;
mod server;
mod verdict;

use collector::{Collector, rise};
use rtai_tui::book::OrderBook;
use rtai_tui::domain::Nanos;
use rtai_tui::drive::clock::Clock;
use server::{Kind, Recent, SYMBOLS, Server};
use std::time::Duration;

/// The busiest capture at hand has 272 messages a second of one symbol and 216 of the other; twenty times that.
const RATE: u32 = 20 * (272 + 216);
/// Mean time between two faults of a connection.
const FAULTS: Duration = Duration::from_secs(12);
/// Memory is looked at so often.
const LOOK: Duration = Duration::from_secs(2);
/// What recording may lose by `kill -9`.
const ALLOWED: Nanos = Nanos::SECOND;
/// What memory may rise over the last half.
const RISE: f64 = 1e6;

struct Killed {
    at: Nanos,
    recent: Vec<Recent>,
    files: usize,
}

fn main() {
    // `cargo bench` without a number runs every bench: this one is not for that.
    let minutes: Option<f64> = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let Some(minutes) = minutes else { return println!("soak: say for how many minutes: cargo bench --bench soak -- 60") };
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::system();
    let server = Server::start(RATE, FAULTS, 1);
    let symbols = SYMBOLS.join(",");
    let begin = |who: usize| Collector::start(&folder.path().join(who.to_string()), &server.ws, &server.rest, &symbols, who);
    let (steady, mut hunted) = (begin(0), begin(1));
    let began = clock.now();
    let length = Nanos((minutes * 60e9) as i64);
    let between = Nanos((length.0 / 4).min(Nanos::from_secs(180).0));
    let mut next_kill = began + between;
    let (mut memory, mut kills) = (Vec::new(), Vec::new());
    while clock.now() - began < length {
        std::thread::sleep(LOOK);
        let now = clock.now();
        memory.extend(steady.memory().map(|bytes| (now, bytes)));
        if now >= next_kill && began + length - now > Nanos::from_secs(10) {
            next_kill = now + between;
            let files = Collector::recordings(&hunted.folder).len();
            hunted.kill(|| {
                let at = clock.now();
                let mut state = server.state();
                kills.push(Killed { at, recent: state.recent(1), files });
                state.forget(1);
            });
        }
    }
    server.stop();
    std::thread::sleep(Duration::from_secs(8));
    let cpu = steady.cpu().unwrap_or_default();
    let (steady_folder, hunted_folder) = (steady.folder.clone(), hunted.folder.clone());
    let ended = [steady.end(), hunted.end()];
    let good = report(&server, &steady_folder, &hunted_folder, &memory, &kills, ended, minutes, cpu);
    if !good {
        let kept = folder.keep();
        println!("kept for a look: {}", kept.display());
        std::process::exit(1);
    }
}

#[allow(clippy::too_many_arguments)]
fn report(
    server: &Server,
    steady: &std::path::Path,
    hunted: &std::path::Path,
    memory: &[(Nanos, u64)],
    kills: &[Killed],
    ended: [bool; 2],
    minutes: f64,
    cpu: f64,
) -> bool {
    let files = Collector::recordings(steady);
    let held = verdict::read(&files);
    let (mut sent, mut lost, mut doubled) = (0, 0, 0);
    let mut details = Vec::new();
    {
        let state = server.state();
        for ((_, kind, symbol), journal) in state.journals.iter().filter(|((who, kind, _), _)| *who == 0 && *kind == Kind::Trade)
        {
            let numbers = held.numbers.get(&(*kind, *symbol)).map(Vec::as_slice).unwrap_or_default();
            let (missing, twice, which) = verdict::compare(journal.numbers(), numbers);
            sent += journal.count();
            lost += missing;
            doubled += twice;
            if missing > 0 {
                details.push(format!("{kind:?} of {}: {missing} missing, first {:?}", SYMBOLS[*symbol], which.first()));
            }
        }
        let quotes: u64 =
            state.journals.iter().filter(|((who, kind, _), _)| *who == 0 && *kind == Kind::Quote).map(|(_, j)| j.count()).sum();
        let held_quotes: Vec<&Vec<u64>> =
            held.numbers.iter().filter(|((kind, _), _)| *kind == Kind::Quote).map(|(_, n)| n).collect();
        let recorded: usize = held_quotes.iter().map(|numbers| numbers.len()).sum();
        doubled +=
            held_quotes.iter().map(|numbers| numbers.windows(2).filter(|pair| pair[0] >= pair[1]).count() as u64).sum::<u64>();
        lost += quotes.saturating_sub(recorded as u64);
        if quotes != recorded as u64 {
            details.push(format!("quotes: {quotes} sent, {recorded} recorded"));
        }
        sent += quotes;
    }
    let same_books = books_agree(server, &held);
    let hunted_files = Collector::recordings(hunted);
    let mut worst = Nanos::ZERO;
    for kill in kills {
        // What a killed collector had written is in the files that were there when it was killed.
        let before = verdict::read(&hunted_files[kill.files.saturating_sub(1)..kill.files]);
        worst = worst.max(verdict::loss(&kill.recent, &before, kill.at));
    }
    let hunted_held = verdict::read(&hunted_files);
    let half = &memory[memory.len() / 2..];
    let rise = rise(half);
    let state = server.state();
    let faults: Vec<String> = state.faults.iter().map(|(name, count)| format!("{count} {name}")).collect();
    let bytes: u64 = files.iter().map(|file| std::fs::metadata(file).unwrap().len()).sum();
    let good = lost == 0
        && doubled == 0
        && held.breaks == 0
        && held.bad + hunted_held.bad == 0
        && held.cut == 0
        && same_books
        && worst <= ALLOWED
        && rise < RISE
        && ended == [true, true];
    println!(
        "soak {}: {minutes} min, {} messages sent ({:.0}/s to each of two), faults: {}; steady: {} lines in {} file(s), {:.1} MB, {sent} trades and quotes sent, {lost} lost, {doubled} doubled, {} book breaks, books at the end {}, {} bad lines, memory {:.1} MB, {:+.2} MB over the last half, {:.1} % of a core; hunted: {} kills, worst loss {:.2} s, {} of {} files cut off; ended well: {:?}",
        if good { "ok" } else { "FAILED" },
        state.messages,
        state.messages as f64 / 2.0 / (minutes * 60.0),
        faults.join(", "),
        held.lines,
        files.len(),
        bytes as f64 / 1e6,
        held.breaks,
        if same_books { "agree" } else { "DIFFER" },
        held.bad + hunted_held.bad,
        memory.last().map_or(0, |(_, bytes)| *bytes) as f64 / 1e6,
        rise / 1e6,
        cpu / (minutes * 60.0) * 100.0,
        kills.len(),
        worst.to_secs_f64(),
        hunted_held.cut,
        hunted_files.len(),
        ended,
    );
    for detail in details {
        println!("  {detail}");
    }
    good
}

/// Whether the replayed books are the exchange's.
fn books_agree(server: &Server, held: &verdict::Held) -> bool {
    let Some(engine) = &held.engine else { return false };
    let books = engine.books();
    SYMBOLS.iter().enumerate().all(|(index, name)| {
        let Some((_, book)) = books.iter().find(|(symbol, _)| &**symbol == *name) else { return false };
        let mut own = OrderBook::default();
        own.reset(book);
        let (bids, asks) = server.levels(index);
        let rows = |levels: Vec<(rtai_tui::domain::Price, rtai_tui::domain::Qty)>| -> Vec<(i64, i64)> {
            levels.into_iter().map(|(price, qty)| (price.units() / 10_000_000, qty.units() / 100_000)).collect()
        };
        rows(own.bids().collect()) == bids && rows(own.asks().collect()) == asks
    })
}
