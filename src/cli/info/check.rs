//! `--check`: the engine runs along and its bars are held against the derived ones in the file.

use super::summary::{Check, Difference};
use crate::domain::{Bar, BarSpec, EngineConfig, Input, Nanos, Symbol};
use crate::engine::Engine;
use crate::recording::line::DerivedTopic;
use serde_json::Value;

/// An engine that follows the file.
pub struct Checker {
    engine: Engine,
    check: Check,
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
        Self { engine: Engine::new(EngineConfig::default(), ""), check: Check::default() }
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

    /// What was found, and the book breaks.
    pub fn finish(mut self) -> Check {
        self.check.digest = format!("{:016x}", self.engine.digest());
        self.check
    }
}

fn shown(spec: BarSpec, bar: &Bar) -> String {
    format!("{spec} {} o {} h {} l {} c {} v {}", bar.start.rfc3339(), bar.open, bar.high, bar.low, bar.close, bar.volume)
}
