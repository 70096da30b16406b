use super::*;
use crate::app::link::Cross;
use crate::book::OrderBook;
use crate::domain::Nanos;
use crate::domain::{BarSpec, BookSnapshot, Timeframe};
use crate::drive::view::View;
use crate::engine::snapshot::Top;
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, market, mono, price, qty, view_of, walk, with_cx};
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;
use std::sync::Arc;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn picture(view: &View, size: (u16, u16), commands: &[Command]) -> String {
    with_cx(view, &dark(), M1, |cx| {
        let mut pane = LadderPane::new();
        for command in commands {
            assert_eq!(pane.on_command(*command, 1, cx), Handled::Yes);
        }
        lines(&drawn(&mut pane, size.0, size.1, cx))
    })
}

fn full() -> View {
    market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON)
}

#[test]
fn asks_above_bids_below() {
    insta::assert_snapshot!(picture(&full(), (40, 15), &[]));
}

#[test]
fn the_total_goes_first_then_the_bar() {
    let view = full();
    let wide = picture(&view, (40, 9), &[]);
    let narrow = picture(&view, (24, 9), &[]);
    let narrower = picture(&view, (17, 9), &[]);
    assert!(wide.lines().next().unwrap().len() > 30);
    assert!(narrow.contains('█') && !narrower.contains('█'));
    assert!(narrower.lines().next().unwrap().trim().split(' ').count() >= 2);
}

#[test]
fn levels_are_gathered_and_the_title_says_so() {
    let view = full();
    insta::assert_snapshot!(picture(&view, (34, 11), &[Command::BookCoarser, Command::BookCoarser, Command::BookCoarser]));
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = LadderPane::new();
        assert_eq!(pane.title(cx).to_string(), "Book 0.1");
        pane.on_command(Command::BookCoarser, 3, cx);
        assert_eq!(pane.title(cx).to_string(), "Book 1.0 (10 ticks)");
        let wheel = |kind| MouseEvent { kind, column: 1, row: 1, modifiers: KeyModifiers::NONE };
        pane.on_mouse(wheel(MouseEventKind::ScrollUp), Rect::default(), cx);
        assert_eq!(pane.title(cx).to_string(), "Book 0.5 (5 ticks)");
    });
}

#[test]
fn a_book_out_of_sync_is_never_shown_as_fresh() {
    let mut view = full();
    view.snapshot.symbols[0].book_state = BookState::Lost(NOON - Nanos::from_secs(61), "update 17 missing".into());
    let text = picture(&view, (60, 9), &[]);
    assert!(text.starts_with(" out of sync since 22:58:59: update 17 missing"), "{text}");
    with_cx(&view, &dark(), M1, |cx| {
        let buf = drawn(&mut LadderPane::new(), 40, 9, cx);
        let live = [dark().up.fg, dark().down.fg, dark().text.fg];
        let numbers =
            (1..9).flat_map(|y| (0..20).map(move |x| (x, y))).filter(|at| buf[*at].symbol().chars().all(|c| c.is_ascii_digit()));
        assert!(numbers.clone().count() > 30);
        assert!({
            let mut numbers = numbers;
            numbers.all(|at| !live.contains(&Some(buf[at].fg)))
        });
    });
}

#[test]
fn a_quiet_book_is_marked_stale() {
    let mut view = full();
    view.session.now = NOON + Nanos::from_secs(9);
    assert!(picture(&view, (50, 9), &[]).contains("stale 9s"));
}

#[test]
fn quotes_alone_show_the_top() {
    let mut symbol = empty_symbol();
    let top = Top { at: NOON, bid: price("99.9"), bid_qty: qty("2"), ask: price("100.1"), ask_qty: qty("0.5"), update_id: None };
    symbol.top = Some(top);
    let text = picture(&view_of(symbol, NOON), (40, 5), &[]);
    assert_eq!(text.lines().map(str::trim_start).filter(|line| line.starts_with("100.1") || line.starts_with("99.9")).count(), 2);
    assert!(text.contains("0.2 · 2 ticks · 20.00 bps · mid 100.00"), "{text}");
    assert!(picture(&view_of(empty_symbol(), NOON), (40, 5), &[]).contains("no order book yet"));
}

#[test]
fn the_last_price_is_marked_once() {
    let mut view = full();
    for offset in -30..30 {
        let symbol = &mut view.snapshot.symbols[0];
        if let Some(last) = &mut symbol.last {
            last.price = Price::from_units(symbol.top.unwrap().mid().units() / 10_000_000 * 10_000_000 + offset * 10_000_000);
        }
        for group in 0..3 {
            let text = picture(&view, (40, 41), &vec![Command::BookCoarser; group]);
            assert_eq!(text.matches('▸').count(), 1, "{offset} {group}\n{text}");
        }
    }
}

