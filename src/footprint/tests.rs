use super::*;
use crate::domain::Volume;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn feed(footprint: &mut Footprint, trades: &[(i64, i64, i64, bool)]) {
    for &(at, price, qty, buys) in trades {
        let side = if buys { Side::Buy } else { Side::Sell };
        footprint.on_trade(Nanos::from_millis(at), Price::from_units(price), Qty::from_units(qty), side);
    }
}

/// Trades with moments that do not go back: milliseconds, price, quantity, bought.
fn trades() -> impl Strategy<Value = Vec<(i64, i64, i64, bool)>> {
    proptest::collection::vec((0_i64..40_000, 90_i64..130, prop_oneof![1_i64..1_000, Just(i64::MAX / 2)], any::<bool>()), 0..300)
        .prop_map(|mut trades| {
            let mut now = 0;
            for trade in &mut trades {
                now += trade.0 * i64::from(trade.1 % 5 == 0);
                trade.0 = now;
            }
            trades
        })
}

fn hash(footprint: &Footprint) -> u64 {
    let mut hasher = siphasher::sip::SipHasher13::new();
    footprint.hash(&mut hasher);
    hasher.finish()
}

#[test]
fn a_clone_and_a_picture_do_not_see_what_comes_later() {
    let mut footprint = Footprint::default();
    feed(&mut footprint, &[(0, 100, 5, true), (10, 101, 7, false)]);
    let (view, before) = (footprint.view(), footprint.clone());
    feed(&mut footprint, &[(20, 100, 5, true), (70_000, 100, 1, true)]);
    assert_eq!(view.len(), 1);
    assert_eq!(view.running().unwrap().totals(), (Volume::from_units(5), Volume::from_units(7)));
    assert_eq!(before.view().running().unwrap().totals(), view.running().unwrap().totals());
    assert_eq!(footprint.view().len(), 2);
    assert_eq!(footprint.view().get(0).unwrap().totals().0, Volume::from_units(10));
}

#[test]
fn the_oldest_minutes_go_first_and_the_view_says_from_when_all_is_held() {
    let level = size_of::<Level>() + 96;
    let mut footprint = Footprint::with_bytes(level * 3);
    feed(&mut footprint, &[(500, 100, 1, true)]);
    assert_eq!(footprint.view().from(), Some(Nanos::from_millis(500)));
    for minute in 1..10 {
        feed(&mut footprint, &[(minute * 60_000 + 7, 100, 1, true)]);
    }
    let view = footprint.view();
    assert_eq!((view.len(), view.dropped), (4, 6));
    assert_eq!(view.from(), Some(Nanos::from_secs(360)));
    assert_eq!(view.since, Some(Nanos::from_millis(500)));
    assert_eq!(view.position(Nanos::from_secs(361)), 1);
    assert_eq!(view.position(Nanos::from_secs(541)), 4);
    assert_eq!(view.range(Nanos::from_secs(420), Nanos::from_secs(540)).count(), 2);
}

proptest! {
    #[test]
    fn every_minute_holds_exactly_what_was_traded_in_it(trades in trades()) {
        let mut footprint = Footprint::default();
        feed(&mut footprint, &trades);
        let mut plain: BTreeMap<i64, BTreeMap<i64, (i128, i128)>> = BTreeMap::new();
        for &(at, price, qty, buys) in &trades {
            let level = plain.entry(at / 60_000).or_default().entry(price).or_default();
            *(if buys { &mut level.0 } else { &mut level.1 }) += i128::from(qty);
        }
        let view = footprint.view();
        prop_assert_eq!(view.len(), plain.len());
        for (index, (minute, levels)) in plain.iter().enumerate() {
            let kept = view.get(index).unwrap();
            prop_assert_eq!(kept.start(), Nanos::from_secs(minute * 60));
            prop_assert!(kept.levels().windows(2).all(|pair| pair[0].price <= pair[1].price));
            let mut sums: BTreeMap<i64, (i128, i128)> = BTreeMap::new();
            for level in kept.levels() {
                let sum = sums.entry(level.price.units()).or_default();
                *sum = (sum.0 + i128::from(level.buy.units()), sum.1 + i128::from(level.sell.units()));
            }
            prop_assert_eq!(&sums, levels);
        }
    }

    #[test]
    fn what_is_kept_depends_on_the_trades_alone(trades in trades(), cut in 0_usize..300) {
        let mut once = Footprint::with_bytes(2_000);
        feed(&mut once, &trades);
        let cut = cut.min(trades.len());
        let mut twice = Footprint::with_bytes(2_000);
        feed(&mut twice, &trades[..cut]);
        let mut clone = twice.clone();
        let picture = twice.view();
        feed(&mut clone, &trades[cut..]);
        drop(picture);
        prop_assert_eq!(hash(&once), hash(&clone));
        prop_assert!(once.view().len() < 20);
    }
}
