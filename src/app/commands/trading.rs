//! Commands of paper trading: those that apply everywhere, and those of the list of positions.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Global, keys }
}

const fn position(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Positions, keys }
}

/// The entries that apply everywhere, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::PaperToggle, "paper.toggle", "Turn paper trading on or off", &["p"]),
    spec(Command::OrderBuy, "order.buy", "Open a ticket to buy the symbol; Enter sends it", &["b"]),
    spec(Command::OrderSell, "order.sell", "Open a ticket to sell the symbol; Enter sends it", &["s"]),
    spec(Command::OrderCancelAll, "order.cancel-all", "Cancel all orders of the symbol", &["ctrl-x"]),
    spec(Command::OrderFlatten, "order.flatten", "Cancel the symbol's orders and close its position at the market", &["F"]),
    spec(Command::OrderReverse, "order.reverse", "Turn the symbol's position round at the market", &[]),
    spec(Command::OrderConfirm, "order.confirm", "Ask before an order is sent, or send it at once", &[]),
];

/// The entries of the list of positions.
pub(super) const POSITIONS: &[Spec] = &[
    position(Command::PositionClose, "position.close", "Close the position at the market", &["x"]),
    position(Command::PositionReverse, "position.reverse", "Turn the position round at the market", &["r"]),
];