fn commanded(view: &View, pane: &mut LadderPane, commands: &[Command]) {
    with_cx(view, &dark(), M1, |cx| commands.iter().for_each(|command| drop(pane.on_command(*command, 1, cx))));
}

fn shown(view: &View, pane: &mut LadderPane, size: (u16, u16)) -> String {
    with_cx(view, &dark(), M1, |cx| lines(&drawn(pane, size.0, size.1, cx)))
}

/// A book with given levels around 100, one unit apart.
fn small(bids: &[(&str, &str)], asks: &[(&str, &str)]) -> View {
    let mut view = full();
    let side = |levels: &[(&str, &str)]| levels.iter().map(|(at, size)| (price(at), qty(size))).collect();
    let mut book = OrderBook::default();
    book.reset(&BookSnapshot { bids: side(bids), asks: side(asks), ..BookSnapshot::default() });
    let symbol = &mut view.snapshot.symbols[0];
    symbol.book = Arc::new(book);
    symbol.top = None;
    view
}

const BIDS: [(&str, &str); 4] = [("99.9", "2"), ("99.8", "1"), ("99.6", "30"), ("99.5", "1.5")];
const ASKS: [(&str, &str); 4] = [("100.1", "1"), ("100.2", "4"), ("100.3", "2"), ("100.6", "1")];

#[test]
fn bids_and_asks_beside_the_price() {
    let mut view = small(&BIDS, &ASKS);
    for (at, size) in [("100.1", "3"), ("99.9", "1"), ("100.1", "0.5")] {
        let symbol = &mut view.snapshot.symbols[0];
        let trade = crate::engine::snapshot::TapeTrade { at: NOON, ex: None, price: price(at), qty: qty(size), side: Side::Buy };
        symbol.trades.push(trade);
        symbol.last = Some(trade);
    }
    let mut pane = LadderPane::new();
    commanded(&view, &mut pane, &[Command::BookLayout]);
    insta::assert_snapshot!(shown(&view, &mut pane, (60, 18)));
    let narrow = shown(&view, &mut pane, (24, 16));
    let row = narrow.lines().find(|line| line.contains("99.6")).unwrap();
    assert!(row.contains("30.000◆") && row.find("30.000") < row.find("99.6"), "{narrow}");
}

#[test]
fn everything_at_sixty() {
    let view = full();
    let text = shown(&view, &mut LadderPane::new(), (60, 20));
    for name in ["price", "size BTC", "total", "traded", "spread", "ticks", "bps", "mid", "bids", "asks"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 60));
}

#[test]
fn large_levels_have_a_mark_besides_the_colour() {
    let view = small(&BIDS, &ASKS);
    let text = shown(&view, &mut LadderPane::new(), (40, 11));
    assert!(text.matches('◆').count() == 1 && text.contains("30.000◆"), "{text}");
    let mut pane = LadderPane::new();
    with_cx(&view, &dark(), M1, |cx| {
        assert!(pane.on_line(Command::BookLarge, "big", cx).is_err());
        pane.on_line(Command::BookLarge, "$200", cx).unwrap();
    });
    let text = shown(&view, &mut pane, (40, 11));
    assert_eq!(text.matches('◆').count(), 3, "30, 4 and 2 × 100.3: {text}");
}

#[test]
fn what_changed_a_moment_ago_is_seen_by_engine_time() {
    let mut view = small(&BIDS, &ASKS);
    let mut pane = LadderPane::new();
    assert!(!shown(&view, &mut pane, (40, 11)).contains(['▴', '▾']));
    let mut other = small(&[("99.9", "3"), ("99.8", "0.5"), ("99.6", "30"), ("99.5", "1.5")], &ASKS);
    other.snapshot.at = NOON + Nanos::from_millis(200);
    other.session.now = other.snapshot.at;
    let text = shown(&other, &mut pane, (40, 11));
    assert!(text.contains("▴3.000") && text.contains("▾0.500") && text.matches(['▴', '▾']).count() == 2, "{text}");
    other.session.now = NOON + Nanos::from_millis(1_199);
    assert_eq!(shown(&other, &mut pane, (40, 11)).matches(['▴', '▾']).count(), 2);
    other.session.now = NOON + Nanos::from_millis(1_200);
    assert_eq!(shown(&other, &mut pane, (40, 11)).matches(['▴', '▾']).count(), 0);
    // A jump in a replay is no news, nor is another grouping.
    view.snapshot.at = NOON + Nanos::from_secs(90);
    view.session.now = view.snapshot.at;
    assert_eq!(shown(&view, &mut pane, (40, 11)).matches(['▴', '▾']).count(), 0);
    commanded(&view, &mut pane, &[Command::BookCoarser]);
    assert_eq!(shown(&view, &mut pane, (40, 11)).matches(['▴', '▾']).count(), 0);
}

