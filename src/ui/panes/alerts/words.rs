//! What is said of alerts: states, values, moments, channels.

use crate::alert::{BarField, Input, Kind, QUANTITIES, Quantity};
use crate::domain::{Channel, Nanos, Phase, Price, Rearm, Symbol};
use crate::drive::store::{DeliveryRow, DeliveryState};
use crate::engine::AlertView;
use crate::ui::pane::Cx;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::widgets::{clock, figures};
use jiff::tz::TimeZone;
use ratatui::style::{Modifier, Style};

/// What an alert is doing, those to look at first in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Its expression cannot be read.
    Unreadable,
    /// True since that moment; it fires when it has been for so long.
    Pending(Nanos, Nanos),
    /// It has fired and waits until its expression has been false.
    UntilFalse,
    /// It has fired and waits until that moment.
    Until(Nanos),
    /// It fires when its expression is true.
    Armed,
    /// It is not checked.
    Paused,
    /// It has fired and does not again.
    Done,
}

impl Stand {
    /// That of an alert at a moment of engine time.
    pub fn of(view: &AlertView, now: Nanos) -> Self {
        let Ok(expression) = &view.expression else { return Self::Unreadable };
        if view.alert.paused {
            return Self::Paused;
        }
        let last = view.state.last.unwrap_or_default();
        let until = |wait: Nanos| Nanos(last.0.saturating_add(wait.0));
        let waits = |until: Nanos| if until > now { Self::Until(until) } else { Self::Armed };
        match (view.state.phase, view.alert.rearm) {
            (Phase::Done, _) => Self::Done,
            (Phase::Triggered, Rearm::Auto) if !view.state.been_false => Self::UntilFalse,
            (Phase::Triggered, Rearm::Auto) => waits(until(Rearm::LEAST)),
            (Phase::Triggered, Rearm::Cooldown(time)) => waits(until(time)),
            _ => match (view.pending, expression.hold()) {
                (Some(since), Some(hold)) => Self::Pending(since, hold),
                _ => Self::Armed,
            },
        }
    }

    /// Its place among all, for sorting.
    pub const fn rank(self) -> u8 {
        match self {
            Self::Pending(..) => 0,
            Self::UntilFalse => 1,
            Self::Until(_) => 2,
            Self::Armed => 3,
            Self::Unreadable => 4,
            Self::Paused => 5,
            Self::Done => 6,
        }
    }

    /// A sign of one cell.
    pub const fn glyph(self, ascii: bool) -> char {
        match (self, ascii) {
            (Self::Unreadable, _) => '!',
            (Self::Pending(..), false) => '◐',
            (Self::Pending(..), true) => '~',
            (Self::UntilFalse | Self::Until(_), false) => '●',
            (Self::UntilFalse | Self::Until(_), true) => '*',
            (Self::Armed, false) => '○',
            (Self::Armed, true) => 'o',
            (Self::Paused, _) => '=',
            (Self::Done, false) => '✓',
            (Self::Done, true) => '.',
        }
    }

    /// Its colour.
    pub const fn style(self, theme: &Theme) -> Style {
        match self {
            Self::Unreadable => theme.error,
            Self::Pending(..) => theme.warning,
            Self::UntilFalse | Self::Until(_) => theme.accent,
            Self::Armed => theme.good,
            Self::Paused | Self::Done => theme.dim,
        }
    }

    /// In [`STATE_LONG`] cells.
    pub fn long(self, now: Nanos) -> String {
        match self {
            Self::Pending(since, hold) => {
                let whole = Some(hold.span()).filter(|whole| whole.len() <= 7).unwrap_or_else(|| brief(hold));
                format!("pending {} of {whole}", brief(now.saturating_sub(since)))
            }
            Self::UntilFalse => "triggered, until false".to_owned(),
            Self::Until(until) => format!("triggered, waits {}", brief(ceil(until.saturating_sub(now)))),
            Self::Unreadable => "cannot be read".to_owned(),
            other => other.short(now),
        }
    }

    /// In [`STATE_SHORT`] cells.
    pub fn short(self, now: Nanos) -> String {
        match self {
            Self::Unreadable => "unreadable".to_owned(),
            Self::Pending(since, _) => format!("pending {}", brief(now.saturating_sub(since))),
            Self::UntilFalse => "until false".to_owned(),
            Self::Until(until) => format!("waits {}", brief(ceil(until.saturating_sub(now)))),
            Self::Armed => "armed".to_owned(),
            Self::Paused => "paused".to_owned(),
            Self::Done => "done".to_owned(),
        }
    }
}

/// Cells of a state said at length.
pub const STATE_LONG: u16 = 22;
/// Cells of a state said in short.
pub const STATE_SHORT: u16 = 11;

