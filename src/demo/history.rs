//! The demo market's past: made backwards from the start price by the same laws that will move it forwards.

use super::config::SymbolConfig;
use super::factors::{Mood, Own, SIGMA, decay};
use super::klines::{Archive, DAY, Slim, TIERS, Tier, Units};
use super::random::Chance;
use crate::domain::Nanos;
use std::collections::VecDeque;

/// Half-life of the common factor in the years before the start, seconds: a random walk for weeks, bounded over years.
const LONG_ANCHOR: f64 = 200.0 * DAY as f64;
/// A busy symbol's turnover per second in quote units at ordinary volatility, and its fills; as measured while trading.
const TURNOVER: f64 = 158_000.0;
const TRADES: f64 = 16.0;

/// One step into the past, the same for every symbol.
#[derive(Debug, Clone, Copy)]
struct Step {
    secs: f64,
    volatility: f64,
    /// The common factor at the step's older end.
    factor: f64,
}

/// The common path into the past, newest first, shared by all symbols so that they stay related.
#[derive(Debug, Clone)]
pub(super) struct Past {
    /// Where each tier begins, and its steps.
    tiers: Vec<(i64, Vec<Step>)>,
}

impl Past {
    /// Draws the path that ends at `start`.
    pub(super) fn new(start: Nanos, chance: &mut Chance) -> Self {
        let mut mood = Mood::default();
        let mut factor = 0.0;
        let mut until = start.secs();
        let mut tiers = Vec::new();
        for (step, days) in TIERS {
            let begin = until.div_euclid(DAY) * DAY - days * DAY;
            let mut steps = Vec::new();
            while until > begin || steps.is_empty() {
                // The newest minute has only run for a part; on its very beginning it is there but empty.
                let older = if steps.is_empty() { until.div_euclid(step) * step } else { until - step };
                let older = if steps.is_empty() && step > 60 { until - step } else { older };
                let secs = (until - older) as f64;
                mood.step(secs, chance);
                let volatility = mood.volatility();
                factor = factor * decay(LONG_ANCHOR, secs) + SIGMA * volatility * secs.sqrt() * chance.normal();
                steps.push(Step { secs, volatility, factor });
                until = older;
            }
            tiers.push((begin, steps));
        }
        Self { tiers }
    }

    /// One symbol's bars along the path; the last closes at its start price.
    pub(super) fn archive(&self, config: &SymbolConfig, units: Units, chance: &mut Chance) -> Archive {
        let mut own = Own::new(config.own);
        let beta = config.own.beta;
        let scale = config.price / (units.tick as f64 * 1e-8);
        let ticks = |log: f64| (scale * log.exp()).round().clamp(1.0, f64::from(u32::MAX)) as u32;
        let mut log = 0.0;
        let mut tiers = Vec::new();
        for ((begin, steps), (step, _)) in self.tiers.iter().zip(TIERS) {
            let mut bars = VecDeque::with_capacity(steps.len());
            for s in steps {
                own.step(s.secs, s.volatility, chance);
                let older = beta * s.factor + own.value();
                let spread = (beta * SIGMA * s.volatility * s.secs.sqrt()).hypot(own.spread(s.secs, s.volatility));
                let (open, close) = (ticks(older), ticks(log));
                // How far a random path between two known ends strays beyond them.
                let mut reach = || ((log - older).powi(2) - 2.0 * spread * spread * (1.0 - chance.unit()).ln()).sqrt();
                let (up, down) = (reach(), reach());
                let high = ticks(f64::midpoint(older + log, up)).max(open).max(close);
                let low = ticks(f64::midpoint(older + log, -down)).min(open).min(close);
                let mut bar = Slim { open, high, low, close, ..Slim::flat(close) };
                if s.secs > 0.0 {
                    let range = (up + down) / (2.0 * spread.max(1e-9));
                    fill(&mut bar, config, units, s, range, (log - older) / spread.max(1e-9), chance);
                }
                bars.push_front(bar);
                log = older;
            }
            tiers.push(Tier { step, start: *begin, bars });
        }
        Archive::new(tiers)
    }
}

/// Gives a bar its volume: more when it moved more, and more of it bought when it rose.
fn fill(bar: &mut Slim, config: &SymbolConfig, units: Units, s: &Step, range: f64, rise: f64, chance: &mut Chance) {
    let busy = s.secs * config.activity * s.volatility * (0.6 + 0.3 * range) * chance.log_normal(0.95, 0.3);
    let turnover = TURNOVER * config.size / 1_000.0 * busy / units.tick_value();
    let middle = f64::midpoint(f64::from(bar.high), f64::from(bar.low));
    let share = (0.5 + 0.12 * rise.tanh() + 0.05 * chance.normal()).clamp(0.1, 0.9);
    bar.lots = (turnover / middle).max(1.0) as u64;
    bar.buy_lots = (bar.lots as f64 * share) as u64;
    bar.turnover = (bar.lots as f64 * middle) as u64;
    bar.buy_turnover = (bar.buy_lots as f64 * middle) as u64;
    bar.trades = (TRADES * busy).clamp(1.0, bar.lots.min(u64::from(u32::MAX)) as f64) as u32;
}
