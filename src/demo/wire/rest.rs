//! Bodies of the REST answers under `/fapi/v1`.

use super::{Places, levels, span};
use crate::demo::klines::Kline;
use crate::domain::{Instrument, Level, Nanos, Timeframe};
use std::fmt::Write as _;

/// Numbers of levels the depth endpoint accepts; it answers others with error −4021.
pub const DEPTH_LIMITS: [usize; 7] = [5, 10, 20, 50, 100, 500, 1_000];
/// Most rows of the klines endpoint; 500 when it is not told.
pub const KLINES_MOST: usize = 1_500;

/// `GET /fapi/v1/time`.
pub fn time(now: Nanos) -> String {
    format!(r#"{{"serverTime":{}}}"#, now.millis())
}

/// `GET /fapi/v1/ping`.
pub fn ping() -> String {
    "{}".to_owned()
}

/// An error's body, such as −1121 `Invalid symbol.`
pub fn error(code: i32, message: &str) -> String {
    format!(r#"{{"code":{code},"msg":{}}}"#, serde_json::Value::from(message))
}

/// `GET /fapi/v1/depth`: a snapshot as [`crate::demo::DemoMarket::depth_snapshot`] gives it.
pub fn depth(last: u64, bids: &[Level], asks: &[Level], now: Nanos, places: Places) -> String {
    let at = now.millis();
    let mut text = format!(r#"{{"lastUpdateId":{last},"E":{at},"T":{at},"bids":"#);
    levels(&mut text, bids, places);
    text.push_str(r#","asks":"#);
    levels(&mut text, asks, places);
    text.push('}');
    text
}

/// `GET /fapi/v1/klines`: rows oldest first.
pub fn klines(rows: &[Kline], timeframe: Timeframe, places: Places) -> String {
    let mut text = String::from("[");
    for (i, kline) in rows.iter().enumerate() {
        let bar = &kline.bar;
        let (opens, closes) = span(bar.start, timeframe);
        let (price, qty) = (places.price, places.qty);
        // Writing to a string does not fail.
        let _ = write!(
            text,
            r#"{}[{opens},"{:.price$}","{:.price$}","{:.price$}","{:.price$}","{:.qty$}",{closes},"{:.5}",{},"{:.qty$}","{:.5}","0"]"#,
            if i == 0 { "" } else { "," },
            bar.open,
            bar.high,
            bar.low,
            bar.close,
            bar.volume,
            kline.quote_volume,
            bar.trades,
            bar.buy_volume,
            kline.buy_quote_volume
        );
    }
    text.push(']');
    text
}

/// `GET /fapi/v1/exchangeInfo`.
pub fn exchange_info(instruments: &[Instrument], now: Nanos) -> String {
    let symbols: Vec<String> = instruments.iter().map(symbol).collect();
    format!(
        r#"{{"timezone":"UTC","serverTime":{},"futuresType":"U_MARGINED","rateLimits":[{{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":2400}}],"exchangeFilters":[],"assets":[{{"asset":"USDT","marginAvailable":true,"autoAssetExchange":"-10000"}}],"symbols":[{}]}}"#,
        now.millis(),
        symbols.join(",")
    )
}

fn symbol(i: &Instrument) -> String {
    let Places { price, qty } = Places::of(i);
    let (name, base, quote, tick, lot) = (&i.symbol, &i.base, &i.quote, i.tick, i.lot);
    let (base, quote) = (serde_json::Value::from(base.as_str()), serde_json::Value::from(quote.as_str()));
    format!(
        r#"{{"symbol":"{name}","pair":"{name}","contractType":"PERPETUAL","deliveryDate":4133404800000,"onboardDate":1569398400000,"status":"TRADING","baseAsset":{base},"quoteAsset":{quote},"marginAsset":{quote},"pricePrecision":{price},"quantityPrecision":{qty},"baseAssetPrecision":8,"quotePrecision":8,"underlyingType":"COIN","underlyingSubType":[],"filters":[{{"filterType":"PRICE_FILTER","minPrice":"{tick:.price$}","maxPrice":"10000000","tickSize":"{tick:.price$}"}},{{"filterType":"LOT_SIZE","minQty":"{lot:.qty$}","maxQty":"1000000","stepSize":"{lot:.qty$}"}},{{"filterType":"MARKET_LOT_SIZE","minQty":"{lot:.qty$}","maxQty":"100000","stepSize":"{lot:.qty$}"}},{{"filterType":"MIN_NOTIONAL","notional":"{}"}}],"orderTypes":["LIMIT","MARKET"],"timeInForce":["GTC","IOC","FOK"]}}"#,
        i.min_notional
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoConfig, DemoMarket};

    #[test]
    fn every_body_is_json_of_the_known_shape() {
        let start = Nanos::from_secs(1_795_246_000);
        let market = DemoMarket::new(DemoConfig::new(1, start));
        let instruments = market.instruments();
        let info: serde_json::Value = serde_json::from_str(&exchange_info(&instruments, start)).unwrap();
        assert_eq!(info["symbols"][0]["symbol"], "BTCUSDT");
        assert_eq!(info["symbols"][0]["filters"][0]["tickSize"], "0.10");
        assert_eq!(info["symbols"][0]["filters"][1]["stepSize"], "0.001");
        assert_eq!(info["symbols"][0]["filters"][3]["notional"], "50");
        assert_eq!(info["symbols"][4]["quantityPrecision"], 0);

        let (symbol, places) = (instruments[0].symbol, Places::of(&instruments[0]));
        let (last, bids, asks) = market.depth_snapshot(&symbol, 5).unwrap();
        let book: serde_json::Value = serde_json::from_str(&depth(last, &bids, &asks, start, places)).unwrap();
        assert_eq!(book["lastUpdateId"], last);
        assert_eq!(book["bids"].as_array().map(Vec::len), Some(5));

        let rows = market.klines(&symbol, Timeframe::M5, 3, start).unwrap();
        let rows: serde_json::Value = serde_json::from_str(&klines(&rows, Timeframe::M5, places)).unwrap();
        assert_eq!(rows.as_array().map(Vec::len), Some(3));
        assert_eq!(rows[0].as_array().map(Vec::len), Some(12));
        assert_eq!(rows[1][0].as_i64(), rows[0][6].as_i64().map(|t| t + 1));

        assert_eq!(error(-1121, "Invalid symbol."), r#"{"code":-1121,"msg":"Invalid symbol."}"#);
        assert_eq!(time(start), r#"{"serverTime":1795246000000}"#);
        assert_eq!(ping(), "{}");
    }
}
