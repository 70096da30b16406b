//! The contract of a pane.

use super::theme::Theme;
use crate::app::alerts::AlertAct;
use crate::app::blotter::{Blotter, BlotterAct};
use crate::app::commands::{Command, Scope};
use crate::app::dialogs::{Entry, Prompt};
use crate::app::keymap::Keymap;
use crate::app::link::{Cross, Window};
use crate::app::pairs::{NoPair, PairChoice, PairTable, PairWork, Pairs};
use crate::app::studies::StudyAct;
use crate::app::trading::TradeAct;
use crate::app::{IndicatorAct, Library};
use crate::domain::{AlertId, BarSpec, Nanos, Symbol, Timeframe};
use crate::drive::view::{LogLine, Mode, Request, View};
use crate::engine::snapshot::SymbolView;
use crossterm::event::MouseEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use std::collections::VecDeque;

/// All a pane may read while it draws or answers.
#[derive(Clone, Copy)]
pub struct Cx<'a> {
    /// The session's newest picture.
    pub view: &'a View,
    /// The symbol this pane shows.
    pub symbol: Option<Symbol>,
    /// The bars this pane shows.
    pub bars: BarSpec,
    /// What the crosshair of the linked panes points at.
    pub cross: Option<Cross>,
    /// The stretch of time the linked panes show.
    pub window: Window,
    /// From when to when the chart among the linked panes shows bars, where there is one on the screen.
    pub span: Option<(Nanos, Nanos)>,
    /// Colours and glyphs.
    pub theme: &'a Theme,
    /// Whether keys go to this pane.
    pub focused: bool,
    /// The zone times are shown in.
    pub zone: &'a jiff::tz::TimeZone,
    /// Keys in force, for panes that name them.
    pub keys: &'a Keymap,
    /// What there is to choose from: recordings with their previews.
    pub library: &'a Library,
    /// The pair that panes about two symbols show, as it was chosen.
    pub pair: PairChoice,
    /// What is worked out of pairs.
    pub pairs: &'a Pairs,
    /// The alert that panes about one alert show.
    pub alert: Option<AlertId>,
    /// The account that panes about accounts show.
    pub blotter: &'a Blotter,
    /// The newest lines of the program's log that the session has not in its own, oldest first.
    pub journal: &'a VecDeque<LogLine>,
}

impl<'a> Cx<'a> {
    /// What the engine knows of this pane's symbol.
    pub fn symbol_view(&self) -> Option<&'a SymbolView> {
        self.view.snapshot.symbol(self.symbol?)
    }

    /// What is known of this pane's pair.
    ///
    /// # Errors
    /// Why there is nothing, in words that tell what to do.
    pub fn pair(&self) -> Result<&'a PairWork, String> {
        self.pairs.pair(&self.pair, self.bars, &self.view.snapshot).map_err(|why| self.why_no_pair(why))
    }

    /// What is known of all pairs, looked at as this pane's pair is.
    ///
    /// # Errors
    /// Why there is nothing, in words that tell what to do.
    pub fn pair_table(&self) -> Result<&'a PairTable, String> {
        self.pairs.table(&self.pair, self.bars, &self.view.snapshot).map_err(|why| self.why_no_pair(why))
    }

    fn why_no_pair(&self, why: NoPair) -> String {
        let replaying = self.view.session.mode == Mode::Replay;
        match why {
            NoPair::Bars => format!("pairs are of bars of time: {} chooses them", self.key(Command::ChooseTimeframe)),
            NoPair::Symbols if replaying => "a pair takes two symbols: this recording has not had two yet".to_owned(),
            NoPair::Symbols => format!("a pair takes two symbols: {} follows another", self.key(Command::AddSymbol)),
            NoPair::Common(y, x) => format!("{y} and {x} have no closed bar of {} in common yet", self.bars),
            NoPair::Later => "working…".to_owned(),
        }
    }

    /// The first key of a command, as a person reads it: `End`, `S`, `Ctrl-P`; empty when it has none.
    pub fn key(&self, command: Command) -> String {
        // Of keys one after the other each is read by itself: `Q s`.
        let keys = self.keys.key(command);
        let all: Vec<String> = keys.split(' ').map(key_name).collect();
        all.join(" ")
    }
}

/// One key as a person reads it: `End`, `S`, `Ctrl-P`.
fn key_name(key: &str) -> String {
    if key.chars().count() == 1 {
        return key.to_owned();
    }
    let mut name = String::with_capacity(key.len());
    let mut begins = true;
    for letter in key.chars() {
        name.push(if begins { letter.to_ascii_uppercase() } else { letter });
        begins = letter == '-';
    }
    name
}