/// Whole seconds, as what is left: never nothing before it is over.
const fn ceil(time: Nanos) -> Nanos {
    Nanos(time.0.saturating_add(Nanos::SECOND.0 - 1) / Nanos::SECOND.0 * Nanos::SECOND.0)
}

/// A length of time in its largest unit: `3s`, `14m`, `3h`, `6d`.
pub fn brief(time: Nanos) -> String {
    match time.secs().max(0) {
        secs @ 0..100 => format!("{secs}s"),
        secs @ 100..6_000 => format!("{}m", secs / 60),
        secs @ 6_000..172_800 => format!("{}h", secs / 3_600),
        secs => format!("{}d", secs / 86_400),
    }
}

/// A moment: `12:01:03` today, `8 Aug 12:01` this year, `2023-08-08` before.
pub fn moment(at: Nanos, now: Nanos, zone: &TimeZone) -> String {
    let (at, now) = (clock::local(at, zone), clock::local(now, zone));
    if at.date() == now.date() {
        clock::hour_minute_second(at)
    } else if at.year() == now.year() {
        format!("{} {}", clock::day_month(at), clock::hour_minute(at))
    } else {
        at.date().to_string()
    }
}

/// Cells of [`moment`].
pub const MOMENT: u16 = 12;

/// A number with so many decimals and its thousands apart.
fn grouped(value: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let nothing = plain.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    let mut out = String::from(if value < 0.0 && !nothing { "-" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if !part.is_empty() {
        out.push('.');
        out.push_str(part);
    }
    out
}

/// A number of any size in at most ten cells.
fn number(value: f64) -> String {
    let size = value.abs();
    match size {
        n if !n.is_finite() => "-".to_owned(),
        n if n >= 1e6 => figures::short(value),
        n if n > 0.0 && n < 1e-3 => format!("{value:.2e}"),
        n => {
            let text = grouped(
                value,
                if n >= 1e4 {
                    1
                } else if n >= 100.0 {
                    2
                } else {
                    4
                },
            );
            if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
        }
    }
}

/// A value as it is read: of a kind, with so many decimals where it is a price.
fn figure(value: f64, kind: Kind, decimals: Option<usize>, ascii: bool) -> String {
    match (kind, decimals) {
        (Kind::Share, _) => {
            let percent = value * 100.0;
            let decimals = if percent.abs() < 0.1 { 4 } else { 2 };
            if percent.abs() < 1e6 { format!("{}%", grouped(percent, decimals)) } else { format!("{}%", figures::short(percent)) }
        }
        (Kind::Duration, _) => text::span(Nanos((value * 1e9) as i64), ascii),
        (Kind::Truth, _) => if value == 0.0 { "no" } else { "yes" }.to_owned(),
        (Kind::Number, Some(decimals)) if value.abs() < 1e9 => grouped(value, decimals),
        (Kind::Number, _) => number(value),
    }
}

const fn is_price(quantity: &Quantity) -> bool {
    use BarField::{Close, High, Low, Open, Range};
    quantity.is_level() || matches!(quantity, Quantity::Index | Quantity::Bar { field: Open | High | Low | Close | Range, .. })
}

/// Decimals of a symbol's prices.
pub fn decimals(cx: &Cx<'_>, symbol: Symbol) -> Option<usize> {
    cx.view.snapshot.symbol(symbol).map(|known| known.instrument.price_decimals())
}

/// The value of an input of an alert.
pub fn input_value(input: &Input, value: f64, symbol: Symbol, cx: &Cx<'_>) -> String {
    let places = is_price(&input.quantity).then(|| decimals(cx, input.symbol.unwrap_or(symbol))).flatten();
    figure(value, input.kind, places, cx.theme.ascii)
}

/// A value of a firing, of which only the name is known.
pub fn named_value(name: &str, value: f64, symbol: Symbol, cx: &Cx<'_>) -> String {
    if name.contains(" moves in ") {
        return figures::percent(100.0, 100.0 + value).unwrap_or_else(|| "-".to_owned());
    }
    let (own, rest) = name.split_once(':').map_or((None, name), |(symbol, rest)| (Symbol::new(symbol).ok(), rest));
    let base = rest.split('(').next().unwrap_or(rest);
    let kind = QUANTITIES.iter().find(|spec| spec.name == base).map_or(Kind::Number, |spec| spec.kind);
    let price = ["price", "bid", "ask", "mid", "mark", "index", "open", "high", "low", "close", "range"].contains(&base);
    let places = price.then(|| decimals(cx, own.unwrap_or(symbol))).flatten();
    figure(value, kind, places, cx.theme.ascii)
}

/// A price as that symbol's are shown.
pub fn price(price: Price, symbol: Symbol, cx: &Cx<'_>) -> String {
    decimals(cx, symbol).map_or_else(|| format!("{price:#}"), |decimals| format!("{price:#.decimals$}"))
}

/// Which of an alert's quantities tells most: the price that is compared with a level, else what is named first.
pub fn telling(view: &AlertView) -> Option<usize> {
    let expression = view.expression.as_ref().ok()?;
    let inputs = expression.inputs();
    if inputs.is_empty() {
        return None;
    }
    let own = |input: &Input| input.quantity.is_level() && input.symbol.is_none_or(|symbol| symbol == view.symbol);
    Some(inputs.iter().position(|input| own(input) && !expression.levels().is_empty()).unwrap_or(0))
}

/// The nearest of an alert's price levels, and how far the price is from it: the level / the price − 1.
pub fn distance(view: &AlertView) -> Option<(f64, f64)> {
    let levels = view.expression.as_ref().ok()?.levels();
    let price = *view.values.get(telling(view)?)?.as_ref().ok()?;
    let away = |price_of: f64| (price_of, price_of / price - 1.0);
    let all = levels.iter().map(|level| away(level.price)).filter(|(_, away)| away.is_finite());
    all.min_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
}

/// How far it is to a level, in percent with its sign.
pub fn away(share: f64) -> String {
    figures::percent(1.0, 1.0 + share).unwrap_or_else(|| "-".to_owned())
}

/// What an expression was found to be.
pub fn truth(view: &AlertView, theme: &Theme) -> (&'static str, Style) {
    match view.truth {
        Some(true) => ("true", theme.bright.add_modifier(Modifier::BOLD)),
        Some(false) => ("false", theme.text),
        None => ("-", theme.dim),
    }
}

/// When it may fire again, in words.
pub fn rearm(rearm: Rearm) -> String {
    match rearm {
        Rearm::Auto => "auto: once it has been false, a minute after it fired at the earliest".to_owned(),
        Rearm::Once => "once: it fires and is done".to_owned(),
        Rearm::Always => "always: it fires at every check that finds it true".to_owned(),
        Rearm::Cooldown(time) => format!("cooldown {0}: {0} after it fired, whether or not it has been false", time.span()),
    }
}

/// When it may fire again, in eight cells.
pub fn rearm_short(rearm: Rearm) -> String {
    match rearm {
        Rearm::Cooldown(time) => format!("cool {}", time.span()),
        other => other.to_string(),
    }
}

/// A channel in four letters.
pub const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Bell => "bell",
        Channel::Terminal => "term",
        Channel::Desktop => "desk",
        Channel::Command => "cmd",
        Channel::Webhook => "hook",
        Channel::Mail => "mail",
    }
}

