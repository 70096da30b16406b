use super::*;
use crate::book::OrderBook;
use crate::domain::{BarSpec, BookSnapshot, Timeframe};
use crate::drive::view::View;
use crate::engine::snapshot::Top;
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, market, mono, price, qty, view_of, walk, with_cx};
use crossterm::event::KeyModifiers;
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
    assert!(text.contains("0.2 · 20.00 bps · mid 100.00"), "{text}");
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_book_can_be_drawn_at_any_size(levels in proptest::collection::vec((any::<i64>(), 0_i64..i64::MAX, any::<bool>()), 0..40), width in 0_u16..=200, height in 0_u16..=60, group in 0_u32..30, ascii: bool, tick in 0_i64..1_000_000_000, last in any::<i64>()) {
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
            let text = lines(&drawn(&mut pane, width, height, cx));
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!ascii || text.is_ascii(), "{text}");
        });
    }
}
