//! What changed in the running column, one entry a level.

/// Levels that may change in one column; beyond that the column is taken from the book as a whole.
const LIMIT: usize = 16_384;
/// Places in the table at first; a power of two.
const FIRST: usize = 256;

/// What happened to one level within a column. Quantities in units of 1e-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    pub key: i64,
    /// By how much more rests than when the column began.
    pub change: i64,
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
        self.add(&Entry { key, change: new.wrapping_sub(old), removed: old.saturating_sub(new).max(0), consumed: 0 });
    }

    /// A trade took from a level.
    #[inline]
    pub fn trade(&mut self, key: i64, qty: i64) {
        self.add(&Entry { key, change: 0, removed: 0, consumed: qty });
    }

    /// Something more happened to a level. Changes wrap, so that they cancel out whatever their size.
    #[inline]
    pub fn add(&mut self, more: &Entry) {
        let Some(entry) = self.entry(more.key) else { return };
        entry.change = entry.change.wrapping_add(more.change);
        entry.removed = entry.removed.saturating_add(more.removed);
        entry.consumed = entry.consumed.saturating_add(more.consumed);
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
                self.entries.push(Entry { key, change: 0, removed: 0, consumed: 0 });
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
        let expected =
            [Entry { key: 10, change: -7, removed: 12, consumed: 3 }, Entry { key: 12, change: 5, removed: 0, consumed: 0 }];
        assert_eq!(pending.entries(), expected);
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
