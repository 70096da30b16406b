//! Moments worth a look: what the user marked, the largest trades and liquidations.

use crate::domain::{Event, Nanos, Price, Qty, Side, Symbol};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;

/// User marks that are kept, the first ones.
const USER: usize = 1_000;
/// Large trades that are kept of each symbol.
const TRADES: usize = 50;
/// Large liquidations that are kept of each symbol.
const LIQUIDATIONS: usize = 50;
/// Symbols of which large ones are kept.
const SYMBOLS: usize = 64;

/// What a moment is worth a look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// The user said so, with a label.
    User(String),
    /// One of the largest trades of its symbol, by price × quantity.
    Trade(Symbol, Side, Price, Qty),
    /// One of the largest liquidations of its symbol.
    Liquidation(Symbol, Side, Price, Qty),
}

/// A moment and what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// When.
    pub at: Nanos,
    /// What.
    pub kind: MarkKind,
}

#[derive(Default)]
pub(super) struct Marks {
    user: Vec<Marked>,
    trades: BTreeMap<Symbol, Largest>,
    liquidations: BTreeMap<Symbol, Largest>,
}

/// What was paid, when, and the order itself; the smallest is the first to go.
type Entry = Reverse<(i128, Reverse<Nanos>, Side, Price, Qty)>;

#[derive(Default)]
struct Largest(BinaryHeap<Entry>);

impl Largest {
    fn add(&mut self, most: usize, at: Nanos, side: Side, price: Price, qty: Qty) {
        let paid = i128::from(price.units()) * i128::from(qty.units());
        if self.0.len() >= most && self.0.peek().is_some_and(|Reverse((least, ..))| *least >= paid) {
            return;
        }
        self.0.push(Reverse((paid, Reverse(at), side, price, qty)));
        if self.0.len() > most {
            self.0.pop();
        }
    }
}

impl Marks {
    pub(super) fn user(&mut self, at: Nanos, label: &str) {
        if self.user.len() < USER {
            let label = label.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
            self.user.push(Marked { at, kind: MarkKind::User(label) });
        }
    }

    pub(super) fn event(&mut self, at: Nanos, symbol: Symbol, event: &Event) {
        let (list, most, side, price, qty) = match event {
            Event::Trade(trade) => (&mut self.trades, TRADES, trade.side, trade.price, trade.qty),
            Event::Liquidation(order) => (&mut self.liquidations, LIQUIDATIONS, order.side, order.price, order.qty),
            _ => return,
        };
        if list.len() < SYMBOLS || list.contains_key(&symbol) {
            list.entry(symbol).or_default().add(most, at, side, price, qty);
        }
    }

    /// All of them in order of time.
    pub(super) fn finish(self) -> Vec<Marked> {
        let mut all = self.user;
        for (symbol, largest) in self.trades {
            for Reverse((_, Reverse(at), side, price, qty)) in largest.0 {
                all.push(Marked { at, kind: MarkKind::Trade(symbol, side, price, qty) });
            }
        }
        for (symbol, largest) in self.liquidations {
            for Reverse((_, Reverse(at), side, price, qty)) in largest.0 {
                all.push(Marked { at, kind: MarkKind::Liquidation(symbol, side, price, qty) });
            }
        }
        all.sort_by_cached_key(|mark| (mark.at, format!("{:?}", mark.kind)));
        all
    }
}
