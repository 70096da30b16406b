//! `--check`: the engine runs along and its bars are held against the derived ones in the file.

use super::summary::{Check, Difference};
use crate::broker::Happening;
use crate::domain::{Bar, BarSpec, EngineConfig, Fill, Input, Nanos, Symbol};
use crate::engine::Engine;
use crate::recording::line::DerivedTopic;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;

/// An engine that follows the file.
pub struct Checker {
    engine: Engine,
    check: Check,
    /// What the engine's broker filled and the file has not told yet.
    fills: VecDeque<Arc<Fill>>,
    heard: u64,
}

/// What a derived bar's line says; values as the line writes them.
#[derive(serde::Deserialize)]
struct Line {
    data: Data,
}

#[derive(serde::Deserialize)]
struct Data {
    tf: String,
    o: Value,
    h: Value,
    l: Value,
    c: Value,
    v: Value,
    #[serde(default)]
    n: Option<u32>,
    #[serde(default)]
    bv: Option<Value>,
    #[serde(default)]
    start: Option<Value>,
}

/// What a derived indicator's line says.
#[derive(serde::Deserialize)]
struct IndicatorLine {
    data: IndicatorData,
}

#[derive(serde::Deserialize)]
struct IndicatorData {
    name: String,
    v: Option<f64>,
}

/// What a fill's line says.
#[derive(serde::Deserialize)]
struct FillLine {
    data: Fill,
}

fn decimal<T: std::str::FromStr>(value: &Value) -> Option<T> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

impl Checker {
    /// An engine that has seen nothing.
    pub fn new() -> Self {
        Self { engine: Engine::new(EngineConfig::default(), ""), check: Check::default(), fills: VecDeque::new(), heard: 0 }
    }

    /// Applies an input.
    pub fn input(&mut self, input: &Input) {
        if self.engine.seq() == 0
            && let crate::domain::Payload::Meta(meta) = &input.payload
        {
            self.engine = Engine::from_meta(meta);
        }
        self.engine.apply(input);
    }

    /// Book changes that did not continue the book before, so far.
    pub fn breaks(&self) -> u64 {
        self.engine.snapshot().rates.breaks
    }

    /// Holds a derived line against the engine.
    pub fn derived(&mut self, number: u64, raw: &[u8], at: Nanos, topic: DerivedTopic, symbol: Symbol) {
        if topic == DerivedTopic::Indicator {
            return self.indicator(number, raw, at, symbol);
        }
        if topic == DerivedTopic::Fill {
            return self.fill(number, raw, at);
        }
        if topic != DerivedTopic::Bar {
            self.check.passed_over += 1;
            return;
        }
        self.engine.advance(at);
        let said = serde_json::from_slice::<Line>(raw).ok().map(|line| line.data);
        let Some((spec, recorded, data)) = said.and_then(|data| {
            let spec: BarSpec = data.tf.parse().ok()?;
            let start = match (&data.start, spec) {
                (Some(start), _) => Nanos::parse_secs(start.to_string().as_bytes()).ok()?,
                (None, BarSpec::Time(timeframe)) => at - timeframe.nanos(),
                (None, _) => return None,
            };
            let mut bar = Bar::flat(start, decimal(&data.o)?);
            (bar.high, bar.low, bar.close) = (decimal(&data.h)?, decimal(&data.l)?, decimal(&data.c)?);
            bar.volume = decimal(&data.v)?;
            Some((spec, bar, data))
        }) else {
            self.check.passed_over += 1;
            return;
        };
        let snapshot = self.engine.snapshot();
        let Some(view) = snapshot.symbol(symbol).and_then(|view| view.bars(spec)) else {
            self.check.passed_over += 1;
            return;
        };
        self.check.compared += 1;
        let computed = view.get(view.position(recorded.start)).filter(|bar| bar.start == recorded.start);
        let same = computed.is_some_and(|bar| {
            let trades = data.n.is_none_or(|n| n == bar.trades);
            let bought = data.bv.as_ref().and_then(decimal).is_none_or(|bv: crate::domain::Volume| bv == bar.buy_volume);
            (bar.open, bar.high, bar.low, bar.close, bar.volume)
                == (recorded.open, recorded.high, recorded.low, recorded.close, recorded.volume)
                && trades
                && bought
        });
        if same {
            return;
        }
        self.check.differing += 1;
        if self.check.first.is_none() {
            let computed = computed.map_or_else(|| format!("no {spec} bar that starts then"), |bar| shown(spec, bar));
            self.check.first =
                Some(Difference { line: number, recorded: format!("{symbol} {}", shown(spec, &recorded)), computed });
        }
    }

    /// Holds an indicator's line against the sample of that moment; those the engine does not work out, or not at that moment, are
    /// passed over.
    fn indicator(&mut self, number: u64, raw: &[u8], at: Nanos, symbol: Symbol) {
        self.engine.advance(at);
        let said = serde_json::from_slice::<IndicatorLine>(raw).ok().map(|line| line.data);
        let flow = self.engine.flow(symbol);
        let sample = said.zip(flow.as_ref()).and_then(|(data, flow)| {
            let index = flow.position(at).filter(|index| flow.times.get(*index) == Some(&at))?;
            Some((flow.value(flow.row(&data.name)?, index), data))
        });
        let Some((computed, data)) = sample else {
            self.check.passed_over += 1;
            return;
        };
        self.check.compared += 1;
        let same = match (computed, data.v) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
            (a, b) => a.is_none() && b.is_none(),
        };
        if same {
            return;
        }
        self.check.differing += 1;
        let shown = |value: Option<f64>| value.map_or_else(|| "no value".to_owned(), |value| value.to_string());
        self.check.first.get_or_insert_with(|| Difference {
            line: number,
            recorded: format!("{symbol} {} {} {}", data.name, at.rfc3339(), shown(data.v)),
            computed: shown(computed),
        });
    }

    /// Holds a fill's line against the engine's next fill.
    fn fill(&mut self, number: u64, raw: &[u8], at: Nanos) {
        self.engine.advance(at);
        for event in self.engine.broker_events_after(self.heard) {
            if let Happening::Fill(fill) = &event.what {
                self.fills.push_back(Arc::clone(fill));
            }
        }
        self.heard = self.engine.last_broker_event();
        let Ok(FillLine { data: recorded }) = serde_json::from_slice::<FillLine>(raw) else {
            self.check.passed_over += 1;
            return;
        };
        self.check.compared += 1;
        let computed = self.fills.pop_front();
        if computed.as_deref() == Some(&recorded) {
            return;
        }
        self.check.differing += 1;
        let shown = |fill: &Fill| {
            let (at, side) = (fill.at.rfc3339(), fill.side.as_str());
            format!("{} fill {} of order {}: {side} {} at {} {at}", fill.symbol, fill.number, fill.order, fill.qty, fill.price)
        };
        let computed = computed.map_or_else(|| "no fill".to_owned(), |fill| shown(&fill));
        self.check.first.get_or_insert_with(|| Difference { line: number, recorded: shown(&recorded), computed });
    }

    /// What was found, and the book breaks.
    pub fn finish(mut self) -> Check {
        self.check.digest = format!("{:016x}", self.engine.digest());
        self.check
    }
}

fn shown(spec: BarSpec, bar: &Bar) -> String {
    format!("{spec} {} o {} h {} l {} c {} v {}", bar.start.rfc3339(), bar.open, bar.high, bar.low, bar.close, bar.volume)
}
