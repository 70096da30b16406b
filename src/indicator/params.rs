//! An indicator as it is set up: which one, and with what parameters.

use super::{Param, Spec};
use std::fmt;
use std::sync::Arc;

/// The values of an indicator's parameters, in the order of [`Spec::params`].
#[derive(Debug, Clone, PartialEq)]
pub struct Params(Arc<[f64]>);

impl Params {
    /// Those it has unless set.
    pub fn default_of(spec: &Spec) -> Self {
        Self(spec.params.iter().map(|param| param.default).collect())
    }

    /// The value at a position; 0 where there is none.
    pub fn get(&self, index: usize) -> f64 {
        self.0.get(index).copied().unwrap_or_default()
    }

    /// A whole number at a position.
    pub fn whole(&self, index: usize) -> usize {
        self.get(index).max(0.0) as usize
    }

    fn with(&self, index: usize, value: f64) -> Self {
        let mut all = self.0.to_vec();
        if let Some(place) = all.get_mut(index) {
            *place = value;
        }
        Self(all.into())
    }
}

/// Why an indicator cannot be set up so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SetupError {
    /// There is no indicator of that name.
    #[error("no indicator `{name}`{hint}")]
    Unknown {
        /// The name.
        name: String,
        /// ` (did you mean …?)`, or what there is.
        hint: String,
    },
    /// The indicator has no such parameter.
    #[error("`{spec}` has no parameter `{name}`: {hint}")]
    NoParam {
        /// The indicator.
        spec: &'static str,
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
    /// Neither `name` nor `name(parameter=value, …)`.
    #[error("`{0}` is not an indicator: expected a name such as `ofi` or `ofi(window=30)`")]
    Form(String),
}

/// An indicator with its parameters. Its text form names only what differs from the defaults: `ofi`, `vpin(bucket_volume=5)`.
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
    /// An indicator as it is unless set.
    pub fn of(spec: &'static Spec) -> Self {
        Self { spec, params: Params::default_of(spec) }
    }

    /// The same with one parameter set from its text.
    ///
    /// # Errors
    /// [`SetupError`] when there is no such parameter or it cannot be that.
    pub fn set(&self, name: &str, text: &str) -> Result<Self, SetupError> {
        let Some((index, param)) = self.spec.param(name) else {
            let names: Vec<&str> = self.spec.params.iter().map(|param| param.name).collect();
            let hint = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
            return Err(SetupError::NoParam { spec: self.spec.name, name: name.to_owned(), hint });
        };
        Ok(Self { spec: self.spec, params: self.params.with(index, read(param, text)?) })
    }

    /// Reads `(a=1, b=2)` or `(1, 2)`, the part behind a name; an empty text sets nothing.
    ///
    /// # Errors
    /// [`SetupError`] when it is something else or sets what cannot be.
    pub fn read(spec: &'static Spec, text: &str) -> Result<Self, SetupError> {
        let mut setup = Self::of(spec);
        let text = text.trim();
        if text.is_empty() {
            return Ok(setup);
        }
        let form = || SetupError::Form(format!("{}{text}", spec.name));
        let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).ok_or_else(form)?.trim();
        if inner.is_empty() {
            return Ok(setup);
        }
        for (index, part) in inner.split(',').enumerate() {
            let (name, value) = match part.split_once('=') {
                Some((name, value)) => (name.trim(), value.trim()),
                None => (spec.params.get(index).ok_or_else(form)?.name, part.trim()),
            };
            setup = setup.set(name, value)?;
        }
        Ok(setup)
    }

    /// What distinguishes it from its defaults, short: `30`, `5 · 50`; empty when nothing does.
    pub fn short(&self) -> String {
        let shown = self.spec.params.iter().enumerate().filter(|(i, param)| self.params.get(*i) != param.default);
        shown.map(|(i, param)| param.text(self.params.get(i))).collect::<Vec<_>>().join(" · ")
    }
}

impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.spec.name.to_owned();
        let mut open = "(";
        for (i, param) in self.spec.params.iter().enumerate() {
            let value = self.params.get(i);
            if value != param.default {
                text.push_str(&format!("{open}{}={}", param.name, param.text(value)));
                open = ",";
            }
        }
        if open == "," {
            text.push(')');
        }
        f.pad(&text)
    }
}

fn read(param: &Param, text: &str) -> Result<f64, SetupError> {
    if param.zero == Some(text) {
        return Ok(0.0);
    }
    let bad = || {
        let kind = if param.whole { "a whole number" } else { "a number" };
        let or = param.zero.map(|word| format!(", or `{word}`")).unwrap_or_default();
        let expected = format!("{kind} from {} to {}{or}", param.least, param.most);
        SetupError::Value { name: param.name, text: text.to_owned(), expected }
    };
    let value: f64 = text.parse().map_err(|_| bad())?;
    let fits = value >= param.least && value <= param.most && (!param.whole || value.fract() == 0.0);
    if fits || (param.zero.is_some() && value == 0.0) { Ok(value) } else { Err(bad()) }
}
