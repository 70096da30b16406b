//! What is kept up to date while bars close, held against what the same bars say when they are taken in at once.

use super::super::matrix::{Cell, Matrix};
use super::super::{Course, Figures, Method, PairSetup, Pairing, Ranking, SortBy, join};
use super::{Noise, bar, close, symbol, view};
use crate::analytics::Undefined;
use crate::analytics::correlation::{correlation, log_returns};
use crate::bars::BarView;
use crate::domain::{Bar, Nanos, Timeframe};

const SETUP: PairSetup = PairSetup { method: Method::Ols, window: 30, z: 10, returns: true, entry: 2.0, exit: 0.0, stop: 4.0 };

fn closes(view: &BarView) -> impl Iterator<Item = (Nanos, f64)> + '_ {
    view.closed.iter().map(|bar| (bar.start, bar.close.to_f64()))
}

fn pairing(setup: PairSetup) -> Pairing {
    Pairing::new(setup, Timeframe::M1, symbol("ETHUSDT"), symbol("BTCUSDT"))
}

/// Holds a pairing against its bars joined at once. Of what was let go in front, windows may still know more.
fn check(pairing: &Pairing, y: &BarView, x: &BarView) {
    let (bars, counts) = join(closes(y), closes(x));
    let scratch = Course::of(*pairing.setup(), &bars);
    let course = pairing.course();
    assert_eq!(course.len(), bars.len());
    for (at, (a, b)) in course.iter().zip(scratch.iter()).enumerate() {
        assert_eq!((a.at, a.y, a.x), (b.at, b.y, b.x));
        if at >= 30 {
            assert!(close(a.beta, b.beta, 1e-9) && close(a.z, b.z, 1e-8) && close(a.corr, b.corr, 1e-9), "{a:?} {b:?}");
        }
    }
    assert_eq!(pairing.counts(), counts);
    let [leg_y, leg_x] = pairing.legs();
    assert_eq!((leg_y.last, leg_x.last), (y.closed.last().map(|bar| bar.start), x.closed.last().map(|bar| bar.start)));
}

#[test]
fn bars_that_close_are_taken_in_where_both_have_them() {
    for seed in 0..6 {
        let mut noise = Noise(seed);
        let (mut y, mut x) = (view(400), view(400));
        let mut pairing = pairing(SETUP);
        let mut price = 100.0;
        for minute in 0..2_500 {
            price += noise.next() * 0.1;
            if noise.below(20) > 0 {
                y.closed.push(bar(minute, 2.0 * price + 0.1 * noise.next()));
            }
            if noise.below(15) > 0 && !(900..1_000).contains(&minute) {
                x.closed.push(bar(minute, price));
            }
            if noise.below(7) == 0 {
                pairing.update(&y, &x, Nanos::from_secs(60 * (minute + 1)));
            }
            if noise.below(150) == 0 {
                pairing.update(&y, &x, Nanos::from_secs(60 * (minute + 1)));
                check(&pairing, &y, &x);
            }
        }
        assert!(y.closed.dropped() > 0);
    }
}

#[test]
fn history_put_in_front_begins_anew() {
    let (mut y, mut x) = (view(1_000), view(1_000));
    let mut pairing = pairing(SETUP);
    let fill = |view: &mut BarView, from: i64, to: i64, seed: u64| {
        let mut noise = Noise(seed);
        (from..to).for_each(|minute| view.closed.push(bar(minute, 100.0 + noise.next())));
    };
    fill(&mut y, 100, 200, 1);
    fill(&mut x, 150, 210, 2);
    pairing.update(&y, &x, Nanos::from_secs(60 * 210));
    check(&pairing, &y, &x);
    assert_eq!(pairing.counts().y.outside, 50);
    assert_eq!(pairing.counts().x.outside, 10);
    let before = pairing.version();
    x.closed.prepend((0..150).map(|minute| bar(minute, 100.0 + minute as f64 * 0.01)).collect(), 10_000);
    pairing.update(&y, &x, Nanos::from_secs(60 * 210));
    check(&pairing, &y, &x);
    assert!(pairing.version() > before);
    // A jump back in a replay: fewer bars than before.
    let (mut earlier_y, mut earlier_x) = (view(1_000), view(1_000));
    fill(&mut earlier_y, 100, 160, 1);
    fill(&mut earlier_x, 100, 160, 5);
    pairing.update(&earlier_y, &earlier_x, Nanos::from_secs(60 * 160));
    check(&pairing, &earlier_y, &earlier_x);
    pairing.update(&view(5), &view(5), Nanos::from_secs(60 * 160));
    assert!(pairing.course().is_empty());
}

