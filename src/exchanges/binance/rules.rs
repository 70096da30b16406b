//! What the exchange lists: the trading rules of the symbols followed, and names to suggest for those it does not list.

use super::rest::Listed;
use crate::domain::{Instrument, Symbol};
use std::collections::BTreeMap;

/// Names suggested at most.
const SUGGESTIONS: usize = 3;
/// Status of what is traded.
const TRADING: &str = "TRADING";

/// What is known of the exchange's list.
#[derive(Debug, Default)]
pub(super) struct Rules {
    listed: BTreeMap<Symbol, Listed>,
    /// Whether everything the exchange lists is known.
    complete: bool,
}

/// What the list says of a symbol.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is traded, by these rules.
    Traded(Box<Instrument>),
    /// It cannot be followed, and why.
    Refused(String),
    /// The list is not known, or not whole.
    Unknown,
}

impl Rules {
    /// Takes in an answer; `complete` when it lists everything.
    pub(super) fn learn(&mut self, answer: Vec<Listed>, complete: bool) {
        self.complete |= complete;
        self.listed.extend(answer.into_iter().map(|listed| (listed.instrument.symbol, listed)));
    }

    /// What is known of a symbol.
    pub(super) fn verdict(&self, symbol: Symbol) -> Verdict {
        match self.listed.get(&symbol) {
            Some(listed) if listed.status == TRADING || listed.status.is_empty() => {
                Verdict::Traded(Box::new(listed.instrument.clone()))
            }
            Some(listed) => Verdict::Refused(format!("{symbol} is not traded now (status {})", listed.status)),
            None if self.complete => Verdict::Refused(self.no_such(symbol)),
            None => Verdict::Unknown,
        }
    }

    fn no_such(&self, symbol: Symbol) -> String {
        let wanted = symbol.to_uppercase();
        let mut near: Vec<(f64, &str)> = self
            .listed
            .values()
            .filter(|listed| listed.status == TRADING)
            .map(|listed| (strsim::jaro_winkler(&wanted, &listed.instrument.symbol), listed.instrument.symbol.as_str()))
            .filter(|(similarity, _)| *similarity > 0.7)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let near: Vec<&str> = near.into_iter().take(SUGGESTIONS).map(|(_, name)| name).collect();
        if near.is_empty() {
            format!("{symbol} does not exist on this exchange")
        } else {
            format!("{symbol} does not exist on this exchange; near it: {}", near.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, status: &str) -> Listed {
        Listed { instrument: Instrument::unknown(Symbol::new(name).unwrap()), status: status.to_owned() }
    }

    #[test]
    fn judges_and_suggests() {
        let mut rules = Rules::default();
        let ask = |rules: &Rules, name: &str| rules.verdict(Symbol::new(name).unwrap());
        assert_eq!(ask(&rules, "BTCUSD"), Verdict::Unknown);
        rules.learn(vec![listed("BTCUSDT", "TRADING"), listed("ETHUSDT", "TRADING"), listed("OLDUSDT", "BREAK")], false);
        assert_eq!(ask(&rules, "BTCUSD"), Verdict::Unknown);
        assert!(matches!(ask(&rules, "ETHUSDT"), Verdict::Traded(_)));
        rules.learn(Vec::new(), true);
        let Verdict::Refused(why) = ask(&rules, "BTCUSD") else { panic!() };
        assert!(why.contains("near it: BTCUSDT"), "{why}");
        assert_eq!(ask(&rules, "OLDUSDT"), Verdict::Refused("OLDUSDT is not traded now (status BREAK)".to_owned()));
        assert_eq!(ask(&rules, "牛牛"), Verdict::Refused("牛牛 does not exist on this exchange".to_owned()));
    }
}
