//! Where files are kept, as each system wants it.

use anyhow::Context as _;
use std::path::{Path, PathBuf};

/// The program's folders.
#[derive(Debug, Clone)]
pub struct Folders {
    /// The configuration file's folder, with `themes` and `layouts` in it.
    pub config: PathBuf,
    /// Recordings are in `recordings` in it.
    pub data: PathBuf,
    /// The log, and the layout as the program was left.
    pub state: PathBuf,
    /// What can be made anew.
    pub cache: PathBuf,
}

impl Folders {
    /// The layouts that were given a name.
    pub fn layouts(&self) -> PathBuf {
        self.config.join("layouts")
    }

    /// The files of the log.
    pub fn log(&self) -> PathBuf {
        self.state.join("log")
    }

    /// The layout as the program was left.
    pub fn last_layout(&self) -> PathBuf {
        self.state.join("last-layout.toml")
    }

    /// The user's own themes.
    pub fn themes(&self) -> PathBuf {
        self.config.join("themes")
    }

    /// The user's folders; `data` replaces that of data and log.
    ///
    /// # Errors
    /// When the system names no home folder and `data` is not given.
    pub fn find(data: Option<&Path>) -> anyhow::Result<Self> {
        let found = directories::ProjectDirs::from("", "", "rtai-tui");
        let folders = match (found, data) {
            (Some(found), _) => Self {
                config: found.config_dir().to_path_buf(),
                data: found.data_dir().to_path_buf(),
                state: found.state_dir().unwrap_or_else(|| found.data_local_dir()).to_path_buf(),
                cache: found.cache_dir().to_path_buf(),
            },
            (None, Some(data)) => {
                let data = data.to_path_buf();
                Self { config: data.clone(), state: data.clone(), cache: data.join("cache"), data }
            }
            (None, None) => {
                return Err(anyhow::anyhow!("HOME is not set")).context("no folder for data is known: name one with --data-dir");
            }
        };
        Ok(match data {
            Some(data) => Self { data: data.to_path_buf(), state: data.to_path_buf(), ..folders },
            None => folders,
        })
    }
}
