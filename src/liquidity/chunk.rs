//! A closed part of a layer, packed run-length by price.

use super::layer::Change;
use super::pending::place;
use super::view::Step;
use super::{key_of, of_key};
use crate::domain::{Price, Side};
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// What a chunk takes besides its packed levels, in bytes.
const FIXED: usize = 160;
const MOVED: u64 = 1;
const REMOVED: u64 = 2;
const CONSUMED: u64 = 4;

/// So many columns of a layer, of the prices within a band.
///
/// For each level: what rests at first, then for each column in which anything happened its distance from the one before, by how
/// much more rests from then on, what was removed and what was consumed, each only where it is there, as variable-length numbers
/// in the largest unit that divides them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its columns.
    pub(super) columns: Range<i64>,
    /// Lowest and highest key of its band.
    pub(super) band: (i64, i64),
    /// Price units that are kept as one.
    pub(super) step: i64,
    unit: i64,
    keys: Box<[i64]>,
    /// Where each level's numbers end.
    ends: Box<[u32]>,
    data: Box<[u8]>,
}

impl Chunk {
    /// Packs what rested at first (in order of key) and all changes (in order of column).
    pub(super) fn pack(columns: Range<i64>, band: (i64, i64), step: i64, initial: &[(i64, i64)], changes: &[Change]) -> Self {
        let mut unit = 0;
        for (_, qty) in initial {
            unit = divisor(unit, *qty);
        }
        for change in changes {
            for value in [change.delta, change.removed, change.consumed] {
                unit = divisor(unit, value);
            }
        }
        let unit = unit.max(1);
        let order = Order::by_key(changes);
        let mut packed = Packer { unit, keys: Vec::with_capacity(initial.len()), ends: Vec::new(), data: Vec::new() };
        let mut initial = initial.iter().peekable();
        for (key, positions) in order.levels() {
            while let Some(&&(still, qty)) = initial.peek().filter(|(still, _)| *still < key) {
                packed.level(still, qty, columns.start, &mut std::iter::empty());
                initial.next();
            }
            let qty = initial.next_if(|(still, _)| *still == key).map_or(0, |(_, qty)| *qty);
            packed.level(key, qty, columns.start, &mut positions.iter().map(|at| &changes[*at as usize]));
        }
        initial.for_each(|(key, qty)| packed.level(*key, *qty, columns.start, &mut std::iter::empty()));
        Self { columns, band, step, unit, keys: packed.keys.into(), ends: packed.ends.into(), data: packed.data.into() }
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        FIXED + self.keys.len() * 12 + self.data.len()
    }

    /// Tells what rests and what happens in some columns, level by level.
    pub(super) fn visit(&self, columns: &Range<i64>, prices: (Price, Price), each: &mut impl FnMut(Step)) {
        let from = key_of(prices.0, Side::Buy).unwrap_or(i64::MIN);
        let to = key_of(prices.1, Side::Sell).unwrap_or(i64::MAX);
        let first = self.keys.partition_point(|key| *key < from);
        let begin = self.columns.start.max(columns.start);
        for index in first..self.keys.len() {
            let key = self.keys[index];
            if key > to {
                break;
            }
            let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
            self.visit_level(key, &self.data[start..self.ends[index] as usize], begin, columns, each);
        }
    }

    #[inline]
    fn visit_level(&self, key: i64, data: &[u8], begin: i64, columns: &Range<i64>, each: &mut impl FnMut(Step)) {
        let (price, side) = of_key(key);
        let mut numbers = Numbers(data);
        let mut qty = self.scaled(numbers.next());
        let mut column = self.columns.start;
        // What is known of it up to the first column asked for is one step.
        let mut begun = false;
        while !numbers.0.is_empty() {
            let head = numbers.next();
            column += (head >> 3) as i64;
            if column >= begin && !begun {
                begun = true;
                if qty != 0 {
                    each(Step { price, side, column: begin, change: qty, removed: 0, consumed: 0 });
                }
            }
            if column >= columns.end {
                break;
            }
            let change = if head & MOVED != 0 { self.scaled(numbers.next()) } else { 0 };
            let removed = if head & REMOVED != 0 { self.scaled(numbers.next()) } else { 0 };
            let consumed = if head & CONSUMED != 0 { self.scaled(numbers.next()) } else { 0 };
            if begun {
                each(Step { price, side, column, change, removed, consumed });
            }
            qty = qty.wrapping_add(change);
        }
        if !begun && qty != 0 {
            each(Step { price, side, column: begin, change: qty, removed: 0, consumed: 0 });
        }
        if qty != 0 && self.columns.end < columns.end {
            each(Step { price, side, column: self.columns.end, change: qty.wrapping_neg(), removed: 0, consumed: 0 });
        }
    }

