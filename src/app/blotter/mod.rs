//! The blotter: which account is looked at, and what is done with accounts, their orders, strategies and limits.
//!
//! The engine trades and keeps the books; the screen only asks.

pub mod curve;
pub mod export;
mod form;
mod limits;
mod strategy;
pub mod sums;
#[cfg(test)]
mod tests;
mod trial;

pub use trial::{Trials, Trying};

pub use form::{Field, Form, FormPlace, FormPurpose, What};

use super::commands::Command;
use super::dialogs::{Ask, Choice, Confirm, Dialog, Entry, Prompt, Purpose};
use super::keymap::Key;
use super::openers::entry;
use super::trading::TradeAct;
use super::{App, Effect};
use crate::bars::Series;
use crate::broker::{AccountView, SignalView};
use crate::domain::{Money, Nanos, OrderId, Price, TradingAction};
use crate::drive::view::{Mode, Request, View};
use crate::feed::Severity;
use curve::Curve;
use std::sync::Arc;

/// Something to be done with accounts and what belongs to them.
#[derive(Debug, Clone, PartialEq)]
pub enum BlotterAct {
    /// Look at this account; at all of them where none is told.
    Look(Option<Arc<str>>),
    /// Look at the account so many further on.
    Step(isize),
    /// Cancel an order.
    Cancel(Arc<str>, OrderId),
    /// Cancel every order of the account that is looked at.
    CancelAll,
    /// Change an order: its ticket opens.
    Amend(Arc<str>, OrderId),
    /// Set up the strategy of an account; a new one where none is told.
    Strategy(Option<Arc<str>>),
    /// End the strategy of an account, and close its positions or not.
    EndStrategy(Arc<str>, bool),
    /// Set what an account must not exceed.
    Limits(Arc<str>),
    /// Ask whether an account that was stopped may trade again.
    Unlock(Arc<str>),
    /// Ask whether an account is to be stopped.
    Kill(Arc<str>),
    /// Ask with what an account is to begin anew.
    Reset(Arc<str>),
    /// Put a text on the clipboard; said with these words.
    Copy(String, String),
    /// Write a text of comma-separated values to a file of that name.
    Export(&'static str, String),
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    account: Arc<str>,
    cash: Money,
}

/// What the application keeps of the blotter.
#[derive(Debug, Default)]
pub struct Blotter {
    /// The account its panes show; all of them where none is chosen.
    pub account: Option<Arc<str>>,
    /// Equity over time of what they show.
    pub curve: Curve,
    /// Backtests; the accounts of the last one can be looked at like others.
    pub trials: Trials,
    /// What a question is about.
    asked: Option<Asked>,
}

impl Blotter {
    /// One that looks at an account; at all of them where none is told.
    pub fn at(account: Option<&str>) -> Self {
        Self { account: account.map(Arc::from), ..Self::default() }
    }

    /// The accounts that are looked at: the one that was chosen, while there is one of that name, else all.
    pub fn accounts<'a>(&'a self, view: &'a View) -> Vec<&'a Arc<AccountView>> {
        let broker = &view.snapshot.trading.broker;
        let chosen = self.account.as_ref().and_then(|name| self.trials.account(name).or_else(|| broker.account(name)));
        chosen.map_or_else(|| broker.accounts.iter().collect(), |account| vec![account])
    }

    /// The one account that is looked at; `None` where there are several.
    pub fn one<'a>(&'a self, view: &'a View) -> Option<&'a Arc<AccountView>> {
        match *self.accounts(view) {
            [account] => Some(account),
            _ => None,
        }
    }

    /// What strategies said: those of the backtest while its account is looked at.
    pub fn signals<'a>(&'a self, view: &'a View) -> &'a Series<Arc<SignalView>> {
        let tried = self.account.as_ref().is_some_and(|name| self.trials.account(name).is_some());
        if tried { &self.trials.signals } else { &view.snapshot.trading.signals }
    }

    /// Whether several accounts are looked at, so that lists have to say which.
    pub fn is_all(&self, view: &View) -> bool {
        self.one(view).is_none()
    }

    /// Takes in what is new of the accounts.
    pub fn follow(&mut self, view: &View) {
        let accounts: Vec<Arc<AccountView>> = self.accounts(view).into_iter().map(Arc::clone).collect();
        self.curve.follow(&accounts.iter().collect::<Vec<_>>(), view.snapshot.at);
    }

