//! Rows as inputs: the other way of `tables::inputs`.

use super::Cells;
use crate::domain::{
    Bar, BookSnapshot, DepthDiff, Event, Liquidation, Mark, Market, Nanos, Payload, Quote, Side, Symbol, Timeframe, Trade, Volume,
};
use crate::recording::{LineContext, Record, decode_line, write_decimal, write_text};
use crate::tables::Topic;

/// An input and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its time.
    pub at: Nanos,
    /// Its number in the recording it comes from.
    pub seq: u64,
    /// What it carries.
    pub payload: Payload,
}

/// Makes inputs of the rows of one file.
#[derive(Debug)]
pub struct Gatherer {
    /// A book's event whose rows are not all read yet.
    open: Option<(Placed, Symbol)>,
    context: LineContext,
    line: Vec<u8>,
}

impl Default for Gatherer {
    fn default() -> Self {
        Self { open: None, context: LineContext::for_file_name(""), line: Vec::new() }
    }
}

impl Gatherer {
    /// Takes a row in. An input is given once all of it is read: of books with the first row of the next event.
    ///
    /// # Errors
    /// What is wrong with the row.
    pub fn row(&mut self, cells: &Cells) -> Result<Option<Placed>, String> {
        cells.check()?;
        match cells.topic() {
            Topic::Depth => self.depth(cells),
            Topic::Events => self.event(cells).map(Some),
            Topic::Bars => bar(cells).map(Some),
            topic if topic.is_input() => plain(cells).map(Some),
            // What the engine said is worked out anew from the inputs.
            _ => Ok(None),
        }
    }

    /// What is left at the end.
    pub fn end(&mut self) -> Option<Placed> {
        self.open.take().map(|(placed, _)| placed)
    }

    fn depth(&mut self, cells: &Cells) -> Result<Option<Placed>, String> {
        let (at, seq, symbol) = (cells.time("ts")?, cells.whole("seq")?, cells.symbol()?);
        let kind = cells.text("kind")?;
        let level = match cells.maybe_text("side") {
            None => None,
            Some("bid") => Some((Side::Buy, (cells.price("price")?, cells.qty("qty")?))),
            Some("ask") => Some((Side::Sell, (cells.price("price")?, cells.qty("qty")?))),
            Some(other) => return Err(format!("side `{other}`: expected bid, ask or nothing")),
        };
        let last = cells.whole("last")?;
        let mut before = None;
        let same = |(placed, of): &(Placed, Symbol)| {
            // Rows of several recordings one after the other: another event can have the same number.
            let (is, id) = match &placed.payload {
                Payload::Market(Market { event: Event::Book(book), .. }) => ("snapshot", book.last),
                Payload::Market(Market { event: Event::Depth(diff), .. }) => ("diff", diff.last),
                _ => ("", 0),
            };
            (placed.at, placed.seq, *of, is, id) == (at, seq, symbol, kind, last)
        };
        if !self.open.as_ref().is_some_and(same) {
            let ex = cells.maybe_time("ex")?;
            let event = match kind {
                "snapshot" => Event::Book(BookSnapshot { last, ex, ..BookSnapshot::default() }),
                "diff" => {
                    let (first, prev) = (cells.whole("first")?, cells.maybe_whole("prev")?);
                    Event::Depth(DepthDiff { first, last, prev, ex, ..DepthDiff::default() })
                }
                other => return Err(format!("kind `{other}`: expected snapshot or diff")),
            };
            let new = Placed { at, seq, payload: Payload::Market(Market::of(symbol, event)) };
            before = self.open.replace((new, symbol)).map(|(placed, _)| placed);
        }
        let sides = match self.open.as_mut().map(|(placed, _)| &mut placed.payload) {
            Some(Payload::Market(Market { event: Event::Book(book), .. })) => Some((&mut book.bids, &mut book.asks)),
            Some(Payload::Market(Market { event: Event::Depth(diff), .. })) => Some((&mut diff.bids, &mut diff.asks)),
            _ => None,
        };
        match (sides, level) {
            (Some((bids, _)), Some((Side::Buy, level))) => bids.push(level),
            (Some((_, asks)), Some((Side::Sell, level))) => asks.push(level),
            _ => {}
        }
        Ok(before)
    }

