//! Binance's public data files: `trades`, `aggTrades`, `klines`, `bookTicker` of spot, USD-M and COIN-M.
//!
//! The kind is told by the file's name, else by the columns. A first line that does not begin with a digit is a header.
//! Quantities of COIN-M, which are contracts of 100 or 10 US dollars, come in base units: as the file says them, else worked out at the row's price.
//! Times are milliseconds, or microseconds where they are that large (spot since 2025). A bar's input comes at its close.

use super::dump_rows::{self, Kind};
use super::values::{split, truth};
use super::{Codec, Head, ImportError, Job, Line, Report, Source, Text, names};
use crate::domain::{Event, Instrument, Market, Nanos, Payload, Symbol, Timeframe};
use std::collections::VecDeque;
use std::path::PathBuf;

/// This format's entry in the catalogue.
pub(super) const CODEC: Codec =
    Codec { name: "binance dump", about: "Binance public data (trades, aggTrades, klines, bookTicker; CSV or ZIP)", score, open };

/// Futures margined in coins, whose quantities are contracts.
const COIN: &str = "binance-coin-futures";

fn score(head: &Head) -> u8 {
    let mut fields = Vec::new();
    split(head.first_line(), ',', &mut fields);
    let by_row = Kind::of_row(&fields);
    let second = head.text.lines().nth(1).map(|line| {
        split(line, ',', &mut fields);
        Kind::of_row(&fields)
    });
    match (names::dump(&head.name), by_row) {
        (Some(_), Some(_)) => 100,
        (None, Some(_)) => 80,
        (Some((_, kind)), None) if Kind::named(kind).is_some() && matches!(second, Some(Some(_))) => 70,
        _ => 0,
    }
}

fn open(job: Job) -> Result<Box<dyn Source>, ImportError> {
    let mut fields = Vec::new();
    let named = names::dump(&job.text.head.name).and_then(|(_, kind)| Kind::named(kind));
    let first = job.text.head.text.lines().take(2).find_map(|line| {
        split(line.trim(), ',', &mut fields);
        Kind::of_row(&fields)
    });
    // The columns are what is read: a wrong name must not turn one kind into another.
    let Some(kind) = first.or(named) else {
        return Err(ImportError::Unrecognised {
            file: job.path,
            what: "its columns are of no known kind".to_owned(),
            known: CODEC.about.to_owned(),
        });
    };
    let symbol = job.default_symbol()?;
    let venue = venue(kind, symbol, &job.text.head);
    Ok(Box::new(Dump { path: job.path, text: job.text, kind, symbol, venue, timeframe: job.timeframe, last: None, rows: 0 }))
}

/// Spot by its best-match column or microseconds, COIN-M by its symbol, USD-M by its header.
fn venue(kind: Kind, symbol: Symbol, head: &Head) -> &'static str {
    let mut fields = Vec::new();
    let header = head.first_line().bytes().next().is_some_and(|b| !b.is_ascii_digit());
    split(head.text.lines().nth(usize::from(header)).unwrap_or_default(), ',', &mut fields);
    let truths = fields.iter().filter(|field| truth(field).is_some()).count();
    let time = match kind {
        Kind::Trades => 4,
        Kind::AggTrades | Kind::BookTicker => 5,
        Kind::Klines => 0,
    };
    let micros = fields.get(time).is_some_and(|field| field.len() >= 15);
    if symbol.contains("USD_") {
        COIN
    } else if truths == 2 || micros || (kind == Kind::Klines && !header) {
        "binance-spot"
    } else {
        "binance-futures"
    }
}

struct Dump {
    path: PathBuf,
    text: Text,
    kind: Kind,
    symbol: Symbol,
    venue: &'static str,
    /// The length of every bar: given, else that of the first.
    timeframe: Option<Timeframe>,
    last: Option<Nanos>,
    /// Rows that could be read.
    rows: u64,
}

