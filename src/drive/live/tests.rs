use super::core::Core;
use super::{LiveOptions, RecordingOptions};
use crate::domain::{
    Alert, Bar, BookSnapshot, Channel, Channels, DepthDiff, Event, Input, Instrument, Link, LinkScope, LinkState, Market, Nanos,
    Origin, Payload, Price, Qty, Rearm, Side, Symbol, Timeframe, Trade,
};
use crate::drive::inbox::What;
use crate::drive::view::{Handle, RecordingView, Request};
use crate::engine::Engine;
use crate::feed::{ConnId, Connection, Feed, FeedCounters, FeedError, Frame, Severity, Step, Stream, Tag, Venue};
use crate::recording::{ReadOptions, Reader};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const VENUE: Venue = Venue {
    name: "plain",
    title: "An exchange that speaks in words",
    ws_url: "ws://127.0.0.1:1",
    rest_url: "http://127.0.0.1:1",
    weight_per_minute: 100,
};

/// Understands `trade N`, `book N`, `depth N`, `history N` (at most twenty minutes from that one on) and `link 0` or `1`, and panics when told to.
#[derive(Default)]
pub(super) struct Plain {
    panics: bool,
}

pub(super) fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

fn level(units: i64) -> (Price, Qty) {
    (Price::from_units(units), Qty::from_units(units))
}

impl Feed for Plain {
    fn venue(&self) -> &'static Venue {
        &VENUE
    }
    fn connections(&self) -> &[Connection] {
        &[]
    }
    fn start(&mut self, _: Nanos, _: &mut Vec<Step>) {}
    fn subscriptions(&self, _: ConnId) -> Vec<String> {
        Vec::new()
    }
    fn on_frame(&mut self, at: Nanos, frame: Frame<'_>, out: &mut Vec<Step>) -> Result<(), FeedError> {
        assert!(!self.panics, "the feed was told to");
        if let Frame::Fetched(Tag::Instruments, Ok(_)) = frame {
            let rules = Instrument { tick: Price::from_units(7), ..Instrument::unknown(btc()) };
            out.push(Step::Instruments(vec![rules]));
        }
        let Frame::Text(_, text) = frame else { return Ok(()) };
        let (kind, number) = text.split_once(' ').unwrap();
        let number: i64 = number.parse().unwrap();
        let event = match kind {
            "trade" => Event::Trade(Trade {
                price: Price::from_units(number),
                qty: Qty::from_units(5),
                side: Side::Buy,
                id: None,
                ex: None,
            }),
            "history" => {
                let minute = |n: i64| Bar::flat(Nanos::from_secs(60 * n), Price::from_units(7));
                Event::History(Timeframe::M1, (number..number + 20).map(minute).filter(|bar| bar.start <= at).collect())
            }
            "link" => Event::Link(Link {
                state: if number == 1 { LinkState::Up } else { LinkState::Down },
                scope: LinkScope::All,
                why: String::new(),
            }),
            "book" => Event::Book(BookSnapshot {
                last: number as u64,
                bids: vec![level(90), level(80)],
                asks: vec![level(110), level(120)],
                ex: None,
            }),
            _ => Event::Depth(DepthDiff {
                first: number as u64,
                last: number as u64,
                prev: Some(number as u64 - 1),
                bids: vec![level(50 + number % 30)],
                asks: Vec::new(),
                ex: None,
            }),
        };
        out.push(Step::Emit(Market::of(btc(), event)));
        Ok(())
    }
    fn add_symbol(&mut self, _: Nanos, _: Symbol, _: &mut Vec<Step>) {}
    fn remove_symbol(&mut self, _: Symbol, _: &mut Vec<Step>) {}
    fn request_history(&mut self, symbol: Symbol, timeframe: Timeframe, before: Option<Nanos>, out: &mut Vec<Step>) {
        let text = format!("asked for bars of {symbol} {timeframe} before {}", before.unwrap().rfc3339());
        out.push(Step::Notice(Severity::Info, text));
    }
    fn streams(&self) -> &[Stream] {
        &[]
    }
    fn counters(&self) -> FeedCounters {
        FeedCounters::default()
    }
}

