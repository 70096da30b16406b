//! What happens wakes the alerts it can change: their quantities are worked out anew, and they are checked.

use super::slots::Slot;
use super::watch::{Listeners, Watch, count};
use super::{Alerts, Running};
use crate::alert::{AccountField, FeedField, Quantity};
use crate::domain::{Firing, Nanos, Phase, Symbol};
use crate::engine::stats::{LatencyMeter, RateMeter};
use crate::engine::symbol::SymbolState;
use std::ops::Range;
use std::sync::Arc;

/// Which of the listeners of a symbol are meant.
type Which = fn(&Watch) -> &Listeners;

impl Alerts {
    /// A trade of the symbol at a position.
    #[inline]
    pub(in crate::engine) fn on_trade(&mut self, at: Nanos, index: usize, symbols: &[SymbolState]) {
        self.on(at, index, symbols, |watch| &watch.trade);
    }

    /// The best prices of the symbol at a position have come anew.
    #[inline]
    pub(in crate::engine) fn on_top(&mut self, at: Nanos, index: usize, symbols: &[SymbolState]) {
        self.on(at, index, symbols, |watch| &watch.top);
    }

    /// The mark price of the symbol at a position.
    #[inline]
    pub(in crate::engine) fn on_mark(&mut self, at: Nanos, index: usize, symbols: &[SymbolState]) {
        self.on(at, index, symbols, |watch| &watch.mark);
    }

    #[inline]
    fn on(&mut self, at: Nanos, index: usize, symbols: &[SymbolState], which: Which) {
        let Some(listeners) = self.watch.get(index).map(which).filter(|listeners| !listeners.alerts.is_empty()) else { return };
        let (running, slots, values, hits) = (&mut self.running, &self.slots, &mut self.values, &mut self.hits);
        let gates = &mut self.gates;
        let mut due = Nanos::MAX;
        let mut made = None;
        let Some(state) = symbols.get(index) else { return };
        for (&slot, light) in listeners.slots.iter().zip(&listeners.light) {
            let value = light.read(state);
            values[slot as usize] = value.unwrap_or_else(|| slots[slot as usize].value_of_many(symbols, at, &mut made));
        }
        for &alert in &listeners.alerts {
            let gate = &mut gates[alert as usize];
            if gate.is_shut(values) {
                continue;
            }
            let running = &mut running[alert as usize];
            if running.ages {
                age(running, slots, values, symbols, at);
            }
            if running.check(at, values) {
                hits.push(alert);
            }
            *gate = running.gate(values, slots);
            due = due.min(running.due);
        }
        self.next_due = self.next_due.min(due);
        if !self.hits.is_empty() {
            self.fire(at, symbols);
        }
    }

    /// Something of the symbol at a position came, the first since `before`.
    #[inline]
    pub(in crate::engine) fn on_event(&mut self, at: Nanos, index: usize, before: Option<Nanos>, symbols: &[SymbolState]) {
        let Some(least) = self.watch.get(index).and_then(|watch| watch.least_age) else { return };
        // Where the age has not come to a limit, its beginning anew changes no truth.
        if before.is_none_or(|before| at.saturating_sub(before) >= least) {
            self.on(at, index, symbols, |watch| &watch.ages);
            let Some(watch) = self.watch.get(index) else { return };
            for position in watch.ages.alerts.clone() {
                self.time(position as usize, symbols, at);
            }
            self.find_due();
        }
    }

    /// The book of the symbol at a position was told of; `top` says whether its best prices are others now.
    #[inline]
    pub(in crate::engine) fn on_book(&mut self, at: Nanos, index: usize, top: bool, symbols: &[SymbolState]) {
        let Some(watch) = self.watch.get(index) else { return };
        if watch.feed.slots.iter().any(|slot| self.is_other(*slot, symbols, at)) {
            self.on_state(at, index..index + 1, top, symbols);
        } else if top {
            self.on_top(at, index, symbols);
        }
    }

    /// What is known of the symbols at these positions may have changed: connections, books, and whether there are best prices
    /// (`top`: they have come anew). All of it is worked out before anything is checked, so that no alert sees a part as it was.
    pub(in crate::engine) fn on_state(&mut self, at: Nanos, indices: Range<usize>, top: bool, symbols: &[SymbolState]) {
        self.woken.clear();
        for index in indices {
            let Some(watch) = self.watch.get(index) else { continue };
            let feed = watch.feed.slots.iter().filter(|slot| self.is_other(**slot, symbols, at));
            let tops = watch.top.slots.iter().filter(|slot| top || self.is_other(**slot, symbols, at));
            let slots: Vec<u32> = feed.chain(tops).copied().collect();
            for slot in slots {
                self.work_out(slot, symbols, at);
            }
        }
        self.check_woken(at, symbols);
    }

    /// Whether a quantity has another value than it had.
    fn is_other(&self, slot: u32, symbols: &[SymbolState], at: Nanos) -> bool {
        let slot = slot as usize;
        self.slots[slot].value(symbols, at).to_bits() != self.values[slot].to_bits()
    }

