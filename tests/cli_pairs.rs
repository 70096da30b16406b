//! `pairs` and `scan` from outside: what they say of tables of bars and of recordings, in what form, and when there is nothing to say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::fmt::Write as _;
use std::process::{Command, Stdio};
use tempfile::TempDir;

struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, String)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        Self(folder)
    }

    /// Status, standard output and standard error.
    fn run(&self, line: &str) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.args(line.split_whitespace()).current_dir(self.0.path()).stdin(Stdio::null()).env("HOME", self.0.path());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn good(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!(status, 0, "{line}: {err}");
        out
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.good(line)).unwrap()
    }
}

const START: i64 = 1_735_689_600;

/// Minutes of closes from a walk, of which those in `gaps` are missing.
fn table(closes: impl Iterator<Item = f64>, gaps: std::ops::Range<usize>) -> String {
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for (minute, close) in closes.enumerate().filter(|(minute, _)| !gaps.contains(minute)) {
        let _ = writeln!(text, "{},{close:.4},{:.4},{:.4},{close:.4},2.5", START + 60 * minute as i64, close + 0.1, close - 0.1);
    }
    text
}

fn noise(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed;
    std::iter::from_fn(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((state >> 33) as f64 / f64::from(1_u32 << 30) - 1.0)
    })
}

fn walk(seed: u64, from: f64) -> impl Iterator<Item = f64> {
    noise(seed).scan(from, |level, step| {
        *level += step;
        Some(*level)
    })
}

/// y = 50 + 2·x + a spread that comes back.
fn pair(n: usize) -> [String; 2] {
    let spread = noise(7).scan(0.0, |level, step| {
        *level = 0.7 * *level + step;
        Some(*level)
    });
    let y = walk(3, 400.0).zip(spread).map(|(x, spread)| 50.0 + 2.0 * x + spread);
    [table(walk(3, 400.0).take(n), 0..0), table(y.take(n), 20..25)]
}

fn folder(n: usize) -> Folder {
    let [x, y] = pair(n);
    Folder::new(&[("XXXUSDT_1m.csv", x), ("YYYUSDT_1m.csv", y)])
}

const BOTH: &str = "XXXUSDT_1m.csv YYYUSDT_1m.csv";

#[test]
fn json_has_the_documented_keys_in_their_order() {
    let folder = folder(400);
    let out = folder.good(&format!("pairs {BOTH} --y YYYUSDT --x XXXUSDT --json"));
    let keys: Vec<&str> =
        out.lines().filter_map(|line| line.strip_prefix("  \"").and_then(|rest| rest.split('"').next())).collect();
    assert_eq!(
        keys,
        [
            "y",
            "x",
            "bar",
            "n",
            "method",
            "beta",
            "alpha",
            "r2",
            "spread",
            "z",
            "half_life",
            "adf",
            "coint",
            "corr",
            "ts",
            "signal",
            "window",
            "common",
            "left_out",
            "stats",
            "why"
        ]
    );
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["y"], &json["x"], &json["bar"]), (&"YYYUSDT".into(), &"XXXUSDT".into(), &"1m".into()));
    assert_eq!((&json["n"], &json["method"], &json["common"]), (&100.into(), &"ols".into(), &395.into()));
    assert_eq!(json["ts"], START + 400 * 60);
    assert_eq!(json["left_out"]["x"]["inside"], 5);
    assert_eq!(json["left_out"]["y"]["inside"], 0);
    let number = |value: &Value| value.as_f64().unwrap();
    assert!((number(&json["beta"]) - 2.0).abs() < 0.2 && number(&json["r2"]) > 0.9);
    assert!(number(&json["adf"]["p"]) < 0.05 && number(&json["coint"]["p"]) < 0.05 && number(&json["half_life"]) < 10.0);
    let crit: Vec<f64> = ["1%", "5%", "10%"].iter().map(|level| number(&json["adf"]["crit"][level])).collect();
    assert!(crit.is_sorted() && crit[0] < -3.0);
    assert!((number(&json["stats"]["x"]["volume"]) - 250.0).abs() < 1e-9);
    assert_eq!(json["why"], Value::Object(serde_json::Map::new()));
    // With two symbols the second is explained by the first.
    assert_eq!(folder.good(&format!("pairs {BOTH} --json")), out);
    assert_eq!(folder.json(&format!("pairs {BOTH} --x YYYUSDT --json"))["y"], "XXXUSDT");
    assert_eq!(folder.json(&format!("pairs {BOTH} --y XXXUSDT --json"))["x"], "YYYUSDT");
}

