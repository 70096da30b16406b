//! What an order must not be. Every sentence names the rule, both numbers and the nearest valid value.

use super::super::amount::Amount;
use super::super::risk::{self, Proposed, plain};
use super::Estimate;
use super::desk::{Desk, charged};
use crate::domain::{OrderKind, OrderRequest, Price, Qty, Side, Size, TimeInForce, Trail, TriggerBy};
use std::sync::Arc;

/// Sentences about one order.
pub(super) type Said = Vec<Arc<str>>;

/// Multiples of a step below and above units that are none.
pub(super) fn around(units: i64, step: i64) -> Option<(i64, i64)> {
    let over = units.rem_euclid(step.max(1));
    (step > 0 && over != 0).then(|| (units - over, (units - over).saturating_add(step)))
}

/// What an order's kind, time in force and size say against each other.
fn combinations(request: &OrderRequest, said: &mut Said) {
    let (kind, tif) = (request.kind.name(), request.tif);
    let at_once = matches!(tif, TimeInForce::Ioc | TimeInForce::Fok);
    match request.kind {
        OrderKind::Market if request.post_only => said.push("a market order cannot be post-only: place a limit order".into()),
        OrderKind::Market if matches!(tif, TimeInForce::Gtd(_)) => {
            said.push("a market order trades at once and cannot be GTD: GTC, IOC or FOK".into());
        }
        OrderKind::Market => {}
        OrderKind::Limit { .. } if request.post_only && at_once => {
            said.push(format!("a post-only order rests and cannot be {}: GTC or GTD", tif.name()).into());
        }
        OrderKind::Limit { .. } => {}
        _ if at_once => {
            said.push(format!("a {kind} order waits for its price and cannot be {}: GTC or GTD", tif.name()).into());
        }
        OrderKind::StopLimit { .. } => {}
        _ if request.post_only => said.push(format!("a {kind} order takes and cannot be post-only").into()),
        _ => {}
    }
    if !matches!(request.kind, OrderKind::Market) && !matches!(request.size, Size::Qty(_)) {
        said.push(format!("a {kind} order needs a quantity: sizes in money are for market orders").into());
    }
}

