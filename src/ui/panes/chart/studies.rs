//! The indicators of a chart: which they are, and their values at the bars in view.
//!
//! Those of bars are worked out here from the chart's own bars, history included; those of events are read from the engine's
//! samples: a bar's value is that of the last sample taken up to its end.

use super::viewport::{Column, Columns};
use crate::app::commands::Command;
use crate::app::dialogs::{Choice, Entry, Prompt};
use crate::app::studies::{StudyAct, catalogue, running};
use crate::bars::BarView;
use crate::domain::{BarSpec, Nanos};
use crate::drive::view::Request;
use crate::engine::snapshot::{FlowView, IndicatorView, SymbolView};
use crate::indicator::{EXTRAS, Over, Param, Place, Reading, Setup, Spec};
use crate::indicators;
use crate::ui::pane::{Action, Cx, Handled};

/// Indicators of one chart at most.
const MOST: usize = 12;

/// One indicator of a chart.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Which it is and how it is set.
    pub setup: Setup,
    /// Its text form, by which the engine names it.
    pub id: String,
    /// Its name for people, with its parameters: `rsi(14)`.
    pub label: String,
    /// The values of bars, where it is one of bars.
    over: Option<Over>,
    /// Bars until its first value.
    warm_up: usize,
    /// The value at each column in view.
    pub values: Vec<Option<Reading>>,
    /// The newest value.
    pub last: Option<Reading>,
    /// Why there is no newest value.
    pub lack: String,
}

/// What is entered for an indicator.
#[derive(Debug, Clone, Copy)]
enum Entering {
    /// One more.
    New(&'static Spec),
    /// Other parameters of the n-th.
    Change(usize),
}

/// The indicators of a chart, in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Studies {
    list: Vec<Shown>,
    entering: Option<Entering>,
    /// The sample for each column in view.
    samples: Vec<Option<usize>>,
}

impl Shown {
    fn new(setup: Setup) -> Self {
        let (id, label) = (setup.to_string(), label(&setup));
        let over = Over::new(setup.clone());
        let warm_up = over.as_ref().map_or(0, Over::warm_up);
        Self { setup, id, label, over, warm_up, values: Vec::new(), last: None, lack: String::new() }
    }

    /// Its entry in the catalogue.
    pub fn spec(&self) -> &'static Spec {
        self.setup.spec
    }

    /// Whether it is drawn over the bars.
    pub fn is_over(&self) -> bool {
        self.spec().place != Place::Beneath
    }

    fn update(&mut self, symbol: &SymbolView, bars: BarSpec, view: &BarView, columns: &[Column], samples: &[Option<usize>]) {
        self.values.clear();
        self.lack.clear();
        if let Some(over) = &mut self.over {
            over.update(symbol.instrument.symbol, bars, view);
            // Several bars as one have the delta of all of them.
            let summed = self.setup.spec.name == indicators::delta::SPEC.name;
            let value = |column: &Column| if summed { indicators::delta::reading(&column.bar) } else { over.get(column.last) };
            self.values.extend(columns.iter().map(value));
            self.last = match columns.last() {
                Some(newest) if newest.last + 1 == view.len() => self.values.last().copied().flatten(),
                _ => over.get(view.len().saturating_sub(1)),
            };
            if self.last.is_none() {
                self.lack = match self.setup.spec.name {
                    "delta" | "cumdelta" => "unknown: bars without takers' volume".to_owned(),
                    _ => format!("warming up {}/{} bars", view.len(), self.warm_up),
                };
            }
            return;
        }
        let flow = &symbol.flow;
        let Some(row) = flow.row(&self.id) else {
            self.values.resize(columns.len(), None);
            self.last = None;
            "waiting for the engine".clone_into(&mut self.lack);
            return;
        };
        self.values.extend(samples.iter().map(|sample| sampled(flow, row, (*sample)?)));
        self.last = row.latest.as_ref().ok().copied();
        if let Err(lack) = &row.latest {
            self.lack = lack.to_string();
        }
    }
}

/// An indicator's values at a sample.
fn sampled(flow: &FlowView, row: &IndicatorView, index: usize) -> Option<Reading> {
    let value = flow.value(row, index)?;
    let count = row.setup.spec.extras.len().min(EXTRAS);
    let mut extras = [f64::NAN; EXTRAS];
    for (at, extra) in extras.iter_mut().enumerate().take(count) {
        *extra = flow.extra(row, at, index).unwrap_or(f64::NAN);
    }
    Reading::with(value, &extras[..count])
}

