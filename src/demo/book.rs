//! A limit order book with price-time matching. Prices are counted in ticks, quantities in lots.

use crate::domain::Side;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// A resting order's name; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId {
    serial: u64,
    slot: u32,
}

/// A fill of a resting order by a taker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// The resting order.
    pub maker: OrderId,
    /// Whose it is, as told when it was placed.
    pub owner: u16,
    /// The resting order's price, ticks.
    pub price: i64,
    /// Lots filled.
    pub lots: i64,
    /// Whether nothing of the resting order is left.
    pub done: bool,
}

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Placed {
    /// The part that rests in the book.
    pub resting: Option<OrderId>,
    /// Lots filled at once.
    pub filled: i64,
    /// Lots neither filled nor resting.
    pub cancelled: i64,
}

#[derive(Debug, Clone, Copy)]
struct Order {
    serial: u64,
    side: Side,
    owner: u16,
    price: i64,
    lots: i64,
    before: u32,
    after: u32,
}

/// The orders at one price, first come first served.
#[derive(Debug, Clone, Copy)]
struct Queue {
    lots: i64,
    first: u32,
    last: u32,
}

/// Orders of both sides, best price first, then the earliest. Never crossed.
#[derive(Debug, Clone, Default)]
pub struct LimitBook {
    bids: BTreeMap<i64, Queue>,
    asks: BTreeMap<i64, Queue>,
    orders: Vec<Order>,
    free: Vec<u32>,
    serial: u64,
    live: usize,
}

impl LimitBook {
    /// An empty book.
    pub fn new() -> Self {
        Self::default()
    }

    /// Best price of a side, ticks, and the lots there.
    pub fn best(&self, side: Side) -> Option<(i64, i64)> {
        match side {
            Side::Buy => self.bids.last_key_value(),
            Side::Sell => self.asks.first_key_value(),
        }
        .map(|(price, queue)| (*price, queue.lots))
    }

    /// Worst price of a side, ticks.
    pub fn worst(&self, side: Side) -> Option<i64> {
        match side {
            Side::Buy => self.bids.first_key_value(),
            Side::Sell => self.asks.last_key_value(),
        }
        .map(|(price, _)| *price)
    }

