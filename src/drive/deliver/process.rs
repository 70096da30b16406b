//! A program of the user's, run so that whatever it does harms nothing: in a process group of its own that is ended as a whole, its
//! output read and thrown away but for the end of it, its input written by a thread that may wait.

use std::io::{self, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is kept of its output, in bytes.
pub const OUTPUT: usize = 4 << 10;
/// What a program is given to end by itself when it is asked to.
const POLITE: Duration = Duration::from_millis(300);
/// The longest to wait for what cannot fail but by the system's own troubles.
const SURELY: Duration = Duration::from_secs(2);
/// The longest to wait for the rest of its output: what it left running may hold it open.
const REST: Duration = Duration::from_millis(200);

/// How a program ended.
#[derive(Debug)]
pub enum Ended {
    /// By itself, or by a signal that was not ours.
    Status(ExitStatus),
    /// It was ended when its time was up.
    Late,
    /// The system does not tell.
    Lost(io::Error),
}

/// The programs that run.
#[derive(Debug, Default, Clone)]
pub struct Groups(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    running: Vec<group::Id>,
    over: bool,
}

impl Groups {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all that run, at once, and every one that is started later.
    pub fn end_all(&self) {
        let mut known = self.known();
        known.over = true;
        known.running.iter().for_each(|id| group::end(*id, true));
    }

    fn add(&self, id: group::Id) {
        let mut known = self.known();
        if known.over {
            group::end(id, true);
        }
        known.running.push(id);
    }

    /// Ends what is left of a group. Its program has ended but has not been waited for, so that its number is no other's yet.
    fn clear(&self, id: group::Id) {
        let mut known = self.known();
        group::end(id, true);
        known.running.retain(|other| *other != id);
    }
}

/// A program that runs.
#[derive(Debug)]
pub struct Run {
    child: Child,
    id: group::Id,
    groups: Groups,
    ended: Receiver<()>,
    output: Arc<Mutex<Vec<u8>>>,
    closed: Receiver<()>,
}

impl Run {
    /// Starts it, with something on its standard input.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(mut command: Command, input: Vec<u8>, groups: &Groups) -> io::Result<Self> {
        let (reader, writer) = io::pipe()?;
        command.stdin(Stdio::piped()).stdout(writer.try_clone()?).stderr(writer);
        group::own(&mut command);
        let mut child = command.spawn()?;
        // It holds our end of the pipe, without which the program's end closes it.
        drop(command);
        let id = group::id(&child);
        groups.add(id);
        let output = Arc::new(Mutex::new(Vec::new()));
        let ((say_ended, ended), (say_closed, closed)) = (sync_channel(1), sync_channel(1));
        let stdin = child.stdin.take();
        let kept = Arc::clone(&output);
        let threads = thread("deliver-input", move || {
            // A program that does not read breaks this off when it ends.
            let _ = stdin.map(|mut stdin| stdin.write_all(&input));
        })
        .and_then(|()| thread("deliver-output", move || keep_the_end(reader, &kept, &say_closed)))
        .and_then(|()| group::watch(id, say_ended));
        let run = Self { child, id, groups: groups.clone(), ended, output, closed };
        match threads {
            Ok(()) => Ok(run),
            Err(error) => {
                run.clear();
                Err(error)
            }
        }
    }

    /// Waits until it has ended, or ends it after a limit. Gives the end of what it wrote.
    pub fn finish(mut self, limit: Duration) -> (Ended, Vec<u8>) {
        let in_time = self.has_ended(limit);
        if !in_time {
            group::end(self.id, false);
            if !self.has_ended(POLITE) {
                group::end(self.id, true);
                self.has_ended(SURELY);
            }
        }
        self.groups.clear(self.id);
        let _ = self.closed.recv_timeout(REST);
        let output = std::mem::take(&mut *self.output.lock().unwrap_or_else(PoisonError::into_inner));
        let ended = match self.child.try_wait() {
            _ if !in_time => Ended::Late,
            Ok(Some(status)) => Ended::Status(status),
            Ok(None) => Ended::Late,
            Err(error) => Ended::Lost(error),
        };
        (ended, output)
    }

    fn has_ended(&mut self, within: Duration) -> bool {
        group::has_ended(&mut self.child, &self.ended, within)
    }

    /// Ends it where the threads that serve it could not be started.
    fn clear(mut self) {
        self.groups.clear(self.id);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map(|_| ())
}

/// Reads all there is and keeps the end of it.
fn keep_the_end(mut from: impl io::Read, kept: &Mutex<Vec<u8>>, closed: &SyncSender<()>) {
    let mut chunk = vec![0; 16 << 10];
    loop {
        match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                kept.extend_from_slice(chunk.get(..read).unwrap_or_default());
                let beyond = kept.len().saturating_sub(OUTPUT);
                kept.drain(..beyond);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = closed.try_send(());
}

#[cfg(unix)]
mod group {
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
    use std::io;
    use std::os::unix::process::CommandExt as _;
    use std::process::{Child, Command};
    use std::sync::mpsc::{Receiver, SyncSender};
    use std::time::Duration;

    pub(super) type Id = Pid;

    pub(super) fn own(command: &mut Command) {
        command.process_group(0);
    }

    pub(super) fn id(child: &Child) -> Id {
        Pid::from_child(child)
    }

    pub(super) fn end(id: Id, surely: bool) {
        let _ = kill_process_group(id, if surely { Signal::KILL } else { Signal::TERM });
    }

    /// Says when it has ended, and leaves it to be waited for: until then its number, which is its group's, stays taken.
    pub(super) fn watch(id: Id, ended: SyncSender<()>) -> io::Result<()> {
        super::thread("deliver-watch", move || {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while matches!(waitid(WaitId::Pid(id), options), Err(rustix::io::Errno::INTR)) {}
            let _ = ended.try_send(());
        })
    }

    pub(super) fn has_ended(_: &mut Child, ended: &Receiver<()>, within: Duration) -> bool {
        ended.recv_timeout(within).is_ok()
    }
}

#[cfg(not(unix))]
mod group {
    use std::io;
    use std::process::{Child, Command};
    use std::sync::mpsc::{Receiver, SyncSender};
    use std::time::Duration;

    pub(super) type Id = u32;

    pub(super) fn own(_: &mut Command) {}

    pub(super) fn id(child: &Child) -> Id {
        child.id()
    }

    pub(super) fn end(_: Id, _: bool) {}

    pub(super) fn watch(_: Id, _: SyncSender<()>) -> io::Result<()> {
        Ok(())
    }

    /// Without process groups the program itself is looked at every now and then, and ended alone.
    pub(super) fn has_ended(child: &mut Child, _: &Receiver<()>, within: Duration) -> bool {
        const STEP: Duration = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        while !matches!(child.try_wait(), Ok(Some(_))) {
            if waited >= within {
                let _ = child.kill();
                return false;
            }
            std::thread::park_timeout(STEP);
            waited += STEP;
        }
        true
    }
}
