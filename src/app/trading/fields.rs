//! The parts of an order ticket, and what can be chosen in them.

use crate::domain::TriggerBy;

macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident => $text:literal, $about:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$each])* $variant),* }

        impl $name {
            /// All of them, in the order they are gone through.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name on the ticket.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// What it means, in a few words.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),* }
            }

            /// The one so many further on, round and round.
            pub(super) fn step(self, by: isize) -> Self {
                turned(Self::ALL, self, by)
            }
        }
    };
}

choices! {
    /// What the order does.
    TicketKind {
        /// Trades at once.
        Market => "market", "trades at once, at what there is";
        /// Trades at its price or better.
        Limit => "limit", "trades at its price or better";
        /// A market order once the price is reached from the good side.
        Stop => "stop", "a market order once the price gets as far as the stop";
        /// A limit order once the price is reached.
        StopLimit => "stop-limit", "a limit order once the price gets as far as the stop";
        /// A market order once the price is reached from the bad side.
        TakeProfit => "take-profit", "a market order once the price comes back as far as the stop";
        /// A stop at a distance in price.
        TrailBy => "trailing", "a stop that follows at a distance and never goes back";
        /// A stop at a distance in percent.
        TrailPercent => "trailing %", "a stop that follows at a distance in percent";
    }
}

choices! {
    /// What the size is given in.
    SizeBy {
        /// Base units.
        Quantity => "quantity", "base units";
        /// Quote units.
        Notional => "worth", "quote units: price x quantity";
        /// Percent of the account's equity.
        Equity => "% of equity", "of the account's equity, fees included";
        /// Percent of equity that is lost at the stop.
        Risk => "% at risk", "of equity lost if the stop loss fills at its price";
    }
}

choices! {
    /// How long the order stays.
    Stays {
        /// Until it is cancelled.
        Gtc => "GTC", "until it is cancelled";
        /// What does not trade at once is cancelled.
        Ioc => "IOC", "what does not trade at once is cancelled";
        /// All at once or nothing.
        Fok => "FOK", "all of it trades at once, or nothing";
        /// Until a moment.
        Gtd => "GTD", "until then: 30m, 4h, or a time such as 23:30";
    }
}

choices! {
    /// What is placed with the order.
    With {
        /// Nothing.
        Nothing => "nothing", "one order by itself";
        /// A stop and a target once it fills.
        Bracket => "bracket", "once it fills: a stop loss and a target, one cancels the other";
        /// A stop beside it.
        Oco => "OCO", "a stop beside it: a fill of one cancels the other";
    }
}

/// A part of the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TicketField {
    /// Buying or selling.
    Side,
    /// What the order does.
    Kind,
    /// Its limit price; of a trailing stop the price from which it follows.
    Price,
    /// The price that sets it off; of a trailing stop its distance.
    Stop,
    /// How much.
    Size,
    /// What that is given in.
    SizeBy,
    /// How long it stays.
    Stays,
    /// Until when.
    Until,
    /// Whether it may only rest, and only make a position smaller.
    Flags,
    /// Which price sets it off.
    Trigger,
    /// What is placed with it.
    With,
    /// The stop placed with it.
    Loss,
    /// The target placed with it.
    Target,
    /// Whose it is.
    Account,
}

impl TicketField {
    /// All of them, from top to bottom.
    pub const ALL: [Self; 14] = [
        Self::Side,
        Self::Kind,
        Self::Price,
        Self::Stop,
        Self::Size,
        Self::SizeBy,
        Self::Stays,
        Self::Until,
        Self::Flags,
        Self::Trigger,
        Self::With,
        Self::Loss,
        Self::Target,
        Self::Account,
    ];

    /// Whether something is written in it.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Price | Self::Stop | Self::Size | Self::Until | Self::Loss | Self::Target)
    }
}

/// A place of the ticket that can be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketSpot {
    /// A part: keys go to it from then on.
    Field(TicketField),
    /// What is written in a part, behind so many characters.
    Text(TicketField, usize),
    /// What a part says, to be exchanged for the one before or after it.
    Step(TicketField, isize),
    /// The flag at that position: post-only, reduce-only.
    Flag(usize),
    /// What would be accepted, of the problem at that position.
    Take(usize),
}

impl TicketKind {
    /// Whether it has a limit price.
    pub const fn has_limit(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit)
    }

    /// Whether it follows the price.
    pub const fn trails(self) -> bool {
        matches!(self, Self::TrailBy | Self::TrailPercent)
    }

    /// Whether something sets it off.
    pub const fn waits(self) -> bool {
        !matches!(self, Self::Market | Self::Limit)
    }
}

/// The name of what sets a stop off.
pub const fn trigger_name(trigger: TriggerBy) -> &'static str {
    match trigger {
        TriggerBy::Last => "last",
        TriggerBy::Mark => "mark",
    }
}

/// The one so many further on in a list, round and round.
pub(super) fn turned<T: Copy + PartialEq>(all: &[T], now: T, by: isize) -> T {
    let at = all.iter().position(|one| *one == now).unwrap_or(0) as isize;
    all.get((at + by).rem_euclid(all.len().max(1) as isize) as usize).copied().unwrap_or(now)
}
