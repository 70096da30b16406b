use super::*;
use crate::app::link::Cross;
use crate::book::OrderBook;
use crate::domain::{BarSpec, BookSnapshot, Qty, Timeframe};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{NOON, dark, drawn, empty_symbol, lines, market, mono, price, view_of, walk, with_cx};
use crossterm::event::KeyModifiers;
use proptest::prelude::*;
use std::sync::Arc;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn full() -> View {
    market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON)
}

fn picture(view: &View, pane: &mut DepthPane, size: (u16, u16)) -> String {
    with_cx(view, &dark(), M1, |cx| lines(&drawn(pane, size.0, size.1, cx)))
}

fn mouse(kind: MouseEventKind, column: u16, row: u16) -> MouseEvent {
    MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }
}

#[test]
fn bids_left_asks_right() {
    insta::assert_snapshot!(picture(&full(), &mut DepthPane::default(), (70, 16)));
}

#[test]
fn it_folds_as_it_gets_small() {
    let view = full();
    for (size, has) in [((44, 10), "bids"), ((22, 4), "█"), ((12, 2), "█")] {
        let text = picture(&view, &mut DepthPane::default(), size);
        assert!(text.contains(has), "{size:?}: {text}");
    }
}

#[test]
fn the_range_is_zoomed_by_keys_and_wheel() {
    let view = full();
    let mut pane = DepthPane::default();
    picture(&view, &mut pane, (60, 10));
    with_cx(&view, &dark(), M1, |cx| {
        let title = |pane: &DepthPane| pane.title(cx).to_string();
        let fitted = title(&pane);
        pane.on_command(Command::BookFiner, 20, cx);
        assert_eq!(title(&pane), "Depth ±0.02%");
        pane.on_mouse(mouse(MouseEventKind::ScrollDown, 5, 5), Rect::new(0, 0, 60, 10), cx);
        assert_eq!(title(&pane), "Depth ±0.05%");
        pane.on_command(Command::BookCoarser, 40, cx);
        assert_eq!(title(&pane), "Depth whole book");
        let mut other = DepthPane::default();
        other.restore(&pane.settings());
        assert_eq!((title(&other), other.settings()), (title(&pane), pane.settings()));
        pane.on_command(Command::BookCentre, 1, cx);
        drawn(&mut pane, 60, 10, cx);
        assert_eq!(title(&pane), fitted);
    });
}

#[test]
fn the_cursor_says_what_an_order_would_cost() {
    let view = full();
    let mut pane = DepthPane::default();
    picture(&view, &mut pane, (100, 14));
    let area = Rect::new(0, 0, 100, 14);
    with_cx(&view, &dark(), M1, |cx| {
        assert_eq!(pane.on_mouse(mouse(MouseEventKind::Moved, 80, 6), area, cx), Handled::Yes);
    });
    let text = picture(&view, &mut pane, (100, 14));
    let head = text.lines().next().unwrap();
    assert!(
        head.starts_with("to buy ") && head.contains("average ") && head.contains("worst ") && head.contains(" bps"),
        "{text}"
    );
    let symbol = &view.snapshot.symbols[0];
    let impact = Impact::up_to(&symbol.book, pane.cursor.unwrap()).unwrap();
    assert!(
        head.contains(&format!("average {:#.1}", impact.average())) && head.contains(&format!("{:#.3} BTC", impact.volume())),
        "{head}"
    );
    let clicked =
        with_cx(&view, &dark(), M1, |cx| pane.on_mouse(mouse(MouseEventKind::Down(MouseButton::Left), 20, 6), area, cx));
    let Handled::Run(Action::Cross(Some(Cross { price: Some(at), .. }))) = clicked else { panic!("{clicked:?}") };
    assert!(at < symbol.book.best_bid().unwrap().0);
    assert!(picture(&view, &mut pane, (100, 14)).starts_with("to sell "));
    with_cx(&view, &dark(), M1, |cx| {
        pane.on_command(Command::Cancel, 1, cx);
        assert!(lines(&drawn(&mut pane, 100, 14, cx)).starts_with("bids "));
        // The crosshair of a linked pane is read the same way; keys go on from it.
        let cx = Cx { cross: Some(Cross { at: NOON, price: Some(at) }), ..*cx };
        assert!(lines(&drawn(&mut pane, 100, 14, &cx)).starts_with("to sell "));
        pane.on_command(Command::BookDown, 2, &cx);
        assert!(pane.cursor.unwrap() < at);
    });
}

