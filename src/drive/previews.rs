//! What is in the recordings of a list: read one after the other on a thread of its own, those that are seen first.

use super::clock::{Clock, system_time};
use super::view::Wake;
use crate::domain::{Nanos, Symbol};
use crate::recording::index::MarkKind;
use crate::recording::{Index, IndexOptions};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Files that may wait to be read; of more the first are kept.
const WAITING: usize = 128;
/// Previews kept; the ones read first go when there are more.
const KEPT: usize = 4_096;
/// Prices in a preview.
pub const PRICES: usize = 48;
/// A file that was changed so shortly before it was read may still be being written.
const FRESH: Nanos = Nanos::from_secs(10);
/// A file that is being written is read again this much later at the earliest.
const AGAIN: Nanos = Nanos::from_secs(30);

/// What is known of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Its size when it was read, bytes.
    pub bytes: u64,
    /// When it was last changed, as the file system says; zero where it does not.
    pub modified: Nanos,
    /// When it was read.
    pub read: Nanos,
    /// Where the data comes from; empty when it does not say.
    pub venue: String,
    /// The program that wrote it; empty when it does not say.
    pub app: String,
    /// Time of the first and last line.
    pub span: Option<(Nanos, Nanos)>,
    /// Lines that drive the engine.
    pub events: u64,
    /// Symbols with data, the one with the most events first, and how many events each has.
    pub symbols: Vec<(Symbol, u64)>,
    /// Lines by topic, all symbols together.
    pub topics: BTreeMap<&'static str, u64>,
    /// Prices of the first of the symbols over time, at most [`PRICES`].
    pub prices: Vec<f64>,
    /// Stretches without data.
    pub gaps: u64,
    /// Moments the user marked.
    pub marks: u64,
    /// Large trades, see [`MarkKind::Trade`].
    pub large: u64,
    /// What is wrong with it.
    pub health: Health,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Nothing.
    Whole,
    /// It ends in the middle after so many lines, and was changed just before it was read: some program writes it.
    Growing(u64),
    /// It ends in the middle, after so many lines.
    Cut(u64),
    /// It is damaged in so many places.
    Damaged(u64),
    /// So many lines are left out because they cannot be used.
    BadLines(u64),
    /// There is nothing in it.
    Empty,
    /// It holds no line of a recording.
    Alien,
    /// It cannot be read; why.
    Unreadable(String),
}

impl Health {
    /// Whether it can be replayed, if only in part.
    pub const fn is_playable(&self) -> bool {
        !matches!(self, Self::Empty | Self::Alien | Self::Unreadable(_))
    }
}

/// Previews by file. Shared, not copied.
pub type Shelf = Arc<BTreeMap<PathBuf, Arc<Preview>>>;

/// Reads previews in the background. Dropping it ends that after the file being read.
pub struct Previews {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    bell: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<PathBuf>,
    shelf: Shelf,
    /// Files in the order they were read.
    order: Vec<PathBuf>,
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Previews {
    /// Begins; `wake` is called whenever there is one more.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(clock: Clock, wake: Wake) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), bell: Condvar::new() });
        let worker = Arc::clone(&shared);
        std::thread::Builder::new().name("previews".into()).spawn(move || work(&worker, &clock, &wake))?;
        Ok(Self { shared })
    }

    /// Reads these next, in this order, instead of what has not been begun. What is known and unchanged is not read again.
    pub fn want(&self, files: Vec<PathBuf>) {
        let mut state = self.shared.lock();
        state.waiting = files;
        state.waiting.truncate(WAITING);
        state.waiting.reverse();
        self.shared.bell.notify_one();
    }

    /// All that is known.
    pub fn shelf(&self) -> Shelf {
        Arc::clone(&self.shared.lock().shelf)
    }
}

impl Drop for Previews {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.bell.notify_one();
    }
}

