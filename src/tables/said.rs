//! What the engine says as rows.

use super::{Topic, Value};
use crate::broker::{BrokerEvent, Happening};
use crate::domain::{Bar, BarSpec, Firing, Nanos, Symbol};
use std::io;

/// Gives the row of a closed bar; `spec` is its kind and `name` that in words.
///
/// # Errors
/// What `row` says.
pub fn bar_row(
    symbol: Symbol,
    (spec, name): (BarSpec, &str),
    bar: &Bar,
    closed: Nanos,
    row: impl FnOnce(Topic, &[Value<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    // A source of bars that does not count trades does not part them by side either.
    let known = bar.trades > 0 || !bar.buy_volume.is_zero() || bar.volume.is_zero();
    let time = |at| if matches!(spec, BarSpec::Time(_)) { Value::Second(at) } else { Value::Time(at) };
    row(
        Topic::Bars,
        &[
            time(bar.start),
            Value::Text(&symbol),
            bar.open.into(),
            bar.high.into(),
            bar.low.into(),
            bar.close.into(),
            bar.volume.into(),
            if known { u64::from(bar.trades).into() } else { Value::Null },
            if known { bar.buy_volume.into() } else { Value::Null },
            name.into(),
            time(closed),
        ],
    )
}

/// Gives the row of an indicator's sample: its value, its z-score and the oscillator of that.
///
/// # Errors
/// What `row` says.
pub fn indicator_row(
    at: Nanos,
    symbol: Symbol,
    name: &str,
    values: [Option<f64>; 3],
    row: impl FnOnce(Topic, &[Value<'_>]) -> io::Result<()>,
) -> io::Result<()> {
    let [v, z, osc] = values;
    row(Topic::Indicators, &[at.into(), Value::Text(&symbol), name.into(), v.into(), z.into(), osc.into()])
}

/// Gives the row of an alert that fired.
///
/// # Errors
/// What `row` says.
pub fn alert_row(firing: &Firing, row: impl FnOnce(Topic, &[Value<'_>]) -> io::Result<()>) -> io::Result<()> {
    let finite = firing
        .values
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), serde_json::Value::Number(serde_json::Number::from_f64(*value)?))));
    let values = serde_json::Value::Object(finite.collect()).to_string();
    row(
        Topic::Alerts,
        &[
            firing.at.into(),
            Value::Text(&firing.symbol),
            firing.number.into(),
            firing.id.into(),
            Value::Text(&firing.expr),
            firing.price.into(),
            Value::Text(&values),
            Value::Text(&firing.note),
        ],
    )
}

/// Gives the row of something that happened at the paper broker, if there is a table for it.
///
/// # Errors
/// What `row` says.
pub fn broker_row(event: &BrokerEvent, row: impl FnOnce(Topic, &[Value<'_>]) -> io::Result<()>) -> io::Result<()> {
    let account = Value::Text(&event.account);
    match &event.what {
        Happening::Order(order) => {
            let request = &order.request;
            row(
                Topic::Orders,
                &[
                    event.at.into(),
                    Value::Text(&request.symbol),
                    account,
                    order.id.into(),
                    order.state.name().into(),
                    request.side.into(),
                    request.kind.name().into(),
                    request.kind.price().into(),
                    order.stop.or(request.kind.stop()).into(),
                    order.qty.into(),
                    order.filled.into(),
                    order.average().into(),
                    order.fees.into(),
                    request.tif.name().into(),
                    request.post_only.into(),
                    request.reduce_only.into(),
                    order.linked.into(),
                    order.sent.into(),
                    Value::Text(&order.reason),
                    Value::Text(&request.why),
                ],
            )
        }
        Happening::Fill(fill) => row(
            Topic::Fills,
            &[
                fill.at.into(),
                Value::Text(&fill.symbol),
                account,
                fill.number.into(),
                fill.order.into(),
                fill.side.into(),
                fill.price.into(),
                fill.qty.into(),
                fill.fee.into(),
                fill.slippage.into(),
                fill.maker.into(),
                fill.realised.into(),
                fill.position.into(),
                fill.market_at.into(),
            ],
        ),
        Happening::Equity { traded, value, cash, unrealised, buying_power, fills } => row(
            Topic::Equity,
            &[
                event.at.into(),
                account,
                (*value).into(),
                (*cash).into(),
                (*unrealised).into(),
                (*buying_power).into(),
                (*fills).into(),
                (*traded).into(),
            ],
        ),
        Happening::Signal(said) => row(
            Topic::Signals,
            &[
                said.at.into(),
                Value::Text(&said.symbol),
                account,
                said.side.into(),
                said.price.into(),
                Value::Text(&said.strategy),
                Value::Text(&said.why),
            ],
        ),
        Happening::Note { .. } => Ok(()),
    }
}
