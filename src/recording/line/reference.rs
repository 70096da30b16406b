//! The decoder for every line, through `serde_json`: what it says is what a line means.

use super::object::Object;
use super::{Decoded, DerivedTopic, LineContext, LineError, Record, topics};
use crate::domain::{Event, Market, Payload};

/// Reads any line. See [`super::decode_line`].
pub(super) fn decode<'a>(line: &'a [u8], context: &LineContext) -> Result<Decoded<'a>, LineError> {
    let text = std::str::from_utf8(line).map_err(|_| LineError::NotText)?;
    let mut envelope = Object::parse(text.strip_prefix('\u{feff}').unwrap_or(text))?;
    let at = envelope.time("ts")?.ok_or(LineError::Missing("ts"))?;
    let topic = envelope.text("topic")?.ok_or(LineError::Missing("topic"))?;
    let named = envelope.symbol()?;
    let symbol = named.unwrap_or_else(|| context.default_symbol());
    let raw = envelope.take("data")?;
    let mut unknown_keys = envelope.unknown();

    let derived = |topic| Record::Derived { at, topic, symbol };
    if let Some(kind) = DerivedTopic::ALL.into_iter().find(|t| *t != DerivedTopic::Bar && t.as_str() == topic) {
        return Ok(Decoded { record: derived(kind), unknown_keys });
    }
    if !topics::KNOWN.contains(&topic.as_ref()) {
        return Ok(Decoded { record: Record::Unknown { at, topic }, unknown_keys });
    }
    let raw = raw.ok_or(LineError::Missing("data"))?;
    if topic == "user" {
        return Ok(Decoded { record: Record::Input { at, payload: Payload::User(topics::user(raw, named)?) }, unknown_keys });
    }
    let mut data = Object::parse(raw).map_err(|_| LineError::value("data", raw, "an object"))?;
    let market = |event| Record::Input { at, payload: Payload::Market(Market::of(symbol, event)) };
    let record = match topic.as_ref() {
        "trade" => market(Event::Trade(topics::trade(&mut data)?)),
        "quote" => market(Event::Quote(topics::quote(&mut data)?)),
        "book" => market(Event::Book(topics::book(&mut data)?)),
        "depth" => market(Event::Depth(topics::depth(&mut data)?)),
        "liq" => market(Event::Liquidation(topics::liquidation(&mut data)?)),
        "mark" => market(Event::Mark(topics::mark(&mut data)?)),
        "history" => market(topics::history(&mut data)?),
        "link" => {
            let event = Event::Link(topics::link(&mut data)?);
            Record::Input { at, payload: Payload::Market(Market { symbol: named, event }) }
        }
        "meta" => Record::Input { at, payload: Payload::Meta(Box::new(topics::meta(&mut data, &mut unknown_keys)?)) },
        _ => match topics::bar(&mut data, at)? {
            Some((spec, bar)) => Record::Bar { at, symbol, spec, bar },
            None => derived(DerivedTopic::Bar),
        },
    };
    Ok(Decoded { record, unknown_keys: unknown_keys.saturating_add(data.unknown()) })
}