fn options(folder: &Path, panics: bool) -> LiveOptions {
    let recording = RecordingOptions::new(true, folder.to_owned());
    LiveOptions { recording, ..LiveOptions::new(Box::new(Plain { panics }), vec![btc()]) }
}

pub(super) fn alert(expr: &str) -> Alert {
    Alert {
        id: 0,
        symbol: btc(),
        expr: expr.to_owned(),
        rearm: Rearm::Auto,
        deliver: Channels::NONE.with(Channel::Webhook).with(Channel::Bell),
        note: "look".to_owned(),
        paused: false,
        origin: Origin::User,
    }
}

pub(super) fn say(core: &mut Core, at: Nanos, text: String) {
    core.arrived(at, What::Text(ConnId(0), text.into()));
}

pub(super) fn inputs(folder: &Path) -> Vec<Vec<Input>> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| Reader::open(file, ReadOptions::default()).unwrap().map(Result::unwrap).collect()).collect()
}

pub(super) fn replayed(inputs: impl Iterator<Item = Input>, until: Nanos) -> Engine {
    let mut inputs = inputs.zip(1..).map(|(input, seq)| Input { seq, ..input }).peekable();
    let Some(Input { payload: Payload::Meta(meta), .. }) = inputs.peek() else { panic!("no meta first") };
    let mut engine = Engine::from_meta(meta);
    inputs.for_each(|input| engine.apply(&input));
    engine.advance(until);
    engine
}

/// Half an hour around midnight with everything that changes the engine.
fn session(core: &mut Core, midnight: Nanos) -> Nanos {
    let begin = midnight - Nanos::from_secs(900);
    core.arrived(begin, What::Fetched(Tag::Instruments, Ok(Vec::new()), begin));
    say(core, begin, "book 1000".to_owned());
    let mut now = begin;
    for n in 1..1_800 {
        now = begin + Nanos::from_millis(n * 1_000 + n % 700);
        core.pass(now - Nanos::from_millis(1));
        say(core, now, format!("trade {}", 100 + n % 13));
        say(core, now, format!("depth {}", 1_000 + n));
        if n == 300 {
            core.requested(now, Request::Bars("tick:50".parse().unwrap()));
        }
        if n == 1_500 {
            core.requested(now, Request::Mark("here".to_owned()));
        }
        if n == 200 {
            for expr in
                ["price crosses above 0.00000105", "price > 0.00000104 for 6s", "trades(1m) > 50", "rate > 0.9 && ofi.z > 1"]
            {
                core.requested(now, Request::SetAlert(Box::new(alert(expr))));
            }
        }
        if n == 400 {
            core.requested(now, Request::RemoveAlert(3));
            core.requested(now, Request::Draft(Some((btc(), "spread > 0 && feed.age < 9s".to_owned()))));
        }
        core.look_after(now, || None);
    }
    now
}

