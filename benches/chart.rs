//! What a frame of a 200x60 chart costs with 100,000 bars, at the widest and the closest zoom, panned through from end to end;
//! against the same with 1,000 bars in the same run.
//!
//! `cargo bench --bench chart`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rtai_tui::app::commands::Command;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::app::link::Window;
use rtai_tui::app::pairs::{PairChoice, Pairs};
use rtai_tui::bars::{BarView, Series};
use rtai_tui::book::OrderBook;
use rtai_tui::domain::{Bar, BarSpec, Instrument, LinkState, Nanos, Price, Symbol, Timeframe, Volume};
use rtai_tui::drive::view::{Mode, Session, View};
use rtai_tui::engine::Snapshot;
use rtai_tui::engine::snapshot::{BookState, SymbolView};
use rtai_tui::ui::pane::{Cx, Pane};
use rtai_tui::ui::panes::chart::ChartPane;
use rtai_tui::ui::theme::Themes;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

const FRAMES: usize = 400;
/// Over the bars and beneath them.
const INDICATORS: &[&str] = &["sma", "ema(50)", "bbands", "supertrend", "rsi", "macd", "adx", "delta"];

/// So many minutes of a price that wanders in a way that is the same in every run.
fn bars(count: usize) -> Vec<Bar> {
    let mut seed = 7_u64;
    let mut roll = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as i64 % 41 - 20
    };
    let mut close = 6_000_000_000_000_i64;
    (0..count as i64)
        .map(|i| {
            let open = close;
            close += roll() * 100_000_000;
            let (high, low) = (open.max(close) + 500_000_000, open.min(close) - 500_000_000);
            Bar {
                high: Price::from_units(high),
                low: Price::from_units(low),
                close: Price::from_units(close),
                volume: Volume::from_units(i128::from(roll() + 30) * 100_000_000),
                trades: 9,
                ..Bar::flat(Nanos::from_secs(1_700_000_040 + i * 60), Price::from_units(open))
            }
        })
        .collect()
}

fn view(count: usize) -> View {
    let mut all = bars(count);
    let now = all.last().unwrap().start + Nanos::from_secs(30);
    let forming = all.pop();
    let mut closed = Series::default();
    closed.replace(all);
    let symbol = SymbolView {
        instrument: Arc::new(Instrument {
            tick: Price::from_units(10_000_000),
            ..Instrument::unknown(Symbol::new("BTCUSDT").unwrap())
        }),
        last: None,
        top: None,
        book: Arc::new(OrderBook::default()),
        book_state: BookState::Never,
        time_bars: BTreeMap::from([(Timeframe::M1, BarView { closed, forming })]),
        activity_bars: BTreeMap::new(),
        trades: Series::default(),
        footprint: rtai_tui::footprint::FootprintView::default(),
        liquidations: Series::default(),
        flow: rtai_tui::engine::snapshot::FlowView::default(),
        liquidity: rtai_tui::liquidity::LiquidityView::default(),
        mark: None,
        trades_link: LinkState::Up,
        last_event: None,
    };
    let snapshot = Snapshot { at: now, symbols: vec![symbol], ..Snapshot::default() };
    View { snapshot, session: Session { mode: Mode::Replay, now, ..Session::default() } }
}

/// The median frame, in microseconds, of a chart panned through all its bars in so many steps, or one step at a time.
fn frame(view: &View, style: Command, zoom: i8, by_page: bool, indicators: &[&str]) -> f64 {
    let (keys, theme) = (Keymap::default(), Themes::default().load("midnight").unwrap());
    let bars = view.snapshot.symbols[0].time_bars.get(&Timeframe::M1).unwrap();
    let library = rtai_tui::app::Library::default();
    let blotter = rtai_tui::app::blotter::Blotter::default();
    let mut cx = Cx {
        view,
        symbol: Symbol::new("BTCUSDT").ok(),
        bars: BarSpec::Time(Timeframe::M1),
        cross: None,
        span: None,
        window: Window { newest: None, zoom },
        theme: &theme,
        focused: true,
        zone: &TimeZone::UTC,
        keys: &keys,
        library: &library,
        pair: PairChoice::default(),
        pairs: &Pairs::default(),
        alert: None,
        blotter: &blotter,
        journal: &std::collections::VecDeque::new(),
    };
    let mut pane = ChartPane::new();
    pane.on_command(style, 1, &cx);
    let names = indicators.iter().map(|name| toml::Value::String((*name).to_owned())).collect();
    pane.restore(&toml::Table::from_iter([("indicators".to_owned(), toml::Value::Array(names))]));
    let area = Rect::new(0, 0, 200, 60);
    let mut buf = Buffer::empty(area);
    let mut times: Vec<f64> = (0..FRAMES)
        .map(|at| {
            let index = if by_page { (at + 1) * (bars.len() - 1) / FRAMES } else { bars.len() - 1 - at };
            cx.window.newest = bars.get(index).map(|bar| bar.start);
            buf.reset();
            let begun = Instant::now();
            pane.render(area, &mut buf, &cx);
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let (few, many) = (view(1_000), view(100_000));
    println!("{:<34} {:>13} {:>13} {:>7}", "200x60", "1,000 bars", "100,000 bars", "ratio");
    for (name, style) in [("candles", Command::ChartCandles), ("Heikin-Ashi", Command::ChartHeikinAshi)] {
        for (place, zoom) in [("widest", -8), ("one bar a cell", -1), ("closest", 4)] {
            for (how, by_page) in [("bar by bar", false), ("end to end", true)] {
                let (base, all) = (frame(&few, style, zoom, by_page, &[]), frame(&many, style, zoom, by_page, &[]));
                let what = format!("{name}, {place}, {how}");
                println!("{what:<34} {base:>10.0} µs {all:>10.0} µs {:>7.2}", all / base);
            }
        }
    }
    for (place, zoom) in [("widest", -8), ("one bar a cell", -1), ("closest", 4)] {
        let time = |view| frame(view, Command::ChartCandles, zoom, false, INDICATORS);
        let (base, all, what) = (time(&few), time(&many), format!("{} indicators, {place}", INDICATORS.len()));
        println!("{what:<34} {base:>10.0} µs {all:>10.0} µs {:>7.2}", all / base);
    }
}
