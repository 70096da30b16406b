//! `alerts`: judges an alert on recordings: every firing, and what the price did after it.

use super::args;
use super::out::Interrupt;
use super::settings::Settings;
use crate::alert;
use crate::analytics::summary::summary;
use crate::domain::{
    Alert, AlertState, Channels, EngineConfig, Firing, Input, Market, Nanos, Origin, Payload, Price, Symbol, UserAction,
};
use crate::drive::replay::{Files, Source as _};
use crate::engine::Engine;
use crate::recording::ReadOptions;
use anyhow::bail;
use serde_json::{Map, Number, Value, json};
use std::collections::VecDeque;
use std::io::Write;

/// Inputs between two looks at whether to stop.
const STEP: u64 = 20_000;
/// How long after a firing the price is looked at.
const HORIZONS: [(&str, Nanos); 3] =
    [("1m", Nanos::from_secs(60)), ("5m", Nanos::from_secs(300)), ("15m", Nanos::from_secs(900))];
/// What happens after any moment is told from moments so far apart.
const ANY: Nanos = Nanos::from_secs(10);

/// An expression that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("--expr cannot be read:\n{0}")]
struct Wrong(String);

/// Whether a failure is the user's wrong usage.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Wrong>()
}

/// Runs `alerts`.
///
/// # Errors
/// When an expression cannot be read, a file cannot be read, or the symbol is not in it.
pub fn run(args: &args::Alerts, settings: &Settings) -> anyhow::Result<()> {
    for text in &args.exprs {
        alert::parse(text).map_err(|error| Wrong(error.render(text)))?;
    }
    let interrupt = Interrupt::listen()?;
    let opened = super::import::open(&args.files, &args.reading, settings, &interrupt)?;
    let mut judge = Judge::new(args);
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let options = ReadOptions { keep_going: args.reading.keep_going, ..ReadOptions::default() };
    let mut source = Files::open(&opened.files, options)?;
    let mut count = 0_u64;
    while let Some(input) = source.next()? {
        judge.input(input);
        judge.print(&mut stdout)?;
        count += 1;
        if count.is_multiple_of(STEP) && interrupt.came() {
            bail!("stopped");
        }
    }
    judge.finish(&mut stdout)?;
    if args.json {
        for watched in &judge.watched {
            writeln!(stdout, "{}", watched.json())?;
        }
    } else {
        for watched in &judge.watched {
            write!(stdout, "{}", watched.text())?;
        }
    }
    stdout.flush()?;
    Ok(())
}

/// One expression on one symbol.
struct Watched {
    symbol: Symbol,
    expr: String,
    count: u64,
    /// Forward returns after firings, by horizon.
    after: [Vec<f64>; 3],
    /// Forward returns after any moment.
    any: [Vec<f64>; 3],
}

/// A return whose end has not come yet.
struct Open {
    due: Nanos,
    /// Whose, at which horizon, and whether it is of a firing.
    of: usize,
    fired: bool,
    from: f64,
}

struct Judge<'a> {
    args: &'a args::Alerts,
    engine: Engine,
    begun: bool,
    watched: Vec<Watched>,
    seen: u64,
    /// By horizon, each in the order of time.
    open: [VecDeque<Open>; 3],
    next_any: Option<Nanos>,
    line: String,
}

impl<'a> Judge<'a> {
    fn new(args: &'a args::Alerts) -> Self {
        let mut judge = Self {
            args,
            engine: Engine::new(config(EngineConfig::default()), ""),
            begun: false,
            watched: Vec::new(),
            seen: 0,
            open: Default::default(),
            next_any: None,
            line: String::new(),
        };
        judge.engine = judge.fresh(EngineConfig::default(), "");
        judge
    }

    /// An engine that knows the alerts whose symbol is told already.
    fn fresh(&mut self, engine: EngineConfig, venue: &str) -> Engine {
        self.watched.clear();
        self.engine = Engine::new(config(engine), venue);
        if let Some(symbol) = self.args.reading.symbol {
            self.watch(symbol);
        }
        self.engine.clone()
    }

    /// Sets the alerts on a symbol, unless they are already.
    fn watch(&mut self, symbol: Symbol) {
        if self.watched.iter().any(|watched| watched.symbol == symbol) {
            return;
        }
        for expr in &self.args.exprs {
            let alert = Alert {
                id: self.watched.len() as u64 + 1,
                symbol,
                expr: expr.clone(),
                rearm: self.args.rearm,
                deliver: Channels::NONE,
                note: String::new(),
                paused: false,
                origin: Origin::User,
            };
            let of = alert::parse(expr).ok().and_then(|expression| expression.symbol()).unwrap_or(symbol);
            self.watched.push(Watched {
                symbol: of,
                expr: expr.trim().to_owned(),
                count: 0,
                after: Default::default(),
                any: Default::default(),
            });
            self.engine.apply_user(&UserAction::SetAlert(Box::new((alert, AlertState::default()))));
        }
    }

