//! What a message of Binance means.

use super::levels;
use super::wire::{self, Fault, Fields, KlineFields, OrderFields};
use crate::domain::{Bar, BookSnapshot, DepthDiff, Liquidation, Mark, Price, Quote, Side, Symbol, Timeframe, Trade, Volume};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Which stream of trades one comes from. Both tell the same trades, in different portions and with different ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TradeKind {
    /// Fills of one taker order at one price, put together.
    Aggregate,
    /// Each fill.
    Single,
}

/// A decoded message.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Message {
    Trade(Symbol, TradeKind, Trade),
    /// A trade that was no trade of the market: the insurance fund's, or of no price or quantity.
    NonMarket(Symbol),
    Quote(Symbol, Quote),
    Depth(Symbol, DepthDiff),
    /// The best few levels, which are no part of the chain of changes. The symbol where it is said.
    Partial,
    /// An order-book snapshot that stands in a capture between the messages; its symbol is not said.
    Snapshot(BookSnapshot),
    Mark(Symbol, Mark),
    Liquidation(Symbol, Liquidation),
    /// A finished candle.
    Kline(Symbol, Timeframe, Bar),
    /// A candle still forming, or of a length this program does not build.
    KlineOther(Symbol),
    /// The server is about to end this connection.
    Shutdown,
    /// A request was accepted.
    Accepted(u64),
    /// A request was refused: its id if said, code and text.
    Refused(Option<u64>, i64, String),
    /// Of the coin-margined futures, which arrive in the same all-market streams.
    OtherUniverse,
    /// Of a kind this program does not know.
    Unknown,
}

/// The meaning of one object, with the name of the stream it came by, if that is known.
pub(super) fn decode(fields: &Fields<'_>, stream: Option<&RawValue>) -> Result<Message, Fault> {
    let stream = fields.stream.or(stream);
    let data = fields.data.as_deref().unwrap_or(fields);
    let Some(event) = data.event else { return without_event(fields, data, stream) };
    if data.universe.is_some_and(|raw| raw.get() == "2") {
        return Ok(Message::OtherUniverse);
    }
    match event.get() {
        r#""bookTicker""# => quote(data),
        r#""aggTrade""# => trade(data, TradeKind::Aggregate),
        r#""trade""# => trade(data, TradeKind::Single),
        r#""depthUpdate""# => match stream {
            Some(stream) if is_partial(&wire::text(stream, "stream")?) => Ok(Message::Partial),
            _ => depth(data),
        },
        r#""markPriceUpdate""# => mark(data),
        r#""forceOrder""# => liquidation(data),
        r#""kline""# => kline(data),
        r#""serverShutdown""# => Ok(Message::Shutdown),
        _ => Ok(Message::Unknown),
    }
}

fn without_event(whole: &Fields<'_>, data: &Fields<'_>, stream: Option<&RawValue>) -> Result<Message, Fault> {
    if data.last_update_id.is_some() {
        return if stream.is_some() { Ok(Message::Partial) } else { snapshot(data).map(Message::Snapshot) };
    }
    if data.u.is_some() && data.b.is_some() && data.a.is_some() {
        return quote(data);
    }
    let id = whole.id.and_then(|_| wire::count(whole.id, "id").ok());
    if let Some(error) = whole.error {
        let inner: Fields<'_> = serde_json::from_str(error.get()).unwrap_or_default();
        return Ok(refused(id, inner.code, inner.msg, error.get()));
    }
    if whole.code.is_some() {
        return Ok(refused(id, whole.code, whole.msg, ""));
    }
    Ok(id.map_or(Message::Unknown, Message::Accepted))
}

fn refused(id: Option<u64>, code: Option<&RawValue>, msg: Option<&RawValue>, otherwise: &str) -> Message {
    let code = code.and_then(|raw| raw.get().parse().ok()).unwrap_or_default();
    let text = msg.and_then(|raw| wire::text(raw, "msg").ok()).unwrap_or(Cow::Borrowed(otherwise));
    Message::Refused(id, code, wire::safe(&text))
}

