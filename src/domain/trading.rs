//! What a user does with the paper broker: recorded like every other action, so that a backtest of a session places the same orders.

use super::{AccountKind, BrokerConfig, Fill, Money, Nanos, OrderId, OrderView, Placement, Price, Qty, RiskLimits, Symbol};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The account of the user's own orders.
pub const MANUAL: &str = "manual";

/// A strategy to be run, and the account it trades on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StrategyRun {
    /// The account's name; by it the strategy is known as well. Such as `ma_cross`, or `ma_cross-2` for a second one.
    pub account: Arc<str>,
    /// The strategy with its parameters in its text form, such as `ma_cross(fast=10,slow=30)`.
    pub strategy: String,
    /// What it trades; of several symbols the first is the main one.
    #[serde(rename = "syms")]
    pub symbols: Vec<Symbol>,
    /// The bars it acts on, in their text form such as `1m`.
    pub bar: String,
    /// What its account begins with, quote units; as the broker's settings have it where not given.
    #[serde(default)]
    pub cash: Option<Money>,
}

/// A part of a position as it is kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedLot {
    /// The symbol.
    #[serde(rename = "sym")]
    pub symbol: Symbol,
    /// Base units, negative when short.
    pub qty: Qty,
    /// What was paid for each of it.
    pub price: Price,
    /// When.
    pub at: Nanos,
    /// The order that opened it.
    #[serde(default)]
    pub order: OrderId,
    /// Σ price × quantity of it, quote units, positive: exact, where `price` is rounded.
    #[serde(default)]
    pub paid: Money,
    /// Fees that belong to it.
    #[serde(default)]
    pub fees: Money,
}

/// What an account has to do with a symbol, as it is kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPosition {
    /// The symbol.
    #[serde(rename = "sym")]
    pub symbol: Symbol,
    /// What is held cost in all, quote units; negative when short.
    pub cost: Money,
    /// The price it was valued at last.
    pub mark: Price,
    /// Profit realised in it so far, fees not taken off.
    pub realised: Money,
    /// Fees paid in it so far.
    pub fees: Money,
    /// When the position was opened.
    pub since: Nanos,
}

/// An account as it is kept over a restart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedAccount {
    /// Its name.
    pub name: Arc<str>,
    /// What it may hold.
    pub kind: AccountKind,
    /// What it began with.
    pub start: Money,
    /// Cash of a cash account; the wallet of a margin account.
    pub cash: Money,
    /// Lots that make its positions, oldest first.
    pub lots: Vec<SavedLot>,
    /// Its positions, by symbol, also those that were closed.
    pub positions: Vec<SavedPosition>,
    /// Its orders that were open.
    pub orders: Vec<OrderView>,
    /// Realised profit so far, fees not taken off.
    pub realised: Money,
    /// Fees so far.
    pub fees: Money,
    /// Funding received less paid so far.
    pub funding: Money,
    /// What the slippage models cost so far.
    pub slippage: Money,
    /// Quote units traded so far.
    pub turnover: Money,
    /// Fills so far.
    pub fills: u64,
    /// Those of them that made.
    pub made: u64,
    /// The highest equity it had.
    pub peak: Money,
    /// The deepest fall of equity from its highest, a part of one.
    pub max_drawdown: f64,
    /// Equity at the last 00:00 UTC.
    pub day_start: Money,
    /// Equity from which its daily loss counts: that at 00:00 UTC, or when it was let trade again.
    pub loss_from: Money,
    /// Equity from which its drawdown counts: the highest since it was last let trade again.
    pub fall_from: Money,
    /// Its limits.
    pub limits: RiskLimits,
    /// Why it is stopped, where it is.
    pub killed: Option<Arc<str>>,
}

/// Accounts and what their numbers have come to, as kept over a restart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SavedTrading {
    /// When they were saved.
    pub at: Nanos,
    /// Whether paper trading was on.
    pub on: bool,
    /// The last order's number.
    pub last_order: OrderId,
    /// The last fill's number.
    pub last_fill: u64,
    /// The accounts.
    pub accounts: Vec<SavedAccount>,
    /// Recent orders that are done, oldest first: what the blotter shows.
    pub history: Vec<OrderView>,
    /// Recent fills, oldest first.
    pub recent: Vec<Fill>,
    /// Strategies that ran; they begin anew, on their accounts as they stand.
    pub strategies: Vec<StrategyRun>,
}