/// The last sample up to each column's end; none where it was taken before the column's last bar began.
fn samples_of(flow: &FlowView, bars: BarSpec, view: &BarView, columns: &[Column], into: &mut Vec<Option<usize>>) {
    into.clear();
    let sample = |column: &Column| {
        let start = view.get(column.last)?.start;
        let end = match bars {
            BarSpec::Time(timeframe) => start + timeframe.nanos(),
            _ => view.get(column.last + 1).map_or(Nanos::MAX, |next| next.start),
        };
        let index = flow.position(end)?;
        let taken = *flow.times.get(index)?;
        // Bars may be shorter than samples are apart.
        (taken > start || taken > end.saturating_sub(flow.every)).then_some(index)
    };
    into.extend(columns.iter().map(sample));
}

/// A name with its parameters as they stand: `bbands(20,2)`. Those left to the program at the end are left out.
fn label(setup: &Setup) -> String {
    let params = setup.spec.params;
    let left = |(i, param): &(usize, &Param)| param.zero.is_some() && setup.params.get(*i) == 0.0;
    let given = params.iter().enumerate().rev().skip_while(|at| left(at)).count();
    if given == 0 {
        return setup.spec.name.to_owned();
    }
    let values: Vec<String> = params.iter().take(given).enumerate().map(|(i, param)| param.text(setup.params.get(i))).collect();
    format!("{}({})", setup.spec.name, values.join(","))
}

/// As a line to be changed, every parameter named: `bbands(period=20, deviations=2)`.
fn line(setup: &Setup) -> String {
    let param = |(i, param): (usize, &Param)| format!("{}={}", param.name, param.text(setup.params.get(i)));
    let params: Vec<String> = setup.spec.params.iter().enumerate().map(param).collect();
    format!("{}({})", setup.spec.name, params.join(", "))
}

/// What may be entered for an indicator.
fn hint(spec: &Spec) -> String {
    let param = |param: &Param| {
        let or = param.zero.map(|word| format!(" or {word}")).unwrap_or_default();
        let bounds = if param.most >= 1e9 { String::new() } else { format!(", {} to {}{or}", param.least, param.most) };
        format!("{}: {}{bounds}", param.name, param.about)
    };
    spec.params.iter().map(param).collect::<Vec<_>>().join("; ")
}

/// Reads what was entered for an indicator: with its name, or its parameters alone.
fn read(spec: &'static Spec, text: &str) -> Result<Setup, String> {
    let head = text.split('(').next().unwrap_or_default().trim();
    let named = !head.is_empty() && (text.contains('(') || indicators::find(head).is_ok());
    let setup = if named { indicators::parse(text) } else { Setup::read(spec, &format!("({})", text.trim_matches(['(', ')']))) };
    setup.map_err(|error| error.to_string())
}

fn entry(label: String, about: String, act: StudyAct) -> Entry {
    Entry { group: "", kind: "", label, about, keys: String::new(), reason: None, choice: Choice::Study(act) }
}

impl Studies {
    /// Those drawn over the bars, each with its number, by which it is coloured.
    pub fn over(&self) -> impl Iterator<Item = (usize, &Shown)> {
        self.list.iter().filter(|shown| shown.is_over()).enumerate()
    }

    /// Those drawn beneath them, likewise.
    pub fn beneath(&self) -> impl Iterator<Item = (usize, &Shown)> {
        self.list.iter().filter(|shown| !shown.is_over()).enumerate()
    }

    /// Works out the values at the bars in view.
    pub fn update(&mut self, symbol: &SymbolView, bars: BarSpec, view: &BarView, columns: &Columns) {
        if self.list.iter().any(|shown| shown.over.is_none()) {
            samples_of(&symbol.flow, bars, view, &columns.bars, &mut self.samples);
        }
        for shown in &mut self.list {
            shown.update(symbol, bars, view, &columns.bars, &self.samples);
        }
    }

    /// The text forms of those of events.
    pub fn wanted(&self) -> Vec<String> {
        self.list.iter().filter(|shown| shown.over.is_none()).map(|shown| shown.id.clone()).collect()
    }

    /// The text forms of all, to be kept.
    pub fn names(&self) -> Vec<String> {
        self.list.iter().map(|shown| shown.id.clone()).collect()
    }

