use super::super::message::tests::firing;
use super::*;
use std::path::{Path, PathBuf};

const LONG: Nanos = Nanos::from_secs(60);

struct Script {
    folder: tempfile::TempDir,
    sender: CommandSender,
}

impl Script {
    fn new(text: &str, limit: Nanos) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alert.sh");
        std::fs::write(&path, text).unwrap();
        let words = ["/bin/sh".to_owned(), path.display().to_string(), folder.path().display().to_string()];
        let delivery = Delivery { command: words.to_vec(), command_limit: limit, ..Delivery::default() };
        Self { folder, sender: CommandSender::new(&delivery).unwrap() }
    }

    fn run(&self, note: &str) -> Attempt {
        self.sender.send(&Message::new(&firing("price > 65000", note), "binance-futures"), Nanos::ZERO)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap()
    }
}

fn failed(attempt: Attempt) -> String {
    match attempt {
        Attempt::Failed { why } => why,
        other => panic!("{other:?}"),
    }
}

/// Whether a process of that number runs (a dead one nobody has waited for does not).
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.trim()).join("stat")).unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

fn gone(pid: &str) {
    while runs(pid) {
        std::thread::yield_now();
    }
}

#[test]
fn what_arrives_is_exactly_the_text() {
    let nasty = "\"; rm -rf $HOME; $(touch pwned) `id` '\\ %s \u{1b}]0;x\u{7}\n🚀 \u{202e}end";
    let script = Script::new(
        "cat > \"$1/stdin\"\n\
         for name in ID TS VENUE SYMBOL EXPR PRICE VALUES NOTE TEXT; do\n\
           eval \"printf '%s' \\\"\\$RTAI_ALERT_$name\\\"\" > \"$1/$name\"\ndone\n",
        LONG,
    );
    assert_eq!(script.run(nasty), Attempt::Sent);
    let json: Value = serde_json::from_str(&script.read("stdin")).unwrap();
    assert_eq!(
        (json["note"].as_str(), json["price"].as_f64(), json["ts"].as_f64()),
        (Some(nasty), Some(65010.5), Some(1_723_161_250.5))
    );
    assert_eq!(script.read("NOTE"), nasty);
    let expected = [
        ("ID", "7"),
        ("TS", "1723161250.5"),
        ("VENUE", "binance-futures"),
        ("SYMBOL", "BTCUSDT"),
        ("EXPR", "price > 65000"),
        ("PRICE", "65010.5"),
    ];
    for (name, value) in expected {
        assert_eq!(script.read(name), value);
    }
    assert_eq!(serde_json::from_str::<Value>(&script.read("VALUES")).unwrap(), json["values"]);
    assert!(!script.read("TEXT").contains(|c: char| c.is_control()));
    assert!(!script.file("pwned").exists());
}

#[test]
fn a_nul_does_not_keep_a_program_from_running() {
    let script = Script::new("printf '%s' \"$RTAI_ALERT_NOTE\" > \"$1/note\"\n", LONG);
    assert_eq!(script.run("a\0b"), Attempt::Sent);
    assert_eq!(script.read("note"), "ab");
}

#[test]
fn its_status_is_its_word() {
    let script = Script::new("echo first; echo 'no \u{1b}[31mmoney' >&2; echo; exit 3\n", LONG);
    assert_eq!(script.run(""), Attempt::failed("sh ended with status 3: no [31mmoney"));
    assert_eq!(Script::new("exit 75\n", LONG).run(""), Attempt::again("sh asks to be run later (status 75)"));
    assert!(failed(Script::new("kill -9 $$\n", LONG).run("")).starts_with("sh was ended by a signal"));
}

#[test]
fn what_takes_too_long_is_ended_with_all_it_started() {
    let text = "trap '' TERM\nsh -c 'trap \"\" TERM; echo $$ > \"$0/child\"; while :; do sleep 1000; done' \"$1\" &\n\
                while ! [ -s \"$1/child\" ]; do :; done\necho waiting\nwhile :; do sleep 1000; done\n";
    // The limit is too small for a loaded computer now and then: then the child has not begun, and it is tried again.
    for limit in [200, 2_000, 20_000] {
        let script = Script::new(text, Nanos::from_millis(limit));
        let why = failed(script.run(""));
        assert!(why.contains("was ended after"), "{why}");
        if why.ends_with("command_limit: waiting") {
            return gone(&script.read("child"));
        }
    }
    panic!("it never began");
}

#[test]
fn one_that_writes_without_end_and_reads_nothing_harms_nothing() {
    let script = Script::new("exec cat /dev/zero\n", Nanos::from_millis(300));
    let huge = "x".repeat(1 << 20);
    assert!(failed(script.run(&huge)).contains("was ended after 300ms"));
    let (ended, output) = {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "head -c 1000000 /dev/zero | tr '\\0' x; echo end"]);
        Run::start(command, vec![b'y'; 1 << 20], &Groups::default()).unwrap().finish(Duration::from_mins(1))
    };
    assert!(matches!(ended, Ended::Status(status) if status.success()), "{ended:?}");
    assert_eq!((output.len(), output.ends_with(b"xend\n")), (super::super::process::OUTPUT, true));
}

#[test]
fn what_is_left_in_the_background_ends_too_and_is_not_waited_for() {
    let script = Script::new("sleep 1000 &\necho $! > \"$1/child\"\n", LONG);
    assert_eq!(script.run(""), Attempt::Sent);
    gone(&script.read("child"));
}

#[test]
fn stopping_ends_what_runs() {
    let script = Script::new("echo $$ > \"$1/me\"\nexec sleep 1000\n", LONG);
    std::thread::scope(|scope| {
        let run = scope.spawn(|| script.run(""));
        while std::fs::read_to_string(script.file("me")).unwrap_or_default().is_empty() {
            std::thread::yield_now();
        }
        script.sender.stop();
        assert!(failed(run.join().unwrap()).contains("signal"));
    });
    gone(&script.read("me"));
    assert!(matches!(script.run(""), Attempt::Failed { .. }), "nothing is started any more");
}

#[test]
fn one_that_is_not_there_says_what_to_check() {
    let send = |program: &str| {
        let delivery = Delivery { command: vec![program.to_owned()], ..Delivery::default() };
        failed(CommandSender::new(&delivery).unwrap().send(&Message::new(&firing("x", ""), "demo"), Nanos::ZERO))
    };
    assert_eq!(send("/no/such program"), "there is no program /no/such program: check [delivery] command");
    assert!(send("~/alert.sh").contains("write the whole path"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plain.txt");
    std::fs::write(&file, "x").unwrap();
    assert!(send(&file.display().to_string()).contains("chmod +x"));
    assert!(CommandSender::new(&Delivery::default()).is_none());
}
