//! Running the commands that arrange panes, link them and keep layouts.

use super::commands::Command;
use super::dialogs::{Ask, Choice, Confirm, Dialog, LayoutAct, Place, Prompt, Purpose};
use super::layout::{Axis, Direction, Store};
use super::link::{Group, Link};
use super::openers::entry;
use super::panes::{PANES, PaneId, PaneKind};
use super::{App, Effect, LayoutRequest};
use crate::domain::Nanos;
use crate::feed::Severity;

/// Cells that one press makes a pane wider or higher.
const STEP: (i32, i32) = (4, 2);

const fn words(side: Direction) -> &'static str {
    match side {
        Direction::Left => "to the left",
        Direction::Down => "below",
        Direction::Up => "above",
        Direction::Right => "to the right",
    }
}

impl App {
    /// Runs a command of panes and layouts, so many times where that makes sense.
    pub(super) fn run_panes(&mut self, command: Command, count: u32, now: Nanos) -> Vec<Effect> {
        use Direction::{Down, Left, Right, Up};
        let area = self.area;
        let times = i32::try_from(count).unwrap_or(i32::MAX);
        match command {
            Command::FocusNext => (0..count).for_each(|_| self.desk_mut().cycle(false, area)),
            Command::FocusPrevious => (0..count).for_each(|_| self.desk_mut().cycle(true, area)),
            Command::FocusLeft => self.focus_beside(Left, count),
            Command::FocusDown => self.focus_beside(Down, count),
            Command::FocusUp => self.focus_beside(Up, count),
            Command::FocusRight => self.focus_beside(Right, count),
            Command::ZoomPane => self.desk_mut().toggle_zoom(),
            Command::SplitRight => self.open_kinds(Place::Right),
            Command::SplitBelow => self.open_kinds(Place::Below),
            Command::ChangePane => self.open_kinds(Place::Here),
            Command::ClosePane => self.close_pane(now),
            Command::MovePaneLeft => self.move_pane(Left, now),
            Command::MovePaneDown => self.move_pane(Down, now),
            Command::MovePaneUp => self.move_pane(Up, now),
            Command::MovePaneRight => self.move_pane(Right, now),
            Command::SwapPaneLeft => self.swap_pane(Left, now),
            Command::SwapPaneDown => self.swap_pane(Down, now),
            Command::SwapPaneUp => self.swap_pane(Up, now),
            Command::SwapPaneRight => self.swap_pane(Right, now),
            Command::GrowPane => self.resize_both(times),
            Command::ShrinkPane => self.resize_both(-times),
            Command::WidenPane => self.resize(Axis::Across, times, now),
            Command::NarrowPane => self.resize(Axis::Across, -times, now),
            Command::HeightenPane => self.resize(Axis::Down, times, now),
            Command::LowerPane => self.resize(Axis::Down, -times, now),
            Command::EqualisePanes => self.desk_mut().equalise(area),
            Command::UndoPanes => self.undo(now),
            Command::ResetPanes => {
                self.desk_mut().reset();
                let undo = self.keymap.key(Command::UndoPanes);
                self.say(now, Severity::Info, format!("panes are as shipped; {undo} takes that back"));
            }
            Command::LinkPane => self.open_links(),
            Command::LinkNone => self.link(None, now),
            Command::Link1 => self.link(Group::new(1), now),
            Command::Link2 => self.link(Group::new(2), now),
            Command::Link3 => self.link(Group::new(3), now),
            Command::Link4 => self.link(Group::new(4), now),
            Command::Link5 => self.link(Group::new(5), now),
            Command::Link6 => self.link(Group::new(6), now),
            Command::OwnBars => self.toggle_own_bars(now),
            Command::SaveLayout => self.dialog = Some(Dialog::Prompt(Prompt::new(Ask::LayoutName))),
            Command::LoadLayout => return self.open_layouts(LayoutAct::Load, now),
            Command::RenameLayout => return self.open_layouts(LayoutAct::Rename, now),
            Command::DeleteLayout => return self.open_layouts(LayoutAct::Delete, now),
            _ => {}
        }
        Vec::new()
    }

    fn undo(&mut self, now: Nanos) {
        if !self.desk_mut().undo() {
            self.say(now, Severity::Info, "no change of panes is left to be taken back");
        }
    }

    fn focus_beside(&mut self, side: Direction, count: u32) {
        let area = self.area;
        let _ = (0..count.max(1)).all(|_| self.desk_mut().neighbour(side, area));
    }

