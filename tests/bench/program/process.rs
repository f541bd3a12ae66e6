//! What the system says of a running process.

use std::{fs, time::Duration};

/// Returns the most memory that it ever had, in bytes.
pub(crate) fn peak_memory(pid: u32) -> f64 {
    of_status(pid, "VmHWM:")
}

/// Returns the memory that it has now, in bytes.
pub(crate) fn memory(pid: u32) -> f64 {
    of_status(pid, "VmRSS:")
}

fn of_status(pid: u32, name: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = value.and_then(|value| value.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) * 1024.0
}

/// Returns how often its threads have been given a core.
pub(crate) fn turns(pid: u32) -> u64 {
    schedstats(pid, 2).sum()
}

/// Returns the time that all its threads have had a core: to the nanosecond, where the ticks of
/// `/proc/PID/stat` are 10 ms.
pub(crate) fn cpu_time(pid: u32) -> Duration {
    Duration::from_nanos(schedstats(pid, 0).sum())
}

fn schedstats(pid: u32, column: usize) -> impl Iterator<Item = u64> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.filter_map(move |task| {
        let stat = fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split_whitespace().nth(column)?.parse::<u64>().ok()
    })
}
