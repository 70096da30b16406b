//! Bars, trades and sessions: exactly as they were given, and no more of them than there is room for.

use super::trouble::{free, jam};
use super::*;
use crate::domain::{Bar, Qty, Side, Timeframe, Trade, Volume};
use proptest::prelude::*;

fn bar(start: i64, volume: i128) -> Bar {
    let [open, high, low, close] = [5, 9, 2, 3].map(Price::from_units);
    let volume = Volume::from_units(volume);
    Bar { open, high, low, close, volume, buy_volume: volume, trades: u32::MAX, ..Bar::flat(Nanos::from_secs(start), open) }
}

fn tick(n: u64, at: Nanos) -> Tick {
    let side = if n.is_multiple_of(2) { Side::Buy } else { Side::Sell };
    let trade = Trade { price: Price::from_units(7), qty: Qty::from_units(n as i64 + 1), side, id: Some(u64::MAX - n), ex: None };
    Tick { symbol: symbol("BTCUSDT"), at, n, trade }
}

fn count(store: &Store, sql: &'static str) -> i64 {
    store.ask(move |desk| Ok(desk.db.query_row(sql, [], |row| row.get(0))?)).unwrap()
}

proptest! {
    #[test]
    fn bars_come_back_as_they_were(bars in proptest::collection::btree_map(0_i64..50_000_000, (1_i64.., 0_i64.., any::<u64>(), any::<u32>()), 0..20)) {
        let store = Store::in_memory();
        let bars: Vec<Bar> = bars.into_iter().map(|(minute, (price, rise, volume, trades))| {
            // More than 64 bits hold, as of coins worth next to nothing.
            let volume = Volume::from_units(i128::from(volume) * 1_000);
            let (low, high) = (Price::from_units(price), Price::from_units(price.saturating_add(rise)));
            Bar { start: Nanos::from_secs(60 * minute), open: low, high, low, close: high, volume, buy_volume: volume, trades }
        }).collect();
        store.save_bars(VENUE, symbol("牛来USDT"), Timeframe::M1, bars.clone());
        prop_assert_eq!(&store.bars(VENUE, symbol("牛来USDT"), Timeframe::M1, 99).unwrap(), &bars);
        let last: Vec<Bar> = bars.iter().copied().skip(bars.len().saturating_sub(3)).collect();
        prop_assert_eq!(store.bars(VENUE, symbol("牛来USDT"), Timeframe::M1, 3).unwrap(), last);
        prop_assert_eq!(store.bars("demo", symbol("牛来USDT"), Timeframe::M1, 3).unwrap(), vec![]);
        prop_assert_eq!(store.trouble(), None);
    }
}

#[test]
fn a_bar_takes_the_place_of_the_one_before_and_what_cannot_be_is_left_out() {
    let folder = folder();
    let store = opened(&file(&folder));
    let btc = symbol("BTCUSDT");
    store.save_bars(VENUE, btc, Timeframe::H1, vec![bar(3_600, 1), bar(7_200, 2)]);
    store.save_bars(VENUE, btc, Timeframe::H1, vec![bar(7_200, 1 << 100)]);
    drop(store);
    let store = opened(&file(&folder));
    let kept = vec![bar(3_600, 1), bar(7_200, 1 << 100)];
    assert_eq!(store.bars(VENUE, btc, Timeframe::H1, 9).unwrap(), kept);
    let shown =
        "SELECT count(*) FROM ohlc WHERE volume > 1e22 AND timeframe = '1h' AND time = '1970-01-01T02:00:00Z' AND high = 9e-8";
    assert_eq!(count(&store, shown), 1, "the view has the widest as a number");
    sql(
        &store,
        "INSERT INTO bar SELECT market, timeframe, start + 1, open, high, low, close, volume, buy_volume, trades FROM bar",
    );
    sql(
        &store,
        "INSERT INTO bar SELECT market, timeframe, 1 + start * 3, open, 1, low, close, 'much', buy_volume, trades FROM bar LIMIT 1",
    );
    assert_eq!(store.bars(VENUE, btc, Timeframe::H1, 9).unwrap(), kept);
    assert!(store.trouble().unwrap().starts_with("3 of what is kept in"), "{:?}", store.trouble());
}

#[test]
fn trades_are_left_out_and_counted_where_the_disk_is_too_far_behind_and_bars_are_not() {
    let folder = folder();
    let store = opened(&file(&folder));
    jam(&store);
    let batch = |from: u64| (from..from + 2_000).map(|n| tick(n, NOW + Nanos(n as i64 / 3))).collect::<Vec<_>>();
    let left_out: usize = (0..60).map(|n| store.save_ticks(VENUE, batch(2_000 * n))).sum();
    assert_eq!(left_out, 20_000, "100,000 wait");
    store.save_bars(VENUE, symbol("BTCUSDT"), Timeframe::M1, vec![bar(60, 1)]);
    assert!(store.flush().is_err());
    free(&store);
    assert_eq!((store.flush(), store.trouble()), (Ok(()), None));
    assert_eq!(store.bars(VENUE, symbol("BTCUSDT"), Timeframe::M1, 9).unwrap().len(), 1);
    assert_eq!(store.ticks(VENUE, symbol("BTCUSDT"), 1_000_000).unwrap().len(), 100_000);
    assert_eq!(store.ticks(VENUE, symbol("BTCUSDT"), 1).unwrap(), [Tick { n: 99_999, ..tick(99_999, NOW + Nanos(33_333)) }]);
    assert_eq!(store.save_ticks(VENUE, batch(0)), 0, "there is room again");
}

