//! The bars that are running now, one of each streamed timeframe.

use super::klines::{Archive, Kline, Slim, Units};
use crate::domain::{Nanos, Timeframe};

#[derive(Debug, Clone)]
struct Running {
    timeframe: Timeframe,
    start: Nanos,
    slim: Slim,
    ids: (u64, u64),
    changed: bool,
}

/// The running bars of one symbol.
#[derive(Debug, Clone, Default)]
pub(super) struct RunningBars(Vec<Running>);

impl RunningBars {
    /// The bars of these timeframes as they stand at the start.
    pub(super) fn new(timeframes: &[Timeframe], archive: &Archive, start: Nanos, last_id: u64) -> Self {
        let mut list: Vec<Running> = Vec::new();
        for timeframe in timeframes.iter().copied().filter(|t| t.secs() >= 60 && t.secs().is_multiple_of(60)) {
            if list.iter().any(|r| r.timeframe == timeframe) {
                continue;
            }
            if let Some((begin, slim)) = archive.running(timeframe, start) {
                let first = (last_id + 1).saturating_sub(u64::from(slim.trades).max(1));
                list.push(Running { timeframe, start: begin, slim, ids: (first, last_id), changed: true });
            }
        }
        Self(list)
    }

    /// Takes in a trade of one taker at one price, with its first and last fill id.
    pub(super) fn trade(&mut self, at: Nanos, ticks: u32, lots: u64, bought: bool, ids: (u64, u64)) {
        for bar in &mut self.0 {
            bar.roll(at);
            if bar.slim.trades == 0 {
                bar.ids.0 = ids.0;
            }
            bar.ids.1 = ids.1;
            bar.slim.trade(ticks, lots, bought, (ids.1 - ids.0 + 1) as u32);
            bar.changed = true;
        }
    }

    /// Bars to publish at this moment: those just over, then the running ones that changed.
    pub(super) fn publish(&mut self, now: Nanos, units: Units, mut tell: impl FnMut(Timeframe, Kline)) {
        for bar in &mut self.0 {
            if now >= bar.start + bar.timeframe.nanos() {
                tell(bar.timeframe, bar.kline(units, true));
                bar.roll(now);
            } else if std::mem::take(&mut bar.changed) {
                tell(bar.timeframe, bar.kline(units, false));
            }
        }
    }
}

impl Running {
    fn roll(&mut self, at: Nanos) {
        if at >= self.start + self.timeframe.nanos() {
            self.start = self.timeframe.start_of(at);
            self.slim = Slim::flat(self.slim.close);
            self.changed = false;
        }
    }

    fn kline(&self, units: Units, closed: bool) -> Kline {
        let (first_id, last_id) = self.ids;
        Kline { first_id, last_id, ..self.slim.kline(self.start, units, closed) }
    }
}
