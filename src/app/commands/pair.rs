//! Commands of every pane about a pair of symbols, and of the matrix of correlations.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Pair, keys }
}

const fn matrix(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Matrix, keys }
}

/// The entries of these scopes, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::PairY, "pair.choose-y", "Choose y, the symbol that is hedged", &["y"]),
    spec(Command::PairX, "pair.choose-x", "Choose x, the symbol it is hedged with", &["i"]),
    spec(Command::PairSwap, "pair.swap", "Exchange y and x", &["r"]),
    spec(Command::PairMethod, "pair.method", "Next of OLS, Huber and Kalman for the hedge ratio", &["e"]),
    spec(Command::PairOls, "pair.ols", "Hedge ratio by ordinary least squares", &[]),
    spec(Command::PairHuber, "pair.huber", "Hedge ratio by Huber's regression, which outliers move less", &[]),
    spec(Command::PairKalman, "pair.kalman", "Hedge ratio by a Kalman filter, which has no window", &[]),
    spec(Command::PairWindowLonger, "pair.window-longer", "More bars for the hedge ratio and the tests", &[")"]),
    spec(Command::PairWindowShorter, "pair.window-shorter", "Fewer bars for the hedge ratio and the tests", &["("]),
    spec(Command::PairWindow, "pair.window", "Enter the bars for the hedge ratio and the tests", &["W"]),
    spec(Command::PairZLonger, "pair.z-longer", "More bars for z-score and rolling correlation", &["v"]),
    spec(Command::PairZShorter, "pair.z-shorter", "Fewer bars for z-score and rolling correlation", &["c"]),
    spec(Command::PairZ, "pair.z", "Enter the bars for z-score and rolling correlation", &["C"]),
    spec(Command::PairReturns, "pair.returns", "Correlate log returns, or closes", &["K"]),
    spec(Command::PairThresholds, "pair.thresholds", "Enter at which z a position is entered, left and stopped", &["E"]),
    matrix(Command::MatrixLeft, "matrix.left", "The cursor to the left", &["left", "h"]),
    matrix(Command::MatrixRight, "matrix.right", "The cursor to the right", &["right", "l"]),
];
