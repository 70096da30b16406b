//! Views, themes and pictures for the tests of panes.

use crate::app::Library;
use crate::app::keymap::Keymap;
use crate::app::link::Window;
use crate::app::pairs::{PairChoice, Pairs};
use crate::bars::{BarView, Series};
use crate::book::OrderBook;
use crate::domain::{
    Bar, BarSpec, BookSnapshot, EngineConfig, Event, Input, Instrument, LinkState, Market, Meta, Nanos, Payload, Price, Qty,
    Side, Symbol, Timeframe, Trade, Volume,
};
use crate::drive::view::{Session, View};
use crate::engine::snapshot::{BookState, FlowView, SymbolView, TapeTrade, Top};
use crate::engine::{Engine, Snapshot};
use crate::footprint::FootprintView;
use crate::liquidity::LiquidityView;
use crate::ui::pane::{Cx, Pane};
use crate::ui::theme::{Theme, Themes};
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

/// 2024-08-08 23:00:00 UTC.
pub(crate) const NOON: Nanos = Nanos::from_secs(1_723_158_000);

pub(crate) fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    text.parse().unwrap()
}

pub(crate) fn qty(text: &str) -> Qty {
    text.parse().unwrap()
}

/// A small generator, the same on every machine.
#[derive(Clone)]
pub(crate) struct Dice(pub u64);

impl Dice {
    /// From 0 to 1.
    pub fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f64 / (1_u64 << 24) as f64
    }
}

/// So many bars of a wandering market that end with the one that holds `now`.
pub(crate) fn walk(count: usize, timeframe: Timeframe, now: Nanos) -> Vec<Bar> {
    let mut dice = Dice(7);
    let mut close = 61_800.0_f64;
    let last = timeframe.start_of(now);
    let swing = (f64::from(timeframe.secs()) / 60.0).sqrt() * 9.0;
    (0..count)
        .map(|i| {
            let open = close;
            let step = |dice: &mut Dice| (dice.roll() + dice.roll() + dice.roll() - 1.5) * swing * 2.0;
            close = (open + step(&mut dice) + (i as f64 / 17.0).sin() * swing * 0.4).max(1.0);
            let high = open.max(close) + dice.roll() * dice.roll() * swing * 1.5;
            let low = open.min(close) - dice.roll() * dice.roll() * swing * 1.5;
            let round = |value: f64| Price::from_units((value * 10.0).round() as i64 * 10_000_000);
            let volume = (dice.roll() * dice.roll() * 90.0 + (close - open).abs() * 2.0 + 1.0) * 1e8;
            Bar {
                start: Nanos(last.0 - ((count - 1 - i) as i64).saturating_mul(timeframe.nanos().0)),
                open: round(open),
                high: round(high),
                low: round(low),
                close: round(close),
                volume: Volume::from_units(volume as i128),
                buy_volume: Volume::from_units((volume * dice.roll()) as i128),
                trades: (volume / 1e7) as u32,
            }
        })
        .collect()
}

/// Bars as shown, the last one still forming.
pub(crate) fn bar_view(mut bars: Vec<Bar>) -> BarView {
    let forming = bars.pop();
    let mut closed = Series::with_capacity(1_000_000);
    closed.replace(bars);
    BarView { closed, forming }
}

pub(crate) fn instrument() -> Instrument {
    Instrument {
        tick: price("0.1"),
        lot: qty("0.001"),
        base: "BTC".to_owned(),
        quote: "USDT".to_owned(),
        ..Instrument::unknown(symbol())
    }
}

pub(crate) fn empty_symbol() -> SymbolView {
    SymbolView {
        instrument: Arc::new(instrument()),
        last: None,
        top: None,
        book: Arc::new(OrderBook::default()),
        book_state: BookState::Never,
        flow: FlowView::default(),
        liquidity: LiquidityView::default(),
        time_bars: BTreeMap::new(),
        activity_bars: BTreeMap::new(),
        trades: Series::default(),
        footprint: FootprintView::default(),
        liquidations: Series::default(),
        mark: None,
        trades_link: LinkState::Up,
        last_event: None,
    }
}

/// A view of one symbol at a moment, in a session that has run for an hour.
pub(crate) fn view_of(symbol: SymbolView, now: Nanos) -> View {
    let snapshot = Snapshot { at: now, last_input: Some(now), symbols: vec![symbol], ..Snapshot::default() };
    let session = Session { now, started: now - Nanos::from_secs(3_600), ..Session::default() };
    View { snapshot, session }
}

