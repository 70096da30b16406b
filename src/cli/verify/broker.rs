//! The simulated exchange: the built-in session's orders, and what has to come of them by hand.

use super::bench::Bench;
use super::report::Found;
use super::session;
use crate::domain::Money;
use crate::engine::Engine;

/// What the account has to have, worked out by hand from docs/exchange.md.
///
/// Bought 1 @ 101 + 1.5 @ 102 = 254 as taker at 5 bps (fee 0.127); sold 2.5 @ 102.5 = 256.25 as maker at 2 bps (fee 0.05125): realised
/// 2.25, fees 0.17825, so 100,000 becomes 100,002.07175.
const EXPECTED: &[(&str, &str)] =
    &[("cash", "100002.07175"), ("fees", "0.17825"), ("realised profit", "2.25"), ("equity", "100002.07175")];
/// The fills it takes.
const FILLS: u64 = 3;

/// Runs the built-in session.
pub fn broker(_bench: &Bench) -> Found {
    judge(&session::engine(&session::inputs()))
}

/// Holds an engine's account against what has to be.
pub fn judge(engine: &Engine) -> Found {
    let fix = "figures of paper trading in this build cannot be trusted: build it anew, else report it with `rtai-tui --version`";
    let broker = engine.trading().broker;
    let Some(account) = broker.account(session::ACCOUNT) else {
        return Found::fail("the simulated exchange has no account", fix);
    };
    let found = [account.cash, account.fees, account.realised, account.equity];
    let mut wrong = Vec::new();
    for ((name, expected), found) in EXPECTED.iter().zip(found) {
        if expected.parse::<Money>().ok() != Some(found) {
            wrong.push(format!("{name} is {found}, should be {expected}"));
        }
    }
    if account.fill_count != FILLS {
        wrong.push(format!("{} fills rather than {FILLS}", account.fill_count));
    }
    if account.position(session::symbol()).is_some_and(|position| !position.qty.is_zero()) {
        wrong.push("a position is left".to_owned());
    }
    if !wrong.is_empty() {
        return Found::fail(wrong.join("; "), fix);
    }
    let text =
        format!("{FILLS} fills, cash {} and fees {} to the last digit", account.cash.normalize(), account.fees.normalize());
    Found::pass(text).fact("cash", account.cash.normalize().to_string()).fact("fees", account.fees.normalize().to_string())
}