#[test]
fn too_few_bars_are_null_with_the_reason() {
    let json = folder(60).json(&format!("pairs {BOTH} --json"));
    for key in ["n", "beta", "alpha", "r2", "spread", "z", "half_life", "adf", "coint"] {
        assert_eq!((&json[key], &json["why"][key]), (&Value::Null, &"55 of 100 bars".into()), "{key}");
    }
    assert!(json["corr"].is_number());
    let text = folder(60).good(&format!("pairs {BOTH}"));
    assert!(text.contains("hedge ratio    none: 55 of 100 bars") && text.contains("no test: 55 of 100 bars"), "{text}");
    let still = Folder::new(&[
        ("XXXUSDT_1m.csv", table(std::iter::repeat_n(5.0, 150), 0..0)),
        ("YYYUSDT_1m.csv", table(walk(1, 90.0).take(150), 0..0)),
    ]);
    let json = still.json(&format!("pairs {BOTH} --json"));
    assert_eq!((&json["beta"], &json["why"]["beta"]), (&Value::Null, &"x did not change".into()));
    for method in ["huber", "kalman"] {
        let json = folder(300).json(&format!("pairs {BOTH} --json --method {method}"));
        assert!(json["beta"].is_number() && json["r2"].is_null() && json["why"]["r2"].as_str().unwrap().contains(method));
        assert_eq!(json["n"], if method == "kalman" { 295 } else { 100 });
    }
}

#[test]
fn a_series_has_a_line_for_every_bar_both_have() {
    let folder = folder(300);
    for method in ["ols", "huber", "kalman"] {
        let text = folder.good(&format!("pairs {BOTH} --series --method {method} --window 50 --z 10"));
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 295);
        assert!(text.starts_with(&format!("{{\"ts\":{},\"y_close\":", START + 60)));
        assert_eq!(lines[0]["corr"], Value::Null);
        assert_eq!(lines[48]["beta"].is_null(), method != "kalman");
        assert!(lines[49]["beta"].is_number() && lines[49]["spread"].is_number() && lines[49]["z"].is_number());
        let marks: Vec<&str> = lines.iter().filter_map(|line| line["mark"].as_str()).collect();
        let traded = marks.iter().any(|mark| mark.starts_with("enter")) && marks.contains(&"exit");
        assert!(traded || method == "kalman", "{method} {marks:?}");
        // The last line is what the pair says now.
        let last = lines.last().unwrap();
        let now = folder.json(&format!("pairs {BOTH} --json --method {method} --window 50 --z 10"));
        assert_eq!(now["ts"], last["ts"]);
        for key in ["beta", "spread", "z", "corr"] {
            let (now, last) = (now[key].as_f64().unwrap(), last[key].as_f64().unwrap());
            assert!((now - last).abs() <= 1e-8 * now.abs().max(1.0), "{method} {key} {now} {last}");
        }
    }
}

