//! Which keys run which command: the catalogue's defaults, changed by the user's configuration.
//!
//! A key is looked up in the focused pane's scope first, then in the wider one ([`Scope::parents`]), then in [`Scope::Replay`] while a recording is replayed, then in
//! [`Scope::Global`]. So a pane may give a global key its own meaning while it has the focus.

mod change;
mod key;
mod state;

pub use change::Change;
pub use key::{Code, Key, KeyError, Named, Sequence};
pub use state::{KeyState, Outcome};

use super::commands::{Command, Scope, specs};
use crate::config::{Binding, Problem, did_you_mean};
use std::collections::BTreeMap;

/// The keys in force.
#[derive(Debug, Clone)]
pub struct Keymap {
    bound: BTreeMap<(Scope, Sequence), Command>,
    /// What the user's configuration says.
    user: Vec<Binding>,
}

/// Two are the same when every key means the same, whoever said so.
impl PartialEq for Keymap {
    fn eq(&self, other: &Self) -> bool {
        self.bound == other.bound
    }
}

impl Eq for Keymap {}

/// What keys pressed one after the other mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// This command.
    Runs(Command),
    /// The beginning of a longer sequence.
    Begins,
    /// Nothing.
    Nothing,
}

impl Default for Keymap {
    fn default() -> Self {
        Self::new(&[]).0
    }
}

impl Keymap {
    /// The catalogue's keys with the user's in their place, and what was wrong with those.
    pub fn new(bindings: &[Binding]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut user: BTreeMap<Command, (&Binding, Vec<Sequence>)> = BTreeMap::new();
        for binding in bindings {
            let Some(command) = Command::named(&binding.command) else {
                let hint = did_you_mean(&binding.command, near_names(&binding.command));
                problems.push(binding.problem(format!("there is no such command: {hint}")));
                continue;
            };
            let mut keys = Vec::new();
            for text in &binding.keys {
                match text.parse::<Sequence>() {
                    Ok(sequence) => keys.push(sequence),
                    Err(error) => problems.push(binding.problem(error.to_string())),
                }
            }
            let all_bad = keys.is_empty() && !binding.keys.is_empty();
            if command == Command::Quit && keys.is_empty() {
                problems.push(binding.problem("the program needs a key to leave it: its usual keys are kept"));
            } else if !all_bad {
                user.insert(command, (binding, keys));
            }
        }
        let mut map = Self { bound: BTreeMap::new(), user: bindings.to_vec() };
        // The user's keys come first: a default key that meets one of them gives way in silence, as it was meant to.
        for (command, (binding, keys)) in &user {
            for sequence in keys {
                if let Err(other) = map.bind(*command, sequence.clone()) {
                    problems.push(binding.problem(format!(
                        "`{sequence}` is also a key of `{other}`, which keeps it: give `{command}` or `{other}` another one"
                    )));
                }
            }
        }
        for spec in specs().filter(|spec| !user.contains_key(&spec.command)) {
            let mut lost = Vec::new();
            let mut kept = false;
            for sequence in spec.keys.iter().filter_map(|text| text.parse::<Sequence>().ok()) {
                match map.bind(spec.command, sequence.clone()) {
                    Ok(()) => kept = true,
                    Err(other) => lost.push((sequence, other)),
                }
            }
            if let (false, Some((sequence, other))) = (kept, lost.first())
                && let Some((binding, _)) = user.get(other)
            {
                problems.push(binding.problem(format!(
                    "`{sequence}` was the only key of `{}`, now that of `{other}`: give `{}` another one",
                    spec.command, spec.command
                )));
            }
        }
        for (command, (binding, keys)) in &user {
            let scope = command.spec().map_or(Scope::Global, |spec| spec.scope);
            for sequence in keys.iter().filter(|keys| map.bound.get(&(scope, (*keys).clone())) == Some(command)) {
                // What the catalogue itself does by default needs no word.
                let usual = command.spec().is_some_and(|spec| spec.keys.contains(&sequence.to_string().as_str()));
                for (scope, other) in map.goes_before(*command, sequence).into_iter().filter(|_| !usual) {
                    problems.push(binding.problem(format!(
                        "`{sequence}` is also a key of `{other}`, which goes before while the focus is in: {}",
                        scope.title()
                    )));
                }
            }
        }
        (map, problems)
    }

