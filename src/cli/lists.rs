//! `themes`, `keys`, `commands`, `config`, `completions` and `man`: what there is.

use super::args::{self, Cli};
use super::out;
use super::settings::{Settings, variable};
use crate::app::commands::{Scope, specs};
use crate::config::{FIELDS, default_text};
use crate::ui::theme::{Look, SHIPPED, Themes};
use anyhow::{Context as _, bail};
use clap::CommandFactory as _;
use std::fmt::Write as _;
use std::io::Write as _;

/// Runs `themes`: the shipped ones and the user's own, the chosen one marked.
///
/// # Errors
/// When the output fails.
pub fn themes(list: &args::List, settings: &Settings) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Row {
        theme: String,
        shipped: bool,
        chosen: bool,
        problems: Vec<String>,
    }
    let themes = Themes { folder: Some(settings.folders.themes()), look: Look::default() };
    let shipped = |name: &str| SHIPPED.iter().any(|(shipped, _)| *shipped == name);
    let rows: Vec<Row> = themes
        .names()
        .into_iter()
        .map(|theme| Row {
            shipped: shipped(&theme),
            chosen: theme == settings.config.theme,
            problems: themes.load(&theme).err().unwrap_or_default().iter().map(ToString::to_string).collect(),
            theme,
        })
        .collect();
    if list.json {
        return Ok(out::print_json(&rows)?);
    }
    let mut text = String::new();
    for row in &rows {
        let chosen = if row.chosen { "*" } else { " " };
        let _ = writeln!(text, "{chosen} {:<20} {}", row.theme, if row.shipped { "shipped" } else { "your own" });
        for problem in &row.problems {
            let _ = writeln!(text, "    {problem}");
        }
    }
    Ok(out::print(&text)?)
}

/// Runs `keys`: every command's keys, the user's own included.
///
/// # Errors
/// When the output fails.
pub fn keys(list: &args::List, settings: &Settings) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Row {
        keys: Vec<String>,
        command: &'static str,
        about: &'static str,
        scope: &'static str,
    }
    let (keymap, problems) = crate::app::keymap::Keymap::new(&settings.config.keys);
    for problem in &problems {
        out::note(&problem.to_string());
    }
    let rows: Vec<Row> = specs()
        .map(|spec| Row {
            keys: keymap.keys(spec.command).iter().map(ToString::to_string).collect(),
            command: spec.name,
            about: spec.about,
            scope: spec.scope.title(),
        })
        .collect();
    if list.json {
        return Ok(out::print_json(&rows)?);
    }
    let mut text = String::new();
    let mut scope = "";
    for row in &rows {
        if row.scope != scope {
            scope = row.scope;
            let _ = writeln!(text, "{}{scope}", if text.is_empty() { "" } else { "\n" });
        }
        let _ = writeln!(text, "  {:<22} {:<20} {}", row.keys.join(", "), row.command, row.about);
    }
    Ok(out::print(&text)?)
}

/// Runs `commands`.
///
/// # Errors
/// When the output fails.
pub fn commands(list: &args::List) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Row {
        command: &'static str,
        about: &'static str,
        scope: &'static str,
        default_keys: &'static [&'static str],
    }
    let scope = |scope: Scope| scope.title();
    let rows: Vec<Row> = specs()
        .map(|spec| Row { command: spec.name, about: spec.about, scope: scope(spec.scope), default_keys: spec.keys })
        .collect();
    if list.json {
        return Ok(out::print_json(&rows)?);
    }
    let text = rows.iter().fold(String::new(), |mut text, row| {
        let _ = writeln!(text, "{:<22} {}", row.command, row.about);
        text
    });
    Ok(out::print(&text)?)
}

