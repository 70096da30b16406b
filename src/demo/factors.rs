//! What moves the demo market's prices before anybody trades: volatility that clusters, a common factor, and each symbol's
//! own component. The same laws run forwards while trading and backwards to make the history.

use super::config::OwnMove;
use super::random::Chance;

/// Deviation of the common factor per square root of a second at ordinary volatility: 2.3 % a day.
pub(super) const SIGMA: f64 = 7.8e-5;

/// How a value with this half-life decays over a time, both in seconds.
pub(super) fn decay(half_life: f64, secs: f64) -> f64 {
    (-std::f64::consts::LN_2 * secs / half_life).exp()
}

/// One step of a process that returns to zero and has a standing deviation.
pub(super) fn revert(value: f64, half_life: f64, deviation: f64, secs: f64, chance: &mut Chance) -> f64 {
    let keep = decay(half_life, secs);
    value * keep + deviation * (1.0 - keep * keep).max(0.0).sqrt() * chance.normal()
}

/// How excited the market is: two slow waves and a regime that is calm or stormy.
#[derive(Debug, Clone, Default)]
pub(super) struct Mood {
    fast: f64,
    slow: f64,
    storm: bool,
    /// Follows the regime within half a minute, so that a storm gathers rather than switches.
    gust: f64,
}

impl Mood {
    const FAST: (f64, f64) = (420.0, 0.38);
    const SLOW: (f64, f64) = (36_000.0, 0.25);
    const CALM_SECS: f64 = 1_500.0;
    const STORM_SECS: f64 = 300.0;

    /// Lets time pass; the regime may change.
    pub(super) fn step(&mut self, secs: f64, chance: &mut Chance) {
        self.fast = revert(self.fast, Self::FAST.0, Self::FAST.1, secs, chance);
        self.slow = revert(self.slow, Self::SLOW.0, Self::SLOW.1, secs, chance);
        let share = Self::STORM_SECS / (Self::CALM_SECS + Self::STORM_SECS);
        let memory = (-secs * (1.0 / Self::CALM_SECS + 1.0 / Self::STORM_SECS)).exp();
        let now = if self.storm { 1.0 } else { 0.0 };
        self.storm = chance.happens(share + (now - share) * memory);
        let aim = if self.storm { 1.0 } else { 0.0 };
        self.gust = aim + (self.gust - aim) * decay(20.0, secs);
    }

    /// Makes it excited at once, as news does.
    pub(super) fn alarm(&mut self) {
        self.fast = (self.fast + 0.7).min(1.2);
    }

    /// Volatility as a multiple of the ordinary one, 0.3 to 5.
    pub(super) fn volatility(&self) -> f64 {
        (0.74 * (self.fast + self.slow).exp() * (1.0 + 1.1 * self.gust)).clamp(0.3, 5.0)
    }
}

/// How far a process that returns to zero moves in one step: what it keeps, and the deviation of what is added.
fn pull(half_life: f64, deviation: f64, secs: f64) -> (f64, f64) {
    let keep = decay(half_life, secs);
    (keep, deviation * (1.0 - keep * keep).max(0.0).sqrt())
}

/// A symbol's own component.
#[derive(Debug, Clone)]
pub(super) struct Own {
    pub(super) law: OwnMove,
    /// What a gradual one follows; the same as `slow` otherwise.
    aim: f64,
    slow: f64,
    quick: f64,
}

impl Own {
    pub(super) const fn new(law: OwnMove) -> Self {
        Self { law, aim: 0.0, slow: 0.0, quick: 0.0 }
    }

    /// Lets time pass, forwards or backwards.
    pub(super) fn step(&mut self, secs: f64, volatility: f64, chance: &mut Chance) {
        let law = self.law;
        if law.deviation > 0.0 {
            let (keep, noise) = pull(law.half_life, law.deviation, secs);
            if law.gradual {
                // What follows is calmer than what it follows: by this much, whatever the step.
                let wider = (1.0 + keep) / (1.0 + keep * keep).sqrt();
                self.aim = self.aim * keep + noise * wider * volatility * chance.normal();
                self.slow = self.aim + (self.slow - self.aim) * keep;
            } else {
                self.slow = self.slow * keep + noise * volatility * chance.normal();
                self.aim = self.slow;
            }
        }
        if law.quick.1 > 0.0 {
            let (keep, noise) = pull(law.quick.0, law.quick.1, secs);
            self.quick = self.quick * keep + noise * volatility * chance.normal();
        }
    }

