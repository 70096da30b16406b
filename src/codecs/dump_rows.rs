//! The rows of Binance's public data files.

use super::values::{price, qty, truth, volume};
use super::{Report, times};
use crate::domain::number::SCALE;
use crate::domain::{Bar, Event, Nanos, Price, Qty, Quote, Side, Timeframe, Trade};

/// What a dump holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Single trades; with the column of the best match on spot.
    Trades,
    /// Aggregated trades.
    AggTrades,
    /// Bars.
    Klines,
    /// Best bid and ask.
    BookTicker,
}

impl Kind {
    /// By the second part of a dump's name.
    pub(super) fn named(kind: &str) -> Option<Self> {
        match kind {
            "trades" => Some(Self::Trades),
            "aggTrades" => Some(Self::AggTrades),
            "bookTicker" => Some(Self::BookTicker),
            "bookDepth" | "fundingRate" | "metrics" => None,
            _ => Some(Self::Klines),
        }
    }

    /// By a row or a header.
    pub(super) fn of_row(fields: &[&str]) -> Option<Self> {
        let is =
            |at: usize, names: &[&str]| fields.get(at).is_some_and(|field| names.contains(&field.to_ascii_lowercase().as_str()));
        if is(0, &["agg_trade_id", "aggregate tradeid"]) {
            return Some(Self::AggTrades);
        }
        if is(0, &["id", "trade id"]) && is(1, &["price"]) {
            return Some(Self::Trades);
        }
        if is(0, &["open_time", "open time"]) && fields.len() >= 11 {
            return Some(Self::Klines);
        }
        if is(0, &["update_id"]) && is(1, &["best_bid_price"]) {
            return Some(Self::BookTicker);
        }
        let number = |field: &&str| !field.is_empty() && field.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        let numbers = fields.iter().take_while(|field| number(field)).count();
        let truths = fields.get(numbers..).unwrap_or_default().iter().filter(|field| truth(field).is_some()).count();
        match (numbers, truths, fields.len()) {
            (12, 0, 12) => Some(Self::Klines),
            (5, 1 | 2, 6 | 7) => Some(Self::Trades),
            (6, 1 | 2, 7 | 8) => Some(Self::AggTrades),
            (7, 0, 7) => Some(Self::BookTicker),
            _ => None,
        }
    }

    /// Fewest columns.
    const fn columns(self) -> usize {
        match self {
            Self::Trades => 6,
            Self::AggTrades | Self::BookTicker => 7,
            Self::Klines => 11,
        }
    }
}

fn field<'a>(fields: &[&'a str], at: usize, name: &str) -> Result<&'a str, String> {
    fields.get(at).copied().ok_or_else(|| format!("{name} is missing (column {})", at + 1))
}

fn whole(fields: &[&str], at: usize, name: &str) -> Result<u64, String> {
    let text = field(fields, at, name)?;
    text.parse().map_err(|_| format!("{name} `{text}`: expected a whole number"))
}

fn time(fields: &[&str], at: usize, name: &str) -> Result<Nanos, String> {
    let value = i64::try_from(whole(fields, at, name)?).map_err(|_| format!("{name}: out of range"))?;
    Ok(times::epoch(value))
}

fn maker_is_buyer(fields: &[&str], at: usize) -> Result<Side, String> {
    let text = field(fields, at, "is_buyer_maker")?;
    // The buyer was the maker, so the taker sold.
    truth(text)
        .map(|maker| if maker { Side::Sell } else { Side::Buy })
        .ok_or_else(|| format!("is_buyer_maker `{text}`: expected true or false"))
}

/// What a contract of COIN-M stands for, in US dollars.
pub(super) fn contract(symbol: &str) -> i64 {
    if symbol.starts_with("BTCUSD_") { 100 } else { 10 }
}

/// Contracts as a quantity of the base at a price.
fn base(contracts: Qty, worth: i64, price: Price) -> Result<Qty, String> {
    let units = i128::from(contracts.units()) * i128::from(worth) * i128::from(SCALE);
    let price = i128::from(price.units()).max(1);
    i64::try_from((units + price / 2) / price).map(Qty::from_units).map_err(|_| format!("quantity {contracts}: out of range"))
}

