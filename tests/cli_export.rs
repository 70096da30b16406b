//! `export` from outside: what it writes, what it refuses, and that what it wrote comes back as the same recording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::domain::{
    Alert, AlertState, Channels, Event, Input, Instrument, Market, Meta, Nanos, OrderRequest, Origin, Payload, Placement, Price,
    Qty, Rearm, Side, Symbol, Trade, TradingAction, UserAction,
};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{ReadOptions, Reader, encode_input};
use rtai_tui::tables::Topic;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz");

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

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

    #[track_caller]
    fn good(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!(status, 0, "{line}: {err}");
        out
    }

    #[track_caller]
    fn refused(&self, line: &str, status: i32, why: &str) {
        let (found, out, err) = self.run(line);
        assert!(found == status && out.is_empty() && err.contains(why), "{line}: {found} {out}{err}");
    }

    /// Every file in a folder, by name.
    fn files(&self, name: &str) -> Vec<String> {
        let read = std::fs::read_dir(self.path(name)).unwrap();
        let mut names: Vec<String> = read.map(|entry| format!("{name}/{}", entry.unwrap().file_name().display())).collect();
        names.sort();
        names
    }

    fn write(&self, name: &str, inputs: &[Input]) {
        let mut text = Vec::new();
        for input in inputs {
            encode_input(input, &mut text);
        }
        std::fs::write(self.path(name), text).unwrap();
    }
}

fn inputs(path: &Path) -> Vec<Input> {
    let mut reader = Reader::open(path, ReadOptions::default()).unwrap();
    std::iter::from_fn(|| reader.next_input().unwrap()).collect()
}

/// The state that inputs lead to.
fn digest(inputs: &[Input]) -> u64 {
    let Payload::Meta(meta) = &inputs[0].payload else { panic!("no meta first") };
    let mut engine = Engine::from_meta(meta);
    for input in inputs {
        engine.apply(input);
    }
    engine.digest()
}

/// Inputs with actions of every kind between market events: a paper session.
fn session() -> Vec<Input> {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    let account: std::sync::Arc<str> = "manual".into();
    let mut engine = rtai_tui::domain::EngineConfig::default();
    engine.broker.latency = "0ms".parse().unwrap();
    let meta = Meta {
        venue: "demo".to_owned(),
        instruments: vec![Instrument { tick: Price::parse(b"0.1").unwrap(), ..Instrument::unknown(symbol) }],
        app: "test".to_owned(),
        engine,
    };
    let alert = Alert {
        id: 1,
        symbol,
        expr: "price > 100.5".to_owned(),
        rearm: Rearm::Always,
        deliver: Channels::NONE,
        note: "a \"note\", with\nall".to_owned(),
        paused: false,
        origin: Origin::User,
    };
    let user = |action| Payload::User(action);
    let order = |side, at: u64| {
        let request = OrderRequest::market(symbol, side, Qty::parse(format!("0.0{at}").as_bytes()).unwrap());
        user(UserAction::Trading(Box::new(TradingAction::Order {
            account: account.clone(),
            place: Placement::Single(OrderRequest { why: "because, \"so\"".into(), ..request }),
        })))
    };
    let trade = |n: i64| {
        let price = Price::from_units(10_000_000_000 + (n % 7) * 10_000_000);
        let side = if n % 2 == 0 { Side::Buy } else { Side::Sell };
        let trade = Trade { price, qty: Qty::from_units(1 + n), side, id: (n % 3 > 0).then_some(n as u64), ex: None };
        Payload::Market(Market::of(symbol, Event::Trade(trade)))
    };
    let mut payloads = vec![
        Payload::Meta(Box::new(meta)),
        user(UserAction::SetAlert(Box::new((alert, AlertState::default())))),
        user(UserAction::Trading(Box::new(TradingAction::Paper { on: true }))),
    ];
    payloads.extend((0..20).map(trade));
    payloads.push(order(Side::Buy, 5));
    payloads.extend((20..60).map(trade));
    payloads.push(order(Side::Sell, 3));
    payloads.extend((60..200).map(trade));
    payloads.push(user(UserAction::Mark("here".to_owned())));
    let input = |(n, payload): (usize, Payload)| {
        let at = Nanos(1_723_161_255_000_000_000 + n as i64 * 1_700_000_001);
        Input { seq: n as u64 + 1, at, payload }
    };
    payloads.into_iter().enumerate().map(input).collect()
}

