//! An index as JSON, as `info --json` prints it.

use super::{Gap, Index, MarkKind, Marked, SymbolSummary, Timeline};
use crate::domain::{Meta, Nanos, Price, Qty, Side, Symbol};
use serde_json::{Value, json};

impl Index {
    /// The index as JSON: times in RFC 3339 UTC, prices and quantities as numbers.
    pub fn to_json(&self) -> Value {
        let symbols: serde_json::Map<String, Value> =
            self.symbols.iter().map(|(symbol, summary)| (symbol.to_string(), summary_json(summary))).collect();
        let members: Vec<Value> = self
            .checkpoints
            .iter()
            .map(|place| {
                let member = place.member();
                json!({"compressed": member.compressed, "inflated": member.inflated, "line": place.lines() + 1})
            })
            .collect();
        json!({
            "file": self.path.to_string_lossy(),
            "bytes": self.bytes,
            "first": self.first.map(Nanos::rfc3339),
            "last": self.last.map(Nanos::rfc3339),
            "meta": self.meta.as_ref().map(meta_json),
            "symbols": symbols,
            "gaps": self.gaps.iter().map(gap_json).collect::<Vec<_>>(),
            "gap_count": self.gap_count,
            "marks": self.marks.iter().map(mark_json).collect::<Vec<_>>(),
            "places": members,
            "report": serde_json::to_value(&self.report).unwrap_or(Value::Null),
            "clean": self.report.is_clean() && self.stopped.is_none(),
            "stopped": self.stopped,
        })
    }
}

fn number(text: &str) -> Value {
    text.parse().map_or(Value::Null, Value::Number)
}

fn meta_json(meta: &Meta) -> Value {
    let instruments: Vec<Value> = meta
        .instruments
        .iter()
        .map(|i| {
            json!({
                "sym": i.symbol.as_str(), "tick": number(&i.tick.to_string()), "lot": number(&i.lot.to_string()),
                "min_notional": number(&i.min_notional.to_string()), "base": i.base, "quote": i.quote,
            })
        })
        .collect();
    json!({"venue": meta.venue, "app": meta.app, "symbols": instruments})
}

fn summary_json(summary: &SymbolSummary) -> Value {
    json!({
        "topics": summary.topics,
        "first": summary.first.map(Nanos::rfc3339),
        "last": summary.last.map(Nanos::rfc3339),
        "timeline": summary.timeline.as_ref().map(timeline_json),
    })
}

fn timeline_json(timeline: &Timeline) -> Value {
    let column = |of: &dyn Fn(&super::Bucket) -> Value| timeline.buckets().iter().map(of).collect::<Vec<_>>();
    json!({
        "start": timeline.start().rfc3339(),
        "seconds": timeline.width().to_secs_f64(),
        "volume": column(&|bucket| number(&bucket.volume.to_string())),
        "close": column(&|bucket| bucket.close.map_or(Value::Null, |price| number(&price.to_string()))),
    })
}

fn gap_json(gap: &Gap) -> Value {
    json!({
        "from": gap.from.rfc3339(), "to": gap.to.map(Nanos::rfc3339), "kind": gap.kind.as_str(),
        "sym": gap.symbol.map(|symbol| symbol.to_string()), "scope": gap.scope.as_str(), "why": gap.why,
    })
}

fn mark_json(mark: &Marked) -> Value {
    let order = |kind: &str, symbol: Symbol, side: Side, price: Price, qty: Qty| {
        json!({
            "at": mark.at.rfc3339(), "kind": kind, "sym": symbol.as_str(), "side": side.as_str(),
            "price": number(&price.to_string()), "qty": number(&qty.to_string()),
        })
    };
    match &mark.kind {
        MarkKind::User(label) => json!({"at": mark.at.rfc3339(), "kind": "user", "label": label}),
        MarkKind::Trade(symbol, side, price, qty) => order("trade", *symbol, *side, *price, *qty),
        MarkKind::Liquidation(symbol, side, price, qty) => order("liquidation", *symbol, *side, *price, *qty),
    }
}
