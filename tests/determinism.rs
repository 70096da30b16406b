//! The proof: one recording, played in different ways, gives one digest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use rtai_tui::domain::{Alert, AlertState, Channels, Input, Nanos, Origin, Payload, Rearm, Symbol, UserAction};
use rtai_tui::drive::replay::{Files, Player, Progress};
use rtai_tui::engine::Engine;
use rtai_tui::recording::{ReadOptions, Reader, encode_input};
use std::path::PathBuf;
use std::sync::LazyLock;

/// The bundled recording with alerts of every kind set after its first line.
fn demo() -> PathBuf {
    static MADE: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let bundled = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/demo.rec.gz"));
        let mut reader = Reader::open(&bundled, ReadOptions::default()).unwrap();
        let first = reader.next_input().unwrap().unwrap();
        let mut lines = Vec::new();
        encode_input(&first, &mut lines);
        for (n, expr) in ALERTS.iter().enumerate() {
            let alert = Alert {
                id: n as u64 + 1,
                symbol: Symbol::new("BTCUSDT").unwrap(),
                expr: (*expr).to_owned(),
                rearm: [Rearm::Auto, Rearm::Always, Rearm::Cooldown(Nanos::from_secs(9))][n % 3],
                deliver: Channels::NONE,
                note: String::new(),
                paused: false,
                origin: Origin::User,
            };
            let payload = Payload::User(UserAction::SetAlert(Box::new((alert, AlertState::default()))));
            encode_input(&Input { seq: 0, at: first.at, payload }, &mut lines);
        }
        while let Some(input) = reader.next_input().unwrap() {
            encode_input(&input, &mut lines);
        }
        std::fs::write(folder.path().join("demo.rec"), lines).unwrap();
        folder
    });
    MADE.path().join("demo.rec")
}

const ALERTS: [&str; 9] = [
    "price crosses above sma(3, 1s)",
    "price moves 0.01% in 3s for 50ms",
    "feed.age > 100ms",
    "volume(5s) > volume(5s, 1) && delta(5s) > 0",
    "ofi.z > 1 || ofi(window=4).z < -1",
    "spread > 0 for 3s",
    "zscore(ETHUSDT, BTCUSDT, 1s, window=20, z=10) > 1",
    "ETHUSDT: rsi(5, 1s) < 40 && feed.rate > 1",
    "bid > close(1s, 3) || feed.latency > 9s",
];

fn files() -> Files {
    Files::open(&[demo()], ReadOptions::default()).unwrap()
}

/// The plain way: every input in order.
fn backtest() -> (u64, Nanos, Nanos) {
    let mut reader = Reader::open(&demo(), ReadOptions::default()).unwrap();
    let first = reader.next_input().unwrap().unwrap();
    let Payload::Meta(meta) = &first.payload else { panic!("the first line is the meta") };
    let mut engine = Engine::from_meta(meta);
    engine.apply(&first);
    while let Some(input) = reader.next_input().unwrap() {
        engine.apply(&input);
    }
    assert!(engine.seq() > 1_000, "the recording holds too little to prove anything");
    let fired = engine.alert_states();
    assert!(fired.iter().all(|(_, state)| state.fired > 0), "an alert that never fires proves nothing: {fired:?}");
    (engine.digest(), first.at, engine.now())
}

fn play(player: &mut Player<Files>, to: Nanos) {
    while player.play_to(to, 1_234).unwrap() == Progress::Busy {}
}

#[test]
fn a_replay_at_odd_speeds_with_pauses_equals_the_backtest() {
    let (digest, from, end) = backtest();
    let mut player = Player::new(files()).unwrap();
    let mut at = from;
    let mut step = 1_i64;
    while at < end {
        step = (step * 6_364_136 + 1_442_695) % 3_000_000_017;
        at = (at + Nanos(step)).min(end);
        // A pause is a picture taken while nothing moves.
        drop((player.engine().snapshot(), player.engine().snapshot()));
        play(&mut player, at);
    }
    assert_eq!(player.engine().digest(), digest);
}

#[test]
fn seeks_forth_and_back_equal_the_backtest() {
    let (digest, from, end) = backtest();
    let mut player = Player::new(files()).unwrap();
    let span = end - from;
    for share in [50, 10, 90, 89, 1, 99, 30, 0, 100] {
        let to = from + Nanos(span.0 / 100 * share);
        player.prepare_seek(to).unwrap();
        play(&mut player, to);
    }
    player.prepare_seek(end).unwrap();
    play(&mut player, end);
    assert_eq!(player.engine().digest(), digest);
}

#[test]
fn heartbeats_between_all_inputs_change_nothing() {
    let (digest, ..) = backtest();
    let mut reader = Reader::open(&demo(), ReadOptions::default()).unwrap();
    let mut engine: Option<Engine> = None;
    while let Some(input) = reader.next_input().unwrap() {
        if engine.is_none() {
            let Payload::Meta(meta) = &input.payload else { panic!("the first line is the meta") };
            engine = Some(Engine::from_meta(meta));
        }
        let engine = engine.as_mut().unwrap();
        if engine.seq() > 0 {
            let gap = input.at - engine.now();
            for part in 1..4 {
                engine.advance(engine.now() + Nanos(gap.0 / 4 * part / 3));
            }
        }
        engine.apply(&input);
    }
    assert_eq!(engine.unwrap().digest(), digest);
}

#[test]
fn steps_of_one_event_equal_the_backtest() {
    let (digest, ..) = backtest();
    let mut player = Player::new(files()).unwrap();
    while player.step().unwrap() {}
    assert_eq!(player.engine().digest(), digest);
}
