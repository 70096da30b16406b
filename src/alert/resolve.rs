//! From a name and what stands behind it to a quantity.

use super::catalogue::{self, Make, QUANTITIES};
use super::error::{ExpressionError, quoted};
use super::quantity::{Part, Quantity};
use super::syntax::{Argument, ArgumentValue, Call};
use crate::analytics::pairs::setup::{WINDOW, Z};
use crate::analytics::pairs::{Method, PairSetup};
use crate::domain::{Nanos, Symbol, Timeframe};
use crate::indicator::{Setup, SetupError, Spec};
use crate::indicators;
use std::ops::{Range, RangeInclusive};

type Resolved<T> = Result<T, ExpressionError>;

/// The quantity that is written there.
pub(super) fn quantity(text: &str, call: &Call) -> Resolved<Quantity> {
    Resolver { text, call, name: text.get(call.name.clone()).unwrap_or_default() }.quantity()
}

struct Resolver<'a> {
    text: &'a str,
    call: &'a Call,
    name: &'a str,
}

impl<'a> Resolver<'a> {
    fn error(&self, at: &Range<usize>, message: impl Into<String>) -> ExpressionError {
        ExpressionError::new(self.text, at.clone(), message)
    }

    fn slice(&self, at: &Range<usize>) -> &'a str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    fn arguments(&self) -> &'a [Argument] {
        self.call.arguments.as_deref().unwrap_or_default()
    }

    fn quantity(&self) -> Resolved<Quantity> {
        if let Some(spec) = self.call.part.as_ref().and_then(|part| self.dotted(part)) {
            return self.made(spec.make, spec.name, spec.example);
        }
        if let Some(spec) = catalogue::find(self.name) {
            if let Some(part) = &self.call.part {
                return Err(self.error(part, format!("`{}` has no parts", spec.name)));
            }
            return self.made(spec.make, spec.name, spec.example);
        }
        match indicators::ALL.iter().find(|spec| spec.name == self.name) {
            Some(spec) if spec.is_flow() => self.flow(spec),
            Some(spec) => self.study(spec),
            None => Err(self.unknown()),
        }
    }