/// A market in full: bars, book, trades.
pub(crate) fn market(bars: Vec<Bar>, timeframe: Timeframe, now: Nanos) -> View {
    let mut view = empty_symbol();
    let close = bars.last().map_or(price("61800"), |bar| bar.close);
    view.time_bars.insert(timeframe, bar_view(bars));
    view.book = Arc::new(book(close));
    view.book_state = BookState::Synced(now - Nanos::from_secs(600));
    view.top = view.book.best_bid().zip(view.book.best_ask()).map(|((bid, bid_qty), (ask, ask_qty))| Top {
        at: now,
        bid,
        bid_qty,
        ask,
        ask_qty,
        update_id: None,
    });
    view.trades = trades(400, close, now);
    view.last = view.trades.last().copied();
    view.last_event = Some(now);
    view_of(view, now)
}

pub(crate) fn book(middle: Price) -> OrderBook {
    let mut dice = Dice(3);
    let tick = 10_000_000;
    let mut side = |sign: i64| -> Vec<(Price, Qty)> {
        let mut at = middle.units();
        (0..400)
            .map(|_| {
                at = at.saturating_add(sign * tick * if dice.roll() < 0.6 { 1 } else { 3 });
                let size = dice.roll().powi(3) * 14.0 + 0.002;
                (Price::from_units(at), Qty::from_units((size * 1e3) as i64 * 100_000))
            })
            .collect()
    };
    let mut book = OrderBook::default();
    book.reset(&BookSnapshot { bids: side(-1), asks: side(1), ..BookSnapshot::default() });
    book
}

pub(crate) fn trades(count: usize, close: Price, now: Nanos) -> Series<TapeTrade> {
    let mut dice = Dice(11);
    let mut series = Series::with_capacity(10_000);
    let mut side = Side::Buy;
    for i in 0..count {
        if dice.roll() < 0.35 {
            side = side.opposite();
        }
        let at = Nanos(now.0 - (count - 1 - i) as i64 * 137_000_000);
        let size = dice.roll().powi(6) * 20.0 + 0.001;
        series.push(TapeTrade {
            at,
            ex: Some(at),
            price: close + Price::from_units((((count - 1 - i) as f64 / 9.0).sin() * 6.0) as i64 * 10_000_000),
            qty: Qty::from_units((size * 1e3) as i64 * 100_000),
            side,
        });
    }
    series
}

fn theme(name: &str) -> Theme {
    Themes::default().load(name).unwrap()
}

pub(crate) fn dark() -> Theme {
    theme("midnight")
}

pub(crate) fn light() -> Theme {
    theme("daylight")
}

/// No colours at all.
pub(crate) fn mono() -> Theme {
    theme("mono")
}

