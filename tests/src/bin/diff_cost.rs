//! Measures what `diff` costs beside `check`, in a workspace that the program `scale` wrote, with one of its specs changed.
//! For Linux, with git. `cargo run -p cloud-models-tests --bin diff_cost -- FOLDER target/release/generator`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

/// Runs of each command, in turns.
const RUNS: u32 = 20;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(program)) = (arguments.next(), arguments.next()) else {
        return Err("two arguments are expected: a folder and a generator".into());
    };
    let count = change_one_of(&folder)?;
    let (mut check, mut diff) = (Cost::default(), Cost::default());
    for _ in 0..RUNS {
        check.add(run(&program, &folder, &["check"])?);
        diff.add(run(&program, &folder, &["diff", "HEAD"])?);
    }
    println!("{count} specs, one of them changed; CPU time of a run, and peak memory");
    println!("check  {check}");
    println!("diff   {diff}");
    println!(
        "diff / check: {:.2} of the time, {:.2} of the memory",
        diff.ticks as f64 / check.ticks as f64,
        diff.kilobytes as f64 / check.kilobytes as f64
    );
    Ok(())
}

/// Commits the specs of a folder, changes all documentation in the first of them, and returns how many there are.
fn change_one_of(folder: &Path) -> Result<usize, Box<dyn Error>> {
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=n", "-c", "user.email=n@example.com"];
        let mut command = Command::new("git");
        command.args(identity).args(["-c", "commit.gpgsign=false"]);
        command.current_dir(folder).args(arguments).output()
    };
    if !folder.join(".git").exists() {
        git(&["init", "--initial-branch", "main"])?;
    }
    git(&["add", "--all"])?;
    git(&["commit", "--message", "Specs"])?;
    let specs = fs::read_dir(folder.join("specs"))?.map(|entry| Ok(entry?.path()));
    let mut specs = specs.collect::<Result<Vec<_>, std::io::Error>>()?;
    specs.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    specs.sort();
    let first = specs.first().ok_or("there are no specs")?;
    let text = fs::read_to_string(first)?;
    fs::write(first, text.replace("docs: The ", "docs: This is the "))?;
    Ok(specs.len())
}

/// Cost of the runs of a command.
#[derive(Default)]
struct Cost {
    /// CPU time of the processes and of those that they started, in hundredths of seconds.
    ticks: u64,
    /// The largest peak of a process.
    kilobytes: u64,
}

impl Cost {
    fn add(&mut self, other: Self) {
        self.ticks += other.ticks;
        self.kilobytes = self.kilobytes.max(other.kilobytes);
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let milliseconds = self.ticks as f64 * 10.0 / f64::from(RUNS);
        let megabytes = self.kilobytes as f64 / 1024.0;
        write!(f, "{milliseconds:6.1} ms, {megabytes:5.1} MB")
    }
}

fn run(program: &Path, folder: &Path, arguments: &[&str]) -> Result<Cost, Box<dyn Error>> {
    let before = ticks()?;
    let mut child = Command::new(program)
        .args(["--root".as_ref(), folder.as_os_str()])
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut kilobytes = 0;
    let exit = loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        kilobytes = kilobytes.max(peak.unwrap_or(0));
        if let Some(exit) = child.try_wait()? {
            break exit;
        }
        thread::sleep(Duration::from_millis(1));
    };
    if !exit.success() {
        return Err(format!("{arguments:?} fails: {exit}").into());
    }
    Ok(Cost {
        ticks: ticks()? - before,
        kilobytes,
    })
}

/// Returns the CPU time of all processes that have ended, in hundredths of seconds.
fn ticks() -> Result<u64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in parentheses, may contain anything.
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let fields: Vec<_> = fields.split_whitespace().collect();
    // User and system time of children are fields 16 and 17; the first here is field 3.
    let [user, system] =
        [13, 14].map(|index| fields.get(index).and_then(|text| text.parse::<u64>().ok()));
    Ok(user.ok_or("no time")? + system.ok_or("no time")?)
}
