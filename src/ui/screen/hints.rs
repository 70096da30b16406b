//! The bottom line: the keys that matter where the focus is.

use super::bar::{Item, draw, draw_right, fitting};
use crate::app::App;
use crate::app::commands::{Command, Scope, Spec, specs};
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

const ALWAYS: [(Command, &str); 4] =
    [(Command::FocusNext, "next pane"), (Command::Palette, "find"), (Command::Help, "help"), (Command::Quit, "quit")];

fn hint(app: &App, command: Command, label: &str, worth: u8, theme: &Theme) -> Option<Item> {
    let key = app.keymap.key(command);
    (!key.is_empty())
        .then(|| Item { spans: vec![Span::styled(key, theme.accent), Span::styled(format!(" {label}"), theme.dim)], worth })
}

/// Draws the hints for a pane's scope.
pub fn draw_hints(area: Rect, buf: &mut Buffer, app: &App, scope: Scope, replaying: bool, theme: &Theme) {
    let always: Vec<Item> = ALWAYS
        .iter()
        .zip([10, 40, 30, 20])
        .filter_map(|((command, label), worth)| hint(app, *command, label, worth, theme))
        .collect();
    let always = fitting(always, area.width.saturating_sub(1));
    let taken: usize = always.iter().flat_map(|item| &item.spans).map(Span::width).sum::<usize>() + always.len() * 2 + 3;
    draw_right(Rect { width: area.width.saturating_sub(1), ..area }, buf, &always);
    let room = area.width.saturating_sub(u16::try_from(taken).unwrap_or(u16::MAX));
    let area = Rect { x: area.x + 1, width: room, ..area };
    let pending = app.keys.shown();
    if !pending.is_empty() {
        draw(area, buf, &[Item::new(1, format!("{pending} …"), theme.bright)]);
        return;
    }
    let label = |name: &'static str| name.rsplit('.').next().unwrap_or(name).replace('-', " ");
    let wanted = |of: Scope| scope.takes(of) || (replaying && of == Scope::Replay);
    let mut worth = 200;
    // What a pane is about first, then how one moves in time, then the rest.
    let own = specs().find(|spec| spec.scope == scope).map(|spec| spec.command);
    let place = |spec: &Spec| match spec.command {
        // By pages and to the ends: whoever looks for these finds them without being told.
        Command::ChartPageOlder | Command::ChartPageNewer | Command::ChartOldest => 3,
        Command::ChartAddIndicator => 0,
        _ if spec.scope == Scope::Pair => 0,
        _ if spec.scope == Scope::List && scope.takes(Scope::Pair) => 2,
        _ if spec.scope == Scope::Time => 1,
        _ if !scope.takes(Scope::Time) || Some(spec.command) == own => 0,
        _ => 2,
    };
    let mut ordered: Vec<&Spec> = specs().filter(|spec| wanted(spec.scope)).collect();
    ordered.sort_by_key(|spec| place(spec));
    let items: Vec<Item> = ordered
        .into_iter()
        .filter_map(|spec| {
            worth = u8::saturating_sub(worth, 2);
            let label = label(spec.name);
            // `up up` says nothing.
            if app.keymap.key(spec.command).replace("page", "page ") == label {
                None
            } else {
                hint(app, spec.command, &label, worth, theme)
            }
        })
        .collect();
    draw(area, buf, &fitting(items, room));
}
