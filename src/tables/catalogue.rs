//! Which tables there are and what their columns mean.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A moment, UTC, to the nanosecond.
    Time,
    /// A whole number of at least 0.
    Whole,
    /// A price, a quantity or a sum of quantities: a decimal of at most eight places.
    Decimal,
    /// An amount of money: a decimal.
    Money,
    /// A statistic.
    Float,
    /// A text.
    Text,
    /// True or false.
    Flag,
}

impl Kind {
    /// In words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Whole => "whole number",
            Self::Decimal => "decimal",
            Self::Money => "money",
            Self::Float => "number",
            Self::Text => "text",
            Self::Flag => "true/false",
        }
    }
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether a cell can be empty.
    pub nullable: bool,
    /// What it means.
    pub about: &'static str,
}

const fn column(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: false, about }
}

const fn maybe(name: &'static str, kind: Kind, about: &'static str) -> Column {
    Column { name, kind, nullable: true, about }
}

const TS: Column = column("ts", Kind::Time, "when it was received; the engine's time");
const SEQ: Column = column("seq", Kind::Whole, "the input's number in the recording: the order between the tables");
const SYMBOL: Column = column("symbol", Kind::Text, "the instrument");
const EX: Column = maybe("ex", Kind::Time, "when the exchange says it happened");
const ACCOUNT: Column = column("account", Kind::Text, "the account: `manual`, or the strategy's name");

/// One table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Trades.
    Trades,
    /// Best prices.
    Quotes,
    /// Order books, a row a level.
    Depth,
    /// Liquidations.
    Liquidations,
    /// Mark prices.
    Marks,
    /// Bars that came ready-made.
    Klines,
    /// All other inputs.
    Events,
    /// Bars that the engine builds.
    Bars,
    /// Samples of indicators.
    Indicators,
    /// What strategies said.
    Signals,
    /// Changes of paper orders.
    Orders,
    /// Paper fills.
    Fills,
    /// Worth of the paper accounts.
    Equity,
    /// Alerts that fired.
    Alerts,
}

impl Topic {
    /// Every table, those of inputs first.
    pub const ALL: [Self; 14] = [
        Self::Trades,
        Self::Quotes,
        Self::Depth,
        Self::Liquidations,
        Self::Marks,
        Self::Klines,
        Self::Events,
        Self::Bars,
        Self::Indicators,
        Self::Signals,
        Self::Orders,
        Self::Fills,
        Self::Equity,
        Self::Alerts,
    ];

    /// Its name, also of its files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trades => "trades",
            Self::Quotes => "quotes",
            Self::Depth => "depth",
            Self::Liquidations => "liquidations",
            Self::Marks => "marks",
            Self::Klines => "klines",
            Self::Events => "events",
            Self::Bars => "bars",
            Self::Indicators => "indicators",
            Self::Signals => "signals",
            Self::Orders => "orders",
            Self::Fills => "fills",
            Self::Equity => "equity",
            Self::Alerts => "alerts",
        }
    }

    /// The table of that name; `ticks` are trades.
    pub fn named(name: &str) -> Option<Self> {
        if name == "ticks" { Some(Self::Trades) } else { Self::ALL.into_iter().find(|topic| topic.name() == name) }
    }

    /// Whether inputs are in it: all such tables together are the whole recording.
    pub const fn is_input(self) -> bool {
        (self as usize) < Self::Bars as usize
    }

    /// What it is, in one line.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Trades => "trades between takers and makers",
            Self::Quotes => "the best bid and ask",
            Self::Depth => "order books: snapshots and changes, a row a level in the order they came",
            Self::Liquidations => "orders that closed somebody's position by force",
            Self::Marks => "mark prices of futures, with index and funding",
            Self::Klines => "bars that came ready-made, as inputs",
            Self::Events => "every other input: what is recorded, the connection, the user's actions, history that was fetched",
            Self::Bars => "bars that the engine builds (--bar), closed ones",
            Self::Indicators => "samples of the indicators",
            Self::Signals => "what strategies said",
            Self::Orders => "paper orders, a row for every change",
            Self::Fills => "paper fills",
            Self::Equity => "worth of the paper accounts: after each fill, and each second in which it changed",
            Self::Alerts => "alerts that fired",
        }
    }

    /// Its columns, in their order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Trades => TRADES,
            Self::Quotes => QUOTES,
            Self::Depth => DEPTH,
            Self::Liquidations => LIQUIDATIONS,
            Self::Marks => MARKS,
            Self::Klines => KLINES,
            Self::Events => EVENTS,
            Self::Bars => BARS,
            Self::Indicators => INDICATORS,
            Self::Signals => SIGNALS,
            Self::Orders => ORDERS,
            Self::Fills => FILLS,
            Self::Equity => EQUITY,
            Self::Alerts => ALERTS,
        }
    }
}

