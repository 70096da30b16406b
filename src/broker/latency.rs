//! How long messages are under way between us and the simulated exchange.

use super::random::{Purpose, draw};
use crate::domain::{BrokerConfig, Latency, Nanos, Profile};

/// How long where it would be taken from the recording and is not known there.
const UNKNOWN: Nanos = Nanos::from_millis(50);
/// The mock broker's delay to the exchange; its reply takes none.
const MOCK: Nanos = Nanos::from_millis(100);

/// How long message `number` of an account takes to the exchange; `lag` is how long the market's last event took to us.
pub(super) fn entry(config: &BrokerConfig, seed: u64, number: u64, lag: Option<Nanos>) -> Nanos {
    match config.profile {
        Profile::Simple => Nanos::ZERO,
        Profile::MockBroker => MOCK,
        Profile::Realistic => under_way(config.latency, true, seed, number, lag),
    }
}

/// How long the exchange's reply `number` takes to us.
pub(super) fn response(config: &BrokerConfig, seed: u64, number: u64, lag: Option<Nanos>) -> Nanos {
    match config.profile {
        Profile::Simple | Profile::MockBroker => Nanos::ZERO,
        Profile::Realistic => under_way(config.latency, false, seed, number, lag),
    }
}

fn under_way(latency: Latency, there: bool, seed: u64, number: u64, lag: Option<Nanos>) -> Nanos {
    let time = match latency {
        Latency::Constant { entry, response } => {
            if there {
                entry
            } else {
                response
            }
        }
        Latency::Uniform { least, most } => {
            let purpose = if there { Purpose::Entry } else { Purpose::Response };
            let width = (most - least).0.max(0);
            least + Nanos((draw(seed, number, purpose) * width as f64) as i64)
        }
        Latency::Recorded => lag.unwrap_or(UNKNOWN),
    };
    time.max(Nanos::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(latency: Latency) -> BrokerConfig {
        BrokerConfig { latency, ..BrokerConfig::default() }
    }

    #[test]
    fn each_way_of_taking_time() {
        let constant = with(Latency::Constant { entry: Nanos(5), response: Nanos(7) });
        assert_eq!((entry(&constant, 1, 1, None), response(&constant, 1, 1, None)), (Nanos(5), Nanos(7)));
        let recorded = with(Latency::Recorded);
        assert_eq!(entry(&recorded, 1, 1, Some(Nanos(9))), Nanos(9));
        assert_eq!(entry(&recorded, 1, 1, Some(Nanos(-9))), Nanos::ZERO, "clocks may disagree; time does not run backwards");
        assert_eq!(entry(&recorded, 1, 1, None), Nanos::from_millis(50));
        let uniform = with(Latency::Uniform { least: Nanos(100), most: Nanos(200) });
        let all: Vec<i64> = (0..1_000).map(|n| entry(&uniform, 3, n, None).0).collect();
        assert!(
            all.iter().all(|nanos| (100..200).contains(nanos)) && all.iter().any(|n| *n < 110) && all.iter().any(|n| *n > 190)
        );
        assert_ne!(all[7], response(&uniform, 3, 7, None).0);
    }

    #[test]
    fn profiles_have_their_own() {
        let mut config = BrokerConfig { profile: Profile::Simple, ..BrokerConfig::default() };
        assert_eq!((entry(&config, 1, 1, None), response(&config, 1, 1, None)), (Nanos::ZERO, Nanos::ZERO));
        config.profile = Profile::MockBroker;
        assert_eq!(entry(&config, 1, 1, None), Nanos::from_millis(100));
    }
}
