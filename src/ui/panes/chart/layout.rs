//! How a chart divides its rectangle.

use ratatui::layout::Rect;

/// The parts of a chart; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The line with a bar's values.
    pub header: Rect,
    /// Candles.
    pub plot: Rect,
    /// Volume, below the candles.
    pub volume: Rect,
    /// Prices, to the right.
    pub prices: Rect,
    /// Times, at the bottom.
    pub times: Rect,
    /// Cells left free at the right of the newest bar.
    pub margin: u16,
}

impl Layout {
    /// Divides an area whose price labels are `label` cells wide.
    pub fn of(area: Rect, label: u16, volume: bool) -> Self {
        let header = u16::from(area.height >= 5);
        let times = u16::from(area.height >= 4 && area.width >= 16);
        let wanted = (label + 1).min(area.width / 2);
        let axis = if area.width >= 16 { wanted } else { 0 };
        let inner = area.height.saturating_sub(header + times);
        let volume = match inner {
            _ if !volume => 0,
            0..=6 => 0,
            7..=13 => 2,
            _ => (inner / 6).clamp(3, 9),
        };
        let width = area.width - axis;
        let top = area.y + header;
        let plot = Rect { x: area.x, y: top, width, height: inner - volume };
        Self {
            header: Rect { height: header, ..area },
            plot,
            volume: Rect { y: plot.bottom(), height: volume, ..plot },
            prices: Rect { x: plot.right(), y: top, width: axis, height: inner },
            times: Rect { x: area.x, y: top + inner, width: area.width, height: times },
            margin: (width / 24).min(4),
        }
    }

    /// Cells that bars may take.
    pub const fn cells(&self) -> u16 {
        self.plot.width.saturating_sub(self.margin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_area_and_never_leave_it() {
        for width in 0..120 {
            for height in 0..40 {
                let area = Rect::new(3, 2, width, height);
                let layout = Layout::of(area, 9, true);
                for part in [layout.header, layout.plot, layout.volume, layout.prices, layout.times] {
                    assert!(part.is_empty() || area.intersection(part) == part, "{area:?} {layout:?}");
                }
                let rows = layout.header.height + layout.plot.height + layout.volume.height + layout.times.height;
                assert_eq!(rows, height);
                assert_eq!(layout.plot.width + layout.prices.width, width);
            }
        }
    }
}
