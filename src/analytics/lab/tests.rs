#![allow(clippy::unwrap_used)]

use super::*;
use crate::analytics::lab::work::Work;
use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, StandardNormal};

/// So many seconds of a walk, a signal that knows `share` of the next step, and one that knows nothing but has a memory.
fn sheet(seconds: usize, share: f64, seed: u64) -> Sheet {
    let mut random = rand_pcg::Pcg64::seed_from_u64(seed);
    let mut mid = 50_000.0;
    let (mut knows, mut lazy, mut mids) = (Vec::new(), Vec::new(), Vec::new());
    let mut slow = 0.0;
    for _ in 0..seconds {
        let [a, b, c]: [f64; 3] = std::array::from_fn(|_| StandardNormal.sample(&mut random));
        mids.push(Some(mid));
        knows.push(Some(a));
        slow = 0.95 * slow + c;
        lazy.push(Some(slow));
        mid *= f64::exp(1e-4 * (share * a + b));
    }
    let column = |name: &str, value: Vec<Option<f64>>| Column {
        name: name.to_owned(),
        centre: Centre::At(0.0),
        z: value.iter().map(|v| v.map(|v| v / 3.0)).collect(),
        value,
    };
    Sheet { step_ms: 1_000, mids, columns: vec![column("knows", knows), column("lazy", lazy)] }
}

#[test]
fn what_predicts_is_found_and_what_does_not_is_not() {
    let report = report(sheet(3_600, 0.3, 7), Of::Value);
    let [knows, lazy] = &report.rows[..] else { panic!() };
    assert_eq!(report.verdict_of(knows), Verdict::Clear);
    assert_eq!(knows.best().unwrap().horizon, 1);
    assert_eq!(report.verdict(knows.at(1).unwrap()).stars(), "**");
    let first = knows.at(1).unwrap();
    assert!((0.2..0.35).contains(&first.ic.unwrap().rho), "{:?}", first.ic);
    assert!(first.hits.unwrap().mean > 0.55);
    let spread = first.deciles.as_ref().unwrap().spread.unwrap();
    assert!(spread.mean > 5.0 * spread.error);
    // It decays: of thirty steps it knows one.
    assert!(knows.at(30).unwrap().ic.unwrap().rho < 0.15);
    assert_eq!(report.verdict_of(lazy), Verdict::NoEvidence);
    assert_eq!(report.judged.tests, 10);
    // 3,300 samples, of which about (1 + 0.95)/(1 − 0.95) tell one thing.
    let alone = lazy.at(300).unwrap().ic.unwrap().effective_n;
    assert!((40.0..250.0).contains(&alone), "{alone}");
}

#[test]
fn a_step_is_a_piece_and_the_sum_of_them_is_the_whole() {
    let sheet = sheet(900, 0.2, 3);
    let whole = report(sheet.clone(), Of::Z);
    let mut work = Work::new(sheet, Of::Z, 1);
    let mut steps = 1;
    let mut first = None;
    while work.step() {
        steps += 1;
        let filled: Vec<usize> = work.so_far().rows.iter().map(|row| row.cells.len()).collect();
        if first.is_none() && filled != [0, 0] {
            first = Some(filled);
        }
    }
    assert_eq!(steps, LADDER.len() * 3);
    assert_eq!(first, Some(vec![0, 1]), "the one asked for comes first");
    assert_eq!(work.into_report(), whole);
    assert!(!Work::new(Sheet { step_ms: 1_000, mids: Vec::new(), columns: Vec::new() }, Of::Value, 0).step_all());
}

#[test]
fn too_little_says_how_little() {
    let report = report(sheet(80, 0.0, 1), Of::Value);
    let row = &report.rows[0];
    assert_eq!(report.verdict_of(row), Verdict::TooLittle(79, 100));
    assert_eq!(report.verdict_of(row).words(), "too little data: 79 of 100 samples needed");
    assert_eq!(report.verdict(row.at(60).unwrap()), Verdict::TooLittle(20, 600));
    assert_eq!(report.verdict(row.at(300).unwrap()), Verdict::TooLittle(0, 3_000));
    assert_eq!(report.judged, Judged::default());
    assert!(row.best().is_none());
}