    /// Looks at the account so many further on; all of them come before the first where there are several.
    fn step(&mut self, by: isize, view: &View) {
        let known = view.snapshot.trading.broker.accounts.iter().chain(&self.trials.accounts);
        let names: Vec<&Arc<str>> = known.map(|account| &account.name).collect();
        let several = isize::from(names.len() > 1);
        let all = names.len() as isize + several;
        if all == 0 {
            return;
        }
        let now = self.account.as_ref().and_then(|name| names.iter().position(|known| *known == name));
        let now = now.map_or(0, |at| at as isize + several);
        let next = (now + by).rem_euclid(all) - several;
        self.account = usize::try_from(next).ok().and_then(|at| names.get(at)).map(|name| Arc::clone(name));
    }
}

/// An amount for people, with its thousands apart and two decimals.
pub fn amount(of: Money) -> String {
    let rounded = of.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    match crate::domain::money::to_price(rounded) {
        Some(price) if price == Price::ZERO => "0.00".to_owned(),
        Some(price) => format!("{price:#.2}"),
        None => format!("{:.4e}", crate::domain::money::to_f64(of)),
    }
}

/// A request to the broker.
fn trade(action: TradingAction) -> Effect {
    Effect::Session(Request::Trade(Box::new(action)))
}

impl App {
    /// Runs a command of accounts, strategies and limits; `None` where it is not one of them.
    pub(super) fn run_blotter(&mut self, command: Command, count: u32, view: &View, now: Nanos) -> Option<Vec<Effect>> {
        let by = count as isize;
        match command {
            Command::AccountNext => self.blotter.step(by, view),
            Command::AccountPrevious => self.blotter.step(-by, view),
            Command::AccountChoose => self.open_accounts("Account", view, true, BlotterAct::Look),
            Command::BacktestRun => return Some(self.ask_backtest(view, now)),
            Command::StrategyStart => self.open_strategies(view),
            Command::StrategyStop => self.open_running(view, now),
            Command::RiskEdit => return Some(self.of_account("Limits of", view, now, BlotterAct::Limits)),
            Command::RiskKill => return Some(self.of_account("Stop", view, now, BlotterAct::Kill)),
            Command::AccountReset => return Some(self.of_account("Begin anew", view, now, BlotterAct::Reset)),
            Command::RiskUnlock => self.open_stopped(view, now),
            _ => return None,
        }
        self.blotter.follow(view);
        Some(Vec::new())
    }

    /// Lists the accounts to choose one for something; `all` offers all of them as well.
    fn open_accounts(&mut self, title: &'static str, view: &View, all: bool, act: impl Fn(Option<Arc<str>>) -> BlotterAct) {
        let broker = &view.snapshot.trading.broker;
        let mut entries: Vec<Entry> = Vec::new();
        if all && broker.accounts.len() != 1 {
            let about = format!("{} accounts, equity {}", broker.accounts.len(), amount(broker.equity()));
            entries.push(entry("", "all", about, Choice::Blotter(act(None))));
        }
        // What was tried can be looked at, not traded on.
        let tried: &[_] = if all { &self.blotter.trials.accounts } else { &[] };
        for account in broker.accounts.iter().chain(tried) {
            let killed = if account.killed.is_some() { ", stopped" } else { "" };
            let about = format!("equity {}{killed}", amount(account.equity));
            entries.push(entry("", &*account.name, about, Choice::Blotter(act(Some(Arc::clone(&account.name))))));
        }
        let at = entries
            .iter()
            .position(|entry| matches!(&entry.choice, Choice::Blotter(BlotterAct::Look(of)) if *of == self.blotter.account));
        self.pick(Purpose::Choose, title, entries, at.unwrap_or(0));
    }

    /// Does something with the account that is looked at, or lets one be chosen for it.
    fn of_account(&mut self, title: &'static str, view: &View, now: Nanos, act: fn(Arc<str>) -> BlotterAct) -> Vec<Effect> {
        if view.snapshot.trading.broker.accounts.is_empty() {
            self.say(now, Severity::Info, "there is no account yet");
            return Vec::new();
        }
        if let Some(account) = self.blotter.one(view) {
            self.act_on_blotter(act(Arc::clone(&account.name)), view, now)
        } else {
            self.open_accounts(title, view, false, |name| act(name.unwrap_or_else(|| "".into())));
            Vec::new()
        }
    }