    /// Deviation of what one step adds.
    pub(super) fn spread(&self, secs: f64, volatility: f64) -> f64 {
        let (keep, noise) = pull(self.law.half_life, self.law.deviation, secs);
        let slow = if self.law.gradual { noise * (1.0 - keep) } else { noise };
        slow.hypot(pull(self.law.quick.0, self.law.quick.1, secs).1) * volatility
    }

    fn nudge(&mut self, change: f64) {
        self.aim += change;
        self.slow += change;
    }

    /// Its logarithm.
    pub(super) fn value(&self) -> f64 {
        self.slow + self.quick
    }
}

/// The latent values of all symbols.
#[derive(Debug, Clone)]
pub(super) struct World {
    mood: Mood,
    factor: f64,
    /// Drift per second; it turns every few minutes and gives the charts their legs.
    trend: f64,
    /// The part of a piece of news that has not reached the price yet.
    news: f64,
    own: Vec<Own>,
    chance: Chance,
}

impl World {
    /// Half-life of the common factor's way back to the anchor: three days.
    const ANCHOR: f64 = 3.0 * 86_400.0;
    const TREND: (f64, f64) = (150.0, 2.2e-6);
    const NEWS_EVERY: f64 = 2_700.0;

    pub(super) fn new(moves: impl Iterator<Item = OwnMove>, chance: Chance) -> Self {
        Self { mood: Mood::default(), factor: 0.0, trend: 0.0, news: 0.0, own: moves.map(Own::new).collect(), chance }
    }

    /// Lets time pass.
    pub(super) fn step(&mut self, secs: f64) {
        let chance = &mut self.chance;
        self.mood.step(secs, chance);
        let volatility = self.mood.volatility();
        self.trend = revert(self.trend, Self::TREND.0, Self::TREND.1, secs, chance);
        if chance.happens(secs / Self::NEWS_EVERY) {
            self.news += chance.normal().signum() * chance.log_normal(0.0018, 0.5).min(0.006);
            self.mood.alarm();
        }
        let told = self.news * (1.0 - decay(2.5, secs));
        self.news -= told;
        self.factor = self.factor * decay(Self::ANCHOR, secs)
            + self.trend * volatility * secs
            + told
            + SIGMA * volatility * secs.sqrt() * chance.normal();
        self.own.iter_mut().for_each(|own| own.step(secs, volatility, chance));
    }

    /// Lasting effect of trading on a symbol's value, as a change of its logarithm.
    pub(super) fn nudge(&mut self, symbol: usize, change: f64) {
        match self.own.get_mut(symbol) {
            Some(own) if own.law.deviation == 0.0 => self.factor += change,
            Some(own) => own.nudge(change),
            None => {}
        }
    }

    /// Logarithm of a symbol's value over its price at the start.
    pub(super) fn value(&self, symbol: usize) -> f64 {
        self.own.get(symbol).map_or(0.0, |own| own.law.beta * self.factor + own.value())
    }

    /// Volatility as a multiple of the ordinary one.
    pub(super) fn volatility(&self) -> f64 {
        self.mood.volatility()
    }

    /// A number up to `most`: how many book updates other symbols had meanwhile.
    pub(super) fn elsewhere(&mut self, most: f64) -> u64 {
        self.chance.between(1.0, most) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_component_strays_as_far_whatever_the_step() {
        for gradual in [false, true] {
            let law = OwnMove { beta: 1.0, half_life: 200.0, deviation: 0.001_2, gradual, quick: (9.0, 0.000_5) };
            for secs in [2.0, 60.0, 900.0] {
                let (mut own, mut chance) = (Own::new(law), Chance::new(1, "own"));
                let count = (4_000.0 * f64::max(200.0 / secs, 1.0)) as usize;
                let squares: f64 = (0..count)
                    .map(|_| {
                        own.step(secs, 1.0, &mut chance);
                        own.value().powi(2)
                    })
                    .sum();
                let deviation = (squares / count as f64).sqrt();
                assert!((0.001_2..0.001_4).contains(&deviation), "gradual {gradual}, steps of {secs} s: {deviation}");
            }
        }
    }
}
