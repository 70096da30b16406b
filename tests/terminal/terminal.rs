//! What the program does to the terminal, and how it leaves it.

use super::{Pty, Workstation};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The terminal is as it was found: main screen, cursor, no mouse, no bracketed paste.
fn given_back(pty: &Pty) {
    pty.look(|seen| {
        let screen = seen.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    });
}

fn signal(pty: &Pty, name: &str) {
    let id = pty.id().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap().success());
}

#[test]
fn it_is_given_back_however_the_program_ends() {
    for end in ["q", "\x03", "TERM", "HUP", "INT"] {
        let station = Workstation::new();
        let mut pty = station.replay(100, 30);
        pty.look(|seen| assert!(seen.parser.screen().alternate_screen() && seen.parser.screen().hide_cursor()));
        if end.len() == 1 {
            pty.keys(end);
        } else {
            signal(&pty, end);
        }
        assert_eq!(pty.end(), 0, "{end:?}");
        given_back(&pty);
    }
}

#[test]
fn frames_are_synchronized_and_only_what_changed_is_written() {
    let station = Workstation::new();
    let mut pty = station.replay(200, 60);
    pty.wait("a whole frame", |seen| find(&seen.bytes, END).is_some());
    let first = pty.look(|seen| seen.bytes.len());
    pty.keys("]");
    pty.keys("?");
    pty.shows("Keys in the chart");
    pty.keys("\x1b");
    pty.hides("Keys in the chart");
    pty.keys("q");
    pty.end();
    pty.look(|seen| {
        // Between entering and leaving there is nothing but whole frames.
        let begin = find(&seen.bytes, BEGIN).unwrap();
        let mut rest = &seen.bytes[begin..];
        let mut frames = 0;
        while let Some(after) = rest.strip_prefix(BEGIN) {
            let end = find(after, END).unwrap();
            assert_eq!(find(&after[..end], BEGIN), None);
            rest = &after[end + END.len()..];
            frames += 1;
        }
        assert!(frames >= 3, "{frames} frames");
        let left = String::from_utf8_lossy(rest).into_owned();
        assert!(left.contains("\x1b[?1049l") && left.len() < 200, "{left:?}");
        let more = seen.bytes.len() - first;
        assert!(more < first * 2, "{more} bytes after a first {first}");
    });
}

/// Waits until the process has been stopped by a signal, where the system says so.
fn stopped(pty: &Pty) {
    let path = format!("/proc/{}/stat", pty.id());
    let runs = |_: &u32| std::fs::read_to_string(&path).is_ok_and(|stat| !stat.contains(") T "));
    let tries = (0..20_000_000).take_while(runs).inspect(|_| std::thread::yield_now()).count();
    assert!(tries < 20_000_000, "it did not stop");
}

#[test]
fn it_can_be_suspended() {
    let station = Workstation::new();
    let mut pty = station.replay(100, 30);
    pty.keys("\x1a");
    pty.wait("the main screen", |seen| !seen.parser.screen().alternate_screen());
    given_back(&pty);
    // It gives the terminal back before it stops: going on comes after that, or it would be lost.
    stopped(&pty);
    signal(&pty, "CONT");
    pty.wait("the screen again", |seen| seen.parser.screen().alternate_screen());
    pty.shows("paused");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_storm_of_resizes() {
    let station = Workstation::new();
    let mut pty = station.replay(120, 40);
    for step in 0..200_u16 {
        pty.resize(20 + step * 37 % 260, 5 + step * 23 % 80);
        if step % 10 == 0 {
            pty.keys(["1", "3", "7", "8", "z", "z", "\t", "?", "\x1b", "k"][usize::from(step / 10) % 10]);
        }
    }
    pty.resize(30, 8);
    pty.shows("40x12 is needed");
    pty.resize(120, 40);
    pty.keys("\x1b\x1b1");
    pty.shows("Trade");
    pty.shows("paused");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_terminal_of_few_means() {
    for (name, value) in [("NO_COLOR", "1"), ("LANG", "C"), ("TERM", "linux"), ("TERM", "xterm"), ("COLORTERM", "")] {
        let station = Workstation::new().with(name, value);
        let mut pty = station.replay(80, 24);
        pty.look(|seen| {
            let text = seen.parser.screen().contents();
            if (name, value) == ("LANG", "C") {
                assert!(text.is_ascii(), "{text}");
            }
            if name == "NO_COLOR" {
                assert!(find(&seen.bytes, b"\x1b[38;").is_none() && find(&seen.bytes, b"\x1b[48;").is_none());
            }
        });
        pty.keys("q");
        assert_eq!(pty.end(), 0);
    }
}
