//! Theme files: a palette, roles, and a theme to inherit from. Mistakes are named by file, line and role.

use super::colour::{self, Look};
use super::lost::shown;
use super::{Depth, ROLES, SHIPPED, Theme};
use crate::config::{Problem, Source, did_you_mean};
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use toml::de::{DeTable, DeValue};

/// Themes may inherit from themes this deep.
const DEEPEST: usize = 8;
/// Beyond this many bytes a file is no theme.
const LARGEST: u64 = 256 << 10;

/// How the files of a folder of themes were at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp(Vec<(OsString, u64, Option<SystemTime>)>);

/// Where themes are found, and what the terminal can show of them.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    /// The user's folder of themes.
    pub folder: Option<PathBuf>,
    /// What the terminal can show.
    pub look: Look,
}

type Palette = BTreeMap<String, Color>;

/// One file of a theme or of those it inherits from.
struct Layer {
    file: String,
    text: String,
}

impl Themes {
    /// The names of all themes: those shipped, then the user's.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
        let mut own: Vec<String> = self
            .folder
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
            .filter(|name| !names.contains(name))
            .collect();
        own.sort();
        names.append(&mut own);
        names
    }

    /// Reads a theme, as this terminal can show it. Without colours that is always `mono`.
    ///
    /// # Errors
    /// Every mistake in the theme or those it inherits from.
    pub fn load(&self, name: &str) -> Result<Theme, Vec<Problem>> {
        let name = if self.look.depth == Depth::None { "mono" } else { name };
        let mut theme = Theme::blank(name);
        let mut problems = Vec::new();
        let mut layers = Vec::new();
        self.gather(name, true, &mut layers, &mut problems);
        let given = fill(&layers, &mut theme, &mut problems);
        if problems.is_empty() {
            let missing = ROLES.iter().filter(|(role, _)| !given.iter().any(|g| g == role));
            problems.extend(missing.map(|(role, _)| Problem {
                file: self.file_of(name),
                line: 0,
                key: format!("roles.{role}"),
                message: "this role is missing: give it, or write inherits = \"midnight\" at the top".to_owned(),
            }));
        }
        if !problems.is_empty() {
            problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
            return Err(problems);
        }
        theme.ascii = self.look.ascii;
        theme.depth = self.look.depth;
        shown(&mut theme);
        Ok(theme)
    }

    /// Reads a theme, or the nearest there is to it and what was wrong.
    pub fn load_or_default(&self, name: &str) -> (Theme, Vec<Problem>) {
        match self.load(name) {
            Ok(theme) => (theme, Vec::new()),
            Err(problems) => (self.load("midnight").unwrap_or_else(|_| Theme::blank("midnight")), problems),
        }
    }

    /// What tells whether a file of the user's folder of themes has changed since: each file's name, size and time.
    pub fn stamp(&self) -> Stamp {
        let entries = self.folder.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().filter_map(Result::ok);
        let mut files: Vec<_> = entries
            .filter(|entry| Path::new(&entry.file_name()).extension().is_some_and(|extension| extension == "toml"))
            .filter_map(|entry| {
                // What a link points at counts, not the link.
                let meta = std::fs::metadata(entry.path()).ok()?;
                Some((entry.file_name(), meta.len(), meta.modified().ok()))
            })
            .collect();
        files.sort();
        Stamp(files)
    }

    fn file_of(&self, name: &str) -> String {
        let own = self.folder.as_ref().map(|folder| folder.join(format!("{name}.toml"))).filter(|path| path.exists());
        own.map_or_else(|| format!("themes/{name}.toml"), |path| path.display().to_string())
    }

    fn is_own(&self, name: &str) -> bool {
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        plain && self.folder.as_ref().is_some_and(|folder| folder.join(format!("{name}.toml")).exists())
    }

    fn text_of(&self, name: &str, own: bool) -> Result<String, String> {
        let unknown = || {
            let names = self.names();
            format!("there is no theme `{}`: {}", name.escape_debug(), did_you_mean(name, names.iter().map(String::as_str)))
        };
        if let Some(path) = self.folder.as_ref().filter(|_| own).map(|folder| folder.join(format!("{name}.toml")))
            && let Ok(meta) = std::fs::metadata(&path)
        {
            if meta.len() > LARGEST {
                return Err(format!("{} bytes is too large for a theme", meta.len()));
            }
            return std::fs::read_to_string(&path).map_err(|error| format!("cannot be read: {error}"));
        }
        SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| (*text).to_owned()).ok_or_else(unknown)
    }

    /// The file of a theme and those it inherits from, the farthest ancestor last. `own` says whether a file of the user's counts: what is
    /// inherited by a shipped theme, or under its own name, is a shipped one, so that a shipped theme can be changed by a file of its name.
    fn gather(&self, name: &str, own: bool, layers: &mut Vec<Layer>, problems: &mut Vec<Problem>) {
        let own = own && self.is_own(name);
        let file = if own { self.file_of(name) } else { format!("themes/{name}.toml") };
        let text = match self.text_of(name, own) {
            Ok(text) => text,
            Err(message) => return problems.push(Problem { file, line: 0, key: String::new(), message }),
        };
        let layer = Layer { file, text };
        let (table, errors) = DeTable::parse_recoverable(&layer.text);
        problems.extend(errors.iter().map(|error| layer.source().syntax(error)));
        let inherits = table.get_ref().iter().find(|(key, _)| key.get_ref() == "inherits");
        let parent = inherits.and_then(|(key, value)| {
            let (at, parent) = (key.span().start, value.get_ref().as_str());
            let mut wrong = |message| problems.push(layer.source().problem(at, "inherits", message));
            match parent {
                Some(_) if layers.len() >= DEEPEST => wrong("themes inherit in a circle"),
                Some(parent) => return Some(parent.to_owned()),
                None => wrong("expected the name of a theme in quotes"),
            }
            None
        });
        layers.push(layer);
        if let Some(parent) = parent {
            let shipped = SHIPPED.iter().any(|(shipped, _)| *shipped == parent);
            self.gather(&parent, own && !(parent == name && shipped), layers, problems);
        }
    }
}