    /// Lists accounts that were stopped; asks at once where there is one.
    fn open_stopped(&mut self, view: &View, now: Nanos) {
        let stopped = |account: &&Arc<AccountView>| account.killed.is_some();
        let broker = &view.snapshot.trading.broker;
        let mut names: Vec<_> = self.blotter.accounts(view).into_iter().filter(stopped).collect();
        if names.is_empty() {
            names = broker.accounts.iter().filter(stopped).collect();
        }
        match *names {
            [] => self.say(now, Severity::Info, "no account was stopped"),
            [one] => drop(self.act_on_blotter(BlotterAct::Unlock(Arc::clone(&one.name)), view, now)),
            _ => {
                let line = |account: &&Arc<AccountView>| {
                    let act = BlotterAct::Unlock(Arc::clone(&account.name));
                    entry("", &*account.name, account.killed.as_deref().unwrap_or_default(), Choice::Blotter(act))
                };
                let entries = names.iter().map(line).collect();
                self.pick(Purpose::Choose, "Let trade again", entries, 0);
            }
        }
    }

    /// Does something with accounts and what belongs to them.
    pub fn act_on_blotter(&mut self, act: BlotterAct, view: &View, now: Nanos) -> Vec<Effect> {
        let broker = &view.snapshot.trading.broker;
        match act {
            BlotterAct::Look(account) => self.blotter.account = account,
            BlotterAct::Step(by) => self.blotter.step(by, view),
            BlotterAct::Cancel(account, order) => {
                return vec![trade(TradingAction::Cancel { account, order: Some(order), symbol: None })];
            }
            BlotterAct::CancelAll => return self.cancel_every_order(view, now),
            BlotterAct::Amend(account, order) => return self.act_on_trading(TradeAct::Amend(account, order), view, now),
            BlotterAct::Strategy(account) => self.show_strategy_form(account.as_deref(), view),
            BlotterAct::EndStrategy(account, flatten) => {
                let what = if flatten { ", its positions are closed" } else { "" };
                self.say(now, Severity::Info, format!("{account}: the strategy is stopped{what}"));
                return vec![trade(TradingAction::EndStrategy { account, flatten })];
            }
            BlotterAct::Limits(account) => {
                if let Some(account) = broker.account(&account) {
                    let form = limits::form(account);
                    self.dialog = Some(Dialog::Form(Box::new(form)));
                }
            }
            BlotterAct::Unlock(account) => self.ask_unlock(account, view, now),
            BlotterAct::Kill(account) => {
                let flatten = broker.account(&account).is_some_and(|account| account.limits.flatten_on_kill);
                let then = if flatten { "Its positions are closed at the market." } else { "Its positions stay." };
                let detail = format!("Its orders are cancelled and no new ones taken until you let it trade again. {then}");
                self.ask_about(Command::RiskKill, format!("Stop account {account}?"), detail, account, Money::ZERO);
            }
            BlotterAct::Reset(account) => {
                let cash = broker.account(&account).map_or(broker.config.cash, |account| account.start);
                let hint = format!("what {account} begins with, quote units; its orders, positions and history go");
                let mut prompt = Prompt::new(Ask::Cash);
                prompt.input = super::dialogs::Input::suggesting(&cash.normalize().to_string());
                prompt.hint = hint;
                self.blotter.asked = Some(Asked { account, cash });
                self.dialog = Some(Dialog::Prompt(prompt));
            }
            BlotterAct::Copy(text, what) => {
                self.say(now, Severity::Info, format!("copied: {what}"));
                return vec![Effect::Copy(text)];
            }
            BlotterAct::Export(name, text) => return vec![Effect::Export(name, text)],
        }
        self.blotter.follow(view);
        Vec::new()
    }

    fn ask_about(&mut self, command: Command, question: String, detail: String, account: Arc<str>, cash: Money) {
        self.blotter.asked = Some(Asked { account, cash });
        self.dialog = Some(Dialog::Confirm(Confirm { question, detail, command }));
    }

    fn ask_unlock(&mut self, account: Arc<str>, view: &View, now: Nanos) {
        match view.snapshot.trading.broker.account(&account).and_then(|account| account.killed.clone()) {
            Some(why) => {
                let detail = format!("It was stopped: {why}. Its daily loss and drawdown count from now on.");
                self.ask_about(Command::RiskUnlock, format!("Let account {account} trade again?"), detail, account, Money::ZERO);
            }
            None => self.say(now, Severity::Info, format!("{account} was not stopped")),
        }
    }

    /// Cancels every order of what is looked at.
    fn cancel_every_order(&mut self, view: &View, now: Nanos) -> Vec<Effect> {
        let busy: Vec<_> = self.blotter.accounts(view).into_iter().filter(|account| !account.working.is_empty()).collect();
        let count: usize = busy.iter().map(|account| account.working.len()).sum();
        let cancel = |account: &&Arc<AccountView>| {
            trade(TradingAction::Cancel { account: Arc::clone(&account.name), order: None, symbol: None })
        };
        let effects = busy.iter().map(cancel).collect();
        let said = match count {
            0 => "no order is open".to_owned(),
            1 => "cancelling 1 order".to_owned(),
            count => format!("cancelling {count} orders"),
        };
        self.say(now, Severity::Info, said);
        effects
    }

