//! Commands that arrange panes, link them and keep layouts. Most keys begin with `w`, as in the window mode of vim and helix.

use super::{Command, Scope, Spec};

const fn spec(command: Command, name: &'static str, about: &'static str, keys: &'static [&'static str]) -> Spec {
    Spec { command, name, about, scope: Scope::Global, keys }
}

/// The entries of panes and layouts, in the order of the help screen.
pub(super) const SPECS: &[Spec] = &[
    spec(Command::FocusNext, "focus.next", "Focus the next pane", &["tab"]),
    spec(Command::FocusPrevious, "focus.previous", "Focus the previous pane", &["shift-tab"]),
    spec(Command::FocusLeft, "focus.left", "Focus the pane to the left", &["ctrl-h", "alt-left", "w h", "w left"]),
    spec(Command::FocusDown, "focus.down", "Focus the pane below", &["ctrl-j", "alt-down", "w j", "w down"]),
    spec(Command::FocusUp, "focus.up", "Focus the pane above", &["ctrl-k", "alt-up", "w k", "w up"]),
    spec(Command::FocusRight, "focus.right", "Focus the pane to the right", &["ctrl-l", "alt-right", "w l", "w right"]),
    spec(Command::ZoomPane, "pane.zoom", "Show the focused pane alone, or all again", &["z", "w z"]),
    spec(Command::SplitRight, "pane.split-right", "Open a pane to the right of this one", &["w v"]),
    spec(Command::SplitBelow, "pane.split-below", "Open a pane below this one", &["w s"]),
    spec(Command::ClosePane, "pane.close", "Close this pane", &["w c", "w q"]),
    spec(Command::ChangePane, "pane.change", "Show something else in this pane", &["w t"]),
    spec(Command::MovePaneLeft, "pane.move-left", "Move this pane to the left", &["w H", "w shift-left"]),
    spec(Command::MovePaneDown, "pane.move-down", "Move this pane down", &["w J", "w shift-down"]),
    spec(Command::MovePaneUp, "pane.move-up", "Move this pane up", &["w K", "w shift-up"]),
    spec(Command::MovePaneRight, "pane.move-right", "Move this pane to the right", &["w L", "w shift-right"]),
    spec(Command::SwapPaneLeft, "pane.swap-left", "Exchange this pane with the one to the left", &["w x h", "w x left"]),
    spec(Command::SwapPaneDown, "pane.swap-down", "Exchange this pane with the one below", &["w x j", "w x down"]),
    spec(Command::SwapPaneUp, "pane.swap-up", "Exchange this pane with the one above", &["w x k", "w x up"]),
    spec(Command::SwapPaneRight, "pane.swap-right", "Exchange this pane with the one to the right", &["w x l", "w x right"]),
    spec(Command::GrowPane, "pane.grow", "Make this pane larger both ways", &[">"]),
    spec(Command::ShrinkPane, "pane.shrink", "Make this pane smaller both ways", &["<"]),
    spec(Command::WidenPane, "pane.wider", "Make this pane wider", &["w >", "alt-shift-right"]),
    spec(Command::NarrowPane, "pane.narrower", "Make this pane narrower", &["w <", "alt-shift-left"]),
    spec(Command::HeightenPane, "pane.higher", "Make this pane higher", &["w +", "alt-shift-up"]),
    spec(Command::LowerPane, "pane.lower", "Make this pane less high", &["w -", "alt-shift-down"]),
    spec(Command::EqualisePanes, "pane.equalise", "Give all panes the same room", &["w ="]),
    spec(Command::UndoPanes, "pane.undo", "Take back the last change of panes", &["w u"]),
    spec(Command::ResetPanes, "pane.reset", "Arrange this workspace as it is shipped", &["Z", "w r"]),
    spec(Command::LinkPane, "link.choose", "Choose the colour group this pane is linked with", &["w g"]),
    spec(Command::LinkNone, "link.none", "Give this pane a symbol and bars of its own", &["w 0"]),
    spec(Command::Link1, "link.1", "Link this pane with group 1", &["w 1"]),
    spec(Command::Link2, "link.2", "Link this pane with group 2", &["w 2"]),
    spec(Command::Link3, "link.3", "Link this pane with group 3", &["w 3"]),
    spec(Command::Link4, "link.4", "Link this pane with group 4", &["w 4"]),
    spec(Command::Link5, "link.5", "Link this pane with group 5", &["w 5"]),
    spec(Command::Link6, "link.6", "Link this pane with group 6", &["w 6"]),
    spec(Command::OwnBars, "link.own-bars", "Give this pane its own timeframe in its group, or the group's", &["w f"]),
    spec(Command::LoadLayout, "layout.load", "Choose a saved layout, seen at once", &["w o"]),
    spec(Command::SaveLayout, "layout.save", "Save the layout under a name", &["w a"]),
    spec(Command::RenameLayout, "layout.rename", "Rename a saved layout", &["w n"]),
    spec(Command::DeleteLayout, "layout.delete", "Delete a saved layout", &["w d"]),
];
