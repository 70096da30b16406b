//! What the screen, the printers and the tests read of the broker: pictures of accounts, shared and cheap to take.

use crate::bars::Series;
use crate::domain::{AccountKind, BrokerConfig, Fill, Money, Nanos, OrderId, OrderView, Price, Qty, RiskLimits, Side, Symbol};
use std::sync::Arc;

/// A picture of the broker.
#[derive(Debug, Clone, Default)]
pub struct BrokerView {
    /// Whether paper trading is on.
    pub on: bool,
    /// How the simulated exchange behaves.
    pub config: Arc<BrokerConfig>,
    /// Its accounts, in the order they were opened; the user's own is `manual`.
    pub accounts: Vec<Arc<AccountView>>,
    /// How often anything has changed but prices: panes that list orders or fills need to look again only when it has.
    pub changes: u64,
}

impl BrokerView {
    /// The account of that name.
    pub fn account(&self, name: &str) -> Option<&Arc<AccountView>> {
        self.accounts.iter().find(|account| *account.name == *name)
    }

    /// Equity of all accounts.
    pub fn equity(&self) -> Money {
        self.accounts.iter().map(|account| account.equity).sum()
    }
}

/// An account at one moment. Amounts are in quote units.
#[derive(Debug, Clone, Default)]
pub struct AccountView {
    /// Its name.
    pub name: Arc<str>,
    /// What it may hold.
    pub kind: AccountKind,
    /// What it began with.
    pub start: Money,
    /// Cash of a cash account; the wallet of a margin account (what it began with, plus realised profit and funding, less fees).
    pub cash: Money,
    /// What it is worth: cash and what positions are worth, or wallet and unrealised profit.
    pub equity: Money,
    /// Profit of open positions at the last price.
    pub unrealised: Money,
    /// Profit of what was closed, fees not taken off.
    pub realised: Money,
    /// Fees paid.
    pub fees: Money,
    /// What the slippage models cost.
    pub slippage: Money,
    /// Funding received less paid.
    pub funding: Money,
    /// What can still be spent on new positions.
    pub buying_power: Money,
    /// What open buy orders (cash) or open orders (margin) hold.
    pub held: Money,
    /// Margin that positions take.
    pub margin: Money,
    /// Margin below which they are liquidated.
    pub maintenance: Money,
    /// The highest equity so far.
    pub peak: Money,
    /// The deepest fall of equity from its highest, looked at on every tick, a part of one.
    pub max_drawdown: f64,
    /// Equity at 00:00 UTC of the running day, or where the account began later than that.
    pub day_start: Money,
    /// Fills that made, and fills in all.
    pub fills_made: u64,
    /// Fills in all.
    pub fill_count: u64,
    /// Quote units traded in all.
    pub turnover: Money,
    /// Positions that are not flat, by symbol.
    pub positions: Vec<PositionView>,
    /// Open orders, oldest first.
    pub working: Vec<Arc<OrderView>>,
    /// Orders that are done, oldest first.
    pub history: Series<Arc<OrderView>>,
    /// Fills, oldest first.
    pub fills: Series<Arc<Fill>>,
    /// What was opened and closed, in the order it was closed. Those whose closing order is not done yet come last and may grow.
    pub trades: Series<RoundTrip>,
    /// Equity over time for drawing: a point a second at first, fewer as it grows long.
    pub curve: Series<EquityPoint>,
    /// Equity at the close of each bar of the account's timeframe (a minute where no strategy says otherwise), for statistics.
    pub bars: Series<EquityPoint>,
    /// What it must not exceed.
    pub limits: RiskLimits,
    /// Why it is stopped, where it is.
    pub killed: Option<Arc<str>>,
    /// Orders sent within the last minute.
    pub recent_orders: u32,
}

impl AccountView {
    /// The position in a symbol.
    pub fn position(&self, symbol: Symbol) -> Option<&PositionView> {
        self.positions.iter().find(|held| held.symbol == symbol)
    }

