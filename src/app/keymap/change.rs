//! Changing keys while the program runs: who has a key already, who loses it, and what the configuration has to say then.

use super::{Keymap, Sequence, meet};
use crate::app::commands::{Command, Scope, specs};
use crate::config::{Binding, Problem};

/// A line of the configuration's `[keys]`: the keys of a command, or `None` for its usual ones.
pub type Change = (Command, Option<Vec<String>>);

impl Keymap {
    /// The command of the same scope that has these keys, or keys that begin with them or that they begin with.
    pub fn owner(&self, command: Command, keys: &Sequence) -> Option<Command> {
        let scope = command.spec()?.scope;
        let mut same = self.bound.iter().filter(|((of, other), owner)| *of == scope && **owner != command && meet(other, keys));
        same.next().map(|(_, owner)| *owner)
    }

    /// The commands of panes that these keys run instead while such a pane has the focus.
    pub fn goes_before(&self, command: Command, keys: &Sequence) -> Vec<(Scope, Command)> {
        let Some(spec) = command.spec() else { return Vec::new() };
        let narrower = |of: Scope| match spec.scope {
            Scope::Global => of != Scope::Global,
            Scope::Replay => of != Scope::Global && of != Scope::Replay,
            wide => of.parents().contains(&wide),
        };
        let met = self.bound.iter().filter(|((of, other), _)| narrower(*of) && meet(other, keys));
        let mut found: Vec<(Scope, Command)> = met.map(|((of, _), owner)| (*of, *owner)).collect();
        found.dedup();
        found
    }

    /// The commands of wider scopes that these keys run no longer while a pane of the command's scope has the focus.
    pub fn hides(&self, command: Command, keys: &Sequence) -> Vec<Command> {
        let Some(spec) = command.spec() else { return Vec::new() };
        let wider = |of: Scope| match spec.scope {
            Scope::Global => false,
            Scope::Replay => of == Scope::Global,
            narrow => of == Scope::Global || of == Scope::Replay || narrow.parents().contains(&of),
        };
        let met = self.bound.iter().filter(|((of, other), _)| wider(*of) && meet(other, keys));
        let mut found: Vec<Command> = met.map(|(_, owner)| *owner).collect();
        found.dedup();
        found
    }

    /// Gives a command other keys, and takes them from the command of its scope that had them.
    ///
    /// Answers the keys in force then, and what the configuration has to say for it.
    ///
    /// # Errors
    /// When the program could not be left any more.
    pub fn assign(&self, command: Command, keys: &[Sequence]) -> Result<(Self, Vec<Change>), String> {
        let text = |keys: &[&Sequence]| keys.iter().map(ToString::to_string).collect::<Vec<_>>();
        let mut changes: Vec<Change> = Vec::new();
        let scope = command.spec().map(|spec| spec.scope);
        for other in specs().filter(|spec| Some(spec.scope) == scope && spec.command != command) {
            let (lost, left): (Vec<_>, Vec<_>) =
                self.keys(other.command).into_iter().partition(|key| keys.iter().any(|new| meet(key, new)));
            if lost.is_empty() {
                continue;
            }
            if other.command == Command::Quit && left.is_empty() {
                return Err(format!("`{}` is the only key of `quit`: the program needs one to leave it", text(&lost).join(" ")));
            }
            // A usual key gives way by itself; what the user wrote, and a command left without keys, has to be written.
            if left.is_empty() || self.is_users(other.command) {
                changes.push((other.command, Some(text(&left))));
            }
        }
        if command == Command::Quit && keys.is_empty() {
            return Err("the program needs a key to leave it".to_owned());
        }
        changes.push((command, Some(keys.iter().map(ToString::to_string).collect())));
        Ok((self.changed(&changes).0, changes))
    }

    /// Gives a command its usual keys again, and says which of them others of the user's have now.
    pub fn reset(&self, command: Command) -> (Self, Vec<Problem>) {
        self.changed(&[(command, None)])
    }

    /// Whether the user has said which keys a command has.
    pub fn is_users(&self, command: Command) -> bool {
        self.user.iter().any(|binding| Command::named(&binding.command) == Some(command))
    }

