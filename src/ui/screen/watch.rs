//! The user's theme files, looked at about once a second: a change is seen at once, a mistake is said and the last good theme stays.

use super::Screen;
use crate::domain::Nanos;
use crate::feed::Severity;

/// The folder of themes is looked at this often.
const OFTEN: Nanos = Nanos::SECOND;
/// Mistakes said at once; the rest is counted.
const SAID: usize = 3;

impl Screen {
    /// Uses another theme from now on.
    pub fn use_theme(&mut self, name: &str, now: Nanos) {
        name.clone_into(&mut self.app.shown.theme);
        self.show_theme(name, now);
    }

    /// Shows a theme; the one before stays where it cannot be read.
    pub(super) fn show_theme(&mut self, name: &str, now: Nanos) {
        match self.themes.load(name) {
            Ok(theme) => self.theme = theme,
            Err(problems) => {
                for problem in problems.iter().take(2) {
                    self.app.say(now, Severity::Error, problem.to_string());
                }
            }
        }
    }

    /// Looks whether theme files have changed, when it is time to.
    pub fn watch(&mut self, now: Nanos) {
        if now.saturating_sub(self.watched.0) < OFTEN {
            return;
        }
        self.watched.0 = now;
        let stamp = self.themes.stamp();
        if stamp == self.watched.1 {
            return;
        }
        self.watched.1 = stamp;
        self.app.library.themes = self.themes.names();
        let name = self.app.shown.theme.clone();
        match self.themes.load(&name) {
            Ok(theme) if theme == self.theme => {}
            Ok(theme) => {
                self.theme = theme;
                self.app.say(now, Severity::Info, format!("theme {name} read again"));
            }
            Err(problems) => {
                for problem in problems.iter().take(SAID) {
                    self.app.say(now, Severity::Error, problem.to_string());
                }
                if problems.len() > SAID {
                    let more = problems.len() - SAID;
                    self.app.say(now, Severity::Error, format!("{more} more mistakes: `rtai-tui themes` lists them"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::Keymap;
    use crate::app::layout::Workspace;
    use crate::app::{Library, Options};
    use crate::domain::Nanos;
    use crate::ui::screen::Screen;
    use crate::ui::theme::{Look, Themes};
    use jiff::tz::TimeZone;
    use ratatui::style::Color;

    #[test]
    fn a_theme_that_is_edited_is_seen_and_a_broken_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |text: &str| std::fs::write(folder.path().join("mine.toml"), text).unwrap();
        write("inherits = \"midnight\"\n");
        let themes = Themes { folder: Some(folder.path().to_owned()), look: Look::default() };
        let options = Options {
            keymap: Keymap::default(),
            utc: true,
            theme: "mine".to_owned(),
            library: Library::default(),
            workspace: Workspace::Trade,
        };
        let (mut screen, problems) = Screen::new(options, themes, TimeZone::UTC);
        assert_eq!(problems, Vec::new());
        let mut second = 0;
        let mut look = |screen: &mut Screen| {
            second += 1;
            screen.watch(Nanos::from_secs(second));
        };
        look(&mut screen);
        assert_eq!(screen.app.toasts.all().count(), 0);
        write("inherits = \"midnight\"\n[roles]\nup = \"#123456\"\n");
        look(&mut screen);
        let edited = Some(Color::Rgb(0x12, 0x34, 0x56));
        assert_eq!(screen.theme().up.fg, edited);
        write("inherits = \"midnight\"\n[roles]\nup = \"#12345\"\n");
        look(&mut screen);
        assert_eq!(screen.theme().up.fg, edited);
        let said = screen.app.toasts.all().next().unwrap().text.to_string();
        assert!(said.contains("mine.toml:3: `roles.up`: `#12345` is no colour"), "{said}");
        write("inherits = \"daylight\"\n");
        look(&mut screen);
        assert_ne!(screen.theme().up.fg, edited);
        assert_eq!(screen.app.library.themes.last().map(String::as_str), Some("mine"));
    }
}
