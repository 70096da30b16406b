//! What a frame costs at 200x60, for each workspace, against the limit of 0.8 ms; and how many bytes it is.
//!
//! `cargo bench --bench screen`; frames of the bundled recording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures wall time")]

use jiff::tz::TimeZone;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rtai_tui::alert;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::app::layout::{WORKSPACES, Workspace};
use rtai_tui::app::{Library, Options};
use rtai_tui::domain::{Alert, AlertState, Channel, Channels, EngineConfig, Firing, Nanos, Origin, Price, Rearm};
use rtai_tui::drive::store::{DeliveryRow, DeliveryState, HistoryRow};
use rtai_tui::drive::view::{Mode, Session, View};
use rtai_tui::engine::{AlertView, Engine};
use rtai_tui::recording::{ReadOptions, Reader};
use rtai_tui::ui::screen::Screen;
use rtai_tui::ui::theme::{Look, Themes};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
const FRAMES: usize = 300;
const LIMIT: f64 = 800.0;

/// Alerts of every kind, and what they left behind: so many that every pane of alerts is full.
fn with_alerts(views: &[View]) -> Vec<View> {
    const EXPRESSIONS: [&str; 4] =
        ["price crosses above 65000", "ofi.z < -2 && vpin > 0.7 for 10s", "spread > 5", "volume(1m) > 100 && price > 60000"];
    let first = &views[0];
    let symbol = first.snapshot.symbols[0].instrument.symbol;
    let deliver: Channels = Channel::ALL.into_iter().collect();
    let expressions = EXPRESSIONS.map(|text| alert::parse(text).unwrap());
    let alert = |id: u64| {
        let expression = expressions[id as usize % 4].clone();
        let expr = expression.text().to_owned();
        let values = expression.inputs().iter().map(|_| Ok(id as f64 * 300.0)).collect();
        let note = "told with it".to_owned();
        let origin = Origin::User;
        let alert = Arc::new(Alert { id, symbol, expr, rearm: Rearm::Auto, deliver, note, paused: false, origin });
        let state = AlertState { fired: id, last: Some(first.session.now), ..AlertState::default() };
        let (expression, truth) = (Ok(expression), Some(false));
        AlertView { alert, state, pending: Some(first.session.now), truth, expression, symbol, values }
    };
    let list: Vec<AlertView> = (1..=200).map(alert).collect();
    let row = |row: i64| {
        let of = &list[row as usize % list.len()];
        let firing = Firing {
            number: row as u64,
            id: of.alert.id,
            at: first.session.now,
            symbol,
            expr: of.alert.expr.as_str().into(),
            values: [(Arc::from("ofi.z"), 2.3), (Arc::from("volume(1m)"), 140.2)].into(),
            price: Some(Price::from_f64(61_234.5)),
            deliver,
            note: of.alert.note.as_str().into(),
        };
        let delivery = |channel| DeliveryRow {
            channel,
            state: DeliveryState::Failed,
            tries: 5,
            why: Some("connection refused".to_owned()),
            at: first.session.now,
        };
        HistoryRow { row, firing, seen: row % 3 > 0, deliveries: deliver.iter().map(delivery).collect() }
    };
    let history: Arc<Vec<HistoryRow>> = Arc::new((1..=1_000).map(row).collect());
    let mut views = views.to_vec();
    for view in &mut views {
        view.snapshot.alerts.list.clone_from(&list);
        view.session.alerts.history = Arc::clone(&history);
    }
    views
}

/// The last ten seconds of the recording, thirty views a second.
fn views() -> Vec<View> {
    let mut reader = Reader::open(Path::new(RECORDING), ReadOptions::default()).unwrap();
    let mut engine = Engine::new(EngineConfig::default(), "demo");
    let mut views = Vec::new();
    let mut due = Nanos::ZERO;
    while let Some(input) = reader.next_input().unwrap() {
        engine.apply(&input);
        if engine.now() >= due {
            due = engine.now() + Nanos(Nanos::SECOND.0 / 30);
            let session = Session { mode: Mode::Demo, now: engine.now(), ..Session::default() };
            views.push(View { snapshot: engine.snapshot(), session });
        }
    }
    views.split_off(views.len() - FRAMES)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let views = views();
    println!("{:<10} {:>12} {:>8} {:>12} {:>12} {:>14}", "200x60", "all moving", "/ limit", "unchanged", "bytes", "whole, bytes");
    let usual = views;
    for spec in WORKSPACES {
        let views = if spec.workspace == Workspace::Alerts { with_alerts(&usual) } else { usual.clone() };
        let themes = Themes { folder: None, look: Look::default() };
        let library = Library { themes: themes.names(), ..Library::default() };
        let options =
            Options { keymap: Keymap::default(), utc: true, theme: "midnight".to_owned(), library, workspace: spec.workspace };
        let mut screen = Screen::new(options, themes, TimeZone::UTC).0;
        let size = Rect::new(0, 0, 200, 60);
        let (mut front, mut back) = (Buffer::empty(size), Buffer::empty(size));
        screen.app.sync(&views[0], views[0].session.now);
        screen.draw(&mut front, &views[0], views[0].session.now);
        let whole = bytes(&Buffer::empty(size), &front);
        let (mut moving, mut still, mut written) = (Vec::new(), Vec::new(), Vec::new());
        for view in &views {
            let now = view.session.now;
            screen.app.sync(view, now);
            for times in [&mut moving, &mut still] {
                let begun = Instant::now();
                back.reset();
                screen.draw(&mut back, view, now);
                times.push(begun.elapsed().as_secs_f64() * 1e6);
            }
            written.push(bytes(&front, &back));
            std::mem::swap(&mut front, &mut back);
        }
        let (moving, still, written) = (median(moving), median(still), median(written));
        let ratio = moving / LIMIT;
        println!("{:<10} {moving:>9.0} µs {ratio:>8.2} {still:>9.0} µs {written:>12.0} {whole:>14.0}", spec.name);
    }
}

/// Bytes a terminal is sent to get from one frame to the next.
fn bytes(from: &Buffer, to: &Buffer) -> f64 {
    let mut out = Vec::new();
    CrosstermBackend::new(&mut out).draw(from.diff_iter(to)).unwrap();
    out.len() as f64
}
