//! Watches, and never trades.

use crate::domain::{Bar, Symbol};
use crate::strategy::{Answer, Needs, Sight, Spec, Status, Strategy};
use std::hash::Hasher;

/// Watches, and never trades.
pub static SPEC: Spec = Spec {
    name: "collector",
    title: "Collector",
    about: "Records what happens and never trades: an account that stands still beside the others, and a run for its data alone.",
    rules: "never enters",
    needs: Needs { trades: false, quotes: false, book: false, pair: false },
    params: &[],
    check: |_| Ok(()),
    build: |_, _| Ok(Box::new(Collector { bars: 0 })),
};

/// Counts the bars.
#[derive(Debug, Clone)]
struct Collector {
    bars: u64,
}

impl Strategy for Collector {
    fn on_bar(&mut self, _sight: &Sight<'_>, _symbol: Symbol, _bar: &Bar, _answers: &mut Vec<Answer>) {
        self.bars += 1;
    }

    fn status(&self) -> Status {
        let plural = if self.bars == 1 { "" } else { "s" };
        Status { text: format!("records, never trades; {} bar{plural} seen", self.bars), probability: None }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        into.write_u64(self.bars);
    }
}
