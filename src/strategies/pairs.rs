//! Both legs of a pair, by the z-score of the spread between them.

use super::common::{digest, price, price_decimals, signal, to_lot};
use crate::analytics::pairs::verdict::{figures, minus};
use crate::analytics::pairs::{Course, Mark, PairSetup, Point, Signal};
use crate::domain::{Bar, Fill, Nanos, OrderId, OrderRequest, Placement, Qty, Side, Symbol};
use crate::strategy::{Answer, Needs, Param, Params, SetupError, Sight, SignalSide, Spec, Status, Strategy};
use std::hash::Hasher;
use std::sync::Arc;

/// Both legs of a pair, by the z-score of the spread between them.
pub static SPEC: Spec = Spec {
    name: "pairs",
    title: "Pairs",
    about: "Trades the spread y − β·x between the run's first symbol (y) and its second (x): sells it where it is far above its mean, buys it where it \
            is far below, and closes it where it has come back. β, spread and z-score are those of the pairs workspace. One leg is always \
            short, so futures only.",
    rules: "At the close of a bar that both symbols have, holding nothing: |z| ≥ `entry` enters against it, both legs at the market, 1 of y to |β| of x, \
            together worth `size` of the equity. It leaves where z has come to `exit` on its side of zero or crossed it, and gives up where |z| \
            reaches `stop`; after that, and where |z| is there to begin with, nothing begins before |z| has been below `entry`. If a leg is refused, the \
            other is closed. With `kalman` z is the filter's error over the deviation it expected, about a hundredth of x's price: it is smaller, \
            and `entry` and `stop` want to be as well.",
    needs: Needs { trades: false, quotes: false, book: false, pair: true },
    params: &[
        Param::choice("method", "how the hedge ratio is worked out", "ols", &["ols", "huber", "kalman"]),
        Param::whole("window", "bars the hedge ratio is worked out over", 100, 10, 10_000),
        Param::whole("z", "bars the z-score is worked out over (ols and huber)", 20, 5, 1_000),
        Param::number("entry", "|z| at which it enters", 2.0, 0.01, 100.0),
        Param::number("exit", "z, on the side it entered, at which it leaves", 0.0, 0.0, 100.0),
        Param::number("stop", "|z| at which it gives up", 4.0, 0.01, 100.0),
        Param::number("size", "worth of both legs together, a part of the equity", 1.0, 0.01, 1.0),
    ],
    check: |params| setup(params).map(|_| ()),
    build: |params, _| {
        let setup = setup(params).map_err(|why| SetupError::Clash { strategy: "pairs", why })?;
        Ok(Box::new(Pairs::new(setup, params.number("size"))))
    },
};

fn setup(params: &Params) -> Result<PairSetup, String> {
    let setup = PairSetup {
        method: params.text("method").parse().unwrap_or_default(),
        window: params.whole("window"),
        z: params.whole("z"),
        entry: params.number("entry"),
        exit: params.number("exit"),
        stop: params.number("stop"),
        ..PairSetup::default()
    };
    setup.checked().map_err(|error| error.to_string())
}

/// Bars of the course that are kept: nothing of them is read again, but its windows.
const KEPT: usize = 1_024;

#[derive(Debug, Clone)]
struct Pairs {
    setup: PairSetup,
    size: f64,
    course: Course,
    /// The last bar of each leg.
    last: [Option<(Nanos, f64)>; 2],
    point: Option<Point>,
    /// What it wants to hold of the spread.
    aim: Signal,
    /// What could not be entered, in words.
    refused: Option<&'static str>,
    decimals: [usize; 2],
}

impl Pairs {
    fn new(setup: PairSetup, size: f64) -> Self {
        Self {
            setup,
            size,
            course: Course::new(setup),
            last: [None; 2],
            point: None,
            aim: Signal::Flat,
            refused: None,
            decimals: [2; 2],
        }
    }

    fn trade(&mut self, sight: &Sight<'_>, legs: [Symbol; 2], point: &Point, answers: &mut Vec<Answer>) {
        let holds = holds(sight, legs);
        if !holds {
            // What was shown of the past led to no orders.
            self.aim = Signal::Flat;
        }
        let z = point.z.map_or_else(String::new, |z| minus(z, 2));
        let PairSetup { entry, exit, stop, .. } = self.setup;
        match point.mark {
            Some(Mark::EnterLong | Mark::EnterShort) => self.enter(sight, legs, point, answers),
            Some(Mark::Exit) => self.leave(legs, format!("z {z} of the spread has come back to {exit}"), holds, answers),
            Some(Mark::Stop) => self.leave(legs, format!("z {z} of the spread is beyond the stop {stop}"), holds, answers),
            // Held from before it began, or one leg without the other.
            None if holds && sight.open_orders == 0 && self.course.signal() == Signal::Flat => {
                self.leave(legs, format!("nothing is to be held at z {z} (enters at {entry})"), holds, answers);
            }
            None => {}
        }
    }

