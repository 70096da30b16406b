use super::*;
use crate::app::Library;
use crate::domain::{BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{NOON, dark, drawn, lines, mono, with_library};
use crossterm::event::KeyModifiers;
use proptest::prelude::*;
use std::collections::BTreeMap;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn seen(events: u64, hours: i64, health: Health) -> Preview {
    let symbol = |name| Symbol::new(name).unwrap();
    Preview {
        bytes: 0,
        modified: Nanos::ZERO,
        read: NOON,
        venue: "binance-futures".to_owned(),
        app: "rtai-tui 0.1.0".to_owned(),
        span: (events > 0).then(|| (NOON - Nanos::from_secs(hours * 3_600), NOON)),
        events,
        symbols: if events > 0 {
            vec![(symbol("BTCUSDT"), events / 2), (symbol("ETHUSDT"), events / 3), (symbol("SOLUSDT"), 1)]
        } else {
            Vec::new()
        },
        topics: BTreeMap::from([("trade", events / 4), ("depth", events / 2)]),
        prices: (0..events.min(48)).map(|i| (i as f64 / 5.0).sin() + i as f64 / 10.0).collect(),
        gaps: u64::from(hours > 5) * 2,
        marks: 1,
        large: 7,
        health,
    }
}

/// Recordings in every state, the first one changed last.
fn library() -> Library {
    let known: [(&str, u64, Option<Preview>); 9] = [
        ("BTCUSDT_20240808_230000", 12_400_000, None),
        ("BTCUSDT+2_20240808", 8_200_000, Some(seen(1_204_332, 9, Health::Whole))),
        ("CUT_20240807", 410_000, Some(seen(53_100, 1, Health::Cut(53_090)))),
        ("broken", 300_000, Some(seen(9_000, 2, Health::Damaged(3)))),
        ("lines", 300_000, Some(seen(700, 0, Health::BadLines(12)))),
        ("empty", 0, Some(seen(0, 0, Health::Empty))),
        ("letter", 900, Some(seen(0, 0, Health::Alien))),
        ("secret\u{1b}[31m", 900, Some(seen(0, 0, Health::Unreadable("permission denied".to_owned())))),
        ("new", 77, None),
    ];
    let mut library = Library { writing: Some("/data/BTCUSDT_20240808_230000.rec.gz".into()), ..Library::default() };
    let mut shelf = BTreeMap::new();
    let mut files = Vec::new();
    for (i, (name, bytes, preview)) in known.into_iter().enumerate() {
        let path = PathBuf::from(format!("/data/{name}.rec.gz"));
        let modified = NOON - Nanos::from_secs(i as i64 * 86_400);
        if let Some(preview) = preview {
            shelf.insert(path.clone(), Arc::new(Preview { bytes, modified, ..preview }));
        }
        files.push(RecordingFile { path, bytes, modified });
    }
    library.list(files);
    library.previews = Arc::new(shelf);
    library
}

fn picture(pane: &mut RecordingsPane, library: &Library, size: (u16, u16)) -> String {
    with_library(&View::default(), &dark(), M1, library, |cx| lines(&drawn(pane, size.0, size.1, cx)))
}

fn run(pane: &mut RecordingsPane, library: &Library, command: Command, count: u32) -> Handled {
    with_library(&View::default(), &dark(), M1, library, |cx| pane.on_command(command, count, cx))
}

/// The names in the order shown.
fn names(pane: &mut RecordingsPane, library: &Library) -> Vec<String> {
    picture(pane, library, (120, 11));
    pane.shown.iter().map(|&i| rows::name(&library.recordings[i])).collect()
}

#[test]
fn every_state_is_told_apart() {
    let library = library();
    insta::assert_snapshot!("wide", picture(&mut RecordingsPane::default(), &library, (150, 20)));
    insta::assert_snapshot!("middling", picture(&mut RecordingsPane::default(), &library, (78, 16)));
    insta::assert_snapshot!("narrow", picture(&mut RecordingsPane::default(), &library, (40, 10)));
}

#[test]
fn damage_comes_with_what_to_do() {
    let library = library();
    let mut pane = RecordingsPane::default();
    picture(&mut pane, &library, (100, 20));
    run(&mut pane, &library, Command::ListDown, 2);
    let text = picture(&mut pane, &library, (100, 20));
    assert!(text.contains("ends in the middle: 53,090 lines") && text.contains("`rtai-tui repair"), "{text}");
    run(&mut pane, &library, Command::ListDown, 5);
    let text = picture(&mut pane, &library, (100, 20));
    assert!(text.contains("cannot be read: permission denied") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn what_is_in_view_and_not_known_is_wanted_first() {
    let library = library();
    let mut pane = RecordingsPane::default();
    picture(&mut pane, &library, (100, 20));
    // The one being written is not read, the others are known.
    assert_eq!(pane.lacks(), [PathBuf::from("/data/new.rec.gz")]);
    picture(&mut pane, &library, (100, 5));
    assert!(pane.lacks().is_empty());
}

#[test]
fn a_file_that_changed_is_wanted_again() {
    let mut library = library();
    let mut files = (*library.recordings).clone();
    files[1].bytes += 1;
    library.list(files);
    let mut pane = RecordingsPane::default();
    picture(&mut pane, &library, (100, 11));
    assert_eq!(pane.lacks()[0], PathBuf::from("/data/BTCUSDT+2_20240808.rec.gz"));
}

#[test]
fn sorting_keeps_the_cursor_on_its_file() {
    let library = library();
    let mut pane = RecordingsPane::default();
    assert_eq!(names(&mut pane, &library)[1], "BTCUSDT+2_20240808");
    run(&mut pane, &library, Command::ListDown, 1);
    run(&mut pane, &library, Command::ListReverse, 1);
    assert_eq!(names(&mut pane, &library)[0], "new");
    assert_eq!(
        run(&mut pane, &library, Command::ListSelect, 1),
        Handled::Run(Action::Open("/data/BTCUSDT+2_20240808.rec.gz".into()))
    );
    run(&mut pane, &library, Command::ListSort, 1);
    assert!(names(&mut pane, &library).is_sorted());
    assert_eq!(pane.settings()["sort"].as_str(), Some("name"));
    let mut other = RecordingsPane::default();
    other.restore(&"sort = \"events\"\nreverse = true\nunknown = 1".parse().unwrap());
    let order = names(&mut other, &library);
    assert_eq!(
        (order[0].as_str(), order[7].as_str(), order[8].as_str()),
        ("empty", "BTCUSDT_20240808_230000", "new"),
        "{order:?}"
    );
}

#[test]
fn the_filter_knows_symbols_and_states() {
    let library = library();
    let mut pane = RecordingsPane::default();
    pane.on_filter("ethusdt");
    assert_eq!(names(&mut pane, &library).len(), 4);
    pane.on_filter("damaged");
    assert_eq!(names(&mut pane, &library), ["broken"]);
    pane.on_filter("nothing has this");
    assert!(picture(&mut pane, &library, (60, 8)).contains("no recording matches"));
}

#[test]
fn the_first_press_shows_the_second_opens() {
    let library = library();
    let mut pane = RecordingsPane::default();
    with_library(&View::default(), &dark(), M1, &library, |cx| {
        drawn(&mut pane, 120, 20, cx);
        let mut press = |column, row| {
            let kind = MouseEventKind::Down(MouseButton::Left);
            pane.on_mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, Rect::new(0, 0, 120, 20), cx)
        };
        assert_eq!(press(5, 3), Handled::Yes);
        assert_eq!(press(5, 3), Handled::Run(Action::Open("/data/CUT_20240807.rec.gz".into())));
        // Below the list are details: nothing to press.
        assert_eq!(press(5, 17), Handled::Yes);
        assert_eq!(press(2, 0), Handled::Yes);
        assert_eq!(pane.order, Order::by(Sort::Name));
    });
}

#[test]
fn without_recordings_it_says_how_to_get_some() {
    let text = picture(&mut RecordingsPane::default(), &Library::default(), (60, 6));
    assert!(text.contains("no recordings yet (R records live data"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn it_can_be_drawn_at_any_size(width in 0_u16..=200, height in 0_u16..=60, by in 0_u32..20, ascii: bool, down in 0_u32..12) {
        let theme = crate::ui::theme::Theme { ascii, ..mono() };
        let library = library();
        with_library(&View::default(), &theme, M1, &library, |cx| {
            let mut pane = RecordingsPane::default();
            for command in [Command::ListSort, Command::ListDown] {
                pane.on_command(command, if command == Command::ListDown { down } else { by }, cx);
                let text = lines(&drawn(&mut pane, width, height, cx));
                assert!(!ascii || text.is_ascii(), "{text}");
            }
        });
    }
}
