//! The feed on small frames, rule by rule.

mod books;
mod links;
mod messages;
mod rest;
mod robust;

use super::{Binance, FeedConfig, Market};
use crate::domain::{Event, LinkState, Nanos, Symbol};
use crate::feed::{ConnId, Feed, FeedError, Fetch, FetchFailure, Frame, Severity, Step, Tag};

/// A feed with a clock.
struct Rig {
    feed: Binance,
    at: Nanos,
    out: Vec<Step>,
}

impl Rig {
    fn new(market: Market, config: FeedConfig) -> Self {
        Self { feed: Binance::new(market, config), at: Nanos::from_secs(1_000), out: Vec::new() }
    }

    /// Live, all connections open, the steps of that cleared away.
    fn live(market: Market, symbols: &[&str]) -> Self {
        let mut rig = Self::new(market, FeedConfig::live(symbols.iter().map(|s| symbol(s)).collect()));
        for connection in market.connections() {
            rig.frame(Frame::Open(connection.id)).unwrap();
        }
        rig
    }

    fn import(market: Market) -> Self {
        Self::new(market, FeedConfig::import())
    }

    fn frame(&mut self, frame: Frame<'_>) -> Result<(), FeedError> {
        self.feed.on_frame(self.at, frame, &mut self.out)
    }

    fn text(&mut self, text: &str) -> Result<(), FeedError> {
        self.frame(Frame::Text(ConnId(0), text))
    }

    fn answer(&mut self, tag: &Tag, body: &str) -> Result<(), FeedError> {
        self.frame(Frame::Fetched(tag, Ok(body.as_bytes())))
    }

    fn fail(&mut self, tag: &Tag, status: u16, retry_after: Option<Nanos>) {
        let failure = FetchFailure { status, retry_after, message: format!("the exchange answered {status}") };
        self.frame(Frame::Fetched(tag, Err(&failure))).unwrap();
    }

    fn pass(&mut self, secs: i64) {
        self.at += Nanos::from_secs(secs);
        self.frame(Frame::Tick).unwrap();
    }

    fn take(&mut self) -> Vec<Step> {
        std::mem::take(&mut self.out)
    }

    /// The snapshot requests made since last looked.
    fn snapshots_asked(&mut self) -> Vec<Fetch> {
        let is_snapshot = |step: Step| match step {
            Step::Fetch(fetch) if matches!(fetch.tag, Tag::Snapshot(..)) => Some(fetch),
            _ => None,
        };
        self.take().into_iter().filter_map(is_snapshot).collect()
    }

    fn notices(&mut self) -> Vec<(Severity, String)> {
        let notice = |step: Step| if let Step::Notice(severity, text) = step { Some((severity, text)) } else { None };
        self.take().into_iter().filter_map(notice).collect()
    }

    /// What the engine was given since last looked, in short.
    fn emitted(&mut self) -> Vec<String> {
        self.take()
            .into_iter()
            .filter_map(|step| if let Step::Emit(market) = step { Some(market) } else { None })
            .map(short)
            .collect()
    }
}

fn short(market: crate::domain::Market) -> String {
    let what = match market.event {
        Event::Book(book) => format!("book {}", book.last),
        Event::Depth(diff) => format!("depth {}", diff.last),
        Event::Trade(trade) => format!("trade {} {} {} {}", trade.id.unwrap_or(0), trade.side.as_str(), trade.price, trade.qty),
        Event::Quote(quote) => format!("quote {}", quote.update_id.unwrap_or(0)),
        Event::Mark(mark) => format!("mark {}", mark.price),
        Event::Liquidation(l) => format!("liq {} {} {}", l.side.as_str(), l.price, l.qty),
        Event::Bar(bar, tf) => format!("bar {tf} {}", bar.close),
        Event::History(tf, bars) => format!("history {tf} {}", bars.len()),
        Event::Link(link) if link.state == LinkState::Resync => format!("resync {}", link.why),
        Event::Link(link) => format!("{} {}", link.state.as_str(), link.scope.as_str()),
    };
    market.symbol.map_or_else(|| what.clone(), |symbol| format!("{symbol} {what}"))
}

fn symbol(text: &str) -> Symbol {
    Symbol::new(text).unwrap()
}

/// A futures change of BTCUSDT; bids from 100 down and asks from 101 up.
fn diff(first: u64, last: u64, prev: u64) -> String {
    levels(first, last, prev, r#"[["100","1"]]"#, r#"[["101","1"]]"#)
}

fn levels(first: u64, last: u64, prev: u64, bids: &str, asks: &str) -> String {
    format!(
        r#"{{"stream":"btcusdt@depth@100ms","data":{{"e":"depthUpdate","E":5,"T":4,"s":"BTCUSDT","U":{first},"u":{last},"pu":{prev},"b":{bids},"a":{asks}}}}}"#
    )
}

fn spot_diff(first: u64, last: u64) -> String {
    format!(
        r#"{{"stream":"btcusdt@depth@100ms","data":{{"e":"depthUpdate","E":5,"s":"BTCUSDT","U":{first},"u":{last},"b":[],"a":[["101","2"]]}}}}"#
    )
}

fn snapshot(last: u64) -> String {
    format!(r#"{{"lastUpdateId":{last},"bids":[["100","5"],["99","5"]],"asks":[["101","5"],["102","5"]]}}"#)
}

fn agg(id: u64, millis: i64) -> String {
    format!(
        r#"{{"stream":"btcusdt@aggTrade","data":{{"e":"aggTrade","E":1,"s":"BTCUSDT","a":{id},"p":"100.5","q":"0.2","f":1,"l":1,"T":{millis},"m":true}}}}"#
    )
}

fn quote(update: u64) -> String {
    format!(r#"{{"stream":"btcusdt@bookTicker","data":{{"u":{update},"s":"BTCUSDT","b":"100","B":"1","a":"101","A":"2"}}}}"#)
}
