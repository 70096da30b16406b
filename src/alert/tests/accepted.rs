//! What the language takes, and what it makes of it.

use super::*;
use crate::domain::Timeframe;
use crate::indicators;

const U: f64 = f64::NAN;

/// Text, the inputs' names in order, values for them, and what the check says.
type Example = (&'static str, &'static [&'static str], &'static [f64], Option<bool>);

const EXAMPLES: &[Example] = &[
    ("price > 65000", &["price"], &[65_000.5], Some(true)),
    ("price > 65000", &["price"], &[65_000.0], Some(false)),
    ("price crosses above 65000", &["price"], &[65_001.0], Some(false)),
    ("price moves 2% in 15m", &["price"], &[65_001.0], Some(false)),
    ("volume(1m) > 100", &["volume(1m)"], &[101.0], Some(true)),
    ("rv > 0.8", &["rv"], &[0.9], Some(true)),
    ("rv > 80%", &["rv"], &[0.79], Some(false)),
    ("spread > 5 for 10s", &["spread"], &[5.5], Some(true)),
    ("ofi.z < -2 && vpin > 0.7 for 5s", &["ofi.z", "vpin"], &[-2.5, 0.71], Some(true)),
    ("ETHUSDT: rsi(14, 5m) < 30", &["rsi(14, 5m)"], &[29.0], Some(true)),
    ("zscore(ETHUSDT, BTCUSDT, 1m) > 2", &["zscore(ETHUSDT, BTCUSDT, 1m)"], &[2.5], Some(true)),
    ("pnl < -1000", &["pnl"], &[-1_001.0], Some(true)),
    ("drawdown > 5%", &["drawdown"], &[0.051], Some(true)),
    ("feed.age > 3s", &["feed.age"], &[3.1], Some(true)),
    ("price > sma(20, 1m) * (1 + 0.5%)", &["price", "sma(20, 1m)"], &[100.51, 100.0], Some(true)),
    ("price > sma(20, 1m) * (1 + 0.5%)", &["price", "sma(20, 1m)"], &[100.49, 100.0], Some(false)),
    ("!(feed.up) || feed.age > 3s", &["feed.up", "feed.age"], &[1.0, 1.0], Some(false)),
    ("!(feed.up) || feed.age > 3s", &["feed.up", "feed.age"], &[0.0, U], Some(true)),
    ("ETHUSDT: price > 3000 && BTCUSDT:price < 65000", &["price", "BTCUSDT:price"], &[3_001.0, 64_000.0], Some(true)),
    (
        "zscore(ETHUSDT, BTCUSDT, 1m, window=200, method=kalman) < -2",
        &["zscore(ETHUSDT, BTCUSDT, 1m, window=200, method=kalman)"],
        &[-2.5],
        Some(true),
    ),
    ("close(1m, 1) > open(1m, 1)", &["close(1m, 1)", "open(1m, 1)"], &[2.0, 1.0], Some(true)),
    ("ofi(window=30).z crosses below -2", &["ofi(window=30).z"], &[-3.0], Some(false)),
    (
        "rsi(14, 5m) < 30 && volume(1m) > 2 * volume(1m, 1) for 1s",
        &["rsi(14, 5m)", "volume(1m)", "volume(1m, 1)"],
        &[29.0, 5.0, 2.0],
        Some(true),
    ),
    ("wall.bid_wall > 4", &["wall.bid_wall"], &[4.5], Some(true)),
    ("-1 * change(5m) > 0.5%", &["change(5m)"], &[-0.006], Some(true)),
    ("-change(5m) > 0.5%", &["change(5m)"], &[0.006], Some(false)),
    // Binding.
    ("price - 1 - 1 == 0 || price + 2 * 3 == 9", &["price"], &[2.0], Some(true)),
    ("!price > 5 && bid > 1", &["price", "bid"], &[4.0, 2.0], Some(true)),
    ("not price > 5 and bid > 1 or ask > 1", &["price", "bid", "ask"], &[9.0, 2.0, 2.0], Some(true)),
    ("price > 8 / 4 / 2", &["price"], &[1.5], Some(true)),
    ("- price * 2 < -3", &["price"], &[2.0], Some(true)),
    // Forms.
    ("price>65_000", &["price"], &[65_001.0], Some(true)),
    ("price\n  > 6.5e4", &["price"], &[65_001.0], Some(true)),
    ("5 % < drawdown", &["drawdown"], &[0.06], Some(true)),
    ("rsi < 30", &["rsi(14, 1m)"], &[29.0], Some(true)),
    ("rsi(5m) < 30", &["rsi(14, 5m)"], &[29.0], Some(true)),
    ("rsi(5m, 14) < 30 || rsi(14, bar=5m) < 30 || rsi(period=14, 5m) < 30", &["rsi(14, 5m)"], &[29.0], Some(true)),
    ("macd(5m).signal > 0", &["macd(12, 26, 9, 5m).signal"], &[1.0], Some(true)),
    ("bbands(20, 2, 1m).upper < price", &["bbands(20, 2, 1m).upper", "price"], &[1.0, 2.0], Some(true)),
    ("vpin(5, buckets=20) > 0.5", &["vpin(bucket_volume=5,buckets=20)"], &[0.6], Some(true)),
    ("vpin(auto).osc > 99", &["vpin.osc"], &[99.5], Some(true)),
    ("delta(1m, back=2) > 0", &["delta(1m, 2)"], &[1.0], Some(true)),
    ("corr(A1, B-27DEC24, z=30, corr=closes) < 1", &["corr(A1, B-27DEC24, 1m, z=30, corr=closes)"], &[0.5], Some(true)),
    ("feed.latency > 0.5s", &["feed.latency"], &[0.6], Some(true)),
    ("feed.age > 0 && feed.up == feed.synced", &["feed.age", "feed.up", "feed.synced"], &[0.1, 0.0, 0.0], Some(true)),
    ("change(1h) > 0 && funding <= 0.01%", &["change(1h)", "funding"], &[0.1, 0.0001], Some(true)),
    ("price * change(1m) > 100", &["price", "change(1m)"], &[1_000.0, 0.2], Some(true)),
    ("price * 1% > 100", &["price"], &[10_001.0], Some(true)),
    ("feed.latency * 2 > 1s && feed.latency / feed.age > 1", &["feed.latency", "feed.age"], &[0.6, 0.5], Some(true)),
    // Symbols.
    ("0.05<ETHUSDT:price/BTCUSDT:price", &["ETHUSDT:price", "BTCUSDT:price"], &[3.0, 50.0], Some(true)),
    ("price > 2-ETHUSDT:price", &["price", "ETHUSDT:price"], &[1.0, 1.5], Some(true)),
    ("1000PEPEUSDT:price > 1 && !(BTC-27DEC24:mark < 1)", &["price", "BTC-27DEC24:mark"], &[2.0, 1.0], Some(true)),
    ("price > 1 && ETHUSDT:(bid > 1 && BTCUSDT:ask > 1)", &["price", "ETHUSDT:bid", "BTCUSDT:ask"], &[2.0, 2.0, 2.0], Some(true)),
    ("ETHUSDT: price > 1 && ETHUSDT:price < 3", &["price"], &[2.0], Some(true)),
    ("price > 1 && ETHUSDT:beta(ETHUSDT, BTCUSDT) > 1", &["price", "beta(ETHUSDT, BTCUSDT, 1m)"], &[2.0, 2.0], Some(true)),
    // What is not known.
    ("price > 1", &["price"], &[U], None),
    ("price > 1", &["price"], &[f64::INFINITY], None),
    ("price > 1 && bid > 1", &["price", "bid"], &[U, 0.0], Some(false)),
    ("price > 1 && bid > 1", &["price", "bid"], &[U, 2.0], None),
    ("price > 1 || bid > 1", &["price", "bid"], &[U, 2.0], Some(true)),
    ("price > 1 || bid > 1", &["price", "bid"], &[U, 0.0], None),
    ("!(price > 1)", &["price"], &[U], None),
    ("price != price", &["price"], &[U], None),
    ("1 / price > 0", &["price"], &[0.0], None),
    ("price / price > 0", &["price"], &[0.0], None),
    ("price * 1e300 > 0", &["price"], &[1e300], None),
    ("feed.up", &["feed.up"], &[U], None),
    ("feed.up", &["feed.up"], &[1.0], Some(true)),
    ("price moves 1% in 1s", &["price"], &[U], None),
    ("price crosses above bid", &["price", "bid"], &[1.0, U], None),
];

#[test]
fn expressions_mean_what_they_say() {
    for (text, inputs, values, verdict) in EXAMPLES {
        assert_eq!(names(text), *inputs, "{text}");
        assert_eq!(check(text, values), *verdict, "{text}");
    }
}

#[test]
fn inputs_say_whose_and_what_they_are() {
    let symbol = |text: &str| Symbol::new(text).unwrap();
    let expression = read("ETHUSDT: rsi(14, 5m) < 30 && BTCUSDT:change(1m) > 1% && feed.up && feed.age < 3s");
    assert_eq!(expression.symbol(), Some(symbol("ETHUSDT")));
    let kinds: Vec<(Option<Symbol>, Kind)> = expression.inputs().iter().map(|input| (input.symbol, input.kind)).collect();
    assert_eq!(
        kinds,
        [(None, Kind::Number), (Some(symbol("BTCUSDT")), Kind::Share), (None, Kind::Truth), (None, Kind::Duration)]
    );
    assert_eq!(read("price > 1 && ETHUSDT: price > 1").symbol(), None);
    let setup = indicators::parse("rsi(14)").unwrap();
    let wanted = Quantity::Study { setup, timeframe: Timeframe::M5, part: Part::Value };
    assert_eq!(expression.inputs()[0].quantity, wanted);
}

#[test]
fn the_time_it_has_to_hold_and_its_text() {
    let expression = read("  spread > 5   for 1m30s\t");
    assert_eq!((expression.text(), expression.hold()), ("spread > 5   for 1m30s", Some(Nanos::from_secs(90))));
    assert_eq!(read("spread > 5").hold(), None);
    assert_eq!(read("spread > 5 for 7d").hold(), Some(Nanos::from_secs(7 * 86_400)));
}

#[test]
fn movements_have_names() {
    let text = "price moves 2% in 15m || (bid  +\n ask)/2 moves 1% in 1h30m || ETHUSDT:mid moves 1% in 1s";
    assert_eq!(read(text).moves(), ["price moves in 15m", "(bid + ask)/2 moves in 1h30m", "ETHUSDT:mid moves in 1s"]);
}

/// Every quantity there is.
fn every_quantity() -> Vec<String> {
    let plain = QUANTITIES.iter().map(|spec| {
        let argument = spec.form.contains("TIMEFRAME").then_some("(1m)").filter(|_| !spec.form.contains('Y'));
        let pair = spec.form.contains("(Y").then_some("(ETHUSDT, BTCUSDT, 15m, window=50, z=30, method=huber, corr=closes)");
        format!("{}{}", spec.name, argument.or(pair).unwrap_or_default())
    });
    // The difference of a bar is not an indicator here but a field.
    let indicators = indicators::ALL.iter().filter(|spec| spec.name != "delta").flat_map(|spec| {
        let whole = std::iter::once(spec.name.to_owned());
        let parts = resolve::parts(spec).map(|(part, _, _)| format!("{}.{part}", spec.name));
        // Each with its first setting at the least it can be.
        let set = spec.params.iter().map(|param| format!("{}({}={})", spec.name, param.name, param.least));
        whole.chain(parts).chain(set)
    });
    plain.chain(indicators).collect()
}

#[test]
fn names_read_back_as_the_same() {
    for text in every_quantity() {
        let input = |text: &str| {
            // Whatever its kind.
            let expression =
                parse(&format!("{text} != 0")).or_else(|_| parse(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(expression.inputs().len(), 1);
            expression.inputs()[0].clone()
        };
        let first = input(&text);
        assert_eq!(input(&first.name), first, "{text}");
        let elsewhere = input(&format!("(ETHUSDT:{text})"));
        let is_pair = matches!(first.quantity, Quantity::Pair { .. });
        assert_eq!(elsewhere.name, if is_pair { first.name.clone() } else { format!("ETHUSDT:{}", first.name) });
        assert_eq!(input(&format!("({})", elsewhere.name)), elsewhere);
    }
}

#[test]
fn the_catalogue_is_in_order() {
    let mut seen = Vec::new();
    for spec in QUANTITIES {
        assert!(!seen.contains(&spec.name), "{} twice", spec.name);
        seen.push(spec.name);
        let expression = read(spec.example);
        let input = expression.inputs().iter().find(|input| catalogue::name_of(&input.quantity) == spec.name).unwrap();
        assert_eq!(input.kind, spec.kind, "{}", spec.name);
        assert!(spec.form.starts_with(spec.name));
    }
    for spec in indicators::ALL {
        // Only the difference of a bar is both: they are the same.
        assert!(spec.name == "delta" || !seen.contains(&spec.name), "{} hides an indicator", spec.name);
        assert!(spec.param("bar").is_none() && spec.extras.iter().all(|extra| extra.name != "z" && extra.name != "osc"));
    }
    for word in parser::KEYWORDS {
        assert!(!catalogue::is_name(word));
    }
}

#[test]
fn levels_are_constant_prices_of_the_own_symbol() {
    let levels =
        |text: &str| -> Vec<(f64, bool)> { read(text).levels().iter().map(|level| (level.price, level.above)).collect() };
    assert_eq!(levels("price > 65000"), [(65_000.0, true)]);
    assert_eq!(levels("65000 < bid && ask <= 66000 + 500"), [(65_000.0, true), (66_500.0, false)]);
    assert_eq!(levels("mid crosses below 1 || mark crosses above 2"), [(1.0, false), (2.0, true)]);
    assert_eq!(levels("!(price > 1 || close(5m) < 2)"), [(1.0, false), (2.0, true)]);
    assert_eq!(
        levels("ETHUSDT: price > 3000 && BTCUSDT:price > 60000 && ETHUSDT:bid > 3001"),
        [(3_000.0, true), (3_001.0, true)]
    );
    for none in [
        "price > sma(20, 1m)",
        "close(5m, 1) > 1",
        "index > 1",
        "price == 1",
        "price > -1",
        "price moves 1% in 1s",
        "(price > 1) == (price > 2)",
    ] {
        assert!(levels(none).is_empty(), "{none}");
    }
    assert_eq!(levels("price > 5 && price > 5 || price < 5"), [(5.0, true), (5.0, false)]);
}

#[test]
fn ages_are_where_the_passing_of_time_changes_a_comparison() {
    let ages = |text: &str| -> Vec<i64> { read(text).ages().iter().map(|age| age.limit.0).collect() };
    assert_eq!(ages("feed.age > 3s"), [3_000_000_001]);
    assert_eq!(ages("feed.age >= 3s"), [3_000_000_000]);
    assert_eq!(ages("3s > feed.age"), [3_000_000_000]);
    assert_eq!(ages("feed.age <= 0.3s"), [300_000_001]);
    assert_eq!(ages("feed.age == 100ms"), [100_000_000, 100_000_001]);
    assert_eq!(ages("feed.age crosses above 3s || feed.age crosses below 4s"), [3_000_000_001, 4_000_000_000]);
    assert_eq!(ages("feed.age > 10s / 3"), [3_333_333_334]);
    assert_eq!(ages("feed.age > 0"), [1]);
    let expression = read("price > 1 && ETHUSDT:feed.age > 7d");
    assert_eq!(expression.ages(), [Age { input: 1, limit: Nanos(604_800_000_000_001) }]);
    for none in ["feed.age >= 0", "feed.age > -3s", "feed.latency > 3s", "feed.age > feed.latency", "price > 3"] {
        assert!(ages(none).is_empty(), "{none}");
    }
}

#[test]
fn a_memory_of_another_expression_is_begun_anew() {
    let (one, two) = (read("price crosses above 1 || price moves 1% in 1s"), read("price + 1 > 2 && bid > 0"));
    let mut memory = two.memory();
    assert_eq!(one.check(&mut memory, Nanos::ZERO, |_| 0.5), Some(false));
    assert_eq!(one.check(&mut memory, Nanos::ZERO, |_| 1.5), Some(true));
    assert_eq!(two.check(&mut memory, Nanos::ZERO, |_| 1.5), Some(true));
    assert_eq!((memory.movement(0), one.memory().movement(7)), (None, None));
}
