//! What a check found, for people and as JSON.

use serde_json::{Map, Value};
use std::fmt::Write as _;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It was not made.
    Skip,
    /// All is well.
    Pass,
    /// It works, but not as it should.
    Warn,
    /// It does not work.
    Fail,
}

impl Status {
    const fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// How it came out.
    pub status: Status,
    /// What was found, in one line.
    pub text: String,
    /// What to do about it, a line each; nothing where all is well.
    pub fixes: Vec<String>,
    /// What was measured, by name with its unit: `round_trip_ms`.
    pub facts: Map<String, Value>,
}

impl Found {
    fn new(status: Status, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), fixes: Vec::new(), facts: Map::new() }
    }

    /// All is well.
    pub fn pass(text: impl Into<String>) -> Self {
        Self::new(Status::Pass, text)
    }

    /// It works, but not as it should; what to do.
    pub fn warn(text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Status::Warn, text).fix(fix)
    }

    /// It does not work; what to do.
    pub fn fail(text: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(Status::Fail, text).fix(fix)
    }

    /// It was not made, and why.
    pub fn skip(why: impl Into<String>) -> Self {
        Self::new(Status::Skip, why)
    }

    /// One thing more to do.
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        let fix = fix.into();
        if !fix.is_empty() {
            self.fixes.push(fix);
        }
        self
    }

    /// One thing more that was measured.
    pub fn fact(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), value.into());
        self
    }
}

/// The line of a check, with what to do below it.
pub fn line(name: &str, found: &Found) -> String {
    let mut text = format!("{}  {name:<11} {}\n", found.status.word(), found.text);
    for fix in &found.fixes {
        let _ = writeln!(text, "      {:<11} -> {fix}", "");
    }
    text
}

/// How many came out how: `11 checks: 9 passed, 1 skipped, 1 failed`.
pub fn sum(found: &[Found]) -> String {
    let count = |status: Status| found.iter().filter(|one| one.status == status).count();
    let mut text = format!("{} checks: {} passed", found.len(), count(Status::Pass));
    for (status, word) in [(Status::Skip, "skipped"), (Status::Warn, "with a warning"), (Status::Fail, "failed")] {
        if count(status) > 0 {
            let _ = write!(text, ", {} {word}", count(status));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_below_each_other_and_fixes_below_their_line() {
        let found = [
            Found::pass("all is well"),
            Found::fail("gone", "look for it").fix("or do without").fact("ms", 5),
            Found::skip("--offline"),
        ];
        assert_eq!(line("rest", &found[0]), "pass  rest        all is well\n");
        assert_eq!(
            line("websocket", &found[1]),
            "fail  websocket   gone\n                  -> look for it\n                  -> or do without\n"
        );
        assert_eq!(sum(&found), "3 checks: 1 passed, 1 skipped, 1 failed");
    }
}