    fn enter(&mut self, sight: &Sight<'_>, legs: [Symbol; 2], point: &Point, answers: &mut Vec<Answer>) {
        let (Some(beta), Some(z)) = (point.beta, point.z) else { return };
        self.refused = None;
        // 1 of y and |β| of x cost this much.
        let cost = point.y + beta.abs() * point.x;
        let worth = self.size * sight.equity.min(sight.buying_power) / (1.0 + sight.taker_fee) * 0.999;
        let units = worth / cost;
        let first = to_lot(sight, legs[0], units, point.y);
        let second = to_lot(sight, legs[1], units * beta.abs(), point.x);
        let (Some(first), Some(second)) = (first, second) else {
            self.refused = Some("a leg is smaller than can be traded");
            return;
        };
        self.aim = self.course.signal();
        let (words, long) = if self.aim == Signal::Long { ("below", true) } else { ("above", false) };
        // Long the spread is long y; x goes the other way, unless they move against each other.
        let sides = [long, long != (beta >= 0.0)].map(|buys| if buys { Side::Buy } else { Side::Sell });
        let why: Arc<str> = format!(
            "spread z {} is {words} {}: β {} ({}), {} {} and {} {}",
            minus(z, 2),
            minus(if long { -self.setup.entry } else { self.setup.entry }, 2),
            if beta < 0.0 { format!("−{}", figures(-beta, 4)) } else { figures(beta, 4) },
            self.setup.method,
            verb(sides[0]),
            of(first, legs[0], price(point.y, self.decimals[0])),
            verb(sides[1]),
            of(second, legs[1], price(point.x, self.decimals[1])),
        )
        .into();
        for (leg, side) in legs.into_iter().zip(sides) {
            answers.push(signal(leg, if side == Side::Buy { SignalSide::Buy } else { SignalSide::Sell }, &why));
        }
        for ((leg, side), qty) in legs.into_iter().zip(sides).zip([first, second]) {
            let order = OrderRequest { why: why.clone(), ..OrderRequest::market(leg, side, qty) };
            answers.push(Answer::Order(Placement::Single(order)));
        }
    }

    fn leave(&mut self, legs: [Symbol; 2], why: String, holds: bool, answers: &mut Vec<Answer>) {
        if !holds {
            return;
        }
        self.aim = Signal::Flat;
        let why: Arc<str> = why.into();
        answers.extend(legs.map(|leg| signal(leg, SignalSide::Exit, &why)));
        answers.extend(legs.map(Answer::Close));
    }
}

fn verb(side: Side) -> &'static str {
    if side == Side::Buy { "buys" } else { "sells" }
}

fn of(qty: Qty, leg: Symbol, price: String) -> String {
    format!("{qty} {leg} at {price}")
}

/// Whether anything of the two is held, or under way.
fn holds(sight: &Sight<'_>, legs: [Symbol; 2]) -> bool {
    sight.open_orders > 0 || legs.iter().any(|leg| !sight.position(*leg).is_zero())
}

/// The two symbols of a run.
fn legs(sight: &Sight<'_>) -> Option<[Symbol; 2]> {
    sight.symbols.get(..2).and_then(|legs| legs.try_into().ok())
}

impl Strategy for Pairs {
    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) {
        let Some(legs) = legs(sight) else {
            self.refused = Some("there is no second symbol");
            return;
        };
        let Some(leg) = legs.iter().position(|leg| *leg == symbol) else { return };
        self.decimals[leg] = price_decimals(sight, symbol, bar.close);
        self.last[leg] = Some((bar.start, bar.close.to_f64()));
        let [Some((at, y)), Some((other, x))] = self.last else { return };
        if at != other {
            return;
        }
        let seen = self.course.seen();
        self.course.push(at, y, x);
        if self.course.seen() == seen {
            return;
        }
        if self.course.len() >= 2 * KEPT {
            self.course.drop_front(KEPT);
        }
        self.point = self.course.last();
        if let Some(point) = self.point {
            self.trade(sight, legs, &point, answers);
        }
    }

    fn on_fill(&mut self, _sight: &Sight<'_>, _fill: &Fill, _answers: &mut Vec<Answer>) {}

    fn on_end(&mut self, sight: &Sight<'_>, _order: OrderId, answers: &mut Vec<Answer>) {
        let Some(legs) = legs(sight) else { return };
        if std::mem::take(&mut self.aim) != Signal::Flat {
            self.refused = Some("a leg was refused");
            let why = "an order of one leg was refused or taken back: the other alone is no pair".to_owned();
            self.leave(legs, why, holds(sight, legs), answers);
        }
    }

    fn status(&self) -> Status {
        let text = match (self.refused, &self.point) {
            (Some(why), _) => format!("flat; {why}"),
            (None, Some(Point { z: Some(z), beta: Some(beta), .. })) => {
                let aim = match self.aim {
                    Signal::Flat => "flat",
                    Signal::Long => "long the spread",
                    Signal::Short => "short the spread",
                };
                let wait = if self.aim == Signal::Flat && self.course.waits() { ", waits for a calm spread" } else { "" };
                format!("{aim}; z {}, β {}{wait}", minus(*z, 2), minus(*beta, 4))
            }
            _ => format!("warming up: {} of {} bars", self.course.seen().min(self.setup.warm_up()), self.setup.warm_up()),
        };
        Status { text, probability: None }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        // All of the course follows from its closes: their number and the last figures stand for them.
        digest(&(self.course.seen(), self.course.signal(), self.course.waits(), self.point), into);
        digest(&(self.last, self.aim, self.refused), into);
    }
}