    /// An event is read as the line of a recording that it was.
    fn event(&mut self, cells: &Cells) -> Result<Placed, String> {
        let (at, seq, kind) = (cells.time("ts")?, cells.whole("seq")?, cells.text("kind")?);
        self.line.clear();
        self.line.extend_from_slice(b"{\"ts\":");
        write_decimal(at.0, 9, &mut self.line);
        self.line.extend_from_slice(b",\"topic\":");
        write_text(kind, &mut self.line);
        if cells.maybe_text("symbol").is_some() {
            self.line.extend_from_slice(b",\"sym\":");
            write_text(&cells.symbol()?, &mut self.line);
        }
        self.line.extend_from_slice(b",\"data\":");
        self.line.extend_from_slice(cells.text("data")?.as_bytes());
        self.line.push(b'}');
        let decoded = decode_line(&self.line, &self.context).map_err(|error| error.to_string())?;
        match decoded.record {
            Record::Input { payload, .. } => {
                if let Payload::Meta(meta) = &payload {
                    self.context.learn(meta);
                }
                Ok(Placed { at, seq, payload })
            }
            _ => Err(format!("kind `{}`: expected meta, link, user or history", kind.chars().take(40).collect::<String>())),
        }
    }
}

fn side(cells: &Cells) -> Result<Side, String> {
    match cells.text("side")? {
        "buy" => Ok(Side::Buy),
        "sell" => Ok(Side::Sell),
        other => Err(format!("side `{}`: expected buy or sell", other.chars().take(40).collect::<String>())),
    }
}

/// An input of one row.
fn plain(cells: &Cells) -> Result<Placed, String> {
    let (at, seq, symbol) = (cells.time("ts")?, cells.whole("seq")?, cells.symbol()?);
    let event = match cells.topic() {
        Topic::Trades => Event::Trade(Trade {
            price: cells.price("price")?,
            qty: cells.qty("qty")?,
            side: side(cells)?,
            id: cells.maybe_whole("id")?,
            ex: cells.maybe_time("ex")?,
        }),
        Topic::Quotes => Event::Quote(Quote {
            bid: cells.price("bid")?,
            bid_qty: cells.qty("bid_qty")?,
            ask: cells.price("ask")?,
            ask_qty: cells.qty("ask_qty")?,
            update_id: cells.maybe_whole("update_id")?,
            ex: cells.maybe_time("ex")?,
        }),
        Topic::Liquidations => Event::Liquidation(Liquidation {
            side: side(cells)?,
            price: cells.price("price")?,
            qty: cells.qty("qty")?,
            ex: cells.maybe_time("ex")?,
        }),
        Topic::Marks => Event::Mark(Mark {
            price: cells.price("price")?,
            index: cells.maybe_price("index")?,
            funding: cells.maybe_price("funding")?,
            next: cells.maybe_time("next")?,
        }),
        _ => {
            let (timeframe, bar) = candle(cells, "start")?;
            Event::Bar(bar, timeframe)
        }
    };
    Ok(Placed { at, seq, payload: Payload::Market(Market::of(symbol, event)) })
}

/// A bar that an engine has built, as an input at its close.
fn bar(cells: &Cells) -> Result<Placed, String> {
    let (timeframe, bar) = candle(cells, "timestamp")?;
    let at = bar.start + timeframe.nanos();
    Ok(Placed { at, seq: 0, payload: Payload::Market(Market::of(cells.symbol()?, Event::Bar(bar, timeframe))) })
}

fn candle(cells: &Cells, start: &str) -> Result<(Timeframe, Bar), String> {
    let name = cells.text("tf")?;
    let timeframe: Timeframe = name.parse().map_err(|_| {
        format!("bars of `{}` are made of trades: only bars of time can be read", name.chars().take(40).collect::<String>())
    })?;
    let trades = cells.maybe_whole("trades")?.unwrap_or(0);
    let bar = Bar {
        start: cells.time(start)?,
        open: cells.price("open")?,
        high: cells.price("high")?,
        low: cells.price("low")?,
        close: cells.price("close")?,
        volume: cells.volume("volume")?,
        buy_volume: cells.maybe_volume("buy_volume")?.unwrap_or(Volume::ZERO),
        trades: u32::try_from(trades).map_err(|_| format!("trades {trades}: more than fits"))?,
    };
    let positive = [bar.open, bar.high, bar.low, bar.close].iter().all(|price| price.units() > 0);
    let spans = bar.low <= bar.open.min(bar.close) && bar.open.max(bar.close) <= bar.high;
    if !(positive && spans) {
        return Err(format!("open {}, high {}, low {}, close {} are no bar", bar.open, bar.high, bar.low, bar.close));
    }
    Ok((timeframe, bar))
}
