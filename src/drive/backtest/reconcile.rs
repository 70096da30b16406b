//! A recorded paper session against its backtest: the engine runs on the recording's inputs, and what it says is held against what the
//! live engine said at the time.

use super::{BacktestError, FeedError, Progress, Tell};
use crate::broker::Happening;
use crate::domain::{EngineConfig, Fill, Nanos, OrderId, OrderState, OrderView, Payload, Side, money};
use crate::engine::Engine;
use crate::recording::{Content, DerivedTopic, ReadOptions, Reader};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Lines between two reports of progress.
const STEP: u64 = 20_000;

/// A session and its backtest, held against each other.
#[derive(Debug, Clone, Default)]
pub struct Reconciled {
    /// Fills in the recording.
    pub recorded: usize,
    /// Fills of the backtest.
    pub computed: usize,
    /// Fills that differ, in the order of time.
    pub differing: Vec<Difference>,
    /// Orders whose end differs.
    pub orders: Vec<String>,
    /// Equity of each account.
    pub curves: Vec<Curves>,
    /// What fills cost against the last price when their orders were sent: recorded, and in the backtest.
    pub slippage: [Option<Slippage>; 2],
    /// What may be the reason of differences: damage of the file, another version, another seed.
    pub notes: Vec<String>,
    /// Inputs read.
    pub inputs: u64,
}

/// A fill that differs.
#[derive(Debug, Clone)]
pub struct Difference {
    /// As recorded.
    pub recorded: Option<Arc<Fill>>,
    /// As the backtest fills it.
    pub computed: Option<Arc<Fill>>,
    /// What differs, and why as far as can be told.
    pub cause: String,
}

/// Both courses of an account's equity.
#[derive(Debug, Clone, Default)]
pub struct Curves {
    /// The account.
    pub account: String,
    /// As recorded.
    pub recorded: Vec<(Nanos, f64)>,
    /// Of the backtest.
    pub computed: Vec<(Nanos, f64)>,
    /// Moments at which both have a value.
    pub compared: usize,
    /// Of those, where the two differ.
    pub differing: usize,
    /// The greatest difference, quote units.
    pub worst: f64,
}

/// What fills cost, basis points; positive is against the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slippage {
    /// Fills it is told of.
    pub fills: usize,
    /// Mean, weighted by what was traded.
    pub mean: f64,
    /// The middle one.
    pub median: f64,
    /// The worst.
    pub worst: f64,
    /// What slippage models took, quote units.
    pub modelled: f64,
}

impl Reconciled {
    /// Whether nothing differs.
    pub fn is_same(&self) -> bool {
        self.differing.is_empty() && self.orders.is_empty() && self.curves.iter().all(|curves| curves.differing == 0)
    }
}

/// A fill's line.
#[derive(Deserialize)]
struct FillLine {
    data: Fill,
}

/// An order's line.
#[derive(Deserialize)]
struct OrderLine {
    data: OrderView,
}

/// An account's worth.
#[derive(Deserialize)]
struct EquityLine {
    data: Equity,
}

#[derive(Deserialize)]
struct Equity {
    #[serde(default)]
    account: String,
    value: Value,
}

/// Everything one side said.
#[derive(Default)]
struct Said {
    fills: Vec<Arc<Fill>>,
    /// The last state of each order.
    orders: BTreeMap<OrderId, OrderView>,
    equity: BTreeMap<String, Vec<(Nanos, f64)>>,
}

impl Said {
    fn worth(&mut self, account: &str, at: Nanos, value: f64) {
        if !self.equity.contains_key(account) {
            self.equity.insert(account.to_owned(), Vec::new());
        }
        let Some(curve) = self.equity.get_mut(account) else { return };
        match curve.last_mut() {
            Some(last) if last.0 == at => last.1 = value,
            _ => curve.push((at, value)),
        }
    }
}

/// The engine that runs along, and what it said.
struct Along {
    engine: Engine,
    begun: bool,
    seed: Option<u64>,
    heard: u64,
    said: Said,
    /// The last price when an order was sent.
    arrival: BTreeMap<OrderId, f64>,
}

impl Along {
    fn input(&mut self, input: &crate::domain::Input) {
        if let (Payload::Meta(meta), false) = (&input.payload, self.begun) {
            let seed = self.seed.unwrap_or(meta.engine.seed);
            self.engine = Engine::new(EngineConfig { lean: true, seed, ..meta.engine.clone() }, &meta.venue);
        }
        self.begun = true;
        self.engine.apply(input);
        self.hear();
    }

    fn advance(&mut self, to: Nanos) {
        self.engine.advance(to);
        self.hear();
    }

