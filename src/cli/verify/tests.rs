use super::*;
use crate::cli::args::Global;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn judged(size: Option<(u16, u16)>, env: &[(&str, &str)]) -> Found {
    let known: BTreeMap<&str, &str> = env.iter().copied().collect();
    setup::judge(size.is_some(), size, &|name| known.get(name).map(|value| (*value).to_owned()))
}

#[test]
fn terminals_are_judged_by_their_size_and_by_what_they_say() {
    let utf8 = ("LANG", "C.UTF-8");
    let good = judged(Some((200, 60)), &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), utf8]);
    assert_eq!((good.status, good.facts["columns"].as_u64()), (Status::Pass, Some(200)));
    assert!(good.text.contains("200x60") && good.text.contains("clipboard"), "{}", good.text);
    assert_eq!(judged(Some((30, 10)), &[("TERM", "xterm"), utf8]).status, Status::Fail);
    assert_eq!(judged(Some((60, 20)), &[("TERM", "xterm"), utf8]).status, Status::Warn);
    assert_eq!(judged(Some((120, 40)), &[("TERM", "dumb"), utf8]).status, Status::Fail);
    assert_eq!(judged(Some((120, 40)), &[("TERM", "xterm"), ("LANG", "C")]).status, Status::Warn);
    assert_eq!(judged(None, &[("TERM", "xterm"), utf8]).status, Status::Skip);
    let tmux = judged(Some((120, 40)), &[("TERM", "tmux-256color"), utf8]);
    assert!(tmux.text.contains("in tmux or screen"), "{}", tmux.text);
    let odd = judged(Some((120, 40)), &[("TERM", "x\u{1b}[31m"), utf8]);
    assert!(!odd.text.contains('\u{1b}'));
}

#[test]
fn the_built_in_values_are_those_of_the_reference() {
    let reference = |name: &str| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/reference").join(name);
    let golden = |name: &str| {
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/cli/verify/golden").join(name)).unwrap()
    };
    let bars = std::fs::read_to_string(reference("technical_bars.csv")).unwrap();
    assert!(bars.starts_with(golden("bars.csv").trim_end()));
    let mut values = String::new();
    let file = std::fs::File::open(reference("technical.csv.gz")).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut values).unwrap();
    let own = golden("values.csv");
    assert!(own.lines().count() >= 4 && own.lines().all(|line| values.lines().any(|known| known == line)));
}

#[test]
fn a_wrong_figure_is_seen() {
    let read = |name: &str| {
        std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/cli/verify/golden").join(name)).unwrap()
    };
    let (bars, values) = (read("bars.csv"), read("values.csv"));
    let good = indicators::judge(&bars, &values);
    assert_eq!(good.status, Status::Pass, "{good:?}");
    assert!(good.facts["indicators"].as_u64().unwrap() >= 12 && good.facts["values"].as_u64() == Some(78), "{good:?}");
    // Another volume in the last bar, and one value is another.
    let last = bars.trim_end().rsplit(',').next().unwrap();
    let bent = format!("{}9.999\n", bars.trim_end().strip_suffix(last).unwrap());
    let found = indicators::judge(&bent, &values);
    assert_eq!(found.status, Status::Fail, "{found:?}");
    assert_eq!(indicators::judge("no\nbars", &values).status, Status::Fail);
}

#[test]
fn an_account_that_comes_out_otherwise_is_seen() {
    let inputs = session::inputs();
    let good = broker::judge(&session::engine(&inputs));
    assert_eq!(good.status, Status::Pass, "{good:?}");
    // Without the trade through its price the second order still rests.
    let without: Vec<_> = inputs.iter().enumerate().filter(|(n, _)| *n != 8).map(|(_, input)| input.clone()).collect();
    let found = broker::judge(&session::engine(&without));
    assert_eq!(found.status, Status::Fail, "{found:?}");
    assert!(found.text.contains("cash is") && found.text.contains("a position is left"), "{}", found.text);
}

#[test]
fn checks_are_named_once_and_documented() {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/operations.md")).unwrap();
    for (n, check) in CHECKS.iter().enumerate() {
        assert!(CHECKS[..n].iter().all(|other| other.name != check.name));
        assert!(manual.contains(&format!("| `{}` |", check.name)), "{} is not in docs/operations.md", check.name);
        assert!(check.about.len() > 10);
    }
}

#[test]
fn nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    std::fs::write(&config, "").unwrap();
    let data = folder.path().join("data");
    let global = Global { config: Some(config), data_dir: Some(data.clone()), ..Global::default() };
    let settings = Settings::gather(&global, &|_| None, false).unwrap();
    let bench = Bench::new(&settings, true);
    assert_eq!(folders::folders(&bench).status, Status::Pass);
    assert_eq!(recording::recording(&bench).status, Status::Pass);
    assert_eq!(network::rest(&bench).status, Status::Skip);
    let left: Vec<_> = std::fs::read_dir(&data).map(|entries| entries.flatten().collect()).unwrap_or_default();
    assert!(left.is_empty(), "{left:?}");
}
