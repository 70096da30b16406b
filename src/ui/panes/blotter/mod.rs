//! The blotter: accounts, their orders, fills, trades, equity, profit, and what strategies said.

mod account;
mod equity;
mod fills;
#[cfg(test)]
pub(crate) mod fixture;
mod gauges;
mod orders;
mod pnl;
mod signals;
mod statistics;
mod table;
#[cfg(test)]
mod tests;
mod trades;
mod words;

pub use account::AccountPane;
pub use equity::EquityPane;
pub use statistics::StatisticsPane;

use crate::ui::pane::Pane;

/// Open orders.
pub fn orders() -> Box<dyn Pane> {
    Box::new(table::TablePane::<orders::Working>::default())
}

/// Orders that are done.
pub fn history() -> Box<dyn Pane> {
    Box::new(table::TablePane::<orders::Done>::default())
}

/// What traded.
pub fn fills() -> Box<dyn Pane> {
    Box::new(table::TablePane::<fills::Fills>::default())
}

/// What was opened and closed.
pub fn round_trips() -> Box<dyn Pane> {
    Box::new(table::TablePane::<trades::RoundTrips>::default())
}

/// Profit by account, symbol and day.
pub fn pnl() -> Box<dyn Pane> {
    Box::new(table::TablePane::<pnl::Pnl>::default())
}

/// What strategies said.
pub fn signals() -> Box<dyn Pane> {
    Box::new(table::TablePane::<signals::Signals>::default())
}

/// A text without what a terminal of ASCII cannot show.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '…' => out.push_str("..."),
            '·' => out.push(','),
            '−' | '–' => out.push('-'),
            '▲' => out.push('^'),
            '▼' => out.push('v'),
            '●' | '█' => out.push('*'),
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '√' => out.push_str("sqrt"),
            'σ' => out.push_str("sd"),
            c if c.is_ascii() => out.push(c),
            _ => out.push('?'),
        }
    }
    out
}
