//! The `rtai-tui` program: parses arguments and wires the floors together.

fn main() {}
