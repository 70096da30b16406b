#![allow(clippy::unwrap_used)]

use super::*;
use crate::app::pairs::PairChoice;
use crate::domain::{LinkState, Nanos};
use crate::drive::view::View;
use crate::ui::panes::fixtures::{NOON, closes, dark, drawn, light, lines, mono, three, with_pairs};

fn shown(view: &View, pair: PairChoice, width: u16, height: u16) -> String {
    with_pairs(view, &dark(), pair, |cx| lines(&drawn(&mut TestsPane::default(), width, height, cx)))
}

#[test]
fn it_says_what_the_tests_say() {
    let view = three(300);
    let text = shown(&view, PairChoice::default(), 52, 34);
    insta::assert_snapshot!(text);
    for words in ["ADF on an estimated spread", "statistic −", "critical: 1% −", "300 common of 1m", "VWAP", "(n"] {
        assert!(words == "(n" || text.contains(words), "{words}: {text}");
    }
}

#[test]
fn what_there_is_no_room_for_goes_from_the_least_of_worth_on() {
    let view = three(300);
    for (width, height) in [(32, 18), (45, 25), (32, 10)] {
        let text = shown(&view, PairChoice::default(), width, height);
        for words in ["hedge", "β 0.0", "ADF", "coint"] {
            assert!(text.contains(words), "{width}x{height} {words}: {text}");
        }
        assert_eq!(text.contains("ADF on an"), height > 10, "the caveat stands where there is any room for it: {text}");
        assert!(text.lines().all(|line| paint::cells(line) < width), "{text}");
    }
    insta::assert_snapshot!("small", shown(&view, PairChoice::default(), 32, 18));
}

#[test]
fn a_signal_is_said_as_it_is_traded() {
    let view = three(300);
    // So low an entry that something is held, whichever way.
    let mut pair = PairChoice::default();
    (pair.setup.entry, pair.setup.stop) = (0.05, 50.0);
    with_pairs(&view, &dark(), pair, |cx| {
        let text = lines(&drawn(&mut TestsPane::default(), 60, 40, cx));
        let signal = cx.pair().unwrap().analysis().unwrap().signal;
        let (first, other) = match signal {
            Signal::Long => ("long the spread: buy 1 ETHUSDT, sell 0.04", "sell 1"),
            _ => ("short the spread: sell 1 ETHUSDT, buy 0.04", "buy 1"),
        };
        assert!(signal != Signal::Flat && text.contains(first) && !text.contains(other), "{text}");
    });
}

#[test]
fn what_is_missing_says_why() {
    let choice = PairChoice::default();
    let text = shown(&three(60), choice, 60, 40);
    assert!(text.contains("no line: 60 of 100 bars") && text.contains("no test: 60 of 100 bars"), "{text}");
    assert!(text.contains("no signal: there is no z-score"), "{text}");
    let still = closes(&[("BTCUSDT", vec![5.0; 200]), ("ETHUSDT", (1..=200).map(f64::from).collect())], NOON);
    let text = shown(&still, choice, 60, 40);
    assert!(text.contains("no line: x did not change") && text.contains("what does not change has none"), "{text}");
    let one = closes(&[("BTCUSDT", vec![5.0; 200])], NOON);
    assert!(shown(&one, choice, 60, 40).contains("a pair takes two symbols"));
    let mut gaps: Vec<f64> = (0..200).map(|i| 100.0 + f64::from(i % 7)).collect();
    gaps[50] = f64::NAN;
    gaps[0] = f64::NAN;
    let other = (0..200).map(|i| 50.0 + f64::from(i % 11)).collect();
    let text = shown(&closes(&[("BTCUSDT", gaps), ("ETHUSDT", other)], NOON), choice, 60, 40);
    assert!(text.contains("198 common") && text.contains("left out: 2 of ETHUSDT, 1 of them before or"), "{text}");
}

#[test]
fn a_stale_leg_is_said_first_and_greys_the_figures() {
    let mut view = three(300);
    view.snapshot.symbols[0].trades_link = LinkState::Down;
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut pane = TestsPane::default();
        let buf = drawn(&mut pane, 60, 40, cx);
        assert!(lines(&buf).starts_with(" BTCUSDT stale: nothing here is of the present"), "{}", lines(&buf));
        assert_eq!(Some(buf[(2, 0)].fg), cx.theme.warning.fg);
        let z = lines(&buf).lines().position(|line| line.contains(", z ")).unwrap() as u16;
        assert_eq!(Some(buf[(11, z)].fg), cx.theme.dim.fg);
        assert!(pane.title(cx).to_string().contains("BTCUSDT stale"));
    });
    view.snapshot.symbols[0].trades_link = LinkState::Up;
    view.snapshot.at += Nanos::from_secs(600);
    assert!(shown(&view, PairChoice::default(), 60, 40).starts_with(" both stale 10m"));
}

#[test]
fn statistics_are_of_the_windows_bars() {
    let view = three(300);
    with_pairs(&view, &dark(), PairChoice::default(), |cx| {
        let mut kept = None;
        let work = cx.pair().unwrap();
        Statistics::keep(&mut kept, work, cx.view);
        let kept = kept.unwrap();
        let bars = &cx.view.snapshot.symbols[1].time_bars[&work.key.timeframe].closed;
        let volume: f64 = bars.iter().skip(200).map(|bar| bar.volume.to_f64()).sum();
        assert_eq!(kept.bars, 100);
        assert!((kept.y.volume.unwrap() - volume).abs() < 1e-9);
        let whole = kept.y.closes.unwrap();
        assert!(whole.min < kept.y.vwap.unwrap() && kept.y.vwap.unwrap() < whole.max);
        let spread: Vec<f64> = work.course().spreads();
        assert!((kept.spread.unwrap().mean - spread.iter().sum::<f64>() / 100.0).abs() < 1e-9);
        assert!(kept.rows(8, false).iter().flat_map(|(_, texts)| texts).all(|text| text::width(text) <= 8));
    });
}

#[test]
fn it_draws_in_any_room_and_without_colours() {
    let view = three(230);
    for theme in [dark(), light(), mono(), Theme { ascii: true, ..dark() }] {
        for method in Method::ALL {
            let mut pair = PairChoice::default();
            pair.setup.method = method;
            with_pairs(&view, &theme, pair, |cx| {
                for (width, height) in [(1, 1), (18, 2), (32, 18), (45, 25), (52, 33), (97, 10), (198, 58), (300, 90)] {
                    let text = lines(&drawn(&mut TestsPane::default(), width, height, cx));
                    assert!(!theme.ascii || text.is_ascii(), "{text}");
                }
            });
        }
    }
}