#[track_caller]
fn comes_back(folder: &Folder, recording: &Path) {
    let original = inputs(recording);
    let state = digest(&original);
    for format in ["csv", "jsonl", "parquet"] {
        folder.good(&format!("export {} --what inputs --format {format} -o {format}", recording.display()));
        let files = folder.files(format).join(" ");
        folder.good(&format!("import {files} -o {format}.rec.gz"));
        let back = inputs(&folder.path(&format!("{format}.rec.gz")));
        assert_eq!(back.len(), original.len(), "{format}");
        for (back, original) in back.iter().zip(&original) {
            assert_eq!(back, original, "{format}");
        }
        assert_eq!(digest(&back), state, "{format}");
        std::fs::remove_dir_all(folder.path(format)).unwrap();
    }
}

#[test]
fn what_was_exported_comes_back_as_the_same_recording() {
    comes_back(&Folder::new(), Path::new(DEMO));
}

#[test]
fn a_session_with_a_users_actions_comes_back() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    comes_back(&folder, &folder.path("s.rec"));
}

#[test]
fn real_markets_come_back() {
    let data = std::env::var_os("RTAI_DATA_DIR")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")), PathBuf::from);
    let capture = data.join("captures/spot_ethusdt_20240808.gz");
    if !capture.exists() {
        eprintln!("skipped: {} is not here (set RTAI_DATA_DIR)", capture.display());
        return;
    }
    let folder = Folder::new();
    folder.good(&format!("import {} -o a.rec.gz", capture.display()));
    comes_back(&folder, &folder.path("a.rec.gz"));
}

#[test]
fn bars_of_a_table_come_back_to_the_same_state() {
    let folder = Folder::new();
    let mut table = "timestamp,symbol,open,high,low,close,volume,trades,taker_buy_base_asset_volume\n".to_owned();
    for n in 0..300_i64 {
        for (symbol, price) in [("AAAUSDT", 100), ("BBBUSDT", 7)] {
            let (at, close) = (1_735_689_600 + n * 60, price + n * 7 % 13);
            table += &format!("{at},{symbol},{price}.25,{}.5,{}.125,{close}.1,{n}.00000001,{n},0.5\n", price + 13, price - 1);
        }
    }
    std::fs::write(folder.path("bars.csv"), table).unwrap();
    folder.good("import bars.csv -o a.rec.gz");
    let original = inputs(&folder.path("a.rec.gz"));
    assert_eq!(original.len(), 601);
    for format in ["csv", "jsonl", "parquet"] {
        folder.good(&format!("export a.rec.gz --what bars -o b.{format}"));
        folder.good(&format!("import b.{format} -o {format}.rec.gz"));
        let back = inputs(&folder.path(&format!("{format}.rec.gz")));
        assert_eq!(back.len(), 601, "{format}");
        assert_eq!(digest(&back), digest(&original), "{format}");
    }
    let text = std::fs::read_to_string(folder.path("b.csv")).unwrap();
    assert!(text.starts_with("timestamp,symbol,open,high,low,close,volume,"), "{text:.100}");
    assert!(text.lines().nth(1).unwrap().starts_with("2025-01-01T00:00:00Z,AAAUSDT,100.25,113.5,99.125,100.1,0.00000001,0,"));
    // A source that does not count trades is not said to have had none, nor to have sold all.
    std::fs::write(
        folder.path("plain_AAAUSDT.csv"),
        "timestamp,open,high,low,close,volume\n1735689600,1,2,0.5,1,3\n1735689660,1,2,0.5,1,0\n",
    )
    .unwrap();
    folder.good("import plain_AAAUSDT.csv -o plain.rec.gz");
    let plain = folder.good("export plain.rec.gz --what bars -o plain.parquet");
    assert!(plain.contains("2 rows"), "{plain}");
    let text = folder.good("export plain.rec.gz --what bars");
    assert!(text.contains(",1,3,,,1m,") && text.contains(",1,0,0,0,1m,"), "{text}");
    folder.good("import plain.parquet -o again.rec.gz");
    assert_eq!(digest(&inputs(&folder.path("again.rec.gz"))), digest(&inputs(&folder.path("plain.rec.gz"))));
    // Longer ones are built of them.
    let hours = folder.good("export a.rec.gz --what bars --bar 1h");
    assert_eq!(hours.lines().count(), 1 + 2 * 5, "{hours}");
}

