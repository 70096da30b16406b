//! Where layouts are kept: a folder with one file for each that was named, and a file for how the program was left.
//!
//! A file is written beside its place and then moved there, so that it is whole or not there at all, whoever else writes it.

use super::{Saved, read, write};
use crate::config::{Problem, did_you_mean};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Beyond this many bytes a file is no layout.
const LARGEST: u64 = 256 << 10;
/// So many damaged files of the last session are kept.
const MOST_DAMAGED: usize = 9;
/// A name has so many characters at most.
const LONGEST: usize = 40;

/// Where layouts are kept. Without places nothing is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Store {
    /// The folder of named layouts.
    pub folder: Option<PathBuf>,
    /// The file of how the program was left.
    pub last: Option<PathBuf>,
}

impl Store {
    /// The name as it is used.
    ///
    /// # Errors
    /// When it cannot be a file's name everywhere.
    pub fn check(name: &str) -> Result<String, String> {
        let name = name.trim();
        let fine = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        match () {
            () if name.is_empty() => Err("a layout needs a name".to_owned()),
            () if name.chars().count() > LONGEST => Err(format!("at most {LONGEST} characters")),
            () if !name.chars().all(fine) => Err("only letters, digits, spaces, - and _".to_owned()),
            () => Ok(name.to_owned()),
        }
    }

    /// The names of all saved layouts, in their order.
    pub fn names(&self) -> Vec<String> {
        let Some(Ok(entries)) = self.folder.as_ref().map(fs::read_dir) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
            .filter(|name| Self::check(name).as_ref() == Ok(name))
            .collect();
        names.sort();
        names
    }

    fn file(&self, name: &str) -> Result<PathBuf, String> {
        let name = Self::check(name)?;
        let folder = self.folder.as_ref().ok_or("no folder for layouts is known")?;
        Ok(folder.join(format!("{name}.toml")))
    }

    /// Reads a saved layout. What was wrong with it is listed; nothing comes back when none of it can be used.
    pub fn load(&self, name: &str) -> (Option<Saved>, Vec<Problem>) {
        match self.file(name) {
            Ok(file) if file.exists() => load(&file),
            Ok(file) => {
                let names = self.names();
                let hint = if names.is_empty() {
                    "none has been saved yet".to_owned()
                } else {
                    did_you_mean(name, names.iter().map(String::as_str))
                };
                let message = format!("there is no such layout: {hint}");
                (None, vec![Problem { file: file.display().to_string(), line: 0, key: String::new(), message }])
            }
            Err(message) => (None, vec![Problem { file: name.to_owned(), line: 0, key: String::new(), message }]),
        }
    }

    /// Keeps a layout under a name, in the place of one that had it.
    ///
    /// # Errors
    /// When it cannot be written; says where and why.
    pub fn save(&self, name: &str, saved: &Saved) -> Result<(), String> {
        let file = self.file(name)?;
        replace(&file, &write(saved), true).map_err(|error| format!("{}: cannot be written: {error}", file.display()))
    }

    /// Removes a saved layout.
    ///
    /// # Errors
    /// When it cannot be removed; says where and why.
    pub fn delete(&self, name: &str) -> Result<(), String> {
        let file = self.file(name)?;
        fs::remove_file(&file).map_err(|error| format!("{}: cannot be deleted: {error}", file.display()))
    }

    /// Gives a saved layout another name, which no other has.
    ///
    /// # Errors
    /// When it has, or the file cannot be moved; says where and why.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        let (from, to) = (self.file(from)?, self.file(to)?);
        if from != to && to.exists() {
            return Err(format!("{}: there is one already", to.display()));
        }
        fs::rename(&from, &to).map_err(|error| format!("{}: cannot be renamed: {error}", from.display()))
    }

    /// Reads how the program was left. A damaged file is set aside, so that it is not overwritten, and the message says where.
    pub fn load_last(&self) -> (Option<Saved>, Vec<Problem>) {
        let Some(file) = self.last.as_ref().filter(|file| file.exists()) else { return (None, Vec::new()) };
        let (saved, mut problems) = load(file);
        if !problems.is_empty() {
            let message = match set_aside(file) {
                Ok(kept) => format!("the file is kept as {}; mend it there, or delete it", kept.display()),
                Err(error) => format!("it could not be set aside ({error}) and will be written anew"),
            };
            let more = problems.len() - 1;
            problems.truncate(1);
            if let Some(first) = problems.first_mut() {
                let more = if more > 0 { format!(" ({more} more like this)") } else { String::new() };
                first.message = format!("{}{more}; {message}", first.message);
            }
        }
        (saved, problems)
    }

    /// Keeps how the program is left; `safe` waits until the disk has it.
    ///
    /// # Errors
    /// When it cannot be written; says where and why.
    pub fn save_last(&self, text: &str, safe: bool) -> Result<(), String> {
        let Some(file) = &self.last else { return Ok(()) };
        replace(file, text, safe).map_err(|error| format!("{}: the layout cannot be kept: {error}", file.display()))
    }
}