const TRADES: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("price", Kind::Decimal, "quote units"),
    column("qty", Kind::Decimal, "base units"),
    column("side", Kind::Text, "the taker's side: buy or sell"),
    maybe("id", Kind::Whole, "the exchange's number of it"),
    EX,
];

const QUOTES: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("bid", Kind::Decimal, "best bid, quote units"),
    column("bid_qty", Kind::Decimal, "base units at it"),
    column("ask", Kind::Decimal, "best ask, quote units"),
    column("ask_qty", Kind::Decimal, "base units at it"),
    maybe("update_id", Kind::Whole, "the book's update it belongs to"),
    EX,
];

const DEPTH: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("kind", Kind::Text, "snapshot (the whole book) or diff (levels that changed); rows of one seq are one event"),
    maybe("side", Kind::Text, "bid or ask; empty in an event without levels"),
    maybe("price", Kind::Decimal, "quote units"),
    maybe("qty", Kind::Decimal, "base units resting there now, 0 removes the level"),
    column("first", Kind::Whole, "the first update in it (U); of a snapshot the last"),
    column("last", Kind::Whole, "the last update in it (u)"),
    maybe("prev", Kind::Whole, "of a diff: the last update of the one before (pu), where the venue says it"),
    EX,
];

const LIQUIDATIONS: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("side", Kind::Text, "of the order: sell when a long was liquidated"),
    column("price", Kind::Decimal, "quote units"),
    column("qty", Kind::Decimal, "base units"),
    EX,
];

const MARKS: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("price", Kind::Decimal, "the mark price, quote units"),
    maybe("index", Kind::Decimal, "the index price, quote units"),
    maybe("funding", Kind::Decimal, "the funding rate of the running interval, a part of one"),
    maybe("next", Kind::Time, "when funding is next exchanged"),
];

const KLINES: &[Column] = &[
    TS,
    SEQ,
    SYMBOL,
    column("tf", Kind::Text, "how long it is: 1m, 1h …"),
    column("start", Kind::Time, "when it begins"),
    column("open", Kind::Decimal, "first price, quote units"),
    column("high", Kind::Decimal, "highest price"),
    column("low", Kind::Decimal, "lowest price"),
    column("close", Kind::Decimal, "last price"),
    column("volume", Kind::Decimal, "base units traded"),
    column("buy_volume", Kind::Decimal, "of it what takers bought; 0 where the source does not say"),
    column("trades", Kind::Whole, "number of trades; 0 where the source does not say"),
];

const EVENTS: &[Column] = &[
    TS,
    SEQ,
    maybe("symbol", Kind::Text, "the instrument, where it concerns one"),
    column("kind", Kind::Text, "meta, link, user or history: a line of a recording"),
    column("data", Kind::Text, "its content as JSON, as a recording has it"),
];

const BARS: &[Column] = &[
    column("timestamp", Kind::Time, "when it begins; of bars that are not of time, its first trade"),
    SYMBOL,
    column("open", Kind::Decimal, "first price, quote units"),
    column("high", Kind::Decimal, "highest price"),
    column("low", Kind::Decimal, "lowest price"),
    column("close", Kind::Decimal, "last price"),
    column("volume", Kind::Decimal, "base units traded"),
    maybe("trades", Kind::Whole, "number of trades; empty where the source does not say"),
    maybe("buy_volume", Kind::Decimal, "base units that takers bought; empty where the source does not say"),
    column("tf", Kind::Text, "what closes it: 1m, tick:100, volume:5, dollar:1000000, range:10 …"),
    column("closed", Kind::Time, "when it was closed"),
];

const INDICATORS: &[Column] = &[
    column("ts", Kind::Time, "the moment of the sample; of indicators of bars, the bar's close"),
    SYMBOL,
    column("name", Kind::Text, "the indicator, with parameters where there are several of one name"),
    maybe("v", Kind::Float, "its value; empty while it has none"),
    maybe("z", Kind::Float, "its z-score"),
    maybe("osc", Kind::Float, "the z-score as an oscillator from 0 to 100"),
];

