//! The quantities that alerts look at: each is worked out once, however many alerts name it.

use crate::alert::{BarField, FeedField, PairFigure, Part, Quantity};
use crate::analytics::pairs::Pairing;
use crate::bars::TimeBars;
use crate::domain::{Bar, LinkState, Nanos, Symbol, Timeframe};
use crate::engine::symbol::SymbolState;
use crate::indicator::{Build, Lack, Reading, Setup, Study, oscillator};
use std::borrow::Cow;
use std::sync::Arc;

/// Why figures of the paper account have no value.
const NO_ACCOUNT: &str = "paper trading is off";

/// One quantity of one symbol.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    pub(super) symbol: Symbol,
    pub(super) quantity: Quantity,
    /// The symbol's position in the engine, while it is followed.
    pub(super) index: Option<usize>,
    work: Work,
    /// What was last told of the paper account, NaN where nothing was: it is not of the symbol's state.
    pub(super) told: f64,
    /// The alerts that look at it, by position.
    pub(super) alerts: Vec<u32>,
}

/// What has to be kept to work it out.
#[derive(Debug, Clone)]
enum Work {
    Nothing,
    Study(Arc<OfBars>),
    Pair(Arc<OfPair>),
}

/// A technical indicator on the closed bars of a symbol.
#[derive(Debug, Clone)]
struct OfBars {
    study: Box<dyn Study>,
    latest: Option<Reading>,
    /// How often all bars were replaced, and the number of the next one to take in.
    seen: (u64, u64),
}

#[derive(Debug, Clone)]
struct OfPair {
    pairing: Pairing,
    /// Figures of the last bar that cost more than a step, when they were asked for.
    value: f64,
}

impl OfBars {
    fn new(setup: &Setup) -> Option<Self> {
        let Build::Bars(build) = setup.spec.build else { return None };
        Some(Self { study: build(&setup.params), latest: None, seen: (0, 0) })
    }
}

impl Slot {
    pub(super) fn new(symbol: Symbol, quantity: Quantity) -> Self {
        let work = match &quantity {
            Quantity::Study { setup, .. } => OfBars::new(setup).map_or(Work::Nothing, |of| Work::Study(Arc::new(of))),
            Quantity::Pair { y, x, timeframe, setup, .. } => {
                Work::Pair(Arc::new(OfPair { pairing: Pairing::new(*setup, *timeframe, *y, *x), value: f64::NAN }))
            }
            _ => Work::Nothing,
        };
        Self { symbol, quantity, index: None, work, told: f64::NAN, alerts: Vec::new() }
    }

    /// Whether it only changes when bars close or samples are taken.
    pub(super) const fn is_slow(&self) -> bool {
        match self.quantity {
            Quantity::Bar { back, .. } => back > 0,
            Quantity::Flow { .. } | Quantity::Study { .. } | Quantity::Pair { .. } => true,
            _ => false,
        }
    }

    /// Its value, NaN where there is none. Those made of bars are as [`Slot::update`] left them.
    #[inline]
    pub(super) fn value(&self, symbols: &[SymbolState], at: Nanos) -> f64 {
        match (&self.quantity, &self.work) {
            (Quantity::Study { part, setup, .. }, Work::Study(of)) => {
                pick(*part, of.latest.as_ref(), None, setup.spec.extras.len()).unwrap_or(f64::NAN)
            }
            (_, Work::Pair(of)) => of.value,
            (Quantity::Account(_), _) => self.told,
            _ => self.index.and_then(|index| symbols.get(index)).and_then(|state| self.of_symbol(state, at)).unwrap_or(f64::NAN),
        }
    }

