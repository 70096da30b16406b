//! The distribution of Dickey–Fuller statistics with a constant: p-values and critical values.
//!
//! Sources: J. G. MacKinnon, *Approximate asymptotic distribution functions for unit-root and cointegration tests*, Journal of
//! Business & Economic Statistics 12 (1994), 167–176, tables 3 and 4 (the polynomials whose normal probability is p); the same,
//! *Critical values for cointegration tests*, Queen's Economics Department Working Paper 1227 (2010), table 2. Both are what
//! statsmodels uses (`mackinnonp`, `mackinnoncrit`).

/// How many series a statistic is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// One: the test for a unit root.
    One,
    /// Two: the test for cointegration on the residuals of one on the other.
    Two,
}

/// The surfaces of one number of series.
struct Surface {
    /// Above this p is 1.
    greatest: f64,
    /// Up to this the first polynomial holds, above it the second.
    turn: f64,
    /// Below this p is 0.
    least: f64,
    lower: [f64; 3],
    upper: [f64; 4],
    /// For 1, 5 and 10 %: the asymptotic value and the coefficients of 1/n, 1/n², 1/n³.
    critical: [[f64; 4]; 3],
}

const ONE: Surface = Surface {
    greatest: 2.74,
    turn: -1.61,
    least: -18.83,
    lower: [2.1659, 1.4412, 0.038_269],
    upper: [1.7339, 0.932_02, -0.127_45, -0.010_368],
    critical: [[-3.430_35, -6.5393, -16.786, -79.433], [-2.861_54, -2.8903, -4.234, -40.040], [-2.566_77, -1.5384, -2.809, 0.0]],
};

const TWO: Surface = Surface {
    greatest: 0.92,
    turn: -2.62,
    least: -18.86,
    lower: [2.92, 1.5012, 0.039_796],
    upper: [2.1945, 0.646_95, -0.291_98, -0.042_377],
    critical: [[-3.896_44, -10.9519, -33.527, 0.0], [-3.336_13, -6.1101, -6.823, 0.0], [-3.044_45, -4.2412, -2.720, 0.0]],
};

fn surface(of: Series) -> &'static Surface {
    match of {
        Series::One => &ONE,
        Series::Two => &TWO,
    }
}

fn polynomial(coefficients: &[f64], at: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * at + coefficient)
}

/// The chance of a statistic as low as this one where there is a unit root, 0 to 1; 1 of what is not a number.
pub fn p_value(stat: f64, of: Series) -> f64 {
    let surface = surface(of);
    if stat.is_nan() || stat > surface.greatest {
        1.0
    } else if stat < surface.least {
        0.0
    } else {
        let z = polynomial(if stat <= surface.turn { &surface.lower } else { &surface.upper }, stat);
        0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
    }
}

/// The critical values at 1, 5 and 10 % of a sample of `n` (above 0).
pub fn critical_values(n: usize, of: Series) -> [f64; 3] {
    let inverse = 1.0 / n.max(1) as f64;
    surface(of).critical.map(|coefficients| polynomial(&coefficients, inverse))
}