/// Lines of a table on standard output, without its header.
fn rows(text: &str) -> Vec<Vec<&str>> {
    text.lines().skip(1).map(|line| line.split(',').collect()).collect()
}

#[test]
fn a_paper_session_is_told_in_tables() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    let fills = folder.good("export s.rec --what fills");
    let sides: Vec<_> = rows(&fills).iter().map(|row| (row[1].to_owned(), row[5].to_owned(), row[7].to_owned())).collect();
    let said = |side: &str, qty: &str| ("BTCUSDT".to_owned(), side.to_owned(), qty.to_owned());
    assert!(sides.first() == Some(&said("buy", "0.05")) && sides.contains(&said("sell", "0.03")), "{fills}");
    let orders = folder.good("export s.rec --what orders");
    assert!(orders.contains(",filled,sell,market,") && orders.contains("\"because, \"\"so\"\"\""), "{orders}");
    let equity = folder.good("export s.rec --what equity --format jsonl");
    let last: serde_json::Value = serde_json::from_str(equity.lines().last().unwrap()).unwrap();
    assert!(last["account"] == "manual" && last["value"].as_f64().unwrap() > 0.0, "{last}");
    let alerts = folder.good("export s.rec --what alerts --format jsonl");
    let first: serde_json::Value = serde_json::from_str(alerts.lines().next().unwrap()).unwrap();
    assert_eq!((first["expr"].as_str(), first["price"].as_f64()), (Some("price > 100.5"), Some(100.6)), "{alerts}");
    assert_eq!(first["note"], "a \"note\", with\nall");
    // Everything at once says the same.
    let said = folder.good("export s.rec --what all -o all/");
    assert!(said.contains("no rows, and no file: quotes, depth, liquidations, marks, klines, signals"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path("all/fills.csv")).unwrap(), fills);
    // What the engine said is no input; and bars and trades of one symbol are not taken twice.
    let (status, _, err) = folder.run(&format!("import {} -o again.rec.gz", folder.files("all").join(" ")));
    assert!(status == 0 && err.contains("fills are worked out anew and not read"), "{err}");
}

#[test]
fn indicators_are_those_of_the_command() {
    let folder = Folder::new();
    let table = folder.good(&format!("export {DEMO} --what indicators --names ofi,rsi(5) --bar 1s --symbol BTCUSDT"));
    let lines = folder.good(&format!("indicators {DEMO} --names ofi,rsi(5) --bar 1s --symbol BTCUSDT"));
    assert!(lines.lines().count() > 100 && table.lines().count() == lines.lines().count() + 1);
    for (row, line) in rows(&table).iter().zip(lines.lines()) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!((row[1], row[2]), (line["sym"].as_str().unwrap(), line["name"].as_str().unwrap()));
        assert_eq!(row[3].parse().ok(), line["v"].as_f64());
        assert_eq!(row[4].parse().ok(), line["z"].as_f64());
    }
}

