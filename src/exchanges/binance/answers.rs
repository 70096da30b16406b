//! What the answer to a REST request changes.

use super::requests::what;
use super::wire::Fault;
use super::{Binance, Cx, rest, wire};
use crate::domain::{Event, Nanos, Symbol};
use crate::feed::{FeedError, FetchFailure, Step, Tag};

impl Binance {
    pub(super) fn fetched(
        &mut self,
        at: Nanos,
        tag: &Tag,
        answer: Result<&[u8], &FetchFailure>,
        out: &mut Vec<Step>,
    ) -> Result<(), FeedError> {
        let result = match (tag, answer) {
            (Tag::Snapshot(symbol, number), answer) => self.snapshot_answer(at, *symbol, *number, answer, out),
            (tag, Err(failure)) => {
                self.again(tag, failure, out);
                Ok(())
            }
            (tag, Ok(body)) => {
                let taken = self.take_answer(at, tag, body, out);
                match &taken {
                    Ok(()) => self.requests.done(tag),
                    Err(fault) => {
                        let message = format!("the answer could not be read: {}", wire::safe(&fault.0));
                        self.again(tag, &FetchFailure { status: 200, retry_after: None, message }, out);
                    }
                }
                taken
            }
        };
        result.map_err(|fault| self.fault(&what(tag), &fault))
    }

    fn take_answer(&mut self, at: Nanos, tag: &Tag, body: &[u8], out: &mut Vec<Step>) -> Result<(), Fault> {
        match tag {
            Tag::Time => out.push(Step::ServerTime(rest::time(body)?)),
            Tag::Instruments => {
                let complete = self.requests.rules_are_complete();
                self.rules.learn(rest::instruments(body)?, complete);
                self.tell_rules(out);
                if !complete && self.live && self.followed.iter().any(|followed| !followed.told) {
                    // Asked by name and not answered: the whole list says what there is.
                    self.requests.all_rules = true;
                    self.requests.ask(Tag::Instruments, &[], Nanos::ZERO, out);
                }
            }
            Tag::History(symbol, timeframe, _) => {
                let bars = rest::klines(body)?;
                if self.place(at, *symbol, out)?.is_some() {
                    Self::emit(*symbol, Event::History(*timeframe, bars), out);
                }
            }
            Tag::Snapshot(..) => {}
        }
        Ok(())
    }

    fn again(&mut self, tag: &Tag, failure: &FetchFailure, out: &mut Vec<Step>) {
        let gone = matches!(tag, Tag::History(symbol, ..) if !self.places.contains_key(symbol));
        if self.live && !gone {
            let symbols = self.symbols();
            self.requests.failed(tag, failure, &symbols, out);
        }
    }

    fn snapshot_answer(
        &mut self,
        at: Nanos,
        symbol: Symbol,
        number: u32,
        answer: Result<&[u8], &FetchFailure>,
        out: &mut Vec<Step>,
    ) -> Result<(), Fault> {
        let read = match answer {
            Ok(body) => rest::snapshot(body),
            Err(failure) => {
                self.with_book(at, symbol, number, out, |book, cx| book.on_failure(cx, failure));
                return Ok(());
            }
        };
        match read {
            Ok(snapshot) => self.snapshot(at, symbol, number, snapshot, out),
            Err(fault) => {
                let why = wire::safe(&fault.0);
                self.with_book(at, symbol, number, out, |book, cx| book.on_garbage(cx, &why));
                Err(fault)
            }
        }
    }

    /// Does something with the book that waits for an answer of that number, if one does.
    fn with_book(
        &mut self,
        at: Nanos,
        symbol: Symbol,
        number: u32,
        out: &mut Vec<Step>,
        act: impl FnOnce(&mut super::BookSync, &mut Cx<'_>),
    ) {
        let Some(followed) = self.places.get(&symbol).and_then(|place| self.followed.get_mut(*place)) else { return };
        let mut cx = Cx { market: self.market, live: self.live, at, out, counters: &mut self.counters };
        if followed.book.expects(&cx, number) {
            act(&mut followed.book, &mut cx);
        }
    }
}
