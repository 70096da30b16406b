//! One symbol with everybody who trades it: who wakes up, and what is published when.

use super::agents::crowd::Crowd;
use super::agents::leverage::Leverage;
use super::agents::makers::Maker;
use super::agents::takers::{Noise, Sniper};
use super::agents::trend::Trend;
use super::agents::whale::Whale;
use super::config::SymbolConfig;
use super::event::{DemoEvent, DemoKind, MarkUpdate};
use super::factors::decay;
use super::random::Chance;
use super::venue::{Cx, MAKERS, Venue};
use crate::domain::{Nanos, Price};

/// What wakes up. Of those due at one moment the earlier in this list goes first, then the earlier symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    World,
    Bars,
    Maker(u8),
    Flight,
    Touch,
    Depth,
    Noise,
    Sniper,
    Trend,
    Whale,
    Leverage,
    PublishDepth,
    PublishMark,
}

impl Wake {
    /// Those every symbol has.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let makers = (0..MAKERS as u8).map(Self::Maker);
        [
            Self::Bars,
            Self::Flight,
            Self::Touch,
            Self::Depth,
            Self::Noise,
            Self::Sniper,
            Self::Trend,
            Self::Whale,
            Self::Leverage,
            Self::PublishDepth,
            Self::PublishMark,
        ]
        .into_iter()
        .chain(makers)
    }

    /// The length of the grid it wakes on, `None` for agents.
    pub(super) const fn grid(self) -> Option<Nanos> {
        match self {
            Self::World | Self::PublishDepth => Some(Nanos::from_millis(100)),
            Self::Bars => Some(Nanos::from_millis(250)),
            Self::PublishMark => Some(Nanos::SECOND),
            _ => None,
        }
    }
}

const FUNDING_EVERY: Nanos = Nanos::from_secs(8 * 3_600);

/// One symbol with its traders.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    pub(super) venue: Venue,
    chance: Chance,
    makers: Vec<Maker>,
    crowd: Crowd,
    noise: Noise,
    sniper: Sniper,
    trend: Trend,
    whale: Whale,
    leverage: Leverage,
    /// Average of the premium of the mid over the index.
    premium: f64,
}

impl Desk {
    pub(super) fn new(config: &SymbolConfig, venue: Venue, chance: Chance) -> Self {
        let (size, activity) = (config.size, config.activity.clamp(0.02, 10.0));
        Self {
            chance,
            makers: (0..MAKERS).map(|i| Maker::new(i, size, activity)).collect(),
            crowd: Crowd::new(size, activity),
            noise: Noise::new(size, activity),
            sniper: Sniper::new(size, activity),
            trend: Trend::new(size, activity, venue.fair),
            whale: Whale::new(size, activity),
            leverage: Leverage::new(size, activity),
            premium: 0.0,
            venue,
        }
    }

    /// Fills the book for the first time; nothing of it is published.
    pub(super) fn open(&mut self, at: Nanos, update_id: &mut u64) {
        let mut unseen = Vec::new();
        let mut cx = Cx { at, update_id, out: &mut unseen };
        for maker in &mut self.makers {
            maker.wake(&mut self.venue, &mut self.chance, &mut cx);
        }
        self.crowd.seed(&mut self.venue, &mut self.chance, &mut cx);
        self.venue.open(&mut cx);
    }

    /// A first delay for an agent, so that they do not all begin together.
    pub(super) fn first_delay(&mut self, wake: Wake) -> f64 {
        match wake {
            Wake::Whale => self.chance.exponential(40.0),
            _ => self.chance.unit() * 0.3,
        }
    }

    /// Lets one wake up; agents say in how many seconds they want to wake again.
    pub(super) fn wake(&mut self, wake: Wake, cx: &mut Cx<'_>) -> f64 {
        let (venue, chance) = (&mut self.venue, &mut self.chance);
        match wake {
            Wake::Maker(index) => self.makers.get_mut(usize::from(index)).map_or(1.0, |m| m.wake(venue, chance, cx)),
            Wake::Flight => Crowd::wake_flight(venue, chance, cx),
            Wake::Touch => self.crowd.wake_touch(venue, chance, cx),
            Wake::Depth => self.crowd.wake_depth(venue, chance, cx),
            Wake::Noise => self.noise.wake(venue, chance, cx),
            Wake::Sniper => self.sniper.wake(venue, chance, cx),
            Wake::Trend => self.trend.wake(venue, chance, cx),
            Wake::Whale => self.whale.wake(venue, chance, cx),
            Wake::Leverage => self.leverage.wake(venue, chance, cx),
            Wake::PublishDepth => {
                venue.publish_depth(cx);
                0.0
            }
            Wake::PublishMark => {
                self.publish_mark(cx);
                0.0
            }
            Wake::Bars => {
                self.publish_bars(cx);
                0.0
            }
            Wake::World => 0.0,
        }
    }

    /// The latent value has moved.
    pub(super) fn revalue(&mut self, fair: f64, volatility: f64, secs: f64) {
        self.venue.fair = fair;
        self.venue.volatility = volatility;
        self.venue.push *= decay(18.0, secs);
        self.venue.lasting = 0.0;
    }

    fn publish_bars(&mut self, cx: &mut Cx<'_>) {
        let venue = &mut self.venue;
        venue.archive.roll(cx.at);
        let (units, symbol, at) = (venue.units, venue.symbol, cx.at);
        venue.running.publish(at, units, |timeframe, kline| {
            cx.out.push(DemoEvent { at, symbol, kind: DemoKind::Kline(timeframe, kline) });
        });
    }

    fn publish_mark(&mut self, cx: &mut Cx<'_>) {
        let tick = self.venue.units.tick as f64 * 1e-8;
        // The index of spot prices stands a little above a perpetual, as it mostly did in 2026.
        let index = self.venue.fair * 1.000_3;
        self.premium += (self.venue.mid() / index - 1.0 - self.premium) * (1.0 - decay(60.0, 1.0));
        let mark = index * (1.0 + self.premium);
        let funding = (0.000_1 + (self.premium + 0.000_3) * 0.3).clamp(-0.003, 0.003);
        let update = MarkUpdate {
            price: Price::from_f64(mark * tick),
            index: Price::from_f64(index * tick),
            funding: Price::from_f64(funding),
            next_funding: cx.at.floor_to(FUNDING_EVERY) + FUNDING_EVERY,
        };
        self.venue.publish(DemoKind::Mark(update), cx);
        if let Some(order) = self.leverage.latest() {
            self.venue.publish(DemoKind::Liquidation(order), cx);
        }
    }
}