    /// A number as it was before it was packed: the sign is its lowest bit.
    #[inline]
    const fn scaled(&self, packed: u64) -> i64 {
        ((packed >> 1).cast_signed() ^ -((packed & 1).cast_signed())).wrapping_mul(self.unit)
    }
}

impl Hash for Chunk {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.columns, self.band, self.step, self.unit).hash(hasher);
        (&self.keys, &self.data).hash(hasher);
    }
}

/// Where each level's changes are, in order of column. Found by counting: sorting them all took a third of all that a history costs.
struct Order {
    /// Keys in order, with where their positions begin.
    levels: Vec<(i64, u32)>,
    positions: Vec<u32>,
}

impl Order {
    fn by_key(changes: &[Change]) -> Self {
        let size = (changes.len() * 2).next_power_of_two().max(64);
        let mut slots = vec![0_u32; size];
        // Key, place among the sorted, changes.
        let mut found: Vec<(i64, u32)> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut level_of = Vec::with_capacity(changes.len());
        for change in changes {
            let mut at = place(change.key, size);
            let level = loop {
                let slot = slots[at] as usize;
                if slot == 0 {
                    found.push((change.key, found.len() as u32));
                    counts.push(0);
                    slots[at] = found.len() as u32;
                    break found.len() - 1;
                }
                if found[slot - 1].0 == change.key {
                    break slot - 1;
                }
                at = (at + 1) & (size - 1);
            };
            counts[level] += 1;
            level_of.push(level as u32);
        }
        found.sort_unstable();
        let mut begins = counts;
        let mut begin = 0;
        for (_, level) in &mut found {
            let count = begins[*level as usize];
            begins[*level as usize] = begin;
            *level = begin;
            begin += count;
        }
        let mut positions = vec![0; changes.len()];
        for (index, level) in level_of.into_iter().enumerate() {
            let next = &mut begins[level as usize];
            positions[*next as usize] = index as u32;
            *next += 1;
        }
        Self { levels: found, positions }
    }

    fn levels(&self) -> impl Iterator<Item = (i64, &[u32])> {
        self.levels.iter().enumerate().map(|(index, (key, begin))| {
            let end = self.levels.get(index + 1).map_or(self.positions.len(), |next| next.1 as usize);
            (*key, &self.positions[*begin as usize..end])
        })
    }
}

/// The largest number that divides both.
fn divisor(unit: i64, value: i64) -> i64 {
    if unit > 0 && value % unit == 0 {
        return unit;
    }
    let (mut a, mut b) = (unit.unsigned_abs(), value.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i64::try_from(a).unwrap_or(1)
}

struct Packer {
    unit: i64,
    keys: Vec<i64>,
    ends: Vec<u32>,
    data: Vec<u8>,
}

impl Packer {
    fn level<'a>(&mut self, key: i64, qty: i64, start: i64, changes: &mut impl Iterator<Item = &'a Change>) {
        self.put_value(qty);
        let mut last = start;
        for change in changes {
            let flags = if change.delta != 0 { MOVED } else { 0 }
                | if change.removed > 0 { REMOVED } else { 0 }
                | if change.consumed > 0 { CONSUMED } else { 0 };
            self.put((change.column - last).cast_unsigned() << 3 | flags);
            last = change.column;
            for value in [change.delta, change.removed, change.consumed].into_iter().filter(|value| *value != 0) {
                self.put_value(value);
            }
        }
        self.keys.push(key);
        self.ends.push(self.data.len() as u32);
    }

    #[inline]
    fn put_value(&mut self, value: i64) {
        let value = if self.unit == 1 { value } else { value / self.unit };
        self.put((value << 1 ^ value >> 63).cast_unsigned());
    }

    #[inline]
    fn put(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.data.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.data.push(value as u8);
    }
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    #[inline]
    fn next(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
            shift += 7;
        }
        value
    }
}