#[test]
fn only_what_is_asked_for_is_written() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    let all = folder.good("export s.rec");
    assert_eq!(all.lines().count(), 201);
    let some = folder.good("export s.rec --from +1m --to +2m");
    let wanted: Vec<&str> =
        all.lines().filter(|line| ("2024-08-08T23:55:15".."2024-08-08T23:56:15.0000000001").contains(line)).collect();
    assert_eq!(some.lines().skip(1).collect::<Vec<_>>(), wanted);
    assert!(wanted.len() > 30);
    assert_eq!(folder.good("export s.rec --symbol ETHUSDT --what trades").lines().count(), 1);
    let bars = folder.good("export s.rec --what bars --bar tick:10");
    assert_eq!(bars.lines().count(), 21, "{bars}");
    // Bars that are not of time cannot be inputs.
    std::fs::write(folder.path("t.csv"), bars).unwrap();
    folder.refused("import t.csv -o t.rec.gz", 1, "bars of `tick:10` are made of trades");
}

#[test]
fn wrong_usage_is_said_before_anything_is_read() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    std::fs::write(folder.path("there.csv"), "mine").unwrap();
    for (line, status, why) in [
        ("export s.rec --what tics", 2, "expected ticks, trades, quotes"),
        ("export s.rec --format xls", 2, "expected csv, jsonl or parquet"),
        ("export s.rec --what bars,fills", 2, "name a folder for them with -o"),
        ("export s.rec --format parquet", 2, "Parquet needs a file"),
        ("export s.rec --format csv -o a.parquet", 2, "name the file as what it is"),
        ("export s.rec --what bars --bar 2m", 2, "expected one of 1s 5s"),
        ("export s.rec --what bars --bar renko:2", 2, "is no bar"),
        ("export s.rec --what indicators --names nonsense", 2, "nonsense"),
        ("export s.rec --from soon", 2, "`soon` is not a time"),
        ("export s.rec --from +2m --to +1m", 2, "--from is later than --to"),
        ("export missing.rec -o a.csv", 1, "missing.rec"),
        ("export s.rec -o there.csv", 1, "there.csv: is there already and is not overwritten"),
        ("export missing.rec -o there.csv", 1, "is not overwritten"),
        ("export s.rec -o nowhere/a.csv", 1, "nowhere/a.csv"),
    ] {
        folder.refused(line, status, why);
    }
    assert_eq!(std::fs::read_to_string(folder.path("there.csv")).unwrap(), "mine");
    assert!(folder.files(".").iter().all(|name| !name.contains("part") && !name.contains("a.")), "{:?}", folder.files("."));
}

#[test]
fn bad_rows_are_named_with_their_line() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    let text = folder.good("export s.rec");
    let damaged = |name: &str, from: &str, to: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines[3] = lines[3].replacen(from, to, 1);
        std::fs::write(folder.path(name), lines.join("\n")).unwrap();
    };
    for (from, to, why) in [
        (",BTCUSDT,", ",,", "line 4: symbol is missing"),
        (",BTCUSDT,", ",BTCUSDT,x", "line 4: price `x1"),
        (",buy,", ",up,", "line 4: side `up`: expected buy or sell"),
        ("2024-", "2024/", "line 4: ts `2024/08"),
        (",buy,", ",buy", "line 4: 7 fields, the header names 8"),
        (",BTCUSDT,", ",\"BTCUSDT,", "line 4: a quoted field does not end"),
    ] {
        damaged("bad.csv", from, to);
        let _ = std::fs::remove_file(folder.path("bad.rec.gz"));
        let (status, _, err) = folder.run("import bad.csv --keep-going -o bad.rec.gz");
        assert!(status == 0 && err.contains(why) && err.contains("1 bad lines"), "{to}: {err}");
    }
    // A Parquet file of something else, and one that is cut off.
    folder.good("export s.rec -o t.parquet");
    let whole = std::fs::read(folder.path("t.parquet")).unwrap();
    for length in [5, 100, whole.len() / 2, whole.len() - 1] {
        std::fs::write(folder.path("cut.parquet"), &whole[..length]).unwrap();
        let (status, _, err) = folder.run("import cut.parquet -o cut.rec.gz");
        assert!(status == 1 && err.contains("cut.parquet: ") && !err.contains("panicked"), "{length}: {err}");
    }
}

