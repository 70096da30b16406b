use super::fixture::{alert, every_state, history as fired_before, set, with_alerts};
use super::words::Stand;
use super::*;
use crate::app::link::Cross;
use crate::domain::{BarSpec, Channel, Firing, Nanos, Phase, Rearm, Timeframe};
use crate::drive::view::{ReplayRequest, ReplayState, ReplayView, Request};
use crate::ui::pane::Pane;
use crate::ui::panes::fixtures::{NOON, dark, drawn, light, lines, market, mono, walk, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;
use std::sync::Arc;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);
const NOW: Nanos = Nanos(NOON.0 + 3_663_000_000_000);

fn plain() -> View {
    market(walk(60, Timeframe::M1, NOW), Timeframe::M1, NOW)
}

fn full() -> View {
    with_alerts(plain())
}

/// A replay in which what fired is known to the engine only.
fn replay() -> View {
    let mut view = full();
    view.session.mode = Mode::Replay;
    view.session.replay = Some(ReplayView {
        files: Vec::new(),
        index: None,
        state: ReplayState::Paused,
        speed: 1.0,
        from: NOON,
        to: None,
        repeat: crate::drive::replay::Repeat::default(),
        kept: Vec::new(),
        problems: Vec::new(),
    });
    for row in view.session.alerts.history.iter() {
        view.snapshot.alerts.firings.push(Arc::new(row.firing.clone()));
    }
    view.session.alerts.history = Arc::default();
    view
}

fn shown_of(pane: &mut dyn Pane, view: &View, chosen: Option<u64>, size: (u16, u16), theme: &Theme) -> String {
    with_cx(view, theme, M1, |cx| lines(&drawn(pane, size.0, size.1, &Cx { alert: chosen, ..*cx })))
}

fn shown(pane: &mut dyn Pane, view: &View, width: u16, height: u16) -> String {
    shown_of(pane, view, None, (width, height), &dark())
}

fn run(pane: &mut dyn Pane, view: &View, chosen: Option<u64>, command: Command) -> Handled {
    with_cx(view, &dark(), M1, |cx| pane.on_command(command, 1, &Cx { alert: chosen, ..*cx }))
}

const fn acts(act: AlertAct) -> Handled {
    Handled::Run(Action::Alert(act))
}

#[test]
fn the_list_in_every_state() {
    let view = full();
    for width in [34, 78, 114, 198] {
        insta::assert_snapshot!(format!("list_{width}"), shown(&mut AlertsPane::default(), &view, width, 11));
    }
    let ascii = Theme { ascii: true, ..mono() };
    let text = shown_of(&mut AlertsPane::default(), &view, Some(2), (150, 11), &ascii);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!("list_ascii_150", text);
}

#[test]
fn one_in_full() {
    let view = full();
    for id in 1..=9 {
        insta::assert_snapshot!(
            format!("detail_{id}"),
            shown_of(&mut AlertDetailPane::default(), &view, Some(id), (60, 28), &light())
        );
    }
    insta::assert_snapshot!("detail_2_narrow", shown_of(&mut AlertDetailPane::default(), &view, Some(2), (34, 40), &dark()));
}