    /// Levels of a side, best first: price in ticks and lots.
    pub fn levels(&self, side: Side) -> Box<dyn Iterator<Item = (i64, i64)> + '_> {
        match side {
            Side::Buy => Box::new(self.bids.iter().rev().map(|(p, q)| (*p, q.lots))),
            Side::Sell => Box::new(self.asks.iter().map(|(p, q)| (*p, q.lots))),
        }
    }

    /// Number of levels of a side.
    pub fn depth(&self, side: Side) -> usize {
        self.side(side).len()
    }

    /// Lots resting at a price; 0 when there is no such level.
    pub fn lots_at(&self, side: Side, price: i64) -> i64 {
        self.side(side).get(&price).map_or(0, |q| q.lots)
    }

    /// Number of resting orders.
    pub fn len(&self) -> usize {
        self.live
    }

    /// Whether nothing rests.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// Orders resting at a price, first in the queue first.
    pub fn queue(&self, side: Side, price: i64) -> Vec<(OrderId, i64)> {
        let mut found = Vec::new();
        let mut slot = self.side(side).get(&price).map_or(NONE, |q| q.first);
        while let Some(order) = self.orders.get(slot as usize) {
            found.push((OrderId { serial: order.serial, slot }, order.lots));
            slot = order.after;
        }
        found
    }

    /// A resting order's side, price in ticks and lots left; `None` when it is filled or cancelled.
    pub fn order(&self, id: OrderId) -> Option<(Side, i64, i64)> {
        self.orders.get(id.slot as usize).filter(|o| o.serial == id.serial).map(|o| (o.side, o.price, o.lots))
    }

    /// Whether an order at this price would trade at once.
    pub fn crosses(&self, side: Side, price: i64) -> bool {
        self.best(side.opposite()).is_some_and(|(best, _)| match side {
            Side::Buy => price >= best,
            Side::Sell => price <= best,
        })
    }

    /// A limit order: trades what it can at its price or better, the rest rests.
    pub fn limit(&mut self, side: Side, price: i64, lots: i64, owner: u16, fills: &mut Vec<Fill>) -> Placed {
        let mut placed = self.take(side, Some(price), lots, fills);
        if placed.cancelled > 0 {
            placed.resting = Some(self.rest(side, price, placed.cancelled, owner));
            placed.cancelled = 0;
        }
        placed
    }

    /// A market order, or with a limit an immediate-or-cancel order: what cannot trade at once is cancelled.
    pub fn take(&mut self, side: Side, limit: Option<i64>, lots: i64, fills: &mut Vec<Fill>) -> Placed {
        let mut left = lots.max(0);
        while left > 0 {
            let Some((price, _)) = self.best(side.opposite()) else { break };
            let reachable = limit.is_none_or(|limit| match side {
                Side::Buy => price <= limit,
                Side::Sell => price >= limit,
            });
            if !reachable {
                break;
            }
            left = self.eat(side.opposite(), price, left, fills);
        }
        Placed { resting: None, filled: lots.max(0) - left, cancelled: left }
    }

    /// Takes an order out; says what was left of it, `None` when it is no longer there.
    pub fn cancel(&mut self, id: OrderId) -> Option<(Side, i64, i64)> {
        let found = self.order(id)?;
        let (side, price, lots) = found;
        if let Some(queue) = self.side_mut(side).get_mut(&price) {
            queue.lots -= lots;
        }
        self.unlink(id.slot);
        Some(found)
    }

    fn side(&self, side: Side) -> &BTreeMap<i64, Queue> {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BTreeMap<i64, Queue> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    /// Fills up to `left` lots from the front of a level's queue; says how many are still wanted.
    fn eat(&mut self, side: Side, price: i64, mut left: i64, fills: &mut Vec<Fill>) -> i64 {
        while left > 0 {
            let Some(queue) = self.side_mut(side).get_mut(&price) else { break };
            let slot = queue.first;
            let Some(order) = self.orders.get_mut(slot as usize) else { break };
            let lots = left.min(order.lots);
            order.lots -= lots;
            left -= lots;
            let done = order.lots == 0;
            fills.push(Fill { maker: OrderId { serial: order.serial, slot }, owner: order.owner, price, lots, done });
            if let Some(queue) = self.side_mut(side).get_mut(&price) {
                queue.lots -= lots;
            }
            if done {
                self.unlink(slot);
            }
        }
        left
    }

    fn rest(&mut self, side: Side, price: i64, lots: i64, owner: u16) -> OrderId {
        self.serial += 1;
        self.live += 1;
        let order = Order { serial: self.serial, side, owner, price, lots, before: NONE, after: NONE };
        let slot = if let Some(slot) = self.free.pop() {
            self.orders[slot as usize] = order;
            slot
        } else {
            self.orders.push(order);
            (self.orders.len() - 1) as u32
        };
        let queue = self.side_mut(side).entry(price).or_insert(Queue { lots: 0, first: NONE, last: NONE });
        queue.lots += lots;
        let before = std::mem::replace(&mut queue.last, slot);
        if before == NONE {
            queue.first = slot;
        } else {
            self.orders[before as usize].after = slot;
            self.orders[slot as usize].before = before;
        }
        OrderId { serial: self.serial, slot }
    }

    /// Takes a slot out of its queue and frees it; the level goes with its last order. Lots are the caller's to subtract.
    fn unlink(&mut self, slot: u32) {
        let Some(order) = self.orders.get_mut(slot as usize) else { return };
        let Order { side, price, before, after, .. } = *order;
        order.serial = 0;
        order.after = NONE;
        self.free.push(slot);
        self.live -= 1;
        if let Some(earlier) = self.orders.get_mut(before as usize) {
            earlier.after = after;
        }
        if let Some(later) = self.orders.get_mut(after as usize) {
            later.before = before;
        }
        let levels = self.side_mut(side);
        if let Some(queue) = levels.get_mut(&price) {
            if before == NONE {
                queue.first = after;
            }
            if after == NONE {
                queue.last = before;
            }
            if queue.first == NONE {
                levels.remove(&price);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_earlier_order_at_a_price_is_filled_first() {
        let (mut book, mut fills) = (LimitBook::new(), Vec::new());
        let first = book.limit(Side::Sell, 100, 5, 1, &mut fills).resting.unwrap();
        let second = book.limit(Side::Sell, 100, 5, 2, &mut fills).resting.unwrap();
        let better = book.limit(Side::Sell, 99, 1, 3, &mut fills).resting.unwrap();
        let placed = book.limit(Side::Buy, 100, 8, 4, &mut fills);
        let seen: Vec<_> = fills.iter().map(|f| (f.maker, f.price, f.lots, f.done)).collect();
        assert_eq!(seen, [(better, 99, 1, true), (first, 100, 5, true), (second, 100, 2, false)]);
        assert_eq!((placed.filled, placed.resting, placed.cancelled), (8, None, 0));
        assert_eq!(book.cancel(second), Some((Side::Sell, 100, 3)));
        assert_eq!(book.cancel(second), None);
        assert!(book.is_empty() && book.depth(Side::Sell) == 0);
    }

    #[test]
    fn an_immediate_order_stops_at_its_limit() {
        let (mut book, mut fills) = (LimitBook::new(), Vec::new());
        book.limit(Side::Buy, 10, 4, 0, &mut fills);
        book.limit(Side::Buy, 8, 4, 0, &mut fills);
        let placed = book.take(Side::Sell, Some(9), 6, &mut fills);
        assert_eq!((placed.filled, placed.cancelled), (4, 2));
        assert_eq!(book.best(Side::Buy), Some((8, 4)));
    }

    #[derive(Debug, Clone)]
    enum Do {
        Limit(bool, i64, i64),
        Take(bool, i64),
        Cancel(usize),
    }

    fn doing() -> impl Strategy<Value = Do> {
        prop_oneof![
            (any::<bool>(), 90..110_i64, 1..20_i64).prop_map(|(b, p, q)| Do::Limit(b, p, q)),
            (any::<bool>(), 1..30_i64).prop_map(|(b, q)| Do::Take(b, q)),
            (0..200_usize).prop_map(Do::Cancel),
        ]
    }

    const fn side(buy: bool) -> Side {
        if buy { Side::Buy } else { Side::Sell }
    }

    proptest! {
        /// Against the simplest possible book: a list of orders, searched for the best and earliest every time.
        #[test]
        fn agrees_with_a_plain_list(steps in proptest::collection::vec(doing(), 1..200)) {
            let mut book = LimitBook::new();
            let mut list: Vec<(OrderId, Side, i64, i64)> = Vec::new();
            let mut ids: Vec<OrderId> = Vec::new();
            for step in steps {
                let mut fills = Vec::new();
                let (buyer, limit, lots, rests) = match step {
                    Do::Limit(buy, price, lots) => (buy, Some(price), lots, true),
                    Do::Take(buy, lots) => (buy, None, lots, false),
                    Do::Cancel(n) => {
                        if let Some(id) = ids.get(n % ids.len().max(1)) {
                            let expected = list.iter().position(|o| o.0 == *id).map(|i| list.remove(i));
                            prop_assert_eq!(book.cancel(*id), expected.map(|o| (o.1, o.2, o.3)));
                        }
                        continue;
                    }
                };
                let taker = side(buyer);
                let placed = match limit {
                    Some(price) => book.limit(taker, price, lots, 0, &mut fills),
                    None => book.take(taker, None, lots, &mut fills),
                };
                // Orders stand in the list in the order of arrival, so the first of equal prices is the earliest.
                let mut left = lots;
                let mut expected = Vec::new();
                while left > 0 {
                    let reach = |o: &&mut (OrderId, Side, i64, i64)| o.1 != taker
                        && limit.is_none_or(|l| if buyer { o.2 <= l } else { o.2 >= l });
                    let best = list.iter_mut().filter(reach).min_by_key(|o| if buyer { o.2 } else { -o.2 });
                    let Some(order) = best else { break };
                    let part = left.min(order.3);
                    order.3 -= part;
                    left -= part;
                    expected.push((order.0, order.2, part, order.3 == 0));
                    list.retain(|o| o.3 > 0);
                }
                prop_assert_eq!(fills.iter().map(|f| (f.maker, f.price, f.lots, f.done)).collect::<Vec<_>>(), expected);
                prop_assert_eq!(placed.filled + placed.cancelled
                    + placed.resting.map_or(0, |id| book.order(id).unwrap().2), lots, "quantity is conserved");
                prop_assert_eq!(placed.filled, lots - left);
                prop_assert_eq!(placed.resting.is_some(), rests && left > 0);
                if let Some(id) = placed.resting {
                    ids.push(id);
                    list.push((id, taker, limit.unwrap(), left));
                }
                if let (Some(bid), Some(ask)) = (book.best(Side::Buy), book.best(Side::Sell)) {
                    prop_assert!(bid.0 < ask.0, "crossed");
                }
                prop_assert_eq!(book.len(), list.len());
            }
            for s in [Side::Buy, Side::Sell] {
                for (price, lots) in book.levels(s) {
                    let queue: Vec<_> = list.iter().filter(|o| o.1 == s && o.2 == price).map(|o| (o.0, o.3)).collect();
                    prop_assert_eq!(book.queue(s, price), queue.clone(), "first come, first served");
                    prop_assert_eq!(queue.iter().map(|o| o.1).sum::<i64>(), lots);
                }
            }
        }
    }
}
