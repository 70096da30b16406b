//! An account: its books, the pictures of its orders and what they hold, its limits, and the view of it all.

mod picture;

use super::amount::Amount;
use super::ledger::Ledger;
use super::ledger::claims::{self, Claim};
use super::ledger::curve::Curve;
use super::ledger::room::{Room, qty_for};
use super::risk::{Alarm, Guard, plain};
use super::terms::Terms;
use super::view::{AccountView, EquityPoint};
use crate::bars::Series;
use crate::domain::{Fill, Money, Nanos, OrderId, OrderView, Price, Qty, RiskLimits, Side, Size, Symbol};
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// Orders that are done, kept for the blotter.
const HISTORY: usize = 20_000;
/// Fills kept.
const FILLS: usize = 200_000;
/// Within this much time sent orders are counted.
const MINUTE: Nanos = Nanos::from_secs(60);

/// A position in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The symbol.
    pub symbol: Symbol,
    /// Base units, negative when short; never zero.
    pub qty: Qty,
    /// The average price paid.
    pub average: Price,
    /// The price it is valued at.
    pub mark: Price,
    /// When it was opened (the market's time).
    pub since: Nanos,
}

/// One account of the paper broker.
///
/// The broker tells it of every change of an order, every fill and every price; it keeps the books and says what may trade.
/// A clone shares its histories.
#[derive(Debug, Clone)]
pub struct Account {
    name: Arc<str>,
    terms: Terms,
    ledger: Ledger,
    guard: Guard,
    working: Vec<Arc<OrderView>>,
    claims: Vec<Claim>,
    history: Series<Arc<OrderView>>,
    fills: Series<Arc<Fill>>,
    curve: Curve,
    bars: Series<EquityPoint>,
    sent: VecDeque<Nanos>,
    changes: u64,
    /// The view, while nothing has changed since it was made.
    view: OnceLock<Arc<AccountView>>,
}

impl Account {
    /// An account that begins at `at` with so much.
    pub fn new(name: &str, terms: Terms, cash: Money, limits: RiskLimits, at: Nanos) -> Self {
        let ledger = Ledger::new(Amount::from_money(cash), &terms);
        let guard = Guard::new(limits, ledger.equity(), ledger.equity(), None);
        let mut account = Self::of(name.into(), terms, ledger, guard);
        if at > Nanos::ZERO {
            account.curve.add(account.point(at));
        }
        account
    }

