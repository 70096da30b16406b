//! Several streams of inputs in one order of time.

use crate::domain::{Input, Instrument, Meta, Nanos, Payload};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Merges streams, each in order of time, into one. Inputs of one moment come in the streams' order; `seq` is counted anew.
///
/// The `meta` that streams begin with become one, which comes first; one that comes later holds all before it too.
pub struct Merge<I> {
    sources: Vec<I>,
    heads: Vec<Option<Input>>,
    order: BinaryHeap<Reverse<(Nanos, usize)>>,
    started: bool,
    meta: Option<Meta>,
    seq: u64,
    last_at: Nanos,
}

impl<I, E> Merge<I>
where
    I: Iterator<Item = Result<Input, E>>,
{
    /// Merges these streams.
    pub fn new(sources: Vec<I>) -> Self {
        let heads = sources.iter().map(|_| None).collect();
        Self { sources, heads, order: BinaryHeap::new(), started: false, meta: None, seq: 0, last_at: Nanos(i64::MIN) }
    }

    /// The streams, for their reports.
    pub fn sources(&self) -> &[I] {
        &self.sources
    }

    /// Reads a stream's next input to its head.
    fn pull(&mut self, source: usize) -> Result<(), E> {
        let Some(next) = self.sources.get_mut(source).and_then(Iterator::next) else { return Ok(()) };
        let input = next?;
        self.order.push(Reverse((input.at, source)));
        if let Some(head) = self.heads.get_mut(source) {
            *head = Some(input);
        }
        Ok(())
    }

    /// Reads the first input of each stream; the metas among them become one.
    fn start(&mut self) -> Result<Option<Input>, E> {
        self.started = true;
        let mut first = None;
        for source in 0..self.sources.len() {
            self.pull(source)?;
            let is_meta = |head: &mut Input| matches!(head.payload, Payload::Meta(_));
            if let Some(Input { at, payload: Payload::Meta(meta), .. }) =
                self.heads.get_mut(source).and_then(|head| head.take_if(is_meta))
            {
                self.order.retain(|Reverse((_, other))| *other != source);
                let at = first.map_or(at, |(first, _)| at.min(first));
                first = Some((at, self.join(*meta)));
                self.pull(source)?;
            }
        }
        Ok(first.map(|(at, meta)| self.number(at, Payload::Meta(Box::new(meta)))))
    }

    /// Takes a meta in with those before.
    fn join(&mut self, later: Meta) -> Meta {
        let joined = match self.meta.take() {
            Some(earlier) => join_meta(earlier, later),
            None => later,
        };
        self.meta = Some(joined.clone());
        joined
    }

    fn number(&mut self, at: Nanos, payload: Payload) -> Input {
        self.seq += 1;
        self.last_at = self.last_at.max(at);
        Input { seq: self.seq, at: self.last_at, payload }
    }

    fn advance(&mut self) -> Result<Option<Input>, E> {
        if !self.started
            && let Some(meta) = self.start()?
        {
            return Ok(Some(meta));
        }
        let Some(Reverse((_, source))) = self.order.pop() else { return Ok(None) };
        let Some(input) = self.heads.get_mut(source).and_then(Option::take) else { return Ok(None) };
        let payload = match input.payload {
            Payload::Meta(meta) => Payload::Meta(Box::new(self.join(*meta))),
            payload => payload,
        };
        let input = self.number(input.at, payload);
        self.pull(source)?;
        Ok(Some(input))
    }
}

