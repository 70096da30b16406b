//! What the past of a book costs: drawing it at 150x40 cells, keeping it, and how far back it reaches in its memory.
//!
//! `cargo bench --bench heatmap`; from `captures/usdm_btcusdt_20240808.gz` of the data folder (`RTAI_DATA_DIR`), else from the
//! bundled recording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

mod common;

use common::inputs;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rtai_tui::app::commands::Command;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::app::link::Window;
use rtai_tui::app::pairs::{PairChoice, Pairs};
use rtai_tui::domain::{BarSpec, EngineConfig, Nanos, Price, Timeframe};
use rtai_tui::drive::view::{Session, View};
use rtai_tui::engine::Engine;
use rtai_tui::liquidity::LAYERS;
use rtai_tui::ui::pane::{Cx, Pane};
use rtai_tui::ui::panes::heatmap::HeatmapPane;
use rtai_tui::ui::theme::{Look, Themes};
use std::time::Instant;

const FRAMES: usize = 300;
const SIZE: (u16, u16) = (150, 40);
const LIMIT: f64 = 400.0;

fn micros(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share) as usize]
}

fn main() {
    let inputs = inputs();
    let span = (inputs[inputs.len() - 1].at.0 - inputs[0].at.0) as f64 / 1e9;
    let mut best = f64::INFINITY;
    let mut engine = Engine::new(EngineConfig::default(), "bench");
    for _ in 0..7 {
        engine = Engine::new(EngineConfig::default(), "bench");
        let begun = Instant::now();
        for input in &inputs {
            engine.apply(input);
        }
        best = best.min(begun.elapsed().as_secs_f64());
    }
    println!("{} inputs of {span:.0} s through the engine with its books' past: {:.1} ms", inputs.len(), best * 1e3);
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let begun = Instant::now();
            std::hint::black_box(engine.clone());
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    println!("engine clone: median {:.1} µs", micros(&mut times, 0.5));

    let snapshot = engine.snapshot();
    let symbol = &snapshot.symbols[0];
    for (layer, spec) in symbol.liquidity.layers.iter().zip(&LAYERS) {
        let Some((first, end)) = layer.first().zip(layer.running()) else { continue };
        let mut steps = 0_u64;
        let all = (Price::from_units(1), Price::from_units(1 << 60));
        layer.visit(&(first..end), all, |_| steps += 1);
        let closed: i64 = layer.spans(first..end).map(|span| span.columns.end - span.columns.start).sum();
        let rate = layer.bytes() as f64 / (closed as f64 * layer.column.to_secs_f64());
        println!(
            "{:>6} ms columns: {steps:>7} changes, {:>8} bytes closed, {rate:>6.0} bytes/s: {:.1} h in {} KiB",
            layer.column.millis(),
            layer.bytes(),
            spec.bytes as f64 / rate / 3_600.0,
            spec.bytes >> 10
        );
    }
    drop(snapshot);

    // Thirty views a second of the last ten seconds.
    let from = inputs[inputs.len() - 1].at - Nanos::from_secs(FRAMES as i64 / 30);
    let mut engine = Engine::new(EngineConfig::default(), "bench");
    let mut views = Vec::new();
    let mut due = from;
    for input in &inputs {
        engine.apply(input);
        if engine.now() >= due {
            due = engine.now() + Nanos(Nanos::SECOND.0 / 30);
            let session = Session { now: engine.now(), ..Session::default() };
            views.push(View { snapshot: engine.snapshot(), session });
        }
    }
    println!("{:<34} {:>10} {:>10} {:>10}", "150x40, µs", "median", "p99", "first");
    for (name, timeframe, commands) in [
        ("1 s columns", Timeframe::M1, &[][..]),
        ("250 ms columns, every price", Timeframe::M1, &[(Command::ChartZoomIn, 2), (Command::HeatmapZoomIn, 4)][..]),
        ("5 s columns", Timeframe::M5, &[][..]),
        ("2 s columns of 1 s", Timeframe::M1, &[(Command::ChartZoomOut, 1)][..]),
    ] {
        draw(name, &views, timeframe, commands);
    }
}

fn draw(name: &str, views: &[View], timeframe: Timeframe, commands: &[(Command, u32)]) {
    let theme = Themes { folder: None, look: Look::default() }.load("midnight").unwrap();
    let (keys, zone) = (Keymap::default(), TimeZone::UTC);
    let library = rtai_tui::app::Library::default();
    let pairs = Pairs::default();
    let blotter = rtai_tui::app::blotter::Blotter::default();
    let journal = std::collections::VecDeque::new();
    let cx = |view| Cx {
        library: &library,
        pair: PairChoice::default(),
        pairs: &pairs,
        alert: None,
        blotter: &blotter,
        journal: &journal,
        view,
        symbol: Some(views[0].snapshot.symbols[0].instrument.symbol),
        bars: BarSpec::Time(timeframe),
        cross: None,
        window: Window::default(),
        span: None,
        theme: &theme,
        focused: true,
        zone: &zone,
        keys: &keys,
    };
    let area = Rect::new(0, 0, SIZE.0, SIZE.1);
    let mut pane = HeatmapPane::default();
    for (command, count) in commands {
        pane.on_command(*command, *count, &cx(&views[0]));
    }
    let mut times: Vec<f64> = views
        .iter()
        .map(|view| {
            let mut buf = Buffer::empty(area);
            let begun = Instant::now();
            pane.render(area, &mut buf, &cx(view));
            begun.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    let first = times[0];
    println!("{name:<34} {:>10.0} {:>10.0} {first:>10.0}   limit {LIMIT:.0}", micros(&mut times, 0.5), micros(&mut times, 0.99));
}
