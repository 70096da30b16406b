//! Alerts: expressions checked whenever something they depend on happens, in engine time, so that a replay fires exactly what
//! live did.
//!
//! Each quantity is worked out once for all alerts that name it; what happens wakes only the alerts it can change. Between
//! events only two things pass: the time an expression has to hold, and the age of the last event.

mod life;
mod slots;
#[cfg(test)]
mod tests;
pub mod view;
mod wake;
mod watch;

use super::symbol::SymbolState;
use crate::alert::{self, Expression, FeedField, Memory, Quantity};
use crate::bars::Series;
use crate::domain::{Alert, AlertId, AlertState, Firing, Nanos, Phase, Symbol};
use crate::indicator::Setup;
use life::Life;
use slots::Slot;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use watch::Watch;

/// Alerts kept at once.
pub const MOST: usize = 1_000;
/// Firings kept.
const FIRINGS: usize = 10_000;

/// An alert at work.
#[derive(Debug, Clone)]
pub(super) struct Running {
    alert: Arc<Alert>,
    /// Whether it is only looked at while it is written: it never fires.
    draft: bool,
    expression: Result<Expression, Arc<str>>,
    /// Where each of the expression's quantities is worked out.
    slots: Arc<[u32]>,
    hold: Nanos,
    memory: Memory,
    truth: Option<bool>,
    life: Life,
    /// The inputs among the slots that are the age of the last event.
    ages: bool,
    /// When it has to be looked at though nothing has happened.
    due: Nanos,
}

impl Running {
    fn new(alert: Alert, state: AlertState, draft: bool) -> Self {
        let expression = alert::parse(&alert.expr).map_err(|error| Arc::from(error.to_string()));
        let (hold, memory, ages) = match &expression {
            Ok(expression) => {
                let ages = expression.inputs().iter().any(|input| input.quantity == Quantity::Feed(FeedField::Age));
                (expression.hold().unwrap_or(Nanos::ZERO), expression.memory(), ages)
            }
            Err(_) => (Nanos::ZERO, Memory::default(), false),
        };
        let slots = Arc::from([]);
        let life = Life::new(state);
        Self { alert: Arc::new(alert), draft, expression, slots, hold, memory, truth: None, life, ages, due: Nanos::MAX }
    }

    /// Whether it is to be checked at all.
    fn is_awake(&self) -> bool {
        self.draft || (!self.alert.paused && self.life.state.phase != Phase::Done)
    }

    /// The least age of the last event at which it may change; 0 where that cannot be told.
    fn least_age(&self) -> Nanos {
        let Ok(expression) = &self.expression else { return Nanos::MAX };
        expression.ages().iter().map(|age| age.limit).min().unwrap_or(Nanos::ZERO)
    }

    /// The symbol a quantity is of.
    fn symbol_of(&self, named: Option<Symbol>) -> Symbol {
        let of_all = self.expression.as_ref().ok().and_then(super::super::alert::Expression::symbol);
        named.or(of_all).unwrap_or(self.alert.symbol)
    }

    /// When it may be left alone from now on, after a check.
    #[inline]
    fn gate(&self, values: &[f64], slots: &[Slot]) -> Gate {
        let waits = self.truth == Some(false) && self.life.state.phase == Phase::Armed && !self.ages && !self.draft;
        let Ok(expression) = &self.expression else { return Gate::OPEN };
        let value = |input: usize| self.slots.get(input).and_then(|slot| values.get(*slot as usize)).copied().unwrap_or(f64::NAN);
        let Some(quiet) = expression.quiet(&self.memory, value).filter(|_| waits) else { return Gate::OPEN };
        // Limits may move with what changes only where the gate is not asked: when bars close, and with samples.
        let moves =
            |input: usize| self.slots.get(input).and_then(|slot| slots.get(*slot as usize)).is_none_or(|slot| !slot.is_slow());
        if (0..self.slots.len()).any(|input| quiet.depends >> input & 1 == 1 && moves(input)) {
            return Gate::OPEN;
        }
        let slot = self.slots.get(quiet.input).copied().unwrap_or(u32::MAX);
        Gate { slot, low: quiet.low, high: quiet.high, firm: quiet.depends == 0 }
    }

    /// Checks its expression; says whether it fires.
    #[inline]
    fn check(&mut self, at: Nanos, values: &[f64]) -> bool {
        let Ok(expression) = &self.expression else { return false };
        let slots = &self.slots;
        let value = |input: usize| slots.get(input).and_then(|slot| values.get(*slot as usize)).copied().unwrap_or(f64::NAN);
        self.truth = expression.check(&mut self.memory, at, value);
        if self.draft {
            return false;
        }
        let fires = self.life.check(at, self.truth, self.hold, self.alert.rearm);
        if self.hold > Nanos::ZERO && !self.ages {
            self.due = self.life.due(self.hold).unwrap_or(Nanos::MAX);
        }
        fires
    }
}

