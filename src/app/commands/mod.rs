//! The catalogue of everything a user can do. Keys, palette, help, documentation and tests all read this list.
//!
//! To add a command: one variant of [`Command`] (`command.rs`), one [`Spec`] in the file of its scope.

mod alert;
mod blotter;
mod book;
mod chart;
mod command;
mod footprint;
mod global;
mod heatmap;
mod indicators;
mod lab;
mod layout;
mod list;
mod log;
mod pair;
mod profile;
mod replay;
mod scope;
mod tape;
mod time;
mod trading;

pub use command::Command;
pub use scope::Scope;

use std::fmt;

/// What is known of a command.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The command.
    pub command: Command,
    /// Its name in the palette, the config and the documentation.
    pub name: &'static str,
    /// What it does, in one line.
    pub about: &'static str,
    /// Where it applies.
    pub scope: Scope,
    /// Keys it has unless the config says otherwise, such as `q`, `ctrl-c`, `shift-left`, `g g`.
    pub keys: &'static [&'static str],
}

/// Every command's entry, in the order of the help screen.
pub fn specs() -> impl Iterator<Item = &'static Spec> {
    [
        global::SPECS,
        trading::SPECS,
        blotter::SPECS,
        layout::SPECS,
        chart::SPECS,
        time::SPECS,
        heatmap::SPECS,
        footprint::SPECS,
        profile::SPECS,
        book::SPECS,
        trading::POSITIONS,
        log::SPECS,
        list::SPECS,
        tape::SPECS,
        indicators::SPECS,
        lab::SPECS,
        pair::SPECS,
        alert::SPECS,
        blotter::PANES,
        replay::SPECS,
    ]
    .into_iter()
    .flatten()
}

impl Command {
    /// Its entry in the catalogue.
    pub fn spec(self) -> Option<&'static Spec> {
        specs().find(|spec| spec.command == self)
    }

    /// The command of that name.
    pub fn named(name: &str) -> Option<Self> {
        specs().find(|spec| spec.name == name).map(|spec| spec.command)
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().map_or("unknown", |spec| spec.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_listed_once_and_documented() {
        for &command in Command::ALL {
            assert_eq!(specs().filter(|spec| spec.command == command).count(), 1, "{command:?}");
        }
        let mut names: Vec<_> = specs().map(|spec| spec.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(specs().all(|spec| spec.about.len() > 5 && !spec.about.ends_with('.')));
    }
}
