//! The form in which a strategy is set up, and the lists of those there are and those that run.

use super::form::{Field, Form, FormPurpose, read_amount};
use super::{BlotterAct, amount};
use crate::app::App;
use crate::app::dialogs::{Choice, Dialog, Purpose};
use crate::app::link::Linked;
use crate::app::openers::entry;
use crate::domain::trading::MANUAL;
use crate::domain::{BarSpec, Money, Nanos, StrategyRun, Symbol, Timeframe, TradingAction};
use crate::drive::view::View;
use crate::engine::StrategyView;
use crate::feed::Severity;
use crate::strategies;
use crate::strategy::{Kind, Param, Setup, Spec};
use std::sync::Arc;

const STRATEGY: &str = "strategy";
const SYMBOLS: &str = "symbols";
const BAR: &str = "bars";
const CASH: &str = "cash";
const ACCOUNT: &str = "account";

/// The strategy that runs on an account.
fn running<'a>(view: &'a View, account: &str) -> Option<&'a Arc<StrategyView>> {
    view.snapshot.trading.strategies.iter().find(|known| *known.run.account == *account)
}

/// A value as it stands in the form.
fn default_of(param: &Param) -> String {
    match param.kind {
        Kind::Number { default, .. } => default.to_string(),
        Kind::Choice { default, .. } => default.to_owned(),
        Kind::File => String::new(),
    }
}

fn field_of(param: &Param, now: &str) -> Field {
    let about = match param.kind {
        Kind::Number { least, most, .. } => format!("{}; {least} to {most}", param.about),
        Kind::Choice { .. } | Kind::File => param.about.to_owned(),
    };
    match param.kind {
        Kind::Choice { of, .. } => Field::choice(param.name, of.iter().map(|word| (*word).to_owned()).collect(), now, about),
        Kind::Number { .. } | Kind::File => Field::text(param.name, now, about),
    }
}

/// The fields of a strategy; those of another that have the same name keep what stands there.
fn fields(spec: &Spec, setup: Option<&Setup>, before: &[Field], rest: Vec<Field>) -> Vec<Field> {
    let names = strategies::ALL.iter().map(|spec| spec.name.to_owned()).collect();
    let mut all = vec![Field::choice(STRATEGY, names, spec.name, spec.title)];
    for param in spec.params {
        let entered = |field: &&Field| !matches!(&field.what, super::What::Text(input) if input.is_suggested());
        let kept = before.iter().find(|field| field.name == param.name).filter(entered).map(Field::value);
        let set = setup.and_then(|setup| setup.params.get(param.name)).map(ToString::to_string);
        all.push(field_of(param, &set.or(kept).unwrap_or_else(|| default_of(param))));
    }
    all.extend(rest);
    all
}

/// A name for the account of a new run of a strategy: its own, or with a number where that is taken.
fn free_name(spec: &Spec, view: &View) -> String {
    let taken = |name: &str| view.snapshot.trading.broker.account(name).is_some();
    let mut names = std::iter::once(spec.name.to_owned()).chain((2..1_000).map(|n| format!("{}-{n}", spec.name)));
    names.find(|name| !taken(name)).unwrap_or_else(|| spec.name.to_owned())
}

/// What stands besides the strategy and its parameters.
fn rest(spec: &Spec, known: Option<&StrategyRun>, view: &View, linked: &Linked) -> Vec<Field> {
    let all = || view.snapshot.symbols.iter().map(|symbol| symbol.instrument.symbol);
    let symbols: Vec<String> = if let Some(run) = known {
        run.symbols.iter().map(ToString::to_string).collect()
    } else {
        let first = linked.symbol.into_iter().chain(all());
        let mut chosen: Vec<Symbol> = Vec::new();
        for symbol in first {
            if !chosen.contains(&symbol) && chosen.len() < 1 + usize::from(spec.needs.pair) {
                chosen.push(symbol);
            }
        }
        chosen.iter().map(ToString::to_string).collect()
    };
    let bar = match (known, linked.bars) {
        (Some(run), _) => run.bar.clone(),
        (None, BarSpec::Time(timeframe)) if Timeframe::ALL.contains(&timeframe) => timeframe.to_string(),
        (None, _) => Timeframe::M1.to_string(),
    };
    let bars = Timeframe::ALL.iter().map(ToString::to_string).collect();
    let cash = known.map_or(Some(view.snapshot.trading.broker.config.cash), |run| run.cash);
    let cash = cash.map(|cash| cash.normalize().to_string()).unwrap_or_default();
    let name = known.map_or_else(|| free_name(spec, view), |run| run.account.to_string());
    vec![
        Field::text(SYMBOLS, &symbols.join(", "), ""),
        Field::choice(BAR, bars, &bar, "it acts when one closes"),
        Field::text(CASH, &cash, "what its account begins with, quote units"),
        Field::text(ACCOUNT, &name, ""),
    ]
}

