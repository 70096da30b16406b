use super::*;
use crate::app::link::{Cross, Window};
use crate::domain::{
    BarSpec, BookSnapshot, DepthDiff, EngineConfig, Event, Input, Level, Link, LinkScope, LinkState, Market, Meta, Payload, Qty,
    Side, Timeframe, Trade,
};
use crate::drive::view::{Session, View};
use crate::engine::Engine;
use crate::ui::pane::Action;
use crate::ui::panes::fixtures::{Dice, NOON, dark, drawn, instrument, light, lines, mono, price, symbol, with_cx};
use crate::ui::theme::Theme;
use crossterm::event::{KeyModifiers, MouseButton, MouseEventKind};
use proptest::prelude::*;

const M1: BarSpec = BarSpec::Time(Timeframe::M1);
const TICK: i64 = 10_000_000;

fn level(ticks: i64, lots: i64) -> Level {
    (Price::from_units(ticks * TICK), Qty::from_units(lots * 100_000))
}

/// A market played through the engine: what the pane shows is what the engine kept.
struct Market_ {
    engine: Engine,
    seq: u64,
    at: Nanos,
    update: u64,
}

impl Market_ {
    fn new() -> Self {
        let meta =
            Meta { venue: "test".into(), instruments: vec![instrument()], app: "test".into(), engine: EngineConfig::default() };
        let mut market = Self { engine: Engine::from_meta(&meta), seq: 0, at: NOON, update: 10 };
        market.apply(Payload::Meta(Box::new(meta)));
        market
    }

    fn apply(&mut self, payload: Payload) {
        self.seq += 1;
        self.engine.apply(&Input { seq: self.seq, at: self.at, payload });
    }

    fn event(&mut self, event: Event) {
        self.apply(Payload::Market(Market::of(symbol(), event)));
    }

    fn snapshot(&mut self, bids: Vec<Level>, asks: Vec<Level>) {
        self.update += 10;
        self.event(Event::Book(BookSnapshot { last: self.update, bids, asks, ex: None }));
    }

    fn change(&mut self, bids: Vec<Level>, asks: Vec<Level>) {
        self.update += 1;
        self.event(Event::Depth(DepthDiff { first: self.update, last: self.update, prev: None, bids, asks, ex: None }));
    }

    fn trade(&mut self, ticks: i64, lots: i64, side: Side) {
        let (price, qty) = level(ticks, lots);
        self.event(Event::Trade(Trade { price, qty, side, id: None, ex: None }));
    }

    fn lose(&mut self, why: &str) {
        self.event(Event::Link(Link { state: LinkState::Resync, scope: LinkScope::Book, why: why.into() }));
    }

    fn pass(&mut self, millis: i64) {
        self.at += Nanos::from_millis(millis);
        self.engine.advance(self.at);
    }

    fn view(&self) -> View {
        let session = Session { now: self.at, started: NOON, ..Session::default() };
        View { snapshot: self.engine.snapshot(), session }
    }

    /// Two minutes: walls, a price that wanders, trades, a wall that is traded away and one that is pulled, and a loss.
    fn full() -> Self {
        let mut market = Self::new();
        let mut dice = Dice(5);
        let middle = |second: i64| 618_000 + ((second as f64 / 11.0).sin() * 180.0) as i64;
        let side = |middle: i64, sign: i64, dice: &mut Dice| -> Vec<Level> {
            (1..900).map(|i| level(middle + sign * i, (dice.roll().powi(4) * 4_000.0) as i64 + 3)).collect()
        };
        let (bids, asks) = (side(middle(0), -1, &mut dice), side(middle(0), 1, &mut dice));
        market.snapshot(bids, asks);
        for second in 0..120 {
            if second == 70 {
                market.lose("updates are missing");
            }
            if second == 78 {
                let (bids, asks) = (side(middle(78), -1, &mut dice), side(middle(78), 1, &mut dice));
                market.snapshot(bids, asks);
            }
            let (before, now) = (middle((second - 1).max(0)), middle(second));
            let cleared: Vec<Level> = (before.min(now)..=before.max(now)).map(|ticks| level(ticks, 0)).collect();
            let mut bids: Vec<Level> = (1..40).map(|i| level(now - i, (dice.roll().powi(4) * 4_000.0) as i64 + 3)).collect();
            let mut asks: Vec<Level> = (1..40).map(|i| level(now + i, (dice.roll().powi(4) * 4_000.0) as i64 + 3)).collect();
            // A wall above, pulled after a minute and a half; one below, sold into half a minute earlier.
            asks.push(level(618_640, if (10..90).contains(&second) { 900_000 } else { 0 }));
            bids.push(level(617_400, if (10..60).contains(&second) { 900_000 } else { 0 }));
            bids.extend(&cleared);
            asks.extend(&cleared);
            market.change(bids, asks);
            if second == 60 {
                market.trade(617_400, 900_000, Side::Sell);
            }
            for _ in 0..3 {
                let (side, at) = if dice.roll() < 0.5 { (Side::Buy, now + 1) } else { (Side::Sell, now - 1) };
                market.trade(at, (dice.roll().powi(6) * 90_000.0) as i64 + 5, side);
            }
            market.pass(1_000);
        }
        market
    }
}