const SIGNALS: &[Column] = &[
    column("ts", Kind::Time, "when"),
    SYMBOL,
    ACCOUNT,
    column("side", Kind::Text, "BUY, SELL or EXIT"),
    maybe("price", Kind::Decimal, "the last price, quote units"),
    column("strategy", Kind::Text, "the strategy with its parameters"),
    column("why", Kind::Text, "its reason"),
];

const ORDERS: &[Column] = &[
    column("ts", Kind::Time, "when it changed"),
    SYMBOL,
    ACCOUNT,
    column("id", Kind::Whole, "its number"),
    column("state", Kind::Text, "what it became: pending, working, partly filled, filled, cancelled, rejected, expired"),
    column("side", Kind::Text, "buy or sell"),
    column("kind", Kind::Text, "market, limit, stop, stop-limit, take-profit or trailing stop"),
    maybe("price", Kind::Decimal, "its limit, quote units"),
    maybe("stop", Kind::Decimal, "the price that sets it off, as it stands"),
    column("qty", Kind::Decimal, "its whole quantity, base units; 0 while a size in money is not worked out"),
    column("filled", Kind::Decimal, "how much of it has traded"),
    maybe("average", Kind::Decimal, "the average price of its fills"),
    column("fees", Kind::Money, "fees of its fills, quote units"),
    column("tif", Kind::Text, "GTC, IOC, FOK or GTD"),
    column("post_only", Kind::Flag, "whether it is rejected where it would trade at once"),
    column("reduce_only", Kind::Flag, "whether it may only make the position smaller"),
    maybe("linked", Kind::Whole, "the order it belongs to"),
    column("sent", Kind::Time, "when it was sent"),
    column("reason", Kind::Text, "what happened to it last, where there is something to say"),
    column("why", Kind::Text, "why it was placed"),
];

const FILLS: &[Column] = &[
    column("ts", Kind::Time, "when it became known"),
    SYMBOL,
    ACCOUNT,
    column("number", Kind::Whole, "its number over all accounts"),
    column("order", Kind::Whole, "the order's number"),
    column("side", Kind::Text, "buy or sell"),
    column("price", Kind::Decimal, "quote units, slippage included"),
    column("qty", Kind::Decimal, "base units"),
    column("fee", Kind::Money, "quote units; negative where the exchange gives"),
    column("slippage", Kind::Money, "what the slippage model cost, quote units"),
    column("maker", Kind::Flag, "whether it rested in the book"),
    column("realised", Kind::Money, "what it realised of the position's profit, fee not taken off"),
    column("position", Kind::Decimal, "the position after it, base units, negative when short"),
    column("market_ts", Kind::Time, "the market's time of it: of bars the bar's start"),
];

const EQUITY: &[Column] = &[
    column("ts", Kind::Time, "when"),
    ACCOUNT,
    column("value", Kind::Money, "equity, quote units"),
    column("cash", Kind::Money, "cash, or the wallet of a margin account"),
    column("unrealised", Kind::Money, "unrealised profit in it"),
    column("buying_power", Kind::Money, "what can still be spent"),
    column("fills", Kind::Whole, "fills so far"),
    column("traded", Kind::Flag, "whether it was a fill that changed it"),
];

const ALERTS: &[Column] = &[
    column("ts", Kind::Time, "when it fired"),
    SYMBOL,
    column("number", Kind::Whole, "the firing's number"),
    column("alert", Kind::Whole, "the alert's number"),
    column("expr", Kind::Text, "its expression"),
    maybe("price", Kind::Decimal, "the symbol's last price, quote units"),
    column("values", Kind::Text, "the expression's quantities by name, as JSON"),
    column("note", Kind::Text, "the user's note"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        for (n, topic) in Topic::ALL.into_iter().enumerate() {
            assert_eq!((topic as usize, Topic::named(topic.name())), (n, Some(topic)));
            let mut names: Vec<_> = topic.columns().iter().map(|column| column.name).collect();
            names.sort_unstable();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}", topic.name());
            let ordered = topic.columns().iter().take(3).map(|column| column.name).collect::<Vec<_>>();
            assert!(!topic.is_input() || ordered == ["ts", "seq", "symbol"], "{}", topic.name());
        }
        assert_eq!(Topic::named("ticks"), Some(Topic::Trades));
        assert_eq!(Topic::ALL.into_iter().filter(|topic| topic.is_input()).count(), 7);
    }

    #[test]
    fn other_programs_know_the_beginning_of_bars() {
        let names: Vec<_> = Topic::Bars.columns().iter().map(|column| column.name).collect();
        assert_eq!(names[..7], ["timestamp", "symbol", "open", "high", "low", "close", "volume"]);
    }
}