/// Whether a stream name is one of `@depth5`, `@depth10@100ms` and so on, and not of `@depth` or `@depth@100ms`.
fn is_partial(stream: &str) -> bool {
    stream.split_once("@depth").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn quote(data: &Fields<'_>) -> Result<Message, Fault> {
    let quote = Quote {
        bid: wire::price(data.b, "b")?,
        bid_qty: wire::qty(data.bid_qty, "B")?,
        ask: wire::price(data.a, "a")?,
        ask_qty: wire::qty(data.ask_qty, "A")?,
        update_id: Some(wire::count(data.u, "u")?),
        ex: wire::moment_or_none(data.time.or(data.event_time), "T")?,
    };
    Ok(Message::Quote(wire::symbol(data.symbol, "s")?, quote))
}

fn trade(data: &Fields<'_>, kind: TradeKind) -> Result<Message, Fault> {
    let symbol = wire::symbol(data.symbol, "s")?;
    let price = wire::price(data.p, "p")?;
    let qty = wire::qty(data.q, "q")?;
    let market = data.kind.is_none_or(|kind| matches!(kind.get(), r#""MARKET""# | r#""RPI""#));
    if !market || price.is_zero() || qty.is_zero() {
        return Ok(Message::NonMarket(symbol));
    }
    let id = match kind {
        TradeKind::Aggregate => wire::count(data.a, "a")?,
        TradeKind::Single => wire::count(data.trade_id, "t")?,
    };
    let side = match wire::need(data.m, "m")?.get() {
        // The buyer was the maker, so the taker sold.
        "true" => Side::Sell,
        "false" => Side::Buy,
        other => return Err(Fault(format!("`m` is neither true nor false: {other}"))),
    };
    let ex = wire::moment_or_none(data.time.or(data.event_time), "T")?;
    Ok(Message::Trade(symbol, kind, Trade { price, qty, side, id: Some(id), ex }))
}

fn depth(data: &Fields<'_>) -> Result<Message, Fault> {
    let diff = DepthDiff {
        first: wire::count(data.first, "U")?,
        last: wire::count(data.u, "u")?,
        prev: data.prev.map(|_| wire::count(data.prev, "pu")).transpose()?,
        bids: levels::read(wire::need(data.b, "b")?.get(), "b")?,
        asks: levels::read(wire::need(data.a, "a")?.get(), "a")?,
        ex: wire::moment_or_none(data.time.or(data.event_time), "T")?,
    };
    if diff.first > diff.last {
        return Err(Fault(format!("`U` {} is beyond `u` {}", diff.first, diff.last)));
    }
    Ok(Message::Depth(wire::symbol(data.symbol, "s")?, diff))
}

/// An order-book snapshot, as REST answers it.
pub(super) fn snapshot(data: &Fields<'_>) -> Result<BookSnapshot, Fault> {
    Ok(BookSnapshot {
        last: wire::count(data.last_update_id, "lastUpdateId")?,
        bids: levels::read(wire::need(data.bids, "bids")?.get(), "bids")?,
        asks: levels::read(wire::need(data.asks, "asks")?.get(), "asks")?,
        ex: wire::moment_or_none(data.time.or(data.event_time), "T")?,
    })
}

fn mark(data: &Fields<'_>) -> Result<Message, Fault> {
    let mark = Mark {
        price: wire::price(data.p, "p")?,
        index: wire::signed_or_none(data.i, "i")?.filter(|index| index.units() > 0),
        funding: wire::signed_or_none(data.r, "r")?,
        next: wire::moment_or_none(data.time, "T")?,
    };
    Ok(Message::Mark(wire::symbol(data.symbol, "s")?, mark))
}

/// The price is the average one of the fills (`ap`) where there is one, else the order's limit (`p`).
fn liquidation(data: &Fields<'_>) -> Result<Message, Fault> {
    let order: OrderFields<'_> = inner(wire::need(data.o, "o")?, "o")?;
    if order.universe.is_some_and(|raw| raw.get() == "2") {
        return Ok(Message::OtherUniverse);
    }
    let average = order.average.map(|_| wire::price(order.average, "ap")).transpose()?.filter(|price| !price.is_zero());
    let liquidation = Liquidation {
        side: match order.side.get() {
            r#""BUY""# => Side::Buy,
            r#""SELL""# => Side::Sell,
            other => return Err(Fault(format!("`S` is neither BUY nor SELL: {other}"))),
        },
        price: match average {
            Some(price) => price,
            None => wire::price(Some(order.price), "p")?,
        },
        qty: wire::qty(Some(order.qty), "q")?,
        ex: wire::moment_or_none(order.time.or(data.event_time), "T")?,
    };
    Ok(Message::Liquidation(wire::symbol(Some(order.symbol), "s")?, liquidation))
}

fn kline(data: &Fields<'_>) -> Result<Message, Fault> {
    let symbol = wire::symbol(data.symbol, "s")?;
    let k: KlineFields<'_> = inner(wire::need(data.k, "k")?, "k")?;
    let timeframe = wire::text(k.interval, "i")?.parse().ok().filter(|tf| Timeframe::ALL.contains(tf));
    let Some(timeframe) = timeframe.filter(|_| k.closed) else { return Ok(Message::KlineOther(symbol)) };
    let price = |raw, key| -> Result<Price, Fault> { wire::price(Some(raw), key) };
    let bar = Bar {
        start: wire::moment(Some(k.start), "t")?,
        open: price(k.open, "o")?,
        high: price(k.high, "h")?,
        low: price(k.low, "l")?,
        close: price(k.close, "c")?,
        volume: volume(k.volume, "v")?,
        buy_volume: k.buy_volume.map_or(Ok(Volume::ZERO), |raw| volume(raw, "V"))?,
        trades: match k.trades {
            Some(_) => u32::try_from(wire::count(k.trades, "n")?).unwrap_or(u32::MAX),
            None => 0,
        },
    };
    Ok(Message::Kline(symbol, timeframe, bar))
}

fn inner<'a, T: serde::Deserialize<'a>>(raw: &'a RawValue, key: &str) -> Result<T, Fault> {
    serde_json::from_str(raw.get()).map_err(|error| Fault(format!("`{key}`: {error}")))
}

/// A sum of quantities, not negative.
pub(super) fn volume(raw: &RawValue, key: &str) -> Result<Volume, Fault> {
    let json = raw.get().as_bytes();
    let digits = json.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(json);
    match Volume::parse(digits) {
        Ok(volume) if volume.units() >= 0 => Ok(volume),
        Ok(volume) => Err(Fault(format!("`{key}` is negative: {volume}"))),
        Err(error) => Err(Fault(format!("`{key}`: {error}: {}", raw.get()))),
    }
}
