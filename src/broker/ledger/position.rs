//! A position in one symbol: the average price is derived from what it cost in all, which is kept exactly.

use super::super::amount::Amount;
use super::lots::{self, Closing, OpenLot, Trip};
use crate::domain::{Fill, Nanos, Price, Qty, Side, Symbol};
use std::collections::VecDeque;

/// What an account holds of a symbol, and what became of it so far; kept when flat.
#[derive(Debug, Clone)]
pub(crate) struct Position {
    /// The symbol.
    pub symbol: Symbol,
    /// Base units, negative when short.
    pub qty: Qty,
    /// Σ price × signed quantity of what is held: negative when short.
    pub cost: Amount,
    /// The price it is valued at.
    pub mark: Price,
    /// The exchange's mark price, once one was told.
    pub exchange: Option<Price>,
    /// Profit realised so far, fees not taken off.
    pub realised: Amount,
    /// Fees so far.
    pub fees: Amount,
    /// When it was opened.
    pub since: Nanos,
    /// What it is made of, oldest first.
    pub lots: VecDeque<OpenLot>,
}

impl Position {
    pub(crate) fn flat(symbol: Symbol) -> Self {
        Self {
            symbol,
            qty: Qty::ZERO,
            cost: Amount::ZERO,
            mark: Price::ZERO,
            exchange: None,
            realised: Amount::ZERO,
            fees: Amount::ZERO,
            since: Nanos::ZERO,
            lots: VecDeque::new(),
        }
    }

    /// What it is worth at the last price; negative when short.
    pub(crate) fn value(&self) -> Amount {
        Amount::of(self.mark, self.qty)
    }

    /// Which price liquidation looks at.
    pub(crate) fn strict_mark(&self) -> Price {
        self.exchange.unwrap_or(self.mark)
    }

    /// What it is worth for liquidation.
    pub(crate) fn strict_value(&self) -> Amount {
        Amount::of(self.strict_mark(), self.qty)
    }

    /// The average price paid.
    pub(crate) fn average(&self) -> Price {
        self.cost.per(self.qty).unwrap_or_default()
    }

    /// Books a fill; returns what it realised. `trips` gets what was closed.
    pub(crate) fn fill(&mut self, fill: &Fill, fee: Amount, trips: &mut Vec<Trip>) -> Amount {
        let held = self.qty.units();
        let closes = (held > 0 && fill.side == Side::Sell) || (held < 0 && fill.side == Side::Buy);
        let closing = if closes { fill.qty.min(self.qty.abs()) } else { Qty::ZERO };
        let opening = fill.qty - closing;
        let closing_fee = if closes { fee.part(closing.units(), fill.qty.units()) } else { Amount::ZERO };
        let mut realised = Amount::ZERO;
        if closes {
            let cost = self.cost.part(closing.units(), self.qty.abs().units());
            let exit = Amount::of(fill.price, closing);
            realised = if held > 0 { exit - cost } else { -cost - exit };
            self.cost -= cost;
            let closing = Closing { order: fill.order, price: fill.price, qty: closing, fee: closing_fee, at: fill.market_at };
            lots::close(&mut self.lots, trips, self.symbol, fill.side.opposite(), closing);
            self.qty += if held > 0 { -closing.qty } else { closing.qty };
        }
        if !opening.is_zero() {
            if self.qty.is_zero() {
                self.since = fill.market_at;
            }
            let paid = Amount::of(fill.price, opening);
            let sells = fill.side == Side::Sell;
            self.qty += if sells { -opening } else { opening };
            self.cost += if sells { -paid } else { paid };
            let fees = fee - closing_fee;
            match self.lots.back_mut() {
                Some(lot) if lot.order == fill.order => {
                    lot.qty += opening;
                    lot.paid += paid;
                    lot.fees += fees;
                }
                _ => self.lots.push_back(OpenLot { order: fill.order, qty: opening, paid, fees, at: fill.market_at }),
            }
        }
        self.realised += realised;
        self.fees += fee;
        realised
    }
}