    /// How far equity stands below its highest, a part of one.
    pub fn drawdown(&self) -> f64 {
        if self.peak <= Money::ZERO {
            return 0.0;
        }
        (crate::domain::money::to_f64((self.peak - self.equity) / self.peak)).max(0.0)
    }
}

/// A position at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct PositionView {
    /// The symbol.
    pub symbol: Symbol,
    /// Base units, negative when short; never zero.
    pub qty: Qty,
    /// The average price paid.
    pub average: Price,
    /// The price it is valued at: the last of trades or bars.
    pub mark: Price,
    /// What it is worth: quantity × mark.
    pub value: Money,
    /// Profit at the mark.
    pub unrealised: Money,
    /// Profit realised in the symbol so far, fees not taken off.
    pub realised: Money,
    /// Fees paid in the symbol so far.
    pub fees: Money,
    /// When it was opened.
    pub since: Nanos,
    /// Price at which it alone would be liquidated; `None` where that cannot happen.
    pub liquidation: Option<Price>,
    /// What it is made of, oldest first (FIFO).
    pub lots: Vec<Lot>,
}

/// A part of a position that one order opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lot {
    /// The order that opened it.
    pub order: OrderId,
    /// Base units, negative when short.
    pub qty: Qty,
    /// Its price, the average where the order filled in pieces.
    pub price: Price,
    /// When (the market's time).
    pub at: Nanos,
}

/// What one order opened and one order closed: lots are closed oldest first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundTrip {
    /// The symbol.
    pub symbol: Symbol,
    /// `Buy` for a long.
    pub side: Side,
    /// Base units, positive.
    pub qty: Qty,
    /// When it was opened (the market's time).
    pub entry_at: Nanos,
    /// When it was closed.
    pub exit_at: Nanos,
    /// The average price it was opened at.
    pub entry: Price,
    /// The average price it was closed at.
    pub exit: Price,
    /// Profit, fees of both ends taken off, quote units.
    pub pnl: Money,
    /// Fees of both ends.
    pub fees: Money,
    /// The order that opened it.
    pub entry_order: OrderId,
    /// The order that closed it.
    pub exit_order: OrderId,
}

/// An account's worth at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct EquityPoint {
    /// When.
    pub at: Nanos,
    /// Equity, quote units.
    pub equity: f64,
    /// Cash of it.
    pub cash: f64,
    /// Unrealised profit in it.
    pub unrealised: f64,
    /// Whether anything was held.
    pub exposed: bool,
}

/// Something that happened at the broker, numbered so that none is missed.
#[derive(Debug, Clone)]
pub struct BrokerEvent {
    /// Its number, from 1.
    pub number: u64,
    /// Engine time.
    pub at: Nanos,
    /// The account.
    pub account: Arc<str>,
    /// What happened.
    pub what: Happening,
}

/// What happened at the broker.
#[derive(Debug, Clone)]
pub enum Happening {
    /// An order changed its state, or was amended.
    Order(Arc<OrderView>),
    /// Something traded.
    Fill(Arc<Fill>),
    /// An account's worth: after each fill, and each second in which it changed.
    Equity {
        /// Whether it was a fill that changed it.
        traded: bool,
        /// Equity.
        value: Money,
        /// Cash or wallet.
        cash: Money,
        /// Unrealised profit in it.
        unrealised: Money,
        /// What can still be spent.
        buying_power: Money,
        /// Fills so far.
        fills: u64,
    },
    /// A strategy said something.
    Signal(Arc<SignalView>),
    /// Something a person has to know: an account was stopped, liquidated, funded, put back; `bad` when it costs.
    Note {
        /// Whether it needs attention.
        bad: bool,
        /// What, in words.
        text: Arc<str>,
    },
}

/// What a strategy said.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalView {
    /// When.
    pub at: Nanos,
    /// The account, by which the strategy is known.
    pub account: Arc<str>,
    /// The symbol.
    pub symbol: Symbol,
    /// `BUY`, `SELL` or `EXIT`.
    pub side: &'static str,
    /// The last price.
    pub price: Option<Price>,
    /// The strategy in its text form.
    pub strategy: Arc<str>,
    /// Why.
    pub why: Arc<str>,
}
