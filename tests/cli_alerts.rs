//! `alerts` from outside: what it prints of an expression on recordings and tables, and what it says of wrong usage.
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

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.arg("alerts").args(args).current_dir(self.0.path()).stdin(Stdio::null()).env("HOME", self.0.path());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        command
    }

    /// Status, standard output and standard error.
    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = self.command(args).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn good(&self, args: &[&str]) -> String {
        let (status, out, err) = self.run(args);
        assert_eq!(status, 0, "{args:?}: {err}");
        out
    }

    /// Firings, and the summaries after them.
    fn json(&self, args: &[&str]) -> (Vec<Value>, Vec<Value>) {
        let out = self.good(&[args, &["--json"]].concat());
        let lines = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines.partition(|line| line.get("ts").is_some())
    }
}

const START: i64 = 1_722_945_600;

fn meta(symbols: &[&str]) -> String {
    let instruments: Vec<String> = symbols
        .iter()
        .map(|symbol| format!(r#"{{"sym":"{symbol}","tick":0.1,"lot":0.001,"min_notional":0,"base":"","quote":""}}"#))
        .collect();
    format!(
        r#"{{"ts":{START},"topic":"meta","data":{{"format":"rtai.rec","version":1,"venue":"binance-futures","symbols":[{}]}}}}"#,
        instruments.join(",")
    ) + "\n"
}

fn trade(text: &mut String, seconds: i64, symbol: &str, price: i64) {
    let at = START + seconds;
    let _ = writeln!(text, r#"{{"ts":{at}.5,"topic":"trade","sym":"{symbol}","data":{{"price":{price},"qty":1,"side":"buy"}}}}"#);
}

/// Twenty minutes, a trade every ten seconds: 100, and 101 in the odd ones of minutes. BBBUSDT at twice that.
fn recording() -> String {
    let mut text = meta(&["AAAUSDT", "BBBUSDT"]);
    for ten in 0..120 {
        let price = 100 + ten / 6 % 2;
        trade(&mut text, ten * 10, "AAAUSDT", price);
        trade(&mut text, ten * 10 + 1, "BBBUSDT", 2 * price);
    }
    text
}

fn folder() -> Folder {
    Folder::new(&[("two.rec", recording())])
}

#[test]
fn firings_are_lines_and_the_summary_is_an_object() {
    let folder = folder();
    let args = ["two.rec", "--symbol", "AAAUSDT", "--expr", "price > 100.5 && BBBUSDT:price > 0", "--json"];
    let out = folder.good(&args);
    assert_eq!(
        out.lines().next().unwrap(),
        r#"{"ts":1722945660.5,"sym":"AAAUSDT","expr":"price > 100.5 && BBBUSDT:price > 0","values":{"BBBUSDT:price":200.0,"price":101.0},"price":101}"#
    );
    // Ten odd minutes, each after one that was below.
    assert_eq!(out.lines().count(), 10 + 1);
    let last = out.lines().last().unwrap();
    let summary: Value = serde_json::from_str(last).unwrap();
    let keys: Vec<&String> = summary.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["any", "count", "expr", "forward", "sym"]);
    assert_eq!((&summary["count"], &summary["sym"]), (&10.into(), &"AAAUSDT".into()));
    let after = &summary["forward"]["1m"];
    for key in ["n", "mean", "sd", "min", "p05", "p25", "median", "p75", "p95", "max", "up"] {
        assert!(after[key].is_number() && summary["any"]["1m"][key].is_number(), "{key}: {last}");
    }
    // The last firing is at 1140.5 s and the recording ends at 1191.5 s. A minute later the price is 100 again.
    assert_eq!(after["n"], 9);
    assert!((after["mean"].as_f64().unwrap() - (100.0 / 101.0 - 1.0)).abs() < 1e-12, "{after}");
    assert_eq!((&after["up"], &summary["forward"]["15m"]["n"]), (&0.0.into(), &2.into()));
    assert!(summary["any"]["1m"]["n"].as_u64().unwrap() > 100);
    assert_eq!(folder.good(&args), out, "the same again");
}

#[test]
fn the_summary_for_people_is_a_table() {
    let folder = folder();
    let out = folder.good(&["two.rec", "--symbol", "AAAUSDT", "--expr", "price > 100.5", "--rearm", "once"]);
    assert!(out.lines().next().unwrap().starts_with("{\"ts\":1722945660.5,"), "{out}");
    for part in ["AAAUSDT: price > 100.5 fired once", "forward return", "after firing", "after any moment", "-0.990%"] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let never = folder.good(&["two.rec", "--symbol", "AAAUSDT", "--expr", "price > 999"]);
    assert_eq!(never.trim(), "AAAUSDT: price > 999 fired 0 times");
}

#[test]
fn ways_to_arm_again() {
    let folder = folder();
    let count = |rearm: &str| {
        let (firings, summaries) = folder.json(&["two.rec", "--symbol", "AAAUSDT", "--expr", "price > 100.5", "--rearm", rearm]);
        assert_eq!(summaries[0]["count"], firings.len(), "{rearm}");
        firings.len()
    };
    assert_eq!(["once", "auto", "always", "cooldown 20s", "cooldown:5m"].map(count), [1, 10, 60, 30, 4]);
}

#[test]
fn several_expressions_and_no_symbol() {
    let folder = folder();
    let (firings, summaries) = folder.json(&["two.rec", "--expr", "price > 201.5", "--expr", "price crosses below 101"]);
    let said: Vec<(&str, &str, u64)> = summaries
        .iter()
        .map(|one| (one["sym"].as_str().unwrap(), one["expr"].as_str().unwrap(), one["count"].as_u64().unwrap()))
        .collect();
    assert_eq!(
        said,
        [
            ("AAAUSDT", "price > 201.5", 0),
            ("AAAUSDT", "price crosses below 101", 9),
            ("BBBUSDT", "price > 201.5", 10),
            ("BBBUSDT", "price crosses below 101", 0),
        ]
    );
    assert_eq!(firings.len(), 19);
    let times: Vec<f64> = firings.iter().map(|line| line["ts"].as_f64().unwrap()).collect();
    assert!(times.is_sorted());
    // A symbol in front is whose alert it is.
    let (firings, summaries) =
        folder.json(&["two.rec", "--symbol", "AAAUSDT", "--expr", " BBBUSDT: price > 201.5 ", "--rearm", "once"]);
    assert_eq!((&firings[0]["sym"], &firings[0]["price"]), (&"BBBUSDT".into(), &202.into()));
    assert_eq!((&summaries[0]["sym"], &summaries[0]["expr"]), (&"BBBUSDT".into(), &"BBBUSDT: price > 201.5".into()));
    let (_, any) = folder.json(&["two.rec", "--symbol", "BBBUSDT", "--expr", "price > 201.5", "--rearm", "once"]);
    assert_eq!(any[0]["any"], summaries[0]["any"], "of the alert's symbol");
}

#[test]
fn wrong_usage_is_two_and_shows_the_place() {
    let folder = folder();
    let run = |args: &[&str]| folder.run(&[&["two.rec"], args].concat());
    let (status, out, err) = run(&["--symbol", "AAAUSDT", "--expr", "price > 1", "--expr", "prise > 65000 && bid > 1"]);
    assert_eq!((status, out.as_str()), (2, ""), "{err}");
    let lines: Vec<&str> = err.lines().collect();
    let text = lines.iter().position(|line| line.contains("prise > 65000")).unwrap_or_else(|| panic!("{err}"));
    let (column, carets) = (lines[text].find("prise").unwrap(), lines[text + 1]);
    assert_eq!(carets.trim_end(), format!("{}^^^^^", " ".repeat(column)), "{err}");
    assert!(err.contains("`price`"), "{err}");
    let long = "price > 1 && ".repeat(8_000) + "price > 1";
    let wild = format!("{}\u{202e}\u{1b}[31m😀 > ６5", "(".repeat(3_000));
    for expr in ["", "   ", "price", "price >", "1/0 > 1", "price > 1 for 0s", "price moves 2% in 99d", &long, &wild] {
        let (status, out, err) = run(&["--symbol", "AAAUSDT", "--expr", expr]);
        let label: String = expr.chars().take(30).collect();
        assert_eq!((status, out.as_str()), (2, ""), "{label}: {err}");
        assert!(
            !err.contains("panicked") && err.len() < 2_000 && !err.contains('\u{1b}') && !err.contains('\u{202e}'),
            "{label}: {err}"
        );
    }
    for rearm in ["never", "", "cooldown", "cooldown 0s", "cooldown 8d", "cooldown -5m"] {
        let (status, out, err) = run(&["--symbol", "AAAUSDT", "--expr", "price > 1", "--rearm", rearm]);
        assert!(status == 2 && out.is_empty() && err.contains("--rearm"), "{rearm}: {status} {err}");
    }
    assert!(run(&["--symbol", "AAAUSDT"]).0 == 2, "no expression");
    assert_eq!(folder.run(&["--symbol", "AAAUSDT", "--expr", "price > 1"]).0, 2, "no file");
}

#[test]
fn what_is_not_there_is_said() {
    let folder = folder();
    let (status, out, err) = folder.run(&["two.rec", "--symbol", "SOLUSDT", "--expr", "price > 1", "--json"]);
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("SOLUSDT is not in it: there is AAAUSDT, BBBUSDT"), "{err}");
    let (status, out, err) = folder.run(&["nothing.rec", "--symbol", "AAAUSDT", "--expr", "price > 1"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("nothing.rec"), "{err}");
    // A symbol that an expression names and nobody trades is not known, which is no mistake.
    let (firings, summaries) = folder.json(&["two.rec", "--symbol", "AAAUSDT", "--expr", "SOLUSDT:price > 1 || price > 999"]);
    assert_eq!((firings.len(), &summaries[0]["count"]), (0, &0.into()));
}

#[test]
fn tables_of_bars_and_several_files() {
    let table = |closes: &[i64], from: i64| {
        let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
        for (minute, close) in closes.iter().enumerate() {
            let _ = writeln!(text, "{},{close},{close},{close},{close},2.5", START + from + 60 * minute as i64);
        }
        text
    };
    let folder = Folder::new(&[
        ("AAAUSDT_1m.csv", table(&[100, 101, 103, 102, 100], 0)),
        ("AAAUSDT_later.csv", table(&[99, 104, 105], 600)),
    ]);
    let files = ["AAAUSDT_1m.csv", "AAAUSDT_later.csv", "--tf", "1m"];
    let (firings, summaries) =
        folder.json(&[&files[..], &["--symbol", "AAAUSDT", "--expr", "price crosses above 102", "--rearm", "always"]].concat());
    let said: Vec<(i64, f64)> =
        firings.iter().map(|line| (line["ts"].as_i64().unwrap() - START, line["price"].as_f64().unwrap())).collect();
    // At the bars' closes.
    assert_eq!(said, [(180, 103.0), (720, 104.0)]);
    let after = &summaries[0]["forward"];
    assert_eq!((&after["1m"]["n"], &after["5m"]["n"], &after["15m"]), (&2.into(), &1.into(), &serde_json::json!({ "n": 0 })));
    assert!((after["1m"]["min"].as_f64().unwrap() - (102.0 / 103.0 - 1.0)).abs() < 1e-12, "{after}");
    // Five minutes after 103 the last price is 100: the later file begins at 660.
    assert!((after["5m"]["mean"].as_f64().unwrap() - (100.0 / 103.0 - 1.0)).abs() < 1e-12, "{after}");
}

/// What fires between two events has its price then and a minute later, not that of the event which told that time had passed.
#[test]
fn what_fires_in_silence_is_judged_by_the_price_of_then() {
    let mut text = meta(&["AAAUSDT"]);
    for (seconds, price) in [(0, 100), (1_200, 150), (1_201, 150)] {
        trade(&mut text, seconds, "AAAUSDT", price);
    }
    let folder = Folder::new(&[("quiet.rec", text)]);
    let (firings, summaries) = folder.json(&["quiet.rec", "--symbol", "AAAUSDT", "--expr", "price > 99 for 10s"]);
    assert_eq!((&firings[0]["ts"], &firings[0]["price"]), (&(START as f64 + 10.5).into(), &100.into()));
    for horizon in ["1m", "5m", "15m"] {
        assert_eq!((&summaries[0]["forward"][horizon]["n"], &summaries[0]["forward"][horizon]["mean"]), (&1.into(), &0.0.into()));
    }
}

#[test]
fn what_a_recording_set_itself_is_left_out() {
    let mut text = recording();
    let _ = writeln!(
        text,
        r#"{{"ts":{},"topic":"alert","sym":"AAAUSDT","data":{{"id":7,"expr":"price > 1","values":{{"price":2}},"price":2}}}}"#,
        START + 1_200
    );
    let folder = Folder::new(&[("with.rec", text), ("two.rec", recording())]);
    let args = |file| [file, "--symbol", "AAAUSDT", "--expr", "price > 100.5", "--json"];
    assert_eq!(folder.good(&args("with.rec")), folder.good(&args("two.rec")));
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let folder = folder();
    let args = ["two.rec", "--expr", "price > 0", "--rearm", "always", "--json"];
    let mut child = folder.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
