//! The demo market with everybody who listens to it.

use super::control::Subscriptions;
use super::rest::{TRADES_MOST, Usage};
use crate::demo::wire::{self, Places};
use crate::demo::{AggTrade, DemoConfig, DemoEvent, DemoKind, DemoMarket};
use crate::domain::{Nanos, Symbol};
use std::collections::{BTreeMap, VecDeque};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;

/// Messages that may wait for a client; one that is slower than that is disconnected, as by a real exchange.
const WAITING: usize = 8_192;

/// A client as the hub knows it.
struct Client {
    queue: mpsc::Sender<Utf8Bytes>,
    subscriptions: Subscriptions,
}

/// The market and its clients.
pub(super) struct Hub {
    pub(super) market: DemoMarket,
    pub(super) usage: Usage,
    places: BTreeMap<Symbol, Places>,
    recent: BTreeMap<Symbol, VecDeque<AggTrade>>,
    clients: BTreeMap<u64, Client>,
    last_client: u64,
    events: Vec<DemoEvent>,
}

impl Hub {
    pub(super) fn new(config: DemoConfig) -> Self {
        let market = DemoMarket::new(config);
        let places = market.instruments().iter().map(|instrument| (instrument.symbol, Places::of(instrument))).collect();
        Self {
            market,
            usage: Usage::default(),
            places,
            recent: BTreeMap::new(),
            clients: BTreeMap::new(),
            last_client: 0,
            events: Vec::new(),
        }
    }

    /// How numbers of a symbol are written; `None` for one that is not traded here.
    pub(super) fn places(&self, symbol: Symbol) -> Option<Places> {
        self.places.get(&symbol).copied()
    }

    /// The newest trades of a symbol, oldest first.
    pub(super) fn trades(&self, symbol: Symbol) -> impl Iterator<Item = AggTrade> + '_ {
        self.recent.get(&symbol).into_iter().flatten().copied()
    }

    /// Runs the market up to a moment and tells the clients.
    pub(super) fn advance(&mut self, to: Nanos) {
        let mut events = std::mem::take(&mut self.events);
        self.market.advance(to, &mut events);
        for event in events.drain(..) {
            self.tell(&event);
            if let DemoKind::AggTrade(trade) = event.kind {
                let recent = self.recent.entry(event.symbol).or_default();
                recent.push_back(trade);
                if recent.len() > TRADES_MOST {
                    recent.pop_front();
                }
            }
        }
        self.events = events;
    }

    fn tell(&mut self, event: &DemoEvent) {
        let Some(places) = self.places.get(&event.symbol).copied() else { return };
        let mut payload = None;
        self.clients.retain(|_, client| {
            client.subscriptions.carrying(event).all(|name| {
                let payload = payload.get_or_insert_with(|| wire::payload(event, places));
                let text = if client.subscriptions.combined { wire::envelope(name, payload) } else { payload.clone() };
                client.queue.try_send(text.into()).is_ok()
            })
        });
    }

    /// A client comes; it is told through the queue until that ends.
    pub(super) fn join(&mut self, subscriptions: Subscriptions) -> (u64, mpsc::Receiver<Utf8Bytes>) {
        let (queue, messages) = mpsc::channel(WAITING);
        self.last_client += 1;
        self.clients.insert(self.last_client, Client { queue, subscriptions });
        (self.last_client, messages)
    }

    /// A client's subscriptions; `None` when it was disconnected.
    pub(super) fn subscriptions(&mut self, client: u64) -> Option<&mut Subscriptions> {
        self.clients.get_mut(&client).map(|client| &mut client.subscriptions)
    }

    /// A client goes.
    pub(super) fn leave(&mut self, client: u64) {
        self.clients.remove(&client);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::wire::Route;

    #[test]
    fn a_client_that_does_not_read_is_left_behind_and_the_others_are_not() {
        let start = Nanos::from_secs(1_795_246_000);
        let mut hub = Hub::new(DemoConfig { speed: 20.0, ..DemoConfig::new(1, start) });
        let mut subscriptions = Subscriptions::new(Route::Public, true);
        subscriptions.add("btcusdt@bookTicker");
        subscriptions.add("btcusdt@depth");
        let (slow, _waiting) = hub.join(subscriptions.clone());
        let (quick, mut messages) = hub.join(subscriptions);
        let mut now = start;
        let mut read = 0;
        while hub.subscriptions(slow).is_some() {
            now += Nanos::from_millis(200);
            hub.advance(now);
            while messages.try_recv().is_ok() {
                read += 1;
            }
            assert!(now < start + Nanos::from_secs(600), "never");
        }
        assert!(hub.subscriptions(quick).is_some() && read > WAITING);
        hub.leave(quick);
        assert!(hub.subscriptions(quick).is_none());
    }
}
