//! The rule of `rtai`, which `hybrid` gates: against a price that has run out of its band, once the flow behind it turns.

use super::common::{main_symbol, price, price_decimals, study};
use super::trade::{TooSmall, Trade, sign};
use crate::analytics::pairs::verdict::minus;
use crate::domain::{Bar, Side, Symbol};
use crate::indicator::Study;
use crate::strategy::{Answer, Needs, Param, Params, SetupError, Sight, Wants};

/// What it needs.
pub(super) const NEEDS: Needs = Needs { trades: true, quotes: true, book: false, pair: false };

/// What can be set of it.
pub(super) const PARAMS: [Param; 9] = [
    Param::whole("period", "bars of the Bollinger bands", 20, 2, 1_000),
    Param::number("deviations", "standard deviations to a band", 2.0, 0.1, 10.0),
    Param::number("k", "how far ofi's z-score has to have gone against the trade", 1.5, 0.0, 10.0),
    Param::number("vpin", "enters only while vpin is below this", 0.8, 0.0, 1.0),
    Param::whole("atr", "bars of the average true range", 14, 1, 1_000),
    Param::number("stop", "average true ranges from the entry to the stop", 2.0, 0.1, 50.0),
    Param::whole("bars", "bars after which it leaves in any case", 30, 1, 100_000),
    Param::number("risk", "percent of the equity lost at the stop", 1.0, 0.01, 100.0),
    Param::flag("short", "whether it goes short as well (futures only)", false),
];

/// What is known at a bar's close.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figures {
    pub close: f64,
    pub lower: f64,
    pub middle: f64,
    pub upper: f64,
    pub atr: f64,
}

/// A trade the rule would make.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub side: Side,
    pub why: String,
}

/// The z-score of ofi since the bar before closed.
#[derive(Debug, Clone, Copy)]
struct Swing {
    low: f64,
    high: f64,
    last: f64,
}

/// The rule.
#[derive(Debug, Clone)]
pub(super) struct Reversion {
    bands: Box<dyn Study>,
    atr: Box<dyn Study>,
    k: f64,
    cap: f64,
    stop: f64,
    bars: u32,
    risk: f64,
    short: bool,
    swing: Option<Swing>,
    vpin: Option<f64>,
    pub figures: Option<Figures>,
    trade: Trade,
    held: Option<Side>,
    too_small: bool,
    decimals: usize,
}

impl Reversion {
    pub fn new(strategy: &'static str, params: &Params) -> Result<Self, SetupError> {
        let (period, atr) = (params.whole("period"), params.whole("atr"));
        Ok(Self {
            bands: study(strategy, &format!("bbands({period}, {})", params.number("deviations")))?,
            atr: study(strategy, &format!("atr({atr})"))?,
            k: params.number("k"),
            cap: params.number("vpin"),
            stop: params.number("stop"),
            bars: params.whole("bars") as u32,
            risk: params.number("risk") / 100.0,
            short: params.flag("short"),
            swing: None,
            vpin: None,
            figures: None,
            trade: Trade::default(),
            held: None,
            too_small: false,
            decimals: 2,
        })
    }

    pub fn wants() -> Wants {
        Wants { indicators: vec!["ofi".to_owned(), "vpin".to_owned()], samples: true }
    }

    /// The side of the trade it would make: that of what is held, else against where the close stands.
    pub fn leans(&self) -> Side {
        match (self.held, self.figures) {
            (Some(side), _) => side,
            (None, Some(figures)) if self.short && figures.close > figures.middle => Side::Sell,
            _ => Side::Buy,
        }
    }

    pub fn on_sample(&mut self, sight: &Sight<'_>) {
        let Some(symbol) = main_symbol(sight) else { return };
        let Some(z) = sight.market.indicator(symbol, "ofi").and_then(|sample| sample.z) else { return };
        self.swing = Some(match self.swing {
            None => Swing { low: z, high: z, last: z },
            Some(swing) => Swing { low: swing.low.min(z), high: swing.high.max(z), last: z },
        });
    }

    /// Takes in a closed bar.
    fn step(&mut self, bar: &Bar) {
        let (bands, atr) = (self.bands.on_bar(bar), self.atr.on_bar(bar));
        self.figures = bands.zip(atr).and_then(|(bands, atr)| {
            let (middle, atr) = (bands.value(), atr.value());
            Some(Figures { close: bar.close.to_f64(), lower: bands.extra(1)?, middle, upper: bands.extra(0)?, atr })
        });
    }