    /// Shows exactly these; what cannot be read is left out.
    pub fn set<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        self.list.clear();
        for setup in names.filter_map(|name| indicators::parse(name).ok()).take(MOST) {
            if !self.list.iter().any(|shown| shown.setup == setup) {
                self.list.push(Shown::new(setup));
            }
        }
    }

    /// Lets the user choose what to add.
    pub fn offer(&self) -> Handled {
        let mut entries = catalogue();
        for entry in &mut entries {
            if self.list.iter().any(|shown| shown.spec().name == entry.label) {
                entry.about = format!("{} (on the chart)", entry.about);
            }
        }
        Handled::Run(Action::Choose("Add an indicator", entries))
    }

    /// Lists those there are, to do something with one.
    pub fn manage(&self) -> Handled {
        if self.list.is_empty() {
            return self.offer();
        }
        let mut entries: Vec<Entry> = self
            .list
            .iter()
            .enumerate()
            .map(|(at, shown)| entry(shown.label.clone(), shown.spec().title.to_owned(), StudyAct::Pick(at)))
            .collect();
        if entries.len() > 1 {
            entries.push(entry("remove all".to_owned(), "bars alone".to_owned(), StudyAct::Clear));
        }
        Handled::Run(Action::Choose("Indicators of this chart", entries))
    }

    /// Does something with one.
    pub fn act(&mut self, act: StudyAct, cx: &Cx<'_>) -> Handled {
        match act {
            StudyAct::Add(name) => {
                let Ok(spec) = indicators::find(name) else { return Handled::No };
                if spec.params.is_empty() {
                    return self.add(Setup::of(spec), cx);
                }
                self.entering = Some(Entering::New(spec));
                return ask(Command::ChartAddIndicator, "Add an indicator", &Setup::of(spec));
            }
            StudyAct::Pick(at) => return self.choices(at),
            StudyAct::Edit(at) => {
                let Some(shown) = self.list.get(at) else { return Handled::No };
                self.entering = Some(Entering::Change(at));
                return ask(Command::ChartIndicators, "Parameters", &shown.setup);
            }
            StudyAct::Remove(at) if at < self.list.len() => drop(self.list.remove(at)),
            StudyAct::Move(at, front) => {
                let to = if front { at.saturating_sub(1) } else { (at + 1).min(self.list.len().saturating_sub(1)) };
                if at < self.list.len() {
                    self.list.swap(at, to);
                }
            }
            StudyAct::Clear => self.list.clear(),
            StudyAct::Remove(_) => return Handled::No,
        }
        Handled::Yes
    }

    /// What can be done with one.
    fn choices(&self, at: usize) -> Handled {
        let Some(shown) = self.list.get(at) else { return Handled::No };
        let mut entries = Vec::new();
        if !shown.spec().params.is_empty() {
            entries.push(entry("change".to_owned(), line(&shown.setup), StudyAct::Edit(at)));
        }
        entries.push(entry("remove".to_owned(), shown.label.clone(), StudyAct::Remove(at)));
        if at > 0 {
            entries.push(entry("move up".to_owned(), "drawn and named earlier".to_owned(), StudyAct::Move(at, true)));
        }
        if at + 1 < self.list.len() {
            entries.push(entry("move down".to_owned(), "drawn and named later".to_owned(), StudyAct::Move(at, false)));
        }
        Handled::Run(Action::Choose(shown.spec().title, entries))
    }

    /// Takes in the line that was asked for.
    ///
    /// # Errors
    /// Why it cannot be used.
    pub fn entered(&mut self, text: &str, cx: &Cx<'_>) -> Result<Handled, String> {
        let Some(entering) = self.entering else { return Ok(Handled::No) };
        let spec = match entering {
            Entering::New(spec) => spec,
            Entering::Change(at) => self.list.get(at).map(Shown::spec).ok_or("it is not on the chart any more")?,
        };
        let setup = read(spec, text)?;
        let twin = self.list.iter().position(|shown| shown.setup == setup);
        if let Some(twin) = twin
            && !matches!(entering, Entering::Change(at) if at == twin)
        {
            return Err(format!("{} is on the chart already", self.list[twin].label));
        }
        if let Entering::New(_) = entering
            && self.list.len() >= MOST
        {
            return Err(format!("a chart has at most {MOST} indicators: remove one first"));
        }
        self.entering = None;
        Ok(match entering {
            Entering::New(_) => self.add(setup, cx),
            Entering::Change(at) => {
                let asked = ask_engine(&setup, cx);
                if let Some(shown) = self.list.get_mut(at) {
                    *shown = Shown::new(setup);
                }
                asked
            }
        })
    }

    fn add(&mut self, setup: Setup, cx: &Cx<'_>) -> Handled {
        let there = self.list.iter().any(|shown| shown.setup == setup);
        if there || self.list.len() >= MOST {
            return Handled::Yes;
        }
        let asked = ask_engine(&setup, cx);
        self.list.push(Shown::new(setup));
        asked
    }
}