#[test]
fn static_prices_stay_while_the_market_moves() {
    let view = small(&BIDS, &ASKS);
    let mut pane = LadderPane::new();
    commanded(&view, &mut pane, &[Command::BookLock]);
    let row_of = |text: &str, at: &str| text.lines().position(|line| line.contains(at));
    let before = shown(&view, &mut pane, (40, 16));
    let moved = small(&[("100.4", "2"), ("100.1", "1")], &[("100.5", "1"), ("100.6", "1")]);
    let after = shown(&moved, &mut pane, (40, 16));
    assert_eq!(row_of(&before, "100.2"), row_of(&after, "100.2"));
    assert!(row_of(&after, "100.2").is_some(), "a price at which nothing rests has its row too: {after}");
    // The market leaves: it is said where it went, and a key brings it back.
    let gone = small(&[("120.0", "2")], &[("120.1", "1")]);
    let text = shown(&gone, &mut pane, (44, 16));
    assert!(text.contains("↑ market at 120 ↑ End centres"), "{text}");
    commanded(&gone, &mut pane, &[Command::BookCentre]);
    let text = shown(&gone, &mut pane, (44, 16));
    assert!(text.contains("120.1") && !text.contains("centres"), "{text}");
}

#[test]
fn the_cursor_selects_a_price() {
    let view = small(&BIDS, &ASKS);
    let mut pane = LadderPane::new();
    shown(&view, &mut pane, (40, 11));
    assert_eq!(pane.selected(), None);
    commanded(&view, &mut pane, &[Command::BookDown]);
    assert_eq!(pane.selected(), Some(price("99.9")), "it begins beside the middle");
    commanded(&view, &mut pane, &[Command::BookDown, Command::BookDown]);
    assert_eq!(pane.selected(), Some(price("99.6")));
    commanded(&view, &mut pane, &[Command::BookUp, Command::BookUp, Command::BookUp]);
    assert_eq!(pane.selected(), Some(price("100.1")), "it steps over the spread");
    let cross = |at: &str| Handled::Run(Action::Cross(Some(Cross { at: NOON, price: Some(price(at)) })));
    assert_eq!(with_cx(&view, &dark(), M1, |cx| pane.on_command(Command::BookPick, 1, cx)), cross("100.1"));
    let text = shown(&view, &mut pane, (40, 11));
    let row = text.lines().position(|line| line.contains("100.3")).unwrap() as u16;
    let click = MouseEvent { kind: MouseEventKind::Down(MouseButton::Left), column: 5, row, modifiers: KeyModifiers::NONE };
    assert_eq!(with_cx(&view, &dark(), M1, |cx| pane.on_mouse(click, Rect::new(0, 0, 40, 11), cx)), cross("100.3"));
    assert_eq!(pane.selected(), Some(price("100.3")));
    commanded(&view, &mut pane, &[Command::Cancel]);
    assert_eq!(pane.selected(), None);
    // Held in place, prices go along with the cursor.
    commanded(&view, &mut pane, &[Command::BookLock]);
    shown(&view, &mut pane, (40, 11));
    commanded(&view, &mut pane, &[Command::BookUp]);
    for _ in 0..30 {
        commanded(&view, &mut pane, &[Command::BookUp]);
        shown(&view, &mut pane, (40, 11));
    }
    assert_eq!(pane.selected(), Some(price("103.1")));
    assert!(shown(&view, &mut pane, (40, 11)).contains("103.1"));
}

#[test]
fn the_linked_crosshairs_price_is_marked() {
    let view = small(&BIDS, &ASKS);
    let mut pane = LadderPane::new();
    with_cx(&view, &dark(), M1, |cx| {
        let cx = Cx { cross: Some(Cross { at: NOON, price: Some(price("99.62")) }), ..*cx };
        let text = lines(&drawn(&mut pane, 40, 11, &cx));
        let row = text.lines().find(|line| line.starts_with('+')).unwrap();
        assert!(row.contains("99.6"), "{text}");
    });
}