#[test]
fn longer_bars_and_correlation_of_closes() {
    let folder = folder(700);
    let json = folder.json(&format!("pairs {BOTH} --json --bar 5m --window 50 --closes"));
    assert_eq!((&json["bar"], &json["n"]), (&"5m".into(), &50.into()));
    assert!(json["corr"].as_f64().unwrap() > 0.5);
    let text = folder.good(&format!("pairs {BOTH} --bar 5m --window 50"));
    for part in ["YYYUSDT = α + β · XXXUSDT", "Engle-Granger", "ADF on an estimated spread", "volatility p.a.", "VWAP", "skew"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn wrong_usage_says_what_there_is() {
    let folder = folder(60);
    for (line, expected) in [
        (format!("pairs {BOTH} --y SOLUSDT --x XXXUSDT"), "SOLUSDT is not in it: there is XXXUSDT, YYYUSDT"),
        ("pairs XXXUSDT_1m.csv".to_owned(), "say which two with --y and --x: there is XXXUSDT"),
        (format!("pairs {BOTH} --y XXXUSDT --x XXXUSDT"), "the same symbol"),
        (format!("pairs {BOTH} --window 9"), "expected 10 to 100000 bars"),
        (format!("pairs {BOTH} --z 1001"), "expected 5 to 1000 bars"),
        (format!("pairs {BOTH} --entry 5"), "0 ≤ exit < entry < stop"),
        (format!("pairs {BOTH} --method lasso"), "ols, huber and kalman"),
        (format!("pairs {BOTH} --bar 7m"), "1s 5s 15s 1m"),
        (format!("pairs {BOTH} --bar tick:5"), "1s 5s 15s 1m"),
        (format!("pairs {BOTH} --json --series"), "cannot be used with"),
        ("scan XXXUSDT_1m.csv".to_owned(), "a pair takes two symbols: there is XXXUSDT"),
        ("pairs".to_owned(), "FILE"),
    ] {
        let (status, out, err) = folder.run(&line);
        assert!(status == 2 && out.is_empty() && err.contains(expected), "{line}: {status} {err}");
    }
    assert_eq!(folder.run("pairs nothing.csv").0, 1);
}

#[test]
fn a_scan_ranks_every_pair_and_says_why_one_has_no_rank() {
    let [x, y] = pair(400);
    let folder = Folder::new(&[
        ("XXXUSDT_1m.csv", x),
        ("YYYUSDT_1m.csv", y),
        ("ZZZUSDT_1m.csv", table(walk(11, 900.0).take(400), 0..0)),
        ("NEWUSDT_1m.csv", table(walk(12, 30.0).take(400), 0..350)),
    ]);
    let files = format!("{BOTH} ZZZUSDT_1m.csv NEWUSDT_1m.csv");
    let json = folder.json(&format!("scan {files} --window 300 --json"));
    assert_eq!((&json["bar"], &json["window"], &json["all"]), (&"1m".into(), &300.into(), &6.into()));
    let pairs = json["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 6);
    assert_eq!((&pairs[0]["y"], &pairs[0]["x"], &pairs[0]["rank"]), (&"YYYUSDT".into(), &"XXXUSDT".into(), &1.into()));
    let ps: Vec<f64> = pairs.iter().filter_map(|pair| pair["coint"]["p"].as_f64()).collect();
    assert!(ps.is_sorted() && ps.len() == 3 && ps[0] < 0.01);
    for pair in &pairs[3..] {
        assert!(pair["coint"].is_null() && pair["why"]["coint"] == "50 of 300 bars" && pair["common"] == 50, "{pair}");
        assert!(pair["corr"].is_number() && pair["corr_window"].is_null());
    }
    // A pair says the same alone.
    let alone = folder.json(&format!("pairs {files} --y YYYUSDT --x XXXUSDT --window 300 --json"));
    for key in ["beta", "z", "half_life", "corr", "n", "signal", "common"] {
        assert_eq!(pairs[0][key], alone[key], "{key}");
    }
    assert_eq!(pairs[0]["adf_p"], alone["adf"]["p"]);
    let text = folder.good(&format!("scan {files} --window 300 --top 2"));
    assert!(text.starts_with("2 of 6 pairs") && text.contains("YYYUSDT / XXXUSDT") && !text.contains("NEWUSDT"), "{text}");
    assert!(folder.good(&format!("scan {files} --window 300")).contains("50 of 300 bars"));
}

#[test]
fn recordings_and_tables_are_read_together() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");
    let folder = folder(60);
    let json = folder.json(&format!("pairs {demo} --y ETHUSDT --x BTCUSDT --bar 1s --window 50 --json"));
    assert_eq!((&json["y"], &json["x"]), (&"ETHUSDT".into(), &"BTCUSDT".into()));
    assert!(json["beta"].is_number() && json["z"].is_number(), "{json}");
    assert_eq!(
        folder.good(&format!("pairs {demo} --y ETHUSDT --x BTCUSDT --bar 1s --window 50 --json")),
        folder.good(&format!("pairs {demo} --y ETHUSDT --x BTCUSDT --bar 1s --window 50 --json"))
    );
    let scan = folder.json(&format!("scan {demo} {BOTH} --window 20 --json"));
    assert_eq!(scan["all"], 10);
    let imported = folder.run(&format!("import {BOTH} -o both.rec.gz"));
    assert_eq!(imported.0, 0, "{}", imported.2);
    assert_eq!(folder.good("pairs both.rec.gz --json --window 30"), folder.good(&format!("pairs {BOTH} --json --window 30")));
}

#[test]
fn tables_of_days_are_read_in_days_and_symbols_in_any_case() {
    let mut text = "Date,Shell,RDP\n".to_owned();
    for (day, (x, off)) in walk(5, 50.0).zip(noise(9)).take(200).enumerate() {
        // Five days of seven.
        let at = START + 86_400 * (day / 5 * 7 + day % 5) as i64;
        let _ = writeln!(text, "{at},{:.4},{x:.4}", 2.0 * x + off);
    }
    let folder = Folder::new(&[("daily.csv", text)]);
    let json = folder.json("pairs daily.csv --y SHELL --x rdp --json");
    assert_eq!((&json["bar"], &json["common"], &json["y"]), (&"1d".into(), &200.into(), &"Shell".into()));
    let page = folder.good("pairs daily.csv --y shell");
    assert!(page.starts_with("Shell = ") && page.contains("1d bars"), "{page}");
    // What is asked for is what is looked at.
    let minutes = folder.json("pairs daily.csv --bar 1m --json");
    assert!(minutes["beta"].is_null() && minutes["signal"].is_null(), "{minutes}");
    assert_eq!(folder.json("scan daily.csv --window 100 --json")["bar"], "1d");
}

#[test]
fn no_bar_is_lost_of_a_history_longer_than_a_screen_keeps() {
    let n = 21_000;
    let folder = folder(n);
    let json = folder.json(&format!("pairs {BOTH} --json"));
    assert_eq!((&json["common"], &json["n"]), (&(n - 5).into(), &100.into()));
    assert_eq!(folder.good(&format!("pairs {BOTH} --series")).lines().count(), n - 5);
}