impl Layer {
    fn source(&self) -> Source<'_> {
        Source { file: &self.file, text: &self.text }
    }
}

/// Resolves the layers of a theme, the theme itself first, and answers which roles they give. A theme's palette also counts for
/// the roles it inherits, so that another palette alone makes another theme.
fn fill(layers: &[Layer], theme: &mut Theme, problems: &mut Vec<Problem>) -> Vec<&'static str> {
    let tables: Vec<_> = layers.iter().map(|layer| (layer.source(), DeTable::parse_recoverable(&layer.text).0)).collect();
    let mut palette = Palette::new();
    for (source, table) in tables.iter().rev() {
        read_parts(*source, table.get_ref(), &mut palette, problems);
    }
    let mut given: Vec<&'static str> = Vec::new();
    for (source, table) in &tables {
        let roles = table.get_ref().iter().find(|(key, _)| key.get_ref() == "roles");
        let Some(roles) = roles.and_then(|(_, value)| value.get_ref().as_table()) else { continue };
        for (key, value) in roles {
            let written = key.get_ref().as_ref();
            let mut wrong = |message: String| {
                problems.push(source.problem(key.span().start, format!("roles.{written}"), message));
            };
            let Some((role, slot)) = ROLES.iter().find(|(role, _)| *role == written) else {
                let hint = did_you_mean(written, ROLES.iter().map(|(role, _)| *role));
                wrong(format!("there is no such role: {hint}"));
                continue;
            };
            match style(value.get_ref(), &palette) {
                // The theme's own word goes before that of those it inherits from.
                Ok(_) if given.contains(role) => {}
                Ok(style) => {
                    *slot(theme) = style;
                    given.push(role);
                }
                Err(message) => wrong(message),
            }
        }
    }
    given
}

/// Takes a file's palette in, and says what in the file is no part of a theme.
fn read_parts(source: Source<'_>, table: &DeTable<'_>, palette: &mut Palette, problems: &mut Vec<Problem>) {
    for (key, value) in table {
        let at = key.span().start;
        match (key.get_ref().as_ref(), value.get_ref().as_table()) {
            ("inherits", _) | ("roles", Some(_)) => {}
            ("palette", Some(colours)) => {
                for (key, value) in colours {
                    match value.get_ref().as_str().and_then(colour::parse) {
                        Some(colour) => drop(palette.insert(key.get_ref().to_string(), colour)),
                        None => problems.push(source.problem(
                            key.span().start,
                            format!("palette.{}", key.get_ref()),
                            "expected a colour such as \"#1e90ff\", \"bright-blue\" or \"default\"",
                        )),
                    }
                }
            }
            ("palette" | "roles", None) => problems.push(source.problem(at, key.get_ref().as_ref(), "expected a table")),
            (other, _) => {
                let hint = did_you_mean(other, ["inherits", "palette", "roles"]);
                problems.push(source.problem(at, other, format!("a theme has no such part: {hint}")));
            }
        }
    }
}

