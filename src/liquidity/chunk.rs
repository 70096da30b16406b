//! A closed part of a layer, packed run-length by price.

use super::layer::Change;
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
        // Key and position in one number sort twice as fast as a pair, and keep the order of columns.
        let mut order: Vec<u128> = changes
            .iter()
            .enumerate()
            .map(|(index, change)| ((change.key.cast_unsigned() ^ 1 << 63) as u128) << 64 | index as u128)
            .collect();
        order.sort_unstable();
        let mut packed = Packer { unit, keys: Vec::with_capacity(initial.len()), ends: Vec::new(), data: Vec::new() };
        let mut initial = initial.iter().peekable();
        let mut rest = &order[..];
        while let Some(first) = rest.first() {
            let key = change_of(changes, *first).key;
            while let Some(&&(still, qty)) = initial.peek().filter(|(still, _)| *still < key) {
                packed.level(still, qty, columns.start, &mut std::iter::empty());
                initial.next();
            }
            let qty = initial.next_if(|(still, _)| *still == key).map_or(0, |(_, qty)| *qty);
            let count = rest.partition_point(|one| one >> 64 == first >> 64);
            packed.level(key, qty, columns.start, &mut rest[..count].iter().map(|one| change_of(changes, *one)));
            rest = &rest[count..];
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

fn change_of(changes: &[Change], one: u128) -> &Change {
    &changes[one as u64 as usize]
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
        let value = value / self.unit;
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