    #[inline]
    fn of_symbol(&self, state: &SymbolState, at: Nanos) -> Option<f64> {
        let top = || state.top.filter(|_| state.flow.has_top());
        match &self.quantity {
            Quantity::Price => state.price().map(crate::domain::number::Price::to_f64),
            Quantity::Bid => top().map(|top| top.bid.to_f64()),
            Quantity::Ask => top().map(|top| top.ask.to_f64()),
            Quantity::Mid => top().map(|top| top.mid_f64()),
            Quantity::BidQty => top().map(|top| top.bid_qty.to_f64()),
            Quantity::AskQty => top().map(|top| top.ask_qty.to_f64()),
            Quantity::Mark => state.mark.map(|(_, mark)| mark.price.to_f64()),
            Quantity::Index => state.mark.and_then(|(_, mark)| mark.index).map(crate::domain::number::Price::to_f64),
            Quantity::Funding => state.mark.and_then(|(_, mark)| mark.funding).map(crate::domain::number::Price::to_f64),
            Quantity::Bar { field, timeframe, back } => of_bar(&state.bars, *field, *timeframe, *back as usize),
            Quantity::Flow { setup, part } => {
                let (latest, z) = state.flow.latest(setup)?;
                pick(*part, latest.as_ref().ok(), z, setup.spec.extras.len())
            }
            Quantity::Feed(FeedField::Age) => state.last_event.map(|last| at.saturating_sub(last).to_secs_f64()),
            Quantity::Feed(FeedField::Up) => {
                let up = state.trades_link == LinkState::Up && !state.flow.is_book_down();
                state.last_event.map(|_| f64::from(u8::from(up)))
            }
            Quantity::Feed(FeedField::Synced) => Some(f64::from(u8::from(state.book_state.is_synced()))),
            // Of the whole connection: the engine writes them.
            Quantity::Feed(_) => None,
            Quantity::Study { .. } | Quantity::Pair { .. } | Quantity::Account(_) => None,
        }
    }

    /// As [`Slot::value`], where several are asked for at once: bars that run are made of shorter ones, each once.
    #[inline]
    pub(super) fn value_of_many(&self, symbols: &[SymbolState], at: Nanos, made: &mut Option<(Timeframe, Option<Bar>)>) -> f64 {
        let Quantity::Bar { field, timeframe, back: 0 } = self.quantity else { return self.value(symbols, at) };
        let Some(state) = self.index.and_then(|index| symbols.get(index)) else { return f64::NAN };
        if made.is_none_or(|(of, _)| of != timeframe) {
            *made = Some((timeframe, running(&state.bars, timeframe)));
        }
        made.and_then(|(_, bar)| of_bar_field(&bar?, field)).unwrap_or(f64::NAN)
    }

    /// Takes in what is new of the bars it is made of; says whether anything was.
    pub(super) fn update(&mut self, symbols: &[SymbolState], at: Nanos) -> bool {
        match &mut self.work {
            Work::Nothing => false,
            Work::Study(of) => {
                let Some(state) = self.index.and_then(|index| symbols.get(index)) else { return false };
                let Quantity::Study { setup, timeframe, .. } = &self.quantity else { return false };
                let Some(closed) = state.bars.closed(*timeframe) else { return false };
                let end = closed.dropped() + closed.len() as u64;
                if of.seen == (closed.replaced(), end) {
                    return false;
                }
                let of = Arc::make_mut(of);
                if of.seen.0 != closed.replaced() || of.seen.1 < closed.dropped() || of.seen.1 > end {
                    let Some(fresh) = OfBars::new(setup) else { return false };
                    *of = fresh;
                    of.seen = (closed.replaced(), closed.dropped());
                }
                for bar in closed.iter_from((of.seen.1 - closed.dropped()) as usize) {
                    of.latest = of.study.on_bar(bar);
                }
                of.seen.1 = end;
                true
            }
            Work::Pair(of) => {
                let Quantity::Pair { y, x, timeframe, figure, .. } = &self.quantity else { return false };
                let find = |symbol: Symbol| symbols.iter().find(|state| state.instrument.symbol == symbol);
                let (Some(leg_y), Some(leg_x)) = (find(*y), find(*x)) else { return false };
                let before = (of.pairing.course().seen(), of.pairing.course().last().map(|point| point.at));
                let of = Arc::make_mut(of);
                of.pairing.update(&leg_y.bars.view(*timeframe), &leg_x.bars.view(*timeframe), at);
                if before == (of.pairing.course().seen(), of.pairing.course().last().map(|point| point.at)) {
                    return false;
                }
                of.value = of_pair(&mut of.pairing, *figure).unwrap_or(f64::NAN);
                true
            }
        }
    }

    /// Forgets what was taken in of bars: whose they are has changed.
    pub(super) fn restart(&mut self) {
        *self =
            Self { index: self.index, alerts: std::mem::take(&mut self.alerts), ..Self::new(self.symbol, self.quantity.clone()) };
    }

