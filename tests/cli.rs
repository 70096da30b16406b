//! The program from outside: arguments in, results, messages and exit status out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

struct Program {
    folder: TempDir,
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

impl Program {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        name.to_owned()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtai-tui"));
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RTAI_") || name.starts_with("XDG_")) {
            command.env_remove(name);
        }
        command.env("HOME", self.folder.path());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            status: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Imports files and gives the recording's lines back.
    fn import(&self, inputs: &[&str], more: &[&str]) -> Ran {
        let _ = std::fs::remove_file(self.path("out.rec.gz"));
        let ran = self.run(&[&["import"], inputs, &["-o", "out.rec.gz"], more].concat());
        let text = if ran.status == 0 { inflate(&self.path("out.rec.gz")) } else { ran.out };
        Ran { out: text, ..ran }
    }
}

fn inflate(path: &Path) -> String {
    std::io::read_to_string(flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap())).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(text).unwrap();
    gz.finish().unwrap()
}

fn zip(name: &str, text: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(text).unwrap();
    zip.finish().unwrap().into_inner()
}

const TRADES_MS: &str = "10,61837.63,0.02,1236.75,1723161255342,True,True\n11,61837.64,1,61837.64,1723161255343,False,True\n";
const TRADE_LINES: &str = r#"{"ts":1723161255.342,"topic":"trade","sym":"BTCUSDT","data":{"price":61837.63,"qty":0.02,"side":"sell","id":10}}
{"ts":1723161255.343,"topic":"trade","sym":"BTCUSDT","data":{"price":61837.64,"qty":1,"side":"buy","id":11}}
"#;

/// A recording's text after its first line, which is its `meta`.
fn events(text: &str) -> &str {
    let (meta, rest) = text.split_once('\n').unwrap();
    assert!(meta.contains("\"topic\":\"meta\"") && meta.contains("\"format\":\"rtai.rec\",\"version\":1"), "{meta}");
    rest
}

