//! The quantities by name, listed once: the parser, suggestions, completion and `docs/alerts.md` read it. Indicators have a
//! catalogue of their own, [`crate::indicators::ALL`].

use super::quantity::{AccountField, BarField, FeedField, Kind, PairFigure, Quantity};
use crate::indicators;

/// A quantity's entry in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct QuantitySpec {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// What it is, with its unit.
    pub about: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// An expression with it.
    pub example: &'static str,
    /// How it is made of its arguments.
    pub(super) make: Make,
}

/// What a name needs to become a quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Make {
    /// Nothing.
    Plain(Plain),
    /// A timeframe, and how many bars back.
    Bar(BarField),
    /// Two symbols, a timeframe and settings.
    Pair(PairFigure),
}

/// A quantity that is only a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    Price,
    Bid,
    Ask,
    Mid,
    BidQty,
    AskQty,
    Mark,
    Index,
    Funding,
    Account(AccountField),
    Feed(FeedField),
}

impl Plain {
    const fn kind(self) -> Kind {
        match self {
            Self::Funding | Self::Account(AccountField::Drawdown) => Kind::Share,
            Self::Feed(FeedField::Age | FeedField::Latency) => Kind::Duration,
            Self::Feed(FeedField::Up | FeedField::Synced) => Kind::Truth,
            _ => Kind::Number,
        }
    }

    /// As a quantity.
    pub(super) const fn quantity(self) -> Quantity {
        match self {
            Self::Price => Quantity::Price,
            Self::Bid => Quantity::Bid,
            Self::Ask => Quantity::Ask,
            Self::Mid => Quantity::Mid,
            Self::BidQty => Quantity::BidQty,
            Self::AskQty => Quantity::AskQty,
            Self::Mark => Quantity::Mark,
            Self::Index => Quantity::Index,
            Self::Funding => Quantity::Funding,
            Self::Account(field) => Quantity::Account(field),
            Self::Feed(field) => Quantity::Feed(field),
        }
    }
}

const fn plain(name: &'static str, about: &'static str, example: &'static str, plain: Plain) -> QuantitySpec {
    QuantitySpec { name, form: name, about, kind: plain.kind(), example, make: Make::Plain(plain) }
}

const fn bar(
    name: &'static str,
    form: &'static str,
    about: &'static str,
    example: &'static str,
    field: BarField,
) -> QuantitySpec {
    let kind = if matches!(field, BarField::Change) { Kind::Share } else { Kind::Number };
    QuantitySpec { name, form, about, kind, example, make: Make::Bar(field) }
}

const fn pair(
    name: &'static str,
    form: &'static str,
    about: &'static str,
    example: &'static str,
    figure: PairFigure,
) -> QuantitySpec {
    QuantitySpec { name, form, about, kind: Kind::Number, example, make: Make::Pair(figure) }
}

