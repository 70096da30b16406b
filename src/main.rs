//! The `rtai-tui` program: everything is in the library; this hands it the arguments.

fn main() -> std::process::ExitCode {
    rtai_tui::cli::run(std::env::args_os())
}
