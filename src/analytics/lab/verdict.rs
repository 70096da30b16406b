//! Verdicts in words, held against how many were asked for at once.
//!
//! Sources: C. E. Bonferroni (1936): of m tests one is significant at level α when its p is at most α/m; the chance of any false one
//! among all is then at most α. Y. Benjamini and Y. Hochberg, *Controlling the false discovery rate*, Journal of the Royal Statistical
//! Society B 57 (1995): with p sorted, all up to the last with p₍ᵢ₎ ≤ α·i/m; of those about the share α is false, for tests
//! that are independent or hang together positively.

use super::{Cell, Missing, Row};

/// The level tests are held to.
pub const LEVEL: f64 = 0.05;

/// What is to be thought of a coefficient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Fewer samples than needed: how many there are, and how many it takes.
    TooLittle(usize, usize),
    /// There is none: one of the two never changed.
    None(Missing),
    /// Nothing that chance would not do when so much is looked at.
    NoEvidence,
    /// Passes Benjamini and Hochberg at 5 %: about one of twenty such is chance.
    Weak,
    /// Passes Bonferroni at 5 %: among all that was looked at, one false in twenty whole reports.
    Clear,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::TooLittle(have, need) => Missing::TooFew(have, need).to_string(),
            Self::None(why) => why.to_string(),
            Self::NoEvidence => "no evidence".to_owned(),
            Self::Weak => "weak".to_owned(),
            Self::Clear => "clear".to_owned(),
        }
    }

    /// `**`, `*` or nothing.
    pub const fn stars(self) -> &'static str {
        match self {
            Self::Clear => "**",
            Self::Weak => "*",
            _ => "",
        }
    }

    /// One word that does not change between versions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLittle(..) => "too_little_data",
            Self::None(_) => "constant",
            Self::NoEvidence => "no_evidence",
            Self::Weak => "weak",
            Self::Clear => "clear",
        }
    }
}

/// All tests of a report together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Judged {
    /// Tests with samples enough.
    pub tests: usize,
    /// Those with p at most 5 %, as if each were alone. About a twentieth of the tests is there by chance.
    pub alone: usize,
    /// Those that pass Benjamini and Hochberg at 5 %.
    pub discoveries: usize,
    /// Those that pass Bonferroni at 5 %.
    pub bonferroni: usize,
    /// Greatest p that passes Benjamini and Hochberg; 0 when none does.
    pub weak: f64,
    /// Greatest p that would pass Bonferroni; 0 without tests.
    pub clear: f64,
}

impl Judged {
    /// Of one cell.
    pub fn verdict(&self, cell: &Cell) -> Verdict {
        let ic = match cell.ic {
            Err(Missing::TooFew(..)) => return Verdict::TooLittle(cell.n, cell.needed),
            Err(why) => return Verdict::None(why),
            Ok(_) if !cell.enough() => return Verdict::TooLittle(cell.n, cell.needed),
            Ok(ic) => ic,
        };
        match ic.p {
            Some(p) if p <= self.clear => Verdict::Clear,
            Some(p) if self.discoveries > 0 && p <= self.weak => Verdict::Weak,
            _ => Verdict::NoEvidence,
        }
    }
}

/// Judges all coefficients at the horizons of the tables together.
pub fn judge(rows: &[Row]) -> Judged {
    let cells = rows.iter().flat_map(Row::tested).filter(|cell| cell.enough());
    let mut chances: Vec<f64> = cells.filter_map(|cell| cell.ic.ok()?.p).collect();
    chances.sort_unstable_by(f64::total_cmp);
    let tests = chances.len();
    let clear = if tests == 0 { 0.0 } else { LEVEL / tests as f64 };
    let passes = |(i, p): (usize, &f64)| *p <= LEVEL * (i + 1) as f64 / tests as f64;
    let discoveries = chances.iter().enumerate().rposition(passes).map_or(0, |last| last + 1);
    Judged {
        tests,
        alone: chances.partition_point(|p| *p <= LEVEL),
        discoveries,
        bonferroni: chances.partition_point(|p| *p <= clear),
        weak: discoveries.checked_sub(1).and_then(|last| chances.get(last)).copied().unwrap_or(0.0),
        clear,
    }
}