    fn of(name: Arc<str>, terms: Terms, ledger: Ledger, guard: Guard) -> Self {
        Self {
            name,
            terms,
            ledger,
            guard,
            working: Vec::new(),
            claims: Vec::new(),
            history: Series::with_capacity(HISTORY),
            fills: Series::with_capacity(FILLS),
            curve: Curve::default(),
            bars: Series::default(),
            sent: VecDeque::new(),
            changes: 0,
            view: OnceLock::new(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What its numbers depend on.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What it must not exceed.
    pub fn limits(&self) -> &RiskLimits {
        self.guard.limits()
    }

    /// Why it is stopped, where it is.
    pub fn killed(&self) -> Option<&Arc<str>> {
        self.guard.killed.as_ref()
    }

    /// What it is worth.
    pub fn equity(&self) -> Money {
        self.ledger.equity().money()
    }

    /// What it is worth, as a float: for strategies, at every bar.
    pub fn equity_f64(&self) -> f64 {
        self.ledger.equity().to_f64()
    }

    /// What can still be spent, as a float.
    pub fn buying_power_f64(&self) -> f64 {
        self.spendable().to_f64()
    }

    /// Cash of a cash account; the wallet of a margin account.
    pub fn cash(&self) -> Money {
        self.cash_amount().money()
    }

    fn cash_amount(&self) -> Amount {
        if self.terms.is_cash() { self.ledger.base() } else { self.ledger.base() + self.ledger.cost() }
    }

    fn unrealised_amount(&self) -> Amount {
        self.ledger.equity() - self.ledger.base() - self.ledger.cost()
    }

    /// Profit of open positions at the last price.
    pub fn unrealised(&self) -> Money {
        self.unrealised_amount().money()
    }

    fn held_but(&self, except: Option<OrderId>) -> Amount {
        claims::held(&self.terms, &self.claims, except, |symbol| self.ledger.value_of(symbol))
    }

    /// What open orders hold of its money.
    pub fn held(&self) -> Money {
        self.held_but(None).money()
    }

    fn margin_amount(&self) -> Amount {
        if self.terms.is_cash() { Amount::ZERO } else { self.terms.initial(self.ledger.exposure()) }
    }

    /// Initial margin that positions take; nothing in a cash account.
    pub fn margin(&self) -> Money {
        self.margin_amount().money()
    }

    /// Money that neither positions nor open orders hold, but for one order's; can be negative on margin.
    fn free(&self, except: Option<OrderId>) -> Amount {
        let money = if self.terms.is_cash() { self.ledger.base() } else { self.ledger.equity() - self.margin_amount() };
        money - self.held_but(except)
    }

    fn spendable(&self) -> Amount {
        let leverage = if self.terms.is_cash() { 1 } else { i64::from(self.terms.leverage.max(1)) };
        self.free(None).max(Amount::ZERO).part(leverage, 1)
    }

    /// What can still be spent: cash that is not held; on margin the value of positions that can still be opened, leverage
    /// included. Never negative.
    pub fn buying_power(&self) -> Money {
        self.spendable().money()
    }

    /// The position in a symbol, base units, negative when short; zero when flat.
    pub fn position(&self, symbol: Symbol) -> Qty {
        self.ledger.position(symbol).map_or(Qty::ZERO, |position| position.qty)
    }

    /// Profit of what was closed, fees not taken off.
    pub fn realised(&self) -> Money {
        self.ledger.totals.realised.money()
    }

    /// How far equity stands below its highest, a part of one.
    pub fn drawdown(&self) -> f64 {
        let peak = self.ledger.watch().peak().to_f64();
        if peak > 0.0 { (1.0 - self.ledger.equity().to_f64() / peak).max(0.0) } else { 0.0 }
    }

    /// Whether anything has ever traded in it.
    pub fn has_traded(&self) -> bool {
        self.ledger.totals.fills > 0
    }

    /// Positions that are not flat, by symbol.
    pub fn positions(&self) -> impl Iterator<Item = Held> {
        self.ledger.positions().map(|position| Held {
            symbol: position.symbol,
            qty: position.qty,
            average: position.average(),
            mark: position.mark,
            since: position.since,
        })
    }

    /// Whether nothing is held.
    pub fn is_flat(&self) -> bool {
        self.ledger.is_flat()
    }

    /// Whether nothing is held and no order is open.
    pub fn is_idle(&self) -> bool {
        self.working.is_empty() && self.ledger.is_flat()
    }

    /// Open orders, oldest first, as they were last told.
    pub fn working(&self) -> &[Arc<OrderView>] {
        &self.working
    }

    /// An open order, as it was last told.
    pub fn order(&self, id: OrderId) -> Option<&Arc<OrderView>> {
        self.working.iter().find(|order| order.id == id)
    }

    /// How often anything has changed but prices.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The view is stale: a queue moved, or a trailing stop.
    #[inline]
    pub fn touch(&mut self) {
        if self.view.get().is_some() {
            self.view = OnceLock::new();
        }
    }

    fn changed(&mut self) {
        self.changes += 1;
        self.touch();
    }

    /// Takes note of an order as it stands now: a new one, or one that changed. One that is done goes into the history and
    /// holds nothing any more. `reference` is the price it is expected to trade at, for orders with neither limit nor stop; not
    /// given, what it held before for that reason stays.
    pub fn set_order(&mut self, order: Arc<OrderView>, reference: Option<Price>) {
        let (id, open) = (order.id, order.state.is_open());
        let known = self.claims.iter().position(|held| held.order == id);
        let reference = reference.or_else(|| known.and_then(|at| self.claims[at].price()));
        let claim = Claim::of(&order, reference, self.ledger.equity());
        match (known, claim) {
            (Some(at), Some(claim)) => self.claims[at] = claim,
            (Some(at), None) => {
                self.claims.remove(at);
            }
            (None, Some(claim)) => self.claims.push(claim),
            (None, None) => {}
        }
        match (self.working.iter().position(|known| known.id == id), open) {
            (Some(at), true) => self.working[at] = order,
            (None, true) => self.working.push(order),
            (known, false) => {
                if let Some(at) = known {
                    self.working.remove(at);
                }
                self.history.push(order);
                self.ledger.finish(id);
            }
        }
        self.changed();
    }

    /// Counts an order that was sent.
    pub fn sent(&mut self, at: Nanos) {
        self.sent.push_back(at);
        self.forget(at);
        self.touch();
    }

    /// Forgets orders that were sent a minute ago or earlier. To be called before an order is checked.
    pub fn forget(&mut self, now: Nanos) {
        while self.sent.front().is_some_and(|sent| now.saturating_sub(*sent) >= MINUTE) {
            self.sent.pop_front();
            self.touch();
        }
    }

    /// How much a reduce-only order of that side may trade.
    pub fn reducible(&self, symbol: Symbol, side: Side) -> Qty {
        let held = self.position(symbol);
        let closes = if side == Side::Sell { held > Qty::ZERO } else { held < Qty::ZERO };
        if closes { held.abs() } else { Qty::ZERO }
    }

    /// The quantity of a size at the price it trades at, rounded down to the lot (1e-8 where that is zero): such that price ×
    /// quantity and the taker's fee are at most the amount.
    pub fn size(&self, size: Size, price: Price, lot: Qty) -> Qty {
        let amount = match size {
            Size::Qty(qty) => return qty,
            Size::Quote(amount) => Amount::of(amount, Qty::from_units(100_000_000)),
            Size::Equity(part) => self.ledger.equity().part(part.into(), 10_000),
        };
        qty_for(amount, price, self.terms.taker_bps, lot)
    }

    /// The most an order may trade at a price, not rounded to the lot: what money and holdings allow, its own hold left out.
    pub fn most(&self, symbol: Symbol, side: Side, price: Price, maker: bool, except: Option<OrderId>) -> Qty {
        let bps = if maker { self.terms.maker_bps } else { self.terms.taker_bps };
        let demand = claims::demand(&self.claims, symbol, except);
        let room = Room { terms: &self.terms, free: self.free(except), value: self.ledger.value_of(symbol), demand, bps };
        room.most(side, price, self.position(symbol))
    }

    /// Whether an order may trade so much at a price, as a taker: its own hold left out.
    ///
    /// # Errors
    /// Why not, with both numbers and the most that it may.
    pub fn check(&self, symbol: Symbol, side: Side, qty: Qty, price: Price, except: Option<OrderId>) -> Result<(), Arc<str>> {
        let most = self.most(symbol, side, price, false, except);
        if qty <= most {
            return Ok(());
        }
        if self.terms.is_cash() && side == Side::Sell {
            return Err(format!("sells {qty} but only {most} are held: at most {most}").into());
        }
        let (needed, what) = if self.terms.is_cash() {
            let cost = Amount::of(price, qty);
            (cost + cost.basis_points(self.terms.taker_bps), "with its fee")
        } else {
            (self.terms.initial(Amount::of(price, qty)), "of margin")
        };
        let (needed, free) = (plain(needed.money()), plain(self.free(except).money()));
        Err(format!("needs {needed} {what} but {free} are free: at most {most}").into())
    }

    /// Books a fill; [`Account::alarm`] should be asked after it, since fees and the spread cost. What it realised and the position after it are filled in. The position is valued at `last` from now on; where
    /// that is not known, at what it was before, or at the fill's price.
    pub fn fill(&mut self, mut fill: Fill, last: Option<Price>) -> Arc<Fill> {
        let (realised, position) = self.ledger.fill(&fill, last);
        fill.realised = realised.money();
        fill.position = position;
        let fill = Arc::new(fill);
        self.fills.push(fill.clone());
        self.guard.look(self.ledger.equity());
        self.changed();
        fill
    }

    /// A price of a trade or bar. True when [`Account::alarm`] should be asked.
    #[inline]
    pub fn mark(&mut self, symbol: Symbol, price: Price) -> bool {
        if !self.ledger.mark(symbol, price) {
            return false;
        }
        self.touch();
        self.guard.look(self.ledger.equity()) || self.ledger.is_near_liquidation()
    }

    /// The exchange's mark price, which liquidation looks at. True when [`Account::alarm`] should be asked.
    pub fn mark_price(&mut self, symbol: Symbol, price: Price) -> bool {
        if !self.ledger.mark_price(symbol, price) {
            return false;
        }
        self.touch();
        self.ledger.is_near_liquidation()
    }

    /// What the account has to be stopped for as it stands, liquidation first.
    pub fn alarm(&self) -> Option<Alarm> {
        let (equity, needed) = (self.ledger.strict_equity(), self.terms.maintenance(self.ledger.gross()));
        if !self.terms.is_cash() && !self.ledger.is_flat() && equity <= needed {
            let (equity, needed) = (equity.money().round_dp(2).normalize(), needed.money().round_dp(2).normalize());
            return Some(Alarm::Liquidation(format!("equity {equity} is down to the maintenance margin {needed}").into()));
        }
        self.guard.reached(self.ledger.equity()).map(Alarm::Limit)
    }

    /// Exchanges funding at a mark price and a rate (in units of 1e-8): longs pay where it is above zero. What was received,
    /// negative where it was paid; `None` where nothing is held.
    pub fn fund(&mut self, symbol: Symbol, mark: Price, rate: Price) -> Option<Money> {
        let received = self.ledger.fund(symbol, mark, rate)?;
        self.guard.look(self.ledger.equity());
        self.changed();
        Some(received.money())
    }

    /// 00:00 UTC: the daily loss counts anew.
    pub fn new_day(&mut self) {
        self.ledger.new_day();
        self.guard.new_day(self.ledger.equity());
        self.touch();
    }

    /// A second of engine time has passed: a point of the curve, where one is due.
    pub fn second(&mut self, at: Nanos) {
        self.forget(at);
        let point = self.point(at);
        if self.curve.points().is_empty() {
            // It was opened before there was a time: its beginning stands a second before the first that it knows.
            let start = self.ledger.start().to_f64();
            let before = EquityPoint { at: at - Nanos::SECOND, equity: start, cash: start, ..EquityPoint::default() };
            self.curve.add(before);
        }
        self.curve.add(point);
        self.touch();
    }

    /// A bar of the account's timeframe closed.
    pub fn bar_close(&mut self, at: Nanos) {
        let point = self.point(at);
        self.bars.push(point);
        self.touch();
    }

    fn point(&self, at: Nanos) -> EquityPoint {
        EquityPoint {
            at,
            equity: self.ledger.equity().to_f64(),
            cash: self.cash_amount().to_f64(),
            unrealised: self.unrealised_amount().to_f64(),
            exposed: !self.ledger.is_flat(),
        }
    }

    /// Stops the account. The broker cancels its orders, and closes its positions where its limits say so.
    pub fn kill(&mut self, why: Arc<str>) {
        self.guard.kill(why);
        self.changed();
    }

    /// Lets it trade again: daily loss and drawdown count from now on.
    pub fn unlock(&mut self) {
        self.guard.unlock(self.ledger.equity());
        self.changed();
    }

    /// Sets what it must not exceed.
    pub fn set_limits(&mut self, limits: RiskLimits) {
        self.guard.set_limits(limits);
        self.changed();
    }

    /// Goes by other terms from now on. What it may hold stays while it holds something or has open orders.
    pub fn set_terms(&mut self, terms: Terms) {
        let kind = if self.is_idle() { terms.kind } else { self.terms.kind };
        self.terms = Terms { kind, ..terms };
        self.ledger.set_terms(&self.terms);
        self.changed();
    }

    /// Writes all that decides what comes.
    pub fn hash_into(&self, h: &mut impl std::hash::Hasher) {
        use std::hash::Hash;
        self.name.hash(h);
        self.ledger.hash_into(h);
        self.guard.hash_into(h);
        (&self.sent, self.changes).hash(h);
        for order in &self.working {
            (order.id, order.state, order.qty, order.filled, order.stop, order.triggered).hash(h);
        }
    }
}
