//! `lab` from outside: what it finds in a recording, as a table and as JSON, and what it says when there is nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use serde_json::Value;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// Status, standard output and standard error of the program in a folder of its own that holds `BTCUSDT.rec.gz` with this text.
fn run(recording: &str, args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("BTCUSDT.rec.gz"), recording).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
    command.arg("lab").args(args).current_dir(folder.path()).stdin(Stdio::null()).env("HOME", folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
        command.env_remove(name);
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Ten minutes of quotes whose quantities lean to where the price goes next.
fn quotes() -> String {
    let mut text = r#"{"ts":1722856114,"topic":"meta","data":{"format":"rtai.rec","version":1,"venue":"binance-spot","symbols":[{"sym":"BTCUSDT","tick":0.1,"lot":0.001,"min_notional":5,"base":"BTC","quote":"USDT"}],"app":"test","engine":{}}}"#.to_owned();
    let (mut price, mut dice) = (600_000_i64, 1_u64);
    for second in 0..600 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let step = (dice >> 60) as i64 - 8;
        let bid = 50 + step * 3 + (dice >> 50) as i64 % 16;
        let _ = write!(
            text,
            "\n{{\"ts\":{}.3,\"topic\":\"quote\",\"sym\":\"BTCUSDT\",\"data\":{{\"b\":{},\"bq\":{bid},\"a\":{},\"aq\":{}}}}}",
            1_722_856_115 + second,
            price as f64 / 10.0,
            (price + 1) as f64 / 10.0,
            100 - bid,
        );
        price += step;
    }
    text + "\n"
}

#[test]
fn json_tells_all_and_says_the_same_every_time() {
    let args = ["BTCUSDT.rec.gz", "--json", "--names", "qi,spread"];
    let (status, out, err) = run(&quotes(), &args);
    assert_eq!((status, err.as_str()), (0, ""));
    assert_eq!(run(&quotes(), &args).1, out);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["files"][0], "BTCUSDT.rec.gz");
    let symbol = &json["symbols"][0];
    assert_eq!((&symbol["symbol"], &symbol["samples"], &symbol["mids"]), (&"BTCUSDT".into(), &599.into(), &599.into()));
    assert_eq!(symbol["from"], "2024-08-05T11:08:36Z");
    let indicators = symbol["value"]["indicators"].as_array().unwrap();
    assert_eq!(indicators.iter().map(|one| one["name"].as_str().unwrap()).collect::<Vec<_>>(), ["qi", "spread"]);
    let (qi, spread) = (&indicators[0], &indicators[1]);
    assert_eq!((&qi["verdict"], &qi["best_seconds"]), (&"clear".into(), &1.into()));
    let first = &qi["horizons"][0];
    assert!(
        first["ic"].as_f64().unwrap() > 0.9 && first["n"] == 598 && first["effective_n"].as_f64().unwrap() <= 598.0,
        "{first}"
    );
    assert!(first["hits"]["rate"].as_f64().unwrap() > 0.8, "{first}");
    let deciles = first["deciles"].as_array().unwrap();
    assert_eq!(deciles.iter().filter_map(|group| group["n"].as_u64()).sum::<u64>(), 598);
    assert!(deciles[9]["mean_bps"].as_f64() > deciles[0]["mean_bps"].as_f64());
    let last = &qi["horizons"][4];
    assert_eq!(
        (&last["verdict"], &last["words"]),
        (&"too_little_data".into(), &"too little data: 299 of 3000 samples needed".into())
    );
    assert_eq!(qi["decay"].as_array().unwrap().len(), 9);
    // Nearly always one tick: the spread in basis points moves with the price alone.
    assert_ne!(spread["verdict"], "clear");
    // z-scores need thirty samples first.
    assert_eq!(symbol["z"]["indicators"][0]["horizons"][0]["n"], 569);
}

#[test]
fn the_table_reads_at_a_glance() {
    let (status, out, err) = run(&quotes(), &["BTCUSDT.rec.gz", "--names", "qi,tfi"]);
    assert_eq!((status, err.as_str()), (0, ""));
    let row = |name: &str| out.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_else(|| panic!("{out}"));
    assert!(row("qi").contains("** ") && row("qi").trim_end().ends_with("clear"), "{out}");
    assert!(row("tfi").trim_end().ends_with("no samples"), "{out}");
    assert!(out.contains("599 samples every 1 s") && out.contains("tests at once"), "{out}");
    let (_, finer, _) = run(&quotes(), &["BTCUSDT.rec.gz", "--names", "qi", "--every", "500ms", "--z"]);
    assert!(finer.contains("every 0.5 s") && finer.contains("its z-score"), "{finer}");
}

#[test]
fn wrong_usage_and_nothing_to_look_at_are_said() {
    for (args, status, words) in [
        (vec!["--names", "ofx"], 2, "did you mean `ofi`?"),
        (vec!["--every", "700ms"], 2, "a whole part of a second"),
        (vec!["--symbol", "ETHUSDT"], 1, "no samples of ETHUSDT: there are BTCUSDT"),
    ] {
        let ran = run(&quotes(), &[&["BTCUSDT.rec.gz"], &args[..]].concat());
        assert!(ran.0 == status && ran.1.is_empty() && ran.2.contains(words), "{args:?}: {ran:?}");
    }
    let meta = quotes().lines().next().unwrap().to_owned() + "\n";
    let ran = run(&meta, &["BTCUSDT.rec.gz"]);
    assert!(ran.0 == 1 && ran.2.contains("nothing to sample"), "{ran:?}");
    assert_eq!(run("", &["missing.rec.gz"]).0, 1);
}
