//! Bars closed by activity: a number of trades, a volume, a turnover or a price range.

use super::{BarView, Series};
use crate::domain::{Bar, BarSpec, Instrument, Nanos, Price, Qty, Side, Volume};

/// Bars of one such kind of one symbol.
#[derive(Debug, Clone)]
pub struct ActivityBars {
    spec: BarSpec,
    closed: Series<Bar>,
    forming: Option<Bar>,
    /// Turnover of the forming bar in units of 1e-16.
    turnover: i128,
}

impl ActivityBars {
    /// No bars yet; at most about `capacity` closed ones are kept.
    pub fn new(spec: BarSpec, capacity: usize) -> Self {
        Self { spec, closed: Series::with_capacity(capacity), forming: None, turnover: 0 }
    }

    /// What closes a bar here.
    pub fn spec(&self) -> BarSpec {
        self.spec
    }

    /// Takes in a trade; the trade that completes a bar is part of it and closes it.
    pub fn on_trade(&mut self, at: Nanos, price: Price, qty: Qty, side: Side, instrument: &Instrument) {
        let trade = Bar {
            volume: qty.volume(),
            buy_volume: if side == Side::Buy { qty.volume() } else { Volume::ZERO },
            trades: 1,
            ..Bar::flat(at, price)
        };
        let bar = match &mut self.forming {
            Some(bar) => {
                bar.absorb(&trade);
                bar
            }
            None => self.forming.insert(trade),
        };
        self.turnover = self.turnover.saturating_add(i128::from(price.units()) * i128::from(qty.units()));
        let full = match self.spec {
            BarSpec::Time(_) => false,
            BarSpec::Tick(count) => bar.trades >= count,
            BarSpec::Volume(size) => bar.volume >= size.volume(),
            BarSpec::Dollar(size) => self.turnover >= i128::from(size.units()) * 100_000_000,
            BarSpec::Range(ticks) => {
                let tick = instrument.tick.units().max(1);
                (bar.high - bar.low).units() >= tick.saturating_mul(i64::from(ticks))
            }
        };
        if full {
            self.closed.push(*bar);
            self.forming = None;
            self.turnover = 0;
        }
    }

    /// The bars as they stand.
    pub fn view(&self) -> BarView {
        BarView { closed: self.closed.clone(), forming: self.forming }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Symbol;

    fn run(spec: &str, trades: &[(f64, f64)]) -> Vec<(f64, f64, u32)> {
        let mut instrument = Instrument::unknown(Symbol::UNKNOWN);
        instrument.tick = Price::from_f64(0.5);
        let mut bars = ActivityBars::new(spec.parse().unwrap(), 100);
        for (i, &(price, qty)) in trades.iter().enumerate() {
            bars.on_trade(Nanos(i as i64), Price::from_f64(price), Qty::from_f64(qty), Side::Buy, &instrument);
        }
        bars.view().closed.iter().map(|bar| (bar.open.to_f64(), bar.close.to_f64(), bar.trades)).collect()
    }

    #[test]
    fn each_kind_closes_at_its_measure() {
        let trades = [(10.0, 1.0), (11.0, 2.0), (10.5, 3.0), (12.0, 1.0), (9.0, 2.0)];
        assert_eq!(run("tick:2", &trades), [(10.0, 11.0, 2), (10.5, 12.0, 2)]);
        assert_eq!(run("volume:3", &trades), [(10.0, 11.0, 2), (10.5, 10.5, 1), (12.0, 9.0, 2)]);
        assert_eq!(run("dollar:30", &trades), [(10.0, 11.0, 2), (10.5, 10.5, 1), (12.0, 9.0, 2)]);
        assert_eq!(run("range:2", &trades), [(10.0, 11.0, 2), (10.5, 12.0, 2)]);
    }
}
