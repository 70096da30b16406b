//! What a text message changes.

use super::market::Channel;
use super::message::{self, Message};
use super::wire::{self, Fault, Parsed};
use super::{Binance, Cx, Wire};
use crate::domain::{BookSnapshot, Event, Market as MarketEvent, Nanos, Symbol};
use crate::feed::{ConnId, FeedError, Severity, Step};

impl Binance {
    pub(super) fn text(&mut self, at: Nanos, conn: ConnId, text: &str, out: &mut Vec<Step>) -> Result<(), FeedError> {
        let name = |conn: ConnId, me: &Self| {
            me.market.connections().get(usize::from(conn.0)).map_or("message", |connection| connection.name)
        };
        let parsed = match wire::parse(text) {
            Ok(parsed) => parsed,
            Err(fault) => return Err(self.fault(name(conn, self), &fault)),
        };
        let (stream, objects) = match &parsed {
            Parsed::One(fields) => (fields.stream, std::slice::from_ref(fields)),
            Parsed::Many(stream, objects) => (*stream, objects.as_slice()),
        };
        self.counters.messages += 1;
        let mut result = Ok(());
        for fields in objects {
            let done = message::decode(fields, stream).and_then(|message| self.take(at, conn, message, out));
            if let Err(fault) = done {
                let stream = stream.map_or_else(|| name(conn, self).to_owned(), |s| s.get().trim_matches('"').to_owned());
                result = Err(self.fault(&stream, &fault));
            }
        }
        result
    }

    fn take(&mut self, at: Nanos, conn: ConnId, message: Message, out: &mut Vec<Step>) -> Result<(), Fault> {
        let (symbol, channel) = match &message {
            Message::Trade(symbol, ..) | Message::NonMarket(symbol) => (*symbol, Some(Channel::Trades)),
            Message::Quote(symbol, _) => (*symbol, Some(Channel::Quotes)),
            Message::Depth(symbol, _) => (*symbol, Some(Channel::Depth)),
            Message::Mark(symbol, _) => (*symbol, Some(Channel::Marks)),
            Message::Liquidation(symbol, _) => (*symbol, Some(Channel::Liquidations)),
            Message::Kline(symbol, ..) | Message::KlineOther(symbol) => (*symbol, None),
            _ => return self.control(at, conn, message, out),
        };
        let Some(place) = self.place(at, symbol, out)? else { return Ok(()) };
        if let Some(wire) = self.wires.get_mut(usize::from(conn.0)) {
            Self::link(wire.delivered(at), out);
        }
        if let Some(channel) = channel {
            self.streams.delivered(at, place, channel);
        }
        let Some(followed) = self.followed.get_mut(place) else { return Ok(()) };
        let mut cx = Cx { market: self.market, live: self.live, at, out, counters: &mut self.counters };
        match message {
            Message::Trade(_, kind, trade) => {
                if followed.tape.admit(kind, &trade) {
                    cx.emit(symbol, Event::Trade(trade));
                } else {
                    cx.counters.duplicates += 1;
                }
            }
            Message::NonMarket(_) => cx.counters.non_market += 1,
            Message::Quote(_, quote) => {
                if quote.update_id <= followed.quote {
                    cx.counters.duplicates += 1;
                } else {
                    followed.quote = quote.update_id;
                    cx.emit(symbol, Event::Quote(quote));
                }
            }
            Message::Depth(_, diff) => followed.book.on_diff(&mut cx, diff),
            Message::Mark(_, mark) => cx.emit(symbol, Event::Mark(mark)),
            Message::Liquidation(_, liquidation) => cx.emit(symbol, Event::Liquidation(liquidation)),
            // Where trades come, the engine builds its bars from them.
            Message::Kline(_, timeframe, bar) if !self.live && followed.tape.is_empty() => {
                cx.emit(symbol, Event::Bar(bar, timeframe));
            }
            _ => {}
        }
        Ok(())
    }

    /// Messages that are of no symbol.
    fn control(&mut self, at: Nanos, conn: ConnId, message: Message, out: &mut Vec<Step>) -> Result<(), Fault> {
        match message {
            Message::Partial => {
                if let Some(wire) = self.wires.get_mut(usize::from(conn.0)) {
                    Self::link(wire.delivered(at), out);
                }
            }
            Message::Snapshot(_) if self.live => self.counters.unknown += 1,
            Message::Snapshot(snapshot) => self.inline_snapshot(at, snapshot, out)?,
            Message::Shutdown if self.live && self.wires.get(usize::from(conn.0)).is_some_and(Wire::is_open) => {
                out.push(Step::Handover(conn, "the exchange announced that it will close the connection".to_owned()));
            }
            Message::Accepted(id) => self.streams.accepted(id),
            Message::Refused(id, code, why) => {
                let names = id.map(|id| self.streams.answered(id)).unwrap_or_default();
                let what = if names.is_empty() { "a request".to_owned() } else { names.join(", ") };
                let title = self.market.venue().title;
                out.push(Step::Notice(Severity::Error, format!("{title} refused {}: {why} (code {code})", wire::safe(&what))));
            }
            Message::Unknown => self.counters.unknown += 1,
            _ => {}
        }
        Ok(())
    }

    /// A snapshot that stands in a capture without saying of which symbol: of the only one whose changes wait for it.
    fn inline_snapshot(&mut self, at: Nanos, snapshot: BookSnapshot, out: &mut Vec<Step>) -> Result<(), Fault> {
        let waiting = self.followed.iter().filter(|f| f.book.is_buffering()).map(|f| f.symbol);
        let symbol = only(waiting).or_else(|| only(self.followed.iter().map(|f| f.symbol)));
        let symbol = symbol.ok_or_else(|| Fault("an order book of which it is not clear whose it is".to_owned()))?;
        self.snapshot(at, symbol, 0, snapshot, out)
    }

    /// A snapshot of a symbol's book. Live, only the one waited for is taken.
    pub(super) fn snapshot(
        &mut self,
        at: Nanos,
        symbol: Symbol,
        number: u32,
        snapshot: BookSnapshot,
        out: &mut Vec<Step>,
    ) -> Result<(), Fault> {
        let Some(place) = self.place(at, symbol, out)? else { return Ok(()) };
        let Some(followed) = self.followed.get_mut(place) else { return Ok(()) };
        let mut cx = Cx { market: self.market, live: self.live, at, out, counters: &mut self.counters };
        if followed.book.expects(&cx, number) {
            followed.book.on_snapshot(&mut cx, snapshot);
        }
        Ok(())
    }

    pub(super) fn emit(symbol: Symbol, event: Event, out: &mut Vec<Step>) {
        out.push(Step::Emit(MarketEvent::of(symbol, event)));
    }
}

/// The only element, if there is exactly one.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
