//! The thread that replays: takes requests, keeps pace, publishes pictures.

use super::pace::Pacer;
use super::player::{Player, Progress};
use super::repeat::Repeat;
use super::source::Files;
use crate::bars::Series;
use crate::domain::{Alert, AlertId, AlertState, Nanos, UserAction};
use crate::drive::alerts::{AlertOptions, Keeper};
use crate::drive::clock::{Clock, duration};
use crate::drive::view::{Busy, Handle, LogLine, Mode, ReplayRequest, ReplayState, ReplayView, Request, Session, View, Wake};
use crate::feed::Severity;
use crate::recording::{Index, IndexOptions, ReadError, ReadOptions};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Requests that may wait.
const REQUESTS: usize = 64;
/// Time between two pictures while the replay runs.
const FRAME: Nanos = Nanos::from_millis(20);
/// Inputs applied before requests are looked at again.
const ALLOWANCE: u64 = 4_000;
/// Log lines kept.
const LOG: usize = 500;

/// What to replay, and how to begin.
#[derive(Debug, Clone)]
pub struct Options {
    /// The recordings.
    pub files: Vec<PathBuf>,
    /// Engine seconds per second; infinite for as fast as it goes.
    pub speed: f64,
    /// Where to begin; the first event when not given.
    pub from: Option<Nanos>,
    /// Whether to begin standing still.
    pub paused: bool,
    /// How the files are read.
    pub read: ReadOptions,
    /// What delivers the alerts that fire while it plays; nothing unless asked for.
    pub alerts: Option<AlertOptions>,
}

/// Opens recordings and replays them on a thread of its own.
///
/// # Errors
/// When a file cannot be opened or begins with nothing readable.
pub fn open(options: Options, clock: Clock, wake: Wake) -> Result<Box<dyn Handle>, ReadError> {
    let player = Player::new(Files::open(&options.files, options.read.clone())?)?;
    let (sender, receiver) = sync_channel(REQUESTS);
    let view = Arc::new(Mutex::new(Arc::new(View::default())));
    let mut replay = Replay::new(player, options, clock, Arc::clone(&view), wake);
    replay.publish();
    let index_sender = sender.clone();
    let files = replay.files.clone();
    // The index is read beside the replay; it only adds the timeline.
    let indexer = std::thread::Builder::new().name("index".into()).spawn(move || {
        let options = IndexOptions::default();
        let indexes: Vec<Index> = files.iter().filter_map(|path| Index::build(path, &options).ok()).collect();
        let _ = index_sender.send(Message::Index(Arc::new(indexes)));
    });
    drop(indexer);
    let thread = std::thread::Builder::new()
        .name("replay".into())
        .spawn(move || replay.run(&receiver))
        .map_err(|error| ReadError::Io { path: PathBuf::from("replay thread"), error })?;
    Ok(Box::new(ReplayHandle { view, sender, thread: Some(thread) }))
}

enum Message {
    Ask(Request),
    Index(Arc<Vec<Index>>),
    Close,
}

struct ReplayHandle {
    view: Arc<Mutex<Arc<View>>>,
    sender: SyncSender<Message>,
    thread: Option<JoinHandle<()>>,
}

