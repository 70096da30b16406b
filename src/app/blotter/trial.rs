//! Backtests from the screen: a strategy on the recording that is looked at, shown in the blotter's panes when it is done.

use super::form::{Form, FormPurpose};
use super::strategy;
use crate::app::dialogs::Dialog;
use crate::app::{App, Effect};
use crate::bars::Series;
use crate::broker::{AccountView, SignalView};
use crate::domain::{Money, Nanos, StrategyRun, Symbol, Timeframe};
use crate::drive::backtest::{Answer, Backtest, Outcome};
use crate::drive::view::{RecordingView, View};
use crate::feed::Severity;
use crate::strategies;
use std::path::PathBuf;
use std::sync::Arc;

/// What accounts of a backtest are called by, before the strategy's name.
const PREFIX: &str = "backtest";

/// A backtest that runs, as the screen shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Trying {
    /// The strategy in its text form.
    pub what: String,
    /// How far it is, 0 to 1; `None` where that is not known.
    pub done: Option<f64>,
    /// Inputs played so far.
    pub inputs: u64,
    /// From when to when the recording is, as far as known.
    span: Option<(Nanos, Nanos)>,
}

/// Backtests of the screen.
#[derive(Debug, Default)]
pub struct Trials {
    /// The one that runs.
    pub running: Option<Trying>,
    /// The accounts of the last one that is done, named as such.
    pub accounts: Vec<Arc<AccountView>>,
    /// The bars each of them was looked at by, and the symbol it is compared with.
    looked_at: Vec<(Timeframe, Option<Symbol>)>,
    /// What its strategies said.
    pub signals: Series<Arc<SignalView>>,
    /// The strategy that was last tried: what the form begins with.
    last: Option<StrategyRun>,
}

impl Trials {
    /// The account of a backtest of that name.
    pub fn account(&self, name: &str) -> Option<&Arc<AccountView>> {
        self.accounts.iter().find(|account| *account.name == *name)
    }

    /// The bars the account of a backtest was looked at by, and the symbol that buying and holding is counted of.
    pub fn looked_at(&self, name: &str) -> Option<(Timeframe, Option<Symbol>)> {
        let index = self.accounts.iter().position(|account| *account.name == *name)?;
        self.looked_at.get(index).copied()
    }

    fn take_in(&mut self, outcome: &Outcome) {
        let named = |account: &crate::drive::backtest::AccountOutcome| {
            let name = format!("{PREFIX} {}", account.view.name);
            Arc::new(AccountView { name: name.into(), ..(*account.view).clone() })
        };
        self.accounts = outcome.accounts.iter().map(named).collect();
        self.looked_at = outcome.accounts.iter().map(|account| (account.bar, account.symbol)).collect();
        self.signals = Series::with_capacity(outcome.signals.len().max(1));
        for signal in outcome.signals.iter() {
            let account = format!("{PREFIX} {}", signal.account).into();
            self.signals.push(Arc::new(SignalView { account, ..(**signal).clone() }));
        }
    }
}

/// The recordings that a backtest would run on: those replayed, or the one being written.
fn files(view: &View) -> Vec<PathBuf> {
    match (&view.session.replay, &view.session.recording) {
        (Some(replay), _) => replay.files.clone(),
        (None, RecordingView::On { path, .. }) => vec![path.clone()],
        _ => Vec::new(),
    }
}

impl App {
    /// Asks what is to be tried on the recording that is looked at; stops the backtest that runs.
    pub(super) fn ask_backtest(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        if self.blotter.trials.running.is_some() {
            return vec![Effect::StopBacktest];
        }
        let files = files(view);
        let Some(first) = files.first() else {
            let key = self.keymap.key(crate::app::commands::Command::OpenRecording);
            self.say(now, Severity::Info, format!("a backtest runs on a recording: {key} opens one"));
            return Vec::new();
        };
        let name = first.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let last = self.blotter.trials.last.clone();
        let Some(mut form) = strategy::form_for(last.as_ref(), view, &self.focused()) else { return Vec::new() };
        form.title = format!("Backtest on {name}");
        form.purpose = FormPurpose::Backtest;
        form.enter = "run it";
        self.look_at_form(&mut form, view);
        self.dialog = Some(Dialog::Form(Box::new(form)));
        Vec::new()
    }

    /// Runs what was entered.
    pub(super) fn begin_backtest(
        &mut self,
        form: &Form,
        view: &View,
        now: Nanos,
    ) -> Result<Vec<Effect>, (Option<String>, String)> {
        let run = strategy::read_run(form, None, view)?;
        let setup = strategies::parse(&run.strategy).map_err(|error| (None, error.to_string()))?;
        let mut broker = (*view.snapshot.trading.broker.config).clone();
        if let Some(cash) = run.cash.filter(|cash| *cash > Money::ZERO) {
            broker.cash = cash;
        }
        let pair = match *run.symbols.as_slice() {
            [y, x, ..] if setup.spec.needs.pair => Some((y, x)),
            _ => None,
        };
        let backtest = Backtest {
            files: files(view),
            strategies: vec![setup],
            symbol: run.symbols.first().copied(),
            pair,
            bar: run.bar.parse::<Timeframe>().ok(),
            broker: Some(broker),
            ..Backtest::default()
        };
        let span = view.session.replay.as_ref().and_then(|replay| Some((replay.from, replay.to?)));
        self.blotter.trials.running = Some(Trying { what: run.strategy.clone(), done: None, inputs: 0, span });
        self.blotter.trials.last = Some(run);
        let key = self.keymap.key(crate::app::commands::Command::BacktestRun);
        self.say(now, Severity::Info, format!("backtesting; {key} stops it"));
        Ok(vec![Effect::Backtest(Box::new(backtest))])
    }

    /// How far the backtest is that runs.
    pub fn backtest_goes_on(&mut self, inputs: u64, at: Nanos) {
        if let Some(trying) = &mut self.blotter.trials.running {
            trying.inputs = inputs;
            trying.done = trying
                .span
                .filter(|(from, to)| to > from && at > *from)
                .map(|(from, to)| ((at - from).to_secs_f64() / (to - from).to_secs_f64()).clamp(0.0, 1.0));
        }
    }

    /// The backtest could not be begun.
    pub fn backtest_stopped(&mut self) {
        self.blotter.trials.running = None;
    }

    /// Takes in what a backtest came to: the blotter's panes show it from now on.
    pub fn backtest_done(&mut self, answer: &Answer, view: &View, now: Nanos) {
        let Some(trying) = self.blotter.trials.running.take() else { return };
        match answer {
            Ok(outcome) => {
                self.blotter.trials.take_in(outcome);
                let Some(account) = outcome.accounts.first() else { return };
                let figures = &account.performance;
                let percent = |figure: &Result<f64, _>| figure.as_ref().map_or("–".to_owned(), |v: &f64| format!("{v:+.2} %"));
                let text = format!(
                    "{}: {} trades, return {}, deepest fall {:.2} %; the Results page shows it",
                    trying.what,
                    account.view.trades.len(),
                    percent(&figures.return_pct),
                    figures.max_drawdown_pct,
                );
                self.say(now, Severity::Info, text);
                for note in &outcome.notes {
                    self.say(now, Severity::Warning, note.clone());
                }
                self.blotter.account = self.blotter.trials.accounts.first().map(|account| Arc::clone(&account.name));
                self.blotter.follow(view);
            }
            Err(error) => self.say(now, Severity::Warning, format!("backtest of {}: {error}", trying.what)),
        }
    }
}