#[test]
fn legs_say_how_far_they_are_behind() {
    let (mut y, mut x) = (view(100), view(100));
    (0..20).for_each(|minute| y.closed.push(bar(minute, 100.0)));
    (0..17).for_each(|minute| x.closed.push(bar(minute, 50.0)));
    let mut pairing = pairing(SETUP);
    pairing.update(&y, &x, Nanos::from_secs(20 * 60 + 30));
    assert_eq!(pairing.legs().map(|leg| leg.behind), [None, Some(Nanos::from_secs(200 + 10))]);
    pairing.update(&y, &x, Nanos::from_secs(25 * 60));
    assert_eq!(pairing.legs().map(|leg| leg.behind), [Some(Nanos::from_secs(300)), Some(Nanos::from_secs(480))]);
}

#[test]
fn a_weekend_is_not_late_and_neither_is_the_second_of_two_bars_of_a_moment() {
    let day = |number: i64, close: f64| Bar { start: Nanos::from_secs(number * 86_400), ..bar(0, close) };
    let (mut y, mut x) = (view(100), view(100));
    (0..5).for_each(|number| y.closed.push(day(number, 100.0)));
    (0..4).for_each(|number| x.closed.push(day(number, 50.0)));
    let [a, b] = ["ETHUSDT", "BTCUSDT"].map(|name| name.parse().unwrap());
    let mut pairing = Pairing::new(SETUP, Timeframe::D1, a, b);
    let mut late = |y: &BarView, x: &BarView, day: i64| {
        pairing.update(y, x, Nanos::from_secs(day * 86_400));
        pairing.legs().map(|leg| leg.behind.is_some())
    };
    assert_eq!(late(&y, &x, 5), [false, false]);
    x.closed.push(day(4, 50.0));
    assert_eq!(late(&y, &x, 8), [false, false]);
    assert_eq!(late(&y, &x, 11), [true, true]);
}

#[test]
fn the_bar_still_forming_is_a_preview() {
    let mut noise = Noise(4);
    let (mut y, mut x) = (view(100), view(100));
    for minute in 0..60 {
        x.closed.push(bar(minute, 100.0 + noise.next()));
        y.closed.push(bar(minute, 50.0 + noise.next()));
    }
    let mut pairing = pairing(SETUP);
    pairing.update(&y, &x, Nanos::from_secs(3_600));
    assert_eq!(pairing.preview(), None);
    y.forming = Some(bar(60, 50.4));
    x.forming = Some(bar(61, 100.4));
    pairing.update(&y, &x, Nanos::from_secs(3_600));
    assert_eq!(pairing.preview(), None, "not of the same minute");
    x.forming = Some(bar(60, 100.3));
    pairing.update(&y, &x, Nanos::from_secs(3_600));
    let preview = *pairing.preview().unwrap();
    assert_eq!(pairing.course().len(), 60);
    y.closed.push(y.forming.take().unwrap());
    x.closed.push(x.forming.take().unwrap());
    pairing.update(&y, &x, Nanos::from_secs(3_660));
    assert_eq!(pairing.course().last(), Some(preview));
    assert_eq!(pairing.preview(), None);
    assert_eq!(pairing.analysis().at, Some(preview.at));
}

#[test]
fn another_setup_begins_anew_and_huber_is_worked_off() {
    let mut noise = Noise(4);
    let (mut y, mut x) = (view(1_000), view(1_000));
    let grow = |y: &mut BarView, x: &mut BarView, noise: &mut Noise, from: i64, to: i64| {
        for minute in from..to {
            x.closed.push(bar(minute, 100.0 + noise.next()));
            y.closed.push(bar(minute, 50.0 + noise.next()));
        }
    };
    grow(&mut y, &mut x, &mut noise, 0, 300);
    let mut pairing = pairing(SETUP);
    pairing.update(&y, &x, Nanos::from_secs(18_000));
    let robust = PairSetup { method: Method::Huber, ..SETUP };
    let [eth, btc] = [symbol("ETHUSDT"), symbol("BTCUSDT")];
    pairing.set(robust, Timeframe::M1, eth, btc);
    pairing.update(&y, &x, Nanos::from_secs(18_000));
    assert!(!pairing.work(30));
    let newest = pairing.analysis().z.unwrap();
    assert!(close(pairing.course().last().unwrap().z, Some(newest), 1e-9));
    while !pairing.work(3_000) {}
    check(&pairing, &y, &x);
    // Much at once is worked off as well; little is there at once.
    grow(&mut y, &mut x, &mut noise, 300, 400);
    pairing.update(&y, &x, Nanos::from_secs(24_000));
    assert!(!pairing.work(30));
    while !pairing.work(3_000) {}
    grow(&mut y, &mut x, &mut noise, 400, 405);
    pairing.update(&y, &x, Nanos::from_secs(24_300));
    assert!(pairing.work(0));
    check(&pairing, &y, &x);
}