    /// Gives a command a key, unless it already is, begins or continues a key of another command of the same scope.
    fn bind(&mut self, command: Command, sequence: Sequence) -> Result<(), Command> {
        let Some(spec) = command.spec() else { return Ok(()) };
        let clash = self
            .bound
            .iter()
            .find(|((scope, other), owner)| *scope == spec.scope && meet(other, &sequence) && **owner != command);
        if let Some((_, owner)) = clash {
            return Err(*owner);
        }
        self.bound.insert((spec.scope, sequence), command);
        Ok(())
    }

    /// What keys mean, looked up in these scopes in turn.
    pub fn meaning(&self, scopes: &[Scope], keys: &[Key]) -> Meaning {
        for &scope in scopes {
            let wanted = Sequence(keys.to_vec());
            if let Some(command) = self.bound.get(&(scope, wanted)) {
                return Meaning::Runs(*command);
            }
            let begins = |sequence: &Sequence| sequence.0.len() > keys.len() && sequence.0.starts_with(keys);
            if self.bound.keys().any(|(of, sequence)| *of == scope && begins(sequence)) {
                return Meaning::Begins;
            }
        }
        Meaning::Nothing
    }

    /// Where keys may go on after those pressed: what can follow, and the command it runs.
    pub fn continuations(&self, scopes: &[Scope], keys: &[Key]) -> Vec<(Sequence, Command)> {
        let longer = |sequence: &Sequence| sequence.0.len() > keys.len() && sequence.0.starts_with(keys);
        let reached = |sequence: &Sequence, command: Command| {
            let whole = sequence.0.as_slice();
            self.meaning(scopes, whole) == Meaning::Runs(command)
                && (keys.len() + 1..whole.len()).all(|part| self.meaning(scopes, &whole[..part]) == Meaning::Begins)
        };
        let mut found: Vec<(Sequence, Command)> = Vec::new();
        for scope in scopes {
            for ((_, sequence), command) in self.bound.iter().filter(|((of, sequence), _)| of == scope && longer(sequence)) {
                let rest = Sequence(sequence.0[keys.len()..].to_vec());
                if reached(sequence, *command) && !found.iter().any(|(known, _)| *known == rest) {
                    found.push((rest, *command));
                }
            }
        }
        found
    }

    /// The keys of a command, those of the catalogue first and in its order.
    pub fn keys(&self, command: Command) -> Vec<&Sequence> {
        let order = |sequence: &Sequence| {
            let text = sequence.to_string();
            command.spec().and_then(|spec| spec.keys.iter().position(|key| *key == text)).unwrap_or(usize::MAX)
        };
        let mut keys: Vec<&Sequence> =
            self.bound.iter().filter(|(_, owner)| **owner == command).map(|((_, keys), _)| keys).collect();
        keys.sort_by_key(|sequence| order(sequence));
        keys
    }

    /// The first key of a command as text; empty when it has none.
    pub fn key(&self, command: Command) -> String {
        self.keys(command).first().map(ToString::to_string).unwrap_or_default()
    }
}

/// Whether one of two sequences is or begins the other.
fn meet(a: &Sequence, b: &Sequence) -> bool {
    a.0.iter().zip(&b.0).all(|(a, b)| a == b)
}

/// The names a misspelt command is compared with: of its own family where there is one.
fn near_names(written: &str) -> Vec<&'static str> {
    let family = written.split('.').next().unwrap_or_default();
    let own: Vec<&str> = specs().map(|spec| spec.name).filter(|name| name.split('.').next() == Some(family)).collect();
    if own.is_empty() { specs().map(|spec| spec.name).collect() } else { own }
}

