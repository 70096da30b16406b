//! How the channels stand, for the screen.

use crate::domain::{AlertId, Channel, Nanos};
use crate::drive::store::Outcome;

/// How all channels stand, in the order of [`Channel::ALL`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct View {
    /// The channels.
    pub channels: Vec<ChannelView>,
}

impl View {
    /// How one stands.
    pub fn of(&self, channel: Channel) -> Option<&ChannelView> {
        self.channels.iter().find(|view| view.channel == channel)
    }

    /// Each channel, and why it cannot be used.
    pub fn unusable(&self) -> Vec<(Channel, Option<String>)> {
        self.channels.iter().map(|view| (view.channel, view.ready.clone().err())).collect()
    }
}

/// How a channel stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelView {
    /// Which it is.
    pub channel: Channel,
    /// Where its messages go, without secrets; else why it cannot be used and what to set.
    pub ready: Result<String, String>,
    /// Firings that are due and wait for it.
    pub waiting: usize,
    /// Whether a message is under way.
    pub sending: bool,
    /// Until when the receiver asked to be left alone.
    pub held: Option<Nanos>,
    /// What came of its last message in this session.
    pub last: Option<Last>,
}

/// What came of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// When.
    pub at: Nanos,
    /// The alert it was about.
    pub alert: AlertId,
    /// What came of it.
    pub outcome: Outcome,
}
