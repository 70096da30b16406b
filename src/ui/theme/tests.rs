//! What every shipped theme owes its reader: completeness, contrast, and colours that can be told apart.

use super::colour::{Look, contrast, rgb};
use super::lost::TEXT;
use super::{Depth, ROLES, SHIPPED, Theme, Themes};
use ratatui::style::{Color, Modifier, Style};

/// Roles whose ground text of those roles is drawn on: rows of lists keep their colours under the cursor and when they are fresh,
/// figures stand on the bars of their quantity.
const GROUNDS: [&str; 7] = ["text", "bar", "dialog", "selection", "fresh", "bid_bar", "ask_bar"];

fn role(theme: &Theme, name: &str) -> Style {
    *ROLES.iter().find(|(role, _)| *role == name).unwrap().1(&mut theme.clone())
}

fn themes(look: Look) -> impl Iterator<Item = Theme> {
    let themes = Themes { folder: None, look };
    SHIPPED.iter().map(move |(name, _)| themes.load(name).unwrap_or_else(|problems| panic!("{name}: {problems:?}")))
}

fn coloured() -> impl Iterator<Item = Theme> {
    themes(Look::default()).filter(|theme| theme.name != "mono")
}

fn light(colour: Color) -> [f64; 3] {
    super::colour::light(rgb(colour).unwrap())
}

/// CIE L*a*b* under D65.
fn lab(light: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = light;
    let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
    let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
    let f = |t: f64| if t > 216.0 / 24_389.0 { t.cbrt() } else { (24_389.0 / 27.0 * t + 16.0) / 116.0 };
    [116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))]
}

/// The difference of two colours as CIE76 measures it: about 2 can just be seen side by side.
fn difference(a: [f64; 3], b: [f64; 3]) -> f64 {
    lab(a).iter().zip(lab(b)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Full protanopia and deuteranopia on linear light: Machado, Oliveira and Fernandes, "A Physiologically-based Model for
/// Simulation of Color Vision Deficiency", IEEE TVCG 15 (6), 2009, severity 1.0.
const PROTANOPIA: [[f64; 3]; 3] =
    [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]];
const DEUTERANOPIA: [[f64; 3]; 3] =
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];

fn seen(matrix: &[[f64; 3]; 3], light: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
}

