use super::*;
use crate::app::commands::{Command, Scope, specs};
use crate::app::link::{Cross, Window};
use crate::app::pairs::{PairChoice, Pairs};
use crate::domain::{Bar, BarSpec, Nanos, Price, Symbol, Timeframe};
use crate::drive::view::View;
use crate::ui::pane::{Action, Cx, Handled, Pane};
use crate::ui::panes::fixtures::{self, Dice, NOON, bar_view, dark, drawn, empty_symbol, lines, mono, price, view_of, walk};
use crate::ui::theme::Theme;
use insta::assert_snapshot;
use proptest::prelude::*;
use std::sync::Arc;

const BARS: BarSpec = BarSpec::Time(Timeframe::M1);

/// Two symbols, the second drawn to 0.04 times the first; `change` may take bars away or stop a leg.
fn two(count: usize, change: impl Fn(&mut Vec<Bar>, &mut Vec<Bar>)) -> View {
    let mut first = walk(count, Timeframe::M1, NOON);
    let mut dice = Dice(11);
    let mut off = 0.0;
    let mut second: Vec<Bar> = first
        .iter()
        .map(|bar| {
            off = off * 0.8 + (dice.roll() - 0.5) * 3.0;
            let close = Price::from_f64(((bar.close.to_f64() * 0.04 + off) * 100.0).round() / 100.0);
            Bar { close, high: close, low: close, open: close, ..*bar }
        })
        .collect();
    change(&mut first, &mut second);
    let mut view = view_of(empty_symbol(), NOON);
    let symbols = [("BTCUSDT", first), ("ETHUSDT", second)].map(|(name, bars)| {
        let mut symbol = empty_symbol();
        let instrument = Arc::make_mut(&mut symbol.instrument);
        instrument.symbol = Symbol::new(name).unwrap();
        symbol.time_bars.insert(Timeframe::M1, bar_view(bars));
        symbol
    });
    view.snapshot.symbols = symbols.into();
    view.snapshot.at = NOON;
    view
}