#[test]
fn what_fired() {
    let view = full();
    let mut pane = AlertHistoryPane::default();
    for width in [34, 78, 114, 198] {
        insta::assert_snapshot!(format!("history_{width}"), shown(&mut pane, &view, width, 12));
    }
    run(&mut pane, &view, None, Command::ListDown);
    run(&mut pane, &view, None, Command::ListDown);
    insta::assert_snapshot!("history_failed_114", shown(&mut pane, &view, 114, 12));
    insta::assert_snapshot!("history_replay_114", shown(&mut AlertHistoryPane::default(), &replay(), 114, 12));
    let text = shown_of(&mut pane, &view, None, (114, 12), &Theme { ascii: true, ..mono() });
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn who_has_set_none_is_told_how() {
    let view = plain();
    insta::assert_snapshot!("welcome_78", shown(&mut AlertsPane::default(), &view, 78, 12));
    let narrow = shown(&mut AlertsPane::default(), &view, 34, 8);
    assert!(narrow.contains("price crosses above 65000") && narrow.contains("a sets one"), "{narrow}");
    for (example, _) in super::list::EXAMPLES {
        assert!(crate::alert::parse(example).is_ok(), "{example}");
    }
    let mut pane = AlertsPane::default();
    assert_eq!(run(&mut pane, &view, None, Command::ListSelect), Handled::Run(Action::Command(Command::AlertNew)));
    assert_eq!(run(&mut pane, &view, None, Command::AlertEdit), Handled::Yes);
    assert!(shown(&mut AlertDetailPane::default(), &view, 40, 5).contains("no alert is set"));
    assert!(shown(&mut AlertHistoryPane::default(), &view, 40, 5).contains("nothing has fired yet"));
}

#[test]
fn that_alerts_are_not_kept_is_said() {
    let mut view = full();
    view.session.alerts.unkept = Some("the database \u{1b}[1mis on a read-only disk".into());
    let text = shown(&mut AlertsPane::default(), &view, 78, 14);
    assert!(text.contains("! the database [1mis on a read-only disk"), "{text}");
    view.snapshot.alerts.list.clear();
    let text = shown(&mut AlertsPane::default(), &view, 78, 14);
    assert!(text.contains("no alert is set") && text.contains("read-only disk"), "{text}");
}

#[test]
fn the_cursor_tells_which_is_chosen_and_acts_on_it() {
    let view = full();
    let mut pane = AlertsPane::default();
    shown(&mut pane, &view, 114, 11);
    assert_eq!(run(&mut pane, &view, None, Command::ListDown), acts(AlertAct::Select(2)));
    shown_of(&mut pane, &view, Some(2), (114, 11), &dark());
    for (command, act) in [
        (Command::ListSelect, AlertAct::Edit(2)),
        (Command::AlertEdit, AlertAct::Edit(2)),
        (Command::AlertPause, AlertAct::Pause(2)),
        (Command::AlertDuplicate, AlertAct::Duplicate(2)),
        (Command::AlertRearm, AlertAct::Rearm(2)),
        (Command::AlertTest, AlertAct::Test(2)),
        (Command::AlertUndo, AlertAct::Undo),
        (Command::AlertExport, AlertAct::Export),
        (Command::AlertAcknowledgeAll, AlertAct::Acknowledge(None)),
    ] {
        assert_eq!(run(&mut pane, &view, Some(2), command), acts(act));
    }
    // Its newest firing was seen.
    assert_eq!(run(&mut pane, &view, Some(2), Command::AlertAcknowledge), Handled::Yes);
    shown_of(&mut pane, &view, Some(3), (114, 11), &dark());
    assert_eq!(run(&mut pane, &view, Some(3), Command::AlertAcknowledge), acts(AlertAct::Acknowledge(Some(10))));
    // The cursor goes on to the next, and at the end to the one before.
    let both = |gone, next| {
        Handled::Run(Action::All(vec![Action::Alert(AlertAct::Remove(gone)), Action::Alert(AlertAct::Select(next))]))
    };
    assert_eq!(run(&mut pane, &view, Some(3), Command::AlertRemove), both(3, 4));
    shown_of(&mut pane, &view, Some(9), (114, 11), &dark());
    assert_eq!(run(&mut pane, &view, Some(9), Command::AlertRemove), both(9, 8));
    let mut detail = AlertDetailPane::default();
    assert_eq!(run(&mut detail, &view, Some(3), Command::AlertRemove), acts(AlertAct::Remove(3)));
    assert_eq!(run(&mut detail, &view, Some(3), Command::AlertAcknowledge), acts(AlertAct::Acknowledge(Some(10))));
    // One that was chosen and is gone: the first.
    assert_eq!(run(&mut detail, &view, Some(77), Command::AlertEdit), acts(AlertAct::Edit(1)));
}

#[test]
fn the_list_is_sorted_and_filtered() {
    let view = full();
    let mut pane = AlertsPane::default();
    let numbers = |pane: &mut AlertsPane| {
        shown(pane, &view, 100, 14);
        pane_numbers(pane, &view)
    };
    assert_eq!(numbers(&mut pane), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    run(&mut pane, &view, None, Command::ListReverse);
    assert_eq!(numbers(&mut pane), [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    run(&mut pane, &view, None, Command::ListSort);
    assert_eq!(numbers(&mut pane), [2, 3, 4, 1, 8, 9, 7, 6, 5]);
    pane.restore(&toml::from_str("sort = 'distance'").unwrap());
    assert_eq!(numbers(&mut pane)[..2], [9, 1]);
    pane.restore(&toml::from_str("sort = 'last'\nreverse = true").unwrap());
    assert_eq!(numbers(&mut pane)[..5], [5, 4, 1, 2, 3], "those that never fired are last either way");
    let mut other = AlertsPane::default();
    other.restore(&pane.settings());
    assert_eq!(other.settings(), pane.settings());
    other.on_filter("rsi(14");
    assert_eq!(numbers(&mut other), [8]);
    other.on_filter("PAUSED");
    assert_eq!(numbers(&mut other), [6]);
    other.on_filter("nothing like it");
    assert!(shown(&mut other, &view, 80, 8).contains("no alert matches /nothing like it"));
}

/// The numbers of the alerts from the top, found by walking down.
fn pane_numbers(pane: &mut AlertsPane, view: &View) -> Vec<u64> {
    let first = match run(pane, view, None, Command::ListTop) {
        Handled::Run(Action::Alert(AlertAct::Select(id))) => id,
        other => panic!("{other:?}"),
    };
    let mut numbers = vec![first];
    loop {
        match run(pane, view, numbers.last().copied(), Command::ListDown) {
            Handled::Run(Action::Alert(AlertAct::Select(id))) if Some(&id) != numbers.last() => numbers.push(id),
            _ => return numbers,
        }
    }
}

#[test]
fn waiting_ends_when_it_is_over() {
    let at = |secs: i64| NOW + Nanos::from_secs(secs);
    let of = |rearm: Rearm, been_false: bool, secs: i64| {
        let mut view = set(alert(1, "BTCUSDT", "price > 1", &[Ok(2.0)]), |alert| alert.rearm = rearm);
        (view.state.phase, view.state.last, view.state.been_false) = (Phase::Triggered, Some(NOW), been_false);
        Stand::of(&view, at(secs))
    };
    let cooldown = Rearm::Cooldown(Nanos::from_secs(90));
    assert_eq!(of(Rearm::Auto, false, 500), Stand::UntilFalse);
    assert_eq!((of(Rearm::Auto, true, 59), of(Rearm::Auto, true, 60)), (Stand::Until(at(60)), Stand::Armed));
    assert_eq!((of(cooldown, false, 89), of(cooldown, false, 90)), (Stand::Until(at(90)), Stand::Armed));
    // What is left is never said to be nothing.
    assert_eq!(Stand::Until(NOW + Nanos(1)).short(NOW), "waits 1s");
    for stand in [Stand::UntilFalse, Stand::Until(at(7 * 86_400)), Stand::Pending(NOW, Nanos::from_millis(604_799_999))] {
        for secs in [0, 61, 5_000, 90_000, 600_000] {
            assert!(crate::ui::text::width(&stand.long(at(secs))) <= super::words::STATE_LONG, "{}", stand.long(at(secs)));
            assert!(crate::ui::text::width(&stand.short(at(secs))) <= super::words::STATE_SHORT, "{}", stand.short(at(secs)));
        }
    }
}

#[test]
fn a_firing_is_pointed_at() {
    let view = full();
    let mut pane = AlertHistoryPane::default();
    shown(&mut pane, &view, 114, 12);
    let newest = view.session.alerts.history.last().unwrap().firing.clone();
    let expected = |firing: &Firing| {
        vec![
            Action::Alert(AlertAct::Select(firing.id)),
            Action::Select(firing.symbol),
            Action::Cross(Some(Cross { at: firing.at, price: firing.price })),
        ]
    };
    assert_eq!(run(&mut pane, &view, None, Command::ListSelect), Handled::Run(Action::All(expected(&newest))));
    // What is out of view is brought into it.
    with_cx(&view, &dark(), M1, |cx| {
        let cx = Cx { span: Some((NOW - Nanos::from_secs(20), NOW)), ..*cx };
        let Handled::Run(Action::All(acts)) = pane.on_command(Command::ListSelect, 1, &cx) else { panic!("nothing") };
        let Some(Action::Window(window)) = acts.last() else { panic!("{acts:?}") };
        assert_eq!(window.newest, Some(NOW - Nanos::from_secs(21)));
    });
    let replay = replay();
    let mut pane = AlertHistoryPane::default();
    shown(&mut pane, &replay, 114, 12);
    let mut acts_there = expected(&newest);
    acts_there.push(Action::Session(Request::Replay(ReplayRequest::Seek(newest.at))));
    assert_eq!(run(&mut pane, &replay, None, Command::ListSelect), Handled::Run(Action::All(acts_there)));
    // A replay keeps nothing that could be acknowledged.
    assert_eq!(run(&mut pane, &replay, None, Command::AlertAcknowledge), Handled::Yes);
    assert_eq!(run(&mut pane, &replay, None, Command::AlertAcknowledgeAll), Handled::Yes);
    assert_eq!(run(&mut pane, &replay, None, Command::AlertEdit), acts(AlertAct::Edit(3)));
}

#[test]
fn the_cursor_stays_with_its_firing() {
    let mut view = full();
    let mut pane = AlertHistoryPane::default();
    shown(&mut pane, &view, 114, 12);
    run(&mut pane, &view, None, Command::ListDown);
    run(&mut pane, &view, None, Command::ListDown);
    assert_eq!(run(&mut pane, &view, None, Command::AlertAcknowledge), acts(AlertAct::Acknowledge(Some(8))));
    let mut more = (*view.session.alerts.history).clone();
    let mut row = more.last().unwrap().clone();
    (row.row, row.firing.number) = (11, 11);
    more.push(row);
    view.session.alerts.history = Arc::new(more);
    shown(&mut pane, &view, 114, 12);
    assert_eq!(run(&mut pane, &view, None, Command::AlertAcknowledge), acts(AlertAct::Acknowledge(Some(8))));
    // A filter finds anew when something has come.
    pane.on_filter("SPREAD");
    assert_eq!(shown(&mut pane, &view, 114, 12).matches("spread > 5").count(), 2);
    assert_eq!(run(&mut pane, &view, None, Command::AlertAcknowledge), acts(AlertAct::Acknowledge(Some(11))));
    run(&mut pane, &view, None, Command::Cancel);
    assert!(shown(&mut pane, &view, 114, 12).contains("volume(1m) > 100"));
}

#[test]
fn a_click_sorts_chooses_and_opens() {
    let view = full();
    let mut pane = AlertsPane::default();
    shown(&mut pane, &view, 114, 11);
    let click = |pane: &mut dyn Pane, chosen, column, row| {
        let event = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row, modifiers: KeyModifiers::NONE };
        with_cx(&view, &dark(), M1, |cx| pane.on_mouse(event, Rect::new(0, 0, 114, 11), &Cx { alert: chosen, ..*cx }))
    };
    assert_eq!(click(&mut pane, None, 20, 3), acts(AlertAct::Select(3)));
    assert_eq!(click(&mut pane, Some(3), 20, 3), acts(AlertAct::Edit(3)));
    click(&mut pane, Some(3), 4, 0);
    assert_eq!(pane.settings().get("sort").and_then(toml::Value::as_str), Some("state"));
}

#[test]
fn any_size_and_nothing_from_outside_reaches_the_terminal() {
    let mut view = full();
    for with in [true, false] {
        if !with {
            view.session.alerts.unkept = Some("why \u{1b}]0;x\u{7} not".into());
            let mut list = every_state(NOW);
            for view in &mut list {
                *view = set(view.clone(), |alert| alert.deliver = Channel::ALL.into_iter().collect());
            }
            view.session.alerts.history = Arc::new(fired_before(&list, NOW));
            view.snapshot.alerts.list = list;
        }
        for (width, height) in [(0, 0), (1, 1), (2, 9), (9, 3), (12, 40), (36, 5), (80, 24), (200, 60), (400, 9)] {
            for theme in [dark(), Theme { ascii: true, ..mono() }] {
                let panes: [Box<dyn Pane>; 3] = [
                    Box::new(AlertsPane::default()),
                    Box::new(AlertDetailPane::default()),
                    Box::new(AlertHistoryPane::default()),
                ];
                for (mut pane, id) in panes.into_iter().zip([None, Some(9), None]) {
                    let text = shown_of(&mut *pane, &view, id, (width, height), &theme);
                    assert!(!text.contains(|c: char| c != '\n' && c.is_control()), "{text:?}");
                    assert!(!theme.ascii || text.is_ascii(), "{text}");
                }
            }
        }
    }
}
