//! Hands the arguments to [`secrets::run`] and returns its exit code.

fn main() -> std::process::ExitCode {
    secrets::run(std::env::args_os())
}
