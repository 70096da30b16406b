//! Goes with what has begun to move.

use super::common::{digest, price, price_decimals, study};
use super::trade::{TooSmall, Trade, sign};
use crate::analytics::pairs::verdict::minus;
use crate::domain::{Bar, Side, Symbol};
use crate::indicator::Study;
use crate::strategy::{Answer, Needs, Param, Params, SetupError, Sight, Spec, Status, Strategy};
use std::hash::Hasher;

/// Goes with what has begun to move.
pub static SPEC: Spec = Spec {
    name: "momentum",
    title: "Momentum",
    about: "Goes with a move that has just become faster than usual, on the side of the longer trend only, and lets a stop that trails behind it \
            decide when it is over: many small losses, few large gains.",
    rules: "At a bar's close, flat and with nothing open: buys at the market when the rate of change over `period` bars rises above `threshold` \
            percent (it was not above it a bar ago) and the close is above the mean of the last `trend` closes. The stop stands `stop` average true ranges \
            below the close and waits at the exchange; the quantity loses `risk` percent of the equity there, and costs no more than the \
            equity. At every close the stop is drawn up to `stop` average true ranges below that close where it stood lower, never down; it leaves at the \
            first close at or below it. With `short=true` the mirror image as well.",
    needs: Needs { trades: false, quotes: false, book: false, pair: false },
    params: &[
        Param::whole("period", "bars of the rate of change", 20, 1, 1_000),
        Param::number("threshold", "percent it has to rise above", 0.3, 0.0, 1_000.0),
        Param::whole("trend", "bars of the mean that tells the trend", 100, 2, 1_000),
        Param::whole("atr", "bars of the average true range", 14, 1, 1_000),
        Param::number("stop", "average true ranges from a close to the stop", 3.0, 0.1, 50.0),
        Param::number("risk", "percent of the equity lost at the first stop", 1.0, 0.01, 100.0),
        Param::flag("short", "whether it goes short as well (futures only)", false),
    ],
    check: |params| {
        let (period, trend) = (params.whole("period"), params.whole("trend"));
        if period <= trend {
            Ok(())
        } else {
            Err(format!("period {period} is longer than trend {trend}: expected period ≤ trend"))
        }
    },
    build: |params, _| Ok(Box::new(Momentum::new(params)?)),
};

/// What is known at a bar's close.
#[derive(Debug, Clone, Copy)]
struct Figures {
    close: f64,
    change: f64,
    /// The rate of change a bar ago.
    before: f64,
    trend: f64,
    atr: f64,
}

#[derive(Debug, Clone)]
struct Momentum {
    change: Box<dyn Study>,
    trend: Box<dyn Study>,
    atr: Box<dyn Study>,
    threshold: f64,
    stop: f64,
    risk: f64,
    short: bool,
    last_change: Option<f64>,
    figures: Option<Figures>,
    trade: Trade,
    held: Option<Side>,
    too_small: bool,
    decimals: usize,
}

impl Momentum {
    fn new(params: &Params) -> Result<Self, SetupError> {
        let [period, trend, atr] = ["period", "trend", "atr"].map(|name| params.whole(name));
        let study = |text: String| study("momentum", &text);
        Ok(Self {
            change: study(format!("roc({period})"))?,
            trend: study(format!("sma({trend})"))?,
            atr: study(format!("atr({atr})"))?,
            threshold: params.number("threshold"),
            stop: params.number("stop"),
            risk: params.number("risk") / 100.0,
            short: params.flag("short"),
            last_change: None,
            figures: None,
            trade: Trade::default(),
            held: None,
            too_small: false,
            decimals: 2,
        })
    }

    fn step(&mut self, bar: &Bar) {
        let value = |study: &mut Box<dyn Study>| study.on_bar(bar).map(|reading| reading.value());
        let (change, trend, atr) = (value(&mut self.change), value(&mut self.trend), value(&mut self.atr));
        let before = std::mem::replace(&mut self.last_change, change);
        self.figures = match (change, before, trend, atr) {
            (Some(change), Some(before), Some(trend), Some(atr)) => {
                Some(Figures { close: bar.close.to_f64(), change, before, trend, atr })
            }
            _ => None,
        };
    }

    /// Draws the stop up, and leaves at it.
    fn follow(&mut self, sight: &Sight<'_>, side: Side, figures: &Figures, answers: &mut Vec<Answer>) {
        if let Some(stop) = self.trade.stopped(side, figures.close) {
            let why = format!(
                "close {} is beyond the trailing stop {} after {} bars",
                price(figures.close, self.decimals),
                price(stop, self.decimals),
                self.trade.bars
            );
            return self.trade.leave(sight, why, answers);
        }
        let near = figures.close - sign(side) * self.stop * figures.atr;
        self.trade.stop = self.trade.stop.map(|stop| if side == Side::Buy { stop.max(near) } else { stop.min(near) });
    }

    fn enter(&mut self, sight: &Sight<'_>, symbol: Symbol, figures: &Figures, answers: &mut Vec<Answer>) {
        let Figures { close, change, before, trend, atr } = *figures;
        let threshold = self.threshold;
        let (side, rose, way) = if change > threshold && before <= threshold && close > trend {
            (Side::Buy, "rose above", "above")
        } else if self.short && change < -threshold && before >= -threshold && close < trend {
            (Side::Sell, "fell below", "below")
        } else {
            return;
        };
        if atr <= 0.0 {
            return;
        }
        let why = format!(
            "rate of change {} % {rose} {} %; close {} {way} its mean {}",
            minus(change, 2),
            minus(threshold * sign(side), 2),
            price(close, self.decimals),
            price(trend, self.decimals)
        );
        let size = (close, self.stop * atr, self.risk);
        let entered = self.trade.enter(sight, (symbol, side), size, (&why, self.decimals), answers);
        self.too_small = entered == Err(TooSmall);
    }
}

impl Strategy for Momentum {
    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) {
        if sight.symbols.first() != Some(&symbol) {
            return;
        }
        if self.figures.is_none() {
            self.decimals = price_decimals(sight, symbol, bar.close);
        }
        self.step(bar);
        self.too_small = false;
        let Some(figures) = self.figures else { return };
        self.held = self.trade.held(sight, symbol, self.stop * figures.atr);
        match self.held {
            Some(side) => self.follow(sight, side, &figures, answers),
            None if sight.open_orders == 0 => self.enter(sight, symbol, &figures, answers),
            None => {}
        }
    }

    fn status(&self) -> Status {
        let shown = |value| price(value, self.decimals);
        let text = match (self.figures, self.held) {
            (None, _) => "warming up".to_owned(),
            (Some(figures), Some(side)) => {
                let side = if side == Side::Buy { "long" } else { "short" };
                let stop = self.trade.stop.map_or_else(String::new, |stop| format!(", stop {}", shown(stop)));
                format!("{side} for {} bars; close {}{stop}", self.trade.bars, shown(figures.close))
            }
            _ if self.too_small => "flat; what the risk allows is less than can be traded".to_owned(),
            (Some(figures), None) => format!(
                "flat; change {} % of {} %, close {} to mean {}",
                minus(figures.change, 2),
                self.threshold,
                shown(figures.close),
                shown(figures.trend)
            ),
        };
        Status { text, probability: None }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        digest(self, into);
    }
}