fn ask(command: Command, title: &'static str, setup: &Setup) -> Handled {
    Handled::Run(Action::Ask(Box::new(Prompt::of_pane(command, title, hint(setup.spec), &line(setup)))))
}

/// Has the engine work out an indicator of events that it does not yet.
fn ask_engine(setup: &Setup, cx: &Cx<'_>) -> Handled {
    let mut list = running(cx.view);
    let id = setup.to_string();
    if !setup.spec.is_flow() || list.contains(&id) {
        return Handled::Yes;
    }
    list.push(id);
    Handled::Run(Action::Session(Request::Indicators(list)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bar, Timeframe, Volume};
    use crate::drive::view::View;
    use crate::ui::pane::Pane;
    use crate::ui::panes::chart::ChartPane;
    use crate::ui::panes::fixtures::{NOON, dark, drawn, lines, market, mono, walk, with_cx};
    use crate::ui::theme::Theme;
    use proptest::prelude::*;

    const M1: BarSpec = BarSpec::Time(Timeframe::M1);

    fn minutes() -> View {
        market(walk(500, Timeframe::M1, NOON), Timeframe::M1, NOON)
    }

    fn chart(names: &[&str]) -> ChartPane {
        let mut chart = ChartPane::new();
        chart.studies.set(names.iter().copied());
        chart
    }

    fn picture(view: &View, theme: &Theme, size: (u16, u16), names: &[&str]) -> String {
        let mut chart = chart(names);
        with_cx(view, theme, M1, |cx| lines(&drawn(&mut chart, size.0, size.1, cx)))
    }

    #[test]
    fn lines_over_the_bars_and_panes_beneath_them() {
        let names = ["bbands", "ema(50)", "rsi", "macd", "delta"];
        insta::assert_snapshot!(picture(&minutes(), &dark(), (110, 44), &names));
    }

    #[test]
    fn without_colours_lines_carry_numbers() {
        insta::assert_snapshot!(picture(&minutes(), &mono(), (90, 30), &["sma(10)", "supertrend", "stoch"]));
    }

    #[test]
    fn panes_fold_where_there_is_no_room_and_say_so() {
        let names = ["rsi", "obv", "atr"];
        let small = picture(&minutes(), &dark(), (60, 14), &names);
        assert!(small.contains("rsi(14)") && small.contains("+2 more: obv, atr"), "{small}");
        let least = picture(&minutes(), &dark(), (36, 8), &names);
        assert!(least.contains("+3 more: rsi(14), obv, atr"), "{least}");
        assert!(picture(&minutes(), &dark(), (100, 40), &names).matches("+1 more").next().is_none());
    }

    #[test]
    fn values_are_those_at_the_crosshair() {
        let view = minutes();
        let mut chart = chart(&["sma(1)", "roc(1)"]);
        with_cx(&view, &dark(), M1, |cx| {
            drawn(&mut chart, 100, 30, cx);
            let bar = chart.columns.bars[10].bar;
            let mut cx = *cx;
            cx.cross = Some(crate::app::link::Cross { at: bar.start, price: None });
            let text = lines(&drawn(&mut chart, 100, 30, &cx));
            let close = format!("sma(1) {:#.1}", bar.close);
            assert!(text.contains(&close), "{close}\n{text}");
            let before = chart.columns.bars[9].bar.close.to_f64();
            let change = format!(
                "roc(1) {}",
                super::super::figure::text(
                    (bar.close.to_f64() - before) / before * 100.0,
                    crate::indicator::Unit::Percent,
                    &view.snapshot.symbols[0].instrument
                )
            );
            assert!(text.contains(&change), "{change}\n{text}");
        });
    }

    #[test]
    fn what_is_missing_is_said() {
        let flat = |i: i64, bought: i64| Bar {
            volume: Volume::from_units(500_000_000),
            buy_volume: Volume::from_units(i128::from(bought)),
            ..Bar::flat(NOON + Nanos(Timeframe::M1.nanos().0 * i), crate::domain::Price::from_units(6_000_000_000_000))
        };
        let view = market((0..5).map(|i| flat(i, 0)).collect(), Timeframe::M1, NOON);
        let text = picture(&view, &dark(), (100, 40), &["sma", "delta", "rsi", "ofi"]);
        assert!(text.contains("sma(20) warming up 5/20 bars"), "{text}");
        assert!(text.contains("rsi(14) warming up 5/15 bars"), "{text}");
        assert!(text.contains("delta unknown: bars without takers' volume"), "{text}");
        assert!(text.contains("ofi(10) waiting for the engine"), "{text}");
    }

    #[test]
    fn choices_are_kept_and_taken_back() {
        let before = chart(&["bbands(deviations=3)", "rsi", "ofi(window=30)", "rsi"]);
        let mut after = ChartPane::new();
        after.restore(&before.settings());
        assert_eq!(after.studies.names(), ["bbands(deviations=3)", "rsi", "ofi(window=30)"]);
        assert_eq!(after.wanted(), ["ofi(window=30)"]);
        let mut damaged = toml::Table::new();
        damaged.insert("indicators".to_owned(), toml::Value::Array(vec!["nonsense".into(), "sma(0)".into(), "ema".into()]));
        after.restore(&damaged);
        assert_eq!(after.studies.names(), ["ema"]);
    }

    fn prompt(handled: Handled) -> Prompt {
        match handled {
            Handled::Run(Action::Ask(prompt)) => *prompt,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_is_added_changed_moved_and_removed() {
        let view = minutes();
        with_cx(&view, &dark(), M1, |cx| {
            let mut studies = Studies::default();
            let asked = prompt(studies.act(StudyAct::Add("rsi"), cx));
            assert_eq!(asked.input.text(), "rsi(period=14)");
            assert!(studies.entered("rsi(period=0)", cx).unwrap_err().contains("2 to 1000"));
            assert!(studies.entered("rsi(length=3)", cx).unwrap_err().contains("period"));
            assert_eq!(studies.entered("21", cx), Ok(Handled::Yes));
            prompt(studies.act(StudyAct::Add("rsi"), cx));
            assert!(studies.entered("period=21", cx).unwrap_err().contains("already"));
            assert_eq!(studies.entered("rsi(7)", cx), Ok(Handled::Yes));
            assert_eq!(studies.act(StudyAct::Add("obv"), cx), Handled::Yes);
            assert_eq!(studies.names(), ["rsi(period=21)", "rsi(period=7)", "obv"]);
            assert_eq!(prompt(studies.act(StudyAct::Edit(1), cx)).input.text(), "rsi(period=7)");
            assert_eq!(studies.entered("rsi(period=9)", cx), Ok(Handled::Yes));
            studies.act(StudyAct::Move(2, true), cx);
            studies.act(StudyAct::Remove(0), cx);
            assert_eq!(studies.names(), ["obv", "rsi(period=9)"]);
            assert_eq!(studies.act(StudyAct::Remove(9), cx), Handled::No);
            studies.act(StudyAct::Clear, cx);
            assert!(studies.names().is_empty());
        });
    }

    #[test]
    fn one_of_events_is_asked_of_the_engine() {
        let view = minutes();
        with_cx(&view, &dark(), M1, |cx| {
            let mut studies = Studies::default();
            prompt(studies.act(StudyAct::Add("ofi"), cx));
            let asked = studies.entered("30", cx);
            assert_eq!(asked, Ok(Handled::Run(Action::Session(Request::Indicators(vec!["ofi(window=30)".to_owned()])))));
            assert_eq!(studies.wanted(), ["ofi(window=30)"]);
        });
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_size_is_drawn(width in 1_u16..130, height in 1_u16..50, zoom in 0_usize..13, from in 0_usize..34) {
            let view = minutes();
            let names: Vec<&str> = indicators::ALL.iter().map(|spec| spec.name).skip(from).step_by(3).collect();
            let mut chart = chart(&names);
            chart.zoom = zoom;
            chart.kept_zoom = true;
            with_cx(&view, &dark(), M1, |cx| drawn(&mut chart, width, height, cx));
        }
    }
}
