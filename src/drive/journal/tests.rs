use super::*;
use crate::domain::Nanos;
use std::fs;

fn options(folder: &Path, levels: &str) -> Options {
    Options {
        folder: folder.to_owned(),
        limits: Limits::default(),
        levels: levels.parse().unwrap(),
        secrets: vec!["https://hooks.example/services/KEY123".to_owned(), "hunter22".to_owned()],
    }
}

fn text(folder: &Path) -> String {
    fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn lines_reach_the_file_and_the_screen_by_their_levels_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(Nanos::from_secs(1_700_000_000));
    let (journal, subscriber) = Journal::begin(options(folder.path(), "warn,drive::store=debug"), &clock);
    let (tail, set_levels) = (journal.tail(), journal.levels());
    tracing::subscriber::with_default(subscriber, || {
        tracing::info!(target: "rtai_tui::drive::live", "not wanted");
        tracing::debug!(target: "rtai_tui::drive::store", rows = 5, what = "a\nb", "written with hunter22");
        tracing::error!(target: "rtai_tui::drive::deliver", "https://hooks.example/services/KEY123 said \u{1b}[31mno");
        tracing::warn!(target: SESSION, "of the session's own log");
        set_levels(&"off".parse().unwrap());
        tracing::error!("no longer wanted");
        set_levels(&"info".parse().unwrap());
        tracing::info!(target: "rtai_tui::ui::run", "wanted again");
    });
    drop(journal);
    assert_eq!(
        text(folder.path()),
        "2023-11-14T22:13:20.000000Z DEBUG drive::store: written with … rows=5 what=a\\nb\n\
         2023-11-14T22:13:20.000000Z ERROR drive::deliver: … said \\u{1b}[31mno\n\
         2023-11-14T22:13:20.000000Z  WARN session: of the session's own log\n\
         2023-11-14T22:13:20.000000Z  INFO ui::run: wanted again\n"
    );
    let shown: Vec<_> = tail.after(0).iter().map(|line| (line.severity, line.text.to_string())).collect();
    assert_eq!(shown.len(), 3);
    assert_eq!(shown[0], (Severity::Info, "drive::store: written with … rows=5 what=a\\nb".to_owned()));
    assert_eq!(shown[1].0, Severity::Error);
}

#[test]
fn a_folder_that_cannot_be_made_leaves_the_screens_lines() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("log");
    fs::write(&taken, "").unwrap();
    let (journal, subscriber) = Journal::begin(options(&taken, "info"), &Clock::manual(Nanos::ZERO));
    assert!(journal.trouble().unwrap().contains("nothing is logged into files"), "{:?}", journal.trouble());
    assert_eq!(journal.path(), None);
    tracing::subscriber::with_default(subscriber, || tracing::info!("seen"));
    assert_eq!(journal.tail().after(0).len(), 1);
}

#[test]
fn many_threads_lose_nothing_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, subscriber) = Journal::begin(options(folder.path(), "info"), &Clock::manual(Nanos::ZERO));
    let dispatch = tracing::Dispatch::new(subscriber);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let dispatch = dispatch.clone();
            scope.spawn(move || {
                tracing::dispatcher::with_default(&dispatch, || {
                    for n in 0..5_000 {
                        tracing::info!("line {thread} {n}");
                    }
                });
            });
        }
    });
    drop(journal);
    let text = text(folder.path());
    let lost: usize = text
        .lines()
        .filter_map(|line| line.split_once(" lines of the log were lost")?.0.rsplit(' ').next()?.parse::<usize>().ok())
        .sum();
    let written = text.lines().filter(|line| line.contains(": line ")).count();
    assert_eq!(written + lost, 20_000);
    assert!(written >= WAITING, "{written}");
}
