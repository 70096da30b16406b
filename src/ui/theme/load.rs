//! Theme files: a palette, roles, and a theme to inherit from. Mistakes are named by file, line and role.

use super::colour::{self, Look};
use super::{Depth, ROLES, SHIPPED, Theme};
use crate::config::{Problem, Source, did_you_mean};
use ratatui::style::{Color, Modifier, Style};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::de::{DeTable, DeValue};

/// Themes may inherit from themes this deep.
const DEEPEST: usize = 8;
/// Beyond this many bytes a file is no theme.
const LARGEST: u64 = 256 << 10;

/// Where themes are found, and what the terminal can show of them.
#[derive(Debug, Clone, Default)]
pub struct Themes {
    /// The user's folder of themes.
    pub folder: Option<PathBuf>,
    /// What the terminal can show.
    pub look: Look,
}

type Palette = BTreeMap<String, Color>;

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
        let mut given = Vec::new();
        self.read(name, &mut theme, &mut Palette::new(), &mut given, &mut problems, 0);
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
        for (_, role) in ROLES {
            let style = role(&mut theme);
            *style = self.look.depth.style(*style);
        }
        Ok(theme)
    }

    /// Reads a theme, or the nearest there is to it and what was wrong.
    pub fn load_or_default(&self, name: &str) -> (Theme, Vec<Problem>) {
        match self.load(name) {
            Ok(theme) => (theme, Vec::new()),
            Err(problems) => (self.load("midnight").unwrap_or_else(|_| Theme::blank("midnight")), problems),
        }
    }

    fn file_of(&self, name: &str) -> String {
        let own = self.folder.as_ref().map(|folder| folder.join(format!("{name}.toml"))).filter(|path| path.exists());
        own.map_or_else(|| format!("themes/{name}.toml"), |path| path.display().to_string())
    }

    fn text_of(&self, name: &str) -> Result<String, String> {
        let unknown = || {
            let names = self.names();
            format!("there is no theme `{}`: {}", name.escape_debug(), did_you_mean(name, names.iter().map(String::as_str)))
        };
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c));
        if let Some(path) = self.folder.as_ref().filter(|_| plain).map(|folder| folder.join(format!("{name}.toml")))
            && let Ok(meta) = std::fs::metadata(&path)
        {
            if meta.len() > LARGEST {
                return Err(format!("{} bytes is too large for a theme", meta.len()));
            }
            return std::fs::read_to_string(&path).map_err(|error| format!("cannot be read: {error}"));
        }
        SHIPPED.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| (*text).to_owned()).ok_or_else(unknown)
    }

    fn read(
        &self,
        name: &str,
        theme: &mut Theme,
        palette: &mut Palette,
        given: &mut Vec<String>,
        problems: &mut Vec<Problem>,
        depth: usize,
    ) {
        let file = self.file_of(name);
        let text = match self.text_of(name) {
            Ok(text) => text,
            Err(message) => return problems.push(Problem { file, line: 0, key: String::new(), message }),
        };
        let source = Source { file: &file, text: &text };
        let (table, errors) = DeTable::parse_recoverable(&text);
        problems.extend(errors.iter().map(|error| source.syntax(error)));
        let table = table.get_ref();
        let get = |wanted: &str| table.iter().find(|(key, _)| key.get_ref() == wanted);
        if let Some((key, value)) = get("inherits") {
            match value.get_ref().as_str() {
                Some(parent) if depth < DEEPEST => self.read(parent, theme, palette, given, problems, depth + 1),
                Some(_) => problems.push(source.problem(key.span().start, "inherits", "themes inherit in a circle")),
                None => problems.push(source.problem(key.span().start, "inherits", "expected the name of a theme in quotes")),
            }
        }
        for (key, value) in table {
            let at = key.span().start;
            match (key.get_ref().as_ref(), value.get_ref().as_table()) {
                ("inherits", _) => {}
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
                ("roles", Some(_)) => {}
                ("palette" | "roles", None) => problems.push(source.problem(at, key.get_ref().as_ref(), "expected a table")),
                (other, _) => {
                    let hint = did_you_mean(other, ["inherits", "palette", "roles"]);
                    problems.push(source.problem(at, other, format!("a theme has no such part: {hint}")));
                }
            }
        }
        // The palette has to be complete before the roles that use it.
        let Some(roles) = get("roles").and_then(|(_, value)| value.get_ref().as_table()) else { return };
        for (key, value) in roles {
            let written = key.get_ref().as_ref();
            let at = key.span().start;
            let Some((role, slot)) = ROLES.iter().find(|(role, _)| *role == written) else {
                let hint = did_you_mean(written, ROLES.iter().map(|(role, _)| *role));
                problems.push(source.problem(at, format!("roles.{written}"), format!("there is no such role: {hint}")));
                continue;
            };
            match style(value.get_ref(), palette) {
                Ok(style) => {
                    *slot(theme) = style;
                    given.push((*role).to_owned());
                }
                Err(message) => problems.push(source.problem(at, format!("roles.{role}"), message)),
            }
        }
    }
}

fn style(value: &DeValue<'_>, palette: &Palette) -> Result<Style, String> {
    let colour = |value: &DeValue<'_>| {
        let text = value.as_str().ok_or("expected a colour in quotes")?;
        palette.get(text).copied().or_else(|| colour::parse(text)).ok_or_else(|| {
            let known = palette.keys().map(String::as_str);
            format!("`{}` is no colour: use \"#rrggbb\" or a name of the palette; {}", text.escape_debug(), did_you_mean(text, known))
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
    fn mistakes_name_file_line_and_role() {
        let text = "inherits = \"midnight\"\n[roles]\nacent = \"#ffffff\"\nup = \"grean\"\ndown = { fgg = \"red\" }\n";
        let found = user(text).unwrap_err();
        assert_eq!(found[0], "mine.toml:3: `roles.acent`: there is no such role: did you mean `accent`?");
        assert!(found[1].starts_with("mine.toml:4: `roles.up`: `grean` is no colour") && found[1].contains("`green`"), "{found:?}");
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

    fn luminance(colour: Color) -> f64 {
        let (r, g, b) = colour::rgb(colour).unwrap();
        let part = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.039_28 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_shipped_theme_is_complete_and_readable() {
        for (name, _) in SHIPPED {
            let mut theme = Themes::default().load(name).unwrap();
            if *name == "mono" {
                continue;
            }
            let ground = theme.text.bg.unwrap();
            for role in ["text", "dim", "bright", "accent", "up", "down", "flat", "good", "warning", "error"] {
                let style = *ROLES.iter().find(|(r, _)| *r == role).unwrap().1(&mut theme);
                for bg in [ground, theme.bar.bg.unwrap(), theme.dialog.bg.unwrap()] {
                    let ratio = contrast(style.fg.unwrap(), bg);
                    assert!(ratio >= 4.5, "{name}: {role} has {ratio:.2}:1 on {bg:?}");
                }
            }
            for (role, style) in
                [("tag", theme.tag), ("selection", theme.selection), ("bar", theme.bar), ("badge", theme.badge), ("dialog", theme.dialog)]
            {
                assert!(contrast(style.fg.unwrap(), style.bg.unwrap()) >= 4.5, "{name}: {role}");
            }
            for bar in [theme.bid_bar, theme.ask_bar] {
                assert!(contrast(theme.text.fg.unwrap(), bar.bg.unwrap()) >= 4.5, "{name}: text on size bars");
            }
        }
    }
}