    #[inline]
    fn hear(&mut self) {
        if self.engine.last_broker_event() != self.heard {
            self.listen();
        }
    }

    #[cold]
    fn listen(&mut self) {
        for event in self.engine.broker_events_after(self.heard) {
            match &event.what {
                Happening::Fill(fill) => self.said.fills.push(Arc::clone(fill)),
                Happening::Order(order) => {
                    if !self.said.orders.contains_key(&order.id)
                        && let Some(price) = self.engine.last_price(order.request.symbol)
                    {
                        self.arrival.insert(order.id, price.to_f64());
                    }
                    self.said.orders.insert(order.id, (**order).clone());
                }
                Happening::Equity { value, .. } => self.said.worth(&event.account, event.at, money::to_f64(*value)),
                Happening::Signal(_) | Happening::Note { .. } => {}
            }
        }
        self.heard = self.engine.last_broker_event();
    }
}

/// Runs the backtest of a recorded session and holds it against what was recorded. `seed` is another one than it was recorded with.
///
/// # Errors
/// When the file cannot be read, holds no paper session, or it was stopped.
pub fn reconcile(path: &Path, keep_going: bool, seed: Option<u64>, tell: Tell<'_>) -> Result<Reconciled, BacktestError> {
    let options = ReadOptions { keep_going, ..ReadOptions::default() };
    let mut reader = Reader::open(path, options).map_err(FeedError::from)?;
    let engine = Engine::new(EngineConfig { lean: true, ..EngineConfig::default() }, "");
    let mut along = Along { engine, begun: false, seed, heard: 0, said: Said::default(), arrival: BTreeMap::new() };
    let mut told = Said::default();
    let (mut found, mut unread) = (Reconciled::default(), 0_u64);
    let mut recorded_seed = None;
    while let Some(line) = reader.next_line().map_err(FeedError::from)? {
        match line.content {
            Content::Input(input) => {
                found.inputs += 1;
                if let Payload::Meta(meta) = &input.payload
                    && recorded_seed.is_none()
                {
                    recorded_seed = Some(meta.engine.seed);
                    let ours = format!("rtai-tui {}", env!("CARGO_PKG_VERSION"));
                    if !meta.app.is_empty() && meta.app != ours {
                        found.notes.push(format!("it was recorded by {}, this is {ours}", meta.app));
                    }
                }
                along.input(&input);
                if found.inputs.is_multiple_of(STEP) && tell(Progress { inputs: found.inputs, at: input.at }).is_break() {
                    return Err(BacktestError::Stopped);
                }
            }
            Content::Derived { at, topic, .. } => {
                // What time alone brought about was said at its own time.
                if matches!(topic, DerivedTopic::Fill | DerivedTopic::Order | DerivedTopic::Equity) {
                    along.advance(at);
                    unread += u64::from(!take(&mut told, topic, at, line.raw));
                }
            }
            Content::Unknown { .. } => {}
        }
    }
    let report = reader.report();
    if report.bad > 0 {
        let first = report.bad_lines.first().map(|bad| format!(", the first is line {}", bad.line)).unwrap_or_default();
        found.notes.push(format!(
            "{} lines of the recording cannot be read{first}: what they said is missing in the backtest",
            report.bad
        ));
    }
    if report.damage_count > 0 {
        found.notes.push(format!(
            "the recording is damaged in {} places: what was there is missing in the backtest",
            report.damage_count
        ));
    }
    if report.truncated.is_some() {
        found.notes.push("the recording ends in the middle of a line".to_owned());
    }
    if unread > 0 {
        found.notes.push(format!("{unread} lines of orders, fills or equity cannot be read"));
    }
    if let (Some(seed), Some(recorded)) = (seed, recorded_seed)
        && seed != recorded
    {
        found.notes.push(format!("the seed is {seed}, it was recorded with {recorded}"));
    }
    if told.fills.is_empty() && told.orders.is_empty() && along.said.orders.is_empty() {
        let what = "no order and no fill in it: this is no session that traded on paper".to_owned();
        return Err(BacktestError::Data { files: path.display().to_string(), what });
    }
    hold(&mut found, &told, &along);
    Ok(found)
}

