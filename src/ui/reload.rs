//! The configuration while the program runs: what of it changed, and how that reaches the screen.

use super::screen::Screen;
use crate::app::keymap::Keymap;
use crate::domain::{Channels, Nanos};
use crate::feed::Severity;

/// Why the configuration is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It may have changed.
    Watching,
    /// The user asks for it.
    Asked,
    /// The program has just written a choice into it, which is in force already.
    Written,
}

/// Looks at the configuration; nothing where there is nothing to say of it, and in words what is wrong with it.
pub type Reload = Box<dyn FnMut(Why) -> Option<Result<Reloaded, String>>>;

/// What changed in the configuration. What did not is `None`.
#[derive(Debug, Default)]
pub struct Reloaded {
    /// The theme's name.
    pub theme: Option<String>,
    /// The keys in force.
    pub keymap: Option<Keymap>,
    /// Frames per second at most.
    pub fps: Option<u32>,
    /// Times in UTC rather than in the zone.
    pub utc: Option<bool>,
    /// The zone times are shown in when not in UTC.
    pub zone: Option<jiff::tz::TimeZone>,
    /// Whether the mouse is used.
    pub mouse: Option<bool>,
    /// Whether it is asked before an order is sent.
    pub confirm: Option<bool>,
    /// The channels a new alert has.
    pub channels: Option<Channels>,
    /// Settings that were put into force below the screen.
    pub applied: Vec<String>,
    /// Settings that the next start takes in.
    pub later: Vec<String>,
}

impl Screen {
    /// Takes in what the screen shows of a changed configuration, and says what was applied and what was not. How fast frames
    /// come and whether the mouse is used is for who owns the terminal.
    pub fn reloaded(&mut self, changed: &Reloaded, asked: bool, now: Nanos) {
        let mut applied = changed.applied.clone();
        let mut note = |name: &str, differs: bool| {
            if differs {
                applied.push(name.to_owned());
            }
            differs
        };
        if let Some(theme) = changed.theme.as_ref().filter(|theme| **theme != self.app.shown.theme)
            && note("theme", true)
        {
            self.use_theme(theme, now);
        }
        if let Some(keymap) = &changed.keymap
            && note("keys", true)
        {
            self.app.keymap = keymap.clone();
        }
        if let Some(utc) = changed.utc
            && note("utc", utc != self.app.shown.utc)
        {
            self.app.shown.utc = utc;
        }
        if let Some(zone) = &changed.zone
            && note("time_zone", *zone != self.app.shown.zone)
        {
            self.app.shown.zone = zone.clone();
        }
        if let Some(confirm) = changed.confirm
            && note("trading.confirm", confirm != self.app.trading.confirm)
        {
            self.app.trading.confirm = confirm;
        }
        if let Some(channels) = changed.channels
            && note("delivery.default", channels != self.app.alerts.usual)
        {
            self.app.alerts.usual = channels;
        }
        note("fps", changed.fps.is_some());
        note("mouse", changed.mouse.is_some());
        let text = match (applied.is_empty(), changed.later.is_empty()) {
            (true, true) if asked => "configuration read again: nothing changed".to_owned(),
            (true, true) => return,
            (false, true) => format!("configuration read again: {}", applied.join(", ")),
            (true, false) => format!("configuration read again: {} from the next start on", changed.later.join(", ")),
            (false, false) => {
                format!("configuration read again: {}; from the next start on: {}", applied.join(", "), changed.later.join(", "))
            }
        };
        let severity = if changed.later.is_empty() { Severity::Info } else { Severity::Warning };
        tracing::info!("{text}");
        self.app.say(now, severity, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::commands::Command;
    use crate::app::layout::Workspace;
    use crate::app::{Library, Options};
    use crate::config::Config;
    use crate::ui::theme::{Look, Themes};
    use jiff::tz::TimeZone;

    fn screen() -> Screen {
        let themes = Themes { folder: None, look: Look::default() };
        let options = Options {
            keymap: Keymap::default(),
            utc: false,
            theme: "midnight".to_owned(),
            library: Library::default(),
            workspace: Workspace::Trade,
        };
        Screen::new(options, themes, TimeZone::UTC).0
    }

    fn said(screen: &Screen) -> Vec<String> {
        screen.app.toasts.all().map(|toast| toast.text.to_string()).collect()
    }

    #[test]
    fn what_changed_is_in_force_at_once_and_what_cannot_be_is_named() {
        let mut screen = screen();
        let before = screen.theme().clone();
        let (config, _) = Config::parse("c", "[keys]\nquit = [\"ctrl-q\"]\n");
        let changed = Reloaded {
            theme: Some("daylight".to_owned()),
            keymap: Some(Keymap::new(&config.keys).0),
            utc: Some(true),
            fps: Some(10),
            applied: vec!["log_level".to_owned()],
            later: vec!["symbols".to_owned(), "data_dir".to_owned()],
            ..Reloaded::default()
        };
        screen.reloaded(&changed, false, Nanos::SECOND);
        assert_eq!((screen.app.shown.theme.as_str(), screen.app.shown.utc), ("daylight", true));
        assert_ne!(*screen.theme(), before);
        assert_eq!(screen.app.keymap.key(Command::Quit), "ctrl-q");
        assert_eq!(
            said(&screen),
            ["configuration read again: log_level, theme, keys, utc, fps; from the next start on: symbols, data_dir"]
        );
    }

    #[test]
    fn nothing_is_said_of_what_is_so_already_unless_asked() {
        let mut screen = screen();
        let same = Reloaded { theme: Some("midnight".to_owned()), utc: Some(false), ..Reloaded::default() };
        screen.reloaded(&same, false, Nanos::SECOND);
        assert_eq!(said(&screen), Vec::<String>::new());
        screen.reloaded(&same, true, Nanos::SECOND);
        assert_eq!(said(&screen), ["configuration read again: nothing changed"]);
    }
}
