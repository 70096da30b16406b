//! A notification of the desktop.

use super::attempt::{Attempt, GivenUp, Limited, Sender};
use super::message::{Message, line};
use crate::domain::Nanos;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// How long the desktop may take.
pub const LIMIT: Duration = Duration::from_secs(5);

type Show = dyn Fn(&str, &str) -> Result<(), String> + Send + Sync;

/// Shows each message on the desktop.
pub struct Desktop {
    show: Arc<Show>,
    limit: Duration,
    limited: Limited,
}

impl fmt::Debug for Desktop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desktop").field("limit", &self.limit).finish_non_exhaustive()
    }
}

impl Desktop {
    /// The desktop this program runs on.
    pub fn new(limit: Duration) -> Self {
        Self { show: Arc::new(notify), limit, limited: Limited::default() }
    }

    #[cfg(test)]
    fn with(limit: Duration, show: impl Fn(&str, &str) -> Result<(), String> + Send + Sync + 'static) -> Self {
        Self { show: Arc::new(show), limit, limited: Limited::default() }
    }
}

impl Sender for Desktop {
    fn about(&self) -> String {
        "this desktop".to_owned()
    }

    fn send(&self, message: &Message, _now: Nanos) -> Attempt {
        let (title, body, show) = (line(&message.title(), 200), message.body(), Arc::clone(&self.show));
        // A notification that comes much later helps nobody: it is not tried again.
        match self.limited.run(self.limit, move || show(&title, &body)) {
            Ok(Ok(())) => Attempt::Sent,
            Ok(Err(why)) | Err(GivenUp::Broken(why)) => {
                Attempt::failed(format!("no notification service answers on this desktop: {}", line(&why, 160)))
            }
            Err(GivenUp::Late) => Attempt::failed("the notification service of this desktop did not answer in time"),
            Err(GivenUp::Busy) => {
                Attempt::failed("the notification service of this desktop still has not answered to an earlier notification")
            }
        }
    }
}

fn notify(title: &str, body: &str) -> Result<(), String> {
    let body = if takes_markup() { escaped(body) } else { body.to_owned() };
    let mut notification = notify_rust::Notification::new();
    notification.appname("rtai-tui").summary(title).body(&body);
    notification.show().map(|_| ()).map_err(|error| error.to_string())
}

/// Whether this desktop reads markup in a notification's text.
#[cfg(all(unix, not(target_os = "macos")))]
fn takes_markup() -> bool {
    notify_rust::get_capabilities().map_or(true, |all| all.iter().any(|one| one == "body-markup"))
}

/// Whether this desktop reads markup in a notification's text.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn takes_markup() -> bool {
    false
}

/// A text without markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::message::tests::firing;
    use super::*;
    use std::sync::Mutex;
    use std::sync::mpsc::sync_channel;

    fn message() -> Message {
        Message::new(&firing("price > 1", "<b>a</b>\u{1b}[1m & b"), "demo")
    }

    #[test]
    fn it_is_told_what_happened() {
        let shown = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&shown);
        let desktop = Desktop::with(LIMIT, move |title, body| {
            into.lock().unwrap().push((title.to_owned(), body.to_owned()));
            Ok(())
        });
        assert_eq!(desktop.send(&message(), Nanos::ZERO), Attempt::Sent);
        let title = "<b>a</b> [1m & b — BTCUSDT price > 1".to_owned();
        assert_eq!(*shown.lock().unwrap(), [(title, "price 65010.5, ofi.z -2.3141593 · 23:54:10 UTC".to_owned())]);
        assert_eq!(escaped("<b>a</b> & b"), "&lt;b&gt;a&lt;/b&gt; &amp; b");
    }

    /// The environment of a process cannot be changed safely: the bus is named to this test executable, started anew.
    #[cfg(all(unix, not(target_os = "macos")))]
    #[test]
    fn without_a_bus_and_with_one_that_never_answers_it_fails_in_time() {
        const NAME: &str = "drive::deliver::desktop::tests::without_a_bus_and_with_one_that_never_answers_it_fails_in_time";
        if let Ok(expected) = std::env::var("RTAI_TEST_DESKTOP") {
            let limit = if expected == "late" { Duration::from_millis(200) } else { Duration::from_mins(1) };
            let words = if expected == "late" { "did not answer in time" } else { "no notification service answers" };
            let attempt = Desktop::new(limit).send(&message(), Nanos::ZERO);
            assert!(matches!(&attempt, Attempt::Failed { why } if why.contains(words)), "{attempt:?}");
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let silent = folder.path().join("bus");
        let _silent = std::os::unix::net::UnixListener::bind(&silent).unwrap();
        for (expected, path) in [("gone", folder.path().join("gone")), ("late", silent)] {
            let mut child = std::process::Command::new(std::env::current_exe().unwrap());
            child.args(["--exact", NAME]).env("RTAI_TEST_DESKTOP", expected);
            let output = child.env("DBUS_SESSION_BUS_ADDRESS", format!("unix:path={}", path.display())).output().unwrap();
            assert!(output.status.success(), "{expected}: {}", String::from_utf8_lossy(&output.stdout));
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
        }
    }

    #[test]
    fn no_service_and_one_that_hangs_are_said_in_words() {
        let gone = Desktop::with(LIMIT, |_, _| Err("I/O error: No such file\u{1b}[31m".to_owned()));
        let why = "no notification service answers on this desktop: I/O error: No such file [31m";
        assert_eq!(gone.send(&message(), Nanos::ZERO), Attempt::failed(why));
        let (_hold, held) = sync_channel::<()>(0);
        let held = Mutex::new(held);
        let hangs = Desktop::with(Duration::from_millis(1), move |_, _| held.lock().unwrap().recv().map_err(|e| e.to_string()));
        assert!(matches!(hangs.send(&message(), Nanos::ZERO), Attempt::Failed { why } if why.contains("in time")));
        assert!(matches!(hangs.send(&message(), Nanos::ZERO), Attempt::Failed { why } if why.contains("earlier")));
    }
}
