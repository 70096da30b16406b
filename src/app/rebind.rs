//! Changing keys from the screen, and the question asked at the first start.

use super::commands::Command;
use super::dialogs::{Capture, Caught, Dialog, Welcome};
use super::keymap::{Code, Key, Named, Sequence};
use super::{App, Effect, Keep, Source};
use crate::domain::Nanos;
use crate::drive::view::View;
use crate::feed::Severity;

impl App {
    /// Waits for the keys that become a command's: in place of those it has, or besides them.
    pub(super) fn catch_keys(&mut self, command: Command, add: bool) -> Vec<Effect> {
        let now = self.keymap.keys(command).into_iter().cloned().collect();
        self.dialog = Some(Dialog::Capture(Capture::new(command, add, now)));
        Vec::new()
    }

    pub(super) fn press_capture(&mut self, mut capture: Capture, key: Key, view: &View, now: Nanos) -> Vec<Effect> {
        match capture.press(key) {
            Caught::Left => return Vec::new(),
            Caught::Keep => match self.keymap.assign(capture.command, &capture.wanted()) {
                Ok((keymap, changes)) => {
                    self.keymap = keymap;
                    let keys = self.keymap.keys(capture.command).iter().map(ToString::to_string).collect::<Vec<_>>();
                    let text = format!("{}: {}, kept in the configuration", capture.command, keys.join(" or "));
                    self.say(now, Severity::Info, text);
                    self.open_help_at(Some(capture.command), view);
                    return changes.into_iter().map(|(command, keys)| Effect::Keep(Keep::Keys(command, keys))).collect();
                }
                Err(error) => capture.error = Some(error),
            },
            Caught::Changed => {
                capture.error = None;
                capture.notes = self.notes(&capture);
            }
            Caught::Nothing => {}
        }
        self.dialog = Some(Dialog::Capture(capture));
        Vec::new()
    }

    /// What follows from the keys pressed so far.
    fn notes(&self, capture: &Capture) -> Vec<String> {
        if capture.keys.is_empty() {
            return Vec::new();
        }
        let keys = Sequence(capture.keys.clone());
        let mut notes = Vec::new();
        if let Some(owner) = self.keymap.owner(capture.command, &keys) {
            let left = |key: &&&Sequence| !key.0.iter().zip(&keys.0).all(|(a, b)| a == b);
            let theirs: Vec<String> = self.keymap.keys(owner).iter().filter(left).map(ToString::to_string).collect();
            let rest =
                if theirs.is_empty() { "is left without a key".to_owned() } else { format!("keeps {}", theirs.join(", ")) };
            notes.push(format!("taken from {owner}, which {rest}"));
        }
        for (scope, other) in self.keymap.goes_before(capture.command, &keys).into_iter().take(2) {
            notes.push(format!("{}: {other} goes before", scope.title()));
        }
        let place = capture.command.spec().map_or("", |spec| spec.scope.title());
        for hidden in self.keymap.hides(capture.command, &keys).into_iter().take(2) {
            notes.push(format!("{place}: goes before {hidden}"));
        }
        if notes.is_empty() {
            notes.push("free".to_owned());
        }
        notes
    }

    /// Gives a command its usual keys again.
    pub(super) fn reset_keys(&mut self, command: Command, view: &View, now: Nanos) -> Vec<Effect> {
        if !self.keymap.is_users(command) {
            self.say(now, Severity::Info, format!("{command} has its usual keys"));
            self.open_help_at(Some(command), view);
            return Vec::new();
        }
        let (keymap, problems) = self.keymap.reset(command);
        self.keymap = keymap;
        let keys = self.keymap.keys(command).iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        self.say(now, Severity::Info, format!("{command} has its usual keys again: {keys}"));
        for problem in problems.iter().filter(|problem| problem.message.contains(&command.to_string())) {
            self.say(now, Severity::Warning, problem.message.clone());
        }
        self.open_help_at(Some(command), view);
        vec![Effect::Keep(Keep::Keys(command, None))]
    }

    /// Answers the question of the first start. Esc and Enter go on with live data without keeping the choice.
    pub(super) fn press_welcome(&mut self, welcome: Welcome, key: Key) -> Vec<Effect> {
        let start = |source| vec![Effect::Start(source), Effect::Keep(Keep::Source(source))];
        match (key.code, key.ctrl) {
            (Code::Char('l' | 'L'), false) => start(Source::Live),
            (Code::Char('d' | 'D'), false) => start(Source::Demo),
            (Code::Named(Named::Esc | Named::Enter), _) => vec![Effect::Start(Source::Live)],
            (Code::Char('q' | 'Q'), false) | (Code::Char('c'), true) => vec![Effect::Quit],
            _ => {
                self.dialog = Some(Dialog::Welcome(welcome));
                Vec::new()
            }
        }
    }
}
