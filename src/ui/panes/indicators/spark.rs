//! How an indicator went lately, one cell for a stretch of time.
//!
//! Stretches begin at whole multiples of their length, so that what was drawn stays as it was while time goes on.

use crate::engine::snapshot::{FlowView, IndicatorView};
use crate::ui::theme::Theme;
use ratatui::style::Style;
use ratatui::text::Span;

/// Samples that a line of any width shows at least: those a z-score looks back over.
const SAMPLES: usize = crate::indicator::WINDOW;

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['_', '_', '.', '-', '-', '=', '*', '#'];

/// Means of equally long stretches, the newest last; `None` where nothing was sampled.
pub fn means(flow: &FlowView, row: &IndicatorView, cells: u16) -> Vec<Option<f64>> {
    let cells = usize::from(cells);
    let mut sums = vec![(0.0, 0_u32); cells];
    let Some(newest) = flow.times.last() else { return vec![None; cells] };
    let length = per_cell(cells).saturating_mul(flow.every.0.max(1));
    let stretch = |at: i64| (at - 1).div_euclid(length);
    let last = stretch(newest.0);
    let mut index = flow.len();
    while index > 0 {
        index -= 1;
        let Some(at) = flow.times.get(index) else { break };
        let back = (last - stretch(at.0)).max(0) as usize;
        let Some(place) = cells.checked_sub(back + 1) else { break };
        if let Some(value) = flow.value(row, index) {
            sums[place].0 += value;
            sums[place].1 += 1;
        }
    }
    sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / f64::from(count))).collect()
}

/// Samples in a cell.
fn per_cell(cells: usize) -> i64 {
    SAMPLES.div_ceil(cells.max(1)) as i64
}

/// How long a line of so many cells is, in words: `5m`.
pub fn length(flow: &FlowView, cells: u16) -> String {
    let nanos = per_cell(cells.into()).saturating_mul(flow.every.0).saturating_mul(cells.into());
    let secs = nanos / 1_000_000_000;
    if secs < 120 { format!("{secs}s") } else { format!("{}m", (secs + 30) / 60) }
}

/// The line, as high as the values are between the least and the most. Where an indicator has a neutral value, that is in the
/// middle: what is above it is higher than half a cell, what is below is lower, and each has its colour.
pub fn spans(means: &[Option<f64>], neutral: Option<f64>, theme: &Theme, fresh: bool) -> Vec<Span<'static>> {
    let known = || means.iter().flatten().copied();
    let (least, most) = known().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let reach = neutral.map(|neutral| (most - neutral).abs().max((least - neutral).abs()));
    let levels = if theme.ascii { &ASCII } else { &LEVELS };
    let cell = |value: f64| -> (char, Style) {
        let (level, style) = match (neutral, reach) {
            (Some(neutral), Some(reach)) if reach > 0.0 => {
                let part = (value - neutral) / reach;
                let level = 3.0 + part * if part > 0.0 { 4.0 } else { 3.0 };
                (level, super::super::direction(theme, value - neutral))
            }
            (Some(_), _) => (3.0, theme.flat),
            _ if most > least => ((value - least) / (most - least) * 7.0, theme.series_1),
            _ => (3.0, theme.series_1),
        };
        let level = if level.is_finite() { level.clamp(0.0, 7.0).round() as usize } else { 0 };
        (levels.get(level).copied().unwrap_or(' '), if fresh { style } else { theme.dim })
    };
    let mut spans: Vec<Span<'static>> = Vec::new();
    for mean in means {
        let (glyph, style) = mean.map_or((' ', theme.dim), cell);
        match spans.last_mut() {
            Some(last) if last.style == style => last.content.to_mut().push(glyph),
            _ => spans.push(Span::styled(glyph.to_string(), style)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::fixtures::{dark, mono};

    fn text(means: &[Option<f64>], neutral: Option<f64>, theme: &Theme) -> String {
        spans(means, neutral, theme, true).iter().map(|span| span.content.as_ref()).collect()
    }

    #[test]
    fn gaps_are_blank_and_the_neutral_is_in_the_middle() {
        let dark = dark();
        assert_eq!(text(&[Some(0.0), None, Some(1.0), Some(0.5)], None, &dark), "▁ █▅");
        // Both sides have the same scale: the larger distance from the neutral decides.
        assert_eq!(text(&[Some(1.0), Some(0.0), Some(-0.5)], Some(0.0), &dark), "█▄▃");
        assert_eq!(text(&[Some(2.0), Some(2.0)], None, &dark).chars().count(), 2);
        let both = spans(&[Some(1.0), Some(-1.0)], Some(0.0), &dark, true);
        assert_eq!((both[0].style, both[1].style), (dark.up, dark.down));
        let stale = spans(&[Some(1.0), Some(-1.0)], Some(0.0), &dark, false);
        assert!(stale.iter().all(|span| span.style == dark.dim));
        assert!(text(&[Some(0.0), Some(3.0)], None, &Theme { ascii: true, ..mono() }).is_ascii());
    }
}
