//! The example `profile`, as a program that a test can start with its own environment.

#[path = "../../examples/profile.rs"]
mod profile;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    profile::main()
}
