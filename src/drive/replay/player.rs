//! A replay without a clock: applies inputs up to a moment, and goes back by keeping copies of the engine.

use super::source::Source;
use crate::domain::{AlertId, Input, Nanos, Payload, Symbol, Timeframe, UserAction};
use crate::engine::Engine;
use crate::recording::ReadError;

/// Copies of the engine kept at most. They share what they have in common; what is kept stays bounded.
const MAX_KEPT: usize = 48;
/// Inputs between two kept copies at first; doubled whenever there are too many.
const FIRST_SPACING: u64 = 5_000;

/// A copy of the engine at a point of the source.
struct Kept<P> {
    engine: Engine,
    /// The input that comes next there, and where the source stands behind it.
    next: Option<Input>,
    position: P,
    applied: u64,
    /// The user's own actions in it.
    done: usize,
}

/// Plays a source through an engine.
pub struct Player<S: Source> {
    source: S,
    engine: Engine,
    /// The input that comes next, already read.
    next: Option<Input>,
    applied: u64,
    kept: Vec<Kept<S::Position>>,
    spacing: u64,
    /// What the user has chosen to look at, to be chosen again after going back.
    looks: Vec<UserAction>,
    /// The alert that is being written.
    draft: Option<(Symbol, String)>,
    /// What the user has done here, beside what was recorded.
    fork: Fork,
    ended: bool,
}

/// What the user of a replay has done to the paper broker: from the first such action on, those that were recorded do not count.
#[derive(Debug, Default)]
struct Fork {
    /// Each with the number of inputs applied before it, and its moment.
    actions: Vec<(u64, Nanos, UserAction)>,
    /// Those that are applied in the engine as it stands.
    done: usize,
}

impl Fork {
    /// Whether a recorded input does not count after so many others.
    fn drops(&self, applied: u64, input: &Input) -> bool {
        let of_broker = matches!(&input.payload, Payload::User(UserAction::Trading(_)));
        of_broker && self.actions.first().is_some_and(|(from, ..)| *from <= applied)
    }

    /// The action that comes next, before an input of a moment.
    fn next(&self, applied: u64, before: Nanos) -> Option<&(u64, Nanos, UserAction)> {
        self.actions.get(self.done).filter(|(from, at, _)| *from <= applied && *at <= before)
    }
}

/// The alert an action is about.
fn alert_of(action: &UserAction) -> Option<AlertId> {
    match action {
        UserAction::SetAlert(set) => Some(set.0.id),
        UserAction::RemoveAlert(id) => Some(*id),
        _ => None,
    }
}

/// How far [`Player::play_to`] came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All inputs up to the moment are applied.
    Reached,
    /// The allowance was used up before.
    Busy,
    /// The source has no more inputs.
    Ended,
}

impl<S: Source> Player<S> {
    /// Starts at the source's beginning: the engine is set as its first `meta` says, or by default.
    ///
    /// # Errors
    /// When the source's first input cannot be read.
    pub fn new(mut source: S) -> Result<Self, ReadError> {
        let next = source.next()?;
        let engine = match next.as_ref().map(|input| &input.payload) {
            Some(Payload::Meta(meta)) => Engine::from_meta(meta),
            _ => Engine::new(crate::domain::EngineConfig::default(), ""),
        };
        let kept = vec![Kept { engine: engine.clone(), next: next.clone(), position: source.position(), applied: 0, done: 0 }];
        let ended = next.is_none();
        Ok(Self {
            source,
            engine,
            next,
            applied: 0,
            kept,
            spacing: FIRST_SPACING,
            looks: Vec::new(),
            draft: None,
            fork: Fork::default(),
            ended,
        })
    }

    /// The engine as it stands.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is being played.
    pub fn source(&self) -> &S {
        &self.source
    }

    /// When the next input comes; `None` at the end.
    pub fn next_at(&self) -> Option<Nanos> {
        self.next.as_ref().map(|input| input.at)
    }

    /// Whether all inputs have been applied.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Engine times of the kept copies, in order.
    pub fn kept(&self) -> Vec<Nanos> {
        self.kept.iter().skip(1).map(|kept| kept.engine.now()).collect()
    }

    /// Changes what is looked at, now and after every jump. Says whether it is there for the past too; where it is not,
    /// [`Player::rewind`] and playing on make it so.
    pub fn look(&mut self, action: UserAction) -> bool {
        let complete = self.engine.look(&action);
        // The list is whole, an alert is set whole: only the last one counts.
        self.looks.retain(|look| match (&action, look) {
            (UserAction::Indicators(_), UserAction::Indicators(_)) => false,
            (new, old) => alert_of(new).is_none() || alert_of(new) != alert_of(old),
        });
        self.looks.push(action);
        complete
    }

    /// Looks at an alert while it is written, or no longer.
    pub fn draft(&mut self, draft: Option<(Symbol, String)>) {
        self.draft.clone_from(&draft);
        self.engine.draft(draft);
    }

