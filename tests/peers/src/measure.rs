//! CPU times, peak memory, and ratios over rounds.

use nix::sys::resource::{UsageWho, getrusage};
use nix::time::{ClockId, clock_gettime};

use crate::Result;

/// Returns the CPU time of this process in microseconds.
pub fn cpu_us() -> Result<f64> {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID)?;
    Ok(time.tv_sec() as f64 * 1e6 + time.tv_nsec() as f64 / 1e3)
}

/// Returns the CPU time in seconds of all child processes that have ended, and of their children.
pub fn children_cpu_s() -> Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let times = [usage.user_time(), usage.system_time()];
    Ok(times
        .map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6)
        .iter()
        .sum())
}

/// Returns the peak memory of this process in megabytes. `getrusage` would include the parent, from before `exec`.
pub fn peak_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kilobytes
        .ok_or("no VmHWM in /proc/self/status")?
        .parse::<f64>()?
        / 1024.0)
}

/// Returns the median, or the upper one of two.
pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Returns the ratio of two measurements within a round: the median, and the lowest and the highest.
pub fn ratio(values: &[f64], peers: &[f64]) -> String {
    let ratios: Vec<f64> = values
        .iter()
        .zip(peers)
        .map(|(value, peer)| value / peer)
        .collect();
    let lowest = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = ratios.iter().copied().fold(0.0, f64::max);
    format!("{:.3} ({lowest:.3}-{highest:.3})", median(&ratios))
}
