use super::features::{COUNT, NAMES, Vector};
use super::logistic::Logistic;
use crate::strategies::parse;
use crate::strategies::tests::{Bench, bar};
use crate::strategy::SignalSide::{Buy, Exit};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Numbers from −1 to 1.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

#[test]
fn learns_the_odds_there_are() {
    // The label is 1 with probability 1/(1 + e^−(0.5 + 2·x₀ − x₃)); the other figures say nothing. Units are far apart.
    let mut random = Random(3);
    let mut model = Logistic::new(1.0);
    let mut draw = |model: &mut Logistic| {
        let plain: Vector = std::array::from_fn(|_| random.next() * 3.0_f64.sqrt());
        let odds = 1.0 / (1.0 + (-(0.5 + 2.0 * plain[0] - plain[3])).exp());
        let figures: Vector = std::array::from_fn(|at| plain[at] * 10.0_f64.powi(at as i32 - 5) + at as f64);
        model.see(&figures);
        (figures, odds, random.next() < 2.0 * odds - 1.0)
    };
    for _ in 0..4_000 {
        let (figures, _, label) = draw(&mut model);
        model.learn(&figures, label);
    }
    let mut off = 0.0;
    for _ in 0..500 {
        let (figures, odds, _) = draw(&mut model);
        off += (model.probability(&figures) - odds).abs();
    }
    assert!(off / 500.0 < 0.03, "off by {} on average", off / 500.0);
}

#[test]
fn a_strong_penalty_keeps_it_at_even_odds() {
    let (mut free, mut held) = (Logistic::new(0.01), Logistic::new(1e6));
    let mut random = Random(5);
    let mut last = [0.0; COUNT];
    for _ in 0..300 {
        last = std::array::from_fn(|_| random.next());
        for model in [&mut free, &mut held] {
            model.see(&last);
            model.learn(&last, last[0] > 0.0);
        }
    }
    last[0] = 0.9;
    assert!(free.probability(&last) > 0.95);
    assert!((held.probability(&last) - 0.5).abs() < 0.01);
}

/// Bars and samples of a market in which `tfi` foretells where the close will be.
fn bench(setup: &str, steps: &[(f64, f64)]) -> (Bench, Vec<Option<f64>>) {
    let mut bench = Bench::new(setup);
    let mut close = 1_000.0;
    let mut probabilities = Vec::new();
    for (at, (step, flow)) in steps.iter().enumerate() {
        let open = close;
        close = (close + step).max(100.0);
        let z = (at as f64 * 0.7).sin() * 3.0;
        bench.sample(&[("ofi", z, z), ("tfi", *flow, *flow), ("vpin", 0.5, 0.1), ("qi", 0.0, 0.0)]);
        bench.bar(bar(at, open, close));
        probabilities.push(bench.strategy.status().probability);
    }
    (bench, probabilities)
}

/// Flow that is followed by a step of the same sign, or not.
fn foretold(length: usize, by: f64) -> Vec<(f64, f64)> {
    let mut random = Random(9);
    let flows: Vec<f64> = (0..=length).map(|_| random.next()).collect();
    (0..length).map(|at| ((if at > 0 { by * flows[at - 1].signum() } else { 0.0 }) + 8.0 * random.next(), flows[at])).collect()
}

const QUICK: &str = "period=5,deviations=0.5,k=0,atr=3,horizon=1,learn=50";

#[test]
fn its_probability_knows_what_the_flow_foretells() {
    let steps = foretold(600, 6.0);
    let (_, probabilities) = bench(&format!("hybrid({QUICK})"), &steps);
    assert!(probabilities[..60].iter().all(Option::is_none), "it learns first");
    let right = (300..599).filter(|at| (probabilities[*at].unwrap() > 0.5) == (steps[at + 1].0 > 0.0)).count();
    assert!(right > 220, "{right} of 299");
}