/// A cell from the bars both have.
fn cell_from_scratch(y: (crate::domain::Symbol, &BarView), x: (crate::domain::Symbol, &BarView)) -> Cell {
    let (bars, _) = join(closes(y.1), closes(x.1));
    let course = Course::of(SETUP, &bars);
    let (ys, xs) = course.closes(SETUP.window + 1);
    let corr = (ys.len() > SETUP.window).then(|| correlation(&log_returns(ys), &log_returns(xs)).ok()).flatten();
    let last = course.last();
    Cell {
        y: y.0,
        x: x.0,
        at: last.map(|point| point.at),
        bars: bars.len().min(SETUP.window),
        corr,
        beta: last.and_then(|point| point.beta),
        z: last.and_then(|point| point.z),
    }
}

#[test]
fn every_cell_is_what_its_pair_says_alone() {
    let names = ["AAAUSDT", "BBBUSDT", "CCCUSDT", "DDDUSDT", "EEEUSDT"].map(symbol);
    for seed in 0..4 {
        let mut noise = Noise(seed + 20);
        let mut views: Vec<BarView> = (0..5).map(|_| view(300)).collect();
        let mut matrix = Matrix::new(SETUP.window, SETUP.z, Timeframe::M1);
        let mut prices = [100.0, 2_000.0, 60_000.0, 0.5, 7.0];
        let mut shown = vec![0, 1, 2];
        for minute in 0..1_800 {
            for (at, price) in prices.iter_mut().enumerate() {
                *price *= 1.0 + 0.001 * noise.next();
                let gap = noise.below(10) == 0 || (at == 3 && minute < 700) || (at == 1 && (500..620).contains(&minute));
                if !gap {
                    views[at].closed.push(bar(minute, if at == 4 && minute % 400 < 60 { 7.0 } else { *price }));
                }
            }
            match minute {
                300 => shown = vec![0, 1, 2, 3, 4],
                800 => shown = vec![4, 1, 0],
                1_000 => shown = vec![1, 0, 3, 4, 2],
                1_200 => views[2].closed.prepend(vec![bar(-1, 5.0)], 10_000),
                _ => {}
            }
            if noise.below(4) == 0 {
                let list: Vec<_> = shown.iter().map(|at| (names[*at], &views[*at])).collect();
                matrix.update(&list);
                if noise.below(12) == 0 {
                    let mut cells = matrix.cells();
                    for (at, y) in list.iter().enumerate() {
                        for x in &list[..at] {
                            let (cell, scratch) = (cells.next().unwrap(), cell_from_scratch(*y, *x));
                            assert_eq!(
                                (cell.y, cell.x, cell.at, cell.bars),
                                (scratch.y, scratch.x, scratch.at, scratch.bars),
                                "minute {minute}"
                            );
                            for (a, b) in [(cell.corr, scratch.corr), (cell.beta, scratch.beta), (cell.z, scratch.z)] {
                                assert!(close(a, b, 1e-8), "{cell:?} {scratch:?} minute {minute}");
                            }
                        }
                    }
                    assert!(cells.next().is_none());
                }
            }
        }
        assert!(matrix.cell(0, 0).is_none() && matrix.cell(0, 9).is_none());
        assert_eq!(matrix.cell(1, 3), matrix.cell(3, 1));
    }
}

