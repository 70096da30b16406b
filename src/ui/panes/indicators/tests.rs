use super::*;
use crate::domain::{
    BarSpec, BookSnapshot, EngineConfig, Event, Input, Level, Link, LinkScope, LinkState, Market, Meta, Payload, Price, Qty,
    Quote, Side, Timeframe, Trade, UserAction,
};
use crate::drive::view::{Session, View};
use crate::engine::Engine;
use crate::ui::panes::fixtures::{Dice, NOON, dark, drawn, instrument, light, lines, mono, symbol, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::KeyModifiers;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

/// A market played through the engine for so many seconds: quotes, a book, trades; trades are lost for a while after a minute.
fn market(seconds: i64) -> Engine {
    let meta =
        Meta { venue: "test".into(), instruments: vec![instrument()], app: "test".into(), engine: EngineConfig::default() };
    let mut engine = Engine::from_meta(&meta);
    let mut seq = 0;
    let mut apply = |engine: &mut Engine, at: Nanos, payload: Payload| {
        seq += 1;
        engine.apply(&Input { seq, at, payload });
    };
    apply(&mut engine, NOON, Payload::Meta(Box::new(meta)));
    let mut dice = Dice(5);
    for second in 0..seconds {
        let at = NOON + Nanos::from_millis(second * 1_000 + 300);
        let mut event = |engine: &mut Engine, event: Event| apply(engine, at, Payload::Market(Market::of(symbol(), event)));
        let middle = 618_000 + ((second as f64 / 17.0).sin() * 60.0) as i64;
        let mut level = |offset: i64| -> Level {
            let qty = (dice.roll().powi(3) * 9_000.0) as i64 + 5;
            (Price::from_units((middle + offset) * 10_000_000), Qty::from_units(qty * 100_000))
        };
        if second % 10 == 0 {
            let (bids, asks) = ((1..40).map(|i| level(-i)).collect(), (1..40).map(&mut level).collect());
            event(&mut engine, Event::Book(BookSnapshot { last: second as u64 + 1, bids, asks, ex: None }));
        }
        let ((bid, bid_qty), (ask, ask_qty)) = (level(-1), level(1));
        event(&mut engine, Event::Quote(Quote { bid, bid_qty, ask, ask_qty, update_id: None, ex: None }));
        let down = |state| Event::Link(Link { state, scope: LinkScope::Trades, why: String::new() });
        match second {
            60 => event(&mut engine, down(LinkState::Down)),
            66 => event(&mut engine, down(LinkState::Up)),
            61..66 => {}
            _ => {
                let side = if (second / 20) % 3 == 0 { Side::Sell } else { Side::Buy };
                let (price, qty) = if side == Side::Buy { (ask, ask_qty) } else { (bid, bid_qty) };
                event(&mut engine, Event::Trade(Trade { price, qty, side, id: None, ex: None }));
            }
        }
    }
    engine.advance(NOON + Nanos::from_secs(seconds));
    engine
}

fn view(engine: &Engine) -> View {
    let session = Session { now: engine.now(), started: NOON, ..Session::default() };
    View { snapshot: engine.snapshot(), session }
}

fn full() -> View {
    view(&market(400))
}

fn shown(pane: &mut IndicatorsPane, view: &View, width: u16, height: u16, theme: &Theme) -> String {
    with_cx(view, theme, M1, |cx| lines(&drawn(pane, width, height, cx)))
}

fn run(pane: &mut IndicatorsPane, view: &View, command: Command) -> Handled {
    with_cx(view, &dark(), M1, |cx| pane.on_command(command, 1, cx))
}

/// The names of the rows, from the top.
fn names(pane: &mut IndicatorsPane, view: &View) -> Vec<String> {
    let text = shown(pane, view, 70, 17, &dark());
    text.lines()
        .skip(1)
        .take_while(|line| !line.starts_with('─'))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_list_and_one_in_detail() {
    let view = full();
    let mut pane = IndicatorsPane::default();
    run(&mut pane, &view, Command::ListSelect);
    insta::assert_snapshot!("list_30", shown(&mut pane, &view, 30, 18, &dark()));
    insta::assert_snapshot!("list_46", shown(&mut pane, &view, 46, 18, &dark()));
    insta::assert_snapshot!("list_140", shown(&mut pane, &view, 140, 12, &dark()));
    insta::assert_snapshot!("below_110", shown(&mut pane, &view, 110, 50, &dark()));
    run(&mut pane, &view, Command::ListSelect);
    insta::assert_snapshot!("open_76", shown(&mut pane, &view, 76, 20, &dark()));
    run(&mut pane, &view, Command::Cancel);
    assert!(!pane.open);
}

#[test]
fn what_lacks_is_said_in_words() {
    let view = view(&market(12));
    let mut pane = IndicatorsPane::default();
    insta::assert_snapshot!("young", shown(&mut pane, &view, 90, 18, &light()));
}

#[test]
fn nothing_stale_looks_fresh() {
    let mut view = full();
    view.session.now += Nanos::from_secs(14);
    let mut pane = IndicatorsPane::default();
    let theme = dark();
    with_cx(&view, &theme, M1, |cx| {
        let buf = drawn(&mut pane, 110, 50, cx);
        assert!(lines(&buf).contains("stale 14.7s"), "{}", lines(&buf));
        assert!(pane.title(cx).to_string().ends_with("stale 14.7s"));
        let fresh = [theme.up.fg, theme.down.fg, theme.good.fg, theme.accent.fg];
        let lively = buf.content.iter().filter(|cell| cell.symbol() != " " && fresh.contains(&Some(cell.fg))).count();
        // The arrow of the order is none of the data.
        assert_eq!(lively, 0);
    });
}

#[test]
fn the_cursor_stays_on_its_indicator_whatever_the_order() {
    let view = full();
    let mut pane = IndicatorsPane::default();
    let listed = names(&mut pane, &view);
    assert_eq!(listed.len(), view.snapshot.symbols[0].flow.rows.len());
    for _ in 0..3 {
        run(&mut pane, &view, Command::ListDown);
    }
    assert_eq!(pane.at.as_deref(), Some("vpin"));
    run(&mut pane, &view, Command::ListSort);
    let sorted = names(&mut pane, &view);
    assert!(sorted.is_sorted(), "{sorted:?}");
    assert_eq!(pane.shown[pane.list.cursor].as_ref(), "vpin");
    let ask = run(&mut pane, &view, Command::IndicatorsEdit);
    assert_eq!(ask, Handled::Run(Action::Indicator(IndicatorAct::Configure("vpin".to_owned()))));
    assert_eq!(
        run(&mut pane, &view, Command::IndicatorsRemove),
        Handled::Run(Action::Indicator(IndicatorAct::Remove("vpin".to_owned())))
    );
    // Kept with a layout.
    let mut other = IndicatorsPane::default();
    run(&mut pane, &view, Command::IndicatorsZoomOut);
    other.restore(&pane.settings());
    names(&mut other, &view);
    assert_eq!((other.order, other.at.clone(), other.span()), (pane.order, pane.at.clone(), Nanos::from_secs(600)));
    // A filter looks at titles as well.
    other.on_filter("volatility");
    assert_eq!(names(&mut other, &view), ["rv"]);
    other.on_filter("nothing of that name");
    assert!(shown(&mut other, &view, 70, 17, &dark()).contains("no indicator matches /nothing"));
}

#[test]
fn a_click_sorts_chooses_and_opens() {
    let view = full();
    let mut pane = IndicatorsPane::default();
    shown(&mut pane, &view, 76, 17, &dark());
    let click = |pane: &mut IndicatorsPane, column, row| {
        let event = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column, row, modifiers: KeyModifiers::NONE };
        with_cx(&view, &dark(), M1, |cx| pane.on_mouse(event, Rect::new(0, 0, 76, 17), cx))
    };
    click(&mut pane, 1, 0);
    assert_eq!(pane.order, Order { by: Sort::Name, reverse: false });
    click(&mut pane, 1, 0);
    assert!(pane.order.reverse);
    click(&mut pane, 3, 2);
    assert!(!pane.open && pane.list.cursor == 1);
    click(&mut pane, 3, 2);
    assert!(pane.open);
}

#[test]
fn the_crosshair_is_that_of_the_linked_panes() {
    let view = full();
    let mut pane = IndicatorsPane { open: true, ..IndicatorsPane::default() };
    shown(&mut pane, &view, 90, 30, &dark());
    let Handled::Run(Action::Cross(Some(cross))) = run(&mut pane, &view, Command::IndicatorsOlder) else {
        panic!("no crosshair")
    };
    let newest = *view.snapshot.symbols[0].flow.times.last().unwrap();
    assert!(cross.at < newest && cross.at > newest - Nanos::from_secs(30));
    with_cx(&view, &dark(), M1, |cx| {
        let cx = Cx { cross: Some(Cross { at: NOON + Nanos::from_secs(350), price: None }), ..*cx };
        let text = lines(&drawn(&mut pane, 90, 30, &cx));
        assert!(text.contains("23:05:50") && text.contains('│'), "{text}");
        // What points goes before what is open.
        assert_eq!(pane.on_command(Command::Cancel, 1, &cx), Handled::Run(Action::Cross(None)));
        assert!(pane.open);
    });
    let click = MouseEvent {
        kind: MouseEventKind::Down(MouseButton::Left),
        column: pane.chart.x + 10,
        row: pane.chart.y + 2,
        modifiers: KeyModifiers::NONE,
    };
    let pointed = with_cx(&view, &dark(), M1, |cx| pane.on_mouse(click, Rect::new(0, 0, 90, 30), cx));
    assert_eq!(pointed, Handled::Run(Action::Cross(Some(Cross { at: pane.plot.course.end(20), price: None }))));
}

#[test]
fn lists_of_any_length_are_drawn_at_any_size() {
    let mut engine = market(90);
    let ascii = Theme { ascii: true, ..mono() };
    for list in [vec![], vec!["vpin(bucket_volume=5,buckets=20)".to_owned()], vec!["ofi".to_owned(), "ofi(window=30)".to_owned()]]
    {
        engine.look(&UserAction::Indicators(list));
        let view = view(&engine);
        for open in [false, true] {
            let mut pane = IndicatorsPane { open, ..IndicatorsPane::default() };
            for (width, height) in [(1, 1), (12, 3), (30, 5), (50, 30), (112, 14), (200, 60)] {
                let text = shown(&mut pane, &view, width, height, &ascii);
                assert!(text.is_ascii(), "{text}");
            }
        }
    }
    let text = shown(&mut IndicatorsPane::default(), &view(&engine), 90, 10, &dark());
    assert!(text.contains("ofi 30"), "{text}");
}