#[test]
fn only_what_is_likely_enough_passes() {
    let steps = foretold(600, 6.0);
    let rule = bench("rtai(period=5,deviations=0.5,k=0,atr=3)", &steps).0;
    let entries =
        |bench: &Bench| bench.sides().into_iter().filter(|(_, side)| *side == Buy).map(|(at, _)| at).collect::<Vec<_>>();
    for threshold in [0.3, 0.6] {
        let (gated, probabilities) = bench(&format!("hybrid({QUICK},threshold={threshold})"), &steps);
        assert!(entries(&gated).len() > 10 && entries(&gated).len() < entries(&rule).len());
        for at in entries(&gated) {
            assert!(probabilities[at].unwrap() > threshold);
        }
        let (_, first) = gated.signals.iter().find(|(_, signal)| signal.side == Buy).unwrap();
        assert!(first.why.contains(&format!("is above {threshold}; ")), "{}", first.why);
        assert!(gated.signals.iter().any(|(_, signal)| signal.side == Exit));
    }
    assert!(entries(&bench(&format!("hybrid({QUICK},threshold=0.999)"), &steps).0).is_empty());
}

#[test]
fn without_an_indicator_there_is_no_probability_and_no_trade() {
    let mut bench = Bench::new(&format!("hybrid({QUICK})"));
    for at in 0..200 {
        bench.sample(&[("ofi", 1.0, 1.0), ("tfi", 0.5, 0.5), ("vpin", 0.5, 0.0)]);
        bench.bar(bar(at, 100.0, 100.0 + (at as f64).sin()));
    }
    assert_eq!(bench.strategy.status().probability, None);
    assert!(bench.answers.is_empty());
    assert!(bench.strategy.status().text.contains("learnt from 0 of 50 bars"), "{}", bench.strategy.status().text);
}

#[test]
fn samples_of_now_do_not_belong_to_bars_of_the_past() {
    let mut bench = Bench::new(&format!("hybrid({QUICK})"));
    for (name, value) in [("ofi", 1.0), ("tfi", 0.5), ("vpin", 0.5), ("qi", 0.1)] {
        bench.sample(&[(name, value, 0.5)]);
    }
    let past: Vec<_> = (0..120).map(|at| bar(at, 100.0, 100.0 + (at as f64).sin())).collect();
    bench.past(&past);
    assert!(bench.strategy.status().text.contains("learnt from 0 of 50"), "{}", bench.strategy.status().text);
    // All but returns, bands and range, which are of the past alone.
    (120..171).for_each(|at| bench.bar(bar(at, 100.0, 100.0 + (at as f64).sin())));
    assert!(bench.strategy.status().probability.is_some(), "{}", bench.strategy.status().text);
}

#[test]
fn figures_have_names_of_their_own() {
    let mut names = NAMES.to_vec();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), COUNT);
}

fn error(setup: &str, files: &[(&str, &[u8])]) -> String {
    let setup = parse(setup).unwrap();
    let files: BTreeMap<_, _> = files.iter().map(|(name, bytes)| ((*name).to_owned(), (*bytes).into())).collect();
    (setup.spec.build)(&setup.params, &files).unwrap_err().to_string()
}

#[cfg(not(feature = "onnx"))]
#[test]
fn a_program_without_onnx_says_so() {
    let error = error("hybrid(model=my.onnx)", &[("my.onnx", b"")]);
    assert!(error.starts_with("strategy `hybrid`, file my.onnx: this program was built without ONNX"), "{error}");
}

#[cfg(feature = "onnx")]
mod onnx {
    use super::*;
    use crate::strategies::hybrid::onnx::Network;

    /// What `tests/reference/onnx_models.py` made, with the probabilities onnxruntime gives.
    const FILES: [(&str, &[u8]); 2] = [
        ("logistic", include_bytes!("../../../tests/reference/onnx/logistic.onnx")),
        ("trees", include_bytes!("../../../tests/reference/onnx/trees.onnx")),
    ];
    const WRONG: &[u8] = include_bytes!("../../../tests/reference/onnx/seven_figures.onnx");
    const REGRESSION: &[u8] = include_bytes!("../../../tests/reference/onnx/three_classes.onnx");
    const PROBABILITIES: &str = include_str!("../../../tests/reference/onnx/probabilities.csv");