/// Takes in a derived line; whether it could be read.
fn take(told: &mut Said, topic: DerivedTopic, at: Nanos, raw: &[u8]) -> bool {
    match topic {
        DerivedTopic::Fill => match serde_json::from_slice::<FillLine>(raw) {
            Ok(line) => told.fills.push(Arc::new(line.data)),
            Err(_) => return false,
        },
        DerivedTopic::Order => match serde_json::from_slice::<OrderLine>(raw) {
            Ok(line) => drop(told.orders.insert(line.data.id, line.data)),
            Err(_) => return false,
        },
        DerivedTopic::Equity => {
            let Ok(EquityLine { data }) = serde_json::from_slice::<EquityLine>(raw) else { return false };
            let value = match &data.value {
                Value::Number(number) => number.as_f64(),
                Value::String(text) => text.parse().ok(),
                _ => None,
            };
            let Some(value) = value.filter(|value: &f64| value.is_finite()) else { return false };
            told.worth(&data.account, at, value);
        }
        _ => {}
    }
    true
}

/// Fills by their order, and their place among its fills.
fn keyed(fills: &[Arc<Fill>]) -> BTreeMap<(OrderId, usize), &Arc<Fill>> {
    let mut counts: BTreeMap<OrderId, usize> = BTreeMap::new();
    let mut keyed = BTreeMap::new();
    for fill in fills {
        let count = counts.entry(fill.order).or_default();
        keyed.insert((fill.order, *count), fill);
        *count += 1;
    }
    keyed
}

fn hold(found: &mut Reconciled, told: &Said, along: &Along) {
    let said = &along.said;
    (found.recorded, found.computed) = (told.fills.len(), said.fills.len());
    let (recorded, computed) = (keyed(&told.fills), keyed(&said.fills));
    let keys: std::collections::BTreeSet<_> = recorded.keys().chain(computed.keys()).copied().collect();
    let mut differing: Vec<Difference> = Vec::new();
    for key in keys {
        let (recorded, computed) = (recorded.get(&key), computed.get(&key));
        let cause = match (recorded, computed) {
            (Some(recorded), Some(computed)) if recorded == computed => continue,
            (Some(recorded), Some(computed)) => between(recorded, computed),
            (Some(recorded), None) => not_filled(recorded, said.orders.get(&recorded.order)),
            (None, Some(computed)) => only_filled(computed, told),
            (None, None) => continue,
        };
        differing.push(Difference {
            recorded: recorded.map(|fill| Arc::clone(fill)),
            computed: computed.map(|fill| Arc::clone(fill)),
            cause,
        });
    }
    let at = |difference: &Difference| {
        difference.recorded.as_ref().or(difference.computed.as_ref()).map(|fill| (fill.at, fill.number))
    };
    differing.sort_by_key(at);
    // What follows a difference in the same account may only follow from it.
    let mut first: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for difference in &mut differing {
        let Some(fill) = difference.recorded.as_ref().or(difference.computed.as_ref()) else { continue };
        match first.get(&fill.account) {
            Some(before) => difference.cause.push_str(&format!("; may follow from fill {before}")),
            None => drop(first.insert(Arc::clone(&fill.account), fill.number)),
        }
    }
    found.differing = differing;
    found.orders = orders(told, said);
    found.curves = curves(told, said);
    found.slippage = [&told.fills, &said.fills].map(|fills| slippage(fills, &along.arrival));
}

/// What two fills of the same order differ in.
fn between(recorded: &Fill, computed: &Fill) -> String {
    let mut causes: Vec<String> = Vec::new();
    if recorded.side != computed.side || recorded.symbol != computed.symbol || recorded.account != computed.account {
        causes.push("another order has this number: what was ordered before differs".to_owned());
    }
    if recorded.maker != computed.maker {
        let how = |maker| if maker { "rested in the book" } else { "took" };
        causes.push(format!(
            "it {} and {} in the backtest: the book at its arrival differed",
            how(recorded.maker),
            how(computed.maker)
        ));
    }
    if recorded.at != computed.at {
        let apart = computed.at.saturating_sub(recorded.at);
        let (which, apart) = if apart > Nanos::ZERO { ("later", apart) } else { ("earlier", Nanos(-apart.0)) };
        causes.push(format!("{} {which} in the backtest: another latency, or the event it met was not the same", apart.span()));
    }
    if recorded.price != computed.price {
        let (from, to) = (recorded.price.to_f64(), computed.price.to_f64());
        let bps = if from > 0.0 { (to - from) / from * 1e4 } else { 0.0 };
        causes.push(format!("price {} and {} in the backtest ({bps:+.2} bps)", recorded.price, computed.price));
    }
    if recorded.qty != computed.qty {
        causes.push(format!("quantity {} and {} in the backtest: the market offered otherwise", recorded.qty, computed.qty));
    }
    if recorded.fee != computed.fee && causes.is_empty() {
        causes.push(format!("fee {} and {} in the backtest: other rates", recorded.fee, computed.fee));
    }
    if causes.is_empty() && recorded.number != computed.number {
        causes.push(format!("its number is {} and {} in the backtest: fills before it differ", recorded.number, computed.number));
    }
    if causes.is_empty() {
        causes.push(format!(
            "what it left differs: position {} and {}, realised {} and {}",
            recorded.position, computed.position, recorded.realised, computed.realised
        ));
    }
    causes.join("; ")
}

