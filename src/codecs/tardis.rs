//! Tardis.dev's CSV files: `trades`, `incremental_book_L2`, `book_snapshot_*`, `quotes`, `liquidations`.
//!
//! Told by the header. Times are microseconds; `local_timestamp` (when Tardis received it) is the input's time, `timestamp` the exchange's.
//! `side` of trades is the aggressor's. Rows of a book that were received together are one event. The files carry no update ids: an update's is its
//! `local_timestamp`, or the one after the last update's where that is not higher, so that files of several days continue one another. A
//! snapshot of the first levels is told by what changed since the one before: a level that has left them is taken off.

use super::values::{price, qty, split_wide};
use super::{Codec, Head, ImportError, Job, Line, Report, Source, Text};
use crate::domain::{
    BookSnapshot, DepthDiff, Event, Instrument, Liquidation, Market, Nanos, Payload, Price, Qty, Quote, Side, Symbol, Trade,
};
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec = Codec {
    name: "tardis",
    about: "Tardis.dev tables (CSV: trades, incremental_book_L2, book_snapshot_*, quotes, liquidations)",
    score,
    open,
};

/// Columns of `book_snapshot_25`, and of any deeper one there may be.
const MOST_COLUMNS: usize = 4_096;
/// Levels gathered into one event at most: a book of more comes in pieces, so that memory is bounded.
const LEVELS: usize = 100_000;

/// The first columns of all kinds.
const COMMON: [&str; 4] = ["exchange", "symbol", "timestamp", "local_timestamp"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trades,
    Liquidations,
    Changes,
    Snapshots,
    Quotes,
}

impl Kind {
    fn of(head: &Head) -> Option<Self> {
        let mut fields = Vec::new();
        split_wide(head.first_line(), ',', MOST_COLUMNS, &mut fields);
        let rest = fields.strip_prefix(&COMMON[..])?;
        match rest {
            ["id", "side", "price", "amount", ..] if head.name.contains("liquidations") => Some(Self::Liquidations),
            ["id", "side", "price", "amount", ..] => Some(Self::Trades),
            ["is_snapshot", "side", "price", "amount", ..] => Some(Self::Changes),
            ["ask_amount", "ask_price", "bid_price", "bid_amount", ..] => Some(Self::Quotes),
            ["asks[0].price", "asks[0].amount", "bids[0].price", "bids[0].amount", ..] => Some(Self::Snapshots),
            _ => None,
        }
    }
}

fn score(head: &Head) -> u8 {
    u8::from(Kind::of(head).is_some()) * 95
}

/// Tardis's names of exchanges that have another one here, and those that are kept.
const VENUES: [(&str, &str); 22] = [
    ("binance", "binance-spot"),
    ("binance-futures", "binance-futures"),
    ("binance-delivery", "binance-coin-futures"),
    ("binance-us", "binance-us"),
    ("bitmex", "bitmex"),
    ("deribit", "deribit"),
    ("okex", "okex"),
    ("okex-futures", "okex-futures"),
    ("okex-swap", "okex-swap"),
    ("bybit", "bybit"),
    ("bybit-spot", "bybit-spot"),
    ("coinbase", "coinbase"),
    ("kraken", "kraken"),
    ("cryptofacilities", "cryptofacilities"),
    ("ftx", "ftx"),
    ("huobi", "huobi"),
    ("huobi-dm-linear-swap", "huobi-dm-linear-swap"),
    ("bitfinex", "bitfinex"),
    ("bitstamp", "bitstamp"),
    ("gate-io", "gate-io"),
    ("kucoin", "kucoin"),
    ("hyperliquid", "hyperliquid"),
];

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let Some(kind) = Kind::of(&job.text.head) else {
        let what = "its header is of no known kind".to_owned();
        return Err(ImportError::Unrecognised { file: job.path, what, known: CODEC.about.to_owned() });
    };
    let row = job.text.head.text.lines().filter(|line| !line.trim().is_empty()).nth(1).unwrap_or_default();
    let exchange = row.split(',').next().unwrap_or_default();
    let venue = VENUES.iter().find(|(name, _)| *name == exchange).map_or("import", |(_, venue)| *venue);
    let width = job.text.head.first_line().split(',').count();
    Ok(Box::new(Tardis {
        path: job.path,
        text: job.text,
        kind,
        venue,
        width,
        header: false,
        ended: false,
        group: None,
        books: BTreeMap::new(),
    }))
}

type Level = (Price, Qty);

