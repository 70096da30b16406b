//! A bounded history that is shared cheaply: cloning it copies no element, and pushing copies at most one chunk.

use std::collections::VecDeque;
use std::sync::Arc;

/// Elements in one shared chunk.
const CHUNK: usize = 256;
/// Elements gathered before they are shared; a divisor of `CHUNK`. Asking whether a chunk is shared costs more than a push.
const BATCH: usize = 32;

/// The newest elements of a stream, oldest first, at most about `capacity` of them.
///
/// Old elements go a whole chunk at a time, so up to 255 more than the capacity may be kept.
#[derive(Debug, Clone)]
pub struct Series<T> {
    chunks: Arc<VecDeque<Arc<Vec<T>>>>,
    tail: Arc<Vec<T>>,
    /// The newest elements, copied by a clone.
    fresh: Vec<T>,
    /// Elements in `chunks`; every chunk but the first holds exactly `CHUNK`.
    chunked: usize,
    capacity: usize,
    dropped: u64,
    replaced: u64,
}

impl<T> Default for Series<T> {
    fn default() -> Self {
        Self {
            chunks: Arc::default(),
            tail: Arc::default(),
            fresh: Vec::new(),
            chunked: 0,
            capacity: usize::MAX,
            dropped: 0,
            replaced: 0,
        }
    }
}

impl<T: Clone> Series<T> {
    /// An empty history of so many elements.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), ..Self::default() }
    }

    /// Adds the newest element.
    #[inline]
    pub fn push(&mut self, value: T) {
        self.fresh.push(value);
        if self.fresh.len() == BATCH {
            self.share();
        }
    }

    #[cold]
    fn share(&mut self) {
        let tail = Arc::make_mut(&mut self.tail);
        tail.append(&mut self.fresh);
        if tail.len() == CHUNK {
            self.seal();
        }
    }

    fn seal(&mut self) {
        let full = std::mem::take(&mut self.tail);
        let chunks = Arc::make_mut(&mut self.chunks);
        chunks.push_back(full);
        self.chunked += CHUNK;
        while let Some(first) = chunks.front() {
            if self.chunked - first.len() < self.capacity {
                break;
            }
            self.chunked -= first.len();
            self.dropped += first.len() as u64;
            chunks.pop_front();
        }
    }

    /// Puts older elements, oldest first, in front of all others. The capacity grows so that none of them is lost, to `limit`.
    pub fn prepend(&mut self, older: Vec<T>, limit: usize) {
        let mut all = older;
        all.extend(self.iter().cloned());
        let surplus = all.len().saturating_sub(limit.max(1));
        all.drain(..surplus);
        self.replace(all);
    }

    /// Holds exactly these elements from now on.
    pub fn replace(&mut self, all: Vec<T>) {
        self.capacity = self.capacity.max(all.len());
        self.replaced += 1;
        let mut chunks = VecDeque::new();
        let odd = all.len() % CHUNK;
        let mut rest = all.into_iter();
        let first: Vec<T> = rest.by_ref().take(odd).collect();
        if !first.is_empty() {
            chunks.push_back(Arc::new(first));
        }
        let mut chunked = odd;
        loop {
            let chunk: Vec<T> = rest.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            chunked += chunk.len();
            chunks.push_back(Arc::new(chunk));
        }
        self.chunks = Arc::new(chunks);
        self.chunked = chunked;
        self.tail = Arc::default();
        self.fresh.clear();
    }
}

impl<T> Series<T> {
    /// Number of elements held.
    pub fn len(&self) -> usize {
        self.chunked + self.tail.len() + self.fresh.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many elements were let go: the number of the first one held.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// How often all elements were replaced. While neither this nor the first element changes, no element does.
    pub fn replaced(&self) -> u64 {
        self.replaced
    }

    /// The element at a position, oldest first.
    pub fn get(&self, index: usize) -> Option<&T> {
        if let Some(recent) = index.checked_sub(self.chunked) {
            return self.tail.get(recent).or_else(|| self.fresh.get(recent - self.tail.len()));
        }
        let first = self.chunks.front()?.len();
        if index < first {
            return self.chunks.front()?.get(index);
        }
        let rest = index - first;
        self.chunks.get(1 + rest / CHUNK)?.get(rest % CHUNK)
    }

    /// The oldest element.
    pub fn first(&self) -> Option<&T> {
        self.get(0)
    }

    /// The newest element.
    pub fn last(&self) -> Option<&T> {
        self.fresh.last().or_else(|| self.tail.last()).or_else(|| self.chunks.back().and_then(|chunk| chunk.last()))
    }

    /// All elements, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).chain(self.tail.iter()).chain(self.fresh.iter())
    }

    /// Elements from a position on, oldest first.
    pub fn iter_from(&self, index: usize) -> impl Iterator<Item = &T> {
        (index..self.len()).filter_map(move |i| self.get(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_clone_does_not_see_what_comes_later() {
        let mut series = Series::with_capacity(1_000);
        (0..300).for_each(|n| series.push(n));
        let before = series.clone();
        (300..700).for_each(|n| series.push(n));
        assert_eq!(before.len(), 300);
        assert_eq!(before.last(), Some(&299));
        assert!(before.iter().copied().eq(0..300));
    }

    proptest! {
        #[test]
        fn keeps_the_newest_in_order(capacity in 1_usize..2_000, older in 0_usize..600, count in 0_usize..3_000) {
            let mut series = Series::with_capacity(capacity);
            series.prepend((0..older).collect(), 100_000);
            (older..older + count).for_each(|n| series.push(n));
            let all: Vec<usize> = series.iter().copied().collect();
            prop_assert!(all.len() >= capacity.min(older + count));
            prop_assert!(all.len() <= capacity.max(older) + 2 * CHUNK);
            prop_assert!(all.windows(2).all(|w| w[0] + 1 == w[1]));
            prop_assert_eq!(all.last().copied(), (older + count).checked_sub(1));
            for (i, n) in all.iter().enumerate() {
                prop_assert_eq!(series.get(i), Some(n));
            }
            prop_assert!(series.iter_from(5).copied().eq(all.iter().skip(5).copied()));
        }
    }
}
