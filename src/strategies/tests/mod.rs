//! What the tests of strategies share: a market that is told, and an account that fills at the next bar's open.

mod ma_cross;
mod momentum;
mod pairs;
mod rtai;

use super::parse;
use crate::bars::Series;
use crate::book::{OrderBook, Top};
use crate::domain::{Bar, Fill, Instrument, Money, Nanos, Placement, Price, Qty, Side, Size, Symbol, Timeframe, Volume};
use crate::strategy::{Answer, Look, PositionSight, Sample, Sight, Signal, SignalSide, Strategy};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};

/// The bars' length.
pub const BAR: Timeframe = Timeframe::M1;

pub fn symbols() -> [Symbol; 2] {
    ["BTCUSDT", "ETHUSDT"].map(|name| Symbol::new(name).unwrap())
}

/// A market as it is told.
#[derive(Debug, Default)]
pub struct Market {
    pub bars: BTreeMap<&'static str, Series<Bar>>,
    pub instruments: Vec<Instrument>,
    pub samples: BTreeMap<String, Sample>,
}

fn key(symbol: Symbol) -> &'static str {
    if symbol == symbols()[0] { "main" } else { "second" }
}

impl Look for Market {
    fn bars(&self, symbol: Symbol, timeframe: Timeframe) -> Option<&Series<Bar>> {
        self.bars.get(key(symbol)).filter(|_| timeframe == BAR)
    }
    fn instrument(&self, symbol: Symbol) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.symbol == symbol)
    }
    fn top(&self, _symbol: Symbol) -> Option<&Top> {
        None
    }
    fn book(&self, _symbol: Symbol) -> Option<&OrderBook> {
        None
    }
    fn last(&self, symbol: Symbol) -> Option<Price> {
        Some(self.bars.get(key(symbol))?.last()?.close)
    }
    fn indicator(&self, _symbol: Symbol, id: &str) -> Option<Sample> {
        self.samples.get(id).copied()
    }
}

/// An order under way: whose, and what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Under {
    Order(Symbol, Side, Size),
    Close(Symbol),
    /// With the price of the stop that is to stand behind it.
    Bracket(Symbol, Side, Qty, Option<Price>),
    /// A stop at rest: closes what is held.
    Stop(Symbol, Price),
}

/// A strategy at its bench: orders fill at the next open of their symbol, nothing costs anything.
#[derive(Debug)]
pub struct Bench {
    pub strategy: Box<dyn Strategy>,
    pub market: Market,
    pub cash: f64,
    pub positions: Vec<PositionSight>,
    under: Vec<Under>,
    pub now: Nanos,
    /// Bars told, by symbol.
    pub at: usize,
    pub signals: Vec<(usize, Signal)>,
    pub answers: Vec<Answer>,
    pub fills: Vec<(usize, Symbol, f64, f64)>,
    pub symbols: usize,
    /// Symbols whose orders are refused.
    pub refuses: Vec<Symbol>,
}

impl Bench {
    pub fn new(setup: &str) -> Self {
        let setup = parse(setup).unwrap();
        Self::with((setup.spec.build)(&setup.params, &BTreeMap::new()).unwrap())
    }

    pub fn with(strategy: Box<dyn Strategy>) -> Self {
        let rules = |symbol| Instrument {
            tick: Price::parse(b"0.1").unwrap(),
            lot: Qty::parse(b"0.001").unwrap(),
            ..Instrument::unknown(symbol)
        };
        Self {
            strategy,
            market: Market { instruments: symbols().map(rules).to_vec(), ..Market::default() },
            cash: 100_000.0,
            positions: Vec::new(),
            under: Vec::new(),
            now: Nanos(0),
            at: 0,
            signals: Vec::new(),
            answers: Vec::new(),
            fills: Vec::new(),
            symbols: 1,
            refuses: Vec::new(),
        }
    }