/// Rows of a book that belong together.
struct Group {
    symbol: Symbol,
    local: Nanos,
    exchange: Nanos,
    /// What its rows say of themselves.
    snapshot: bool,
    /// It replaces the book.
    begins: bool,
    bids: Vec<Level>,
    asks: Vec<Level>,
}

/// What is known of a symbol's book: its last update's id, and the levels of the last snapshot where only those come.
#[derive(Default)]
struct Book {
    last: u64,
    bids: BTreeMap<Price, Qty>,
    asks: BTreeMap<Price, Qty>,
    begun: bool,
}

impl Book {
    /// Ids of the update that comes next: the first and the last.
    fn next(&mut self, local: Nanos) -> (u64, u64) {
        let first = self.last + 1;
        self.last = first.max(u64::try_from(local.0 / 1_000).unwrap_or(0));
        (first, self.last)
    }
}

struct Tardis {
    path: PathBuf,
    text: Text,
    kind: Kind,
    venue: &'static str,
    /// Columns of the header.
    width: usize,
    header: bool,
    ended: bool,
    group: Option<Group>,
    books: BTreeMap<Symbol, Book>,
}

/// The columns of a row.
struct Row<'a>(Vec<&'a str>);

impl<'a> Row<'a> {
    fn field(&self, at: usize) -> &'a str {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn time(&self, at: usize, name: &str) -> Result<Nanos, String> {
        let text = self.field(at);
        let micros = text.parse().ok().filter(|micros: &i64| (0..=i64::MAX / 1_000).contains(micros));
        micros.map(Nanos::from_micros).ok_or_else(|| format!("{name} `{text}`: expected microseconds since 1970"))
    }

    fn symbol(&self) -> Result<Symbol, String> {
        let text = self.field(1);
        Symbol::new(text).map_err(|error| format!("symbol `{text}`: {error}"))
    }

    fn level(&self, at: usize, report: &mut Report) -> Result<Level, String> {
        Ok((price("price", self.field(at), report)?, qty("amount", self.field(at + 1), report)?))
    }
}