/// Every quantity but the indicators.
pub static QUANTITIES: &[QuantitySpec] = &[
    plain("price", "price of the last trade", "price crosses above 65000", Plain::Price),
    plain("bid", "best bid", "bid > 65000", Plain::Bid),
    plain("ask", "best ask", "ask < 65000", Plain::Ask),
    plain("mid", "half way between best bid and best ask", "mid moves 0.5% in 1m", Plain::Mid),
    plain("bid_qty", "what rests at the best bid, base units", "bid_qty > 100", Plain::BidQty),
    plain("ask_qty", "what rests at the best ask, base units", "ask_qty > 3 * bid_qty", Plain::AskQty),
    plain("mark", "mark price of a future", "mark < 60000", Plain::Mark),
    plain("index", "index price of a future", "price > index * 1.001", Plain::Index),
    plain("funding", "funding rate of a future", "funding > 0.05%", Plain::Funding),
    bar("open", "open(TIMEFRAME[, BARS BACK])", "first price of a bar", "price > open(1d) * 1.05", BarField::Open),
    bar("high", "high(TIMEFRAME[, BARS BACK])", "highest price of a bar", "price > high(1h, 1)", BarField::High),
    bar("low", "low(TIMEFRAME[, BARS BACK])", "lowest price of a bar", "price < low(1d, 1)", BarField::Low),
    bar("close", "close(TIMEFRAME[, BARS BACK])", "last price of a bar", "close(1m, 1) > open(1m, 1)", BarField::Close),
    bar("volume", "volume(TIMEFRAME[, BARS BACK])", "traded in a bar, base units", "volume(1m) > 100", BarField::Volume),
    bar(
        "buys",
        "buys(TIMEFRAME[, BARS BACK])",
        "bought by takers in a bar, base units",
        "buys(1m) > 2 * sells(1m)",
        BarField::Buys,
    ),
    bar("sells", "sells(TIMEFRAME[, BARS BACK])", "sold by takers in a bar, base units", "sells(5m) > 500", BarField::Sells),
    bar(
        "delta",
        "delta(TIMEFRAME[, BARS BACK])",
        "bought less sold by takers in a bar, base units",
        "delta(1m) < -50",
        BarField::Delta,
    ),
    bar("trades", "trades(TIMEFRAME[, BARS BACK])", "number of trades in a bar", "trades(1s) > 200", BarField::Trades),
    bar("range", "range(TIMEFRAME[, BARS BACK])", "highest less lowest price of a bar", "range(1m) > 100", BarField::Range),
    bar("change", "change(TIMEFRAME[, BARS BACK])", "close / open − 1 of a bar", "change(5m) < -1%", BarField::Change),
    pair(
        "zscore",
        "zscore(Y, X, TIMEFRAME[, SETTINGS])",
        "standard deviations of the pair's spread from its mean",
        "zscore(ETHUSDT, BTCUSDT, 1m) > 2",
        PairFigure::Zscore,
    ),
    pair(
        "beta",
        "beta(Y, X, TIMEFRAME[, SETTINGS])",
        "hedge ratio of the pair: X for one Y",
        "beta(ETHUSDT, BTCUSDT, 1m) < 0.04",
        PairFigure::Beta,
    ),
    pair(
        "alpha",
        "alpha(Y, X, TIMEFRAME[, SETTINGS])",
        "constant of the pair's line",
        "alpha(ETHUSDT, BTCUSDT, 1m) > 0",
        PairFigure::Alpha,
    ),
    pair(
        "r2",
        "r2(Y, X, TIMEFRAME[, SETTINGS])",
        "part of Y's variance the pair's line explains, 0 to 1",
        "r2(ETHUSDT, BTCUSDT, 1m) < 50%",
        PairFigure::R2,
    ),
    pair(
        "pair_spread",
        "pair_spread(Y, X, TIMEFRAME[, SETTINGS])",
        "Y − β·X, quote units",
        "pair_spread(ETHUSDT, BTCUSDT, 1m) crosses above 0",
        PairFigure::Spread,
    ),
    pair(
        "corr",
        "corr(Y, X, TIMEFRAME[, SETTINGS])",
        "rolling correlation of the pair, −1 to 1",
        "corr(ETHUSDT, BTCUSDT, 1m) < 0.5",
        PairFigure::Correlation,
    ),
    pair(
        "half_life",
        "half_life(Y, X, TIMEFRAME[, SETTINGS])",
        "bars until half of a deviation of the pair's spread is gone",
        "half_life(ETHUSDT, BTCUSDT, 1m) < 20",
        PairFigure::HalfLife,
    ),
    pair(
        "adf_p",
        "adf_p(Y, X, TIMEFRAME[, SETTINGS])",
        "p of the unit-root test of the pair's spread, 0 to 1",
        "adf_p(ETHUSDT, BTCUSDT, 1m) < 5%",
        PairFigure::AdfP,
    ),
    pair(
        "coint_p",
        "coint_p(Y, X, TIMEFRAME[, SETTINGS])",
        "p of Engle and Granger's test of cointegration, 0 to 1",
        "coint_p(ETHUSDT, BTCUSDT, 1m) < 5%",
        PairFigure::CointP,
    ),
    plain(
        "pnl",
        "profit of the paper account `manual`, realized and not, fees not taken off, quote units",
        "pnl < -1000",
        Plain::Account(AccountField::Pnl),
    ),
    plain(
        "unrealized",
        "profit of the open position, quote units",
        "unrealized < -500",
        Plain::Account(AccountField::Unrealized),
    ),
    plain("realized", "profit of what was closed, quote units", "realized > 1000", Plain::Account(AccountField::Realized)),
    plain("equity", "worth of the account, quote units", "equity < 9000", Plain::Account(AccountField::Equity)),
    plain("drawdown", "how far the equity is below its highest", "drawdown > 5%", Plain::Account(AccountField::Drawdown)),
    plain("position", "what is held, base units; below 0 when short", "position != 0", Plain::Account(AccountField::Position)),
    plain("feed.age", "how long nothing has come from the exchange", "feed.age > 3s", Plain::Feed(FeedField::Age)),
    plain("feed.up", "whether the connection is up", "!feed.up", Plain::Feed(FeedField::Up)),
    plain("feed.synced", "whether the order book is in sync", "!feed.synced for 5s", Plain::Feed(FeedField::Synced)),
    plain("feed.rate", "events a second", "feed.rate < 1 for 10s", Plain::Feed(FeedField::Rate)),
    plain("feed.latency", "from the exchange's stamp to arrival", "feed.latency > 500ms for 5s", Plain::Feed(FeedField::Latency)),
];

/// The entry of that name.
pub(super) fn find(name: &str) -> Option<&'static QuantitySpec> {
    QUANTITIES.iter().find(|spec| spec.name == name)
}

/// Every name, those of the quantities first.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    QUANTITIES.iter().map(|spec| spec.name).chain(indicators::ALL.iter().map(|spec| spec.name))
}

/// Whether there is a quantity or an indicator of that name.
pub(super) fn is_name(name: &str) -> bool {
    names().any(|known| known == name)
}

/// The name that was most likely meant: the same in small letters, one that begins so, or one that is spelt almost so.
pub(super) fn nearest<'a>(word: &str, names: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let begins = |name: &&str| length >= 3 && name.starts_with(&word);
    names.clone().find(|name| *name == word).or_else(|| names.clone().find(begins)).or_else(|| {
        let (distance, name) =
            names.map(|name| (strsim::damerau_levenshtein(name, &word), name)).min_by_key(|(distance, _)| *distance)?;
        (length >= 3 && distance <= 2 && distance * 3 <= length + 1).then_some(name)
    })
}

/// What a quantity is called in the catalogues.
pub(super) fn name_of(quantity: &Quantity) -> &'static str {
    let is = |make: Make| match (make, quantity) {
        (Make::Plain(plain), _) => plain.quantity() == *quantity,
        (Make::Bar(field), Quantity::Bar { field: wanted, .. }) => field == *wanted,
        (Make::Pair(figure), Quantity::Pair { figure: wanted, .. }) => figure == *wanted,
        _ => false,
    };
    match quantity {
        Quantity::Flow { setup, .. } | Quantity::Study { setup, .. } => setup.spec.name,
        _ => QUANTITIES.iter().find(|spec| is(spec.make)).map_or("", |spec| spec.name),
    }
}
