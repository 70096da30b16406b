//! The themes inside the program.

/// Name and file of every shipped theme. To add one: a file in `themes/` and a line here.
pub const SHIPPED: &[(&str, &str)] = &[
    ("midnight", include_str!("../../../themes/midnight.toml")),
    ("daylight", include_str!("../../../themes/daylight.toml")),
    ("solarized", include_str!("../../../themes/solarized.toml")),
    ("gruvbox", include_str!("../../../themes/gruvbox.toml")),
    ("nord", include_str!("../../../themes/nord.toml")),
    ("high-contrast", include_str!("../../../themes/high-contrast.toml")),
    ("colorblind", include_str!("../../../themes/colorblind.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];
