//! A strategy as it is set up: which one, and with what parameters. Its text form is `ma_cross(fast=10,slow=30)`.

use super::Spec;
use crate::config::did_you_mean;
use std::fmt;
use std::sync::Arc;

/// What a parameter can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number within bounds.
    Number {
        /// Unless set.
        default: f64,
        /// At least.
        least: f64,
        /// At most.
        most: f64,
        /// Whether it is a whole one.
        whole: bool,
    },
    /// One of some words.
    Choice {
        /// Unless set.
        default: &'static str,
        /// All of them.
        of: &'static [&'static str],
    },
    /// The name of a file; empty for none.
    File,
}

/// A parameter of a strategy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Param {
    /// Its name, lower case.
    pub name: &'static str,
    /// What it does and its unit.
    pub about: &'static str,
    /// What it can be.
    pub kind: Kind,
}

impl Param {
    /// A whole number.
    pub const fn whole(name: &'static str, about: &'static str, default: u32, least: u32, most: u32) -> Self {
        Self { name, about, kind: Kind::Number { default: default as f64, least: least as f64, most: most as f64, whole: true } }
    }

    /// A number.
    pub const fn number(name: &'static str, about: &'static str, default: f64, least: f64, most: f64) -> Self {
        Self { name, about, kind: Kind::Number { default, least, most, whole: false } }
    }

    /// Yes or no.
    pub const fn flag(name: &'static str, about: &'static str, default: bool) -> Self {
        Self { name, about, kind: Kind::Choice { default: if default { "true" } else { "false" }, of: &["false", "true"] } }
    }

    /// One of some words.
    pub const fn choice(name: &'static str, about: &'static str, default: &'static str, of: &'static [&'static str]) -> Self {
        Self { name, about, kind: Kind::Choice { default, of } }
    }

    /// A file.
    pub const fn file(name: &'static str, about: &'static str) -> Self {
        Self { name, about, kind: Kind::File }
    }

    fn default_value(&self) -> Value {
        match self.kind {
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Choice { default, .. } => Value::Text(default.into()),
            Kind::File => Value::Text("".into()),
        }
    }

    /// What it can be, in words.
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Number { least, most, whole, .. } => {
                format!("{} from {least} to {most}", if whole { "a whole number" } else { "a number" })
            }
            Kind::Choice { of, .. } => of.join(" or "),
            Kind::File => "the name of a file".to_owned(),
        }
    }

    fn read(&self, text: &str) -> Result<Value, SetupError> {
        let bad = || SetupError::Value {
            name: self.name,
            text: text.chars().filter(|c| !c.is_control()).take(40).collect(),
            expected: self.expected(),
        };
        match self.kind {
            Kind::Number { least, most, whole, .. } => {
                let value: f64 = text.parse().map_err(|_| bad())?;
                let fits = value >= least && value <= most && (!whole || value.fract() == 0.0);
                if fits { Ok(Value::Number(value)) } else { Err(bad()) }
            }
            Kind::Choice { of, .. } => {
                of.iter().find(|word| **word == text).map(|word| Value::Text((*word).into())).ok_or_else(bad)
            }
            Kind::File if text.contains([',', '(', ')', '=']) => Err(bad()),
            Kind::File => Ok(Value::Text(text.into())),
        }
    }
}

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Of a number.
    Number(f64),
    /// Of a word or a file.
    Text(Arc<str>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.pad(&number.to_string()),
            Self::Text(text) => f.pad(text),
        }
    }
}

/// The values of a strategy's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Params {
    spec: &'static [Param],
    values: Arc<[Value]>,
}

impl Params {
    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.spec.iter().position(|param| param.name == name).and_then(|at| self.values.get(at))
    }

    /// A number; 0 where there is no such parameter.
    pub fn number(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Number(number)) => *number,
            _ => 0.0,
        }
    }

    /// A whole number.
    pub fn whole(&self, name: &str) -> usize {
        self.number(name).max(0.0) as usize
    }

    /// A word or a file.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == "true"
    }
}

