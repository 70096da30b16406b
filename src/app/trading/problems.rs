//! What is wrong with a ticket, and what would be accepted in its place.

use super::estimate::{Estimate, down_to_lot};
use super::fields::{SizeBy, TicketField, TicketKind, With};
use super::plan::{Ground, on_tick, price};
use super::ticket::{Ticket, price_text};
use crate::domain::{Money, OrderRequest, Price, Qty, Side, money};

/// Something wrong with a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The part it is about.
    pub field: TicketField,
    /// What, in words.
    pub text: String,
    /// Whether it keeps the order from being sent; else it is only worth a look.
    pub hard: bool,
    /// What would be accepted, where that is known.
    pub fix: Option<Fix>,
}

/// What makes a problem go.
#[derive(Debug, Clone, PartialEq)]
pub enum Fix {
    /// Paper trading turned on.
    Paper,
    /// These texts in these parts.
    Write(Vec<(TicketField, String)>),
    /// This order in the place of the one that is written.
    Order(Box<OrderRequest>),
}

impl Problem {
    pub(super) const fn of(field: TicketField, text: String) -> Self {
        Self { field, text, hard: true, fix: None }
    }

    fn note(field: TicketField, text: String) -> Self {
        Self { hard: false, ..Self::of(field, text) }
    }

    fn or(self, fix: Fix) -> Self {
        Self { fix: Some(fix), ..self }
    }
}

/// Why there is no size.
pub(super) fn of_size(ticket: &Ticket, estimate: &Estimate) -> Problem {
    let written = !ticket.size.is_empty();
    let text = match ticket.size_by {
        SizeBy::Risk if ticket.with != With::Bracket || price(&ticket.loss).is_none() => {
            "a size by risk needs the price of a stop loss"
        }
        _ if written && estimate.qty.is_some_and(Qty::is_zero) => "that is less than the smallest quantity",
        _ if written => "the size is no figure above 0",
        _ => "how much?",
    };
    let field =
        if ticket.size_by == SizeBy::Risk && ticket.with != With::Bracket { TicketField::With } else { TicketField::Size };
    Problem::of(field, text.to_owned())
}

/// Adds what the exchange or the account would refuse, and what is worth a look.
pub(super) fn judge(ticket: &Ticket, ground: &Ground<'_>, estimate: &Estimate, problems: &mut Vec<Problem>) {
    let broker = &ground.view.snapshot.trading.broker;
    if !broker.on {
        problems.push(Problem::of(TicketField::Account, "paper trading is off".to_owned()).or(Fix::Paper));
    }
    if let Some(why) = ground.account.and_then(|account| account.killed.as_ref()) {
        problems.push(Problem::of(TicketField::Account, format!("{} is stopped: {why}", ticket.account)));
    }
    rules(ticket, ground, estimate, problems);
    sides(ticket, ground, estimate, problems);
    if estimate.beyond_book {
        problems.push(Problem::note(
            TicketField::Size,
            "the book does not hold as much: the rest trades at prices not known".to_owned(),
        ));
    }
}

