//! A small market with its own book, to compare with what the program makes of it.

use std::collections::BTreeMap;

/// Prices in tenths, quantities in thousandths.
#[derive(Debug, Default)]
pub struct Market {
    symbol: &'static str,
    pub update: u64,
    pub trade: u64,
    bids: BTreeMap<i64, i64>,
    asks: BTreeMap<i64, i64>,
    random: u64,
}

/// The next messages of the market, without envelopes.
pub struct Moves {
    pub depth: String,
    pub quote: String,
    pub trade: String,
}

/// Prices with quantities.
pub type Rows = Vec<(i64, i64)>;

const MID: i64 = 600_000;

fn price(tenths: i64) -> String {
    format!("{}.{}0", tenths / 10, tenths % 10)
}

fn qty(thousandths: i64) -> String {
    format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000)
}

fn rows(levels: impl Iterator<Item = (i64, i64)>) -> String {
    let rows: Vec<String> = levels.map(|(p, q)| format!(r#"["{}","{}"]"#, price(p), qty(q))).collect();
    format!("[{}]", rows.join(","))
}

impl Market {
    pub fn of(symbol: &'static str) -> Self {
        let mut market = Self { symbol, update: 1_000, trade: 5_000_000, random: 7, ..Self::default() };
        for n in 1..=60 {
            market.bids.insert(MID - n, 1_000 + n);
            market.asks.insert(MID + n, 2_000 + n);
        }
        market
    }

    fn below(&mut self, n: u64) -> i64 {
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.random >> 33) % n) as i64
    }

    /// Changes a few levels, and makes a trade.
    pub fn step(&mut self, now_ms: i64) -> Moves {
        let (mut bids, mut asks) = (BTreeMap::new(), BTreeMap::new());
        for _ in 0..3 {
            let (distance, size) = (1 + self.below(40), (self.below(6) * self.below(900)).max(0));
            // The best level stays, so that both sides always have one.
            let size = if distance == 1 { size.max(1) } else { size };
            if self.below(2) == 0 {
                bids.insert(MID - distance, size)
            } else {
                asks.insert(MID + distance, size)
            };
        }
        let prev = self.update;
        let first = prev + 2;
        self.update = first + 5;
        for (book, changes) in [(&mut self.bids, &bids), (&mut self.asks, &asks)] {
            for (p, q) in changes {
                if *q == 0 {
                    book.remove(p)
                } else {
                    book.insert(*p, *q)
                };
            }
        }
        self.trade += 1;
        let (u, bid, ask) = (self.update, self.bids.last_key_value().unwrap(), self.asks.first_key_value().unwrap());
        let symbol = self.symbol;
        Moves {
            depth: format!(
                r#"{{"e":"depthUpdate","E":{now_ms},"T":{now_ms},"s":"{symbol}","U":{first},"u":{u},"pu":{prev},"b":{},"a":{}}}"#,
                rows(bids.into_iter()),
                rows(asks.into_iter())
            ),
            quote: format!(
                r#"{{"e":"bookTicker","u":{u},"s":"{symbol}","b":"{}","B":"{}","a":"{}","A":"{}","T":{now_ms},"E":{now_ms}}}"#,
                price(*bid.0),
                qty(*bid.1),
                price(*ask.0),
                qty(*ask.1)
            ),
            trade: format!(
                r#"{{"e":"aggTrade","E":{now_ms},"s":"{symbol}","a":{0},"p":"60000.00","q":"0.010","f":{0},"l":{0},"T":{now_ms},"m":{1}}}"#,
                self.trade,
                self.trade.is_multiple_of(2)
            ),
        }
    }

    /// The REST snapshot.
    pub fn snapshot(&self) -> String {
        let (bids, asks) = self.levels();
        let update = self.update;
        format!(r#"{{"lastUpdateId":{update},"E":1,"T":1,"bids":{},"asks":{}}}"#, rows(bids.into_iter()), rows(asks.into_iter()))
    }

    /// Bids and asks from the best outwards.
    pub fn levels(&self) -> (Rows, Rows) {
        (self.bids.iter().rev().map(|(p, q)| (*p, *q)).collect(), self.asks.iter().map(|(p, q)| (*p, *q)).collect())
    }
}
