#![allow(clippy::unwrap_used)]
use super::*;

#[test]
fn figures_are_short() {
    for (corr, text) in [(0.834, ".83"), (-0.834, "−.83"), (1.0, "1.0"), (-0.9999, "−1.0"), (0.001, ".00"), (-0.001, ".00")] {
        assert_eq!(figure(corr, false), text);
    }
}
