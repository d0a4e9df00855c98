//! The generator as a program. People call it through `cargo xtask`.

use std::process::ExitCode;

fn main() -> ExitCode {
    generator::command::run(&generator::output::Files)
}