/// One row as an event and its time. `worth` is what a contract stands for where quantities are contracts: they come in base units, as
/// everywhere.
pub(super) fn read(kind: Kind, fields: &[&str], worth: Option<i64>, report: &mut Report) -> Result<(Nanos, Event), String> {
    if fields.len() < kind.columns() {
        return Err(format!("{} columns, expected at least {}", fields.len(), kind.columns()));
    }
    match kind {
        Kind::Trades | Kind::AggTrades => {
            let (time_at, maker_at) = if kind == Kind::Trades { (4, 5) } else { (5, 6) };
            let at = time(fields, time_at, "time")?;
            let price = price("price", field(fields, 1, "price")?, report)?;
            let traded = qty("quantity", field(fields, 2, "quantity")?, report)?;
            let traded = match worth {
                // Single trades say it themselves.
                Some(_) if kind == Kind::Trades => qty("base quantity", field(fields, 3, "base quantity")?, report)?,
                Some(worth) => base(traded, worth, price)?,
                None => traded,
            };
            let trade = Trade {
                price,
                qty: traded,
                side: maker_is_buyer(fields, maker_at)?,
                id: Some(whole(fields, 0, "id")?),
                ex: None,
            };
            Ok((at, Event::Trade(trade)))
        }
        Kind::BookTicker => {
            let bid = price("best bid", field(fields, 1, "best bid")?, report)?;
            let bid_qty = qty("best bid quantity", field(fields, 2, "best bid quantity")?, report)?;
            let ask = price("best ask", field(fields, 3, "best ask")?, report)?;
            let ask_qty = qty("best ask quantity", field(fields, 4, "best ask quantity")?, report)?;
            let of_base = |qty, price| worth.map_or(Ok(qty), |worth| base(qty, worth, price));
            let quote = Quote {
                bid,
                bid_qty: of_base(bid_qty, bid)?,
                ask,
                ask_qty: of_base(ask_qty, ask)?,
                update_id: Some(whole(fields, 0, "update_id")?),
                ex: None,
            };
            Ok((time(fields, 5, "transaction_time")?, Event::Quote(quote)))
        }
        Kind::Klines => kline(fields, worth.is_some(), report),
    }
}

fn kline(fields: &[&str], coin: bool, report: &mut Report) -> Result<(Nanos, Event), String> {
    let start = time(fields, 0, "open_time")?;
    let close_time = time(fields, 6, "close_time")?;
    // The close time is the last millisecond or microsecond of the bar.
    let length = close_time.saturating_sub(start) + Nanos::from_millis(1);
    let timeframe = u32::try_from(length.secs())
        .ok()
        .and_then(Timeframe::from_secs)
        .filter(|timeframe| length.saturating_sub(timeframe.nanos()) < Nanos::from_millis(1))
        .ok_or("close_time: expected the last moment of a bar of whole seconds")?;
    // Of COIN-M the volumes are contracts, and those of the base stand where others have the quote's.
    let (traded, bought) = if coin { (7, 10) } else { (5, 9) };
    let bar = bar(start, |at, name| field(fields, [1, 2, 3, 4, traded].get(at).copied().unwrap_or(usize::MAX), name), report)?;
    let bar = Bar {
        trades: u32::try_from(whole(fields, 8, "count")?).unwrap_or(u32::MAX),
        buy_volume: volume("taker buy volume", field(fields, bought, "taker buy volume")?, report)?,
        ..bar
    };
    Ok((start + timeframe.nanos(), Event::Bar(bar, timeframe)))
}

/// A bar of open, high, low, close and volume, columns 0 to 4 of what is given, checked for being one.
pub(super) fn bar<'a>(
    start: Nanos,
    column: impl Fn(usize, &'static str) -> Result<&'a str, String>,
    report: &mut Report,
) -> Result<Bar, String> {
    let mut read = |at, name| price(name, column(at, name)?, report);
    let (open, high, low, close) = (read(0, "open")?, read(1, "high")?, read(2, "low")?, read(3, "close")?);
    if low > open.min(close) || high < open.max(close) {
        return Err(format!(
            "open {open}, high {high}, low {low}, close {close}: the high is not the highest or the low not the lowest"
        ));
    }
    let traded = volume("volume", column(4, "volume")?, report)?;
    Ok(Bar { open, high, low, close, volume: traded, ..Bar::flat(start, open) })
}
