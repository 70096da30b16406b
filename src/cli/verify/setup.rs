//! The configuration and the terminal.

use super::bench::Bench;
use super::report::Found;
use crate::app::keymap::Keymap;
use crate::cli::keeping;
use crate::cli::screen;
use crate::ui::screen::LEAST;
use crate::ui::terminal::own_size;
use crate::ui::theme::{Look, Themes};
use std::io::IsTerminal as _;

/// Mistakes said; the rest is counted.
const SAID: usize = 5;

/// Reads the configuration.
pub fn config(bench: &Bench) -> Found {
    let settings = &bench.settings;
    let file = settings.file.display();
    let mut problems = settings.problems.clone();
    problems.extend(Keymap::new(&settings.config.keys).1);
    problems.extend(keeping::configured(settings).1);
    let themes = Themes { folder: Some(settings.folders.themes()), look: Look::default() };
    screen::known_theme(settings, &themes, &mut problems);
    if let Err(wrong) = themes.load(&settings.config.theme) {
        problems.extend(wrong);
    }
    problems.sort_by_key(|problem| problem.line);
    problems.dedup();
    if !problems.is_empty() {
        let text = match problems.len() {
            1 => "1 mistake in the configuration".to_owned(),
            more => format!("{more} mistakes in the configuration"),
        };
        let mut found = Found::fail(text, "").fact("mistakes", problems.len());
        for problem in problems.iter().take(SAID) {
            found = found.fix(problem.to_string());
        }
        if problems.len() > SAID {
            found = found.fix(format!("and {} more: `rtai-tui config` names them all", problems.len() - SAID));
        }
        return found;
    }
    if let Some(exposed) = exposed(bench) {
        return exposed;
    }
    let own = settings.origins.len();
    let there = if settings.file.exists() { "" } else { " (not there, which is fine)" };
    let said = match own {
        0 => format!("{file}{there}: every setting is the default"),
        1 => format!("{file}{there}: 1 setting is not the default"),
        own => format!("{file}{there}: {own} settings are not the default"),
    };
    Found::pass(said).fact("file", settings.file.display().to_string()).fact("settings", own)
}

/// A configuration file with a secret in it that others may read.
#[cfg(unix)]
fn exposed(bench: &Bench) -> Option<Found> {
    use std::os::unix::fs::PermissionsExt as _;
    let settings = &bench.settings;
    settings.config.delivery.webhook.as_ref()?;
    let mode = std::fs::metadata(&settings.file).ok()?.permissions().mode();
    (mode & 0o044 != 0).then(|| {
        let file = settings.file.display();
        Found::warn(
            format!("{file} holds a webhook's address and others may read it (mode {:03o})", mode & 0o777),
            format!("chmod 600 {file}, or name a variable that holds the address with delivery.webhook_env"),
        )
    })
}

#[cfg(not(unix))]
fn exposed(_bench: &Bench) -> Option<Found> {
    None
}

/// What the terminal is and can do.
pub fn terminal(_bench: &Bench) -> Found {
    let is_terminal = std::io::stdout().is_terminal();
    judge(is_terminal, own_size().filter(|_| is_terminal), &|name| std::env::var(name).ok())
}

/// Judges a terminal by its size and what the environment says of it.
pub fn judge(is_terminal: bool, size: Option<(u16, u16)>, env: &dyn Fn(&str) -> Option<String>) -> Found {
    let set = |name: &str| env(name).filter(|value| !value.is_empty());
    let term = set("TERM").unwrap_or_else(|| "not set".to_owned());
    let program = set("TERM_PROGRAM").unwrap_or_default();
    let look = Look::detect(env);
    let colours = look.depth.words();
    let characters = if look.ascii { "ASCII only" } else { "UTF-8" };
    let clean = |text: &str| crate::ui::text::safe(text).chars().take(40).collect::<String>();
    let mut text = format!("TERM={}", clean(&term));
    if !program.is_empty() {
        text.push_str(&format!(" ({})", clean(&program)));
    }
    text.push_str(&format!(", {colours}, {characters}, {}", extras(&term, &program, &set)));
    let facts = |found: Found| {
        let found = found.fact("term", clean(&term)).fact("colours", colours).fact("utf8", !look.ascii);
        match size {
            Some((columns, rows)) => found.fact("columns", columns).fact("rows", rows),
            None => found,
        }
    };
    let Some((columns, rows)) = size else {
        let why = if is_terminal { "its size cannot be had" } else { "standard output is no terminal" };
        return facts(Found::skip(format!("{why}; {text}")));
    };
    let text = format!("{columns}x{rows}, {text}");
    facts(if term == "dumb" {
        Found::fail(text, "a dumb terminal cannot show the screen: say which it is, such as TERM=xterm-256color")
    } else if columns < LEAST.0 || rows < LEAST.1 {
        Found::fail(text, format!("the screen needs {}x{} at least: make the window larger", LEAST.0, LEAST.1))
    } else if look.ascii {
        Found::warn(text, "candles and lines are drawn with ASCII: set a UTF-8 locale, such as LANG=C.UTF-8")
    } else if columns < 80 || rows < 24 {
        Found::warn(text, "some panes have no room: 80x24 and more is better, 200x50 shows everything")
    } else {
        Found::pass(text)
    })
}

/// What it is known to do beyond drawing: the clipboard over OSC 52, notifications over OSC 9 or 777, frames without flicker.
fn extras(term: &str, program: &str, set: &dyn Fn(&str) -> Option<String>) -> String {
    let is = |names: &[&str]| names.iter().any(|name| term.contains(name) || program.contains(name));
    let multiplexer = is(&["screen", "tmux"]) || set("TMUX").is_some();
    let modern = is(&["kitty", "ghostty", "WezTerm", "wezterm", "foot", "iTerm", "contour"]);
    let clipboard = modern || is(&["alacritty", "Alacritty", "xterm"]) || set("WT_SESSION").is_some();
    let mut known = Vec::new();
    if clipboard && !multiplexer {
        known.push("clipboard");
    }
    if modern && !multiplexer {
        known.extend(["notifications", "frames in one piece"]);
    }
    match (known.is_empty(), multiplexer) {
        (_, true) => {
            "in tmux or screen: clipboard and notifications by its settings (set-clipboard, allow-passthrough)".to_owned()
        }
        (true, _) => "nothing known of clipboard and notifications".to_owned(),
        (false, _) => known.join(", "),
    }
}