    #[test]
    fn probabilities_are_those_of_onnxruntime() {
        for (column, (name, bytes)) in FILES.into_iter().enumerate() {
            let network = Network::new(bytes).unwrap();
            let mut rows = 0;
            for line in PROBABILITIES.lines().skip(1) {
                let row: Vec<f64> = line.split(',').map(|field| field.parse().unwrap()).collect();
                let figures: Vector = row[..COUNT].try_into().unwrap();
                let probability = network.probability(&figures).unwrap();
                assert!((probability - row[COUNT + column]).abs() < 1e-6, "{name}: {probability} {line}");
                rows += 1;
            }
            assert!(rows >= 100);
        }
    }

    #[test]
    fn what_is_no_model_of_this_shape_is_refused_before_anything_runs() {
        let of = |bytes: &[u8]| error("hybrid(model=my.onnx)", &[("my.onnx", bytes)]);
        assert!(of(b"no model").contains("it cannot be read as an ONNX model"), "{}", of(b"no model"));
        assert!(
            of(WRONG).contains("its input takes 7 figures; expected one input of floats [batch, 11] (ret_1, "),
            "{}",
            of(WRONG)
        );
        assert!(of(REGRESSION).contains("[1, 3]; expected"), "{}", of(REGRESSION));
        let missing = error("hybrid(model=my.onnx)", &[]);
        assert!(missing.contains("file my.onnx: it could not be read"), "{missing}");
    }

    #[test]
    fn a_file_gates_the_rule() {
        let setup = parse(&format!("hybrid({QUICK},model=my.onnx)")).unwrap();
        let files = BTreeMap::from([("my.onnx".to_owned(), FILES[0].1.into())]);
        let mut bench = Bench::with((setup.spec.build)(&setup.params, &files).unwrap());
        for (at, (step, flow)) in foretold(60, 6.0).into_iter().enumerate() {
            bench.sample(&[("ofi", 1.0, -1.0), ("tfi", flow, flow), ("vpin", 0.5, 0.1), ("qi", 0.0, 0.0)]);
            bench.bar(bar(at, 1_000.0, 1_000.0 + step));
            // From the first bar that has all figures on: it has nothing to learn.
            assert_eq!(bench.strategy.status().probability.is_some(), at >= 20, "bar {at}");
        }
        assert_eq!(bench.digest(), Bench::with(bench.strategy.boxed()).digest());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn later_bars_change_no_earlier_probability(
        steps in proptest::collection::vec((-20.0..20.0_f64, -1.0..1.0_f64), 2..160),
        other in proptest::collection::vec((-20.0..20.0_f64, -1.0..1.0_f64), 160),
        cut in 1_usize..160,
        horizon in 1_usize..8,
    ) {
        let setup = format!("hybrid(period=5,deviations=1,k=0.5,atr=3,horizon={horizon},learn=5,threshold=0.4,short=true)");
        let cut = cut.min(steps.len());
        let mut changed = steps.clone();
        changed[cut..].copy_from_slice(&other[cut..steps.len()]);
        let ((one, before), (two, after)) = (bench(&setup, &steps), bench(&setup, &changed));
        prop_assert_eq!(&before[..cut], &after[..cut]);
        let early = |bench: &Bench| bench.signals.iter().filter(|(at, _)| *at < cut).cloned().collect::<Vec<_>>();
        prop_assert_eq!(early(&one), early(&two));
        prop_assert!(before.iter().flatten().all(|p| (0.0..=1.0).contains(p)));
        prop_assert_eq!(one.digest(), Bench::with(one.strategy.boxed()).digest());
    }
}