impl Tardis {
    /// Takes in one row; what it completes goes out.
    fn row(&mut self, text: &str, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<(), String> {
        let mut row = Row(Vec::with_capacity(self.width));
        split_wide(text, ',', MOST_COLUMNS, &mut row.0);
        if row.0.len() != self.width {
            return Err(format!("{} columns, expected {}", row.0.len(), self.width));
        }
        let (symbol, exchange, local) = (row.symbol()?, row.time(2, "timestamp")?, row.time(3, "local_timestamp")?);
        let ex = Some(exchange);
        let mut give = |event| out.push_back((local, Payload::Market(Market::of(symbol, event))));
        match self.kind {
            Kind::Trades | Kind::Liquidations => {
                let side = match row.field(5) {
                    "buy" => Side::Buy,
                    "sell" => Side::Sell,
                    other => return Err(format!("side `{other}`: expected buy or sell")),
                };
                let (price, qty) = row.level(6, report)?;
                if qty.is_zero() {
                    report.non_market += 1;
                } else if self.kind == Kind::Trades {
                    give(Event::Trade(Trade { price, qty, side, id: row.field(4).parse().ok(), ex }));
                } else {
                    give(Event::Liquidation(Liquidation { side, price, qty, ex }));
                }
            }
            Kind::Quotes => {
                // A side on which nothing rests has no price.
                if [5, 6].iter().any(|at| row.field(*at).is_empty()) {
                    report.silent += 1;
                    return Ok(());
                }
                give(Event::Quote(Quote {
                    bid: price("bid_price", row.field(6), report)?,
                    bid_qty: qty("bid_amount", row.field(7), report)?,
                    ask: price("ask_price", row.field(5), report)?,
                    ask_qty: qty("ask_amount", row.field(4), report)?,
                    update_id: None,
                    ex,
                }));
            }
            Kind::Changes => {
                let snapshot = match row.field(4) {
                    "true" => true,
                    "false" => false,
                    other => return Err(format!("is_snapshot `{other}`: expected true or false")),
                };
                let bid = match row.field(5) {
                    "bid" => true,
                    "ask" => false,
                    other => return Err(format!("side `{other}`: expected bid or ask")),
                };
                let level = row.level(6, report)?;
                self.gather(
                    Group { symbol, local, exchange, snapshot, begins: snapshot, bids: Vec::new(), asks: Vec::new() },
                    (bid, level),
                    out,
                );
            }
            Kind::Snapshots => {
                let (mut bids, mut asks) = (BTreeMap::new(), BTreeMap::new());
                for at in (4..self.width.saturating_sub(3)).step_by(4) {
                    for (at, side) in [(at, &mut asks), (at + 2, &mut bids)] {
                        if !row.field(at).is_empty() {
                            let (price, qty) = row.level(at, report)?;
                            side.insert(price, qty);
                        }
                    }
                }
                match self.levels(symbol, (exchange, local), (bids, asks)) {
                    Some(event) => give(event),
                    None => report.silent += 1,
                }
            }
        }
        Ok(())
    }

    /// The first levels as they stand now, as an event; `None` where none has changed.
    fn levels(
        &mut self,
        symbol: Symbol,
        (exchange, local): (Nanos, Nanos),
        (bids, asks): (BTreeMap<Price, Qty>, BTreeMap<Price, Qty>),
    ) -> Option<Event> {
        let book = self.books.entry(symbol).or_default();
        let ex = Some(exchange);
        if !book.begun {
            let (_, last) = book.next(local);
            let all = |side: &BTreeMap<Price, Qty>| side.iter().map(|(price, qty)| (*price, *qty)).collect::<Vec<_>>();
            let event = BookSnapshot { last, bids: all(&bids).into_iter().rev().collect(), asks: all(&asks), ex };
            (book.begun, book.bids, book.asks) = (true, bids, asks);
            return Some(Event::Book(event));
        }
        let changed = |old: &BTreeMap<Price, Qty>, new: &BTreeMap<Price, Qty>| -> Vec<Level> {
            let gone = old.keys().filter(|price| !new.contains_key(price)).map(|price| (*price, Qty::ZERO));
            gone.chain(new.iter().filter(|(price, qty)| old.get(price) != Some(qty)).map(|(price, qty)| (*price, *qty))).collect()
        };
        let (changed_bids, changed_asks) = (changed(&book.bids, &bids), changed(&book.asks, &asks));
        if changed_bids.is_empty() && changed_asks.is_empty() {
            return None;
        }
        let (first, last) = book.next(local);
        (book.bids, book.asks) = (bids, asks);
        Some(Event::Depth(DepthDiff { first, last, prev: None, bids: changed_bids, asks: changed_asks, ex }))
    }

    /// Takes in a level of a book; what is complete by that goes out.
    fn gather(&mut self, of: Group, (bid, level): (bool, Level), out: &mut VecDeque<(Nanos, Payload)>) {
        let same = |group: &&Group| (group.symbol, group.local, group.snapshot) == (of.symbol, of.local, of.snapshot);
        let levels = self.group.as_ref().filter(same).map(|group| group.bids.len() + group.asks.len());
        if levels.is_none_or(|levels| levels >= LEVELS) {
            self.give_group(out);
        }
        // What is too much for one event goes on as changes.
        let begins = of.begins && levels.is_none();
        let group = self.group.get_or_insert(Group { begins, ..of });
        group.exchange = group.exchange.max(of.exchange);
        if bid { group.bids.push(level) } else { group.asks.push(level) }
    }

    fn give_group(&mut self, out: &mut VecDeque<(Nanos, Payload)>) {
        let Some(Group { symbol, local, exchange, begins, bids, asks, .. }) = self.group.take() else { return };
        let (first, last) = self.books.entry(symbol).or_default().next(local);
        let ex = Some(exchange);
        let event = if begins {
            let held = |side: Vec<Level>| side.into_iter().filter(|(_, qty)| !qty.is_zero()).collect::<Vec<_>>();
            Event::Book(BookSnapshot { last, bids: held(bids), asks: held(asks), ex })
        } else {
            Event::Depth(DepthDiff { first, last, prev: None, bids, asks, ex })
        };
        out.push_back((local, Payload::Market(Market::of(symbol, event))));
    }
}

impl Source for Tardis {
    fn venue(&self) -> &'static str {
        self.venue
    }

    fn instruments(&self) -> &[Instrument] {
        &[]
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        if self.ended {
            return Ok(false);
        }
        let read = match self.text.lines.next_line() {
            Ok(Some(Line::Text(_))) if !self.header => {
                self.header = true;
                return Ok(true);
            }
            // The line is held by `self`, which the row changes: it is copied.
            Ok(Some(Line::Text(text))) => Ok(text.to_owned()),
            Ok(Some(Line::Bad(why))) => Err(why.to_owned()),
            Ok(None) => {
                self.ended = true;
                self.give_group(out);
                return Ok(true);
            }
            Err(error) => {
                // What was complete before the damage counts.
                self.give_group(out);
                return Err(ImportError::io(&self.path, error));
            }
        };
        report.lines += 1;
        if let Err(why) = read.and_then(|text| self.row(&text, out, report)) {
            report.bad_line(self.text.lines.number(), why);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