fn picture(view: &View, theme: &Theme, size: (u16, u16), commands: &[(Command, u32)]) -> String {
    with_cx(view, theme, M1, |cx| {
        let mut pane = HeatmapPane::default();
        drawn(&mut pane, size.0, size.1, cx);
        for (command, count) in commands {
            pane.on_command(*command, *count, cx);
            drawn(&mut pane, size.0, size.1, cx);
        }
        lines(&drawn(&mut pane, size.0, size.1, cx))
    })
}

#[test]
fn a_market_in_two_minutes() {
    insta::assert_snapshot!(picture(&Market_::full().view(), &dark(), (140, 30), &[]));
}

#[test]
fn without_colours_density_tells() {
    insta::assert_snapshot!("mono", picture(&Market_::full().view(), &mono(), (80, 16), &[]));
    let ascii = Theme { ascii: true, ..mono() };
    let text = picture(&Market_::full().view(), &ascii, (80, 16), &[]);
    assert!(text.is_ascii(), "{text}");
    insta::assert_snapshot!("ascii", text);
}

#[test]
fn the_ends_of_walls_are_told_apart() {
    let text = picture(&Market_::full().view(), &dark(), (140, 30), &[(Command::HeatmapDots, 1)]);
    let plot = |glyph: char| text.lines().skip(1).filter(|line| line.contains(glyph)).count();
    assert!(plot('×') >= 1, "the pulled wall: {text}");
    assert!(plot('◆') >= 1, "the wall that was sold into: {text}");
}

#[test]
fn times_out_of_sync_are_hatched_with_their_reason() {
    let text = picture(&Market_::full().view(), &light(), (140, 30), &[]);
    assert_eq!(text.lines().nth(3).unwrap().chars().filter(|c| *c == '╱').count(), 8, "{text}");
    let mut market = Market_::full();
    market.pass(1_000);
    market.lose("updates are missing");
    market.pass(40_000);
    let text = picture(&market.view(), &dark(), (140, 30), &[]);
    assert!(text.contains("book out of sync since 23:02:01"), "{text}");
    assert!(text.contains(" out of sync: updates are missing "), "{text}");
}

#[test]
fn the_numbers_are_those_of_the_book() {
    let market = Market_::full();
    let view = market.view();
    let symbol = &view.snapshot.symbols[0];
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = HeatmapPane::default();
        drawn(&mut pane, 120, 40, cx);
        let frame = pane.frame;
        // Every row of the newest column against the book itself.
        let cells = pane.grid.cells(pane.newest.0);
        for (at, cell) in cells.iter().enumerate() {
            let low = (frame.base + at as i64) * frame.row;
            let inside = |price: &Price| (low..low + frame.row).contains(&price.units());
            let sum: i64 = symbol.book.bids().chain(symbol.book.asks()).filter(|(p, _)| inside(p)).map(|(_, q)| q.units()).sum();
            let found = if cell.heat.is_finite() { f64::from(cell.heat.exp2()) } else { 0.0 };
            assert!((found - sum as f64).abs() <= sum as f64 * 0.01, "row {at}: {found} for {sum}");
        }
    });
}

