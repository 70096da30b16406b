use rtai_tui::{domain::*, engine::Engine, recording::*};
fn main() {
    let p = std::env::args().nth(1).unwrap();
    let mut r = Reader::open(p.as_ref(), ReadOptions::default()).unwrap();
    let mut e = Engine::new(EngineConfig::default(), "");
    if std::env::args().nth(2).is_some() {
        let mut n = 0u64;
        while let Some(i) = r.next_input().unwrap() {
            n += i.seq;
        }
        println!("{n}");
        return;
    }
    while let Some(i) = r.next_input().unwrap() {
        e.apply(&i);
    }
    let s = e.snapshot();
    println!("{} {:?} {}", e.seq(), s.symbols[0].time_bars[&Timeframe::M1].len(), e.digest());
}
