//! Runs clippy on the generated code of a whole service, with warnings denied: part of `cargo xtask ci`, because the
//! tests do without clippy.

use std::env;
use std::process::ExitCode;

use cloud_models_tests::service::Package;

fn main() -> ExitCode {
    let program = env::current_exe().expect("it runs from a file");
    // `target/debug/lint_service`; the test of the service compiles the same package there.
    let target = program.ancestors().nth(2).expect("it is in target/debug");
    let package = Package::write(&target.join("tmp/service"));
    let mut clippy = package.cargo(&["clippy", "--lib"]);
    let status = clippy.args(["--", "--deny", "warnings"]).status();
    if status.expect("cargo can be run").success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
