//! The example `profile`, as a program that a test can start with its own environment.

#[path = "../../examples/profile.rs"]
mod profile;

fn main() -> cloud_models::Result<()> {
    profile::main()
}