#[test]
fn the_ranking_works_through_the_oldest_figures_and_sorts_what_has_none_last() {
    let names = ["AAAUSDT", "BBBUSDT", "CCCUSDT", "DDDUSDT"].map(symbol);
    let mut noise = Noise(77);
    let mut views: Vec<BarView> = (0..4).map(|_| view(1_000)).collect();
    let (mut price, mut other, mut spread) = (100.0, 50.0, 0.0);
    let mut grow = |views: &mut Vec<BarView>, from: i64, to: i64| {
        for minute in from..to {
            price += noise.next();
            other += noise.next() * 0.3;
            spread = 0.5 * spread + noise.next();
            views[0].closed.push(bar(minute, 300.0 + price));
            views[1].closed.push(bar(minute, 900.0 + 2.0 * price + spread));
            views[2].closed.push(bar(minute, 100.0 + other));
            if minute > 240 {
                views[3].closed.push(bar(minute, 9.0));
            }
        }
    };
    grow(&mut views, 0, 260);
    let mut ranking = Ranking::new(PairSetup { window: 200, ..SETUP }, Timeframe::M1);
    ranking.follow(names.into_iter());
    assert_eq!(ranking.len(), 6);
    let step = |ranking: &mut Ranking, views: &Vec<BarView>| {
        ranking.step(|symbol| names.iter().position(|name| *name == symbol).map(|at| &views[at]))
    };
    let mut steps = 0;
    while !step(&mut ranking, &views) {
        steps += 1;
    }
    assert_eq!(steps, 6);
    for by in SortBy::ALL {
        let ranked = ranking.ranked(by);
        if by != SortBy::Name {
            if by == SortBy::Cointegration || by == SortBy::Correlation {
                assert_eq!((ranked[0].y, ranked[0].x), (names[1], names[0]), "{by}");
            }
            let z = ranked.iter().map(|pair| pair.figures.unwrap().analysis.z.ok().map(f64::abs));
            assert!(by != SortBy::Z || z.is_sorted_by(|a, b| a >= b));
            let last = ranked[5].figures.unwrap();
            assert_eq!(last.why(), Some(Undefined::TooShort { have: 19, need: 200 }));
            assert_eq!((last.counts.common, last.counts.x.outside), (19, 241));
        }
    }
    let best: Figures = ranking.ranked(SortBy::Cointegration)[0].figures.unwrap();
    assert!(best.analysis.coint.unwrap().p < 0.05);
    grow(&mut views, 260, 261);
    assert!(!step(&mut ranking, &views));
    ranking.follow(names[1..].iter().copied());
    assert_eq!(ranking.len(), 3);
    let mut steps = 0;
    while !step(&mut ranking, &views) {
        steps += 1;
    }
    assert!(steps <= 3 && ranking.ranked(SortBy::Name).iter().all(|pair| pair.figures.is_some()));
}

#[test]
fn the_ranking_looks_no_further_back_than_windows_need_unless_there_are_gaps() {
    let names = ["AAAUSDT", "BBBUSDT", "CCCUSDT"].map(symbol);
    let mut noise = Noise(5);
    let mut views: Vec<BarView> = (0..3).map(|_| view(10_000)).collect();
    let mut price = 100.0;
    for minute in 0..3_000 {
        price += noise.next() * 0.1;
        views[0].closed.push(bar(minute, price));
        views[1].closed.push(bar(minute, 2.0 * price + noise.next()));
        // A market that hardly trades: few bars in common lately, enough over all.
        if minute % 60 == 0 {
            views[2].closed.push(bar(minute, 3.0 * price + noise.next()));
        }
    }
    for method in Method::ALL {
        let setup = PairSetup { method, ..SETUP };
        let mut ranking = Ranking::new(setup, Timeframe::M1);
        ranking.follow(names.into_iter());
        while !ranking.step(|symbol| names.iter().position(|name| *name == symbol).map(|at| &views[at])) {}
        let ranked = ranking.ranked(SortBy::Name);
        for pair in ranked {
            let of = |symbol| names.iter().position(|name| *name == symbol).map(|at| &views[at]).unwrap();
            let whole = Figures::of(&setup, closes(of(pair.y)), closes(of(pair.x)));
            let figures = pair.figures.unwrap();
            assert_eq!((figures.analysis.line, figures.analysis.z), (whole.analysis.line, whole.analysis.z), "{method}");
            assert_eq!((figures.analysis.coint, figures.corr), (whole.analysis.coint, whole.corr));
            let gaps = pair.y == names[2];
            assert_eq!(pair.all_bars, gaps || method == Method::Kalman, "{method} {}/{}", pair.y, pair.x);
            assert_eq!(
                figures.counts.common,
                if gaps {
                    50
                } else if pair.all_bars {
                    3_000
                } else {
                    1_030
                }
            );
        }
    }
}
