//! The mean of the last n values, rounded bit for bit as pandas' `Series.rolling(n).mean()` rounds it.
//!
//! Two averages that are equal but for rounding decide whether they have crossed: to agree with a backtest in pandas on that, the sum
//! has to err as its sum errs. pandas adds what comes and takes off what goes by Kahan's summation with a compensation for each of
//! the two, and gives the value itself where all n are the same (`pandas/_libs/window/aggregations.pyx`, `roll_mean`, of pandas 3).

/// The mean of the last n values.
#[derive(Debug, Clone)]
pub(crate) struct RollingMean {
    /// The last values, a ring.
    values: Box<[f64]>,
    /// Where the oldest stands, and the next will.
    next: usize,
    /// How many there are.
    count: usize,
    sum: f64,
    /// What the sum is too large by after what was added, and after what was taken off.
    compensation: [f64; 2],
    /// How many of the newest are alike.
    alike: usize,
    last: f64,
}

impl RollingMean {
    /// Over so many values, at least one.
    pub(crate) fn new(length: usize) -> Self {
        Self { values: vec![0.0; length.max(1)].into(), next: 0, count: 0, sum: 0.0, compensation: [0.0; 2], alike: 0, last: 0.0 }
    }

    /// Takes in a value that is not negative and gives the mean, once there are n.
    #[inline]
    pub(crate) fn push(&mut self, value: f64) -> Option<f64> {
        let length = self.values.len();
        // A window of one has nothing to add up.
        if length == 1 {
            self.count = 1;
            self.last = value;
            return Some(value);
        }
        if let Some(place) = self.values.get_mut(self.next) {
            let gone = std::mem::replace(place, value);
            if self.count == length {
                kahan(&mut self.sum, &mut self.compensation[1], -gone);
            } else {
                self.count += 1;
            }
        }
        self.next = if self.next + 1 == length { 0 } else { self.next + 1 };
        kahan(&mut self.sum, &mut self.compensation[0], value);
        self.alike = if value == self.last { self.alike + 1 } else { 1 };
        self.last = value;
        if self.count < length {
            None
        } else if self.alike >= length {
            Some(value)
        } else {
            Some((self.sum / length as f64).max(0.0))
        }
    }

    /// Values still missing.
    pub(crate) fn missing(&self) -> usize {
        self.values.len() - self.count
    }

    /// Writes all that its next means depend on.
    pub(crate) fn digest(&self, mut write: impl FnMut(u64)) {
        let figures = [self.sum, self.compensation[0], self.compensation[1], self.last];
        let counts = [self.values.len(), self.next, self.count, self.alike];
        for figure in figures.iter().chain(self.values.iter()) {
            write(figure.to_bits());
        }
        for count in counts {
            write(count as u64);
        }
    }
}

#[inline]
fn kahan(sum: &mut f64, compensation: &mut f64, value: f64) {
    let corrected = value - *compensation;
    let total = *sum + corrected;
    *compensation = total - *sum - corrected;
    *sum = total;
}