    /// Shows a kind of pane where it was wanted.
    pub(super) fn place(&mut self, place: Place, kind: PaneKind, now: Nanos) -> Vec<Effect> {
        let (area, from) = (self.area, self.desk().focus());
        let (link, now_shown) = (self.desk().link(from), self.linked(from));
        let new = match place {
            Place::Here if kind == from.kind => return Vec::new(),
            Place::Here => self.desk_mut().change(kind, area),
            Place::Right => self.desk_mut().split(kind, Direction::Right, area),
            Place::Below => self.desk_mut().split(kind, Direction::Down, area),
        };
        let Some(new) = new else {
            self.say(now, Severity::Warning, "a workspace has no room for more panes: close one first");
            return Vec::new();
        };
        if place != Place::Here {
            self.desk_mut().set_link(new, link, now_shown);
        }
        if self.desk().arrange(area).folded.contains(&from) && !self.desk().zoomed() {
            let (next, close) = (self.keymap.key(Command::FocusNext), self.keymap.key(Command::ClosePane));
            self.say(now, Severity::Info, format!("there is room for one of them only: {next} goes on, {close} closes"));
        }
        vec![Effect::Born { new, from }]
    }

    fn close_pane(&mut self, now: Nanos) {
        let area = self.area;
        if !self.desk_mut().close(area) {
            let change = self.keymap.key(Command::ChangePane);
            self.say(now, Severity::Info, format!("the last pane stays; {change} shows something else in it"));
        }
    }

    fn move_pane(&mut self, side: Direction, now: Nanos) {
        let area = self.area;
        if !self.desk_mut().shift(side, area) {
            self.say(now, Severity::Info, format!("nothing is left {} to move past", words(side)));
        }
    }

    fn swap_pane(&mut self, side: Direction, now: Nanos) {
        let (area, own) = (self.area, self.desk().focus());
        let swapped = match self.desk().beside(side, area) {
            Some(other) => self.desk_mut().swap(own, other, area),
            None => false,
        };
        if !swapped {
            self.say(now, Severity::Info, format!("there is no pane {}", words(side)));
        }
    }

    fn resize_both(&mut self, times: i32) {
        let area = self.area;
        for (axis, step) in [(Axis::Across, STEP.0), (Axis::Down, STEP.1)] {
            self.desk_mut().resize(axis, step.saturating_mul(times), area);
        }
    }

    fn resize(&mut self, axis: Axis, times: i32, now: Nanos) {
        let area = self.area;
        let step = if axis == Axis::Across { STEP.0 } else { STEP.1 };
        if !self.desk_mut().resize(axis, step.saturating_mul(times), area) {
            let way = if axis == Axis::Across { "beside" } else { "above or below" };
            self.say(now, Severity::Info, format!("there is no room to take or give {way} this pane"));
        }
    }

    /// Links the focused pane with a group, or with none.
    pub(super) fn link(&mut self, group: Option<Group>, now: Nanos) {
        let id = self.desk().focus();
        if !id.kind.follows() {
            self.say(now, Severity::Info, format!("{} shows no symbol: it needs no link", id.spec().name));
            return;
        }
        let own_bars = self.desk().link(id).own_bars && group.is_some();
        self.relink(id, Link { group, own_bars });
        let symbol = self.linked(id).symbol.map(|symbol| symbol.to_string()).unwrap_or_default();
        let text = match group {
            Some(group) => format!("linked with group {group}: {symbol}"),
            None => format!("linked with nothing: {symbol}"),
        };
        self.say(now, Severity::Info, text);
    }

    fn toggle_own_bars(&mut self, now: Nanos) {
        let id = self.desk().focus();
        let link = self.desk().link(id);
        let text = match link {
            _ if !id.kind.follows() => format!("{} shows no bars", id.spec().name),
            Link { group: None, .. } => "a pane that is linked with nothing has its own timeframe already".to_owned(),
            Link { group: Some(group), own_bars } => {
                self.relink(id, Link { own_bars: !own_bars, ..link });
                if own_bars {
                    format!("the timeframe is that of group {group}")
                } else {
                    "the timeframe is this pane's own".to_owned()
                }
            }
        };
        self.say(now, Severity::Info, text);
    }

    fn open_kinds(&mut self, place: Place) {
        let own = self.desk().focus().kind;
        let entries: Vec<_> =
            PANES.iter().map(|spec| entry("Pane", spec.name, spec.about, Choice::Pane(place, spec.kind))).collect();
        let cursor = PANES.iter().position(|spec| spec.kind == own).unwrap_or(0);
        let title = match place {
            Place::Right => "Open to the right",
            Place::Below => "Open below",
            Place::Here => "Show here",
        };
        self.pick(Purpose::Choose, title, entries, cursor);
    }

