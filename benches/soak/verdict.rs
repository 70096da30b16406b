//! The recordings against what was really sent.

use super::server::{Kind, Recent, SYMBOLS};
use rtai_tui::domain::{EngineConfig, Event, Input, Market, Nanos, Payload};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{ReadOptions, Reader};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What recordings hold: numbers of trades, and of quotes by their update, in file order, by symbol.
#[derive(Default)]
pub struct Held {
    pub numbers: BTreeMap<(Kind, usize), Vec<u64>>,
    pub lines: u64,
    pub bad: u64,
    /// Files that end in the middle.
    pub cut: usize,
    /// Book changes that did not continue the book before them.
    pub breaks: u64,
    /// The engine after the last file.
    pub engine: Option<Engine>,
}

pub fn read(files: &[PathBuf]) -> Held {
    let mut held = Held::default();
    for file in files {
        held.read(file);
    }
    held
}

impl Held {
    fn read(&mut self, file: &Path) {
        let mut reader = Reader::open(file, ReadOptions { keep_going: true, ..ReadOptions::default() }).unwrap();
        let mut engine: Option<Engine> = None;
        while let Some(input) = reader.next_input().unwrap() {
            self.count(&input);
            if let (None, Payload::Meta(meta)) = (&engine, &input.payload) {
                engine = Some(Engine::new(
                    EngineConfig { lean: true, indicators: Some(Vec::new()), ..meta.engine.clone() },
                    &meta.venue,
                ));
            }
            if let Some(engine) = &mut engine {
                engine.apply(&input);
            }
        }
        let report = reader.report();
        self.bad += report.bad;
        self.cut += usize::from(report.truncated.is_some());
        if let Some(engine) = engine {
            self.breaks += engine.snapshot().rates.breaks;
            self.engine = Some(engine);
        }
    }

    fn count(&mut self, input: &Input) {
        self.lines += 1;
        let Payload::Market(Market { symbol: Some(symbol), event }) = &input.payload else { return };
        let symbol = SYMBOLS.iter().position(|name| *name == &**symbol).unwrap();
        let (kind, number) = match event {
            Event::Trade(trade) => (Kind::Trade, trade.id),
            Event::Quote(quote) => (Kind::Quote, quote.update_id),
            _ => return,
        };
        self.numbers.entry((kind, symbol)).or_default().push(number.unwrap());
    }
}

/// Sent and not recorded, and recorded more than once or out of order.
pub fn compare(sent: impl Iterator<Item = u64>, held: &[u64]) -> (u64, u64, Vec<u64>) {
    let doubled = held.windows(2).filter(|pair| pair[0] >= pair[1]).count() as u64;
    let mut held: Vec<u64> = held.to_vec();
    held.sort_unstable();
    let mut lost = Vec::new();
    for number in sent {
        if held.binary_search(&number).is_err() {
            lost.push(number);
        }
    }
    (lost.len() as u64, doubled, lost)
}

/// How long before it was killed a collector's recording ends: the age of the oldest thing that was sent and is missing.
pub fn loss(recent: &[Recent], held: &Held, at: Nanos) -> Nanos {
    let mut worst = Nanos::ZERO;
    // Quotes are numbered by their updates in recordings, and only counted when they are sent.
    for (of, sent) in recent.iter().filter(|((kind, _), _)| *kind == Kind::Trade) {
        let Some(numbers) = held.numbers.get(of) else { continue };
        let mut numbers = numbers.clone();
        numbers.sort_unstable();
        let missing = sent.iter().find(|(number, _)| numbers.binary_search(number).is_err());
        worst = worst.max(missing.map_or(Nanos::ZERO, |(_, sent)| at - *sent));
    }
    worst
}
