//! What the screen is given: settings, keys, themes, the recordings there are and how to open them.

use super::args::{Demo, Reading};
use super::keeping::Keeping;
use super::out::Interrupt;
use super::reload::{Env, Watcher};
use super::settings::{Origin, Settings};
use super::{import, live};
use crate::app::keymap::Keymap;
use crate::app::layout::{Store, WORKSPACES, Workspace};
use crate::app::{Library, Options as AppOptions, RecordingFile, Source};
use crate::codecs::Opened;
use crate::config::{Config, Problem, did_you_mean};
use crate::domain::Nanos;
use crate::drive::AlertOptions;
use crate::drive::clock::Clock;
use crate::drive::journal::Journal;
use crate::drive::view::{Busy, Handle, Request, View, Wake};
use crate::drive::{previews, replay};
use crate::recording::{EXTENSION, ReadOptions, Reader};
use crate::ui::run::{self, ListRecordings, OpenReplay, StartSession};
use crate::ui::theme::{Look, Themes};
use anyhow::Context as _;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the application begins, and what was wrong with the user's keys.
pub fn application(settings: &Settings, look: Look, workspace: Workspace) -> (AppOptions, Themes, Vec<Problem>) {
    let (keymap, mut problems) = Keymap::new(&settings.config.keys);
    let themes = Themes { folder: Some(settings.folders.themes()), look };
    let theme = known_theme(settings, &themes, &mut problems);
    let library = Library { themes: themes.names(), recordings: recordings(&settings.recordings()).into(), ..Library::default() };
    let options = AppOptions { keymap, utc: settings.config.utc, theme, library, workspace };
    (options, themes, problems)
}

/// The theme of the settings, or the usual one where there is none of that name.
pub(super) fn known_theme(settings: &Settings, themes: &Themes, problems: &mut Vec<Problem>) -> String {
    let wanted = &settings.config.theme;
    let names = themes.names();
    if names.contains(wanted) {
        return wanted.clone();
    }
    let said_by = match settings.origins.get("theme") {
        Some(Origin::Flag) => "--theme".to_owned(),
        Some(Origin::Environment) => "RTAI_THEME".to_owned(),
        _ => settings.file.display().to_string(),
    };
    let hint = did_you_mean(wanted, names.iter().map(String::as_str));
    let usual = Config::default().theme;
    let message = format!("there is no theme `{}`: {hint} {usual} is used", wanted.escape_debug());
    let mut problem = Problem { file: said_by, line: 0, key: "theme".to_owned(), message };
    if settings.origins.get("theme") == Some(&Origin::File) {
        problem = super::reload::with_line(problem, &fs::read_to_string(&settings.file).unwrap_or_default());
    }
    problems.push(problem);
    usual
}

/// The zone times are shown in when not in UTC. The configuration was checked for it.
pub fn zone(settings: &Settings) -> jiff::tz::TimeZone {
    crate::app::zones::named(&settings.config.time_zone).unwrap_or_else(jiff::tz::TimeZone::system)
}

/// Says at once, before anything is opened, that the screen needs a terminal.
///
/// # Errors
/// When standard output is none, as what is drawn must not end in a file or a pipe; or when it calls itself dumb.
pub fn need_terminal() -> anyhow::Result<()> {
    if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        anyhow::bail!(
            "TERM=dumb cannot show a screen: use a terminal with a cursor and say which, such as TERM=xterm-256color; \
             `--screenshot FILE` draws a frame without one"
        );
    }
    if !std::io::stdout().is_terminal() {
        anyhow::bail!("the screen needs a terminal, and standard output is none; `--screenshot FILE` draws a frame without one");
    }
    Ok(())
}

