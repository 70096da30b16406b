//! What is read from files that were cut off or overwritten.

use super::tests::{gz, read, trades};
use crate::recording::DamageKind;
use flate2::{Compress, Compression, FlushCompress};

/// One member with a flush after each line, as a writer that is killed leaves it; where each line is readable from.
fn flushed(text: &[u8]) -> (Vec<u8>, Vec<usize>) {
    let mut bytes = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff".to_vec();
    let mut ends = Vec::new();
    let mut compress = Compress::new(Compression::new(6), false);
    for line in text.split_inclusive(|b| *b == b'\n') {
        bytes.reserve(1_000);
        compress.compress_vec(line, &mut bytes, FlushCompress::Sync).unwrap();
        ends.push(bytes.len());
    }
    (bytes, ends)
}

#[test]
fn cut_at_every_byte_every_complete_line_is_read() {
    let text = trades(40);
    let (whole, _) = read(text.clone());
    let (bytes, ends) = flushed(&text);
    for length in 0..=bytes.len() {
        let (inputs, report) = read(bytes[..length].to_vec());
        let complete = ends.iter().filter(|end| **end <= length).count();
        // The line's text may be complete a few bytes before its flush is.
        assert!(inputs.len() == complete || inputs.len() == complete + 1, "{length}: {} of {complete}", inputs.len());
        assert_eq!(inputs, whole[..inputs.len()]);
        assert_eq!(report.bad, 0, "{length}: {report:?}");
        if length >= 3 {
            let truncated = report.truncated.unwrap();
            assert_eq!((truncated.byte, truncated.salvaged_lines), (length as u64, inputs.len() as u64));
        }
    }
}

#[test]
fn a_plain_file_cut_at_every_byte() {
    let text = trades(5);
    let (whole, _) = read(text.clone());
    for length in 0..=text.len() {
        let (inputs, report) = read(text[..length].to_vec());
        let complete = text[..length].split(|b| *b == b'\n').filter(|l| l.ends_with(b"}}")).count();
        assert_eq!(inputs, whole[..complete], "{length}");
        assert_eq!(report.bad, 0);
        let within = !text[..length].ends_with(b"\n") && !text[..length].ends_with(b"}}") && length > 0;
        assert_eq!(report.truncated.is_some(), within, "{length}");
    }
}

#[test]
fn members_after_a_damaged_one_are_read() {
    let text = trades(3_000);
    let lines: Vec<&[u8]> = text.split_inclusive(|b| *b == b'\n').collect();
    let parts: Vec<Vec<u8>> = lines.chunks(1_000).map(|chunk| gz(&chunk.concat())).collect();
    let (_, whole) = read(parts.concat());
    assert!(whole.is_clean());
    let middle = parts[0].len()..parts[0].len() + parts[1].len();
    for step in 0..400 {
        let mut bytes = parts.concat();
        let at = middle.start + step * middle.len() / 400;
        // Overwrites part of the second member with noise.
        for (i, byte) in bytes[at..middle.end.min(at + 30)].iter_mut().enumerate() {
            *byte ^= (i as u8).wrapping_mul(37).wrapping_add(91) | 1;
        }
        let (inputs, report) = read(bytes);
        let seconds: Vec<i64> = inputs.iter().map(|i| i.at.secs()).collect();
        assert!((1..=1_000).all(|s| seconds.contains(&s)), "first member, noise at {at}");
        assert!(seconds.iter().filter(|s| **s > 2_000).count() >= 1_000, "third member, noise at {at}: {report:?}");
        assert!(report.damage_count >= 1, "noise at {at}");
        let damage = &report.damage[0];
        assert!(damage.resumed.is_some_and(|resumed| resumed <= middle.end as u64), "{damage}");
    }
}

#[test]
fn bytes_between_and_after_members_are_reported() {
    let (a, b) = (gz(&trades(10)), gz(&trades(20)));
    let (inputs, report) = read([a.clone(), b"what is this?\n".repeat(40_000), b.clone()].concat());
    assert_eq!((inputs.len(), report.bad, report.damage_count), (30, 0, 1));
    assert_eq!((report.damage[0].kind, report.damage[0].noticed), (DamageKind::Garbage, a.len() as u64));
    assert_eq!(report.damage[0].resumed, Some((a.len() + 14 * 40_000) as u64));

    let (inputs, report) = read([a.clone(), b"tail".to_vec()].concat());
    assert_eq!((inputs.len(), report.damage_count), (10, 1));
    assert_eq!(report.damage[0].to_string(), format!("no gzip at byte {}, nothing more could be read", a.len()));
}

#[test]
fn a_wrong_checksum_loses_nothing() {
    let mut first = gz(&trades(10));
    let at = first.len() - 6;
    first[at] ^= 0x40;
    let (inputs, report) = read([first.clone(), gz(&trades(20))].concat());
    assert_eq!((inputs.len(), report.damage_count), (30, 1));
    assert_eq!((report.damage[0].kind, report.damage[0].resumed), (DamageKind::Checksum, Some(first.len() as u64)));
}
