//! The example `profile` as a program, so that a test can start it with a separate environment.

#[path = "../../examples/profile.rs"]
mod profile;

fn main() -> cloud_models::Result<()> {
    profile::main()
}
