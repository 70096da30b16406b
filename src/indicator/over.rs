//! A technical indicator over a history of bars, worked out once and carried on from there.

use super::{Build, EXTRAS, Reading, Setup, Study};
use crate::bars::BarView;
use crate::domain::{Bar, BarSpec, Nanos, Price, Symbol};
use std::collections::VecDeque;

/// Bars that any indicator has a value after.
const WARM: usize = 5_000;

/// An indicator's values at every bar of a history, kept while the bars stay the same ones: a bar that closes costs one step, the
/// forming one a preview when it changed; history put in front, another symbol or other bars begin anew.
#[derive(Debug, Clone)]
pub struct Over {
    setup: Setup,
    study: Option<Box<dyn Study>>,
    /// Whose bars.
    of: Option<(Symbol, BarSpec)>,
    /// How often all bars were replaced when they were taken in.
    replaced: u64,
    /// Number of the first bar held; how many were let go before it.
    first: u64,
    /// The last closed bar taken in.
    last: Option<Bar>,
    values: VecDeque<f64>,
    /// Beside them, where the indicator has others.
    extras: VecDeque<[f64; EXTRAS]>,
    /// The bar still forming, and the value there.
    forming: Option<(Bar, Option<Reading>)>,
}

impl Over {
    /// Of no bars yet; `None` for an indicator of events.
    pub fn new(setup: Setup) -> Option<Self> {
        let study = build(&setup)?;
        Some(Self {
            setup,
            study: Some(study),
            of: None,
            replaced: 0,
            first: 0,
            last: None,
            values: VecDeque::new(),
            extras: VecDeque::new(),
            forming: None,
        })
    }

    /// Bars until its first value.
    pub fn warm_up(&self) -> usize {
        let Some(mut study) = build(&self.setup) else { return 0 };
        let calm = |i: usize| Bar::flat(Nanos::from_secs(i as i64), Price::from_units(100_000_000));
        (1..=WARM).find(|i| study.on_bar(&calm(*i)).is_some()).unwrap_or(WARM)
    }

    /// Which it is and how it is set.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// Takes in what is new of these bars.
    pub fn update(&mut self, symbol: Symbol, spec: BarSpec, view: &BarView) {
        let closed = &view.closed;
        let held = closed.dropped();
        let end = held + closed.len() as u64;
        if self.of != Some((symbol, spec)) || self.replaced != closed.replaced() || !self.follows(view, held, end) {
            self.begin(symbol, spec, closed.replaced(), held);
        }
        let gone = (held - self.first).min(self.values.len() as u64) as usize;
        if gone > 0 {
            self.values.drain(..gone);
            self.extras.drain(..gone.min(self.extras.len()));
        }
        self.first = held;
        let new = self.values.len();
        if new < closed.len() {
            for bar in closed.iter_from(new) {
                let reading = self.study.as_mut().and_then(|study| study.on_bar(bar));
                self.push(reading);
                self.last = Some(*bar);
            }
            self.forming = None;
        }
        match view.forming {
            Some(bar) if self.forming.is_none_or(|(before, _)| before != bar) => {
                self.forming = Some((bar, self.study.as_ref().and_then(|study| study.preview(&bar))));
            }
            Some(_) => {}
            None => self.forming = None,
        }
    }

    /// The value at a bar's position; `None` before the indicator is warm.
    pub fn get(&self, index: usize) -> Option<Reading> {
        if index == self.values.len() {
            return self.forming.and_then(|(_, reading)| reading);
        }
        let value = *self.values.get(index)?;
        Reading::with(value, self.extras.get(index).map_or(&[], |extras| extras.as_slice()))
    }

    /// Number of bars it knows, the forming one included.
    pub fn len(&self) -> usize {
        self.values.len() + usize::from(self.forming.is_some())
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether what was taken in is still where these bars begin.
    fn follows(&self, view: &BarView, held: u64, end: u64) -> bool {
        let known = self.first + self.values.len() as u64;
        // What was taken in has to reach to the bars held, and to be no more than there is.
        if held < self.first || held > known || known > end {
            return false;
        }
        match known.checked_sub(held + 1) {
            Some(at) => view.closed.get(at as usize) == self.last.as_ref(),
            None => self.values.is_empty(),
        }
    }

    fn begin(&mut self, symbol: Symbol, spec: BarSpec, replaced: u64, first: u64) {
        self.study = build(&self.setup);
        self.of = Some((symbol, spec));
        self.replaced = replaced;
        self.first = first;
        self.last = None;
        self.values.clear();
        self.extras.clear();
        self.forming = None;
    }

    fn push(&mut self, reading: Option<Reading>) {
        self.values.push_back(reading.map_or(f64::NAN, |reading| reading.value()));
        if !self.setup.spec.extras.is_empty() {
            self.extras.push_back(reading.map_or([f64::NAN; EXTRAS], |reading| reading.packed()));
        }
    }
}

fn build(setup: &Setup) -> Option<Box<dyn Study>> {
    match setup.spec.build {
        Build::Bars(make) => Some(make(&setup.params)),
        Build::Flow(_) => None,
    }
}
