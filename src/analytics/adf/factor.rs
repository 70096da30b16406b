//! A triangular factor of the columns of a regression, the explained one last, and what is read off it.

/// An upper triangle R with RᵀR = XᵀX for the columns X, which may be scaled one by one. Columns that depend on those before them
/// have no row: they explain nothing more, as in a pseudo-inverse.
#[derive(Debug, Default, Clone)]
pub(super) struct Factor {
    /// Columns.
    pub width: usize,
    /// Rows one after another, `width` values each; those left of the row's own column are not looked at.
    pub rows: Vec<f64>,
    /// The row each column has, if it has one; the explained column has none where nothing of it is left.
    pub row_of: Vec<Option<usize>>,
}

/// What is left of the explained column is rounding, where it is less than this of the whole.
const NOTHING: f64 = 1e-12;

impl Factor {
    pub fn reset(&mut self, width: usize) {
        self.width = width;
        self.rows.clear();
        self.rows.resize(width * width, 0.0);
        self.row_of.clear();
        self.row_of.resize(width, None);
    }

    fn last(&self) -> usize {
        self.width - 1
    }

    /// The explained column's part along the direction that `column` adds to those before it.
    fn along(&self, column: usize) -> f64 {
        self.row_of[column].map_or(0.0, |row| self.rows[row * self.width + self.last()])
    }

    /// Sum of squares of the residuals of the regression with all columns, and that of the explained column itself.
    fn residual(&self) -> (f64, f64) {
        let left = self.along(self.last()).powi(2);
        (left, left + (0..self.last()).map(|column| self.along(column).powi(2)).sum::<f64>())
    }

    /// How many columns beyond the first `fixed` give the least AIC, n·ln(residual sum / n) + 2·(independent columns), of `n`
    /// rows; the fewest of equals. `None` where one of the regressions leaves nothing.
    pub fn least_aic(&self, n: usize, fixed: usize) -> Option<usize> {
        let (mut left, whole) = self.residual();
        if left <= whole * NOTHING * NOTHING {
            return None;
        }
        let n = n as f64;
        let aic = |left: f64, columns: usize| n * (left / n).ln() + 2.0 * columns as f64;
        let mut independent = self.row_of[..self.last()].iter().flatten().count();
        let (mut best, mut lags) = (f64::INFINITY, 0);
        // From the most lags to the fewest: what a lag explains comes back to what is left without it.
        for column in (fixed..=self.last()).rev() {
            let value = aic(left, independent);
            if value <= best {
                (best, lags) = (value, column - fixed);
            }
            if column > fixed {
                left += self.along(column - 1).powi(2);
                independent -= usize::from(self.row_of[column - 1].is_some());
            }
        }
        Some(lags)
    }

    /// t of the column before the explained one, of `n` rows. `None` where it depends on the others, or nothing is left.
    pub fn last_t(&self, n: usize) -> Option<f64> {
        let level = self.last() - 1;
        let row = self.row_of[level]?;
        let independent = self.row_of[..self.last()].iter().flatten().count();
        let (left, whole) = self.residual();
        if left <= whole * NOTHING * NOTHING || n <= independent {
            return None;
        }
        let sign = self.rows[row * self.width + level].signum();
        Some(sign * self.along(level) / (left / (n - independent) as f64).sqrt())
    }
}
