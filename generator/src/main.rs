//! Entry point of the generator. Users call it through `cargo xtask`.

use std::process::ExitCode;

fn main() -> ExitCode {
    generator::command::run(&generator::output::Files)
}