/// Where an alert is not checked: as long as a slot's value lies within.
#[derive(Debug, Clone, Copy)]
struct Gate {
    slot: u32,
    low: f64,
    high: f64,
    /// Whether nothing else opens it: its limits are constants.
    firm: bool,
}

impl Gate {
    /// It is checked always.
    const OPEN: Self = Self { slot: 0, low: f64::INFINITY, high: f64::NEG_INFINITY, firm: true };

    #[inline]
    fn is_shut(&self, values: &[f64]) -> bool {
        values.get(self.slot as usize).is_some_and(|value| *value >= self.low && *value <= self.high)
    }
}

/// All alerts, and what they look at.
#[derive(Debug, Clone, Default)]
pub(super) struct Alerts {
    /// By number; the one that is being written comes first, as it has none.
    running: Vec<Running>,
    slots: Vec<Slot>,
    /// The slots' values, NaN where there is none.
    values: Vec<f64>,
    /// By the alerts' positions: most events change none of them, which is seen here without looking at the alerts themselves.
    gates: Vec<Gate>,
    /// By the symbols' positions; empty while nothing is listened to.
    watch: Vec<Watch>,
    /// Slots of the whole connection, worked out every second.
    seconds: Vec<u32>,
    /// Slots of the paper account.
    accounts: Vec<u32>,
    next_due: Nanos,
    /// Alerts that a replay's user has set or taken away: recorded actions on them do not count any more.
    looked: BTreeSet<AlertId>,
    firings: Series<Arc<Firing>>,
    fired: u64,
    /// Whether one has fired that never will again: it need not be looked at any more.
    stale: bool,
    /// Positions of alerts to be checked, and of those that fired; kept to be used again.
    woken: Vec<u32>,
    hits: Vec<u32>,
}

impl Alerts {
    pub(super) fn new() -> Self {
        Self { next_due: Nanos::MAX, firings: Series::with_capacity(FIRINGS), ..Self::default() }
    }

    /// When something has to be looked at though nothing happened.
    #[inline]
    pub(super) const fn next_due(&self) -> Nanos {
        self.next_due
    }

    /// Whether nothing is listened to.
    #[inline]
    pub(super) const fn is_idle(&self) -> bool {
        self.watch.is_empty()
    }

    /// Whether the paper account is looked at.
    #[inline]
    pub(super) const fn looks_at_account(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// Whether some of what is looked at need not be.
    pub(super) const fn is_stale(&self) -> bool {
        self.stale
    }

    /// Number of firings so far.
    pub(super) const fn fired(&self) -> u64 {
        self.fired
    }

    /// What fired after the firing of that number, oldest first; of more than are kept the newest.
    pub(super) fn firings_after(&self, number: u64) -> Vec<Arc<Firing>> {
        let fresh = usize::try_from(self.fired.saturating_sub(number)).unwrap_or(usize::MAX);
        self.firings.iter_from(self.firings.len().saturating_sub(fresh)).cloned().collect()
    }

    /// How far each has come, by number.
    pub(super) fn states(&self) -> Vec<(AlertId, AlertState)> {
        let set = self.running.iter().filter(|running| !running.draft);
        set.map(|running| (running.alert.id, running.life.state)).collect()
    }

    /// Sets an alert, or another in the place of one of its number. `look` is a replay's user's own.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn set(&mut self, alert: &Alert, state: AlertState, look: bool) -> Result<(), String> {
        if !look && self.looked.contains(&alert.id) {
            return Ok(());
        }
        let at = self.running.iter().position(|running| !running.draft && running.alert.id == alert.id);
        if look {
            self.looked.insert(alert.id);
            if at.is_some_and(|at| *self.running[at].alert == *alert) {
                return Ok(());
            }
        }
        if at.is_some_and(|at| *self.running[at].alert == *alert && self.running[at].life.state == state) {
            // A recording that begins in the middle of a session says again what holds.
            return Ok(());
        }
        if at.is_none() && self.running.len() >= MOST {
            return Err(format!("there are {MOST} alerts already: take one away first"));
        }
        if let Some(at) = at {
            self.running.remove(at);
        }
        let place = self.running.partition_point(|running| running.draft || running.alert.id < alert.id);
        self.running.insert(place, Running::new(alert.clone(), state, false));
        Ok(())
    }

    /// Takes an alert away.
    pub(super) fn remove(&mut self, id: AlertId, look: bool) {
        if look {
            self.looked.insert(id);
        } else if self.looked.contains(&id) {
            return;
        }
        self.running.retain(|running| running.draft || running.alert.id != id);
    }

    /// Looks at an expression while it is written; `None` no longer. Changes nothing of the alerts.
    pub(super) fn draft(&mut self, draft: Option<(Symbol, String)>) {
        self.running.retain(|running| !running.draft);
        if let Some((symbol, expr)) = draft {
            let alert = Alert {
                id: 0,
                symbol,
                expr,
                rearm: crate::domain::Rearm::default(),
                deliver: crate::domain::Channels::NONE,
                note: String::new(),
                paused: false,
                origin: crate::domain::Origin::User,
            };
            self.running.insert(0, Running::new(alert, AlertState::default(), true));
        }
    }