    pub fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.strategy.digest(&mut hasher);
        hasher.finish()
    }

    pub fn held(&self, symbol: Symbol) -> f64 {
        self.positions.iter().find(|held| held.symbol == symbol).map_or(0.0, |held| held.qty.to_f64())
    }

    pub fn equity(&self) -> f64 {
        let value = |held: &PositionSight| held.qty.to_f64() * self.market.last(held.symbol).unwrap_or(held.average).to_f64();
        self.cash + self.positions.iter().map(value).sum::<f64>()
    }

    /// Calls the strategy with what it can see.
    pub fn ask(&mut self, call: impl FnOnce(&mut dyn Strategy, &Sight<'_>, &mut Vec<Answer>)) {
        let all = symbols();
        let equity = self.equity();
        let sight = Sight {
            now: self.now,
            symbols: &all[..self.symbols],
            timeframe: BAR,
            market: &self.market,
            equity,
            buying_power: equity,
            taker_fee: 0.0005,
            positions: &self.positions,
            open_orders: self.under.len(),
        };
        let mut answers = Vec::new();
        call(self.strategy.as_mut(), &sight, &mut answers);
        for answer in &answers {
            match answer {
                Answer::Signal(signal) => self.signals.push((self.at, signal.clone())),
                Answer::Order(Placement::Single(order)) => self.under.push(Under::Order(order.symbol, order.side, order.size)),
                Answer::Order(Placement::Bracket { entry, stop, target: None }) => {
                    let Size::Qty(qty) = entry.size else { panic!("a bracket has a quantity") };
                    self.under.push(Under::Bracket(entry.symbol, entry.side, qty, *stop));
                }
                Answer::Order(_) | Answer::Cancel(_) => panic!("not of these strategies"),
                Answer::CancelAll(symbol) => self.cancel(*symbol),
                Answer::Close(symbol) => {
                    self.cancel(*symbol);
                    if self.held(*symbol) != 0.0 {
                        self.under.push(Under::Close(*symbol));
                    }
                }
            }
        }
        self.answers.extend(answers);
    }

    fn cancel(&mut self, symbol: Symbol) {
        self.under.retain(|under| match under {
            Under::Order(of, ..) | Under::Close(of) | Under::Bracket(of, ..) | Under::Stop(of, _) => *of != symbol,
        });
    }

    /// Fills what is under way at a symbol's open.
    fn fill(&mut self, symbol: Symbol, open: Price) {
        let mine =
            |under: &Under| matches!(under, Under::Order(of, ..) | Under::Close(of) | Under::Bracket(of, ..) if *of == symbol);
        while let Some(at) = self.under.iter().position(mine) {
            let under = self.under.remove(at);
            if self.refuses.contains(&symbol) && !matches!(under, Under::Close(_)) {
                self.ask(|strategy, sight, answers| strategy.on_end(sight, 1, answers));
                continue;
            }
            let held = self.held(symbol);
            let (side, qty) = match under {
                Under::Close(_) if held == 0.0 => continue,
                Under::Close(_) => (if held > 0.0 { Side::Sell } else { Side::Buy }, Qty::from_f64(held.abs())),
                Under::Stop(..) => continue,
                Under::Bracket(_, side, qty, stop) => {
                    self.under.extend(stop.map(|stop| Under::Stop(symbol, stop)));
                    (side, qty)
                }
                Under::Order(_, side, Size::Qty(qty)) => (side, qty),
                Under::Order(_, side, Size::Equity(part)) => {
                    (side, Qty::from_f64(self.equity() * f64::from(part) / 10_000.0 / open.to_f64()))
                }
                Under::Order(_, side, Size::Quote(amount)) => (side, Qty::from_f64(amount.to_f64() / open.to_f64())),
            };
            self.trade(symbol, side, qty, open);
        }
    }

    /// Fills a stop that a bar has reached.
    fn stops(&mut self, symbol: Symbol, bar: &Bar) {
        let Some(stop) = self.under.iter().find_map(|under| match under {
            Under::Stop(of, stop) if *of == symbol => Some(*stop),
            _ => None,
        }) else {
            return;
        };
        let held = self.held(symbol);
        let (side, price) = if held > 0.0 { (Side::Sell, bar.open.min(stop)) } else { (Side::Buy, bar.open.max(stop)) };
        let reached = if held > 0.0 { bar.low <= stop } else { bar.high >= stop };
        if held != 0.0 && reached {
            self.cancel(symbol);
            self.trade(symbol, side, Qty::from_f64(held.abs()), price);
        }
    }

    fn trade(&mut self, symbol: Symbol, side: Side, qty: Qty, open: Price) {
        let held = self.held(symbol);
        let signed = if side == Side::Buy { qty } else { -qty };
        self.cash -= signed.to_f64() * open.to_f64();
        let after = Qty::from_units(Qty::from_f64(held).units() + signed.units());
        self.positions.retain(|held| held.symbol != symbol);
        if !after.is_zero() {
            self.positions.push(PositionSight { symbol, qty: after, average: open, since: self.now });
        }
        self.fills.push((self.at, symbol, signed.to_f64(), open.to_f64()));
        let fill = Fill {
            number: self.fills.len() as u64,
            order: self.fills.len() as u64,
            account: "test".into(),
            symbol,
            side,
            price: open,
            qty,
            fee: Money::ZERO,
            slippage: Money::ZERO,
            maker: false,
            at: self.now,
            market_at: self.now,
            realised: Money::ZERO,
            position: after,
        };
        self.ask(|strategy, sight, answers| strategy.on_fill(sight, &fill, answers));
    }

    /// The next bar of every symbol that has one: orders fill at its open, then it is told.
    pub fn bars(&mut self, bars: [Option<Bar>; 2]) {
        self.now = bars.iter().flatten().map(|bar| bar.start).min().unwrap_or(self.now);
        for (symbol, bar) in symbols().into_iter().zip(bars) {
            if let Some(bar) = bar {
                self.fill(symbol, bar.open);
                self.stops(symbol, &bar);
            }
        }
        self.now += BAR.nanos();
        for (symbol, bar) in symbols().into_iter().zip(bars) {
            if let Some(bar) = bar {
                self.market.bars.entry(key(symbol)).or_default().push(bar);
            }
        }
        for (symbol, bar) in symbols().into_iter().zip(bars) {
            if let Some(bar) = bar {
                self.ask(|strategy, sight, answers| strategy.on_bar(sight, symbol, &bar, answers));
            }
        }
        self.at += 1;
    }

    /// Bars of the main symbol that closed before it began: all can be seen, and what it answers is not carried out.
    pub fn past(&mut self, past: &[Bar]) {
        for bar in past {
            self.market.bars.entry("main").or_default().push(*bar);
        }
        for bar in past {
            self.now = bar.start + BAR.nanos();
            self.show(symbols()[0], bar);
        }
    }

    /// Shows it a bar, whatever it answers.
    pub fn show(&mut self, symbol: Symbol, bar: &Bar) {
        let (under, signals, answers) = (self.under.clone(), self.signals.clone(), self.answers.clone());
        self.ask(|strategy, sight, answers| strategy.on_bar(sight, symbol, bar, answers));
        (self.under, self.signals, self.answers) = (under, signals, answers);
    }

    /// The next bar of the main symbol.
    pub fn bar(&mut self, bar: Bar) {
        self.bars([Some(bar), None]);
    }

    /// A sample of indicators, by name, value and z-score.
    pub fn sample(&mut self, samples: &[(&str, f64, f64)]) {
        for (name, value, z) in samples {
            self.market.samples.insert((*name).to_owned(), Sample { value: *value, z: Some(*z) });
        }
        self.ask(|strategy, sight, answers| strategy.on_sample(sight, answers));
    }

    /// Signals as `(bar, side)`.
    pub fn sides(&self) -> Vec<(usize, SignalSide)> {
        self.signals.iter().map(|(at, signal)| (*at, signal.side)).collect()
    }

    pub fn why(&self, signal: usize) -> &str {
        &self.signals[signal].1.why
    }
}