#[test]
fn horizons_that_are_no_whole_number_of_samples_are_left_out() {
    let with = |step_ms| {
        let mut sheet = sheet(50, 0.0, 1);
        sheet.step_ms = step_ms;
        let report = report(sheet, Of::Value);
        report.rows[0].cells.iter().map(|cell| cell.horizon).collect::<Vec<_>>()
    };
    assert_eq!(with(1_000), LADDER);
    assert_eq!(with(250), LADDER);
    assert_eq!(with(5_000), [5, 10, 20, 30, 60, 120, 300]);
    assert!(with(3_600_000).is_empty());
    assert!(HORIZONS.iter().all(|horizon| LADDER.contains(horizon)));
}

#[test]
fn what_never_changes_is_told_apart() {
    let mut sheet = sheet(300, 0.0, 1);
    sheet.columns[0].value = vec![Some(4.0); 300];
    sheet.columns[1].value = vec![None];
    let report = report(sheet, Of::Value);
    assert_eq!(report.verdict_of(&report.rows[0]).words(), "the indicator did not change");
    assert_eq!(report.verdict_of(&report.rows[1]), Verdict::TooLittle(0, 100));
    assert_eq!(report.rows[0].at(1).unwrap().deciles, None);
}

#[test]
fn many_tests_are_held_to_more() {
    let cell = |p: f64| Cell {
        horizon: 1,
        n: 1_000,
        needed: 100,
        ic: Ok(Correlation { n: 1_000, rho: 0.1, effective_n: 1_000.0, t: Some(1.0), p: Some(p) }),
        hits: None,
        centre: None,
        deciles: None,
    };
    let rows =
        |chances: &[f64]| -> Vec<Row> { chances.iter().map(|p| Row { name: String::new(), cells: vec![cell(*p)] }).collect() };
    // The example of Benjamini and Hochberg (1995), section 3: fifteen p-values, of which Bonferroni takes three and they four.
    let heart =
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
    let judged = judge(&rows(&heart));
    assert_eq!((judged.tests, judged.alone, judged.discoveries, judged.bonferroni), (15, 9, 4, 3));
    let verdicts = [0.0019, 0.0095, 0.0201].map(|p| judged.verdict(&cell(p)));
    assert_eq!(verdicts, [Verdict::Clear, Verdict::Weak, Verdict::NoEvidence]);
    assert_eq!(judge(&rows(&[0.04, 0.9])).verdict(&cell(0.04)), Verdict::NoEvidence, "one in twenty of many is chance");
    assert_eq!(judge(&rows(&[0.04])).verdict(&cell(0.04)), Verdict::Clear, "asked for alone");
}

/// The point of the correction: where there is nothing, about one test in twenty says there is, however much samples overlap.
#[test]
fn walks_that_are_not_predicted_are_called_so() {
    for (overlap, memory) in [(1_u32, 0.9), (30, 0.0), (30, 0.99)] {
        let mut random = rand_pcg::Pcg64::seed_from_u64(u64::from(overlap) * 100 + (memory * 10.0) as u64);
        let rounds = 400;
        let mut found = 0;
        for _ in 0..rounds {
            let (mut mid, mut slow) = (1_000.0, random.random::<f64>());
            let (mut mids, mut signal) = (Vec::new(), Vec::new());
            for _ in 0..600 {
                let [a, b]: [f64; 2] = std::array::from_fn(|_| StandardNormal.sample(&mut random));
                slow = memory * slow + a;
                mid *= f64::exp(1e-4 * b);
                mids.push(Some(mid));
                signal.push(Some(slow));
            }
            let returns = crate::analytics::forward::returns(&mids, overlap as usize);
            let ic = crate::analytics::ranks::spearman(&signal, &returns, overlap as usize).unwrap();
            found += usize::from(ic.p.unwrap() <= 0.05);
        }
        let share = found as f64 / f64::from(rounds);
        assert!((0.02..0.09).contains(&share), "overlap {overlap}, memory {memory}: {share}");
    }
}

impl Work {
    /// Whether anything was left to do.
    fn step_all(mut self) -> bool {
        let any = self.step();
        while self.step() {}
        any && !self.so_far().rows.is_empty()
    }
}
