//! Changing the configuration file from the program: one value at a time, the user's comments and order kept.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// Why a change could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is no TOML: changing it might lose what the user meant.
    #[error("{file}:{line}: not valid TOML: mend this first")]
    Broken {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// A value stands where a table is needed.
    #[error("{file}: `{key}` is no table: write [{key}] on a line")]
    NoTable {
        /// The file.
        file: String,
        /// What should be a table.
        key: &'static str,
    },
    /// It cannot be read or written.
    #[error("{file}: {error}")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        error: std::io::Error,
    },
}

/// Sets a text at the top of the file, such as the theme. The file is made where there is none.
///
/// # Errors
/// [`EditError`] when the file is broken or cannot be written; it is as it was then.
pub fn set_text(file: &Path, name: &str, text: &str) -> Result<(), EditError> {
    change(file, |document| {
        match document.get_mut(name).and_then(Item::as_value_mut) {
            Some(old) => {
                // What stands beside the old value, a comment too, stays.
                let decor = old.decor().clone();
                *old = text.into();
                *old.decor_mut() = decor;
            }
            None => {
                document.insert(name, value(text));
            }
        }
        Ok(())
    })
}

/// Sets a list of texts at the top of the file, or takes the line out.
///
/// # Errors
/// [`EditError`] when the file is broken or cannot be written; it is as it was then.
pub fn set_list(file: &Path, name: &str, list: Option<&[String]>) -> Result<(), EditError> {
    change(file, |document| {
        match (list, document.get_mut(name).and_then(Item::as_value_mut)) {
            (None, _) => drop(document.remove(name)),
            (Some(list), Some(old)) => {
                let decor = old.decor().clone();
                *old = Array::from_iter(list).into();
                *old.decor_mut() = decor;
            }
            (Some(list), None) => drop(document.insert(name, value(Array::from_iter(list)))),
        }
        Ok(())
    })
}

/// Sets the keys of a command in `[keys]`, or takes the line out, so that it has its usual ones again.
///
/// # Errors
/// [`EditError`] when the file is broken or cannot be written; it is as it was then.
pub fn set_keys(file: &Path, command: &str, keys: Option<&[String]>) -> Result<(), EditError> {
    change(file, |document| {
        let table = document.entry("keys").or_insert_with(|| Item::Table(Table::new()));
        let Some(table) = table.as_table_like_mut() else {
            return Err(EditError::NoTable { file: file.display().to_string(), key: "keys" });
        };
        match (keys, table.get_mut(command).and_then(Item::as_value_mut)) {
            (None, _) => drop(table.remove(command)),
            (Some(keys), Some(old)) => {
                let decor = old.decor().clone();
                *old = Array::from_iter(keys).into();
                *old.decor_mut() = decor;
            }
            (Some(keys), None) => drop(table.insert(command, value(Array::from_iter(keys)))),
        }
        Ok(())
    })
}

/// Sets a value of a table to true or false.
///
/// # Errors
/// [`EditError`] when the file is broken or cannot be written; it is as it was then.
pub fn set_truth(file: &Path, table: &'static str, name: &str, truth: bool) -> Result<(), EditError> {
    change(file, |document| {
        let found = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
        let Some(found) = found.as_table_like_mut() else {
            return Err(EditError::NoTable { file: file.display().to_string(), key: table });
        };
        match found.get_mut(name).and_then(Item::as_value_mut) {
            Some(old) => {
                let decor = old.decor().clone();
                *old = truth.into();
                *old.decor_mut() = decor;
            }
            None => drop(found.insert(name, value(truth))),
        }
        Ok(())
    })
}

fn change(file: &Path, edit: impl FnOnce(&mut DocumentMut) -> Result<(), EditError>) -> Result<(), EditError> {
    let io = |error| EditError::Io { file: file.display().to_string(), error };
    // A link stays a link: what it points at is written.
    let target = std::fs::canonicalize(file).unwrap_or_else(|_| file.to_path_buf());
    let text = match std::fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(io(error)),
    };
    let mut document = text.parse::<DocumentMut>().map_err(|error| {
        let before = error.span().map_or(0, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count());
        EditError::Broken { file: file.display().to_string(), line: before + 1 }
    })?;
    edit(&mut document)?;
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(io)?;
    }
    write(&target, &document.to_string()).map_err(io)
}