    fn changed(&self, changes: &[Change]) -> (Self, Vec<Problem>) {
        let mut user = self.user.clone();
        user.retain(|binding| !changes.iter().any(|(command, _)| Command::named(&binding.command) == Some(*command)));
        user.extend(changes.iter().filter_map(|(command, keys)| {
            let keys = keys.clone()?;
            Some(Binding { command: command.to_string(), keys, file: "the new keys".to_owned(), line: 0 })
        }));
        Self::new(&user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keymap::{Meaning, scopes};

    fn keys(texts: &[&str]) -> Vec<Sequence> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn meaning(map: &Keymap, scope: Scope, key: &str) -> Meaning {
        map.meaning(&scopes(scope, false), &key.parse::<Sequence>().unwrap().0)
    }

    #[test]
    fn a_key_goes_from_one_command_to_another() {
        let map = Keymap::default();
        // `m` is the only key of `mark`: that it has none any more has to be written down.
        let (new, changes) = map.assign(Command::NextSymbol, &keys(&["m"])).unwrap();
        assert_eq!(meaning(&new, Scope::List, "m"), Meaning::Runs(Command::NextSymbol));
        assert_eq!(changes, [(Command::Mark, Some(vec![])), (Command::NextSymbol, Some(vec!["m".to_owned()]))]);
        // It comes back without a word when the user's line goes.
        let (back, problems) = new.reset(Command::NextSymbol);
        assert_eq!(problems, Vec::new());
        assert_eq!(meaning(&back, Scope::List, "]"), Meaning::Runs(Command::NextSymbol));
        assert!(back.is_users(Command::Mark) && !back.is_users(Command::NextSymbol));
        // A command with another key left only gives way.
        let (_, changes) = map.assign(Command::Mark, &keys(&["f1"])).unwrap();
        assert_eq!(changes.len(), 1);
    }

    #[test]
    fn a_panes_key_says_what_it_hides() {
        let map = Keymap::default();
        assert_eq!(map.hides(Command::ChartCrosshair, &keys(&["q"])[0]), [Command::Quit]);
        assert_eq!(map.hides(Command::ChartCrosshair, &keys(&["f7"])[0]), []);
        assert_eq!(map.hides(Command::Quit, &keys(&["x"])[0]), [], "nothing is wider than everywhere");
    }

    #[test]
    fn what_was_assigned_reads_back_without_a_conflict() {
        let map = Keymap::default();
        let (one, first) = map.assign(Command::Mark, &keys(&["g m", "ctrl-x"])).unwrap();
        let (two, second) = one.assign(Command::NextSymbol, &keys(&["ctrl-x"])).unwrap();
        assert_eq!(second[0], (Command::Mark, Some(vec!["g m".to_owned()])));
        let mut written: Vec<Change> = first;
        written.retain(|(command, _)| !second.iter().any(|(other, _)| other == command));
        written.extend(second);
        let bindings: Vec<Binding> = written
            .into_iter()
            .map(|(command, keys)| Binding {
                command: command.to_string(),
                keys: keys.unwrap(),
                file: "config.toml".to_owned(),
                line: 1,
            })
            .collect();
        let (read, problems) = Keymap::new(&bindings);
        assert_eq!(read, two);
        let others: Vec<_> = problems.iter().filter(|problem| !problem.message.contains("goes before")).collect();
        assert_eq!(others, Vec::<&Problem>::new());
    }

    #[test]
    fn the_program_can_always_be_left() {
        let (map, _) = Keymap::default().assign(Command::Quit, &keys(&["f10"])).unwrap();
        assert!(map.assign(Command::Mark, &keys(&["f10"])).unwrap_err().contains("quit"));
        assert!(map.assign(Command::Quit, &[]).is_err());
    }

    #[test]
    fn who_has_a_key_is_said() {
        let map = Keymap::default();
        let key: Sequence = "r".parse().unwrap();
        let before = [
            (Scope::Chart, Command::ChartMeasure),
            (Scope::Indicators, Command::IndicatorsReset),
            (Scope::Pair, Command::PairSwap),
            (Scope::Alerts, Command::AlertRearm),
            (Scope::Positions, Command::PositionReverse),
        ];
        assert_eq!(map.goes_before(Command::Mark, &key), before);
        assert_eq!(map.owner(Command::ChartLog, &key), Some(Command::ChartMeasure));
        assert_eq!(map.owner(Command::ChartLog, &"f9".parse().unwrap()), None);
        let (_, problems) =
            Keymap::new(&[Binding { command: "mark".to_owned(), keys: vec!["r".to_owned()], file: "c".to_owned(), line: 3 }]);
        let said = problems[0].to_string();
        assert_eq!(
            said,
            "c:3: `keys.mark`: `r` is also a key of `chart.measure`, which goes before while the focus is in: Chart"
        );
    }

    #[test]
    fn what_can_follow_a_prefix_is_listed() {
        let map = Keymap::default();
        let g: Sequence = "g".parse().unwrap();
        let next = map.continuations(&scopes(Scope::Chart, false), &g.0);
        assert!(next.contains(&("g".parse().unwrap(), Command::ChartOldest)), "{next:?}");
        assert!(!next.iter().any(|(_, command)| *command == Command::ListTop));
        for (rest, command) in next {
            let whole = format!("g {rest}");
            assert_eq!(meaning(&map, Scope::Chart, &whole), Meaning::Runs(command), "{whole}");
        }
    }
}