#[test]
fn a_new_day_begins_a_new_file_and_the_recordings_say_all() {
    let folder = tempfile::tempdir().unwrap();
    let midnight = Timeframe::D1.start_of(Nanos::from_secs(1_795_000_000));
    let mut core = Core::new(options(folder.path(), false), Vec::new(), midnight - Nanos::from_secs(900));
    let end = session(&mut core, midnight);
    core.close(end);
    let files = inputs(folder.path());
    assert_eq!(files.len(), 2);
    assert!(files[0].iter().all(|input| input.at < midnight) && files[1].iter().all(|input| input.at >= midnight));
    let both = replayed(files.iter().flatten().cloned(), core.engine().now());
    assert_eq!(both.digest(), core.engine().digest());
    let fired = |engine: &Engine| engine.firings_after(0).iter().map(|f| (f.id, f.at)).collect::<Vec<_>>();
    assert_eq!(fired(&both), fired(core.engine()));
    assert!(fired(&both).len() > 20, "{:?}", fired(&both));
    // The second file alone: the same book, and the bars of the days before.
    let second = replayed(files[1].iter().cloned(), core.engine().now());
    let states = |engine: &Engine| engine.alert_states().iter().map(|(id, state)| (*id, state.fired)).collect::<Vec<_>>();
    assert_eq!(states(core.engine()), states(&second), "they go on counting");
    let (live, alone) = (core.engine().snapshot(), second.snapshot());
    let (live, alone) = (&live.symbols[0], &alone.symbols[0]);
    assert!(live.book.bids().eq(alone.book.bids()) && live.book.asks().eq(alone.book.asks()));
    assert_eq!(live.instrument, alone.instrument);
    for timeframe in [Timeframe::M1, Timeframe::M5, Timeframe::H1] {
        let (live, alone) = (&live.time_bars[&timeframe], &alone.time_bars[&timeframe]);
        assert!(live.closed.iter().eq(alone.closed.iter()), "{timeframe}");
        assert_eq!(live.forming, alone.forming, "{timeframe}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_does_not_end_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    let now = Nanos::from_secs(1_795_000_000);
    let mut core = Core::new(options(&taken, false), Vec::new(), now);
    say(&mut core, now, "trade 100".to_owned());
    let view = core.view(now);
    assert!(matches!(&view.session.recording, RecordingView::Failed(why) if why.contains("taken")));
    assert_eq!(view.snapshot.rates.trades, 1);
    // Switched on again once the folder is there.
    std::fs::remove_file(&taken).unwrap();
    core.requested(now, Request::ToggleRecording);
    assert!(matches!(core.view(now).session.recording, RecordingView::On { .. }));
    say(&mut core, now, "trade 101".to_owned());
    core.close(now);
    assert!(
        inputs(&taken)[0].iter().any(|input| matches!(input.payload, Payload::Market(Market { event: Event::Trade(_), .. })))
    );
}

#[test]
fn without_rules_the_session_begins_after_a_while_and_learns_them_later() {
    let folder = tempfile::tempdir().unwrap();
    let now = Nanos::from_secs(1_795_000_000);
    let mut core = Core::new(options(folder.path(), false), Vec::new(), now);
    core.pass(now + Nanos::from_secs(4));
    assert!(core.view(now).snapshot.symbols.is_empty());
    let later = now + Nanos::from_secs(5);
    core.pass(later);
    let tick = |core: &mut Core| core.view(later).snapshot.symbols[0].instrument.tick;
    assert!(tick(&mut core).is_zero());
    core.arrived(later, What::Fetched(Tag::Instruments, Ok(Vec::new()), later));
    assert_eq!(tick(&mut core), Price::from_units(7));
    core.close(later);
    let digest = replayed(inputs(folder.path()).remove(0).into_iter(), core.engine().now()).digest();
    assert_eq!(digest, core.engine().digest());
}

#[test]
fn arrivals_out_of_order_are_applied_in_the_order_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let now = Nanos::from_secs(1_795_000_000);
    let mut core = Core::new(options(folder.path(), false), Vec::new(), now);
    say(&mut core, now + Nanos::SECOND, "trade 100".to_owned());
    say(&mut core, now, "trade 101".to_owned());
    core.close(now);
    let times: Vec<Nanos> = inputs(folder.path()).remove(0).iter().map(|input| input.at).collect();
    assert!(times.is_sorted() && times.len() == 3, "{times:?}");
}

#[test]
fn a_fault_of_the_program_is_told_and_the_recording_completed() {
    let folder = tempfile::tempdir().unwrap();
    let (tell, told) = sync_channel(100);
    let tell = Mutex::new(tell);
    let wake = Arc::new(move || {
        let _ = tell.lock().unwrap().try_send(());
    });
    let mut handle = super::start(options(folder.path(), true), wake).unwrap();
    let told_of_it = |handle: &super::LiveHandle| {
        handle
            .view()
            .session
            .log
            .iter()
            .any(|line| line.severity == Severity::Error && line.text.contains("the feed was told to"))
    };
    while !told_of_it(&handle) {
        told.recv_timeout(Duration::from_secs(20)).expect("the fault is told");
    }
    handle.close();
    assert!(handle.request(Request::ToggleFeed).is_err());
}
