use super::*;
use crate::domain::{BarSpec, Timeframe};
use crate::drive::view::{Mode, ReplayState, View};
use crate::drive::view::{ReplayRequest, Request};
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, mono, view_of, with_cx};
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;
use std::path::PathBuf;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn replay() -> View {
    let at = |secs: i64| NOON + Nanos::from_secs(secs);
    let mut view = view_of(empty_symbol(), at(1_500));
    view.session.mode = Mode::Replay;
    view.session.replay = Some(ReplayView {
        files: vec![PathBuf::from("/data/btc.rec.gz"), PathBuf::from("/data/e\u{1b}[31mth.rec.gz")],
        index: None,
        state: ReplayState::Playing,
        speed: 10.0,
        repeat: crate::drive::replay::Repeat::default(),
        from: NOON,
        to: Some(at(3_600)),
        kept: vec![at(0), at(900), at(1_350)],
        problems: vec!["line 17: `price` is no number".to_owned()],
    });
    view
}

fn picture(view: &View, pane: &mut dyn Pane, size: (u16, u16)) -> String {
    with_cx(view, &dark(), M1, |cx| lines(&drawn(pane, size.0, size.1, cx)))
}

/// A recording of an hour: trades that swell and ebb, five minutes without any, a mark.
fn recorded() -> View {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT_20240808.rec");
    let mut text = String::new();
    for second in (0..3_600_i64).filter(|second| !(2_000..2_300).contains(second)) {
        let at = NOON.secs() + second;
        let wave = (second as f64 / 400.0).sin();
        let (price, qty) = (61_800.0 + (wave * 300.0).round(), 1.0 + ((wave * wave) * 50.0).round());
        text += &format!(
            "{{\"ts\": {at}, \"topic\": \"trade\", \"data\": {{\"price\": {price}, \"qty\": {qty}, \"side\": \"buy\"}}}}\n"
        );
        if second == 3_000 {
            text += &format!("{{\"ts\": {at}, \"topic\": \"user\", \"data\": {{\"do\": \"mark\", \"label\": \"look\"}}}}\n");
        }
    }
    std::fs::write(&path, text).unwrap();
    let index = crate::recording::Index::build(&path, &crate::recording::IndexOptions::default()).unwrap();
    let mut view = replay();
    if let Some(replay) = &mut view.session.replay {
        replay.files = vec![path];
        replay.problems.clear();
        replay.index = Some(std::sync::Arc::new(vec![index]));
    }
    view
}

#[test]
fn volume_price_gaps_and_marks_of_the_recording() {
    let view = recorded();
    insta::assert_snapshot!("workspace", picture(&view, &mut ReplayPane::new(), (100, 18)));
    insta::assert_snapshot!("transport", picture(&view, &mut TransportPane::new(), (80, 3)));
}

#[test]
fn the_transport_bar_says_where_it_stands() {
    insta::assert_snapshot!(picture(&replay(), &mut TransportPane::new(), (120, 3)));
    let narrow = picture(&replay(), &mut TransportPane::new(), (40, 2));
    assert!(narrow.contains("playing") && narrow.contains("10×"), "{narrow}");
}

#[test]
fn the_workspace_shows_files_and_problems() {
    let text = picture(&replay(), &mut ReplayPane::new(), (90, 16));
    assert!(!text.contains('\u{1b}'));
    insta::assert_snapshot!(text);
}

#[test]
fn pulling_at_the_timeline_seeks() {
    let view = replay();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = TransportPane::new();
        drawn(&mut pane, 100, 3, cx);
        let area = Rect::new(0, 0, 100, 3);
        let mut mouse =
            |kind, column, row| pane.on_mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, area, cx);
        let seek = |secs| Handled::Run(Action::Session(Request::Replay(ReplayRequest::Seek(NOON + Nanos::from_secs(secs)))));
        let left = MouseButton::Left;
        assert_eq!(mouse(MouseEventKind::Drag(left), 10, 1), Handled::No);
        assert_eq!(mouse(MouseEventKind::Down(left), 50, 0), Handled::No);
        assert_eq!(mouse(MouseEventKind::Down(left), 50, 1), seek(1_800));
        assert_eq!(mouse(MouseEventKind::Drag(left), 25, 40), seek(900));
        assert_eq!(mouse(MouseEventKind::Drag(left), 500, 1), seek(3_600));
        assert_eq!(mouse(MouseEventKind::Up(left), 500, 1), Handled::No);
        assert_eq!(mouse(MouseEventKind::Drag(left), 25, 1), Handled::No);
    });
}