    /// Why it has no value, in words.
    pub(super) fn why(&self, symbols: &[SymbolState]) -> Cow<'static, str> {
        let Some(state) = self.index.and_then(|index| symbols.get(index)) else {
            return match &self.quantity {
                Quantity::Account(_) => NO_ACCOUNT.into(),
                _ => format!("{} is not followed", self.symbol).into(),
            };
        };
        match &self.quantity {
            Quantity::Price => "waiting for a trade".into(),
            Quantity::Bid | Quantity::Ask | Quantity::Mid | Quantity::BidQty | Quantity::AskQty => "waiting for a quote".into(),
            Quantity::Mark | Quantity::Index | Quantity::Funding => "the venue sends no mark price".into(),
            Quantity::Bar { timeframe, back: 0, .. } => format!("no {timeframe} bar runs yet").into(),
            Quantity::Bar { timeframe, back, .. } => format!("there are not {back} closed {timeframe} bars yet").into(),
            Quantity::Flow { setup, part } => match state.flow.latest(setup) {
                Some((Err(Lack::Waiting("data")), _)) | None => "waiting for the next sample".into(),
                Some((Err(lack), _)) => lack.to_string().into(),
                Some((Ok(_), _)) if matches!(part, Part::Z | Part::Osc) => "z-score: warming up (30 samples)".into(),
                Some((Ok(_), _)) => "it has no such value now".into(),
            },
            Quantity::Study { timeframe, .. } => {
                let bars = state.bars.closed(*timeframe).map_or(0, crate::bars::Series::len);
                format!("warming up: {bars} closed {timeframe} bars").into()
            }
            Quantity::Pair { y, x, timeframe, setup, .. } => {
                let there = |symbol: &Symbol| symbols.iter().any(|state| state.instrument.symbol == *symbol);
                if let Some(missing) = [y, x].into_iter().find(|symbol| !there(symbol)) {
                    return format!("{missing} is not followed").into();
                }
                let common = match &self.work {
                    Work::Pair(of) => of.pairing.course().len(),
                    _ => 0,
                };
                format!("{common} common {timeframe} bars of {}", setup.window).into()
            }
            Quantity::Account(_) => NO_ACCOUNT.into(),
            Quantity::Feed(_) => "nothing has come yet".into(),
        }
    }
}

fn pick(part: Part, reading: Option<&Reading>, z: Option<f64>, extras: usize) -> Option<f64> {
    match part {
        Part::Value => reading.map(Reading::value),
        Part::Z => reading.and(z),
        Part::Osc => reading.and(z).map(oscillator),
        Part::Extra(index) if index < extras => reading.and_then(|reading| reading.extra(index)),
        Part::Extra(_) => None,
    }
}

fn of_bar(bars: &TimeBars, field: BarField, timeframe: Timeframe, back: usize) -> Option<f64> {
    if back == 0 {
        return of_bar_field(&running(bars, timeframe)?, field);
    }
    let closed = bars.closed(timeframe)?;
    of_bar_field(closed.get(closed.len().checked_sub(back)?)?, field)
}

/// The bar that runs. Where nothing has been traded in its interval its sums are 0, its prices those of the last close.
fn running(bars: &TimeBars, timeframe: Timeframe) -> Option<Bar> {
    let flat = || bars.closed(timeframe)?.last().map(|last| Bar::flat(last.start, last.close));
    bars.running(timeframe).or_else(flat)
}

fn of_bar_field(bar: &Bar, field: BarField) -> Option<f64> {
    Some(match field {
        BarField::Open => bar.open.to_f64(),
        BarField::High => bar.high.to_f64(),
        BarField::Low => bar.low.to_f64(),
        BarField::Close => bar.close.to_f64(),
        BarField::Volume => bar.volume.to_f64(),
        BarField::Buys => bar.buy_volume.to_f64(),
        BarField::Sells => (bar.volume - bar.buy_volume).to_f64(),
        BarField::Delta => crate::indicators::delta::reading(bar)?.value(),
        BarField::Trades => f64::from(bar.trades),
        BarField::Range => bar.high.to_f64() - bar.low.to_f64(),
        BarField::Change => bar.close.to_f64() / bar.open.to_f64() - 1.0,
    })
}

fn of_pair(pairing: &mut Pairing, figure: PairFigure) -> Option<f64> {
    let point = pairing.course().last()?;
    match figure {
        PairFigure::Zscore => point.z,
        PairFigure::Beta => point.beta,
        PairFigure::Alpha => point.alpha,
        PairFigure::R2 => point.r2,
        PairFigure::Spread => point.spread,
        PairFigure::Correlation => point.corr,
        PairFigure::HalfLife => pairing.analysis().half_life.as_ref().ok().copied(),
        PairFigure::AdfP => pairing.analysis().adf.as_ref().ok().map(|adf| adf.p),
        PairFigure::CointP => pairing.analysis().coint.as_ref().ok().map(|coint| coint.p),
    }
}
