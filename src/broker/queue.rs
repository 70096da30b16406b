//! Where a resting order stands in the queue at its price, as far as can be told from what is displayed and what is traded.
//!
//! The models are those of hftbacktest's `models/queue.rs` (`RiskAdverseQueueModel`, and `ProbQueueModel` with
//! `PowerProbQueueFunc` or `LogProbQueueFunc`), after Rigtorp, *Estimating order queue position* (2013). Two things differ, and
//! neither changes a fill: the place is held at zero from below where a probability is worked out (a fractional power of a
//! negative number is none), and a level is looked at after each change of the book rather than for each line of it.

use crate::domain::QueueModel;

/// A resting order's place in the queue. Quantities are in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// What was ahead when it joined.
    pub joined: f64,
    /// What is ahead now; below zero while a trade that went past everything ahead is being looked at.
    pub front: f64,
    /// Traded at the price since the level last changed: it is still to be taken off the displayed quantity.
    traded: f64,
    /// What was displayed at the price when it was last looked at.
    pub level: f64,
}

impl Place {
    /// Behind everything that is displayed.
    pub(super) const fn behind(displayed: f64) -> Self {
        Self { joined: displayed, front: displayed, traded: 0.0, level: displayed }
    }

    /// So much traded at the price.
    #[inline]
    pub(super) fn trade(&mut self, model: QueueModel, qty: f64) {
        self.front -= qty;
        // The risk-averse model knows no double counting: the level only ever caps what is ahead.
        if !matches!(model, QueueModel::RiskAverse) {
            self.traded += qty;
        }
    }

    /// So much is displayed at the price now. `true` when that is a change.
    #[inline]
    pub(super) fn depth(&mut self, model: QueueModel, displayed: f64) -> bool {
        if displayed == self.level {
            return false;
        }
        let before = std::mem::replace(&mut self.level, displayed);
        if matches!(model, QueueModel::RiskAverse) {
            self.front = self.front.min(displayed);
            return true;
        }
        // What trades took is in the displayed quantity already: counting it again would move the order twice.
        let gone = before - displayed - std::mem::take(&mut self.traded);
        if gone < 0.0 {
            // It grew: what is new is behind.
            self.front = self.front.min(displayed);
            return true;
        }
        let front = self.front;
        let back = before - front;
        let behind = part_behind(model, front.max(0.0), back.max(0.0));
        let estimate = front - (1.0 - behind) * gone + (back - behind * gone).min(0.0);
        self.front = estimate.min(displayed);
        true
    }

    /// Writes all of it.
    pub(super) fn hash_into(&self, h: &mut impl std::hash::Hasher) {
        for part in [self.joined, self.front, self.traded, self.level] {
            h.write_u64(part.to_bits());
        }
    }

    /// How much of the order trades have just reached, in whole lots, rounded to the nearest as hftbacktest does; `lot` is above
    /// zero. From then on nothing is ahead.
    #[inline]
    pub(super) fn reached(&mut self, lot: f64) -> f64 {
        let lots = (-self.front / lot).round();
        if lots <= 0.0 {
            return 0.0;
        }
        self.front = 0.0;
        lots * lot
    }
}

