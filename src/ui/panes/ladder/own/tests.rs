use super::*;
use crate::domain::{BarSpec, MANUAL, Timeframe};
use crate::drive::view::View;
use crate::ui::pane::Pane as _;
use crate::ui::panes::fixtures::{NOON, dark, drawn, lines, market, mono, symbol, walk, with_cx};
use crate::ui::panes::trading_fixture::{beside, trading};
use crate::ui::theme::Theme;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

const M1: BarSpec = BarSpec::Time(Timeframe::M1);

fn view() -> View {
    trading(market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON))
}

fn act(account: &str, id: OrderId, to: Price) -> Action {
    Action::Trade(TradeAct::Move(account.into(), id, to))
}

#[test]
fn orders_stand_at_their_price_with_the_queue_ahead() {
    let view = view();
    for (name, width, commands) in
        [("list", 64, &[][..]), ("static", 64, &[Command::BookLock]), ("sides", 74, &[Command::BookLayout]), ("narrow", 30, &[])]
    {
        with_cx(&view, &dark(), M1, |cx| {
            let mut pane = LadderPane::new();
            for command in commands {
                pane.on_command(*command, 1, cx);
            }
            insta::assert_snapshot!(name, lines(&drawn(&mut pane, width, 25, cx)));
        });
    }
}

#[test]
fn a_price_at_which_nobody_else_rests_has_a_line_in_a_list_of_levels_too() {
    let mut view = view();
    let bids: Vec<Price> = view.snapshot.symbols[0].book.bids().map(|(price, _)| price).collect();
    let gap = bids.windows(2).find(|pair| pair[0].units() - pair[1].units() > 10_000_000).map(|pair| beside(pair[0], -1));
    let asks = view.snapshot.symbols[0].top.unwrap().ask;
    let at = gap.unwrap_or_else(|| beside(asks, 1));
    let account = Arc::make_mut(&mut view.snapshot.trading.broker.accounts[0]);
    let kind = crate::domain::OrderKind::Limit { price: at };
    account.working = vec![Arc::new(crate::ui::panes::trading_fixture::order(5, symbol(), Side::Buy, kind, None))];
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = LadderPane::new();
        for height in [9, 15, 40] {
            drawn(&mut pane, 60, height, cx);
            let rows = usize::from(pane.body.height);
            assert_eq!(pane.rungs.len().min(rows), rows, "no line too many or too few");
            let prices: Vec<Price> = pane.rungs.iter().filter_map(|rung| rung.price).collect();
            assert!(prices.windows(2).all(|pair| pair[0] > pair[1]), "{prices:?}");
            assert!(prices.contains(&at) || height == 9, "{prices:?}");
            assert_eq!(pane.rungs.iter().filter(|rung| rung.price.is_none()).count(), rows - prices.len());
        }
    });
}

#[test]
fn the_order_at_the_cursor_is_moved_cancelled_and_changed() {
    let view = view();
    let bid = view.snapshot.symbols[0].top.unwrap().bid;
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = LadderPane::new();
        pane.on_command(Command::BookLock, 1, cx);
        drawn(&mut pane, 64, 25, cx);
        let at = beside(bid, -3);
        pane.cursor = Some(at);
        let run = |action: Action| Handled::Run(action);
        let cancel = Action::Trade(TradeAct::Cancel(MANUAL.into(), 11));
        assert_eq!(pane.on_command(Command::BookOrderCancel, 1, cx), run(Action::All(vec![cancel])));
        let amend = Action::Trade(TradeAct::Amend(MANUAL.into(), 11));
        assert_eq!(pane.on_command(Command::BookOrderEdit, 1, cx), run(amend));
        let up = pane.on_command(Command::BookOrderUp, 1, cx);
        assert_eq!(up, run(Action::All(vec![act(MANUAL, 11, beside(at, 1))])));
        // The exchange does not know of it yet: the next key goes on from where it was told to go.
        assert_eq!(pane.selected(), Some(beside(at, 1)));
        let up = pane.on_command(Command::BookOrderUp, 2, cx);
        assert_eq!(up, run(Action::All(vec![act(MANUAL, 11, beside(at, 3))])));
        assert!(lines(&drawn(&mut pane, 64, 25, cx)).contains("moves"));
        // Where there is no order nothing is sent; Enter begins one.
        pane.cursor = Some(beside(bid, -4));
        assert_eq!(pane.on_command(Command::BookOrderDown, 1, cx), Handled::Yes);
        let ticket = TradeAct::Ticket { symbol: Some(symbol()), side: Side::Buy, price: Some(beside(bid, -4)) };
        assert_eq!(pane.on_command(Command::BookOrder, 1, cx), run(Action::Trade(ticket)));
    });
}

#[test]
fn the_mouse_pulls_orders_and_begins_them() {
    let view = view();
    let bid = view.snapshot.symbols[0].top.unwrap().bid;
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = LadderPane::new();
        pane.on_command(Command::BookLock, 1, cx);
        drawn(&mut pane, 64, 25, cx);
        let row = |pane: &LadderPane, price: Price| {
            pane.body.y + pane.rungs.iter().position(|rung| rung.price == Some(price)).unwrap() as u16
        };
        let mouse = |kind, row| MouseEvent { kind, column: 5, row, modifiers: KeyModifiers::NONE };
        let (down, drag, up) = (
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Drag(MouseButton::Left),
            MouseEventKind::Up(MouseButton::Left),
        );
        let (from, to) = (row(&pane, beside(bid, -3)), row(&pane, beside(bid, -1)));
        let area = Rect::new(0, 0, 64, 25);
        pane.on_mouse(mouse(down, from), area, cx);
        assert_eq!(pane.on_mouse(mouse(drag, to), area, cx), Handled::Yes);
        let moved = pane.on_mouse(mouse(up, to), area, cx);
        assert_eq!(moved, Handled::Run(Action::All(vec![act(MANUAL, 11, beside(bid, -1))])));
        // Let go where it was taken nothing moves, and Esc lets go of it.
        pane.moving.clear();
        pane.on_mouse(mouse(down, from), area, cx);
        assert_eq!(pane.on_mouse(mouse(up, from), area, cx), Handled::Yes);
        pane.on_mouse(mouse(down, from), area, cx);
        assert_eq!(pane.on_command(Command::Cancel, 1, cx), Handled::Yes);
        assert_eq!(pane.on_mouse(mouse(drag, to), area, cx), Handled::No);
        // Elsewhere an order is begun.
        let at = beside(bid, -2);
        let handled = pane.on_mouse(mouse(down, row(&pane, at)), area, cx);
        let Handled::Run(Action::All(actions)) = handled else { panic!("{handled:?}") };
        let ticket = TradeAct::Ticket { symbol: Some(symbol()), side: Side::Buy, price: Some(at) };
        assert_eq!(actions[1], Action::Trade(ticket));
    });
}

#[test]
fn without_anything_of_ones_own_nothing_is_different() {
    let bare = market(walk(50, Timeframe::M1, NOON), Timeframe::M1, NOON);
    let mut on = bare.clone();
    on.snapshot.trading.broker.on = true;
    let draw = |view: &View| with_cx(view, &dark(), M1, |cx| lines(&drawn(&mut LadderPane::new(), 40, 15, cx)));
    assert_eq!(draw(&bare), draw(&on));
    let theme = Theme { ascii: true, ..mono() };
    with_cx(&view(), &theme, M1, |cx| {
        for (width, height) in [(10, 3), (24, 9), (64, 25)] {
            let shown = lines(&drawn(&mut LadderPane::new(), width, height, cx));
            assert!(shown.is_ascii(), "{shown}");
        }
    });
}