/// Why a strategy cannot be set up so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SetupError {
    /// There is none of that name.
    #[error("no strategy `{name}`{hint}")]
    Unknown {
        /// The name.
        name: String,
        /// What was probably meant, or what there is.
        hint: String,
    },
    /// It has no such parameter.
    #[error("strategy `{strategy}` has no parameter `{name}`: {hint}")]
    NoParam {
        /// The strategy.
        strategy: &'static str,
        /// The parameter.
        name: String,
        /// Those it has.
        hint: String,
    },
    /// A value that cannot be.
    #[error("`{name}` = `{text}`: expected {expected}")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What was given.
        text: String,
        /// What can be.
        expected: String,
    },
    /// Values that do not go together.
    #[error("strategy `{strategy}`: {why}")]
    Clash {
        /// The strategy.
        strategy: &'static str,
        /// What is wrong, and what would be right.
        why: String,
    },
    /// A file it is made of is missing or of the wrong shape.
    #[error("strategy `{strategy}`, file {file}: {why}")]
    File {
        /// The strategy.
        strategy: &'static str,
        /// The file.
        file: String,
        /// What is wrong with it, and what is expected.
        why: String,
    },
    /// Neither `name` nor `name(parameter=value,…)`.
    #[error("`{0}` is no strategy: expected a name such as `ma_cross` or `ma_cross(fast=10,slow=30)`")]
    Form(String),
}

/// A strategy with its parameters.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Which.
    pub spec: &'static Spec,
    /// How.
    pub params: Params,
}

impl PartialEq for Setup {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name && self.params == other.params
    }
}

impl Setup {
    /// A strategy as it is unless set.
    pub fn of(spec: &'static Spec) -> Self {
        let values = spec.params.iter().map(Param::default_value).collect();
        Self { spec, params: Params { spec: spec.params, values } }
    }

    /// The same with one parameter set from its text; whether they go together says [`Setup::check`].
    ///
    /// # Errors
    /// [`SetupError`] when there is no such parameter or it cannot be that.
    pub fn set(mut self, name: &str, text: &str) -> Result<Self, SetupError> {
        let found = self.spec.params.iter().position(|param| param.name == name);
        let Some((at, param)) = found.and_then(|at| self.spec.params.get(at).map(|param| (at, param))) else {
            let names = || self.spec.params.iter().map(|param| param.name);
            let hint = if self.spec.params.is_empty() { "it has none".to_owned() } else { did_you_mean(name, names()) };
            return Err(SetupError::NoParam { strategy: self.spec.name, name: name.to_owned(), hint });
        };
        let mut values = self.params.values.to_vec();
        if let Some(place) = values.get_mut(at) {
            *place = param.read(text.trim())?;
        }
        self.params.values = values.into();
        Ok(self)
    }

    /// Whether its parameters go together.
    ///
    /// # Errors
    /// [`SetupError::Clash`] saying what does not.
    pub fn check(&self) -> Result<(), SetupError> {
        (self.spec.check)(&self.params).map_err(|why| SetupError::Clash { strategy: self.spec.name, why })
    }

    /// Reads `name` or `name(parameter=value,…)`; `find` knows the catalogue.
    ///
    /// # Errors
    /// [`SetupError`] naming what is wrong.
    pub fn parse(text: &str, find: impl Fn(&str) -> Result<&'static Spec, SetupError>) -> Result<Self, SetupError> {
        let text = text.trim();
        let form = || SetupError::Form(text.chars().filter(|c| !c.is_control()).take(80).collect());
        let (name, inner) = match text.split_once('(') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix(')').ok_or_else(form)?.trim()),
            None => (text, ""),
        };
        let mut setup = Self::of(find(name)?);
        for part in inner.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(form)?;
            setup = setup.set(name.trim(), value)?;
        }
        setup.check()?;
        Ok(setup)
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set =
            self.spec.params.iter().zip(self.params.values.iter()).filter(|(param, value)| param.default_value() != **value);
        let set: Vec<String> = set.map(|(param, value)| format!("{}={value}", param.name)).collect();
        let name = self.spec.name;
        f.pad(&if set.is_empty() { name.to_owned() } else { format!("{name}({})", set.join(",")) })
    }
}
