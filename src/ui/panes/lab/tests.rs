#![allow(clippy::unwrap_used)]

use super::*;
use crate::analytics::lab::Verdict;
use crate::domain::{BarSpec, EngineConfig, Event, Input, Market, Nanos, Payload, Price, Qty, Quote, Timeframe};
use crate::drive::view::{Session, View};
use crate::engine::Engine;
use crate::ui::panes::fixtures::{Dice, NOON, dark, drawn, light, lines, mono, symbol, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::KeyModifiers;

/// So many seconds of quotes; the quantities lean to where the next price goes.
fn market(seconds: i64, lean: f64) -> View {
    let mut engine = Engine::new(EngineConfig::default(), "binance-futures");
    let mut dice = Dice(5);
    let mut middle = 61_800.0_f64;
    for second in 0..seconds {
        let step = dice.roll() - 0.5;
        let share = (0.5 + lean * step + (1.0 - lean) * (dice.roll() - 0.5)).clamp(0.02, 0.98);
        let price = |offset: f64| Price::from_units(((middle + offset) * 10.0).round() as i64 * 10_000_000);
        let qty = |share: f64| Qty::from_units((share * 1e4) as i64 * 10_000);
        let quote = Quote {
            bid: price(-0.5),
            bid_qty: qty(share),
            ask: price(0.5),
            ask_qty: qty(1.0 - share),
            update_id: Some(second as u64),
            ex: None,
        };
        let at = NOON + Nanos::from_secs(second) + Nanos::from_millis(300);
        let market = Market { symbol: Some(symbol()), event: Event::Quote(quote) };
        engine.apply(&Input { seq: second as u64 + 1, at, payload: Payload::Market(market) });
        middle += step * 20.0;
    }
    engine.advance(NOON + Nanos::from_secs(seconds));
    let now = NOON + Nanos::from_secs(seconds);
    View { snapshot: engine.snapshot(), session: Session { now, started: NOON, ..Session::default() } }
}

fn with<T>(view: &View, theme: &Theme, act: impl FnOnce(&Cx<'_>) -> T) -> T {
    with_cx(view, theme, BarSpec::Time(Timeframe::M1), act)
}

/// Draws until nothing is left to work out; how many frames it took.
fn settle(pane: &mut LabPane, width: u16, height: u16, cx: &Cx<'_>) -> (String, usize) {
    let mut frames = 1;
    let mut buf = drawn(pane, width, height, cx);
    while pane.is_working() {
        buf = drawn(pane, width, height, cx);
        frames += 1;
        assert!(frames < 1_000);
    }
    (lines(&buf), frames)
}

#[test]
fn it_says_what_predicts_and_what_there_is_too_little_of() {
    let view = market(900, 0.6);
    with(&view, &dark(), |cx| {
        let mut pane = LabPane::default();
        let (text, frames) = settle(&mut pane, 118, 34, cx);
        assert!(frames > 5, "worked out a little in every frame: {frames}");
        let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{name}: {text}"));
        assert!(row("qi ").contains("clear 1s") && row("qi ").contains("**"), "{text}");
        assert!(row("vpin").contains("no samples"), "{text}");
        assert!(text.contains("[5s]") && text.contains("pass Bonferroni"), "{text}");
        let report = pane.rolling.report().unwrap();
        let long = report.rows.iter().find(|row| row.name == "qi").unwrap().at(300).unwrap();
        assert_eq!(report.verdict(long), Verdict::TooLittle(600, 3_000));
    });
}

#[test]
fn keys_choose_horizon_series_and_order() {
    let view = market(400, 0.5);
    with(&view, &dark(), |cx| {
        let mut pane = LabPane::default();
        settle(&mut pane, 118, 34, cx);
        let press = |pane: &mut LabPane, command| assert_eq!(pane.on_command(command, 1, cx), Handled::Yes);
        press(&mut pane, Command::LabLonger);
        press(&mut pane, Command::LabLonger);
        assert_eq!(pane.horizon(), 60);
        press(&mut pane, Command::LabShorter);
        press(&mut pane, Command::LabSeries);
        press(&mut pane, Command::ListSort);
        let (text, _) = settle(&mut pane, 118, 34, cx);
        assert!(text.contains("[30s]") && text.contains("z-score, 30s ahead"), "{text}");
        assert!(lines(&drawn(&mut pane, 118, 34, cx)).contains("30s"));
        let sizes: Vec<f64> = pane
            .shown
            .iter()
            .filter_map(|&row| pane.rolling.report().unwrap().rows[row].at(30)?.ic.ok())
            .map(|ic| ic.rho.abs())
            .collect();
        assert!(sizes.len() > 2 && sizes.windows(2).all(|pair| pair[0] >= pair[1]), "{sizes:?}");
        pane.on_filter("spread");
        let (text, _) = settle(&mut pane, 118, 34, cx);
        assert!(text.lines().nth(1).unwrap().starts_with("spread"), "{text}");
        assert_eq!(pane.on_command(Command::ChartFit, 1, cx), Handled::No);
        let mut again = LabPane::default();
        again.restore(&pane.settings());
        assert_eq!((again.horizon(), again.of, again.sort), (30, Of::Z, Sort::Ic));
    });
}

#[test]
fn a_click_on_a_heading_chooses_the_horizon_and_on_a_row_the_indicator() {
    let view = market(300, 0.5);
    with(&view, &dark(), |cx| {
        let mut pane = LabPane::default();
        let (text, _) = settle(&mut pane, 118, 34, cx);
        let column = text.lines().next().unwrap().find("5m").unwrap() as u16;
        let area = Rect::new(0, 0, 118, 34);
        let click = |column, row| MouseEvent {
            kind: MouseEventKind::Down(MouseButton::Left),
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        pane.on_mouse(click(column, 0), area, cx);
        assert_eq!(pane.horizon(), 300);
        pane.on_mouse(click(3, 7), area, cx);
        assert_eq!(pane.at.as_deref(), Some("qi"));
    });
}

#[test]
fn newer_samples_are_taken_in_after_a_while_and_another_past_at_once() {
    let mut pane = LabPane::default();
    let (early, mut late) = (market(300, 0.5), market(360, 0.5));
    with(&early, &dark(), |cx| settle(&mut pane, 80, 20, cx));
    assert_eq!(pane.rolling.report().unwrap().samples, 300);
    late.session.now = early.session.now + Nanos::from_secs(2);
    with(&late, &dark(), |cx| settle(&mut pane, 80, 20, cx));
    assert_eq!(pane.rolling.report().unwrap().samples, 300, "too soon");
    late.session.now = early.session.now + Nanos::from_secs(6);
    with(&late, &dark(), |cx| settle(&mut pane, 80, 20, cx));
    assert_eq!(pane.rolling.report().unwrap().samples, 360);
    let mut back = early;
    back.session.now = late.session.now;
    with(&back, &dark(), |cx| settle(&mut pane, 80, 20, cx));
    assert_eq!(pane.rolling.report().unwrap().samples, 300, "a replay that went back");
}

#[test]
fn it_draws_in_any_room_and_without_colours() {
    let view = market(250, 0.5);
    for theme in [dark(), light(), mono(), Theme { ascii: true, ..dark() }] {
        with(&view, &theme, |cx| {
            let mut pane = LabPane::default();
            for (width, height) in [(1, 1), (20, 3), (34, 5), (34, 40), (60, 16), (78, 22), (118, 38), (198, 58), (300, 90)] {
                let (text, _) = settle(&mut pane, width, height, cx);
                assert!(!theme.ascii || text.is_ascii(), "{text}");
            }
        });
    }
    let empty = View::default();
    with(&empty, &dark(), |cx| {
        let mut pane = LabPane::default();
        assert!(settle(&mut pane, 60, 10, cx).0.contains("waiting for BTCUSDT"));
    });
}
