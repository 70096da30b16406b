//! `indicators`: prints every sample of the indicators of a recording, one JSON line each.

use super::args;
use super::out::{self, Interrupt};
use super::settings::Settings;
use crate::domain::{BarSpec, Symbol};
use crate::drive::replay::{Files, Source as _};
use crate::drive::tabulate::{Sample, Sampler, Wanted};
use crate::indicator::{Reading, Setup, SetupError, Spec, oscillator};
use crate::indicators;
use crate::recording::ReadOptions;
use anyhow::bail;
use serde_json::{Map, Number, Value, json};
use std::io::Write;

/// Inputs between two looks at whether to stop.
const STEP: u64 = 20_000;

/// Wrong usage that only the catalogue can tell.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error("--set {0}: expected NAME.PARAMETER=VALUE, such as vpin.bucket_volume=5")]
    Set(String),
    #[error("--set {0}: {1} is not among --names")]
    NotNamed(String, String),
    #[error("{0} is made of bars: say which with --bar, such as --bar 1m")]
    NoBar(String),
}

/// Whether a failure is the user's wrong usage.
pub fn is_usage(error: &anyhow::Error) -> bool {
    error.is::<Wrong>()
}

/// Runs `indicators`.
///
/// # Errors
/// When a name or a parameter is unknown, a file cannot be read, or the symbol is not in it.
pub fn run(args: &args::Indicators, settings: &Settings) -> anyhow::Result<()> {
    let setups = setups(args.names.as_deref(), &args.sets, args.bar)?;
    if args.files.is_empty() {
        return list(args.json);
    }
    let interrupt = Interrupt::listen()?;
    let opened = super::import::open(&args.files, &args.reading, settings, &interrupt)?;
    let mut sampler = Sampler::new(Wanted { setups, every: args.every, bar: args.bar }, args.reading.symbol);
    let mut line = String::new();
    let mut stdout = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let options = ReadOptions { keep_going: args.reading.keep_going, ..ReadOptions::default() };
    let mut source = Files::open(&opened.files, options)?;
    let mut count = 0_u64;
    while let Some(input) = source.next()? {
        sampler.input(&input, &mut |sample| {
            write_line(&mut line, &sample);
            stdout.write_all(line.as_bytes())
        })?;
        count += 1;
        if count.is_multiple_of(STEP) && interrupt.came() {
            bail!("stopped");
        }
    }
    stdout.flush()?;
    check(&sampler, args.reading.symbol)
}

/// What `export` asks for: the names, else all of events, and with a kind of bars those of bars too.
///
/// # Errors
/// When a name or a parameter is unknown, or one of bars is named without bars.
pub fn chosen(names: Option<&str>, bar: Option<BarSpec>) -> anyhow::Result<Vec<Setup>> {
    Ok(setups(names, &[], bar)?)
}

/// What is asked for: the names or all, with what is set.
fn setups(names: Option<&str>, sets: &[String], bar: Option<BarSpec>) -> Result<Vec<Setup>, Wrong> {
    let mut setups = match names {
        Some(names) => indicators::parse_list(names)?,
        None if bar.is_some() => indicators::ALL.iter().copied().map(Setup::of).collect(),
        None => indicators::flow().map(Setup::of).collect(),
    };
    for set in sets {
        let wrong = || Wrong::Set(set.clone());
        let (name, rest) = set.split_once('.').ok_or_else(wrong)?;
        let (param, value) = rest.split_once('=').ok_or_else(wrong)?;
        let spec = indicators::find(name.trim())?;
        let mut found = false;
        for setup in setups.iter_mut().filter(|setup| setup.spec.name == spec.name) {
            *setup = setup.set(param.trim(), value.trim())?;
            found = true;
        }
        if !found {
            return Err(Wrong::NotNamed(set.clone(), spec.name.to_owned()));
        }
    }
    match setups.iter().find(|setup| !setup.spec.is_flow()) {
        Some(setup) if bar.is_none() => Err(Wrong::NoBar(setup.to_string())),
        _ => Ok(setups),
    }
}

/// Whether the symbol that was asked for has come.
fn check(sampler: &Sampler, only: Option<Symbol>) -> anyhow::Result<()> {
    match only {
        Some(only) if sampler.wanted().is_empty() => {
            let there: Vec<String> = sampler.engine().symbols().map(|symbol| symbol.to_string()).collect();
            bail!("{only} is not in it: there is {}", if there.is_empty() { "no symbol".to_owned() } else { there.join(", ") })
        }
        _ => Ok(()),
    }
}

/// One sample as a line; values as the shortest text that reads back the same.
fn write_line(line: &mut String, sample: &Sample<'_>) {
    use std::fmt::Write as _;
    let Sample { at, symbol, name, spec, reading, z } = *sample;
    let number = |value: Option<f64>| value.and_then(Number::from_f64).map_or(Value::Null, Value::Number);
    line.clear();
    line.push_str("{\"ts\":");
    let _ = at.write_secs(line);
    let _ = write!(line, ",\"sym\":{},\"name\":{}", Value::from(&*symbol), Value::from(name));
    let values = [("v", reading.map(Reading::value)), ("z", z), ("osc", z.map(oscillator))];
    let extras = spec.extras.iter().enumerate().map(|(i, extra)| (extra.name, reading.and_then(|reading| reading.extra(i))));
    for (key, value) in values.into_iter().chain(extras) {
        let _ = write!(line, ",\"{key}\":{}", number(value));
    }
    line.push_str("}\n");
}

/// Prints the catalogue.
fn list(json: bool) -> anyhow::Result<()> {
    if json {
        let all: Vec<Value> = indicators::ALL.iter().map(|spec| described(spec)).collect();
        out::print_json(&json!({ "indicators": all }))?;
        return Ok(());
    }
    let width = indicators::ALL.iter().map(|spec| spec.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for spec in indicators::ALL {
        let params: Vec<String> =
            spec.params.iter().map(|param| format!("{}={}", param.name, param.text(param.default))).collect();
        let params = if params.is_empty() { String::new() } else { format!("  [{}]", params.join(", ")) };
        text.push_str(&format!("{:width$}  {}, from {}{params}\n", spec.name, spec.title, spec.needs.about()));
    }
    out::print(&text)?;
    Ok(())
}

fn described(spec: &Spec) -> Value {
    let params: Vec<Value> = spec
        .params
        .iter()
        .map(|param| {
            json!({ "name": param.name, "about": param.about, "default": param.default, "least": param.least,
                    "most": param.most, "whole": param.whole, "zero": param.zero })
        })
        .collect();
    let extras: Map<String, Value> = spec.extras.iter().map(|extra| (extra.name.to_owned(), Value::from(extra.about))).collect();
    json!({
        "name": spec.name, "title": spec.title, "about": spec.about, "formula": spec.formula, "source": spec.source,
        "unit": spec.unit.about(), "least": spec.range.least, "most": spec.range.most, "neutral": spec.range.neutral,
        "needs": spec.needs.about(), "warm_up": spec.warm_up, "across_gaps": spec.across_gaps, "params": params, "extras": extras,
    })
}
