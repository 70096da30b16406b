//! An alert as the user set it, and how far it has come. What its expression means is known two floors up.

use super::time::parse_span;
use super::{Nanos, Price, Symbol};
use std::fmt;
use std::sync::Arc;

/// The number an alert is known by, from 1; the same for as long as it is kept.
pub type AlertId = u64;

/// When an alert that has fired may fire again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rearm {
    /// Once its expression has been false, but a minute after it fired at the earliest.
    #[default]
    Auto,
    /// Never.
    Once,
    /// At once: it fires at every check that finds its expression true.
    Always,
    /// So long after it fired, whether or not its expression has been false.
    Cooldown(Nanos),
}

impl Rearm {
    /// The least time between two firings of [`Rearm::Auto`].
    pub const LEAST: Nanos = Nanos::from_secs(60);
    /// The longest cooldown.
    pub const LONGEST: Nanos = Nanos::from_secs(7 * 86_400);
}

impl fmt::Display for Rearm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Once => f.pad("once"),
            Self::Always => f.pad("always"),
            Self::Cooldown(time) => f.pad(&format!("cooldown {}", time.span())),
        }
    }
}

/// A text that says nothing of when an alert may fire again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}`: expected auto, once, always, or cooldown with a time from 1ms to 7d such as `cooldown 15m`")]
pub struct RearmError(String);

impl std::str::FromStr for Rearm {
    type Err = RearmError;
    fn from_str(text: &str) -> Result<Self, RearmError> {
        let bad = || RearmError(text.chars().filter(|c| !c.is_control()).take(40).collect());
        match text.trim() {
            "auto" => Ok(Self::Auto),
            "once" => Ok(Self::Once),
            "always" => Ok(Self::Always),
            other => {
                let time = other.strip_prefix("cooldown").ok_or_else(bad)?;
                let time = parse_span(time.trim().trim_start_matches([':', '='])).ok_or_else(bad)?;
                if time > Nanos::ZERO && time <= Self::LONGEST { Ok(Self::Cooldown(time)) } else { Err(bad()) }
            }
        }
    }
}

/// A way an alert reaches the user beside the message on the screen and the history, which every firing has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The terminal's bell.
    Bell,
    /// A notification of the terminal (OSC 9 and OSC 777).
    Terminal,
    /// A notification of the desktop.
    Desktop,
    /// A program that is run.
    Command,
    /// A request to a web address.
    Webhook,
    /// A mail.
    Mail,
}

impl Channel {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 6] = [Self::Bell, Self::Terminal, Self::Desktop, Self::Command, Self::Webhook, Self::Mail];

    /// Its name in settings, files and recordings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Terminal => "terminal",
            Self::Desktop => "desktop",
            Self::Command => "command",
            Self::Webhook => "webhook",
            Self::Mail => "mail",
        }
    }

    /// The channel of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of channels. Its text form is their names with commas between, `none` for the empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Channels(u8);

impl Channels {
    /// None of them.
    pub const NONE: Self = Self(0);

    /// Whether it has a channel.
    pub const fn has(self, channel: Channel) -> bool {
        self.0 & (1 << channel as u8) != 0
    }

    /// The same with a channel.
    pub const fn with(self, channel: Channel) -> Self {
        Self(self.0 | (1 << channel as u8))
    }

    /// The same with a channel put in or taken out.
    pub const fn toggled(self, channel: Channel) -> Self {
        Self(self.0 ^ (1 << channel as u8))
    }

    /// Those in it, in the order of [`Channel::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Channel> {
        Channel::ALL.into_iter().filter(move |channel| self.has(*channel))
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Channel> for Channels {
    fn from_iter<T: IntoIterator<Item = Channel>>(channels: T) -> Self {
        channels.into_iter().fold(Self::NONE, Self::with)
    }
}

impl fmt::Display for Channels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.pad("none");
        }
        f.pad(&self.iter().map(Channel::name).collect::<Vec<_>>().join(","))
    }
}

/// A text that is no set of channels.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to deliver an alert: there are bell, terminal, desktop, command, webhook and mail")]
pub struct ChannelsError(String);

impl std::str::FromStr for Channels {
    type Err = ChannelsError;
    fn from_str(text: &str) -> Result<Self, ChannelsError> {
        let names = text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty() && *name != "none");
        names
            .map(|name| {
                Channel::named(name).ok_or_else(|| ChannelsError(name.chars().filter(|c| !c.is_control()).take(40).collect()))
            })
            .collect()
    }
}

/// Who an alert comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// It was set on the screen.
    #[default]
    User,
    /// It is in the configuration file.
    Config,
}

/// An alert as it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its number.
    pub id: AlertId,
    /// The symbol its expression is about where that names none.
    pub symbol: Symbol,
    /// Its expression, as it was written.
    pub expr: String,
    /// When it may fire again.
    pub rearm: Rearm,
    /// How it is delivered.
    pub deliver: Channels,
    /// What the user wants to be told with it; may be empty.
    pub note: String,
    /// Whether it is set aside: it is not checked.
    pub paused: bool,
    /// Who it comes from.
    pub origin: Origin,
}

/// Whether an alert waits for its expression to be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// It fires when its expression is true (for as long as it asks).
    #[default]
    Armed,
    /// It has fired and waits until it may again.
    Triggered,
    /// It has fired and never will again.
    Done,
}

impl Phase {
    /// Its name in files and recordings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Armed => "armed",
            Self::Triggered => "triggered",
            Self::Done => "done",
        }
    }

    /// The phase of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Armed, Self::Triggered, Self::Done].into_iter().find(|phase| phase.name() == name)
    }
}

/// How far an alert has come: what has to be kept of it over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AlertState {
    /// Whether it waits for its expression.
    pub phase: Phase,
    /// Whether its expression has been false since it fired.
    pub been_false: bool,
    /// Times it has fired.
    pub fired: u64,
    /// When it last fired.
    pub last: Option<Nanos>,
}

/// An alert that has fired.
#[derive(Debug, Clone, PartialEq)]
pub struct Firing {
    /// Its number in the engine's session, from 1; none is ever skipped.
    pub number: u64,
    /// The alert.
    pub id: AlertId,
    /// Engine time.
    pub at: Nanos,
    /// The alert's symbol.
    pub symbol: Symbol,
    /// Its expression, as it was written.
    pub expr: Arc<str>,
    /// What made it true: the expression's quantities by name, those that had a value.
    pub values: Arc<[(Arc<str>, f64)]>,
    /// The symbol's last price.
    pub price: Option<Price>,
    /// How it is to be delivered.
    pub deliver: Channels,
    /// What the user wants to be told with it.
    pub note: Arc<str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_read_back() {
        for rearm in [Rearm::Auto, Rearm::Once, Rearm::Always, Rearm::Cooldown(Nanos::from_secs(900))] {
            assert_eq!(rearm.to_string().parse(), Ok(rearm));
        }
        for text in ["", "never", "cooldown", "cooldown 0s", "cooldown 8d", "cooldown -1s", "cooldown x"] {
            assert!(text.parse::<Rearm>().is_err(), "{text}");
        }
        let some = Channels::NONE.with(Channel::Mail).with(Channel::Bell);
        assert_eq!((some.to_string().as_str(), some.to_string().parse()), ("bell,mail", Ok(some)));
        assert_eq!("none".parse(), Ok(Channels::NONE));
        assert_eq!(some.toggled(Channel::Mail), Channels::NONE.with(Channel::Bell));
        assert!("bell,pigeon".parse::<Channels>().unwrap_err().to_string().contains("pigeon"));
    }
}