/// Runs `config`: the settings in force with their origin, or `--init`.
///
/// # Errors
/// When the output fails, or `--init` finds a file there or cannot write it.
pub fn config(config: &args::Config, settings: &Settings) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Row {
        setting: String,
        value: serde_json::Value,
        origin: super::settings::Origin,
        variable: String,
        about: &'static str,
    }
    if config.init {
        return init(settings);
    }
    let json = |toml: &str| {
        toml::from_str::<serde_json::Value>(&format!("value = {toml}"))
            .ok()
            .and_then(|table| table.get("value").cloned())
            .unwrap_or_default()
    };
    if config.json {
        let rows = |field| {
            let (value, origin) = settings.value(field);
            Row { setting: field.path(), value: json(&value), origin, variable: variable(field), about: field.about }
        };
        let rows: Vec<Row> = FIELDS.iter().map(rows).collect();
        let file = settings.file.display().to_string();
        let venues: Vec<_> = settings
            .endpoints()
            .into_iter()
            .map(|(setting, url, origin)| serde_json::json!({ "setting": setting, "value": url, "origin": origin }))
            .collect();
        let keys = bindings(settings);
        return Ok(out::print_json(&serde_json::json!({ "file": file, "settings": rows, "venues": venues, "keys": keys }))?);
    }
    let there = if settings.file.exists() { "" } else { " (not there; `rtai-tui config --init` writes it)" };
    let mut text = format!("# {}{there}\n# recordings: {}\n", settings.file.display(), settings.recordings().display());
    for field in FIELDS {
        let (value, origin) = settings.value(field);
        let origin = format!("{origin:?}").to_lowercase();
        let value = if value.is_empty() { "\"\"".to_owned() } else { value };
        let _ = writeln!(text, "{:<50} # {origin}; {}", format!("{} = {value}", field.path()), variable(field));
    }
    for (setting, url, origin) in settings.endpoints() {
        let _ = writeln!(text, "{:<50} # {}", format!("{setting} = {url:?}"), format!("{origin:?}").to_lowercase());
    }
    text.push_str("\n[keys]\n");
    for row in bindings(settings) {
        let origin = format!("{:?}", row.origin).to_lowercase();
        let line = row.line.map(|line| format!(", line {line}")).unwrap_or_default();
        let _ = writeln!(text, "{:<50} # {origin}{line}", format!("{:?} = {:?}", row.setting, row.value));
    }
    Ok(out::print(&text)?)
}

/// The keys of a command in force, and who said so.
#[derive(serde::Serialize)]
struct Bound {
    setting: &'static str,
    value: Vec<String>,
    origin: super::settings::Origin,
    line: Option<usize>,
}

fn bindings(settings: &Settings) -> Vec<Bound> {
    let own = &settings.config.keys;
    let (keymap, problems) = crate::app::keymap::Keymap::new(own);
    for problem in &problems {
        out::note(&problem.to_string());
    }
    specs()
        .map(|spec| {
            let line = own.iter().find(|binding| binding.command == spec.name).map(|binding| binding.line);
            let origin = if line.is_some() { super::settings::Origin::File } else { super::settings::Origin::Default };
            let value = keymap.keys(spec.command).iter().map(ToString::to_string).collect();
            Bound { setting: spec.name, value, origin, line }
        })
        .collect()
}

fn init(settings: &Settings) -> anyhow::Result<()> {
    let file = &settings.file;
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    }
    let mut new = match std::fs::File::create_new(file) {
        Ok(new) => new,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{}: is there already and is not overwritten", file.display())
        }
        Err(error) => return Err(error).with_context(|| format!("{}: cannot be written", file.display())),
    };
    let text = default_text(specs().map(|spec| (spec.name, spec.about, spec.keys)));
    new.write_all(text.as_bytes()).with_context(|| format!("{}: cannot be written", file.display()))?;
    Ok(out::print(&format!("{}\n", file.display()))?)
}

/// Runs `completions`.
///
/// # Errors
/// When the output fails.
pub fn completions(which: &args::Completions) -> anyhow::Result<()> {
    let shell = match which.shell {
        args::Shell::Bash => clap_complete::Shell::Bash,
        args::Shell::Elvish => clap_complete::Shell::Elvish,
        args::Shell::Fish => clap_complete::Shell::Fish,
        args::Shell::Powershell => clap_complete::Shell::PowerShell,
        args::Shell::Zsh => clap_complete::Shell::Zsh,
    };
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rtai-tui", &mut text);
    Ok(out::print(&String::from_utf8_lossy(&text))?)
}

/// Runs `man`.
///
/// # Errors
/// When the output fails or there is no such command.
pub fn man(which: &args::Man) -> anyhow::Result<()> {
    let mut program = Cli::command();
    program.build();
    let page = match &which.command {
        None => program,
        Some(name) => {
            let Some(found) = program.find_subcommand(name) else {
                let known = program.get_subcommands().map(clap::Command::get_name);
                bail!("there is no command `{name}`: {}", crate::config::did_you_mean(name, known));
            };
            found.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text)?;
    Ok(out::print(&String::from_utf8_lossy(&text))?)
}
