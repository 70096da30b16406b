//! What a ticket comes to: the action that is sent, what it would cost with the market as it is now, and what is wrong with it.

use super::estimate::{Estimate, estimate};
use super::fields::{SizeBy, Stays, TicketField, TicketKind, With};
use super::problems::{self, Problem};
use super::ticket::{Ticket, plain};
use crate::app::moments;
use crate::broker::AccountView;
use crate::domain::{
    Money, Nanos, OrderKind, OrderRequest, Placement, Price, Qty, Side, Size, TimeInForce, TradingAction, Trail, money,
};
use crate::drive::view::View;
use crate::engine::snapshot::SymbolView;
use std::sync::Arc;

pub use super::problems::Fix;

/// What a ticket comes to.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What is sent; none while it cannot be.
    pub action: Option<TradingAction>,
    /// What it would come to.
    pub estimate: Estimate,
    /// What is wrong, what must be changed first.
    pub problems: Vec<Problem>,
}

/// All a ticket is judged by.
pub(super) struct Ground<'a> {
    pub view: &'a View,
    pub symbol: &'a SymbolView,
    pub account: Option<&'a AccountView>,
}

impl<'a> Ground<'a> {
    pub fn of(ticket: &Ticket, view: &'a View) -> Option<Self> {
        let symbol = view.snapshot.symbol(ticket.symbol)?;
        let account = view.snapshot.trading.broker.account(&ticket.account).map(Arc::as_ref);
        Some(Self { view, symbol, account })
    }

    /// The account's equity; what a new one begins with where there is none yet.
    pub fn equity(&self) -> Money {
        self.account.map_or(self.view.snapshot.trading.broker.config.cash, |account| account.equity)
    }

    /// The position in the symbol.
    pub fn held(&self) -> Qty {
        self.account.and_then(|account| account.position(self.symbol.instrument.symbol)).map_or(Qty::ZERO, |held| held.qty)
    }
}

/// Works out what a ticket comes to.
pub(super) fn plan(ticket: &Ticket, view: &View) -> Plan {
    let Some(ground) = Ground::of(ticket, view) else {
        let text = format!("{} is not followed any more", ticket.symbol);
        return Plan { action: None, estimate: Estimate::default(), problems: vec![Problem::of(TicketField::Side, text)] };
    };
    let mut estimate = estimate(ticket, &ground);
    let mut problems = Vec::new();
    let place = placement(ticket, &ground, &estimate, &mut problems);
    problems::judge(ticket, &ground, place.as_ref(), &mut estimate, &mut problems);
    problems.sort_by_key(|problem| !problem.hard);
    let sound = problems.iter().all(|problem| !problem.hard);
    let action = place.filter(|_| sound).map(|place| match ticket.amends {
        None => TradingAction::Order { account: Arc::clone(&ticket.account), place },
        Some(order) => TradingAction::Amend {
            account: Arc::clone(&ticket.account),
            order,
            qty: changed(&ticket.size, estimate.qty),
            price: ticket.applies(TicketField::Price).then(|| changed(&ticket.price, estimate.limit)).flatten(),
            stop: ticket.applies(TicketField::Stop).then(|| changed(&ticket.stop, estimate.stop)).flatten(),
        },
    });
    Plan { action, estimate, problems }
}

/// Only what was touched is amended: the rest stays where it has come to meanwhile.
fn changed<T>(input: &crate::app::dialogs::Input, value: Option<T>) -> Option<T> {
    value.filter(|_| !input.is_suggested())
}

fn placement(ticket: &Ticket, ground: &Ground<'_>, estimate: &Estimate, problems: &mut Vec<Problem>) -> Option<Placement> {
    let entry = OrderRequest {
        symbol: ticket.symbol,
        side: ticket.side,
        size: size(ticket, estimate, problems)?,
        kind: kind(ticket, estimate, problems)?,
        tif: time_in_force(ticket, ground, problems)?,
        post_only: ticket.post_only && ticket.kind.has_limit(),
        reduce_only: ticket.reduce_only,
        trigger: ticket.trigger,
        why: "".into(),
    };
    let missing = |field: TicketField, what: &str| Problem::of(field, format!("{what} is missing"));
    Some(match ticket.with {
        With::Nothing => Placement::Single(entry),
        With::Bracket => {
            let (stop, target) = (price(&ticket.loss), price(&ticket.target));
            if stop.is_none() && target.is_none() {
                problems.push(missing(TicketField::Loss, "the price of the stop loss or the target"));
                return None;
            }
            Placement::Bracket { entry: Box::new(entry), stop, target }
        }
        With::Oco => {
            let Some(stop) = price(&ticket.loss) else {
                problems.push(missing(TicketField::Loss, "the price of the stop"));
                return None;
            };
            let other = OrderRequest { kind: OrderKind::Stop { stop }, post_only: false, ..entry.clone() };
            Placement::Oco(Box::new([entry, other]))
        }
    })
}

fn size(ticket: &Ticket, estimate: &Estimate, problems: &mut Vec<Problem>) -> Option<Size> {
    // The exchange works a market order's size out at the price it trades at.
    let market = ticket.kind == TicketKind::Market && ticket.with != With::Oco;
    match ticket.size_by {
        SizeBy::Notional if market => price(&ticket.size).filter(|worth| *worth > Price::ZERO).map(Size::Quote),
        SizeBy::Equity if market => percent(&ticket.size).and_then(to_hundredths).map(Size::Equity),
        _ => estimate.qty.filter(|qty| *qty > Qty::ZERO).map(Size::Qty),
    }
    .or_else(|| {
        problems.push(problems::of_size(ticket, estimate));
        None
    })
}

