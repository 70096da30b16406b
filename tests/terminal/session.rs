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
    pty.shows("Keys in the chart");
    pty.keys("\x1b");
    pty.hides("Keys in the chart");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn every_workspace_is_one_key_away() {
    let station = Workstation::new();
    let mut pty = station.replay(200, 60);
    for (key, pane) in [("2", "Indicators"), ("3", "Heatmap"), ("7", "Recordings"), ("8", "Connections"), ("1", "Trades")] {
        pty.keys(key);
        pty.shows(pane);
    }
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_key_is_changed_from_the_help_and_is_kept() {
    let station = Workstation::new();
    let mut pty = station.replay(120, 40);
    pty.keys("?");
    pty.shows("Keys in the chart");
    pty.keys("time.utc");
    pty.keys("\x12");
    pty.shows("New key for time.utc");
    pty.keys("g");
    pty.keys("u");
    pty.shows("free");
    pty.keys("\r");
    pty.shows("time.utc: g u, kept");
    pty.keys("\x1b");
    pty.hides("Keys in the chart");
    pty.keys("g");
    pty.shows("Show times in UTC");
    pty.keys("u");
    pty.shows("times are shown in");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
    let kept = std::fs::read_to_string(station.folder.path().join(".config/rtai-tui/config.toml")).unwrap();
    assert!(kept.contains("\"time.utc\" = [\"g u\"]"), "{kept}");
    // The next start knows it.
    let mut pty = station.replay(120, 40);
    pty.keys("g");
    pty.shows("Show times in UTC");
    pty.keys("\x1b");
    pty.hides("Show times in UTC");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn the_first_start_asks_and_the_demo_begins() {
    let station = Workstation::first_time();
    let mut pty = station.start(&[], 120, 40);
    pty.shows("Welcome to rtai-tui");
    pty.keys("d");
    pty.shows("DEMO");
    pty.shows("in sync");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
    let kept = std::fs::read_to_string(station.folder.path().join(".config/rtai-tui/config.toml")).unwrap();
    assert_eq!(kept.trim(), "venue = \"demo\"");
    // The next start goes there without asking.
    let mut pty = station.start(&[], 120, 40);
    pty.shows("in sync");
    pty.hides("Welcome");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}

#[test]
fn a_theme_file_is_seen_when_it_is_saved() {
    let station = Workstation::new();
    let folder = station.folder.path().join(".config/rtai-tui/themes");
    std::fs::create_dir_all(&folder).unwrap();
    let mut pty = station.replay(120, 40);
    std::fs::write(folder.join("midnight.toml"), "inherits = \"daylight\"\n[roles]\nup = \"nocolour\"\n").unwrap();
    pty.shows("midnight.toml:3: `roles.up`");
    std::fs::write(folder.join("midnight.toml"), "inherits = \"daylight\"\n").unwrap();
    pty.shows("theme midnight read again");
    pty.keys("q");
    assert_eq!(pty.end(), 0);
}