#[test]
fn walls_are_marked_with_price_and_size() {
    let mut view = full();
    let symbol = &mut view.snapshot.symbols[0];
    let (bid, ask) = (symbol.book.best_bid().unwrap().0, symbol.book.best_ask().unwrap().0);
    let mut book = (*symbol.book).clone();
    let wall = bid - price("40");
    book.set(Side::Buy, (wall, "900".parse::<Qty>().unwrap()));
    symbol.book = Arc::new(book);
    let mut pane = DepthPane::default();
    let text = picture(&view, &mut pane, (100, 20));
    assert!(text.contains('◆') && text.contains("@ "), "{text}");
    assert!(pane.walls.first().is_some_and(|column| Some(*column) == pane.span.column(wall)));
    with_cx(&view, &dark(), M1, |cx| pane.on_line(Command::BookLarge, "5000", cx)).unwrap();
    assert!(!picture(&view, &mut pane, (100, 20)).contains('◆'));
    assert!(ask > bid);
}

#[test]
fn says_why_there_is_nothing_or_nothing_sure() {
    let of = |view: &View| picture(view, &mut DepthPane::default(), (60, 8));
    assert!(of(&view_of(empty_symbol(), NOON)).contains("no order book yet"));
    let mut quotes = full();
    quotes.snapshot.symbols[0].book = Arc::new(OrderBook::default());
    assert!(of(&quotes).contains("only the best bid and ask"));
    quotes.snapshot.symbols[0].book_state = BookState::Lost(NOON, "update 17 missing".into());
    assert!(of(&quotes).contains("no order book: update 17 missing"));
    let mut lost = full();
    lost.snapshot.symbols[0].book_state = BookState::Lost(NOON, "update 17 missing".into());
    assert!(of(&lost).starts_with(" out of sync since 23:00:00: update 17 missing"));
    let mut stale = full();
    stale.session.now = NOON + Nanos::from_secs(9);
    assert!(of(&stale).starts_with("stale 9s bids "));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_book_can_be_drawn_at_any_size(levels in proptest::collection::vec((any::<i64>(), 0_i64..i64::MAX, any::<bool>()), 0..40), width in 0_u16..=200, height in 0_u16..=60, zoom in 0_u32..14, ascii: bool, moves in -40_i64..40, cross in any::<i64>()) {
        let mut book = OrderBook::default();
        let side = |bid: bool| levels.iter().filter(|level| level.2 == bid).map(|level| (Price::from_units(level.0), Qty::from_units(level.1))).collect();
        book.reset(&BookSnapshot { bids: side(true), asks: side(false), ..BookSnapshot::default() });
        let mut view = full();
        view.snapshot.symbols[0].book = Arc::new(book);
        let theme = crate::ui::theme::Theme { ascii, ..mono() };
        with_cx(&view, &theme, M1, |cx| {
            let cx = Cx { cross: Some(Cross { at: NOON, price: Some(Price::from_units(cross)) }), ..*cx };
            let mut pane = DepthPane::default();
            pane.on_command(Command::BookFiner, 13, &cx);
            pane.on_command(Command::BookCoarser, zoom, &cx);
            drawn(&mut pane, width, height, &cx);
            let command = if moves < 0 { Command::BookDown } else { Command::BookUp };
            pane.on_command(command, moves.unsigned_abs() as u32, &cx);
            let text = lines(&drawn(&mut pane, width, height, &cx));
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            assert!(!ascii || text.is_ascii(), "{text}");
        });
    }
}