/// Percent as hundredths of one.
pub(super) fn to_hundredths(percent: Money) -> Option<u32> {
    let hundredths = (percent * Money::from(100)).round();
    u32::try_from(hundredths).ok().filter(|hundredths| *hundredths > 0)
}

fn kind(ticket: &Ticket, estimate: &Estimate, problems: &mut Vec<Problem>) -> Option<OrderKind> {
    let missing = |problems: &mut Vec<Problem>, field: TicketField, what: &str| {
        problems.push(Problem::of(field, format!("{what} is missing")));
    };
    if ticket.kind.has_limit() && estimate.limit.is_none() {
        missing(problems, TicketField::Price, "the limit price");
        return None;
    }
    let stop = price(&ticket.stop);
    if ticket.kind.waits() && stop.is_none() {
        missing(problems, TicketField::Stop, if ticket.kind.trails() { "the distance" } else { "the price that sets it off" });
        return None;
    }
    let from = price(&ticket.price);
    Some(match (ticket.kind, estimate.limit, stop) {
        (TicketKind::Market, ..) => OrderKind::Market,
        (TicketKind::Limit, Some(price), _) => OrderKind::Limit { price },
        (TicketKind::StopLimit, Some(price), Some(stop)) => OrderKind::StopLimit { stop, price },
        (TicketKind::Stop, _, Some(stop)) => OrderKind::Stop { stop },
        (TicketKind::TakeProfit, _, Some(stop)) => OrderKind::TakeProfit { stop },
        (TicketKind::TrailBy, _, Some(by)) => OrderKind::Trailing { by: Trail::Absolute(by), from },
        (TicketKind::TrailPercent, ..) => {
            let Some(by) = percent(&ticket.stop).and_then(to_hundredths) else {
                problems.push(Problem::of(TicketField::Stop, "a distance of at least 0.01 % is needed".to_owned()));
                return None;
            };
            OrderKind::Trailing { by: Trail::BasisPoints(by), from }
        }
        _ => return None,
    })
}

fn time_in_force(ticket: &Ticket, ground: &Ground<'_>, problems: &mut Vec<Problem>) -> Option<TimeInForce> {
    Some(match ticket.stays {
        Stays::Gtc => TimeInForce::Gtc,
        Stays::Ioc => TimeInForce::Ioc,
        Stays::Fok => TimeInForce::Fok,
        Stays::Gtd => {
            let now = ground.view.session.now;
            let Some(until) = until(&ticket.until.text(), now).filter(|until| *until > now) else {
                let text = "until when? 30m, 4h, 23:30 or 2024-08-09T12:00:00Z, and later than now".to_owned();
                problems.push(Problem::of(TicketField::Until, text));
                return None;
            };
            TimeInForce::Gtd(until)
        }
    })
}

/// Reads until when an order stays: a time from now on such as `30m`, a time of day in UTC, which is the next of it, or a moment.
fn until(text: &str, now: Nanos) -> Option<Nanos> {
    let text = text.trim();
    let (figure, unit) = text.split_at(text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at))?);
    let seconds = match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        _ => None,
    };
    if let (Some(seconds), Ok(count)) = (seconds, figure.trim_start_matches('+').parse::<u32>()) {
        return Some(now + Nanos::from_secs(i64::from(count) * seconds));
    }
    let day = Nanos::from_secs(86_400);
    let at = moments::read(text, now, now, &jiff::tz::TimeZone::UTC)?;
    let of_day = text.contains(':') && !text.contains('T');
    Some(if of_day && at <= now { at + day } else { at })
}

/// What was written, as a price.
pub(super) fn price(input: &crate::app::dialogs::Input) -> Option<Price> {
    plain(input).parse::<Price>().ok().filter(|price| *price > Price::ZERO)
}

/// What was written, as percent.
pub(super) fn percent(input: &crate::app::dialogs::Input) -> Option<Money> {
    plain(input).trim_end_matches('%').parse::<Money>().ok().filter(|percent| *percent > Money::ZERO)
}

/// The nearest price that orders may have.
pub(super) fn on_tick(price: Price, symbol: &SymbolView) -> Price {
    let tick = symbol.instrument.tick.units();
    if tick <= 0 {
        return price;
    }
    Price::from_units(price.units().saturating_add(tick / 2).div_euclid(tick).saturating_mul(tick))
}

/// The price, or distance, suggested for what waits: half a percent away from the last price.
pub(super) fn usual_stop(kind: TicketKind, side: Side, symbol: &SymbolView) -> Option<String> {
    let last = symbol.last_price()?;
    let away = on_tick(Price::from_f64(last.to_f64() * 0.005), symbol);
    let above = (side == Side::Buy) == (kind != TicketKind::TakeProfit);
    Some(match kind {
        TicketKind::TrailPercent => "0.5".to_owned(),
        TicketKind::TrailBy => super::ticket::price_text(symbol, away),
        _ => super::ticket::price_text(symbol, on_tick(if above { last + away } else { last - away }, symbol)),
    })
}

/// What the ticket's size is in something else.
pub(super) fn size_in(by: SizeBy, ticket: &Ticket, view: &View) -> Option<String> {
    let ground = Ground::of(ticket, view)?;
    let estimate = estimate(ticket, &ground);
    let (qty, equity) = (estimate.qty?, ground.equity());
    let part =
        |amount: Money| (equity > Money::ZERO).then(|| (amount / equity * Money::from(100)).round_dp(2).normalize().to_string());
    match by {
        SizeBy::Quantity => Some(qty.to_string()),
        SizeBy::Notional => money::to_price(estimate.worth?.round_dp(2)).map(|worth| worth.to_string()),
        SizeBy::Equity => part(estimate.worth?),
        SizeBy::Risk => estimate.risk.and_then(part).or_else(|| Some("1".to_owned())),
    }
}
