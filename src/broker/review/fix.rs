//! The nearest order that could be.

use super::desk::{Desk, charged};
use super::rules::around;
use crate::domain::{OrderKind, OrderRequest, Price, Qty, Size, Trail};

/// The nearer of the multiples of a step around units, never nothing.
fn nearest(units: i64, step: i64) -> i64 {
    match around(units, step) {
        Some((below, above)) if below > 0 && units - below <= above - units => below,
        Some((_, above)) => above,
        None => units,
    }
}

impl Desk<'_> {
    /// The order with prices and quantity moved to the nearest valid ones; `None` where that is not enough.
    pub(super) fn nearest(&self, request: &OrderRequest) -> Option<OrderRequest> {
        let instrument = self.market.instrument;
        let on_tick = |price: Price| Price::from_units(nearest(price.units(), instrument.tick.units()));
        let mut fixed = request.clone();
        match &mut fixed.kind {
            OrderKind::Market => {}
            OrderKind::Limit { price } => *price = on_tick(*price),
            OrderKind::Stop { stop } | OrderKind::TakeProfit { stop } => *stop = on_tick(*stop),
            OrderKind::StopLimit { stop, price } => (*stop, *price) = (on_tick(*stop), on_tick(*price)),
            OrderKind::Trailing { by, from } => {
                if let Trail::Absolute(distance) = by {
                    *distance = on_tick(*distance);
                }
                *from = from.map(on_tick);
            }
        }
        if let Some(bound) = self.watched(fixed.trigger).and_then(|now| self.trigger_bound(&fixed, now))
            && let OrderKind::Stop { stop } | OrderKind::TakeProfit { stop } | OrderKind::StopLimit { stop, .. } = &mut fixed.kind
        {
            *stop = bound;
        }
        if let Size::Qty(qty) = fixed.size {
            fixed.size = Size::Qty(self.nearest_qty(&fixed, qty)?);
        }
        let valid = fixed != *request && self.problems(&fixed, self.estimate(&fixed).as_ref()).is_empty();
        valid.then_some(fixed)
    }

    fn nearest_qty(&self, request: &OrderRequest, qty: Qty) -> Option<Qty> {
        let lot = self.market.instrument.lot.units().max(1);
        let mut units = nearest(qty.units().max(i64::from(!self.market.instrument.lot.is_zero())), lot);
        let estimate = self.estimate(&OrderRequest { size: Size::Qty(Qty::from_units(units)), ..request.clone() });
        let price = charged(request, estimate.as_ref())?;
        if request.reduce_only {
            units = units.min(self.position().abs().units());
        } else {
            units = units.max(self.least_qty(price).units()).min(self.affordable(request.side, price).units());
            if let Some(most) = self.account.limits.max_order_notional {
                let most = super::super::amount::Amount::from_money(most).buys(price).units();
                units = units.min(most - most % lot);
            }
        }
        (units > 0).then(|| Qty::from_units(units))
    }
}
