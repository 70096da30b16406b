//! How a chart divides its rectangle.

use ratatui::layout::Rect;

/// Least rows of a pane beneath the bars.
const LEAST_PANE: u16 = 3;
/// Rows that the bars keep for themselves.
const LEAST_PLOT: u16 = 5;

/// The parts of a chart; a part there is no room for is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// The line with a bar's values.
    pub header: Rect,
    /// The line that names what is drawn over the bars; the plot's first one where there is no room for its own.
    pub legend: Rect,
    /// Candles.
    pub plot: Rect,
    /// Volume, below the candles.
    pub volume: Rect,
    /// Panes of indicators, below the volume.
    pub beneath: Rect,
    /// How many of these there is room for.
    pub panes: u16,
    /// Prices, to the right.
    pub prices: Rect,
    /// Times, at the bottom.
    pub times: Rect,
    /// Cells left free at the right of the newest bar.
    pub margin: u16,
}

/// What indicators want of a chart's room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    /// Whether any is drawn over the bars.
    pub legend: bool,
    /// How many are drawn beneath them.
    pub panes: usize,
}

impl Layout {
    /// Divides an area whose price labels are `label` cells wide.
    pub fn of(area: Rect, label: u16, volume: bool, wish: Wish) -> Self {
        let header = u16::from(area.height >= 5);
        let times = u16::from(area.height >= 4 && area.width >= 16);
        let wanted = (label + 1).min(area.width / 2);
        let axis = if area.width >= 16 { wanted } else { 0 };
        let legend = u16::from(wish.legend && area.height >= 12);
        let inner = area.height.saturating_sub(header + times + legend);
        let (panes, beneath) = shared(inner, wish.panes);
        let above = inner - beneath;
        let volume = match above {
            _ if !volume => 0,
            0..=6 => 0,
            7..=13 => 2,
            _ => (above / 6).clamp(3, 9),
        };
        let width = area.width - axis;
        let top = area.y + header + legend;
        let plot = Rect { x: area.x, y: top, width, height: above - volume };
        let legend = Rect { y: area.y + header, height: u16::from(wish.legend).min(inner), width: area.width, ..area };
        Self {
            header: Rect { height: header, ..area },
            legend: if legend.y == top { Rect { width, ..legend } } else { legend },
            plot,
            volume: Rect { y: plot.bottom(), height: volume, ..plot },
            beneath: Rect { y: plot.bottom() + volume, height: beneath, ..plot },
            panes,
            prices: Rect { x: plot.right(), y: top, width: axis, height: inner },
            times: Rect { x: area.x, y: top + inner, width: area.width, height: times },
            margin: (width / 24).min(4),
        }
    }

    /// Cells that bars may take.
    pub const fn cells(&self) -> u16 {
        self.plot.width.saturating_sub(self.margin)
    }

    /// The row below all that shares the time axis.
    pub fn bottom(&self) -> u16 {
        self.plot.bottom() + self.volume.height + self.beneath.height
    }

    /// The n-th pane beneath the bars; those above take the rows that are left over.
    pub fn pane(&self, index: u16) -> Rect {
        if index >= self.panes {
            return Rect { height: 0, ..self.beneath };
        }
        let (each, over) = (self.beneath.height / self.panes, self.beneath.height % self.panes);
        Rect { y: self.beneath.y + index * each + index.min(over), height: each + u16::from(index < over), ..self.beneath }
    }
}

/// How many panes there is room for in so many rows, and the rows they take together.
fn shared(rows: u16, wanted: usize) -> (u16, u16) {
    let share = if rows < 20 { rows * 2 / 5 } else { rows / 2 };
    let most = share.min(rows.saturating_sub(LEAST_PLOT));
    let panes = (most / LEAST_PANE).min(u16::try_from(wanted).unwrap_or(u16::MAX));
    let each = (rows / 6).clamp(LEAST_PANE, 10);
    (panes, (each * panes).min(most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fill_the_area_and_never_leave_it() {
        for (width, height, panes) in
            (0..120).flat_map(|width| (0..40).map(move |height| (width, height, usize::from(width % 5))))
        {
            let area = Rect::new(3, 2, width, height);
            let layout = Layout::of(area, 9, true, Wish { legend: panes > 2, panes });
            let mut parts = vec![layout.header, layout.legend, layout.plot, layout.volume, layout.prices, layout.times];
            parts.extend((0..layout.panes).map(|pane| layout.pane(pane)));
            for part in parts {
                assert!(part.is_empty() || area.intersection(part) == part, "{area:?} {layout:?}");
            }
            let own = u16::from(layout.legend.y < layout.plot.y && layout.legend.height > 0);
            let rows = layout.header.height + own + layout.plot.height + layout.volume.height + layout.beneath.height;
            assert_eq!(rows + layout.times.height, height, "{layout:?}");
            assert_eq!(layout.plot.width + layout.prices.width, width);
        }
    }

    #[test]
    fn panes_beneath_share_the_room_and_fold_before_the_bars_do() {
        let layout = |height, panes| Layout::of(Rect::new(0, 0, 80, height), 9, true, Wish { legend: false, panes });
        for height in 0..60 {
            for panes in 0..6 {
                let layout = layout(height, panes);
                let rows: Vec<u16> = (0..layout.panes).map(|pane| layout.pane(pane).height).collect();
                assert!(rows.iter().all(|rows| (3..=11).contains(rows)), "{layout:?}");
                assert_eq!(rows.iter().sum::<u16>(), layout.beneath.height);
                assert!(rows.is_empty() || layout.plot.height >= 4, "{layout:?}");
                assert_eq!(layout.pane(layout.panes).height, 0);
            }
        }
        assert_eq!((layout(12, 3).panes, layout(20, 3).panes, layout(40, 3).panes), (1, 2, 3));
    }
}
