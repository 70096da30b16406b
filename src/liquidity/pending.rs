//! What changed in the running column, one entry a level.

/// Levels that may change in one column; beyond that the column is taken from the book as a whole.
const LIMIT: usize = 16_384;
/// Places in the table at first; a power of two.
const FIRST: usize = 256;
/// Instead of a quantity: it did not change.
pub(super) const SAME: i64 = -1;

/// What happened to one level within a column. Quantities in units of 1e-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: i64,
    /// What rested when the column began, or [`SAME`].
    pub before: i64,
    /// What rests now, or [`SAME`].
    pub qty: i64,
    /// All that it shrank by.
    pub removed: i64,
    /// What was traded against it.
    pub consumed: i64,
}

/// The entries in the order they came, found by a hash table: a level changes many times in a column, and sorting them all
/// would cost more than everything else.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    entries: Vec<Entry>,
    /// One more than an entry's position, or nothing.
    slots: Vec<u32>,
    overflowed: bool,
}

impl Pending {
    /// A level changed.
    #[inline]
    pub fn level(&mut self, key: i64, old: i64, new: i64) {
        let Some(entry) = self.entry(key) else { return };
        if entry.before == SAME {
            entry.before = old;
        }
        entry.qty = new;
        entry.removed = entry.removed.saturating_add((old - new).max(0));
    }

    /// A trade took from a level.
    #[inline]
    pub fn trade(&mut self, key: i64, qty: i64) {
        if let Some(entry) = self.entry(key) {
            entry.consumed = entry.consumed.saturating_add(qty);
        }
    }

    /// A whole column of a finer grid happened.
    #[inline]
    pub fn absorb(&mut self, finer: &Entry) {
        let Some(entry) = self.entry(finer.key) else { return };
        if entry.before == SAME {
            entry.before = finer.before;
        }
        if finer.qty != SAME {
            entry.qty = finer.qty;
        }
        entry.removed = entry.removed.saturating_add(finer.removed);
        entry.consumed = entry.consumed.saturating_add(finer.consumed);
    }

    /// The entries are no longer all that changed.
    pub const fn overflow(&mut self) {
        self.overflowed = true;
    }

    /// Whether something is missing.
    pub const fn overflowed(&self) -> bool {
        self.overflowed
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Begins a new column.
    pub fn clear(&mut self) {
        // A table that one wild column has made large becomes small again.
        if self.slots.len() > FIRST && self.entries.len() < self.slots.len() / 16 {
            self.slots.truncate(self.slots.len() / 2);
        }
        self.entries.clear();
        self.slots.fill(0);
        self.overflowed = false;
    }

    #[inline]
    fn entry(&mut self, key: i64) -> Option<&mut Entry> {
        if self.entries.len() * 2 >= self.slots.len() && !self.grow() {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = place(key, self.slots.len());
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                self.entries.push(Entry { key, before: SAME, qty: SAME, removed: 0, consumed: 0 });
                self.slots[at] = self.entries.len() as u32;
                return self.entries.last_mut();
            }
            if self.entries[slot as usize - 1].key == key {
                return self.entries.get_mut(slot as usize - 1);
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    fn grow(&mut self) -> bool {
        if self.entries.len() >= LIMIT {
            self.overflowed = true;
            return false;
        }
        let size = (self.slots.len() * 2).max(FIRST);
        self.slots.clear();
        self.slots.resize(size, 0);
        for (index, entry) in self.entries.iter().enumerate() {
            let mut at = place(entry.key, size);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = index as u32 + 1;
        }
        true
    }
}

/// Where the search for a key begins in a table of a power of two places.
#[inline]
const fn place(key: i64, size: usize) -> usize {
    ((key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - size.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_changes_often_is_one_entry() {
        let mut pending = Pending::default();
        pending.trade(10, 3);
        pending.level(10, 7, 4);
        pending.level(12, 0, 5);
        pending.level(10, 4, 9);
        pending.level(10, 9, 0);
        let expected = [
            Entry { key: 10, before: 7, qty: 0, removed: 12, consumed: 3 },
            Entry { key: 12, before: 0, qty: 5, removed: 0, consumed: 0 },
        ];
        assert_eq!(pending.entries(), expected);
        let mut coarser = Pending::default();
        coarser.absorb(&Entry { key: 10, before: SAME, qty: SAME, removed: 0, consumed: 1 });
        coarser.absorb(&expected[0]);
        assert_eq!(coarser.entries(), [Entry { key: 10, before: 7, qty: 0, removed: 12, consumed: 4 }]);
    }

    #[test]
    fn too_many_levels_are_told_and_take_no_more_memory() {
        let mut pending = Pending::default();
        (0..100_000).for_each(|key| pending.level(key * 200_000_000, 0, 1));
        assert!(pending.overflowed());
        assert_eq!(pending.entries().len(), LIMIT);
        (0..12).for_each(|_| pending.clear());
        assert!(!pending.overflowed() && pending.slots.len() <= FIRST * 8);
    }
}
