//! Pairs: which two symbols are looked at and how, the commands that change it, and what is worked out for the panes that show it.

mod table;
mod work;

pub use table::PairTable;
pub use work::{NoPair, PairKey, PairWork, Pairs};

use super::commands::Command;
use super::dialogs::{Ask, Choice, Dialog, Prompt, Purpose};
use super::openers::entry;
use super::panes::PaneId;
use super::{App, Effect};
use crate::analytics::pairs::{Method, PairSetup};
use crate::domain::{BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::View;
use crate::engine::Snapshot;
use crate::engine::snapshot::SymbolView;
use crate::feed::Severity;

/// Windows of the regression that keys go through.
const WINDOWS: [usize; 12] = [20, 30, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000, 10_000, 20_000];
/// Windows of the z-score that keys go through.
const Z_WINDOWS: [usize; 10] = [5, 10, 15, 20, 30, 50, 100, 200, 500, 1_000];

/// Which pair the panes of a link are about, and how it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PairChoice {
    /// The symbol that is hedged, where one was chosen.
    pub y: Option<Symbol>,
    /// The symbol it is hedged with, where one was chosen.
    pub x: Option<Symbol>,
    /// Method, windows and thresholds.
    pub setup: PairSetup,
}

impl PairChoice {
    /// The two symbols that are shown: the chosen ones as far as they are there, else the second against the first. `None` with
    /// fewer than two symbols.
    pub fn legs(&self, snapshot: &Snapshot) -> Option<(Symbol, Symbol)> {
        let all = || snapshot.symbols.iter().map(|view| view.instrument.symbol);
        let there = |symbol: &Symbol| all().any(|other| other == *symbol);
        let y = self.y.filter(there);
        let x = self.x.filter(there).filter(|x| Some(*x) != y);
        let other = |than: Symbol| all().find(|symbol| *symbol != than);
        match (y, x) {
            (Some(y), Some(x)) => Some((y, x)),
            (Some(y), None) => Some((y, other(y)?)),
            (None, Some(x)) => Some((all().skip(1).find(|symbol| *symbol != x).or_else(|| other(x))?, x)),
            (None, None) => Some((all().nth(1)?, all().next()?)),
        }
    }
}

/// The length of bars that pairs are looked at in; `None` for bars that are not of time: two symbols have none in common.
pub const fn timeframe(bars: BarSpec) -> Option<Timeframe> {
    match bars {
        BarSpec::Time(timeframe) => Some(timeframe),
        _ => None,
    }
}

/// How long nothing came of a symbol, where that is so long that the closes of its newest bars are carried forward rather than traded:
/// the seconds of a silent symbol repeat its last price while the connection is up.
fn silence(symbol: &SymbolView, now: Nanos, timeframe: Timeframe) -> Option<Nanos> {
    const LEAST: Nanos = Nanos::from_secs(10);
    let length = timeframe.nanos();
    // Days have weekends and holidays between them.
    let patience = if timeframe >= Timeframe::D1 { Nanos(length.0 * 4) } else { LEAST.max(Nanos(length.0 / 2 * 3)) };
    symbol.last_event.map(|at| now.saturating_sub(at)).filter(|silence| *silence > patience)
}

/// The neighbour of a window among the usual ones.
fn step(windows: &[usize], now: usize, by: i64) -> usize {
    let after = windows.partition_point(|window| *window <= now) as i64;
    let before = windows.partition_point(|window| *window < now) as i64;
    let at = if by > 0 { after + by - 1 } else { before + by };
    let found = windows.get(at.clamp(0, windows.len() as i64 - 1) as usize).copied().unwrap_or(now);
    // Beyond the usual ones there is none in that direction.
    if by > 0 { found.max(now) } else { found.min(now) }
}

impl App {
    /// The pane whose pair commands change: the focused one if it is about a pair, else the workspace's first that is.
    fn pair_pane(&self) -> Option<PaneId> {
        let focus = self.desk().focus();
        if focus.kind.is_pair() { Some(focus) } else { self.desk().panes().into_iter().find(|id| id.kind.is_pair()) }
    }

