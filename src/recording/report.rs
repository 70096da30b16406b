//! What was found in a recording beside its inputs.

use super::line::LineError;
use super::source::{Damage, DamageKind};
use std::collections::BTreeMap;

/// Bad lines that are kept with their reasons; more are only counted.
pub const KEPT_BAD_LINES: usize = 100;
/// Places of damage that are kept; more are only counted.
pub const KEPT_DAMAGE: usize = 100;
/// Unknown topics that are counted by name.
const KEPT_TOPICS: usize = 32;

/// A line that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

/// A file that ends in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Truncated {
    /// Where it ends, bytes of the file as it is stored.
    pub byte: u64,
    /// Complete lines that were read before.
    pub salvaged_lines: u64,
}

/// Counts and damage of what has been read so far. Its size is bounded whatever the file holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Report {
    /// Lines, blank ones too.
    pub lines: u64,
    /// Blank lines.
    pub blank: u64,
    /// Lines that drive the engine.
    pub inputs: u64,
    /// Lines that say what an engine said.
    pub derived: u64,
    /// Lines of topics that are not known, by topic; the name `…` stands for all beyond the first 32.
    pub unknown_topics: BTreeMap<String, u64>,
    /// Keys that are not known, in lines that were read.
    pub unknown_keys: u64,
    /// Lines that could not be used.
    pub bad: u64,
    /// The first of them.
    pub bad_lines: Vec<BadLine>,
    /// Inputs whose time lies before that of an earlier one; they count as having come at that time.
    pub backwards: u64,
    /// The line of the first of them.
    pub first_backwards: Option<u64>,
    /// Places where bytes could not be read.
    pub damage_count: u64,
    /// The first of them.
    pub damage: Vec<Damage>,
    /// The file's end in the middle of a line or member.
    pub truncated: Option<Truncated>,
    /// Members of the gzip file; 0 for a plain one.
    pub members: u64,
    /// Bytes of text.
    pub inflated: u64,
}

impl Report {
    /// Whether every byte and line could be read and used.
    pub const fn is_clean(&self) -> bool {
        self.bad == 0 && self.damage_count == 0 && self.truncated.is_none()
    }

    pub(super) fn bad_line(&mut self, line: u64, error: &LineError) {
        self.bad += 1;
        if self.bad_lines.len() < KEPT_BAD_LINES {
            self.bad_lines.push(BadLine { line, reason: error.to_string() });
        }
    }

    pub(super) fn unknown_topic(&mut self, topic: &str) {
        let shown: String = topic.chars().take(40).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        let key = if self.unknown_topics.contains_key(&shown) || self.unknown_topics.len() < KEPT_TOPICS {
            shown
        } else {
            "…".to_owned()
        };
        *self.unknown_topics.entry(key).or_default() += 1;
    }

    pub(super) fn damage(&mut self, damage: Damage) {
        if damage.kind == DamageKind::Truncated && damage.resumed.is_none() {
            self.truncated = Some(Truncated { byte: damage.noticed, salvaged_lines: self.lines });
        }
        self.damage_count += 1;
        if self.damage.len() < KEPT_DAMAGE {
            self.damage.push(damage);
        }
    }
}
