//! REST requests other than for order books: what to ask for, and how often to ask again.

use super::backoff;
use super::market::Market;
use crate::domain::{Nanos, Symbol, Timeframe};
use crate::feed::{Fetch, FetchFailure, Severity, Step, Tag};
use std::collections::BTreeMap;

/// Tries of one request.
const TRIES: u32 = 5;
/// The wait of those tries starts where the short ones end: at 0.8 s.
const FIRST_DELAY: u32 = 3;
/// Bars fetched for a symbol at the start, the ones looked at first foremost.
pub(super) const AT_START: [Timeframe; 3] = [Timeframe::M1, Timeframe::H1, Timeframe::D1];

/// What has been asked for and has not come.
#[derive(Debug)]
pub(super) struct Requests {
    market: Market,
    failures: BTreeMap<Tag, u32>,
    /// Ask for the rules of everything, because asking for some was refused.
    pub(super) all_rules: bool,
}

impl Requests {
    pub(super) const fn new(market: Market) -> Self {
        Self { market, failures: BTreeMap::new(), all_rules: false }
    }

    /// Whether an answer about rules lists everything.
    pub(super) const fn rules_are_complete(&self) -> bool {
        self.all_rules || matches!(self.market, Market::UsdM)
    }

    /// Asks for something; `symbols` are those whose rules are wanted.
    pub(super) fn ask(&self, tag: Tag, symbols: &[Symbol], after: Nanos, out: &mut Vec<Step>) {
        let request = match &tag {
            Tag::Snapshot(symbol, _) => Some(self.market.snapshot(*symbol)),
            Tag::History(symbol, timeframe, before) => self.market.history(*symbol, *timeframe, *before),
            Tag::Instruments => Some(self.market.instruments((!self.all_rules).then_some(symbols))),
            Tag::Time => Some(self.market.time()),
        };
        match (request, tag) {
            (Some((path, weight)), tag) => out.push(Step::Fetch(Fetch { tag, path, weight, after })),
            (None, Tag::History(symbol, timeframe, _)) => {
                let title = self.market.venue().title;
                out.push(Step::Notice(Severity::Info, format!("{symbol}: {title} has no bars of {timeframe} to fetch")));
            }
            (None, _) => {}
        }
    }

    /// It came.
    pub(super) fn done(&mut self, tag: &Tag) {
        self.failures.remove(tag);
    }

    /// It did not come: asks again after a while, or gives up and says so.
    pub(super) fn failed(&mut self, tag: &Tag, failure: &FetchFailure, symbols: &[Symbol], out: &mut Vec<Step>) {
        if *tag == Tag::Instruments && failure.status == 400 && !self.rules_are_complete() {
            // Spot refuses the whole request for one name it does not know: the whole list says which.
            self.all_rules = true;
            return self.ask(tag.clone(), symbols, Nanos::ZERO, out);
        }
        let failures = self.failures.entry(tag.clone()).or_insert(0);
        *failures += 1;
        let failures = *failures;
        let hopeless = (400..500).contains(&failure.status) && !matches!(failure.status, 408 | 418 | 429);
        if failures >= TRIES || hopeless {
            self.failures.remove(tag);
            out.push(Step::Notice(Severity::Error, format!("{} could not be fetched: {}", what(tag), failure.message)));
            return;
        }
        let after = backoff::delay(FIRST_DELAY + failures).max(failure.retry_after.unwrap_or_default());
        if failures == 1 {
            let text = format!("{} could not be fetched: {}; trying again", what(tag), failure.message);
            out.push(Step::Notice(Severity::Warning, text));
        }
        self.ask(tag.clone(), symbols, after, out);
    }
}

/// What a request is for, in words.
pub(super) fn what(tag: &Tag) -> String {
    match tag {
        Tag::Snapshot(symbol, _) => format!("{symbol}: order book"),
        Tag::History(symbol, timeframe, None) => format!("{symbol}: latest bars of {timeframe}"),
        Tag::History(symbol, timeframe, Some(before)) => format!("{symbol}: bars of {timeframe} before {}", before.rfc3339()),
        Tag::Instruments => "trading rules".to_owned(),
        Tag::Time => "the exchange's clock".to_owned(),
    }
}
