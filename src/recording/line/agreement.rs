//! The two decoders agree on every line.

use super::*;
use crate::recording::encode::{encode_bar, encode_input};
use crate::recording::samples;
use proptest::prelude::*;

/// The quick decoder declines or says the same.
fn agree(line: &[u8]) -> Result<bool, TestCaseError> {
    let context = LineContext::for_file_name("BTCUSDT_20240808.rec.gz");
    let quick = scan::scan(line, &context);
    let mut context = context;
    context.learn(&samples::meta(&["A\"", "A\\", "BTCUSDT", "牛来USDT", "BTCUSD"]));
    let text = [line, b"\n{\"ts\""].concat();
    if let Some((at, symbol, trade, length)) = decode_trade(&text, &context) {
        prop_assert_eq!(length, line.len() + 1);
        let event = crate::domain::Event::Trade(trade);
        let record = Record::Input { at, payload: Payload::Market(crate::domain::Market::of(*symbol, event)) };
        let careful = reference::decode(line, &context);
        prop_assert_eq!(Ok(Decoded { record, unknown_keys: 0 }), careful, "{}", String::from_utf8_lossy(line));
    }
    let Some(quick) = quick else { return Ok(false) };
    let careful = reference::decode(line, &context);
    prop_assert_eq!(Ok(Decoded { record: quick, unknown_keys: 0 }), careful, "{}", String::from_utf8_lossy(line));
    Ok(true)
}

fn canonical() -> impl Strategy<Value = Vec<u8>> {
    samples::inputs().prop_map(|input| {
        let mut line = Vec::new();
        encode_input(&input, &mut line);
        line.pop();
        line
    })
}

/// The line with a space after each `:` and `,` outside of texts.
fn spaced(line: &[u8]) -> Vec<u8> {
    let (mut out, mut in_text, mut escaped) = (Vec::new(), false, false);
    for &byte in line {
        out.push(byte);
        if byte == b'"' && !escaped {
            in_text = !in_text;
        }
        escaped = byte == b'\\' && !escaped;
        if !in_text && matches!(byte, b':' | b',') {
            out.push(b' ');
        }
    }
    out
}