fn style(value: &DeValue<'_>, palette: &Palette) -> Result<Style, String> {
    let colour = |value: &DeValue<'_>| {
        let text = value.as_str().ok_or("expected a colour in quotes")?;
        palette.get(text).copied().or_else(|| colour::parse(text)).ok_or_else(|| {
            let known = palette.keys().map(String::as_str);
            format!(
                "`{}` is no colour: use \"#rrggbb\" or a name of the palette; {}",
                text.escape_debug(),
                did_you_mean(text, known)
            )
        })
    };
    let Some(parts) = value.as_table() else { return Ok(Style::new().fg(colour(value)?)) };
    let mut style = Style::new();
    for (key, value) in parts {
        let modifier = match key.get_ref().as_ref() {
            "fg" => {
                style.fg = Some(colour(value.get_ref())?);
                continue;
            }
            "bg" => {
                style.bg = Some(colour(value.get_ref())?);
                continue;
            }
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underlined" => Modifier::UNDERLINED,
            "reversed" => Modifier::REVERSED,
            other => {
                let hint = did_you_mean(other, ["fg", "bg", "bold", "dim", "italic", "underlined", "reversed"]);
                return Err(format!("`{}` is no part of a style: {hint}", other.escape_debug()));
            }
        };
        match value.get_ref().as_bool() {
            Some(true) => style = style.add_modifier(modifier),
            Some(false) => {}
            None => return Err(format!("`{}`: expected true or false", key.get_ref())),
        }
    }
    Ok(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Result<Theme, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.toml"), text).unwrap();
        let themes = Themes { folder: Some(folder.path().to_owned()), look: Look::default() };
        assert!(themes.names().contains(&"mine".to_owned()));
        let prefix = format!("{}/", folder.path().display());
        themes.load("mine").map_err(|found| found.iter().map(|p| p.to_string().replace(&prefix, "")).collect())
    }

    #[test]
    fn a_theme_inherits_what_it_does_not_say() {
        let theme = user("inherits = \"midnight\"\n[palette]\npink = \"#ff80c0\"\n[roles]\naccent = \"pink\"\n").unwrap();
        assert_eq!(theme.accent.fg, Some(Color::Rgb(0xff, 0x80, 0xc0)));
        assert_eq!(theme.up, Theme::midnight().up);
    }

    #[test]
    fn another_palette_alone_makes_another_theme() {
        let theme = user("inherits = \"midnight\"\n[palette]\nup = \"#0000ff\"\n").unwrap();
        assert_eq!(theme.up.fg, Some(Color::Rgb(0, 0, 0xff)));
        assert_eq!(theme.down, Theme::midnight().down);
    }

    #[test]
    fn a_shipped_theme_can_be_changed_by_a_file_of_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let themes = Themes { folder: Some(folder.path().to_owned()), look: Look::default() };
        let red = Some(Color::Rgb(0xff, 0, 0));
        std::fs::write(folder.path().join("midnight.toml"), "inherits = \"midnight\"\n[palette]\nup = \"#ff0000\"\n").unwrap();
        assert_eq!(themes.load("midnight").unwrap().up.fg, red);
        assert_eq!(themes.load("nord").unwrap(), Themes::default().load("nord").unwrap());
        std::fs::write(folder.path().join("mine.toml"), "inherits = \"midnight\"\n").unwrap();
        assert_eq!(themes.load("mine").unwrap().up.fg, red);
        std::fs::write(folder.path().join("a.toml"), "inherits = \"b\"\n").unwrap();
        std::fs::write(folder.path().join("b.toml"), "inherits = \"a\"\n").unwrap();
        assert!(themes.load("a").unwrap_err().iter().any(|problem| problem.message.contains("circle")));
    }

    #[test]
    fn a_changed_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let themes = Themes { folder: Some(folder.path().to_owned()), look: Look::default() };
        let empty = themes.stamp();
        std::fs::write(folder.path().join("notes.txt"), "no theme").unwrap();
        assert_eq!(themes.stamp(), empty);
        std::fs::write(folder.path().join("mine.toml"), "inherits = \"midnight\"\n").unwrap();
        let one = themes.stamp();
        assert_ne!(one, empty);
        std::fs::write(folder.path().join("mine.toml"), "inherits = \"daylight\" # longer\n").unwrap();
        assert_ne!(themes.stamp(), one);
    }

    #[test]
    fn mistakes_name_file_line_and_role() {
        let text = "inherits = \"midnight\"\n[roles]\nacent = \"#ffffff\"\nup = \"acccent\"\ndown = { fgg = \"red\" }\n";
        let found = user(text).unwrap_err();
        assert_eq!(found[0], "mine.toml:3: `roles.acent`: there is no such role: did you mean `accent`?");
        assert!(
            found[1].starts_with("mine.toml:4: `roles.up`: `acccent` is no colour") && found[1].contains("`accent`"),
            "{found:?}"
        );
        assert!(found[2].starts_with("mine.toml:5: `roles.down`: `fgg` is no part of a style"), "{found:?}");
        assert!(user("[roles]\ntext = \"#ffffff\"\n").unwrap_err()[0].contains("this role is missing"));
        assert!(user("inherits = \"mine\"\n").unwrap_err()[0].contains("circle"));
        assert!(user("inherits = \"../midnight\"\n").unwrap_err()[0].contains("there is no theme"));
        assert!(user("[roles\n").unwrap_err()[0].starts_with("mine.toml:1: not valid TOML"));
    }

    #[test]
    fn without_colours_every_theme_is_mono() {
        let themes = Themes { folder: None, look: Look { depth: Depth::None, ascii: true } };
        let theme = themes.load("daylight").unwrap();
        assert_eq!((theme.name.as_str(), theme.up.fg, theme.ascii), ("mono", None, true));
    }
}