/// Why a channel cannot be used.
pub fn why_not<'a>(channel: Channel, cx: &Cx<'a>) -> Option<&'a str> {
    let channels = &cx.view.session.alerts.channels;
    channels.iter().find(|(known, _)| *known == channel).and_then(|(_, why)| why.as_deref())
}

/// How far a delivery has come: a sign, and a colour.
pub const fn delivery(state: DeliveryState, theme: &Theme) -> (char, Style) {
    match (state, theme.ascii) {
        (DeliveryState::Sent, false) => ('✓', theme.good),
        (DeliveryState::Sent, true) => ('+', theme.good),
        (DeliveryState::Waiting { .. }, false) => ('…', theme.warning),
        (DeliveryState::Waiting { .. }, true) => ('~', theme.warning),
        (DeliveryState::Failed, false) => ('✗', theme.error),
        (DeliveryState::Failed, true) => ('!', theme.error),
    }
}

/// How far a delivery has come, in a sentence without the channel.
pub fn delivery_at_length(row: &DeliveryRow, cx: &Cx<'_>) -> String {
    let now = cx.view.session.now;
    let tries = match row.tries {
        0 => String::new(),
        1 => " after 1 try".to_owned(),
        tries => format!(" after {tries} tries"),
    };
    let why = row.why.as_deref().map(|why| format!(": {}", text::safe(why))).unwrap_or_default();
    match row.state {
        DeliveryState::Sent => {
            let tries = if row.tries > 1 { tries } else { String::new() };
            format!("sent {}{tries}", moment(row.at, now, cx.zone))
        }
        DeliveryState::Waiting { next } if next > now => {
            format!("waiting, next try in {}{tries}{why}", brief(ceil(next.saturating_sub(now))))
        }
        DeliveryState::Waiting { .. } => format!("waiting{tries}{why}"),
        DeliveryState::Failed => format!("failed{tries}{why}"),
    }
}
