use super::*;
use crate::cli::args::Global;
use crate::ui::theme::Look;
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

struct Bench {
    _folder: tempfile::TempDir,
    file: PathBuf,
    watcher: Watcher,
    levels: Rc<RefCell<Vec<String>>>,
    writes: u64,
}

impl Bench {
    fn new(text: &str, global: &Global, env: &'static [(&'static str, &'static str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        fs::write(&file, text).unwrap();
        let global = Global { config: Some(file.clone()), ..global.clone() };
        let variable = move |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::gather(&global, &variable, false).unwrap();
        let themes = Themes { folder: None, look: Look::default() };
        let levels = Rc::new(RefCell::new(Vec::new()));
        let told = Rc::clone(&levels);
        let set = move |levels: &Levels| told.borrow_mut().push(levels.to_string());
        let watcher = Watcher::new(settings, themes, Box::new(variable), Box::new(set));
        Self { _folder: folder, file, watcher, levels, writes: 0 }
    }

    /// Writes the file as it would be written at another moment, whatever the clock's resolution.
    fn write(&mut self, text: &str) {
        self.writes += 1;
        fs::write(&self.file, text).unwrap();
        let file = fs::File::options().append(true).open(&self.file).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + self.writes)).unwrap();
    }

    /// Looks as often as it takes to see a change.
    fn seen(&mut self) -> Option<Result<Reloaded, String>> {
        assert!(self.watcher.look(Why::Watching).is_none(), "it is read only when it looks the same twice");
        self.watcher.look(Why::Watching)
    }
}

#[test]
fn a_changed_file_is_read_once_and_its_changes_are_told() {
    let mut bench = Bench::new("theme = \"midnight\"\n", &Global::default(), &[]);
    assert!(bench.seen().is_none());
    bench.write("theme = \"daylight\"\nfps = 12\nlog_level = \"warn,drive::store=debug\"\nsymbols = [\"SOLUSDT\"]\n[keys]\nquit = [\"ctrl-q\"]\n[trading]\ncash = 5\n");
    let changed = bench.seen().unwrap().unwrap();
    assert_eq!((changed.theme.as_deref(), changed.fps, changed.utc), (Some("daylight"), Some(12), None));
    assert!(changed.keymap.is_some());
    assert_eq!(changed.applied, ["log_level"]);
    assert_eq!(*bench.levels.borrow(), ["warn,drive::store=debug"]);
    assert_eq!(changed.later, ["symbols", "trading.cash"]);
    assert!(bench.seen().is_none(), "told once");
    // Lines that move are no change.
    let text = fs::read_to_string(&bench.file).unwrap();
    bench.write(&format!("# a comment\n{text}"));
    let changed = bench.seen().unwrap().unwrap();
    assert!(changed.keymap.is_none() && changed.later.is_empty() && changed.theme.is_none());
}

#[test]
fn an_editor_that_replaces_the_file_is_followed_and_its_absence_changes_nothing() {
    let mut bench = Bench::new("fps = 10\n", &Global::default(), &[]);
    fs::remove_file(&bench.file).unwrap();
    assert!(bench.watcher.look(Why::Watching).is_none());
    assert!(bench.watcher.look(Why::Watching).is_none());
    let other = bench.file.with_extension("new");
    fs::write(&other, "fps = 20\n").unwrap();
    fs::rename(&other, &bench.file).unwrap();
    assert_eq!(bench.seen().unwrap().unwrap().fps, Some(20));
}

#[test]
fn a_file_with_mistakes_changes_nothing_and_the_first_is_said_with_its_line() {
    let mut bench = Bench::new("fps = 10\n", &Global::default(), &[]);
    bench.write("fps = 20\nthem = \"daylight\"\nutc = 5\n");
    let said = bench.seen().unwrap().unwrap_err();
    assert!(said.contains("config.toml:2: `them`: there is no such setting: did you mean `theme`?"), "{said}");
    assert!(said.contains("(and 1 more)") && said.contains("stays as it was"), "{said}");
    for (text, expected) in [
        ("fps = 20\ntheme = \"dailight\"\n", "config.toml:2: `theme`: there is no theme `dailight`: did you mean `daylight`?"),
        ("[keys]\n\"chart.zoomin\" = [\"z\"]\n", "config.toml:2: `keys.chart.zoomin`: there is no such command"),
        ("[[alerts]]\nexpr = \"price >\"\n", "config.toml:"),
        ("log_level = \"inof\"\n", "config.toml:1: `log_level`: `inof` is no level of the log: did you mean `info`?"),
        ("theme = \"day\nfps = 10\n", "config.toml:1: not valid TOML"),
    ] {
        bench.write(text);
        let said = bench.seen().unwrap().unwrap_err();
        assert!(said.contains(expected), "{text}: {said}");
    }
    // Once it is right all that changed since is told.
    bench.write("fps = 20\n");
    assert_eq!(bench.seen().unwrap().unwrap().fps, Some(20));
}

#[test]
fn flags_and_variables_stay_stronger() {
    let global = Global { theme: Some("mono".to_owned()), ..Global::default() };
    let mut bench = Bench::new("fps = 10\n", &global, &[("RTAI_FPS", "15")]);
    bench.write("fps = 20\ntheme = \"daylight\"\nutc = true\n");
    let changed = bench.seen().unwrap().unwrap();
    assert_eq!((changed.theme, changed.fps, changed.utc), (None, None, Some(true)));
}

#[test]
fn what_the_program_writes_itself_is_not_told_and_asking_always_answers() {
    let mut bench = Bench::new("fps = 10\n", &Global::default(), &[]);
    bench.write("fps = 10\ntheme = \"nord\"\nvenue = \"demo\"\n");
    assert!(bench.watcher.look(Why::Written).is_none());
    assert!(bench.seen().is_none());
    let changed = bench.watcher.look(Why::Asked).unwrap().unwrap();
    assert!(changed.theme.is_none() && changed.later.is_empty());
}

#[test]
fn what_applies_at_once_are_settings() {
    for name in AT_ONCE {
        assert!(FIELDS.iter().any(|field| field.path() == *name), "{name}");
    }
}
