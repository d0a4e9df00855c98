//! Cost of building the programs in `users`: number of crates, CPU time, size.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::Result;
use crate::measure::children_cpu_s;

/// Packages with their goals for the debug build and for the size, after the one to compare with.
const USERS: [(&str, &str, &str); 3] = [
    ("user-aws", "", ""),
    ("user-async", "0.30", "0.40"),
    ("user-blocking", "", "0.30"),
];

pub fn run() -> Result<()> {
    println!("program        crates  debug CPU s  ratio  goal  stripped bytes  ratio  goal");
    let mut peer = None;
    for (user, debug_goal, size_goal) in USERS {
        let crates = crates(user)?;
        let (debug, _) = build(user, "dev", "debug")?;
        let (_, size) = build(user, "release", "release")?;
        let (peer_debug, peer_size) = *peer.get_or_insert((debug, size));
        let (debug_ratio, size_ratio) = (debug / peer_debug, size / peer_size);
        println!(
            "{user:<13}  {crates:>6}  {debug:>11.1}  {debug_ratio:.3}  {debug_goal:<4}  {size:>14}  {size_ratio:.3}  {size_goal}"
        );
    }
    Ok(())
}

/// Returns a command of cargo for a package of this workspace. All crates are there already: this program needs them too.
fn cargo(command: &str, user: &str) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .args([command, "--offline", "--locked", "--package", user])
        .stderr(Stdio::inherit());
    cargo.current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}

/// Returns the number of crates to compile, including the program.
fn crates(user: &str) -> Result<usize> {
    let output = cargo("tree", user)
        .args(["-e", "normal,build", "--prefix", "none"])
        .output()?;
    let lines = String::from_utf8(output.stdout)?;
    // After the name and the version of a crate there may be a remark.
    let crates = lines
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>());
    Ok(crates.collect::<BTreeSet<_>>().len())
}

/// Builds a program from nothing, and returns the CPU seconds and the size of the program in bytes.
fn build(user: &str, profile: &str, folder: &str) -> Result<(f64, f64)> {
    let target = env::temp_dir().join(format!("cloud-models-peers-{}", std::process::id()));
    let start = children_cpu_s()?;
    let status = cargo("build", user)
        .args(["--quiet", "--profile", profile, "--target-dir"])
        .arg(&target)
        // A cache of compiled crates would hide their cost.
        .env("RUSTC_WRAPPER", "")
        .status()?;
    let seconds = children_cpu_s()? - start;
    let size = fs::metadata(target.join(folder).join(user)).map(|program| program.len() as f64);
    fs::remove_dir_all(&target)?;
    match status.success() {
        true => Ok((seconds, size?)),
        false => Err(format!("cannot build {user}: {status}").into()),
    }
}
