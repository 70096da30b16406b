//! The themes inside the program.

/// Name and file of every shipped theme. To add one: a file in `themes/` and a line here.
pub const SHIPPED: &[(&str, &str)] = &[
    ("midnight", include_str!("../../../themes/midnight.toml")),
    ("daylight", include_str!("../../../themes/daylight.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];
