//! The bodies of REST answers.

use super::message::{self, volume};
use super::wire::{self, Fault, Parsed};
use crate::domain::{Bar, BookSnapshot, Instrument, Nanos, Price, Qty, Symbol};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What an answer of trading rules says of one symbol.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listed {
    pub(super) instrument: Instrument,
    /// Such as `TRADING` or `BREAK`.
    pub(super) status: String,
}

fn utf8(body: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(body).map_err(|_| Fault("the answer is no text".to_owned()))
}

/// An order-book snapshot.
pub(super) fn snapshot(body: &[u8]) -> Result<BookSnapshot, Fault> {
    match wire::parse(utf8(body)?)? {
        Parsed::One(fields) => message::snapshot(&fields),
        Parsed::Many(..) => Err(Fault("the answer is a list and no order book".to_owned())),
    }
}

/// Bars, oldest first, the last one still forming.
pub(super) fn klines(body: &[u8]) -> Result<Vec<Bar>, Fault> {
    // `[openTime, o, h, l, c, volume, closeTime, quoteVolume, trades, takerBuyBase, takerBuyQuote, "0"]`
    let rows: Vec<Vec<&RawValue>> = serde_json::from_str(utf8(body)?).map_err(|error| Fault(error.to_string()))?;
    let mut bars: Vec<Bar> = rows.iter().map(|row| kline(row)).collect::<Result<_, _>>()?;
    bars.sort_by_key(|bar| bar.start);
    bars.dedup_by_key(|bar| bar.start);
    Ok(bars)
}

fn kline(row: &[&RawValue]) -> Result<Bar, Fault> {
    let cell = |i: usize| row.get(i).copied();
    let quantity = |i: usize, key| cell(i).ok_or_else(|| Fault(format!("`{key}` is missing"))).and_then(|raw| volume(raw, key));
    Ok(Bar {
        start: wire::moment(cell(0), "open time")?,
        open: wire::price(cell(1), "open")?,
        high: wire::price(cell(2), "high")?,
        low: wire::price(cell(3), "low")?,
        close: wire::price(cell(4), "close")?,
        volume: quantity(5, "volume")?,
        buy_volume: quantity(9, "taker buy volume")?,
        trades: u32::try_from(wire::count(cell(8), "trades")?).unwrap_or(u32::MAX),
    })
}

#[derive(Deserialize)]
struct Info<'a> {
    #[serde(borrow)]
    symbols: Vec<SymbolInfo<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SymbolInfo<'a> {
    symbol: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    base_asset: String,
    #[serde(default)]
    quote_asset: String,
    #[serde(borrow, default)]
    filters: Vec<Filter<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Filter<'a> {
    #[serde(rename = "filterType")]
    kind: String,
    #[serde(borrow)]
    tick_size: Option<&'a RawValue>,
    #[serde(borrow)]
    step_size: Option<&'a RawValue>,
    #[serde(borrow)]
    notional: Option<&'a RawValue>,
    #[serde(borrow)]
    min_notional: Option<&'a RawValue>,
}

/// Trading rules. A symbol whose name this program cannot hold is left out; a rule it cannot read counts as not known.
pub(super) fn instruments(body: &[u8]) -> Result<Vec<Listed>, Fault> {
    let info: Info<'_> = serde_json::from_str(utf8(body)?).map_err(|error| Fault(error.to_string()))?;
    Ok(info.symbols.into_iter().filter_map(listed).collect())
}

fn listed(info: SymbolInfo<'_>) -> Option<Listed> {
    let mut instrument = Instrument::unknown(Symbol::new(&info.symbol).ok()?);
    for filter in &info.filters {
        let price = |raw| wire::price(raw, "rule").unwrap_or(Price::ZERO);
        match filter.kind.as_str() {
            "PRICE_FILTER" => instrument.tick = price(filter.tick_size),
            "LOT_SIZE" => instrument.lot = wire::qty(filter.step_size, "rule").unwrap_or(Qty::ZERO),
            "MIN_NOTIONAL" | "NOTIONAL" => instrument.min_notional = price(filter.notional.or(filter.min_notional)),
            _ => {}
        }
    }
    instrument.base = wire::safe(&info.base_asset);
    instrument.quote = wire::safe(&info.quote_asset);
    Some(Listed { instrument, status: wire::safe(&info.status) })
}

/// The exchange's clock.
pub(super) fn time(body: &[u8]) -> Result<Nanos, Fault> {
    #[derive(Deserialize)]
    struct Answer {
        #[serde(rename = "serverTime")]
        server_time: i64,
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|error| Fault(error.to_string()))?;
    Ok(Nanos::from_millis(answer.server_time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_both_markets() {
        let futures = br#"{"serverTime":1,"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","quoteAsset":"USDT",
            "filters":[{"tickSize":"0.10","filterType":"PRICE_FILTER","minPrice":"1"},{"stepSize":"0.001","filterType":"LOT_SIZE"},
            {"filterType":"MIN_NOTIONAL","notional":"100"},{"filterType":"PERCENT_PRICE","multiplierUp":"1.05"}]},{"symbol":"A B"}]}"#;
        let listed = instruments(futures).unwrap();
        assert_eq!(listed.len(), 1);
        let btc = &listed[0].instrument;
        assert_eq!(
            (btc.tick.to_string(), btc.lot.to_string(), btc.min_notional.to_string()),
            ("0.1".into(), "0.001".into(), "100".into())
        );
        assert_eq!((btc.base.as_str(), btc.quote.as_str(), listed[0].status.as_str()), ("BTC", "USDT", "TRADING"));
        let spot =
            br#"{"symbols":[{"symbol":"ETHBTC","status":"BREAK","filters":[{"filterType":"NOTIONAL","minNotional":"0.0001"},
            {"filterType":"PRICE_FILTER","tickSize":"x"}]}]}"#;
        let listed = instruments(spot).unwrap();
        assert_eq!((listed[0].instrument.min_notional.to_string(), listed[0].instrument.tick), ("0.0001".into(), Price::ZERO));
    }

    #[test]
    fn candles_come_sorted_and_whole() {
        let body = br#"[[120000,"2","3","1","2.5","10","179999","25",7,"4","10","0"],[60000,"1","2","1","2","5.5",119999,"6",3,"5","5","0"]]"#;
        let bars = klines(body).unwrap();
        assert_eq!(bars.iter().map(|bar| bar.start.secs()).collect::<Vec<_>>(), [60, 120]);
        assert_eq!((bars[0].volume.to_string(), bars[0].buy_volume.to_string(), bars[0].trades), ("5.5".into(), "5".into(), 3));
        assert!(klines(b"[[1,2]]").is_err() && klines(b"{}").is_err() && klines(b"\xff").is_err());
        assert_eq!(klines(b"[]").unwrap(), []);
    }

    #[test]
    fn clock_and_snapshot() {
        assert_eq!(time(br#"{"serverTime":1500}"#).unwrap(), Nanos::from_millis(1_500));
        let book = snapshot(br#"{"lastUpdateId":7,"E":9,"T":8,"bids":[["4","1"]],"asks":[]}"#).unwrap();
        assert_eq!((book.last, book.bids.len(), book.asks.len(), book.ex), (7, 1, 0, Some(Nanos::from_millis(8))));
        assert!(snapshot(br#"{"code":-1121,"msg":"Invalid symbol."}"#).is_err());
        assert!(snapshot(b"[1]").is_err() && snapshot(b"<html>").is_err());
    }
}
