//! The tree of splits, and what can be done to it.
//!
//! A tree is *normal* when no split has fewer than two parts and none has a part that divides the same way. Every operation
//! leaves a normal tree.

use super::{Axis, Direction};
use crate::app::panes::PaneId;

/// The shares of a split that was resized add up to this.
const WHOLE: u64 = 10_000;

/// A part of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A pane.
    Pane(PaneId),
    /// Parts beside or below each other, each with its share of the room, from 1. Shares count against each other only.
    Split(Axis, Vec<(u32, Node)>),
}

impl Node {
    /// The panes in it, in reading order.
    pub fn panes(&self) -> Vec<PaneId> {
        let mut panes = Vec::new();
        self.collect(&mut panes);
        panes
    }

    fn collect(&self, into: &mut Vec<PaneId>) {
        match self {
            Self::Pane(id) => into.push(*id),
            Self::Split(_, parts) => parts.iter().for_each(|(_, part)| part.collect(into)),
        }
    }

    /// Whether a pane is in it.
    pub fn holds(&self, id: PaneId) -> bool {
        match self {
            Self::Pane(own) => *own == id,
            Self::Split(_, parts) => parts.iter().any(|(_, part)| part.holds(id)),
        }
    }

    /// Whether every split has two parts or more, none of which divides the same way, and no share is nothing.
    pub fn is_normal(&self) -> bool {
        match self {
            Self::Pane(_) => true,
            Self::Split(axis, parts) => {
                let fine = |part: &Self| !matches!(part, Self::Split(inner, _) if inner == axis) && part.is_normal();
                parts.len() >= 2 && parts.iter().all(|(share, part)| *share > 0 && fine(part))
            }
        }
    }

    /// The way to a pane from the root.
    pub fn path(&self, id: PaneId) -> Option<Vec<usize>> {
        match self {
            Self::Pane(own) => (*own == id).then(Vec::new),
            Self::Split(_, parts) => parts.iter().enumerate().find_map(|(index, (_, part))| {
                let mut path = part.path(id)?;
                path.insert(0, index);
                Some(path)
            }),
        }
    }

    /// The part a path leads to.
    pub fn at_mut(&mut self, path: &[usize]) -> Option<&mut Self> {
        let Some((first, rest)) = path.split_first() else { return Some(self) };
        match self {
            Self::Pane(_) => None,
            Self::Split(_, parts) => parts.get_mut(*first)?.1.at_mut(rest),
        }
    }

    /// Makes the tree normal. A split without parts stays as it is; nothing but a damaged file has one.
    pub fn normalise(&mut self) {
        let Self::Split(axis, parts) = self else { return };
        let mut flat: Vec<(u64, Self)> = Vec::with_capacity(parts.len());
        let mut nested = false;
        for (share, mut part) in std::mem::take(parts) {
            part.normalise();
            let share = u64::from(share.max(1)) * WHOLE;
            match part {
                Self::Split(_, own) if own.is_empty() => {}
                Self::Split(inner, own) if inner == *axis => {
                    // The parts of a part take its share among them.
                    nested = true;
                    let total = total(&own);
                    flat.extend(own.into_iter().map(|(of, node)| (share / total * u64::from(of.max(1)), node)));
                }
                other => flat.push((share, other)),
            }
        }
        let whole: u64 = flat.iter().map(|(share, _)| share / WHOLE).sum::<u64>().max(1);
        let short = |share: u64| if nested { share / whole } else { share / WHOLE };
        *parts = flat.into_iter().map(|(share, part)| ((short(share) as u32).max(1), part)).collect();
        if parts.len() == 1
            && let Some((_, only)) = parts.pop()
        {
            *self = only;
        }
    }

    /// The tree without a pane; `None` when nothing is left.
    #[must_use]
    pub fn without(&self, gone: PaneId) -> Option<Self> {
        let mut left = self.strip(gone)?;
        left.normalise();
        Some(left)
    }

    fn strip(&self, gone: PaneId) -> Option<Self> {
        match self {
            Self::Pane(id) => (*id != gone).then(|| self.clone()),
            Self::Split(axis, parts) => {
                let mut left: Vec<(u32, Self)> = Vec::with_capacity(parts.len());
                let mut freed = 0;
                for (share, part) in parts {
                    match (part.strip(gone), left.last_mut()) {
                        (Some(part), _) => left.push((share.saturating_add(std::mem::take(&mut freed)), part)),
                        // Its neighbour gets its room, so that splitting and closing leaves things as they were.
                        (None, Some((before, _))) => *before = before.saturating_add(*share),
                        (None, None) => freed = *share,
                    }
                }
                (!left.is_empty()).then_some(Self::Split(*axis, left))
            }
        }
    }