    /// The indicators of events that alerts look at, of a symbol.
    pub(super) fn needed(&self, symbol: Symbol) -> Vec<Setup> {
        let mut needed: Vec<Setup> = Vec::new();
        for running in self.running.iter().filter(|running| running.is_awake()) {
            for input in running.expression.iter().flat_map(super::super::alert::Expression::inputs) {
                if let Quantity::Flow { setup, .. } = &input.quantity
                    && running.symbol_of(input.symbol) == symbol
                    && !needed.contains(setup)
                {
                    needed.push(setup.clone());
                }
            }
        }
        needed
    }

    /// Finds out anew who listens to what, after alerts or symbols have changed.
    pub(super) fn arrange(&mut self, symbols: &[SymbolState], at: Nanos) {
        self.stale = false;
        let mut known = std::mem::take(&mut self.slots);
        for position in 0..self.running.len() {
            let running = &self.running[position];
            let awake = running.is_awake();
            let inputs: Vec<(Symbol, Quantity)> = match &running.expression {
                Ok(expression) if awake => {
                    expression.inputs().iter().map(|input| (running.symbol_of(input.symbol), input.quantity.clone())).collect()
                }
                _ => Vec::new(),
            };
            let slots: Vec<u32> =
                inputs.into_iter().map(|(symbol, quantity)| self.slot(symbol, quantity, &mut known, position as u32)).collect();
            // One that is looked at for the first time is told what is so now: a price that is crossed later has a side.
            let fresh = awake && self.running[position].slots.is_empty();
            self.running[position].slots = slots.into();
            if fresh {
                self.running[position].truth = None;
            }
        }
        for slot in &mut self.slots {
            let index = symbols.iter().position(|state| state.instrument.symbol == slot.symbol);
            if index.is_none() && slot.index.is_some() {
                slot.restart();
            }
            slot.index = index;
            slot.update(symbols, at);
        }
        self.values = self.slots.iter().map(|slot| slot.value(symbols, at)).collect();
        self.gates = vec![Gate::OPEN; self.running.len()];
        self.seconds = (0..self.slots.len() as u32)
            .filter(|slot| matches!(self.slots[*slot as usize].quantity, Quantity::Feed(FeedField::Rate | FeedField::Latency)))
            .collect();
        let of_account = |slot: &u32| matches!(self.slots[*slot as usize].quantity, Quantity::Account(_));
        self.accounts = (0..self.slots.len() as u32).filter(of_account).collect();
        self.watch.clear();
        if !self.slots.is_empty() {
            self.watch.extend(symbols.iter().map(|state| Watch::new(state, &self.slots, &self.running)));
        }
        for position in 0..self.running.len() {
            self.time(position, symbols, at);
        }
        self.find_due();
    }

    /// Where a quantity is worked out, with one more alert that looks at it.
    fn slot(&mut self, symbol: Symbol, quantity: Quantity, known: &mut Vec<Slot>, alert: u32) -> u32 {
        let same = |slot: &Slot| slot.symbol == symbol && slot.quantity == quantity;
        if let Some(at) = self.slots.iter().position(same) {
            if !self.slots[at].alerts.contains(&alert) {
                self.slots[at].alerts.push(alert);
            }
            return at as u32;
        }
        let mut slot = match known.iter().position(same) {
            Some(at) => known.swap_remove(at),
            None => Slot::new(symbol, quantity),
        };
        slot.alerts = vec![alert];
        self.slots.push(slot);
        self.slots.len() as u32 - 1
    }

    /// Tells alerts set now what is so now, without a check: nothing has happened.
    pub(super) fn acquaint(&mut self, id: AlertId, draft: bool, at: Nanos) {
        let values = &self.values;
        let chosen = self.running.iter_mut().filter(|running| running.is_awake());
        for running in chosen.filter(|running| if draft { running.draft } else { !running.draft && running.alert.id == id }) {
            let slots = &running.slots;
            let value = |input: usize| slots.get(input).and_then(|slot| values.get(*slot as usize)).copied().unwrap_or(f64::NAN);
            if let Ok(expression) = &running.expression {
                running.truth = expression.check(&mut running.memory, at, value);
            }
        }
    }

    /// Hashes what decides what fires next, and what fired.
    pub(super) fn hash(&self, h: &mut impl Hasher) {
        self.fired.hash(h);
        for firing in self.firings.iter() {
            (firing.number, firing.id, firing.at, &*firing.expr, firing.price).hash(h);
            firing.values.iter().for_each(|(name, value)| (&**name, value.to_bits()).hash(h));
        }
        for running in self.running.iter().filter(|running| !running.draft) {
            let state = &running.life.state;
            (running.alert.id, running.alert.symbol, &running.alert.expr, running.alert.paused).hash(h);
            (state.phase.name(), state.been_false, state.fired, state.last, running.life.pending, running.truth).hash(h);
        }
    }
}
