//! The language of scenarios: one event a line, `#` begins a comment.
//!
//! ```text
//! 0.1  book bids 100x5 99x3 asks 101x2     a whole book            0.1  depth bids 100x4 asks 101x0   a change of it
//! 0.1  quote 100x5 101x2                   best prices             0.1  trade sell 3 @ 100            a trade, and who took
//! 60   bar 1m 100 105 95 101               a bar that closes now   0.1  mark 100 funding 0.0001 next 3600
//! 0.1  buy 1 limit 100 post-only gtd 5     an order                0.1  sell $1000 market             for money
//! 0.1  bracket stop 95 target 110: buy 1 limit 100                 0.1  oco: sell 1 limit 110 | sell 1 stop 90
//! 0.1  cancel 1    cancel all    amend 1 qty 2 price 99    flatten    kill    unlock    on    off    break    second    restart
//! ```

use crate::stage::{Stage, price, qty, symbol};
use rtai_tui::broker::{BrokerEvent, Happening};
use rtai_tui::domain::{
    BrokerConfig, Level, Mark, Nanos, OrderKind, OrderRequest, OrderState, OrderView, Placement, Side, Size, TimeInForce,
    TradingAction, Trail, TriggerBy,
};
use std::fmt::Write as _;

/// Time of a scenario's beginning: a moment in the middle of a day.
const START: Nanos = Nanos::from_secs(1_000_000 * 60);

fn time(text: &str) -> Nanos {
    START + Nanos::parse_secs(text.as_bytes()).unwrap_or_else(|_| panic!("{text} is no time"))
}

fn level(text: &str) -> Level {
    let (at, much) = text.split_once('x').unwrap_or_else(|| panic!("{text}: expected price x quantity"));
    (price(at), qty(much))
}

fn levels(text: &str, side: &str, other: &str) -> Vec<Level> {
    let Some((_, rest)) = text.split_once(side) else { return Vec::new() };
    rest.split(other).next().unwrap_or("").split_whitespace().map(level).collect()
}

fn side(text: &str) -> Side {
    match text {
        "buy" => Side::Buy,
        "sell" => Side::Sell,
        _ => panic!("{text}: expected buy or sell"),
    }
}

fn request(text: &str) -> OrderRequest {
    let mut words = text.split_whitespace();
    let mut next = || words.next().unwrap_or_else(|| panic!("`{text}` is too short"));
    let side = side(next());
    let size = match next() {
        amount if amount.starts_with('$') => Size::Quote(price(&amount[1..])),
        part if part.ends_with('%') => Size::Equity(part.trim_end_matches('%').parse::<u32>().unwrap() * 100),
        much => Size::Qty(qty(much)),
    };
    let kind = match next() {
        "market" => OrderKind::Market,
        "limit" => OrderKind::Limit { price: price(next()) },
        "stop" => OrderKind::Stop { stop: price(next()) },
        "stop-limit" => OrderKind::StopLimit { stop: price(next()), price: price(next()) },
        "take-profit" => OrderKind::TakeProfit { stop: price(next()) },
        "trail" => {
            let by = next();
            let by = match by.strip_suffix("bps") {
                Some(bps) => Trail::BasisPoints(bps.parse().unwrap()),
                None => Trail::Absolute(price(by)),
            };
            OrderKind::Trailing { by, from: None }
        }
        other => panic!("{other}: no kind of order"),
    };
    let mut order = OrderRequest { size, kind, ..OrderRequest::market(symbol(), side, qty("1")) };
    while let Some(word) = words.next() {
        match (word, &mut order.kind) {
            ("ioc", _) => order.tif = TimeInForce::Ioc,
            ("fok", _) => order.tif = TimeInForce::Fok,
            ("gtd", _) => order.tif = TimeInForce::Gtd(time(words.next().unwrap())),
            ("post-only", _) => order.post_only = true,
            ("reduce-only", _) => order.reduce_only = true,
            ("by-mark", _) => order.trigger = TriggerBy::Mark,
            ("from", OrderKind::Trailing { from, .. }) => *from = Some(price(words.next().unwrap())),
            _ => panic!("{word} in `{text}`"),
        }
    }
    order
}

fn placement(text: &str) -> Placement {
    if let Some((_, both)) = text.split_once("oco:") {
        let (one, other) = both.split_once('|').unwrap();
        return Placement::Oco(Box::new([request(one), request(other)]));
    }
    if let Some(rest) = text.strip_prefix("bracket") {
        let (exits, entry) = rest.split_once(':').unwrap();
        let words: Vec<&str> = exits.split_whitespace().collect();
        let after = |name| words.iter().position(|word| *word == name).map(|i| price(words[i + 1]));
        return Placement::Bracket { entry: Box::new(request(entry)), stop: after("stop"), target: after("target") };
    }
    Placement::Single(request(text))
}