    /// Puts a pane beside or below another, which gives it half of its room. Says whether the other was there.
    pub fn insert(&mut self, beside: PaneId, axis: Axis, before: bool, new: PaneId) -> bool {
        let Some(path) = self.path(beside) else { return false };
        let Some(place) = self.at_mut(&path) else { return false };
        let (old, new) = ((1, Self::Pane(beside)), (1, Self::Pane(new)));
        *place = Self::Split(axis, if before { vec![new, old] } else { vec![old, new] });
        self.normalise();
        true
    }

    /// Puts another pane where one is. Says whether it was there.
    pub fn replace(&mut self, old: PaneId, new: PaneId) -> bool {
        match self {
            Self::Pane(id) if *id == old => {
                *id = new;
                true
            }
            Self::Pane(_) => false,
            Self::Split(_, parts) => parts.iter_mut().any(|(_, part)| part.replace(old, new)),
        }
    }

    /// Exchanges two panes.
    pub fn swap(&mut self, a: PaneId, b: PaneId) {
        match self {
            Self::Pane(id) if *id == a => *id = b,
            Self::Pane(id) if *id == b => *id = a,
            Self::Pane(_) => {}
            Self::Split(_, parts) => parts.iter_mut().for_each(|(_, part)| part.swap(a, b)),
        }
    }

    /// Moves a pane one place to a side: past its neighbour, into the split beside it, out of its own split, and at last along
    /// the whole edge of the screen. Says whether there was anywhere to go.
    pub fn shift(&mut self, id: PaneId, to: Direction) -> bool {
        let Some(path) = self.path(id) else { return false };
        // The nearest split along that axis in which there is something on that side.
        for depth in (0..path.len()).rev() {
            let Some(Self::Split(axis, parts)) = self.at_mut(&path[..depth]) else { continue };
            if *axis != to.axis() {
                continue;
            }
            let own = path[depth];
            let beside = if to.back() { own.checked_sub(1) } else { Some(own + 1).filter(|next| *next < parts.len()) };
            if depth + 1 < path.len() {
                // Out of a split that divides the other way: to that side of it.
                let share = average(parts);
                let Some(rest) = parts[own].1.strip(id) else { return false };
                parts[own].1 = rest;
                parts.insert(if to.back() { own } else { own + 1 }, (share, Self::Pane(id)));
            } else if let Some(beside) = beside {
                match &mut parts[beside].1 {
                    Self::Pane(_) => parts.swap(own, beside),
                    Self::Split(_, inner) => {
                        let share = average(inner);
                        inner.push((share, Self::Pane(id)));
                        parts.remove(own);
                    }
                }
            } else {
                continue;
            }
            self.normalise();
            return true;
        }
        let Self::Split(axis, _) = self else { return false };
        if *axis == to.axis() {
            return false;
        }
        let Some(rest) = self.strip(id) else { return false };
        let (rest, own) = ((2, rest), (1, Self::Pane(id)));
        *self = Self::Split(to.axis(), if to.back() { vec![own, rest] } else { vec![rest, own] });
        self.normalise();
        true
    }

    /// Gives every pane the same room, as far as the splits allow.
    pub fn equalise(&mut self) {
        if let Self::Split(axis, parts) = self {
            for (share, part) in parts {
                *share = part.along(*axis);
                part.equalise();
            }
        }
    }

    /// How many panes stand beside each other along an axis.
    fn along(&self, axis: Axis) -> u32 {
        match self {
            Self::Pane(_) => 1,
            Self::Split(own, parts) if *own == axis => parts.iter().map(|(_, part)| part.along(axis)).sum(),
            Self::Split(_, parts) => parts.iter().map(|(_, part)| part.along(axis)).max().unwrap_or(1),
        }
    }

    /// Gives parts of the split at `path` the shares of so many cells each; other parts keep their share of the whole.
    pub fn set_sizes(&mut self, path: &[usize], sizes: &[(usize, u16)]) {
        let Some(Self::Split(_, parts)) = self.at_mut(path) else { return };
        let total = total(parts);
        let wide = |share: u32| u64::from(share.max(1)) * WHOLE / total;
        let room: u64 = sizes.iter().map(|(_, cells)| u64::from(*cells)).sum();
        let given: u64 = sizes.iter().filter_map(|(index, _)| parts.get(*index)).map(|(share, _)| wide(*share)).sum();
        if room == 0 || given == 0 {
            return;
        }
        for (share, _) in parts.iter_mut() {
            *share = (wide(*share) as u32).max(1);
        }
        for (index, cells) in sizes {
            if let Some((share, _)) = parts.get_mut(*index) {
                *share = (((u64::from(*cells) * given + room / 2) / room) as u32).max(1);
            }
        }
    }
}

/// The shares of all parts together, at least 1.
fn total(parts: &[(u32, Node)]) -> u64 {
    parts.iter().map(|(share, _)| u64::from((*share).max(1))).sum::<u64>().max(1)
}

fn average(parts: &[(u32, Node)]) -> u32 {
    (total(parts) / parts.len().max(1) as u64).clamp(1, u64::from(u32::MAX)) as u32
}
