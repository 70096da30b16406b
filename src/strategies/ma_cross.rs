//! The crossing of two moving averages.

use super::common::{equity_part, main_symbol, market, price, price_decimals, signal};
use super::rolling_mean::RollingMean;
use crate::domain::{Bar, Fill, OrderId, Side, Size, Symbol};
use crate::strategy::{Answer, Needs, Param, Params, Sight, SignalSide, Spec, Status, Strategy};
use std::hash::Hasher;
use std::sync::Arc;

/// The crossing of two moving averages.
pub static SPEC: Spec = Spec {
    name: "ma_cross",
    title: "Moving average cross",
    about: "Follows the trend: holds while the fast simple moving average of the closes is above the slow one. Crosses are strict on both \
            sides (below before, above now) and the averages round as pandas' do, so that it trades as the same rule of backtesting.py does.",
    rules: "Buys `size` of the equity at the market at the close at which `fast` crosses above `slow`, and closes at the one at which it crosses \
            below. With `short=true` it turns to the short side there instead. A cross on a side that is held already does nothing.",
    needs: Needs { trades: false, quotes: false, book: false, pair: false },
    params: &[
        Param::whole("fast", "bars of the fast average", 10, 1, 5_000),
        Param::whole("slow", "bars of the slow average", 30, 2, 10_000),
        Param::number("size", "part of the equity that is traded, fees included", 1.0, 0.01, 1.0),
        Param::flag("short", "whether it goes short as well (futures only)", false),
    ],
    check,
    build: |params, _| Ok(Box::new(MaCross::new(params))),
};

fn check(params: &Params) -> Result<(), String> {
    let (fast, slow) = (params.whole("fast"), params.whole("slow"));
    if fast < slow { Ok(()) } else { Err(format!("fast {fast} is not below slow {slow}: expected fast < slow")) }
}

/// What it wants to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Flat,
    Long,
    Short,
}

#[derive(Debug, Clone)]
struct MaCross {
    lengths: [usize; 2],
    means: [RollingMean; 2],
    size: Size,
    short: bool,
    /// Fast and slow at the last bar.
    now: Option<[f64; 2]>,
    aim: Aim,
    decimals: usize,
}

impl MaCross {
    fn new(params: &Params) -> Self {
        let lengths = [params.whole("fast"), params.whole("slow")];
        Self {
            lengths,
            means: lengths.map(RollingMean::new),
            size: equity_part(params.number("size")),
            short: params.flag("short"),
            now: None,
            aim: Aim::Flat,
            decimals: 2,
        }
    }

    /// Takes in a close and says which way the averages crossed there: `Buy` for up.
    #[inline]
    fn step(&mut self, close: f64) -> Option<Side> {
        let [fast, slow] = &mut self.means;
        let (fast, slow) = (fast.push(close), slow.push(close));
        let now = fast.zip(slow).map(|(fast, slow)| [fast, slow]);
        let before = std::mem::replace(&mut self.now, now)?;
        let now = now?;
        if before[0] < before[1] && now[0] > now[1] {
            Some(Side::Buy)
        } else if before[0] > before[1] && now[0] < now[1] {
            Some(Side::Sell)
        } else {
            None
        }
    }

    fn averages(&self, word: &str) -> String {
        let [fast, slow] = self.now.unwrap_or_default().map(|mean| price(mean, self.decimals));
        format!("fast {fast} {word} slow {slow}")
    }

    #[cold]
    fn crossed(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, to: Side, answers: &mut Vec<Answer>) {
        self.decimals = price_decimals(sight, symbol, bar.close);
        let held = sight.position(symbol).units();
        let open = sight.open_orders > 0;
        let aim = match to {
            Side::Buy => Aim::Long,
            Side::Sell if self.short => Aim::Short,
            Side::Sell => Aim::Flat,
        };
        if aim == self.aim {
            return;
        }
        let cross = if to == Side::Buy { "crossed above" } else { "crossed below" };
        let [fast, slow] = self.lengths;
        let why: Arc<str> = format!("{} (means of {fast} and {slow} closes of {})", self.averages(cross), sight.timeframe).into();
        let side = match aim {
            Aim::Long => SignalSide::Buy,
            Aim::Short => SignalSide::Sell,
            Aim::Flat => SignalSide::Exit,
        };
        answers.push(signal(symbol, side, &why));
        if held != 0 || open {
            answers.push(Answer::Close(symbol));
        }
        if aim != Aim::Flat {
            answers.push(market(symbol, to, self.size, &why));
        }
        self.aim = aim;
    }

    /// Once nothing is under way, what is held is what it is at.
    #[inline]
    fn settle(&mut self, sight: &Sight<'_>) {
        if sight.open_orders > 0 {
            return;
        }
        let held = match sight.positions {
            [] => 0,
            _ => main_symbol(sight).map_or(0, |symbol| sight.position(symbol).units()),
        };
        self.aim = match held {
            0 => Aim::Flat,
            1.. => Aim::Long,
            _ => Aim::Short,
        };
    }
}

impl Strategy for MaCross {
    fn warm_up(&self) -> usize {
        self.lengths[1].saturating_sub(1)
    }

    fn on_bar(&mut self, sight: &Sight<'_>, symbol: Symbol, bar: &Bar, answers: &mut Vec<Answer>) {
        if sight.symbols.first() != Some(&symbol) {
            return;
        }
        // What was shown of the past led to no orders, and what was opened may be closed from outside.
        self.settle(sight);
        if self.now.is_none() {
            self.decimals = price_decimals(sight, symbol, bar.close);
        }
        if let Some(to) = self.step(bar.close.to_f64()) {
            self.crossed(sight, symbol, bar, to, answers);
        }
    }

    fn on_fill(&mut self, sight: &Sight<'_>, _fill: &Fill, _answers: &mut Vec<Answer>) {
        self.settle(sight);
    }

    fn on_end(&mut self, sight: &Sight<'_>, _order: OrderId, _answers: &mut Vec<Answer>) {
        self.settle(sight);
    }

    fn status(&self) -> Status {
        let text = match self.now {
            None => format!("warming up: {} of {} bars to come", self.means[1].missing(), self.lengths[1]),
            Some([fast, slow]) => {
                let aim = match self.aim {
                    Aim::Flat => "flat",
                    Aim::Long => "long",
                    Aim::Short => "short",
                };
                let word = if fast > slow {
                    "above"
                } else if fast < slow {
                    "below"
                } else {
                    "at"
                };
                format!("{aim}; {}", self.averages(word))
            }
        };
        Status { text, probability: None }
    }

    fn boxed(&self) -> Box<dyn Strategy> {
        Box::new(self.clone())
    }

    fn digest(&self, into: &mut dyn Hasher) {
        self.means.iter().for_each(|mean| mean.digest(|word| into.write_u64(word)));
        into.write_u8(self.aim as u8);
        for mean in self.now.unwrap_or([-1.0; 2]) {
            into.write_u64(mean.to_bits());
        }
    }
}