#[test]
fn the_measures_are_right() {
    assert!((contrast(Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
    // #777 on white is the well-known 4.48:1.
    assert!((contrast(Color::Rgb(0x77, 0x77, 0x77), Color::Rgb(255, 255, 255)) - 4.478).abs() < 1e-3);
    let red = lab(light(Color::Rgb(255, 0, 0)));
    assert!((red[0] - 53.24).abs() < 0.05 && (red[1] - 80.09).abs() < 0.05 && (red[2] - 67.2).abs() < 0.05, "{red:?}");
    // Greys look the same to everybody.
    for matrix in [&PROTANOPIA, &DEUTERANOPIA] {
        let grey = light(Color::Rgb(128, 128, 128));
        assert!(difference(seen(matrix, grey), grey) < 0.5);
    }
}

#[test]
fn all_text_can_be_read_on_every_ground() {
    let mut wrong = Vec::new();
    for theme in coloured() {
        for ground in GROUNDS {
            let bg = role(&theme, ground).bg.unwrap();
            for text in TEXT {
                let ratio = contrast(role(&theme, text).fg.unwrap(), bg);
                // The crosshair's figures stand on the screen's ground only.
                if ratio < 4.5 && (text != "crosshair" || ground == "text") {
                    wrong.push(format!("{}: {text} on {ground}: {ratio:.2}:1", theme.name));
                }
            }
        }
        for name in ["tag", "badge", "selection", "bar", "dialog"] {
            let style = role(&theme, name);
            let ratio = contrast(style.fg.unwrap(), style.bg.unwrap());
            if ratio < 4.5 {
                wrong.push(format!("{}: {name}: {ratio:.2}:1", theme.name));
            }
        }
        // The last price's tag has the colour of its direction as its ground.
        for side in [theme.up, theme.down] {
            let ratio = contrast(theme.tag.fg.unwrap(), side.fg.unwrap());
            if ratio < 4.5 {
                wrong.push(format!("{}: tag on {side:?}: {ratio:.2}:1", theme.name));
            }
        }
        // No text, but to be found at a glance.
        let ratio = contrast(theme.border_focused.fg.unwrap(), theme.text.bg.unwrap());
        if ratio < 3.0 {
            wrong.push(format!("{}: the focused border: {ratio:.2}:1", theme.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Two colours that mean up and down, or bid and ask, differ at least so much, CIE76.
const APART: f64 = 30.0;
/// Grounds are dim, and never far apart: so much can still be seen at a glance.
const GROUNDS_APART: f64 = 12.0;

#[test]
fn up_and_down_can_be_told_apart() {
    for theme in coloured() {
        let sides = [(theme.up.fg, theme.down.fg, APART), (theme.bid_bar.bg, theme.ask_bar.bg, GROUNDS_APART)];
        for (a, b, least) in sides {
            let apart = difference(light(a.unwrap()), light(b.unwrap()));
            assert!(apart >= least, "{}: {a:?} {b:?}: {apart:.1}", theme.name);
        }
    }
}

#[test]
fn colorblind_is_distinguishable_without_red_and_green() {
    let theme = Themes::default().load("colorblind").unwrap();
    let pairs = [
        ("up and down", theme.up.fg, theme.down.fg, APART),
        ("bids and asks", theme.bid_bar.bg, theme.ask_bar.bg, GROUNDS_APART),
        ("good and error", theme.good.fg, theme.error.fg, APART),
        ("good and warning", theme.good.fg, theme.warning.fg, APART),
    ];
    for (who, matrix) in [("protanopia", &PROTANOPIA), ("deuteranopia", &DEUTERANOPIA)] {
        for (what, a, b, least) in pairs {
            let apart = difference(seen(matrix, light(a.unwrap())), seen(matrix, light(b.unwrap())));
            assert!(apart >= least, "{what} with {who}: {apart:.1}");
        }
    }
    // The same measure finds midnight's green and red wanting: it can fail.
    let midnight = Theme::midnight();
    let ordinary = difference(light(midnight.up.fg.unwrap()), light(midnight.down.fg.unwrap()));
    let simulated =
        difference(seen(&DEUTERANOPIA, light(midnight.up.fg.unwrap())), seen(&DEUTERANOPIA, light(midnight.down.fg.unwrap())));
    assert!(simulated < ordinary / 2.0, "{simulated:.1} of {ordinary:.1}");
}

#[test]
fn the_heat_ramp_goes_one_way() {
    for theme in coloured() {
        let lightness = |style: Style| lab(light(style.fg.unwrap()))[0];
        let ground = lab(light(theme.text.bg.unwrap()))[0];
        let steps: Vec<f64> = (0..=30).map(|i| lightness(theme.heat(f64::from(i) / 30.0)) - ground).collect();
        let sign = steps[30].signum();
        for pair in steps.windows(2) {
            assert!((pair[1] - pair[0]) * sign > 0.0, "{}: {steps:.1?}", theme.name);
        }
        for pair in [theme.heat_1, theme.heat_2, theme.heat_3, theme.heat_4].windows(2) {
            assert!((lightness(pair[1]) - lightness(pair[0])).abs() >= 7.0, "{}: {pair:?}", theme.name);
        }
        assert!(steps[0] * sign > 2.0, "{}: the ramp begins in the ground", theme.name);
    }
}

#[test]
fn lines_drawn_together_differ() {
    for theme in coloured() {
        let series = (1..=6).map(|n| role(&theme, &format!("series_{n}")).fg.unwrap());
        let series: Vec<[f64; 3]> = series.map(light).collect();
        for (i, a) in series.iter().enumerate() {
            for (j, b) in series[..i].iter().enumerate() {
                let apart = difference(*a, *b);
                assert!(apart >= 15.0, "{}: lines {} and {}: {apart:.1}", theme.name, j + 1, i + 1);
            }
        }
    }
}

#[test]
fn with_few_colours_nothing_that_matters_vanishes() {
    for depth in [Depth::Indexed, Depth::Sixteen] {
        for theme in themes(Look { depth, ascii: false }).filter(|theme| theme.name != "mono") {
            let ground = theme.text.bg.unwrap();
            let about = || format!("{} with {depth:?}", theme.name);
            let visible = |style: Style| style.fg.is_none_or(|fg| fg != ground);
            for name in TEXT.iter().chain(&["border", "border_focused", "volume", "heat_1"]) {
                assert!(visible(role(&theme, name)), "{}: {name}", about());
            }
            for name in ["selection", "tag", "badge", "fresh"] {
                let style = role(&theme, name);
                let marked = style.add_modifier.intersects(Modifier::REVERSED | Modifier::BOLD);
                assert!(marked || style.bg.is_some_and(|bg| bg != ground), "{}: {name} {style:?}", about());
            }
            for bar in [theme.bid_bar, theme.ask_bar] {
                assert_ne!(bar.bg, Some(ground), "{}", about());
            }
            for i in 0..=20 {
                assert!(!matches!(theme.heat(f64::from(i) / 20.0).fg, Some(Color::Rgb(..))), "{}", about());
            }
        }
    }
}

#[test]
fn in_256_colours_text_can_still_be_read() {
    for theme in themes(Look { depth: Depth::Indexed, ascii: false }).filter(|theme| theme.name != "mono") {
        for ground in ["text", "bar", "dialog", "selection"] {
            let Some(bg) = role(&theme, ground).bg else { continue };
            for text in TEXT {
                let ratio = contrast(role(&theme, text).fg.unwrap(), bg);
                assert!(ratio >= 4.5 || text == "crosshair", "{}: {text} on {ground}: {ratio:.2}:1", theme.name);
            }
        }
    }
}

#[test]
fn the_documentation_names_every_role_and_every_theme() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/themes.md")).unwrap();
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let (named, meanings): (Vec<&str>, Vec<&str>) = rows.unzip();
    assert_eq!(named, ROLES.iter().map(|(role, _)| *role).collect::<Vec<_>>());
    assert!(meanings.iter().all(|meaning| meaning.len() > 4));
    for (name, _) in SHIPPED {
        assert!(text.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_example_of_the_documentation_is_a_theme() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/themes.md")).unwrap();
    let example = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.toml"), example).unwrap();
    let theme = Themes { folder: Some(folder.path().to_owned()), look: Look::default() }.load("mine").unwrap();
    assert_eq!((theme.up.fg, theme.selection.bg), (Some(Color::Rgb(0x6b, 0xd4, 0x90)), Some(Color::Rgb(0x2a, 0x21, 0x40))));
}
