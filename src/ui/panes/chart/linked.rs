//! What a chart shares with the panes it is linked with: where it looks, and what is pointed at.

use super::ChartPane;
use super::viewport::{Anchor, FIRST_ZOOM, ZOOMS};
use crate::app::link::{Cross, Window};
use crate::domain::{Bar, Price};
use crate::ui::pane::{Action, Cx, Handled};

/// What the link showed before a chart answered something.
#[derive(Clone, Copy)]
pub(super) struct Before {
    zoom: usize,
    anchor: Anchor,
    cross: Option<Cross>,
}

impl ChartPane {
    /// Looks where its link looks, and points at what the link points at.
    pub(super) fn sync(&mut self, cx: &Cx<'_>) -> Before {
        // The zoom kept with a layout holds until somebody zooms.
        self.kept_zoom &= cx.window.zoom == 0;
        if !self.kept_zoom {
            self.zoom = (FIRST_ZOOM as i64 + i64::from(cx.window.zoom)).clamp(0, ZOOMS.len() as i64 - 1) as usize;
        }
        self.anchor = cx.window.newest.map_or(Anchor::Follow, Anchor::At);
        self.cross = cx.cross;
        Before { zoom: self.zoom, anchor: self.anchor, cross: self.cross }
    }

    /// Tells the link what an answer changed.
    pub(super) fn publish(&mut self, before: Before, handled: Handled) -> Handled {
        let mut actions = Vec::new();
        if (before.zoom, before.anchor) != (self.zoom, self.anchor) {
            let newest = match self.anchor {
                Anchor::Follow => None,
                Anchor::At(at) => Some(at),
            };
            self.kept_zoom = false;
            actions.push(Action::Window(Window { newest, zoom: (self.zoom as i64 - FIRST_ZOOM as i64) as i8 }));
        }
        if before.cross != self.cross {
            actions.push(Action::Cross(self.cross));
        }
        if actions.is_empty() {
            return handled;
        }
        if let Handled::Run(action) = handled {
            actions.push(action);
        }
        match <[Action; 1]>::try_from(actions) {
            Ok([one]) => Handled::Run(one),
            Err(several) => Handled::Run(Action::All(several)),
        }
    }

    /// Points at a bar, and at a price or else its close.
    pub(super) fn point(&mut self, bar: &Bar, price: Option<Price>) {
        let cross = Cross { at: bar.start, price: Some(price.unwrap_or(bar.close)) };
        self.at_close = price.is_none().then_some(cross);
        self.cross = Some(cross);
    }

    /// The price the crosshair points at on a bar: the bar's close unless one was chosen.
    pub(super) fn cross_price(&self, cross: Cross, bar: &Bar) -> Price {
        cross.price.filter(|_| self.at_close != Some(cross)).unwrap_or(bar.close)
    }
}
