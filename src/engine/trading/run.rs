//! A strategy at work: what it has been told, and what it answered.

use super::eyes::Eyes;
use super::view::StrategyView;
use crate::bars::Series;
use crate::broker::Broker;
use crate::domain::{Bar, Fill, Nanos, OrderId, StrategyRun, Symbol, Timeframe, money};
use crate::indicator::Setup as Indicator;
use crate::indicators;
use crate::strategies;
use crate::strategy::{Answer, PositionSight, Resources, Sight, Strategy, Wants};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Closed bars a strategy that starts is shown, for its averages to be warm.
const WARM: usize = 500;

/// A strategy, and the account it trades on.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) setup: StrategyRun,
    pub(super) timeframe: Timeframe,
    strategy: Result<Box<dyn Strategy>, Arc<str>>,
    spec: Option<&'static crate::strategy::Spec>,
    wants: Wants,
    /// What is to be worked out for it, of its main symbol.
    pub(super) needs: Vec<Indicator>,
    since: Nanos,
    pub(super) signals: u64,
    /// The newest bar it was told of, of each of its symbols.
    told: Vec<Option<Nanos>>,
    /// Whether a bar has closed since it started; until then bars that come later than they should still warm it.
    begun: bool,
    positions: Vec<PositionSight>,
}

impl Run {
    pub(super) fn new(setup: StrategyRun, at: Nanos, resources: &Resources) -> Self {
        let made = || -> Result<_, Arc<str>> {
            let timeframe: Timeframe = setup.bar.parse().map_err(|error: crate::domain::bar::BarSpecError| error.to_string())?;
            if !Timeframe::ALL.contains(&timeframe) {
                return Err(
                    format!("no bars of {timeframe} are built: expected one of 1s 5s 15s 1m 3m 5m 15m 30m 1h 4h 1d").into()
                );
            }
            let parsed = strategies::parse(&setup.strategy).map_err(|error| error.to_string())?;
            if setup.symbols.is_empty() || (parsed.spec.needs.pair && setup.symbols.len() < 2) {
                let needs = if parsed.spec.needs.pair { "two symbols" } else { "a symbol" };
                return Err(format!("{} needs {needs}", parsed.spec.name).into());
            }
            let strategy = (parsed.spec.build)(&parsed.params, resources).map_err(|error| error.to_string())?;
            Ok((timeframe, parsed.spec, strategy))
        };
        let (timeframe, spec, strategy) = match made() {
            Ok((timeframe, spec, strategy)) => (timeframe, Some(spec), Ok(strategy)),
            Err(why) => (Timeframe::M1, None, Err(why)),
        };
        let wants = strategy.as_ref().map(|strategy| strategy.wants()).unwrap_or_default();
        Self {
            needs: wants.indicators.iter().filter_map(|text| indicators::parse(text).ok()).collect(),
            told: vec![None; setup.symbols.len()],
            timeframe,
            strategy,
            spec,
            wants,
            since: at,
            signals: 0,
            begun: false,
            positions: Vec::new(),
            setup,
        }
    }

    /// Why it does not run.
    pub(super) fn error(&self) -> Option<&Arc<str>> {
        self.strategy.as_ref().err()
    }

    pub(super) const fn since(&self) -> Nanos {
        self.since
    }

    pub(super) fn account(&self) -> &Arc<str> {
        &self.setup.account
    }

    /// Whether it looks at a symbol.
    pub(super) fn sees(&self, symbol: Symbol) -> bool {
        self.setup.symbols.contains(&symbol)
    }

    /// Starts it anew and shows it what has closed so far; what it answers to that is not carried out.
    pub(super) fn warm(&mut self, eyes: Eyes<'_>, broker: &Broker, resources: &Resources) {
        if self.begun || self.strategy.is_err() {
            return;
        }
        *self = Self::new(self.setup.clone(), self.since, resources);
        let mut past: Vec<(usize, Bar)> = Vec::new();
        for (index, symbol) in self.setup.symbols.iter().enumerate() {
            use crate::strategy::Look;
            let Some(bars) = eyes.bars(*symbol, self.timeframe) else { continue };
            let from = bars.len().saturating_sub(WARM);
            past.extend(bars.iter_from(from).map(|bar| (index, *bar)));
        }
        past.sort_by_key(|(index, bar)| (bar.start, *index));
        let mut answers = Vec::new();
        for (index, bar) in past {
            self.tell(bar.start + self.timeframe.nanos(), eyes, broker, &mut answers, |strategy, sight, answers| {
                strategy.on_bar(sight, sight.symbols[index], &bar, answers);
            });
            self.mark_told(index, bar.start);
            answers.clear();
        }
    }

