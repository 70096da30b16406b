//! How a pair is looked at: method, windows and thresholds, with their ranges and text forms.

use std::fmt;
use std::ops::RangeInclusive;

/// Bars a hedge ratio may be worked out over.
pub const WINDOW: RangeInclusive<usize> = 10..=100_000;
/// Bars the z-score and the rolling correlation may be worked out over.
pub const Z: RangeInclusive<usize> = 5..=1_000;
/// The greatest threshold of a z-score.
pub const LIMIT: f64 = 100.0;

/// How the hedge ratio is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Ordinary least squares over the window.
    #[default]
    Ols,
    /// Robust regression over the window: Huber's weights, so that a few wild bars do not tilt the line.
    Huber,
    /// A Kalman filter over all bars: the line walks with the market instead of being cut off at a window.
    Kalman,
}

impl Method {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::Ols, Self::Huber, Self::Kalman];

    /// Its name on the command line and in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ols => "ols",
            Self::Huber => "huber",
            Self::Kalman => "kalman",
        }
    }

    /// The one after it, the first after the last.
    pub const fn next(self) -> Self {
        match self {
            Self::Ols => Self::Huber,
            Self::Huber => Self::Kalman,
            Self::Kalman => Self::Ols,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Method {
    type Err = SetupError;
    fn from_str(text: &str) -> Result<Self, SetupError> {
        Self::ALL.into_iter().find(|method| method.name() == text).ok_or_else(|| SetupError::Method(text.to_owned()))
    }
}

/// Why a pair cannot be looked at like that.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SetupError {
    /// No such method.
    #[error("`{0}` is no method: there are ols, huber and kalman")]
    Method(String),
    /// A window out of range.
    #[error("window {0}: expected {least} to {most} bars", least = WINDOW.start(), most = WINDOW.end())]
    Window(usize),
    /// A z-score's length out of range.
    #[error("z {0}: expected {least} to {most} bars", least = Z.start(), most = Z.end())]
    Z(usize),
    /// Thresholds that do not fit together.
    #[error("entry {entry}, exit {exit}, stop {stop}: expected 0 ≤ exit < entry < stop ≤ {LIMIT}")]
    Thresholds {
        /// Where a trade begins.
        entry: f64,
        /// Where it ends.
        exit: f64,
        /// Where it is given up.
        stop: f64,
    },
    /// A text that is no setup.
    #[error("`{0}`: expected a method and settings, such as `ols window=100 z=20 corr=returns entry=2 exit=0 stop=4`")]
    Text(String),
}

/// How a pair is looked at.
///
/// Its text form reads back: `ols window=100 z=20 corr=returns entry=2 exit=0 stop=4`; what is left out is as by default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairSetup {
    /// How the hedge ratio is estimated.
    pub method: Method,
    /// Bars the hedge ratio and the tests are worked out over, within [`WINDOW`].
    pub window: usize,
    /// Bars of the z-score and of the correlation, within [`Z`].
    pub z: usize,
    /// Whether the correlation is one of log returns; else of closes.
    pub returns: bool,
    /// |z| at which a trade begins.
    pub entry: f64,
    /// The side of 0 a trade ends on: |z| of the entry's sign at or below which it is over.
    pub exit: f64,
    /// |z| at which a trade is given up.
    pub stop: f64,
}

impl Default for PairSetup {
    fn default() -> Self {
        Self { method: Method::Ols, window: 100, z: 20, returns: true, entry: 2.0, exit: 0.0, stop: 4.0 }
    }
}

impl PairSetup {
    /// The setup itself where everything is in range.
    ///
    /// # Errors
    /// [`SetupError`] naming what is not, and the range.
    pub fn checked(self) -> Result<Self, SetupError> {
        if !WINDOW.contains(&self.window) {
            return Err(SetupError::Window(self.window));
        }
        if !Z.contains(&self.z) {
            return Err(SetupError::Z(self.z));
        }
        let Self { entry, exit, stop, .. } = self;
        // Written so that what is not a number fails as well.
        if exit >= 0.0 && entry > exit && stop > entry && stop <= LIMIT {
            Ok(self)
        } else {
            Err(SetupError::Thresholds { entry, exit, stop })
        }
    }

    /// Bars it takes until every value is there.
    pub fn warm_up(&self) -> usize {
        self.window.max(self.z + usize::from(self.returns))
    }
}

impl fmt::Display for PairSetup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, window, z, returns, entry, exit, stop } = self;
        let corr = if *returns { "returns" } else { "closes" };
        write!(f, "{method} window={window} z={z} corr={corr} entry={entry} exit={exit} stop={stop}")
    }
}

impl std::str::FromStr for PairSetup {
    type Err = SetupError;
    fn from_str(text: &str) -> Result<Self, SetupError> {
        let bad = || SetupError::Text(text.to_owned());
        let mut setup = Self::default();
        for part in text.split_whitespace() {
            let Some((name, value)) = part.split_once('=') else {
                setup.method = part.parse()?;
                continue;
            };
            let number = || value.parse::<f64>().map_err(|_| bad());
            let count = || value.parse::<usize>().map_err(|_| bad());
            match name {
                "window" => setup.window = count()?,
                "z" => setup.z = count()?,
                "corr" if value == "returns" => setup.returns = true,
                "corr" if value == "closes" => setup.returns = false,
                "entry" => setup.entry = number()?,
                "exit" => setup.exit = number()?,
                "stop" => setup.stop = number()?,
                _ => return Err(bad()),
            }
        }
        setup.checked()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_read_back() {
        for method in Method::ALL {
            assert_eq!(method.name().parse(), Ok(method));
            let setup = PairSetup { method, window: 500, z: 60, returns: false, entry: 2.25, exit: 0.5, stop: 3.5 };
            assert_eq!(setup.to_string().parse(), Ok(setup));
        }
        assert_eq!("".parse(), Ok(PairSetup::default()));
        assert_eq!("kalman z=30".parse(), Ok(PairSetup { method: Method::Kalman, z: 30, ..PairSetup::default() }));
        for text in [
            "lasso",
            "window=",
            "window=9",
            "window=100001",
            "z=4",
            "z=1001",
            "corr=prices",
            "entry=0",
            "stop=2",
            "exit=-1",
            "entry=NaN",
            "speed=3",
        ] {
            assert!(text.parse::<PairSetup>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_method_follows_another() {
        let round = Method::ALL.map(Method::next);
        assert!(Method::ALL.iter().all(|method| round.contains(method)));
    }
}