impl<I, E> Iterator for Merge<I>
where
    I: Iterator<Item = Result<Input, E>>,
{
    type Item = Result<Input, E>;
    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

/// What two recordings are of together: every instrument once (as the first says, if it says), both venues, the first's
/// settings with the second's kinds of bars added.
pub fn join_meta(first: Meta, second: Meta) -> Meta {
    let mut joined = first;
    for instrument in second.instruments {
        match joined.instruments.iter_mut().find(|known| known.symbol == instrument.symbol) {
            Some(known) if *known == Instrument::unknown(known.symbol) => *known = instrument,
            Some(_) => {}
            None => joined.instruments.push(instrument),
        }
    }
    if joined.venue.is_empty() {
        joined.venue = second.venue;
    } else if !second.venue.is_empty() && !joined.venue.split('+').any(|venue| venue == second.venue) {
        joined.venue = format!("{}+{}", joined.venue, second.venue);
    }
    for bars in second.engine.bars {
        if !joined.engine.bars.contains(&bars) {
            joined.engine.bars.push(bars);
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::samples::{meta, trade};
    use proptest::prelude::*;

    fn stream(inputs: Vec<Input>) -> impl Iterator<Item = Result<Input, String>> {
        inputs.into_iter().map(Ok)
    }

    fn with_meta(symbol: &str, at: i64, times: &[i64]) -> Vec<Input> {
        let first = Input { seq: 1, at: Nanos(at), payload: Payload::Meta(Box::new(meta(&[symbol]))) };
        std::iter::once(first).chain(times.iter().map(|t| trade(*t as u64, Nanos(*t), *t))).collect()
    }

    #[test]
    fn metas_become_one_at_the_beginning() {
        let sources = vec![stream(with_meta("BTCUSDT", 5, &[6, 9])), stream(with_meta("ETHUSDT", 3, &[4, 6, 7]))];
        let merged: Vec<Input> = Merge::new(sources).map(Result::unwrap).collect();
        let Payload::Meta(first) = &merged[0].payload else { panic!() };
        assert_eq!(first.instruments.iter().map(|i| i.symbol.as_str()).collect::<Vec<_>>(), ["BTCUSDT", "ETHUSDT"]);
        assert_eq!(merged.iter().map(|i| i.at.0).collect::<Vec<_>>(), [3, 4, 6, 6, 7, 9]);
        assert_eq!(merged.iter().map(|i| i.seq).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn metas_join() {
        let mut second = meta(&["A", "C"]);
        second.instruments[0].base = "AAA".to_owned();
        second.venue = "binance-spot".to_owned();
        second.engine.bars = vec!["tick:5".to_owned()];
        let joined = join_meta(join_meta(meta(&["A", "B"]), second.clone()), second);
        assert_eq!((joined.venue.as_str(), joined.instruments.len()), ("demo+binance-spot", 3));
        assert_eq!((joined.instruments[0].base.as_str(), joined.engine.bars.len()), ("AAA", 1));
    }

    #[test]
    fn an_error_of_a_stream_is_passed_on() {
        let broken = vec![Ok(trade(1, Nanos(1), 1)), Err("broken".to_owned())];
        let merged: Vec<_> = Merge::new(vec![broken.into_iter()]).collect();
        assert_eq!(merged.iter().filter(|r| r.is_err()).count(), 1);
    }

    proptest! {
        #[test]
        fn in_order_of_time_then_of_streams(mut lists in proptest::collection::vec(proptest::collection::vec(0_i64..20, 0..20), 0..5)) {
            for list in &mut lists {
                list.sort_unstable();
            }
            let mut expected: Vec<(i64, usize)> = lists.iter().enumerate().flat_map(|(i, l)| l.iter().map(move |t| (*t, i))).collect();
            expected.sort_unstable();
            let sources = lists.iter().enumerate().map(|(i, l)| stream(l.iter().map(|t| trade(i as u64, Nanos(*t), i as i64)).collect())).collect();
            let merged: Vec<(i64, i64)> = Merge::new(sources).map(Result::unwrap).map(|input| {
                let Payload::Market(crate::domain::Market { event: crate::domain::Event::Trade(t), .. }) = input.payload else { panic!() };
                (input.at.0, t.price.units() / 10_000_000)
            }).collect();
            prop_assert_eq!(merged, expected.into_iter().map(|(t, i)| (t, i as i64)).collect::<Vec<_>>());
        }
    }
}