    /// A second, or the time of a sample, has ended: everything before it is told.
    pub(in crate::engine) fn on_boundary(
        &mut self,
        at: Nanos,
        symbols: &[SymbolState],
        rates: &RateMeter,
        latency: &LatencyMeter,
    ) {
        self.woken.clear();
        let second = at.0 % Nanos::SECOND.0 == 0;
        for index in 0..self.watch.len() {
            let Some(state) = symbols.get(index) else { continue };
            if !self.watch[index].sample.is_empty() && state.flow.has_sampled(at) {
                for number in 0..self.watch[index].sample.len() {
                    let slot = self.watch[index].sample[number];
                    self.work_out(slot, symbols, at);
                }
            }
            if second {
                self.close(index, symbols, at, |timeframe| at.0 % timeframe.nanos().0 == 0);
            }
        }
        if second && !self.seconds.is_empty() {
            for number in 0..self.seconds.len() {
                let slot = self.seconds[number] as usize;
                self.values[slot] = match self.slots[slot].quantity {
                    Quantity::Feed(FeedField::Rate) => f64::from(rates.rates(at).per_second),
                    _ => Some(latency.latency().raw).filter(|raw| raw.count > 0).map_or(f64::NAN, |raw| raw.p50.to_secs_f64()),
                };
                self.woken.extend(&self.slots[slot].alerts);
            }
        }
        self.check_woken(at, symbols);
    }

    /// Bars of the symbol at a position came: ready-made ones (`price`: the newest is the price now), or of the past.
    pub(in crate::engine) fn on_bars(&mut self, at: Nanos, index: usize, price: bool, symbols: &[SymbolState]) {
        self.woken.clear();
        self.close(index, symbols, at, |_| true);
        if price && let Some(watch) = self.watch.get(index) {
            self.woken.extend(&watch.trade.alerts);
            for &slot in &watch.trade.slots {
                self.values[slot as usize] = self.slots[slot as usize].value(symbols, at);
            }
        }
        self.check_woken(at, symbols);
    }

    /// The paper account may stand otherwise than it did; `read` tells its figures. Without `check` they are only taken in.
    pub(in crate::engine) fn on_account(
        &mut self,
        at: Nanos,
        check: bool,
        symbols: &[SymbolState],
        read: impl Fn(Symbol, AccountField) -> Option<f64>,
    ) {
        self.woken.clear();
        for number in 0..self.accounts.len() {
            let slot = self.accounts[number];
            let known = &mut self.slots[slot as usize];
            let Quantity::Account(field) = known.quantity else { continue };
            let told = read(known.symbol, field).unwrap_or(f64::NAN);
            if told.to_bits() != known.told.to_bits() {
                known.told = told;
                self.work_out(slot, symbols, at);
            }
        }
        if check {
            self.check_woken(at, symbols);
        }
    }

    /// Takes in what has closed of the bars of a symbol.
    fn close(&mut self, index: usize, symbols: &[SymbolState], at: Nanos, ends: impl Fn(crate::domain::Timeframe) -> bool) {
        for number in 0..self.watch.get(index).map_or(0, |watch| watch.closes.len()) {
            let closes = &mut self.watch[index].closes[number];
            let Some(state) = symbols.get(index).filter(|_| ends(closes.timeframe)) else { continue };
            let now = count(&state.bars, closes.timeframe);
            if closes.seen == now {
                continue;
            }
            closes.seen = now;
            for place in 0..self.watch[index].closes[number].slots.len() {
                let slot = self.watch[index].closes[number].slots[place];
                if matches!(self.slots[slot as usize].quantity, Quantity::Bar { .. })
                    || self.slots[slot as usize].update(symbols, at)
                {
                    self.work_out(slot, symbols, at);
                }
            }
        }
    }

    fn work_out(&mut self, slot: u32, symbols: &[SymbolState], at: Nanos) {
        let slot = slot as usize;
        self.values[slot] = self.slots[slot].value(symbols, at);
        self.woken.extend(&self.slots[slot].alerts);
    }

    /// Checks each of the woken once.
    fn check_woken(&mut self, at: Nanos, symbols: &[SymbolState]) {
        let mut woken = std::mem::take(&mut self.woken);
        woken.sort_unstable();
        woken.dedup();
        for &alert in &woken {
            let gate = &self.gates[alert as usize];
            if gate.firm && gate.is_shut(&self.values) {
                continue;
            }
            let running = &mut self.running[alert as usize];
            if running.ages {
                age(running, &self.slots, &mut self.values, symbols, at);
            }
            if running.check(at, &self.values) {
                self.hits.push(alert);
            }
            self.gates[alert as usize] = running.gate(&self.values, &self.slots);
            self.next_due = self.next_due.min(running.due);
        }
        self.woken = woken;
        if !self.hits.is_empty() {
            self.fire(at, symbols);
        }
    }