    fn input(&mut self, mut input: Input) {
        match &mut input.payload {
            Payload::Meta(meta) => {
                if !self.begun {
                    let venue = meta.venue.clone();
                    self.engine = self.fresh(meta.engine.clone(), &venue);
                }
                if self.args.reading.symbol.is_none() {
                    meta.instruments.iter().for_each(|instrument| self.watch(instrument.symbol));
                }
            }
            // What the recording set is not what was asked for here.
            Payload::User(UserAction::Indicators(_) | UserAction::SetAlert(_) | UserAction::RemoveAlert(_)) => return,
            Payload::Market(Market { symbol: Some(symbol), .. }) if self.args.reading.symbol.is_none() => self.watch(*symbol),
            _ => {}
        }
        self.begun = true;
        self.resolve(input.at);
        self.engine.apply(&input);
    }

    /// Finishes the returns that end before a moment: the price there is the last one until then.
    fn resolve(&mut self, now: Nanos) {
        loop {
            // What ends and what begins, in the order of time; nothing happens to the price in between.
            let first = self.open.iter().enumerate().filter_map(|(h, open)| open.front().map(|open| (open.due, h))).min();
            match (first, self.next_any.filter(|any| *any < now)) {
                (Some((due, h)), any) if due < now && any.is_none_or(|any| due <= any) => {
                    let Some(open) = self.open[h].pop_front() else { return };
                    self.close(h, &open);
                }
                (_, Some(any)) => {
                    self.begin_any(any);
                    self.next_any = Some(any + ANY);
                }
                _ => break,
            }
        }
        if self.next_any.is_none_or(|any| now.saturating_sub(any) > Nanos::from_secs(86_400)) {
            self.next_any = Some(now.floor_to(ANY) + ANY);
        }
    }

    fn begin_any(&mut self, at: Nanos) {
        for of in 0..self.watched.len() {
            if let Some(price) = self.engine.last_price(self.watched[of].symbol) {
                self.begin(at, of, false, price);
            }
        }
    }

    fn begin(&mut self, at: Nanos, of: usize, fired: bool, price: Price) {
        let now = self.engine.now();
        for (h, (_, horizon)) in HORIZONS.iter().enumerate() {
            let new = Open { due: at + *horizon, of, fired, from: price.to_f64() };
            if fired && new.due < now {
                // It fired in a silence that lasted longer than this: the price did not move, and what ended the silence came later.
                if let Some(watched) = self.watched.get_mut(of) {
                    watched.after[h].push(0.0);
                }
                continue;
            }
            let open = &mut self.open[h];
            // Firings come in order; moments between them may be a little behind.
            let place = open.iter().rposition(|other| other.due <= new.due).map_or(0, |at| at + 1);
            open.insert(place, new);
        }
    }

    fn close(&mut self, horizon: usize, open: &Open) {
        let Some(watched) = self.watched.get_mut(open.of) else { return };
        let Some(price) = self.engine.last_price(watched.symbol) else { return };
        let change = price.to_f64() / open.from - 1.0;
        if change.is_finite() {
            let returns = if open.fired { &mut watched.after } else { &mut watched.any };
            returns[horizon].push(change);
        }
    }

    /// Prints what has fired since it was last asked.
    fn print(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let fired = self.engine.alerts_fired();
        if fired == self.seen {
            return Ok(());
        }
        for firing in self.engine.firings_after(self.seen) {
            write_line(&mut self.line, &firing);
            out.write_all(self.line.as_bytes())?;
            let of = firing.id as usize - 1;
            if let Some(watched) = self.watched.get_mut(of) {
                watched.count += 1;
            }
            if let Some(price) = firing.price {
                self.begin(firing.at, of, true, price);
            }
        }
        self.seen = fired;
        Ok(())
    }

    /// Returns that end with the recording are whole.
    fn finish(&mut self, out: &mut impl Write) -> anyhow::Result<()> {
        let end = self.engine.now();
        self.resolve(Nanos(end.0.saturating_add(1)));
        self.print(out)?;
        match self.args.reading.symbol {
            Some(only) if !self.engine.symbols().any(|symbol| symbol == only) => {
                out.flush()?;
                let there: Vec<String> = self.engine.symbols().map(|symbol| symbol.to_string()).collect();
                let there = if there.is_empty() { "no symbol".to_owned() } else { there.join(", ") };
                bail!("{only} is not in it: there is {there}")
            }
            _ => Ok(()),
        }
    }
}