/// Exchanges the fields where another strategy was chosen, and says what is wrong with what stands there.
pub(super) fn look(form: &mut Form, account: Option<&str>, view: &View, linked: &Linked) {
    let Ok(spec) = strategies::find(&form.value(STRATEGY)) else { return };
    let known: Vec<&str> = spec.params.iter().map(|param| param.name).collect();
    let shown: Vec<&str> = form.fields.iter().skip(1).map(|field| field.name.as_str()).collect();
    if shown.get(..known.len()) != Some(&known[..]) || shown.len() != known.len() + 4 {
        let mut tail: Vec<Field> = form.fields.iter().rev().take(4).cloned().collect();
        tail.reverse();
        let fresh = rest(spec, None, view, linked);
        // The name and the symbols suit the strategy, unless something was entered.
        for (kept, fresh) in tail.iter_mut().zip(fresh) {
            let untouched = matches!(&kept.what, super::What::Text(input) if input.is_suggested());
            if untouched && (kept.name != ACCOUNT || account.is_none()) {
                *kept = fresh;
            }
        }
        form.fields = fields(spec, None, &form.fields, tail);
        form.at = 0;
    }
    for at in 0..form.fields.len() {
        let (name, value) = match form.fields.get(at) {
            Some(field) => (field.name.clone(), field.value()),
            None => continue,
        };
        let (error, about) = match name.as_str() {
            SYMBOLS => (symbols(spec, &value, view).err(), Some(about_symbols(spec, view))),
            CASH => (cash(&value).err(), None),
            ACCOUNT => (named(&value, account, view).err(), Some(about_account(&value, view))),
            STRATEGY | BAR => (None, None),
            _ => (Setup::of(spec).set(&name, &value).err().map(|error| error.to_string()), None),
        };
        if let Some(field) = form.fields.get_mut(at) {
            field.error = error;
            if let Some(about) = about {
                field.about = about;
            }
        }
    }
    if let Some(field) = form.fields.first_mut() {
        spec.title.clone_into(&mut field.about);
    }
    form.said = vec![spec.about.to_owned(), spec.rules.to_owned()];
    if let Some(lacking) = lacking(spec) {
        form.said.push(lacking);
    }
    form.refused = setup(form, spec).err().filter(|_| form.fields.iter().all(|field| field.error.is_none()));
}

/// What data the strategy cannot do without, in words.
fn lacking(spec: &Spec) -> Option<String> {
    let needs = spec.needs;
    let parts = [(needs.trades, "single trades"), (needs.quotes, "best prices"), (needs.book, "an order book in sync")];
    let named: Vec<&str> = parts.iter().filter(|(needed, _)| *needed).map(|(_, name)| *name).collect();
    (!named.is_empty()).then(|| format!("It needs {}.", named.join(", ")))
}

fn about_symbols(spec: &Spec, view: &View) -> String {
    let all: Vec<&str> = view.snapshot.symbols.iter().map(|symbol| symbol.instrument.symbol.as_str()).take(6).collect();
    let how = if spec.needs.pair { "two, y first" } else { "the first is the main one" };
    format!("{how}; followed: {}", all.join(" "))
}

fn about_account(name: &str, view: &View) -> String {
    match (running(view, name), view.snapshot.trading.broker.account(name)) {
        (Some(known), _) => format!("takes the place of {} there", known.run.strategy),
        (None, Some(account)) => format!("there is one, worth {}; the strategy goes on with it", amount(account.equity)),
        (None, None) => "a new one of this name".to_owned(),
    }
}

fn symbols(spec: &Spec, text: &str, view: &View) -> Result<Vec<Symbol>, String> {
    let mut found = Vec::new();
    for name in text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()) {
        let symbol = Symbol::new(&name.to_uppercase()).map_err(|error| error.to_string())?;
        if view.snapshot.symbol(symbol).is_none() {
            return Err(format!("{symbol} is not followed"));
        }
        if !found.contains(&symbol) {
            found.push(symbol);
        }
    }
    match (found.len(), spec.needs.pair) {
        (0, _) => Err("a strategy trades at least one symbol".to_owned()),
        (1, true) => Err("this strategy takes two symbols".to_owned()),
        _ => Ok(found),
    }
}

fn cash(text: &str) -> Result<Option<Money>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    read_amount(text).filter(|cash| *cash > Money::ZERO).map(Some).ok_or_else(|| "expected an amount such as 100000".to_owned())
}

fn named(text: &str, own: Option<&str>, view: &View) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if text.is_empty() || text.len() > 24 || !text.chars().all(fits) {
        return Err("1 to 24 letters, digits, - and _".to_owned());
    }
    if text == MANUAL {
        return Err("manual is the account of your own orders".to_owned());
    }
    if own.is_none_or(|own| own != text) && running(view, text).is_some() {
        return Err(format!("a strategy runs on {text}: stop it first, or set it otherwise from its list"));
    }
    Ok(())
}

