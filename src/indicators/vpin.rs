//! Volume-synchronised probability of informed trading.

use crate::book::Top;
use crate::domain::{Nanos, Side, Trade, number::SCALE};
use crate::indicator::{Build, Flow, Lack, Moment, Needs, Param, Params, Place, Range, Reading, Rolling, Spec, Unit};

/// Volume-synchronised probability of informed trading.
pub const SPEC: Spec = Spec {
    name: "vpin",
    title: "VPIN, toxicity of the flow",
    about: "How one-sided the trading is by volume: near 1 when whoever trades seems to know something, near 0 when buys and sells \
            balance.",
    formula: "Σ |Vb − Vs| / (n·V) over the last n full buckets of volume V; a trade is split across buckets",
    source: "Easley, López de Prado, O'Hara: Flow Toxicity and Liquidity in a High-Frequency World, Rev. Financial Studies 25(5), 2012",
    unit: Unit::Ratio,
    range: Range::between(0.0, 1.0, None),
    needs: Needs::TRADES,
    warm_up: "`buckets` full buckets; with `auto` these begin 60 s after the first trade",
    across_gaps: "hold: no value while trades are lost, then the running bucket goes on",
    params: &[
        Param::real("bucket_volume", "volume of a bucket in base units; auto: a tenth of the first 60 s", 0.0, 1e-8, 1e9)
            .or("auto"),
        Param::whole("buckets", "full buckets looked back over", 50, 1, 10_000),
    ],
    extras: &[],
    place: Place::Beneath,
    build: Build::Flow(|params| Box::new(Vpin::new(params))),
};

/// The first trades that `auto` measures.
const MEASURED: Nanos = Nanos::from_secs(60);
/// Quantities are counted in tenths of a unit, so that a tenth of a volume is exact.
const TENTHS: i128 = 10;

#[derive(Debug, Clone)]
struct Vpin {
    /// Volume of a bucket in tenths of units; 0 while it is being measured.
    size: i128,
    /// First trade, and the volume since, while measuring.
    measured: Option<(Nanos, i128)>,
    bought: i128,
    sold: i128,
    /// |Vb − Vs| of the last full buckets, and their sum.
    full: Rolling<i128>,
    sum: i128,
    buckets: usize,
    any: bool,
}

impl Vpin {
    fn new(params: &Params) -> Self {
        let buckets = params.whole(1).max(1);
        let size = (params.get(0) * SCALE as f64).round() as i128 * TENTHS;
        Self { size, measured: None, bought: 0, sold: 0, full: Rolling::new(buckets), sum: 0, buckets, any: false }
    }

    /// The volume of a bucket, once known; until then the trade is only measured.
    fn size(&mut self, at: Nanos, qty: i128) -> Option<i128> {
        if self.size > 0 {
            return Some(self.size);
        }
        let (first, volume) = self.measured.get_or_insert((at, 0));
        if at.saturating_sub(*first) < MEASURED {
            // A tenth of the volume, in tenths of units.
            *volume += qty;
            return None;
        }
        self.size = (*volume).max(1);
        Some(self.size)
    }

    fn close(&mut self) {
        let difference = (self.bought - self.sold).abs();
        self.sum += difference - self.full.push(difference).unwrap_or(0);
        (self.bought, self.sold) = (0, 0);
    }
}

impl Flow for Vpin {
    fn on_trade(&mut self, at: Nanos, trade: &Trade, _top: Option<&Top>) {
        self.any = true;
        let qty = i128::from(trade.qty.units());
        let Some(size) = self.size(at, qty) else { return };
        let mut rest = qty * TENTHS;
        let room = size - self.bought - self.sold;
        if rest >= room {
            match trade.side {
                Side::Buy => self.bought += room,
                Side::Sell => self.sold += room,
            }
            self.close();
            rest -= room;
            // A trade larger than all the buckets looked at fills them many times over: the last ones are all that stay.
            let whole = rest / size;
            for _ in 0..whole.min(self.buckets as i128) {
                self.bought = size;
                self.close();
            }
            rest -= whole * size;
        }
        match trade.side {
            Side::Buy => self.bought += rest,
            Side::Sell => self.sold += rest,
        }
    }

    fn read(&mut self, now: &Moment<'_>) -> Result<Reading, Lack> {
        if now.trades_down.is_some() || !self.any {
            return Err(now.no_trades(Lack::Waiting("a trade")));
        }
        if let (0, Some((first, _))) = (self.size, self.measured) {
            let seconds = now.at.saturating_sub(first).secs().clamp(0, MEASURED.secs()) as usize;
            return Err(Lack::WarmingUp(seconds, MEASURED.secs() as usize, "s of volume"));
        }
        if self.full.len() < self.buckets {
            return Err(Lack::WarmingUp(self.full.len(), self.buckets, "buckets"));
        }
        let whole = self.size as f64 * self.buckets as f64;
        Reading::new(self.sum as f64 / whole).ok_or(Lack::Undefined("out of range"))
    }

    fn recalls_trades(&self) -> bool {
        true
    }

    fn boxed(&self) -> Box<dyn Flow> {
        Box::new(self.clone())
    }
}
