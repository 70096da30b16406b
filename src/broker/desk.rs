//! An account at the simulated exchange, with its working orders: what they come to, and who is told.

use super::account::Account;
use super::exchange::{Kind, Now};
use super::linked;
use super::market::MarketSight;
use super::order::{Order, Phase, Role};
use super::taken::Taken;
use super::view::{AccountView, Happening};
use crate::domain::{
    Fill, Money, Nanos, OrderId, OrderState, OrderView, Price, Qty, Size, Symbol, TimeInForce, Timeframe, money,
};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What is told of a fill beside the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal {
    pub price: Price,
    pub qty: Qty,
    pub maker: bool,
    /// The price that was there before slippage.
    pub there: Price,
    /// The market's time of it, where that is not now.
    pub market_at: Option<Nanos>,
}

impl Deal {
    /// At exactly the price there is.
    pub(super) const fn at(price: Price, qty: Qty, maker: bool) -> Self {
        Self { price, qty, maker, there: price, market_at: None }
    }
}

/// Which part of a bar is being looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BarStep {
    /// None: it is no bar.
    None,
    /// Its open: what comes of that is looked at inside the bar, too.
    Open,
    /// Its inside, of which the order of prices is not known.
    Inside,
}

/// An account at the exchange.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    /// Its position among the accounts.
    pub number: usize,
    pub account: Account,
    /// Open orders, oldest first.
    pub orders: Vec<Order>,
    /// What it took off levels that have not changed since.
    pub taken: Taken,
    /// Symbols it has to be told of.
    pub symbols: Vec<Symbol>,
    /// The bars whose closes make `AccountView.bars`.
    pub bar: Timeframe,
    /// Orders so far: they name draws of chance.
    pub serial: u64,
    /// Messages so far.
    pub messages: u64,
    /// When the last message arrives: none overtakes another.
    pub arrival: Nanos,
    /// Whether orders are done and still on the list.
    pub untidy: bool,
    /// Whether its worth has to be looked at: something traded, or a price said so.
    pub alarmed: bool,
    /// Which part of a bar is being looked at.
    pub step: BarStep,
    /// The last equity that was told.
    pub told: Option<Money>,
}

impl Desk {
    pub(super) fn new(number: usize, account: Account, bar: Timeframe) -> Self {
        Self {
            number,
            account,
            orders: Vec::new(),
            taken: Taken::default(),
            symbols: Vec::new(),
            bar,
            serial: 0,
            messages: 0,
            arrival: Nanos::ZERO,
            untidy: false,
            alarmed: false,
            step: BarStep::None,
            told: None,
        }
    }

    #[inline]
    pub(super) fn cares(&self, symbol: Symbol) -> bool {
        self.symbols.contains(&symbol)
    }

    /// Where an order is on the list.
    pub(super) fn index(&self, id: OrderId) -> Option<usize> {
        let i = self.orders.binary_search_by_key(&id, |order| order.id).ok()?;
        (self.orders[i].phase != Phase::Done).then_some(i)
    }

    /// Puts an order on the list, without telling of it. Where it is; numbers only grow, but for orders put back after a restart.
    pub(super) fn add(&mut self, order: Order) -> usize {
        let i = self.orders.partition_point(|other| other.id < order.id);
        self.orders.insert(i, order);
        i
    }

    /// Tells the account and the log of an order as it stands.
    pub(super) fn tell(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &mut self.orders[i];
        let (queue, stop) = (order.queue(), order.stop);
        let view = Arc::make_mut(&mut order.view);
        view.queue = queue;
        view.stop = stop;
        order.moved = false;
        let view = order.view.clone();
        self.account.set_order(view.clone(), order.reference);
        now.exchange.log(now.at, self.account.name(), Happening::Order(view));
    }

    /// Changes an order's picture; whoever does that tells of it later.
    pub(super) fn edit(&mut self, i: usize, now: &Now<'_>, edit: impl FnOnce(&mut OrderView)) {
        let view = Arc::make_mut(&mut self.orders[i].view);
        edit(view);
        view.changed = now.at;
    }

    /// Changes an order's picture and tells of it.
    pub(super) fn change(&mut self, i: usize, now: &mut Now<'_>, edit: impl FnOnce(&mut OrderView)) {
        self.edit(i, now, edit);
        self.tell(i, now);
    }

    /// Brings an order into a phase; it is looked at from the next event on.
    pub(super) fn enter(&mut self, i: usize, phase: Phase, now: &Now<'_>) {
        let order = &mut self.orders[i];
        order.phase = phase;
        order.since = now.exchange.moment;
    }

    /// Ends an order. What belongs to it ends or changes with it.
    pub(super) fn finish(&mut self, i: usize, state: OrderState, reason: &str, now: &mut Now<'_>) {
        let order = &mut self.orders[i];
        if order.phase == Phase::Done {
            return;
        }
        order.phase = Phase::Done;
        order.place = None;
        let (id, tif) = (order.id, order.view.request.tif);
        self.untidy = true;
        self.change(i, now, |view| {
            view.state = state;
            if !reason.is_empty() || state != OrderState::Filled {
                view.reason = reason.into();
            }
        });
        if let TimeInForce::Gtd(until) = tif {
            now.exchange.timers.remove(&(until, Kind::Expiry, id));
        }
        linked::ended(self, i, state, now);
    }

