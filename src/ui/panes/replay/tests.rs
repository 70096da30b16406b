use super::*;
use crate::domain::{BarSpec, Timeframe};
use crate::drive::view::{Mode, ReplayState, View};
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, mono, view_of, with_cx};
use crossterm::event::KeyModifiers;
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

#[test]
fn commands_ask_the_session() {
    with_cx(&replay(), &dark(), M1, |cx| {
        assert_eq!(request(Command::ReplayFaster, 1, cx), Some(ReplayRequest::Speed(20.0)));
        assert_eq!(request(Command::ReplaySlower, 2, cx), Some(ReplayRequest::Speed(2.0)));
        assert_eq!(request(Command::ReplayBackMuch, 1, cx), Some(ReplayRequest::SeekBy(Nanos::from_secs(-360))));
        assert_eq!(request(Command::ReplayForward, 3, cx), Some(ReplayRequest::SeekBy(Nanos::from_secs(30))));
        assert_eq!(request(Command::ReplayNextBar, 1, cx), Some(ReplayRequest::StepBar(Timeframe::M1, true)));
        assert_eq!(request(Command::ReplayGoTo, 1, cx), None);
    });
    with_cx(&View::default(), &dark(), M1, |cx| assert_eq!(request(Command::ReplayToggle, 1, cx), None));
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
            for command in Command::ALL {
                let _ = request(*command, u32::MAX, cx);
            }
        });
    }
}
