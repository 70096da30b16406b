//! Forward returns: what the price did after a sample.

use super::known;

/// ln(mid(t + h)/mid(t)) for every sample t, h in samples. The mid at t is as of the events before t, as is an indicator's sample, so
/// that nothing of the horizon is in either. `None` within h of the end, and where any mid from t to t + h is missing: across a gap
/// it is not known what happened when.
pub fn returns(mids: &[Option<f64>], horizon: usize) -> Vec<Option<f64>> {
    let good = |at: usize| mids.get(at).copied().and_then(known).filter(|mid| *mid > 0.0);
    let mut unbroken = 0_usize;
    let mut returns = vec![None; mids.len()];
    for end in 0..mids.len() {
        unbroken = if good(end).is_some() { unbroken + 1 } else { 0 };
        if horizon > 0
            && unbroken > horizon
            && let (Some(from), Some(to)) = (good(end - horizon), good(end))
        {
            returns[end - horizon] = Some((to / from).ln()).filter(|value| value.is_finite());
        }
    }
    returns
}