fn load(path: &Path) -> (Option<Saved>, Vec<Problem>) {
    let file = path.display().to_string();
    let whole = |message: String| (None, vec![Problem { file: file.clone(), line: 0, key: String::new(), message }]);
    match fs::metadata(path) {
        Ok(meta) if meta.len() > LARGEST => return whole(format!("{} bytes is too large for a layout", meta.len())),
        Ok(meta) if !meta.is_file() => return whole("it is no file".to_owned()),
        _ => {}
    }
    match fs::read_to_string(path) {
        Ok(text) => read(&file, &text),
        Err(error) => whole(format!("cannot be read ({error}): the shipped layout is used")),
    }
}

/// Moves a damaged file to a name beside it that is free.
fn set_aside(file: &Path) -> io::Result<PathBuf> {
    let name = |number: usize| file.with_extension(format!("damaged-{number}.toml"));
    let place = (1..=MOST_DAMAGED).map(name).find(|place| !place.exists()).unwrap_or_else(|| name(MOST_DAMAGED));
    fs::rename(file, &place)?;
    Ok(place)
}

/// Writes a file so that it is whole or as it was. Where it is a link, what it leads to is written.
fn replace(file: &Path, text: &str, safe: bool) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    // Another program has another number, so that two never write into the same file.
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let written = fs::File::create(&new).and_then(|mut out| {
        out.write_all(text.as_bytes())?;
        if safe { out.sync_all() } else { Ok(()) }
    });
    let moved = written.and_then(|()| fs::rename(&new, &file));
    if moved.is_err() {
        let _ = fs::remove_file(&new);
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::layout::Workspace;

    fn store(folder: &Path) -> Store {
        Store { folder: Some(folder.join("layouts")), last: Some(folder.join("state").join("last-layout.toml")) }
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn layouts_are_saved_renamed_and_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        assert_eq!(store.names(), Vec::<String>::new());
        let saved = Saved { workspace: Workspace::Book, ..Saved::default() };
        store.save("two charts", &saved).unwrap();
        store.save("b", &Saved::default()).unwrap();
        assert_eq!(store.names(), ["b", "two charts"]);
        assert_eq!(store.load("two charts"), (Some(saved), Vec::new()));
        assert!(store.rename("b", "two charts").unwrap_err().contains("already"));
        store.rename("b", "c").unwrap();
        store.delete("two charts").unwrap();
        assert_eq!(files(&folder.path().join("layouts")), ["c.toml"], "nothing else is left");
        assert!(store.load("cc").1[0].message.contains("did you mean `c`?"), "{:?}", store.load("cc").1);
    }

    #[test]
    fn names_stay_in_the_folder() {
        for bad in ["", "  ", "../x", "a/b", ".hidden", "a\u{1b}[2J", "x".repeat(41).as_str()] {
            assert!(Store::check(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Store::check(" Große Übersicht_2 "), Ok("Große Übersicht_2".to_owned()));
    }

    #[test]
    fn a_damaged_last_layout_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        assert_eq!(store.load_last(), (None, Vec::new()), "the first start is no mistake");
        for text in ["version = 1\n[trade]\nfocus = 7\n", "version = 99\n", "\u{0}\u{0}"] {
            store.save_last(text, false).unwrap();
            let (_, problems) = store.load_last();
            assert_eq!(problems.len(), 1);
            assert!(problems[0].to_string().contains("the file is kept as"), "{}", problems[0]);
        }
        let state = folder.path().join("state");
        let names = files(&state);
        assert_eq!(names, ["last-layout.damaged-1.toml", "last-layout.damaged-2.toml", "last-layout.damaged-3.toml"]);
        assert!(fs::read_to_string(state.join(&names[0])).unwrap().contains("focus = 7"));
        fs::write(store.last.as_ref().unwrap(), [0xff, 0xfe, 0x00]).unwrap();
        assert!(store.load_last().1[0].message.contains("cannot be read"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let real = folder.path().join("dotfiles.toml");
        fs::write(&real, "").unwrap();
        fs::create_dir_all(folder.path().join("layouts")).unwrap();
        std::os::unix::fs::symlink(&real, folder.path().join("layouts").join("a.toml")).unwrap();
        store.save("a", &Saved::default()).unwrap();
        assert!(fs::read_to_string(&real).unwrap().contains("version = 1"));
    }
}
