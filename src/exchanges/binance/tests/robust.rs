//! Whatever arrives: no panic, no crossed book, no flood of requests.

use super::*;
use proptest::prelude::*;

fn frames() -> impl Strategy<Value = String> {
    let valid = prop_oneof![
        (0_u64..40, 0_u64..6, 0_u64..40).prop_map(|(first, more, prev)| diff(first, first + more, prev)),
        (0_u64..40, 0_u64..6).prop_map(|(first, more)| spot_diff(first, first + more)),
        (0_u64..40).prop_map(|id| agg(id, 1)),
        (0_u64..40).prop_map(quote),
        (0_u64..40).prop_map(snapshot),
        Just(r#"{"result":null,"id":1}"#.to_owned()),
        Just(
            r#"{"e":"kline","s":"BTCUSDT","k":{"t":1, "i":"1m", "o":"1", "c":"2", "h":"3", "l":"1", "v":"5", "x":true}}"#
                .to_owned()
        ),
    ];
    (valid, any::<prop::sample::Index>(), "[\u{0}-\u{7f}]{0,3}", 0_u8..6).prop_map(|(text, at, noise, how)| {
        let at = at.index(text.len() + 1);
        match how {
            0 => text[..at].to_owned(),
            1 => format!("{}{noise}{}", &text[..at], &text[at..]),
            2 => format!("{}{noise}{}", &text[..at], text.get(at + noise.len()..).unwrap_or_default()),
            _ => text,
        }
    })
}

proptest! {
    #[test]
    fn mutated_frames_never_panic_nor_cross_a_book(
        live in any::<bool>(),
        futures in any::<bool>(),
        texts in proptest::collection::vec((frames(), 0_u8..8), 0..60),
    ) {
        let market = if futures { Market::UsdM } else { Market::Spot };
        let mut rig = if live { Rig::live(market, &["BTCUSDT"]) } else { Rig::import(market) };
        for (text, then) in texts {
            let _ = rig.text(&text);
            rig.at += Nanos::from_millis(50);
            match then {
                0 => rig.pass(20),
                1 => {
                    let _ = rig.answer(&Tag::Snapshot(symbol("BTCUSDT"), 1), &text);
                }
                2 => {
                    let _ = rig.frame(Frame::Closed(ConnId(0), &text));
                    let _ = rig.frame(Frame::Open(ConnId(0)));
                }
                3 => {
                    let _ = rig.answer(&Tag::Instruments, &text);
                }
                _ => {}
            }
            prop_assert!(rig.snapshots_asked().len() <= 3);
            if let Some((_, book)) = rig.feed.book(symbol("BTCUSDT")) {
                prop_assert!(!book.is_crossed());
            }
        }
    }

    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut rig = Rig::live(Market::UsdM, &["BTCUSDT"]);
        let _ = rig.text(&String::from_utf8_lossy(&bytes));
        let _ = rig.frame(Frame::Binary(ConnId(9), &bytes));
        for tag in [Tag::Time, Tag::Instruments, Tag::Snapshot(symbol("BTCUSDT"), 1)] {
            let _ = rig.frame(Frame::Fetched(&tag, Ok(&bytes)));
        }
        let _ = rig.frame(Frame::Open(ConnId(200)));
        let _ = rig.frame(Frame::Closed(ConnId(200), ""));
    }
}

#[test]
fn the_symbols_of_a_capture_are_bounded() {
    let mut rig = Rig::import(Market::Spot);
    let mut refused = 0;
    for i in 0..2_100 {
        refused += usize::from(rig.text(&quote(1).replace("BTCUSDT", &format!("S{i}"))).is_err());
    }
    assert_eq!(refused, 100);
    let mut rig = Rig::live(Market::Spot, &[]);
    for i in 0..301 {
        rig.feed.add_symbol(rig.at, symbol(&format!("S{i}")), &mut rig.out);
    }
    assert_eq!(rig.notices().len(), 1);
}

#[test]
fn a_frame_of_megabytes_is_taken() {
    let mut rig = Rig::import(Market::UsdM);
    let rows: Vec<String> = (1..200_000).map(|i| format!(r#"["{i}","1"]"#)).collect();
    rig.text(&levels(1, 2, 0, &format!("[{}]", rows.join(",")), "[]")).unwrap();
    rig.text(r#"{"lastUpdateId":1,"bids":[],"asks":[]}"#).unwrap();
    assert_eq!(rig.feed.book(symbol("BTCUSDT")).unwrap().1.best_bid().unwrap().0.to_string(), "199999");
}