fn step(stage: &mut Stage, at: Nanos, text: &str) {
    let account: std::sync::Arc<str> = "manual".into();
    let words: Vec<&str> = text.split_whitespace().collect();
    let after = |name| words.iter().position(|word| *word == name).map(|i| words[i + 1]);
    match words[0] {
        "book" => stage.book(at, levels(text, "bids", "asks"), levels(text, "asks", "bids")),
        "depth" => stage.depth(at, levels(text, "bids", "asks"), levels(text, "asks", "bids")),
        "quote" => stage.quote(at, level(words[1]), level(words[2])),
        "trade" => stage.trade(at, side(words[1]), price(words[4]), qty(words[2])),
        "bar" => stage.bar(at, words[1].parse().unwrap(), [2, 3, 4, 5].map(|i| price(words[i]))),
        "mark" => {
            let mark =
                Mark { price: price(words[1]), index: None, funding: after("funding").map(price), next: after("next").map(time) };
            stage.mark(at, mark);
        }
        "break" => stage.lose(at),
        "second" => {
            stage.wait(at);
            stage.broker.on_second(at, &stage.market);
        }
        "wait" => stage.wait(at),
        "restart" => stage.restart(at),
        "on" | "off" => stage.act(at, &TradingAction::Paper { on: words[0] == "on" }),
        "kill" => stage.act(at, &TradingAction::Kill { account }),
        "unlock" => stage.act(at, &TradingAction::Unlock { account }),
        "reset" => stage.act(at, &TradingAction::Reset { account, cash: words[1].parse().unwrap() }),
        "limits" => {
            let limits = serde_json::from_str(text.trim_start_matches("limits")).unwrap();
            stage.act(at, &TradingAction::Limits { account, limits });
        }
        "flatten" => stage.act(at, &TradingAction::Flatten { account, symbol: None }),
        "cancel" => stage.act(at, &TradingAction::Cancel { account, order: words[1].parse().ok(), symbol: None }),
        "amend" => {
            let order = words[1].parse().unwrap();
            let (price, stop) = (after("price").map(price), after("stop").map(price));
            stage.act(at, &TradingAction::Amend { account, order, qty: after("qty").map(qty), price, stop });
        }
        _ => stage.place(at, placement(text)),
    }
}

fn seconds(at: Nanos) -> String {
    let mut text = String::new();
    (at - START).write_secs(&mut text).unwrap();
    text
}

fn order_line(order: &OrderView) -> String {
    let mut text = format!("#{} {} ", order.id, order.request.side.as_str());
    match order.request.size {
        Size::Quote(amount) if order.qty.is_zero() => write!(text, "${amount}").unwrap(),
        Size::Equity(part) if order.qty.is_zero() => write!(text, "{}%", f64::from(part) / 100.0).unwrap(),
        _ => write!(text, "{}", order.qty).unwrap(),
    }
    write!(text, " {}", order.request.kind.name()).unwrap();
    if let Some(stop) = order.stop {
        write!(text, " on {stop}").unwrap();
    }
    if let Some(limit) = order.request.kind.price() {
        write!(text, " at {limit}").unwrap();
    }
    write!(text, ": {}", order.state).unwrap();
    if !order.filled.is_zero() && order.state != OrderState::Filled {
        write!(text, " {}", order.filled).unwrap();
    }
    if order.triggered {
        text.push_str(", set off");
    }
    if let Some(queue) = order.queue {
        write!(text, ", {:.4} of {} ahead", queue.ahead, queue.level).unwrap();
    }
    if !order.reason.is_empty() {
        write!(text, " ({})", order.reason).unwrap();
    }
    text
}

fn line(event: &BrokerEvent) -> Option<String> {
    let text = match &event.what {
        Happening::Order(order) => order_line(order),
        Happening::Fill(fill) => {
            let mut text = format!(
                "#{} {} {} @ {}",
                fill.order,
                if fill.side == Side::Buy { "bought" } else { "sold" },
                fill.qty,
                fill.price
            );
            text.push_str(if fill.maker { " as maker" } else { " as taker" });
            write!(text, ", fee {}", fill.fee.normalize()).unwrap();
            if !fill.slippage.is_zero() {
                write!(text, ", slippage {}", fill.slippage.normalize()).unwrap();
            }
            if !fill.realised.is_zero() {
                write!(text, ", realised {}", fill.realised.normalize()).unwrap();
            }
            if fill.market_at != fill.at {
                write!(text, ", at the market's {}", seconds(fill.market_at)).unwrap();
            }
            write!(text, ", position {}", fill.position).unwrap();
            text
        }
        Happening::Note { bad, text } => format!("{} {text}", if *bad { "!" } else { "*" }),
        Happening::Equity { .. } | Happening::Signal(_) => return None,
    };
    Some(format!("{:>8}  {text}", seconds(event.at)))
}

/// Plays a script: what the broker said.
pub fn play(script: &str, config: &BrokerConfig, venue: &str) -> String {
    play_split(script, config, venue, 1).0
}

/// Plays a script with the time between two events passing in so many steps: what the broker said, and its digest.
pub fn play_split(script: &str, config: &BrokerConfig, venue: &str, parts: i64) -> (String, u64) {
    let mut stage = Stage::new(config, venue);
    let (mut said, mut text, mut before) = (stage.broker.last_event(), String::new(), START);
    for row in script.lines() {
        let row = row.split('#').next().unwrap().trim();
        if row.is_empty() {
            continue;
        }
        let (when, what) = row.split_once(char::is_whitespace).unwrap_or_else(|| panic!("`{row}`: expected a time and an event"));
        let at = time(when);
        assert!(at >= before, "`{row}`: time runs forwards");
        for part in 1..parts {
            stage.wait(before + Nanos((at - before).0 * part / parts));
        }
        step(&mut stage, at, what.trim());
        before = at;
        if stage.broker.last_event() < said {
            said = 0;
        }
        for event in stage.broker.events_after(said) {
            if let Some(line) = line(event) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        said = stage.broker.last_event();
    }
    let view = stage.broker.view();
    let account = view.account("manual").unwrap();
    for order in &account.working {
        writeln!(text, "     end  {}", order_line(order)).unwrap();
    }
    for held in &account.positions {
        writeln!(text, "     end  position {} at {}, now {}", held.qty, held.average, held.mark).unwrap();
    }
    let round = |money: rtai_tui::domain::Money| money.normalize();
    writeln!(
        text,
        "     end  equity {} cash {} fees {} realised {} held {}",
        round(account.equity),
        round(account.cash),
        round(account.fees),
        round(account.realised),
        round(account.held)
    )
    .unwrap();
    (text, stage.hash())
}