#[test]
fn help_and_version_are_no_failure_and_wrong_usage_is_two() {
    let program = Program::new();
    for args in [&["--help"][..], &["--version"], &["import", "--help"], &["help", "info"]] {
        let ran = program.run(args);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{args:?}");
        assert!(!ran.out.is_empty());
    }
    for args in [
        &["frobnicate"][..],
        &["import"],
        &["import", "a.csv"],
        &["replay"],
        &["--symbols", "BTC USDT", "config"],
        &["--venue", "binance-fututes", "config"],
        &["info", "--frob", "a"],
    ] {
        let ran = program.run(args);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{args:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    assert!(program.run(&["--venue", "binance-fututes", "config"]).err.contains("did you mean `binance-futures`?"));
}

#[test]
fn trades_are_the_same_however_they_are_packed_and_written() {
    let program = Program::new();
    let micros = TRADES_MS.replace("255342", "255342000").replace("255343", "255343000");
    let header = format!("id,price,qty,quote_qty,time,is_buyer_maker\n{}", TRADES_MS.replace(",True\n", "\n"));
    let inputs = [
        program.file("BTCUSDT-trades-2024-08-08.csv", TRADES_MS),
        program.file("BTCUSDT-trades-2025-08-08.csv", &micros),
        program.file("BTCUSDT-trades-2026-08-08.csv", header.replace("True", "true").replace("False", "false")),
        program.file("BTCUSDT-trades-2024-08-09.csv.gz", gzip(TRADES_MS.as_bytes())),
        program.file("some.zip", zip("BTCUSDT-trades-2024-08-08.csv", TRADES_MS.as_bytes())),
        program.file(
            "BTCUSDT.csv.zst",
            ruzstd::encoding::compress_to_vec(TRADES_MS.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest),
        ),
        program.file("BTCUSDT.csv", format!("\u{feff}{}", TRADES_MS.replace('\n', "\r\n"))),
    ];
    for input in &inputs {
        let ran = program.import(&[input], &[]);
        assert_eq!(ran.status, 0, "{input}: {}", ran.err);
        assert_eq!(events(&ran.out), TRADE_LINES, "{input}");
        assert!(ran.err.contains("binance dump, 2 lines, 2 inputs"), "{}", ran.err);
    }
}

#[test]
fn bars_come_at_their_close() {
    let program = Program::new();
    let klines = "1769904000000,10.1130,10.1300,10.1090,10.1280,38521,1769904059999,389800.33,1077,28754,290983.00,0\n";
    let table = "Date;Open;High;Low;Close;Volume\n2026-02-01 00:00;10.113;10.13;10.109;10.128;38521\n";
    let klines = program.file("AVAXUSDT-1m-2026-02.csv", klines);
    let table = program.file("AVAXUSDT_1m.csv", table);
    let bar = |more: &str| {
        format!(
            "{{\"ts\":1769904060,\"topic\":\"bar\",\"sym\":\"AVAXUSDT\",\"data\":{{\"tf\":\"1m\",\"o\":10.113,\"h\":10.13,\"l\":10.109,\"c\":10.128,\"v\":38521{more}}}}}\n"
        )
    };
    assert_eq!(events(&program.import(&[&klines], &[]).out), bar(",\"n\":1077,\"bv\":28754"));
    assert_eq!(events(&program.import(&[&table], &["--tf", "1m"]).out), bar(""));
    let asked = program.import(&[&table], &[]);
    assert_eq!(asked.status, 2);
    assert!(asked.err.contains("AVAXUSDT_1m.csv") && asked.err.contains("--tf 1m"), "{}", asked.err);
}

#[test]
fn captures_go_through_the_feed() {
    let program = Program::new();
    let trade = r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}"#;
    let stamped = program.file("a.txt", format!("1723161255088176367 {trade}\n"));
    let bare = program.file("b.ndjson", format!("{trade}\n"));
    let line = |ts: &str| {
        format!(
            "{{\"ts\":{ts},\"topic\":\"trade\",\"sym\":\"BTCUSDT\",\"data\":{{\"price\":61800.3,\"qty\":0.006,\"side\":\"buy\",\"id\":5,\"ex\":1723161256.321}}}}\n"
        )
    };
    assert_eq!(events(&program.import(&[&stamped], &[]).out), line("1723161255.088176367"));
    assert_eq!(events(&program.import(&[&bare], &[]).out), line("1723161256.322"));
}

#[test]
fn several_files_become_one_recording_in_time_order() {
    let program = Program::new();
    let bitcoin =
        program.file("BTCUSDT-trades-2024-08-08.csv", "1,100.5,1,1,1723161255000,True,True\n3,100,1,1,1723161257000,True,True\n");
    let ether = program.file("ETHUSDT-trades-2024-08-08.csv", "2,10.25,1,1,1723161255500,True,True\n");
    let ran = program.import(&[&bitcoin, &ether], &[]);
    let order: Vec<_> = events(&ran.out).lines().filter_map(|line| line.split_once("\"id\":")?.1.chars().next()).collect();
    assert_eq!(order, ['1', '2', '3']);
    let meta = ran.out.lines().next().unwrap();
    assert!(
        meta.contains(r#"{"sym":"BTCUSDT","tick":0.1,"lot":1"#) && meta.contains(r#"{"sym":"ETHUSDT","tick":0.01,"lot":1"#),
        "{meta}"
    );
}

#[test]
fn nothing_is_ever_overwritten() {
    let program = Program::new();
    let input = program.file("BTCUSDT-trades-2024-08-08.csv", TRADES_MS);
    program.file("mine.rec.gz", "precious");
    for args in [&["import", &input, "-o", "mine.rec.gz"][..], &["repair", &input, "-o", "mine.rec.gz"]] {
        let ran = program.run(args);
        assert_eq!(ran.status, 1);
        assert!(ran.err.contains("mine.rec.gz: is there already and is not overwritten"), "{}", ran.err);
    }
    assert_eq!(std::fs::read_to_string(program.path("mine.rec.gz")).unwrap(), "precious");
}

#[test]
fn bad_files_name_the_file_the_line_and_what_to_do() {
    let program = Program::new();
    let mut mostly = TRADES_MS.repeat(100);
    mostly += "12,zero,1,1,1723161255344,True,True\n";
    let cases = [
        (program.file("BTCUSDT-trades-2024-08-08.csv", "1,1,1,1,1723161255000,True,True\nrubbish\n"), "line 2: 1 columns"),
        (program.file("trades.csv", TRADES_MS), "--symbol BTCUSDT"),
        (program.file("photo.jpg", b"\xff\xd8\xff\xe0\0\0"), "it is no text"),
        (program.file("empty.csv", ""), "it is empty"),
        (program.file("BYBIT.jsonl", "{\"t\":\"header\",\"format\":2,\"exchange\":\"BYBIT\"}\n"), "a session of BYBIT"),
        ("missing.csv".to_owned(), "No such file"),
        (".".to_owned(), "this is a folder"),
    ];
    for (input, expected) in &cases {
        let ran = program.import(&[input], &[]);
        assert_ne!(ran.status, 0, "{input}");
        assert!(ran.err.contains(input.as_str()) && ran.err.contains(expected), "{input}: {}", ran.err);
        assert!(!program.path("out.rec.gz").exists(), "{input}");
    }
    let kept = program.import(&[&cases[0].0], &["--keep-going"]);
    assert_eq!((kept.status, events(&kept.out).lines().count()), (0, 1), "{}", kept.err);
    let input = program.file("ETHUSDT-trades-2024-08-08.csv", mostly);
    let ran = program.import(&[&input], &[]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("201 lines, 200 inputs, 1 bad lines") && ran.err.contains("line 201: price `zero`"), "{}", ran.err);
}

#[test]
fn info_says_what_is_in_a_file() {
    let program = Program::new();
    let text = r#"{"ts":1722856114,"topic":"meta","data":{"format":"rtai.rec","version":1,"venue":"binance-spot","symbols":[{"sym":"BTCUSDT","tick":0.01,"lot":0.00001,"min_notional":5,"base":"BTC","quote":"USDT"}],"app":"test","engine":{}}}
{"ts":1722856114.5,"topic":"trade","data":{"price":63850.1,"qty":0.002,"side":"buy"}}
{"ts":1722856115.5,"topic":"trade","data":{"price":63849.9,"qty":0.5,"side":"sell"}}
{"ts":1722856116,"topic":"user","data":{"do":"mark","label":"here"}}
{"ts":1722856117,"topic":"link","data":{"state":"down","why":"test"}}
{"ts":1722856119,"topic":"link","data":{"state":"up","why":""}}
{"ts":1722856120,"topic":"trade","data":{"price":63851,"qty":1,"side":"buy"}}
{"ts":1722856121,"topic":"weather","data":{}}
{"ts":1722856122,"topic":"trade","data":{"price":63852,"qty":"x","side":"buy"}}
"#;
    program.file("BTCUSDT_20240805.rec.gz", gzip(text.as_bytes()));
    let ran = program.run(&["info", "BTCUSDT_20240805.rec.gz", "--json", "--check", "--keep-going"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let mut json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let file = &mut json["files"][0];
    assert_eq!(file["bytes"].take().as_u64().unwrap(), std::fs::metadata(program.path("BTCUSDT_20240805.rec.gz")).unwrap().len());
    assert_eq!(file["check"]["digest"].take().as_str().unwrap().len(), 16);
    insta::assert_snapshot!(serde_json::to_string_pretty(&json).unwrap());
    let ran = program.run(&["info", "BTCUSDT_20240805.rec.gz", "--keep-going"]);
    insta::assert_snapshot!(ran.out.lines().filter(|line| !line.contains("size ")).collect::<Vec<_>>().join("\n"));
}

#[test]
fn indicators_are_printed_and_what_cannot_be_is_said() {
    let program = Program::new();
    let trade = |i: u32| {
        let data = format!("{{\"price\":100,\"qty\":{},\"side\":\"buy\"}}", i + 1);
        format!("{{\"ts\":{}.5,\"topic\":\"trade\",\"sym\":\"BTCUSDT\",\"data\":{data}}}\n", 60 + i)
    };
    let trades = (0..4).map(trade).collect::<Vec<_>>().concat();
    let derived =
        |v: f64| format!("{{\"ts\":63,\"topic\":\"indi\",\"sym\":\"BTCUSDT\",\"data\":{{\"name\":\"cvd\",\"v\":{v}}}}}\n");
    program.file("a.rec.gz", gzip((trades.clone() + &derived(6.0)).as_bytes()));
    program.file("b.rec.gz", gzip((trades + &derived(5.0)).as_bytes()));
    let ran = program.run(&["indicators", "a.rec.gz", "--names", "cvd,rate(5),rate(2)", "--symbol", "BTCUSDT"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out.lines().next().unwrap(), r#"{"ts":61,"sym":"BTCUSDT","name":"cvd","v":1.0,"z":null,"osc":null}"#);
    assert_eq!(
        ran.out.lines().last().unwrap(),
        r#"{"ts":63,"sym":"BTCUSDT","name":"rate(window=2)","v":1.0,"z":null,"osc":null}"#
    );
    assert_eq!(ran.out.lines().count(), 9);
    let alone = program.run(&["indicators", "a.rec.gz", "--names", "rate", "--set", "rate.window=2"]);
    assert!(alone.out.ends_with("\"name\":\"rate\",\"v\":1.0,\"z\":null,\"osc\":null}\n"), "{}", alone.out);
    for (args, status, said) in [
        (&["--names", "cdv"][..], 2, "did you mean `cvd`"),
        (&["--set", "rate.window=0"], 2, "a number from 0.1"),
        (&["--set", "rate"], 2, "NAME.PARAMETER=VALUE"),
        (&["--names", "cvd", "--set", "rate.window=3"], 2, "not among --names"),
        (&["--names", "rsi"], 2, "--bar"),
        (&["--every", "1.5s"], 2, "whole seconds"),
        (&["--symbol", "ETHUSDT"], 1, "there is BTCUSDT"),
    ] {
        let ran = program.run(&[&["indicators", "a.rec.gz"], args].concat());
        assert_eq!(ran.status, status, "{args:?}: {}", ran.err);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
    let good = program.run(&["info", "a.rec.gz", "--check"]);
    assert!(good.status == 0 && good.out.contains("1 derived"), "{}{}", good.out, good.err);
    let wrong = program.run(&["info", "b.rec.gz", "--check"]);
    assert!(wrong.status == 1 && wrong.out.contains("cvd"), "{}{}", wrong.out, wrong.err);
}

#[test]
fn a_derived_bar_that_differs_is_found() {
    let program = Program::new();
    let trades = r#"{"ts":60.5,"topic":"trade","sym":"BTCUSDT","data":{"price":100,"qty":1,"side":"buy"}}
{"ts":61.5,"topic":"trade","sym":"BTCUSDT","data":{"price":102,"qty":2,"side":"buy"}}
"#;
    let bar = |high: u32| {
        format!(
            "{{\"ts\":120,\"topic\":\"bar\",\"sym\":\"BTCUSDT\",\"data\":{{\"tf\":\"1m\",\"o\":100,\"h\":{high},\"l\":100,\"c\":102,\"v\":3,\"derived\":true}}}}\n"
        )
    };
    program.file("good.rec.gz", gzip((trades.to_owned() + &bar(102)).as_bytes()));
    program.file("wrong.rec.gz", gzip((trades.to_owned() + &bar(103)).as_bytes()));
    let good = program.run(&["info", "good.rec.gz", "--check"]);
    assert!(good.status == 0 && good.out.contains("1 derived lines compared, 0 differ"), "{}{}", good.out, good.err);
    let wrong = program.run(&["info", "wrong.rec.gz", "--check"]);
    assert_eq!(wrong.status, 1);
    assert!(wrong.out.contains("line 3: recorded BTCUSDT 1m") && wrong.out.contains("h 103"), "{}", wrong.out);
    assert!(wrong.err.contains("wrong.rec.gz: derived lines differ"), "{}", wrong.err);
}

#[test]
fn info_takes_what_import_takes_and_leaves_nothing_behind() {
    let program = Program::new();
    program.file("BTCUSDT-trades-2024-08-08.csv", TRADES_MS);
    let ran = program.run(&["info", "BTCUSDT-trades-2024-08-08.csv", "--json"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(json["files"][0]["symbols"]["BTCUSDT"]["topics"]["trade"], 2);
    assert_eq!(json["files"][0]["converted_from"][0], "binance dump");
    let cache = program.path(".cache/rtai-tui");
    assert_eq!(std::fs::read_dir(cache).map_or(0, Iterator::count), 0);
}

#[test]
fn a_cut_off_recording_is_repaired() {
    let program = Program::new();
    let input = program.file("BTCUSDT-trades-2024-08-08.csv", {
        (0..20_000_u64)
            .fold(String::new(), |text, n| text + &format!("{n},{}.5,1,1,17231612{n:05},True,True\n", n * 7_919 % 1_000 + 1))
    });
    assert_eq!(program.run(&["import", &input, "-o", "whole.rec.gz"]).status, 0);
    let bytes = std::fs::read(program.path("whole.rec.gz")).unwrap();
    program.file("cut.rec.gz", &bytes[..bytes.len() / 2]);
    let info = program.run(&["info", "cut.rec.gz"]);
    assert!(info.status == 0 && info.out.contains("cut off at byte"), "{}{}", info.out, info.err);
    let ran = program.run(&["repair", "cut.rec.gz", "-o", "good.rec.gz"]);
    assert!(ran.status == 0 && ran.out.contains("the file ends in the middle"), "{}{}", ran.out, ran.err);
    let (whole, good) = (inflate(&program.path("whole.rec.gz")), inflate(&program.path("good.rec.gz")));
    assert!(good.lines().count() > 1_000 && whole.starts_with(&good));
    assert!(!program.run(&["info", "good.rec.gz"]).out.contains("cut off"));
}

#[test]
fn a_broken_pipe_ends_quietly() {
    let program = Program::new();
    let mut child = program.command(&["commands", "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn lists_are_json_too() {
    let program = Program::new();
    for list in ["themes", "keys", "commands", "config"] {
        let ran = program.run(&[list, "--json"]);
        assert_eq!(ran.status, 0, "{list}: {}", ran.err);
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert!(json.is_array() || json["settings"].is_array(), "{list}");
        assert!(!program.run(&[list]).out.is_empty());
    }
    assert!(program.run(&["themes"]).out.contains("* midnight"));
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(program.run(&["completions", shell]).out.contains("rtai-tui"), "{shell}");
    }
    assert!(program.run(&["man"]).out.contains(".TH rtai-tui"));
    assert!(program.run(&["man", "import"]).out.contains("import"));
}

#[test]
fn settings_have_their_precedence_and_mistakes_name_their_place() {
    let program = Program::new();
    let path = program.run(&["config", "--init"]).out.trim().to_owned();
    assert_eq!(program.run(&["config"]).err, "");
    assert_eq!(program.run(&["config", "--init"]).status, 1);
    std::fs::write(&path, "theme = \"daylight\"\nfps = 900\n").unwrap();
    let ran = program.run(&["config"]);
    assert!(ran.out.contains("theme = \"daylight\"") && ran.out.contains("fps = 30"), "{}", ran.out);
    assert!(ran.err.contains("config.toml:2: `fps`: expected a whole number from 1 to 120"), "{}", ran.err);
    let output = program.command(&["config"]).env("RTAI_THEME", "mono").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("theme = \"mono\""));
    let output = program.command(&["config", "--theme", "midnight"]).env("RTAI_THEME", "mono").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("theme = \"midnight\""));
    let output = program.command(&["config"]).env("RTAI_UTC", "perhaps").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("RTAI_UTC=perhaps: expected true or false"));
}

#[test]
fn a_terminal_that_can_show_no_screen_is_refused_before_anything_is_written() {
    let program = Program::new();
    for args in [&["demo"][..], &[]] {
        let output = program.command(args).env("TERM", "dumb").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(output.stdout.is_empty());
        assert!(said.contains("TERM=dumb") && said.contains("--screenshot") && said.contains("xterm-256color"), "{said}");
    }
}

#[test]
fn config_says_who_set_keys_and_addresses() {
    let program = Program::new();
    let file = program.file(
        "c.toml",
        "theme = \"midnite\"\n[venues.binance-spot]\nrest_url = \"http://127.0.0.1:1\"\n[keys]\n\"mark\" = [\"x\"]\n",
    );
    let ran = program.run(&["config", "--config", &file, "--ws-url", "ws://127.0.0.1:2"]);
    let line = |start: &str| ran.out.lines().find(|line| line.starts_with(start)).unwrap_or_default().to_owned();
    for (start, end) in [
        ("venues.binance-spot.rest_url = \"http://127.0.0.1:1\"", "# file"),
        ("venues.binance-spot.ws_url = \"wss://", "# default"),
        ("venues.binance-futures.ws_url = \"ws://127.0.0.1:2\"", "# flag"),
        ("\"mark\" = [\"x\"]", "# file, line 5"),
        ("\"quit\" = [\"q\", \"ctrl-c\"]", "# default"),
    ] {
        assert!(line(start).ends_with(end), "{start}: {}", ran.out);
    }
    // The chart's own `x` goes before: that is said.
    assert!(ran.err.contains("c.toml:5: `keys.mark`: `x` is also a key of `chart.crosshair`, which goes before"), "{}", ran.err);
    let shot = program.run(&["demo", "--config", &file, "--screenshot", "-", "--at", "+0s"]);
    assert!(shot.err.contains("c.toml:1: `theme`: there is no theme `midnite`: did you mean `midnight`?"), "{}", shot.err);
    let json = program.run(&["config", "--config", &file, "--json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["keys"].as_array().unwrap().iter().any(|key| key["setting"] == "mark" && key["line"] == 5));
}