/// The probability that what leaves a level without a trade was behind the order.
fn part_behind(model: QueueModel, front: f64, back: f64) -> f64 {
    let (f_back, f_front) = match model {
        QueueModel::RiskAverse => return 1.0,
        QueueModel::Front => return 0.0,
        QueueModel::Power(3.0) => (back * back * back, front * front * front),
        QueueModel::Power(n) => (libm::pow(back, n), libm::pow(front, n)),
        QueueModel::Log => (libm::log1p(back), libm::log1p(front)),
    };
    let part = f_back / (f_back + f_front);
    // Nothing on either side, or powers beyond what a float holds.
    if part.is_nan() { 1.0 } else { part.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [QueueModel; 5] =
        [QueueModel::RiskAverse, QueueModel::Power(3.0), QueueModel::Power(0.5), QueueModel::Log, QueueModel::Front];

    /// Displayed 10 on joining; then the level becomes 20 (10 joined behind), then 14 without a trade.
    fn after_a_cancel(model: QueueModel) -> f64 {
        let mut place = Place::behind(10.0);
        place.depth(model, 20.0);
        place.depth(model, 14.0);
        place.front
    }

    #[test]
    fn each_model_says_how_much_of_a_cancelled_quantity_was_ahead() {
        assert_eq!(after_a_cancel(QueueModel::RiskAverse), 10.0);
        // 10 ahead, 10 behind: half of the 6, whichever the function.
        assert_eq!(after_a_cancel(QueueModel::Power(3.0)), 7.0);
        assert_eq!(after_a_cancel(QueueModel::Log), 7.0);
        assert_eq!(after_a_cancel(QueueModel::Front), 4.0);
    }

    #[test]
    fn the_deeper_side_loses_more() {
        let front = |model, behind: f64| {
            let mut place = Place::behind(10.0);
            place.depth(model, 10.0 + behind);
            place.depth(model, 10.0 + behind - 4.0);
            place.front
        };
        // f(back)/(f(back)+f(front)) with back 30, front 10: 27/28 of the 4 was behind.
        assert!((front(QueueModel::Power(3.0), 30.0) - (10.0 - 4.0 / 28.0)).abs() < 1e-12);
        let log = 31_f64.ln() / (31_f64.ln() + 11_f64.ln());
        assert!((front(QueueModel::Log, 30.0) - (10.0 - 4.0 * (1.0 - log))).abs() < 1e-12);
        // 2 behind, 10 ahead: 8/1008 of 4 behind; there were only 2 behind.
        assert!((front(QueueModel::Power(3.0), 2.0) - (10.0 - 4.0 * (1.0 - 8.0 / 1008.0))).abs() < 1e-12);
    }

    #[test]
    fn what_was_traded_is_not_counted_twice() {
        for model in ALL {
            let mut place = Place::behind(10.0);
            place.trade(model, 4.0);
            assert_eq!(place.front, 6.0);
            place.depth(model, 6.0);
            assert_eq!(place.front, 6.0, "{model}");
        }
    }

    #[test]
    fn a_level_shorter_than_the_queue_shortens_it() {
        for model in ALL {
            let mut place = Place::behind(10.0);
            place.depth(model, 3.0);
            assert_eq!(place.front, 3.0, "{model}");
            place.depth(model, 0.0);
            assert_eq!(place.front, 0.0, "{model}");
            place.depth(model, 50.0);
            assert_eq!(place.front, 0.0, "{model}");
        }
    }

    #[test]
    fn trades_reach_the_order_after_the_queue() {
        let mut place = Place::behind(1.0);
        place.trade(QueueModel::RiskAverse, 0.6);
        assert_eq!(place.reached(0.001), 0.0);
        place.trade(QueueModel::RiskAverse, 0.6);
        assert!((place.reached(0.001) - 0.2).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_place_is_never_behind_the_level_and_models_are_ordered(
            start in 0_u32..100,
            steps in proptest::collection::vec((any::<bool>(), 0_u32..100), 0..40),
        ) {
            let mut places = ALL.map(|model| (model, Place::behind(f64::from(start))));
            let mut trades_only = true;
            for (trade, amount) in steps {
                let amount = f64::from(amount);
                trades_only &= trade;
                for (model, place) in &mut places {
                    let before = place.front;
                    if trade { place.trade(*model, amount); } else { place.depth(*model, amount); }
                    prop_assert!(place.front.is_finite());
                    prop_assert!(place.front <= before, "{model} went back");
                    prop_assert!(trade || place.front <= amount.max(before.min(0.0)), "{model}: {} behind a level of {amount}", place.front);
                }
                // Risk-averse is never ahead of any other, Front never behind.
                let fronts: Vec<f64> = places.iter().map(|(_, place)| place.front).collect();
                if trades_only {
                    prop_assert!(fronts.iter().all(|front| *front == fronts[0]));
                }
                prop_assert!(fronts.iter().all(|front| *front <= fronts[0] + 1e-9));
            }
        }
    }
}
