//! The bundled recording as the screen sees it, without threads: the same on every machine.

use jiff::tz::TimeZone;
use rtai_tui::app::keymap::Keymap;
use rtai_tui::app::layout::Workspace;
use rtai_tui::app::{Library, Options, RecordingFile};
use rtai_tui::domain::{BarSpec, EngineConfig, Payload, UserAction};
use rtai_tui::drive::view::{Mode, ReplayState, ReplayView, Session, View};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{Index, IndexOptions, ReadOptions, Reader};
use rtai_tui::ui::screen::Screen;
use rtai_tui::ui::theme::{Look, Themes};
use std::path::Path;
use std::sync::Arc;

const RECORDING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");

/// An engine that has seen the bundled recording up to several moments, with bars of several kinds.
pub(crate) fn views() -> Vec<View> {
    let mut reader = Reader::open(Path::new(RECORDING), ReadOptions::default()).unwrap();
    let index = Index::build(Path::new(RECORDING), &IndexOptions::default()).unwrap();
    let index = Arc::new(vec![index]);
    let mut engine = Engine::new(EngineConfig::default(), "demo");
    let mut views = vec![view(&engine, &index)];
    let mut count = 0_u64;
    while let Some(input) = reader.next_input().unwrap() {
        if matches!(&input.payload, Payload::Meta(_)) && count == 0 {
            for kind in ["tick:50", "volume:20", "dollar:100000", "range:20"] {
                engine.look(&UserAction::Bars(kind.parse::<BarSpec>().unwrap()));
            }
        }
        engine.apply(&input);
        count += 1;
        if count.is_multiple_of(2_500) {
            views.push(view(&engine, &index));
        }
    }
    views
}

fn view(engine: &Engine, index: &Arc<Vec<Index>>) -> View {
    let snapshot = engine.snapshot();
    let from = index[0].first.unwrap_or_default();
    let replay = ReplayView {
        files: vec!["recordings/demo.rec.gz".into()],
        index: Some(Arc::clone(index)),
        state: ReplayState::Paused,
        speed: 1.0,
        repeat: rtai_tui::drive::replay::Repeat::default(),
        from,
        to: index[0].last,
        kept: vec![from],
        problems: Vec::new(),
    };
    let session = Session { mode: Mode::Replay, now: engine.now(), started: from, replay: Some(replay), ..Session::default() };
    View { snapshot, session }
}

/// A screen of a theme, in UTC.
pub(crate) fn screen(theme: &str, workspace: Workspace) -> Screen {
    let themes = Themes { folder: None, look: Look::default() };
    let library = Library {
        themes: themes.names(),
        recordings: vec![RecordingFile { path: "a wide 名前 e\u{301}.rec.gz".into(), bytes: 12, ..RecordingFile::default() }]
            .into(),
        ..Library::default()
    };
    let options = Options { keymap: Keymap::default(), utc: true, theme: theme.to_owned(), library, workspace };
    let (screen, problems) = Screen::new(options, themes, TimeZone::UTC);
    assert_eq!(problems, Vec::new());
    screen
}