/// What a pane made of an input.
#[derive(Debug, Clone, PartialEq)]
pub enum Handled {
    /// Nothing: somebody else may want it.
    No,
    /// Done; draw again.
    Yes,
    /// Do this.
    Run(Action),
}

/// What a pane wants done outside itself.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Run a command.
    Command(Command),
    /// Ask the session.
    Session(Request),
    /// Show this symbol in all linked panes.
    Select(Symbol),
    /// Show this pair, y and x, in all linked panes.
    Pair(Symbol, Symbol),
    /// Show these bars in all linked panes.
    Bars(BarSpec),
    /// Open this recording.
    Open(std::path::PathBuf),
    /// Load bars before a moment of this symbol.
    LoadHistory(Symbol, Timeframe, Nanos),
    /// Ask for a line; [`Pane::on_line`] gets it.
    Ask(Box<Prompt>),
    /// Let the user choose what to compare with; these are compared now.
    Compare(Vec<Symbol>),
    /// Do this with the list of indicators.
    Indicator(IndicatorAct),
    /// Do this with alerts.
    Alert(AlertAct),
    /// Do this with accounts and what belongs to them.
    Blotter(BlotterAct),
    /// Do this with paper trading.
    Trade(TradeAct),
    /// Let the user choose one of these, under a heading.
    Choose(&'static str, Vec<Entry>),
    /// Point at this in all linked panes.
    Cross(Option<Cross>),
    /// Show this stretch of time in all linked panes.
    Window(Window),
    /// All of these, in order.
    All(Vec<Action>),
}

/// One kind of content that fills a rectangle of the screen. It reads [`Cx`] and nothing else, and returns what it wants.
pub trait Pane {
    /// What its border says.
    fn title(&self, cx: &Cx<'_>) -> Line<'static>;

    /// Which commands' keys are for it.
    fn scope(&self) -> Scope;

    /// Answers a command of its scope, `count` times where that makes sense.
    fn on_command(&mut self, command: Command, count: u32, cx: &Cx<'_>) -> Handled;

    /// Shows only what contains a text, all when it is empty. For panes that are lists.
    fn on_filter(&mut self, _text: &str) {}

    /// Takes in a line that it asked for with [`Action::Ask`] for a command.
    ///
    /// # Errors
    /// Why it cannot be used; it is asked for again, with this said.
    fn on_line(&mut self, _command: Command, _text: &str, _cx: &Cx<'_>) -> Result<Handled, String> {
        Ok(Handled::No)
    }

    /// Compares with one symbol more, or no longer with it; `None` with none. For panes that compare.
    fn on_compare(&mut self, _symbol: Option<Symbol>) {}

    /// What an alert would be about that is set while it has the focus: a symbol and an expression, such as the price at its
    /// cursor; the symbol's price of now where it says nothing.
    fn alert(&self, _cx: &Cx<'_>) -> Option<(Symbol, String)> {
        None
    }

    /// Does something with an indicator it shows. For charts.
    fn on_study(&mut self, _act: StudyAct, _cx: &Cx<'_>) -> Handled {
        Handled::No
    }

    /// The indicators of events it shows, in their text form. Asked after it was drawn; those not worked out yet are asked for.
    fn wanted(&self) -> Vec<String> {
        Vec::new()
    }

    /// What the user has chosen in it, to be kept with a layout: names as in the pane's documentation, values as TOML.
    fn settings(&self) -> toml::Table {
        toml::Table::new()
    }

    /// Takes back what [`Pane::settings`] gave. What it does not know or cannot use it leaves as it is.
    fn restore(&mut self, _settings: &toml::Table) {}

    /// From when to before when it showed bars, for linked panes that sum up what is in view. Asked after it was drawn.
    fn span(&self) -> Option<(Nanos, Nanos)> {
        None
    }

    /// The recordings whose previews it lacks, those in view first. Asked after it was drawn.
    fn lacks(&self) -> &[std::path::PathBuf] {
        &[]
    }

    /// Whether it works something out a little in every frame and is not done. Asked after it was drawn: it is drawn again soon.
    fn is_working(&self) -> bool {
        false
    }

    /// Answers the mouse; `area` is where it was last drawn, without the border.
    fn on_mouse(&mut self, event: MouseEvent, area: Rect, cx: &Cx<'_>) -> Handled;

    /// Draws itself, without the border.
    fn render(&mut self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>);
}
