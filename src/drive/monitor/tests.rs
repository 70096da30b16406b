use super::*;
use crate::drive::view::{ConnectionState, ConnectionView, RecordingView, View};
use crate::engine::stats::Quantiles;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;

const BEGIN: Nanos = Nanos::from_secs(1_795_000_000);

fn after(seconds: i64) -> Nanos {
    BEGIN + Nanos::from_secs(seconds)
}

fn view(state: ConnectionState) -> View {
    let mut view = View::default();
    view.snapshot.venue = "binance-\"spot\"".into();
    view.snapshot.rates.inputs = 1_234;
    let session = &mut view.session;
    session.started = BEGIN;
    session.lag = Quantiles { count: 1, p50: Nanos::from_micros(40), p99: Nanos::from_millis(2), least: Nanos::ZERO };
    session.recording = RecordingView::On { path: PathBuf::from("a.rec.gz"), bytes: 10, lines: 20, lost: 0 };
    session.connections = vec![ConnectionView {
        name: "public".to_owned(),
        url: String::new(),
        state,
        since: BEGIN,
        last: Some(after(100)),
        opened: 3,
        messages: 50,
        bytes: 600,
    }];
    view
}

fn figures(view: &View, now: Nanos) -> Figures {
    Figures::of(view, now, Limits::default())
}

#[test]
fn a_session_whose_data_flows_is_well_until_it_falls_silent() {
    let live = view(ConnectionState::Live);
    let well = figures(&live, after(101));
    assert_eq!((well.health, well.reasons.len(), well.connections[0].reconnects), (Health::Ok, 0, 2));
    assert_eq!(well.connections[0].last_message_age, Some(1.0));
    let silent = figures(&live, after(161));
    assert_eq!(silent.health, Health::Failing);
    assert_eq!(silent.reasons, ["connection public has been silent for 1m1s"]);
}

#[test]
fn a_lost_connection_has_half_a_minute() {
    let mut lost = view(ConnectionState::Waiting("broken off".to_owned(), after(110)));
    lost.session.connections[0].since = after(100);
    assert_eq!(figures(&lost, after(129)).health, Health::Ok);
    let late = figures(&lost, after(130));
    assert_eq!((late.health, late.reasons), (Health::Failing, vec!["connection public is lost: broken off".to_owned()]));
    let young = view(ConnectionState::Connecting(1));
    assert_eq!(figures(&young, after(5)).health, Health::Starting);
}

#[test]
fn what_is_not_recorded_is_failing() {
    let mut full = view(ConnectionState::Live);
    full.session.recording = RecordingView::Failed("the disk is full".to_owned());
    let status =
        Status::of(vec![figures(&view(ConnectionState::Live), after(101)), figures(&full, after(101))], None, after(101));
    assert_eq!(status.health, Health::Failing);
    assert_eq!(status.reasons, ["binance-\"spot\": nothing is recorded: the disk is full"]);
    full.session.recording = RecordingView::Off;
    assert_eq!(figures(&full, after(1)).health, Health::Starting);
    assert_eq!(figures(&full, after(101)).reasons, ["nothing is recorded"]);
}

#[test]
fn metrics_are_what_prometheus_reads() {
    let status = Status::of(vec![figures(&view(ConnectionState::Live), after(101))], None, after(101));
    let page = metrics(&status);
    let mut types = std::collections::BTreeMap::new();
    let mut samples = 0;
    for line in page.lines() {
        let words: Vec<&str> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, help] => assert!(name.starts_with("rtai_") && !help.is_empty()),
            ["#", "TYPE", name, kind] => {
                assert_eq!(types.insert(name.to_owned(), kind.to_owned()), None, "{name} is told twice");
                assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
            }
            [sample, value] => {
                samples += 1;
                let name = sample.split('{').next().unwrap();
                assert!(types.contains_key(name), "{name} comes before its type");
                value.parse::<f64>().unwrap();
            }
            _ => panic!("not of the format: {line}"),
        }
    }
    assert!(samples >= types.len() - 3, "{page}");
    for expected in [
        "rtai_events_total{venue=\"binance-\\\"spot\\\"\"} 1234",
        "rtai_connection_reconnects_total{venue=\"binance-\\\"spot\\\"\",connection=\"public\"} 2",
        "rtai_lag_p99_seconds{venue=\"binance-\\\"spot\\\"\"} 0.002",
    ] {
        assert!(page.contains(expected), "{expected} is not in\n{page}");
    }
}

#[test]
fn a_status_file_is_whole_and_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("status.json");
    let mut file = StatusFile::new(path.clone());
    let ill = |now| match read(&path, now) {
        Condition::Ill(why) => why,
        Condition::Well(text) => panic!("well: {text}"),
    };
    assert!(ill(BEGIN).contains("is `rtai-tui record` running?"));
    assert_eq!(file.write(&Status::of(vec![figures(&view(ConnectionState::Live), after(101))], None, after(101))), None);
    assert!(matches!(read(&path, after(102)), Condition::Well(text) if text.ends_with("ok")));
    assert!(ill(after(117)).contains("last written 16s ago"));
    let mut full = view(ConnectionState::Live);
    full.session.recording = RecordingView::Failed("the disk is full".to_owned());
    file.write(&Status::of(vec![figures(&full, after(101))], None, after(101)));
    assert!(ill(after(102)).contains("nothing is recorded: the disk is full"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    file.write(&Status::of(Vec::new(), None, after(101)).ended());
    assert!(ill(after(102)).contains("the collector has ended"));
    let kept = Kept { rows: 1, files: 1, bytes: 1, waiting: 0, problem: Some("the disk is full".to_owned()) };
    file.write(&Status::of(vec![figures(&view(ConnectionState::Live), after(101))], Some(kept), after(101)));
    assert!(ill(after(102)).contains("failing: dataset: the disk is full"));
    std::fs::write(&path, "{}").unwrap();
    assert!(ill(after(102)).contains("no status file of rtai-tui"));
    // Said once, not every few seconds.
    let mut nowhere = StatusFile::new(folder.path().join("none/status.json"));
    let status = Status::of(Vec::new(), None, BEGIN);
    assert!(nowhere.write(&status).unwrap().contains("none/status.json"));
    assert_eq!(nowhere.write(&status), None);
}

fn ask(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(format!("{request} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn health_and_metrics_are_answered() {
    let well = Status::of(vec![figures(&view(ConnectionState::Live), after(101))], None, after(101));
    let server = Server::start("127.0.0.1:0".parse().unwrap(), well).unwrap();
    let answer = ask(&server, "GET /health");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"health\":\"ok\""), "{answer}");
    assert!(ask(&server, "GET /metrics").contains("rtai_events_total{"));
    assert!(ask(&server, "GET /").starts_with("HTTP/1.1 404"));
    assert!(ask(&server, "POST /health").starts_with("HTTP/1.1 405"));
    server.tell(Status::of(vec![figures(&view(ConnectionState::Live), after(200))], None, after(200)));
    assert!(ask(&server, "GET /health").starts_with("HTTP/1.1 503"));
    let taken = Server::start(server.address(), Status::of(Vec::new(), None, BEGIN)).unwrap_err().to_string();
    assert!(taken.contains("cannot be listened on"), "{taken}");
}

#[test]
fn figures_are_not_for_the_network() {
    let error = Server::start("0.0.0.0:0".parse().unwrap(), Status::of(Vec::new(), None, BEGIN)).unwrap_err();
    assert!(error.to_string().contains("only an address of this computer"), "{error}");
}