/// Calls `with` with what a focused pane reads.
pub(crate) fn with_cx<T>(view: &View, theme: &Theme, bars: BarSpec, with: impl FnOnce(&Cx<'_>) -> T) -> T {
    with_library(view, theme, bars, &Library::default(), with)
}

/// As [`with_cx`], with recordings to choose from.
pub(crate) fn with_library<T>(
    view: &View,
    theme: &Theme,
    bars: BarSpec,
    library: &Library,
    with: impl FnOnce(&Cx<'_>) -> T,
) -> T {
    let keys = Keymap::default();
    let cx = Cx {
        view,
        symbol: Some(symbol()),
        bars,
        theme,
        focused: true,
        zone: &TimeZone::UTC,
        keys: &keys,
        library,
        pair: PairChoice::default(),
        pairs: &Pairs::default(),
        cross: None,
        window: Window::default(),
        span: None,
        alert: None,
        blotter: &crate::app::blotter::Blotter::default(),
        journal: &std::collections::VecDeque::new(),
    };
    with(&cx)
}

/// What a pane draws.
pub(crate) fn drawn(pane: &mut dyn Pane, width: u16, height: u16, cx: &Cx<'_>) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buf = Buffer::empty(area);
    buf.set_style(area, cx.theme.text);
    pane.render(area, &mut buf, cx);
    buf
}

/// The characters of a buffer, line by line.
pub(crate) fn lines(buf: &Buffer) -> String {
    let mut text = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let line: String = (buf.area.left()..buf.area.right()).map(|x| buf[(x, y)].symbol()).collect();
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// What the engine knows after trades, each so many milliseconds after 2024-08-08 23:00: price in ticks of 0.1, thousandths of a
/// coin, whether it was bought.
pub(crate) fn traded(trades: &[(i64, i64, i64, bool)], kinds: &[&str], kept: usize) -> View {
    let config = EngineConfig {
        bars: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        trade_capacity: kept,
        ..EngineConfig::default()
    };
    let meta = Meta { venue: "test".into(), instruments: vec![instrument()], app: "test".into(), engine: config };
    let mut engine = Engine::from_meta(&meta);
    engine.apply(&Input { seq: 1, at: NOON, payload: Payload::Meta(Box::new(meta)) });
    for (seq, &(millis, ticks, lots, buys)) in (2..).zip(trades) {
        let side = if buys { Side::Buy } else { Side::Sell };
        let (price, qty) = (Price::from_units(ticks * 10_000_000), Qty::from_units(lots * 100_000));
        let event = Event::Trade(Trade { price, qty, side, id: None, ex: None });
        let payload = Payload::Market(Market::of(symbol(), event));
        engine.apply(&Input { seq, at: NOON + Nanos::from_millis(millis), payload });
    }
    let session = Session { now: engine.now(), started: NOON, ..Session::default() };
    View { snapshot: engine.snapshot(), session }
}

/// Twenty minutes of a wandering market, four trades a second.
pub(crate) fn busy(kinds: &[&str], kept: usize) -> View {
    let mut dice = Dice(23);
    let mut middle = 618_000.0_f64;
    let trades: Vec<_> = (0..4_800)
        .map(|n: i64| {
            middle += (dice.roll() - 0.5) * 14.0 + (n as f64 / 700.0).sin() * 0.6;
            let buys = dice.roll() < 0.5 + (n as f64 / 400.0).sin() * 0.25;
            (n * 250, middle as i64 + i64::from(buys), (dice.roll().powi(6) * 4_000.0) as i64 + 1, buys)
        })
        .collect();
    traded(&trades, kinds, kept)
}

/// Closed minutes of symbols, one close each that ends at `now`; where it is not a number there is no bar.
pub(crate) fn closes(symbols: &[(&str, Vec<f64>)], now: Nanos) -> View {
    let minute = Timeframe::M1.nanos().0;
    let last = Timeframe::M1.start_of(now);
    let symbols = symbols
        .iter()
        .map(|(name, closes)| {
            let mut bars = Vec::new();
            for (i, close) in closes.iter().enumerate().filter(|(_, close)| close.is_finite()) {
                let price = |value: f64| Price::from_units((value * 1e8).round() as i64);
                bars.push(Bar {
                    start: Nanos(last.0 - (closes.len() - i) as i64 * minute),
                    open: price(*close),
                    high: price(close * 1.001),
                    low: price(close * 0.999),
                    close: price(*close),
                    volume: Volume::from_units(1_000_000_000 + i as i128 * 1_000_000),
                    buy_volume: Volume::from_units(400_000_000),
                    trades: 20,
                });
            }
            let mut closed = Series::with_capacity(1_000_000);
            closed.replace(bars);
            let mut view = empty_symbol();
            let symbol = Symbol::new(name).unwrap();
            view.instrument = Arc::new(Instrument { tick: price("0.01"), ..Instrument::unknown(symbol) });
            view.time_bars.insert(Timeframe::M1, BarView { closed, forming: None });
            view
        })
        .collect();
    let snapshot = Snapshot { at: now, last_input: Some(now), symbols, ..Snapshot::default() };
    let session = Session { now, started: now - Nanos::from_secs(3_600), ..Session::default() };
    View { snapshot, session }
}

/// So many minutes of three symbols: the second follows the first and comes back to it, the third goes its own way.
pub(crate) fn three(bars: usize) -> View {
    let mut dice = Dice(17);
    let mut sum = || dice.roll() + dice.roll() + dice.roll() - 1.5;
    let (mut first, mut off, mut third) = (60_000.0, 0.0, 150.0);
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..bars {
        first += sum() * 40.0;
        off = off * 0.7 + sum() * 1.5;
        third += sum() * 0.2;
        for (closes, close) in all.iter_mut().zip([first, first * 0.04 + 200.0 + off, third]) {
            closes.push((close * 100.0_f64).round() / 100.0);
        }
    }
    let [first, second, third] = all;
    closes(&[("BTCUSDT", first), ("ETHUSDT", second), ("SOLUSDT", third)], NOON)
}

/// As [`with_cx`] of minutes, with all that is worked out of pairs.
pub(crate) fn with_pairs<T>(view: &View, theme: &Theme, pair: PairChoice, with: impl FnOnce(&Cx<'_>) -> T) -> T {
    let bars = BarSpec::Time(Timeframe::M1);
    let mut pairs = Pairs::default();
    for _ in 0..1_000 {
        pairs.keep([(pair, bars, true)].into_iter(), view);
        pairs.keep_tables([(pair, bars)].into_iter(), view);
        if !pairs.is_working() {
            break;
        }
    }
    assert!(!pairs.is_working(), "never done");
    with_cx(view, theme, bars, |cx| with(&Cx { pair, pairs: &pairs, ..*cx }))
}