    fn mark_told(&mut self, index: usize, start: Nanos) {
        if let Some(told) = self.told.get_mut(index) {
            *told = Some(start);
        }
    }

    /// Tells it of bars that have closed, and says whether one of its main symbol has.
    pub(super) fn on_bars(&mut self, at: Nanos, eyes: Eyes<'_>, broker: &Broker, answers: &mut Vec<Answer>) -> bool {
        use crate::strategy::Look;
        let mut news = false;
        for index in 0..self.setup.symbols.len() {
            let Some(symbol) = self.setup.symbols.get(index).copied() else { continue };
            let Some(bar) = eyes.bars(symbol, self.timeframe).and_then(Series::last).copied() else { continue };
            if self.told.get(index).copied().flatten().is_some_and(|told| bar.start <= told) {
                continue;
            }
            self.mark_told(index, bar.start);
            self.begun = true;
            news |= index == 0;
            self.tell(at, eyes, broker, answers, |strategy, sight, answers| strategy.on_bar(sight, symbol, &bar, answers));
        }
        news
    }

    /// Whether it asks to be told of samples.
    pub(super) fn wants_samples(&self) -> bool {
        self.wants.samples
    }

    pub(super) fn on_sample(&mut self, at: Nanos, eyes: Eyes<'_>, broker: &Broker, answers: &mut Vec<Answer>) {
        self.tell(at, eyes, broker, answers, |strategy, sight, answers| strategy.on_sample(sight, answers));
    }

    pub(super) fn on_fill(&mut self, at: Nanos, fill: &Fill, eyes: Eyes<'_>, broker: &Broker, answers: &mut Vec<Answer>) {
        self.tell(at, eyes, broker, answers, |strategy, sight, answers| strategy.on_fill(sight, fill, answers));
    }

    pub(super) fn on_end(&mut self, at: Nanos, order: OrderId, eyes: Eyes<'_>, broker: &Broker, answers: &mut Vec<Answer>) {
        self.tell(at, eyes, broker, answers, |strategy, sight, answers| strategy.on_end(sight, order, answers));
    }

    fn tell(
        &mut self,
        at: Nanos,
        eyes: Eyes<'_>,
        broker: &Broker,
        answers: &mut Vec<Answer>,
        how: impl FnOnce(&mut dyn Strategy, &Sight<'_>, &mut Vec<Answer>),
    ) {
        let Ok(strategy) = &mut self.strategy else { return };
        let Some(account) = broker.account(&self.setup.account) else { return };
        self.positions.clear();
        self.positions.extend(account.positions().map(|held| PositionSight {
            symbol: held.symbol,
            qty: held.qty,
            average: held.average,
            since: held.since,
        }));
        let sight = Sight {
            now: at,
            symbols: &self.setup.symbols,
            timeframe: self.timeframe,
            market: &eyes,
            equity: account.equity_f64(),
            buying_power: account.buying_power_f64(),
            taker_fee: money::to_f64(account.terms().taker_bps) / 10_000.0,
            positions: &self.positions,
            open_orders: account.working().len(),
        };
        how(&mut **strategy, &sight, answers);
    }

    pub(super) fn view(&self) -> StrategyView {
        StrategyView {
            run: self.setup.clone(),
            spec: self.spec,
            error: self.error().cloned(),
            status: self.strategy.as_ref().map(|strategy| strategy.status()).unwrap_or_default(),
            since: self.since,
            signals: self.signals,
        }
    }

    pub(super) fn hash(&self, h: &mut impl Hasher) {
        (&*self.setup.account, &self.setup.strategy, &self.setup.symbols, &self.setup.bar, self.signals, &self.told).hash(h);
        if let Ok(strategy) = &self.strategy {
            strategy.digest(h);
        }
    }
}
