//! Every workspace at four sizes as text, and every theme with its colours. Look at what changes before accepting it.

use crate::views::{screen, views};
use rtai_tui::app::layout::WORKSPACES;
use rtai_tui::ui::screenshot::{render, to_ansi, to_text};
use rtai_tui::ui::theme::SHIPPED;

/// Which of the views is drawn: well inside the recording.
const AT: usize = 10;

#[test]
fn every_workspace_at_four_sizes() {
    let views = views();
    let view = &views[AT];
    for spec in WORKSPACES {
        for (width, height) in [(300, 90), (200, 60), (120, 40), (80, 24)] {
            let mut screen = screen("midnight", spec.workspace);
            let text = to_text(&render(width, height, &mut screen, view, view.session.now));
            insta::assert_snapshot!(format!("{}_{width}x{height}", spec.name.to_lowercase()), text);
        }
    }
}

#[test]
fn every_theme_in_its_colours() {
    let views = views();
    let view = &views[AT];
    for (theme, _) in SHIPPED {
        for spec in WORKSPACES.iter().filter(|spec| ["Trade", "Flow", "Book", "Pairs"].contains(&spec.name)) {
            let mut screen = screen(theme, spec.workspace);
            let text = to_ansi(&render(100, 30, &mut screen, view, view.session.now)).replace('\u{1b}', "␛");
            insta::assert_snapshot!(format!("{theme}_{}", spec.name.to_lowercase()), text);
        }
    }
}
