//! Alerts and the terminal: the bell, its notifications, and that no text of an alert gets at it.

use super::Workstation;

/// A note that would set the clipboard, end a notification early, ring, and write on the screen.
const HOSTILE: &str = r"hi\u001b]52;c;aGk=\u0007\u001b\\\u009d52;c;aGk=\u009c\n\u001b[31mred";

#[test]
fn a_firing_rings_and_notifies_and_its_text_writes_nothing_else() {
    let station = Workstation::new();
    let config = format!(
        "venue = \"demo\"\n[[alerts]]\nexpr = \"price > 0\"\nrearm = \"once\"\ndeliver = [\"bell\", \"terminal\"]\nnote = \"{HOSTILE}\"\n"
    );
    std::fs::write(station.folder.path().join(".config/rtai-tui/config.toml"), config).unwrap();
    let mut pty = station.start(&["demo"], 120, 40);
    pty.shows("ALERT");
    pty.wait("a notification", |seen| contains(&seen.bytes, b"\x1b]777;notify;"));
    // The screen goes on as it was.
    pty.keys("8");
    pty.shows("Connections");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
    let bytes = pty.look(|seen| seen.bytes.clone());
    assert!(!contains(&bytes, b"\x1b]52"), "the clipboard was set");
    assert!(!contains(&bytes, b"\x1b[31m"), "the note wrote colours");
    assert!(!contains(&bytes, "\u{9d}".as_bytes()) && !contains(&bytes, "\u{9c}".as_bytes()));
    // One bell, and one for the end of each notification and of the title.
    let (outside, sequences) = without_sequences(&bytes);
    assert_eq!(outside.split(|byte| *byte == 7).count(), 2, "one bell");
    let notes: Vec<&String> = sequences.iter().filter(|text| !text.starts_with("0;")).collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].starts_with("9;hi ") && notes[1].starts_with("777;notify;hi "), "{notes:?}");
    assert!(notes.iter().all(|text| !text.contains(|c: char| c.is_control())), "{notes:?}");
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What was written beside the operating system's commands, and these.
fn without_sequences(bytes: &[u8]) -> (Vec<u8>, Vec<String>) {
    let (mut outside, mut sequences) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|pair| pair == b"\x1b]") {
        outside.extend_from_slice(&rest[..at]);
        let body = &rest[at + 2..];
        let bell = body.iter().position(|byte| *byte == 7).unwrap_or(body.len());
        let string = body.windows(2).position(|pair| pair == b"\x1b\\").unwrap_or(body.len());
        let (end, skip) = if bell < string { (bell, 1) } else { (string, 2) };
        sequences.push(String::from_utf8_lossy(&body[..end]).into_owned());
        rest = body.get(end + skip..).unwrap_or_default();
    }
    outside.extend_from_slice(rest);
    (outside, sequences)
}
