//! CPU time of a call and peak memory of the clients, each in its own process, in rounds in which all have their turn.

use std::process::{Command, Stdio};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use serde_json::Value;

use crate::measure::{median, ratio};
use crate::{Result, server};

/// Number of models, client, the client of the AWS SDK to compare with, goals for the ratio and for the megabytes.
const CASES: [(u32, &str, &str, &str, &str); 15] = [
    (10, "async", "aws", "0.36", ""),
    (10, "aws", "aws", "", ""),
    (10, "blocking", "aws block_on", "0.50", ""),
    (10, "aws block_on", "aws block_on", "", ""),
    (100, "async", "aws", "0.40", ""),
    (100, "aws", "aws", "", ""),
    (100, "blocking", "aws block_on", "", ""),
    (100, "aws block_on", "aws block_on", "", ""),
    (1000, "async", "aws", "0.45", ""),
    (1000, "aws", "aws", "", ""),
    (1000, "blocking", "aws block_on", "", ""),
    (1000, "aws block_on", "aws block_on", "", ""),
    (100_000, "async", "aws", "", "12"),
    (100_000, "blocking", "aws", "", "12"),
    (100_000, "aws", "aws", "", ""),
];

/// Keeps this program and all that it starts on one processor. To wake another one costs more than a small call, and the same
/// for every client.
fn stay_on_one_processor() -> Result<()> {
    let this = Pid::from_raw(0);
    let all = sched_getaffinity(this)?;
    let first = (0..CpuSet::count()).find(|cpu| all.is_set(*cpu).unwrap_or_default());
    let mut one = CpuSet::new();
    one.set(first.ok_or("no processor")?)?;
    Ok(sched_setaffinity(this, &one)?)
}

pub fn run(rounds: usize, seconds: f64) -> Result<()> {
    stay_on_one_processor()?;
    let url = server::start()?;
    let mut measured = CASES.map(|_| (Vec::new(), Vec::new()));
    for round in 0..rounds {
        eprintln!("round {} of {rounds}", round + 1);
        let mut turns: Vec<_> = CASES.iter().zip(&mut measured).collect();
        // A machine that slows down favors no client.
        if round % 2 == 1 {
            turns.reverse();
        }
        for (&(models, client, ..), (cpu_us, peak_mb)) in turns {
            let output = Command::new(std::env::current_exe()?)
                .args([
                    "client",
                    client,
                    &models.to_string(),
                    &url,
                    &seconds.to_string(),
                ])
                .stderr(Stdio::inherit())
                .output()?;
            let line: Value = serde_json::from_slice(&output.stdout)
                .map_err(|_| format!("{client} with {models} models: {}", output.status))?;
            cpu_us.push(line["cpu_us"].as_f64().ok_or("no CPU time")?);
            peak_mb.push(line["peak_mb"].as_f64().ok_or("no peak memory")?);
        }
    }
    println!("100,000 models are in pages of 1,000, counted and dropped; the others in one page.");
    println!("The peak includes this program, which contains all clients.\n");
    println!("models  client        CPU us a call  beside the AWS SDK   goal  peak MB  goal");
    for ((models, client, peer, goal, memory), (cpu_us, peak_mb)) in CASES.iter().zip(&measured) {
        let mut others = CASES.iter().zip(&measured);
        let peer = others.find(|(case, _)| case.0 == *models && case.1 == *peer);
        let ratio = peer
            .map(|(_, (peer_us, _))| ratio(cpu_us, peer_us))
            .unwrap_or_default();
        let (cpu_us, peak_mb) = (median(cpu_us), median(peak_mb));
        println!(
            "{models:<6}  {client:<12}  {cpu_us:>13.1}  {ratio:<19}  {goal:<4}  {peak_mb:>7.1}  {memory}"
        );
    }
    Ok(())
}
