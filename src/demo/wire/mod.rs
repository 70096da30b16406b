//! The demo market in Binance's words: USD-M futures JSON as it was on the wire in 2026. Pure text, no sockets.

pub mod rest;
mod stream;

pub use stream::{Route, Stream, StreamKind};

use super::event::{DemoEvent, DemoKind};
use super::klines::Kline;
use crate::domain::{Instrument, Level, Nanos, Price, Qty, Side, Timeframe};
use std::fmt::Write as _;

/// With how many decimal places a symbol's numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Of prices: those of the tick, at least two.
    pub price: usize,
    /// Of quantities: those of the lot.
    pub qty: usize,
}

impl Places {
    /// As the rules of the instrument want it.
    pub fn of(instrument: &Instrument) -> Self {
        Self { price: instrument.tick.decimals().max(2), qty: instrument.lot.decimals() }
    }

    fn price(self, price: Price) -> String {
        format!("{price:.0$}", self.price)
    }

    fn qty(self, qty: Qty) -> String {
        format!("{qty:.0$}", self.qty)
    }
}

/// The event as a raw stream sends it, without the envelope of combined streams.
pub fn payload(event: &DemoEvent, places: Places) -> String {
    let (symbol, at) = (event.symbol, event.at.millis());
    match &event.kind {
        DemoKind::AggTrade(t) => {
            let (price, qty) = (places.price(t.price), places.qty(t.qty));
            format!(
                r#"{{"e":"aggTrade","E":{at},"s":"{symbol}","a":{},"p":"{price}","q":"{qty}","nq":"{qty}","f":{},"l":{},"T":{},"m":{},"st":1}}"#,
                t.agg_id,
                t.first_id,
                t.last_id,
                t.time.millis(),
                t.buyer_is_maker
            )
        }
        DemoKind::BookTicker(q) => format!(
            r#"{{"e":"bookTicker","u":{},"s":"{symbol}","ps":"{symbol}","b":"{}","B":"{}","a":"{}","A":"{}","T":{at},"E":{at},"st":1}}"#,
            q.update_id,
            places.price(q.bid),
            places.qty(q.bid_qty),
            places.price(q.ask),
            places.qty(q.ask_qty)
        ),
        DemoKind::Depth(d) => {
            let mut text = format!(
                r#"{{"e":"depthUpdate","E":{at},"T":{at},"s":"{symbol}","ps":"{symbol}","U":{},"u":{},"pu":{},"b":"#,
                d.first, d.last, d.prev
            );
            levels(&mut text, &d.bids, places);
            text.push_str(r#","a":"#);
            levels(&mut text, &d.asks, places);
            text.push_str(r#","st":1}"#);
            text
        }
        DemoKind::Mark(m) => {
            // The estimated settle price only means something in the last hour before a settlement.
            format!(
                r#"{{"e":"markPriceUpdate","E":{at},"s":"{symbol}","p":"{0:.8}","ap":"{0:.8}","P":"{1:.8}","i":"{1:.8}","r":"{2:.8}","T":{3},"st":1}}"#,
                m.price,
                m.index,
                m.funding,
                m.next_funding.millis()
            )
        }
        DemoKind::Liquidation(o) => {
            let side = if o.side == Side::Buy { "BUY" } else { "SELL" };
            let qty = places.qty(o.qty);
            format!(
                r#"{{"e":"forceOrder","E":{at},"o":{{"s":"{symbol}","S":"{side}","o":"LIMIT","f":"IOC","q":"{qty}","p":"{}","ap":"{}","X":"FILLED","l":"{}","z":"{qty}","T":{},"ps":"{symbol}","st":1}}}}"#,
                places.price(o.price),
                places.price(o.average),
                places.qty(o.last_qty),
                o.time.millis()
            )
        }
        DemoKind::Kline(timeframe, kline) => kline_payload(symbol.as_str(), at, *timeframe, kline, places),
    }
}

/// Milliseconds of a bar's first and last moment.
fn span(start: Nanos, timeframe: Timeframe) -> (i64, i64) {
    (start.millis(), start.millis() + i64::from(timeframe.secs()) * 1_000 - 1)
}

fn kline_payload(symbol: &str, at: i64, timeframe: Timeframe, kline: &Kline, places: Places) -> String {
    let (bar, qty) = (&kline.bar, places.qty);
    let (opens, closes) = span(bar.start, timeframe);
    let price = |p| places.price(p);
    // The exchange puts spaces inside `k` and nowhere else.
    format!(
        r#"{{"e":"kline","E":{at},"s":"{symbol}","k":{{"t":{opens}, "T":{closes}, "s":"{symbol}", "i":"{timeframe}", "f":{}, "L":{}, "o":"{}", "c":"{}", "h":"{}", "l":"{}", "v":"{:.qty$}", "n":{}, "x":{}, "q":"{:.5}", "V":"{:.qty$}", "Q":"{:.5}", "B":"0"}}}}"#,
        kline.first_id,
        kline.last_id,
        price(bar.open),
        price(bar.close),
        price(bar.high),
        price(bar.low),
        bar.volume,
        bar.trades,
        kline.closed,
        kline.quote_volume,
        bar.buy_volume,
        kline.buy_quote_volume
    )
}

fn levels(out: &mut String, levels: &[Level], places: Places) {
    out.push('[');
    for (i, (price, qty)) in levels.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(out, r#"{comma}["{price:.0$}","{qty:.1$}"]"#, places.price, places.qty);
    }
    out.push(']');
}

/// Wraps a payload for combined streams. The name is the one the client subscribed with.
pub fn envelope(stream: &str, payload: &str) -> String {
    // The name comes from the client, so it is written as JSON wants strings.
    let name = serde_json::Value::from(stream);
    format!(r#"{{"stream":{name},"data":{payload}}}"#)
}

#[cfg(test)]
mod tests {
    use super::super::event::{AggTrade, BookTicker, DepthUpdate, ForcedOrder, MarkUpdate};
    use super::*;
    use crate::domain::{Bar, Symbol, Volume};

    const BTC: Places = Places { price: 2, qty: 3 };

    fn event(at: i64, kind: DemoKind) -> DemoEvent {
        DemoEvent { at: Nanos::from_millis(at), symbol: Symbol::new("BTCUSDT").unwrap(), kind }
    }

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    fn qty(text: &str) -> Qty {
        text.parse().unwrap()
    }

    /// Frames of the real exchange, to the letter.
    #[test]
    fn writes_what_the_exchange_writes() {
        let trade = AggTrade {
            agg_id: 3466782974,
            first_id: 8123344783,
            last_id: 8123344783,
            price: price("84551.1"),
            qty: qty("0.03"),
            buyer_is_maker: false,
            time: Nanos::from_millis(1790526538883),
        };
        assert_eq!(
            envelope("btcusdt@aggTrade", &payload(&event(1790526539033, DemoKind::AggTrade(trade)), BTC)),
            r#"{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1790526539033,"s":"BTCUSDT","a":3466782974,"p":"84551.10","q":"0.030","nq":"0.030","f":8123344783,"l":8123344783,"T":1790526538883,"m":false,"st":1}}"#
        );
        let ticker = BookTicker {
            update_id: 11671659686089,
            bid: price("84551"),
            bid_qty: qty("2.645"),
            ask: price("84551.1"),
            ask_qty: qty("5.302"),
        };
        assert_eq!(
            payload(&event(1790526538941, DemoKind::BookTicker(ticker)), BTC),
            r#"{"e":"bookTicker","u":11671659686089,"s":"BTCUSDT","ps":"BTCUSDT","b":"84551.00","B":"2.645","a":"84551.10","A":"5.302","T":1790526538941,"E":1790526538941,"st":1}"#
        );
        let depth = DepthUpdate {
            first: 11671659683245,
            last: 11671659687966,
            prev: 11671659683147,
            bids: vec![(price("84551"), qty("2.027")), (price("84550.9"), Qty::ZERO)],
            asks: vec![(price("84551.1"), qty("5.302"))],
        };
        assert_eq!(
            payload(&event(1790526538981, DemoKind::Depth(depth)), BTC),
            r#"{"e":"depthUpdate","E":1790526538981,"T":1790526538981,"s":"BTCUSDT","ps":"BTCUSDT","U":11671659683245,"u":11671659687966,"pu":11671659683147,"b":[["84551.00","2.027"],["84550.90","0.000"]],"a":[["84551.10","5.302"]],"st":1}"#
        );
        let mark = MarkUpdate {
            price: price("84551.10762319"),
            index: price("84590.87304348"),
            funding: price("0.00000801"),
            next_funding: Nanos::from_millis(1790553600000),
        };
        assert_eq!(
            payload(&event(1790526539000, DemoKind::Mark(mark)), BTC),
            r#"{"e":"markPriceUpdate","E":1790526539000,"s":"BTCUSDT","p":"84551.10762319","ap":"84551.10762319","P":"84590.87304348","i":"84590.87304348","r":"0.00000801","T":1790553600000,"st":1}"#
        );
        let order = ForcedOrder {
            side: Side::Sell,
            price: price("84300"),
            average: price("84400.1"),
            qty: qty("0.3"),
            last_qty: qty("0.1"),
            time: Nanos::from_millis(1790526559210),
        };
        assert_eq!(
            payload(&event(1790526560226, DemoKind::Liquidation(order)), BTC),
            r#"{"e":"forceOrder","E":1790526560226,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.300","p":"84300.00","ap":"84400.10","X":"FILLED","l":"0.100","z":"0.300","T":1790526559210,"ps":"BTCUSDT","st":1}}"#
        );
        let bar = Bar {
            start: Nanos::from_millis(1790526480000),
            open: price("84550.2"),
            high: price("84558.9"),
            low: price("84536.7"),
            close: price("84551"),
            volume: Volume::parse(b"104.497").unwrap(),
            buy_volume: Volume::parse(b"56.811").unwrap(),
            trades: 1490,
        };
        let kline = Kline {
            bar,
            quote_volume: Volume::parse(b"8835238.5074").unwrap(),
            buy_quote_volume: Volume::parse(b"4803302.9562").unwrap(),
            first_id: 8123343290,
            last_id: 8123344791,
            closed: true,
        };
        assert_eq!(
            payload(&event(1790526540255, DemoKind::Kline(Timeframe::M1, kline)), BTC),
            r#"{"e":"kline","E":1790526540255,"s":"BTCUSDT","k":{"t":1790526480000, "T":1790526539999, "s":"BTCUSDT", "i":"1m", "f":8123343290, "L":8123344791, "o":"84550.20", "c":"84551.00", "h":"84558.90", "l":"84536.70", "v":"104.497", "n":1490, "x":true, "q":"8835238.50740", "V":"56.811", "Q":"4803302.95620", "B":"0"}}"#
        );
    }
}
