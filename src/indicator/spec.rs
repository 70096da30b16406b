//! What is known of an indicator before it has seen anything. Palette, dialogs, help, command line and documentation read it.

use super::{Flow, Params, Study};

/// An indicator's entry in the catalogue.
#[derive(Debug)]
pub struct Spec {
    /// Its name in expressions, files and on the command line: lower case, such as `ofi`.
    pub name: &'static str,
    /// Its name for people, such as `Order flow imbalance`.
    pub title: &'static str,
    /// What it measures and how to read it, in one or two sentences.
    pub about: &'static str,
    /// The definition, as a formula in words.
    pub formula: &'static str,
    /// Where the definition comes from; empty for common knowledge.
    pub source: &'static str,
    /// Unit of the raw value.
    pub unit: Unit,
    /// Where the raw value can lie.
    pub range: Range,
    /// What data it cannot do without.
    pub needs: Needs,
    /// When it gives its first value.
    pub warm_up: &'static str,
    /// What it does across a gap in the data and a resynchronised book.
    pub across_gaps: &'static str,
    /// What can be set.
    pub params: &'static [Param],
    /// Values it gives beside the raw one, at most [`super::EXTRAS`].
    pub extras: &'static [Extra],
    /// Where a chart draws it.
    pub place: Place,
    /// How it is made.
    pub build: Build,
}

impl Spec {
    /// Whether it reads trades, quotes and books rather than bars.
    pub const fn is_flow(&self) -> bool {
        matches!(self.build, Build::Flow(_))
    }

    /// The parameter of that name.
    pub fn param(&self, name: &str) -> Option<(usize, &'static Param)> {
        self.params.iter().enumerate().find(|(_, param)| param.name == name)
    }
}

/// How an indicator is made.
#[derive(Debug, Clone, Copy)]
pub enum Build {
    /// From events as they come.
    Flow(fn(&Params) -> Box<dyn Flow>),
    /// From bars as they close.
    Bars(fn(&Params) -> Box<dyn Study>),
}

/// What a value is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: a ratio.
    Ratio,
    /// The instrument's base currency, such as BTC.
    Base,
    /// The instrument's quote currency, such as USDT.
    Quote,
    /// A price.
    Price,
    /// Hundredths of a percent of the mid price.
    BasisPoints,
    /// A part of one a year.
    PerYear,
    /// Trades per second.
    PerSecond,
    /// Price change per base unit.
    PriceByBase,
    /// Hundredths.
    Percent,
}

impl Unit {
    /// As it stands behind a number; `base` and `quote` are the instrument's currencies.
    pub fn suffix<'a>(self, base: &'a str, quote: &'a str) -> &'a str {
        match self {
            Self::Ratio | Self::Price => "",
            Self::Base => base,
            Self::Quote => quote,
            Self::BasisPoints => "bps",
            Self::PerYear => "/yr",
            Self::PerSecond => "/s",
            Self::PriceByBase => "/unit",
            Self::Percent => "%",
        }
    }

    /// In words, for the documentation.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Ratio => "ratio",
            Self::Base => "base units",
            Self::Quote => "quote units",
            Self::Price => "price",
            Self::BasisPoints => "basis points",
            Self::PerYear => "per year (1 = 100 %)",
            Self::PerSecond => "trades per second",
            Self::PriceByBase => "price per base unit",
            Self::Percent => "percent",
        }
    }
}

/// Where a raw value can lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// It is never below this.
    pub least: Option<f64>,
    /// It is never above this.
    pub most: Option<f64>,
    /// The value that says neither this nor that, such as 0 of an imbalance.
    pub neutral: Option<f64>,
}

impl Range {
    /// Anything, with 0 in the middle.
    pub const SIGNED: Self = Self { least: None, most: None, neutral: Some(0.0) };
    /// Anything.
    pub const ANY: Self = Self { least: None, most: None, neutral: None };
    /// Nothing below 0.
    pub const POSITIVE: Self = Self { least: Some(0.0), most: None, neutral: None };

    /// From the one to the other, with a middle.
    pub const fn between(least: f64, most: f64, neutral: Option<f64>) -> Self {
        Self { least: Some(least), most: Some(most), neutral }
    }
}

/// What data an indicator cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// The best bid and ask.
    pub top: bool,
    /// The order book.
    pub book: bool,
    /// Trades.
    pub trades: bool,
    /// Liquidation orders.
    pub liquidations: bool,
}

impl Needs {
    /// None of them: bars are enough.
    pub const NOTHING: Self = Self { top: false, book: false, trades: false, liquidations: false };
    /// The best bid and ask.
    pub const TOP: Self = Self { top: true, ..Self::NOTHING };
    /// The order book.
    pub const BOOK: Self = Self { book: true, ..Self::NOTHING };
    /// Trades.
    pub const TRADES: Self = Self { trades: true, ..Self::NOTHING };
    /// Trades, and the best bid and ask.
    pub const TRADES_AND_TOP: Self = Self { trades: true, top: true, ..Self::NOTHING };
    /// Liquidation orders.
    pub const LIQUIDATIONS: Self = Self { liquidations: true, ..Self::NOTHING };

    /// In words.
    pub const fn about(self) -> &'static str {
        match (self.top, self.book, self.trades, self.liquidations) {
            (true, _, true, _) => "trades, quotes",
            (true, ..) => "quotes",
            (_, true, ..) => "order book",
            (_, _, true, _) => "trades",
            (.., true) => "liquidations",
            _ => "bars",
        }
    }
}

/// Something that can be set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Param {
    /// Its name, such as `window`.
    pub name: &'static str,
    /// What it does, with its unit.
    pub about: &'static str,
    /// Its value unless set.
    pub default: f64,
    /// The least it can be.
    pub least: f64,
    /// The most it can be.
    pub most: f64,
    /// Whether it has to be a whole number.
    pub whole: bool,
    /// The word for 0, where that means that the program chooses: `auto`.
    pub zero: Option<&'static str>,
}

impl Param {
    /// A whole number within bounds.
    pub const fn whole(name: &'static str, about: &'static str, default: u32, least: u32, most: u32) -> Self {
        Self { name, about, default: default as f64, least: least as f64, most: most as f64, whole: true, zero: None }
    }

    /// A number within bounds.
    pub const fn real(name: &'static str, about: &'static str, default: f64, least: f64, most: f64) -> Self {
        Self { name, about, default, least, most, whole: false, zero: None }
    }

    /// The same, where 0 has a meaning of its own, named by a word.
    pub const fn or(self, zero: &'static str) -> Self {
        Self { zero: Some(zero), ..self }
    }

    /// Its value as it is written.
    pub fn text(&self, value: f64) -> String {
        match self.zero {
            Some(word) if value == 0.0 => word.to_owned(),
            _ => value.to_string(),
        }
    }
}

/// A value an indicator gives beside the raw one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extra {
    /// Its key in results.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// What it is counted in.
    pub unit: Unit,
}

/// Where a chart draws an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Over the bars, on the price scale.
    Price,
    /// Over the bars by its extra values, which are prices; the raw value in a pane of its own.
    Marks,
    /// In a pane of its own beneath them.
    Beneath,
}
