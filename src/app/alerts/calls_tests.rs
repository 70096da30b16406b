use super::*;
use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};

const NOW: Nanos = Nanos::from_secs(1_723_158_000);

fn app() -> App {
    App::new(Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Trade,
    })
}

/// A session in which so much has fired, a second apart until now.
fn fired(mode: Mode, count: u64) -> View {
    let mut view = View::default();
    view.session.mode = mode;
    view.session.now = NOW;
    view.snapshot.alerts.firings = crate::bars::Series::with_capacity(100);
    for number in 1..=count {
        view.snapshot.alerts.firings.push(Arc::new(Firing {
            number,
            id: number,
            at: NOW - Nanos::from_secs((count - number) as i64),
            symbol: Symbol::new("BTCUSDT").unwrap(),
            expr: format!("price > {number}").into(),
            values: Arc::default(),
            price: Some(Price::from_units(6_150_050_000_000)),
            deliver: Channels::NONE.with(Channel::Bell),
            note: "".into(),
        }));
    }
    view
}

fn called(app: &mut App) -> Vec<u64> {
    app.alerts.take_calls().iter().map(|firing| firing.number).collect()
}

fn said(app: &App) -> Vec<String> {
    app.toasts.all().map(|message| message.text.to_string()).collect()
}

#[test]
fn each_firing_calls_once_and_a_replay_is_silent() {
    let mut app = app();
    app.sync(&fired(Mode::Live, 2), NOW);
    assert_eq!((called(&mut app), called(&mut app)), (vec![1, 2], vec![]));
    assert_eq!(said(&app)[0], "ALERT BTCUSDT price > 2 at 61,500.5");
    app.sync(&fired(Mode::Live, 3), NOW);
    assert_eq!(called(&mut app), [3]);
    app.sync(&fired(Mode::Replay, 4), NOW);
    assert!(called(&mut app).is_empty());
    assert_eq!(said(&app).len(), 7, "but it is said");
    // One that delivers calls, for what is played, not for what was jumped over.
    let mut view = fired(Mode::Replay, 14);
    view.session.alerts.delivers = true;
    app.sync(&view, NOW);
    assert_eq!(called(&mut app), [10, 11, 12, 13, 14]);
}

#[test]
fn the_session_behind_a_replay_calls_and_says_so() {
    let mut app = app();
    app.sync(&fired(Mode::Live, 2), NOW);
    let replay = fired(Mode::Replay, 30);
    app.new_session(&replay);
    app.sync(&replay, NOW);
    assert_eq!(said(&app).len(), 2, "what fired in the replay before it was opened is long past");
    assert_eq!(called(&mut app), [1, 2]);
    app.absorb_behind(&fired(Mode::Live, 3), NOW);
    app.sync(&replay, NOW);
    assert_eq!(called(&mut app), [3]);
    assert_eq!(said(&app)[0], "ALERT (live) BTCUSDT price > 3 at 61,500.5");
    // Back in it nothing is said twice, and nothing that came on the way is missed.
    let live = fired(Mode::Live, 4);
    app.new_session(&live);
    app.sync(&live, NOW);
    assert_eq!(called(&mut app), [4]);
    // A session begun anew counts from one.
    let demo = fired(Mode::Demo, 1);
    app.begin_firings();
    app.new_session(&demo);
    app.sync(&demo, NOW);
    assert_eq!(called(&mut app), [1]);
}