    /// Runs a command about the pair.
    pub(super) fn run_pair(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Vec<Effect> {
        let Some(id) = self.pair_pane() else {
            let key = self.keymap.key(Command::WorkspacePairs);
            self.say(now, Severity::Warning, format!("`{command}` is for pairs: {key} shows them"));
            return Vec::new();
        };
        let by = i64::from(count.clamp(1, 100));
        let setup = &mut self.linked_mut(id).pair.setup;
        match command {
            Command::PairMethod => setup.method = setup.method.next(),
            Command::PairOls => setup.method = Method::Ols,
            Command::PairHuber => setup.method = Method::Huber,
            Command::PairKalman => setup.method = Method::Kalman,
            Command::PairWindowLonger => setup.window = step(&WINDOWS, setup.window, by),
            Command::PairWindowShorter => setup.window = step(&WINDOWS, setup.window, -by),
            Command::PairZLonger => setup.z = step(&Z_WINDOWS, setup.z, by),
            Command::PairZShorter => setup.z = step(&Z_WINDOWS, setup.z, -by),
            Command::PairReturns => setup.returns = !setup.returns,
            Command::PairSwap => {
                let pair = &mut self.linked_mut(id).pair;
                if let Some((y, x)) = pair.legs(&view.snapshot) {
                    (pair.y, pair.x) = (Some(x), Some(y));
                }
            }
            Command::PairY | Command::PairX => self.open_legs(id, command == Command::PairY, view, now),
            Command::PairWindow | Command::PairZ | Command::PairThresholds => {
                let setup = *setup;
                self.ask_pair(command, setup);
            }
            _ => {}
        }
        Vec::new()
    }

    fn open_legs(&mut self, id: PaneId, first: bool, view: &View, now: Nanos) {
        let Some((y, x)) = self.linked(id).pair.legs(&view.snapshot) else {
            let key = self.keymap.key(Command::AddSymbol);
            self.say(now, Severity::Info, format!("a pair takes two symbols: follow another first ({key})"));
            return;
        };
        let (shown, other) = if first { (y, x) } else { (x, y) };
        let entries: Vec<_> = Self::symbol_entries(view)
            .into_iter()
            .filter_map(|of| match of.choice {
                Choice::Symbol(symbol) => {
                    let about = if symbol == other { "the two change places".to_owned() } else { of.about };
                    Some(entry("Symbol", symbol.as_str(), about, Choice::Leg(first, symbol)))
                }
                _ => None,
            })
            .collect();
        let cursor = entries.iter().position(|entry| entry.choice == Choice::Leg(first, shown)).unwrap_or(0);
        let title = if first { "y: the symbol that is hedged" } else { "x: the symbol it is hedged with" };
        self.pick(Purpose::Choose, title, entries, cursor);
    }

    /// Shows a symbol as one leg of the pair; where it was the other leg the two change places.
    pub(super) fn choose_leg(&mut self, first: bool, symbol: Symbol, view: &View) {
        let Some(id) = self.pair_pane() else { return };
        let pair = &mut self.linked_mut(id).pair;
        let legs = pair.legs(&view.snapshot);
        let (y, x) = (legs.map(|legs| legs.0), legs.map(|legs| legs.1));
        (pair.y, pair.x) = match first {
            true if x == Some(symbol) => (Some(symbol), y),
            true => (Some(symbol), x),
            false if y == Some(symbol) => (x, Some(symbol)),
            false => (y, Some(symbol)),
        };
    }

    fn ask_pair(&mut self, command: Command, setup: PairSetup) {
        let (title, hint, now) = match command {
            Command::PairWindow => ("Bars of the regression", "10 to 100,000; the tests use the same", setup.window.to_string()),
            Command::PairZ => ("Bars of the z-score", "5 to 1,000; the rolling correlation uses the same", setup.z.to_string()),
            _ => (
                "Entry, exit and stop",
                "three z-scores such as 2 0 4: 0 ≤ exit < entry < stop",
                format!("{} {} {}", setup.entry, setup.exit, setup.stop),
            ),
        };
        let prompt = Prompt { ask: Ask::Pair(command), ..Prompt::of_pane(command, title, hint, &now) };
        self.dialog = Some(Dialog::Prompt(prompt));
    }

    /// Takes in what was entered for a pair.
    ///
    /// # Errors
    /// What cannot be used, and what is expected.
    pub(super) fn pair_entered(&mut self, command: Command, text: &str) -> Result<Vec<Effect>, String> {
        let Some(id) = self.pair_pane() else { return Ok(Vec::new()) };
        let mut setup = *setup_of(self, id);
        let count =
            || text.replace([',', '_'], "").parse::<usize>().map_err(|_| format!("`{text}`: expected a whole number of bars"));
        match command {
            Command::PairWindow => setup.window = count()?,
            Command::PairZ => setup.z = count()?,
            _ => {
                let numbers: Vec<f64> = text
                    .split(|c: char| c.is_whitespace() || matches!(c, ',' | '/'))
                    .filter(|part| !part.is_empty())
                    .map(|part| part.parse::<f64>().map_err(|_| format!("`{part}` is no number")))
                    .collect::<Result<_, _>>()?;
                let [entry, exit, stop] = numbers[..] else { return Err("expected three numbers, such as 2 0 4".to_owned()) };
                (setup.entry, setup.exit, setup.stop) = (entry, exit, stop);
            }
        }
        let setup = setup.checked().map_err(|error| error.to_string())?;
        self.linked_mut(id).pair.setup = setup;
        Ok(Vec::new())
    }
}

fn setup_of(app: &mut App, id: PaneId) -> &mut PairSetup {
    &mut app.linked_mut(id).pair.setup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_go_to_their_neighbours() {
        assert_eq!(step(&WINDOWS, 100, 1), 200);
        assert_eq!(step(&WINDOWS, 100, -1), 50);
        assert_eq!(step(&WINDOWS, 120, 1), 200);
        assert_eq!(step(&WINDOWS, 120, -1), 100);
        assert_eq!(step(&WINDOWS, 20_000, 3), 20_000);
        assert_eq!(step(&WINDOWS, 10, -1), 10);
        assert_eq!(step(&WINDOWS, 50_000, 1), 50_000);
    }
}