    /// Takes in a closed bar of the main symbol: leaves where it has to, and says what it would enter.
    pub fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) -> Option<Candidate> {
        if self.figures.is_none() {
            self.decimals = price_decimals(sight, symbol, bar.close);
        }
        self.step(bar);
        self.on_sample(sight);
        self.vpin = sight.market.indicator(symbol, "vpin").map(|sample| sample.value);
        let swing = self.swing;
        if let Some(swing) = &mut self.swing {
            // The next bar's extremes begin where this one's end.
            (swing.low, swing.high) = (swing.last, swing.last);
        }
        let figures = self.figures?;
        self.held = self.trade.held(sight, symbol, self.stop * figures.atr);
        self.too_small = false;
        if let Some(side) = self.held {
            self.judge(sight, side, &figures, answers);
            return None;
        }
        if sight.open_orders > 0 { None } else { self.candidate(&figures, swing?) }
    }

    /// Leaves what is held where it has to.
    fn judge(&mut self, sight: &Sight<'_>, side: Side, figures: &Figures, answers: &mut Vec<Answer>) {
        let Figures { close, middle, .. } = *figures;
        let shown = |value| price(value, self.decimals);
        let why = if (close - middle) * sign(side) >= 0.0 {
            format!("close {} is back at the middle band {}", shown(close), shown(middle))
        } else if let Some(stop) = self.trade.stopped(side, close) {
            format!("close {} is beyond the stop {}", shown(close), shown(stop))
        } else if self.trade.bars >= self.bars {
            format!(
                "held for {} bars, which is the limit; close {}, middle band {}",
                self.trade.bars,
                shown(close),
                shown(middle)
            )
        } else {
            return;
        };
        self.trade.leave(sight, why, answers);
    }

    fn candidate(&self, figures: &Figures, swing: Swing) -> Option<Candidate> {
        let Figures { close, lower, upper, atr, .. } = *figures;
        let (side, band, name, far, turned) = if close < lower {
            (Side::Buy, lower, "below the lower", swing.low, swing.last > swing.low)
        } else if close > upper && self.short {
            (Side::Sell, upper, "above the upper", swing.high, swing.last < swing.high)
        } else {
            return None;
        };
        let vpin = self.vpin?;
        if far * sign(side) >= -self.k || !turned || vpin >= self.cap || atr <= 0.0 {
            return None;
        }
        let turned = if side == Side::Buy { "up" } else { "down" };
        let why = format!(
            "close {} is {name} band {}; ofi's z turned {turned} from {} to {} (beyond {}); vpin {vpin:.2} is below {}",
            price(close, self.decimals),
            price(band, self.decimals),
            minus(far, 2),
            minus(swing.last, 2),
            minus(-self.k * sign(side), 2),
            self.cap,
        );
        Some(Candidate { side, why })
    }

    /// Enters what was said.
    pub fn enter(&mut self, sight: &Sight<'_>, symbol: Symbol, candidate: &Candidate, answers: &mut Vec<Answer>) {
        let Some(Figures { close, atr, .. }) = self.figures else { return };
        let size = (close, self.stop * atr, self.risk);
        let entered = self.trade.enter(sight, (symbol, candidate.side), size, (&candidate.why, self.decimals), answers);
        self.too_small = entered == Err(TooSmall);
    }

    pub fn status(&self) -> String {
        let shown = |value| price(value, self.decimals);
        let Some(Figures { close, lower, middle, upper, .. }) = self.figures else { return "warming up".to_owned() };
        if let Some(side) = self.held {
            let side = if side == Side::Buy { "long" } else { "short" };
            let stop = self.trade.stop.map_or_else(String::new, |stop| format!(", stop {}", shown(stop)));
            let plural = if self.trade.bars == 1 { "" } else { "s" };
            return format!("{side} for {} bar{plural}; out at {}{stop}", self.trade.bars, shown(middle));
        }
        if self.too_small {
            return "flat; what the risk allows is less than can be traded".to_owned();
        }
        let flow = match (self.swing, self.vpin) {
            (Some(swing), Some(vpin)) => format!("ofi z {}, vpin {vpin:.2}", minus(swing.last, 2)),
            _ => "no ofi or vpin yet".to_owned(),
        };
        format!("flat; close {} in {} – {}, {flow}", shown(close), shown(lower), shown(upper))
    }
}
