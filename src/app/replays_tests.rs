use super::*;
use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};
use crate::domain::{LinkScope, Price, Qty};
use crate::drive::replay::Repeat;
use crate::recording::index::Marked;
use crate::recording::{Index, IndexOptions};
use std::sync::Arc;

const NOW: Nanos = Nanos::from_secs(5);

fn at(secs: i64) -> Nanos {
    Nanos::from_secs(1_000 + secs)
}

fn symbol() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

/// A paused replay of 1,000 s: gaps at 100 and 500, a mark at 300, large trades at 200, 400 and 600.
fn view(now: i64) -> View {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT.rec");
    std::fs::write(&path, "").unwrap();
    let mut index = Index::build(&path, &IndexOptions::default()).unwrap();
    let gap = |from: i64, scope| Gap {
        from: at(from),
        to: Some(at(from + 20)),
        kind: GapKind::Down,
        symbol: None,
        scope,
        why: "reset".to_owned(),
    };
    // One of the book alone is no gap: trades went on.
    index.gaps = vec![gap(100, LinkScope::All), gap(250, LinkScope::Book), gap(500, LinkScope::Trades)];
    let large = |secs: i64, name: &str| Marked {
        at: at(secs),
        kind: MarkKind::Trade(
            Symbol::new(name).unwrap(),
            Side::Sell,
            Price::from_units(500_000_000),
            Qty::from_units(700_000_000),
        ),
    };
    index.marks = vec![large(200, "BTCUSDT"), large(400, "BTCUSDT"), large(450, "ETHUSDT"), large(600, "BTCUSDT")];
    index.marks.push(Marked { at: at(300), kind: MarkKind::User("look".to_owned()) });
    let mut view = View::default();
    view.session.now = at(now);
    view.session.replay = Some(ReplayView {
        files: vec![path],
        index: Some(Arc::new(vec![index])),
        state: ReplayState::Paused,
        speed: 10.0,
        repeat: Repeat::default(),
        from: at(0),
        to: Some(at(1_000)),
        kept: Vec::new(),
        problems: Vec::new(),
    });
    view
}

fn app(view: &View) -> App {
    let options = Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Replay,
    };
    let mut app = App::new(options);
    app.sync(view, NOW);
    let id = app.desk().focus();
    app.linked_mut(id).select(symbol());
    app
}

/// What a command leads to: the requests of the session, and what is said.
fn run(command: Command, count: u32, view: &View) -> (Vec<ReplayRequest>, String) {
    let mut app = app(view);
    let effects = app.run_replay(command, count, view, NOW);
    let requests = effects
        .into_iter()
        .map(|effect| match effect {
            Effect::Session(Request::Replay(request)) => request,
            other => panic!("{other:?}"),
        })
        .collect();
    (requests, app.toasts.shown(NOW).last().map(|message| message.text.to_string()).unwrap_or_default())
}

fn seek(secs: i64) -> Vec<ReplayRequest> {
    vec![ReplayRequest::Seek(at(secs))]
}

#[test]
fn jumps_lead_to_the_next_and_the_previous() {
    let (requests, said) = run(Command::ReplayNextGap, 1, &view(0));
    assert_eq!((requests, said.as_str()), (seek(100), "gap 1 of 2: 20.0 s, reset"));
    assert_eq!(run(Command::ReplayNextGap, 1, &view(100)).0, seek(500));
    assert_eq!(run(Command::ReplayPreviousGap, 1, &view(500)).0, seek(100));
    let (requests, said) = run(Command::ReplayNextMark, 1, &view(0));
    assert_eq!((requests, said.as_str()), (seek(300), "mark 1 of 1: look"));
    let (requests, said) = run(Command::ReplayNextLarge, 2, &view(250));
    assert_eq!((requests, said.as_str()), (seek(600), "large trade 3 of 3: 7 sold at 5"));
    assert_eq!(run(Command::ReplayPreviousLarge, 9, &view(999)).0, seek(200));
}

#[test]
fn where_there_is_none_further_it_says_so() {
    let (requests, said) = run(Command::ReplayNextGap, 1, &view(500));
    assert_eq!((requests, said.as_str()), (vec![], "no further gap: all 2 are before this moment"));
    let (_, said) = run(Command::ReplayPreviousMark, 1, &view(300));
    assert_eq!(said, "no earlier mark: the only one is after this moment");
    let mut none = view(0);
    none.session.replay.as_mut().unwrap().index = None;
    assert!(run(Command::ReplayNextGap, 1, &none).1.contains("still being read"));
    none.session.replay.as_mut().unwrap().index = Some(Arc::default());
    assert_eq!(run(Command::ReplayNextLarge, 1, &none).1, "there is no large trade of BTCUSDT in this recording");
}

#[test]
fn while_it_plays_going_back_goes_beyond_the_one_just_come_to() {
    let mut view = view(405);
    view.session.replay.as_mut().unwrap().state = ReplayState::Playing;
    assert_eq!(run(Command::ReplayPreviousLarge, 1, &view).0, seek(200));
    view.session.replay.as_mut().unwrap().state = ReplayState::Seeking(at(900));
    assert_eq!(run(Command::ReplayPreviousLarge, 1, &view).0, seek(600));
}

#[test]
fn the_loop_says_what_is_missing() {
    let mut view = view(50);
    assert_eq!(run(Command::LoopToggle, 1, &view).1, "nothing to repeat yet: ^ sets A, $ sets B");
    let (requests, said) = run(Command::LoopStart, 1, &view);
    assert_eq!((requests, said.as_str()), (vec![ReplayRequest::Repeat(RepeatRequest::Start)], "A is set; $ sets B and repeats"));
    view.session.replay.as_mut().unwrap().repeat.from = Some(at(20));
    assert_eq!(run(Command::LoopEnd, 1, &view).1, "repeating 30.0 s from A to B");
    assert_eq!(run(Command::LoopClear, 1, &view).1, "nothing is repeated");
}

#[test]
fn the_pace_goes_by_steps() {
    let view = view(0);
    assert_eq!(run(Command::ReplayFaster, 1, &view).0, [ReplayRequest::Speed(20.0)]);
    assert_eq!(run(Command::ReplaySlower, 2, &view).0, [ReplayRequest::Speed(2.0)]);
    assert_eq!(run(Command::ReplayFaster, u32::MAX, &view).0, [ReplayRequest::Speed(f64::INFINITY)]);
    assert_eq!(run(Command::ReplayBackMuch, 1, &view).0, [ReplayRequest::SeekBy(Nanos::from_secs(-100))]);
    assert_eq!(run(Command::ReplayForward, 3, &view).0, [ReplayRequest::SeekBy(Nanos::from_secs(30))]);
    let mut between = view;
    between.session.replay.as_mut().unwrap().speed = 3.0;
    assert_eq!(run(Command::ReplayFaster, 1, &between).0, [ReplayRequest::Speed(5.0)]);
    assert_eq!(run(Command::ReplaySlower, 1, &between).0, [ReplayRequest::Speed(2.0)]);
}

#[test]
fn a_speed_is_read_as_people_write_it() {
    let read = |text| parse_speed(text);
    assert_eq!((read("25"), read("0.5x"), read(" 3 × "), read("MAX")), (Some(25.0), Some(0.5), Some(3.0), Some(f64::INFINITY)));
    assert_eq!((read("0"), read("-1"), read("nan"), read("1001"), read("")), (None, None, None, None, None));
}
