//! Crossings, movements and the logic of three values, held to plain computations over whole histories.

use super::*;
use proptest::prelude::*;

/// The value of `price` and `bid` from a moment on; NaN where there is none.
type Course = Vec<(i64, [f64; 2])>;

/// Steps of time (often none, so that checks share a moment) and values that often repeat, touch each other, vanish or change sign.
fn course() -> impl Strategy<Value = Course> {
    let value = prop_oneof![
        6 => (-4_i32..12).prop_map(f64::from),
        2 => 90.0..110.0_f64,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
    ];
    let step = prop_oneof![3 => Just(0_i64), 5 => 1_i64..4, 1 => 5_i64..20];
    prop::collection::vec((step, [value.clone(), value]), 1..60).prop_map(|steps| {
        let mut at = 1_000;
        steps
            .into_iter()
            .map(|(step, values)| {
                at += step;
                (at * 1_000_000, values)
            })
            .collect()
    })
}

/// What an expression says at every moment of a course.
fn verdicts(text: &str, course: &Course) -> Vec<Option<bool>> {
    let expression = read(text);
    let mut memory = expression.memory();
    let names = ["price", "bid"];
    let places: Vec<usize> =
        expression.inputs().iter().map(|input| names.iter().position(|name| *name == input.name).unwrap()).collect();
    course.iter().map(|(at, values)| expression.check(&mut memory, Nanos(*at), |index| values[places[index]])).collect()
}

fn both(values: &[f64; 2]) -> Option<(f64, f64)> {
    values.iter().all(|value| value.is_finite()).then_some((values[0], values[1]))
}

/// Whether price has crossed bid with the check at a position, from the definition.
fn crossed(course: &Course, index: usize, above: bool) -> Option<bool> {
    let (left, right) = both(&course[index].1)?;
    let before = index.checked_sub(1).and_then(|before| both(&course[before].1));
    Some(before.is_some_and(|(l, r)| if above { l <= r && left > right } else { l >= r && left < right }))
}

/// Whether price has crossed bid and been beyond ever since.
fn crossed_and_stayed(course: &Course, index: usize, above: bool) -> Option<bool> {
    let beyond = |index: usize| both(&course[index].1).map(|(l, r)| if above { l > r } else { l < r });
    beyond(index)?;
    let stays = (0..=index).rev().take_while(|index| beyond(*index) == Some(true)).min();
    Some(stays.is_some_and(|first| crossed(course, first, above) == Some(true)))
}

/// The largest change of the price to the check at a position from any value it had in a time before, from the definition: the
/// price as a step function, in which a check that finds the same as the one before is no step.
fn moved(course: &Course, index: usize, within: i64) -> Option<f64> {
    let (now, price) = (course[index].0, course[index].1[0]);
    if !price.is_finite() {
        return None;
    }
    let mut steps: Vec<(i64, Option<f64>)> = Vec::new();
    for (at, values) in &course[..=index] {
        let value = Some(values[0]).filter(|value| value.is_finite());
        if steps.last().is_none_or(|(_, last)| *last != value) {
            steps.push((*at, value));
        }
    }
    let from = now - within;
    let stood = steps.iter().rposition(|(at, _)| *at <= from);
    let had = steps.iter().enumerate().filter(|(place, (at, _))| *at >= from || Some(*place) == stood);
    let changes = had.filter_map(|(_, (_, then))| then.filter(|then| *then != 0.0)).map(|then| price / then - 1.0);
    changes.max_by(|a, b| a.abs().total_cmp(&b.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn crossings_are_what_their_definition_says(course in course(), above: bool) {
        let direction = if above { "above" } else { "below" };
        let instant = verdicts(&format!("price crosses {direction} bid"), &course);
        let staying = verdicts(&format!("price crosses {direction} bid for 1s"), &course);
        for index in 0..course.len() {
            prop_assert_eq!(instant[index], crossed(&course, index, above), "at {}", index);
            prop_assert_eq!(staying[index], crossed_and_stayed(&course, index, above), "at {}", index);
        }
    }

    #[test]
    fn movements_are_what_their_definition_says(course in course(), within in 1_i64..30, percent in 1_u32..150) {
        let expression = read(&format!("price moves {percent}% in {within}ms"));
        let mut memory = expression.memory();
        for index in 0..course.len() {
            let verdict = expression.check(&mut memory, Nanos(course[index].0), |_| course[index].1[0]);
            let wanted = moved(&course, index, within * 1_000_000);
            prop_assert_eq!(verdict, wanted.map(|change| change.abs() >= f64::from(percent) / 100.0), "at {}", index);
            // Of a rise and a fall of one size either may be named.
            let size = |change: Option<f64>| change.map(|change| (change.abs() * 1e9).round());
            prop_assert_eq!(size(memory.movement(0)), size(wanted.map(|change| change * 100.0)), "at {}", index);
        }
    }

    /// A logic of three values is right when it says what stays the same however the unknown turns out, for expressions in
    /// which each value is read once.
    #[test]
    fn what_is_not_known_matters_only_where_it_could(shape in logic(), known in prop::collection::vec(prop::option::of(any::<bool>()), 6)) {
        let (text, count) = shape;
        let known = &known[..count];
        let expression = read(&text);
        let with = |values: &[Option<bool>]| {
            expression.check(&mut expression.memory(), Nanos::ZERO, |index| values[index].map_or(f64::NAN, |value| if value { 2.0 } else { 0.0 }))
        };
        let mut outcomes = Vec::new();
        for bits in 0..1_u32 << count {
            let full: Vec<Option<bool>> = known.iter().enumerate().map(|(i, value)| value.or(Some(bits >> i & 1 == 1))).collect();
            outcomes.push(with(&full).unwrap());
        }
        let wanted = outcomes.iter().all(|outcome| *outcome == outcomes[0]).then_some(outcomes[0]);
        prop_assert_eq!(with(known), wanted, "{}", text);
    }
}

/// An expression of `&&`, `||`, `!` and comparisons, each of another quantity, and how many there are.
fn logic() -> impl Strategy<Value = (String, usize)> {
    #[derive(Debug, Clone)]
    enum Shape {
        Leaf,
        Not(Box<Shape>),
        Two(bool, Box<Shape>, Box<Shape>),
    }
    fn write(shape: &Shape, next: &mut usize) -> String {
        const NAMES: [&str; 6] = ["price", "bid", "ask", "mid", "mark", "index"];
        match shape {
            Shape::Leaf => {
                *next += 1;
                format!("{} > 1", NAMES[*next - 1])
            }
            Shape::Not(of) => format!("!({})", write(of, next)),
            Shape::Two(both, left, right) => {
                let left = write(left, next);
                format!("({left} {} {})", if *both { "&&" } else { "||" }, write(right, next))
            }
        }
    }
    fn leaves(shape: &Shape) -> usize {
        match shape {
            Shape::Leaf => 1,
            Shape::Not(of) => leaves(of),
            Shape::Two(_, left, right) => leaves(left) + leaves(right),
        }
    }
    Just(Shape::Leaf)
        .prop_recursive(5, 12, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|of| Shape::Not(Box::new(of))),
                (any::<bool>(), inner.clone(), inner).prop_map(|(both, left, right)| Shape::Two(
                    both,
                    Box::new(left),
                    Box::new(right)
                )),
            ]
        })
        .prop_filter_map("at most six", |shape| {
            let count = leaves(&shape);
            (count <= 6).then(|| (write(&shape, &mut 0), count))
        })
}