#[test]
fn what_is_older_than_it_may_be_goes_and_then_the_oldest_beyond_the_room() {
    let folder = folder();
    let store = opened(&file(&folder));
    let (btc, day) = (symbol("BTCUSDT"), Nanos::from_secs(86_400));
    let minute = |n: i64| bar(Timeframe::M1.start_of(NOW).secs() - 60 * n, 1);
    for n in 0..20 {
        store.save_ticks(VENUE, (0..2_000).map(|k| tick(k, NOW - Nanos::from_secs(3_600 * n) - Nanos(k as i64))).collect());
        store.save_bars(VENUE, btc, Timeframe::M1, (0..1_000).map(|k| minute(1_000 * n + k)).collect());
    }
    store.save_bars(
        VENUE,
        btc,
        Timeframe::D1,
        (0..900).map(|n| bar(Timeframe::D1.start_of(NOW).secs() - 86_400 * n, 1)).collect(),
    );
    let sweep = |retention: Retention| {
        store.retain(NOW, retention);
        // Each piece asks for the next one behind what was asked before.
        (0..100).for_each(|_| store.flush().unwrap());
    };
    let wide = Retention { bars: Nanos(day.0 * 10), ticks: Nanos::from_secs(3_600 * 5), bytes: u64::MAX };
    sweep(wide);
    assert_eq!(count(&store, "SELECT count(*) FROM tick"), 5 * 2_000 + 1, "of five hours");
    assert_eq!(count(&store, "SELECT count(*) FROM bar WHERE timeframe = '1m'"), 10 * 1_440);
    assert_eq!(count(&store, "SELECT count(*) FROM bar WHERE timeframe = '1d'"), 900);
    let used = |store: &Store| store.ask(|desk| Ok(retention::used(&desk.db)?)).unwrap();
    let before = used(&store);
    sweep(Retention { bytes: before - 100_000, ..wide });
    let left = count(&store, "SELECT count(*) FROM tick");
    assert!((2_000..=8_001).contains(&left) && used(&store) <= before - 100_000, "{left}");
    let oldest = count(&store, "SELECT min(ts) FROM tick");
    assert!(oldest >= (NOW - Nanos::from_secs(3_600 * 4)).0, "the oldest went first");
    assert_eq!(count(&store, "SELECT count(*) FROM bar WHERE timeframe = '1m'"), 10 * 1_440, "bars stay while there are trades");
    sweep(Retention { bytes: 400_000, ..wide });
    assert_eq!(count(&store, "SELECT count(*) FROM tick"), 0);
    let minutes = store.bars(VENUE, btc, Timeframe::M1, 100_000).unwrap();
    assert!(minutes.len() < 10_000 && minutes.last() == Some(&minute(0)), "{}", minutes.len());
    // Room that was given back is filled again: the file does not grow.
    drop(store);
    let length = || std::fs::metadata(file(&folder)).unwrap().len();
    let before = length();
    let store = opened(&file(&folder));
    store.save_ticks(VENUE, (0..8_000).map(|k| tick(k, NOW)).collect());
    drop(store);
    assert_eq!(length(), before);
    let (was, is) = vacuum(&file(&folder)).unwrap().unwrap();
    assert!(was == before && is < before, "{was} {is}");
}

#[test]
fn an_inspection_says_what_is_there_and_changes_nothing() {
    let folder = folder();
    let path = file(&folder);
    assert_eq!((inspect(&path), vacuum(&path), sessions_in(&path, 9)), (None, Ok(None), Ok(vec![])));
    assert!(!path.exists());
    let store = opened(&path);
    store.save_bars(VENUE, symbol("BTCUSDT"), Timeframe::H1, vec![bar(3_600, 1), bar(7_200, 2)]);
    store.save_ticks(VENUE, vec![tick(1, NOW)]);
    store.flush().unwrap();
    let found = inspect(&path).unwrap();
    assert_eq!((found.in_use, found.version, found.damage.len()), (Some(Some(std::process::id())), VERSION, 0));
    let [bars, ticks] = &found.held[..] else { panic!("{:?}", found.held) };
    assert_eq!(
        (bars.what.as_str(), bars.rows, bars.oldest, bars.newest),
        ("1h", 2, Nanos::from_secs(3_600), Nanos::from_secs(7_200))
    );
    assert_eq!((ticks.what.as_str(), ticks.rows, ticks.oldest), ("ticks", 1, NOW));
    assert_eq!(found.foreign, Vec::<String>::new());
    assert!(vacuum(&path).unwrap_err().to_string().contains("has it open"));
    sql(&store, "CREATE TABLE \"mine \"\" own\" (x)");
    drop(store);
    let found = inspect(&path).unwrap();
    assert_eq!((found.in_use, found.foreign), (None, vec!["mine \" own".to_owned()]));
}