impl Source for Dump {
    fn venue(&self) -> &'static str {
        self.venue
    }

    fn instruments(&self) -> &[Instrument] {
        &[]
    }

    fn read(&mut self, out: &mut VecDeque<(Nanos, Payload)>, report: &mut Report) -> Result<bool, ImportError> {
        let Some(line) = self.text.lines.next_line().map_err(|error| ImportError::io(&self.path, error))? else {
            return Ok(false);
        };
        let text = match line {
            Line::Text(text) => text,
            Line::Bad(why) => {
                report.lines += 1;
                report.bad_line(self.text.lines.number(), why);
                return Ok(true);
            }
        };
        let mut fields = Vec::with_capacity(12);
        split(text, ',', &mut fields);
        let first = report.lines == 0 && self.last.is_none();
        if first && !text.bytes().next().is_some_and(|b| b.is_ascii_digit()) && fields.len() > 1 {
            return Ok(true);
        }
        let worth = (self.venue == COIN).then(|| dump_rows::contract(&self.symbol));
        let read = dump_rows::read(self.kind, &fields, worth, report);
        let number = self.text.lines.number();
        report.lines += 1;
        match read {
            Ok((_, Event::Bar(_, timeframe))) if self.timeframe.is_some_and(|known| known != timeframe) => {
                let known = self.timeframe.unwrap_or(timeframe);
                report.bad_line(number, format!("a bar of {timeframe} among bars of {known}"));
            }
            Ok((at, event)) => {
                if let Event::Bar(_, timeframe) = event {
                    self.timeframe = Some(timeframe);
                }
                self.rows += 1;
                if self.rows == 2 && self.last.is_some_and(|last| at < last) {
                    return Err(ImportError::Backwards { file: self.path.clone(), line: number });
                }
                self.last = Some(at);
                out.push_back((at, Payload::Market(Market::of(self.symbol, event))));
            }
            Err(why) => report.bad_line(number, why),
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::merge::test_import;

    #[test]
    fn trades_with_and_without_header_in_either_unit() {
        let spot_ms =
            "10,61837.63000000,0.02000000,1236.75,1723161255342,True,True\n11,61837.64,1,61837.64,1723161255343,False,True\n";
        let spot_us = spot_ms.replace("255342", "255342000").replace("255343", "255343000");
        let futures = "id,price,qty,quote_qty,time,is_buyer_maker\n10,61837.63,0.02,1236.75,1723161255342,true\n11,61837.64,1,61837.64,1723161255343,false\n";
        let expected = "1723161255.342 BTCUSDT trade 61837.63 0.02 sell 10\n1723161255.343 BTCUSDT trade 61837.64 1 buy 11\n";
        for (name, text, venue) in [
            ("BTCUSDT-trades-2024-08-08.csv", spot_ms, "binance-spot"),
            ("BTCUSDT.csv", &spot_us, "binance-spot"),
            ("BTCUSDT-trades-2024-08-08.csv", futures, "binance-futures"),
        ] {
            let (shown, meta, reports) = test_import(&[(name, text)]).unwrap();
            assert_eq!((shown.as_str(), meta.venue.as_str()), (expected, venue), "{name}");
            assert_eq!((reports[0].lines, reports[0].bad), (2, 0));
        }
    }

    #[test]
    fn aggregated_trades() {
        let text = "agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker\n7,0.5,3,1,2,1723161255342,true\n";
        let (shown, meta, _) = test_import(&[("BTCUSD_PERP-aggTrades-2024-08.csv", text)]).unwrap();
        assert_eq!(shown, "1723161255.342 BTCUSD_PERP trade 0.5 600 sell 7\n", "3 contracts of 100 dollars");
        assert_eq!(meta.venue, "binance-coin-futures");
        let (shown, meta, _) = test_import(&[("ABCDE.csv", "7,0.5,3,1,2,1723161255342,True,True\n")]).unwrap();
        assert_eq!((shown.as_str(), meta.venue.as_str()), ("1723161255.342 ABCDE trade 0.5 3 sell 7\n", "binance-spot"));
    }

    #[test]
    fn quantities_of_coin_margined_futures_come_in_base_units() {
        let text = "id,price,qty,base_qty,time,is_buyer_maker\n7,62000.1,3,0.00483870,1723161255342,true\n";
        let (shown, ..) = test_import(&[("BTCUSD_PERP-trades-2024-08-08.csv", text)]).unwrap();
        assert_eq!(shown, "1723161255.342 BTCUSD_PERP trade 62000.1 0.0048387 sell 7\n", "as the file says it");
        let text = "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n5,4000,2,5000,3,1723161255342,1723161255343\n";
        let (shown, ..) = test_import(&[("ETHUSD_240927-bookTicker-2024-01-01.csv", text)]).unwrap();
        assert_eq!(shown, "1723161255.342 ETHUSD_240927 quote 4000 0.005 5000 0.006 5\n", "contracts of 10 dollars");
        let text = "open_time,open,high,low,close,volume,close_time,base_asset_volume,count,taker_buy_volume,taker_buy_base_asset_volume,ignore\n\
                    1723161240000,60000,60001,59999,60000,1200,1723161299999,2.0,17,600,1.0,0\n";
        let (shown, ..) = test_import(&[("BTCUSD_PERP-1m-2024-08.csv", text)]).unwrap();
        assert_eq!(shown, "1723161300 BTCUSD_PERP bar 1m 1723161240 60000 60001 59999 60000 2 1 17\n");
    }

    #[test]
    fn klines_come_at_their_close() {
        let text = "1769904000000,10.1130,10.1300,10.1090,10.1280,38521,1769904059999,389800.3310,1077,28754,290983.0070,0\n\
                    1769904060000,10.1270,10.1270,10.1150,10.1250,23960,1769904119999,242525.8300,764,15799,159927.0170,0\n";
        let micros = text.replace("00000,10", "00000000,10").replace("59999", "59999999").replace("119999", "119999999");
        for text in [text, &micros] {
            let (shown, meta, _) = test_import(&[("AVAXUSDT-1m-2026-02.csv", text)]).unwrap();
            assert_eq!(
                shown,
                "1769904060 AVAXUSDT bar 1m 1769904000 10.113 10.13 10.109 10.128 38521 28754 1077\n\
                 1769904120 AVAXUSDT bar 1m 1769904060 10.127 10.127 10.115 10.125 23960 15799 764\n"
            );
            assert_eq!(meta.instruments[0].tick.to_string(), "0.001");
        }
    }

    #[test]
    fn best_bid_and_ask() {
        let text = "update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time\n5,1.1,2,1.2,3,1723161255342,1723161255343\n";
        let (shown, ..) = test_import(&[("BTCUSDT-bookTicker-2024-01-01.csv", text)]).unwrap();
        assert_eq!(shown, "1723161255.342 BTCUSDT quote 1.1 2 1.2 3 5\n");
    }

    #[test]
    fn bad_rows_name_line_and_reason() {
        let mut text = "id,price,qty,quote_qty,time,is_buyer_maker\n".to_owned();
        (0..500).for_each(|n| text += &format!("{n},1.5,2,3,17231612{n:05},true\n"));
        text += "500,zero,2,3,1723161299999,true\n501,1.5,2,3,1723161299999,maybe\n502,1.5\n";
        let (_, _, reports) = test_import(&[("BTCUSDT-trades-2024-08-08.csv", &text)]).unwrap();
        let said: Vec<_> = reports[0].problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 502: price `zero`: not a decimal number",
                "line 503: is_buyer_maker `maybe`: expected true or false",
                "line 504: 2 columns, expected at least 6"
            ]
        );
        assert_eq!((reports[0].lines, reports[0].inputs, reports[0].bad), (503, 500, 3));
    }
}
