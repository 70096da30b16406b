//! The columns of a table of bars, by their names.

use super::values::{separator, split};

/// Where each value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) separator: char,
    /// The moment, and a second column with the time of day where the first is only a date.
    pub(super) time: (usize, Option<usize>),
    /// The moment is the bar's close rather than its start.
    pub(super) at_close: bool,
    /// Open, high, low, close.
    pub(super) prices: [usize; 4],
    pub(super) volume: Option<usize>,
    pub(super) trades: Option<usize>,
    pub(super) buy_volume: Option<usize>,
    pub(super) symbol: Option<usize>,
}

const TIME: &[&str] = &[
    "timestamp",
    "datetime",
    "opentime",
    "date",
    "time",
    "ts",
    "unix",
    "t",
    "unixtimestamp",
    "starttime",
    "start",
    "gmttime",
    "localtime",
];
const CLOSE_TIME: &[&str] = &["closetime", "endtime", "end"];
const CLOCK: &[&str] = &["time", "timeofday", "hour"];
const OPEN: &[&str] = &["open", "o", "openprice", "priceopen"];
const HIGH: &[&str] = &["high", "h", "highprice", "pricehigh", "max"];
const LOW: &[&str] = &["low", "l", "lowprice", "pricelow", "min"];
const CLOSE: &[&str] = &["close", "c", "closeprice", "priceclose", "last"];
const VOLUME: &[&str] = &["volume", "v", "vol", "basevolume", "volumebase", "tickvol", "tickvolume", "volumetraded"];
const TRADES: &[&str] = &["trades", "n", "count", "tradecount", "tradescount", "numberoftrades", "numtrades"];
const BUY_VOLUME: &[&str] =
    &["takerbuyvolume", "takerbuybase", "takerbuybaseassetvolume", "buyvolume", "bv", "takerbuybasevolume"];
const SYMBOL: &[&str] = &["symbol", "sym", "ticker", "pair", "market", "instrument"];

/// A column's name without case, spaces and punctuation.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where the time stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TimeColumns {
    /// The moment, and a second column with the time of day where the first is only a date.
    pub(super) columns: (usize, Option<usize>),
    /// The moment is a bar's close rather than its start.
    pub(super) at_close: bool,
}

fn find(names: &[String], known: &[&str]) -> Option<usize> {
    known.iter().find_map(|name| names.iter().position(|found| found == name))
}

/// Whether a plain name is one of a time.
pub(super) fn is_time(name: &str) -> bool {
    TIME.contains(&name) || CLOSE_TIME.contains(&name)
}

/// Finds the time by plain names.
pub(super) fn time_of(names: &[String]) -> Option<TimeColumns> {
    let (time, at_close) = match find(names, TIME) {
        Some(at) => (at, false),
        None => (find(names, CLOSE_TIME)?, true),
    };
    let clock = (names.get(time).map(String::as_str) == Some("date")).then(|| find(names, CLOCK)).flatten();
    Some(TimeColumns { columns: (time, clock), at_close })
}

impl Columns {
    /// Reads a header. `None` when it has no time, open, high, low and close.
    pub(super) fn of_header(header: &str) -> Option<Self> {
        let separator = separator(header);
        let mut fields = Vec::new();
        split(header, separator, &mut fields);
        let names: Vec<String> = fields.iter().map(|field| plain(field)).collect();
        let TimeColumns { columns: time, at_close } = time_of(&names)?;
        let find = |known: &[&str]| find(&names, known);
        // `Volume BTC` and `Volume USDT` side by side: the first is the base's.
        let volume = find(VOLUME).or_else(|| names.iter().position(|name| name.starts_with("volume")));
        Some(Self {
            separator,
            time,
            at_close,
            prices: [find(OPEN)?, find(HIGH)?, find(LOW)?, find(CLOSE)?],
            volume,
            trades: find(TRADES),
            buy_volume: find(BUY_VOLUME),
            symbol: find(SYMBOL),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_many_programs() {
        let plain = Columns::of_header("timestamp,open,high,low,close,volume").unwrap();
        assert_eq!((plain.time, plain.prices, plain.volume), ((0, None), [1, 2, 3, 4], Some(5)));
        let meta_trader = Columns::of_header("<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>").unwrap();
        assert_eq!((meta_trader.time, meta_trader.volume), ((0, Some(1)), Some(6)));
        let download = Columns::of_header("Unix;Date;Symbol;Open;High;Low;Close;Volume BTC;Volume USDT").unwrap();
        assert_eq!((download.time, download.symbol, download.volume), ((1, None), Some(2), Some(7)));
        let exchange =
            Columns::of_header("Open Time,Open,High,Low,Close,Volume,Close Time,Number of Trades,Taker Buy Base").unwrap();
        assert_eq!((exchange.time.0, exchange.at_close, exchange.trades, exchange.buy_volume), (0, false, Some(7), Some(8)));
        assert!(Columns::of_header("close_time,o,h,l,c,v").unwrap().at_close);
        assert!(Columns::of_header("Date,Shell,RDP").is_none());
        assert!(Columns::of_header("open,high,low,close").is_none());
    }
}
