//! The backtest that runs beside the screen.

use crate::app::App;
use crate::domain::Nanos;
use crate::drive::backtest::{Backtest, Running};
use crate::drive::view::View;
use crate::feed::Severity;

/// At most one backtest, on threads of its own.
#[derive(Default)]
pub(super) struct Backtests(Option<Running>);

impl Backtests {
    /// Whether one runs.
    pub(super) const fn is_running(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn begin(&mut self, backtest: Backtest, app: &mut App, now: Nanos) {
        match Running::start(backtest) {
            Ok(running) => self.0 = Some(running),
            Err(error) => {
                app.backtest_stopped();
                app.say(now, Severity::Error, format!("no thread could be had for the backtest: {error}"));
            }
        }
    }

    pub(super) fn stop(&self) {
        if let Some(running) = &self.0 {
            running.stop();
        }
    }

    /// Takes in how far it is, and what it came to.
    pub(super) fn look(&mut self, app: &mut App, view: &View, now: Nanos) {
        let Some(running) = &self.0 else { return };
        let progress = running.progress();
        app.backtest_goes_on(progress.inputs, progress.at);
        if let Some(answer) = running.answer() {
            self.0 = None;
            app.backtest_done(&answer, view, now);
        }
    }
}