fn with<T>(
    view: &View,
    theme: &Theme,
    choice: PairChoice,
    change: impl FnOnce(&mut Cx<'_>),
    act: impl FnOnce(&Cx<'_>) -> T,
) -> T {
    let mut pairs = Pairs::default();
    pairs.keep(std::iter::once((choice, BARS, true)), view);
    while pairs.is_working() {
        pairs.keep(std::iter::once((choice, BARS, true)), view);
    }
    fixtures::with_cx(view, theme, BARS, |cx| {
        let mut cx = Cx { pair: choice, pairs: &pairs, ..*cx };
        change(&mut cx);
        act(&cx)
    })
}

fn picture(what: What, view: &View, size: (u16, u16)) -> String {
    with(
        view,
        &dark(),
        PairChoice::default(),
        |_| {},
        |cx| {
            let mut pane = CoursePane::new(what);
            let text = lines(&drawn(&mut pane, size.0, size.1, cx));
            format!("[{}]\n{text}", pane.title(cx))
        },
    )
}

#[test]
fn a_pair_over_time() {
    let view = two(300, |_, _| {});
    let all = [What::Spread, What::ZScore, What::Hedge, What::Correlation].map(|what| picture(what, &view, (78, 14)));
    assert_snapshot!(all.join("\n"));
}

#[test]
fn small_panes_keep_what_matters() {
    let view = two(300, |_, _| {});
    let all = [(40, 6), (30, 3), (17, 2)].map(|size| picture(What::ZScore, &view, size));
    assert_snapshot!(all.join("\n"));
}

#[test]
fn missing_bars_are_a_gap_and_a_stale_leg_is_said() {
    let gap = two(200, |first, _| {
        first.drain(150..160);
    });
    assert_snapshot!("gap", picture(What::Hedge, &gap, (78, 9)));
    let stale = two(200, |_, second| {
        second.drain(190..);
    });
    let said = picture(What::ZScore, &stale, (100, 9));
    assert!(said.contains("ETHUSDT stale"), "{said}");
}

#[test]
fn a_symbol_that_falls_silent_is_stale_though_its_bars_go_on() {
    let mut view = two(200, |_, _| {});
    view.snapshot.symbols[0].last_event = Some(NOON);
    view.snapshot.symbols[1].last_event = Some(NOON - Nanos::from_secs(89));
    assert!(!picture(What::ZScore, &view, (100, 9)).contains("stale"));
    view.snapshot.symbols[1].last_event = Some(NOON - Nanos::from_secs(120));
    let said = picture(What::ZScore, &view, (100, 9));
    assert!(said.contains("ETHUSDT stale 2m 0s"), "{said}");
}

#[test]
fn what_is_not_there_is_said() {
    let alone = view_of(empty_symbol(), NOON);
    assert!(picture(What::ZScore, &alone, (60, 9)).contains("a pair takes two symbols"));
    let few = two(30, |_, _| {});
    assert!(picture(What::Spread, &few, (90, 9)).contains("29 of 100 common bars of 1m"));
    let still = two(200, |first, _| first.iter_mut().for_each(|bar| bar.close = price("100")));
    assert!(picture(What::Hedge, &still, (60, 9)).contains("x did not change"));
    let apart = two(200, |_, second| second.iter_mut().for_each(|bar| bar.start += Nanos::from_secs(86_400 * 30)));
    assert!(picture(What::Hedge, &apart, (90, 9)).contains("no closed bar"));
}

#[test]
fn the_crosshair_is_the_links() {
    let view = two(300, |_, _| {});
    let at = NOON - Nanos::from_secs(60 * 60);
    let pointed = Some(Cross { at, price: None });
    with(
        &view,
        &dark(),
        PairChoice::default(),
        |cx| cx.cross = pointed,
        |cx| {
            let mut pane = CoursePane::new(What::ZScore);
            let text = lines(&drawn(&mut pane, 78, 14, cx));
            assert!(text.contains("22:00"), "{text}");
            let older = pane.on_command(Command::ChartOlder, 2, cx);
            let Handled::Run(Action::Cross(Some(cross))) = older else { panic!("{older:?}") };
            // Two columns of two bars.
            assert_eq!(cross.at, at - Nanos::from_secs(4 * 60));
        },
    );
}

#[test]
fn a_terminal_of_ascii_gets_nothing_else() {
    let view = two(300, |_, _| {});
    let mut plain = mono();
    plain.ascii = true;
    for method in crate::analytics::pairs::Method::ALL {
        let mut choice = PairChoice::default();
        choice.setup.method = method;
        with(
            &view,
            &plain,
            choice,
            |_| {},
            |cx| {
                for what in [What::Spread, What::ZScore, What::Hedge, What::Correlation] {
                    let text = lines(&drawn(&mut CoursePane::new(what), 78, 14, cx));
                    assert!(text.is_ascii(), "{text}");
                    // Levels are told from the curve.
                    assert!(
                        what != What::ZScore || method == crate::analytics::pairs::Method::Kalman || text.contains("....."),
                        "{text}"
                    );
                }
            },
        );
    }
}

#[test]
fn a_filter_that_will_never_trade_says_so() {
    let view = two(300, |_, _| {});
    let mut choice = PairChoice::default();
    choice.setup.method = crate::analytics::pairs::Method::Kalman;
    with(
        &view,
        &dark(),
        choice,
        |_| {},
        |cx| {
            assert!(cx.pair().unwrap().faint_filter().is_some_and(|most| most < 0.5));
            let text = lines(&drawn(&mut TestsPane::default(), 60, 40, cx));
            assert!(text.contains("the filter's z stays within"), "{text}");
            let text = lines(&drawn(&mut CoursePane::new(What::ZScore), 78, 14, cx));
            assert!(text.contains("the filter's own"), "{text}");
        },
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_panics(count in 0_usize..260, gone in 0_usize..50, width in 0_u16..120, height in 0_u16..40, zoom in -9_i8..9,
                      back in 0_i64..400, picks in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
        let view = two(count, |first, second| {
            let gone = gone.min(first.len());
            first.drain(..gone);
            second.truncate(second.len() - gone / 2);
        });
        let commands: Vec<Command> = specs().filter(|spec| Scope::PairChart.takes(spec.scope)).map(|spec| spec.command).collect();
        let window = Window { newest: Some(NOON - Nanos::from_secs(back * 60)), zoom };
        let cross = Some(Cross { at: NOON - Nanos::from_secs(back * 30), price: None });
        with(&view, &mono(), PairChoice::default(), |cx| (cx.window, cx.cross) = (window, cross), |cx| {
            for what in [What::Spread, What::ZScore, What::Hedge, What::Correlation] {
                let mut pane = CoursePane::new(what);
                let _ = drawn(&mut pane, width, height, cx);
                for pick in &picks {
                    let _ = pane.on_command(*pick.get(&commands), 3, cx);
                    let _ = drawn(&mut pane, width, height, cx);
                }
            }
        });
    }
}
