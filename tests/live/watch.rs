//! Waiting on what a session shows.

use rtai_tui::domain::{Nanos, Symbol};
use rtai_tui::drive::live::{self, LiveHandle, LiveOptions};
use rtai_tui::drive::socket::SocketOptions;
use rtai_tui::drive::view::{Handle, Request, View};
use rtai_tui::engine::snapshot::SymbolView;
use rtai_tui::exchanges;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// How long anything may take before a test fails. Long, because a loaded machine is slow; met at once, because every wait
/// ends with its condition.
const LIMIT: Duration = Duration::from_secs(20);

pub struct Watched {
    pub handle: LiveHandle,
    pulse: Arc<(Mutex<u64>, Condvar)>,
}

pub fn btc() -> Symbol {
    Symbol::new("BTCUSDT").unwrap()
}

/// Options of a USD-M session at these addresses, with short limits.
pub fn options(ws_url: &str, rest_url: &str) -> LiveOptions {
    let mut options = LiveOptions::new(exchanges::create("binance-futures", vec![btc()]).unwrap(), vec![btc()]);
    ws_url.clone_into(&mut options.ws_url);
    rest_url.clone_into(&mut options.rest_url);
    options.sockets = SocketOptions {
        first_retry: Duration::from_millis(50),
        silence: Duration::from_secs(1),
        overlap: Duration::from_millis(300),
        ..SocketOptions::default()
    };
    options
}

impl Watched {
    pub fn start(options: LiveOptions) -> Self {
        let pulse = Arc::new((Mutex::new(0), Condvar::new()));
        let waker = Arc::clone(&pulse);
        let wake = Arc::new(move || {
            *waker.0.lock().unwrap() += 1;
            waker.1.notify_all();
        });
        Self { handle: live::start(options, wake).unwrap(), pulse }
    }

    pub fn view(&self) -> Arc<View> {
        self.handle.view()
    }

    pub fn ask(&self, request: Request) {
        self.handle.request(request).unwrap();
    }

    /// Waits until the view is as wanted.
    pub fn until(&self, what: &str, wanted: impl Fn(&View) -> bool) -> Arc<View> {
        let guard = self.pulse.0.lock().unwrap();
        let (guard, late) = self.pulse.1.wait_timeout_while(guard, LIMIT, |_| !wanted(&self.view())).unwrap();
        drop(guard);
        let view = self.view();
        assert!(!late.timed_out(), "not within {LIMIT:?}: {what}\n{}", told(&view));
        view
    }

    pub fn until_synced(&self) -> Arc<View> {
        self.until("the book is in sync", |view| symbol(view).is_some_and(|symbol| symbol.book_state.is_synced()))
    }

    pub fn until_trades(&self, more: u64) -> Arc<View> {
        let before = self.view().snapshot.rates.trades;
        self.until("trades flow", |view| view.snapshot.rates.trades >= before + more)
    }

    pub fn until_logged(&self, part: &str) -> Arc<View> {
        self.until(&format!("`{part}` in the log"), |view| logged(view, part))
    }
}

pub fn symbol(view: &View) -> Option<&SymbolView> {
    view.snapshot.symbol(btc())
}

pub fn logged(view: &View, part: &str) -> bool {
    view.session.log.iter().any(|line| line.text.contains(part))
}

/// The log and the state, for a failing test.
pub fn told(view: &View) -> String {
    let log: Vec<String> = view.session.log.iter().map(|line| format!("  {} {}", line.at.rfc3339(), line.text)).collect();
    let book = symbol(view).map(|symbol| symbol.book_state.clone());
    let lag = Nanos(view.session.lag.p99.0);
    format!("{}\n{:?}\n{:?}\nbook {book:?} lag {lag:?}", log.join("\n"), view.session.connections, view.session.feed)
}
