//! How each connection is doing, as far as the feed can see: open, delivering, gone silent.

use super::market::Market;
use crate::domain::{Link, LinkScope, LinkState, Nanos};
use crate::feed::ConnId;

/// Doublings of the silence allowed while reconnecting brings nothing.
const MOST_DOUBLINGS: u32 = 3;
/// Having delivered within this, a connection counts as alive.
const LATELY: Nanos = Nanos::from_secs(10);

/// One connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire {
    scope: LinkScope,
    quiet: Nanos,
    open: bool,
    up: bool,
    /// When it opened, last delivered or was last given up.
    since: Nanos,
    delivered: bool,
    fruitless: u32,
}

impl Wire {
    pub(super) const fn new(market: Market, conn: ConnId, live: bool) -> Self {
        // A capture comes by one door, whatever it holds, and is up until it says otherwise.
        let scope = if live { market.scope(conn) } else { LinkScope::All };
        Self { scope, quiet: market.quiet_limit(), open: false, up: !live, since: Nanos::ZERO, delivered: false, fruitless: 0 }
    }

    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// It opened anew. Says so if it was up: what it carried cannot be continued.
    pub(super) fn opened(&mut self, at: Nanos) -> Option<Link> {
        let lost = if self.delivered { self.lost("the connection was replaced") } else { None };
        self.open = true;
        self.since = at;
        self.delivered = false;
        lost
    }

    /// It was lost.
    pub(super) fn closed(&mut self, why: &str) -> Option<Link> {
        self.open = false;
        self.lost(why)
    }

    fn lost(&mut self, why: &str) -> Option<Link> {
        std::mem::take(&mut self.up).then(|| self.link(LinkState::Down, why))
    }

    /// Real data came by it. Says so if it is the first.
    pub(super) fn delivered(&mut self, at: Nanos) -> Option<Link> {
        self.since = at;
        self.delivered = true;
        self.fruitless = 0;
        (!std::mem::replace(&mut self.up, true)).then(|| self.link(LinkState::Up, "data flows"))
    }

    fn link(&self, state: LinkState, why: &str) -> Link {
        Link { state, scope: self.scope, why: why.to_owned() }
    }

    /// Whether it should be opened anew because nothing comes; and why. Doubling its patience as long as that does not help.
    pub(super) fn gave_up(&mut self, at: Nanos) -> Option<String> {
        let silent = at.saturating_sub(self.since);
        if !self.open || silent.0 <= self.quiet.0 << self.fruitless {
            return None;
        }
        self.fruitless = (self.fruitless + 1).min(MOST_DOUBLINGS);
        self.since = at;
        Some(format!("nothing came for {} s", silent.secs()))
    }

    /// Whether it delivers, so that a silent stream on it is that stream's own trouble.
    pub(super) fn is_delivering(&self, at: Nanos) -> bool {
        self.open && self.delivered && at.saturating_sub(self.since) <= LATELY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_up_with_the_first_data_and_down_once() {
        let mut wire = Wire::new(Market::UsdM, ConnId(0), true);
        assert_eq!(wire.opened(Nanos(1)), None);
        assert_eq!(wire.delivered(Nanos(2)).map(|link| (link.state, link.scope)), Some((LinkState::Up, LinkScope::Book)));
        assert_eq!(wire.delivered(Nanos(3)), None);
        assert_eq!(wire.closed("gone").map(|link| (link.state, link.why)), Some((LinkState::Down, "gone".to_owned())));
        assert_eq!(wire.closed("gone"), None);
        assert_eq!(wire.opened(Nanos(4)), None);
        assert!(wire.delivered(Nanos(5)).is_some());
        assert_eq!(wire.opened(Nanos(6)).map(|link| link.state), Some(LinkState::Down));
    }

    #[test]
    fn gives_up_on_silence_ever_more_slowly() {
        let mut wire = Wire::new(Market::UsdM, ConnId(0), true);
        let s = Nanos::from_secs;
        assert_eq!(wire.gave_up(s(1_000)), None);
        wire.opened(s(0));
        assert_eq!(wire.gave_up(s(10)), None);
        assert_eq!(wire.gave_up(s(11)).as_deref(), Some("nothing came for 11 s"));
        assert_eq!(wire.gave_up(s(31)), None);
        assert!(wire.gave_up(s(32)).is_some());
        wire.delivered(s(33));
        assert!(wire.gave_up(s(44)).is_some());
    }
}