/// Pieces that matter to a parser.
const PIECES: [&str; 42] = [
    "{\"ts\":",
    "{\"ts\": ",
    ",\"topic\":",
    ", \"topic\": ",
    "\"trade\"",
    "\"quote\"",
    "\"bar\"",
    "\"mark\"",
    "\"liq\"",
    ",\"sym\":",
    "\"BTCUSDT\"",
    "\"A\\u0042\"",
    "\"A\"\"",
    "\"BTCUSD\"",
    "\"\"",
    ",\"data\":",
    ", \"data\": ",
    "{\"price\":",
    "{\"price\": ",
    ",\"qty\":",
    ", \"qty\": ",
    ",\"side\":",
    ", \"side\": ",
    "\"buy\"",
    "\"sell\"",
    ",\"id\":",
    ",\"ex\":",
    "1722856114.123",
    "0",
    "-0",
    "00",
    "1e3",
    "1E-9",
    "0.000000001",
    "\"1.5\"",
    "9223372036.854775807",
    "}}",
    "}",
    " ",
    "null",
    "[[[[",
    ",\"price\":1",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn on_canonical_lines(line in canonical()) {
        agree(&line)?;
        agree(&spaced(&line))?;
    }

    #[test]
    fn on_the_common_topics_without_declining(symbol in samples::symbols(), event in samples::events(), ms in 0_i64..2_000_000_000_000) {
        use crate::domain::{Event, Input, Market};
        prop_assume!(matches!(event, Event::Trade(_) | Event::Quote(_) | Event::Depth(_) | Event::Book(_)));
        let mut line = Vec::new();
        let input = Input { seq: 1, at: Nanos::from_millis(ms), payload: Payload::Market(Market::of(symbol, event)) };
        encode_input(&input, &mut line);
        line.pop();
        let text = String::from_utf8_lossy(&line).into_owned();
        // Numbers of 20 digits and symbols with quotes or letters beyond ASCII are left to the careful decoder.
        let plain = text.is_ascii() && !text.contains('\\') && !text.split(|c: char| !c.is_ascii_digit() && c != '.').any(|n| n.len() > 18);
        prop_assert!(agree(&line)? || !plain, "{text}");
        prop_assert!(agree(&spaced(&line))? || !plain || text.contains(": ") || symbol.contains([',', ':']), "{text}");
    }

    #[test]
    fn on_mutated_lines(line in canonical(), edits in proptest::collection::vec((any::<u16>(), 0_u8..6, any::<u8>()), 1..4), wide in any::<bool>()) {
        let mut line = if wide { spaced(&line) } else { line };
        for (at, kind, byte) in edits {
            let at = usize::from(at) % (line.len() + 1);
            match kind {
                0 => line.insert(at, byte),
                1 => line.insert(at, b"0123456789.-+eE\"\\,:{}[] \t"[usize::from(byte) % 25]),
                2 if at < line.len() => { line.remove(at); }
                3 if at < line.len() => line[at] = b"0123456789.-+eE\"\\,:{}[] \t"[usize::from(byte) % 25],
                4 => line.truncate(at),
                _ => {
                    let end = (at + usize::from(byte) % 12).min(line.len());
                    let piece = line[at..end].to_vec();
                    line.splice(at..at, piece);
                }
            }
        }
        agree(&line)?;
    }

    #[test]
    fn on_pieces_put_together(order in proptest::collection::vec(0..PIECES.len(), 0..24)) {
        let line: String = order.into_iter().map(|i| PIECES[i]).collect();
        agree(line.as_bytes())?;
    }

    #[test]
    fn on_trade_lines_of_odd_numbers(
        ts in "-?[0-9]{1,12}(\\.[0-9]{0,11})?", price in "-?0?[0-9]{0,12}\\.?[0-9]{0,10}", qty in "[0-9]{1,22}(\\.[0-9]{1,9})?([eE][-+]?[0-9])?",
        side in "buy|sell|BUY|", id in "[0-9]{1,22}|\"[0-9a-f]{1,8}\"|null|-1", sp in " ?",
    ) {
        let line = format!(
            "{{\"ts\":{sp}{ts},{sp}\"topic\":{sp}\"trade\",{sp}\"data\":{sp}{{\"price\":{sp}{price},{sp}\"qty\":{sp}{qty},{sp}\"side\":{sp}\"{side}\",{sp}\"id\":{sp}{id}}}}}"
        );
        agree(line.as_bytes())?;
    }

    #[test]
    fn on_random_bytes(line in proptest::collection::vec(any::<u8>(), 0..200)) {
        agree(&line)?;
        let _ = decode_line(&line, &LineContext::default());
    }

    #[test]
    fn what_is_written_reads_back(input in samples::inputs()) {
        let mut line = Vec::new();
        encode_input(&input, &mut line);
        prop_assert_eq!(line.pop(), Some(b'\n'));
        prop_assert!(!line.contains(&b'\n'));
        let decoded = decode_line(&line, &LineContext::default()).unwrap();
        prop_assert_eq!(decoded.unknown_keys, 0);
        let expected = match input.payload {
            Payload::Market(crate::domain::Market { symbol: Some(symbol), event: crate::domain::Event::Bar(bar, timeframe) }) => {
                Record::Bar { at: input.at, symbol, spec: BarSpec::Time(timeframe), bar }
            }
            payload => Record::Input { at: input.at, payload },
        };
        prop_assert_eq!(decoded.record, expected);
    }

    #[test]
    fn a_built_bar_reads_back_as_derived(symbol in samples::symbols(), spec in samples::specs(), bar in samples::bars()) {
        let mut line = Vec::new();
        encode_bar(bar.start, symbol, spec, &bar, &mut line);
        let decoded = decode_line(&line, &LineContext::default()).unwrap();
        prop_assert_eq!(decoded, Decoded { record: Record::Derived { at: bar.start, topic: DerivedTopic::Bar, symbol }, unknown_keys: 0 });
    }
}