/// The scopes to look a key up in.
pub fn scopes(pane: Scope, replaying: bool) -> Vec<Scope> {
    let mut scopes = vec![pane];
    scopes.extend(pane.parents());
    if replaying && pane != Scope::Replay {
        scopes.push(Scope::Replay);
    }
    if pane != Scope::Global {
        scopes.push(Scope::Global);
    }
    scopes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn binding(command: &str, keys: &[&str]) -> Binding {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Binding { command: command.to_owned(), keys, file: "config.toml".to_owned(), line: 7 }
    }

    fn problems(bindings: &[Binding]) -> Vec<String> {
        Keymap::new(bindings).1.iter().map(ToString::to_string).collect()
    }

    fn press(map: &Keymap, scope: Scope, replaying: bool, keys: &str) -> Meaning {
        map.meaning(&scopes(scope, replaying), &keys.parse::<Sequence>().unwrap().0)
    }

    const PANES: [Scope; 18] = [
        Scope::Chart,
        Scope::Book,
        Scope::Heatmap,
        Scope::Footprint,
        Scope::Profile,
        Scope::List,
        Scope::Tape,
        Scope::Indicators,
        Scope::Recordings,
        Scope::Lab,
        Scope::Pair,
        Scope::PairChart,
        Scope::Pairs,
        Scope::Matrix,
        Scope::Positions,
        Scope::Blotter,
        Scope::Equity,
        Scope::Replay,
    ];

    #[test]
    fn default_keys_are_valid_and_without_conflict() {
        assert_eq!(problems(&[]), Vec::<String>::new());
        let map = Keymap::default();
        for spec in specs() {
            for text in spec.keys {
                let sequence: Sequence = text.parse().unwrap();
                assert_eq!(map.bound.get(&(spec.scope, sequence)), Some(&spec.command), "{text} of {}", spec.name);
            }
        }
    }

    #[test]
    fn every_command_can_be_reached_by_a_key_in_every_pane_it_applies_to() {
        let map = Keymap::default();
        for spec in specs().filter(|spec| !spec.keys.is_empty()) {
            let of_panes = !matches!(spec.scope, Scope::Global | Scope::Replay);
            let panes: Vec<Scope> = PANES.into_iter().filter(|pane| !of_panes || pane.takes(spec.scope)).collect();
            for pane in panes {
                for replaying in [false, true] {
                    if spec.scope == Scope::Replay && !replaying {
                        continue;
                    }
                    let reached = spec.keys.iter().any(|key| press(&map, pane, replaying, key) == Meaning::Runs(spec.command));
                    assert!(reached, "{} has no key while {pane:?} is focused (replaying: {replaying})", spec.name);
                }
            }
        }
    }

    #[test]
    fn a_pane_comes_before_the_rest() {
        let map = Keymap::new(&[binding("chart.style", &["q"])]).0;
        assert_eq!(press(&map, Scope::Chart, false, "q"), Meaning::Runs(Command::ChartStyle));
        assert_eq!(press(&map, Scope::List, false, "q"), Meaning::Runs(Command::Quit));
        assert_eq!(press(&map, Scope::List, false, "g"), Meaning::Begins);
        assert_eq!(press(&map, Scope::List, false, "g g"), Meaning::Runs(Command::ListTop));
    }

    #[test]
    fn the_user_can_move_and_remove_keys() {
        let (map, found) = Keymap::new(&[binding("chart.zoom-in", &["ctrl-up"]), binding("mark", &[])]);
        assert_eq!(found, Vec::new());
        assert_eq!(press(&map, Scope::Chart, false, "ctrl-up"), Meaning::Runs(Command::ChartZoomIn));
        assert_ne!(press(&map, Scope::Chart, false, "="), Meaning::Runs(Command::ChartZoomIn));
        assert!(map.keys(Command::Mark).is_empty());
    }

    #[test]
    fn conflicts_name_both_commands() {
        let found = problems(&[binding("symbol.next", &["f9"]), binding("symbol.previous", &["f9"])]);
        assert_eq!(
            found,
            ["config.toml:7: `keys.symbol.previous`: `f9` is also a key of `symbol.next`, which keeps it: \
              give `symbol.previous` or `symbol.next` another one"]
        );
        let found = problems(&[binding("symbol.next", &["m"])]);
        assert!(found[0].contains("`m` was the only key of `mark`, now that of `symbol.next`"), "{found:?}");
    }

    #[test]
    fn slips_are_answered() {
        assert!(problems(&[binding("chart.zoomin", &["+"])])[0].contains("did you mean `chart.zoom-in`?"));
        assert!(problems(&[binding("mark", &["hyper-m"])])[0].contains("`hyper-m` is no key"));
        assert!(problems(&[binding("quit", &[])])[0].contains("kept"));
    }
}