    /// Looks again at what the user has chosen to look at, after the engine was put back.
    fn look_again(&mut self) {
        for action in &self.looks {
            self.engine.look(action);
        }
        self.engine.draft(self.draft.clone());
    }

    /// Stands at the source's beginning, with nothing kept of what was played: for what is looked at to be there from the start.
    ///
    /// # Errors
    /// When the source cannot go there.
    pub fn rewind(&mut self) -> Result<(), ReadError> {
        let Some(first) = self.kept.first_mut() else { return Ok(()) };
        self.source.seek(&first.position.clone())?;
        self.engine = first.engine.clone();
        self.next.clone_from(&first.next);
        self.look_again();
        self.fork.done = 0;
        (self.applied, self.spacing) = (0, FIRST_SPACING);
        self.ended = self.next.is_none();
        self.kept.truncate(1);
        Ok(())
    }

    /// Applies the next input, if there is one.
    ///
    /// # Errors
    /// When the one after it cannot be read.
    pub fn step(&mut self) -> Result<bool, ReadError> {
        self.keep();
        let Some(input) = self.next.take() else { return Ok(false) };
        self.act_until(input.at);
        if self.fork.drops(self.applied, &input) {
            self.engine.advance(input.at);
        } else {
            self.engine.apply(&input);
        }
        self.applied += 1;
        self.next = match self.source.next() {
            Ok(next) => next,
            Err(error) => {
                self.ended = true;
                return Err(error);
            }
        };
        self.ended = self.next.is_none();
        Ok(true)
    }

    /// Applies every input up to and at a moment, at most `allowance` of them, and lets time pass up to it.
    ///
    /// # Errors
    /// When an input cannot be read; those before it have been applied.
    pub fn play_to(&mut self, to: Nanos, allowance: u64) -> Result<Progress, ReadError> {
        for _ in 0..allowance {
            match self.next_at() {
                Some(at) if at <= to => {
                    self.step()?;
                }
                Some(_) => {
                    self.act_until(to);
                    self.engine.advance(to);
                    return Ok(Progress::Reached);
                }
                None => return Ok(Progress::Ended),
            }
        }
        Ok(Progress::Busy)
    }

    /// Stands at the best place from which playing on reaches a moment: here, or at a kept copy. The way from there to the
    /// moment is [`Player::play_to`]'s.
    ///
    /// # Errors
    /// When the source cannot go there.
    pub fn prepare_seek(&mut self, to: Nanos) -> Result<(), ReadError> {
        let best = self.kept.iter().rposition(|kept| kept.engine.now() <= to).unwrap_or(0);
        let Some(kept) = self.kept.get(best) else { return Ok(()) };
        let here_is_better = self.engine.now() <= to && self.applied >= kept.applied;
        if here_is_better {
            return Ok(());
        }
        let position = kept.position.clone();
        self.source.seek(&position)?;
        let kept = &self.kept[best];
        self.engine = kept.engine.clone();
        self.applied = kept.applied;
        self.fork.done = kept.done;
        self.next.clone_from(&kept.next);
        self.ended = self.next.is_none();
        self.look_again();
        Ok(())
    }

    /// Does something to the paper broker now: what was recorded of that from here on, and what the user did here later than now,
    /// does not count any more.
    pub fn act(&mut self, action: UserAction) {
        let now = self.engine.now();
        self.fork.actions.truncate(self.fork.done);
        self.fork.actions.push((self.applied, now, action));
        // Copies of what would have come without it.
        self.kept.retain(|kept| kept.applied <= self.applied && kept.engine.now() <= now);
        self.act_until(now);
    }

    /// Whether the user's own actions have taken the place of recorded ones.
    pub fn is_forked(&self) -> bool {
        !self.fork.actions.is_empty()
    }

    /// Does again what the user did here up to a moment.
    fn act_until(&mut self, before: Nanos) {
        while let Some((_, at, action)) = self.fork.next(self.applied, before) {
            self.engine.advance(*at);
            self.engine.apply_user(action);
            self.fork.done += 1;
        }
    }

    /// The moment a step by bars leads to: the end of the running bar, or of the one before.
    pub fn bar_target(&self, timeframe: Timeframe, forward: bool) -> Nanos {
        let now = self.engine.now();
        if forward { timeframe.start_of(now) + timeframe.nanos() } else { timeframe.start_of(now - Nanos(1)) }
    }

    /// Keeps a copy of the engine when the last one is far enough behind.
    fn keep(&mut self) {
        let last = self.kept.last().map_or(0, |kept| kept.applied);
        if self.applied < last + self.spacing {
            return;
        }
        // A copy must stand before an input of a later moment, or going back to its moment would miss inputs.
        if self.next.as_ref().is_some_and(|next| next.at <= self.engine.now()) {
            return;
        }
        self.kept.push(Kept {
            engine: self.engine.clone(),
            next: self.next.clone(),
            position: self.source.position(),
            applied: self.applied,
            done: self.fork.done,
        });
        if self.kept.len() > MAX_KEPT {
            let mut index = 0;
            self.kept.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.spacing *= 2;
        }
    }
}