#[test]
fn columns_kept_from_before_equal_those_made_anew() {
    let mut market = Market_::full();
    let mut kept = HeatmapPane::default();
    let mut dice = Dice(3);
    for step in 0..60 {
        let ticks = 618_000 + (dice.roll() * 300.0) as i64;
        if step == 30 {
            market.lose("test");
        }
        if step == 34 {
            market.snapshot(vec![level(617_000, 500)], vec![level(618_900, 700)]);
        }
        market.change(vec![level(ticks - 900, step * 40 + 5)], vec![level(ticks + 700, 900 - step * 10)]);
        market.trade(ticks, 40, Side::Buy);
        market.pass(130 + (dice.roll() * 900.0) as i64);
        let view = market.view();
        for closer in [0, -2] {
            with_cx(&view, &dark(), M1, |cx| {
                kept.closer = closer;
                let mut fresh = HeatmapPane { closer, ..HeatmapPane::default() };
                let old = drawn(&mut kept, 100, 24, cx);
                // The same stretch of prices, whatever the picture stood still at.
                fresh.frame = kept.frame;
                assert_eq!(lines(&drawn(&mut fresh, 100, 24, cx)), lines(&old));
                for column in kept.columns() {
                    let same = kept.grid.cells(column).iter().zip(fresh.grid.cells(column)).all(|(a, b)| {
                        (a.heat == b.heat || a.heat.is_nan() && b.heat.is_nan())
                            && (a.bought, a.sold, a.removed) == (b.bought, b.sold, b.removed)
                    });
                    assert!(same && kept.grid.is_known(column) == fresh.grid.is_known(column), "column {column} at step {step}");
                }
            });
        }
    }
}

#[test]
fn the_crosshair_tells_a_levels_life() {
    let view = Market_::full().view();
    let at = NOON + Nanos::from_secs(50);
    let told = |price: Option<Price>, at: Nanos| {
        with_cx(&view, &dark(), M1, |cx| {
            let cx = Cx { cross: Some(Cross { at, price }), ..*cx };
            lines(&drawn(&mut HeatmapPane::default(), 150, 30, &cx)).lines().next().unwrap().to_owned()
        })
    };
    let line = told(Some(price("61740")), at);
    assert!(line.contains("23:00:50  61,740.0  bid 9"), "{line}");
    assert!(line.contains("BTC  resting since before 23:00:00  consumed"), "{line}");
    assert!(told(Some(price("61740")), NOON + Nanos::from_secs(74)).contains("out of sync: updates are missing"));
    assert!(told(None, at).contains("23:00:50"));
}

#[test]
fn panning_and_pointing_are_shared_with_the_chart() {
    let view = Market_::full().view();
    with_cx(&view, &dark(), M1, |cx| {
        let mut pane = HeatmapPane::default();
        drawn(&mut pane, 80, 24, cx);
        let older = pane.on_command(Command::ChartOlder, 10, cx);
        let newest = NOON + Nanos::from_secs(120 - 10);
        assert_eq!(older, Handled::Run(Action::Window(Window { newest: Some(newest), zoom: 0 })));
        let cx = &Cx { window: Window { newest: Some(newest), zoom: 0 }, ..*cx };
        assert!(lines(&drawn(&mut pane, 80, 24, cx)).contains("9s behind · End follows"));
        assert_eq!(pane.on_command(Command::ChartFollow, 1, cx), Handled::Run(Action::Window(Window::default())));
        let Handled::Run(Action::Cross(Some(cross))) = pane.on_command(Command::ChartCrosshair, 1, cx) else { panic!() };
        assert_eq!(cross.at, newest);
        let area = Rect::new(0, 0, 80, 24);
        let mouse = |pane: &mut HeatmapPane, kind, column, row, modifiers| {
            pane.on_mouse(MouseEvent { kind, column, row, modifiers }, area, cx)
        };
        let none = KeyModifiers::NONE;
        mouse(&mut pane, MouseEventKind::Down(MouseButton::Left), 20, 8, none);
        let Handled::Run(Action::Cross(Some(cross))) = mouse(&mut pane, MouseEventKind::Up(MouseButton::Left), 20, 8, none)
        else {
            panic!()
        };
        assert_eq!(cross.at, pane.start_of(pane.columns().start + 20));
        // Dragging down shows higher prices, and holds them.
        let middle = pane.middle();
        mouse(&mut pane, MouseEventKind::Down(MouseButton::Left), 20, 8, none);
        mouse(&mut pane, MouseEventKind::Drag(MouseButton::Left), 20, 11, none);
        assert_eq!(pane.held, Some(Price::from_units(middle.units() + 6 * pane.frame.row)));
        assert!(lines(&drawn(&mut pane, 80, 24, cx)).contains("prices held · v centres"));
        pane.on_command(Command::HeatmapCentre, 1, cx);
        let row = pane.frame.row;
        mouse(&mut pane, MouseEventKind::ScrollUp, 20, 8, KeyModifiers::SHIFT);
        drawn(&mut pane, 80, 24, cx);
        assert!(pane.frame.row < row && pane.held.is_none());
    });
}