/// Writes a file whole or not at all.
fn write(target: &Path, text: &str) -> std::io::Result<()> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new: PathBuf = target.with_file_name(name);
    let written = std::fs::File::create(&new).and_then(|mut file| {
        if let Ok(meta) = std::fs::metadata(target) {
            file.set_permissions(meta.permissions())?;
        }
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    let done = written.and_then(|()| std::fs::rename(&new, target));
    if done.is_err() {
        // What is left of the attempt is of no use.
        let _ = std::fs::remove_file(&new);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn edited(before: &str, edit: impl Fn(&Path) -> Result<(), EditError>) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        std::fs::write(&file, before).unwrap();
        edit(&file).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        std::fs::read_to_string(&file).unwrap()
    }

    #[test]
    fn comments_and_order_are_kept() {
        let before = "# mine\ntheme = \"nord\"  # at night\nfps = 20\n\n[keys]\n# marks\n\"mark\" = [\"b\"] # b\n";
        let after = edited(before, |file| set_text(file, "theme", "daylight"));
        assert_eq!(after, before.replace("nord", "daylight"));
        let after = edited(before, |file| set_keys(file, "mark", Some(&["f9".to_owned(), "g m".to_owned()])));
        assert_eq!(after, before.replace("[\"b\"]", "[\"f9\", \"g m\"]"));
        let after = edited(before, |file| set_keys(file, "chart.zoom-in", Some(&["i".to_owned()])));
        assert_eq!(after, format!("{before}\"chart.zoom-in\" = [\"i\"]\n"));
        let (config, problems) = Config::parse("config.toml", &after);
        assert_eq!((config.keys.len(), problems), (2, Vec::new()));
        let after = edited(before, |file| set_keys(file, "mark", None));
        assert!(!after.contains("mark\"") && after.contains("# mine"), "{after}");
    }

    #[test]
    fn a_top_value_does_not_end_in_the_last_table() {
        let after = edited("[keys]\n\"mark\" = [\"b\"]\n", |file| set_text(file, "venue", "demo"));
        let (config, problems) = Config::parse("config.toml", &after);
        assert_eq!((config.venue.as_str(), problems), ("demo", Vec::new()), "{after}");
    }

    #[test]
    fn a_list_is_set_and_taken_out() {
        let before = "# mine\nindicators = [\"ofi\"]  # few\nfps = 20\n";
        let list = ["tfi".to_owned(), "vpin(buckets=20)".to_owned()];
        let after = edited(before, |file| set_list(file, "indicators", Some(&list)));
        assert_eq!(after, before.replace("[\"ofi\"]", "[\"tfi\", \"vpin(buckets=20)\"]"));
        assert_eq!(Config::parse("config.toml", &after).0.indicators.unwrap(), list);
        let after = edited(before, |file| set_list(file, "indicators", None));
        assert!(!after.contains("indicators") && after.contains("fps = 20"), "{after}");
        let after = edited("[keys]\n\"mark\" = [\"b\"]\n", |file| set_list(file, "indicators", Some(&[])));
        assert_eq!(Config::parse("config.toml", &after).0.indicators, Some(Vec::new()), "{after}");
    }

    #[test]
    fn a_missing_file_is_made_and_a_broken_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/config.toml");
        set_keys(&file, "mark", Some(&[])).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), "[keys]\nmark = []");
        std::fs::write(&file, "utc = true\ntheme = \"day\n").unwrap();
        let said = set_text(&file, "theme", "nord").unwrap_err().to_string();
        assert!(said.ends_with("config.toml:2: not valid TOML: mend this first"), "{said}");
        assert!(std::fs::read_to_string(&file).unwrap().contains("\"day"));
        std::fs::write(&file, "keys = 1\n").unwrap();
        assert!(set_keys(&file, "mark", None).unwrap_err().to_string().contains("`keys` is no table"));
    }
}