/// The bar at a position, with these closes before and now.
pub fn bar(at: usize, open: f64, close: f64) -> Bar {
    let (open, close) = (Price::from_f64(open), Price::from_f64(close));
    Bar {
        start: Nanos::from_secs(60 * at as i64),
        open,
        high: open.max(close),
        low: open.min(close),
        close,
        volume: Volume::default(),
        buy_volume: Volume::default(),
        trades: 1,
    }
}

/// Bars that open where the last closed.
pub fn bars(closes: &[f64]) -> Vec<Bar> {
    let before = |at: usize| closes[at.saturating_sub(1)];
    closes.iter().enumerate().map(|(at, close)| bar(at, before(at), *close)).collect()
}

#[test]
fn every_strategy_can_be_set_up_and_says_what_it_is() {
    for spec in super::ALL {
        let setup = parse(spec.name).unwrap();
        assert_eq!(setup.to_string(), spec.name);
        assert!(!spec.about.is_empty() && !spec.rules.is_empty() && !spec.title.is_empty());
        let names: Vec<&str> = spec.params.iter().map(|param| param.name).collect();
        assert!(names.iter().enumerate().all(|(at, name)| !names[..at].contains(name)), "{names:?}");
        let strategy = (setup.spec.build)(&setup.params, &BTreeMap::new()).unwrap();
        assert!(!strategy.status().text.is_empty());
    }
    assert!(parse("ma_crss").unwrap_err().to_string().contains("ma_cross"));
}

#[test]
fn the_collector_never_trades() {
    let mut bench = Bench::new("collector");
    for bar in bars(&[1.0, 2.0, 1.0, 5.0, 0.5]) {
        bench.bar(bar);
    }
    assert!(bench.answers.is_empty());
    assert_eq!(bench.strategy.status().text, "records, never trades; 5 bars seen");
}
