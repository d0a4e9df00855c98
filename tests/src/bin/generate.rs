//! The generator as a program of this package, so that cargo builds it for the tests that run it.

use std::process::ExitCode;

fn main() -> ExitCode {
    generator::command::run(&generator::output::Files)
}