/// The engine's settings: only what alerts look at is worked out.
fn config(config: EngineConfig) -> EngineConfig {
    EngineConfig { indicators: Some(Vec::new()), bars: Vec::new(), ..config }
}

/// A firing as a line; values as the shortest text that reads back the same.
fn write_line(line: &mut String, firing: &Firing) {
    use std::fmt::Write as _;
    line.clear();
    line.push_str("{\"ts\":");
    let _ = firing.at.write_secs(line);
    let values: Map<String, Value> = firing
        .values
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), Value::Number(Number::from_f64(*value)?))))
        .collect();
    let _ = write!(
        line,
        ",\"sym\":{},\"expr\":{},\"values\":{},\"price\":",
        Value::from(&*firing.symbol),
        Value::from(&*firing.expr),
        Value::Object(values)
    );
    match firing.price {
        Some(price) => drop(write!(line, "{price}")),
        None => line.push_str("null"),
    }
    line.push_str("}\n");
}

/// A distribution of returns, which are parts of one.
struct Distribution {
    n: usize,
    mean: f64,
    sd: Option<f64>,
    quantiles: [f64; 7],
    up: f64,
}

/// What the quantiles are called.
const QUANTILES: [(&str, f64); 7] =
    [("min", 0.0), ("p05", 0.05), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p95", 0.95), ("max", 1.0)];

impl Distribution {
    fn of(returns: &[f64]) -> Option<Self> {
        let mut sorted = returns.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        if n == 0 {
            return None;
        }
        let mean = sorted.iter().sum::<f64>() / n as f64;
        // As numpy's and pandas' quantiles: between two values by their distance.
        let quantile = |share: f64| {
            let place = share * (n - 1) as f64;
            let (low, part) = (place.floor() as usize, place.fract());
            sorted[low] + (sorted[(low + 1).min(n - 1)] - sorted[low]) * part
        };
        Some(Self {
            n,
            mean,
            sd: summary(&sorted).ok().map(|summary| summary.sd),
            quantiles: QUANTILES.map(|(_, share)| quantile(share)),
            up: sorted.iter().filter(|change| **change > 0.0).count() as f64 / n as f64,
        })
    }

    fn json(&self) -> Value {
        let mut map = Map::new();
        map.insert("n".to_owned(), self.n.into());
        map.insert("mean".to_owned(), json!(self.mean));
        map.insert("sd".to_owned(), json!(self.sd));
        for ((name, _), value) in QUANTILES.iter().zip(self.quantiles) {
            map.insert((*name).to_owned(), json!(value));
        }
        map.insert("up".to_owned(), json!(self.up));
        Value::Object(map)
    }
}

impl Watched {
    fn json(&self) -> Value {
        let all = |returns: &[Vec<f64>; 3]| {
            let by_horizon = HORIZONS.iter().zip(returns);
            by_horizon
                .map(|((name, _), returns)| {
                    let distribution = Distribution::of(returns).map_or_else(|| json!({ "n": 0 }), |of| of.json());
                    ((*name).to_owned(), distribution)
                })
                .collect::<Map<String, Value>>()
        };
        json!({ "sym": &*self.symbol, "expr": self.expr, "count": self.count, "forward": all(&self.after), "any": all(&self.any) })
    }

    fn text(&self) -> String {
        let times = if self.count == 1 { "once".to_owned() } else { format!("{} times", self.count) };
        let mut text = format!("\n{}: {} fired {times}\n", self.symbol, self.expr);
        if self.count == 0 {
            return text;
        }
        text.push_str(&format!("{:<22}{:>7}", "forward return", "n"));
        for name in ["mean", "sd", "p05", "p25", "median", "p75", "p95", "up"] {
            text.push_str(&format!("{name:>10}"));
        }
        text.push('\n');
        for (h, (name, _)) in HORIZONS.iter().enumerate() {
            for (what, returns) in [("after firing", &self.after[h]), ("after any moment", &self.any[h])] {
                text.push_str(&format!("{:<22}", format!("{name:>3} {what}")));
                let Some(of) = Distribution::of(returns) else {
                    text.push_str(&format!("{:>7}  the recording ends before\n", 0));
                    continue;
                };
                text.push_str(&format!("{:>7}", of.n));
                let [_, p05, p25, median, p75, p95, _] = of.quantiles;
                let cells = [Some(of.mean), of.sd, Some(p05), Some(p25), Some(median), Some(p75), Some(p95)];
                for value in cells {
                    let cell = value.map_or_else(|| "–".to_owned(), |value| format!("{:+.3}%", value * 100.0));
                    text.push_str(&format!("{cell:>10}"));
                }
                text.push_str(&format!("{:>9.0}%\n", of.up * 100.0));
            }
        }
        text
    }
}