/// A mouse event at a place.
const fn mouse(kind: MouseEventKind, column: u16, row: u16) -> MouseEvent {
    MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }
}

#[test]
fn the_place_under_the_mouse_says_what_is_there() {
    let view = recorded();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = ReplayPane::new();
        let mut at = |column, row| {
            drawn(&mut pane, 100, 18, cx);
            pane.on_mouse(mouse(MouseEventKind::Moved, column, row), Rect::new(0, 0, 100, 18), cx);
            lines(&drawn(&mut pane, 100, 18, cx))
        };
        // The mark of second 3,000 of 3,600, the gap that begins at 2,000, and a place where nothing was.
        let text = at(83, 10);
        assert!(text.contains("2024-08-08 23:49:48 look"), "{text}");
        let text = at(60, 10);
        assert!(text.contains("gap of 5m 01s: nothing came"), "{text}");
        assert!(at(10, 10).contains("2024-08-08 23:06:00"));
        // It goes with the mouse.
        assert!(!at(10, 0).contains("23:06:00"));
    });
}

#[test]
fn where_the_replay_stands_at_a_mark_its_label_is_shown() {
    let mut view = recorded();
    assert!(!picture(&view, &mut TransportPane::new(), (80, 3)).contains("look"));
    view.session.now = NOON + Nanos::from_secs(3_000);
    assert!(picture(&view, &mut TransportPane::new(), (80, 3)).contains("look"));
}

#[test]
fn state_and_speed_are_buttons() {
    let view = replay();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = TransportPane::new();
        let text = lines(&drawn(&mut pane, 100, 3, cx));
        let speed = text.lines().next().and_then(|line| line.chars().position(|letter| letter == '×')).unwrap() as u16;
        let mut press = |kind, column| pane.on_mouse(mouse(kind, column, 0), Rect::new(0, 0, 100, 3), cx);
        let run = |command| Handled::Run(Action::Command(command));
        assert_eq!(press(MouseEventKind::Down(MouseButton::Left), 1), run(Command::ReplayToggle));
        assert_eq!(press(MouseEventKind::Down(MouseButton::Left), speed), run(Command::ReplayFaster));
        assert_eq!(press(MouseEventKind::ScrollDown, speed), run(Command::ReplaySlower));
        assert_eq!(press(MouseEventKind::Down(MouseButton::Left), 99), Handled::No);
    });
}

#[test]
fn the_loop_is_shown_on_the_timeline_and_in_words() {
    let mut view = replay();
    if let Some(replay) = &mut view.session.replay {
        let at = |secs: i64| Some(NOON + Nanos::from_secs(secs));
        replay.repeat = crate::drive::replay::Repeat { from: at(1_000), to: at(2_000), on: true };
    }
    let text = picture(&view, &mut TransportPane::new(), (120, 3));
    assert!(text.contains("loop A→B 16m 40s") && text.contains("A━━━━"), "{text}");
    if let Some(replay) = &mut view.session.replay {
        replay.repeat.on = false;
    }
    assert!(picture(&view, &mut TransportPane::new(), (120, 3)).contains("loop A→B 16m 40s off"));
}

#[test]
fn without_a_replay_it_says_how_to_open_one() {
    assert!(picture(&View::default(), &mut ReplayPane::new(), (60, 4)).contains("no recording is being replayed (o opens one)"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_replay_can_be_drawn_at_any_size(from in any::<i64>(), to in proptest::option::of(any::<i64>()), now in any::<i64>(), speed in any::<f64>(), width in 0_u16..=200, height in 0_u16..=60, ascii: bool) {
        let mut view = replay();
        view.session.now = Nanos(now);
        if let Some(replay) = &mut view.session.replay {
            (replay.from, replay.to, replay.speed) = (Nanos(from), to.map(Nanos), speed);
        }
        let theme = crate::ui::theme::Theme { ascii, ..mono() };
        with_cx(&view, &theme, M1, |cx| {
            for pane in [&mut TransportPane::new() as &mut dyn Pane, &mut ReplayPane::new()] {
                let text = lines(&drawn(pane, width, height, cx));
                assert!(!ascii || text.is_ascii(), "{text}");
                pane.on_mouse(MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: width / 2, row: height.saturating_sub(2), modifiers: KeyModifiers::NONE }, Rect::default(), cx);
            }
        });
    }
}
