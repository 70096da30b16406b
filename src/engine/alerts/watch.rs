//! Which alerts have to be checked when something happens: only those whose quantities it can change.

use super::Running;
use super::slots::Slot;
use crate::alert::{FeedField, Quantity};
use crate::bars::TimeBars;
use crate::domain::{Nanos, Price, Timeframe};
use crate::engine::symbol::SymbolState;

/// A quantity that is read off a symbol's state as it stands: most events are about these, and find them without their slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    Price,
    Bid,
    Ask,
    Mid,
    /// None of these: its slot works it out.
    Other,
}

impl Light {
    const fn of(quantity: &Quantity) -> Self {
        match quantity {
            Quantity::Price => Self::Price,
            Quantity::Bid => Self::Bid,
            Quantity::Ask => Self::Ask,
            Quantity::Mid => Self::Mid,
            _ => Self::Other,
        }
    }

    /// Its value, NaN where there is none; `None` where its slot has to be asked.
    #[inline]
    pub(super) fn read(self, state: &SymbolState) -> Option<f64> {
        let top = || state.top.filter(|_| state.flow.has_top());
        let value = match self {
            Self::Price => state.price().map(Price::to_f64),
            Self::Bid => top().map(|top| top.bid.to_f64()),
            Self::Ask => top().map(|top| top.ask.to_f64()),
            Self::Mid => top().map(|top| top.mid_f64()),
            Self::Other => return None,
        };
        Some(value.unwrap_or(f64::NAN))
    }
}

/// Slots to be worked out anew, and the alerts to be checked then.
#[derive(Debug, Clone, Default)]
pub(super) struct Listeners {
    pub(super) slots: Vec<u32>,
    /// What each of the slots is of.
    pub(super) light: Vec<Light>,
    pub(super) alerts: Vec<u32>,
}

impl Listeners {
    fn add(&mut self, number: usize, slot: &Slot) {
        self.slots.push(number as u32);
        self.light.push(Light::of(&slot.quantity));
        let alerts = &slot.alerts;
        self.alerts.extend(alerts);
        self.alerts.sort_unstable();
        self.alerts.dedup();
    }
}

/// The bars of one timeframe.
#[derive(Debug, Clone)]
pub(super) struct Closes {
    pub(super) timeframe: Timeframe,
    /// How often all bars were replaced, and how many there have been.
    pub(super) seen: (u64, u64),
    pub(super) slots: Vec<u32>,
}

/// What of one symbol is listened to.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    pub(super) trade: Listeners,
    pub(super) top: Listeners,
    pub(super) mark: Listeners,
    pub(super) feed: Listeners,
    pub(super) sample: Vec<u32>,
    pub(super) closes: Vec<Closes>,
    /// The alerts that look at how old the last event is, and the least age at which one of them may change.
    pub(super) ages: Listeners,
    pub(super) least_age: Option<Nanos>,
}

impl Watch {
    /// What alerts listen to of a symbol.
    pub(super) fn new(state: &SymbolState, slots: &[Slot], running: &[Running]) -> Self {
        let symbol = state.instrument.symbol;
        let mut watch = Self::default();
        for (number, slot) in slots.iter().enumerate() {
            let legs = match &slot.quantity {
                Quantity::Pair { y, x, .. } => [Some(*y), Some(*x)],
                _ => [Some(slot.symbol), None],
            };
            if !legs.contains(&Some(symbol)) {
                continue;
            }
            match &slot.quantity {
                Quantity::Price => watch.trade.add(number, slot),
                Quantity::Bid | Quantity::Ask | Quantity::Mid | Quantity::BidQty | Quantity::AskQty => {
                    watch.top.add(number, slot);
                }
                Quantity::Mark | Quantity::Index | Quantity::Funding => watch.mark.add(number, slot),
                Quantity::Bar { timeframe, back, .. } => {
                    if *back == 0 {
                        watch.trade.add(number, slot);
                    }
                    watch.closing(*timeframe, number, &state.bars);
                }
                Quantity::Study { timeframe, .. } | Quantity::Pair { timeframe, .. } => {
                    watch.closing(*timeframe, number, &state.bars);
                }
                Quantity::Flow { .. } => watch.sample.push(number as u32),
                Quantity::Feed(FeedField::Age) => {
                    watch.ages.add(number, slot);
                    let limits = slot.alerts.iter().filter_map(|alert| running.get(*alert as usize)).map(Running::least_age);
                    watch.least_age = limits.chain(watch.least_age).min();
                }
                Quantity::Feed(FeedField::Up | FeedField::Synced) => watch.feed.add(number, slot),
                // Of the whole connection, or of no market.
                Quantity::Feed(_) | Quantity::Account(_) => {}
            }
        }
        watch
    }

    fn closing(&mut self, timeframe: Timeframe, slot: usize, bars: &TimeBars) {
        let slot = slot as u32;
        if let Some(closes) = self.closes.iter_mut().find(|closes| closes.timeframe == timeframe) {
            closes.slots.push(slot);
        } else {
            self.closes.push(Closes { timeframe, seen: count(bars, timeframe), slots: vec![slot] });
        }
    }
}

/// How often all bars of a timeframe were replaced, and how many there have been.
pub(super) fn count(bars: &TimeBars, timeframe: Timeframe) -> (u64, u64) {
    bars.closed(timeframe).map_or((0, 0), |closed| (closed.replaced(), closed.dropped() + closed.len() as u64))
}
