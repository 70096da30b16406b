//! Orders that are placed together.

use super::Review;
use super::desk::{Desk, charged};
use super::rules::Said;
use crate::domain::{OrderKind, OrderRequest, Placement, Price, Side, TimeInForce};

impl Desk<'_> {
    /// Looks at orders that are placed together.
    pub(super) fn review_placement(&self, place: &Placement) -> Review {
        match place {
            Placement::Single(request) => self.review(request),
            Placement::Oco(both) => self.review_oco(&both[0], &both[1]),
            Placement::Bracket { entry, stop, target } => self.review_bracket(entry, *stop, *target),
        }
    }

    fn review_oco(&self, first: &OrderRequest, second: &OrderRequest) -> Review {
        let (mut one, two) = (self.review(first), self.review(second));
        let named =
            |name: &str, said: Said| said.into_iter().map(|text| format!("{name} order: {text}").into()).collect::<Said>();
        one.nearest = one.nearest.filter(|_| two.problems.is_empty());
        one.problems = named("first", one.problems);
        one.problems.extend(named("second", two.problems));
        one.notes = named("first", one.notes);
        one.notes.extend(named("second", two.notes));
        if first.symbol != second.symbol {
            let text = format!("both orders of an OCO trade one symbol, not {} and {}", first.symbol, second.symbol);
            one.problems.push(text.into());
        }
        let at_once = |order: &OrderRequest| {
            matches!(order.kind, OrderKind::Market) || matches!(order.tif, TimeInForce::Ioc | TimeInForce::Fok)
        };
        if at_once(first) || at_once(second) {
            one.problems.push("both orders of an OCO wait: limits or stops, GTC or GTD".into());
        }
        one
    }

    fn review_bracket(&self, entry: &OrderRequest, stop: Option<Price>, target: Option<Price>) -> Review {
        let mut review = self.review(entry);
        let said = &mut review.problems;
        if entry.reduce_only {
            said.push("a bracket opens a position: its entry cannot be reduce-only".into());
        }
        let at = charged(entry, review.estimate.as_ref());
        for (what, price, above) in [("stop", stop, entry.side == Side::Sell), ("target", target, entry.side == Side::Buy)] {
            let Some(price) = price else { continue };
            self.exit_price(what, price, said);
            let Some(at) = at else { continue };
            if price <= Price::ZERO || if above { price > at } else { price < at } {
                continue;
            }
            let (way, side) = (if entry.side == Side::Buy { "long" } else { "short" }, if above { "above" } else { "below" });
            let (price, at) = (self.price_text(price), self.price_text(at));
            said.push(format!("the {what} {price} of a {way} has to lie {side} its entry at {at}").into());
        }
        // What would be the nearest entry says nothing of its exits.
        let alone = review.problems.is_empty() || stop.is_none() && target.is_none();
        review.nearest = review.nearest.filter(|_| alone);
        review
    }
}
