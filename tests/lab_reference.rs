//! The lab's figures against scipy, pandas and statsmodels: `tests/reference/lab.py` makes the file read here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::analytics::hits::Centre;
use rtai_tui::analytics::lab::{Cell, Column, Of, Sheet, report};
use rtai_tui::analytics::{deciles, forward, hits, ranks, student};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("reference/lab.json")).unwrap()
}

fn series(value: &Value) -> Vec<Option<f64>> {
    value.as_array().unwrap().iter().map(Value::as_f64).collect()
}

#[track_caller]
fn close(what: &str, ours: f64, theirs: &Value, relative: f64) {
    let theirs = theirs.as_f64().unwrap();
    let far = (ours - theirs).abs();
    assert!(far <= relative * theirs.abs() + 1e-15, "{what}: {ours} but {theirs}");
}

#[test]
fn coefficients_deciles_and_hit_rates_are_those_of_scipy_and_statsmodels() {
    let mut cases = 0;
    for sheet in reference()["sheets"].as_array().unwrap() {
        let (x, mids) = (series(&sheet["x"]), series(&sheet["mids"]));
        for case in sheet["cases"].as_array().unwrap() {
            let name = case["name"].as_str().unwrap();
            let overlap = case["overlap"].as_u64().unwrap() as usize;
            let returns = forward::returns(&mids, overlap);
            let ic = ranks::spearman(&x, &returns, overlap).unwrap();
            assert_eq!(ic.n as u64, case["n"].as_u64().unwrap(), "{name}");
            close(name, ic.rho, &case["ic"], 1e-11);
            close(name, ic.effective_n, &case["effective_n"], 1e-11);
            close(name, ic.t.unwrap(), &case["t"], 1e-10);
            close(name, ic.p.unwrap(), &case["p"], 1e-8);

            let order = ranks::Order::new(&x);
            let mut centred = Vec::new();
            let n = order.centred_ranks(&ranks::Places::of(&returns), &mut centred);
            let split = deciles::split(&x, &centred, &returns, n, overlap);
            for (ours, theirs) in split.groups.iter().zip(case["deciles"].as_array().unwrap()) {
                let Some(ours) = ours else {
                    assert!(theirs.is_null(), "{name}");
                    continue;
                };
                assert_eq!(ours.mean.n as u64, theirs["n"].as_u64().unwrap(), "{name}");
                close(name, ours.low, &theirs["low"], 0.0);
                close(name, ours.high, &theirs["high"], 0.0);
                close(name, ours.mean.mean, &theirs["mean"], 1e-9);
                close(name, ours.mean.error, &theirs["error"], 1e-8);
            }
            match split.spread {
                Some(spread) => {
                    close(name, spread.mean, &case["spread"]["mean"], 1e-9);
                    close(name, spread.error, &case["spread"]["error"], 1e-8);
                }
                None => assert!(case["spread"].is_null(), "{name}"),
            }

            let hit = hits::rate(&x, &returns, case["median"].as_f64().unwrap(), overlap).unwrap();
            assert_eq!(hit.n as u64, case["hits"]["n"].as_u64().unwrap(), "{name}");
            close(name, hit.mean, &case["hits"]["mean"], 1e-12);
            close(name, hit.error, &case["hits"]["error"], 1e-9);
            cases += 1;
        }
    }
    assert_eq!(cases, 12);
}

#[test]
fn a_report_is_made_of_the_same_figures() {
    for sheet in reference()["sheets"].as_array().unwrap() {
        let (x, mids) = (series(&sheet["x"]), series(&sheet["mids"]));
        let centre = if sheet["cases"][0]["centre"] == "median" { Centre::Median } else { Centre::At(0.0) };
        let column = Column { name: "x".to_owned(), centre, value: x.clone(), z: x };
        let report = report(Sheet { step_ms: 1_000, mids, columns: vec![column] }, Of::Value);
        for case in sheet["cases"].as_array().unwrap() {
            let cell: &Cell = report.rows[0].at(case["overlap"].as_u64().unwrap() as u32).unwrap();
            let name = case["name"].as_str().unwrap();
            close(name, cell.ic.unwrap().rho, &case["ic"], 1e-11);
            close(name, cell.centre.unwrap(), &case["median"], 1e-12);
            close(name, cell.hits.unwrap().mean, &case["hits"]["mean"], 1e-12);
        }
    }
}

#[test]
fn chances_are_those_of_students_distribution() {
    for case in reference()["student"].as_array().unwrap() {
        let (t, freedom) = (case["t"].as_f64().unwrap(), case["freedom"].as_f64().unwrap());
        close(&format!("t {t} of {freedom}"), student::two_sided(t, freedom), &case["p"], 1e-9);
        assert_eq!(student::two_sided(t, freedom), student::two_sided(-t, freedom));
    }
}