#[test]
fn columns_are_the_users_and_come_back() {
    let view = small(&BIDS, &ASKS);
    let mut pane = LadderPane::new();
    with_cx(&view, &dark(), M1, |cx| {
        assert!(pane.on_line(Command::BookColumns, "price volume", cx).unwrap_err().contains("`volume` is no column"));
        pane.on_line(Command::BookColumns, "total price size", cx).unwrap();
    });
    commanded(&view, &mut pane, &[Command::BookCoarser, Command::BookLock]);
    let text = shown(&view, &mut pane, (40, 16));
    let head = text.lines().find(|line| line.contains("price")).unwrap();
    assert!(head.find("total") < head.find("price") && head.find("price") < head.find("size"), "{text}");
    assert!(!text.contains('█'));
    let mut other = LadderPane::new();
    other.restore(&pane.settings());
    assert_eq!(other.settings(), pane.settings());
    assert_eq!(shown(&view, &mut other, (40, 16)), text);
    other.restore(&"group = -1\nlist-columns = \"x\"\nlarge = 7\nsides = 1".parse().unwrap());
    assert_eq!(other.settings(), pane.settings());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_book_can_be_drawn_at_any_size(levels in proptest::collection::vec((any::<i64>(), 0_i64..i64::MAX, any::<bool>()), 0..40), width in 0_u16..=200, height in 0_u16..=60, group in 0_u32..30, ascii: bool, locked: bool, sides: bool, moves in proptest::collection::vec(0_usize..6, 0..8), tick in 0_i64..1_000_000_000, last in any::<i64>()) {
        let mut book = OrderBook::default();
        let side = |bid: bool| levels.iter().filter(|level| level.2 == bid).map(|level| (Price::from_units(level.0), Qty::from_units(level.1))).collect();
        book.reset(&BookSnapshot { bids: side(true), asks: side(false), ..BookSnapshot::default() });
        let mut view = full();
        let symbol = &mut view.snapshot.symbols[0];
        symbol.book = Arc::new(book);
        let mut instrument = (*symbol.instrument).clone();
        instrument.tick = Price::from_units(tick);
        symbol.instrument = Arc::new(instrument);
        if let Some(trade) = &mut symbol.last {
            trade.price = Price::from_units(last);
        }
        let theme = crate::ui::theme::Theme { ascii, ..mono() };
        with_cx(&view, &theme, M1, |cx| {
            let mut pane = LadderPane::new();
            pane.on_command(Command::BookCoarser, group, cx);
            for command in [(locked, Command::BookLock), (sides, Command::BookLayout)].into_iter().filter(|c| c.0).map(|c| c.1) {
                pane.on_command(command, 1, cx);
            }
            for command in moves {
                const MOVES: [Command; 6] = [Command::BookUp, Command::BookDown, Command::BookPageUp, Command::BookPageDown, Command::BookPick, Command::BookLarge];
                drawn(&mut pane, width, height, cx);
                pane.on_command(MOVES[command], 7, cx);
            }
            let text = lines(&drawn(&mut pane, width, height, cx));
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!ascii || text.is_ascii(), "{text}");
        });
    }
}

#[test]
fn the_walls_of_the_indicator_are_marked_as_support_and_resistance() {
    let symbol = crate::ui::panes::fixtures::symbol();
    let level = |text: &str, size: &str| (price(text), qty(size));
    let book = BookSnapshot {
        last: 1,
        bids: vec![level("100.0", "1"), level("99.9", "9"), level("99.8", "2")],
        asks: vec![level("100.1", "1"), level("100.2", "2"), level("100.3", "7")],
        ex: None,
    };
    let mut engine = crate::engine::Engine::new(crate::domain::EngineConfig::default(), "test");
    let event = crate::domain::Event::Book(book);
    let payload = crate::domain::Payload::Market(crate::domain::Market::of(symbol, event));
    engine.apply(&crate::domain::Input { seq: 1, at: NOON, payload });
    let marked = |engine: &crate::engine::Engine| {
        let view = View { snapshot: engine.snapshot(), ..full() };
        let text = picture(&view, (40, 12), &[]);
        text.lines().filter(|line| line.starts_with('■')).map(|line| line[3..].trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&engine), [""; 0], "before the first sample");
    engine.advance(NOON + Nanos::SECOND);
    let rows = marked(&engine);
    assert!(rows.len() == 2 && rows[0].starts_with("100.30") && rows[1].starts_with("99.90"), "{rows:?}");
}