    /// Time has come to `next_due` and nothing has happened: what has held for long enough fires, what ages is checked.
    pub(in crate::engine) fn on_due(&mut self, symbols: &[SymbolState]) {
        let at = self.next_due;
        for position in 0..self.running.len() {
            let running = &mut self.running[position];
            if running.due > at {
                continue;
            }
            let fires = if running.hold > Nanos::ZERO && running.life.due(running.hold).is_some_and(|due| due <= at) {
                // Nothing it depends on has happened since its last check.
                running.life.check(at, running.truth, running.hold, running.alert.rearm)
            } else if running.ages && flips(running, &self.slots, symbols, at) {
                age(running, &self.slots, &mut self.values, symbols, at);
                running.check(at, &self.values)
            } else {
                false
            };
            if fires {
                self.hits.push(position as u32);
            }
            self.time(position, symbols, at);
        }
        if self.hits.is_empty() { self.find_due() } else { self.fire(at, symbols) }
    }

    /// Finds out when an alert has to be looked at though nothing happens.
    pub(super) fn time(&mut self, position: usize, symbols: &[SymbolState], at: Nanos) {
        let Some(running) = self.running.get_mut(position) else { return };
        let hold = if running.hold > Nanos::ZERO { running.life.due(running.hold) } else { None };
        let ages = if running.ages { next_flip(running, &self.slots, symbols, at) } else { None };
        running.due = if running.is_awake() { hold.into_iter().chain(ages).min().unwrap_or(Nanos::MAX) } else { Nanos::MAX };
    }

    pub(super) fn find_due(&mut self) {
        self.next_due = self.running.iter().map(|running| running.due).min().unwrap_or(Nanos::MAX);
    }

    /// Takes note of what fired, in the order of the alerts' numbers.
    fn fire(&mut self, at: Nanos, symbols: &[SymbolState]) {
        let hits = std::mem::take(&mut self.hits);
        for &hit in &hits {
            let running = &self.running[hit as usize];
            if running.ages {
                // It has grown since the check that began the stretch; and another alert may have looked at it since.
                age(running, &self.slots, &mut self.values, symbols, at);
            }
            let Ok(expression) = &running.expression else { continue };
            let symbol = running.symbol_of(None);
            let inputs = expression.inputs().iter().zip(running.slots.iter());
            let values = inputs.map(|(input, slot)| (Arc::from(input.name.as_str()), self.values[*slot as usize]));
            let moved = expression.moves().iter().enumerate();
            let moved = moved.filter_map(|(i, name)| running.memory.movement(i).map(|value| (Arc::from(name.as_str()), value)));
            let values = values.chain(moved).filter(|(_, value): &(Arc<str>, f64)| value.is_finite()).collect();
            self.fired += 1;
            self.firings.push(Arc::new(Firing {
                number: self.fired,
                id: running.alert.id,
                at,
                symbol,
                expr: running.alert.expr.trim().into(),
                values,
                price: symbols.iter().find(|state| state.instrument.symbol == symbol).and_then(SymbolState::price),
                deliver: running.alert.deliver,
                note: running.alert.note.as_str().into(),
            }));
            self.stale |= running.life.state.phase == Phase::Done;
            self.time(hit as usize, symbols, at);
        }
        self.hits = hits;
        self.hits.clear();
        self.find_due();
    }
}

/// Works out how old the last event is for an alert about to be checked.
fn age(running: &Running, slots: &[Slot], values: &mut [f64], symbols: &[SymbolState], at: Nanos) {
    for &slot in running.slots.iter() {
        let slot = slot as usize;
        if slots[slot].quantity == Quantity::Feed(FeedField::Age) {
            values[slot] = slots[slot].value(symbols, at);
        }
    }
}

/// The moments at which an alert changes by age alone, as the last events stand; none where that cannot be told.
fn flip_times<'a>(running: &'a Running, slots: &'a [Slot], symbols: &'a [SymbolState]) -> impl Iterator<Item = Nanos> + 'a {
    let ages = running.expression.iter().flat_map(crate::alert::Expression::ages);
    ages.filter_map(move |age| {
        let slot = slots.get(*running.slots.get(age.input)? as usize)?;
        let last = symbols.get(slot.index?)?.last_event?;
        Some(Nanos(last.0.saturating_add(age.limit.0)))
    })
}

fn is_untold(running: &Running) -> bool {
    running.expression.as_ref().is_ok_and(|expression| expression.ages().is_empty())
}

fn flips(running: &Running, slots: &[Slot], symbols: &[SymbolState], at: Nanos) -> bool {
    is_untold(running) || flip_times(running, slots, symbols).any(|time| time == at)
}

fn next_flip(running: &Running, slots: &[Slot], symbols: &[SymbolState], at: Nanos) -> Option<Nanos> {
    if is_untold(running) {
        // By age in a way that is not worked out: looked at every second.
        return Some(at.floor_to(Nanos::SECOND) + Nanos::SECOND);
    }
    flip_times(running, slots, symbols).filter(|time| *time > at).min()
}