    /// Something of an order trades.
    pub(super) fn trade(&mut self, i: usize, deal: Deal, market: &MarketSight<'_>, now: &mut Now<'_>) {
        if deal.qty.units() <= 0 {
            return;
        }
        let order = &mut self.orders[i];
        let slippage = (money::of_price(deal.price) - money::of_price(deal.there)).abs() * money::of_qty(deal.qty);
        order.fills += 1;
        order.left -= deal.qty;
        let (id, symbol, side) = (order.id, order.symbol, order.side);
        let fee = self.account.terms().fee(deal.price, deal.qty, deal.maker);
        let fill = Fill {
            number: now.exchange.next_fill(),
            order: id,
            account: self.account.name().clone(),
            symbol,
            side,
            price: deal.price,
            qty: deal.qty,
            fee,
            slippage,
            maker: deal.maker,
            at: now.at,
            market_at: deal.market_at.unwrap_or(now.at),
            realised: Money::ZERO,
            position: Qty::ZERO,
        };
        // What is last of a bar is its close, which comes after the fill.
        let last = if deal.market_at.is_some() { None } else { market.last };
        let fill = self.account.fill(fill, last);
        now.exchange.log(now.at, self.account.name(), Happening::Fill(fill));
        let whole = self.orders[i].left.units() <= 0 && !linked::may_grow(self, i);
        {
            let order = &mut self.orders[i];
            let view = Arc::make_mut(&mut order.view);
            view.filled += deal.qty;
            view.paid = view.paid.saturating_add(money::notional(deal.price, deal.qty));
            view.fees = view.fees.saturating_add(fee);
        }
        if whole {
            self.finish_filled(i, now);
        } else {
            self.change(i, now, |view| view.state = OrderState::Partial);
        }
        now.exchange.log(now.at, self.account.name(), self.account.worth(true));
        self.told = Some(self.account.equity());
        self.alarmed = true;
        linked::filled(self, i, deal.qty, now);
        self.trim(symbol, now);
    }

    fn finish_filled(&mut self, i: usize, now: &mut Now<'_>) {
        let order = &mut self.orders[i];
        order.phase = Phase::Done;
        order.place = None;
        self.untidy = true;
        let (id, tif) = (order.id, order.view.request.tif);
        self.change(i, now, |view| view.state = OrderState::Filled);
        if let TimeInForce::Gtd(until) = tif {
            now.exchange.timers.remove(&(until, Kind::Expiry, id));
        }
    }

    /// Makes reduce-only orders at the exchange no larger than the position they reduce.
    pub(super) fn trim(&mut self, symbol: Symbol, now: &mut Now<'_>) {
        for i in 0..self.orders.len() {
            let order = &self.orders[i];
            if order.symbol != symbol || !order.view.request.reduce_only || !order.is_live() || order.is_unsized() {
                continue;
            }
            let most = self.account.reducible(symbol, order.side);
            if order.left <= most {
                continue;
            }
            if most.is_zero() && linked::may_grow(self, i) {
                self.park(i, "no position to close is left; it waits for more of its entry", now);
            } else if most.is_zero() {
                self.finish(i, OrderState::Cancelled, "reduce-only, and there is no position left to reduce", now);
            } else {
                self.resize(i, most, "made smaller with the position it reduces", now);
            }
        }
    }

    /// Lets a bracket's exit wait for more of its entry.
    pub(super) fn park(&mut self, i: usize, reason: &str, now: &mut Now<'_>) {
        self.orders[i].left = Qty::ZERO;
        self.enter(i, Phase::Waiting, now);
        self.change(i, now, |view| {
            view.qty = view.filled;
            view.request.size = Size::Qty(view.qty);
            view.state = OrderState::Pending;
            view.reason = reason.into();
        });
    }

    /// Leaves `left` of an order to trade; it keeps its place, since it only ever becomes less.
    pub(super) fn resize(&mut self, i: usize, left: Qty, reason: &str, now: &mut Now<'_>) {
        self.cut(i, left, reason, now);
        self.tell(i, now);
    }

    /// As [`Desk::resize`], without telling of it.
    pub(super) fn cut(&mut self, i: usize, left: Qty, reason: &str, now: &Now<'_>) {
        self.orders[i].left = left;
        self.edit(i, now, |view| {
            view.qty = view.filled + left;
            view.request.size = Size::Qty(view.qty);
            view.reason = reason.into();
        });
    }

    /// Takes orders that are done off the list, and finds anew which symbols matter.
    pub(super) fn tidy(&mut self) {
        self.orders.retain(|order| order.phase != Phase::Done);
        self.untidy = false;
        self.refresh();
    }

    /// Finds which symbols matter.
    pub(super) fn refresh(&mut self) {
        self.symbols.clear();
        let orders = self.orders.iter().map(|order| order.symbol);
        let held = self.account.positions().map(|held| held.symbol);
        for symbol in orders.chain(held).chain(self.taken.symbols()) {
            if !self.symbols.contains(&symbol) {
                self.symbols.push(symbol);
            }
        }
    }

    pub(super) fn view(&self) -> Arc<AccountView> {
        self.account.view(&|view| self.index(view.id).and_then(|i| self.orders[i].fresh()))
    }

    /// Orders of a bracket: its exits.
    pub(super) fn exits(&self, entry: OrderId) -> impl Iterator<Item = usize> + '_ {
        (0..self.orders.len()).filter(move |i| self.orders[*i].role == Role::Exit(entry) && self.orders[*i].phase != Phase::Done)
    }

    pub(super) fn hash_into(&self, h: &mut impl Hasher) {
        self.account.hash_into(h);
        (self.number, self.bar, self.serial, self.messages, self.arrival).hash(h);
        for order in &self.orders {
            order.hash_into(h);
        }
        self.taken.hash_into(h);
    }
}