/// Shows a session until the user leaves.
///
/// # Errors
/// When there is no terminal, or it is gone.
pub fn show(
    session: Box<dyn Handle>,
    inbox: run::Inbox,
    settings: &Settings,
    keeping: &Arc<Keeping>,
    welcome: run::Welcome,
    log: Journal,
    clock: Clock,
) -> anyhow::Result<()> {
    let look = Look::detect(|name| std::env::var(name).ok());
    let (app, themes, mut problems) = application(settings, look, Workspace::Trade);
    problems.splice(0..0, settings.problems.iter().cloned());
    problems.extend(super::keeping::configured(settings).1);
    let levels = log.levels();
    let env: Env = Box::new(|name| std::env::var(name).ok());
    let mut watcher = Watcher::new(settings.clone(), themes.clone(), env, Box::new(levels));
    let options = run::Options {
        app,
        themes,
        reload: Box::new(move |why| watcher.look(why)),
        zone: zone(settings),
        fps: settings.config.fps,
        clock: clock.clone(),
        problems,
        mouse: settings.config.mouse,
        welcome,
        config: settings.file.clone(),
        venue: live::of(settings).to_owned(),
        log: log.path().map(Path::to_owned),
        tail: log.tail(),
        open: opener(settings.clone(), clock),
        start: starter(settings.clone(), Arc::clone(keeping)),
        recordings: lister(settings.recordings()),
        export: exporter(settings.folders.data.clone()),
        channels: settings.config.delivery.default,
        confirm: settings.config.trading.confirm,
        layout: run::Start { store: store(settings), name: settings.layout.clone(), fresh: settings.fresh },
        indicators: settings.config.indicators.clone(),
    };
    run::run(session, inbox, options)
}

/// Where layouts are kept.
pub fn store(settings: &Settings) -> Store {
    Store { folder: Some(settings.folders.layouts()), last: Some(settings.folders.last_layout()) }
}

fn lister(folder: PathBuf) -> ListRecordings {
    Box::new(move || recordings(&folder))
}

/// Writes what is exported into the data folder; nothing there is overwritten.
fn exporter(folder: PathBuf) -> run::Export {
    Box::new(move |text, (name, ending), now| {
        let stamp: String = now.rfc3339().chars().take(19).filter(char::is_ascii_alphanumeric).collect();
        fs::create_dir_all(&folder)?;
        let first = format!("{name}-{stamp}.{ending}");
        let names = std::iter::once(first).chain((2..100).map(|n| format!("{name}-{stamp}-{n}.{ending}")));
        for path in names.map(|name| folder.join(name)) {
            match fs::File::create_new(&path) {
                Ok(mut file) => {
                    file.write_all(text.as_bytes()).with_context(|| path.display().to_string())?;
                    return Ok(path);
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| path.display().to_string()),
            }
        }
        anyhow::bail!("{}: there are too many files of this second", folder.display())
    })
}

/// The recordings in a folder, newest first.
fn recordings(folder: &Path) -> Vec<RecordingFile> {
    // Beside the data folder's, those of the folder one stands in: the bundled ones in a checkout.
    let here = Path::new("recordings");
    let mut found: Vec<_> = [folder, here]
        .into_iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flat_map(Iterator::flatten)
        .filter(|entry| entry.file_name().to_string_lossy().ends_with(EXTENSION))
        .filter_map(|entry| {
            let meta = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let (bytes, modified) = previews::stamp_of(&meta);
            Some(RecordingFile { path: entry.path(), bytes, modified })
        })
        .collect();
    found.sort_by(|a, b| (b.modified, &b.path).cmp(&(a.modified, &a.path)));
    found
}

fn opener(settings: Settings, clock: Clock) -> OpenReplay {
    Box::new(move |paths, wake| {
        let opened = crate::codecs::open_any(&paths, &crate::codecs::Options::default(), &import::cache(&settings), &mut |_| {
            std::ops::ControlFlow::Continue(())
        })?;
        let options = replay::Options {
            files: opened.files.clone(),
            speed: 1.0,
            from: None,
            paused: false,
            read: ReadOptions::default(),
            alerts: None,
        };
        Ok(Box::new(With { session: replay::open(options, clock.clone(), wake)?, _needs: opened }))
    })
}

