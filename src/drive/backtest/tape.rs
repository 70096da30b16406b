//! Inputs decoded once and seen by several: one thread reads, each consumer has a thread of its own.

use super::feed::{Block, Feed, FeedError};
use crate::domain::{Input, Nanos};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Consumers that have taken all, and what was wrong with the files.
type Played<C> = (Vec<C>, Vec<String>);

/// Blocks that wait to be filled again; what is more is let go.
const RETURNED: usize = 64;
/// Steps of progress that wait to be told.
const TOLD: usize = 64;

/// Blocks that may wait for a consumer.
const WAITING: usize = 6;

/// What has been read of some files, and the rest.
pub(super) struct Tape {
    /// What has been read already.
    pub(super) head: Vec<Arc<Block>>,
    /// Where the rest comes from; `None` where there is none.
    pub(super) rest: Option<Feed>,
    /// What was wrong with the files, once the end has been read.
    pub(super) notes: Vec<String>,
}

impl Tape {
    /// Reads the first inputs, so many blocks at most.
    pub(super) fn open(mut feed: Feed, blocks: usize) -> Result<Self, FeedError> {
        let mut head = Vec::new();
        while head.len() < blocks {
            let mut block = Block::new();
            if !feed.fill(&mut block)? {
                return Ok(Self { head, rest: None, notes: feed.notes() });
            }
            head.push(Arc::new(block));
        }
        Ok(Self { head, rest: Some(feed), notes: Vec::new() })
    }
}

/// How far something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Inputs done.
    pub inputs: u64,
    /// The time of the last one.
    pub at: Nanos,
}

/// Told of progress; can stop it.
pub type Tell<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Takes inputs in their order.
pub(super) trait Consumer: Send {
    fn take(&mut self, inputs: &[Input]);

    /// There are no more.
    fn end(&mut self) {}
}

/// Gives all inputs to all consumers. `None` when it was stopped.
pub(super) fn broadcast<C: Consumer>(tape: Tape, consumers: Vec<C>, tell: Tell<'_>) -> Result<Option<Played<C>>, FeedError> {
    let stop = AtomicBool::new(false);
    let (free_in, free_out) = sync_channel::<Block>(RETURNED);
    let (told_in, told_out) = sync_channel::<Progress>(TOLD);
    thread::scope(|scope| {
        let mut queues = Vec::with_capacity(consumers.len());
        let workers: Vec<_> = consumers
            .into_iter()
            .enumerate()
            .map(|(index, mut consumer)| {
                let (queue, blocks) = sync_channel::<Arc<Block>>(WAITING);
                queues.push(queue);
                // The first one says how far it is: all are about as far.
                let (free, told, stop) = (free_in.clone(), (index == 0).then(|| told_in.clone()), &stop);
                scope.spawn(move || {
                    consume(&mut consumer, &blocks, &free, told.as_ref(), stop);
                    consumer
                })
            })
            .collect();
        drop((free_in, told_in));
        let stopped = &stop;
        let reading = scope.spawn(move || read(tape, queues, &free_out, stopped));
        for progress in told_out {
            if tell(progress).is_break() {
                stop.store(true, Ordering::Relaxed);
            }
        }
        let consumers: Vec<C> = workers.into_iter().filter_map(|worker| worker.join().ok()).collect();
        let notes = reading.join().unwrap_or_else(|_| Ok(Vec::new()))?;
        Ok(if stop.load(Ordering::Relaxed) { None } else { Some((consumers, notes)) })
    })
}

fn consume<C: Consumer>(
    consumer: &mut C,
    blocks: &Receiver<Arc<Block>>,
    free: &SyncSender<Block>,
    told: Option<&SyncSender<Progress>>,
    stop: &AtomicBool,
) {
    let mut inputs = 0;
    for block in blocks {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        consumer.take(block.inputs());
        inputs += block.inputs().len() as u64;
        let at = block.inputs().last().map_or(Nanos::ZERO, |input| input.at);
        if let Some(told) = told {
            let _ = told.send(Progress { inputs, at });
        }
        // Who has it last gives it back; that nobody needs it any more is no matter.
        if let Some(block) = Arc::into_inner(block) {
            let _ = free.try_send(block);
        }
    }
    if !stop.load(Ordering::Relaxed) {
        consumer.end();
    }
}

fn read(
    tape: Tape,
    queues: Vec<SyncSender<Arc<Block>>>,
    free: &Receiver<Block>,
    stop: &AtomicBool,
) -> Result<Vec<String>, FeedError> {
    let give = |block: Arc<Block>| {
        for queue in &queues {
            // A consumer that is gone has failed; that is seen when it is joined.
            let _ = queue.send(Arc::clone(&block));
        }
    };
    tape.head.into_iter().for_each(give);
    let Some(mut feed) = tape.rest else { return Ok(tape.notes) };
    while !stop.load(Ordering::Relaxed) {
        let mut block = free.try_recv().unwrap_or_else(|_| Block::new());
        if !feed.fill(&mut block)? {
            break;
        }
        give(Arc::new(block));
    }
    Ok(feed.notes())
}