#[test]
fn says_why_it_is_empty() {
    let mut market = Market_::new();
    market.trade(618_000, 5, Side::Buy);
    let mut view = market.view();
    let shown = |view: &View| with_cx(view, &dark(), M1, |cx| lines(&drawn(&mut HeatmapPane::default(), 70, 5, cx)));
    view.session.now = NOON + Nanos::from_secs(100);
    assert!(shown(&view).contains("no order book yet"), "{}", shown(&view));
    view.session.replay = Some(crate::drive::view::ReplayView {
        files: Vec::new(),
        index: None,
        state: crate::drive::view::ReplayState::Playing,
        speed: 1.0,
        repeat: crate::drive::replay::Repeat::default(),
        from: NOON,
        to: None,
        kept: Vec::new(),
        problems: Vec::new(),
    });
    assert!(shown(&view).contains("no order book in this recording so far, only trades"), "{}", shown(&view));
}

#[test]
fn settings_come_back() {
    let pane = HeatmapPane { closer: -2, price_closer: 1, fainter: 4, dots: false, least: Some(2e8), ..HeatmapPane::default() };
    let mut other = HeatmapPane::default();
    other.restore(&pane.settings());
    assert_eq!(other.settings(), pane.settings());
    other.restore(&"closer = 'x'\nfainter = 900\nleast = -1.0".parse().unwrap());
    assert_eq!((other.closer, other.fainter, other.least), (-2, FAINTER.1, Some(2e8)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn any_market_can_be_drawn_at_any_size(
        steps in proptest::collection::vec((any::<i64>(), 0_i64..1 << 62, 0_i64..40_000, 0_u8..6), 1..40),
        width in 0_u16..=160, height in 0_u16..=50, ascii: bool,
        commands in proptest::collection::vec((0_usize..40, 1_u32..9), 0..6),
    ) {
        let mut market = Market_::new();
        for (units, size, millis, kind) in steps {
            let price = Price::from_units(units.max(1));
            match kind {
                0 => market.snapshot(vec![(price, Qty::from_units(size))], Vec::new()),
                1 => market.lose("test"),
                2 => market.event(Event::Trade(Trade { price, qty: Qty::from_units(size.max(1)), side: Side::Buy, id: None, ex: None })),
                3 => market.change(Vec::new(), vec![(Price::from_units(i64::MAX - size / 2), Qty::from_units(size))]),
                _ => market.change(vec![(price, Qty::from_units(size))], Vec::new()),
            }
            market.pass(millis);
        }
        let view = market.view();
        let theme = Theme { ascii, ..dark() };
        with_cx(&view, &theme, M1, |cx| {
            let mut pane = HeatmapPane::default();
            drawn(&mut pane, width, height, cx);
            let all: Vec<Command> = Command::ALL.iter().copied().filter(|command| command.spec().is_some_and(|spec| Scope::Heatmap.takes(spec.scope))).collect();
            for (command, count) in commands {
                pane.on_command(all[command % all.len()], count, cx);
                let text = lines(&drawn(&mut pane, width, height, cx));
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
                assert!(!ascii || text.is_ascii(), "{text}");
            }
        });
    }
}