#[test]
fn damaged_parquet_never_brings_it_down() {
    let folder = Folder::new();
    folder.write("s.rec", &session());
    folder.good("export s.rec --what trades,events --format parquet -o p");
    for name in ["p/trades.parquet", "p/events.parquet"] {
        let whole = std::fs::read(folder.path(name)).unwrap();
        for n in 0..40 {
            let mut bytes = whole.clone();
            let at = (n * 7_919 + 4) % bytes.len();
            bytes[at] ^= 1 << (n % 8);
            std::fs::write(folder.path("d.parquet"), bytes).unwrap();
            let _ = std::fs::remove_file(folder.path("d.rec.gz"));
            let (status, _, err) = folder.run("import d.parquet -o d.rec.gz");
            assert!((0..=2).contains(&status) && !err.contains("panicked"), "{name} at {at}: {status} {err}");
        }
    }
}

#[test]
fn the_dataset_is_read_back_and_written_once() {
    let folder = Folder::new();
    let said = folder.good(&format!("export {DEMO} --parquet data --compression zstd"));
    assert!(said.starts_with("data: ") && said.contains(" rows in 15 files"), "{said}");
    let (status, again, err) = folder.run(&format!("export {DEMO} --parquet data"));
    assert!(
        status == 0 && again.starts_with("data: 0 rows in 0 files") && err.contains("15 files were there already"),
        "{again}{err}"
    );
    // A part of it is not the same as the whole.
    assert!(folder.good(&format!("export {DEMO} --parquet data --symbol BTCUSDT --from +1m")).contains(" rows in 5 files"));
    let symbol = std::fs::read_dir(folder.path("data/depth/venue=demo/symbol=ETHUSDT")).unwrap().next().unwrap().unwrap().path();
    let names: Vec<String> = ["trades", "quotes", "depth"]
        .iter()
        .flat_map(|topic| {
            let day = folder.path(&format!("data/{topic}/venue=demo/symbol=ETHUSDT")).join(symbol.file_name().unwrap());
            std::fs::read_dir(day).unwrap().map(|entry| entry.unwrap().path().display().to_string())
        })
        .collect();
    folder.good(&format!("import {} -o eth.rec.gz", names.join(" ")));
    let original = inputs(Path::new(DEMO));
    let of = |input: &&Input| {
        matches!(&input.payload, Payload::Market(Market { symbol: Some(symbol), event }) if **symbol == *"ETHUSDT"
            && matches!(event, Event::Trade(_) | Event::Quote(_) | Event::Book(_) | Event::Depth(_)))
    };
    let wanted: Vec<_> = original.iter().filter(of).map(|input| (input.at, &input.payload)).collect();
    let back = inputs(&folder.path("eth.rec.gz"));
    assert!(back.iter().skip(1).map(|input| (input.at, &input.payload)).eq(wanted));
}

/// `docs/formats.md` has the tables' columns from the catalogue.
#[test]
fn the_documentation_is_the_catalogue() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/formats.md");
    let (begin, end) = ("<!-- tables -->\n", "<!-- end of tables -->\n");
    let mut wanted = String::new();
    for topic in Topic::ALL {
        let what = if topic.is_input() { "inputs" } else { "what the engine says" };
        wanted +=
            &format!("\n### `{}` ({what}): {}\n\n| column | holds | meaning |\n|---|---|---|\n", topic.name(), topic.about());
        for column in topic.columns() {
            let maybe = if column.nullable { ", or nothing" } else { "" };
            wanted += &format!("| `{}` | {}{maybe} | {} |\n", column.name, column.kind.about(), column.about);
        }
    }
    wanted += "\n";
    let text = std::fs::read_to_string(path).unwrap();
    let (before, rest) = text.split_once(begin).expect("the mark where the tables begin");
    let (found, after) = rest.split_once(end).expect("the mark where the tables end");
    if std::env::var_os("RTAI_BLESS").is_some() {
        std::fs::write(path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
    } else {
        assert!(found == wanted, "docs/formats.md is out of date: run RTAI_BLESS=1 cargo test --test cli_export");
    }
}
