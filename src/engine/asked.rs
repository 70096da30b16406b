//! What an engine answers when it is asked, one thing at a time; for a whole picture there is [`Engine::snapshot`].

use super::symbol::SymbolState;
use super::trading::Eyes;
use super::{AlertsView, Engine, FlowView, TradingView};
use crate::bars::BarView;
use crate::broker::BrokerEvent;
use crate::domain::{AlertId, AlertState, BarSpec, Firing, Price, SavedTrading, Symbol};
use crate::strategy::Resources;
use std::sync::Arc;

impl Engine {
    /// Alerts as they stand.
    pub fn alerts(&self) -> AlertsView {
        self.alerts.view(&self.symbols)
    }

    /// The last price known of a symbol, of trades or bars.
    pub fn last_price(&self, symbol: Symbol) -> Option<Price> {
        self.state(symbol).and_then(SymbolState::price)
    }

    /// What fired after the firing of that number, oldest first.
    pub fn firings_after(&self, number: u64) -> Vec<Arc<Firing>> {
        self.alerts.firings_after(number)
    }

    /// How far each alert has come, by number.
    pub fn alert_states(&self) -> Vec<(AlertId, AlertState)> {
        self.alerts.states()
    }

    /// What happened at the paper broker after the event of that number, oldest first.
    pub fn broker_events_after(&self, number: u64) -> impl Iterator<Item = &BrokerEvent> {
        self.trading.events_after(number)
    }

    /// The number of the paper broker's last event.
    pub fn last_broker_event(&self) -> u64 {
        self.trading.broker().last_event()
    }

    /// The paper accounts as they stand, to be put back by [`crate::domain::TradingAction::Restore`].
    pub fn save_trading(&self) -> SavedTrading {
        self.trading.save(self.now)
    }

    /// Files that strategies are made of, by the name their parameters give. Strategies that run begin anew with them.
    pub fn provide(&mut self, resources: Arc<Resources>) {
        self.trading.provide(resources, Eyes(&self.symbols));
        self.arrange_alerts();
    }

    /// Paper trading as it stands.
    pub fn trading(&self) -> TradingView {
        self.trading.view()
    }

    /// Number of alerts that have fired so far.
    pub fn alerts_fired(&self) -> u64 {
        self.alerts.fired()
    }

    /// The symbols followed, in the order they were added.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.symbols.iter().map(|state| state.instrument.symbol)
    }

    /// The indicators of one symbol as they stand.
    pub fn flow(&self, symbol: Symbol) -> Option<FlowView> {
        self.state(symbol).map(|state| state.flow.view())
    }

    /// Bars of one symbol as they stand; `None` where that kind is not built.
    pub fn bars(&self, symbol: Symbol, spec: BarSpec) -> Option<BarView> {
        let state = self.state(symbol)?;
        match spec {
            BarSpec::Time(timeframe) => Some(state.bars.view(timeframe)),
            other => state.activity.iter().find(|bars| bars.spec() == other).map(crate::bars::ActivityBars::view),
        }
    }

    fn state(&self, symbol: Symbol) -> Option<&SymbolState> {
        self.symbols.iter().find(|state| state.instrument.symbol == symbol)
    }
}
