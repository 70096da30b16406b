//! Moments worth a look: what the user marked, the largest trades and liquidations.

use crate::domain::{Event, Nanos, Price, Qty, Side, Symbol};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;

/// User marks that are kept, the first ones.
const USER: usize = 1_000;
/// Most large ones that are kept of each symbol, trades and liquidations apart.
const MOST: usize = 50;
/// Of so many trades one is large.
const ONE_OF: u64 = 100;
/// And it is so many times the average one.
const TIMES: i128 = 2;
/// Symbols of which large ones are kept.
const SYMBOLS: usize = 64;

/// What a moment is worth a look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkKind {
    /// The user said so, with a label.
    User(String),
    /// A large trade of its symbol: by price × quantity the largest hundredth of the recording's trades, at most 50, and each at
    /// least twice the average.
    Trade(Symbol, Side, Price, Qty),
    /// One of the 50 largest liquidations of its symbol.
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
struct Largest {
    kept: BinaryHeap<Entry>,
    count: u64,
    /// What was paid in all.
    sum: i128,
}

impl Largest {
    fn add(&mut self, at: Nanos, side: Side, price: Price, qty: Qty) {
        let paid = i128::from(price.units()) * i128::from(qty.units());
        self.count += 1;
        self.sum = self.sum.saturating_add(paid);
        if self.kept.len() >= MOST && self.kept.peek().is_some_and(|Reverse((least, ..))| *least >= paid) {
            return;
        }
        self.kept.push(Reverse((paid, Reverse(at), side, price, qty)));
        if self.kept.len() > MOST {
            self.kept.pop();
        }
    }

    /// Those that stand out among all that came.
    fn outstanding(self) -> impl Iterator<Item = Entry> {
        let most = usize::try_from(self.count.div_ceil(ONE_OF)).unwrap_or(MOST);
        let (count, sum) = (i128::from(self.count), self.sum);
        // The largest comes first: ascending order of what is reversed.
        let large = self.kept.into_sorted_vec().into_iter().take(most);
        large.filter(move |Reverse((paid, ..))| paid.saturating_mul(count) >= sum.saturating_mul(TIMES))
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
        let (list, side, price, qty) = match event {
            Event::Trade(trade) => (&mut self.trades, trade.side, trade.price, trade.qty),
            Event::Liquidation(order) => (&mut self.liquidations, order.side, order.price, order.qty),
            _ => return,
        };
        if list.len() < SYMBOLS || list.contains_key(&symbol) {
            list.entry(symbol).or_default().add(at, side, price, qty);
        }
    }

    /// All of them in order of time.
    pub(super) fn finish(self) -> Vec<Marked> {
        let mut all = self.user;
        for (symbol, largest) in self.trades {
            for Reverse((_, Reverse(at), side, price, qty)) in largest.outstanding() {
                all.push(Marked { at, kind: MarkKind::Trade(symbol, side, price, qty) });
            }
        }
        for (symbol, largest) in self.liquidations {
            for Reverse((_, Reverse(at), side, price, qty)) in largest.kept {
                all.push(Marked { at, kind: MarkKind::Liquidation(symbol, side, price, qty) });
            }
        }
        all.sort_by_cached_key(|mark| (mark.at, format!("{:?}", mark.kind)));
        all
    }
}