fn starter(settings: Settings, keeping: Arc<Keeping>) -> StartSession {
    Box::new(move |source, wake| match source {
        Source::Demo => super::workstation::begin_demo(&Demo::default(), &settings, Some(&keeping), wake),
        Source::Live => super::workstation::begin_live(&settings, &keeping, wake),
    })
}

/// A session before there is one: nothing is shown, nothing is asked of anybody.
pub struct Idle(Arc<View>);

impl Idle {
    /// Its view has been stopped from the start.
    pub fn new(clock: &Clock) -> Self {
        let mut view = View::default();
        view.session.stopped = true;
        view.session.now = clock.now();
        Self(Arc::new(view))
    }
}

impl Handle for Idle {
    fn view(&self) -> Arc<View> {
        Arc::clone(&self.0)
    }

    fn request(&self, _request: Request) -> Result<(), Busy> {
        Err(Busy)
    }

    fn close(&mut self) {}
}

/// A session and what has to last as long as it does: it ends after the session.
pub struct With<T> {
    /// The session.
    pub session: Box<dyn Handle>,
    /// What it needs.
    pub _needs: T,
}

impl<T: Send> Handle for With<T> {
    fn view(&self) -> Arc<View> {
        self.session.view()
    }

    fn request(&self, request: Request) -> Result<(), Busy> {
        self.session.request(request)
    }

    fn close(&mut self) {
        self.session.close();
    }
}

/// The replay that was asked for, from anything that can be read.
pub struct Replay {
    opened: Opened,
    read: ReadOptions,
    /// The time of the first input.
    pub start: Nanos,
}

impl Replay {
    /// Opens the files and converts what is no recording.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn of(files: &[PathBuf], reading: &Reading, settings: &Settings) -> anyhow::Result<Self> {
        let opened = import::open(files, reading, settings, &Interrupt::default())?;
        let read = ReadOptions { keep_going: reading.keep_going, ..ReadOptions::default() };
        let mut start = None;
        for file in &opened.files {
            let first = Reader::open(file, read.clone())?.next_input()?;
            let first = first.with_context(|| format!("{}: there is nothing in it to replay", file.display()))?;
            start = Some(start.map_or(first.at, |start: Nanos| start.min(first.at)));
        }
        Ok(Self { opened, read, start: start.unwrap_or_default() })
    }

    /// The recordings that are replayed.
    pub fn files(&self) -> &[PathBuf] {
        &self.opened.files
    }

    /// A moment as the user wrote it.
    ///
    /// # Errors
    /// When it is none.
    pub fn moment(&self, text: &str) -> anyhow::Result<Nanos> {
        Nanos::parse_human(text, self.start).map_err(|error| super::Usage(error.to_string()).into())
    }

    /// Begins; `alerts` is what delivers those that fire, where that was asked for.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn begin(
        self,
        speed: f64,
        from: Option<Nanos>,
        paused: bool,
        alerts: Option<AlertOptions>,
        clock: Clock,
        wake: Wake,
    ) -> anyhow::Result<Box<dyn Handle>> {
        let options = replay::Options { files: self.opened.files.clone(), speed, from, paused, read: self.read, alerts };
        Ok(Box::new(With { session: replay::open(options, clock, wake)?, _needs: self.opened }))
    }
}

/// The workspace of a number.
///
/// # Errors
/// When there is none; names those there are.
pub fn workspace(number: Option<u8>) -> anyhow::Result<Workspace> {
    let Some(number) = number else { return Ok(Workspace::Trade) };
    let found = WORKSPACES.iter().find(|spec| spec.number == number);
    found.map(|spec| spec.workspace).ok_or_else(|| {
        let known: Vec<_> = WORKSPACES.iter().map(|spec| format!("{} {}", spec.number, spec.name)).collect();
        super::Usage(format!("--workspace {number}: there is no such workspace: expected {}", known.join(", "))).into()
    })
}