/// The instrument's rules, and what the account has.
fn rules(ticket: &Ticket, ground: &Ground<'_>, estimate: &Estimate, problems: &mut Vec<Problem>) {
    let instrument = &ground.symbol.instrument;
    let all = [
        (TicketField::Price, estimate.limit),
        (TicketField::Stop, estimate.stop.filter(|_| !ticket.kind.trails())),
        (TicketField::Loss, price(&ticket.loss).filter(|_| ticket.applies(TicketField::Loss))),
        (TicketField::Target, price(&ticket.target).filter(|_| ticket.applies(TicketField::Target))),
    ];
    for (field, price) in all {
        let Some(price) = price else { continue };
        let near = on_tick(price, ground.symbol);
        if near != price {
            let text = price_text(ground.symbol, near);
            let words = format!("{price} is no multiple of the tick {}: {text}", instrument.tick);
            problems.push(Problem::of(field, words).or(Fix::Write(vec![(field, text)])));
        }
    }
    let Some(qty) = estimate.qty else { return };
    let size = |qty: Qty| Fix::Write(vec![(TicketField::Size, qty.to_string())]);
    let near = down_to_lot(qty, ground.symbol);
    if near != qty && ticket.size_by == SizeBy::Quantity {
        let words = format!("{qty} is no multiple of the lot {}: {near}", instrument.lot);
        problems.push(Problem::of(TicketField::Size, words).or(size(near)));
    }
    let (Some(worth), Some(price)) = (estimate.worth, estimate.price) else { return };
    let least = money::of_price(instrument.min_notional);
    if worth < least && ticket.size_by == SizeBy::Quantity {
        let lot = Money::from(instrument.lot.units().max(1));
        let lots = (least * Money::from(100_000_000) / money::of_price(price) / lot).ceil();
        let enough = i64::try_from(lots * lot).map_or(qty, Qty::from_units);
        let words = format!(
            "{} is below the least of {} {}: at least {enough}",
            worth.normalize(),
            instrument.min_notional,
            instrument.quote
        );
        problems.push(Problem::of(TicketField::Size, words).or(size(enough)));
    }
    if let (Some(needs), Some(free)) = (estimate.needs, estimate.free)
        && needs > free
        && ticket.amends.is_none()
    {
        let part = money::to_f64(free.max(Money::ZERO)) / money::to_f64(needs).max(f64::MIN_POSITIVE);
        let most = down_to_lot(Qty::from_f64(qty.to_f64() * part), ground.symbol);
        let words = format!("needs {:.2} and {:.2} are free: at most {most}", needs, free);
        problems.push(Problem::of(TicketField::Size, words).or(size(most)));
    }
    let held = estimate.before;
    let against = !held.is_zero() && (held > Qty::ZERO) != (ticket.side == Side::Buy);
    if ticket.reduce_only && !against {
        let words = if held.is_zero() {
            "reduce-only, and there is no position"
        } else {
            "reduce-only, and it would make the position larger"
        };
        problems.push(Problem::of(TicketField::Flags, words.to_owned()));
    }
}

/// Prices on the wrong side of the market or of one another.
fn sides(ticket: &Ticket, ground: &Ground<'_>, estimate: &Estimate, problems: &mut Vec<Problem>) {
    let buys = ticket.side == Side::Buy;
    let Some(last) = ground.symbol.last_price() else { return };
    if ticket.post_only && ticket.kind == TicketKind::Limit && !estimate.rests {
        let own = ground.symbol.top.map(|top| price_text(ground.symbol, if buys { top.bid } else { top.ask }));
        let problem = Problem::note(TicketField::Price, "post-only, and it would trade at once".to_owned());
        problems.push(match own {
            Some(own) => problem.or(Fix::Write(vec![(TicketField::Price, own)])),
            None => problem,
        });
    }
    if let (true, Some(stop)) = (ticket.kind.waits() && !ticket.kind.trails(), estimate.stop) {
        let above = buys == (ticket.kind != TicketKind::TakeProfit);
        if (above && stop <= last) || (!above && stop >= last) {
            let side = if above { "above" } else { "below" };
            problems
                .push(Problem::note(TicketField::Stop, format!("it is set off at once: {side} the price {last} it would wait")));
        }
    }
    let Some(entry) = estimate.price.filter(|_| ticket.with == With::Bracket) else { return };
    let wrong = |field: TicketField, at: Option<Price>, above: bool, what: &str| {
        let at = at.filter(|at| if above { *at <= entry } else { *at >= entry })?;
        let side = if above { "above" } else { "below" };
        Some(Problem::of(field, format!("the {what} {at} has to be {side} the entry {}", price_text(ground.symbol, entry))))
    };
    problems.extend(wrong(TicketField::Loss, price(&ticket.loss), !buys, "stop loss"));
    problems.extend(wrong(TicketField::Target, price(&ticket.target), buys, "target"));
}