    fn open_links(&mut self) {
        let id = self.desk().focus();
        let own = self.desk().link(id).group;
        let members = |group: Group| {
            let desk = self.desk();
            let panes = desk.panes().into_iter().filter(|id| id.kind.follows() && desk.link(*id).group == Some(group));
            panes.map(|id| id.spec().name).collect::<Vec<_>>().join(", ")
        };
        let mut entries: Vec<_> = Group::all()
            .map(|group| {
                let (panes, linked) = (members(group), self.groups.get(group));
                let symbol = linked.symbol.filter(|_| !panes.is_empty());
                let about = symbol.map(|symbol| format!("{symbol} {}: {panes}", linked.bars)).unwrap_or_default();
                entry("Link", format!("group {group}"), about, Choice::Link(Some(group)))
            })
            .collect();
        entries.push(entry("Link", "none", "a symbol and bars of its own", Choice::Link(None)));
        let cursor = own.map_or(entries.len() - 1, |group| usize::from(group.number()) - 1);
        self.pick(Purpose::Choose, "Link with", entries, cursor);
    }

    fn open_layouts(&mut self, act: LayoutAct, now: Nanos) -> Vec<Effect> {
        let names = self.store.names();
        if names.is_empty() {
            let save = self.keymap.key(Command::SaveLayout);
            self.say(now, Severity::Info, format!("no layout has been saved yet; {save} saves this one"));
            return Vec::new();
        }
        let entries: Vec<_> =
            names.iter().map(|name| entry("Layout", name.as_str(), "", Choice::Layout(act, name.clone()))).collect();
        let (purpose, title) = match act {
            LayoutAct::Load => (Purpose::Layout, "Layout"),
            LayoutAct::Rename => (Purpose::Choose, "Rename which layout?"),
            LayoutAct::Delete => (Purpose::Choose, "Delete which layout?"),
        };
        self.pick(purpose, title, entries, 0);
        if act != LayoutAct::Load {
            return Vec::new();
        }
        self.choosing_layout = true;
        vec![Effect::Layout(LayoutRequest::Preview(names[0].clone()))]
    }

    pub(super) fn layout_chosen(&mut self, act: LayoutAct, name: String) -> Vec<Effect> {
        match act {
            LayoutAct::Load => return vec![Effect::Layout(LayoutRequest::Load(name))],
            LayoutAct::Rename => {
                let mut prompt = Prompt::new(Ask::NewLayoutName);
                prompt.input.insert(&name);
                self.dialog = Some(Dialog::Prompt(prompt));
            }
            LayoutAct::Delete => {
                self.dialog = Some(Dialog::Confirm(Confirm {
                    question: format!("Delete the layout `{name}`?"),
                    detail: "What is on the screen stays as it is.".to_owned(),
                    command: Command::DeleteLayout,
                }));
            }
        }
        self.layout_name = name;
        Vec::new()
    }

    /// A name was given to the layout that is shown.
    pub(super) fn layout_named(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let name = Store::check(text)?;
        if self.store.names().contains(&name) {
            self.dialog = Some(Dialog::Confirm(Confirm {
                question: format!("Replace the layout `{name}`?"),
                detail: "What was saved under that name is lost.".to_owned(),
                command: Command::SaveLayout,
            }));
            self.layout_name = name;
            return Ok(Vec::new());
        }
        Ok(vec![Effect::Layout(LayoutRequest::Save(name))])
    }

    /// Another name was given to a saved layout.
    pub(super) fn layout_renamed(&mut self, text: &str) -> Result<Vec<Effect>, String> {
        let name = Store::check(text)?;
        if name != self.layout_name && self.store.names().contains(&name) {
            return Err(format!("there is a layout `{name}` already"));
        }
        Ok(vec![Effect::Layout(LayoutRequest::Rename(std::mem::take(&mut self.layout_name), name))])
    }

    pub(super) fn layout_confirmed(&mut self, command: Command) -> Vec<Effect> {
        let name = std::mem::take(&mut self.layout_name);
        let request = if command == Command::SaveLayout { LayoutRequest::Save(name) } else { LayoutRequest::Delete(name) };
        vec![Effect::Layout(request)]
    }

    /// Puts a pane that was dragged by its title beside another, or in its place.
    pub fn drop_pane(&mut self, id: PaneId, onto: PaneId, side: Option<Direction>) {
        let area = self.area;
        let desk = self.desk_mut();
        let done = match side {
            Some(side) => desk.dock(id, onto, side, area),
            None => desk.swap(id, onto, area),
        };
        if done {
            desk.set_focus(id);
        }
    }
}