impl Desk<'_> {
    /// All that is wrong with an order.
    pub(super) fn problems(&self, request: &OrderRequest, estimate: Option<&Estimate>) -> Said {
        let mut said = Said::new();
        if let Some(why) = &self.account.killed {
            said.push(format!("the account is stopped ({why}): unlock it first").into());
        }
        combinations(request, &mut said);
        self.prices(request, &mut said);
        let sized = self.size(request, estimate, &mut said);
        self.triggers(request, &mut said);
        if let (true, Some(qty)) = (sized, estimate.map(|estimate| estimate.qty)) {
            let reduces = self.reduces(request, qty, &mut said);
            if let Some(price) = charged(request, estimate) {
                if !reduces {
                    self.money(request, qty, price, &mut said);
                }
                self.limits(request, qty, price, estimate, &mut said);
            }
        }
        said
    }

    /// A price as the instrument writes it.
    pub(super) fn price_text(&self, price: Price) -> String {
        let places = self.market.instrument.tick.decimals();
        if self.market.instrument.tick.is_zero() { price.to_string() } else { format!("{price:.places$}") }
    }

    fn price(&self, what: &str, price: Price, said: &mut Said) {
        let tick = self.market.instrument.tick;
        if price <= Price::ZERO {
            said.push(format!("{what} {price} is not above zero").into());
        } else if let Some((below, above)) = around(price.units(), tick.units()) {
            let above = self.price_text(Price::from_units(above));
            let nearest = if below > 0 { format!("{} or {above}", self.price_text(Price::from_units(below))) } else { above };
            said.push(format!("{what} {price} is no multiple of the tick {tick}: {nearest}").into());
        }
    }

    /// An exit's price, for brackets.
    pub(super) fn exit_price(&self, what: &str, price: Price, said: &mut Said) {
        self.price(what, price, said);
    }

    fn prices(&self, request: &OrderRequest, said: &mut Said) {
        if let Some(price) = request.kind.price() {
            self.price("price", price, said);
        }
        if let Some(stop) = request.kind.stop() {
            self.price(if matches!(request.kind, OrderKind::TakeProfit { .. }) { "trigger" } else { "stop" }, stop, said);
        }
        if let OrderKind::Trailing { by, from } = request.kind {
            match by {
                Trail::Absolute(distance) => self.price("trailing distance", distance, said),
                Trail::BasisPoints(bps) if bps == 0 || bps >= 10_000 => {
                    let pct = f64::from(bps) / 100.0;
                    said.push(format!("trailing distance {pct} % is not between 0.01 % and 99.99 %").into());
                }
                Trail::BasisPoints(_) => {}
            }
            if let Some(from) = from {
                self.price("activation price", from, said);
            }
        }
    }

    /// Whether there is a quantity to go on with.
    fn size(&self, request: &OrderRequest, estimate: Option<&Estimate>, said: &mut Said) -> bool {
        let instrument = self.market.instrument;
        let lot = instrument.lot;
        match request.size {
            Size::Qty(qty) if qty <= Qty::ZERO => {
                let least = if lot.is_zero() { String::new() } else { format!(": at least {lot}") };
                said.push(format!("quantity {qty} is not above zero{least}").into());
                return false;
            }
            Size::Qty(qty) => {
                if let Some((below, above)) = around(qty.units(), lot.units()) {
                    let above = Qty::from_units(above);
                    let nearest =
                        if below > 0 { format!("{} or {above}", Qty::from_units(below)) } else { format!("at least {above}") };
                    said.push(format!("quantity {qty} is no multiple of the lot {lot}: {nearest}").into());
                }
            }
            Size::Quote(amount) if amount <= Price::ZERO => {
                said.push(format!("an amount of {amount} is not above zero").into());
                return false;
            }
            Size::Equity(0) => {
                said.push("0 % of the equity is nothing to trade".into());
                return false;
            }
            Size::Quote(_) | Size::Equity(_) => {}
        }
        let Some(estimate) = estimate else {
            // What rests or waits has a price of its own; the rest has to know one.
            if self.market.last.is_none() && self.best(request.side).is_none() {
                said.push(format!("no price of {} is known yet", instrument.symbol).into());
            } else if !matches!(request.size, Size::Qty(_)) {
                let least = if lot.is_zero() { String::new() } else { format!(" of {lot}") };
                said.push(format!("the size comes to less than one lot{least}").into());
            }
            return false;
        };
        let price = charged(request, Some(estimate)).unwrap_or(estimate.price);
        let (notional, least) =
            (Amount::of(price, estimate.qty), Amount::of(instrument.min_notional, Qty::from_units(100_000_000)));
        // Exchanges let the rest of a position be closed however small it is.
        if notional < least && !request.reduce_only {
            let (qty, unit) = (self.least_qty(price), &instrument.quote);
            let (notional, least, space) =
                (plain(notional.money()), plain(least.money()), if unit.is_empty() { "" } else { " " });
            let at = self.price_text(price);
            said.push(format!("notional {notional} is below the least of {least}{space}{unit}: at {at} at least {qty}").into());
        }
        true
    }

    /// The least quantity of which price × quantity is enough.
    pub(super) fn least_qty(&self, price: Price) -> Qty {
        let instrument = self.market.instrument;
        let least = Amount::of(instrument.min_notional, Qty::from_units(100_000_000)).units();
        let (price, lot) = (i128::from(price.units().max(1)), i128::from(instrument.lot.units().max(1)));
        let units = (least + price - 1) / price;
        Qty::from_units(i64::try_from((units + lot - 1) / lot * lot).unwrap_or(i64::MAX))
    }

    fn triggers(&self, request: &OrderRequest, said: &mut Said) {
        if matches!(request.kind, OrderKind::Market | OrderKind::Limit { .. }) {
            return;
        }
        let Some(now) = self.watched(request.trigger) else {
            if request.trigger == TriggerBy::Mark {
                said.push(format!("no mark price of {} is known: let the last price set it off", request.symbol).into());
            }
            return;
        };
        if let Some(valid) = self.trigger_bound(request, now) {
            let (stop, name) = (request.kind.stop().unwrap_or_default(), request.kind.name());
            let (above, least) = if valid > now { ("above", "at least") } else { ("below", "at most") };
            let which = if request.trigger == TriggerBy::Mark { "mark" } else { "last" };
            let (side, now) = (request.side.as_str(), self.price_text(now));
            let valid = self.price_text(valid);
            said.push(
                format!(
                    "a {name} to {side} at {stop} would go off at once, not {above} the {which} price {now}: {least} {valid}"
                )
                .into(),
            );
        }
        if let OrderKind::Trailing { by: Trail::Absolute(distance), .. } = request.kind
            && request.side == Side::Sell
            && distance >= now
        {
            said.push(format!("trailing distance {distance} is not below the price {}", self.price_text(now)).into());
        }
    }

    /// The nearest price that would not set a stop off at once; `None` where its own does not.
    pub(super) fn trigger_bound(&self, request: &OrderRequest, now: Price) -> Option<Price> {
        let stop = request.kind.stop()?;
        let up = (request.side == Side::Buy) != matches!(request.kind, OrderKind::TakeProfit { .. });
        let wrong = if up { stop <= now } else { stop >= now };
        let tick = self.market.instrument.tick.units().max(1);
        let bound = if up {
            now.units() - now.units().rem_euclid(tick) + tick
        } else {
            now.units() - 1 - (now.units() - 1).rem_euclid(tick)
        };
        (wrong && bound > 0).then(|| Price::from_units(bound))
    }

    /// Whether it is reduce-only, which needs no money.
    fn reduces(&self, request: &OrderRequest, qty: Qty, said: &mut Said) -> bool {
        if !request.reduce_only {
            return false;
        }
        let held = self.position();
        let closes = if request.side == Side::Sell { held > Qty::ZERO } else { held < Qty::ZERO };
        let way = if held > Qty::ZERO { "long" } else { "short" };
        if held.is_zero() {
            said.push(format!("reduce-only, but no {} is held", request.symbol).into());
        } else if !closes {
            let text = format!("reduce-only, but to {} would make the {way} of {} larger", request.side.as_str(), held.abs());
            said.push(text.into());
        } else if qty > held.abs() {
            said.push(format!("reduces {qty} but the {way} is only {0}: at most {0}", held.abs()).into());
        }
        true
    }

    /// The most that money and holdings allow, rounded down to the lot.
    pub(super) fn affordable(&self, side: Side, price: Price) -> Qty {
        let most = self.room().most(side, price, self.position()).units();
        let lot = self.market.instrument.lot.units().max(1);
        Qty::from_units(most - most % lot)
    }

    fn money(&self, request: &OrderRequest, qty: Qty, price: Price, said: &mut Said) {
        let room = self.room();
        let most = room.most(request.side, price, self.position());
        if qty <= most {
            return;
        }
        let most = self.affordable(request.side, price);
        let at_most = if most.is_zero() { String::new() } else { format!(": at most {most}") };
        if self.terms.is_cash() && request.side == Side::Sell {
            let (held, sold) = (self.position().max(Qty::ZERO), room.demand.sold);
            said.push(if sold.is_zero() {
                format!("sells {qty} but only {held} are held{at_most}").into()
            } else {
                format!("sells {qty} but of {held} held {sold} are in open orders{at_most}").into()
            });
            return;
        }
        let needed = plain(room.extra(request.side, Amount::of(price, qty)).money());
        let free = plain(room.free.max(Amount::ZERO).money());
        let what = if self.terms.is_cash() { "with its fee" } else { "of margin and fees" };
        said.push(format!("needs {needed} {what} but {free} are free{at_most}").into());
    }

    fn limits(&self, request: &OrderRequest, qty: Qty, price: Price, estimate: Option<&Estimate>, said: &mut Said) {
        let room = self.room();
        let notional = Amount::of(price, qty);
        let then = match request.side {
            Side::Buy => room.value + room.demand.buys + notional,
            Side::Sell => room.value - room.demand.sells - notional,
        };
        let looked_at = match request.kind {
            OrderKind::Market => estimate.map(|estimate| estimate.price),
            OrderKind::Limit { price } => Some(price),
            _ => None,
        };
        said.extend(risk::breaches(
            &self.account.limits,
            &Proposed {
                notional: notional.money(),
                position: then.abs().money(),
                grows: !request.reduce_only && then.abs() > room.value.abs(),
                open_orders: u32::try_from(self.account.working.len()).unwrap_or(u32::MAX),
                recent_orders: self.account.recent_orders,
                price: looked_at,
                mid: self.mid(),
            },
        ));
    }

    /// What one should know of an order; no reason to refuse it.
    pub(super) fn notes(&self, request: &OrderRequest, estimate: Option<&Estimate>) -> Said {
        let mut said = Said::new();
        let (Some(best), OrderKind::Limit { price }) = (self.best(request.side), request.kind) else {
            if estimate.is_some_and(|estimate| !estimate.complete) {
                said.push("the book shows less than that: the rest trades further away".into());
            }
            return said;
        };
        let crosses = if request.side == Side::Buy { price >= best } else { price <= best };
        if crosses && request.post_only {
            let tick = self.market.instrument.tick.units().max(1);
            let valid = Price::from_units(best.units() - tick * request.side.sign());
            let (best, valid) = (self.price_text(best), self.price_text(valid));
            let bound = if request.side == Side::Buy { "at most" } else { "at least" };
            said.push(format!("post-only is rejected if on arrival it trades at once, as now at {best}: {bound} {valid}").into());
        } else if crosses {
            said.push(format!("trades at once, from {} on", self.price_text(best)).into());
        }
        said
    }
}