/// A user's action on the paper broker. In a recording: topic `user`, `do` is the variant's name, and its fields beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TradingAction {
    /// Turns paper trading on or off. Off cancels working orders and refuses new ones; positions stay.
    Paper {
        /// Whether it is on.
        on: bool,
    },
    /// Places orders.
    Order {
        /// Whose.
        account: Arc<str>,
        /// What.
        place: Placement,
    },
    /// Cancels orders: one, those of a symbol, or all of an account.
    Cancel {
        /// Whose.
        account: Arc<str>,
        /// One order.
        #[serde(default)]
        order: Option<OrderId>,
        /// The orders of one symbol.
        #[serde(default, rename = "sym")]
        symbol: Option<Symbol>,
    },
    /// Changes an order: what is given. It loses its place in the queue unless only its quantity becomes less.
    Amend {
        /// Whose.
        account: Arc<str>,
        /// Which.
        order: OrderId,
        /// Its quantity, what has traded included.
        #[serde(default)]
        qty: Option<Qty>,
        /// Its limit price.
        #[serde(default)]
        price: Option<Price>,
        /// The price that sets it off.
        #[serde(default)]
        stop: Option<Price>,
    },
    /// Cancels the orders of an account (of one symbol, or all) and closes its positions at the market.
    Flatten {
        /// Whose.
        account: Arc<str>,
        /// One symbol.
        #[serde(default, rename = "sym")]
        symbol: Option<Symbol>,
    },
    /// Runs a strategy, or another in the place of the one on that account.
    Strategy {
        /// Which, how and on what.
        run: StrategyRun,
    },
    /// Ends the strategy of an account; its orders are cancelled.
    EndStrategy {
        /// The account.
        account: Arc<str>,
        /// Whether its positions are closed at the market.
        flatten: bool,
    },
    /// Sets what an account must not exceed.
    Limits {
        /// Whose.
        account: Arc<str>,
        /// What.
        limits: RiskLimits,
    },
    /// Lets an account that was stopped trade again; its daily loss and drawdown count from now on.
    Unlock {
        /// Whose.
        account: Arc<str>,
    },
    /// Stops an account by hand, as a limit would.
    Kill {
        /// Whose.
        account: Arc<str>,
    },
    /// Forgets an account's orders, positions and history and begins it anew.
    Reset {
        /// Whose.
        account: Arc<str>,
        /// With so much, quote units.
        cash: Money,
    },
    /// How the simulated exchange behaves from now on.
    Broker {
        /// All of its settings.
        config: BrokerConfig,
    },
    /// Puts accounts back as they were saved: what a session begins with. Orders that were open are placed again at the end of
    /// their queues; a limit the price has passed meanwhile fills at its own price.
    Restore {
        /// What was saved.
        saved: SavedTrading,
    },
}

impl TradingAction {
    /// Its name in a recording's `do`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Paper { .. } => "paper",
            Self::Order { .. } => "order",
            Self::Cancel { .. } => "cancel",
            Self::Amend { .. } => "amend",
            Self::Flatten { .. } => "flatten",
            Self::Strategy { .. } => "strategy",
            Self::EndStrategy { .. } => "end_strategy",
            Self::Limits { .. } => "limits",
            Self::Unlock { .. } => "unlock",
            Self::Kill { .. } => "kill",
            Self::Reset { .. } => "reset",
            Self::Broker { .. } => "broker",
            Self::Restore { .. } => "restore",
        }
    }

    /// Names of all of them.
    pub const NAMES: [&'static str; 13] = [
        "paper",
        "order",
        "cancel",
        "amend",
        "flatten",
        "strategy",
        "end_strategy",
        "limits",
        "unlock",
        "kill",
        "reset",
        "broker",
        "restore",
    ];

    /// As the fields of a recording's `user` line, `do` included.
    ///
    /// # Errors
    /// Never for what this program makes.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        // `{"name":{fields}}` becomes `{"do":"name",fields}`.
        let tagged = serde_json::to_string(self)?;
        let fields = tagged.get(self.name().len() + 4..tagged.len() - 1).unwrap_or("{}");
        let rest = fields.trim_start_matches('{');
        Ok(format!("{{\"do\":\"{}\"{}{rest}", self.name(), if rest == "}" { "" } else { "," }))
    }

    /// Reads the fields of a recording's `user` line back.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn from_json(name: &str, fields: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(&format!("{{\"{name}\":{fields}}}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OrderKind, OrderRequest, Side, Size, TimeInForce, Trail};

    #[test]
    fn actions_read_back() {
        let symbol = Symbol::new("BTCUSDT").unwrap();
        let limit = OrderRequest::limit(symbol, Side::Buy, Qty::parse(b"0.015").unwrap(), Price::parse(b"64000.5").unwrap());
        let trailing = OrderRequest {
            kind: OrderKind::Trailing { by: Trail::BasisPoints(50), from: None },
            size: Size::Quote(Price::parse(b"1000").unwrap()),
            tif: TimeInForce::Gtd(Nanos::from_millis(1_500)),
            ..limit.clone()
        };
        let account: Arc<str> = MANUAL.into();
        let actions = [
            TradingAction::Paper { on: true },
            TradingAction::Order { account: account.clone(), place: Placement::Single(limit.clone()) },
            TradingAction::Order { account: account.clone(), place: Placement::Oco(Box::new([limit.clone(), trailing])) },
            TradingAction::Cancel { account: account.clone(), order: Some(7), symbol: None },
            TradingAction::Broker { config: BrokerConfig::default() },
            TradingAction::Restore { saved: SavedTrading::default() },
        ];
        for action in actions {
            let text = action.to_json().unwrap();
            assert!(text.starts_with(&format!("{{\"do\":\"{}\"", action.name())), "{text}");
            assert_eq!(TradingAction::from_json(action.name(), &text).unwrap(), action, "{text}");
            assert!(TradingAction::NAMES.contains(&action.name()));
        }
        let text = TradingAction::Order { account, place: Placement::Single(limit) }.to_json().unwrap();
        assert_eq!(
            text,
            r#"{"do":"order","account":"manual","place":{"single":{"sym":"BTCUSDT","side":"buy","size":{"qty":0.015},"kind":{"limit":{"price":64000.5}},"tif":"gtc","post_only":false,"reduce_only":false,"trigger":"last","why":""}}}"#
        );
        assert!(TradingAction::from_json("cancel", r#"{"do":"cancel"}"#).is_err());
    }
}
