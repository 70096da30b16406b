//! A session driven by keys, as a user would.

use super::Workstation;

#[test]
fn symbol_timeframe_replay_theme_and_help() {
    let station = Workstation::new();
    let mut pty = station.replay(160, 48);
    // Another timeframe, another symbol.
    let title = |pty: &super::Pty| pty.look(|seen| seen.parser.screen().contents().lines().nth(1).unwrap_or_default().to_owned());
    let before = title(&pty);
    pty.keys(".");
    pty.wait("another timeframe", |seen| seen.parser.screen().contents().lines().nth(1) != Some(before.as_str()));
    let before = title(&pty);
    pty.keys("]");
    pty.wait("another symbol", |seen| seen.parser.screen().contents().lines().nth(1) != Some(before.as_str()));
    // The replay goes on, and stands still again.
    pty.keys(" ");
    pty.shows("playing");
    pty.keys(" ");
    pty.shows("paused");
    // A jump by the prompt.
    pty.keys("J");
    pty.shows("Go to");
    pty.keys("+1m\r");
    pty.shows("01:00 /");
    // The palette finds a command by a few letters.
    pty.keys(":");
    pty.keys("thme cho");
    pty.shows("theme.choose");
    pty.keys("\r");
    pty.shows("daylight");
    pty.keys("\x1b");
    pty.hides("daylight");
    // Help, and out again.
    pty.keys("?");
    pty.shows("Leave the program");
    pty.keys("\x1b");
    pty.hides("Leave the program");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn every_workspace_is_one_key_away() {
    let station = Workstation::new();
    let mut pty = station.replay(200, 60);
    for (key, pane) in [("3", "Heatmap"), ("7", "Recordings"), ("8", "Connections"), ("1", "Trades")] {
        pty.keys(key);
        pty.shows(pane);
    }
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}