fn work(shared: &Shared, clock: &Clock, wake: &Wake) {
    let mut state = shared.lock();
    while !state.closed {
        let Some(path) = state.waiting.pop() else {
            state = shared.bell.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        let known = state.shelf.get(&path).cloned();
        drop(state);
        let now = clock.now();
        let found = known.is_none_or(|known| known.is_outdated(stamp(&path), now)).then(|| read(&path, now));
        state = shared.lock();
        if let Some(preview) = found {
            state.put(path, preview);
            wake();
        }
    }
}

impl State {
    fn put(&mut self, path: PathBuf, preview: Preview) {
        let shelf = Arc::make_mut(&mut self.shelf);
        if shelf.insert(path.clone(), Arc::new(preview)).is_some() {
            return;
        }
        self.order.push(path);
        if self.order.len() > KEPT {
            let first = self.order.remove(0);
            shelf.remove(&first);
        }
    }
}

/// Size and time of the last change: what tells whether a file is still the one that was read.
pub fn stamp(path: &Path) -> (u64, Nanos) {
    std::fs::metadata(path).map_or((0, Nanos::ZERO), |meta| stamp_of(&meta))
}

/// As [`stamp`], of what is known already.
pub fn stamp_of(meta: &std::fs::Metadata) -> (u64, Nanos) {
    (meta.len(), meta.modified().map_or(Nanos::ZERO, system_time))
}

/// Reads a file through and sums it up, whatever state it is in. `now` is the wall clock's.
pub fn read(path: &Path, now: Nanos) -> Preview {
    let (bytes, modified) = stamp(path);
    match Index::build(path, &IndexOptions::default()) {
        Ok(index) => of(&index, (bytes, modified), now),
        Err(error) => {
            let why = match error {
                crate::recording::ReadError::Io { error, .. } => plain(&error),
                other => other.to_string(),
            };
            Preview { bytes, modified, read: now, ..Preview::unreadable(why) }
        }
    }
}

/// The system's word without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

impl Preview {
    /// Whether the file has to be read again: it is another by now. While it grows that is not done at every change.
    pub fn is_outdated(&self, stamp: (u64, Nanos), now: Nanos) -> bool {
        let other = (self.bytes, self.modified) != stamp;
        if matches!(self.health, Health::Growing(_)) { now.saturating_sub(self.read) > AGAIN } else { other }
    }

    fn unreadable(why: String) -> Self {
        Self {
            bytes: 0,
            modified: Nanos::ZERO,
            read: Nanos::ZERO,
            venue: String::new(),
            app: String::new(),
            span: None,
            events: 0,
            symbols: Vec::new(),
            topics: BTreeMap::new(),
            prices: Vec::new(),
            gaps: 0,
            marks: 0,
            large: 0,
            health: Health::Unreadable(why),
        }
    }
}

fn of(index: &Index, (bytes, modified): (u64, Nanos), now: Nanos) -> Preview {
    let mut symbols: Vec<(Symbol, u64)> =
        index.symbols.iter().map(|(symbol, summary)| (*symbol, summary.topics.values().sum())).collect();
    symbols.sort_by_key(|(symbol, count)| (std::cmp::Reverse(*count), *symbol));
    let mut topics = BTreeMap::new();
    for (topic, count) in index.symbols.values().flat_map(|summary| &summary.topics) {
        *topics.entry(*topic).or_default() += count;
    }
    let prices = symbols.iter().find_map(|(symbol, _)| Some(prices(index.symbols.get(symbol)?.timeline.as_ref()?)));
    let count = |wanted: fn(&MarkKind) -> bool| index.marks.iter().filter(|mark| wanted(&mark.kind)).count() as u64;
    let meta = index.meta.as_ref();
    Preview {
        bytes,
        modified,
        read: now,
        venue: meta.map(|meta| meta.venue.clone()).unwrap_or_default(),
        app: meta.map(|meta| meta.app.clone()).unwrap_or_default(),
        span: index.first.zip(index.last),
        events: index.report.inputs,
        symbols,
        topics,
        prices: prices.unwrap_or_default(),
        gaps: index.gap_count,
        marks: count(|kind| matches!(kind, MarkKind::User(_))),
        large: count(|kind| matches!(kind, MarkKind::Trade(..))),
        health: health(index, bytes, now.saturating_sub(modified) < FRESH),
    }
}

fn health(index: &Index, bytes: u64, fresh: bool) -> Health {
    let report = &index.report;
    let nothing = report.inputs + report.derived == 0;
    if let Some(why) = &index.stopped {
        return Health::Unreadable(why.rsplit(": ").next().unwrap_or(why).to_owned());
    }
    if bytes == 0 || (nothing && report.bad == 0 && report.is_clean()) {
        return Health::Empty;
    }
    if nothing {
        return Health::Alien;
    }
    if let Some(cut) = &report.truncated {
        return if fresh { Health::Growing(cut.salvaged_lines) } else { Health::Cut(cut.salvaged_lines) };
    }
    match (report.damage_count, report.bad) {
        (0, 0) => Health::Whole,
        (0, bad) => Health::BadLines(bad),
        (damage, _) => Health::Damaged(damage),
    }
}

/// The course of the price in few steps; stretches without trades repeat the price before.
fn prices(timeline: &crate::recording::index::Timeline) -> Vec<f64> {
    let buckets = timeline.buckets();
    let steps = buckets.len().min(PRICES);
    let mut last = buckets.iter().find_map(|bucket| bucket.close);
    let mut found = Vec::with_capacity(steps);
    for step in 0..steps {
        let (from, to) = (step * buckets.len() / steps, (step + 1) * buckets.len() / steps);
        last = buckets.get(from..to).unwrap_or_default().iter().rev().find_map(|bucket| bucket.close).or(last);
        found.extend(last.map(crate::domain::Price::to_f64));
    }
    found
}

#[cfg(test)]
#[path = "previews_tests.rs"]
mod tests;
