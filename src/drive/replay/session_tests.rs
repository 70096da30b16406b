use super::*;
use crate::drive::replay::RepeatRequest;
use crate::engine::Engine;
use crate::recording::RecordingFile;
use crate::recording::samples::trade;

const START: Nanos = Nanos::from_secs(1_723_158_000);

fn at(secs: i64) -> Nanos {
    START + Nanos::from_secs(secs)
}

/// A replay of a trade a second for ten minutes, by a clock that stands until told.
fn replay() -> (tempfile::TempDir, Replay, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("BTCUSDT_20240808.rec.gz");
    let mut file = RecordingFile::create(&path).unwrap();
    for i in 0..600 {
        file.write_input(&trade(i, at(i as i64), 1_000 + i as i64 % 50)).unwrap();
    }
    file.finish().unwrap();
    let read = ReadOptions::default();
    let files = vec![path];
    let player = Player::new(Files::open(&files, read.clone()).unwrap()).unwrap();
    let clock = Clock::manual(Nanos::from_secs(1));
    let options = Options { files, speed: 10.0, from: None, paused: false, read, alerts: None };
    let mut replay = Replay::new(player, options, clock.clone(), Arc::default(), Arc::new(|| {}));
    settle(&mut replay);
    (folder, replay, clock)
}

/// Finishes a jump.
fn settle(replay: &mut Replay) {
    while matches!(replay.state, ReplayState::Seeking(_)) {
        replay.proceed();
    }
}

/// Lets real time pass, in pictures of 20 ms; returns the moments shown.
fn pass(replay: &mut Replay, clock: &Clock, millis: i64) -> Vec<Nanos> {
    (0..millis / 20)
        .map(|_| {
            clock.advance(FRAME);
            replay.proceed();
            settle(replay);
            replay.player.engine().now()
        })
        .collect()
}

fn ask(replay: &mut Replay, request: ReplayRequest) {
    replay.answer(Request::Replay(request));
    settle(replay);
}

fn mark_loop(replay: &mut Replay, from: i64, to: i64) {
    for (to, end) in [(from, RepeatRequest::Start), (to, RepeatRequest::End), (from, RepeatRequest::Toggle)] {
        ask(replay, ReplayRequest::Seek(at(to)));
        ask(replay, ReplayRequest::Repeat(end));
    }
    ask(replay, ReplayRequest::Repeat(RepeatRequest::Toggle));
}

/// The state at a moment, come to in a straight line.
fn straight(to: Nanos) -> u64 {
    let mut engine = Engine::new(crate::domain::EngineConfig::default(), "");
    for i in (0..600).filter(|i| at(*i) <= to) {
        engine.apply(&crate::domain::Input { seq: i as u64 + 1, ..trade(i as u64, at(i), 1_000 + i % 50) });
    }
    engine.advance(to);
    engine.digest()
}

#[test]
fn at_b_the_replay_goes_back_to_a_and_the_state_is_that_of_a() {
    let (_folder, mut replay, clock) = replay();
    mark_loop(&mut replay, 100, 130);
    assert_eq!(replay.repeat.active(), Some((at(100), at(130))));
    assert_eq!(replay.state, ReplayState::Playing);
    // Ten seconds at ten times the speed: over three rounds.
    let shown = pass(&mut replay, &clock, 10_000);
    assert!(shown.iter().all(|now| (at(100)..=at(130)).contains(now)), "{shown:?}");
    assert_eq!(shown.windows(2).filter(|pair| pair[1] < pair[0]).count(), 3);
    assert_eq!(replay.player.engine().digest(), straight(replay.player.engine().now()));
}

#[test]
fn without_the_loop_it_plays_on_and_beyond_its_end_too() {
    let (_folder, mut replay, clock) = replay();
    mark_loop(&mut replay, 100, 130);
    ask(&mut replay, ReplayRequest::Seek(at(200)));
    pass(&mut replay, &clock, 1_000);
    assert_eq!(replay.player.engine().now(), at(210));
    ask(&mut replay, ReplayRequest::Seek(at(129)));
    ask(&mut replay, ReplayRequest::Repeat(RepeatRequest::Clear));
    pass(&mut replay, &clock, 1_000);
    assert_eq!(replay.player.engine().now(), at(139));
}

#[test]
fn a_loop_to_the_end_of_the_recording_goes_on() {
    let (_folder, mut replay, clock) = replay();
    // Pulled to the very end it has ended, and stands still from then on.
    mark_loop(&mut replay, 580, 599);
    assert_eq!(replay.state, ReplayState::Paused);
    ask(&mut replay, ReplayRequest::Toggle);
    let shown = pass(&mut replay, &clock, 6_000);
    assert!(replay.state == ReplayState::Playing && shown.contains(&at(580)), "{shown:?}");
}

#[test]
fn as_fast_as_it_goes_it_still_repeats() {
    let (_folder, mut replay, clock) = replay();
    mark_loop(&mut replay, 100, 300);
    ask(&mut replay, ReplayRequest::Speed(f64::INFINITY));
    let shown = pass(&mut replay, &clock, 200);
    assert!(shown.iter().all(|now| *now <= at(300)) && replay.state == ReplayState::Playing);
}

#[test]
fn of_jumps_that_wait_only_the_newest_is_made() {
    let (_folder, mut replay, _clock) = replay();
    let (sender, receiver) = sync_channel(8);
    for secs in [50, 400, 90] {
        sender.send(Message::Ask(Request::Replay(ReplayRequest::Seek(at(secs))))).unwrap();
    }
    sender.send(Message::Ask(Request::Replay(ReplayRequest::Toggle))).unwrap();
    let next = replay.answer_newest(Request::Replay(ReplayRequest::Seek(at(10))), &receiver);
    assert_eq!(replay.state, ReplayState::Seeking(at(90)));
    assert!(matches!(next, Some(Message::Ask(Request::Replay(ReplayRequest::Toggle)))));
}

#[test]
fn an_indicator_set_in_a_replay_is_there_from_the_start() {
    let (_folder, mut replay, _clock) = replay();
    ask(&mut replay, ReplayRequest::Pause);
    ask(&mut replay, ReplayRequest::Seek(at(300)));
    let values = |replay: &Replay, id: &str| {
        let snapshot = replay.player.engine().snapshot();
        let flow = snapshot.symbols[0].flow.clone();
        let row = flow.row(id).unwrap().clone();
        (0..flow.len()).filter(|index| flow.value(&row, *index).is_some()).count()
    };
    // From what is kept; and, where that is not enough, by playing again up to here.
    let before = values(&replay, "tfi");
    for (name, id) in [("tfi(window=30)", "tfi(window=30)"), ("vpin(0.00000005,2)", "vpin(bucket_volume=0.00000005,buckets=2)")] {
        replay.answer(Request::Indicators(vec!["tfi".to_owned(), name.to_owned()]));
        settle(&mut replay);
        assert_eq!((replay.player.engine().now(), replay.state), (at(300), ReplayState::Paused));
        assert!(values(&replay, id) >= before - 10, "{id}: {} of {before}", values(&replay, id));
    }
    replay.answer(Request::Indicators(vec!["lp_incentive".to_owned(), "tobi(levels=3)".to_owned()]));
    assert!(matches!(replay.state, ReplayState::Seeking(to) if to == at(300)));
    settle(&mut replay);
    assert_eq!((replay.player.engine().now(), replay.state), (at(300), ReplayState::Paused));
    ask(&mut replay, ReplayRequest::Seek(at(100)));
    assert_eq!(replay.player.engine().snapshot().symbols[0].flow.rows.len(), 2);
}
