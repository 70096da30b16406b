//! Two programs and killed ones: the tests' own executable, run as another process.

use super::*;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

const ROLE: &str = "RTAI_STORE_TEST_ROLE";
const PATH: &str = "RTAI_STORE_TEST_PATH";

/// What the other process does; nothing where it is none.
#[test]
fn other_process() {
    let (Ok(role), Some(path)) = (std::env::var(ROLE), std::env::var_os(PATH)) else { return };
    let opened = open(Path::new(&path), NOW);
    println!("\n> {:?}", opened.keeping);
    match role.as_str() {
        "fire" => fire(&opened.store),
        // Until the other side has seen enough.
        "hold" => drop(std::io::stdin().read(&mut [0])),
        _ => {}
    }
}

/// Fires for ever, saying after each dozen that it is committed.
fn fire(store: &Store) {
    store.save(VENUE, &alert(1, "price > 65000"), &AlertState::default());
    for n in 1_u64.. {
        let state = AlertState { fired: n, ..state(Phase::Triggered) };
        let row = store.fired(VENUE, &firing(1, Nanos(n as i64)), &state, both());
        if n % 3 == 0 {
            for job in store.due(NOW, 1) {
                store.settle(job.id, NOW, Outcome::Sent);
            }
        }
        if n % 12 == 0 {
            store.flush().unwrap();
            println!("> {row}");
        }
    }
}

fn spawn(role: &str, path: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "drive::store::tests::processes::other_process", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role).env(PATH, path).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    (child, lines.filter_map(|line| line.strip_prefix("> ").map(str::to_owned)))
}

#[test]
fn two_programs_never_share_a_database() {
    let folder = folder();
    let path = file(&folder);
    let (mut child, mut lines) = spawn("hold", &path);
    assert!(lines.next().unwrap().starts_with("File("));
    let second = open(&path, NOW);
    let Keeping::Memory(why) = &second.keeping else { panic!("both have it") };
    assert!(why.contains(&format!("(process {})", child.id())), "{why}");
    second.store.save(VENUE, &alert(1, "x"), &AlertState::default());
    second.store.flush().unwrap();
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert_eq!(opened(&path).alerts(VENUE).unwrap(), [], "nothing of the second has come into the file");

    let first = opened(&path);
    let (mut child, mut lines) = spawn("look", &path);
    let told = lines.next().unwrap();
    assert!(told.starts_with("Memory(") && told.contains(&format!("(process {})", std::process::id())), "{told}");
    assert!(child.wait().unwrap().success());
    drop(first);
}

#[test]
fn what_was_said_to_be_committed_survives_kill_9_and_the_lock_does_not() {
    let folder = folder();
    let path = file(&folder);
    let mut least = 0;
    for round in 1..=4_usize {
        let (mut child, mut lines) = spawn("fire", &path);
        assert!(lines.next().unwrap().starts_with("File("));
        let said: i64 = lines.by_ref().nth(round * 7).unwrap().parse().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said until it was dead counts as well.
        let said = lines.map_while(|line| line.parse().ok()).last().unwrap_or(said);

        let store = opened(&path);
        let whole: String = store.ask(|desk| Ok(desk.db.query_row("PRAGMA integrity_check", [], |row| row.get(0))?)).unwrap();
        assert_eq!(whole, "ok");
        let history = store.history(VENUE, usize::MAX).unwrap();
        assert!(history.len() as i64 >= said && said > least, "{} of {said}", history.len());
        assert!(history.iter().zip(1..).all(|(row, n)| row.row == n && row.deliveries.len() == 2), "each whole, none missing");
        let (_, state) = store.alerts(VENUE).unwrap().remove(0);
        assert_eq!(state.last, Some(NOW));
        assert_eq!(state.fired as i64, history.last().unwrap().firing.at.0, "the alert's state is that of its last firing");
        let waiting = history.iter().flat_map(|row| &row.deliveries).filter(|delivery| delivery.tries == 0).count();
        assert_eq!(store.due(NOW, usize::MAX).len(), waiting);
        least = said;
    }
}

/// Root may write anywhere: the other process is nobody.
#[cfg(unix)]
#[test]
fn a_folder_that_is_read_only_leaves_memory() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::CommandExt as _;
    let folder = folder();
    let inner = folder.path().join("inner");
    let path = inner.join("rtai.db");
    fs::create_dir(&inner).unwrap();
    drop(opened(&path));
    fs::remove_file(inner.join("rtai.db.lock")).unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let look = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "drive::store::tests::processes::other_process", "--nocapture", "--test-threads=1"]);
        command.env(ROLE, "look").env(PATH, &path);
        let output = match command.uid(65_534).output() {
            Ok(output) => output,
            // Only root becomes another user; who is not root is refused as he is.
            Err(_) => command
                .uid(fs::metadata(&inner).map(|about| std::os::unix::fs::MetadataExt::uid(&about)).unwrap())
                .output()
                .unwrap(),
        };
        String::from_utf8(output.stdout).unwrap()
    };
    fs::set_permissions(&inner, Permissions::from_mode(0o555)).unwrap();
    let told = look();
    if !told.contains('>') {
        println!("skipped: another user cannot run {}", std::env::current_exe().unwrap().display());
        return;
    }
    assert!(told.contains("Memory(") && told.contains("rtai.db.lock cannot be written: this user may not write there"), "{told}");
    // A folder that may be written, with a file that may not.
    fs::set_permissions(&inner, Permissions::from_mode(0o777)).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
    let told = look();
    assert!(told.contains("Memory(") && told.contains("rtai.db cannot be written: this user may not write there"), "{told}");
    fs::set_permissions(&inner, Permissions::from_mode(0o755)).unwrap();
}
