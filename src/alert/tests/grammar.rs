//! Expressions made as trees, written with as few parentheses as the binding of operators allows, and worked out plainly.

use super::fuzz::is_stable;
use super::*;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Tree {
    Number(u32),
    Input(usize),
    Negative(Box<Tree>),
    /// An operator by its position in [`CALCULATIONS`].
    Calculation(usize, Box<Tree>, Box<Tree>),
    /// An operator by its position in [`COMPARISONS`].
    Comparison(usize, Box<Tree>, Box<Tree>),
    Not(Box<Tree>),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
}

const NAMES: [&str; 6] =
    ["price", "ofi.z", "volume(1m, 1)", "ETHUSDT:bid", "bbands(20, 2, 5m).upper", "beta(ETHUSDT, BTCUSDT, 1m, z=30)"];
const CALCULATIONS: [&str; 4] = ["+", "-", "*", "/"];
const COMPARISONS: [&str; 6] = ["<", "<=", ">", ">=", "==", "!="];

use Tree::{And, Calculation, Comparison, Input, Negative, Not, Number, Or};

/// How tightly it binds.
fn binding(tree: &Tree) -> u8 {
    match tree {
        Or(..) => 0,
        And(..) => 1,
        Not(_) => 2,
        Comparison(..) => 3,
        Calculation(0 | 1, ..) => 4,
        Calculation(..) => 5,
        Negative(_) => 6,
        Number(_) | Input(_) => 7,
    }
}

/// Its text; `words` chooses between `&&` and `and`.
fn write(tree: &Tree, least: u8, words: bool) -> String {
    let own = binding(tree);
    let two = |how: &str, left: &Tree, right: &Tree| {
        // What is done from the left needs parentheses on the right; comparisons are not chained on either side.
        let on_the_left = if own == 3 { 4 } else { own };
        format!("{} {how} {}", write(left, on_the_left, words), write(right, own + 1, words))
    };
    let text = match tree {
        Number(number) => number.to_string(),
        Input(index) => NAMES[*index].to_owned(),
        Negative(of) => format!("-{}", write(of, own, words)),
        Calculation(how, left, right) => two(CALCULATIONS[*how], left, right),
        Comparison(how, left, right) => two(COMPARISONS[*how], left, right),
        Not(of) => format!("{}{}", if words { "not " } else { "!" }, write(of, own, words)),
        And(left, right) => two(if words { "and" } else { "&&" }, left, right),
        Or(left, right) => two(if words { "or" } else { "||" }, left, right),
    };
    if own < least { format!("({text})") } else { text }
}

fn number(tree: &Tree, values: &[f64; 6]) -> Option<f64> {
    let value = match tree {
        Number(number) => f64::from(*number),
        Input(index) => values[*index],
        Negative(of) => -number(of, values)?,
        Calculation(how, left, right) => {
            let (left, right) = (number(left, values)?, number(right, values)?);
            [left + right, left - right, left * right, left / right][*how]
        }
        _ => unreachable!("a truth is no number"),
    };
    value.is_finite().then_some(value)
}

fn truth(tree: &Tree, values: &[f64; 6]) -> Option<bool> {
    match tree {
        Comparison(how, left, right) => {
            let (left, right) = (number(left, values)?, number(right, values)?);
            Some([left < right, left <= right, left > right, left >= right, left == right, left != right][*how])
        }
        Not(of) => truth(of, values).map(|truth| !truth),
        And(left, right) => match (truth(left, values), truth(right, values)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Or(left, right) => match (truth(left, values), truth(right, values)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        _ => unreachable!("a number is no truth"),
    }
}

fn numbers() -> impl Strategy<Value = Tree> {
    prop_oneof![1 => (0_u32..6).prop_map(Number), 3 => (0_usize..6).prop_map(Input)].prop_recursive(3, 6, 2, |inner| {
        prop_oneof![
            1 => inner.clone().prop_map(|of| Negative(Box::new(of))),
            4 => (0_usize..4, inner.clone(), inner).prop_map(|(how, left, right)| Calculation(how, Box::new(left), Box::new(right))),
        ]
    })
}

fn truths() -> impl Strategy<Value = Tree> {
    let comparison =
        (0_usize..6, numbers(), numbers()).prop_map(|(how, left, right)| Comparison(how, Box::new(left), Box::new(right)));
    comparison.prop_recursive(4, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Not(Box::new(of))),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| And(Box::new(left), Box::new(right))),
            (inner.clone(), inner).prop_map(|(left, right)| Or(Box::new(left), Box::new(right))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn operators_bind_and_work_as_they_are_said_to(
        tree in truths(),
        words: bool,
        values in prop::array::uniform6(prop_oneof![6 => (-3_i32..6).prop_map(f64::from), 1 => Just(f64::NAN), 1 => Just(1e308)]),
    ) {
        let text = write(&tree, 0, words);
        // At the very start a symbol would stand for the whole.
        let text = if text.starts_with("ETHUSDT") { format!("({text})") } else { text };
        let expression = match parse(&text) {
            Ok(expression) => expression,
            Err(error) => {
                // What can be seen to be wrong without any value.
                let known = ["division by zero", "this is always the same: there is no quantity in it"];
                prop_assert!(known.contains(&error.message.as_str()), "{}: {}", text, error);
                return Ok(());
            }
        };
        let places: Vec<usize> =
            expression.inputs().iter().map(|input| NAMES.iter().position(|name| *name == input.name).unwrap()).collect();
        let found = expression.check(&mut expression.memory(), Nanos::ZERO, |index| values[places[index]]);
        prop_assert_eq!(found, truth(&tree, &values), "{} at {:?}", text, values);
        is_stable(&text, &expression)?;
    }
}