impl Handle for ReplayHandle {
    fn view(&self) -> Arc<View> {
        Arc::clone(&self.view.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn request(&self, request: Request) -> Result<(), Busy> {
        self.sender.try_send(Message::Ask(request)).map_err(|_| Busy)
    }

    fn close(&mut self) {
        if let Some(thread) = self.thread.take() {
            let _ = self.sender.send(Message::Close);
            let _ = thread.join();
        }
    }
}

impl Drop for ReplayHandle {
    fn drop(&mut self) {
        self.close();
    }
}

struct Replay {
    player: Player<Files>,
    files: Vec<PathBuf>,
    pacer: Pacer,
    state: ReplayState,
    /// Whether to play on after the jump under way.
    resume: bool,
    from: Nanos,
    repeat: Repeat,
    index: Option<Arc<Vec<Index>>>,
    problem: Option<String>,
    /// Hands on what fires, where that was asked for.
    keeper: Option<Keeper>,
    /// The number of the next alert that is set here; those recorded have lower ones.
    next_alert: AlertId,
    log: Series<LogLine>,
    log_count: u64,
    clock: Clock,
    /// Real time up to which the replay has been paced.
    paced: Nanos,
    published: Nanos,
    memory: Option<u64>,
    memory_read: Nanos,
    view: Arc<Mutex<Arc<View>>>,
    wake: Wake,
}

impl Replay {
    fn new(player: Player<Files>, options: Options, clock: Clock, view: Arc<Mutex<Arc<View>>>, wake: Wake) -> Self {
        let from = player.next_at().unwrap_or_default();
        let start = options.from.unwrap_or(from);
        let now = clock.now();
        let mut replay = Self {
            player,
            files: options.files,
            pacer: Pacer::new(from, options.speed),
            state: if options.paused { ReplayState::Paused } else { ReplayState::Playing },
            resume: !options.paused,
            from,
            repeat: Repeat::default(),
            index: None,
            problem: None,
            keeper: None,
            next_alert: 1 << 40,
            log: Series::with_capacity(LOG),
            log_count: 0,
            clock,
            paced: now,
            published: Nanos::ZERO,
            memory: None,
            memory_read: Nanos::ZERO,
            view,
            wake,
        };
        if let Some(alerts) = options.alerts {
            let venue = replay.player.engine().snapshot().venue;
            replay.keeper = Some(Keeper::new(alerts, &venue));
        }
        for file in replay.files.clone() {
            replay.log(Severity::Info, format!("replaying {}", file.display()));
        }
        // What a recording begins with (settings, history) belongs to its first moment: shown even while paused.
        replay.state = ReplayState::Seeking(start);
        replay
    }

    fn run(mut self, receiver: &Receiver<Message>) {
        let mut waiting = None;
        loop {
            let message = match self.state {
                _ if waiting.is_some() => waiting.take().ok_or(RecvTimeoutError::Timeout),
                ReplayState::Paused | ReplayState::Ended => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                ReplayState::Seeking(_) => poll(receiver),
                ReplayState::Playing if self.pacer.speed().is_infinite() => poll(receiver),
                ReplayState::Playing => {
                    let due = (self.paced + FRAME).saturating_sub(self.clock.now());
                    receiver.recv_timeout(duration(due))
                }
            };
            match message {
                Ok(Message::Close) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Message::Index(index)) => {
                    self.index = Some(index);
                    self.publish();
                }
                Ok(Message::Ask(request)) => {
                    waiting = self.answer_newest(request, receiver);
                    self.publish();
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.proceed();
        }
    }

    /// Answers a request; of jumps that wait one behind the other, as while the timeline is pulled at, only the newest. What
    /// came after them is handed back.
    fn answer_newest(&mut self, mut request: Request, receiver: &Receiver<Message>) -> Option<Message> {
        let mut next = None;
        while matches!(request, Request::Replay(ReplayRequest::Seek(_))) {
            match receiver.try_recv() {
                Ok(Message::Ask(newer @ Request::Replay(ReplayRequest::Seek(_)))) => request = newer,
                Ok(other) => {
                    next = Some(other);
                    break;
                }
                Err(_) => break,
            }
        }
        self.answer(request);
        next
    }

    /// Applies what is due.
    fn proceed(&mut self) {
        let now = self.clock.now();
        match self.state {
            ReplayState::Seeking(to) => {
                let progress = self.player.play_to(to, ALLOWANCE);
                if self.settle(progress) == Progress::Busy {
                    if now - self.published > Nanos::from_millis(100) {
                        self.publish();
                    }
                    return;
                }
                let landed = self.player.engine().now();
                if let Some(keeper) = &mut self.keeper {
                    keeper.skip(self.player.engine());
                }
                self.pacer.set(if landed == Nanos::ZERO { to } else { landed });
                self.state = match self.state {
                    ReplayState::Ended => ReplayState::Ended,
                    _ if self.resume => ReplayState::Playing,
                    _ => ReplayState::Paused,
                };
                self.paced = self.clock.now();
                self.publish();
            }
            ReplayState::Playing => {
                let to = self.pacer.after(now - self.paced);
                self.paced = now;
                let allowance = if self.pacer.speed().is_infinite() { ALLOWANCE } else { ALLOWANCE * 10 };
                let again = self.repeat.ends_before(self.player.engine().now(), to);
                let progress = self.player.play_to(again.map_or(to, |(_, end)| end), allowance);
                match self.settle(progress) {
                    // It cannot keep up: the clock waits for the engine.
                    Progress::Busy => self.pacer.set(self.player.engine().now()),
                    Progress::Reached => {
                        if let Some((start, _)) = again {
                            self.seek(start, true);
                        }
                    }
                    // The end of the recording may come before that of the loop; after a bad file nothing is repeated.
                    Progress::Ended => {
                        let now = self.player.engine().now();
                        if let Some((start, _)) = self.repeat.active().filter(|(start, end)| (*start..=*end).contains(&now))
                            && self.problem.is_none()
                        {
                            self.seek(start, true);
                        }
                    }
                }
                if let Some(keeper) = &mut self.keeper {
                    keeper.look(self.player.engine());
                }
                if now - self.published >= FRAME || self.state == ReplayState::Ended {
                    self.publish();
                }
            }
            ReplayState::Paused | ReplayState::Ended => {}
        }
    }

    /// Takes note of how playing went.
    fn settle(&mut self, progress: Result<Progress, ReadError>) -> Progress {
        match progress {
            Ok(Progress::Ended) => {
                self.state = ReplayState::Ended;
                Progress::Ended
            }
            Ok(progress) => progress,
            Err(error) => {
                self.log(Severity::Error, error.to_string());
                self.problem = Some(error.to_string());
                self.state = ReplayState::Ended;
                Progress::Ended
            }
        }
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::Replay(request) => self.control(request),
            Request::Bars(spec) => {
                self.player.look(UserAction::Bars(spec));
            }
            Request::Indicators(list) => self.look(UserAction::Indicators(list)),
            Request::SetAlert(alert) => self.set_alert(*alert),
            // A replay's alerts come as far as the recording brings them.
            Request::ChangeAlert(set) => self.set_alert(set.0),
            Request::RemoveAlert(id) => self.look(UserAction::RemoveAlert(id)),
            Request::Draft(draft) => self.player.draft(draft),
            Request::TestAlert(_) => {
                self.log(Severity::Warning, "not in a replay: nothing is delivered from what is long past".to_owned());
            }
            Request::Acknowledge(_) => {}
            Request::RemoveSymbol(symbol) => {
                self.player.look(UserAction::RemoveSymbol(symbol));
            }
            Request::AddSymbol(symbol) => {
                let unknown = crate::domain::Instrument::unknown(symbol);
                self.player.look(UserAction::AddSymbol(unknown));
                self.log(Severity::Warning, format!("{symbol}: a replay shows only the symbols that were recorded"));
            }
            Request::Trade(action) => self.player.act(UserAction::Trading(action)),
            Request::Mark(_) | Request::ToggleFeed | Request::ToggleRecording => {
                self.log(Severity::Warning, "not in a replay: it shows what was recorded".to_owned());
            }
            Request::History(..) | Request::Ending(_) => {}
        }
    }

    /// What cannot be worked out from what is kept is worked out by playing the recording again up to here.
    fn look(&mut self, action: UserAction) {
        let (now, resume) = (self.player.engine().now(), self.is_playing());
        let to = if let ReplayState::Seeking(to) = self.state { to } else { now };
        if self.player.look(action) || to == Nanos::ZERO {
            return;
        }
        match self.player.rewind() {
            Ok(()) => {
                self.resume = resume;
                self.state = ReplayState::Seeking(to);
            }
            Err(error) => {
                self.settle(Err(error));
            }
        }
    }

    /// Sets an alert, as if it had been there from the recording's beginning.
    fn set_alert(&mut self, alert: Alert) {
        let id = if alert.id == 0 { self.next_alert } else { alert.id };
        self.next_alert = self.next_alert.max(id + 1);
        self.look(UserAction::SetAlert(Box::new((Alert { id, ..alert }, AlertState::default()))));
    }

    fn control(&mut self, request: ReplayRequest) {
        let now = self.player.engine().now();
        match request {
            ReplayRequest::Toggle => match self.state {
                ReplayState::Playing => self.pause(),
                ReplayState::Ended => {
                    let start = self.repeat.active().map_or(self.from, |(start, _)| start);
                    self.seek(start, true);
                }
                ReplayState::Seeking(_) => self.resume = !self.resume,
                ReplayState::Paused => {
                    self.paced = self.clock.now();
                    self.pacer.set(now);
                    self.state = ReplayState::Playing;
                }
            },
            ReplayRequest::Pause => self.pause(),
            ReplayRequest::Speed(speed) => {
                self.pacer.set_speed(speed);
                // As fast as it goes means going.
                if speed == f64::INFINITY && self.state == ReplayState::Paused {
                    self.paced = self.clock.now();
                    self.state = ReplayState::Playing;
                }
            }
            ReplayRequest::StepEvent => {
                self.pause();
                match self.player.step() {
                    Ok(true) => {
                        if let Some(keeper) = &mut self.keeper {
                            keeper.look(self.player.engine());
                        }
                    }
                    Ok(false) => self.state = ReplayState::Ended,
                    Err(error) => {
                        self.settle(Err(error));
                    }
                }
            }
            ReplayRequest::StepBar(timeframe, forward) => {
                self.seek(self.player.bar_target(timeframe, forward), false);
            }
            ReplayRequest::Seek(to) => {
                let playing = self.is_playing();
                self.seek(to, playing);
            }
            ReplayRequest::Repeat(request) => {
                let at = if let ReplayState::Seeking(to) = self.state { to } else { now };
                self.repeat.answer(request, at);
            }
            ReplayRequest::SeekBy(by) => {
                let playing = self.is_playing();
                let base = if let ReplayState::Seeking(to) = self.state { to } else { now };
                self.seek(base + by, playing);
            }
        }
    }

    fn is_playing(&self) -> bool {
        match self.state {
            ReplayState::Playing => true,
            ReplayState::Seeking(_) => self.resume,
            ReplayState::Paused | ReplayState::Ended => false,
        }
    }

    fn pause(&mut self) {
        self.resume = false;
        if self.state == ReplayState::Playing {
            self.state = ReplayState::Paused;
        }
    }

    fn seek(&mut self, to: Nanos, resume: bool) {
        let last = self.last();
        let to = to.max(self.from).min(last.unwrap_or(Nanos::MAX));
        match self.player.prepare_seek(to) {
            Ok(()) => {
                self.resume = resume;
                self.state = ReplayState::Seeking(to);
            }
            Err(error) => {
                self.settle(Err(error));
            }
        }
    }

    /// Time of the last input, once the files have been read through.
    fn last(&self) -> Option<Nanos> {
        self.index.as_ref().and_then(|indexes| indexes.iter().filter_map(|index| index.last).max())
    }

    fn log(&mut self, severity: Severity, text: String) {
        self.log_count += 1;
        self.log.push(LogLine { number: self.log_count, at: self.clock.now(), severity, text: text.into() });
    }

    fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = self.problem.iter().cloned().collect();
        for (path, report) in self.player.source().reports() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if report.bad > 0 {
                problems.push(format!("{name}: {} bad lines left out", report.bad));
            }
            if let Some(cut) = &report.truncated {
                problems
                    .push(format!("{name}: ends in the middle at byte {}; repair keeps {} lines", cut.byte, cut.salvaged_lines));
            } else if report.damage_count > 0 {
                problems.push(format!("{name}: damaged in {} places; repair salvages the rest", report.damage_count));
            }
            if report.backwards > 0 {
                problems.push(format!("{name}: time ran backwards in {} lines", report.backwards));
            }
        }
        problems
    }

    fn publish(&mut self) {
        let now = self.clock.now();
        if now - self.memory_read > Nanos::SECOND {
            self.memory = memory_stats::memory_stats().map(|stats| stats.physical_mem as u64);
            self.memory_read = now;
        }
        let engine = self.player.engine();
        let snapshot = engine.snapshot();
        let session = Session {
            mode: Mode::Replay,
            alerts: self.keeper.as_ref().map(Keeper::view).unwrap_or_default(),
            now: engine.now(),
            started: self.from,
            memory: self.memory,
            log: self.log.clone(),
            replay: Some(ReplayView {
                files: self.files.clone(),
                index: self.index.clone(),
                state: self.state,
                speed: self.pacer.speed(),
                repeat: self.repeat,
                from: self.from,
                to: self.last(),
                kept: self.player.kept(),
                problems: self.problems(),
            }),
            ..Session::default()
        };
        *self.view.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(View { snapshot, session });
        self.published = now;
        (self.wake)();
    }
}

fn poll(receiver: &Receiver<Message>) -> Result<Message, RecvTimeoutError> {
    receiver.try_recv().map_err(|error| match error {
        std::sync::mpsc::TryRecvError::Empty => RecvTimeoutError::Timeout,
        std::sync::mpsc::TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
    })
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
