use super::player::{Player, Progress};
use super::source::Source;
use crate::domain::{Event, Input, Market, Nanos, Payload, Price, Qty, Side, Symbol, Timeframe, Trade};
use crate::engine::Engine;
use crate::recording::ReadError;
use proptest::prelude::*;

/// Inputs held in memory.
struct Memory {
    inputs: Vec<Input>,
    at: usize,
}

impl Source for Memory {
    type Position = usize;

    fn next(&mut self) -> Result<Option<Input>, ReadError> {
        let input = self.inputs.get(self.at).cloned();
        self.at += usize::from(input.is_some());
        Ok(input)
    }

    fn position(&self) -> usize {
        self.at
    }

    fn seek(&mut self, position: &usize) -> Result<(), ReadError> {
        self.at = *position;
        Ok(())
    }
}

fn inputs(count: u64) -> Vec<Input> {
    let symbol = Symbol::new("BTCUSDT").unwrap();
    (0..count)
        .map(|n| {
            // Three inputs share each moment.
            let at = Nanos::from_secs(1_700_000_000) + Nanos::from_millis((n / 3 * 700) as i64);
            let price = Price::from_units(1_000 + (n as i64 * 7_919) % 500);
            let trade = Trade { price, qty: Qty::from_units(1 + n as i64 % 9), side: Side::Buy, id: Some(n), ex: None };
            Input { seq: n + 1, at, payload: Payload::Market(Market::of(symbol, Event::Trade(trade))) }
        })
        .collect()
}

fn straight(inputs: &[Input], to: Nanos) -> u64 {
    let mut engine = Engine::new(crate::domain::EngineConfig::default(), "");
    for input in inputs.iter().filter(|input| input.at <= to) {
        engine.apply(input);
    }
    engine.advance(to);
    engine.digest()
}

fn go(player: &mut Player<Memory>, to: Nanos) {
    player.prepare_seek(to).unwrap();
    while player.play_to(to, 777).unwrap() == Progress::Busy {}
}

#[test]
fn going_back_and_forth_gives_the_state_of_a_straight_run() {
    let inputs = inputs(60_000);
    let start = inputs[0].at;
    let mut player = Player::new(Memory { inputs: inputs.clone(), at: 0 }).unwrap();
    for secs in [13_000, 20, 9_000, 8_999, 0, 13_500, 7_000, 7_001] {
        let to = start + Nanos::from_secs(secs);
        go(&mut player, to);
        assert_eq!(player.engine().digest(), straight(&inputs, to), "at {secs} s");
    }
    assert!(player.kept().len() < 64);
}

#[test]
fn a_step_by_bars_stands_at_the_close() {
    let mut player = Player::new(Memory { inputs: inputs(600), at: 0 }).unwrap();
    let to = Nanos::from_secs(1_700_000_050);
    go(&mut player, to);
    assert_eq!(player.bar_target(Timeframe::M1, true), Nanos::from_secs(1_700_000_100));
    assert_eq!(player.bar_target(Timeframe::M1, false), Nanos::from_secs(1_700_000_040));
}

#[test]
fn an_empty_source_is_at_its_end() {
    let mut player = Player::new(Memory { inputs: Vec::new(), at: 0 }).unwrap();
    assert!(player.is_ended());
    assert_eq!(player.play_to(Nanos::MAX, 10).unwrap(), Progress::Ended);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn any_path_of_jumps_and_plays_gives_the_same_state(jumps in proptest::collection::vec(0_i64..2_330_000, 1..12)) {
        let inputs = inputs(10_000);
        let start = inputs[0].at;
        let mut player = Player::new(Memory { inputs: inputs.clone(), at: 0 }).unwrap();
        for &ms in &jumps {
            go(&mut player, start + Nanos::from_millis(ms));
        }
        let to = start + Nanos::from_millis(*jumps.last().unwrap());
        prop_assert_eq!(player.engine().digest(), straight(&inputs, to));
    }
}
