//! Inputs as rows.

use super::{Topic, Value};
use crate::domain::{Event, Input, Level, Market, Nanos, Payload, Symbol};
use crate::recording::encode_input;
use std::io;

/// Memory that is used again from input to input.
#[derive(Debug, Default)]
pub struct Rows {
    line: Vec<u8>,
    name: String,
}

/// The JSON that a recording has as `data` of an input, and its `topic`.
pub fn event_data<'a>(input: &Input, line: &'a mut Vec<u8>) -> Option<&'a str> {
    line.clear();
    encode_input(input, line);
    // `{"ts":…,"topic":"…"[,"sym":"…"],"data":…}`: no symbol has white space, but it may have quotes.
    let key = b",\"data\":";
    let at = memchr::memmem::find(line, key)? + key.len();
    let end = line.len().checked_sub(2)?;
    std::str::from_utf8(line.get(at..end)?).ok()
}

/// Gives the rows of an input in the table it belongs to; `wanted` says which tables are.
///
/// # Errors
/// What `row` says.
pub fn input_rows(
    input: &Input,
    wanted: impl Fn(Topic) -> bool,
    memory: &mut Rows,
    mut row: impl FnMut(Topic, &[Value<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let (ts, seq) = (Value::Time(input.at), Value::Whole(input.seq));
    let topic = topic_of(input);
    if !wanted(topic) {
        return Ok(());
    }
    let Payload::Market(Market { symbol: Some(symbol), event }) = &input.payload else {
        return event_row(input, None, memory, row);
    };
    let name = Value::Text(symbol.as_str());
    match event {
        Event::Trade(trade) => row(
            topic,
            &[ts, seq, name, trade.price.into(), trade.qty.into(), trade.side.into(), trade.id.into(), trade.ex.into()],
        ),
        Event::Quote(quote) => row(
            topic,
            &[
                ts,
                seq,
                name,
                quote.bid.into(),
                quote.bid_qty.into(),
                quote.ask.into(),
                quote.ask_qty.into(),
                quote.update_id.into(),
                quote.ex.into(),
            ],
        ),
        Event::Book(book) => {
            let of = Of { ts, seq, name, kind: "snapshot", first: book.last, last: book.last, prev: None, ex: book.ex };
            of.levels(&book.bids, &book.asks, row)
        }
        Event::Depth(diff) => {
            let of = Of { ts, seq, name, kind: "diff", first: diff.first, last: diff.last, prev: diff.prev, ex: diff.ex };
            of.levels(&diff.bids, &diff.asks, row)
        }
        Event::Liquidation(order) => {
            row(topic, &[ts, seq, name, order.side.into(), order.price.into(), order.qty.into(), order.ex.into()])
        }
        Event::Mark(mark) => {
            row(topic, &[ts, seq, name, mark.price.into(), mark.index.into(), mark.funding.into(), mark.next.into()])
        }
        Event::Bar(bar, timeframe) => {
            use std::fmt::Write as _;
            memory.name.clear();
            let _ = write!(memory.name, "{timeframe}");
            row(
                topic,
                &[
                    ts,
                    seq,
                    name,
                    Value::Text(&memory.name),
                    bar.start.into(),
                    bar.open.into(),
                    bar.high.into(),
                    bar.low.into(),
                    bar.close.into(),
                    bar.volume.into(),
                    bar.buy_volume.into(),
                    u64::from(bar.trades).into(),
                ],
            )
        }
        Event::History(..) | Event::Link(_) => event_row(input, Some(symbol), memory, row),
    }
}

/// The table an input is in.
fn topic_of(input: &Input) -> Topic {
    match &input.payload {
        Payload::Market(Market { symbol: Some(_), event }) => match event {
            Event::Trade(_) => Topic::Trades,
            Event::Quote(_) => Topic::Quotes,
            Event::Book(_) | Event::Depth(_) => Topic::Depth,
            Event::Liquidation(_) => Topic::Liquidations,
            Event::Mark(_) => Topic::Marks,
            Event::Bar(..) => Topic::Klines,
            Event::History(..) | Event::Link(_) => Topic::Events,
        },
        _ => Topic::Events,
    }
}

fn event_row(
    input: &Input,
    symbol: Option<&Symbol>,
    memory: &mut Rows,
    mut row: impl FnMut(Topic, &[Value<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let kind = match &input.payload {
        Payload::Market(market) => market.event.topic(),
        Payload::User(_) => "user",
        Payload::Meta(_) => "meta",
    };
    let data = event_data(input, &mut memory.line).unwrap_or_default();
    let symbol = symbol.map(Symbol::as_str);
    row(Topic::Events, &[Value::Time(input.at), Value::Whole(input.seq), symbol.into(), kind.into(), data.into()])
}

/// What all rows of one book event say alike.
struct Of<'a> {
    ts: Value<'a>,
    seq: Value<'a>,
    name: Value<'a>,
    kind: &'static str,
    first: u64,
    last: u64,
    prev: Option<u64>,
    ex: Option<Nanos>,
}

impl Of<'_> {
    fn levels(
        &self,
        bids: &[Level],
        asks: &[Level],
        mut row: impl FnMut(Topic, &[Value<'_>]) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut values = [
            self.ts,
            self.seq,
            self.name,
            self.kind.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            self.first.into(),
            self.last.into(),
            self.prev.into(),
            self.ex.into(),
        ];
        if bids.is_empty() && asks.is_empty() {
            return row(Topic::Depth, &values);
        }
        for (side, levels) in [("bid", bids), ("ask", asks)] {
            values[4] = side.into();
            for (price, qty) in levels {
                (values[5], values[6]) = ((*price).into(), (*qty).into());
                row(Topic::Depth, &values)?;
            }
        }
        Ok(())
    }
}
