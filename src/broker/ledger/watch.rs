//! The highest equity and the deepest fall from it, looked at on every tick.

use super::super::amount::Amount;

/// Follows equity. Nothing is divided but where a fall deeper than all before it ends, so that a tick costs two comparisons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Watch {
    peak: Amount,
    /// The lowest since the peak.
    low: Amount,
    /// The deepest fall that ended in a new peak, as a part of one.
    worst: f64,
    /// How much it was.
    worst_gap: Amount,
}

impl Watch {
    /// Begins at an equity, with a peak and a deepest fall known before.
    pub(crate) fn new(equity: Amount, peak: Amount, worst: f64) -> Self {
        Self { peak: peak.max(equity), low: equity, worst, worst_gap: Amount::ZERO }
    }

    /// Looks at equity as it is now.
    #[inline]
    pub(crate) fn look(&mut self, equity: Amount) {
        if equity > self.peak {
            self.rise(equity);
        } else if equity < self.low {
            self.low = equity;
        }
    }

    fn rise(&mut self, equity: Amount) {
        // A fall that is no larger from a higher peak is no deeper.
        let gap = self.peak - self.low;
        if gap > self.worst_gap && self.peak > Amount::ZERO {
            self.worst = self.deepest();
            self.worst_gap = gap;
        }
        self.peak = equity;
        self.low = equity;
    }

    /// The highest equity so far.
    pub(crate) fn peak(&self) -> Amount {
        self.peak
    }

    /// The deepest fall from the highest so far, a part of one; above one where equity became negative.
    pub(crate) fn deepest(&self) -> f64 {
        if self.peak <= Amount::ZERO {
            return self.worst;
        }
        self.worst.max((self.peak - self.low).to_f64() / self.peak.to_f64())
    }
}
