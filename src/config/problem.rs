//! What was wrong in a file that a person wrote, and where.

use std::fmt;

/// One mistake in a configuration or theme file. The program goes on without the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problem {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1; 0 when it concerns the whole file.
    pub line: usize,
    /// The key it is about; empty when it concerns the whole file.
    pub key: String,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        f.write_str(": ")?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// A text file being read, to turn positions into lines.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file, as it is named in messages.
    pub file: &'a str,
    /// What is in it.
    pub text: &'a str,
}

impl Source<'_> {
    /// The line, from 1, that a byte is on.
    pub fn line(&self, offset: usize) -> usize {
        1 + self.text.bytes().take(offset).filter(|b| *b == b'\n').count()
    }

    /// A mistake at a byte of the file.
    pub fn problem(&self, offset: usize, key: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem { file: self.file.to_owned(), line: self.line(offset), key: key.into(), message: message.into() }
    }

    /// The mistake a TOML parser found.
    pub fn syntax(&self, error: &toml::de::Error) -> Problem {
        let offset = error.span().map_or(0, |span| span.start);
        self.problem(offset, "", format!("not valid TOML: {}", error.message().trim()))
    }
}

/// `: did you mean …?` when a known name is close to what was written, else the names there are.
pub fn did_you_mean<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(written, known.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("expected one of {}", known.join(", ")),
    }
}

/// The known name closest to what was written, when it is close enough to be a slip.
pub fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    known
        .into_iter()
        .map(|name| (likeness(&written.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// From 0 to 1. One letter too many, too few, wrong or in the wrong place is a slip in a short name too.
fn likeness(written: &str, name: &str) -> f64 {
    let alike = strsim::jaro_winkler(written, name);
    if written.len().min(name.len()) >= 3 && strsim::osa_distance(written, name) <= 1 { alike.max(0.9) } else { alike }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_place() {
        let source = Source { file: "config.toml", text: "a = 1\nfps = 0\n" };
        assert_eq!(source.problem(6, "fps", "too small").to_string(), "config.toml:2: `fps`: too small");
    }

    #[test]
    fn slips_are_recognised() {
        assert_eq!(nearest("chart.zoomin", ["chart.zoom-in", "quit"]), Some("chart.zoom-in"));
        assert_eq!(nearest("fsp", ["fps", "utc"]), Some("fps"));
        assert_eq!(nearest("xyzzy", ["chart.zoom-in", "quit"]), None);
        assert_eq!(did_you_mean("zz", ["a", "b"]), "expected one of a, b");
    }
}
