//! The demo market as a whole: its clock of wake-ups and what the server asks it.

use super::config::{DemoConfig, SymbolConfig};
use super::desk::{Desk, Wake};
use super::event::DemoEvent;
use super::factors::World;
use super::history::Past;
use super::klines::{Kline, Units};
use super::random::Chance;
use super::running::RunningBars;
use super::venue::{Cx, Venue};
use crate::domain::{Bar, Instrument, Level, Nanos, Symbol, Timeframe};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A simulated exchange of several symbols. It knows no clock but the time it is told, and the same configuration always
/// does the same: [`DemoMarket::advance`] is a pure function of the configuration and the time, however it is cut up.
#[derive(Debug, Clone)]
pub struct DemoMarket {
    desks: Vec<Desk>,
    configs: Vec<SymbolConfig>,
    world: World,
    wakes: BinaryHeap<Reverse<(Nanos, Wake, usize)>>,
    update_id: u64,
    now: Nanos,
    speed: f64,
}

/// Between depth updates of neighbouring symbols, so that they do not all come at once.
const STAGGER: Nanos = Nanos::from_millis(17);

impl DemoMarket {
    /// Opens the market: makes its past, fills its books. Rules of zero or below count as the smallest step there is.
    pub fn new(config: DemoConfig) -> Self {
        let seed = config.seed;
        let speed = if config.speed.is_finite() { config.speed.clamp(0.05, 100.0) } else { 1.0 };
        let past = Past::new(config.start, &mut Chance::new(seed, "past"));
        let mut update_id = 11_671_659_685_961_u64;
        let mut desks = Vec::new();
        for (index, symbol) in config.symbols.iter().enumerate() {
            let units = Units { tick: symbol.tick.units().max(1), lot: symbol.lot.units().max(1) };
            let mut chance = Chance::new(seed, &format!("history of {}", symbol.symbol));
            let archive = past.archive(symbol, units, &mut chance);
            let first_ids =
                (3_466_782_974 - 300_000_000 * index as u64 % 3_000_000_000, 8_123_344_783 + 600_000_000 * index as u64);
            let running = RunningBars::new(&config.kline_streams, &archive, config.start, first_ids.1);
            let venue = Venue::new(symbol, units, archive, running, first_ids);
            let mut desk = Desk::new(symbol, venue, Chance::new(seed, &symbol.symbol));
            desk.open(config.start, &mut update_id);
            desks.push(desk);
        }
        let world = World::new(config.symbols.iter().map(|s| s.own), Chance::new(seed, "world"));
        let mut market =
            Self { desks, configs: config.symbols, world, wakes: BinaryHeap::new(), update_id, now: config.start, speed };
        market.schedule(Wake::World, 0, 0.0);
        for index in 0..market.desks.len() {
            for wake in Wake::all() {
                let delay = market.desks[index].first_delay(wake);
                market.schedule(wake, index, delay);
            }
        }
        market
    }

    /// The engine time reached.
    pub const fn now(&self) -> Nanos {
        self.now
    }

    /// When something will happen next: until then [`DemoMarket::advance`] adds nothing.
    pub fn next_wake(&self) -> Option<Nanos> {
        self.wakes.peek().map(|w| w.0.0)
    }

    /// Runs the market up to and including `to`, and appends what happened in the order of time. A time already passed does
    /// nothing.
    pub fn advance(&mut self, to: Nanos, out: &mut Vec<DemoEvent>) {
        while let Some(Reverse((at, wake, index))) = self.wakes.peek().copied() {
            if at > to {
                break;
            }
            self.wakes.pop();
            self.now = at;
            let delay = if wake == Wake::World {
                self.step_world();
                0.0
            } else {
                let mut cx = Cx { at, update_id: &mut self.update_id, out };
                self.desks.get_mut(index).map_or(1.0, |desk| desk.wake(wake, &mut cx))
            };
            self.schedule(wake, index, delay);
        }
        self.now = self.now.max(to);
    }

    fn schedule(&mut self, wake: Wake, index: usize, delay: f64) {
        let due = match wake.grid() {
            Some(grid) => {
                let offset = if wake == Wake::PublishDepth { Nanos(STAGGER.0 * index as i64 % grid.0) } else { Nanos::ZERO };
                (self.now - offset).floor_to(grid) + grid + offset
            }
            // An agent always moves on by at least a microsecond.
            None => self.now + Nanos::from_nanos((delay / self.speed * 1e9) as i64).max(Nanos::from_micros(1)),
        };
        self.wakes.push(Reverse((due, wake, index)));
    }

    fn step_world(&mut self) {
        let step = 0.1 * self.speed;
        for (index, desk) in self.desks.iter().enumerate() {
            self.world.nudge(index, desk.venue.lasting);
        }
        self.world.step(step);
        self.update_id += self.world.elsewhere(300.0);
        let volatility = self.world.volatility();
        for (index, (desk, config)) in self.desks.iter_mut().zip(&self.configs).enumerate() {
            let start = config.price / (desk.venue.units.tick as f64 * 1e-8);
            desk.revalue(start * self.world.value(index).exp(), volatility, step);
        }
    }

    fn desk(&self, symbol: &Symbol) -> Option<&Desk> {
        self.desks.iter().find(|d| d.venue.symbol == *symbol)
    }

    /// What is traded here.
    pub fn instruments(&self) -> Vec<Instrument> {
        self.configs.iter().map(SymbolConfig::instrument).collect()
    }

    /// The book now: the update id it reflects and up to `limit` levels of bids and asks, best first; `None` for a symbol
    /// not traded here. The next [`super::DepthUpdate`] has `first <= id <= last`.
    pub fn depth_snapshot(&self, symbol: &Symbol, limit: usize) -> Option<(u64, Vec<Level>, Vec<Level>)> {
        self.desk(symbol).map(|d| d.venue.snapshot(limit))
    }

    /// The last `limit` bars that begin at or before `end`, oldest first, the running one included; `None` for a symbol not
    /// traded here. Empty for timeframes that are no multiple of a minute. Before the start they are the synthetic history.
    pub fn klines(&self, symbol: &Symbol, timeframe: Timeframe, limit: usize, end: Nanos) -> Option<Vec<Kline>> {
        self.desk(symbol).map(|d| d.venue.archive.rows(timeframe, limit, end, self.now, d.venue.units))
    }

    /// [`DemoMarket::klines`] as plain bars.
    pub fn bars(&self, symbol: &Symbol, timeframe: Timeframe, limit: usize, end: Nanos) -> Option<Vec<Bar>> {
        self.klines(symbol, timeframe, limit, end).map(|rows| rows.into_iter().map(|k| k.bar).collect())
    }

    /// Ids of the last aggregate trade and of the last fill; `None` for a symbol not traded here.
    pub fn last_trade_ids(&self, symbol: &Symbol) -> Option<(u64, u64)> {
        self.desk(symbol).map(|d| d.venue.trade_ids())
    }

    /// How much it holds: resting orders and archived bars of all symbols. Both stay within fixed bounds.
    pub fn held(&self) -> (usize, usize) {
        let orders = self.desks.iter().map(|d| d.venue.book.len()).sum();
        (orders, self.desks.iter().map(|d| d.venue.archive.len()).sum())
    }
}