    /// The entry whose name has a dot, such as `feed.age`.
    fn dotted(&self, part: &Range<usize>) -> Option<&'static catalogue::QuantitySpec> {
        let part = self.slice(part);
        QUANTITIES.iter().find(|spec| spec.name.split_once('.') == Some((self.name, part)))
    }

    fn unknown(&self) -> ExpressionError {
        // `feed` alone, or with a part there is not.
        let family: Vec<&str> =
            catalogue::names().filter(|name| name.split_once('.').is_some_and(|(first, _)| first == self.name)).collect();
        if !family.is_empty() {
            let at = self.call.part.as_ref().map_or(self.call.name.clone(), |part| self.call.name.start..part.end);
            let written = format!("{}.{}", self.name, self.call.part.as_ref().map_or("", |part| self.slice(part)));
            let error = self.error(&at, format!("no quantity {}", quoted(self.slice(&at))));
            return match self.call.part.as_ref().and_then(|_| catalogue::nearest(&written, family.iter().copied())) {
                Some(name) => error.hint(format!("did you mean `{name}`?")),
                None => error.hint(format!("there are {}", family.join(", "))),
            };
        }
        let error = self.error(&self.call.name, format!("no quantity {}", quoted(self.name)));
        match catalogue::nearest(self.name, catalogue::names()) {
            Some(name) => error.hint(format!("did you mean `{name}`?")),
            None => error.hint("such as `price`, `spread`, `volume(1m)` or `rsi(14, 5m)`"),
        }
    }

    fn made(&self, make: Make, name: &str, example: &str) -> Resolved<Quantity> {
        match make {
            Make::Plain(plain) => match (&self.call.arguments, self.arguments().first()) {
                (None, _) => Ok(plain.quantity()),
                (Some(_), first) => {
                    let at = first.map_or(self.call.name.clone(), |first| first.at.clone());
                    Err(self.error(&at, format!("`{name}` has no settings")).hint(format!("write `{name}` alone")))
                }
            },
            Make::Bar(field) => {
                let (mut timeframe, mut back) = (None, None);
                for argument in self.arguments() {
                    let named = argument.name.as_ref().map(|name| self.slice(name));
                    match (named, argument.value) {
                        (None | Some("bar"), ArgumentValue::Time(time)) if timeframe.is_none() => {
                            timeframe = Some(self.timeframe(&argument.at, time)?);
                        }
                        (None | Some("back"), ArgumentValue::Number(number)) if back.is_none() => {
                            back = Some(self.whole(&argument.at, number, &(0..=Quantity::BACK as usize), "back")? as u32);
                        }
                        _ => {
                            let error = self.error(&argument.whole(), "expected a timeframe and how many bars back");
                            return Err(error.hint(format!("such as `{name}(1m)` or `{name}(1m, 1)`")));
                        }
                    }
                }
                let Some(timeframe) = timeframe else {
                    return Err(self
                        .error(&self.call.name, format!("`{name}` needs a timeframe"))
                        .hint(format!("such as `{name}(1m)`")));
                };
                Ok(Quantity::Bar { field, timeframe, back: back.unwrap_or(0) })
            }
            Make::Pair(figure) => {
                let (y, x, timeframe, setup) = self.pair(name, example)?;
                Ok(Quantity::Pair { y, x, timeframe, setup, figure })
            }
        }
    }

    fn timeframe(&self, at: &Range<usize>, time: Nanos) -> Resolved<Timeframe> {
        Timeframe::ALL.into_iter().find(|timeframe| timeframe.nanos() == time).ok_or_else(|| {
            let all: Vec<String> = Timeframe::ALL.iter().map(Timeframe::to_string).collect();
            self.error(at, format!("no bars of {}", self.slice(at))).hint(format!("there are {}", all.join(" ")))
        })
    }

    fn whole(&self, at: &Range<usize>, number: f64, range: &RangeInclusive<usize>, what: &str) -> Resolved<usize> {
        let (least, most) = (*range.start(), *range.end());
        if number.fract() == 0.0 && number >= least as f64 && number <= most as f64 {
            return Ok(number as usize);
        }
        Err(self.error(at, format!("`{what}`: expected a whole number from {least} to {most}")))
    }

    fn pair(&self, name: &str, example: &str) -> Resolved<(Symbol, Symbol, Timeframe, PairSetup)> {
        let (mut symbols, mut timeframe, mut setup) = (Vec::new(), None, PairSetup::default());
        let mut given: Vec<&str> = Vec::new();
        for argument in self.arguments() {
            let at = &argument.at;
            let Some(setting) = argument.name.as_ref().map(|name| self.slice(name)) else {
                match argument.value {
                    ArgumentValue::Symbol(symbol) if symbols.len() < 2 => symbols.push(symbol),
                    ArgumentValue::Time(time) if timeframe.is_none() => timeframe = Some(self.timeframe(at, time)?),
                    ArgumentValue::Word if symbols.len() < 2 => {
                        let error = self.error(at, "expected a symbol");
                        let upper = self.slice(at).to_uppercase();
                        return Err(error.hint(format!("symbols are written in capitals: {}", quoted(&upper))));
                    }
                    _ => {
                        return Err(self
                            .error(at, "expected two symbols, a timeframe and settings")
                            .hint(format!("such as `{example}`")));
                    }
                }
                continue;
            };
            if given.contains(&setting) || (setting == "bar" && timeframe.is_some()) {
                return Err(self.error(&argument.whole(), format!("{} is given twice", quoted(setting))));
            }
            given.push(setting);
            let written = self.slice(at);
            match (setting, argument.value) {
                ("bar", ArgumentValue::Time(time)) => timeframe = Some(self.timeframe(at, time)?),
                ("window", ArgumentValue::Number(number)) => setup.window = self.whole(at, number, &WINDOW, setting)?,
                ("z", ArgumentValue::Number(number)) => setup.z = self.whole(at, number, &Z, setting)?,
                ("method", ArgumentValue::Word) => {
                    setup.method = written.parse::<Method>().map_err(|error| {
                        let error = self.error(at, error.to_string());
                        match catalogue::nearest(written, Method::ALL.iter().map(|method| method.name())) {
                            Some(name) => error.hint(format!("did you mean `{name}`?")),
                            None => error,
                        }
                    })?;
                }
                ("corr", ArgumentValue::Word) if written == "returns" => setup.returns = true,
                ("corr", ArgumentValue::Word) if written == "closes" => setup.returns = false,
                _ => {
                    let error = self.error(&argument.whole(), format!("`{name}` cannot be set so"));
                    return Err(
                        error.hint("there are window=100, z=20, method=ols, huber or kalman, corr=returns or closes, bar=1m")
                    );
                }
            }
        }
        match symbols.as_slice() {
            [y, x] if y == x => Err(self.error(&self.call.name, "a pair is of two different symbols")),
            [y, x] => Ok((*y, *x, timeframe.unwrap_or(Timeframe::M1), setup)),
            _ => Err(self.error(&self.call.name, format!("`{name}` needs two symbols")).hint(format!("such as `{example}`"))),
        }
    }

    fn flow(&self, spec: &'static Spec) -> Resolved<Quantity> {
        let setup = self.setup(spec, |argument, _| {
            let error = self.error(&argument.at, format!("`{}` is of events: it has no timeframe", spec.name));
            Err(match spec.params.iter().find(|param| param.about.contains("seconds")) {
                Some(param) => error.hint(format!("`{}` is in seconds: write the number alone", param.name)),
                None => error,
            })
        })?;
        Ok(Quantity::Flow { setup, part: self.part(spec)? })
    }

    fn study(&self, spec: &'static Spec) -> Resolved<Quantity> {
        let mut timeframe = None;
        let setup = self.setup(spec, |argument, time| {
            if timeframe.is_some() {
                return Err(self.error(&argument.at, "the timeframe is given twice"));
            }
            timeframe = Some(self.timeframe(&argument.at, time)?);
            Ok(())
        })?;
        Ok(Quantity::Study { setup, timeframe: timeframe.unwrap_or(Timeframe::M1), part: self.part(spec)? })
    }

    /// An indicator with what is set of it; lengths of time go elsewhere.
    fn setup(&self, spec: &'static Spec, mut on_time: impl FnMut(&Argument, Nanos) -> Resolved<()>) -> Resolved<Setup> {
        let mut setup = Setup::of(spec);
        let mut given: Vec<&str> = Vec::new();
        let mut position = 0;
        for argument in self.arguments() {
            let name = argument.name.as_ref().map(|name| self.slice(name));
            if let (None | Some("bar"), ArgumentValue::Time(time)) = (name, argument.value) {
                on_time(argument, time)?;
                continue;
            }
            let at = argument.whole();
            if name == Some("bar") && !spec.is_flow() {
                return Err(self.error(&argument.at, "`bar`: expected a timeframe such as `5m`"));
            }
            let name = if let Some(name) = name {
                name
            } else {
                let Some(param) = spec.params.get(position) else {
                    return Err(self.too_many(spec, &at));
                };
                position += 1;
                param.name
            };
            if given.contains(&name) {
                return Err(self.error(&at, format!("{} is given twice", quoted(name))));
            }
            given.push(name);
            let written = self.slice(&argument.at).replace(['_', ' '], "");
            setup = setup.set(name, &written).map_err(|error| self.refused(spec, argument, &error))?;
        }
        Ok(setup)
    }

    fn too_many(&self, spec: &Spec, at: &Range<usize>) -> ExpressionError {
        let names: Vec<&str> = spec.params.iter().map(|param| param.name).collect();
        let mut message = format!("`{}` has no further settings", spec.name);
        if names.is_empty() {
            message = format!("`{}` has no settings", spec.name);
        }
        let error = self.error(at, message);
        match (names.is_empty(), spec.is_flow()) {
            (true, true) => error,
            (true, false) => error.hint(format!("only a timeframe: `{}(1m)`", spec.name)),
            (false, true) => error.hint(format!("it has {}", names.join(", "))),
            (false, false) => error.hint(format!("it has {} and a timeframe with its unit, such as `5m`", names.join(", "))),
        }
    }

    /// Why an indicator cannot be set up so, at its place.
    fn refused(&self, spec: &Spec, argument: &Argument, error: &SetupError) -> ExpressionError {
        let names = spec.params.iter().map(|param| param.name);
        match (error, &argument.name) {
            (SetupError::NoParam { name, .. }, Some(at)) => {
                let error = self.error(at, format!("`{}` has no setting {}", spec.name, quoted(name)));
                let all: Vec<&str> = names.clone().chain((!spec.is_flow()).then_some("bar")).collect();
                match catalogue::nearest(name, all.iter().copied()) {
                    Some(near) => error.hint(format!("did you mean `{near}`?")),
                    None if all.is_empty() => error,
                    None => error.hint(format!("it has {}", all.join(", "))),
                }
            }
            (SetupError::Value { name, expected, .. }, _) => self.error(&argument.at, format!("`{name}`: expected {expected}")),
            _ => self.error(&argument.at, quoted(&error.to_string())),
        }
    }

    fn part(&self, spec: &'static Spec) -> Resolved<Part> {
        let Some(at) = &self.call.part else {
            return Ok(Part::Value);
        };
        let wanted = self.slice(at);
        parts(spec).find(|(name, _, _)| *name == wanted).map(|(_, _, part)| part).ok_or_else(|| {
            let names: Vec<&str> = parts(spec).map(|(name, _, _)| name).collect();
            let error = self.error(at, format!("`{}` has no part {}", spec.name, quoted(wanted)));
            match catalogue::nearest(wanted, names.iter().copied()) {
                Some(name) => error.hint(format!("did you mean `.{name}`?")),
                None if !spec.is_flow() && matches!(wanted, "z" | "osc") => error.hint("indicators of bars have none"),
                None if names.is_empty() => error,
                None => error.hint(format!("it has .{}", names.join(", ."))),
            }
        })
    }
}

/// What an indicator gives beside its raw value: name, meaning, part.
pub(super) fn parts(spec: &'static Spec) -> impl Iterator<Item = (&'static str, &'static str, Part)> {
    let scores = [("z", "its z-score over its last 300 samples", Part::Z), ("osc", "its oscillator, 0 to 100", Part::Osc)];
    let extras = spec.extras.iter().enumerate().map(|(index, extra)| (extra.name, extra.about, Part::Extra(index)));
    scores.into_iter().filter(|_| spec.is_flow()).chain(extras)
}