    /// Does what a question was about, once it was answered by yes.
    pub(super) fn confirmed_blotter(&mut self, command: Command, now: Nanos) -> Vec<Effect> {
        let Some(Asked { account, cash }) = self.blotter.asked.take() else { return Vec::new() };
        let (said, action) = match command {
            Command::RiskUnlock => ("trades again".to_owned(), TradingAction::Unlock { account: Arc::clone(&account) }),
            Command::RiskKill => ("is stopped".to_owned(), TradingAction::Kill { account: Arc::clone(&account) }),
            _ => (format!("begins anew with {}", amount(cash)), TradingAction::Reset { account: Arc::clone(&account), cash }),
        };
        self.say(now, Severity::Info, format!("{account} {said}"));
        vec![trade(action)]
    }

    /// Takes in what an account is to begin with, and asks once more.
    pub(super) fn cash_entered(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let cash = form::read_amount(text).filter(|cash| *cash > Money::ZERO).ok_or("expected an amount such as 100000")?;
        if let Some(Asked { account, .. }) = self.blotter.asked.take() {
            let detail = "Its orders, positions, fills and history are forgotten. This cannot be taken back.".to_owned();
            self.ask_about(Command::AccountReset, format!("Begin {account} anew with {}?", amount(cash)), detail, account, cash);
        }
        Ok(Vec::new())
    }

    /// Takes a key into a form.
    pub(super) fn press_form(&mut self, mut form: Box<Form>, key: Key, view: &View, now: Nanos) -> Vec<Effect> {
        match form.press(key) {
            form::Pressed::Left => return Vec::new(),
            form::Pressed::Open => self.look_at_form(&mut form, view),
            form::Pressed::Entered if form.purpose == FormPurpose::Backtest => match self.begin_backtest(&form, view, now) {
                Ok(effects) => return effects,
                Err((field, why)) => form.refuse(field, why),
            },
            form::Pressed::Entered => {
                let entered = match &form.purpose {
                    FormPurpose::Strategy(account) => strategy::read(&form, account.as_deref(), view),
                    FormPurpose::Backtest => strategy::read(&form, None, view),
                    FormPurpose::Limits(account) => limits::read(&form, account),
                };
                match entered {
                    Ok(action) => return self.form_entered(action, view, now),
                    Err((field, why)) => form.refuse(field, why),
                }
            }
        }
        self.dialog = Some(Dialog::Form(form));
        Vec::new()
    }

    fn form_entered(&mut self, action: TradingAction, view: &View, now: Nanos) -> Vec<Effect> {
        let mut effects = Vec::new();
        match &action {
            TradingAction::Strategy { run } => {
                let mut said = format!("{} runs {} on {} bars", run.account, run.strategy, run.bar);
                if !view.snapshot.trading.broker.on {
                    said.push_str("; paper trading is turned on");
                    effects.push(trade(TradingAction::Paper { on: true }));
                }
                if view.session.mode == Mode::Replay {
                    said.push_str("; the replay goes on from here on its own");
                }
                self.blotter.account = Some(Arc::clone(&run.account));
                self.say(now, Severity::Info, said);
            }
            TradingAction::Limits { account, .. } => self.say(now, Severity::Info, format!("{account}: limits set")),
            _ => {}
        }
        effects.push(trade(action));
        effects
    }

    /// Answers a click in a form.
    pub fn click_form(&mut self, place: FormPlace, view: &View) {
        self.change_form(view, |form| form.click(place));
    }

    /// Takes text into the form.
    pub(super) fn paste_form(&mut self, text: &str, view: &View) {
        self.change_form(view, |form| form.paste(text));
    }

    fn change_form(&mut self, view: &View, change: impl FnOnce(&mut Form)) {
        if let Some(Dialog::Form(mut form)) = self.dialog.take() {
            change(&mut form);
            self.look_at_form(&mut form, view);
            self.dialog = Some(Dialog::Form(form));
        }
    }

    fn look_at_form(&self, form: &mut Form, view: &View) {
        match form.purpose.clone() {
            FormPurpose::Strategy(account) => strategy::look(form, account.as_deref(), view, &self.focused()),
            FormPurpose::Backtest => strategy::look(form, None, view, &self.focused()),
            FormPurpose::Limits(account) => limits::look(form, view.snapshot.trading.broker.account(&account).map(AsRef::as_ref)),
        }
    }
}