fn not_filled(recorded: &Fill, order: Option<&OrderView>) -> String {
    match order {
        None => format!("the backtest has no order {}: what led to it is not in the recording", recorded.order),
        Some(order) => {
            let reason = if order.reason.is_empty() { String::new() } else { format!(" ({})", order.reason) };
            let filled = if order.filled.is_zero() { "" } else { ", with other fills" };
            format!("not filled in the backtest: order {} is {}{reason}{filled} there", order.id, order.state)
        }
    }
}

fn only_filled(computed: &Fill, told: &Said) -> String {
    let after_all = told.fills.last().is_none_or(|last| computed.at > last.at);
    match told.orders.get(&computed.order) {
        Some(order) if order.state == OrderState::Rejected => {
            format!("order {} was rejected when it was recorded ({})", order.id, order.reason)
        }
        Some(order) => format!("not recorded: order {} was {} with {} filled", order.id, order.state, order.filled),
        None if after_all => "not recorded: it comes after the last recorded fill, the end may be missing".to_owned(),
        None => format!("order {} was not recorded", computed.order),
    }
}

/// Orders that ended differently.
fn orders(told: &Said, said: &Said) -> Vec<String> {
    let mut found = Vec::new();
    for (id, recorded) in &told.orders {
        match said.orders.get(id) {
            None => found.push(format!("order {id} ({}) is not in the backtest", recorded.request.kind.name())),
            Some(computed) if (recorded.state, recorded.filled) != (computed.state, computed.filled) => found.push(format!(
                "order {id} was {} with {} filled, in the backtest {} with {}{}",
                recorded.state,
                recorded.filled,
                computed.state,
                computed.filled,
                if computed.reason.is_empty() { String::new() } else { format!(" ({})", computed.reason) },
            )),
            Some(_) => {}
        }
    }
    // Where no order was written down at all there is nothing to hold them against.
    if !told.orders.is_empty() {
        let extra = said.orders.keys().filter(|id| !told.orders.contains_key(id));
        found.extend(extra.map(|id| format!("order {id} is only in the backtest")));
    }
    found
}

fn curves(told: &Said, said: &Said) -> Vec<Curves> {
    let mut all = Vec::new();
    for (account, recorded) in &told.equity {
        let computed = said.equity.get(account).cloned().unwrap_or_default();
        let mut curves = Curves { account: account.clone(), recorded: recorded.clone(), ..Curves::default() };
        for (at, value) in recorded {
            // Where the backtest says nothing at that moment its last word still holds.
            let place = computed.partition_point(|(other, _)| other <= at);
            let Some((_, other)) = place.checked_sub(1).and_then(|place| computed.get(place)) else { continue };
            curves.compared += 1;
            let apart = (value - other).abs();
            // Amounts are exact; only their way through text and floats is not.
            if apart > 1e-9 * value.abs().max(1.0) {
                curves.differing += 1;
                curves.worst = curves.worst.max(apart);
            }
        }
        if computed.is_empty() {
            curves.differing = recorded.len();
        }
        curves.computed = computed;
        all.push(curves);
    }
    all
}

fn slippage(fills: &[Arc<Fill>], arrival: &BTreeMap<OrderId, f64>) -> Option<Slippage> {
    let cost = |fill: &Arc<Fill>| {
        let from = arrival.get(&fill.order).copied().filter(|price| *price > 0.0)?;
        let sign = if fill.side == Side::Buy { 1.0 } else { -1.0 };
        let price = fill.price.to_f64();
        Some((sign * (price - from) / from * 1e4, price * fill.qty.to_f64()))
    };
    let costs: Vec<(f64, f64)> = fills.iter().filter_map(cost).collect();
    let weight: f64 = costs.iter().map(|(_, weight)| weight).sum();
    if costs.is_empty() || weight <= 0.0 {
        return None;
    }
    let mut sorted: Vec<f64> = costs.iter().map(|(bps, _)| *bps).collect();
    sorted.sort_by(f64::total_cmp);
    Some(Slippage {
        fills: costs.len(),
        mean: costs.iter().map(|(bps, weight)| bps * weight).sum::<f64>() / weight,
        median: sorted.get(sorted.len() / 2).copied().unwrap_or_default(),
        worst: sorted.last().copied().unwrap_or_default(),
        modelled: fills.iter().map(|fill| money::to_f64(fill.slippage)).sum(),
    })
}