fn setup(form: &Form, spec: &'static Spec) -> Result<Setup, String> {
    let mut setup = Setup::of(spec);
    for param in spec.params {
        setup = setup.set(param.name, &form.value(param.name)).map_err(|error| error.to_string())?;
    }
    setup.check().map_err(|error| error.to_string())?;
    Ok(setup)
}

/// The run as it was entered, as what starts it.
pub(super) fn read(form: &Form, account: Option<&str>, view: &View) -> Result<TradingAction, (Option<String>, String)> {
    read_run(form, account, view).map(|run| TradingAction::Strategy { run })
}

/// The run as it was entered.
pub(super) fn read_run(form: &Form, account: Option<&str>, view: &View) -> Result<StrategyRun, (Option<String>, String)> {
    let of = |name: &'static str| move |why: String| (Some(name.to_owned()), why);
    let spec = strategies::find(&form.value(STRATEGY)).map_err(|error| (None, error.to_string()))?;
    for param in spec.params {
        Setup::of(spec)
            .set(param.name, &form.value(param.name))
            .map_err(|error| (Some(param.name.to_owned()), error.to_string()))?;
    }
    let setup = setup(form, spec).map_err(|why| (None, why))?;
    let symbols = symbols(spec, &form.value(SYMBOLS), view).map_err(of(SYMBOLS))?;
    let cash = cash(&form.value(CASH)).map_err(of(CASH))?;
    let name = form.value(ACCOUNT);
    named(&name, account, view).map_err(of(ACCOUNT))?;
    Ok(StrategyRun { account: name.into(), strategy: setup.to_string(), symbols, bar: form.value(BAR), cash })
}

impl App {
    /// Lists what can be set up: a new strategy, and those that run.
    pub(super) fn open_strategies(&mut self, view: &View) {
        if view.snapshot.trading.strategies.is_empty() {
            return self.show_strategy_form(None, view);
        }
        let mut entries =
            vec![entry("", "another", "start one on an account of its own", Choice::Blotter(BlotterAct::Strategy(None)))];
        for known in &view.snapshot.trading.strategies {
            let act = BlotterAct::Strategy(Some(Arc::clone(&known.run.account)));
            let about = format!("set otherwise: {} on {}", known.run.strategy, known.run.bar);
            entries.push(entry("", &*known.run.account, about, Choice::Blotter(act)));
        }
        self.pick(Purpose::Choose, "Strategy", entries, 0);
    }

    /// Lists the strategies that run, each to be stopped in two ways.
    pub(super) fn open_running(&mut self, view: &View, now: Nanos) {
        let mut entries = Vec::new();
        for known in &view.snapshot.trading.strategies {
            let name = &known.run.account;
            let held = view.snapshot.trading.broker.account(name).map_or(0, |account| account.positions.len());
            let stop = |flatten| Choice::Blotter(BlotterAct::EndStrategy(Arc::clone(name), flatten));
            let about = if held == 0 {
                "its orders are cancelled; it holds nothing"
            } else {
                "its orders are cancelled, its positions stay"
            };
            entries.push(entry("", format!("{name}: stop"), about, stop(false)));
            if held > 0 {
                entries.push(entry("", format!("{name}: stop and close"), "its positions are closed at the market", stop(true)));
            }
        }
        if entries.is_empty() {
            let key = self.keymap.key(crate::app::commands::Command::StrategyStart);
            self.say(now, Severity::Info, format!("no strategy runs; {key} starts one"));
            return;
        }
        self.pick(Purpose::Choose, "Stop a strategy", entries, 0);
    }

    /// Shows the form of a strategy: of the one that runs on an account, or of a new one.
    pub(super) fn show_strategy_form(&mut self, account: Option<&str>, view: &View) {
        let known = account.and_then(|account| running(view, account)).map(|known| &known.run);
        let linked = self.focused();
        let Some(form) = form_for(known, view, &linked) else { return };
        let title = account.map_or_else(|| "Start a strategy".to_owned(), |account| format!("Strategy of {account}"));
        let mut form = Form { purpose: FormPurpose::Strategy(account.map(Arc::from)), title, ..form };
        look(&mut form, account, view, &linked);
        self.dialog = Some(Dialog::Form(Box::new(form)));
    }
}

/// The form of a strategy, filled in as it runs or ran; the usual one where none is known.
pub(super) fn form_for(known: Option<&StrategyRun>, view: &View, linked: &Linked) -> Option<Form> {
    let setup = known.and_then(|run| strategies::parse(&run.strategy).ok());
    let spec = setup.as_ref().map(|setup| setup.spec).or_else(first)?;
    Some(Form {
        purpose: FormPurpose::Strategy(None),
        title: String::new(),
        enter: "start it",
        fields: fields(spec, setup.as_ref(), &[], rest(spec, known, view, linked)),
        at: 0,
        said: Vec::new(),
        refused: None,
    })
}

/// The strategy offered first: one that trades by simple rules.
fn first() -> Option<&'static Spec> {
    strategies::ALL.iter().copied().find(|spec| spec.name == "ma_cross").or_else(|| strategies::ALL.first().copied())
}
