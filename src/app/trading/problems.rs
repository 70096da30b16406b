//! What is wrong with a ticket, and what would be accepted in its place: as the broker judges it, in the parts of the ticket.

use super::estimate::{Estimate, down_to_lot};
use super::fields::{SizeBy, TicketField, TicketKind, With};
use super::plan::{Ground, on_tick, price};
use super::ticket::{Ticket, price_text};
use crate::broker::{AccountView, MarketSight, Review, review_placement};
use crate::domain::{AccountKind, OrderRequest, Placement, Price, Qty};

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
    /// This text in this part.
    Write(TicketField, String),
    /// This order in the place of the one that is written.
    Order(Box<OrderRequest>),
}

impl Problem {
    pub(super) const fn of(field: TicketField, text: String) -> Self {
        Self { field, text, hard: true, fix: None }
    }

    fn or(self, fix: Option<Fix>) -> Self {
        Self { fix, ..self }
    }
}

/// Why there is no size.
pub(super) fn of_size(ticket: &Ticket, estimate: &Estimate) -> Problem {
    let written = !ticket.size.is_empty();
    let text = match ticket.size_by {
        SizeBy::Risk if ticket.with != With::Bracket || price(&ticket.loss).is_none() => {
            "a size by risk needs the price of a stop loss: k places one"
        }
        _ if written && estimate.qty.is_some_and(Qty::is_zero) => "that is less than the smallest quantity",
        _ if written => "the size is no figure above 0",
        _ => "how much?",
    };
    let field =
        if ticket.size_by == SizeBy::Risk && ticket.with != With::Bracket { TicketField::With } else { TicketField::Size };
    Problem::of(field, text.to_owned())
}

/// Adds what the exchange or the account would refuse, and what is worth a look; what the broker reckons replaces the estimate's.
pub(super) fn judge(
    ticket: &Ticket,
    ground: &Ground<'_>,
    place: Option<&Placement>,
    estimate: &mut Estimate,
    problems: &mut Vec<Problem>,
) {
    if !ground.view.snapshot.trading.broker.on {
        problems.push(Problem::of(TicketField::Account, "paper trading is off".to_owned()).or(Some(Fix::Paper)));
    }
    off_grid(ticket, ground, estimate, problems);
    let Some(place) = place.filter(|_| ticket.amends.is_none()) else { return };
    let review = look(place, ground);
    if let Some(found) = &review.estimate {
        (estimate.price, estimate.worth, estimate.needs) = (Some(found.price), Some(found.notional), Some(found.margin));
        (estimate.rests, estimate.beyond_book) = (found.maker && ticket.kind == TicketKind::Limit, !found.complete);
        estimate.fee = estimate.fee.map(|(_, bps)| (found.fee, bps));
        if estimate.slippage.is_some() {
            estimate.slippage = Some(found.slippage);
        }
    }
    let mut nearest = review.nearest.map(|nearest| Fix::Order(Box::new(nearest)));
    for text in &review.problems {
        // What is said of a single part above need not be said twice.
        let part = part_of(ticket, text);
        if problems.iter().any(|known| known.field == part && matches!(known.fix, Some(Fix::Write(..)))) {
            continue;
        }
        problems.push(Problem::of(part, text.to_string()).or(nearest.take()));
    }
    problems
        .extend(review.notes.iter().map(|note| Problem { hard: false, ..Problem::of(part_of(ticket, note), note.to_string()) }));
}

/// Has the broker look at it, with the market that is on the screen.
fn look(place: &Placement, ground: &Ground<'_>) -> Review {
    let symbol = ground.symbol;
    let broker = &ground.view.snapshot.trading.broker;
    let venue = &ground.view.snapshot.venue;
    let market = MarketSight {
        instrument: &symbol.instrument,
        book: Some(&*symbol.book).filter(|book| symbol.book_state.is_synced() && !book.is_empty()),
        top: symbol.top.as_ref(),
        last: symbol.last_price(),
        mark: symbol.mark.as_ref().map(|(_, mark)| mark.price),
        volume: 0.0,
        lag: None,
        bars_only: symbol.last.is_none() && symbol.top.is_none(),
    };
    let fresh;
    let account = if let Some(account) = ground.account {
        account
    } else {
        // Opened by its first order.
        let cash = broker.config.cash;
        let kind = broker.config.account.unwrap_or_else(|| AccountKind::of_venue(venue));
        let limits = broker.config.limits.clone();
        fresh = AccountView { kind, start: cash, cash, equity: cash, limits, ..AccountView::default() };
        &fresh
    };
    review_placement(place, &market, account, &broker.config, venue)
}

/// The part of the ticket that a problem is about, as far as its words tell.
fn part_of(ticket: &Ticket, text: &str) -> TicketField {
    let has = |word: &str| text.contains(word);
    match ticket.with {
        With::Bracket if has("the stop ") => return TicketField::Loss,
        With::Bracket if has("the target ") => return TicketField::Target,
        With::Oco if text.starts_with("second") => return TicketField::Loss,
        _ => {}
    }
    if has("reduce-only") || has("post-only") {
        TicketField::Flags
    } else if has("lot") || has("notional") || has("quantity") || has("at most") || has("margin") || has("held") {
        TicketField::Size
    } else if has("stop") || has("trigger") {
        TicketField::Stop
    } else if has("price") || has("tick") {
        TicketField::Price
    } else {
        TicketField::Account
    }
}

/// Prices off the tick and sizes off the lot, each with the nearest that is on it.
fn off_grid(ticket: &Ticket, ground: &Ground<'_>, estimate: &Estimate, problems: &mut Vec<Problem>) {
    let instrument = &ground.symbol.instrument;
    let written = |field: TicketField, price: Option<Price>| price.filter(|_| ticket.applies(field)).map(|price| (field, price));
    let all = [
        written(TicketField::Price, estimate.limit),
        written(TicketField::Stop, estimate.stop.filter(|_| !ticket.kind.trails())),
        written(TicketField::Loss, price(&ticket.loss)),
        written(TicketField::Target, price(&ticket.target)),
    ];
    for (field, price) in all.into_iter().flatten() {
        let near = on_tick(price, ground.symbol);
        if near != price {
            let text = price_text(ground.symbol, near);
            let words = format!("{price} is no multiple of the tick {}: {text}", instrument.tick);
            problems.push(Problem::of(field, words).or(Some(Fix::Write(field, text))));
        }
    }
    let Some(qty) = estimate.qty.filter(|_| ticket.size_by == SizeBy::Quantity) else { return };
    let near = down_to_lot(qty, ground.symbol);
    if near != qty {
        let near = if near.is_zero() { instrument.lot } else { near };
        let words = format!("{qty} is no multiple of the lot {}: {near}", instrument.lot);
        problems.push(Problem::of(TicketField::Size, words).or(Some(Fix::Write(TicketField::Size, near.to_string()))));
    }
}