#[test]
fn a_crossing_is_an_event_and_with_a_time_a_state() {
    let course: Course =
        [(0, 2.0), (1, 1.0), (2, 2.0), (3, 3.0), (4, 1.0), (5, f64::NAN), (6, 2.0)].map(|(at, price)| (at, [price, 1.0])).into();
    let yes = |verdicts: Vec<Option<bool>>| {
        verdicts.iter().map(|verdict| verdict.map_or('?', |yes| if yes { '+' } else { '-' })).collect::<String>()
    };
    assert_eq!(yes(verdicts("price crosses above bid", &course)), "--+--?-");
    assert_eq!(yes(verdicts("price crosses above bid for 1s", &course)), "--++-?-");
    // A crossing that is read second sees every check as well.
    assert_eq!(yes(verdicts("bid > 5 || price crosses above bid", &course)), "--+--?-");
    assert_eq!(yes(verdicts("price >= 3 && price crosses above 2", &course)), "---+-?-");
}

#[test]
fn a_movement_looks_back_to_what_stood_when_its_time_began() {
    let expression = read("price moves 10% in 10ms");
    let mut memory = expression.memory();
    let mut at = |millis: i64, price: f64| {
        let verdict = expression.check(&mut memory, Nanos::from_millis(millis), |_| price);
        (verdict, memory.movement(0).map(|percent| percent.round() as i64))
    };
    assert_eq!(at(0, 100.0), (Some(false), Some(0)));
    // 100 stood until now.
    assert_eq!(at(50, 110.0), (Some(true), Some(10)));
    assert_eq!(at(59, 110.0), (Some(true), Some(10)));
    // At 50 it was 110 already.
    assert_eq!(at(60, 110.0), (Some(false), Some(0)));
    assert_eq!(at(61, f64::NAN), (None, None));
    // Before it was not known it was 110.
    assert_eq!(at(62, 88.0), (Some(true), Some(-20)));
    assert_eq!(at(70, 88.0), (Some(true), Some(-20)));
    assert_eq!(at(71, 88.0), (Some(false), Some(0)));
    assert_eq!(at(80, 0.0), (Some(true), Some(-100)));
    assert_eq!(at(90, 0.0), (None, None));
}

#[test]
fn a_movement_remembers_so_much_and_no_more() {
    let expression = read("price moves 1000% in 7d");
    let mut memory = expression.memory();
    // Ever less: every value stays the greatest of its time for a while, none is outdone.
    for step in 0..200_000_i64 {
        let price = 1e9 - step as f64;
        expression.check(&mut memory, Nanos::from_millis(step), |_| price);
    }
    let percent = memory.movement(0).unwrap();
    let oldest = 1e9 - (200_000.0 - 65_536.0);
    assert!((percent - ((1e9 - 199_999.0) / oldest - 1.0) * 100.0).abs() < 1e-12, "{percent}");
}

#[test]
fn memories_of_the_same_past_have_the_same_hash() {
    use std::hash::{Hash as _, Hasher as _};
    let expression = read("price moves 1% in 1s || price crosses above 2");
    let hash = |prices: &[f64]| {
        let mut memory = expression.memory();
        for (at, price) in prices.iter().enumerate() {
            expression.check(&mut memory, Nanos::from_millis(at as i64), |_| *price);
        }
        let mut hasher = siphasher::sip::SipHasher13::new();
        memory.hash(&mut hasher);
        hasher.finish()
    };
    assert_eq!(hash(&[1.0, f64::NAN, 3.0]), hash(&[1.0, -f64::NAN, 3.0]));
    assert_eq!(hash(&[1.0, f64::NAN]), hash(&[1.0, -f64::NAN]));
    assert_ne!(hash(&[1.0, 2.0, 3.0]), hash(&[1.0, 2.5, 3.0]));
    assert_ne!(hash(&[1.0, 3.0]), hash(&[3.0, 3.0]));
}
