use super::*;
use crate::app::keymap::Keymap;
use crate::app::layout::Workspace;
use crate::app::{Library, Options};
use crate::domain::Instrument;
use crate::engine::snapshot::{FlowView, SymbolView};
use std::sync::Arc;

const NOW: Nanos = Nanos::from_secs(1_723_158_000);

fn app() -> App {
    App::new(Options {
        keymap: Keymap::default(),
        utc: true,
        theme: "midnight".to_owned(),
        library: Library::default(),
        workspace: Workspace::Flow,
    })
}

fn requested(effects: &[Effect]) -> Option<Vec<String>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Session(Request::Indicators(list)) => Some(list.clone()),
        _ => None,
    })
}

fn kept(effects: &[Effect]) -> Option<Option<Vec<String>>> {
    effects.iter().find_map(|effect| match effect {
        Effect::Keep(Keep::Indicators(list)) => Some(list.clone()),
        _ => None,
    })
}

fn said(app: &App) -> String {
    app.toasts.all().next().map(|toast| toast.text.to_string()).unwrap_or_default()
}

#[test]
fn what_is_added_stands_where_the_catalogue_has_it() {
    let (mut app, view) = (app(), View::default());
    let mut act = |act: IndicatorAct| app.act_on_indicators(act, &view, NOW);
    let removed = act(IndicatorAct::Remove("tfi".to_owned()));
    let all = shipped();
    let without: Vec<String> = all.iter().filter(|id| *id != "tfi").cloned().collect();
    assert_eq!((requested(&removed), kept(&removed)), (Some(without.clone()), Some(Some(without))));
    let added = act(IndicatorAct::Add("tfi".to_owned()));
    assert_eq!(requested(&added), Some(all));
    // As shipped there is nothing to keep.
    assert_eq!(kept(&added), Some(None));
    let more = requested(&act(IndicatorAct::Add("ofi(window=30)".to_owned()))).unwrap();
    assert_eq!(more[..3], ["ofi", "ofi(window=30)", "mlofi"]);
    assert_eq!(act(IndicatorAct::Add("ofi".to_owned())), []);
    assert_eq!(said(&app), "ofi is there already");
}

#[test]
fn changes_are_taken_back_one_by_one() {
    let (mut app, view) = (app(), View::default());
    for id in ["vwap", "rate"] {
        app.act_on_indicators(IndicatorAct::Remove(id.to_owned()), &view, NOW);
    }
    assert!(said(&app).starts_with("rate removed; backspace takes that back"), "{}", said(&app));
    assert_eq!(requested(&app.act_on_indicators(IndicatorAct::Undo, &view, NOW)).unwrap().len(), shipped().len() - 1);
    let last = app.act_on_indicators(IndicatorAct::Undo, &view, NOW);
    assert_eq!((requested(&last), kept(&last)), (Some(shipped()), Some(None)));
    assert_eq!(app.act_on_indicators(IndicatorAct::Undo, &view, NOW), []);
    // A reset can be taken back like anything else.
    app.act_on_indicators(IndicatorAct::Remove("ofi".to_owned()), &view, NOW);
    app.act_on_indicators(IndicatorAct::Reset, &view, NOW);
    assert_eq!(requested(&app.act_on_indicators(IndicatorAct::Undo, &view, NOW)).unwrap()[0], "mlofi");
}

#[test]
fn parameters_are_entered_and_mistakes_said() {
    let (mut app, view) = (app(), View::default());
    app.act_on_indicators(IndicatorAct::Configure("vpin".to_owned()), &view, NOW);
    let Some(Dialog::Prompt(prompt)) = app.dialog.take() else { panic!("no prompt") };
    assert_eq!(prompt.input.text(), "vpin(bucket_volume=auto, buckets=50)");
    assert!(prompt.hint.contains("buckets 1 to 10000"), "{}", prompt.hint);
    let mut enter = |text: &str| app.indicator_entered(text, &view, NOW);
    assert_eq!(enter("vpin(buckets=0)").unwrap_err(), "`buckets` = `0`: expected a whole number from 1 to 10000");
    assert!(enter("vpim").unwrap_err().contains("did you mean `vpin`?"));
    assert_eq!(enter("tfi").unwrap_err(), "tfi is there already");
    let list = requested(&enter("vpin(bucket_volume=5)").unwrap()).unwrap();
    assert_eq!(list[3], "vpin(bucket_volume=5)");
    assert_eq!(list.len(), shipped().len());
    // What has nothing to set is not asked for.
    app.act_on_indicators(IndicatorAct::Configure("mpd".to_owned()), &view, NOW);
    assert!(app.dialog.is_none() && said(&app).contains("nothing to set"));
}

#[test]
fn a_session_is_asked_once_for_what_was_chosen() {
    let mut app = app();
    let mut view = View::default();
    app.keep_indicators(Some(vec!["ofi".to_owned()]));
    // There is nobody yet to work anything out for.
    assert_eq!(app.ask_for_indicators(&[], &view), None);
    let symbol = SymbolView {
        instrument: Arc::new(Instrument::unknown(crate::domain::Symbol::new("BTCUSDT").unwrap())),
        flow: FlowView::default(),
        ..crate::ui::panes::fixtures::empty_symbol()
    };
    view.snapshot.symbols.push(symbol);
    let asked = app.ask_for_indicators(&[], &view);
    assert_eq!(asked, Some(Request::Indicators(vec!["ofi".to_owned()])));
    assert_eq!(app.ask_for_indicators(&[], &view), None);
    app.new_session(&view);
    assert!(app.ask_for_indicators(&[], &view).is_some());
    // A chart that shows another has it worked out as well; once taken away it stays away.
    let wanted = ["tfi".to_owned()];
    let both = vec!["ofi".to_owned(), "tfi".to_owned()];
    assert_eq!(app.ask_for_indicators(&wanted, &view), Some(Request::Indicators(both)));
    app.act_on_indicators(IndicatorAct::Remove("tfi".to_owned()), &view, NOW);
    assert_eq!(app.ask_for_indicators(&wanted, &view), None);
    // Who has chosen nothing sees what was recorded.
    app.keep_indicators(None);
    app.new_session(&view);
    assert_eq!(app.ask_for_indicators(&[], &view), None);
}

#[test]
fn the_palette_finds_every_indicator() {
    let (mut app, view) = (app(), View::default());
    app.act_on_indicators(IndicatorAct::Remove("cvd".to_owned()), &view, NOW);
    let labels: Vec<String> = app.indicator_entries(&view).into_iter().map(|entry| entry.label).collect();
    for label in ["Indicator: add cvd", "Indicator: configure ofi", "Indicator: remove ofi", "Indicator: remove mpd"] {
        assert!(labels.iter().any(|own| own == label), "{label}: {labels:?}");
    }
    assert!(!labels.iter().any(|own| own == "Indicator: configure mpd"));
}
